import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct: LSTM in forget-first stacked layout, gate derivatives in one array, 'delta' accumulated through views of a preallocated buffer."

T, D, H = 4, 2, 3
R = np.random.default_rng(307)
x_seq = R.standard_normal((T, D))
y_seq = R.standard_normal(T)


def params():
    R = np.random.default_rng(1307)
    return {"W": R.standard_normal((4, H, D + H + 1)) * 0.5, "w_out": R.standard_normal(H)}


def _cell(W, x, h, c):
    v = np.concatenate((x, h, [1.0]))
    pre = np.einsum("ghk,k->gh", W, v)
    g = np.concatenate((1 / (1 + np.exp(-pre[:3])), np.tanh(pre[3:])))
    cn = g[0] * c + g[1] * g[3]
    return v, g, cn, g[2] * np.tanh(cn)


def loss(p):
    h, c, E = np.zeros(H), np.zeros(H), 0.0
    for t in range(T):
        v = np.concatenate((x_seq[t], h, [1.0]))
        pre = np.einsum("ghk,k->gh", p["W"], v)
        sg = 1 / (1 + np.exp(-pre[:3]))
        c = sg[0] * c + sg[1] * np.tanh(pre[3])
        h = sg[2] * np.tanh(c)
        E = E + (np.dot(h, p["w_out"]) - y_seq[t]) ** 2
    return E / T


def manual_grads(p):
    W, w = p["W"], p["w_out"]
    hs, cs, vs, gs = np.zeros((T + 1, H)), np.zeros((T + 1, H)), [], []
    for t in range(T):
        v, g, cs[t + 1], hs[t + 1] = _cell(W, x_seq[t], hs[t], cs[t])
        vs.append(v)
        gs.append(g)
    gW, gw = np.zeros_like(W), np.zeros_like(w)
    eh, ec = np.zeros(H), np.zeros(H)
    t = T
    while t:
        t -= 1
        f, i, o, u = gs[t]
        e = 2.0 / T * (hs[t + 1] @ w - y_seq[t])
        gw += e * hs[t + 1]
        eh = eh + e * w
        th = np.tanh(cs[t + 1])
        ec = ec + eh * o * (1 - th**2)
        delta = np.stack([ec * cs[t], ec * u, eh * th, ec * i])
        slope = gs[t] * (1 - gs[t])
        slope[3] = 1 - u**2
        delta *= slope
        gW += delta[:, :, None] * vs[t][None, None, :]
        eh = np.tensordot(delta, W, axes=2)[D : D + H]
        ec = ec * f
    return dict(W=gW, w_out=gw)


def correct_grads(p):
    return manual_grads(p)


EXPECTED = []
PROPAGATED = []
CORRECT = ["W", "w_out"]
