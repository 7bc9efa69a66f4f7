import numpy as np

SOURCE = "synthetic, after questions on softmax without axis"
SUMMARY = "The forward softmax divides by np.sum(np.exp(z)) over the whole batch; intended is the softmax of each row, which is what (A3 - Y)/m in the backward pass fits."

_r = np.random.default_rng(620)
X = _r.normal(size=(6, 4))
Y = np.eye(3)[_r.integers(0, 3, 6)]


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def params():
    r = np.random.default_rng(6620)
    return {"W1": r.normal(size=(4, 5)), "b1": np.zeros((1, 5)), "W2": r.normal(size=(5, 3)), "b2": np.zeros((1, 3))}


def loss(p):
    Z1 = np.dot(X, p["W1"]) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(A1, p["W2"]) + p["b2"]
    A2 = softmax(Z2)
    return -np.sum(Y * np.log(A2)) / len(X), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def manual_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    S = A1 @ p["W2"] + p["b2"]
    A2 = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    dZ2 = (A2 - Y) / len(X)
    dZ1 = (dZ2 @ p["W2"].T) * (1 - A1**2)
    return {
        "W2": A1.T @ dZ2,
        "b2": dZ2.sum(axis=0, keepdims=True),
        "W1": X.T @ dZ1,
        "b1": dZ1.sum(axis=0, keepdims=True),
    }


def correct_grads(p):
    # of the loss as written
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    d2 = softmax(A1 @ p["W2"] + p["b2"]) - Y / 6
    d1 = (d2 @ p["W2"].T) * (1 - A1**2)
    return {
        "W2": A1.T @ d2,
        "b2": d2.sum(0, keepdims=True),
        "W1": X.T @ d1,
        "b1": d1.sum(0, keepdims=True),
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "np.sum(e) normalises over all rows; np.sum(e, axis=1, keepdims=True) is meant and is what the gradient fits",
    }
]
PROPAGATED = []
CORRECT = []
