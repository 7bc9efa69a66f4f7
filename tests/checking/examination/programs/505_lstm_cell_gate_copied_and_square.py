import numpy as np

SOURCE = "https://community.deeplearning.ai/t/c5w1a1-wrong-results-of-lstm-backward/8480 (assignment; the slips are invented)"
SUMMARY = "Course-style LSTM cell backward, columns as samples: dWi is built from the forget gate's delta, and the candidate uses (1 - cct)**2 for 1 - cct**2."

NA, NX, M = 4, 2, 6
_r = np.random.default_rng(505)
XT = _r.normal(size=(NX, M))
A_PREV = _r.normal(size=(NA, M))
C_PREV = _r.normal(size=(NA, M))
DA = _r.normal(size=(NA, M))
DC = _r.normal(size=(NA, M))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def params():
    r = np.random.default_rng(1505)
    p = {"W" + g: r.normal(size=(NA, NA + NX)) for g in "fico"}
    p.update({"b" + g: r.normal(size=(NA, 1)) for g in "fico"})
    return p


def loss(p):
    concat = np.concatenate((A_PREV, XT), axis=0)
    zf = np.dot(p["Wf"], concat) + p["bf"]
    zi = np.dot(p["Wi"], concat) + p["bi"]
    zc = np.dot(p["Wc"], concat) + p["bc"]
    zo = np.dot(p["Wo"], concat) + p["bo"]
    ft, it, cct, ot = sigmoid(zf), sigmoid(zi), np.tanh(zc), sigmoid(zo)
    c_next = ft * C_PREV + it * cct
    a_next = ot * np.tanh(c_next)
    return np.sum(a_next * DA) + np.sum(c_next * DC), {
        "zf": zf,
        "zi": zi,
        "zc": zc,
        "zo": zo,
        "ft": ft,
        "it": it,
        "cct": cct,
        "ot": ot,
        "c_next": c_next,
        "a_next": a_next,
    }


def _cell(p):
    cc = np.vstack([A_PREV, XT])
    f, i, c, o = (
        sigmoid(p["Wf"] @ cc + p["bf"]),
        sigmoid(p["Wi"] @ cc + p["bi"]),
        np.tanh(p["Wc"] @ cc + p["bc"]),
        sigmoid(p["Wo"] @ cc + p["bo"]),
    )
    return cc, f, i, c, o, f * C_PREV + i * c


def manual_grads(p):
    concat, ft, it, cct, ot, c_next = _cell(p)
    dot = DA * np.tanh(c_next) * ot * (1 - ot)
    dc = DC + ot * (1 - np.square(np.tanh(c_next))) * DA
    dcct = dc * it * np.square(1 - cct)
    dit = dc * cct * it * (1 - it)
    dft = dc * C_PREV * ft * (1 - ft)
    return {
        "zf": dft,
        "zi": dit,
        "zc": dcct,
        "zo": dot,
        "Wf": np.dot(dft, concat.T),
        "Wi": np.dot(dft, concat.T),
        "Wc": np.dot(dcct, concat.T),
        "Wo": np.dot(dot, concat.T),
        "bf": np.sum(dft, axis=1, keepdims=True),
        "bi": np.sum(dit, axis=1, keepdims=True),
        "bc": np.sum(dcct, axis=1, keepdims=True),
        "bo": np.sum(dot, axis=1, keepdims=True),
    }


def correct_grads(p):
    cc, f, i, c, o, cn = _cell(p)
    dc = DC + o * (1 - np.tanh(cn) ** 2) * DA
    d = {
        "o": DA * np.tanh(cn) * o * (1 - o),
        "c": dc * i * (1 - c**2),
        "i": dc * c * i * (1 - i),
        "f": dc * C_PREV * f * (1 - f),
    }
    g = {"z" + k: v for k, v in d.items()}
    g.update({"W" + k: v @ cc.T for k, v in d.items()})
    g.update({"b" + k: v.sum(axis=1, keepdims=True) for k, v in d.items()})
    return g


EXPECTED = [
    {
        "where": "Wi",
        "kind": "wrong_operand",
        "detail": "copy-paste: the forget gate's delta dft is used instead of dit",
    },
    {"where": "zc", "kind": "wrong_activation_derivative", "detail": "(1 - cct)**2 instead of 1 - cct**2"},
]
PROPAGATED = ["Wc", "bc"]
CORRECT = ["zf", "zi", "zo", "Wf", "Wo", "bf", "bi", "bo"]
