import numpy as np

SOURCE = "synthetic, after questions on count regression with a log link"
SUMMARY = "Poisson network with log link: exp(z) - y is already dL/dz, the code multiplies by exp'(z) = exp(z) again."

_r = np.random.default_rng(617)
X = _r.normal(size=(3, 10))
Y = _r.poisson(2.0, size=(1, 10)).astype(float)
LR = 0.01


def params():
    r = np.random.default_rng(6617)
    return {
        "W1": 0.6 * r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "W2": 0.6 * r.normal(size=(1, 4)),
        "b2": r.normal(size=(1, 1)),
    }


def _softplus(t):
    return np.log(1 + np.exp(t))


def loss(p):
    z1 = p["W1"] @ X + p["b1"]
    a1 = _softplus(z1)
    z2 = p["W2"] @ a1 + p["b2"]
    rate = np.exp(z2)
    return np.sum(rate - Y * z2) / X.shape[1], {"z1": z1, "a1": a1, "z2": z2, "rate": rate}


class Net:
    def __init__(self, p):
        self.W = [p["W1"], p["W2"]]
        self.b = [p["b1"], p["b2"]]

    def train(self, x, y):
        m = x.shape[1]
        z1 = self.W[0] @ x + self.b[0]
        a1 = _softplus(z1)
        rate = np.exp(self.W[1] @ a1 + self.b[1])
        d2 = (rate - y) * rate / m
        d1 = self.W[1].T @ d2 / (1 + np.exp(-z1))
        for k, (d, a) in enumerate([(d1, x), (d2, a1)]):
            self.W[k] = self.W[k] - LR * d @ a.T
            self.b[k] = self.b[k] - LR * d.sum(axis=1, keepdims=True)


def step(p):
    net = Net(p)
    net.train(X, Y)
    return {"W1": net.W[0], "b1": net.b[0], "W2": net.W[1], "b2": net.b[1]}


def correct_grads(p):
    z1 = p["W1"] @ X + p["b1"]
    a1 = _softplus(z1)
    d2 = (np.exp(p["W2"] @ a1 + p["b2"]) - Y) / 10
    d1 = (p["W2"].T @ d2) / (1 + np.exp(-z1))
    return {
        "W1": d1 @ X.T,
        "b1": d1.sum(1, keepdims=True),
        "W2": d2 @ a1.T,
        "b2": d2.sum(1, keepdims=True),
        "z2": d2,
        "z1": d1,
    }


EXPECTED = [
    {
        "where": "z2",
        "kind": "extra_factor",
        "detail": "multiplied by the rate exp(z2); it cancels against d/drate of y*log(rate), so rate - y is the whole derivative",
    }
]
PROPAGATED = ["W2", "b2", "W1", "b1"]
CORRECT = []
