import numpy as np

SOURCE = "synthetic (class with a cache, memory-saving *= in backward)"
SUMMARY = "Regression net with a cache: sigmoid' is formed in place in the cached activation (ds = A1; ds *= 1 - A1), and dW2 is computed from A1 afterwards."

_r = np.random.default_rng(534)
X = _r.normal(size=(6, 3))
T = _r.normal(size=(6, 2))


def params():
    r = np.random.default_rng(1534)
    return {"W1": r.normal(size=(3, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, 2)), "b2": r.normal(size=2)}


class Net:
    def __init__(self, p):
        self.p = p
        self.cache = {}

    def forward(self, x):
        p = self.p
        z1 = x.dot(p["W1"]) + p["b1"]
        a1 = 1.0 / (1.0 + np.exp(-z1))
        z2 = a1 @ p["W2"] + p["b2"]
        self.cache = {"x": x, "Z1": z1, "A1": a1, "Z2": z2}
        return z2

    def backward(self, t):
        c, p = self.cache, self.p
        dZ2 = (c["Z2"] - t) / t.shape[0]
        dA1 = dZ2 @ p["W2"].T
        ds = c["A1"]
        ds *= 1 - c["A1"]
        dZ1 = dA1 * ds
        dW2 = c["A1"].T @ dZ2
        dW1 = c["x"].T @ dZ1
        return {"W1": dW1, "b1": dZ1.sum(0), "W2": dW2, "b2": dZ2.sum(0), "Z2": dZ2, "A1": dA1, "Z1": dZ1}


def loss(p):
    net = Net(p)
    out = net.forward(X)
    return 0.5 * np.sum((out - T) ** 2) / X.shape[0], {k: net.cache[k] for k in ("Z1", "A1", "Z2")}


def manual_grads(p):
    net = Net(p)
    net.forward(X)
    return net.backward(T)


def correct_grads(p):
    A1 = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
    d2 = (A1 @ p["W2"] + p["b2"] - T) / 6
    dA1 = d2 @ p["W2"].T
    d1 = dA1 * A1 * (1 - A1)
    return {"W1": X.T @ d1, "b1": d1.sum(0), "W2": A1.T @ d2, "b2": d2.sum(0), "Z2": d2, "A1": dA1, "Z1": d1}


EXPECTED = [
    {
        "where": "W2",
        "kind": "inplace_mutation",
        "detail": "cache['A1'] holds A1*(1-A1) when dW2 is taken: ds is the same buffer",
    }
]
PROPAGATED = []
CORRECT = ["W1", "b1", "b2", "Z2", "A1", "Z1"]
