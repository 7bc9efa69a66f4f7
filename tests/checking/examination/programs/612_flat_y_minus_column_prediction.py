import numpy as np

SOURCE = "synthetic, after the classic question about (m,) targets and (m,1) predictions"
SUMMARY = "Linear regression: predictions are (8,1), the gradient code subtracts the flat y of shape (8,), which broadcasts the error to (8,8)."

_r = np.random.default_rng(612)
X = _r.normal(size=(8, 3))
y = _r.normal(size=8)


def params():
    r = np.random.default_rng(6612)
    return {"w": r.normal(size=(3, 1)), "b": r.normal(size=(1,))}


def loss(p):
    pred = X.dot(p["w"]) + p["b"]
    return np.mean((pred - y.reshape(-1, 1)) ** 2), {"pred": pred}


def manual_grads(p):
    m = len(y)
    pred = X @ p["w"] + p["b"]
    dpred = 2 * (pred - y) / m
    return {"pred": dpred, "w": X.T @ dpred, "b": dpred.sum(axis=0)}


def correct_grads(p):
    d = 2 * (X @ p["w"] + p["b"] - y[:, None]) / 8
    return {"pred": d, "w": X.T @ d, "b": d.sum(axis=0)}


EXPECTED = [
    {
        "where": "pred",
        "kind": "broadcasting_silent",
        "detail": "(8,1) - (8,) gives (8,8); y.reshape(-1,1) needed; the gradient of w becomes (3,8) and that of b (8,)",
    }
]
PROPAGATED = ["w", "b"]
CORRECT = []
