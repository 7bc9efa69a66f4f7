import numpy as np

SOURCE = "pattern: forward is a cross-correlation, the kernel gradient is taken with np.convolve (many CNN-from-scratch questions)"
SUMMARY = "1-D CNN training step: forward np.correlate-like, dk = np.convolve(x, dz, 'valid') comes out reversed."

_r = np.random.default_rng(413)
X = _r.normal(size=8)
Y = 0.7
LR = 0.05


def params():
    r = np.random.default_rng(1413)
    return {"k": r.normal(size=3), "v": r.normal(size=6), "c": r.normal(size=1)}


def loss(p):
    z = np.stack([np.dot(X[i : i + 3], p["k"]) for i in range(6)])
    a = np.maximum(z, 0) + 0.1 * np.minimum(z, 0)
    pred = np.dot(a, p["v"]) + p["c"]
    return np.sum((pred - Y) ** 2), {"z": z, "a": a, "pred": pred}


def step(p):
    k, v, c = p["k"], p["v"], p["c"]
    z = np.correlate(X, k, "valid")
    a = np.where(z > 0, z, 0.1 * z)
    err = 2 * (a @ v + c - Y)
    dz = err * v * np.where(z > 0, 1.0, 0.1)
    dk = np.convolve(X, dz, "valid")
    return {"k": k - LR * dk, "v": v - LR * err * a, "c": c - LR * err}


def correct_grads(p):
    z = np.correlate(X, p["k"], "valid")
    s = np.where(z > 0, 1.0, 0.1)
    err = 2 * (z * s @ p["v"] + p["c"] - Y)
    dz = err * p["v"] * s
    return {
        "k": np.array([X[i : i + 6] @ dz for i in range(3)]),
        "v": err * z * s,
        "c": err,
        "z": dz,
        "a": err * p["v"],
        "pred": err,
    }


EXPECTED = [
    {
        "where": "k",
        "kind": "flipped_kernel",
        "detail": "np.convolve flips one argument; np.correlate(x, dz, 'valid') is needed",
    }
]
PROPAGATED = []
CORRECT = ["v", "c"]
