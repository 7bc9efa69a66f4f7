import numpy as np

SOURCE = "pattern of perceptron / XOR scripts: the output delta is multiplied by the learning rate and the update multiplies by it again"
SUMMARY = "All updates carry lr twice: update = lr * grad was stored by backprop and is applied with lr once more; in addition tanh' is left out in the hidden layer."

_r = np.random.default_rng(438)
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
LR = 0.2


def params():
    r = np.random.default_rng(1438)
    return {
        "W1": r.normal(size=(2, 3)),
        "b1": r.normal(size=(1, 3)),
        "W2": r.normal(size=(3, 1)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    z1 = np.dot(X, p["W1"]) + p["b1"]
    a1 = np.tanh(z1)
    out = np.dot(a1, p["W2"]) + p["b2"]
    return 0.5 * np.sum((Y - out) ** 2), {"z1": z1, "a1": a1, "out": out}


def step(p):
    a1 = np.tanh(X @ p["W1"] + p["b1"])
    out = a1 @ p["W2"] + p["b2"]
    d_out = Y - out
    up = {"W2": LR * a1.T @ d_out, "b2": LR * d_out.sum(axis=0, keepdims=True)}
    d_hid = d_out @ p["W2"].T
    up["W1"] = LR * X.T @ d_hid
    up["b1"] = LR * d_hid.sum(axis=0, keepdims=True)
    return {k: p[k] + LR * up[k] for k in p}


def correct_grads(p):
    a1 = np.tanh(X @ p["W1"] + p["b1"])
    d = a1 @ p["W2"] + p["b2"] - Y
    da = d @ p["W2"].T
    dz = da * (1 - a1**2)
    return {
        "W2": a1.T @ d,
        "b2": d.sum(axis=0, keepdims=True),
        "W1": X.T @ dz,
        "b1": dz.sum(axis=0, keepdims=True),
        "out": d,
        "a1": da,
        "z1": dz,
    }


EXPECTED = [
    {"where": "W2", "kind": "update_scale", "detail": "lr applied twice", "factor": 0.2},
    {"where": "b2", "kind": "update_scale", "detail": "lr applied twice", "factor": 0.2},
    {"where": "W1", "kind": "update_scale", "detail": "lr applied twice"},
    {"where": "b1", "kind": "update_scale", "detail": "lr applied twice"},
    {"where": "z1", "kind": "missing_activation_derivative", "detail": "tanh'(z1) = 1 - a1**2 left out"},
]
PROPAGATED = []
CORRECT = []
