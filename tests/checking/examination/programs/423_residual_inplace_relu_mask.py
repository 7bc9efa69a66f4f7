import numpy as np

SOURCE = "pattern of ResNet-from-scratch questions: dz = dout; dz[z <= 0] = 0 without a copy"
SUMMARY = "Residual block: the relu mask is written into the incoming gradient itself, so the skip path gets the masked gradient too."

_r = np.random.default_rng(423)
X = _r.normal(size=(5, 4))
T = _r.normal(size=(5, 4))


def params():
    r = np.random.default_rng(1423)
    return {"W0": r.normal(size=(4, 4)), "W1": r.normal(size=(4, 4)), "b1": r.normal(size=4)}


def loss(p):
    h = np.dot(X, p["W0"])
    z = np.dot(h, p["W1"]) + p["b1"]
    out = h + np.maximum(z, 0)
    return 0.5 * np.mean(np.sum((out - T) ** 2, axis=1)), {"h": h, "z": z, "out": out}


def manual_grads(p):
    h = X @ p["W0"]
    z = h @ p["W1"] + p["b1"]
    out = h + np.maximum(z, 0)
    dout = (out - T) / X.shape[0]
    keep_out = dout.copy()
    dz = dout
    dz[z <= 0] = 0
    dW1 = h.T @ dz
    db1 = dz.sum(axis=0)
    dh = dz @ p["W1"].T
    dh += dout  # skip connection
    return {"out": keep_out, "z": dz.copy(), "h": dh, "W1": dW1, "b1": db1, "W0": X.T @ dh}


def correct_grads(p):
    h = X @ p["W0"]
    z = h @ p["W1"] + p["b1"]
    d = (h + np.maximum(z, 0) - T) / len(X)
    dz = d * (z > 0)
    dh = d + dz @ p["W1"].T
    return {"out": d, "z": dz, "h": dh, "W1": h.T @ dz, "b1": dz.sum(axis=0), "W0": X.T @ dh}


EXPECTED = [
    {
        "where": "h",
        "kind": "inplace_mutation",
        "detail": "dz and dout are one buffer; the skip path adds the masked dout",
    }
]
PROPAGATED = ["W0"]
CORRECT = ["out", "z", "W1", "b1"]
