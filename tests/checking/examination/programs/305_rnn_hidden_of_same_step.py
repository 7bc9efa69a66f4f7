import numpy as np

SOURCE = "after char-rnn questions (hs[t] for hs[t-1])"
SUMMARY = "Vanilla RNN: dWhh uses the hidden state of the same step instead of the previous one."

inputs = [2, 0, 3, 1]
targets = [0, 3, 1, 1]
vocab_size, hidden_size = 4, 5
hprev = np.full((hidden_size, 1), 0.25)


def params():
    rg = np.random.default_rng(1305)
    return {
        "Wxh": rg.normal(0, 0.7, (hidden_size, vocab_size)),
        "Whh": rg.normal(0, 0.7, (hidden_size, hidden_size)),
        "Why": rg.normal(0, 0.7, (vocab_size, hidden_size)),
        "bh": rg.normal(0, 0.7, (hidden_size, 1)),
        "by": rg.normal(0, 0.7, (vocab_size, 1)),
    }


def loss(p):
    h = hprev
    total = 0
    for ix, ty in zip(inputs, targets):
        x = np.zeros((vocab_size, 1))
        x[ix] = 1
        h = np.tanh(np.dot(p["Wxh"], x) + np.dot(p["Whh"], h) + p["bh"])
        y = np.dot(p["Why"], h) + p["by"]
        pr = np.exp(y) / np.sum(np.exp(y))
        total = total + -np.log(pr[ty, 0])
    return total


def lossFun(p, shift):
    Wxh, Whh, Why, bh, by = p["Wxh"], p["Whh"], p["Why"], p["bh"], p["by"]
    xs, hs, ps = {}, {-1: np.copy(hprev)}, {}
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        ys = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(ys) / np.sum(np.exp(ys))
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += np.dot(dhraw, xs[t].T)
        dWhh += np.dot(dhraw, hs[t - shift].T)
        dhnext = np.dot(Whh.T, dhraw)
    return {"Wxh": dWxh, "Whh": dWhh, "Why": dWhy, "bh": dbh, "by": dby}


def manual_grads(p):
    return lossFun(p, 0)


def correct_grads(p):
    return lossFun(p, 1)


EXPECTED = [{"where": "Whh", "kind": "wrong_operand", "detail": "dhraw @ hs[t].T instead of hs[t-1].T"}]
PROPAGATED = []
CORRECT = ["Wxh", "Why", "bh", "by"]
