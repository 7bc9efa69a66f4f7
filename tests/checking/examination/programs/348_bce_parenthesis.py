import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "The written cost adds the second sum with a plus sign (-1/m reaches the first sum only); the gradient is right for the intended cross entropy."

LR = 0.1
rng = np.random.default_rng(348)
X = rng.normal(size=(3, 8))
y = (rng.random((1, 8)) > 0.5) * 1.0


def params():
    r = np.random.default_rng(1348)
    return {"w": r.normal(size=(3, 1)), "b": r.normal(size=(1, 1))}


def loss(p):
    m = X.shape[1]
    z = np.dot(p["w"].T, X) + p["b"]
    a = 1 / (1 + np.exp(-z))
    cost = -1 / m * np.sum(y * np.log(a)) + 1 / m * np.sum((1 - y) * np.log(1 - a))
    return cost, {"z": z, "a": a}


def step(p):
    m = X.shape[1]
    a = 1 / (1 + np.exp(-(p["w"].T @ X + p["b"])))
    dz = a - y
    return {"w": p["w"] - LR * (X @ dz.T) / m, "b": p["b"] - LR * dz.sum(keepdims=True) / m}


def correct_grads(p):
    # of the cost as written
    a = 1 / (1 + np.exp(-(p["w"].T @ X + p["b"])))
    dz = (-y * (1 - a) - (1 - y) * a) / 8
    return {"w": X @ dz.T, "b": dz.sum(keepdims=True), "z": dz}


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "plus sign before the second sum; -1/m applies to the first one only",
    }
]
PROPAGATED = ["w", "b"]
CORRECT = []
