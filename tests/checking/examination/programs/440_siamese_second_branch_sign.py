import numpy as np

SOURCE = (
    "own, after contrastive-loss-from-scratch posts (https://stats.stackexchange.com/questions/555954 for the loss)"
)
SUMMARY = (
    "Siamese network with contrastive loss: the second branch gets the gradient of the first, its minus is missing."
)

_r = np.random.default_rng(440)
XA = _r.normal(size=(5, 3))
XB = _r.normal(size=(5, 3))
SAME = np.array([1.0, 0.0, 1.0, 0.0, 1.0])
MARGIN = 3.0


def params():
    r = np.random.default_rng(1440)
    return {"W": r.normal(size=(3, 2)), "b": r.normal(size=2)}


def loss(p):
    ea = np.tanh(np.dot(XA, p["W"]) + p["b"])
    eb = np.tanh(np.dot(XB, p["W"]) + p["b"])
    dist = np.sqrt(np.sum((ea - eb) ** 2, axis=1))
    L = SAME * dist**2 + (1 - SAME) * np.maximum(0, MARGIN - dist) ** 2
    return np.mean(L), {"ea": ea, "eb": eb, "dist": dist}


def _run(p, s):
    ea = np.tanh(XA @ p["W"] + p["b"])
    eb = np.tanh(XB @ p["W"] + p["b"])
    diff = ea - eb
    dist = np.sqrt((diff**2).sum(axis=1))
    ddist = (SAME * 2 * dist - (1 - SAME) * 2 * np.maximum(0, MARGIN - dist)) / 5
    dea = (ddist / dist)[:, None] * diff
    deb = s * dea
    za, zb = dea * (1 - ea**2), deb * (1 - eb**2)
    return {"dist": ddist, "ea": dea, "eb": deb, "W": XA.T @ za + XB.T @ zb, "b": za.sum(axis=0) + zb.sum(axis=0)}


def manual_grads(p):
    return _run(p, 1)


def correct_grads(p):
    return _run(p, -1)


EXPECTED = [{"where": "eb", "kind": "sign_flipped", "detail": "d dist / d eb = -(ea - eb)/dist"}]
PROPAGATED = ["W", "b"]
CORRECT = ["dist", "ea"]
