import numpy as np

SOURCE = "synthetic, after batch-norm-from-scratch questions"
SUMMARY = "Batch norm between two layers: backward is gamma*dout/std, mean and variance are treated as constants."

_r = np.random.default_rng(614)
X = _r.normal(size=(8, 3))
T = _r.integers(0, 3, 8)
EPS = 1e-5


def params():
    r = np.random.default_rng(6614)
    return {
        "W1": r.normal(size=(3, 5)),
        "gamma": r.uniform(0.5, 2, size=(1, 5)),
        "beta": r.normal(size=(1, 5)),
        "W2": r.normal(size=(5, 3)),
        "b2": np.zeros((1, 3)),
    }


def loss(p):
    Z1 = X @ p["W1"]
    mu = Z1.mean(axis=0)
    var = ((Z1 - mu) ** 2).mean(axis=0)
    xhat = (Z1 - mu) / np.sqrt(var + EPS)
    bn = p["gamma"] * xhat + p["beta"]
    A1 = np.maximum(bn, 0)
    S = A1 @ p["W2"] + p["b2"]
    lse = np.log(np.sum(np.exp(S), axis=1))
    L = np.mean(lse - S[np.arange(8), T])
    return L, {"Z1": Z1, "mu": mu, "var": var, "xhat": xhat, "bn": bn, "A1": A1, "S": S}


def _forward(p):
    Z1 = X @ p["W1"]
    std = np.sqrt(Z1.var(axis=0) + EPS)
    xhat = (Z1 - Z1.mean(axis=0)) / std
    bn = p["gamma"] * xhat + p["beta"]
    A1 = np.maximum(bn, 0)
    S = A1 @ p["W2"] + p["b2"]
    P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    return P, (std, xhat, bn, A1)


def manual_grads(p):
    P, (std, xhat, bn, A1) = _forward(p)
    dS = P.copy()
    dS[np.arange(8), T] -= 1
    dS /= 8
    dA1 = dS @ p["W2"].T
    dbn = dA1 * (bn > 0)
    dxhat = dbn * p["gamma"]
    dZ1 = dxhat / std
    return {
        "S": dS,
        "bn": dbn,
        "xhat": dxhat,
        "Z1": dZ1,
        "W2": A1.T @ dS,
        "b2": dS.sum(axis=0, keepdims=True),
        "gamma": (dbn * xhat).sum(axis=0, keepdims=True),
        "beta": dbn.sum(axis=0, keepdims=True),
        "W1": X.T @ dZ1,
    }


def correct_grads(p):
    P, (std, xhat, bn, A1) = _forward(p)
    dS = (P - np.eye(3)[T]) / 8
    dbn = (dS @ p["W2"].T) * (bn > 0)
    dx = dbn * p["gamma"]
    dZ1 = (dx - dx.mean(0) - xhat * (dx * xhat).mean(0)) / std
    return {
        "S": dS,
        "bn": dbn,
        "xhat": dx,
        "Z1": dZ1,
        "W2": A1.T @ dS,
        "b2": dS.sum(axis=0, keepdims=True),
        "gamma": (dbn * xhat).sum(axis=0, keepdims=True),
        "beta": dbn.sum(axis=0, keepdims=True),
        "W1": X.T @ dZ1,
    }


EXPECTED = [
    {
        "where": "Z1",
        "kind": "missing_term",
        "detail": "paths through the batch mean and variance are ignored in the normalisation's backward",
    }
]
PROPAGATED = ["W1"]
CORRECT = ["S", "bn", "xhat", "W2", "b2", "gamma", "beta"]
