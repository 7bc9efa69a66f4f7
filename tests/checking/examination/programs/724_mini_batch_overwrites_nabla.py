import numpy as np

SOURCE = "https://codeinu.net/language/python/c117699-how-backpropagation-works (the loop 'nw+dnw', here with the 'nw+' lost)"
SUMMARY = "Mini-batch loop over single samples: the bias gradients are added up, the weight gradients are replaced by those of the latest sample."

_r = np.random.default_rng(724)
BATCH = [(_r.random((3, 1)), np.eye(2)[:, [k]]) for k in (0, 1, 1, 0, 1)]
LR = 0.5


def _sig(z):
    return 1 / (1 + np.exp(-z))


def params():
    r = np.random.default_rng(1724)
    return {
        "w1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "w2": r.normal(size=(2, 4)),
        "b2": r.normal(size=(2, 1)),
    }


def loss(p):
    X = np.concatenate([x for x, _ in BATCH], axis=1)
    Y = np.concatenate([y for _, y in BATCH], axis=1)
    z1 = np.dot(p["w1"], X) + p["b1"]
    a1 = _sig(z1)
    z2 = np.dot(p["w2"], a1) + p["b2"]
    a2 = _sig(z2)
    return 0.5 * np.sum((a2 - Y) ** 2) / len(BATCH), {"z1": z1, "a1": a1, "z2": z2, "a2": a2}


class Network:
    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases

    def backprop(self, x, y):
        acts = [x]
        for w, b in zip(self.weights, self.biases):
            acts.append(_sig(np.dot(w, acts[-1]) + b))
        delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1])
        nb, nw = [delta], [np.dot(delta, acts[-2].T)]
        delta = np.dot(self.weights[-1].T, delta) * acts[-2] * (1 - acts[-2])
        return [delta] + nb, [np.dot(delta, acts[-3].T)] + nw

    def update_mini_batch(self, batch, eta):
        nabla_b = [np.zeros(b.shape) for b in self.biases]
        nabla_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            delta_b, delta_w = self.backprop(x, y)
            nabla_b = [nb + d for nb, d in zip(nabla_b, delta_b)]
            nabla_w = [d for nw, d in zip(nabla_w, delta_w)]
        self.weights = [w - eta / len(batch) * nw for w, nw in zip(self.weights, nabla_w)]
        self.biases = [b - eta / len(batch) * nb for b, nb in zip(self.biases, nabla_b)]


def step(p):
    net = Network([p["w1"], p["w2"]], [p["b1"], p["b2"]])
    net.update_mini_batch(BATCH, LR)
    return {"w1": net.weights[0], "b1": net.biases[0], "w2": net.weights[1], "b2": net.biases[1]}


def correct_grads(p):
    X = np.concatenate([x for x, _ in BATCH], axis=1)
    Y = np.concatenate([y for _, y in BATCH], axis=1)
    a1 = _sig(p["w1"] @ X + p["b1"])
    a2 = _sig(p["w2"] @ a1 + p["b2"])
    d2 = (a2 - Y) * a2 * (1 - a2) / len(BATCH)
    d1 = (p["w2"].T @ d2) * a1 * (1 - a1)
    return {
        "w2": d2 @ a1.T,
        "b2": d2.sum(axis=1, keepdims=True),
        "w1": d1 @ X.T,
        "b1": d1.sum(axis=1, keepdims=True),
        "z2": d2,
        "z1": d1,
    }


EXPECTED = [
    {"where": "w1", "kind": "missing_accumulation", "detail": "only the last of 5 samples is left in nabla_w"},
    {"where": "w2", "kind": "missing_accumulation", "detail": "only the last of 5 samples is left in nabla_w"},
]
PROPAGATED = []
CORRECT = ["b1", "b2"]
