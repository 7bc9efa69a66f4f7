import numpy as np

SOURCE = "pattern of Stack Overflow 'my network does not learn': error = target - output, '+=' for the output layer, '-=' for the hidden layer"
SUMMARY = "Three-layer sigmoid net with error = Y - out: the output layer adds, both hidden layers subtract."

_r = np.random.default_rng(439)
X = _r.normal(size=(6, 3))
Y = (_r.random((6, 2)) > 0.5).astype(float)
LR = 0.3


def sig(t):
    return 1.0 / (1.0 + np.exp(-t))


def params():
    r = np.random.default_rng(1439)
    return {"w1": r.normal(size=(3, 5)), "w2": r.normal(size=(5, 4)), "w3": r.normal(size=(4, 2))}


def loss(p):
    h1 = sig(np.dot(X, p["w1"]))
    h2 = sig(np.dot(h1, p["w2"]))
    out = sig(np.dot(h2, p["w3"]))
    return 0.5 * np.mean(np.sum((Y - out) ** 2, axis=1)), {"h1": h1, "h2": h2, "out": out}


def step(p):
    w1, w2, w3 = p["w1"].copy(), p["w2"].copy(), p["w3"].copy()
    h1 = sig(X @ w1)
    h2 = sig(h1 @ w2)
    out = sig(h2 @ w3)
    n = len(X)
    out_delta = (Y - out) * out * (1 - out)
    h2_delta = out_delta @ w3.T * h2 * (1 - h2)
    h1_delta = h2_delta @ w2.T * h1 * (1 - h1)
    w3 += LR * h2.T @ out_delta / n
    w2 -= LR * h1.T @ h2_delta / n
    w1 -= LR * X.T @ h1_delta / n
    return {"w1": w1, "w2": w2, "w3": w3}


def correct_grads(p):
    h1 = sig(X @ p["w1"])
    h2 = sig(h1 @ p["w2"])
    out = sig(h2 @ p["w3"])
    d3 = (out - Y) / 6 * out * (1 - out)
    g2 = d3 @ p["w3"].T
    d2 = g2 * h2 * (1 - h2)
    g1 = d2 @ p["w2"].T
    return {"w3": h2.T @ d3, "w2": h1.T @ d2, "w1": X.T @ (g1 * h1 * (1 - h1)), "h2": g2, "h1": g1}


EXPECTED = [
    {
        "where": "h2",
        "kind": "sign_flipped",
        "detail": "w2 and w1 move uphill; error is Y - out, so += is needed",
        "names": ["w2", "w1"],
    }
]
PROPAGATED = ["w2", "w1"]
CORRECT = ["w3"]
