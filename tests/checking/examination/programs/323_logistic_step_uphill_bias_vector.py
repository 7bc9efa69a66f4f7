import numpy as np

SOURCE = "forgotten sum over the samples in logistic regression"
SUMMARY = "Logistic regression step: the bias gradient stays per sample, and b = b - lr*db turns the scalar bias into a vector; w is moved uphill."

rnd = np.random.default_rng(323)
X = rnd.normal(size=(8, 3))
y = (X[:, :1] + 0.3 * rnd.normal(size=(8, 1)) > 0) * 1.0
LR = 0.3


def params():
    r = np.random.default_rng(1323)
    return {"w": r.normal(size=(3, 1)), "b": r.normal(size=(1, 1))}


def loss(p):
    z = X @ p["w"] + p["b"]
    h = 1 / (1 + np.exp(-z))
    return (-y * np.log(h) - (1 - y) * np.log(1 - h)).mean(), {"z": z, "h": h}


def correct_grads(p):
    e = (1 / (1 + np.exp(-(X @ p["w"] + p["b"]))) - y) / 8
    return {"w": X.T @ e, "b": e.sum(axis=0, keepdims=True), "z": e}


def step(p):
    w, b = p["w"], p["b"]
    yhat = 1 / (1 + np.exp(-(np.dot(X, w) + b)))
    diff = yhat - y
    w = w + LR * np.dot(X.T, diff) / len(y)
    b = b - LR * diff / len(y)
    return {"w": w, "b": b}


EXPECTED = [
    {"where": "w", "kind": "sign_flipped", "detail": "w + LR * gradient: ascent"},
    {"where": "b", "kind": "broadcasting_silent", "detail": "gradient (8,1) for b (1,1); b becomes (8,1)"},
]
PROPAGATED = []
CORRECT = []
