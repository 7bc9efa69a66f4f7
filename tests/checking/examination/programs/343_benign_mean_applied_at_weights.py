import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct parameters; 1/N of the mean loss is only applied where the weights' gradients are formed."

rng = np.random.default_rng(343)
N = 9
X = rng.normal(size=(N, 2))
Y = np.eye(3)[rng.integers(0, 3, N)]


def params():
    r = np.random.default_rng(1343)
    return {"U": r.normal(size=(2, 5)), "c": r.normal(size=(1, 5)), "V": r.normal(size=(5, 3))}


def loss(p):
    hid = X @ p["U"] + p["c"]
    act = np.maximum(hid, 0.1 * hid)
    scores = act @ p["V"]
    lse = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(lse - np.sum(scores * Y, axis=1)), {"hid": hid, "act": act, "scores": scores}


def manual_grads(p):
    hid = X @ p["U"] + p["c"]
    act = np.where(hid > 0, hid, 0.1 * hid)
    e = np.exp(act @ p["V"])
    g = {}
    g["scores"] = e / e.sum(axis=1, keepdims=True) - Y
    g["V"] = act.T @ g["scores"] / N
    g["act"] = g["scores"] @ p["V"].T
    g["hid"] = np.where(hid > 0, g["act"], 0.1 * g["act"])
    g["U"] = X.T @ g["hid"] / N
    g["c"] = g["hid"].mean(axis=0, keepdims=True)
    return g


def correct_grads(p):
    g = manual_grads(p)
    for k in ("scores", "act", "hid"):
        g[k] = g[k] / N
    return g


EXPECTED = [
    {
        "where": "scores",
        "kind": "deferred_scale",
        "detail": "N times dL/dscores, made good at V, U, c; harmless",
        "factor": 9.0,
        "names": ["scores", "act", "hid"],
    },
    {"where": "act", "kind": "deferred_scale", "detail": "same"},
    {"where": "hid", "kind": "deferred_scale", "detail": "same"},
]
PROPAGATED = []
CORRECT = ["V", "U", "c"]
