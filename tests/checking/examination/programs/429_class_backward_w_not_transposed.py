import numpy as np

SOURCE = "pattern: layer classes with 'return np.dot(grad, self.W)' where equal widths hide the missing transpose (GitHub / SO)"
SUMMARY = (
    "Dense layer class: backward returns grad @ W instead of grad @ W.T; only the square middle layer runs through it."
)

_r = np.random.default_rng(429)
X = _r.normal(size=(6, 3))
T = _r.normal(size=(6, 4))


def params():
    r = np.random.default_rng(1429)
    return {
        "W1": r.normal(size=(3, 4)),
        "b1": r.normal(size=(1, 4)),
        "W2": r.normal(size=(4, 4)),
        "b2": r.normal(size=(1, 4)),
    }


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, inp):
        self.inp = inp
        return np.dot(inp, self.W) + self.b

    def backward(self, grad):
        self.dW = np.dot(self.inp.T, grad)
        self.db = np.sum(grad, axis=0, keepdims=True)
        return np.dot(grad, self.W)


class Tanh:
    def forward(self, inp):
        self.out = np.tanh(inp)
        return self.out

    def backward(self, grad):
        return grad * (1 - self.out**2)


def _net(p):
    return Dense(p["W1"], p["b1"]), Tanh(), Dense(p["W2"], p["b2"])


def loss(p):
    l1, act, l2 = _net(p)
    z1 = l1.forward(X)
    a1 = act.forward(z1)
    pred = l2.forward(a1)
    return np.mean((pred - T) ** 2), {"z1": z1, "a1": a1, "pred": pred}


def manual_grads(p):
    l1, act, l2 = _net(p)
    pred = l2.forward(act.forward(l1.forward(X)))
    grad = 2 * (pred - T) / pred.size
    ga = l2.backward(grad)
    gz = act.backward(ga)
    l1.dW = np.dot(l1.inp.T, gz)
    l1.db = np.sum(gz, axis=0, keepdims=True)
    return {"pred": grad, "a1": ga, "z1": gz, "W1": l1.dW, "b1": l1.db, "W2": l2.dW, "b2": l2.db}


def correct_grads(p):
    a = np.tanh(X @ p["W1"] + p["b1"])
    d = (a @ p["W2"] + p["b2"] - T) / 12
    ga = d @ p["W2"].T
    gz = ga * (1 - a**2)
    return {
        "pred": d,
        "a1": ga,
        "z1": gz,
        "W2": a.T @ d,
        "b2": d.sum(axis=0, keepdims=True),
        "W1": X.T @ gz,
        "b1": gz.sum(axis=0, keepdims=True),
    }


EXPECTED = [
    {"where": "a1", "kind": "transposed", "detail": "grad @ W2 instead of grad @ W2.T; the (4,4) layer hides it"}
]
PROPAGATED = ["z1", "W1", "b1"]
CORRECT = ["pred", "W2", "b2"]
