import numpy as np

SOURCE = "own, after cs231n / REINFORCE code with 'dlogits = probs' and no copy"
SUMMARY = "Policy gradient with an entropy bonus: dlogits = probs; dlogits[range, a] -= 1 changes probs, which the entropy gradient then reads."

_r = np.random.default_rng(422)
OBS = _r.normal(size=(5, 3))
ACT = np.array([0, 2, 1, 1, 0])
ADV = _r.normal(size=5)
BETA = 0.3


def params():
    r = np.random.default_rng(1422)
    return {"W1": r.normal(size=(3, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, 3)), "b2": r.normal(size=3)}


def _softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def loss(p):
    h = np.tanh(np.dot(OBS, p["W1"]) + p["b1"])
    logits = np.dot(h, p["W2"]) + p["b2"]
    probs = _softmax(logits)
    logp = np.log(probs)
    pg = -np.sum(logp[np.arange(5), ACT] * ADV)
    entropy = -np.sum(probs * logp)
    return pg - BETA * entropy, {"h": h, "logits": logits}


def _grads(p, copy):
    h = np.tanh(OBS @ p["W1"] + p["b1"])
    probs = _softmax(h @ p["W2"] + p["b2"])
    logp = np.log(probs)
    dlogits = probs.copy() if copy else probs
    dlogits[np.arange(5), ACT] -= 1
    dlogits = dlogits * ADV[:, None]
    H = -np.sum(probs * logp, axis=1, keepdims=True)
    dlogits = dlogits + BETA * probs * (logp + H)
    dh = dlogits @ p["W2"].T
    dz = dh * (1 - h**2)
    return {
        "logits": dlogits,
        "h": dh,
        "W2": h.T @ dlogits,
        "b2": dlogits.sum(axis=0),
        "W1": OBS.T @ dz,
        "b1": dz.sum(axis=0),
    }


def manual_grads(p):
    return _grads(p, False)


def correct_grads(p):
    return _grads(p, True)


EXPECTED = [
    {
        "where": "logits",
        "kind": "inplace_mutation",
        "detail": "probs and dlogits are one buffer; the entropy term uses probs after the -1",
    }
]
PROPAGATED = ["h", "W2", "b2", "W1", "b1"]
CORRECT = []
