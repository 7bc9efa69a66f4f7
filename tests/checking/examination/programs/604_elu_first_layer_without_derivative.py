import numpy as np

SOURCE = "synthetic, after list-of-layers implementations whose loop treats the first layer apart"
SUMMARY = "Deep ELU regression net kept as a list of dicts; the backward loop applies ELU' in the middle but the separate code for the first layer forgets it."

_r = np.random.default_rng(604)
X = _r.normal(size=(7, 4))
Y = _r.normal(size=(7, 2))
ALPHA = 0.8


def _elu(t):
    return np.where(t > 0, t, ALPHA * (np.exp(t) - 1))


def _delu(t):
    return np.where(t > 0, 1.0, ALPHA * np.exp(t))


def params():
    r = np.random.default_rng(6604)
    s = [4, 6, 5, 2]
    q = {}
    for k in range(3):
        q[f"W{k + 1}"] = r.normal(size=(s[k], s[k + 1]))
        q[f"b{k + 1}"] = r.normal(size=(1, s[k + 1]))
    return q


def loss(p):
    nodes, a = {}, X
    for k in (1, 2, 3):
        z = np.dot(a, p[f"W{k}"]) + p[f"b{k}"]
        nodes[f"Z{k}"] = z
        if k < 3:
            a = _elu(z)
            nodes[f"A{k}"] = a
    return np.mean(np.sum((z - Y) ** 2, axis=1)), nodes


def manual_grads(p):
    layers = [{"W": p[f"W{k}"], "b": p[f"b{k}"]} for k in (1, 2, 3)]
    a = X
    for k, lay in enumerate(layers):
        lay["in"] = a
        lay["z"] = a @ lay["W"] + lay["b"]
        a = _elu(lay["z"]) if k < 2 else lay["z"]
    delta = 2 * (a - Y) / len(X)
    for k in (2, 1):
        lay = layers[k]
        lay["dW"] = lay["in"].T @ delta
        lay["db"] = np.sum(delta, axis=0, keepdims=True)
        delta = delta @ lay["W"].T
        if k > 1:
            delta = delta * _delu(layers[k - 1]["z"])
    layers[0]["dW"] = X.T @ delta
    layers[0]["db"] = np.sum(delta, axis=0, keepdims=True)
    out = {}
    for k, lay in enumerate(layers):
        out[f"W{k + 1}"], out[f"b{k + 1}"] = lay["dW"], lay["db"]
    return out


def correct_grads(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = _elu(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = _elu(Z2)
    d3 = 2 * (A2 @ p["W3"] + p["b3"] - Y) / 7
    d2 = (d3 @ p["W3"].T) * _delu(Z2)
    g1 = d2 @ p["W2"].T
    d1 = g1 * _delu(Z1)
    return {
        "W3": A2.T @ d3,
        "b3": d3.sum(0, keepdims=True),
        "W2": A1.T @ d2,
        "b2": d2.sum(0, keepdims=True),
        "W1": X.T @ d1,
        "b1": d1.sum(0, keepdims=True),
        "Z3": d3,
        "Z2": d2,
        "A1": g1,
        "Z1": d1,
    }


EXPECTED = [
    {"where": "Z1", "kind": "missing_activation_derivative", "detail": "ELU'(Z1) not multiplied in for the first layer"}
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W3", "b3", "W2", "b2"]
