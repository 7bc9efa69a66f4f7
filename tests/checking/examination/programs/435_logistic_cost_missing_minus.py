import numpy as np

SOURCE = (
    "Cross Validated 'Logistic regression getting worse, what are the common causes?' (cost y.log(h) - (1-y).log(1-h))"
)
SUMMARY = "The written cost is y*log(h) - (1-y)*log(1-h): the minus in front of y*log(h) is missing; the descent step is that of the usual cross entropy."

_r = np.random.default_rng(435)
X = np.c_[np.ones(8), _r.normal(size=(8, 2))]
y = (_r.random((8, 1)) > 0.5).astype(float)
LR = 0.1


def params():
    return {"theta": np.random.default_rng(1435).normal(size=(1, 3))}


def loss(p):
    z = np.dot(X, p["theta"].T)
    h = 1 / (1 + np.exp(-z))
    return np.sum(y * np.log(h) - (1 - y) * np.log(1 - h)) / len(X), {"z": z, "h": h}


def step(p):
    theta = p["theta"]
    h = 1 / (1 + np.exp(-np.dot(X, theta.T)))
    theta = theta - LR / len(X) * np.transpose(np.dot(X.T, h - y))
    return {"theta": theta}


def correct_grads(p):
    h = 1 / (1 + np.exp(-X @ p["theta"].T))
    dh = (y / h + (1 - y) / (1 - h)) / 8
    dz = dh * h * (1 - h)
    return {"theta": dz.T @ X, "z": dz, "h": dh}


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "cross entropy is -(y*log(h) + (1-y)*log(1-h)); the gradient fits that",
    }
]
PROPAGATED = ["theta"]
CORRECT = []
