import numpy as np

SOURCE = "https://ai.stackexchange.com/questions/16675/calculation-of-neural-network-biases-in-backpropagation"
SUMMARY = "Biases added to the eleven-line network: their deltas are error * nonlin(bias, deriv=True), the derivative evaluated at the bias instead of at the layer's output."

X = np.array([[0.0, 0.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 1.0], [1.0, 1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0], [0.0]])
LR = 1.0


def nonlin(x, deriv=False):
    if deriv:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


def params():
    r = np.random.default_rng(1721)
    return {
        "wh": r.uniform(-1, 1, (3, 4)),
        "biasH": r.uniform(-1, 1, (1, 4)),
        "wo": r.uniform(-1, 1, (4, 1)),
        "biasO": r.uniform(-1, 1, (1, 1)),
    }


def loss(p):
    zh = np.dot(X, p["wh"]) + p["biasH"]
    h = nonlin(zh)
    zo = np.dot(h, p["wo"]) + p["biasO"]
    o = nonlin(zo)
    return 0.5 * np.sum((Y - o) ** 2), {"zh": zh, "h": h, "zo": zo, "o": o}


def step(p):
    wh, biasH, wo, biasO = (p[k].copy() for k in ("wh", "biasH", "wo", "biasO"))
    h = nonlin(np.dot(X, wh) + biasH)
    o = nonlin(np.dot(h, wo) + biasO)
    o_error = Y - o
    o_delta = o_error * nonlin(o, deriv=True)
    o_biases = o_error * nonlin(biasO, deriv=True)
    h_error = o_delta.dot(wo.T)
    h_delta = h_error * nonlin(h, deriv=True)
    h_biases = h_error * nonlin(biasH, deriv=True)
    wo += h.T.dot(o_delta)
    wh += X.T.dot(h_delta)
    biasO += o_biases.sum(axis=0, keepdims=True)
    biasH += h_biases.sum(axis=0, keepdims=True)
    return {"wh": wh, "biasH": biasH, "wo": wo, "biasO": biasO}


def correct_grads(p):
    h = nonlin(X @ p["wh"] + p["biasH"])
    o = nonlin(h @ p["wo"] + p["biasO"])
    do = (o - Y) * o * (1 - o)
    gh = do @ p["wo"].T
    dh = gh * h * (1 - h)
    return {
        "wo": h.T @ do,
        "biasO": do.sum(axis=0, keepdims=True),
        "wh": X.T @ dh,
        "biasH": dh.sum(axis=0, keepdims=True),
        "o": o - Y,
        "zo": do,
        "h": gh,
        "zh": dh,
    }


EXPECTED = [
    {"where": "biasO", "kind": "wrong_activation_derivative", "detail": "bias*(1-bias) stands in for o*(1-o)"},
    {"where": "biasH", "kind": "wrong_activation_derivative", "detail": "bias*(1-bias) stands in for h*(1-h)"},
]
PROPAGATED = []
CORRECT = ["wh", "wo"]
