import numpy as np

SOURCE = "synthetic, after layer-class tutorials where backward also updates"
SUMMARY = "Dense.backward updates self.W and only then returns grad @ self.W.T: every layer but the last gets a gradient taken through updated weights."

_r = np.random.default_rng(621)
X = _r.normal(size=(5, 3))
Y = _r.normal(size=(5, 2))
LR = 0.1


def params():
    r = np.random.default_rng(6621)
    return {
        "W1": r.normal(size=(3, 4)),
        "b1": r.normal(size=4),
        "W2": r.normal(size=(4, 3)),
        "b2": r.normal(size=3),
        "W3": r.normal(size=(3, 2)),
        "b3": r.normal(size=2),
    }


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = np.tanh(Z2)
    Z3 = A2 @ p["W3"] + p["b3"]
    return np.mean((Z3 - Y) ** 2), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3}


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad, lr):
        self.W = self.W - lr * self.x.T @ grad
        self.b = self.b - lr * grad.sum(axis=0)
        return grad @ self.W.T


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad, lr):
        return grad * (1 - self.y**2)


def step(p):
    net = [Dense(p["W1"], p["b1"]), Tanh(), Dense(p["W2"], p["b2"]), Tanh(), Dense(p["W3"], p["b3"])]
    a = X
    for layer in net:
        a = layer.forward(a)
    grad = 2 * (a - Y) / a.size
    for layer in net[::-1]:
        grad = layer.backward(grad, LR)
    return {"W1": net[0].W, "b1": net[0].b, "W2": net[2].W, "b2": net[2].b, "W3": net[4].W, "b3": net[4].b}


def correct_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    A2 = np.tanh(A1 @ p["W2"] + p["b2"])
    d3 = 2 * (A2 @ p["W3"] + p["b3"] - Y) / 10
    g2 = d3 @ p["W3"].T
    d2 = g2 * (1 - A2**2)
    g1 = d2 @ p["W2"].T
    d1 = g1 * (1 - A1**2)
    return {
        "W1": X.T @ d1,
        "b1": d1.sum(0),
        "W2": A1.T @ d2,
        "b2": d2.sum(0),
        "W3": A2.T @ d3,
        "b3": d3.sum(0),
        "A2": g2,
        "A1": g1,
    }


EXPECTED = [
    {"where": "A2", "kind": "stale_parameter", "detail": "W3 is updated before grad @ W3.T is taken"},
    {"where": "A1", "kind": "stale_parameter", "detail": "W2 is updated before grad @ W2.T is taken"},
]
PROPAGATED = ["W2", "b2", "W1", "b1"]
CORRECT = ["W3", "b3"]
