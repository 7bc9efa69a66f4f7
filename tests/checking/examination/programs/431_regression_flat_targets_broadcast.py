import numpy as np

SOURCE = "pattern of the classical (N,1) - (N,) question: linear regression whose weights change shape after one update"
SUMMARY = "y is (N,), the prediction (N,1): the error is (N,N), the update of w broadcasts (D,1) - (D,N); the bias is right by luck."

_r = np.random.default_rng(431)
X = _r.normal(size=(5, 3))
y = _r.normal(size=5)
LR = 0.1


def params():
    r = np.random.default_rng(1431)
    return {"w": r.normal(size=(3, 1)), "b": r.normal(size=(1, 1))}


def loss(p):
    y_hat = np.dot(X, p["w"]) + p["b"]
    flat = np.reshape(y_hat, (5,))
    return np.sum((flat - y) ** 2) / (2 * len(y)), {"y_hat": y_hat}


def step(p):
    w, b = p["w"], p["b"]
    y_hat = X @ w + b
    error = y_hat - y
    w = w - LR * X.T @ error / len(y)
    b = b - LR * np.mean(error)
    return {"w": w, "b": b}


def correct_grads(p):
    e = (X @ p["w"] + p["b"] - y[:, None]) / 5
    return {"w": X.T @ e, "b": e.sum(axis=0, keepdims=True), "y_hat": e}


EXPECTED = [{"where": "y_hat", "kind": "broadcasting_silent", "detail": "(5,1) - (5,) is (5,5); w becomes (3,5)"}]
PROPAGATED = ["w"]
CORRECT = ["b"]
