import numpy as np

SOURCE = "update inside 'for l in reversed(range(L))'"
SUMMARY = "Layers in a loop: each W is updated before the error is sent through it."

sizes = [3, 5, 4, 2]
L = len(sizes) - 1
LR = 0.4
_r = np.random.default_rng(326)
X = _r.normal(size=(7, 3))
T = _r.normal(size=(7, 2))


def params():
    r = np.random.default_rng(1326)
    P = {}
    for l in range(L):
        P["W%d" % l] = r.normal(size=(sizes[l], sizes[l + 1]))
        P["b%d" % l] = r.normal(size=sizes[l + 1])
    return P


def loss(p):
    a = X
    nodes = {}
    for l in range(L):
        z = a @ p["W%d" % l] + p["b%d" % l]
        a = np.tanh(z) if l < L - 1 else z
        nodes["z%d" % l] = z
        nodes["a%d" % l] = a
    nodes.pop("a%d" % (L - 1))
    return np.sum((a - T) ** 2) / (2 * len(X)), nodes


def correct_grads(p):
    acts = [X]
    for l in range(L):
        z = acts[-1] @ p["W%d" % l] + p["b%d" % l]
        acts.append(np.tanh(z) if l < L - 1 else z)
    d = (acts[-1] - T) / len(X)
    g = {}
    for l in reversed(range(L)):
        g["z%d" % l] = d
        g["W%d" % l] = acts[l].T @ d
        g["b%d" % l] = d.sum(axis=0)
        if l:
            g["a%d" % (l - 1)] = d @ p["W%d" % l].T
            d = g["a%d" % (l - 1)] * (1 - acts[l] ** 2)
    return g


def step(p):
    Ws = [p["W%d" % l] for l in range(L)]
    bs = [p["b%d" % l] for l in range(L)]
    acts = [X]
    for W, b in zip(Ws[:-1], bs[:-1]):
        acts.append(np.tanh(acts[-1] @ W + b))
    delta = (acts[-1] @ Ws[-1] + bs[-1] - T) / X.shape[0]
    for l in reversed(range(L)):
        Ws[l] = Ws[l] - LR * acts[l].T @ delta
        bs[l] = bs[l] - LR * delta.sum(axis=0)
        if l > 0:
            delta = delta @ Ws[l].T * (1 - acts[l] ** 2)
    new = {}
    for l in range(L):
        new["W%d" % l], new["b%d" % l] = Ws[l], bs[l]
    return new


EXPECTED = [
    {"where": "a1", "kind": "stale_parameter", "detail": "delta sent back through the already updated W2"},
    {"where": "a0", "kind": "stale_parameter", "detail": "delta sent back through the already updated W1"},
]
PROPAGATED = ["W1", "b1", "W0", "b0"]
CORRECT = ["W2", "b2"]
