import numpy as np

SOURCE = "https://github.com/facebookresearch/CrypTen/pull/143"
SUMMARY = "Batch norm's input gradient treats mean and variance as constants: dx = dxhat / std."

_r = np.random.default_rng(736)
X = _r.normal(size=(8, 3))
Y = np.eye(2)[[0, 1, 1, 0, 1, 0, 0, 1]]
EPS = 1e-5


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e, axis=1, keepdims=True)


def params():
    r = np.random.default_rng(1736)
    return {
        "W1": r.normal(size=(3, 4)),
        "gamma": r.normal(size=4),
        "beta": r.normal(size=4),
        "W2": r.normal(size=(4, 2)),
        "b2": r.normal(size=2),
    }


def loss(p):
    x = X @ p["W1"]
    mu = np.mean(x, axis=0)
    var = np.mean((x - mu) ** 2, axis=0)
    xhat = (x - mu) / np.sqrt(var + EPS)
    y = p["gamma"] * xhat + p["beta"]
    a = np.maximum(y, 0)
    s = a @ p["W2"] + p["b2"]
    return -np.sum(Y * np.log(_soft(s))) / 8, {"x": x, "mu": mu, "var": var, "xhat": xhat, "y": y, "a": a, "s": s}


def _run(p, whole):
    x = X @ p["W1"]
    std = np.sqrt(x.var(axis=0) + EPS)
    xhat = (x - x.mean(axis=0)) / std
    y = p["gamma"] * xhat + p["beta"]
    a = np.maximum(y, 0)
    ds = (_soft(a @ p["W2"] + p["b2"]) - Y) / 8
    dy = ds @ p["W2"].T * (y > 0)
    dxhat = dy * p["gamma"]
    dx = dxhat / std
    if whole:
        dx = dx - dx.mean(axis=0) - xhat * np.mean(dx * xhat, axis=0)
    return {
        "W2": a.T @ ds,
        "b2": ds.sum(axis=0),
        "gamma": np.sum(dy * xhat, axis=0),
        "beta": dy.sum(axis=0),
        "W1": X.T @ dx,
        "s": ds,
        "y": dy,
        "xhat": dxhat,
        "x": dx,
    }


def manual_grads(p):
    return _run(p, False)


def correct_grads(p):
    return _run(p, True)


EXPECTED = [
    {
        "where": "x",
        "kind": "missing_term",
        "detail": "the paths through the batch mean and the batch variance are ignored",
    }
]
PROPAGATED = ["W1"]
CORRECT = ["gamma", "beta", "W2", "b2", "s", "y", "xhat"]
