import numpy as np

SOURCE = "pattern of Coursera 'Building your deep neural network' linear_backward (m = A_prev.shape[1] written as shape[0]); forum threads of course 1 week 4"
SUMMARY = "linear_backward takes m from A_prev.shape[0], so each layer is averaged over its input units instead of the samples."

_r = np.random.default_rng(402)
X = _r.normal(size=(3, 8))
Y = (_r.random((1, 8)) > 0.5).astype(float)


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z)), Z


def relu(Z):
    return np.maximum(0, Z), Z


def linear_activation_forward(A_prev, W, b, activation):
    Z = np.dot(W, A_prev) + b
    A, activation_cache = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, ((A_prev, W, b), activation_cache)


def params():
    r = np.random.default_rng(1402)
    return {
        "W1": r.normal(size=(5, 3)),
        "b1": r.normal(size=(5, 1)),
        "W2": r.normal(size=(1, 5)),
        "b2": r.normal(size=(1, 1)),
    }


def L_model_forward(p):
    A1, c1 = linear_activation_forward(X, p["W1"], p["b1"], "relu")
    AL, c2 = linear_activation_forward(A1, p["W2"], p["b2"], "sigmoid")
    return AL, A1, [c1, c2]


def loss(p):
    AL, A1, caches = L_model_forward(p)
    cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / Y.shape[1]
    return np.squeeze(cost), {"A1": A1, "AL": AL}


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[0]
    dW = np.dot(dZ, A_prev.T) / m
    db = np.sum(dZ, axis=1, keepdims=True) / m
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db


def linear_activation_backward(dA, cache, activation):
    linear_cache, Z = cache
    if activation == "relu":
        dZ = np.array(dA, copy=True)
        dZ[Z <= 0] = 0
    else:
        s = 1 / (1 + np.exp(-Z))
        dZ = dA * s * (1 - s)
    return linear_backward(dZ, linear_cache)


def manual_grads(p):
    AL, _, caches = L_model_forward(p)
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    dA1, dW2, db2 = linear_activation_backward(dAL, caches[1], "sigmoid")
    _, dW1, db1 = linear_activation_backward(dA1, caches[0], "relu")
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def correct_grads(p):
    AL, A1, _ = L_model_forward(p)
    m = Y.shape[1]
    d2 = (AL - Y) / m
    g1 = p["W2"].T @ d2
    d1 = g1 * (A1 > 0)
    return {"W2": d2 @ A1.T, "b2": d2.sum(axis=1, keepdims=True), "W1": d1 @ X.T, "b1": d1.sum(axis=1, keepdims=True)}


EXPECTED = [
    {
        "where": "W2",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 5 hidden units instead of 8 samples",
        "factor": 8 / 5,
    },
    {
        "where": "b2",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 5 hidden units instead of 8 samples",
        "factor": 8 / 5,
    },
    {
        "where": "W1",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 3 features instead of 8 samples",
        "factor": 8 / 3,
    },
    {
        "where": "b1",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 3 features instead of 8 samples",
        "factor": 8 / 3,
    },
]
PROPAGATED = []
CORRECT = []
