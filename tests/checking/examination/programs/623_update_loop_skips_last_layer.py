import numpy as np

SOURCE = "synthetic, after deep-network code with L = len(parameters) // 2 and range(1, L)"
SUMMARY = "The update loop runs over range(1, L): the last layer's W3 and b3 never move."

_r = np.random.default_rng(623)
X = _r.normal(size=(3, 7))
Y = (_r.random((1, 7)) > 0.5).astype(float)
LR = 0.2


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6623)
    dims = [3, 4, 4, 1]
    q = {}
    for l in range(1, 4):
        q["W" + str(l)] = r.normal(size=(dims[l], dims[l - 1]))
        q["b" + str(l)] = r.normal(size=(dims[l], 1))
    return q


def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.maximum(0, Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = np.maximum(0, Z2)
    Z3 = np.dot(p["W3"], A2) + p["b3"]
    A3 = _sig(Z3)
    cost = -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    return np.squeeze(cost), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3, "A3": A3}


def step(p):
    parameters = dict(p)
    L = len(parameters) // 2
    A, caches = X, []
    for l in range(1, L + 1):
        Z = np.dot(parameters[f"W{l}"], A) + parameters[f"b{l}"]
        caches.append((A, Z))
        A = _sig(Z) if l == L else np.maximum(0, Z)
    grads = {}
    dZ = (A - Y) / X.shape[1]
    for l in range(L, 0, -1):
        A_prev, _ = caches[l - 1]
        grads[f"dW{l}"] = np.dot(dZ, A_prev.T)
        grads[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True)
        if l > 1:
            dZ = np.dot(parameters[f"W{l}"].T, dZ)
            dZ[caches[l - 2][1] <= 0] = 0
    for l in range(1, L):
        parameters[f"W{l}"] = parameters[f"W{l}"] - LR * grads[f"dW{l}"]
        parameters[f"b{l}"] = parameters[f"b{l}"] - LR * grads[f"db{l}"]
    return parameters


def correct_grads(p):
    Z1 = p["W1"] @ X + p["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = p["W2"] @ A1 + p["b2"]
    A2 = np.maximum(Z2, 0)
    d3 = (_sig(p["W3"] @ A2 + p["b3"]) - Y) / 7
    d2 = (p["W3"].T @ d3) * (Z2 > 0)
    d1 = (p["W2"].T @ d2) * (Z1 > 0)
    return {
        "W3": d3 @ A2.T,
        "b3": d3.sum(1, keepdims=True),
        "W2": d2 @ A1.T,
        "b2": d2.sum(1, keepdims=True),
        "W1": d1 @ X.T,
        "b1": d1.sum(1, keepdims=True),
        "Z3": d3,
        "Z2": d2,
        "Z1": d1,
    }


EXPECTED = [
    {
        "where": "W3",
        "kind": "update_dropped",
        "detail": "range(1, L) ends before L: W3 unchanged",
        "factor": 0.0,
        "names": ["W3", "b3"],
    },
    {"where": "b3", "kind": "update_dropped", "detail": "range(1, L) ends before L: b3 unchanged"},
]
PROPAGATED = []
CORRECT = ["W1", "b1", "W2", "b2"]
