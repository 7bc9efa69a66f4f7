import numpy as np

SOURCE = "after GRU derivations asked on Cross Validated"
SUMMARY = "GRU over time: the gradient carried to h_{t-1} lacks the direct path dh * z of h = z*h_prev + (1-z)*cand."

T, n_in, n_h = 3, 2, 3
rng = np.random.default_rng(303)
seq = rng.normal(size=(T, n_in, 1))
goal = rng.normal(size=(T, n_h, 1))
sg = lambda q: 1 / (1 + np.exp(-q))


def params():
    r = np.random.default_rng(1303)
    q = {}
    for k in ("z", "r", "h"):
        q["W" + k] = r.normal(size=(n_h, n_in))
        q["U" + k] = r.normal(size=(n_h, n_h))
        q["b" + k] = r.normal(size=(n_h, 1))
    return q


def loss(p):
    h = np.zeros((n_h, 1))
    J = 0.0
    for t in range(T):
        z = sg(p["Wz"] @ seq[t] + p["Uz"] @ h + p["bz"])
        r = sg(p["Wr"] @ seq[t] + p["Ur"] @ h + p["br"])
        cand = np.tanh(p["Wh"] @ seq[t] + p["Uh"] @ (r * h) + p["bh"])
        h = z * h + (1 - z) * cand
        J = J + 0.5 * np.sum((h - goal[t]) ** 2)
        if t == 0:
            h0 = h
        if t == 1:
            h1 = h
    return J, {"h0": h0, "h1": h1, "h2": h}


def _go(p, direct):
    hs, st = {-1: np.zeros((n_h, 1))}, {}
    for t in range(T):
        hp = hs[t - 1]
        z = sg(p["Wz"] @ seq[t] + p["Uz"] @ hp + p["bz"])
        r = sg(p["Wr"] @ seq[t] + p["Ur"] @ hp + p["br"])
        k = np.tanh(p["Wh"] @ seq[t] + p["Uh"] @ (r * hp) + p["bh"])
        hs[t] = z * hp + (1 - z) * k
        st[t] = z, r, k
    d = {k: np.zeros(v.shape) for k, v in p.items()}
    dnext = np.zeros((n_h, 1))
    for t in range(T)[::-1]:
        z, r, k = st[t]
        hp = hs[t - 1]
        dh = (hs[t] - goal[t]) + dnext
        dk = dh * (1 - z) * (1 - k**2)
        dz = dh * (hp - k) * z * (1 - z)
        drh = p["Uh"].T @ dk
        dr = drh * hp * r * (1 - r)
        for nm, dd, rec in (("h", dk, r * hp), ("z", dz, hp), ("r", dr, hp)):
            d["W" + nm] += dd @ seq[t].T
            d["U" + nm] += dd @ rec.T
            d["b" + nm] += dd
        dnext = p["Uz"].T @ dz + p["Ur"].T @ dr + drh * r
        if direct:
            dnext = dnext + dh * z
    return d


def manual_grads(p):
    return _go(p, False)


def correct_grads(p):
    return _go(p, True)


EXPECTED = [
    {
        "where": "h1",
        "kind": "missing_term",
        "detail": "dh * z, the direct path from h_t to h_{t-1}, is missing in the carry",
    }
]
PROPAGATED = ["Wz", "Uz", "bz", "Wr", "Ur", "br", "Wh", "Uh", "bh"]
CORRECT = []
