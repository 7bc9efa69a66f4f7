import numpy as np

SOURCE = "https://github.com/piskvorky/gensim/issues/242 (CBOW averages its context; what every context word receives)"
SUMMARY = "CBOW with the mean of the context vectors: every context word receives the whole gradient of the mean, not its 1/4."

VOCAB, DIM = 7, 3
CONTEXTS = [[0, 2, 3, 4], [2, 3, 5, 2], [6, 1, 0, 3]]
CENTERS = [1, 4, 5]


def params():
    r = np.random.default_rng(1521)
    return {"W_in": r.normal(size=(VOCAB, DIM)), "W_out": r.normal(size=(DIM, VOCAB))}


def loss(p):
    h = np.mean(p["W_in"][np.array(CONTEXTS)], axis=1)
    u = h @ p["W_out"]
    lse = np.log(np.sum(np.exp(u), axis=1))
    return np.sum(lse - u[np.arange(3), CENTERS]), {"h": h, "u": u}


def manual_grads(p):
    dW_in, dW_out = np.zeros((VOCAB, DIM)), np.zeros((DIM, VOCAB))
    for ctx, center in zip(CONTEXTS, CENTERS):
        h = np.zeros(DIM)
        for w in ctx:
            h += p["W_in"][w]
        h /= len(ctx)
        y = np.exp(h @ p["W_out"])
        y /= y.sum()
        e = y.copy()
        e[center] -= 1
        dW_out += np.outer(h, e)
        dh = p["W_out"] @ e
        for w in ctx:
            dW_in[w] += dh
    return {"W_in": dW_in, "W_out": dW_out}


def correct_grads(p):
    ctx = np.array(CONTEXTS)
    h = p["W_in"][ctx].mean(axis=1)
    e = np.exp(h @ p["W_out"])
    d = e / e.sum(axis=1, keepdims=True) - np.eye(VOCAB)[CENTERS]
    dh = d @ p["W_out"].T
    g = np.zeros((VOCAB, DIM))
    np.add.at(g, ctx, dh[:, None, :] / 4)
    return {"W_in": g, "W_out": h.T @ d, "h": dh, "u": d}


EXPECTED = [
    {
        "where": "W_in",
        "kind": "scale",
        "detail": "4 times too large: the mean over 4 context words needs 1/4",
        "factor": 4.0,
        "names": ["W_in"],
    }
]
PROPAGATED = []
CORRECT = ["W_out"]
