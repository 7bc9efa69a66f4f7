import numpy as np

SOURCE = "synthetic, after Coursera machine learning ex4 in Python (delta2[1:] forgotten)"
SUMMARY = "Bias-in-the-matrix network with a per-sample loop: delta2 keeps the entry of the bias unit, so the gradient of Theta1 has one row too many (of zeros)."

_r = np.random.default_rng(613)
M = 6
X = np.c_[np.ones(M), _r.normal(size=(M, 3))]
Y = np.eye(3)[_r.integers(0, 3, M)]


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6613)
    return {"Theta1": r.uniform(-0.9, 0.9, size=(5, 4)), "Theta2": r.uniform(-0.9, 0.9, size=(3, 6))}


def loss(p):
    z2 = X @ p["Theta1"].T
    a2 = np.concatenate([np.ones((M, 1)), _sig(z2)], axis=1)
    z3 = a2 @ p["Theta2"].T
    h = _sig(z3)
    J = np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h)) / M
    return J, {"z2": z2, "a2": a2, "z3": z3, "h": h}


def manual_grads(p):
    T1, T2 = p["Theta1"], p["Theta2"]
    D1, D2 = 0, 0
    for t in range(M):
        a1 = X[t]
        a2 = np.r_[1, _sig(T1.dot(a1))]
        a3 = _sig(T2.dot(a2))
        delta3 = a3 - Y[t]
        delta2 = T2.T.dot(delta3) * a2 * (1 - a2)
        D2 = D2 + np.outer(delta3, a2)
        D1 = D1 + np.outer(delta2, a1)
    return {"Theta1": D1 / M, "Theta2": D2 / M}


def correct_grads(p):
    s = _sig(X @ p["Theta1"].T)
    a2 = np.c_[np.ones(M), s]
    d3 = (_sig(a2 @ p["Theta2"].T) - Y) / M
    d2 = (d3 @ p["Theta2"])[:, 1:] * s * (1 - s)
    return {"Theta1": d2.T @ X, "Theta2": d3.T @ a2, "z3": d3, "z2": d2}


EXPECTED = [
    {
        "where": "Theta1",
        "kind": "shape_mismatch",
        "detail": "(6,4) instead of (5,4): row 0 belongs to the bias unit and must be dropped, rows 1.. are right",
    }
]
PROPAGATED = []
CORRECT = ["Theta2"]
