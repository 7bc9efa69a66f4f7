import numpy as np

SOURCE = "pattern of rewrites of Karpathy's min-char-rnn: dWhh with hs[t] in place of hs[t-1] (no thread looked up)"
SUMMARY = "min-char-rnn: dWhh accumulates dhraw with hs[t] instead of hs[t-1]; everything else follows the gist."

inputs, targets = [0, 2, 1, 3], [2, 1, 3, 0]
V, H = 4, 5
LR = 0.1
HPREV = np.random.default_rng(416).normal(size=(H, 1)) * 0.5


def params():
    r = np.random.default_rng(1416)
    return {
        "Wxh": r.normal(size=(H, V)),
        "Whh": r.normal(size=(H, H)) * 0.5,
        "Why": r.normal(size=(V, H)),
        "bh": r.normal(size=(H, 1)),
        "by": r.normal(size=(V, 1)),
    }


def loss(p):
    hs = {-1: HPREV}
    total = 0
    inter = {}
    for t in range(len(inputs)):
        x = np.zeros((V, 1))
        x[inputs[t]] = 1
        hs[t] = np.tanh(np.dot(p["Wxh"], x) + np.dot(p["Whh"], hs[t - 1]) + p["bh"])
        ys = np.dot(p["Why"], hs[t]) + p["by"]
        ps = np.exp(ys) / np.sum(np.exp(ys))
        total = total + -np.log(ps[targets[t], 0])
        inter["hs%d" % t] = hs[t]
    return total, inter


def lossFun(p, back=0):
    xs, hs, ps = {}, {-1: np.copy(HPREV)}, {}
    for t in range(len(inputs)):
        xs[t] = np.zeros((V, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(p["Wxh"] @ xs[t] + p["Whh"] @ hs[t - 1] + p["bh"])
        y = p["Why"] @ hs[t] + p["by"]
        ps[t] = np.exp(y) / np.sum(np.exp(y))
    d = {k: np.zeros_like(v) for k, v in p.items()}
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        d["Why"] += np.dot(dy, hs[t].T)
        d["by"] += dy
        dh = np.dot(p["Why"].T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        d["bh"] += dhraw
        d["Wxh"] += np.dot(dhraw, xs[t].T)
        d["Whh"] += np.dot(dhraw, hs[t - back].T)
        dhnext = np.dot(p["Whh"].T, dhraw)
    return d


def step(p):
    d = lossFun(p)
    for g in d.values():
        np.clip(g, -50, 50, out=g)
    return {k: p[k] - LR * d[k] for k in p}


def correct_grads(p):
    return lossFun(p, back=1)


EXPECTED = [{"where": "Whh", "kind": "wrong_operand", "detail": "hs[t] instead of hs[t-1]"}]
PROPAGATED = []
CORRECT = ["Wxh", "Why", "bh", "by"]
