import numpy as np

SOURCE = "https://github.com/SkalskiP/ILearnDeepLearning.py/issues/29 (dispute where the 1/m belongs)"
SUMMARY = "Parameters right: deltas per sample without 1/N are collected in a loop and returned, the sums for weights and biases are divided by N at the end."

N = 5
_r = np.random.default_rng(539)
X = _r.normal(size=(N, 4))
Y = np.array([2, 0, 1, 1, 2])


def params():
    r = np.random.default_rng(1539)
    return {"U": r.normal(size=(3, 4)), "u0": r.normal(size=3), "V": r.normal(size=(3, 3)), "v0": r.normal(size=3)}


def loss(p):
    hin = X @ p["U"].T + p["u0"]
    hid = np.log(1 + np.exp(hin))
    scores = hid @ p["V"].T + p["v0"]
    lse = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(lse - scores[np.arange(N), Y]), {"hin": hin, "hid": hid, "scores": scores}


def manual_grads(p):
    g = {k: np.zeros_like(v) for k, v in p.items()}
    d_scores, d_hin = np.zeros((N, 3)), np.zeros((N, 3))
    for i in range(N):
        hin = p["U"] @ X[i] + p["u0"]
        hid = np.log(1 + np.exp(hin))
        s = np.exp(p["V"] @ hid + p["v0"])
        d_scores[i] = s / s.sum()
        d_scores[i, Y[i]] -= 1
        g["V"] += np.outer(d_scores[i], hid)
        g["v0"] += d_scores[i]
        d_hin[i] = (d_scores[i] @ p["V"]) / (1 + np.exp(-hin))
        g["U"] += np.outer(d_hin[i], X[i])
        g["u0"] += d_hin[i]
    for k in g:
        g[k] /= N
    g["scores"], g["hin"] = d_scores, d_hin
    return g


def correct_grads(p):
    hin = X @ p["U"].T + p["u0"]
    hid = np.log1p(np.exp(hin))
    e = np.exp(hid @ p["V"].T + p["v0"])
    d = (e / e.sum(axis=1, keepdims=True) - np.eye(3)[Y]) / N
    dh = (d @ p["V"]) / (1 + np.exp(-hin))
    return {"V": d.T @ hid, "v0": d.sum(axis=0), "U": dh.T @ X, "u0": dh.sum(axis=0), "scores": d, "hin": dh}


EXPECTED = [
    {
        "where": "scores",
        "kind": "deferred_scale",
        "detail": "N times dL/dscores, made good by /N on V and v0; harmless",
        "factor": 5.0,
        "names": ["scores", "hin"],
    },
    {"where": "hin", "kind": "deferred_scale", "detail": "N times dL/dhin, made good by /N on U and u0; harmless"},
]
PROPAGATED = []
CORRECT = ["U", "u0", "V", "v0"]
