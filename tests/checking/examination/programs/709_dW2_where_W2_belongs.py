import numpy as np

SOURCE = "https://community.deeplearning.ai/t/w3-ex-6-assertionerror-wrong-values-for-dw1/402919"
SUMMARY = "The hidden error is sent back through dW2.T instead of W2.T; the shapes are the same, so dW1 and db1 merely have wrong values."

_r = np.random.default_rng(709)
X = _r.normal(size=(3, 6))
Y = np.eye(2)[:, [0, 1, 1, 0, 1, 0]]


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e, axis=0, keepdims=True)


def params():
    r = np.random.default_rng(1709)
    return {
        "W1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "W2": r.normal(size=(2, 4)),
        "b2": r.normal(size=(2, 1)),
    }


def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = _soft(Z2)
    return -np.sum(Y * np.log(A2)) / 6, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def manual_grads(p):
    m = X.shape[1]
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    dZ2 = _soft(p["W2"] @ A1 + p["b2"]) - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(dW2.T, dZ2) * (1 - np.power(A1, 2))
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def correct_grads(p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    d2 = (_soft(p["W2"] @ A1 + p["b2"]) - Y) / 6
    g1 = p["W2"].T @ d2
    d1 = g1 * (1 - A1**2)
    return {
        "W2": d2 @ A1.T,
        "b2": d2.sum(axis=1, keepdims=True),
        "W1": d1 @ X.T,
        "b1": d1.sum(axis=1, keepdims=True),
        "Z2": d2,
        "A1": g1,
        "Z1": d1,
    }


EXPECTED = [{"where": "Z1", "kind": "wrong_operand", "detail": "dW2.T @ dZ2 instead of W2.T @ dZ2"}]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W2", "b2"]
