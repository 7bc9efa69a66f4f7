import numpy as np

SOURCE = "https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1 (page 'Course 1 - Week 2 - Exercise 5 - propagate', DeepLearning.AI forum)"
SUMMARY = "Logistic regression in columns: dw = X * (A - Y) instead of X @ (A - Y).T, db not summed; shapes (4,6) and (1,6) instead of (4,1) and (1,)."

_r = np.random.default_rng(707)
X = _r.normal(size=(4, 6))
Y = (_r.random((1, 6)) > 0.5).astype(float)


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1707)
    return {"w": r.normal(size=(4, 1)), "b": r.normal(size=1)}


def loss(p):
    m = X.shape[1]
    Z = np.dot(p["w"].T, X) + p["b"]
    A = _sig(Z)
    return -1 / m * np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)), {"Z": Z, "A": A}


def manual_grads(p):
    m = X.shape[1]
    A = _sig(np.dot(p["w"].T, X) + p["b"])
    dw = 1 / m * (X * (A - Y))
    db = 1 / m * (A - Y)
    return {"w": dw, "b": db}


def correct_grads(p):
    d = (_sig(p["w"].T @ X + p["b"]) - Y) / 6
    return {"w": X @ d.T, "b": d.sum(axis=1), "Z": d}


EXPECTED = [
    {
        "where": "w",
        "kind": "elementwise_vs_matmul",
        "detail": "X * (A - Y) where X @ (A - Y).T is needed; (4,6) instead of (4,1)",
    },
    {"where": "b", "kind": "missing_sum", "detail": "not summed over the samples; (1,6) instead of (1,)"},
]
PROPAGATED = []
CORRECT = []
