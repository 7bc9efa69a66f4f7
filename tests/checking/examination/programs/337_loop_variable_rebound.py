import numpy as np

SOURCE = "'for b, db in zip(biases, grads): b = b - lr*db'"
SUMMARY = "Weights are updated in place, biases by rebinding the loop variable: they never move. The first delta uses relu' of the wrong layer's pre-activation."

LR = 0.1
rng = np.random.default_rng(337)
X = rng.normal(size=(6, 3))
Y = rng.normal(size=(6, 4))


def params():
    r = np.random.default_rng(1337)
    return {
        "W1": r.normal(size=(3, 4)),
        "W2": r.normal(size=(4, 4)),
        "W3": r.normal(size=(4, 4)),
        "b1": r.normal(size=4),
        "b2": r.normal(size=4),
        "b3": r.normal(size=4),
    }


def loss(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.maximum(z1, 0)
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = np.maximum(z2, 0)
    z3 = a2 @ p["W3"] + p["b3"]
    return np.mean((z3 - Y) ** 2), {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3}


def correct_grads(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.maximum(z1, 0)
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = np.maximum(z2, 0)
    d3 = 2 * (a2 @ p["W3"] + p["b3"] - Y) / 24
    d2 = d3 @ p["W3"].T * (z2 > 0)
    d1 = d2 @ p["W2"].T * (z1 > 0)
    return {
        "W1": X.T @ d1,
        "b1": d1.sum(0),
        "W2": a1.T @ d2,
        "b2": d2.sum(0),
        "W3": a2.T @ d3,
        "b3": d3.sum(0),
        "z1": d1,
        "z2": d2,
        "z3": d3,
    }


def step(p):
    Ws = [p["W1"].copy(), p["W2"].copy(), p["W3"].copy()]
    bs = [p["b1"].copy(), p["b2"].copy(), p["b3"].copy()]
    zs, acts = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(acts[-1] @ W + b)
        acts.append(np.maximum(zs[-1], 0))
    delta = 2 * (zs[-1] - Y) / Y.size
    dWs, dbs = [acts[2].T @ delta], [delta.sum(axis=0)]
    for l in (2, 1):
        delta = delta @ Ws[l].T * (zs[1] > 0)
        dWs.insert(0, acts[l - 1].T @ delta)
        dbs.insert(0, delta.sum(axis=0))
    for W, dW in zip(Ws, dWs):
        W -= LR * dW
    for b, db in zip(bs, dbs):
        b = b - LR * db
    return {"W1": Ws[0], "W2": Ws[1], "W3": Ws[2], "b1": bs[0], "b2": bs[1], "b3": bs[2]}


EXPECTED = [
    {
        "where": "z1",
        "kind": "wrong_operand",
        "detail": "mask zs[1] > 0 (second layer's z) used for the first layer's z",
    },
    {
        "where": "b1",
        "kind": "update_dropped",
        "detail": "loop variable rebound, list untouched",
        "factor": 0.0,
        "names": ["b1", "b2", "b3"],
    },
    {"where": "b2", "kind": "update_dropped", "detail": "same"},
    {"where": "b3", "kind": "update_dropped", "detail": "same"},
]
PROPAGATED = ["W1"]
CORRECT = ["W2", "W3"]
