import numpy as np

SOURCE = "after LSTM-from-scratch threads (dc_next = dc)"
SUMMARY = "LSTM over a list: the cell gradient goes to the previous step without being multiplied by the forget gate."

D, H, T = 3, 4, 3
_r = np.random.default_rng(301)
xs = [_r.normal(size=D) for _ in range(T)]
target = _r.normal(size=H)


def sigm(v):
    return 1.0 / (1.0 + np.exp(-v))


def params():
    r = np.random.default_rng(1301)
    P = {}
    for g in "fiog":
        P["W" + g] = r.normal(size=(H, D + H)) * 0.6
        P["b" + g] = r.normal(size=H) * 0.3
    return P


def loss(p):
    h, c = np.zeros(H), np.zeros(H)
    nodes = {}
    for t in range(T):
        z = np.concatenate([xs[t], h])
        f = sigm(p["Wf"] @ z + p["bf"])
        i = sigm(p["Wi"] @ z + p["bi"])
        o = sigm(p["Wo"] @ z + p["bo"])
        g = np.tanh(p["Wg"] @ z + p["bg"])
        c = f * c + i * g
        h = o * np.tanh(c)
        nodes["c%d" % t] = c
        nodes["h%d" % t] = h
    return 0.5 * np.sum((h - target) ** 2), nodes


def _bptt(p, use_forget):
    h, c = np.zeros(H), np.zeros(H)
    tape = []
    for x in xs:
        z = np.concatenate([x, h])
        f, i, o = (sigm(p["W" + k] @ z + p["b" + k]) for k in "fio")
        g = np.tanh(p["Wg"] @ z + p["bg"])
        c_old = c
        c = f * c_old + i * g
        h = o * np.tanh(c)
        tape.append((z, f, i, o, g, c_old, c))
    grads = {k: np.zeros_like(v) for k, v in p.items()}
    dh, dc = h - target, np.zeros(H)
    for t in reversed(range(T)):
        z, f, i, o, g, c_old, c = tape[t]
        tc = np.tanh(c)
        grads["h%d" % t] = dh
        dc = dc + dh * o * (1 - tc * tc)
        grads["c%d" % t] = dc
        raw = {
            "o": dh * tc * o * (1 - o),
            "f": dc * c_old * f * (1 - f),
            "i": dc * g * i * (1 - i),
            "g": dc * i * (1 - g * g),
        }
        dz = 0
        for k, d in raw.items():
            grads["W" + k] += np.outer(d, z)
            grads["b" + k] += d
            dz = dz + p["W" + k].T @ d
        dh = dz[D:]
        dc = dc * f if use_forget else dc
    return grads


def manual_grads(p):
    return _bptt(p, False)


def correct_grads(p):
    return _bptt(p, True)


EXPECTED = [
    {"where": "c1", "kind": "missing_factor", "detail": "dc carried to the previous step without the forget gate f"}
]
PROPAGATED = ["c0", "h0", "Wf", "Wi", "Wo", "Wg", "bf", "bi", "bo", "bg"]
CORRECT = ["h2", "c2", "h1"]  # h1 receives only the gate path of step 2, which is right
