import numpy as np

SOURCE = "dy used for dxhat (as in github.com/denizyuret/Knet.jl/pull/289)"
SUMMARY = "Batch norm step by step in a training step: dxhat is dout itself, gamma is forgotten; gamma = 1 at the start hides it."

LR = 0.05
g0 = np.random.default_rng(313)
x = g0.normal(size=(6, 3))
y = g0.normal(size=(6, 2))


def params():
    r = np.random.default_rng(1313)
    return {
        "w": r.normal(size=(3, 4)),
        "gamma": r.uniform(0.5, 2, size=(1, 4)),
        "beta": r.normal(size=(1, 4)),
        "v": r.normal(size=(4, 2)),
    }


def loss(p):
    u = x @ p["w"]
    mu = u.mean(axis=0, keepdims=True)
    uc = u - mu
    var = (uc**2).mean(axis=0, keepdims=True)
    ivar = 1 / np.sqrt(var + 1e-6)
    xhat = uc * ivar
    bn = p["gamma"] * xhat + p["beta"]
    out = np.tanh(bn) @ p["v"]
    return np.mean((out - y) ** 2), {"u": u, "xhat": xhat, "bn": bn, "out": out}


def _g(p, use):
    N = 6
    u = x @ p["w"]
    mu = u.mean(axis=0, keepdims=True)
    uc = u - mu
    sq = np.sqrt((uc**2).mean(axis=0, keepdims=True) + 1e-6)
    ivar = 1 / sq
    xhat = uc * ivar
    th = np.tanh(p["gamma"] * xhat + p["beta"])
    dout = 2 * (th @ p["v"] - y) / y.size
    dbn = dout @ p["v"].T * (1 - th**2)
    dxhat = dbn * p["gamma"] if use else dbn
    divar = np.sum(dxhat * uc, axis=0, keepdims=True)
    duc1 = dxhat * ivar
    dsq = -1 / sq**2 * divar
    dvar = 0.5 / sq * dsq
    duc2 = 2 * uc * np.ones((N, 4)) / N * dvar
    du1 = duc1 + duc2
    dmu = -np.sum(du1, axis=0, keepdims=True)
    du = du1 + dmu / N
    return {
        "w": x.T @ du,
        "v": th.T @ dout,
        "gamma": np.sum(dbn * xhat, axis=0, keepdims=True),
        "beta": dbn.sum(axis=0, keepdims=True),
        "xhat": dxhat,
        "u": du,
        "bn": dbn,
    }


def correct_grads(p):
    return _g(p, True)


def step(p):
    new = {}
    gr = _g(p, False)
    for key in ["w", "v", "gamma", "beta"]:
        new[key] = p[key] - LR * gr[key]
    return new


EXPECTED = [
    {"where": "xhat", "kind": "missing_factor", "detail": "gamma missing: dxhat = dout instead of dout * gamma"}
]
PROPAGATED = ["w"]
CORRECT = ["v", "gamma", "beta"]
