import numpy as np

SOURCE = "https://github.com/CaptainE/RNN-LSTM-in-numpy/issues/1"
SUMMARY = (
    "LSTM over three steps: the forget gate's delta is multiplied by sigmoid(f) because derivative=True was forgotten."
)

NH, NX, T = 3, 2, 3
_r = np.random.default_rng(503)
XS = [_r.normal(size=(NX, 1)) for _ in range(T)]
LABEL = [1, 0, 3]
H0, C0 = _r.normal(size=(NH, 1)) * 0.3, _r.normal(size=(NH, 1)) * 0.3


def sigmoid(x, derivative=False):
    if derivative:
        return x * (1 - x)  # x is already the activation
    return 1 / (1 + np.exp(-x))


def tanh(x, derivative=False):
    return 1 - x**2 if derivative else np.tanh(x)


def params():
    r = np.random.default_rng(1503)
    p = {}
    for g in "figo":
        p["W_" + g] = r.normal(size=(NH, NH + NX))
        p["b_" + g] = r.normal(size=(NH, 1))
    p["W_v"] = r.normal(size=(4, NH))
    p["b_v"] = r.normal(size=(4, 1))
    return p


def loss(p):
    h, C, total, names = H0, C0, 0.0, {}
    for t in range(T):
        z = np.concatenate([h, XS[t]], axis=0)
        zf = np.dot(p["W_f"], z) + p["b_f"]
        zi = np.dot(p["W_i"], z) + p["b_i"]
        zg = np.dot(p["W_g"], z) + p["b_g"]
        zo = np.dot(p["W_o"], z) + p["b_o"]
        f, i, g, o = sigmoid(zf), sigmoid(zi), tanh(zg), sigmoid(zo)
        C = f * C + i * g
        h = o * tanh(C)
        v = np.dot(p["W_v"], h) + p["b_v"]
        total = total - v[LABEL[t], 0] + np.log(np.sum(np.exp(v)))
        for nm, a in (
            ("zf", zf),
            ("zi", zi),
            ("zg", zg),
            ("zo", zo),
            ("f", f),
            ("i", i),
            ("g", g),
            ("o", o),
            ("C", C),
            ("h", h),
            ("v", v),
        ):
            names[nm + str(t)] = a
    return total, names


def _bptt(p, forget_rule):
    h, C = H0, C0
    tape = []
    for t in range(T):
        z = np.concatenate([h, XS[t]])
        f = sigmoid(p["W_f"] @ z + p["b_f"])
        i = sigmoid(p["W_i"] @ z + p["b_i"])
        g = tanh(p["W_g"] @ z + p["b_g"])
        o = sigmoid(p["W_o"] @ z + p["b_o"])
        C_prev, C = C, f * C + i * g
        h = o * np.tanh(C)
        e = np.exp(p["W_v"] @ h + p["b_v"])
        tape.append((z, f, i, g, o, C_prev, C, h, e / e.sum()))
    G = {k: np.zeros_like(a) for k, a in p.items()}
    dh_next, dC_next = np.zeros((NH, 1)), np.zeros((NH, 1))
    for t in reversed(range(T)):
        z, f, i, g, o, C_prev, C, h, prob = tape[t]
        dv = prob.copy()
        dv[LABEL[t]] -= 1
        G["W_v"] += dv @ h.T
        G["b_v"] += dv
        dh = p["W_v"].T @ dv + dh_next
        do = sigmoid(o, derivative=True) * dh * tanh(C)
        dC = dC_next + dh * o * tanh(tanh(C), derivative=True)
        dg = tanh(g, derivative=True) * dC * i
        di = sigmoid(i, derivative=True) * dC * g
        df = forget_rule(f) * dC * C_prev
        dz = 0
        for k, d in (("f", df), ("i", di), ("g", dg), ("o", do)):
            G["W_" + k] += d @ z.T
            G["b_" + k] += d
            dz = dz + p["W_" + k].T @ d
        dh_next, dC_next = dz[:NH], f * dC
    return G


def manual_grads(p):
    return _bptt(p, lambda f: sigmoid(f))


def correct_grads(p):
    return _bptt(p, lambda f: sigmoid(f, derivative=True))


EXPECTED = [
    {
        "where": "zf2",
        "kind": "wrong_activation_derivative",
        "detail": "sigmoid(f) instead of f*(1-f) for the forget gate (every step)",
    }
]
PROPAGATED = ["W_f", "b_f", "W_i", "b_i", "W_g", "b_g", "W_o", "b_o"]
CORRECT = ["W_v", "b_v"]
