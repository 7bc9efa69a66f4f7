import numpy as np

SOURCE = "https://datascience.stackexchange.com/q/10741 (the step-by-step batch norm graph; the slip is invented)"
SUMMARY = "Batch norm node by node: the variance node spreads its gradient with 1/D (features) where 1/N (samples) is needed; N, D = x.shape read the wrong way round in one line."

N, D = 7, 4
_r = np.random.default_rng(516)
X = _r.normal(size=(N, 3))
T = _r.normal(size=(N, D))
EPS = 1e-6


def params():
    r = np.random.default_rng(1516)
    return {"W": r.normal(size=(3, D)), "gamma": r.normal(size=D), "beta": r.normal(size=D)}


def loss(p):
    x = X @ p["W"]
    mu = 1.0 / N * np.sum(x, axis=0)
    xmu = x - mu
    sq = xmu**2
    var = 1.0 / N * np.sum(sq, axis=0)
    sqrtvar = np.sqrt(var + EPS)
    ivar = 1.0 / sqrtvar
    xhat = xmu * ivar
    gammax = p["gamma"] * xhat
    out = gammax + p["beta"]
    err = np.tanh(out) - T
    return 0.5 * np.sum(err**2), {
        "x": x,
        "xmu": xmu,
        "sq": sq,
        "var": var,
        "sqrtvar": sqrtvar,
        "ivar": ivar,
        "xhat": xhat,
        "gammax": gammax,
        "out": out,
    }


def _bn_backward(p, count):
    x = X @ p["W"]
    xmu = x - x.mean(axis=0)
    var = np.mean(xmu**2, axis=0)
    sqrtvar = np.sqrt(var + EPS)
    ivar = 1 / sqrtvar
    xhat = xmu * ivar
    th = np.tanh(p["gamma"] * xhat + p["beta"])
    dout = (th - T) * (1 - th**2)
    dbeta = np.sum(dout, axis=0)
    dgamma = np.sum(dout * xhat, axis=0)
    dxhat = dout * p["gamma"]
    divar = np.sum(dxhat * xmu, axis=0)
    dxmu1 = dxhat * ivar
    dsqrtvar = -1.0 / sqrtvar**2 * divar
    dvar = 0.5 / np.sqrt(var + EPS) * dsqrtvar
    dsq = 1.0 / count * np.ones((N, D)) * dvar
    dxmu2 = 2 * xmu * dsq
    dxmu = dxmu1 + dxmu2
    dx = dxmu - np.sum(dxmu, axis=0) / N
    return {
        "out": dout,
        "beta": dbeta,
        "gamma": dgamma,
        "xhat": dxhat,
        "ivar": divar,
        "sqrtvar": dsqrtvar,
        "var": dvar,
        "sq": dsq,
        "xmu": dxmu,
        "x": dx,
        "W": X.T @ dx,
    }


def manual_grads(p):
    return _bn_backward(p, D)


def correct_grads(p):
    return _bn_backward(p, N)


EXPECTED = [
    {
        "where": "sq",
        "kind": "mean_over_wrong_count",
        "detail": "1/4 (features) instead of 1/7 (samples)",
        "factor": 7 / 4,
        "names": ["sq"],
    }
]
PROPAGATED = ["xmu", "x", "W"]
CORRECT = ["out", "beta", "gamma", "xhat", "ivar", "sqrtvar", "var"]
