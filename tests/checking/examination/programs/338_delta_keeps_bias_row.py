import numpy as np

SOURCE = "Coursera ML ex4 in Python, d2 = d2[1:] forgotten"
SUMMARY = (
    "Bias units as an extra row: the hidden delta keeps the bias unit's row, Theta1's gradient is one row too tall."
)

_r = np.random.default_rng(338)
X = _r.random((6, 3))
Y = np.eye(2)[_r.integers(0, 2, 6)]


def params():
    r = np.random.default_rng(1338)
    return {"Theta1": r.normal(size=(4, 4)), "Theta2": r.normal(size=(2, 5))}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(p):
    J = 0.0
    for i in range(6):
        a1 = np.concatenate(([1.0], X[i]))
        a2 = np.concatenate(([1.0], sigmoid(p["Theta1"] @ a1)))
        a3 = sigmoid(p["Theta2"] @ a2)
        J = J - np.sum(Y[i] * np.log(a3) + (1 - Y[i]) * np.log(1 - a3))
    return J / 6


def manual_grads(p):
    m = X.shape[0]
    D1 = np.zeros((5, 4))
    D2 = np.zeros((2, 5))
    for i in range(m):
        a1 = np.insert(X[i], 0, 1)
        z2 = np.dot(p["Theta1"], a1)
        a2 = np.insert(sigmoid(z2), 0, 1)
        a3 = sigmoid(np.dot(p["Theta2"], a2))
        d3 = a3 - Y[i]
        z2 = np.insert(z2, 0, 1)
        d2 = np.dot(p["Theta2"].T, d3) * sigmoid(z2) * (1 - sigmoid(z2))
        D2 += np.outer(d3, a2)
        D1 += np.outer(d2, a1)
    return {"Theta1": D1 / m, "Theta2": D2 / m}


def correct_grads(p):
    A1 = np.c_[np.ones(6), X]
    s = sigmoid(A1 @ p["Theta1"].T)
    A2 = np.c_[np.ones(6), s]
    d3 = (sigmoid(A2 @ p["Theta2"].T) - Y) / 6
    return {"Theta2": d3.T @ A2, "Theta1": (d3 @ p["Theta2"][:, 1:] * s * (1 - s)).T @ A1}


EXPECTED = [
    {"where": "Theta1", "kind": "shape_mismatch", "detail": "first row (bias unit's delta) too many, (5,4) for (4,4)"}
]
PROPAGATED = []
CORRECT = ["Theta2"]
