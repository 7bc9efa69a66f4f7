import numpy as np

SOURCE = "'*' where np.dot is needed"
SUMMARY = "Four samples, four inputs, four hidden units: dW1 = X.T * d1 runs although a matrix product is needed; the output delta lacks the 2 of the squared error."

X = np.random.default_rng(339).normal(size=(4, 4))
Y = np.array([[0.0], [1], [1], [0]])


def params():
    r = np.random.default_rng(1339)
    return {"W1": r.normal(size=(4, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, 1)), "b2": r.normal(size=1)}


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.tanh(Z1)
    out = A1 @ p["W2"] + p["b2"]
    return np.sum((Y - out) ** 2), {"Z1": Z1, "A1": A1, "out": out}


def manual_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    dout = (A1 @ p["W2"] + p["b2"]) - Y
    dA1 = dout * p["W2"].T
    dZ1 = dA1 * (1 - A1**2)
    return {
        "out": dout,
        "A1": dA1,
        "Z1": dZ1,
        "W2": A1.T @ dout,
        "b2": np.sum(dout, 0),
        "W1": X.T * dZ1,
        "b1": np.sum(dZ1, 0),
    }


def correct_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    d = 2 * (A1 @ p["W2"] + p["b2"] - Y)
    dA = d @ p["W2"].T
    dZ = dA * (1 - A1**2)
    return {"out": d, "A1": dA, "Z1": dZ, "W2": A1.T @ d, "b2": d.sum(0), "W1": X.T @ dZ, "b1": dZ.sum(0)}


EXPECTED = [
    {
        "where": "out",
        "kind": "scale",
        "detail": "2 of the sum of squares missing",
        "factor": 0.5,
        "names": ["out", "A1", "Z1", "W2", "b2", "b1"],
    },
    {"where": "W1", "kind": "elementwise_vs_matmul", "detail": "X.T * dZ1 instead of X.T @ dZ1"},
]
PROPAGATED = ["A1", "Z1", "W2", "b2", "b1"]
CORRECT = []
