import numpy as np

SOURCE = "batch norm backward pasted into layer norm"
SUMMARY = (
    "Layer norm's backward takes its means over axis 0 (copied from batch norm); dgamma is not summed over the batch."
)

rr = np.random.default_rng(314)
x = rr.normal(size=(5, 4))
tgt = rr.normal(size=(5, 6))


def params():
    q = np.random.default_rng(1314)
    return {"W": q.normal(size=(4, 6)), "g": q.normal(size=6), "s": q.normal(size=6)}


def loss(p):
    z = x @ p["W"]
    m = z.mean(axis=1, keepdims=True)
    v = ((z - m) ** 2).mean(axis=1, keepdims=True)
    n = (z - m) / np.sqrt(v + 1e-8)
    o = n * p["g"] + p["s"]
    return 0.5 * np.sum((o - tgt) ** 2), {"z": z, "n": n, "o": o}


def manual_grads(p):
    z = x @ p["W"]
    sd = np.sqrt(z.var(axis=1, keepdims=True) + 1e-8)
    n = (z - z.mean(axis=1, keepdims=True)) / sd
    do = n * p["g"] + p["s"] - tgt
    dg = do * n
    ds = np.sum(do, axis=0)
    dn = do * p["g"]
    dz = (dn - np.mean(dn, axis=0) - n * np.mean(dn * n, axis=0)) / sd
    return {"W": x.T @ dz, "g": dg, "s": ds}


def correct_grads(p):
    z = x @ p["W"]
    sd = np.sqrt(z.var(axis=1, keepdims=True) + 1e-8)
    n = (z - z.mean(axis=1, keepdims=True)) / sd
    do = n * p["g"] + p["s"] - tgt
    dn = do * p["g"]
    dz = (dn - dn.mean(axis=1, keepdims=True) - n * (dn * n).mean(axis=1, keepdims=True)) / sd
    return {"W": x.T @ dz, "g": (do * n).sum(axis=0), "s": do.sum(axis=0), "z": dz, "n": dn, "o": do}


EXPECTED = [
    {"where": "z", "kind": "wrong_axis", "detail": "means over the batch (axis 0) instead of the features (axis 1)"},
    {"where": "g", "kind": "missing_sum", "detail": "do * n not summed over the batch, (5,6) for (6,)"},
]
PROPAGATED = ["W"]
CORRECT = ["s"]
