import numpy as np

SOURCE = "https://github.com/Site1997/LeNet-python/issues/2"
SUMMARY = "Kernel gradient as convolve2d(input, delta): a true convolution flips its second argument, so the result is the right one turned by 180 degrees."

_r = np.random.default_rng(734)
X = _r.normal(size=(5, 4))
Y = _r.normal(size=(3, 3))
LR = 0.01
WINDOWS = np.array([[X[i : i + 3, j : j + 2] for j in range(3)] for i in range(3)])  # (3, 3, 3, 2)


def convolve2d(a, b):
    """'valid' convolution, as scipy.signal.convolve2d(a, b, 'valid')"""
    b = b[::-1, ::-1]
    rows, cols = a.shape[0] - b.shape[0] + 1, a.shape[1] - b.shape[1] + 1
    return np.array([[np.sum(a[i : i + b.shape[0], j : j + b.shape[1]] * b) for j in range(cols)] for i in range(rows)])


def params():
    r = np.random.default_rng(1734)
    return {"kernel": r.normal(size=(3, 2)), "bias": r.normal(size=1)}


def loss(p):
    pre = np.sum(WINDOWS * p["kernel"], axis=(2, 3)) + p["bias"]
    out = np.tanh(pre)
    return np.mean((out - Y) ** 2), {"pre": pre, "out": out}


def step(p):
    kernel, bias = p["kernel"].copy(), p["bias"].copy()
    out = np.tanh(convolve2d(X, kernel[::-1, ::-1]) + bias)
    delta = 2 * (Y - out) / Y.size * (1 - out**2)
    kernel += LR * convolve2d(X, delta)
    bias += LR * np.sum(delta)
    return {"kernel": kernel, "bias": bias}


def correct_grads(p):
    out = np.tanh(np.sum(WINDOWS * p["kernel"], axis=(2, 3)) + p["bias"])
    d = 2 * (out - Y) / 9 * (1 - out**2)
    return {"kernel": np.einsum("ijab,ij->ab", WINDOWS, d), "bias": np.array([d.sum()]), "pre": d}


EXPECTED = [
    {
        "where": "kernel",
        "kind": "flipped_kernel",
        "detail": "reversed along both axes; delta has to be rotated by 180 degrees before convolve2d (the forward does it with the kernel)",
    }
]
PROPAGATED = []
CORRECT = ["bias"]
