import numpy as np

SOURCE = "synthetic (Coursera ex4 cost; lambda / 2 * m typed for lambda / (2 * m))"
SUMMARY = "The cost multiplies the penalty by m through operator precedence; the gradients are those of the intended lambda/(2m)."

m, lmbda = 6, 0.8
_r = np.random.default_rng(537)
X = _r.normal(size=(m, 4))
Y = np.eye(3)[[0, 1, 2, 2, 1, 0]]


def params():
    r = np.random.default_rng(1537)
    return {
        "Theta1": r.normal(size=(5, 4)),
        "bias1": r.normal(size=5),
        "Theta2": r.normal(size=(3, 5)),
        "bias2": r.normal(size=3),
    }


def _sig(t):
    return 1 / (1 + np.exp(-t))


def loss(p):
    z2 = np.dot(X, p["Theta1"].T) + p["bias1"]
    a2 = _sig(z2)
    z3 = np.dot(a2, p["Theta2"].T) + p["bias2"]
    a3 = _sig(z3)
    J = -np.sum(Y * np.log(a3) + (1 - Y) * np.log(1 - a3)) / m
    J = J + lmbda / 2 * m * (np.sum(p["Theta1"] ** 2) + np.sum(p["Theta2"] ** 2))
    return J, {"z2": z2, "a2": a2, "z3": z3, "a3": a3}


def _grads(p, c):
    a2 = _sig(X @ p["Theta1"].T + p["bias1"])
    d3 = _sig(a2 @ p["Theta2"].T + p["bias2"]) - Y
    d2 = (d3 @ p["Theta2"]) * a2 * (1 - a2)
    return {
        "Theta1": d2.T @ X / m + c * p["Theta1"],
        "bias1": d2.mean(axis=0),
        "Theta2": d3.T @ a2 / m + c * p["Theta2"],
        "bias2": d3.mean(axis=0),
    }


def manual_grads(p):
    return _grads(p, lmbda / m)


def correct_grads(p):
    return _grads(p, lmbda * m)


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "lmbda / 2 * m * sum is lmbda*m/2 * sum; the gradient lmbda/m * Theta fits lmbda / (2 * m). Equivalent reading: penalty term of Theta1 and Theta2 too small by m**2 = 36",
    }
]
PROPAGATED = ["Theta1", "Theta2"]
CORRECT = ["bias1", "bias2"]
