import numpy as np

SOURCE = "own, after Nielsen's update_mini_batch with cross entropy and weight decay"
SUMMARY = "Right: per-sample column vectors, nabla summed over the batch, eta/len(batch), decay as a shrinking factor on the old weights."

_r = np.random.default_rng(446)
BATCH = [(_r.random((3, 1)), np.eye(2)[:, [k]]) for k in (0, 1, 1, 0, 1)]
LMBDA, N_TRAIN = 0.5, 20
LR = 0.5


def _sig(t):
    return 1.0 / (1.0 + np.exp(-t))


def params():
    r = np.random.default_rng(1446)
    return {
        "w1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "w2": r.normal(size=(2, 4)),
        "b2": r.normal(size=(2, 1)),
    }


def loss(p):
    total = 0.0
    for x, y in BATCH:
        a = _sig(np.dot(p["w1"], x) + p["b1"])
        o = _sig(np.dot(p["w2"], a) + p["b2"])
        total = total - np.sum(y * np.log(o) + (1 - y) * np.log(1 - o))
    decay = 0.5 * LMBDA / N_TRAIN * (np.sum(p["w1"] ** 2) + np.sum(p["w2"] ** 2))
    return total / len(BATCH) + decay, {}


def _nabla(p):
    g = {k: np.zeros(v.shape) for k, v in p.items()}
    for x, y in BATCH:
        a = _sig(p["w1"] @ x + p["b1"])
        delta = _sig(p["w2"] @ a + p["b2"]) - y
        g["w2"] += delta @ a.T
        g["b2"] += delta
        delta = p["w2"].T @ delta * a * (1 - a)
        g["w1"] += delta @ x.T
        g["b1"] += delta
    return g


def step(p):
    g, eta = _nabla(p), LR
    new = {}
    for k in p:
        keep = 1 - eta * (LMBDA / N_TRAIN) if k[0] == "w" else 1
        new[k] = keep * p[k] - (eta / len(BATCH)) * g[k]
    return new


def correct_grads(p):
    return {k: v / 5 + (LMBDA / N_TRAIN * p[k] if k[0] == "w" else 0) for k, v in _nabla(p).items()}


EXPECTED = []
PROPAGATED = []
CORRECT = ["w1", "b1", "w2", "b2"]
