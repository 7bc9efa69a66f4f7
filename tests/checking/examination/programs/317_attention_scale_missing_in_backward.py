import numpy as np

SOURCE = "attention from scratch"
SUMMARY = "Scaled dot-product attention: the backward pass drops 1/sqrt(d) in dQ and dK."

T, D, d = 4, 3, 5
rng = np.random.default_rng(317)
X = rng.normal(size=(T, D))
Y = rng.normal(size=(T, 2))


def params():
    r = np.random.default_rng(1317)
    return {"Wq": r.normal(size=(D, d)), "Wk": r.normal(size=(D, d)), "Wv": r.normal(size=(D, 2))}


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def loss(p):
    Q = X @ p["Wq"]
    K = X @ p["Wk"]
    V = X @ p["Wv"]
    S = Q @ K.T / np.sqrt(d)
    e = np.exp(S)
    A = e / np.sum(e, axis=-1, keepdims=True)
    O = A @ V
    return 0.5 * np.sum((O - Y) ** 2), {"Q": Q, "K": K, "V": V, "S": S, "A": A, "O": O}


def manual_grads(p):
    Q, K, V = X @ p["Wq"], X @ p["Wk"], X @ p["Wv"]
    A = softmax(Q @ K.T / np.sqrt(d))
    dO = A @ V - Y
    dV = A.T @ dO
    dA = dO @ V.T
    dS = A * (dA - np.sum(dA * A, axis=-1, keepdims=True))
    dQ = dS @ K
    dK = dS.T @ Q
    return {"O": dO, "V": dV, "A": dA, "S": dS, "Q": dQ, "K": dK, "Wq": X.T @ dQ, "Wk": X.T @ dK, "Wv": X.T @ dV}


def correct_grads(p):
    g = manual_grads(p)
    for k in ("Q", "K", "Wq", "Wk"):
        g[k] = g[k] / np.sqrt(d)
    return g


EXPECTED = [
    {
        "where": "Q",
        "kind": "scale",
        "detail": "1/sqrt(d) missing, sqrt(5) times too large",
        "factor": 5**0.5,
        "names": ["Q", "Wq", "K", "Wk"],
    },
    {"where": "K", "kind": "scale", "detail": "1/sqrt(d) missing", "factor": 5**0.5},
]
PROPAGATED = ["Wq", "Wk"]
CORRECT = ["O", "V", "A", "S", "Wv"]
