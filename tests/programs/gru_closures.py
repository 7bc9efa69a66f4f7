"""Closures and factories, a GRU sequence classifier: make_gru returns step functions, a list of states, np.stack."""

import numpy as np

rng = np.random.default_rng(8)
n_in, n_hid, n_out, T, batch = 3, 4, 2, 5, 6
sequences = rng.standard_normal((batch, T, n_in))
lengths = np.array([5, 3, 4, 5, 2, 4])
labels = np.eye(n_out)[rng.integers(0, n_out, batch)]


def init(rng, *shape):
    return rng.standard_normal(shape) / np.sqrt(shape[0])


def params(seed=9):
    rng = np.random.default_rng(seed)
    p = {}
    for gate in "zrn":
        p[f"W_{gate}"] = init(rng, n_in, n_hid)
        p[f"U_{gate}"] = init(rng, n_hid, n_hid)
        p[f"b_{gate}"] = 0.2 * rng.standard_normal(n_hid)
    p["W_out"] = init(rng, n_hid, n_out)
    p["b_out"] = 0.2 * rng.standard_normal(n_out)
    return p


sigmoid = lambda z: 1.0 / (1.0 + np.exp(-z))


def make_gate(p, name, squash):
    W, U, b = p["W_" + name], p["U_" + name], p["b_" + name]

    def gate(x, h):
        return squash(x @ W + h @ U + b)

    return gate


def make_gru(p):
    update, reset, candidate = make_gate(p, "z", sigmoid), make_gate(p, "r", sigmoid), make_gate(p, "n", np.tanh)

    def step(x, h):
        z = update(x, h)
        n = candidate(x, reset(x, h) * h)
        return (1 - z) * n + z * h

    return step


def loss(p):
    step = make_gru(p)
    h = np.zeros((batch, n_hid))
    states = []
    for t in range(T):
        alive = (t < lengths)[:, None]
        h = np.where(alive, step(sequences[:, t], h), h)
        states.append(h)
    states = np.stack(states, axis=1)
    pooled = 0.5 * h + 0.5 * states.mean(axis=1)
    logits = pooled @ p["W_out"] + p["b_out"]
    logits -= logits.max(axis=1, keepdims=True)
    log_probs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return -(labels * log_probs).sum() / batch
