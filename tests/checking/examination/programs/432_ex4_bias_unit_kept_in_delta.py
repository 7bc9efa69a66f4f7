import numpy as np

SOURCE = (
    "pattern of Coursera Machine Learning ex4 in NumPy: delta2 keeps the bias unit, Theta1_grad has one row too many"
)
SUMMARY = "ex4 style (bias column in front): delta2 is not cut by [:, 1:], so Theta1_grad gets an extra first row."

_r = np.random.default_rng(432)
X = np.hstack([np.ones((6, 1)), _r.normal(size=(6, 3))])
Y = np.eye(2)[[0, 1, 1, 0, 1, 0]]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def params():
    r = np.random.default_rng(1432)
    return {"Theta1": r.normal(size=(4, 4)), "Theta2": r.normal(size=(2, 5))}


def loss(p):
    z2 = np.dot(X, p["Theta1"].T)
    a2 = np.concatenate([np.ones((6, 1)), sigmoid(z2)], axis=1)
    z3 = np.dot(a2, p["Theta2"].T)
    h = sigmoid(z3)
    return -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / 6, {"z2": z2, "a2": a2, "z3": z3, "h": h}


def manual_grads(p):
    m = X.shape[0]
    a2 = np.hstack([np.ones((m, 1)), sigmoid(X @ p["Theta1"].T)])
    h = sigmoid(a2 @ p["Theta2"].T)
    delta3 = h - Y
    delta2 = delta3 @ p["Theta2"] * a2 * (1 - a2)
    return {"Theta1": delta2.T @ X / m, "Theta2": delta3.T @ a2 / m}


def correct_grads(p):
    a2 = np.hstack([np.ones((6, 1)), sigmoid(X @ p["Theta1"].T)])
    d3 = (sigmoid(a2 @ p["Theta2"].T) - Y) / 6
    g = d3 @ p["Theta2"]
    d2 = (g * a2 * (1 - a2))[:, 1:]
    return {"Theta1": d2.T @ X, "Theta2": d3.T @ a2, "z3": d3, "a2": g, "z2": d2}


EXPECTED = [
    {
        "where": "Theta1",
        "kind": "shape_mismatch",
        "detail": "one row too many: the bias unit's (zero) gradient comes first",
    }
]
PROPAGATED = []
CORRECT = ["Theta2"]
