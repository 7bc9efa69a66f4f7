import numpy as np

SOURCE = "pattern of weighted cross entropy questions (Cross Validated / fast.ai): weights enter dscores and are applied once more in dW"
SUMMARY = "Softmax regression with class weights: dscores already carries the sample weight, the gradient of W multiplies by it again."

_r = np.random.default_rng(426)
X = _r.normal(size=(6, 3))
y = np.array([0, 1, 2, 2, 1, 0])
CW = np.array([0.5, 1.0, 3.0])
LR = 0.1


def params():
    r = np.random.default_rng(1426)
    return {"W": r.normal(size=(3, 3)), "b": r.normal(size=3)}


def loss(p):
    logits = np.dot(X, p["W"]) + p["b"]
    logits = logits - np.max(logits, axis=1, keepdims=True)
    logprob = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    w = CW[y]
    return -np.sum(w * logprob[np.arange(6), y]) / 6, {}


def _dscores(p):
    s = X @ p["W"] + p["b"]
    P = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    P[np.arange(6), y] -= 1
    return P * CW[y][:, None] / 6


def step(p):
    d = _dscores(p)
    w = CW[y]
    dW = (X * w[:, None]).T @ d
    db = d.sum(axis=0)
    return {"W": p["W"] - LR * dW, "b": p["b"] - LR * db}


def correct_grads(p):
    d = _dscores(p)
    return {"W": X.T @ d, "b": d.sum(axis=0)}


EXPECTED = [{"where": "W", "kind": "extra_factor", "detail": "class weight of the sample applied a second time"}]
PROPAGATED = []
CORRECT = ["b"]
