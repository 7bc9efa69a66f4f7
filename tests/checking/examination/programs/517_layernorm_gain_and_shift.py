import numpy as np

SOURCE = "synthetic, after cs231n assignment 2 (layernorm_backward adapted from batchnorm_backward)"
SUMMARY = "Layer norm: dgamma is taken from the raw input instead of the normalised one, and dbeta is summed over the features because the statistics run along axis 1."

N, D = 5, 6
_r = np.random.default_rng(517)
X = _r.normal(size=(N, 3))
G = _r.normal(size=(N, D))


def params():
    r = np.random.default_rng(1517)
    return {"W": r.normal(size=(3, D)), "b": r.normal(size=D), "gamma": r.normal(size=D), "beta": r.normal(size=D)}


def layernorm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=1, keepdims=True)
    xc = x - mean
    std = np.sqrt((xc**2).mean(axis=1, keepdims=True) + eps)
    xhat = xc / std
    return gamma * xhat + beta, xhat, std


def loss(p):
    h = np.tanh(X @ p["W"] + p["b"])
    y, xhat, std = layernorm(h, p["gamma"], p["beta"])
    return np.sum(y * G) + 0.5 * np.sum(y**2), {"h": h, "xhat": xhat, "y": y}


def _dx(dy, gamma, xhat, std):
    d = dy * gamma
    return (d - d.mean(axis=1, keepdims=True) - xhat * (d * xhat).mean(axis=1, keepdims=True)) / std


def manual_grads(p):
    h = np.tanh(X @ p["W"] + p["b"])
    y, xhat, std = layernorm(h, p["gamma"], p["beta"])
    dout = G + y
    dbeta = np.sum(dout, axis=1)
    dgamma = np.sum(dout * h, axis=0)
    dpre = _dx(dout, p["gamma"], xhat, std) * (1 - h**2)
    return {"gamma": dgamma, "beta": dbeta, "W": X.T @ dpre, "b": dpre.sum(axis=0)}


def correct_grads(p):
    h = np.tanh(X @ p["W"] + p["b"])
    y, xhat, std = layernorm(h, p["gamma"], p["beta"])
    dy = G + y
    dh = _dx(dy, p["gamma"], xhat, std)
    return {
        "gamma": (dy * xhat).sum(axis=0),
        "beta": dy.sum(axis=0),
        "h": dh,
        "W": X.T @ (dh * (1 - h**2)),
        "b": (dh * (1 - h**2)).sum(axis=0),
    }


EXPECTED = [
    {"where": "gamma", "kind": "wrong_operand", "detail": "sum of dout * h instead of dout * xhat"},
    {"where": "beta", "kind": "wrong_axis", "detail": "summed over axis 1: (5,) instead of (6,)"},
]
PROPAGATED = []
CORRECT = ["W", "b"]
