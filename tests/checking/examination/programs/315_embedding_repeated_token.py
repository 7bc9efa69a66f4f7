import numpy as np

SOURCE = "np.add.at questions"
SUMMARY = "Bag-of-words classifier: dE[tokens] += d counts a repeated token once."

sents = np.array([[1, 4, 1], [0, 2, 2], [3, 3, 3], [4, 0, 1]])
cls = np.array([0, 2, 1, 2])
LR = 0.5


def params():
    r = np.random.default_rng(1315)
    return {"E": r.normal(size=(5, 4)), "W": r.normal(size=(4, 3)), "b": r.normal(size=3)}


def loss(p):
    h = p["E"][sents].mean(axis=1)
    z = h @ p["W"] + p["b"]
    lse = np.log(np.sum(np.exp(z), axis=1))
    return np.mean(lse - z[np.arange(4), cls])


def correct_grads(p):
    h = p["E"][sents].mean(axis=1)
    e = np.exp(h @ p["W"] + p["b"])
    d = (e / e.sum(1, keepdims=True) - np.eye(3)[cls]) / 4
    dE = np.zeros((5, 4))
    np.add.at(dE, sents, np.repeat((d @ p["W"].T / 3)[:, None, :], 3, axis=1))
    return {"E": dE, "W": h.T @ d, "b": d.sum(0)}


def step(p):
    E, W, b = p["E"].copy(), p["W"].copy(), p["b"].copy()
    h = E[sents].mean(axis=1)
    z = h @ W + b
    z = z - z.max(axis=1, keepdims=True)
    prob = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    prob[np.arange(len(cls)), cls] -= 1
    prob /= len(cls)
    dh = prob @ W.T
    dE = np.zeros_like(E)
    for s in range(len(sents)):
        dE[sents[s]] += dh[s] / 3
    E -= LR * dE
    W -= LR * (h.T @ prob)
    b -= LR * prob.sum(axis=0)
    return {"E": E, "W": W, "b": b}


EXPECTED = [
    {
        "where": "E",
        "kind": "missing_accumulation",
        "detail": "a token repeated within one sentence counts once: dE[idx] += v",
    }
]
PROPAGATED = []
CORRECT = ["W", "b"]
