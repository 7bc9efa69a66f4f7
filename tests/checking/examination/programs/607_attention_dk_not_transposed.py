import numpy as np

SOURCE = "synthetic, after attention-from-scratch repositories"
SUMMARY = "Single-head self attention: dK = dS @ Q where dS.T @ Q is needed; the score matrix is square, so nothing complains."

_r = np.random.default_rng(607)
T, D, DK = 4, 3, 2
X = _r.normal(size=(T, D))
TARGET = _r.normal(size=(T, DK))


def params():
    r = np.random.default_rng(6607)
    return {"Wq": r.normal(size=(D, DK)), "Wk": r.normal(size=(D, DK)), "Wv": r.normal(size=(D, DK))}


def loss(p):
    Q = X @ p["Wq"]
    K = X @ p["Wk"]
    V = X @ p["Wv"]
    S = Q @ K.T / np.sqrt(DK)
    E = np.exp(S - np.max(S, axis=-1, keepdims=True))
    A = E / np.sum(E, axis=-1, keepdims=True)
    O = A @ V
    return np.mean((O - TARGET) ** 2), {"Q": Q, "K": K, "V": V, "S": S, "A": A, "O": O}


def _fwd(p):
    Q, K, V = X @ p["Wq"], X @ p["Wk"], X @ p["Wv"]
    S = Q @ K.T / np.sqrt(DK)
    E = np.exp(S)
    A = E / E.sum(axis=-1, keepdims=True)
    return A @ V, (Q, K, V, A)


def manual_grads(p):
    O, (Q, K, V, A) = _fwd(p)
    dO = 2 * (O - TARGET) / O.size
    dV = A.T @ dO
    dA = dO @ V.T
    dS = A * (dA - np.sum(dA * A, axis=-1, keepdims=True))
    dQ = dS @ K / np.sqrt(DK)
    dK = dS @ Q / np.sqrt(DK)
    return {"O": dO, "A": dA, "S": dS, "Q": dQ, "K": dK, "V": dV, "Wq": X.T @ dQ, "Wk": X.T @ dK, "Wv": X.T @ dV}


def correct_grads(p):
    O, (Q, K, V, A) = _fwd(p)
    dO = 2 * (O - TARGET) / O.size
    dA = dO @ V.T
    dS = A * (dA - (dA * A).sum(-1, keepdims=True))
    dQ, dK, dV = dS @ K / np.sqrt(DK), dS.T @ Q / np.sqrt(DK), A.T @ dO
    return {"O": dO, "A": dA, "S": dS, "Q": dQ, "K": dK, "V": dV, "Wq": X.T @ dQ, "Wk": X.T @ dK, "Wv": X.T @ dV}


EXPECTED = [{"where": "K", "kind": "transposed", "detail": "S = Q @ K.T, so dK = dS.T @ Q; dS is used untransposed"}]
PROPAGATED = ["Wk"]
CORRECT = ["O", "A", "S", "Q", "V", "Wq", "Wv"]
