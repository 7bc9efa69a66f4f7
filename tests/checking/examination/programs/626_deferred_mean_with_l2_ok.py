import numpy as np

SOURCE = "synthetic, after deep-learning course notes: 1/m sits in dW and db, the penalty's lambda/m beside it"
SUMMARY = (
    "Right: three-layer softmax network with an L2 penalty; dZ3, dZ2, dZ1 carry no 1/m, the parameter gradients do."
)

_r = np.random.default_rng(626)
X = _r.normal(size=(10, 3))
Y = np.eye(4)[_r.integers(0, 4, 10)]
LAM = 0.7


def params():
    r = np.random.default_rng(6626)
    return {
        "W1": r.normal(size=(3, 6)),
        "b1": r.normal(size=6),
        "W2": r.normal(size=(6, 5)),
        "b2": r.normal(size=5),
        "W3": r.normal(size=(5, 4)),
        "b3": r.normal(size=4),
    }


def _soft(t):
    e = np.exp(t - np.max(t, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = np.tanh(Z2)
    Z3 = A2 @ p["W3"] + p["b3"]
    A3 = _soft(Z3)
    m = len(X)
    data = -np.sum(Y * np.log(A3)) / m
    pen = LAM / (2 * m) * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2) + np.sum(p["W3"] ** 2))
    return data + pen, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3, "A3": A3}


def manual_grads(p):
    m = X.shape[0]
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.maximum(Z1, 0)
    A2 = np.tanh(A1 @ p["W2"] + p["b2"])
    A3 = _soft(A2 @ p["W3"] + p["b3"])
    dZ3 = A3 - Y
    dZ2 = dZ3 @ p["W3"].T * (1 - A2**2)
    dZ1 = dZ2 @ p["W2"].T * (Z1 > 0)
    G = {"Z3": dZ3, "Z2": dZ2, "Z1": dZ1}
    for k, (a, d) in enumerate([(X, dZ1), (A1, dZ2), (A2, dZ3)], 1):
        G[f"W{k}"] = a.T @ d / m + LAM / m * p[f"W{k}"]
        G[f"b{k}"] = np.mean(d, axis=0)
    return G


def correct_grads(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.maximum(Z1, 0)
    A2 = np.tanh(A1 @ p["W2"] + p["b2"])
    d3 = (_soft(A2 @ p["W3"] + p["b3"]) - Y) / 10
    d2 = d3 @ p["W3"].T * (1 - A2**2)
    d1 = d2 @ p["W2"].T * (Z1 > 0)
    return {
        "Z3": d3,
        "Z2": d2,
        "Z1": d1,
        "W3": A2.T @ d3 + LAM / 10 * p["W3"],
        "W2": A1.T @ d2 + LAM / 10 * p["W2"],
        "W1": X.T @ d1 + LAM / 10 * p["W1"],
        "b3": d3.sum(0),
        "b2": d2.sum(0),
        "b1": d1.sum(0),
    }


EXPECTED = [
    {
        "where": "Z3",
        "kind": "deferred_scale",
        "detail": "m times dL/dZ3, made good in dW3 and db3; harmless",
        "factor": 10.0,
        "names": ["Z3", "Z2", "Z1"],
    },
    {"where": "Z2", "kind": "deferred_scale", "detail": "m times dL/dZ2; harmless"},
    {"where": "Z1", "kind": "deferred_scale", "detail": "m times dL/dZ1; harmless"},
]
PROPAGATED = []
CORRECT = ["W1", "b1", "W2", "b2", "W3", "b3"]
