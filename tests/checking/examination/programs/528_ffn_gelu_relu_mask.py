import numpy as np

SOURCE = "synthetic (feed-forward block of a transformer after replacing relu by gelu in the forward only)"
SUMMARY = "Feed-forward block x + W2 gelu(W1 x) with layer norm: backward still masks with (pre > 0), relu's derivative. Class with a train step."

LR = 0.02
N, D, HID = 5, 4, 7
_r = np.random.default_rng(528)
X = _r.normal(size=(N, D))
Y = _r.normal(size=(N, D))


def gelu(t):
    return 0.5 * t * (1 + np.tanh(np.sqrt(2 / np.pi) * (t + 0.044715 * t**3)))


def params():
    r = np.random.default_rng(1528)
    return {
        "W1": r.normal(size=(D, HID)),
        "b1": r.normal(size=HID),
        "W2": 0.5 * r.normal(size=(HID, D)),
        "b2": r.normal(size=D),
        "g": r.normal(size=D),
        "s": r.normal(size=D),
    }


class Block:
    def __init__(self, p):
        for k in p:
            setattr(self, k, p[k])

    def forward(self, x):
        self.x = x
        self.pre = np.matmul(x, self.W1) + self.b1
        self.act = gelu(self.pre)
        self.res = x + np.matmul(self.act, self.W2) + self.b2
        mu = self.res.mean(axis=-1, keepdims=True)
        self.sd = np.sqrt(self.res.var(axis=-1, keepdims=True) + 1e-5)
        self.norm = (self.res - mu) / self.sd
        return self.g * self.norm + self.s

    def train(self, x, y):
        d = (self.forward(x) - y) / len(x)
        dg, dshift = (d * self.norm).sum(0), d.sum(0)
        dn = d * self.g
        dres = (dn - dn.mean(-1, keepdims=True) - self.norm * (dn * self.norm).mean(-1, keepdims=True)) / self.sd
        dW2, db2 = self.act.T @ dres, dres.sum(0)
        dpre = (dres @ self.W2.T) * (self.pre > 0)
        dW1, db1 = self.x.T @ dpre, dpre.sum(0)
        for name, grad in zip(("W1", "b1", "W2", "b2", "g", "s"), (dW1, db1, dW2, db2, dg, dshift)):
            setattr(self, name, getattr(self, name) - LR * grad)


def loss(p):
    blk = Block(p)
    out = blk.forward(X)
    return np.sum((out - Y) ** 2) / (2 * N), {
        "pre": blk.pre,
        "act": blk.act,
        "res": blk.res,
        "norm": blk.norm,
        "out": out,
    }


def step(p):
    blk = Block({k: v.copy() for k, v in p.items()})
    blk.train(X, Y)
    return {k: getattr(blk, k) for k in p}


def correct_grads(p):
    b = Block(p)
    d = (b.forward(X) - Y) / N
    dn = d * p["g"]
    dres = (dn - dn.mean(-1, keepdims=True) - b.norm * (dn * b.norm).mean(-1, keepdims=True)) / b.sd
    t = b.pre
    c = np.sqrt(2 / np.pi)
    th = np.tanh(c * (t + 0.044715 * t**3))
    dgelu = 0.5 * (1 + th) + 0.5 * t * (1 - th**2) * c * (1 + 3 * 0.044715 * t**2)
    dpre = (dres @ p["W2"].T) * dgelu
    return {
        "g": (d * b.norm).sum(0),
        "s": d.sum(0),
        "W2": b.act.T @ dres,
        "b2": dres.sum(0),
        "W1": X.T @ dpre,
        "b1": dpre.sum(0),
        "pre": dpre,
    }


EXPECTED = [
    {
        "where": "pre",
        "kind": "wrong_activation_derivative",
        "detail": "relu's step function (pre > 0) instead of gelu'(pre)",
    }
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W2", "b2", "g", "s"]
