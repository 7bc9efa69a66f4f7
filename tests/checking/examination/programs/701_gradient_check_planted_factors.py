import numpy as np

SOURCE = "https://github.com/bighuang624/Andrew-Ng-Deep-Learning-notes/issues/10"
SUMMARY = "Three-layer course network whose gradient check fails: dW2 carries a stray factor 2 and db1 a 4/m where 1/m is needed."

_r = np.random.default_rng(701)
X = _r.normal(size=(4, 6))
Y = (_r.random((1, 6)) > 0.5).astype(float)


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1701)
    return {
        "W1": r.normal(size=(5, 4)),
        "b1": r.normal(size=(5, 1)),
        "W2": r.normal(size=(3, 5)),
        "b2": r.normal(size=(3, 1)),
        "W3": r.normal(size=(1, 3)),
        "b3": r.normal(size=(1, 1)),
    }


def loss(p):
    m = X.shape[1]
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = np.maximum(0, Z2)
    Z3 = np.dot(p["W3"], A2) + p["b3"]
    A3 = _sig(Z3)
    logprobs = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    return 1.0 / m * np.sum(logprobs), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3, "A3": A3}


def manual_grads(p):
    m = X.shape[1]
    A1 = np.maximum(0, p["W1"] @ X + p["b1"])
    A2 = np.maximum(0, p["W2"] @ A1 + p["b2"])
    A3 = _sig(p["W3"] @ A2 + p["b3"])
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dZ2 = np.multiply(np.dot(p["W3"].T, dZ3), np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T) * 2
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.multiply(np.dot(p["W2"].T, dZ2), np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 4.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}


def correct_grads(p):
    Z1 = p["W1"] @ X + p["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = p["W2"] @ A1 + p["b2"]
    A2 = np.maximum(0, Z2)
    d3 = (_sig(p["W3"] @ A2 + p["b3"]) - Y) / X.shape[1]
    d2 = (p["W3"].T @ d3) * (Z2 > 0)
    d1 = (p["W2"].T @ d2) * (Z1 > 0)
    s = lambda d: d.sum(axis=1, keepdims=True)
    return {
        "W1": d1 @ X.T,
        "b1": s(d1),
        "W2": d2 @ A1.T,
        "b2": s(d2),
        "W3": d3 @ A2.T,
        "b3": s(d3),
        "Z3": d3,
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {"where": "W2", "kind": "scale", "detail": "twice too large", "factor": 2.0, "names": ["W2"]},
    {
        "where": "b1",
        "kind": "scale",
        "detail": "4/m instead of 1/m: four times too large",
        "factor": 4.0,
        "names": ["b1"],
    },
]
PROPAGATED = []
CORRECT = ["W1", "b2", "W3", "b3"]
