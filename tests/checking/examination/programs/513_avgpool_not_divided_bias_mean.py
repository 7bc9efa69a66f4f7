import numpy as np

SOURCE = "synthetic (average pooling layer written after the max pooling one)"
SUMMARY = "Average pooling backward repeats the gradient without dividing by the window size, and the filter bias takes a mean over samples and positions instead of a sum."

N, F = 3, 2
_r = np.random.default_rng(513)
IMG = _r.normal(size=(N, 6, 6))
Y = _r.normal(size=(N, 5))


def params():
    r = np.random.default_rng(1513)
    return {
        "K": r.normal(size=(3, 3, F)),
        "b": r.normal(size=F),
        "Wd": r.normal(size=(4 * F, 5)),
        "bd": r.normal(size=5),
    }


def _patches():
    return np.lib.stride_tricks.sliding_window_view(IMG, (3, 3), axis=(1, 2))  # (N, 4, 4, 3, 3)


def loss(p):
    P = _patches()
    Z = np.einsum("nijkl,klf->nijf", P, p["K"]) + p["b"]
    A = 1.0 / (1.0 + np.exp(-Z))
    pooled = np.mean(A.reshape(N, 2, 2, 2, 2, F), axis=(2, 4))
    flat = pooled.reshape(N, -1)
    out = flat @ p["Wd"] + p["bd"]
    return 0.5 * np.sum((out - Y) ** 2), {"Z": Z, "A": A, "pooled": pooled, "out": out}


def _upper(p):
    A = 1 / (1 + np.exp(-(np.einsum("nijkl,klf->nijf", _patches(), p["K"]) + p["b"])))
    pooled = A.reshape(N, 2, 2, 2, 2, F).mean(axis=(2, 4))
    d = pooled.reshape(N, -1) @ p["Wd"] + p["bd"] - Y
    g = {
        "out": d,
        "Wd": pooled.reshape(N, -1).T @ d,
        "bd": d.sum(axis=0),
        "pooled": (d @ p["Wd"].T).reshape(pooled.shape),
    }
    return A, g


def manual_grads(p):
    A, g = _upper(p)
    g["A"] = g["pooled"].repeat(2, axis=1).repeat(2, axis=2)
    g["Z"] = g["A"] * A * (1 - A)
    g["K"] = np.einsum("nijkl,nijf->klf", _patches(), g["Z"])
    g["b"] = np.mean(g["Z"], axis=(0, 1, 2))
    return g


def correct_grads(p):
    A, g = _upper(p)
    g["A"] = np.kron(g["pooled"], np.ones((1, 2, 2, 1))) / 4
    g["Z"] = g["A"] * A * (1 - A)
    g["K"] = np.tensordot(_patches(), g["Z"], axes=([0, 1, 2], [0, 1, 2]))
    g["b"] = g["Z"].sum(axis=(0, 1, 2))
    return g


EXPECTED = [
    {
        "where": "A",
        "kind": "scale",
        "detail": "each of the 4 pixels of a window receives the whole gradient: 4 times too large",
        "factor": 4.0,
        "names": ["A", "Z", "K"],
    },
    {"where": "b", "kind": "scale", "detail": "mean over 3*4*4 = 48 entries instead of their sum"},
]
PROPAGATED = ["Z", "K"]
CORRECT = ["out", "Wd", "bd", "pooled"]
