import numpy as np

SOURCE = "https://stats.stackexchange.com/questions/328242/matrix-form-of-backpropagation-with-batch-normalization (asker wants one matrix formula; the slip is the common short cut)"
SUMMARY = "Batch norm in a two-layer net: dZ = dXhat / sqrt(var + eps), as if mean and variance did not depend on Z."

_r = np.random.default_rng(515)
X = _r.normal(size=(8, 3))
Y = np.eye(4)[[0, 3, 2, 1, 1, 0, 2, 3]]
EPS = 1e-5


def params():
    r = np.random.default_rng(1515)
    return {
        "W1": r.normal(size=(3, 5)),
        "gamma": 1 + 0.3 * r.normal(size=5),
        "beta": r.normal(size=5),
        "W2": r.normal(size=(5, 4)),
        "b2": r.normal(size=4),
    }


def loss(p):
    Z = np.dot(X, p["W1"])
    mu = np.mean(Z, axis=0)
    var = np.var(Z, axis=0)
    Xhat = (Z - mu) / np.sqrt(var + EPS)
    Zt = p["gamma"] * Xhat + p["beta"]
    A = np.maximum(Zt, 0)
    S = np.dot(A, p["W2"]) + p["b2"]
    P = np.exp(S) / np.sum(np.exp(S), axis=1, keepdims=True)
    return -np.sum(Y * np.log(P)) / len(X), {"Z": Z, "mu": mu, "var": var, "Xhat": Xhat, "Zt": Zt, "A": A, "S": S}


def _top(p):
    Z = X @ p["W1"]
    std = np.sqrt(Z.var(axis=0) + EPS)
    xh = (Z - Z.mean(axis=0)) / std
    Zt = p["gamma"] * xh + p["beta"]
    A = np.maximum(Zt, 0)
    e = np.exp(A @ p["W2"] + p["b2"])
    dS = (e / e.sum(axis=1, keepdims=True) - Y) / len(X)
    dZt = (dS @ p["W2"].T) * (Zt > 0)
    return (
        std,
        xh,
        dZt * p["gamma"],
        {"W2": A.T @ dS, "b2": dS.sum(axis=0), "gamma": np.sum(dZt * xh, axis=0), "beta": dZt.sum(axis=0)},
    )


def manual_grads(p):
    std, xh, dxh, g = _top(p)
    dZ = dxh / std
    g["W1"] = X.T @ dZ
    return g


def correct_grads(p):
    std, xh, dxh, g = _top(p)
    dZ = (dxh - dxh.mean(axis=0) - xh * np.mean(dxh * xh, axis=0)) / std
    g.update({"W1": X.T @ dZ, "Z": dZ, "Xhat": dxh})
    return g


EXPECTED = [
    {
        "where": "Z",
        "kind": "missing_term",
        "detail": "the paths through the batch mean and the batch variance are left out",
    }
]
PROPAGATED = ["W1"]
CORRECT = ["gamma", "beta", "W2", "b2"]
