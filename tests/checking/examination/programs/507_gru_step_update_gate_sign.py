import numpy as np

SOURCE = "synthetic (mix-up of the two conventions h = z*h + (1-z)*n and h = (1-z)*h + z*n)"
SUMMARY = "GRU trained on the last state; the forward keeps z of the old state, the backward takes dz from the other convention, so its sign is turned."

T, D, H = 3, 2, 4
LR = 0.02
_r = np.random.default_rng(507)
SEQ = _r.normal(size=(T, D))
GOAL = 0.7
HSTART = np.array([0.5, -0.3, 0.2, 0.8])


def sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1507)
    p = {"v": r.normal(size=H), "c": r.normal(size=1)}
    for g in ("z", "r", "n"):
        p["W" + g], p["U" + g], p["b" + g] = r.normal(size=(H, D)), r.normal(size=(H, H)), r.normal(size=H)
    return p


def loss(p):
    h = HSTART
    names = {}
    for t, x in enumerate(SEQ):
        z = sig(np.dot(p["Wz"], x) + np.dot(p["Uz"], h) + p["bz"])
        r = sig(np.dot(p["Wr"], x) + np.dot(p["Ur"], h) + p["br"])
        n = np.tanh(np.dot(p["Wn"], x) + np.dot(p["Un"], r * h) + p["bn"])
        h = z * h + (1 - z) * n
        names.update({f"z{t}": z, f"r{t}": r, f"n{t}": n, f"h{t}": h})
    y = np.dot(p["v"], h) + p["c"]
    names["y"] = y
    return np.sum((y - GOAL) ** 2), names


def _grads(p, s):
    h, tape = HSTART, []
    for x in SEQ:
        z = sig(p["Wz"] @ x + p["Uz"] @ h + p["bz"])
        r = sig(p["Wr"] @ x + p["Ur"] @ h + p["br"])
        n = np.tanh(p["Wn"] @ x + p["Un"] @ (r * h) + p["bn"])
        tape.append((x, h, z, r, n))
        h = z * h + (1 - z) * n
    dy = 2 * (p["v"] @ h + p["c"] - GOAL)
    G = {k: np.zeros_like(a) for k, a in p.items()}
    G["v"] += dy * h
    G["c"] += dy
    dh = dy * p["v"]
    for x, hp, z, r, n in tape[::-1]:
        dz = s * dh * (hp - n) * z * (1 - z)
        dn = dh * (1 - z) * (1 - n**2)
        drh = p["Un"].T @ dn
        dr = drh * hp * r * (1 - r)
        for k, d, inp in (("z", dz, hp), ("r", dr, hp), ("n", dn, r * hp)):
            G["W" + k] += np.outer(d, x)
            G["U" + k] += np.outer(d, inp)
            G["b" + k] += d
        dh = dh * z + drh * r + p["Uz"].T @ dz + p["Ur"].T @ dr
    return G


def step(p):
    g = _grads(p, -1.0)  # dz = dh * (n - h_prev)
    return {k: p[k] - LR * g[k] for k in p}


def correct_grads(p):
    return _grads(p, 1.0)


EXPECTED = [
    {
        "where": "z2",
        "kind": "sign_flipped",
        "detail": "dz = dh*(n - h_prev) although the forward is z*h_prev + (1-z)*n (every step)",
    }
]
PROPAGATED = ["Wz", "Uz", "bz", "Wr", "Ur", "br", "Wn", "Un", "bn"]
CORRECT = ["v", "c"]
