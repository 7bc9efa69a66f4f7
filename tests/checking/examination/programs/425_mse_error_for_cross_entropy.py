import numpy as np

SOURCE = "pattern of many Stack Overflow networks: cost printed as cross entropy, backward starts from dA = A2 - Y and multiplies by sigmoid'"
SUMMARY = "Binary cross entropy with a squared-error start: dA2 = A2 - Y, then times A2*(1-A2)."

_r = np.random.default_rng(425)
X = _r.normal(size=(7, 3))
Y = (_r.random((7, 1)) > 0.4).astype(float)


def params():
    r = np.random.default_rng(1425)
    return {
        "W1": r.normal(size=(3, 4)),
        "b1": r.normal(size=(1, 4)),
        "W2": r.normal(size=(4, 1)),
        "b2": r.normal(size=(1, 1)),
    }


class MLP:
    def __init__(self, p):
        self.W1, self.b1, self.W2, self.b2 = p["W1"], p["b1"], p["W2"], p["b2"]

    def forward(self, X):
        self.Z1 = np.dot(X, self.W1) + self.b1
        self.A1 = np.tanh(self.Z1)
        self.Z2 = np.dot(self.A1, self.W2) + self.b2
        self.A2 = 1 / (1 + np.exp(-self.Z2))
        return self.A2

    def backward(self, X, dA2):
        dZ2 = dA2 * self.A2 * (1 - self.A2)
        dA1 = np.dot(dZ2, self.W2.T)
        dZ1 = dA1 * (1 - self.A1**2)
        return {
            "A2": dA2,
            "Z2": dZ2,
            "A1": dA1,
            "Z1": dZ1,
            "W2": np.dot(self.A1.T, dZ2),
            "b2": np.sum(dZ2, axis=0, keepdims=True),
            "W1": np.dot(X.T, dZ1),
            "b1": np.sum(dZ1, axis=0, keepdims=True),
        }


def loss(p):
    net = MLP(p)
    A2 = net.forward(X)
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    return cost, {"Z1": net.Z1, "A1": net.A1, "Z2": net.Z2, "A2": net.A2}


def manual_grads(p):
    net = MLP(p)
    A2 = net.forward(X)
    return net.backward(X, A2 - Y)


def correct_grads(p):
    net = MLP(p)
    A2 = net.forward(X)
    return net.backward(X, (A2 - Y) / (A2 * (1 - A2)))


EXPECTED = [
    {
        "where": "A2",
        "kind": "wrong_loss_derivative",
        "detail": "A2 - Y is the derivative of 0.5*sum((A2-Y)**2); for cross entropy start with dZ2 = A2 - Y",
    }
]
PROPAGATED = ["Z2", "A1", "Z1", "W2", "b2", "W1", "b1"]
CORRECT = []
