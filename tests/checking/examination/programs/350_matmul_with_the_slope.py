import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Four samples and four hidden units: the error is matrix-multiplied with the slope; the output bias gradient is one number for both units."

LR = 0.3
X = np.array([[0.0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
T = np.array([[0.0, 1], [1, 0], [1, 1], [0, 0]])


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def params():
    r = np.random.default_rng(1350)
    return {"syn0": r.normal(size=(3, 4)), "syn1": r.normal(size=(4, 2)), "bias": r.normal(size=2)}


def loss(p):
    n1 = np.dot(X, p["syn0"])
    l1 = nonlin(n1)
    l2 = nonlin(np.dot(l1, p["syn1"]) + p["bias"])
    return np.sum((T - l2) ** 2) / 2, {"n1": n1, "l1": l1, "l2": l2}


def correct_grads(p):
    l1 = nonlin(X @ p["syn0"])
    l2 = nonlin(l1 @ p["syn1"] + p["bias"])
    d2 = (l2 - T) * l2 * (1 - l2)
    e1 = d2 @ p["syn1"].T
    d1 = e1 * l1 * (1 - l1)
    return {"n1": d1, "syn0": X.T @ d1, "syn1": l1.T @ d2, "bias": d2.sum(0), "l1": e1, "l2": l2 - T}


def step(p):
    syn0, syn1, bias = p["syn0"], p["syn1"], p["bias"]
    l0 = X
    l1 = nonlin(np.dot(l0, syn0))
    l2 = nonlin(np.dot(l1, syn1) + bias)
    l2_error = T - l2
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error.dot(nonlin(l1, deriv=True))
    return {
        "syn1": syn1 + LR * l1.T.dot(l2_delta),
        "syn0": syn0 + LR * l0.T.dot(l1_delta),
        "bias": bias + LR * np.sum(l2_delta),
    }


EXPECTED = [
    {"where": "n1", "kind": "elementwise_vs_matmul", "detail": "l1_error.dot(slope) instead of l1_error * slope"},
    {"where": "bias", "kind": "wrong_axis", "detail": "summed over everything, one number for both units"},
]
PROPAGATED = ["syn0"]
CORRECT = ["syn1"]
