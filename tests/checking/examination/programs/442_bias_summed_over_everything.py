import numpy as np

SOURCE = (
    "pattern of Coursera-style code 'db = 1/m * np.sum(dZ)' without axis and keepdims, in a net with several outputs"
)
SUMMARY = "db2 and db1 are scalars (sum over all units), the update broadcasts; one-output nets hide it."

_r = np.random.default_rng(442)
X = _r.normal(size=(3, 6))
Y = np.eye(3)[:, [0, 1, 2, 1, 0, 0]]
LR = 0.4


def params():
    r = np.random.default_rng(1442)
    return {
        "W1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "W2": r.normal(size=(3, 4)),
        "b2": r.normal(size=(3, 1)),
    }


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = sigmoid(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = sigmoid(Z2)
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / X.shape[1], {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def _deltas(p):
    A1 = sigmoid(p["W1"] @ X + p["b1"])
    dZ2 = sigmoid(p["W2"] @ A1 + p["b2"]) - Y
    return A1, dZ2, p["W2"].T @ dZ2 * A1 * (1 - A1)


def step(p):
    m = X.shape[1]
    A1, dZ2, dZ1 = _deltas(p)
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2) / m
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1) / m
    return {"W1": p["W1"] - LR * dW1, "b1": p["b1"] - LR * db1, "W2": p["W2"] - LR * dW2, "b2": p["b2"] - LR * db2}


def correct_grads(p):
    A1, d2, d1 = _deltas(p)
    return {
        "W1": d1 @ X.T / 6,
        "b1": d1.sum(axis=1, keepdims=True) / 6,
        "W2": d2 @ A1.T / 6,
        "b2": d2.sum(axis=1, keepdims=True) / 6,
        "Z2": d2 / 6,
        "Z1": d1 / 6,
    }


EXPECTED = [
    {"where": "b2", "kind": "wrong_axis", "detail": "np.sum over all units and samples; axis=1, keepdims=True needed"},
    {"where": "b1", "kind": "wrong_axis", "detail": "np.sum over all units and samples; axis=1, keepdims=True needed"},
]
PROPAGATED = []
CORRECT = ["W1", "W2"]
