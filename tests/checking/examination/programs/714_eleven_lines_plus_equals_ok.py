import numpy as np

SOURCE = "https://github.com/iamtrask/iamtrask.github.io/issues/12"
SUMMARY = "Correct: nonlin(l1, True) = l1*(1-l1) is meant for values that went through the sigmoid already (reported as a wrong derivative), and error = y - l2 goes with '+='."

X = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])
LR = 1.0


def params():
    r = np.random.default_rng(1714)
    return {"syn0": 2 * r.random((3, 4)) - 1, "syn1": 2 * r.random((4, 1)) - 1}


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def loss(p):
    l1 = nonlin(np.dot(X, p["syn0"]))
    l2 = nonlin(np.dot(l1, p["syn1"]))
    return 0.5 * np.sum((Y - l2) ** 2), {"l1": l1, "l2": l2}


def step(p):
    syn0, syn1 = p["syn0"].copy(), p["syn1"].copy()
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))
    l2 = nonlin(np.dot(l1, syn1))
    l2_error = Y - l2
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 += l1.T.dot(l2_delta)
    syn0 += l0.T.dot(l1_delta)
    return {"syn0": syn0, "syn1": syn1}


def correct_grads(p):
    l1 = 1 / (1 + np.exp(-X @ p["syn0"]))
    l2 = 1 / (1 + np.exp(-l1 @ p["syn1"]))
    d2 = (l2 - Y) * l2 * (1 - l2)
    g1 = d2 @ p["syn1"].T
    return {"syn1": l1.T @ d2, "syn0": X.T @ (g1 * l1 * (1 - l1)), "l2": l2 - Y, "l1": g1}


EXPECTED = []
PROPAGATED = []
CORRECT = ["syn0", "syn1"]
