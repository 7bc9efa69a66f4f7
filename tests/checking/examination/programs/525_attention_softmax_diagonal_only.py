import numpy as np

SOURCE = "https://github.com/aaryan124/cnn-from-scratch (notes on the softmax Jacobian in self-attention; the slip is the usual P*(1-P))"
SUMMARY = "Self-attention: the softmax over the scores is differentiated as P*(1-P), its diagonal only."

T, DM, DK = 5, 4, 3
_r = np.random.default_rng(525)
X = _r.normal(size=(T, DM))
GOAL = _r.normal(size=(T, 2))


def params():
    r = np.random.default_rng(1525)
    return {
        "Wq": r.normal(size=(DM, DK)),
        "Wk": r.normal(size=(DM, DK)),
        "Wv": r.normal(size=(DM, DK)),
        "Wo": r.normal(size=(DK, 2)),
    }


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def loss(p):
    Q, K, V = np.dot(X, p["Wq"]), np.dot(X, p["Wk"]), np.dot(X, p["Wv"])
    S = np.dot(Q, K.T) / np.sqrt(DK)
    P = softmax(S)
    C = np.dot(P, V)
    O = np.dot(C, p["Wo"])
    return np.mean((O - GOAL) ** 2), {"Q": Q, "K": K, "V": V, "S": S, "P": P, "C": C, "O": O}


def _back(p, dsoftmax):
    Q, K, V = X @ p["Wq"], X @ p["Wk"], X @ p["Wv"]
    P = softmax(Q @ K.T / np.sqrt(DK))
    C = P @ V
    dO = 2 * (C @ p["Wo"] - GOAL) / GOAL.size
    dC = dO @ p["Wo"].T
    dV = P.T @ dC
    dP = dC @ V.T
    dS = dsoftmax(P, dP)
    dQ, dK = dS @ K / np.sqrt(DK), dS.T @ Q / np.sqrt(DK)
    return {
        "O": dO,
        "C": dC,
        "V": dV,
        "P": dP,
        "S": dS,
        "Q": dQ,
        "K": dK,
        "Wo": C.T @ dO,
        "Wv": X.T @ dV,
        "Wq": X.T @ dQ,
        "Wk": X.T @ dK,
    }


def manual_grads(p):
    return _back(p, lambda P, dP: dP * P * (1 - P))


def correct_grads(p):
    return _back(p, lambda P, dP: P * (dP - np.sum(dP * P, axis=-1, keepdims=True)))


EXPECTED = [
    {
        "where": "S",
        "kind": "missing_term",
        "detail": "only the diagonal of the softmax Jacobian; -P_i P_j for i != j is missing",
    }
]
PROPAGATED = ["Q", "K", "Wq", "Wk"]
CORRECT = ["O", "C", "V", "P", "Wo", "Wv"]
