"""A student's network, as `autograd-lite check` wants it: params, loss(params) and manual_grads(params)."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.random((20, 4))
Y = rng.integers(0, 2, (20, 1)).astype(float)
params = {
    "W1": rng.normal(size=(4, 5)),
    "b1": rng.normal(size=5),
    "W2": rng.normal(size=(5, 1)),
    "b2": rng.normal(size=1),
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(p):
    A1 = sigmoid(X.dot(p["W1"]) + p["b1"])
    A2 = sigmoid(A1.dot(p["W2"]) + p["b2"])
    return A1, A2


def loss(p):
    A1, A2 = forward(p)
    return np.mean((A2 - Y) ** 2), {"A1": A1, "A2": A2}


def manual_grads(p):
    A1, A2 = forward(p)
    dA2 = 2 * (A2 - Y) / len(Y)
    dZ2 = dA2 * A2 * (1 - A2)
    dZ1 = dZ2.dot(p["W2"].T) * (1 - A1**2)
    return {
        "W1": X.T.dot(dZ1),
        "b1": dZ1.sum(axis=0),
        "W2": A2.T.dot(dZ2),
        "b2": dZ2.sum(axis=0),
    }
