import numpy as np

SOURCE = "synthetic, after layer-norm-from-scratch questions (one layer, incoming gradient)"
SUMMARY = "Layer norm on its own: dgamma and dbeta keep the batch axis, (N, D) instead of (D,)."

_r = np.random.default_rng(610)
DOUT = _r.normal(size=(5, 4))
EPS = 1e-5


def params():
    r = np.random.default_rng(6610)
    return {"x": r.normal(size=(5, 4)), "gamma": r.uniform(0.5, 1.5, size=4), "beta": np.zeros(4)}


def loss(p):
    x = p["x"]
    mu = np.mean(x, axis=1, keepdims=True)
    var = np.mean((x - mu) ** 2, axis=1, keepdims=True)
    xhat = (x - mu) / np.sqrt(var + EPS)
    out = p["gamma"] * xhat + p["beta"]
    return np.sum(out * DOUT), {"mu": mu, "var": var, "xhat": xhat, "out": out}


def _forward(x, gamma, beta):
    mu = x.mean(axis=1, keepdims=True)
    std = np.sqrt(((x - mu) ** 2).mean(axis=1, keepdims=True) + EPS)
    xhat = (x - mu) / std
    return gamma * xhat + beta, (xhat, std, gamma)


def _backward(dout, cache):
    xhat, std, gamma = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(1, keepdims=True) - xhat * (dxhat * xhat).mean(1, keepdims=True)) / std
    return dx, dout * xhat, dout


def manual_grads(p):
    _, cache = _forward(p["x"], p["gamma"], p["beta"])
    dx, dgamma, dbeta = _backward(DOUT, cache)
    return {"x": dx, "gamma": dgamma, "beta": dbeta}


def correct_grads(p):
    _, cache = _forward(p["x"], p["gamma"], p["beta"])
    dx, dgamma, dbeta = _backward(DOUT, cache)
    return {"x": dx, "gamma": dgamma.sum(0), "beta": dbeta.sum(0), "out": DOUT, "xhat": DOUT * p["gamma"]}


EXPECTED = [
    {"where": "gamma", "kind": "missing_sum", "detail": "(5,4) instead of (4,): not summed over the batch"},
    {"where": "beta", "kind": "missing_sum", "detail": "(5,4) instead of (4,): not summed over the batch"},
]
PROPAGATED = []
CORRECT = ["x"]
