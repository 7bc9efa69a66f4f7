import numpy as np

SOURCE = "own; the Coursera convention carried over to row-wise data and softmax"
SUMMARY = "Benign only: dscores and dhidden carry no 1/N, every parameter gradient divides by N itself."

_r = np.random.default_rng(447)
X = _r.normal(size=(6, 3))
Y = np.eye(4)[[3, 0, 1, 2, 2, 1]]


def params():
    r = np.random.default_rng(1447)
    return {"W1": r.normal(size=(3, 5)), "b1": r.normal(size=5), "W2": r.normal(size=(5, 4)), "b2": r.normal(size=4)}


def loss(p):
    hidden = np.dot(X, p["W1"]) + p["b1"]
    act = 1 / (1 + np.exp(-hidden))
    scores = np.dot(act, p["W2"]) + p["b2"]
    e = np.exp(scores)
    probs = e / np.sum(e, axis=1, keepdims=True)
    return np.mean(-np.sum(Y * np.log(probs), axis=1)), {"hidden": hidden, "act": act, "scores": scores}


def _run(p, n1, n2):
    act = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
    e = np.exp(act @ p["W2"] + p["b2"])
    ds = (e / e.sum(axis=1, keepdims=True) - Y) / n1
    dh = ds @ p["W2"].T * act * (1 - act)
    return {
        "scores": ds,
        "W2": act.T @ ds / n2,
        "b2": ds.sum(axis=0) / n2,
        "hidden": dh,
        "W1": X.T @ dh / n2,
        "b1": dh.sum(axis=0) / n2,
    }


def manual_grads(p):
    return _run(p, 1, len(X))


def correct_grads(p):
    return _run(p, len(X), 1)


EXPECTED = [
    {
        "where": "scores",
        "kind": "deferred_scale",
        "detail": "6 times dL/dscores, made good in dW2 and db2; harmless",
        "factor": 6.0,
        "names": ["scores", "hidden"],
    },
    {"where": "hidden", "kind": "deferred_scale", "detail": "6 times dL/dhidden, made good in dW1 and db1; harmless"},
]
PROPAGATED = []
CORRECT = ["W2", "b2", "W1", "b1"]
