import numpy as np

SOURCE = "synthetic; the slip is one of those fixed in https://github.com/wvabrinskas/Neuron/pull/181"
SUMMARY = "LSTM over three steps: dL/di is dc*i where the candidate g belongs (c = f*c_prev + i*g)."

D, H, T = 2, 3, 3
_r = np.random.default_rng(606)
X = [_r.normal(size=(1, D)) for _ in range(T)]
Y = _r.normal(size=(1, 2))


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6606)
    q = {}
    for k in "figo":
        q["W" + k] = r.normal(size=(D + H, H))
        q["b" + k] = r.normal(size=(1, H))
    q["Wy"] = r.normal(size=(H, 2))
    return q


def loss(p):
    h, c, n = np.zeros((1, H)), np.zeros((1, H)), {}
    for t in range(T):
        z = np.concatenate([X[t], h], axis=1)
        f = _sig(z @ p["Wf"] + p["bf"])
        i = _sig(z @ p["Wi"] + p["bi"])
        g = np.tanh(z @ p["Wg"] + p["bg"])
        o = _sig(z @ p["Wo"] + p["bo"])
        c = f * c + i * g
        h = o * np.tanh(c)
        n.update({f"f{t}": f, f"i{t}": i, f"g{t}": g, f"o{t}": o, f"c{t}": c, f"h{t}": h})
    y = h @ p["Wy"]
    n["y"] = y
    return 0.5 * np.sum((y - Y) ** 2), n


def _bptt(p, slip):
    h, c, cache = np.zeros((1, H)), np.zeros((1, H)), []
    for t in range(T):
        z = np.concatenate([X[t], h], axis=1)
        f, i, o = (_sig(z @ p["W" + k] + p["b" + k]) for k in "fio")
        g = np.tanh(z @ p["Wg"] + p["bg"])
        c_old, c = c, f * c + i * g
        h = o * np.tanh(c)
        cache.append((z, f, i, g, o, c_old, c))
    G = {k: np.zeros_like(v) for k, v in p.items()}
    dy = h @ p["Wy"] - Y
    G["Wy"] = h.T @ dy
    dh, dc = dy @ p["Wy"].T, np.zeros((1, H))
    for t in reversed(range(T)):
        z, f, i, g, o, c_old, c = cache[t]
        do = dh * np.tanh(c)
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        di = dc * i if slip else dc * g
        raw = {"f": dc * c_old * f * (1 - f), "i": di * i * (1 - i), "g": dc * i * (1 - g**2), "o": do * o * (1 - o)}
        dz = 0
        for k in "figo":
            G["W" + k] += z.T @ raw[k]
            G["b" + k] += raw[k]
            dz = dz + raw[k] @ p["W" + k].T
        dh, dc = dz[:, D:], dc * f
    return G


def manual_grads(p):
    return _bptt(p, True)


def correct_grads(p):
    return _bptt(p, False)


EXPECTED = [
    {"where": "i2", "kind": "wrong_operand", "detail": "dL/di = dc*g, the code multiplies by i itself (at every step)"}
]
PROPAGATED = ["Wi", "bi", "Wf", "bf", "Wg", "bg", "Wo", "bo"]
CORRECT = ["Wy"]
