import numpy as np

SOURCE = "synthetic, after cost functions written 1 / 2 * m * np.sum(...)"
SUMMARY = "The cost says 1/2*m*sum(e^2), meant is 1/(2*m)*sum(e^2), which the backward pass fits; besides, GELU (sigmoid form z*s(1.702z)) is differentiated as s(1.702z) alone. Intended loss: sum of squares over 2m."

_r = np.random.default_rng(638)
X = _r.normal(size=(5, 3))
Y = _r.normal(size=(5, 2))


def _s(t):
    return 1 / (1 + np.exp(-1.702 * t))


def params():
    r = np.random.default_rng(6639)
    return {"W1": r.normal(size=(3, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, 2)), "b2": r.normal(size=2)}


def loss(p):
    m = X.shape[0]
    z1 = X @ p["W1"] + p["b1"]
    a1 = z1 * _s(z1)
    out = a1 @ p["W2"] + p["b2"]
    return 1 / 2 * m * np.sum((out - Y) ** 2), {"z1": z1, "a1": a1, "out": out}


def manual_grads(p):
    m = X.shape[0]
    z1 = X @ p["W1"] + p["b1"]
    a1 = z1 * _s(z1)
    dout = (a1 @ p["W2"] + p["b2"] - Y) / m
    dz1 = (dout @ p["W2"].T) * _s(z1)
    return {"W2": a1.T @ dout, "b2": dout.sum(axis=0), "W1": X.T @ dz1, "b1": dz1.sum(axis=0)}


def correct_grads(p):
    # of the loss as written
    z1 = X @ p["W1"] + p["b1"]
    a1 = z1 * _s(z1)
    d = 5 * (a1 @ p["W2"] + p["b2"] - Y)
    d1 = (d @ p["W2"].T) * (_s(z1) + 1.702 * z1 * _s(z1) * (1 - _s(z1)))
    return {"W2": a1.T @ d, "b2": d.sum(0), "W1": X.T @ d1, "b1": d1.sum(0), "out": d, "z1": d1}


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "1/2*m*S is m*S/2, not S/(2*m): the gradient is m^2 = 25 times smaller than that of the written loss. Equivalent reading: scale 1/25 at out",
        "factor": 0.04,
        "names": ["W2", "b2"],
    },
    {
        "where": "z1",
        "kind": "wrong_activation_derivative",
        "detail": "s(1.702z) used for GELU', the term 1.702*z*s*(1-s) is missing",
    },
]
PROPAGATED = ["W2", "b2", "W1", "b1"]
CORRECT = []
