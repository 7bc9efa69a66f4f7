import numpy as np

SOURCE = "https://newbe.dev/numpy-calculate-the-derivative-of-the-softmax-function"
SUMMARY = "Softmax treated like a sigmoid on the way back: dA2 * A2 * (1 - A2) keeps the diagonal of the Jacobian and drops the rest."

_r = np.random.default_rng(716)
X = _r.normal(size=(6, 4))
Y = np.eye(3)[[1, 0, 2, 2, 1, 0]]


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e, axis=1, keepdims=True)


def params():
    r = np.random.default_rng(1716)
    return {
        "W1": r.normal(size=(4, 5)),
        "b1": r.normal(size=(1, 5)),
        "W2": r.normal(size=(5, 3)),
        "b2": r.normal(size=(1, 3)),
    }


def loss(p):
    Z1 = np.dot(X, p["W1"]) + p["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = np.dot(A1, p["W2"]) + p["b2"]
    A2 = _soft(Z2)
    return -np.mean(np.sum(Y * np.log(A2), axis=1)), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def manual_grads(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.maximum(Z1, 0)
    A2 = _soft(A1 @ p["W2"] + p["b2"])
    dA2 = -Y / A2 / len(X)
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = dZ2 @ p["W2"].T
    dZ1 = dA1 * (Z1 > 0)
    return {
        "W2": A1.T @ dZ2,
        "b2": dZ2.sum(axis=0, keepdims=True),
        "W1": X.T @ dZ1,
        "b1": dZ1.sum(axis=0, keepdims=True),
        "A2": dA2,
        "Z2": dZ2,
        "A1": dA1,
        "Z1": dZ1,
    }


def correct_grads(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.maximum(Z1, 0)
    A2 = _soft(A1 @ p["W2"] + p["b2"])
    d2 = (A2 - Y) / len(X)
    g1 = d2 @ p["W2"].T
    d1 = g1 * (Z1 > 0)
    return {
        "W2": A1.T @ d2,
        "b2": d2.sum(axis=0, keepdims=True),
        "W1": X.T @ d1,
        "b1": d1.sum(axis=0, keepdims=True),
        "A2": -Y / A2 / len(X),
        "Z2": d2,
        "A1": g1,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "Z2",
        "kind": "missing_term",
        "detail": "off-diagonal part of the softmax Jacobian, -a_i*a_j, is missing: only a_i*(1-a_i) is used",
    }
]
PROPAGATED = ["A1", "Z1", "W1", "b1", "W2", "b2"]
CORRECT = ["A2"]
