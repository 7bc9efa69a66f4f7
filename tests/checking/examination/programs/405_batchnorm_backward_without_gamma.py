import numpy as np

SOURCE = "https://github.com/denizyuret/Knet.jl/issues/288"
SUMMARY = "Batch normalisation layer with an incoming gradient: dx is computed from dout instead of gamma * dout."

_r = np.random.default_rng(405)
DOUT = _r.normal(size=(6, 3))
EPS = 1e-5


def params():
    r = np.random.default_rng(1405)
    return {"x": r.normal(size=(6, 3)) * 2 + 1, "gamma": r.normal(size=3), "beta": r.normal(size=3)}


def batchnorm_forward(x, gamma, beta):
    mu = np.mean(x, axis=0)
    xmu = x - mu
    var = np.mean(xmu**2, axis=0)
    ivar = 1.0 / np.sqrt(var + EPS)
    xhat = xmu * ivar
    out = gamma * xhat + beta
    return out, (xhat, xmu, ivar, gamma)


def loss(p):
    out, cache = batchnorm_forward(p["x"], p["gamma"], p["beta"])
    xhat = cache[0]
    return np.sum(out * DOUT), {"xhat": xhat, "out": out}


def batchnorm_backward(dout, cache):
    xhat, xmu, ivar, gamma = cache
    N, D = dout.shape
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(xhat * dout, axis=0)
    dxmu = dout * ivar
    dvar = -0.5 * np.sum(dout * xmu, axis=0) * ivar**3
    dmu = -np.sum(dxmu, axis=0) - 2 * dvar * np.mean(xmu, axis=0)
    dx = dxmu + dvar * 2 * xmu / N + dmu / N
    return dx, dgamma, dbeta


def manual_grads(p):
    _, cache = batchnorm_forward(p["x"], p["gamma"], p["beta"])
    dx, dgamma, dbeta = batchnorm_backward(DOUT, cache)
    return {"x": dx, "gamma": dgamma, "beta": dbeta}


def correct_grads(p):
    _, (xhat, xmu, ivar, gamma) = batchnorm_forward(p["x"], p["gamma"], p["beta"])
    g = DOUT * gamma
    N = len(xhat)
    dx = ivar / N * (N * g - g.sum(axis=0) - xhat * (g * xhat).sum(axis=0))
    return {"x": dx, "gamma": (DOUT * xhat).sum(axis=0), "beta": DOUT.sum(axis=0)}


EXPECTED = [{"where": "xhat", "kind": "missing_factor", "detail": "gamma is not multiplied in on the way to xhat"}]
PROPAGATED = ["x"]
CORRECT = ["gamma", "beta"]
