import numpy as np

SOURCE = "synthetic, after GRU-from-scratch repositories"
SUMMARY = "GRU over three steps: dUr is a copy of the line for dUz (uses z's delta), and the output layer's error reaches h through Wo.T where Wo is needed (square)."

H, T = 3, 3
_r = np.random.default_rng(631)
XS = [_r.normal(size=(2, 1)) for _ in range(T)]
Y = _r.normal(size=(H, 1))


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6631)
    q = {"W" + k: r.normal(size=(H, 2)) for k in "zrc"}
    q.update({"U" + k: r.normal(size=(H, H)) for k in "zrc"})
    q["Wo"] = r.normal(size=(H, H))
    return q


def loss(p):
    h, n = np.full((H, 1), 0.1), {}
    for t in range(T):
        z = _sig(p["Wz"] @ XS[t] + p["Uz"] @ h)
        r = _sig(p["Wr"] @ XS[t] + p["Ur"] @ h)
        c = np.tanh(p["Wc"] @ XS[t] + p["Uc"] @ (r * h))
        h = (1 - z) * h + z * c
        n.update({f"z{t}": z, f"r{t}": r, f"c{t}": c, f"h{t}": h})
    y = p["Wo"].T @ h
    n["y"] = y
    return 0.5 * np.sum((y - Y) ** 2), n


def _forward(p):
    h, cache = np.full((H, 1), 0.1), []
    for x in XS:
        z = _sig(p["Wz"] @ x + p["Uz"] @ h)
        r = _sig(p["Wr"] @ x + p["Ur"] @ h)
        c = np.tanh(p["Wc"] @ x + p["Uc"] @ (r * h))
        cache.append((x, h, z, r, c))
        h = (1 - z) * h + z * c
    return h, cache


def _backward(p, dh, cache, dUr_from):
    G = {k: np.zeros_like(v) for k, v in p.items()}
    for x, h, z, r, c in cache[::-1]:
        az = dh * (c - h) * z * (1 - z)
        ac = dh * z * (1 - c * c)
        drh = p["Uc"].T @ ac
        ar = drh * h * r * (1 - r)
        G["Wz"] += az @ x.T
        G["Uz"] += az @ h.T
        G["Wr"] += ar @ x.T
        G["Ur"] += {"az": az, "ar": ar}[dUr_from] @ h.T
        G["Wc"] += ac @ x.T
        G["Uc"] += ac @ (r * h).T
        dh = dh * (1 - z) + drh * r + p["Uz"].T @ az + p["Ur"].T @ ar
    return G


def manual_grads(p):
    h, cache = _forward(p)
    dy = p["Wo"].T @ h - Y
    G = _backward(p, p["Wo"].T @ dy, cache, "az")
    G["Wo"] = h @ dy.T
    return G


def correct_grads(p):
    h, cache = _forward(p)
    dy = p["Wo"].T @ h - Y
    G = _backward(p, p["Wo"] @ dy, cache, "ar")
    G.update({"Wo": h @ dy.T, "y": dy, "h2": p["Wo"] @ dy})
    return G


EXPECTED = [
    {
        "where": "h2",
        "kind": "transposed",
        "detail": "y = Wo.T @ h, so dh = Wo @ dy; the code takes Wo.T @ dy, (3,3) hides it",
    },
    {
        "where": "Ur",
        "kind": "wrong_operand",
        "detail": "copy-paste gate: accumulates the update gate's delta instead of the reset gate's",
    },
]
PROPAGATED = ["Wz", "Uz", "Wr", "Wc", "Uc"]
CORRECT = ["Wo"]
