import numpy as np

SOURCE = (
    "https://torchedup.dev/problems/backprop-attention (the exercise: dQ = dS @ K / sqrt(d); the two slips are ours)"
)
SUMMARY = "Self-attention: the backward pass drops 1/sqrt(d) of the scores, and the keys get dS @ Q instead of dS.T @ Q (dS is square)."

_r = np.random.default_rng(739)
X = _r.normal(size=(4, 5))
Y = _r.normal(size=(4, 3))
D = 3


def params():
    r = np.random.default_rng(1739)
    return {"Wq": 0.6 * r.normal(size=(5, D)), "Wk": 0.6 * r.normal(size=(5, D)), "Wv": r.normal(size=(5, D))}


def loss(p):
    Q, K, V = X @ p["Wq"], X @ p["Wk"], X @ p["Wv"]
    R = Q @ K.T
    S = R / np.sqrt(D)
    E = np.exp(S)
    P = E / np.sum(E, axis=1, keepdims=True)
    out = P @ V
    return 0.5 * np.sum((out - Y) ** 2), {"Q": Q, "K": K, "V": V, "R": R, "S": S, "P": P, "out": out}


def _run(p, wrong):
    Q, K, V = X @ p["Wq"], X @ p["Wk"], X @ p["Wv"]
    E = np.exp(Q @ K.T / np.sqrt(D))
    P = E / E.sum(axis=1, keepdims=True)
    dout = P @ V - Y
    dV = P.T @ dout
    dP = dout @ V.T
    dS = P * (dP - np.sum(dP * P, axis=1, keepdims=True))
    dR = dS if wrong else dS / np.sqrt(D)
    dQ = dR @ K
    dK = dR @ Q if wrong else dR.T @ Q
    return {
        "Wq": X.T @ dQ,
        "Wk": X.T @ dK,
        "Wv": X.T @ dV,
        "out": dout,
        "V": dV,
        "P": dP,
        "S": dS,
        "R": dR,
        "Q": dQ,
        "K": dK,
    }


def manual_grads(p):
    G = _run(p, True)
    return {k: G[k] for k in ("Wq", "Wk", "Wv", "S", "Q", "K", "V")}


def correct_grads(p):
    return _run(p, False)


EXPECTED = [
    {
        "where": "R",
        "kind": "scale",
        "detail": "the scores' 1/sqrt(3) is not applied on the way back: sqrt(3) times too large",
        "factor": 3**0.5,
        "names": ["Q", "Wq"],
    },
    {"where": "K", "kind": "transposed", "detail": "dS @ Q instead of dS.T @ Q"},
]
PROPAGATED = ["Wq", "Wk", "Q"]
CORRECT = ["Wv", "S", "V"]
