import numpy as np

SOURCE = "https://stackoverflow.com/questions/39804774/stuck-implementing-simple-neural-network"
SUMMARY = "Correct: the biases of this autoencoder are matrices with one row per sample, so their gradients are the deltas themselves and need no sum."

_r = np.random.default_rng(710)
X = _r.random((6, 4))


def _g(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1710)
    return {
        "w1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(6, 3)),
        "w2": r.normal(size=(3, 4)),
        "b2": r.normal(size=(6, 4)),
        "w3": r.normal(size=(4, 4)),
        "b3": r.normal(size=(6, 4)),
    }


def loss(p):
    m = X.shape[0]
    z1 = np.dot(X, p["w1"]) + p["b1"]
    h1 = _g(z1)
    z2 = np.dot(h1, p["w2"]) + p["b2"]
    h2 = _g(z2)
    xhat = np.dot(h2, p["w3"]) + p["b3"]
    return 1.0 / (2 * m) * np.trace(np.dot(X - xhat, (X - xhat).T)), {
        "z1": z1,
        "h1": h1,
        "z2": z2,
        "h2": h2,
        "xhat": xhat,
    }


def manual_grads(p):
    h1 = _g(X @ p["w1"] + p["b1"])
    h2 = _g(h1 @ p["w2"] + p["b2"])
    d3 = -(X - (h2 @ p["w3"] + p["b3"])) / X.shape[0]
    d2 = d3 @ p["w3"].T * h2 * (1 - h2)
    d1 = d2 @ p["w2"].T * h1 * (1 - h1)
    return {"w3": h2.T @ d3, "b3": d3, "w2": h1.T @ d2, "b2": d2, "w1": X.T @ d1, "b1": d1, "xhat": d3}


def correct_grads(p):
    h1 = _g(X @ p["w1"] + p["b1"])
    h2 = _g(h1 @ p["w2"] + p["b2"])
    d3 = (h2 @ p["w3"] + p["b3"] - X) / 6
    d2 = (d3 @ p["w3"].T) * h2 * (1 - h2)
    d1 = (d2 @ p["w2"].T) * h1 * (1 - h1)
    return {
        "w3": h2.T @ d3,
        "b3": d3,
        "w2": h1.T @ d2,
        "b2": d2,
        "w1": X.T @ d1,
        "b1": d1,
        "xhat": d3,
        "z2": d2,
        "z1": d1,
    }


EXPECTED = []
PROPAGATED = []
CORRECT = ["w1", "b1", "w2", "b2", "w3", "b3", "xhat"]
