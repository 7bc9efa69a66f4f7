import numpy as np

SOURCE = "own, after Karpathy's pong policy gradient (y - aprob, then '+='); people suspect the sign"
SUMMARY = "Right: dlogp = (y - p) * advantage with gradient ascent; the loss is the negative objective, weights stored as in pong (H, D)."

_r = np.random.default_rng(445)
EPX = _r.normal(size=(6, 4))
FAKE = (_r.random(6) > 0.5).astype(float)
ADV = _r.normal(size=6)
LR = 0.1


def params():
    r = np.random.default_rng(1445)
    return {"W1": r.normal(size=(5, 4)), "W2": r.normal(size=5)}


def loss(p):
    h = np.maximum(np.dot(EPX, p["W1"].T), 0)
    logit = np.dot(h, p["W2"])
    prob = 1.0 / (1.0 + np.exp(-logit))
    logp = FAKE * np.log(prob) + (1 - FAKE) * np.log(1 - prob)
    return -np.sum(ADV * logp), {"h": h, "logit": logit}


def policy_backward(model, eph, epdlogp):
    dW2 = np.dot(eph.T, epdlogp).ravel()
    dh = np.outer(epdlogp, model["W2"])
    dh[eph <= 0] = 0
    return {"W1": np.dot(dh.T, EPX), "W2": dW2}


def step(p):
    eph = np.maximum(EPX @ p["W1"].T, 0)
    aprob = 1.0 / (1.0 + np.exp(-eph @ p["W2"]))
    epdlogp = FAKE - aprob
    epdlogp *= ADV
    grad = policy_backward(p, eph, epdlogp)
    return {k: v + LR * grad[k] for k, v in p.items()}


def correct_grads(p):
    h = np.maximum(EPX @ p["W1"].T, 0)
    d = -(FAKE - 1 / (1 + np.exp(-h @ p["W2"]))) * ADV
    gh = np.outer(d, p["W2"])
    return {"W2": h.T @ d, "W1": (gh * (h > 0)).T @ EPX, "logit": d, "h": gh}


EXPECTED = []
PROPAGATED = []
CORRECT = ["W1", "W2"]
