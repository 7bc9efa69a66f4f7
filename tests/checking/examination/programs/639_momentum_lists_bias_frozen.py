import numpy as np

SOURCE = "synthetic, after class-based networks with nested parameter lists"
SUMMARY = "Parameters in a list of dicts: the learning rate is applied to the weights' velocity and again in the update, and the biases are rebound to a loop variable, so they stay."

_r = np.random.default_rng(639)
X = _r.normal(size=(7, 4))
Y = np.eye(2)[_r.integers(0, 2, 7)]
LR = 0.1


def params():
    r = np.random.default_rng(6640)
    return {
        "W1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(1, 3)),
        "W2": r.normal(size=(3, 2)),
        "b2": r.normal(size=(1, 2)),
    }


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    lse = np.log(np.sum(np.exp(Z2), axis=1, keepdims=True))
    return np.sum(Y * (lse - Z2)) / len(X), {"Z1": Z1, "A1": A1, "Z2": Z2}


def step(p):
    net = {
        "layers": [{"W": p["W1"].copy(), "b": p["b1"].copy()}, {"W": p["W2"].copy(), "b": p["b2"].copy()}],
        "vel": [0.0, 0.0],
    }
    A1 = np.tanh(X @ net["layers"][0]["W"] + net["layers"][0]["b"])
    e = np.exp(A1 @ net["layers"][1]["W"] + net["layers"][1]["b"])
    d2 = (e / e.sum(axis=1, keepdims=True) - Y) / X.shape[0]
    d1 = (d2 @ net["layers"][1]["W"].T) * (1 - A1**2)
    for n, (inp, d) in enumerate([(X, d1), (A1, d2)]):
        layer = net["layers"][n]
        net["vel"][n] = 0.9 * net["vel"][n] + LR * (inp.T @ d)
        layer["W"] = layer["W"] - LR * net["vel"][n]
        b = layer["b"]
        b = b - LR * d.sum(axis=0, keepdims=True)
    return {
        "W1": net["layers"][0]["W"],
        "b1": net["layers"][0]["b"],
        "W2": net["layers"][1]["W"],
        "b2": net["layers"][1]["b"],
    }


def correct_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    e = np.exp(A1 @ p["W2"] + p["b2"])
    d2 = (e / e.sum(axis=1, keepdims=True) - Y) / 7
    d1 = (d2 @ p["W2"].T) * (1 - A1**2)
    return {
        "W1": X.T @ d1,
        "b1": d1.sum(0, keepdims=True),
        "W2": A1.T @ d2,
        "b2": d2.sum(0, keepdims=True),
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "W1",
        "kind": "update_scale",
        "detail": "learning rate applied twice",
        "factor": 0.1,
        "names": ["W1", "W2"],
    },
    {"where": "W2", "kind": "update_scale", "detail": "learning rate applied twice"},
    {
        "where": "b1",
        "kind": "update_dropped",
        "detail": "b = b - ... binds a local name; layer['b'] is never written",
        "factor": 0.0,
        "names": ["b1", "b2"],
    },
    {"where": "b2", "kind": "update_dropped", "detail": "b = b - ... binds a local name; layer['b'] is never written"},
]
PROPAGATED = []
CORRECT = []
