import numpy as np

SOURCE = "'tied weights autoencoder gradient' on Cross Validated"
SUMMARY = "Tied autoencoder: only the encoder's use of W contributes to its gradient; the visible bias sums over the wrong axis."

data = np.random.default_rng(316).random((5, 5))


def f(v):
    return 1 / (1 + np.exp(-v))


def params():
    r = np.random.default_rng(1316)
    return {"W": r.normal(size=(5, 3)), "bh": r.normal(size=(1, 3)), "bv": r.normal(size=(1, 5))}


def loss(p):
    code = f(data @ p["W"] + p["bh"])
    rec = code @ p["W"].T + p["bv"]
    return 0.5 * ((rec - data) ** 2).sum() / len(data), {"code": code, "rec": rec}


def manual_grads(p):
    code = f(data @ p["W"] + p["bh"])
    rec = code @ p["W"].T + p["bv"]
    derr = (rec - data) / len(data)
    dcode = derr @ p["W"]
    dpre = dcode * code * (1 - code)
    return {"W": data.T @ dpre, "bh": dpre.sum(axis=0, keepdims=True), "bv": derr.sum(axis=1, keepdims=True).T}


def correct_grads(p):
    code = f(data @ p["W"] + p["bh"])
    derr = (code @ p["W"].T + p["bv"] - data) / 5
    dcode = derr @ p["W"]
    dpre = dcode * code * (1 - code)
    return {
        "W": data.T @ dpre + derr.T @ code,
        "bh": dpre.sum(axis=0, keepdims=True),
        "bv": derr.sum(axis=0, keepdims=True),
        "code": dcode,
        "rec": derr,
    }


EXPECTED = [
    {"where": "W", "kind": "missing_term", "detail": "the decoder's use W.T (derr.T @ code) is ignored"},
    {
        "where": "bv",
        "kind": "wrong_axis",
        "detail": "summed over features (axis 1) instead of samples; 5 samples and 5 features hide it",
    },
]
PROPAGATED = []
CORRECT = ["bh"]
