import numpy as np

SOURCE = "https://community.deeplearning.ai/t/week-3-exercise-6-cost-function/723602/2"
SUMMARY = "Right, by luck of one output unit: np.multiply(W2.T, dZ2) broadcasts (4,1) with (1,m) into the same array as the dot product; dZ carries no 1/m."

_r = np.random.default_rng(708)
X = _r.normal(size=(2, 7))
Y = (_r.random((1, 7)) > 0.5).astype(float)


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1708)
    return {"W1": r.normal(size=(4, 2)), "b1": np.zeros((4, 1)), "W2": r.normal(size=(1, 4)), "b2": np.zeros((1, 1))}


def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = _sig(Z2)
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return -np.sum(logprobs) / X.shape[1], {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def manual_grads(p):
    m = X.shape[1]
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = _sig(p["W2"] @ A1 + p["b2"])
    dZ2 = A2 - Y
    dW2 = (1 / m) * np.dot(dZ2, A1.T)
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.multiply(np.multiply(p["W2"].T, dZ2), 1 - np.power(A1, 2))
    dW1 = (1 / m) * np.dot(dZ1, X.T)
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "Z2": dZ2, "Z1": dZ1}


def correct_grads(p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    d2 = (_sig(p["W2"] @ A1 + p["b2"]) - Y) / 7
    d1 = (p["W2"].T @ d2) * (1 - A1**2)
    return {
        "W2": d2 @ A1.T,
        "b2": d2.sum(axis=1, keepdims=True),
        "W1": d1 @ X.T,
        "b1": d1.sum(axis=1, keepdims=True),
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "Z2",
        "kind": "deferred_scale",
        "detail": "m times dL/dZ2, made good by the 1/m in dW2 and db2; harmless",
        "factor": 7.0,
        "names": ["Z2", "Z1"],
    },
    {
        "where": "Z1",
        "kind": "deferred_scale",
        "detail": "m times dL/dZ1, made good by the 1/m in dW1 and db1; harmless",
    },
]
PROPAGATED = []
CORRECT = ["W1", "b1", "W2", "b2"]
