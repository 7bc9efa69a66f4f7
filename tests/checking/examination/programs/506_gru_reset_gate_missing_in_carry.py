import numpy as np

SOURCE = "synthetic (GRU from scratch; the reset gate is the usual trouble, cf. https://github.com/open-lm-engine/accelerated-model-architectures/pull/249)"
SUMMARY = "Two GRU steps: d(r*h) is handed to the previous state without the factor r."

N, D, H = 4, 3, 5
_r = np.random.default_rng(506)
X0, X1 = _r.normal(size=(N, D)), _r.normal(size=(N, D))
HINIT = _r.normal(size=(N, H))
TARGET = _r.normal(size=(N, H))


def sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1506)
    p = {}
    for g in ("z", "r", "n"):
        p["W" + g], p["U" + g], p["b" + g] = r.normal(size=(D, H)), 0.7 * r.normal(size=(H, H)), r.normal(size=H)
    return p


def cell(p, x, h):
    z = sig(x @ p["Wz"] + h @ p["Uz"] + p["bz"])
    r = sig(x @ p["Wr"] + h @ p["Ur"] + p["br"])
    n = np.tanh(x @ p["Wn"] + (r * h) @ p["Un"] + p["bn"])
    return (1 - z) * n + z * h


def loss(p):
    h0 = cell(p, X0, HINIT)
    h1 = cell(p, X1, h0)
    return 0.5 * np.sum((h1 - TARGET) ** 2), {"h0": h0, "h1": h1}


def _cell_back(p, x, h, dh, with_r):
    z = sig(x @ p["Wz"] + h @ p["Uz"] + p["bz"])
    r = sig(x @ p["Wr"] + h @ p["Ur"] + p["br"])
    n = np.tanh(x @ p["Wn"] + (r * h) @ p["Un"] + p["bn"])
    dn = dh * (1 - z) * (1 - n * n)
    drh = dn @ p["Un"].T
    dz = dh * (h - n) * z * (1 - z)
    dr = drh * h * r * (1 - r)
    g = {
        "Wn": x.T @ dn,
        "Un": (r * h).T @ dn,
        "bn": dn.sum(0),
        "Wz": x.T @ dz,
        "Uz": h.T @ dz,
        "bz": dz.sum(0),
        "Wr": x.T @ dr,
        "Ur": h.T @ dr,
        "br": dr.sum(0),
    }
    dprev = dh * z + dz @ p["Uz"].T + dr @ p["Ur"].T + (drh * r if with_r else drh)
    return g, dprev


def _all(p, with_r):
    h0 = cell(p, X0, HINIT)
    h1 = cell(p, X1, h0)
    dh1 = h1 - TARGET
    ga, dh0 = _cell_back(p, X1, h0, dh1, with_r)
    gb, _ = _cell_back(p, X0, HINIT, dh0, with_r)
    out = {k: ga[k] + gb[k] for k in ga}
    out.update({"h1": dh1, "h0": dh0})
    return out


def manual_grads(p):
    return _all(p, False)


def correct_grads(p):
    return _all(p, True)


EXPECTED = [
    {
        "where": "h0",
        "kind": "missing_factor",
        "detail": "the candidate's path to the previous state lacks the factor r (reset gate)",
    }
]
PROPAGATED = ["Wz", "Uz", "bz", "Wr", "Ur", "br", "Wn", "Un", "bn"]
CORRECT = ["h1"]
