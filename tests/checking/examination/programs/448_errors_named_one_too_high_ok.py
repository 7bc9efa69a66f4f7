import numpy as np

SOURCE = "own; names as in many hand-written classes ('self.dA1' already holds the delta)"
SUMMARY = "Benign only: what is returned as gradients of out and A1 is already multiplied by the activation's derivative (the deltas)."

_r = np.random.default_rng(448)
X = _r.normal(size=(5, 2))
Y = _r.random((5, 1))


def params():
    r = np.random.default_rng(1448)
    return {
        "W1": r.normal(size=(2, 3)),
        "b1": r.normal(size=(1, 3)),
        "W2": r.normal(size=(3, 1)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    Z1 = np.dot(X, p["W1"]) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(A1, p["W2"]) + p["b2"]
    out = 1 / (1 + np.exp(-Z2))
    return np.mean((out - Y) ** 2), {"Z1": Z1, "A1": A1, "Z2": Z2, "out": out}


def manual_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    out = 1 / (1 + np.exp(-(A1 @ p["W2"] + p["b2"])))
    dout = 2 * (out - Y) / Y.size * out * (1 - out)
    dA1 = dout @ p["W2"].T * (1 - A1**2)
    return {
        "out": dout,
        "W2": A1.T @ dout,
        "b2": np.sum(dout, axis=0, keepdims=True),
        "A1": dA1,
        "W1": X.T @ dA1,
        "b1": np.sum(dA1, axis=0, keepdims=True),
    }


def correct_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    out = 1 / (1 + np.exp(-(A1 @ p["W2"] + p["b2"])))
    do = 2 * (out - Y) / 5
    d2 = do * out * (1 - out)
    da = d2 @ p["W2"].T
    d1 = da * (1 - A1**2)
    return {
        "out": do,
        "Z2": d2,
        "A1": da,
        "Z1": d1,
        "W2": A1.T @ d2,
        "b2": d2.sum(axis=0, keepdims=True),
        "W1": X.T @ d1,
        "b1": d1.sum(axis=0, keepdims=True),
    }


EXPECTED = [
    {"where": "out", "kind": "misnamed_intermediate", "detail": "'dout' equals dL/dZ2; harmless"},
    {"where": "A1", "kind": "misnamed_intermediate", "detail": "'dA1' equals dL/dZ1; harmless"},
]
PROPAGATED = []
CORRECT = ["W2", "b2", "W1", "b1"]
