import numpy as np

SOURCE = "cs231n assignment 2, layernorm_backward derived from batchnorm_backward (axis left at 0)"
SUMMARY = "Layer norm backward copied from batch norm: the two means of dx are still taken over axis 0."

_r = np.random.default_rng(408)
X = _r.normal(size=(6, 4))
T = _r.normal(size=(6, 5))


def params():
    r = np.random.default_rng(1408)
    return {"W": r.normal(size=(4, 5)), "gamma": r.uniform(0.5, 2, size=5), "beta": r.normal(size=5)}


def loss(p):
    h = np.dot(X, p["W"])
    mu = np.mean(h, axis=1, keepdims=True)
    var = np.mean((h - mu) ** 2, axis=1, keepdims=True)
    hhat = (h - mu) / np.sqrt(var + 1e-5)
    out = p["gamma"] * hhat + p["beta"]
    return 0.5 * np.sum((out - T) ** 2), {"h": h, "hhat": hhat, "out": out}


def _parts(p):
    h = X @ p["W"]
    sd = np.sqrt(h.var(axis=1, keepdims=True) + 1e-5)
    hhat = (h - h.mean(axis=1, keepdims=True)) / sd
    return hhat, sd, p["gamma"] * hhat + p["beta"] - T


def _back(p, ax):
    hhat, sd, dout = _parts(p)
    dhhat = dout * p["gamma"]
    dh = (dhhat - np.mean(dhhat, axis=ax, keepdims=True) - hhat * np.mean(dhhat * hhat, axis=ax, keepdims=True)) / sd
    return {
        "out": dout,
        "hhat": dhhat,
        "h": dh,
        "W": X.T @ dh,
        "gamma": np.sum(dout * hhat, axis=0),
        "beta": np.sum(dout, axis=0),
    }


def manual_grads(p):
    return _back(p, 0)


def correct_grads(p):
    return _back(p, 1)


EXPECTED = [
    {"where": "h", "kind": "wrong_axis", "detail": "means over axis 0 (the batch) instead of axis 1 (the features)"}
]
PROPAGATED = ["W"]
CORRECT = ["out", "hhat", "gamma", "beta"]
