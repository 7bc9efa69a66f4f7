import numpy as np

SOURCE = "synthetic, after questions on the per-sample backprop of the well-known online book"
SUMMARY = "Per-sample backprop with lists zs and activations; the hidden layers call tanh_prime(activations[-l]) where tanh_prime(zs[-l]) is meant."

_r = np.random.default_rng(605)
DATA = [(_r.normal(size=(3, 1)), _r.uniform(-0.8, 0.8, size=(2, 1))) for _ in range(5)]


def _tp(z):
    return 1 - np.tanh(z) ** 2


def params():
    r = np.random.default_rng(6605)
    return {
        "w1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "w2": r.normal(size=(4, 4)),
        "b2": r.normal(size=(4, 1)),
        "w3": r.normal(size=(2, 4)),
        "b3": r.normal(size=(2, 1)),
    }


def loss(p):
    x = np.hstack([d[0] for d in DATA])
    y = np.hstack([d[1] for d in DATA])
    z1 = p["w1"] @ x + p["b1"]
    a1 = np.tanh(z1)
    z2 = p["w2"] @ a1 + p["b2"]
    a2 = np.tanh(z2)
    z3 = p["w3"] @ a2 + p["b3"]
    a3 = np.tanh(z3)
    return 0.5 * np.sum((a3 - y) ** 2), {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "a3": a3}


def manual_grads(p):
    weights = [p["w1"], p["w2"], p["w3"]]
    biases = [p["b1"], p["b2"], p["b3"]]
    nabla_w = [np.zeros(w.shape) for w in weights]
    nabla_b = [np.zeros(b.shape) for b in biases]
    for x, y in DATA:
        activations, zs = [x], []
        for w, b in zip(weights, biases):
            zs.append(w @ activations[-1] + b)
            activations.append(np.tanh(zs[-1]))
        delta = (activations[-1] - y) * _tp(zs[-1])
        nabla_w[-1] += delta @ activations[-2].T
        nabla_b[-1] += delta
        for l in range(2, 4):
            delta = (weights[-l + 1].T @ delta) * _tp(activations[-l])
            nabla_w[-l] += delta @ activations[-l - 1].T
            nabla_b[-l] += delta
    return {"w1": nabla_w[0], "w2": nabla_w[1], "w3": nabla_w[2], "b1": nabla_b[0], "b2": nabla_b[1], "b3": nabla_b[2]}


def correct_grads(p):
    x = np.hstack([d[0] for d in DATA])
    y = np.hstack([d[1] for d in DATA])
    a1 = np.tanh(p["w1"] @ x + p["b1"])
    a2 = np.tanh(p["w2"] @ a1 + p["b2"])
    a3 = np.tanh(p["w3"] @ a2 + p["b3"])
    d3 = (a3 - y) * (1 - a3**2)
    d2 = (p["w3"].T @ d3) * (1 - a2**2)
    d1 = (p["w2"].T @ d2) * (1 - a1**2)
    return {
        "w1": d1 @ x.T,
        "w2": d2 @ a1.T,
        "w3": d3 @ a2.T,
        "b1": d1.sum(1, keepdims=True),
        "b2": d2.sum(1, keepdims=True),
        "b3": d3.sum(1, keepdims=True),
        "z3": d3,
        "z2": d2,
        "z1": d1,
    }


EXPECTED = [
    {"where": "z2", "kind": "wrong_activation_derivative", "detail": "tanh' taken of a2 = tanh(z2) instead of z2"},
    {"where": "z1", "kind": "wrong_activation_derivative", "detail": "tanh' taken of a1 = tanh(z1) instead of z1"},
]
PROPAGATED = ["w2", "b2", "w1", "b1"]
CORRECT = ["w3", "b3"]
