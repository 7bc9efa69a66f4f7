import numpy as np

SOURCE = "synthetic, after 1-D CNN repositories with loops"
SUMMARY = "Conv1d - relu - max pool (size 3, stride 1) - linear: the pool's backward assigns instead of adding where windows overlap, and the kernel gradient is reversed (a flip copied from the true convolution)."

_r = np.random.default_rng(632)
X = _r.normal(size=12)
KS, PS = 3, 3
NZ = 12 - KS + 1
NP = NZ - PS + 1
LR = 0.1


def params():
    r = np.random.default_rng(6632)
    return {"k": r.normal(size=KS), "b": np.array([0.3]), "w": r.normal(size=NP), "c": r.normal(size=1)}


def loss(p):
    z = np.stack([np.sum(X[i : i + KS] * p["k"]) for i in range(NZ)]) + p["b"]
    a = np.maximum(z, 0.05 * z)
    m = np.stack([np.max(a[i : i + PS]) for i in range(NP)])
    y = np.dot(m, p["w"]) + p["c"]
    return np.sum((y - 1.0) ** 2), {"z": z, "a": a, "m": m, "y": y}


def _forward(p):
    z = np.array([X[i : i + KS] @ p["k"] for i in range(NZ)]) + p["b"]
    a = np.maximum(z, 0.05 * z)
    arg = [i + int(np.argmax(a[i : i + PS])) for i in range(NP)]
    return z, a, arg, a[arg] @ p["w"] + p["c"]


def step(p):
    z, a, arg, y = _forward(p)
    dy = 2 * (y - 1.0)
    dm = dy * p["w"]
    da = np.zeros(NZ)
    for i in range(NP):
        da[arg[i]] = dm[i]
    dz = da * np.where(z > 0, 1.0, 0.05)
    dk = np.zeros(KS)
    for i in range(NZ):
        dk += dz[i] * X[i : i + KS]
    dk = dk[::-1]
    return {"k": p["k"] - LR * dk, "b": p["b"] - LR * dz.sum(), "w": p["w"] - LR * dy * a[arg], "c": p["c"] - LR * dy}


def correct_grads(p):
    z, a, arg, y = _forward(p)
    dy = 2 * (y - 1.0)
    da = np.zeros(NZ)
    np.add.at(da, arg, dy * p["w"])
    dz = da * np.where(z > 0, 1.0, 0.05)
    return {
        "k": np.array([dz @ X[j : j + NZ] for j in range(KS)]),
        "b": np.array([dz.sum()]),
        "w": dy * a[arg],
        "c": dy,
        "y": dy,
        "m": dy * p["w"],
        "a": da,
        "z": dz,
    }


EXPECTED = [
    {
        "where": "a",
        "kind": "missing_accumulation",
        "detail": "da[argmax] = dm[i] overwrites when overlapping windows share their maximum; += needed",
    },
    {"where": "k", "kind": "flipped_kernel", "detail": "dk[::-1]: the forward is a correlation, no flip belongs there"},
]
PROPAGATED = ["b"]
CORRECT = ["w", "c"]
