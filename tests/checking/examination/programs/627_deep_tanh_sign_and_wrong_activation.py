import numpy as np

SOURCE = "synthetic, after questions on three-layer nets whose cost climbs"
SUMMARY = "Sign of the output error is turned round, and the last weight gradient pairs its delta with A1 instead of A2 (both hidden layers have 5 units)."

_r = np.random.default_rng(627)
X = _r.normal(size=(8, 3))
Y = _r.normal(size=(8, 1))
LR = 0.05


def params():
    r = np.random.default_rng(6627)
    return {
        "W1": r.normal(size=(3, 5)),
        "b1": r.normal(size=(1, 5)),
        "W2": r.normal(size=(5, 5)),
        "b2": r.normal(size=(1, 5)),
        "W3": r.normal(size=(5, 1)),
        "b3": r.normal(size=(1, 1)),
    }


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = np.tanh(Z2)
    Z3 = A2 @ p["W3"] + p["b3"]
    return np.mean((Y - Z3) ** 2) / 2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3}


class Regressor:
    def __init__(self, p):
        self.W1, self.W2, self.W3 = p["W1"].copy(), p["W2"].copy(), p["W3"].copy()
        self.b1, self.b2, self.b3 = p["b1"].copy(), p["b2"].copy(), p["b3"].copy()

    def forward(self, x):
        self.A1 = np.tanh(np.dot(x, self.W1) + self.b1)
        self.A2 = np.tanh(np.dot(self.A1, self.W2) + self.b2)
        return np.dot(self.A2, self.W3) + self.b3

    def train_step(self, x, y, lr):
        out = self.forward(x)
        m = x.shape[0]
        d3 = (y - out) / m
        d2 = np.dot(d3, self.W3.T) * (1 - self.A2**2)
        d1 = np.dot(d2, self.W2.T) * (1 - self.A1**2)
        self.W3 -= lr * np.dot(self.A1.T, d3)
        self.b3 -= lr * np.sum(d3, axis=0, keepdims=True)
        self.W2 -= lr * np.dot(self.A1.T, d2)
        self.b2 -= lr * np.sum(d2, axis=0, keepdims=True)
        self.W1 -= lr * np.dot(x.T, d1)
        self.b1 -= lr * np.sum(d1, axis=0, keepdims=True)


def step(p):
    net = Regressor(p)
    net.train_step(X, Y, LR)
    return {k: getattr(net, k) for k in p}


def correct_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    A2 = np.tanh(A1 @ p["W2"] + p["b2"])
    d3 = (A2 @ p["W3"] + p["b3"] - Y) / 8
    d2 = (d3 @ p["W3"].T) * (1 - A2**2)
    d1 = (d2 @ p["W2"].T) * (1 - A1**2)
    return {
        "W3": A2.T @ d3,
        "b3": d3.sum(0, keepdims=True),
        "W2": A1.T @ d2,
        "b2": d2.sum(0, keepdims=True),
        "W1": X.T @ d1,
        "b1": d1.sum(0, keepdims=True),
        "Z3": d3,
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "Z3",
        "kind": "sign_flipped",
        "detail": "y - out where out - y is needed for a step that subtracts",
        "factor": -1.0,
        "names": ["b3", "W2", "b2", "W1", "b1"],
    },
    {"where": "W3", "kind": "wrong_operand", "detail": "A1.T @ d3 instead of A2.T @ d3"},
]
PROPAGATED = ["b3", "W2", "b2", "W1", "b1"]
CORRECT = []
