import numpy as np

SOURCE = "synthetic, after questions where dropout is applied with *= to the cached activation"
SUMMARY = "Sigmoid autoencoder with inverted dropout: 'hd = h; hd *= MASK/KEEP' changes h itself, and the hidden derivative h*(1-h) is then taken of the dropped, rescaled values."

_r = np.random.default_rng(624)
X = _r.random((6, 5))
KEEP = 0.7
MASK = (_r.random((6, 3)) < KEEP).astype(float)


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6624)
    return {"We": r.normal(size=(5, 3)), "be": r.normal(size=3), "Wd": r.normal(size=(3, 5)), "bd": r.normal(size=5)}


def loss(p):
    zh = X @ p["We"] + p["be"]
    h = _sig(zh)
    hd = h * MASK / KEEP
    zr = hd @ p["Wd"] + p["bd"]
    rec = _sig(zr)
    return 0.5 * np.sum((rec - X) ** 2) / X.shape[0], {"zh": zh, "h": h, "hd": hd, "zr": zr, "rec": rec}


def manual_grads(p):
    h = _sig(X @ p["We"] + p["be"])
    hd = h
    hd *= MASK / KEEP
    rec = _sig(hd @ p["Wd"] + p["bd"])
    d2 = (rec - X) * rec * (1 - rec) / X.shape[0]
    dh = d2.dot(p["Wd"].T) * MASK / KEEP
    d1 = dh * h * (1 - h)
    return {"Wd": hd.T.dot(d2), "bd": d2.sum(axis=0), "We": X.T.dot(d1), "be": d1.sum(axis=0)}


def correct_grads(p):
    h = _sig(X @ p["We"] + p["be"])
    hd = h * MASK / KEEP
    rec = _sig(hd @ p["Wd"] + p["bd"])
    d2 = (rec - X) * rec * (1 - rec) / 6
    g = d2 @ p["Wd"].T
    gh = g * MASK / KEEP
    d1 = gh * h * (1 - h)
    return {"Wd": hd.T @ d2, "bd": d2.sum(0), "We": X.T @ d1, "be": d1.sum(0), "zr": d2, "hd": g, "h": gh, "zh": d1}


EXPECTED = [
    {
        "where": "zh",
        "kind": "inplace_mutation",
        "detail": "hd and h are one array; after hd *= MASK/KEEP the sigmoid' h*(1-h) is taken of the dropped activations",
    }
]
PROPAGATED = ["We", "be"]
CORRECT = ["Wd", "bd"]
