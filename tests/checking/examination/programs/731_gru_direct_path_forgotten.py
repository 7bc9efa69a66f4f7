import numpy as np

SOURCE = "https://github.com/rsokl/MyGrad/pull/4 (the layer; the slip is ours)"
SUMMARY = "GRU over two steps: the previous state receives its gradient through the three gates, but not through (1-z)*h itself."

H = 3
_r = np.random.default_rng(731)
X = [_r.normal(size=(2, 2)), _r.normal(size=(2, 2))]  # two steps of two samples
H0 = _r.normal(size=(2, H)) * 0.5
Y = [_r.normal(size=(2, 1)), _r.normal(size=(2, 1))]


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1731)
    g = {}
    for k in "zrn":
        g.update({"W" + k: r.normal(size=(2, H)), "U" + k: r.normal(size=(H, H)), "b" + k: r.normal(size=H)})
    g["V"] = r.normal(size=(H, 1))
    return g


def loss(p):
    h, total, nodes = H0, 0.0, {}
    for t in range(2):
        z = _sig(X[t] @ p["Wz"] + h @ p["Uz"] + p["bz"])
        r = _sig(X[t] @ p["Wr"] + h @ p["Ur"] + p["br"])
        n = np.tanh(X[t] @ p["Wn"] + (r * h) @ p["Un"] + p["bn"])
        h = (1 - z) * h + z * n
        out = h @ p["V"]
        total = total + 0.5 * np.sum((out - Y[t]) ** 2)
        nodes.update({f"z{t}": z, f"r{t}": r, f"n{t}": n, f"h{t}": h, f"out{t}": out})
    return total, nodes


def _back(p, direct):
    h, tape = H0, []
    for t in range(2):
        z = _sig(X[t] @ p["Wz"] + h @ p["Uz"] + p["bz"])
        r = _sig(X[t] @ p["Wr"] + h @ p["Ur"] + p["br"])
        n = np.tanh(X[t] @ p["Wn"] + (r * h) @ p["Un"] + p["bn"])
        prev, h = h, (1 - z) * h + z * n
        tape.append((prev, z, r, n, h))
    G = {k: np.zeros_like(v) for k, v in p.items()}
    carry = np.zeros((2, H))
    for t in (1, 0):
        prev, z, r, n, h = tape[t]
        dout = h @ p["V"] - Y[t]
        G["V"] += h.T @ dout
        dh = dout @ p["V"].T + carry
        dz, dn = dh * (n - prev), dh * z
        an = dn * (1 - n**2)
        drh = an @ p["Un"].T
        dr = drh * prev
        az, ar = dz * z * (1 - z), dr * r * (1 - r)
        for k, a, left in (("z", az, prev), ("r", ar, prev), ("n", an, r * prev)):
            G["W" + k] += X[t].T @ a
            G["U" + k] += left.T @ a
            G["b" + k] += a.sum(axis=0)
        carry = az @ p["Uz"].T + ar @ p["Ur"].T + drh * r
        if direct:
            carry = carry + dh * (1 - z)
        G.update({f"h{t}": dh, f"z{t}": dz, f"n{t}": dn, f"r{t}": dr})
    return G


def manual_grads(p):
    G = _back(p, False)
    return {k: G[k] for k in p}


def correct_grads(p):
    return _back(p, True)


EXPECTED = [{"where": "h0", "kind": "missing_term", "detail": "dh1*(1-z1), the direct path from h0 to h1, is missing"}]
PROPAGATED = ["Wz", "Uz", "bz", "Wr", "Ur", "br", "Wn", "Un", "bn"]
CORRECT = ["V"]
