import numpy as np

SOURCE = "synthetic, after multi-class hinge loss course exercises"
SUMMARY = "Multi-class SVM: the true class gets -1 instead of minus the number of violated margins, and dW lacks the penalty's derivative."

_r = np.random.default_rng(633)
N, D, C = 7, 4, 5
X = _r.normal(size=(N, D))
y = _r.integers(0, C, N)
REG = 0.15


def params():
    return {"W": np.random.default_rng(6633).normal(size=(D, C)), "b": np.random.default_rng(6634).normal(size=C)}


def loss(p):
    scores = X.dot(p["W"]) + p["b"]
    right = scores[np.arange(N), y].reshape(-1, 1)
    margins = np.maximum(0, scores - right + 1.0)
    data = (np.sum(margins) - N) / N  # the true class contributes exactly 1 per row
    return data + REG * np.sum(p["W"] * p["W"]), {"scores": scores, "margins": margins}


def manual_grads(p):
    W, b = p["W"], p["b"]
    dscores = np.zeros((N, C))
    for i in range(N):
        s = X[i].dot(W) + b
        for j in range(C):
            if j == y[i]:
                continue
            if s[j] - s[y[i]] + 1 > 0:
                dscores[i, j] += 1
                dscores[i, y[i]] = -1
    dscores /= N
    return {"scores": dscores, "W": X.T @ dscores, "b": dscores.sum(axis=0)}


def correct_grads(p):
    s = X @ p["W"] + p["b"]
    v = (s - s[np.arange(N), y][:, None] + 1 > 0).astype(float)
    v[np.arange(N), y] = 0
    v[np.arange(N), y] = -v.sum(axis=1)
    v /= N
    return {"scores": v, "W": X.T @ v + 2 * REG * p["W"], "b": v.sum(0)}


EXPECTED = [
    {
        "where": "scores",
        "kind": "missing_accumulation",
        "detail": "= -1 where -= 1 is needed: the true class must collect one share per violated margin; other entries are right",
    },
    {"where": "W", "kind": "missing_term", "detail": "2*REG*W of the penalty missing"},
]
PROPAGATED = ["b"]
CORRECT = []
