import numpy as np

SOURCE = "synthetic; two slips as in https://github.com/wvabrinskas/Neuron/pull/181 (hidden rows paired with h_t), with stacked gates"
SUMMARY = "LSTM with stacked gate weights over 3 steps: the cell's derivative uses 1 - tanh(tanh(c))^2, and the recurrent weight gradient pairs the gate deltas with h_t instead of h_{t-1}."

D, H, T = 3, 2, 3
_r = np.random.default_rng(630)
XS = _r.normal(size=(T, D))
YS = _r.normal(size=(T, H))
H0 = np.array([0.2, -0.4])
C0 = np.array([0.5, 0.1])


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6630)
    return {"Wx": r.normal(size=(4 * H, D)), "Wh": r.normal(size=(4 * H, H)), "b": r.normal(size=4 * H)}


def loss(p):
    h, c, nodes, total = H0, C0, {}, 0.0
    for t in range(T):
        a = np.dot(p["Wx"], XS[t]) + np.dot(p["Wh"], h) + p["b"]
        i, f, o, g = _sig(a[:H]), _sig(a[H : 2 * H]), _sig(a[2 * H : 3 * H]), np.tanh(a[3 * H :])
        c = f * c + i * g
        h = o * np.tanh(c)
        total = total + 0.5 * np.sum((h - YS[t]) ** 2)
        nodes.update({f"a{t}": a, f"c{t}": c, f"h{t}": h})
    return total, nodes


def _run(p, slip):
    hs, cs, gates = [H0], [C0], []
    for t in range(T):
        a = p["Wx"] @ XS[t] + p["Wh"] @ hs[-1] + p["b"]
        i, f, o, g = _sig(a[:H]), _sig(a[H : 2 * H]), _sig(a[2 * H : 3 * H]), np.tanh(a[3 * H :])
        cs.append(f * cs[-1] + i * g)
        hs.append(o * np.tanh(cs[-1]))
        gates.append((i, f, o, g))
    G = {k: np.zeros_like(v) for k, v in p.items()}
    dh_next, dc_next = np.zeros(H), np.zeros(H)
    for t in reversed(range(T)):
        i, f, o, g = gates[t]
        tc = np.tanh(cs[t + 1])
        dh = hs[t + 1] - YS[t] + dh_next
        dc = dh * o * (1 - (np.tanh(tc) if slip else tc) ** 2) + dc_next
        da = np.concatenate(
            [dc * g * i * (1 - i), dc * cs[t] * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g * g)]
        )
        G["Wx"] += np.outer(da, XS[t])
        G["Wh"] += np.outer(da, hs[t + 1] if slip else hs[t])
        G["b"] += da
        dh_next, dc_next = p["Wh"].T @ da, dc * f
        G[f"a{t}"], G[f"c{t}"], G[f"h{t}"] = da, dc, dh
    return G


def manual_grads(p):
    G = _run(p, True)
    return {k: G[k] for k in p}


def correct_grads(p):
    return _run(p, False)


EXPECTED = [
    {
        "where": "c2",
        "kind": "wrong_activation_derivative",
        "detail": "tanh' applied to tanh(c): 1 - tanh(tanh(c))^2 instead of 1 - tanh(c)^2 (at every step)",
    },
    {"where": "Wh", "kind": "wrong_operand", "detail": "outer(da_t, h_t) instead of outer(da_t, h_{t-1})"},
]
PROPAGATED = ["Wx", "b"]
CORRECT = []
