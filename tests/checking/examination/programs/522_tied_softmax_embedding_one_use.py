import numpy as np

SOURCE = "synthetic (language model with tied input and output embedding)"
SUMMARY = "Tied weights: the embedding matrix is looked up at the input and used transposed at the output; only the output use is differentiated."

V, D = 6, 4
IDX = np.array([0, 3, 5, 3, 2])
NXT = np.array([3, 5, 3, 2, 1])


def params():
    r = np.random.default_rng(1522)
    return {"E": r.normal(size=(V, D)), "W": r.normal(size=(D, D)), "b": r.normal(size=D), "b_out": r.normal(size=V)}


def loss(p):
    emb = p["E"][IDX]
    pre = emb @ p["W"] + p["b"]
    h = np.tanh(pre)
    logits = h @ p["E"].T + p["b_out"]
    logp = logits - np.log(np.sum(np.exp(logits), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(NXT)), NXT]), {"emb": emb, "pre": pre, "h": h, "logits": logits}


def _run(p):
    emb = p["E"][IDX]
    h = np.tanh(emb @ p["W"] + p["b"])
    q = np.exp(h @ p["E"].T + p["b_out"])
    dlogits = q / q.sum(axis=1, keepdims=True)
    dlogits[np.arange(5), NXT] -= 1
    dlogits /= 5
    dh = dlogits @ p["E"]
    dpre = dh * (1 - h * h)
    return {
        "logits": dlogits,
        "h": dh,
        "pre": dpre,
        "W": emb.T @ dpre,
        "b": dpre.sum(axis=0),
        "b_out": dlogits.sum(axis=0),
        "E": dlogits.T @ h,
    }, dpre @ p["W"].T


def manual_grads(p):
    return _run(p)[0]


def correct_grads(p):
    g, demb = _run(p)
    np.add.at(g["E"], IDX, demb)
    g["emb"] = demb
    return g


EXPECTED = [
    {
        "where": "E",
        "kind": "missing_term",
        "detail": "contribution of the lookup E[idx] (dpre @ W.T added to the rows idx) is missing",
    }
]
PROPAGATED = []
CORRECT = ["logits", "h", "pre", "W", "b", "b_out"]
