import numpy as np

SOURCE = "synthetic, after row-layout bias code pasted into a column-layout network"
SUMMARY = "Column layout: every db is summed over axis 0 (the units) and has one entry per sample, and the output delta forgot 1/m."

_r = np.random.default_rng(628)
X = _r.normal(size=(5, 6))
Y = np.eye(3)[:, _r.integers(0, 3, 6)]


def params():
    r = np.random.default_rng(6628)
    return {
        "W1": r.normal(size=(4, 5)),
        "b1": r.normal(size=(4, 1)),
        "W2": r.normal(size=(3, 4)),
        "b2": r.normal(size=(3, 1)),
    }


def _softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=0)


def loss(p):
    Z1 = p["W1"].dot(X) + p["b1"]
    A1 = np.where(Z1 > 0, Z1, 0.1 * Z1)
    Z2 = p["W2"].dot(A1) + p["b2"]
    A2 = _softmax(Z2)
    return -np.sum(Y * np.log(A2)) / Y.shape[1], {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def manual_grads(p):
    Z1 = p["W1"].dot(X) + p["b1"]
    A1 = np.where(Z1 > 0, Z1, 0.1 * Z1)
    dZ2 = _softmax(p["W2"].dot(A1) + p["b2"]) - Y
    dZ1 = p["W2"].T.dot(dZ2) * np.where(Z1 > 0, 1, 0.1)
    return {
        "Z2": dZ2,
        "Z1": dZ1,
        "W2": dZ2.dot(A1.T),
        "b2": np.sum(dZ2, axis=0, keepdims=True),
        "W1": dZ1.dot(X.T),
        "b1": np.sum(dZ1, axis=0, keepdims=True),
    }


def correct_grads(p):
    Z1 = p["W1"] @ X + p["b1"]
    A1 = np.where(Z1 > 0, Z1, 0.1 * Z1)
    d2 = (_softmax(p["W2"] @ A1 + p["b2"]) - Y) / 6
    d1 = (p["W2"].T @ d2) * np.where(Z1 > 0, 1, 0.1)
    return {
        "Z2": d2,
        "Z1": d1,
        "W2": d2 @ A1.T,
        "b2": d2.sum(1, keepdims=True),
        "W1": d1 @ X.T,
        "b1": d1.sum(1, keepdims=True),
    }


EXPECTED = [
    {
        "where": "Z2",
        "kind": "scale",
        "detail": "1/m of the loss missing: 6 times too large everywhere below",
        "factor": 6.0,
        "names": ["Z2", "Z1", "W2", "W1"],
    },
    {
        "where": "b2",
        "kind": "wrong_axis",
        "detail": "summed over the 3 units instead of the 6 samples: (1,6) instead of (3,1)",
    },
    {
        "where": "b1",
        "kind": "wrong_axis",
        "detail": "summed over the 4 units instead of the 6 samples: (1,6) instead of (4,1)",
    },
]
PROPAGATED = ["Z1", "W2", "W1"]
CORRECT = []
