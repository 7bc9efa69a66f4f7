import numpy as np

SOURCE = "np.convolve against np.correlate is a classic"
SUMMARY = (
    "1-D convolution layer: the kernel's gradient comes out reversed because np.convolve flips its second argument."
)

sig_in = np.random.default_rng(308).normal(size=9)
want = np.random.default_rng(309).normal(size=6)


def params():
    r = np.random.default_rng(1308)
    return {"k": r.normal(size=4), "b": r.normal(size=1), "a": r.normal(size=6)}


def loss(p):
    n = len(sig_in) - 4 + 1
    z = p["b"] + p["k"][0] * sig_in[0:n]
    for j in range(1, 4):
        z = z + p["k"][j] * sig_in[j : j + n]
    h = np.tanh(z)
    out = h * p["a"]
    return 0.5 * np.sum((out - want) ** 2), {"z": z, "h": h, "out": out}


def _fw(p):
    z = np.correlate(sig_in, p["k"], "valid") + p["b"]
    h = np.tanh(z)
    return z, h, h * p["a"]


def manual_grads(p):
    z, h, out = _fw(p)
    dout = out - want
    dh = dout * p["a"]
    dz = dh * (1 - h**2)
    dk = np.convolve(sig_in[::-1], dz, "valid")
    return {"k": dk, "b": np.array([dz.sum()]), "a": dout * h, "out": dout, "h": dh, "z": dz}


def correct_grads(p):
    z, h, out = _fw(p)
    d = out - want
    dz = d * p["a"] * (1 - h**2)
    return {
        "k": np.array([np.sum(dz * sig_in[j : j + 6]) for j in range(4)]),
        "b": dz.sum(keepdims=True),
        "a": d * h,
        "out": d,
        "h": d * p["a"],
        "z": dz,
    }


EXPECTED = [
    {"where": "k", "kind": "flipped_kernel", "detail": "gradient reversed: convolve(x[::-1], dz) gives dk[::-1]"}
]
PROPAGATED = []
CORRECT = ["b", "a", "out", "h", "z"]
