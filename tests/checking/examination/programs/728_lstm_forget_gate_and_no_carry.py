import numpy as np

SOURCE = "https://github.com/CaptainE/RNN-LSTM-in-numpy/issues/1"
SUMMARY = "LSTM over two steps: the forget gate multiplies by sigmoid(f) instead of f*(1-f), and dh_next and dC_next are never assigned, so nothing flows from step 1 to step 0."

H = 3
X = [np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])]
T = [np.array([[0.0], [1.0]]), np.array([[1.0], [0.0]])]


def _sig(t):
    return 1 / (1 + np.exp(-t))


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e)


def params():
    r = np.random.default_rng(1728)
    g = {"W" + k: r.normal(size=(H, H + 2)) for k in "figo"}
    g.update({"b" + k: r.normal(size=(H, 1)) for k in "figo"})
    g.update({"Wv": r.normal(size=(2, H)), "bv": r.normal(size=(2, 1))})
    return g


def loss(p):
    h, c, total, n = np.zeros((H, 1)), np.zeros((H, 1)), 0.0, {}
    for t in range(2):
        z = np.concatenate([h, X[t]], axis=0)
        zf = np.dot(p["Wf"], z) + p["bf"]
        zi = np.dot(p["Wi"], z) + p["bi"]
        zg = np.dot(p["Wg"], z) + p["bg"]
        zo = np.dot(p["Wo"], z) + p["bo"]
        c = _sig(zf) * c + _sig(zi) * np.tanh(zg)
        h = _sig(zo) * np.tanh(c)
        v = np.dot(p["Wv"], h) + p["bv"]
        total = total - np.sum(T[t] * np.log(_soft(v)))
        n.update({f"zf{t}": zf, f"zi{t}": zi, f"zg{t}": zg, f"zo{t}": zo, f"c{t}": c, f"h{t}": h, f"v{t}": v})
    return total, n


def _back(p, carry, forget):
    h, c, tape = np.zeros((H, 1)), np.zeros((H, 1)), []
    for t in range(2):
        z = np.concatenate([h, X[t]])
        f, i, o = (_sig(p["W" + k] @ z + p["b" + k]) for k in "fio")
        g = np.tanh(p["Wg"] @ z + p["bg"])
        c_prev, c = c, f * c + i * g
        h = o * np.tanh(c)
        tape.append((z, f, i, g, o, c_prev, c, h, _soft(p["Wv"] @ h + p["bv"])))
    G = {k: np.zeros_like(a) for k, a in p.items()}
    dh_next, dC_next = np.zeros((H, 1)), np.zeros((H, 1))
    for t in (1, 0):
        z, f, i, g, o, c_prev, c, h, probs = tape[t]
        dv = probs - T[t]
        G["Wv"] += dv @ h.T
        G["bv"] += dv
        dh = p["Wv"].T @ dv + dh_next
        dC = dC_next + dh * o * (1 - np.tanh(c) ** 2)
        d = {
            "o": dh * np.tanh(c) * o * (1 - o),
            "g": dC * i * (1 - g**2),
            "i": dC * g * i * (1 - i),
            "f": forget(f) * (dC * c_prev),
        }
        for k in "figo":
            G["W" + k] += d[k] @ z.T
            G["b" + k] += d[k]
            G[f"z{k}{t}"] = d[k]
        G[f"h{t}"], G[f"c{t}"] = dh, dC
        if carry:
            dh_next = sum(p["W" + k].T @ d[k] for k in "figo")[:H]
            dC_next = f * dC
    return G


def manual_grads(p):
    G = _back(p, False, _sig)
    return {k: G[k] for k in list(p) + ["h1", "c1", "h0", "c0"]}


def correct_grads(p):
    return _back(p, True, lambda f: f * (1 - f))


EXPECTED = [
    {
        "where": "zf1",
        "kind": "wrong_activation_derivative",
        "detail": "sigmoid(f) stands in for f*(1-f) (step 0 is not affected: the cell starts at zero)",
    },
    {
        "where": "h0",
        "kind": "missing_term",
        "detail": "dh_next stays zero: the path through the gates of step 1 is ignored",
    },
    {
        "where": "c0",
        "kind": "missing_term",
        "detail": "dC_next stays zero: the path through the cell of step 1 (f1 * dC1) is ignored",
    },
]
PROPAGATED = ["Wf", "bf", "Wi", "bi", "Wg", "bg", "Wo", "bo"]
CORRECT = ["Wv", "bv", "h1", "c1"]
