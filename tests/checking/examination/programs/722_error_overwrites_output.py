import numpy as np

SOURCE = "https://stackoverflow.com/questions/75378819/issues-with-calculating-new-weights-in-a-neural-network (two hidden layers as there; the alias is ours)"
SUMMARY = "error = out; error -= Y changes out as well, and the sigmoid' that follows is evaluated on the error instead of on the output."

_r = np.random.default_rng(722)
X = _r.random((6, 4))
Y = np.eye(3)[[0, 1, 2, 1, 0, 2]]
LR = 0.3


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1722)
    return {"W1": r.normal(size=(4, 5)), "W2": r.normal(size=(5, 4)), "W3": r.normal(size=(4, 3))}


def loss(p):
    z1 = X @ p["W1"]
    a1 = _sig(z1)
    z2 = a1 @ p["W2"]
    a2 = _sig(z2)
    z3 = a2 @ p["W3"]
    a3 = _sig(z3)
    return 0.5 * np.sum((a3 - Y) ** 2) / len(X), {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "a3": a3}


def step(p):
    weights = [p["W1"], p["W2"], p["W3"]]
    outputs = [X]
    for w in weights:
        outputs.append(_sig(outputs[-1] @ w))
    error = outputs[-1]
    error -= Y
    grads = [None] * 3
    for k in (2, 1, 0):
        out = outputs[k + 1]
        delta = error * out * (1 - out)
        grads[k] = outputs[k].T @ delta / len(X)
        error = delta @ weights[k].T
    new = [w - LR * g for w, g in zip(weights, grads)]
    return {"W1": new[0], "W2": new[1], "W3": new[2]}


def correct_grads(p):
    a1 = _sig(X @ p["W1"])
    a2 = _sig(a1 @ p["W2"])
    a3 = _sig(a2 @ p["W3"])
    d3 = (a3 - Y) / len(X) * a3 * (1 - a3)
    d2 = (d3 @ p["W3"].T) * a2 * (1 - a2)
    d1 = (d2 @ p["W2"].T) * a1 * (1 - a1)
    return {"W3": a2.T @ d3, "W2": a1.T @ d2, "W1": X.T @ d1, "a3": (a3 - Y) / len(X), "z3": d3, "z2": d2, "z1": d1}


EXPECTED = [
    {
        "where": "z3",
        "kind": "inplace_mutation",
        "detail": "error and outputs[-1] are one buffer: sigmoid' is (a3-Y)*(1-(a3-Y)) instead of a3*(1-a3)",
    }
]
PROPAGATED = ["W1", "W2", "W3"]
CORRECT = []
