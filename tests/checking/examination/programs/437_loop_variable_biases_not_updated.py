import numpy as np

SOURCE = "pattern: 'for b, db in zip(biases, grads): b = b - lr*db' rebinding the loop name (Stack Overflow, biases stay zero)"
SUMMARY = "Weights are updated in place, the biases through a rebound loop variable, so they never move."

_r = np.random.default_rng(437)
X = _r.normal(size=(4, 6))
Y = _r.normal(size=(2, 6))
LR = 0.02


def params():
    r = np.random.default_rng(1437)
    return {
        "W1": r.normal(size=(5, 4)),
        "b1": r.normal(size=(5, 1)),
        "W2": r.normal(size=(2, 5)),
        "b2": r.normal(size=(2, 1)),
    }


def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.maximum(0.01 * Z1, Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    return np.sum((Z2 - Y) ** 2) / (2 * X.shape[1]), {"Z1": Z1, "A1": A1, "Z2": Z2}


class NN:
    def __init__(self, p):
        self.weights = [p["W1"].copy(), p["W2"].copy()]
        self.biases = [p["b1"].copy(), p["b2"].copy()]

    def gradients(self):
        m = X.shape[1]
        Z1 = self.weights[0] @ X + self.biases[0]
        A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
        d2 = (self.weights[1] @ A1 + self.biases[1] - Y) / m
        d1 = self.weights[1].T @ d2 * np.where(Z1 > 0, 1, 0.01)
        return [d1 @ X.T, d2 @ A1.T], [d1.sum(axis=1, keepdims=True), d2.sum(axis=1, keepdims=True)]

    def update(self):
        dW, db = self.gradients()
        for w, g in zip(self.weights, dW):
            w -= LR * g
        for b, g in zip(self.biases, db):
            b = b - LR * g


def step(p):
    nn = NN(p)
    nn.update()
    return {"W1": nn.weights[0], "W2": nn.weights[1], "b1": nn.biases[0], "b2": nn.biases[1]}


def correct_grads(p):
    dW, db = NN(p).gradients()
    return {"W1": dW[0], "W2": dW[1], "b1": db[0], "b2": db[1]}


EXPECTED = [
    {"where": "b1", "kind": "update_dropped", "detail": "b = b - ... rebinds the loop variable; b1 stays"},
    {"where": "b2", "kind": "update_dropped", "detail": "b = b - ... rebinds the loop variable; b2 stays"},
]
PROPAGATED = []
CORRECT = ["W1", "W2"]
