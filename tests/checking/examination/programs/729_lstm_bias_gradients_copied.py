import numpy as np

SOURCE = "https://github.com/hanbt/learn_dl/issues/53"
SUMMARY = "LSTM layer: the bias gradients of the input and the output gate are both filled from delta_f, left over from copying the line of the forget gate."

H = 3
XS = np.random.default_rng(729).normal(size=(3, 2))
Y = np.array([0.4, -0.3, 0.8])


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1729)
    g = {}
    for k in "fioc":
        g["W" + k] = r.normal(size=(2 + H, H))
        g["b" + k] = r.normal(size=H)
    return g


def loss(p):
    h, c, n = np.zeros(H), np.zeros(H), {}
    for t in range(3):
        z = np.concatenate([XS[t], h])
        net_f, net_i = z @ p["Wf"] + p["bf"], z @ p["Wi"] + p["bi"]
        net_o, net_c = z @ p["Wo"] + p["bo"], z @ p["Wc"] + p["bc"]
        c = _sig(net_f) * c + _sig(net_i) * np.tanh(net_c)
        h = _sig(net_o) * np.tanh(c)
        n.update(
            {f"net_f{t}": net_f, f"net_i{t}": net_i, f"net_o{t}": net_o, f"net_c{t}": net_c, f"c{t}": c, f"h{t}": h}
        )
    return 0.5 * np.sum((h - Y) ** 2), n


def _back(p):
    h, c, tape = np.zeros(H), np.zeros(H), []
    for t in range(3):
        z = np.r_[XS[t], h]
        f, i, o = _sig(z @ p["Wf"] + p["bf"]), _sig(z @ p["Wi"] + p["bi"]), _sig(z @ p["Wo"] + p["bo"])
        ct = np.tanh(z @ p["Wc"] + p["bc"])
        prev, c = c, f * c + i * ct
        h = o * np.tanh(c)
        tape.append((z, f, i, o, ct, prev, c))
    G = {k: np.zeros_like(v) for k, v in p.items()}
    delta = {k: [None] * 3 for k in "fioc"}
    dh, dc = h - Y, np.zeros(H)
    for t in (2, 1, 0):
        z, f, i, o, ct, prev, c = tape[t]
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        delta["o"][t] = dh * np.tanh(c) * o * (1 - o)
        delta["f"][t] = dc * prev * f * (1 - f)
        delta["i"][t] = dc * ct * i * (1 - i)
        delta["c"][t] = dc * i * (1 - ct**2)
        for k in "fioc":
            G["W" + k] += np.outer(z, delta[k][t])
        dh = sum(p["W" + k] @ delta[k][t] for k in "fioc")[2:]
        dc = dc * f
    return G, delta


def manual_grads(p):
    G, delta = _back(p)
    for t in range(3):
        G["bf"] += delta["f"][t]
        G["bi"] += delta["f"][t]
        G["bo"] += delta["f"][t]
        G["bc"] += delta["c"][t]
    return G


def correct_grads(p):
    G, delta = _back(p)
    for k in "fioc":
        G["b" + k] = sum(delta[k])
        G.update({f"net_{k}{t}": delta[k][t] for t in range(3)})
    return G


EXPECTED = [
    {"where": "bi", "kind": "wrong_operand", "detail": "sums delta_f instead of delta_i (equals the gradient of bf)"},
    {"where": "bo", "kind": "wrong_operand", "detail": "sums delta_f instead of delta_o (equals the gradient of bf)"},
]
PROPAGATED = []
CORRECT = ["Wf", "Wi", "Wo", "Wc", "bf", "bc"]
