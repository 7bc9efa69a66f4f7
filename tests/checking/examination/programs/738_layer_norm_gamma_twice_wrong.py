import numpy as np

SOURCE = "synthetic, in the manner of https://github.com/mlpack/mlpack/pull/1389 (x - mean and its normalised form side by side in the backward pass)"
SUMMARY = "Layer norm inside a step: gamma's gradient uses the centred input instead of the normalised one, and dxhat forgets to multiply by gamma."

_r = np.random.default_rng(738)
X = _r.normal(size=(5, 3))
Y = _r.normal(size=(5, 2))
LR = 0.05
EPS = 1e-5


def params():
    r = np.random.default_rng(1738)
    return {
        "W1": r.normal(size=(3, 4)),
        "b1": r.normal(size=4),
        "gamma": r.normal(size=4),
        "beta": r.normal(size=4),
        "W2": r.normal(size=(4, 2)),
        "b2": r.normal(size=2),
    }


def loss(p):
    x = X @ p["W1"] + p["b1"]
    mu = np.mean(x, axis=1, keepdims=True)
    xmu = x - mu
    var = np.mean(xmu**2, axis=1, keepdims=True)
    xhat = xmu / np.sqrt(var + EPS)
    y = p["gamma"] * xhat + p["beta"]
    out = y @ p["W2"] + p["b2"]
    return 0.5 * np.sum((out - Y) ** 2) / 5, {"x": x, "xmu": xmu, "xhat": xhat, "y": y, "out": out}


def _run(p, wrong):
    x = X @ p["W1"] + p["b1"]
    xmu = x - x.mean(axis=1, keepdims=True)
    inv = 1 / np.sqrt(np.mean(xmu**2, axis=1, keepdims=True) + EPS)
    xhat = xmu * inv
    y = p["gamma"] * xhat + p["beta"]
    dout = (y @ p["W2"] + p["b2"] - Y) / 5
    dy = dout @ p["W2"].T
    if wrong:
        dgamma = np.sum(dy * xmu, axis=0)
        dxhat = dy
    else:
        dgamma = np.sum(dy * xhat, axis=0)
        dxhat = dy * p["gamma"]
    dx = inv * (dxhat - dxhat.mean(axis=1, keepdims=True) - xhat * np.mean(dxhat * xhat, axis=1, keepdims=True))
    return {
        "W1": X.T @ dx,
        "b1": dx.sum(axis=0),
        "gamma": dgamma,
        "beta": dy.sum(axis=0),
        "W2": y.T @ dout,
        "b2": dout.sum(axis=0),
        "out": dout,
        "y": dy,
        "xhat": dxhat,
        "x": dx,
    }


def step(p):
    g = _run(p, True)
    return {k: p[k] - LR * g[k] for k in p}


def correct_grads(p):
    return _run(p, False)


EXPECTED = [
    {"where": "gamma", "kind": "wrong_operand", "detail": "x - mu instead of xhat = (x - mu)/std"},
    {"where": "xhat", "kind": "missing_factor", "detail": "gamma is not multiplied in on the way back"},
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["beta", "W2", "b2"]
