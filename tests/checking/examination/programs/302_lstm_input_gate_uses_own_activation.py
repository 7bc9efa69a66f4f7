import numpy as np

SOURCE = "input-gate error taken with the wrong gate, a frequent copy-paste slip in LSTM cells"
SUMMARY = "One LSTM cell with stacked gates: dL/di is dc * i, where dc * g (the candidate) is needed."

N, D, H = 4, 3, 3
_r = np.random.default_rng(302)
x = _r.normal(size=(N, D))
h_prev = _r.normal(size=(N, H))
c_prev = _r.normal(size=(N, H))
y = _r.normal(size=(N, H))


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def params():
    r = np.random.default_rng(1302)
    return {"Wx": r.normal(size=(D, 4 * H)), "Wh": r.normal(size=(H, 4 * H)), "b": r.normal(size=4 * H)}


def _forward(p):
    a = x.dot(p["Wx"]) + h_prev.dot(p["Wh"]) + p["b"]
    i, f, o = sigmoid(a[:, :H]), sigmoid(a[:, H : 2 * H]), sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    c = f * c_prev + i * g
    return i, f, o, g, c, o * np.tanh(c)


def loss(p):
    a = x @ p["Wx"] + h_prev @ p["Wh"] + p["b"]
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return np.sum((h - y) ** 2) / N, {"a": a, "i": i, "f": f, "o": o, "g": g, "c": c, "h": h}


def manual_grads(p):
    i, f, o, g, c, h = _forward(p)
    dh = 2 * (h - y) / N
    do = dh * np.tanh(c)
    dc = dh * o * (1 - np.tanh(c) ** 2)
    df = dc * c_prev
    di = dc * i
    dg = dc * i
    da = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)])
    return {
        "Wx": x.T.dot(da),
        "Wh": h_prev.T.dot(da),
        "b": da.sum(axis=0),
        "h": dh,
        "o": do,
        "c": dc,
        "f": df,
        "i": di,
        "g": dg,
        "a": da,
    }


def correct_grads(p):
    i, f, o, g, c, h = _forward(p)
    dh = 2 * (h - y) / N
    tc = np.tanh(c)
    dc = dh * o * (1 - tc**2)
    da = np.concatenate(
        [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g**2)], axis=1
    )
    return {
        "Wx": x.T @ da,
        "Wh": h_prev.T @ da,
        "b": da.sum(0),
        "h": dh,
        "o": dh * tc,
        "c": dc,
        "f": dc * c_prev,
        "i": dc * g,
        "g": dc * i,
        "a": da,
    }


EXPECTED = [{"where": "i", "kind": "wrong_operand", "detail": "di = dc * i; should be dc * g"}]
PROPAGATED = ["a", "Wx", "Wh", "b"]
CORRECT = ["h", "o", "c", "f", "g"]
