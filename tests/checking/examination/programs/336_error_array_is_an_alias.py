import numpy as np

SOURCE = "'-=' on a second name of the output"
SUMMARY = "err = A2; err -= Y changes A2 itself, so the later sigmoid slope A2*(1-A2) is taken from the error."

LR = 0.5
X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0.0], [1], [1], [0]])


def sg(a):
    return 1 / (1 + np.exp(-a))


def params():
    r = np.random.default_rng(1336)
    return {
        "W1": r.normal(size=(2, 3)),
        "b1": r.normal(size=(1, 3)),
        "W2": r.normal(size=(3, 1)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = sg(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = sg(Z2)
    return np.sum((A2 - Y) ** 2) / 2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def correct_grads(p):
    A1 = sg(X @ p["W1"] + p["b1"])
    A2 = sg(A1 @ p["W2"] + p["b2"])
    d2 = (A2 - Y) * A2 * (1 - A2)
    dA1 = d2 @ p["W2"].T
    d1 = dA1 * A1 * (1 - A1)
    return {
        "W1": X.T @ d1,
        "b1": d1.sum(0, keepdims=True),
        "W2": A1.T @ d2,
        "b2": d2.sum(0, keepdims=True),
        "A2": A2 - Y,
        "Z2": d2,
        "A1": dA1,
        "Z1": d1,
    }


class Net:
    def __init__(self, p):
        self.W1, self.b1, self.W2, self.b2 = p["W1"], p["b1"], p["W2"], p["b2"]

    def forward(self):
        self.A1 = sg(X @ self.W1 + self.b1)
        self.A2 = sg(self.A1 @ self.W2 + self.b2)
        return self.A2

    def train(self):
        err = self.forward()
        err -= Y
        d2 = err * self.A2 * (1 - self.A2)
        d1 = d2 @ self.W2.T * self.A1 * (1 - self.A1)
        self.W2 = self.W2 - LR * self.A1.T @ d2
        self.b2 = self.b2 - LR * d2.sum(axis=0, keepdims=True)
        self.W1 = self.W1 - LR * X.T @ d1
        self.b1 = self.b1 - LR * d1.sum(axis=0, keepdims=True)


def step(p):
    n = Net(p)
    n.train()
    return {k: getattr(n, k) for k in ("W1", "b1", "W2", "b2")}


EXPECTED = [
    {
        "where": "Z2",
        "kind": "inplace_mutation",
        "detail": "err and self.A2 are one buffer; after err -= Y the slope uses A2 - Y",
    }
]
PROPAGATED = ["W1", "b1", "W2", "b2"]
CORRECT = []
