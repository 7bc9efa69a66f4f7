import numpy as np

SOURCE = "https://github.com/denizyuret/Knet.jl/issues/288 (dx computed from dy instead of g * dy); the doubled learning rate is invented"
SUMMARY = "Net of layer objects with a train step: BatchNorm.backward leaves gamma out of d xhat, and the layer's dgamma already carries the learning rate the optimiser applies again."

LR = 0.1
_r = np.random.default_rng(518)
X = _r.normal(size=(9, 4))
Y = _r.normal(size=(9, 1))


def params():
    r = np.random.default_rng(1518)
    return {
        "lin1.W": r.normal(size=(4, 5)),
        "lin1.b": r.normal(size=5),
        "bn.gamma": r.uniform(0.5, 2, size=5),
        "bn.beta": r.normal(size=5),
        "lin2.W": r.normal(size=(5, 1)),
        "lin2.b": r.normal(size=1),
    }


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.grads = {"W": self.x.T @ d, "b": d.sum(axis=0)}
        return d @ self.W.T


class BatchNorm:
    def __init__(self, gamma, beta):
        self.gamma, self.beta = gamma, beta

    def forward(self, x):
        self.std = np.sqrt(np.mean((x - np.mean(x, axis=0)) ** 2, axis=0) + 1e-8)
        self.xhat = (x - np.mean(x, axis=0)) / self.std
        return self.gamma * self.xhat + self.beta

    def backward(self, d):
        self.grads = {"gamma": LR * np.sum(d * self.xhat, axis=0), "beta": d.sum(axis=0)}
        n = len(d)
        return (n * d - d.sum(axis=0) - self.xhat * np.sum(d * self.xhat, axis=0)) / (n * self.std)


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, d):
        self.grads = {}
        return d * self.y * (1 - self.y)


def build(p):
    return [
        Linear(p["lin1.W"], p["lin1.b"]),
        BatchNorm(p["bn.gamma"], p["bn.beta"]),
        Sigmoid(),
        Linear(p["lin2.W"], p["lin2.b"]),
    ]


def loss(p):
    layers = build(p)
    z = layers[0].forward(X)
    zn = layers[1].forward(z)
    a = layers[2].forward(zn)
    yhat = layers[3].forward(a)
    return np.mean((yhat - Y) ** 2), {"z": z, "xhat": layers[1].xhat, "zn": zn, "a": a, "yhat": yhat}


def step(p):
    layers = build({k: v.copy() for k, v in p.items()})
    out = X
    for l in layers:
        out = l.forward(out)
    d = 2 * (out - Y) / len(Y)
    for l in reversed(layers):
        d = l.backward(d)
    for l in layers:
        for name, g in l.grads.items():
            setattr(l, name, getattr(l, name) - LR * g)
    return {
        "lin1.W": layers[0].W,
        "lin1.b": layers[0].b,
        "bn.gamma": layers[1].gamma,
        "bn.beta": layers[1].beta,
        "lin2.W": layers[3].W,
        "lin2.b": layers[3].b,
    }


def correct_grads(p):
    z = X @ p["lin1.W"] + p["lin1.b"]
    std = np.sqrt(z.var(axis=0) + 1e-8)
    xh = (z - z.mean(axis=0)) / std
    a = 1 / (1 + np.exp(-(p["bn.gamma"] * xh + p["bn.beta"])))
    d = 2 * (a @ p["lin2.W"] + p["lin2.b"] - Y) / 9
    dzn = (d @ p["lin2.W"].T) * a * (1 - a)
    dxh = dzn * p["bn.gamma"]
    dz = (dxh - dxh.mean(axis=0) - xh * (dxh * xh).mean(axis=0)) / std
    return {
        "lin2.W": a.T @ d,
        "lin2.b": d.sum(axis=0),
        "bn.gamma": (dzn * xh).sum(axis=0),
        "bn.beta": dzn.sum(axis=0),
        "lin1.W": X.T @ dz,
        "lin1.b": dz.sum(axis=0),
        "z": dz,
        "xhat": dxh,
        "zn": dzn,
    }


EXPECTED = [
    {"where": "xhat", "kind": "missing_factor", "detail": "gamma is not multiplied in: d xhat = d * gamma"},
    {
        "where": "bn.gamma",
        "kind": "update_scale",
        "detail": "learning rate 0.1 applied twice",
        "factor": 0.1,
        "names": ["bn.gamma"],
    },
]
PROPAGATED = ["lin1.W"]
CORRECT = ["lin2.W", "lin2.b", "bn.beta", "lin1.b"]
