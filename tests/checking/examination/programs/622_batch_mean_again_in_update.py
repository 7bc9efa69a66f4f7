import numpy as np

SOURCE = "synthetic, after mini-batch code that averages in backprop and again in the update"
SUMMARY = "One-vs-all logistic regression with an L2 penalty: the gradient is already a mean over the batch, the update uses LR/m."

_r = np.random.default_rng(622)
X = _r.normal(size=(8, 5))
Y = np.eye(4)[_r.integers(0, 4, 8)]
LR = 0.5
REG = 0.2


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6622)
    return {"W": r.normal(size=(5, 4)), "b": r.normal(size=4)}


def loss(p):
    Z = X @ p["W"] + p["b"]
    A = _sig(Z)
    J = -np.mean(np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A), axis=1))
    return J + 0.5 * REG * np.sum(p["W"] ** 2), {"Z": Z, "A": A}


class OneVsAll:
    def __init__(self, W, b):
        self.W = W
        self.b = b

    def gradients(self, x, y):
        d = _sig(x @ self.W + self.b) - y
        return x.T @ d / x.shape[0] + REG * self.W, d.mean(axis=0)

    def update_mini_batch(self, x, y, eta):
        nabla_w, nabla_b = self.gradients(x, y)
        self.W = self.W - (eta / len(x)) * nabla_w
        self.b = self.b - (eta / len(x)) * nabla_b


def step(p):
    clf = OneVsAll(p["W"], p["b"])
    clf.update_mini_batch(X, Y, LR)
    return {"W": clf.W, "b": clf.b}


def correct_grads(p):
    d = (_sig(X @ p["W"] + p["b"]) - Y) / 8
    return {"W": X.T @ d + REG * p["W"], "b": d.sum(axis=0), "Z": d}


EXPECTED = [
    {
        "where": "W",
        "kind": "update_scale",
        "detail": "1/m applied twice: the step is 8 times too small",
        "factor": 0.125,
        "names": ["W", "b"],
    },
    {"where": "b", "kind": "update_scale", "detail": "1/m applied twice: the step is 8 times too small"},
]
PROPAGATED = []
CORRECT = []
