import numpy as np

SOURCE = "len(probs.T), shape[1] for shape[0]"
SUMMARY = "Softmax regression step: the averaged gradient divides by the number of classes, not samples."

LR = 0.1
rng = np.random.default_rng(325)
N, D, C = 10, 4, 3
X = rng.normal(size=(N, D))
y = rng.integers(0, C, N)


def params():
    g = np.random.default_rng(1325)
    return {"theta": g.normal(size=(D, C)), "bias": g.normal(size=C)}


def loss(p):
    s = X @ p["theta"] + p["bias"]
    logp = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -logp[np.arange(N), y].mean(), {"s": s, "logp": logp}


def correct_grads(p):
    e = np.exp(X @ p["theta"] + p["bias"])
    G = (e / e.sum(1, keepdims=True) - np.eye(C)[y]) / N
    return {"theta": X.T @ G, "bias": G.sum(0), "s": G}


def step(p):
    th, b = p["theta"], p["bias"]
    probs = np.exp(X.dot(th) + b)
    probs = probs / probs.sum(axis=1)[:, None]
    probs[np.arange(N), y] -= 1
    probs /= probs.shape[1]
    th = th - LR * X.T.dot(probs)
    b = b - LR * probs.sum(axis=0)
    return dict(theta=th, bias=b)


EXPECTED = [
    {
        "where": "s",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 3 classes instead of 10 samples",
        "factor": 10 / 3,
        "names": ["theta", "bias"],
    }
]
PROPAGATED = ["theta", "bias"]
CORRECT = []
