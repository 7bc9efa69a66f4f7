import numpy as np

SOURCE = "synthetic, after embedding-layer questions; the indexing trap as in https://github.com/joey00072/Tinytorch/issues/2"
SUMMARY = "Bag-of-tokens classifier: dE[tokens] += g counts a token that occurs twice in the text only once."

_r = np.random.default_rng(618)
TOK = np.array([[0, 3, 3], [5, 1, 3], [2, 2, 2], [4, 0, 5]])
LAB = np.array([1, 0, 1, 1])


def params():
    r = np.random.default_rng(6618)
    return {"E": r.normal(size=(7, 3)), "W": r.normal(size=(3, 2)), "b": r.normal(size=2)}


def loss(p):
    emb = p["E"][TOK]
    avg = np.mean(emb, axis=1)
    hid = np.tanh(avg)
    logits = hid @ p["W"] + p["b"]
    ex = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    probs = ex / np.sum(ex, axis=1, keepdims=True)
    return -np.mean(np.log(probs[np.arange(4), LAB])), {
        "emb": emb,
        "avg": avg,
        "hid": hid,
        "logits": logits,
        "probs": probs,
    }


def forward(p):
    avg = p["E"][TOK].mean(axis=1)
    hid = np.tanh(avg)
    logits = hid @ p["W"] + p["b"]
    ex = np.exp(logits)
    return ex / ex.sum(axis=1, keepdims=True), (hid,)


def backward(p, probs, cache):
    (hid,) = cache
    dlogits = probs.copy()
    dlogits[range(4), LAB] -= 1
    dlogits = dlogits / 4
    grads = {"W": hid.T @ dlogits, "b": dlogits.sum(axis=0)}
    davg = (dlogits @ p["W"].T) * (1 - hid**2)
    dE = np.zeros_like(p["E"])
    dE[TOK] += davg[:, None, :] / TOK.shape[1]
    grads["E"] = dE
    return grads


def manual_grads(p):
    probs, cache = forward(p)
    return backward(p, probs, cache)


def correct_grads(p):
    probs, (hid,) = forward(p)
    d = (probs - np.eye(2)[LAB]) / 4
    g = (d @ p["W"].T) * (1 - hid**2)
    dE = np.zeros_like(p["E"])
    for n in range(4):
        for t in TOK[n]:
            dE[t] += g[n] / 3
    return {"W": hid.T @ d, "b": d.sum(0), "E": dE, "logits": d, "avg": g}


EXPECTED = [
    {
        "where": "E",
        "kind": "missing_accumulation",
        "detail": "dE[TOK] += ... keeps one contribution per token; np.add.at needed (rows of tokens occurring once are right)",
    }
]
PROPAGATED = []
CORRECT = ["W", "b"]
