import numpy as np

SOURCE = "synthetic, after layer-norm code that reuses one name along the backward pass"
SUMMARY = "Right: what is returned as 'xhat' is the gradient after the whole normalisation (dL/dz) and 'act' holds the gradient after the relu (dL/dn); all parameters agree."

_r = np.random.default_rng(625)
X = _r.normal(size=(4, 3))
Y = _r.normal(size=(4, 2))
EPS = 1e-6


def params():
    r = np.random.default_rng(6625)
    return {
        "W": r.normal(size=(3, 6)),
        "b": r.normal(size=6),
        "g": r.uniform(0.5, 1.5, size=6),
        "c": r.normal(size=6),
        "V": r.normal(size=(6, 2)),
    }


def loss(p):
    z = X @ p["W"] + p["b"]
    mu = np.mean(z, axis=-1, keepdims=True)
    sd = np.sqrt(np.mean((z - mu) ** 2, axis=-1, keepdims=True) + EPS)
    xhat = (z - mu) / sd
    n = xhat * p["g"] + p["c"]
    act = np.maximum(n, 0)
    out = act @ p["V"]
    return 0.5 * np.mean((out - Y) ** 2), {"z": z, "xhat": xhat, "n": n, "act": act, "out": out}


def _forward(p):
    z = X @ p["W"] + p["b"]
    sd = np.sqrt(z.var(axis=-1, keepdims=True) + EPS)
    xhat = (z - z.mean(axis=-1, keepdims=True)) / sd
    n = xhat * p["g"] + p["c"]
    act = np.maximum(n, 0)
    return act @ p["V"], (sd, xhat, n, act)


def manual_grads(p):
    out, (sd, xhat, n, act) = _forward(p)
    dout = (out - Y) / out.size
    dV = act.T @ dout
    dact = dout @ p["V"].T
    dact = np.where(n > 0, dact, 0)
    dg, dc = (dact * xhat).sum(axis=0), dact.sum(axis=0)
    dxhat = dact * p["g"]
    dxhat = (dxhat - dxhat.mean(-1, keepdims=True) - xhat * (dxhat * xhat).mean(-1, keepdims=True)) / sd
    return {
        "out": dout,
        "act": dact,
        "xhat": dxhat,
        "V": dV,
        "g": dg,
        "c": dc,
        "W": X.T @ dxhat,
        "b": dxhat.sum(axis=0),
    }


def correct_grads(p):
    out, (sd, xhat, n, act) = _forward(p)
    d = (out - Y) / 8
    ga = d @ p["V"].T
    dn = ga * (n > 0)
    dx = dn * p["g"]
    dz = (dx - dx.mean(-1, keepdims=True) - xhat * (dx * xhat).mean(-1, keepdims=True)) / sd
    return {
        "out": d,
        "act": ga,
        "n": dn,
        "xhat": dx,
        "z": dz,
        "V": act.T @ d,
        "g": (dn * xhat).sum(0),
        "c": dn.sum(0),
        "W": X.T @ dz,
        "b": dz.sum(0),
    }


EXPECTED = [
    {"where": "act", "kind": "misnamed_intermediate", "detail": "'dact' equals dL/dn; harmless, parameters are right"},
    {"where": "xhat", "kind": "misnamed_intermediate", "detail": "'dxhat' equals dL/dz; harmless"},
]
PROPAGATED = []
CORRECT = ["out", "V", "g", "c", "W", "b"]
