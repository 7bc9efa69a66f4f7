import numpy as np

SOURCE = "https://stackoverflow.com/questions/6607141/derivativecheck-fails-with-minfunc and stats.stackexchange.com/questions/239943"
SUMMARY = (
    "Autoencoder with tied weights: W is updated with the decoder's gradient only, the encoder's use is forgotten."
)

_r = np.random.default_rng(441)
X = _r.random((6, 4))
LR = 0.5


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1441)
    return {"W": r.normal(size=(4, 3)), "b": r.normal(size=3), "c": r.normal(size=4)}


def loss(p):
    z = np.dot(X, p["W"]) + p["b"]
    hidden = _sig(z)
    y = np.dot(hidden, p["W"].T) + p["c"]
    output = _sig(y)
    return 0.5 * np.sum((X - output) ** 2) / X.shape[0], {"z": z, "hidden": hidden, "y": y, "output": output}


def _parts(p):
    h = _sig(X @ p["W"] + p["b"])
    o = _sig(h @ p["W"].T + p["c"])
    d = -(X - o) * o * (1 - o) / X.shape[0]
    e = d @ p["W"] * h * (1 - h)
    return h, d, e


def step(p):
    hidden, delta, delta_h = _parts(p)
    dW = delta.T @ hidden
    return {"W": p["W"] - LR * dW, "b": p["b"] - LR * delta_h.sum(axis=0), "c": p["c"] - LR * delta.sum(axis=0)}


def correct_grads(p):
    h, d, e = _parts(p)
    return {"W": d.T @ h + X.T @ e, "b": e.sum(axis=0), "c": d.sum(axis=0), "y": d, "z": e}


EXPECTED = [{"where": "W", "kind": "missing_term", "detail": "encoder path X.T @ delta_h missing (second use of W)"}]
PROPAGATED = []
CORRECT = ["b", "c"]
