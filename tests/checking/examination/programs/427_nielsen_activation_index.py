import numpy as np

SOURCE = (
    "pattern of rewrites of Nielsen's network.py (activations[-l] for activations[-l-1]; equal layer sizes hide it)"
)
SUMMARY = "backprop of network.py: in the loop nabla_w[-l] uses activations[-l], the layer's own output."

sizes = [4, 4, 4, 2]
_r = np.random.default_rng(427)
x = _r.random((4, 1))
y = np.array([[0.0], [1.0]])


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def params():
    r = np.random.default_rng(1427)
    p = {}
    for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:]), 1):
        p["w%d" % i] = r.normal(size=(b, a))
        p["b%d" % i] = r.normal(size=(b, 1))
    return p


def loss(p):
    activation = x
    inter = {}
    for i in range(1, 4):
        z = np.dot(p["w%d" % i], activation) + p["b%d" % i]
        activation = sigmoid(z)
        inter["z%d" % i] = z
    return 0.5 * np.sum((activation - y) ** 2), inter


def backprop(p, shift):
    weights = [p["w1"], p["w2"], p["w3"]]
    biases = [p["b1"], p["b2"], p["b3"]]
    nabla_b = [np.zeros(b.shape) for b in biases]
    nabla_w = [np.zeros(w.shape) for w in weights]
    activation, activations, zs = x, [x], []
    for b, w in zip(biases, weights):
        z = np.dot(w, activation) + b
        zs.append(z)
        activation = sigmoid(z)
        activations.append(activation)
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    nabla_b[-1] = delta
    nabla_w[-1] = np.dot(delta, activations[-2].transpose())
    for l in range(2, len(sizes)):
        delta = np.dot(weights[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
        nabla_b[-l] = delta
        nabla_w[-l] = np.dot(delta, activations[-l - shift].transpose())
    return dict(zip(["b1", "b2", "b3", "w1", "w2", "w3"], nabla_b + nabla_w))


def manual_grads(p):
    return backprop(p, 0)


def correct_grads(p):
    return backprop(p, 1)


EXPECTED = [
    {"where": "w2", "kind": "wrong_operand", "detail": "activations[-l] (a2) instead of activations[-l-1] (a1)"},
    {"where": "w1", "kind": "wrong_operand", "detail": "activations[-l] (a1) instead of activations[-l-1] (x)"},
]
PROPAGATED = []
CORRECT = ["w3", "b1", "b2", "b3"]
