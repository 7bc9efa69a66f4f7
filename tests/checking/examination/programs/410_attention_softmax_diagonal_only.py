import numpy as np

SOURCE = "https://github.com/HomericIntelligence/Odyssey/issues/2134 (softmax backward without the dot product term)"
SUMMARY = "Causal self-attention with a mask: the softmax is sent back with p*(1-p) only, the off-diagonal entries of its Jacobian are missing."

_r = np.random.default_rng(410)
T, D = 4, 3
X = _r.normal(size=(T, D))
TARGET = _r.normal(size=(T, D))
MASK = np.triu(np.ones((T, T)), k=1) * -1e9


def params():
    r = np.random.default_rng(1410)
    return {"Wq": r.normal(size=(D, D)), "Wk": r.normal(size=(D, D)), "Wv": r.normal(size=(D, D))}


def _softmax(s):
    e = np.exp(s - np.max(s, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def loss(p):
    Q = np.dot(X, p["Wq"])
    K = np.dot(X, p["Wk"])
    V = np.dot(X, p["Wv"])
    scores = np.dot(Q, K.T) / np.sqrt(D) + MASK
    weights = _softmax(scores)
    out = np.dot(weights, V)
    return np.sum((out - TARGET) ** 2) / T, {"Q": Q, "K": K, "V": V, "scores": scores, "weights": weights, "out": out}


def _backward(p, softmax_back):
    Q, K, V = X @ p["Wq"], X @ p["Wk"], X @ p["Wv"]
    weights = _softmax(Q @ K.T / np.sqrt(D) + MASK)
    dout = 2 * (weights @ V - TARGET) / T
    dweights = dout @ V.T
    dV = weights.T @ dout
    dscores = softmax_back(dweights, weights)
    dQ = dscores @ K / np.sqrt(D)
    dK = dscores.T @ Q / np.sqrt(D)
    return {
        "out": dout,
        "weights": dweights,
        "V": dV,
        "scores": dscores,
        "Q": dQ,
        "K": dK,
        "Wq": X.T @ dQ,
        "Wk": X.T @ dK,
        "Wv": X.T @ dV,
    }


def manual_grads(p):
    return _backward(p, lambda g, s: g * s * (1 - s))


def correct_grads(p):
    return _backward(p, lambda g, s: s * (g - np.sum(g * s, axis=-1, keepdims=True)))


EXPECTED = [{"where": "scores", "kind": "missing_term", "detail": "off-diagonal softmax terms -p_i p_j missing"}]
PROPAGATED = ["Q", "K", "Wq", "Wk"]
CORRECT = ["out", "weights", "V", "Wv"]
