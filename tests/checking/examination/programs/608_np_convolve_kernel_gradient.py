import numpy as np

SOURCE = "synthetic, after questions on np.convolve / np.correlate in 1-D convolutional layers"
SUMMARY = "Forward uses np.convolve (which flips the kernel); the kernel gradient is np.correlate(x, d, 'valid'), i.e. the right numbers in reversed order."

_r = np.random.default_rng(608)
X = _r.normal(size=11)
Y = 0.7


def params():
    r = np.random.default_rng(6608)
    return {"k": r.normal(size=4), "b": r.normal(size=1), "w": r.normal(size=8)}


def loss(p):
    z = np.convolve(X, p["k"], "valid") + p["b"]
    a = np.tanh(z)
    out = np.dot(a, p["w"])
    return 0.5 * (out - Y) ** 2, {"z": z, "a": a, "out": out}


def manual_grads(p):
    a = np.tanh(np.convolve(X, p["k"], mode="valid") + p["b"])
    dout = a.dot(p["w"]) - Y
    dz = dout * p["w"] * (1 - a**2)
    return {"w": dout * a, "k": np.correlate(X, dz, mode="valid"), "b": np.array([dz.sum()])}


def correct_grads(p):
    a = np.tanh(np.convolve(X, p["k"], "valid") + p["b"])
    d = a @ p["w"] - Y
    dz = d * p["w"] * (1 - a**2)
    dk = np.array([sum(dz[i] * X[i + 3 - j] for i in range(8)) for j in range(4)])
    return {"w": d * a, "k": dk, "b": np.array([dz.sum()]), "z": dz, "out": d}


EXPECTED = [
    {
        "where": "k",
        "kind": "flipped_kernel",
        "detail": "np.correlate(x, dz) belongs to a correlation forward; np.convolve(x, dz[::-1], 'valid') is needed, the result is reversed",
    }
]
PROPAGATED = []
CORRECT = ["w", "b"]
