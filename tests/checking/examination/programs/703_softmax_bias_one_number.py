import numpy as np

SOURCE = "https://github.com/rasbt/stat453-deep-learning-ss21/issues/5"
SUMMARY = "Softmax regression: the bias gradient is summed over samples and classes at once; softmax minus one-hot sums to zero, so the biases stand still."

_r = np.random.default_rng(703)
X = _r.normal(size=(8, 4))
Y = np.eye(3)[[0, 1, 1, 2, 0, 1, 2, 1]]


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e, axis=1, keepdims=True)


def params():
    r = np.random.default_rng(1703)
    return {"w": r.normal(size=(3, 4)), "b": r.normal(size=3)}


def loss(p):
    logits = np.dot(X, p["w"].T) + p["b"]
    probas = _soft(logits)
    return np.mean(-np.sum(np.log(probas) * Y, axis=1)), {"logits": logits, "probas": probas}


def manual_grads(p):
    probas = _soft(X @ p["w"].T + p["b"])
    gw = -np.dot(X.T, Y - probas).T / len(X)
    gb = -np.sum(Y - probas) / len(X)
    return {"w": gw, "b": gb}


def correct_grads(p):
    d = (_soft(X @ p["w"].T + p["b"]) - Y) / len(X)
    return {"w": d.T @ X, "b": d.sum(axis=0), "logits": d}


EXPECTED = [
    {
        "where": "b",
        "kind": "wrong_axis",
        "detail": "summed over all axes: one number (and that number is zero) instead of one per class, (3,)",
    }
]
PROPAGATED = []
CORRECT = ["w"]
