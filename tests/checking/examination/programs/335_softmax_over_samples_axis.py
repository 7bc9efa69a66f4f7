import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "The forward's softmax normalises over axis 0 (samples) although rows are samples; the gradient p - y fits the intended softmax over classes."

_g = np.random.default_rng(335)
X = _g.normal(size=(5, 3))
Y = np.eye(4)[[0, 3, 1, 2, 1]]


def params():
    r = np.random.default_rng(1335)
    return {
        "W1": r.normal(size=(3, 6)),
        "b1": r.normal(size=6),
        "W2": r.normal(size=(6, 4)),
        "b2": r.normal(size=4) * 0.3,
    }


def loss(p):
    h = np.tanh(X @ p["W1"] + p["b1"])
    s = h @ p["W2"] + p["b2"]
    e = np.exp(s)
    prob = e / np.sum(e, axis=0)
    return -np.sum(Y * np.log(prob)) / 5, {"h": h, "s": s, "prob": prob}


def manual_grads(p):
    h = np.tanh(X @ p["W1"] + p["b1"])
    s = h @ p["W2"] + p["b2"]
    e = np.exp(s)
    prob = e / np.sum(e, axis=1, keepdims=True)
    ds = (prob - Y) / 5
    dh = ds @ p["W2"].T
    dz = dh * (1 - h**2)
    return {"W2": h.T @ ds, "b2": ds.sum(0), "W1": X.T @ dz, "b1": dz.sum(0)}


def correct_grads(p):
    # of the loss as written
    h = np.tanh(X @ p["W1"] + p["b1"])
    e = np.exp(h @ p["W2"] + p["b2"])
    ds = (e / e.sum(0) * Y.sum(0) - Y) / 5
    dz = ds @ p["W2"].T * (1 - h**2)
    return {"W2": h.T @ ds, "b2": ds.sum(0), "W1": X.T @ dz, "b1": dz.sum(0), "s": ds, "h": ds @ p["W2"].T}


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "np.sum(e, axis=0) normalises over the samples; axis=1, keepdims=True was meant",
    }
]
PROPAGATED = ["W2", "b2", "W1", "b1"]
CORRECT = []
