import numpy as np

SOURCE = "synthetic, after REINFORCE-from-scratch scripts"
SUMMARY = "Policy gradient, objective -mean(advantage*log pi): the logits get (onehot - pi)*advantage although the step subtracts, and the hidden tanh' is missing."

_r = np.random.default_rng(635)
S = _r.normal(size=(9, 4))
ACT = _r.integers(0, 3, 9)
ADV = _r.normal(size=9)
LR = 0.05


def params():
    r = np.random.default_rng(6636)
    return {"W1": r.normal(size=(4, 6)), "W2": r.normal(size=(6, 3))}


def loss(p):
    z1 = S @ p["W1"]
    h = np.tanh(z1)
    logits = h @ p["W2"]
    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    pi = e / np.sum(e, axis=1, keepdims=True)
    return -np.mean(ADV * np.log(pi[np.arange(9), ACT])), {"z1": z1, "h": h, "logits": logits, "pi": pi}


def step(p):
    W1, W2 = p["W1"], p["W2"]
    gW1, gW2 = np.zeros_like(W1), np.zeros_like(W2)
    for s, a, adv in zip(S, ACT, ADV):
        h = np.tanh(s @ W1)
        e = np.exp(h @ W2)
        pi = e / e.sum()
        onehot = np.zeros(3)
        onehot[a] = 1
        dlog = (onehot - pi) * adv / len(S)
        gW2 += np.outer(h, dlog)
        dh = W2 @ dlog
        gW1 += np.outer(s, dh)
    W1 = W1 - LR * gW1
    W2 = W2 - LR * gW2
    return {"W1": W1, "W2": W2}


def correct_grads(p):
    h = np.tanh(S @ p["W1"])
    e = np.exp(h @ p["W2"])
    d = (e / e.sum(axis=1, keepdims=True) - np.eye(3)[ACT]) * ADV[:, None] / 9
    g = d @ p["W2"].T
    d1 = g * (1 - h**2)
    return {"W2": h.T @ d, "W1": S.T @ d1, "logits": d, "h": g, "z1": d1}


EXPECTED = [
    {
        "where": "logits",
        "kind": "sign_flipped",
        "detail": "onehot - pi where pi - onehot is needed to minimise",
        "factor": -1.0,
        "names": ["W2"],
    },
    {"where": "z1", "kind": "missing_activation_derivative", "detail": "1 - h**2 not multiplied in before gW1"},
]
PROPAGATED = ["W2", "W1"]
CORRECT = []
