import numpy as np

SOURCE = "https://github.com/rust0258/Deeplearning.ai-Natural-Language-Processing-Specialization/pull/70"
SUMMARY = "CBOW assignment: the hidden error goes through relu itself instead of being masked by z1 > 0, and the bias gradients sum dW over its columns; for b1 that is right by luck because every context column sums to one."

_r = np.random.default_rng(702)
X = _r.random((6, 5))
X = X / X.sum(axis=0)  # averaged one-hot context words
Y = np.eye(6)[:, [0, 3, 5, 3, 1]]


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e, axis=0)


def params():
    r = np.random.default_rng(1702)
    return {
        "W1": r.normal(size=(4, 6)),
        "b1": r.normal(size=(4, 1)),
        "W2": r.normal(size=(6, 4)),
        "b2": r.normal(size=(6, 1)),
    }


def loss(p):
    z1 = np.dot(p["W1"], X) + p["b1"]
    h = np.maximum(0, z1)
    z2 = np.dot(p["W2"], h) + p["b2"]
    yhat = _soft(z2)
    return -np.sum(Y * np.log(yhat)) / 5, {"z1": z1, "h": h, "z2": z2, "yhat": yhat}


def manual_grads(p):
    m = X.shape[1]
    h = np.maximum(0, p["W1"] @ X + p["b1"])
    e = _soft(p["W2"] @ h + p["b2"]) - Y
    l1 = np.dot(p["W2"].T, e)
    l1 = np.maximum(0, l1)
    dW1 = (1 / m) * np.dot(l1, X.T)
    dW2 = (1 / m) * np.dot(e, h.T)
    db1 = np.sum((1 / m) * np.dot(l1, X.T), axis=1, keepdims=True)
    db2 = np.sum((1 / m) * np.dot(e, h.T), axis=1, keepdims=True)
    return {"W1": dW1, "W2": dW2, "b1": db1, "b2": db2}


def correct_grads(p):
    z1 = p["W1"] @ X + p["b1"]
    h = np.maximum(0, z1)
    e = (_soft(p["W2"] @ h + p["b2"]) - Y) / 5
    d = (p["W2"].T @ e) * (z1 > 0)
    return {
        "W1": d @ X.T,
        "b1": d.sum(axis=1, keepdims=True),
        "W2": e @ h.T,
        "b2": e.sum(axis=1, keepdims=True),
        "z2": e,
        "h": p["W2"].T @ e,
        "z1": d,
    }


EXPECTED = [
    {
        "where": "z1",
        "kind": "wrong_activation_derivative",
        "detail": "relu applied to the gradient (negative gradients dropped, all units let through) instead of the mask z1 > 0",
    },
    {
        "where": "b2",
        "kind": "wrong_operand",
        "detail": "sums e @ h.T (that is dW2) over its columns instead of e over the samples",
    },
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W2"]
