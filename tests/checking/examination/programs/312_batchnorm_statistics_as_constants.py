import numpy as np

SOURCE = "'batch norm backward fails gradient check' threads"
SUMMARY = "Batch norm backward treats mean and variance as constants: dx = gamma * dout / std."

N = 7
_r = np.random.default_rng(312)
X = _r.normal(size=(N, 4))
Y = np.eye(3)[_r.integers(0, 3, N)]
eps = 1e-5


def params():
    r = np.random.default_rng(1312)
    return {
        "W1": r.normal(size=(4, 5)),
        "gamma": r.normal(size=5),
        "beta": r.normal(size=5),
        "W2": r.normal(size=(5, 3)),
        "b2": r.normal(size=3),
    }


def loss(p):
    a = np.dot(X, p["W1"])
    mu = np.mean(a, axis=0)
    var = np.mean((a - mu) ** 2, axis=0)
    xhat = (a - mu) / np.sqrt(var + eps)
    bn = p["gamma"] * xhat + p["beta"]
    h = np.maximum(0, bn)
    scores = np.dot(h, p["W2"]) + p["b2"]
    ex = np.exp(scores)
    probs = ex / np.sum(ex, axis=1, keepdims=True)
    return -np.sum(Y * np.log(probs)) / N, {"a": a, "xhat": xhat, "bn": bn, "h": h, "scores": scores}


def _upper(p):
    a = X @ p["W1"]
    sd = np.sqrt(a.var(axis=0) + eps)
    xhat = (a - a.mean(axis=0)) / sd
    bn = p["gamma"] * xhat + p["beta"]
    h = np.maximum(0, bn)
    e = np.exp(h @ p["W2"] + p["b2"])
    ds = (e / e.sum(axis=1, keepdims=True) - Y) / N
    dh = ds @ p["W2"].T
    dbn = dh * (bn > 0)
    out = {
        "W2": h.T @ ds,
        "b2": ds.sum(axis=0),
        "gamma": np.sum(dbn * xhat, axis=0),
        "beta": dbn.sum(axis=0),
        "scores": ds,
        "h": dh,
        "bn": dbn,
        "xhat": dbn * p["gamma"],
    }
    return out, xhat, sd


def manual_grads(p):
    grads, xhat, sd = _upper(p)
    da = grads["xhat"] / sd
    grads["a"] = da
    grads["W1"] = X.T.dot(da)
    return grads


def correct_grads(p):
    g, xhat, sd = _upper(p)
    dx = g["xhat"]
    g["a"] = (dx - dx.mean(axis=0) - xhat * (dx * xhat).mean(axis=0)) / sd
    g["W1"] = X.T @ g["a"]
    return g


EXPECTED = [{"where": "a", "kind": "missing_term", "detail": "paths through the batch mean and variance are missing"}]
PROPAGATED = ["W1"]
CORRECT = ["W2", "b2", "gamma", "beta", "scores", "h", "bn", "xhat"]
