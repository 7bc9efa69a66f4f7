import numpy as np

SOURCE = "synthetic, after Coursera forum threads on linear_backward (column layout)"
SUMMARY = "Columns are samples; linear_backward takes m = A_prev.shape[0], so each layer divides by its number of inputs instead of the number of samples."

_r = np.random.default_rng(603)
X = _r.normal(size=(4, 9))
Y = np.eye(3)[:, _r.integers(0, 3, 9)]


def params():
    r = np.random.default_rng(6603)
    return {
        "W1": r.normal(size=(6, 4)),
        "b1": r.normal(size=(6, 1)),
        "W2": r.normal(size=(3, 6)),
        "b2": r.normal(size=(3, 1)),
    }


def _softmax(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = _softmax(Z2)
    return -np.sum(Y * np.log(A2)) / X.shape[1], {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def _linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[0]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    return np.dot(W.T, dZ), dW, db


def manual_grads(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    A2 = _softmax(np.dot(p["W2"], A1) + p["b2"])
    dA1, dW2, db2 = _linear_backward(A2 - Y, (A1, p["W2"], p["b2"]))
    dZ1 = dA1 * (1 - np.tanh(Z1) ** 2)
    _, dW1, db1 = _linear_backward(dZ1, (X, p["W1"], p["b1"]))
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def correct_grads(p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    d2 = (_softmax(p["W2"] @ A1 + p["b2"]) - Y) / 9
    d1 = (p["W2"].T @ d2) * (1 - A1**2)
    return {
        "W1": d1 @ X.T,
        "b1": d1.sum(1, keepdims=True),
        "W2": d2 @ A1.T,
        "b2": d2.sum(1, keepdims=True),
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "W2",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 6 hidden units instead of 9 samples",
        "factor": 1.5,
        "names": ["W2", "b2"],
    },
    {"where": "b2", "kind": "mean_over_wrong_count", "detail": "divided by 6 hidden units instead of 9 samples"},
    {
        "where": "W1",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 4 features instead of 9 samples",
        "factor": 2.25,
        "names": ["W1", "b1"],
    },
    {"where": "b1", "kind": "mean_over_wrong_count", "detail": "divided by 4 features instead of 9 samples"},
]
PROPAGATED = []
CORRECT = []
