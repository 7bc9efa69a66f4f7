import numpy as np

SOURCE = "https://primer.edge.bond/ml-coding/3-attention/ (task; the slips are invented)"
SUMMARY = "Multi-head self-attention on a batch: dV uses P where P transposed is needed (T x T), and the output bias is summed over the batch only, not over time."

B, T, D, HEADS = 2, 4, 6, 2
DH = D // HEADS
_r = np.random.default_rng(529)
X = _r.normal(size=(B, T, D))
UP = _r.normal(size=(B, T, D))


def params():
    r = np.random.default_rng(1529)
    p = {k: r.normal(size=(D, D)) * 0.7 for k in ("Wq", "Wk", "Wv", "Wo")}
    p["bo"] = r.normal(size=D)
    return p


def split(t):
    return t.reshape(B, T, HEADS, DH).transpose(0, 2, 1, 3)


def merge(t):
    return t.transpose(0, 2, 1, 3).reshape(B, T, D)


def loss(p):
    Q = split(X @ p["Wq"])
    K = split(X @ p["Wk"])
    V = split(X @ p["Wv"])
    S = np.matmul(Q, K.transpose(0, 1, 3, 2)) / np.sqrt(DH)
    E = np.exp(S)
    P = E / np.sum(E, axis=-1, keepdims=True)
    A = merge(np.matmul(P, V))
    out = A @ p["Wo"] + p["bo"]
    return 0.5 * np.sum((out - UP) ** 2), {"Q": Q, "K": K, "V": V, "S": S, "P": P, "A": A, "out": out}


def _run(p):
    Q, K, V = split(X @ p["Wq"]), split(X @ p["Wk"]), split(X @ p["Wv"])
    E = np.exp(Q @ K.swapaxes(-1, -2) / np.sqrt(DH))
    P = E / E.sum(-1, keepdims=True)
    A = merge(P @ V)
    dout = A @ p["Wo"] + p["bo"] - UP
    dA = dout @ p["Wo"].T
    dH = split(dA)
    dP = dH @ V.swapaxes(-1, -2)
    dS = P * (dP - (dP * P).sum(-1, keepdims=True))
    dQ, dK = dS @ K / np.sqrt(DH), dS.swapaxes(-1, -2) @ Q / np.sqrt(DH)
    X2 = X.reshape(-1, D)
    g = {
        "out": dout,
        "A": dA,
        "P": dP,
        "S": dS,
        "Q": dQ,
        "K": dK,
        "Wo": A.reshape(-1, D).T @ dout.reshape(-1, D),
        "Wq": X2.T @ merge(dQ).reshape(-1, D),
        "Wk": X2.T @ merge(dK).reshape(-1, D),
    }
    return g, P, dH, X2, dout


def manual_grads(p):
    g, P, dH, X2, dout = _run(p)
    g["V"] = P @ dH
    g["Wv"] = X2.T @ merge(g["V"]).reshape(-1, D)
    g["bo"] = dout.sum(axis=0)
    return g


def correct_grads(p):
    g, P, dH, X2, dout = _run(p)
    g["V"] = P.swapaxes(-1, -2) @ dH
    g["Wv"] = X2.T @ merge(g["V"]).reshape(-1, D)
    g["bo"] = dout.sum(axis=(0, 1))
    return g


EXPECTED = [
    {"where": "V", "kind": "transposed", "detail": "P @ dH instead of P.T @ dH per head; P is (4,4)"},
    {"where": "bo", "kind": "missing_sum", "detail": "(4,6) instead of (6,): the time axis is not summed"},
]
PROPAGATED = ["Wv"]
CORRECT = ["out", "A", "P", "S", "Q", "K", "Wo", "Wq", "Wk"]
