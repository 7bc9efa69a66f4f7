import numpy as np

SOURCE = "synthetic, after the many copies of the minimal character RNN (column vectors, one-hot inputs)"
SUMMARY = "Character RNN: dWhh adds dhraw * h[t-1], a column times a column, where the outer product is needed; += spreads the column over the whole matrix."

V, H = 5, 4
INPUTS = [0, 3, 1]
TARGETS = [3, 1, 4]
HPREV = np.array([[0.2], [-0.4], [0.1], [0.3]])


def params():
    r = np.random.default_rng(1501)
    return {
        "Wxh": r.normal(size=(H, V)),
        "Whh": r.normal(size=(H, H)),
        "Why": r.normal(size=(V, H)),
        "bh": r.normal(size=(H, 1)),
        "by": r.normal(size=(V, 1)),
    }


def loss(p):
    hs, total, names = {-1: HPREV}, 0.0, {}
    for t in range(len(INPUTS)):
        x = np.zeros((V, 1))
        x[INPUTS[t]] = 1
        hs[t] = np.tanh(np.dot(p["Wxh"], x) + np.dot(p["Whh"], hs[t - 1]) + p["bh"])
        y = np.dot(p["Why"], hs[t]) + p["by"]
        prob = np.exp(y) / np.sum(np.exp(y))
        total = total - np.log(prob[TARGETS[t], 0])
        names["h%d" % t] = hs[t]
        names["y%d" % t] = y
    return total, names


def _back(p, slip):
    xs, hs, ps = {}, {-1: HPREV}, {}
    for t in range(len(INPUTS)):
        xs[t] = np.eye(V)[:, [INPUTS[t]]]
        hs[t] = np.tanh(p["Wxh"] @ xs[t] + p["Whh"] @ hs[t - 1] + p["bh"])
        e = np.exp(p["Why"] @ hs[t] + p["by"])
        ps[t] = e / e.sum()
    dWxh, dWhh, dWhy = np.zeros_like(p["Wxh"]), np.zeros_like(p["Whh"]), np.zeros_like(p["Why"])
    dbh, dby = np.zeros_like(p["bh"]), np.zeros_like(p["by"])
    dhnext = np.zeros_like(HPREV)
    for t in reversed(range(len(INPUTS))):
        dy = ps[t].copy()
        dy[TARGETS[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dh = p["Why"].T @ dy + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += dhraw @ xs[t].T
        dWhh += dhraw * hs[t - 1] if slip else dhraw @ hs[t - 1].T
        dhnext = p["Whh"].T @ dhraw
    return {"Wxh": dWxh, "Whh": dWhh, "Why": dWhy, "bh": dbh, "by": dby}


def manual_grads(p):
    return _back(p, True)


def correct_grads(p):
    return _back(p, False)


EXPECTED = [
    {
        "where": "Whh",
        "kind": "elementwise_vs_matmul",
        "detail": "dhraw * h[t-1] is (4,1); the outer product dhraw @ h[t-1].T (4,4) is needed",
    }
]
PROPAGATED = []
CORRECT = ["Wxh", "Why", "bh", "by"]
