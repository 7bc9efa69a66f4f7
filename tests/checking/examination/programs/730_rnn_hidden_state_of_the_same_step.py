import numpy as np

SOURCE = "https://github.com/VikParuchuri/zero_to_gpt/issues/9"
SUMMARY = "RNN unrolled by hand, one step of descent: the gradient of the hidden-to-hidden weights takes the hidden state of the same step instead of the previous one."

X = np.random.default_rng(730).normal(size=(3, 2))
Y = np.array([[0.5], [-1.0], [0.3]])
LR = 0.05


def params():
    r = np.random.default_rng(1730)
    return {
        "i_weight": r.normal(size=(2, 4)),
        "h_weight": r.normal(size=(4, 4)),
        "h_bias": r.normal(size=(1, 4)),
        "o_weight": r.normal(size=(4, 1)),
        "o_bias": r.normal(size=(1, 1)),
    }


def loss(p):
    hid, total, n = np.zeros((1, 4)), 0.0, {}
    for t in range(3):
        hid = np.tanh(X[[t]] @ p["i_weight"] + hid @ p["h_weight"] + p["h_bias"])
        out = hid @ p["o_weight"] + p["o_bias"]
        total = total + np.sum((out - Y[[t]]) ** 2) / 3
        n.update({f"hid{t}": hid, f"out{t}": out})
    return total, n


def _grads(p, shift):
    hiddens, outs = [np.zeros((1, 4))], []
    for t in range(3):
        hiddens.append(np.tanh(X[[t]] @ p["i_weight"] + hiddens[-1] @ p["h_weight"] + p["h_bias"]))
        outs.append(hiddens[-1] @ p["o_weight"] + p["o_bias"])
    g = {k: np.zeros_like(v) for k, v in p.items()}
    nxt = np.zeros((1, 4))
    for t in (2, 1, 0):
        l_grad = 2 * (outs[t] - Y[[t]]) / 3
        g["o_weight"] += hiddens[t + 1].T @ l_grad
        g["o_bias"] += l_grad
        h_grad = l_grad @ p["o_weight"].T + nxt
        raw = h_grad * (1 - hiddens[t + 1] ** 2)
        if t > 0:
            g["h_weight"] += hiddens[t + shift].T @ raw
        g["i_weight"] += X[[t]].T @ raw
        g["h_bias"] += raw
        nxt = raw @ p["h_weight"].T
        g[f"hid{t}"] = h_grad
    return g


def step(p):
    g = _grads(p, 1)
    return {k: v - LR * g[k] for k, v in p.items()}


def correct_grads(p):
    return _grads(p, 0)


EXPECTED = [{"where": "h_weight", "kind": "wrong_operand", "detail": "hidden state of step t instead of step t-1"}]
PROPAGATED = []
CORRECT = ["i_weight", "h_bias", "o_weight", "o_bias"]
