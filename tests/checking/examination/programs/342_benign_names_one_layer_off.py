import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct parameters; what the person returns as the gradients of a1 and a2 are those of the pre-activations."

rng = np.random.default_rng(342)
X = rng.normal(size=(7, 3))
y = rng.integers(0, 2, size=(7, 1)) * 1.0


def params():
    r = np.random.default_rng(1342)
    return {
        "W1": r.normal(size=(3, 4)),
        "b1": r.normal(size=(4,)),
        "W2": r.normal(size=(4, 1)),
        "b2": r.normal(size=(1,)),
    }


def loss(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.log(1 + np.exp(z1))
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = 1 / (1 + np.exp(-z2))
    return -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2)), {"z1": z1, "a1": a1, "z2": z2, "a2": a2}


def manual_grads(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.log1p(np.exp(z1))
    a2 = 1 / (1 + np.exp(-(a1 @ p["W2"] + p["b2"])))
    da2 = (a2 - y) / len(y)
    da1 = da2.dot(p["W2"].T) / (1 + np.exp(-z1))
    return {"a2": da2, "W2": a1.T.dot(da2), "b2": da2.sum(0), "a1": da1, "W1": X.T.dot(da1), "b1": da1.sum(0)}


def correct_grads(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.log1p(np.exp(z1))
    a2 = 1 / (1 + np.exp(-(a1 @ p["W2"] + p["b2"])))
    d2 = (a2 - y) / 7
    da1 = d2 @ p["W2"].T
    d1 = da1 / (1 + np.exp(-z1))
    return {
        "a2": (a2 - y) / (a2 * (1 - a2)) / 7,
        "z2": d2,
        "a1": da1,
        "z1": d1,
        "W2": a1.T @ d2,
        "b2": d2.sum(0),
        "W1": X.T @ d1,
        "b1": d1.sum(0),
    }


EXPECTED = [
    {"where": "a2", "kind": "misnamed_intermediate", "detail": "'da2' equals dL/dz2; harmless"},
    {"where": "a1", "kind": "misnamed_intermediate", "detail": "'da1' equals dL/dz1; harmless"},
]
PROPAGATED = []
CORRECT = ["W1", "b1", "W2", "b2"]
