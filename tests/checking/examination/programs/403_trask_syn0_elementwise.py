import numpy as np

SOURCE = "pattern of questions on trask's 11-line network ('*' for np.dot); cf. https://community.deeplearning.ai/t/week-3-exercise-6-cost-function/723602/2"
SUMMARY = "Four samples, four inputs, four hidden units: X.T * l1_delta runs where np.dot(X.T, l1_delta) is meant."

X = np.array([[0.0, 0.0, 1.0, 0.5], [0.0, 1.0, 1.0, -0.3], [1.0, 0.0, 1.0, 0.2], [1.0, 1.0, 1.0, 0.9]])
y = np.array([[0.0], [1.0], [1.0], [0.0]])
LR = 1.0


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def params():
    r = np.random.default_rng(1403)
    return {"syn0": 2 * r.random((4, 4)) - 1, "syn1": 2 * r.random((4, 1)) - 1}


def loss(p):
    z1 = np.dot(X, p["syn0"])
    l1 = nonlin(z1)
    z2 = np.dot(l1, p["syn1"])
    l2 = nonlin(z2)
    return 0.5 * np.sum((y - l2) ** 2), {"z1": z1, "l1": l1, "z2": z2, "l2": l2}


def step(p):
    syn0, syn1 = p["syn0"].copy(), p["syn1"].copy()
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))
    l2 = nonlin(np.dot(l1, syn1))
    l2_error = y - l2
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 += l1.T.dot(l2_delta)
    syn0 += l0.T * l1_delta
    return {"syn0": syn0, "syn1": syn1}


def correct_grads(p):
    l1 = nonlin(X @ p["syn0"])
    l2 = nonlin(l1 @ p["syn1"])
    d2 = (l2 - y) * l2 * (1 - l2)
    d1 = d2 @ p["syn1"].T * l1 * (1 - l1)
    return {"syn1": l1.T @ d2, "syn0": X.T @ d1, "z2": d2, "z1": d1, "l1": d2 @ p["syn1"].T, "l2": l2 - y}


EXPECTED = [
    {
        "where": "syn0",
        "kind": "elementwise_vs_matmul",
        "detail": "X.T * l1_delta instead of X.T @ l1_delta; (4,4) everywhere hides it",
    }
]
PROPAGATED = []
CORRECT = ["syn1"]
