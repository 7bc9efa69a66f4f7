import numpy as np

SOURCE = "synthetic, after DQN-from-scratch repositories"
SUMMARY = "The loss is Huber with delta 0.6, the backward pass starts from pred - y as for half the squared error: no clipping of large residuals."

_r = np.random.default_rng(619)
X = _r.normal(size=(9, 4))
Y = 2 * _r.normal(size=(9, 1))
DELTA = 0.6


def params():
    r = np.random.default_rng(6619)
    return {
        "W1": r.normal(size=(4, 5)),
        "b1": r.normal(size=(1, 5)),
        "W2": r.normal(size=(5, 1)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    pred = A1 @ p["W2"] + p["b2"]
    e = pred - Y
    a = np.abs(e)
    return np.mean(np.where(a <= DELTA, 0.5 * e**2, DELTA * (a - 0.5 * DELTA))), {"Z1": Z1, "A1": A1, "pred": pred}


def manual_grads(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    pred = A1 @ p["W2"] + p["b2"]
    dpred = (pred - Y) / len(Y)
    dA1 = dpred @ p["W2"].T
    dZ1 = dA1 * np.where(Z1 > 0, 1, 0.01)
    return {
        "W2": A1.T @ dpred,
        "b2": dpred.sum(axis=0, keepdims=True),
        "W1": X.T @ dZ1,
        "b1": dZ1.sum(axis=0, keepdims=True),
        "pred": dpred,
        "A1": dA1,
        "Z1": dZ1,
    }


def correct_grads(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.where(Z1 > 0, Z1, 0.01 * Z1)
    d = np.clip(A1 @ p["W2"] + p["b2"] - Y, -DELTA, DELTA) / 9
    g = d @ p["W2"].T
    d1 = g * np.where(Z1 > 0, 1, 0.01)
    return {
        "W2": A1.T @ d,
        "b2": d.sum(0, keepdims=True),
        "W1": X.T @ d1,
        "b1": d1.sum(0, keepdims=True),
        "pred": d,
        "A1": g,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "pred",
        "kind": "wrong_loss_derivative",
        "detail": "pred - y belongs to half the mean squared error; Huber's derivative is clip(pred - y, -delta, delta)",
    }
]
PROPAGATED = ["W2", "b2", "W1", "b1", "A1", "Z1"]
CORRECT = []
