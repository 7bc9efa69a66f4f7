import numpy as np

SOURCE = "inverted dropout where the stored mask already holds 1/keep"
SUMMARY = "The mask already contains 1/keep; the backward pass divides by keep once more. The bias of the hidden layer is averaged instead of summed."

LR = 0.1
keep = 0.8
rng = np.random.default_rng(347)
X = rng.normal(size=(5, 3))
Y = rng.normal(size=(5, 2))
mask = (rng.random((5, 6)) < keep) / keep


def params():
    r = np.random.default_rng(1347)
    return {"W1": r.normal(size=(3, 6)), "b1": r.normal(size=6), "W2": r.normal(size=(6, 2)), "b2": r.normal(size=2)}


def loss(p):
    z = X @ p["W1"] + p["b1"]
    a = np.maximum(z, 0)
    drop = a * mask
    out = drop @ p["W2"] + p["b2"]
    return 0.5 * np.sum((out - Y) ** 2), {"z": z, "a": a, "drop": drop, "out": out}


def correct_grads(p):
    z = X @ p["W1"] + p["b1"]
    drop = np.maximum(z, 0) * mask
    d = drop @ p["W2"] + p["b2"] - Y
    dd = d @ p["W2"].T
    da = dd * mask
    dz = da * (z > 0)
    return {"W1": X.T @ dz, "b1": dz.sum(0), "W2": drop.T @ d, "b2": d.sum(0), "z": dz, "a": da, "drop": dd, "out": d}


def step(p):
    W1, b1, W2, b2 = p["W1"], p["b1"], p["W2"], p["b2"]
    hidden = np.maximum(0, X.dot(W1) + b1)
    dropped = hidden * mask
    d_out = dropped.dot(W2) + b2 - Y
    d_hidden = d_out.dot(W2.T) * mask / keep
    d_hidden[hidden <= 0] = 0
    return {
        "W1": W1 - LR * X.T.dot(d_hidden),
        "b1": b1 - LR * d_hidden.mean(axis=0),
        "W2": W2 - LR * dropped.T.dot(d_out),
        "b2": b2 - LR * d_out.sum(axis=0),
    }


EXPECTED = [
    {"where": "a", "kind": "scale", "detail": "1/keep applied twice: 1.25 times too large", "factor": 1.25},
    {"where": "b1", "kind": "scale", "detail": "mean over the 5 samples where the sum loss needs a sum", "factor": 0.2},
]
PROPAGATED = ["W1"]
CORRECT = ["W2", "b2"]
