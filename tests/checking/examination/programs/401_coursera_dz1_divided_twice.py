import numpy as np

SOURCE = "https://community.deeplearning.ai/t/course-1-week-3-planar-assignment-4-5-exercise-6-backward-propagation-error-for-dw1-values/63071"
SUMMARY = "Planar classifier: dZ1 is already multiplied by 1/m, then dW1 and db1 multiply by 1/m again."

_r = np.random.default_rng(401)
X = _r.normal(size=(2, 7))
Y = (_r.random((1, 7)) > 0.5).astype(float)


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def params():
    r = np.random.default_rng(1401)
    return {
        "W1": r.normal(size=(4, 2)),
        "b1": r.normal(size=(4, 1)),
        "W2": r.normal(size=(1, 4)),
        "b2": r.normal(size=(1, 1)),
    }


def forward_propagation(X, parameters):
    Z1 = np.dot(parameters["W1"], X) + parameters["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(parameters["W2"], A1) + parameters["b2"]
    A2 = _sigmoid(Z2)
    cache = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
    return A2, cache


def loss(p):
    A2, cache = forward_propagation(X, p)
    m = Y.shape[1]
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return -np.sum(logprobs) / m, cache


def manual_grads(p):
    m = X.shape[1]
    A2, cache = forward_propagation(X, p)
    A1 = cache["A1"]
    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = 1 / m * np.dot(p["W2"].T, dZ2) * (1 - np.power(A1, 2))
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


def correct_grads(p):
    A2, c = forward_propagation(X, p)
    d2 = (A2 - Y) / X.shape[1]
    d1 = p["W2"].T @ d2 * (1 - c["A1"] ** 2)
    return {
        "W1": d1 @ X.T,
        "b1": d1.sum(axis=1, keepdims=True),
        "W2": d2 @ c["A1"].T,
        "b2": d2.sum(axis=1, keepdims=True),
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "Z1",
        "kind": "scale",
        "detail": "1/m in dZ1 and once more in dW1 and db1: 7 times too small",
        "factor": 1 / 7,
        "names": ["W1", "b1"],
    }
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W2", "b2"]
