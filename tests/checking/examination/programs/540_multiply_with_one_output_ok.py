import numpy as np

SOURCE = "https://community.deeplearning.ai/t/week-3-exercise-6-cost-function/723602/2 (np.multiply for np.dot in dZ1)"
SUMMARY = "Right: with a single output unit np.multiply(W2.T, dZ2) broadcasts (4,1) with (1,m) to exactly the dot product; tanh' is taken from the activation; 1/m sits in dZ2."

_r = np.random.default_rng(540)
X = _r.normal(size=(2, 7))
Y = (_r.random((1, 7)) > 0.5).astype(float)


def params():
    r = np.random.default_rng(1540)
    return {
        "W1": r.normal(size=(4, 2)),
        "b1": r.normal(size=(4, 1)),
        "W2": r.normal(size=(1, 4)),
        "b2": r.normal(size=(1, 1)),
    }


def linear_forward(A, W, b):
    return W.dot(A) + b, (A, W, b)


def loss(p):
    Z1, _ = linear_forward(X, p["W1"], p["b1"])
    A1 = np.tanh(Z1)
    Z2, _ = linear_forward(A1, p["W2"], p["b2"])
    A2 = 1 / (1 + np.exp(-Z2))
    cost = (-1.0 / Y.shape[1]) * (np.dot(Y, np.log(A2).T) + np.dot(1 - Y, np.log(1 - A2).T))
    return np.squeeze(cost), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    return np.dot(dZ, A_prev.T), np.sum(dZ, axis=1, keepdims=True)


def manual_grads(p):
    Z1, cache1 = linear_forward(X, p["W1"], p["b1"])
    A1 = np.tanh(Z1)
    Z2, cache2 = linear_forward(A1, p["W2"], p["b2"])
    A2 = 1 / (1 + np.exp(-Z2))
    dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2)) / Y.shape[1]
    dZ2 = dA2 * A2 * (1 - A2)
    dW2, db2 = linear_backward(dZ2, cache2)
    dZ1 = np.multiply(np.multiply(p["W2"].T, dZ2), 1 - np.power(A1, 2))
    dW1, db1 = linear_backward(dZ1, cache1)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "A2": dA2, "Z2": dZ2, "Z1": dZ1}


def correct_grads(p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
    d2 = (A2 - Y) / 7
    d1 = (p["W2"].T @ d2) * (1 - A1**2)
    return {
        "W1": d1 @ X.T,
        "b1": d1.sum(axis=1, keepdims=True),
        "W2": d2 @ A1.T,
        "b2": d2.sum(axis=1, keepdims=True),
        "A2": d2 / (A2 * (1 - A2)),
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = []
PROPAGATED = []
CORRECT = ["W1", "b1", "W2", "b2", "A2", "Z2", "Z1"]
