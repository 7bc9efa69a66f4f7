import numpy as np

SOURCE = "very frequent: a(1-a) on top of the fused softmax derivative"
SUMMARY = "Column-sample net with dict caches: the fused (A2 - Y) is multiplied by A2*(1-A2) once more."

m = 6
_r = np.random.default_rng(321)
X = _r.normal(size=(4, m))
Y = np.eye(3)[:, [0, 1, 2, 1, 0, 2]]


def params():
    r = np.random.default_rng(1321)
    return {
        "W1": r.normal(size=(5, 4)),
        "b1": r.normal(size=(5, 1)),
        "W2": r.normal(size=(3, 5)),
        "b2": r.normal(size=(3, 1)),
    }


def loss(p):
    cache = {}
    cache["Z1"] = np.dot(p["W1"], X) + p["b1"]
    cache["A1"] = 1 / (1 + np.exp(-cache["Z1"]))
    cache["Z2"] = np.dot(p["W2"], cache["A1"]) + p["b2"]
    t = np.exp(cache["Z2"])
    cache["A2"] = t / np.sum(t, axis=0, keepdims=True)
    return -np.sum(Y * np.log(cache["A2"])) / m, cache


def manual_grads(p):
    cache = loss(p)[1]
    grads = {}
    grads["Z2"] = (cache["A2"] - Y) / m * cache["A2"] * (1 - cache["A2"])
    grads["W2"] = np.dot(grads["Z2"], cache["A1"].T)
    grads["b2"] = np.sum(grads["Z2"], axis=1, keepdims=True)
    grads["A1"] = np.dot(p["W2"].T, grads["Z2"])
    grads["Z1"] = grads["A1"] * cache["A1"] * (1 - cache["A1"])
    grads["W1"] = np.dot(grads["Z1"], X.T)
    grads["b1"] = np.sum(grads["Z1"], axis=1, keepdims=True)
    return grads


def correct_grads(p):
    c = loss(p)[1]
    d2 = (c["A2"] - Y) / m
    da = p["W2"].T @ d2
    d1 = da * c["A1"] * (1 - c["A1"])
    return {
        "Z2": d2,
        "W2": d2 @ c["A1"].T,
        "b2": d2.sum(1, keepdims=True),
        "A1": da,
        "Z1": d1,
        "W1": d1 @ X.T,
        "b1": d1.sum(1, keepdims=True),
    }


EXPECTED = [
    {
        "where": "Z2",
        "kind": "extra_factor",
        "detail": "A2*(1-A2) does not belong: A2 - Y already contains the softmax derivative",
    }
]
PROPAGATED = ["W2", "b2", "A1", "Z1", "W1", "b1"]
CORRECT = []
