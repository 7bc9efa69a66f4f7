import numpy as np

SOURCE = "https://github.com/Halfish/cs231n/issues/4 (why dh[:, t, :] + dprev_h?); cs231n assignment 3 rnn_backward"
SUMMARY = "rnn_backward calls rnn_step_backward with dh[:, t] alone; dprev_h of the later step is not added."

_r = np.random.default_rng(415)
N, T, D, H = 3, 3, 2, 4
X = _r.normal(size=(N, T, D))
H0 = _r.normal(size=(N, H))
DH = _r.normal(size=(N, T, H))


def params():
    r = np.random.default_rng(1415)
    return {"Wx": r.normal(size=(D, H)), "Wh": r.normal(size=(H, H)) * 0.7, "b": r.normal(size=H)}


def loss(p):
    h1 = np.tanh(np.dot(X[:, 0], p["Wx"]) + np.dot(H0, p["Wh"]) + p["b"])
    h2 = np.tanh(np.dot(X[:, 1], p["Wx"]) + np.dot(h1, p["Wh"]) + p["b"])
    h3 = np.tanh(np.dot(X[:, 2], p["Wx"]) + np.dot(h2, p["Wh"]) + p["b"])
    L = np.sum(h1 * DH[:, 0]) + np.sum(h2 * DH[:, 1]) + np.sum(h3 * DH[:, 2])
    return L, {"h1": h1, "h2": h2, "h3": h3}


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    draw = dnext_h * (1 - next_h**2)
    return draw.dot(Wx.T), draw.dot(Wh.T), x.T.dot(draw), prev_h.T.dot(draw), draw.sum(axis=0)


def _bptt(p, carry):
    h, caches = H0, []
    for t in range(T):
        h, c = rnn_step_forward(X[:, t], h, p["Wx"], p["Wh"], p["b"])
        caches.append(c)
    g = {k: np.zeros_like(v) for k, v in p.items()}
    dprev = np.zeros_like(H0)
    for t in reversed(range(T)):
        d = DH[:, t] + dprev if carry else DH[:, t]
        g["h%d" % (t + 1)] = d
        dx, dprev, dWx, dWh, db = rnn_step_backward(d, caches[t])
        g["Wx"] += dWx
        g["Wh"] += dWh
        g["b"] += db
    return g


def manual_grads(p):
    return _bptt(p, False)


def correct_grads(p):
    return _bptt(p, True)


EXPECTED = [
    {"where": "h2", "kind": "missing_term", "detail": "recurrent carry from h3 not added"},
    {"where": "h1", "kind": "missing_term", "detail": "recurrent carry from h2 not added"},
]
PROPAGATED = ["Wx", "Wh", "b"]
CORRECT = ["h3"]
