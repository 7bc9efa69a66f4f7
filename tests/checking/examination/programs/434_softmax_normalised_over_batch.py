import numpy as np

SOURCE = "pattern of softmax questions on Stack Overflow: np.exp(z)/np.sum(np.exp(z)) used on a whole batch"
SUMMARY = (
    "The forward softmax divides by the sum over the whole batch, the gradient p - y belongs to the row-wise softmax."
)

_r = np.random.default_rng(434)
X = _r.normal(size=(5, 4))
Y = np.eye(3)[[0, 2, 1, 1, 0]]


def params():
    r = np.random.default_rng(1434)
    return {"W": r.normal(size=(4, 3)), "b": r.normal(size=3)}


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z))


def loss(p):
    z = np.dot(X, p["W"]) + p["b"]
    probs = softmax(z)
    return -np.sum(Y * np.log(probs)), {"z": z, "probs": probs}


def manual_grads(p):
    e = np.exp(X @ p["W"] + p["b"])
    probs = e / e.sum(axis=1, keepdims=True)
    dz = probs - Y
    return {"z": dz, "W": X.T @ dz, "b": dz.sum(axis=0)}


def correct_grads(p):
    dz = 5 * softmax(X @ p["W"] + p["b"]) - Y
    return {"z": dz, "W": X.T @ dz, "b": dz.sum(axis=0)}


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "softmax needs np.sum(..., axis=1, keepdims=True); dz = p - y is right for that",
    }
]
PROPAGATED = ["z", "W", "b"]
CORRECT = []
