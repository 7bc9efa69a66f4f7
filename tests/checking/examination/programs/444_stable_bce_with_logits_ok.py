import numpy as np

SOURCE = "own; numerically stable logits loss, the style that readers suspect ('where is sigmoid prime?')"
SUMMARY = (
    "Right: BCE with logits and positive weight, step written with one augmented weight matrix per layer and einsum."
)

_r = np.random.default_rng(444)
X = _r.normal(size=(7, 3))
Y = (_r.random((7, 1)) > 0.5).astype(float)
POS = 2.5
LR = 0.2


def params():
    r = np.random.default_rng(1444)
    return {"V": r.normal(size=(4, 5)), "u": r.normal(size=(6, 1))}


def loss(p):
    one = np.ones((7, 1))
    pre = np.dot(np.concatenate([X, one], axis=1), p["V"])
    act = pre / (1 + np.exp(-pre))
    logit = np.dot(np.concatenate([act, one], axis=1), p["u"])
    soft = np.log(1 + np.exp(-np.abs(logit))) + np.maximum(-logit, 0)
    per = (1 - Y) * logit + (1 + (POS - 1) * Y) * soft
    return np.mean(per), {"pre": pre, "act": act, "logit": logit}


def _back(p):
    Xa = np.hstack([X, np.ones((7, 1))])
    pre = Xa @ p["V"]
    s = 1 / (1 + np.exp(-pre))
    Ha = np.hstack([pre * s, np.ones((7, 1))])
    q = 1 / (1 + np.exp(-Ha @ p["u"]))
    d = np.where(Y == 1, POS * (q - 1), q) / 7
    return Xa, Ha, s, pre, d


def step(p):
    Xa, Ha, s, pre, d = _back(p)
    gu = np.einsum("nh,no->ho", Ha, d)
    dh = np.einsum("no,ho->nh", d, p["u"][:-1])
    gV = np.einsum("ni,nh->ih", Xa, dh * (s + pre * s * (1 - s)))
    return {"V": p["V"] - LR * gV, "u": p["u"] - LR * gu}


def correct_grads(p):
    Xa, Ha, s, pre, d = _back(p)
    da = d @ p["u"][:-1].T
    dp = da * s * (1 + pre * (1 - s))
    return {"u": Ha.T @ d, "V": Xa.T @ dp, "logit": d, "act": da, "pre": dp}


EXPECTED = []
PROPAGATED = []
CORRECT = ["V", "u"]
