import numpy as np

SOURCE = "https://github.com/Bot-Academy/NeuralNetworkFromScratch/pull/3"
SUMMARY = "Digits loop on one sample: delta_o = o - l forgets the output sigmoid', and w_h_o is updated before the hidden delta is taken through it."

_r = np.random.default_rng(711)
IMG = _r.random((5, 1))
L = np.array([[0.0], [1.0], [0.0]])
LR = 0.2


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1711)
    return {
        "w_i_h": r.uniform(-0.5, 0.5, (4, 5)),
        "b_i_h": np.zeros((4, 1)),
        "w_h_o": r.uniform(-0.5, 0.5, (3, 4)),
        "b_h_o": np.zeros((3, 1)),
    }


def loss(p):
    h_pre = p["b_i_h"] + p["w_i_h"] @ IMG
    h = _sig(h_pre)
    o_pre = p["b_h_o"] + p["w_h_o"] @ h
    o = _sig(o_pre)
    return 0.5 * np.sum((o - L) ** 2, axis=0)[0], {"h_pre": h_pre, "h": h, "o_pre": o_pre, "o": o}


def step(p):
    w_i_h, b_i_h, w_h_o, b_h_o = (p[k].copy() for k in ("w_i_h", "b_i_h", "w_h_o", "b_h_o"))
    h = _sig(b_i_h + w_i_h @ IMG)
    o = _sig(b_h_o + w_h_o @ h)
    delta_o = o - L
    w_h_o += -LR * delta_o @ np.transpose(h)
    b_h_o += -LR * delta_o
    delta_h = np.transpose(w_h_o) @ delta_o * (h * (1 - h))
    w_i_h += -LR * delta_h @ np.transpose(IMG)
    b_i_h += -LR * delta_h
    return {"w_i_h": w_i_h, "b_i_h": b_i_h, "w_h_o": w_h_o, "b_h_o": b_h_o}


def correct_grads(p):
    h = _sig(p["w_i_h"] @ IMG + p["b_i_h"])
    o = _sig(p["w_h_o"] @ h + p["b_h_o"])
    do = (o - L) * o * (1 - o)
    gh = p["w_h_o"].T @ do
    dh = gh * h * (1 - h)
    return {
        "w_h_o": do @ h.T,
        "b_h_o": do,
        "w_i_h": dh @ IMG.T,
        "b_i_h": dh,
        "o": o - L,
        "o_pre": do,
        "h": gh,
        "h_pre": dh,
    }


EXPECTED = [
    {
        "where": "o_pre",
        "kind": "missing_activation_derivative",
        "detail": "o*(1-o) missing (o - l alone would be right for cross entropy)",
    },
    {"where": "h", "kind": "stale_parameter", "detail": "w_h_o is updated before np.transpose(w_h_o) @ delta_o"},
]
PROPAGATED = ["w_h_o", "b_h_o", "w_i_h", "b_i_h"]
CORRECT = []
