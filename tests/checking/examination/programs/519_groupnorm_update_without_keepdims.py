import numpy as np

SOURCE = (
    "synthetic, after cs231n assignment 2 (spatial_groupnorm_backward, whose dgamma and dbeta must be (1, C, 1, 1))"
)
SUMMARY = "Group norm: dgamma and dbeta are summed over (0, 2, 3) without keepdims; subtracting (C,) from (1, C, 1, 1) broadcasts to (1, C, 1, C)."

LR = 0.03
N, C, HH, WW, G = 2, 4, 3, 2, 2
_r = np.random.default_rng(519)
X = _r.normal(size=(N, 3, HH, WW))
Y = np.array([1.0, -0.5])


def params():
    r = np.random.default_rng(1519)
    return {
        "W": r.normal(size=(C, 3)),
        "gamma": r.normal(size=(1, C, 1, 1)),
        "beta": r.normal(size=(1, C, 1, 1)),
        "V": r.normal(size=(C, HH, WW)),
    }


def loss(p):
    x = np.einsum("oc,nchw->nohw", p["W"], X)
    xg = x.reshape(N, G, C // G, HH, WW)
    mean = xg.mean(axis=(2, 3, 4), keepdims=True)
    var = xg.var(axis=(2, 3, 4), keepdims=True)
    xhat = ((xg - mean) / np.sqrt(var + 1e-5)).reshape(N, C, HH, WW)
    y = xhat * p["gamma"] + p["beta"]
    s = np.sum(np.tanh(y) * p["V"], axis=(1, 2, 3))
    return np.sum((s - Y) ** 2), {"x": x, "xhat": xhat, "y": y, "s": s}


def _grads(p, keep):
    x = np.einsum("oc,nchw->nohw", p["W"], X)
    xg = x.reshape(N, G, -1)
    std = np.sqrt(xg.var(axis=2, keepdims=True) + 1e-5)
    hg = (xg - xg.mean(axis=2, keepdims=True)) / std
    xhat = hg.reshape(x.shape)
    th = np.tanh(xhat * p["gamma"] + p["beta"])
    ds = 2 * (np.einsum("nchw,chw->n", th, p["V"]) - Y)
    dy = ds[:, None, None, None] * p["V"] * (1 - th**2)
    dg = (dy * p["gamma"]).reshape(xg.shape)
    dx = ((dg - dg.mean(axis=2, keepdims=True) - hg * (dg * hg).mean(axis=2, keepdims=True)) / std).reshape(x.shape)
    return {
        "V": np.einsum("n,nchw->chw", ds, th),
        "gamma": np.sum(dy * xhat, axis=(0, 2, 3), keepdims=keep),
        "beta": np.sum(dy, axis=(0, 2, 3), keepdims=keep),
        "W": np.einsum("nohw,nchw->oc", dx, X),
    }


def step(p):
    g = _grads(p, False)
    return {name: p[name] - LR * g[name] for name in p}


def correct_grads(p):
    return _grads(p, True)


EXPECTED = [
    {
        "where": "gamma",
        "kind": "broadcasting_silent",
        "detail": "(1,4,1,1) - (4,) becomes (1,4,1,4); keepdims=True or reshape needed",
    },
    {"where": "beta", "kind": "broadcasting_silent", "detail": "(1,4,1,1) - (4,) becomes (1,4,1,4)"},
]
PROPAGATED = []
CORRECT = ["W", "V"]
