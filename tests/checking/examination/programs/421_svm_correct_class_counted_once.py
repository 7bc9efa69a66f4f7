import numpy as np

SOURCE = "pattern of cs231n assignment 1, svm_loss (https://aman.ai/primers/backprop/derivative-svm/ gives the count)"
SUMMARY = "Multiclass hinge loss: the correct class gets -1 per sample instead of minus the number of violated margins."

_r = np.random.default_rng(421)
X = _r.normal(size=(6, 4))
y = np.array([0, 3, 1, 2, 2, 0])
REG = 0.1


def params():
    r = np.random.default_rng(1421)
    return {"W": r.normal(size=(4, 4)), "b": r.normal(size=4)}


def loss(p):
    N = X.shape[0]
    scores = np.dot(X, p["W"]) + p["b"]
    correct = np.reshape(scores[np.arange(N), y], (N, 1))
    margins = np.maximum(0, scores - correct + 1.0)
    data = (np.sum(margins) - N) / N  # the correct class contributes 1 each
    return data + REG * np.sum(p["W"] * p["W"]), {"scores": scores}


def _run(p, count):
    N = X.shape[0]
    s = X @ p["W"] + p["b"]
    margins = np.maximum(0, s - s[np.arange(N), y][:, None] + 1.0)
    margins[np.arange(N), y] = 0
    d = (margins > 0).astype(float)
    d[np.arange(N), y] = -d.sum(axis=1) if count else -1
    d /= N
    return {"scores": d, "W": X.T @ d + 2 * REG * p["W"], "b": d.sum(axis=0)}


def manual_grads(p):
    return _run(p, False)


def correct_grads(p):
    return _run(p, True)


EXPECTED = [
    {
        "where": "scores",
        "kind": "missing_accumulation",
        "detail": "correct-class entries are -1/N instead of -(violated margins)/N",
    }
]
PROPAGATED = ["W", "b"]
CORRECT = []
