import numpy as np

SOURCE = "pattern of https://github.com/BVLC/caffe/pull/1891 (a part of the derivative through the batch statistics left out); own network"
SUMMARY = (
    "affine - batchnorm - relu - affine - softmax: the backward pass treats the batch standard deviation as a constant."
)

_r = np.random.default_rng(406)
X = _r.normal(size=(8, 4))
y = np.array([0, 2, 1, 1, 0, 2, 2, 0])
EPS = 1e-5


def params():
    r = np.random.default_rng(1406)
    return {
        "W1": r.normal(size=(4, 5)),
        "gamma": r.uniform(0.5, 1.5, size=5),
        "beta": r.normal(size=5) * 0.3,
        "W2": r.normal(size=(5, 3)),
        "b2": r.normal(size=3),
    }


class Net:
    def __init__(self, p):
        self.p = p

    def forward(self, X):
        p = self.p
        self.z1 = np.dot(X, p["W1"])
        self.mu = np.mean(self.z1, axis=0)
        self.std = np.sqrt(np.mean((self.z1 - self.mu) ** 2, axis=0) + EPS)
        self.xhat = (self.z1 - self.mu) / self.std
        self.bn = p["gamma"] * self.xhat + p["beta"]
        self.a1 = np.maximum(self.bn, 0)
        self.scores = np.dot(self.a1, p["W2"]) + p["b2"]
        return self.scores

    def loss(self, y):
        e = np.exp(self.scores)
        self.probs = e / np.sum(e, axis=1, keepdims=True)
        picked = self.probs[np.arange(len(y)), y]
        return -np.mean(np.log(picked))

    def backward(self, X, y):
        p, N = self.p, len(y)
        d = self.probs.copy()
        d[np.arange(N), y] -= 1
        d /= N
        g = {"scores": d, "W2": self.a1.T.dot(d), "b2": d.sum(axis=0)}
        dbn = d.dot(p["W2"].T)
        dbn[self.bn <= 0] = 0
        g["bn"] = dbn
        g["gamma"] = np.sum(dbn * self.xhat, axis=0)
        g["beta"] = np.sum(dbn, axis=0)
        dxhat = dbn * p["gamma"]
        dz1 = dxhat / self.std
        dz1 -= dz1.mean(axis=0)
        g["xhat"], g["z1"] = dxhat, dz1
        g["W1"] = X.T.dot(dz1)
        return g


def loss(p):
    net = Net(p)
    net.forward(X)
    L = net.loss(y)
    return L, {"z1": net.z1, "xhat": net.xhat, "bn": net.bn, "a1": net.a1, "scores": net.scores}


def manual_grads(p):
    net = Net(p)
    net.forward(X)
    net.loss(y)
    return net.backward(X, y)


def correct_grads(p):
    net = Net(p)
    net.forward(X)
    net.loss(y)
    g = net.backward(X, y)
    dx = g["xhat"]
    g["z1"] = (dx - dx.mean(axis=0) - net.xhat * (dx * net.xhat).mean(axis=0)) / net.std
    g["W1"] = X.T @ g["z1"]
    return g


EXPECTED = [
    {
        "where": "z1",
        "kind": "missing_term",
        "detail": "the path through the batch variance is missing (the mean path is there)",
    }
]
PROPAGATED = ["W1"]
CORRECT = ["scores", "W2", "b2", "bn", "gamma", "beta", "xhat"]
