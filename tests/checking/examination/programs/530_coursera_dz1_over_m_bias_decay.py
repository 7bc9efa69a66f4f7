import numpy as np

SOURCE = "https://community.deeplearning.ai/t/course-1-week-3-planar-assignment-4-5-exercise-6-backward-propagation-error-for-dw1-values/63071; the decay of b2 is invented"
SUMMARY = "Course-style planar net, columns as samples, with L2: dZ1 is multiplied by 1/m although dW1 and db1 are too, and db2 gets a weight decay the cost does not have."

M, LAMBD = 8, 0.7
_r = np.random.default_rng(530)
X = _r.normal(size=(2, M))
Y = (_r.random((1, M)) > 0.4).astype(float)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def params():
    r = np.random.default_rng(1530)
    return {
        "W1": r.normal(size=(4, 2)),
        "b1": r.normal(size=(4, 1)),
        "W2": r.normal(size=(1, 4)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = sigmoid(Z2)
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    cost = -1 / M * np.sum(logprobs) + LAMBD / (2 * M) * (np.sum(np.square(p["W1"])) + np.sum(np.square(p["W2"])))
    return cost, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def manual_grads(p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = sigmoid(p["W2"] @ A1 + p["b2"])
    dZ2 = A2 - Y
    dW2 = 1 / M * np.dot(dZ2, A1.T) + LAMBD / M * p["W2"]
    db2 = 1 / M * np.sum(dZ2, axis=1, keepdims=True) + LAMBD / M * p["b2"]
    dZ1 = 1 / M * np.dot(p["W2"].T, dZ2) * (1 - np.power(A1, 2))
    dW1 = 1 / M * np.dot(dZ1, X.T) + LAMBD / M * p["W1"]
    db1 = 1 / M * np.sum(dZ1, axis=1, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def correct_grads(p):
    A1 = np.tanh(p["W1"] @ X + p["b1"])
    d2 = (sigmoid(p["W2"] @ A1 + p["b2"]) - Y) / M
    d1 = (p["W2"].T @ d2) * (1 - A1**2)
    return {
        "W2": d2 @ A1.T + LAMBD / M * p["W2"],
        "b2": d2.sum(axis=1, keepdims=True),
        "W1": d1 @ X.T + LAMBD / M * p["W1"],
        "b1": d1.sum(axis=1, keepdims=True),
        "Z1": d1,
        "Z2": d2,
    }


EXPECTED = [
    {
        "where": "Z1",
        "kind": "scale",
        "detail": "1/m applied in dZ1 and again in dW1, db1: the data part is 8 times too small",
        "factor": 1 / M,
        "names": ["Z1", "b1"],
    },
    {"where": "b2", "kind": "extra_term", "detail": "lambda/m * b2 added, the cost penalises weights only"},
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W2"]
