import numpy as np

SOURCE = "https://community.deeplearning.ai/t/lstm-backward-wrong-output/67533 (thread without code); the slips are the usual ones of lstm_cell_backward"
SUMMARY = "lstm_cell_backward: the forget gate uses c_next where c_prev belongs, and dbo is a copied line that sums the candidate's gradient."

_r = np.random.default_rng(404)
N_A, N_X, M = 3, 2, 4
XT = _r.normal(size=(N_X, M))
A_PREV = _r.normal(size=(N_A, M))
C_PREV = _r.normal(size=(N_A, M))
DA = _r.normal(size=(N_A, M))
DC = _r.normal(size=(N_A, M))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def params():
    r = np.random.default_rng(1404)
    p = {}
    for g in "fico":
        p["W" + g] = r.normal(size=(N_A, N_A + N_X))
        p["b" + g] = r.normal(size=(N_A, 1))
    return p


def lstm_cell_forward(p):
    concat = np.concatenate((A_PREV, XT), axis=0)
    zf = np.dot(p["Wf"], concat) + p["bf"]
    ft = sigmoid(zf)
    zi = np.dot(p["Wi"], concat) + p["bi"]
    it = sigmoid(zi)
    zc = np.dot(p["Wc"], concat) + p["bc"]
    cct = np.tanh(zc)
    c_next = ft * C_PREV + it * cct
    zo = np.dot(p["Wo"], concat) + p["bo"]
    ot = sigmoid(zo)
    a_next = ot * np.tanh(c_next)
    return concat, zf, zi, zc, zo, ft, it, cct, ot, c_next, a_next


def loss(p):
    concat, zf, zi, zc, zo, ft, it, cct, ot, c_next, a_next = lstm_cell_forward(p)
    return np.sum(a_next * DA) + np.sum(c_next * DC), {"zf": zf, "zi": zi, "zc": zc, "zo": zo}


def manual_grads(p):
    concat, zf, zi, zc, zo, ft, it, cct, ot, c_next, a_next = lstm_cell_forward(p)
    dot = DA * np.tanh(c_next) * ot * (1 - ot)
    dcct = (DC * it + ot * (1 - np.square(np.tanh(c_next))) * it * DA) * (1 - np.square(cct))
    dit = (DC * cct + ot * (1 - np.square(np.tanh(c_next))) * cct * DA) * it * (1 - it)
    dft = (DC * c_next + ot * (1 - np.square(np.tanh(c_next))) * c_next * DA) * ft * (1 - ft)
    return {
        "zf": dft,
        "zi": dit,
        "zc": dcct,
        "zo": dot,
        "Wf": dft @ concat.T,
        "Wi": dit @ concat.T,
        "Wc": dcct @ concat.T,
        "Wo": dot @ concat.T,
        "bf": np.sum(dft, axis=1, keepdims=True),
        "bi": np.sum(dit, axis=1, keepdims=True),
        "bc": np.sum(dcct, axis=1, keepdims=True),
        "bo": np.sum(dcct, axis=1, keepdims=True),
    }


def correct_grads(p):
    concat, zf, zi, zc, zo, ft, it, cct, ot, c_next, a_next = lstm_cell_forward(p)
    dc = DC + DA * ot * (1 - np.tanh(c_next) ** 2)
    d = {
        "f": dc * C_PREV * ft * (1 - ft),
        "i": dc * cct * it * (1 - it),
        "c": dc * it * (1 - cct**2),
        "o": DA * np.tanh(c_next) * ot * (1 - ot),
    }
    out = {}
    for g, v in d.items():
        out["z" + g] = v
        out["W" + g] = v @ concat.T
        out["b" + g] = v.sum(axis=1, keepdims=True)
    return out


EXPECTED = [
    {"where": "zf", "kind": "wrong_operand", "detail": "dft uses c_next instead of c_prev"},
    {"where": "bo", "kind": "wrong_operand", "detail": "sums dcct instead of dot (copied line)"},
]
PROPAGATED = ["Wf", "bf"]
CORRECT = ["zi", "zc", "zo", "Wi", "bi", "Wc", "bc", "Wo"]
