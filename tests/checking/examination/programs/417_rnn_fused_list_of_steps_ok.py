import numpy as np

SOURCE = "own; style of min-char-rnn rewrites that stack the states first"
SUMMARY = "Right: one-layer RNN, many-to-one, gradients gathered with a reversed zip and one einsum at the end."

_r = np.random.default_rng(417)
SEQ = _r.normal(size=(5, 3))
LABEL = 1


def params():
    r = np.random.default_rng(1417)
    return {
        "U": r.normal(size=(4, 3)) * 0.6,
        "W": r.normal(size=(4, 4)) * 0.6,
        "V": r.normal(size=(2, 4)),
        "c": r.normal(size=2),
    }


def loss(p):
    s = np.zeros(4)
    for x in SEQ:
        s = np.tanh(np.dot(p["U"], x) + np.dot(p["W"], s))
    o = np.dot(p["V"], s) + p["c"]
    m = np.max(o)
    return m + np.log(np.sum(np.exp(o - m))) - o[LABEL], {"o": o}


def manual_grads(p):
    S = [np.zeros(4)]
    for x in SEQ:
        S.append(np.tanh(p["U"] @ x + p["W"] @ S[-1]))
    o = p["V"] @ S[-1] + p["c"]
    err = -np.eye(2)[LABEL]
    err += np.exp(o) / np.exp(o).sum()
    back, deltas = p["V"].T @ err, []
    for s in reversed(S[1:]):
        deltas.append((1 - s) * (1 + s) * back)
        back = deltas[-1] @ p["W"]
    deltas = np.array(deltas[::-1])
    return {
        "V": np.outer(err, S[-1]),
        "c": err,
        "U": np.einsum("ti,tj->ij", deltas, SEQ),
        "W": np.einsum("ti,tj->ij", deltas, np.array(S[:-1])),
        "o": err,
    }


def correct_grads(p):
    S = [np.zeros(4)]
    for x in SEQ:
        S.append(np.tanh(p["U"] @ x + p["W"] @ S[-1]))
    o = p["V"] @ S[-1] + p["c"]
    e = np.exp(o) / np.exp(o).sum() - np.eye(2)[LABEL]
    g, dU, dW = p["V"].T @ e, 0, 0
    for t in range(4, -1, -1):
        z = g * (1 - S[t + 1] ** 2)
        dU = dU + np.outer(z, SEQ[t])
        dW = dW + np.outer(z, S[t])
        g = p["W"].T @ z
    return {"V": np.outer(e, S[-1]), "c": e, "U": dU, "W": dW, "o": e}


EXPECTED = []
PROPAGATED = []
CORRECT = ["U", "W", "V", "c", "o"]
