import numpy as np

SOURCE = "https://pytroubles.com/en/posts/id1785-fixing-numpy-mnist-training-correct-gradient-axes-bias-reductions-and-stable-softmax"
SUMMARY = "Rows-as-samples network with as many hidden units as classes: dW2 comes out transposed (square, so it fits) and both biases are summed over axis 1."

_r = np.random.default_rng(723)
X = _r.random((5, 6))
Y = np.eye(4)[[3, 0, 1, 2, 0]]


def _soft(y):
    ex = np.exp(y)
    return ex / np.sum(ex, axis=1, keepdims=True)


def params():
    r = np.random.default_rng(1723)
    return {
        "w_in": r.normal(size=(6, 4)),
        "b_in": r.normal(size=4),
        "w_out": r.normal(size=(4, 4)),
        "b_out": r.normal(size=4),
    }


def loss(p):
    z1 = np.dot(X, p["w_in"]) + p["b_in"]
    a1 = np.maximum(z1, 0)
    z2 = a1 @ p["w_out"] + p["b_out"]
    a2 = _soft(z2)
    return -np.sum(Y * np.log(a2)) / len(X), {"z1": z1, "a1": a1, "z2": z2, "a2": a2}


def manual_grads(p):
    n = len(X)
    z1 = X @ p["w_in"] + p["b_in"]
    a1 = np.maximum(z1, 0)
    dz2 = _soft(a1 @ p["w_out"] + p["b_out"]) - Y
    dw_out = dz2.T.dot(a1) / n
    db_out = np.sum(dz2, axis=1) / n
    dz1 = dz2.dot(p["w_out"].T) * (z1 > 0)
    dw_in = X.T.dot(dz1) / n
    db_in = np.sum(dz1, axis=1) / n
    return {"w_in": dw_in, "b_in": db_in, "w_out": dw_out, "b_out": db_out}


def correct_grads(p):
    z1 = X @ p["w_in"] + p["b_in"]
    a1 = np.maximum(z1, 0)
    d2 = (_soft(a1 @ p["w_out"] + p["b_out"]) - Y) / len(X)
    d1 = (d2 @ p["w_out"].T) * (z1 > 0)
    return {"w_in": X.T @ d1, "b_in": d1.sum(axis=0), "w_out": a1.T @ d2, "b_out": d2.sum(axis=0), "z2": d2, "z1": d1}


EXPECTED = [
    {
        "where": "w_out",
        "kind": "transposed",
        "detail": "dz2.T @ a1 instead of a1.T @ dz2; hidden units and classes are both 4",
    },
    {"where": "b_out", "kind": "wrong_axis", "detail": "summed over the classes: (5,) instead of (4,)"},
    {"where": "b_in", "kind": "wrong_axis", "detail": "summed over the hidden units: (5,) instead of (4,)"},
]
PROPAGATED = []
CORRECT = ["w_in"]
