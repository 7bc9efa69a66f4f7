import numpy as np

SOURCE = "pattern of cs231n assignment 3, word_embedding_backward (dW[x] += dout for np.add.at)"
SUMMARY = "CBOW-like classifier training step: dE[words] += dmean counts a word that occurs twice only once; the output layer is right."

WORDS = np.array([1, 4, 1, 2, 4, 4])
Y = 2
LR = 0.5


def params():
    r = np.random.default_rng(1419)
    return {"E": r.normal(size=(6, 3)), "W": r.normal(size=(3, 4)), "b": r.normal(size=4)}


def loss(p):
    vecs = p["E"][WORDS]
    mean = np.mean(vecs, axis=0)
    scores = np.dot(mean, p["W"]) + p["b"]
    return np.log(np.sum(np.exp(scores))) - scores[Y], {"vecs": vecs, "mean": mean, "scores": scores}


def _scores(p):
    mean = p["E"][WORDS].mean(axis=0)
    s = mean @ p["W"] + p["b"]
    d = np.exp(s) / np.exp(s).sum()
    d[Y] -= 1
    return mean, d


def step(p):
    E, W, b = p["E"].copy(), p["W"].copy(), p["b"].copy()
    mean, dscores = _scores(p)
    dW = np.outer(mean, dscores)
    dmean = W @ dscores
    dE = np.zeros_like(E)
    dE[WORDS] += dmean / len(WORDS)
    E -= LR * dE
    W -= LR * dW
    b -= LR * dscores
    return {"E": E, "W": W, "b": b}


def correct_grads(p):
    mean, d = _scores(p)
    dm = p["W"] @ d
    dE = np.zeros((6, 3))
    np.add.at(dE, WORDS, dm / 6)
    return {"E": dE, "W": np.outer(mean, d), "b": d, "scores": d, "mean": dm, "vecs": np.tile(dm / 6, (6, 1))}


EXPECTED = [
    {"where": "E", "kind": "missing_accumulation", "detail": "words 1 (twice) and 4 (three times) are counted once"}
]
PROPAGATED = []
CORRECT = ["W", "b"]
