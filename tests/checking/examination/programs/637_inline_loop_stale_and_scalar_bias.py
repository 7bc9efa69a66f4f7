import numpy as np

SOURCE = "synthetic, after one-file scripts with everything inside the training loop"
SUMMARY = "Everything inline: W2 is updated before the hidden error is taken through it, and both biases get np.sum over all entries, one number broadcast to every unit."

_r = np.random.default_rng(637)
X = _r.normal(size=(6, 3))
Y = _r.random((6, 2))
LR = 0.3


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6638)
    return {"W1": r.normal(size=(3, 4)), "b1": np.zeros((1, 4)), "W2": r.normal(size=(4, 2)), "b2": np.zeros((1, 2))}


def loss(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = _sig(z1)
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = _sig(z2)
    return 0.5 * np.sum((a2 - Y) ** 2), {"z1": z1, "a1": a1, "z2": z2, "a2": a2}


def step(p):
    W1, b1, W2, b2 = p["W1"].copy(), p["b1"].copy(), p["W2"].copy(), p["b2"].copy()
    for _ in range(1):
        a1 = _sig(X @ W1 + b1)
        a2 = _sig(a1 @ W2 + b2)
        d2 = (a2 - Y) * a2 * (1 - a2)
        W2 -= LR * a1.T @ d2
        b2 -= LR * np.sum(d2)
        d1 = d2 @ W2.T * a1 * (1 - a1)
        W1 -= LR * X.T @ d1
        b1 -= LR * np.sum(d1)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def correct_grads(p):
    a1 = _sig(X @ p["W1"] + p["b1"])
    a2 = _sig(a1 @ p["W2"] + p["b2"])
    d2 = (a2 - Y) * a2 * (1 - a2)
    g = d2 @ p["W2"].T
    d1 = g * a1 * (1 - a1)
    return {
        "W1": X.T @ d1,
        "b1": d1.sum(0, keepdims=True),
        "W2": a1.T @ d2,
        "b2": d2.sum(0, keepdims=True),
        "z2": d2,
        "a1": g,
        "z1": d1,
    }


EXPECTED = [
    {"where": "a1", "kind": "stale_parameter", "detail": "W2 already updated when d2 @ W2.T is taken"},
    {"where": "b2", "kind": "wrong_axis", "detail": "np.sum over samples and units, axis=0 needed"},
    {
        "where": "b2",
        "kind": "broadcasting_silent",
        "detail": "a scalar is subtracted from (1,2): both biases move alike",
    },
    {"where": "b1", "kind": "wrong_axis", "detail": "np.sum over samples and units, axis=0 needed"},
    {
        "where": "b1",
        "kind": "broadcasting_silent",
        "detail": "a scalar is subtracted from (1,4): all biases move alike",
    },
]
PROPAGATED = ["W1"]
CORRECT = ["W2"]
