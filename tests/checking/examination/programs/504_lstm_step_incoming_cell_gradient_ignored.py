import numpy as np

SOURCE = "https://github.com/cthorey/CS231/issues/1 (the question whether dnext_c += may be dnext_c =); also https://github.com/apache/mxnet/issues/4057"
SUMMARY = "One LSTM step with incoming dnext_h and dnext_c: the path through h overwrites dnext_c instead of being added to it."

N, D, H = 3, 4, 5
_r = np.random.default_rng(504)
DNEXT_H = _r.normal(size=(N, H))
DNEXT_C = _r.normal(size=(N, H))


def sigm(a):
    return 1.0 / (1.0 + np.exp(-a))


def params():
    r = np.random.default_rng(1504)
    return {
        "x": r.normal(size=(N, D)),
        "prev_h": r.normal(size=(N, H)),
        "prev_c": r.normal(size=(N, H)),
        "Wx": r.normal(size=(D, 4 * H)),
        "Wh": r.normal(size=(H, 4 * H)),
        "b": r.normal(size=4 * H),
    }


def loss(p):
    a = p["x"].dot(p["Wx"]) + p["prev_h"].dot(p["Wh"]) + p["b"]
    i = sigm(a[:, :H])
    f = sigm(a[:, H : 2 * H])
    o = sigm(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * p["prev_c"] + i * g
    next_h = o * np.tanh(next_c)
    return np.sum(next_h * DNEXT_H) + np.sum(next_c * DNEXT_C), {
        "a": a,
        "i": i,
        "f": f,
        "o": o,
        "g": g,
        "next_c": next_c,
        "next_h": next_h,
    }


def _backward(p, dnext_c):
    a = p["x"] @ p["Wx"] + p["prev_h"] @ p["Wh"] + p["b"]
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = sigm(ai), sigm(af), sigm(ao), np.tanh(ag)
    c = f * p["prev_c"] + i * g
    dc = dnext_c + DNEXT_H * o * (1 - np.tanh(c) ** 2)
    do = DNEXT_H * np.tanh(c)
    da = np.hstack([dc * g * i * (1 - i), dc * p["prev_c"] * f * (1 - f), do * o * (1 - o), dc * i * (1 - g**2)])
    return {
        "x": da @ p["Wx"].T,
        "prev_h": da @ p["Wh"].T,
        "prev_c": dc * f,
        "Wx": p["x"].T @ da,
        "Wh": p["prev_h"].T @ da,
        "b": da.sum(axis=0),
        "next_c": dc,
        "o": do,
        "a": da,
    }


def manual_grads(p):
    return _backward(p, 0.0)


def correct_grads(p):
    return _backward(p, DNEXT_C)


EXPECTED = [
    {
        "where": "next_c",
        "kind": "missing_term",
        "detail": "the incoming dnext_c is not added to the part that comes through next_h",
    }
]
PROPAGATED = ["a", "x", "prev_h", "prev_c", "Wx", "Wh", "b"]
CORRECT = ["o"]
