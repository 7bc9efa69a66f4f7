import numpy as np

SOURCE = "https://github.com/BoltzmannEntropy/interviews.ai/issues/15"
SUMMARY = "A Sigmoid layer that stores its input and differentiates as x*(1-x); the formula belongs to the output."

_r = np.random.default_rng(704)
X = _r.normal(size=(7, 3))
Y = _r.random((7, 2))


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1704)
    return {"W1": r.normal(size=(3, 5)), "b1": r.normal(size=5), "W2": r.normal(size=(5, 2)), "b2": r.normal(size=2)}


def loss(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = _sig(z1)
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = _sig(z2)
    return np.sum((a2 - Y) ** 2) / (2 * len(X)), {"z1": z1, "a1": a1, "z2": z2, "a2": a2}


class Sigmoid:
    def forward(self, x):
        self.x = x
        return _sig(x)

    def backward(self, grad):
        return self.x * (1 - self.x) * grad


class Linear:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW, self.db = self.x.T @ grad, grad.sum(axis=0)
        return grad @ self.W.T


def manual_grads(p):
    layers = [Linear(p["W1"], p["b1"]), Sigmoid(), Linear(p["W2"], p["b2"]), Sigmoid()]
    out = X
    for layer in layers:
        out = layer.forward(out)
    g = (out - Y) / len(X)
    seen = [g]
    for layer in reversed(layers):
        g = layer.backward(g)
        seen.append(g)
    return {
        "W1": layers[0].dW,
        "b1": layers[0].db,
        "W2": layers[2].dW,
        "b2": layers[2].db,
        "a2": seen[0],
        "z2": seen[1],
        "a1": seen[2],
        "z1": seen[3],
    }


def correct_grads(p):
    a1 = _sig(X @ p["W1"] + p["b1"])
    a2 = _sig(a1 @ p["W2"] + p["b2"])
    g2 = (a2 - Y) / len(X)
    d2 = g2 * a2 * (1 - a2)
    g1 = d2 @ p["W2"].T
    d1 = g1 * a1 * (1 - a1)
    return {
        "W1": X.T @ d1,
        "b1": d1.sum(axis=0),
        "W2": a1.T @ d2,
        "b2": d2.sum(axis=0),
        "a2": g2,
        "z2": d2,
        "a1": g1,
        "z1": d1,
    }


EXPECTED = [
    {"where": "z2", "kind": "wrong_activation_derivative", "detail": "z*(1-z) instead of sigmoid(z)*(1-sigmoid(z))"},
    {"where": "z1", "kind": "wrong_activation_derivative", "detail": "z*(1-z) instead of sigmoid(z)*(1-sigmoid(z))"},
]
PROPAGATED = ["W1", "b1", "W2", "b2", "a1"]
CORRECT = ["a2"]
