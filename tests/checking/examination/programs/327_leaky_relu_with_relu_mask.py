import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Leaky relu in the forward, plain relu's 0/1 mask in the backward (Layer objects in a list)."

slope = 0.2
r_ = np.random.default_rng(327)
X = r_.normal(size=(8, 3))
y = r_.normal(size=(8, 1))


def params():
    r = np.random.default_rng(1327)
    return {"W1": r.normal(size=(3, 6)), "b1": r.normal(size=6), "W2": r.normal(size=(6, 1)), "b2": r.normal(size=1)}


def loss(p):
    z = X @ p["W1"] + p["b1"]
    a = np.where(z > 0, z, slope * z)
    out = a @ p["W2"] + p["b2"]
    return np.mean(np.abs(out - y) ** 2), {"z": z, "a": a, "out": out}


class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        self.dW = self.x.T @ g
        self.db = g.sum(axis=0)
        return g @ self.W.T


class Leaky:
    def forward(self, x):
        self.x = x
        return np.maximum(slope * x, x)

    def backward(self, g):
        return g * (self.x > 0)


def manual_grads(p):
    net = [Dense(p["W1"], p["b1"]), Leaky(), Dense(p["W2"], p["b2"])]
    v = X
    for layer in net:
        v = layer.forward(v)
    g = 2 * (v - y) / len(y)
    for layer in net[::-1]:
        g = layer.backward(g)
    return {"W1": net[0].dW, "b1": net[0].db, "W2": net[2].dW, "b2": net[2].db}


def correct_grads(p):
    z = X @ p["W1"] + p["b1"]
    a = np.where(z > 0, z, slope * z)
    d = 2 * (a @ p["W2"] + p["b2"] - y) / 8
    da = d @ p["W2"].T
    dz = da * np.where(z > 0, 1, slope)
    return {"W1": X.T @ dz, "b1": dz.sum(0), "W2": a.T @ d, "b2": d.sum(0), "z": dz, "a": da, "out": d}


EXPECTED = [
    {"where": "z", "kind": "wrong_activation_derivative", "detail": "relu' (0/1) instead of leaky relu' (0.2/1)"}
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W2", "b2"]
