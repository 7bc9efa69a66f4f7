import numpy as np

SOURCE = "https://github.com/karpathy/nn-zero-to-hero/issues/57"
SUMMARY = "Character model with a context of three: dC[Xb[k]] += demb[k] loses all but the last of equal characters inside one context."

XB = np.array([[0, 0, 0], [0, 0, 3], [0, 3, 1], [3, 1, 1], [1, 1, 2], [0, 0, 4], [0, 4, 2]])
Y = np.eye(5)[[3, 1, 1, 2, 0, 2, 0]]
N = len(XB)


def params():
    r = np.random.default_rng(1727)
    return {
        "C": r.normal(size=(5, 2)),
        "W1": r.normal(size=(6, 4)),
        "b1": r.normal(size=4),
        "W2": r.normal(size=(4, 5)),
        "b2": r.normal(size=5),
    }


def loss(p):
    emb = p["C"][XB]
    embcat = emb.reshape(N, 6)
    hpreact = embcat @ p["W1"] + p["b1"]
    h = np.tanh(hpreact)
    logits = h @ p["W2"] + p["b2"]
    counts = np.exp(logits)
    probs = counts / np.sum(counts, axis=1, keepdims=True)
    return -np.sum(Y * np.log(probs)) / N, {"emb": emb, "embcat": embcat, "hpreact": hpreact, "h": h, "logits": logits}


def _run(p, scatter):
    embcat = p["C"][XB].reshape(N, -1)
    h = np.tanh(embcat @ p["W1"] + p["b1"])
    e = np.exp(h @ p["W2"] + p["b2"])
    dlogits = (e / e.sum(1, keepdims=True) - Y) / N
    dh = dlogits @ p["W2"].T
    dhpreact = (1.0 - h**2) * dh
    dembcat = dhpreact @ p["W1"].T
    demb = dembcat.reshape(N, 3, 2)
    dC = np.zeros_like(p["C"])
    scatter(dC, demb)
    return {
        "W2": h.T @ dlogits,
        "b2": dlogits.sum(0),
        "W1": embcat.T @ dhpreact,
        "b1": dhpreact.sum(0),
        "C": dC,
        "logits": dlogits,
        "h": dh,
        "hpreact": dhpreact,
        "embcat": dembcat,
        "emb": demb,
    }


def _by_context(dC, demb):
    for k in range(N):
        dC[XB[k]] += demb[k]


def manual_grads(p):
    return _run(p, _by_context)


def correct_grads(p):
    return _run(p, lambda dC, demb: np.add.at(dC, XB, demb))


EXPECTED = [
    {
        "where": "C",
        "kind": "missing_accumulation",
        "detail": "characters 0 and 1 occur twice or three times in one context; only the last occurrence is added. Rows 2, 3 and 4 are right",
    }
]
PROPAGATED = []
CORRECT = ["W1", "b1", "W2", "b2", "logits", "h", "hpreact", "embcat", "emb"]
