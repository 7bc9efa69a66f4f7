import numpy as np

SOURCE = "synthetic, after XOR questions where four samples and four hidden units hide a .dot"
SUMMARY = "XOR as a batch of 4 with 4 hidden units: the hidden error is combined with sigmoid' by .dot instead of *; (4,4).dot(4,4) runs."

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6609)
    return {"syn0": r.uniform(-1, 1, size=(2, 4)), "syn1": r.uniform(-1, 1, size=(4, 1))}


def loss(p):
    z1 = np.dot(X, p["syn0"])
    l1 = _sig(z1)
    z2 = np.dot(l1, p["syn1"])
    l2 = _sig(z2)
    return 0.5 * np.sum((Y - l2) ** 2), {"z1": z1, "l1": l1, "z2": z2, "l2": l2}


def manual_grads(p):
    l1 = _sig(X.dot(p["syn0"]))
    l2 = _sig(l1.dot(p["syn1"]))
    l2_delta = (l2 - Y) * (l2 * (1 - l2))
    l1_error = l2_delta.dot(p["syn1"].T)
    l1_delta = l1_error.dot(l1 * (1 - l1))
    return {"syn1": l1.T.dot(l2_delta), "syn0": X.T.dot(l1_delta), "z2": l2_delta, "l1": l1_error, "z1": l1_delta}


def correct_grads(p):
    l1 = _sig(X @ p["syn0"])
    l2 = _sig(l1 @ p["syn1"])
    d2 = (l2 - Y) * l2 * (1 - l2)
    g1 = d2 @ p["syn1"].T
    d1 = g1 * l1 * (1 - l1)
    return {"syn1": l1.T @ d2, "syn0": X.T @ d1, "z2": d2, "l1": g1, "z1": d1}


EXPECTED = [
    {
        "where": "z1",
        "kind": "elementwise_vs_matmul",
        "detail": "l1_error.dot(l1*(1-l1)) should be elementwise; both are (4,4)",
    }
]
PROPAGATED = ["syn0"]
CORRECT = ["syn1", "z2", "l1"]
