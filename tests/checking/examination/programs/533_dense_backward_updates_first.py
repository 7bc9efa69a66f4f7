import numpy as np

SOURCE = "synthetic, in the style of the Dense / Activation layer classes of video tutorials"
SUMMARY = "Layer objects that train themselves in backward: Dense.backward updates its weights and then returns weights.T @ grad."

LR = 0.2
X = np.array([[0.4], [-1.1], [0.7]])
Y = np.array([[1.0], [0.0]])


def params():
    r = np.random.default_rng(1533)
    return {
        "dense0_w": r.normal(size=(4, 3)),
        "dense0_b": r.normal(size=(4, 1)),
        "dense1_w": r.normal(size=(2, 4)),
        "dense1_b": r.normal(size=(2, 1)),
    }


class Dense:
    def __init__(self, weights, bias):
        self.weights, self.bias = weights, bias

    def forward(self, x):
        self.input = x
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, grad, lr):
        self.weights = self.weights - lr * np.dot(grad, self.input.T)
        self.bias = self.bias - lr * grad
        return np.dot(self.weights.T, grad)


class Tanh:
    def forward(self, x):
        self.input = x
        return np.tanh(x)

    def backward(self, grad, lr):
        return np.multiply(grad, 1 - np.tanh(self.input) ** 2)


def make(p):
    return [Dense(p["dense0_w"], p["dense0_b"]), Tanh(), Dense(p["dense1_w"], p["dense1_b"]), Tanh()]


def loss(p):
    network = make(p)
    outs = [X]
    for layer in network:
        outs.append(layer.forward(outs[-1]))
    return np.mean(np.power(Y - outs[-1], 2)), {"z0": outs[1], "a0": outs[2], "z1": outs[3], "a1": outs[4]}


def step(p):
    network = make({k: v.copy() for k, v in p.items()})
    out = X
    for layer in network:
        out = layer.forward(out)
    grad = 2 * (out - Y) / np.size(Y)
    for layer in reversed(network):
        grad = layer.backward(grad, LR)
    return {
        "dense0_w": network[0].weights,
        "dense0_b": network[0].bias,
        "dense1_w": network[2].weights,
        "dense1_b": network[2].bias,
    }


def correct_grads(p):
    a0 = np.tanh(p["dense0_w"] @ X + p["dense0_b"])
    a1 = np.tanh(p["dense1_w"] @ a0 + p["dense1_b"])
    d1 = (a1 - Y) * (1 - a1**2)
    d0 = (p["dense1_w"].T @ d1) * (1 - a0**2)
    return {"dense1_w": d1 @ a0.T, "dense1_b": d1, "dense0_w": d0 @ X.T, "dense0_b": d0, "a0": p["dense1_w"].T @ d1}


EXPECTED = [
    {"where": "a0", "kind": "stale_parameter", "detail": "dense1's weights are already updated in weights.T @ grad"}
]
PROPAGATED = ["dense0_w", "dense0_b"]
CORRECT = ["dense1_w", "dense1_b"]
