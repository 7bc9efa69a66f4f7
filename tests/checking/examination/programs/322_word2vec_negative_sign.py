import numpy as np

SOURCE = "cs224n negative sampling homework"
SUMMARY = "Skip-gram with negative sampling: the negatives' part of the centre vector's gradient has the wrong sign, and a negative drawn twice is counted once."

V, D = 6, 4
center, outside, negs = 2, 4, [0, 5, 0]


def params():
    r = np.random.default_rng(1322)
    return {"centerVecs": r.normal(size=(V, D)), "outsideVecs": r.normal(size=(V, D))}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def loss(p):
    v = p["centerVecs"][center]
    J = -np.log(sigmoid(np.dot(p["outsideVecs"][outside], v)))
    for k in negs:
        J = J - np.log(sigmoid(-np.dot(p["outsideVecs"][k], v)))
    return J


def manual_grads(p):
    U = p["outsideVecs"]
    v = p["centerVecs"][center]
    sp = sigmoid(U[outside] @ v)
    sn = sigmoid(-U[negs] @ v)
    gradCenter = np.zeros((V, D))
    gradCenter[center] = (sp - 1) * U[outside] - (1 - sn) @ U[negs]
    gradOutside = np.zeros((V, D))
    gradOutside[outside] += (sp - 1) * v
    gradOutside[negs] += np.outer(1 - sn, v)
    return {"centerVecs": gradCenter, "outsideVecs": gradOutside}


def correct_grads(p):
    U, v = p["outsideVecs"], p["centerVecs"][center]
    gc, go = np.zeros((V, D)), np.zeros((V, D))
    for k, lab in [(outside, 1)] + [(n, 0) for n in negs]:
        e = sigmoid(U[k] @ v) - lab
        gc[center] += e * U[k]
        go[k] += e * v
    return {"centerVecs": gc, "outsideVecs": go}


EXPECTED = [
    {
        "where": "centerVecs",
        "kind": "sign_flipped",
        "detail": "the negative samples' term is subtracted, should be added",
    },
    {
        "where": "outsideVecs",
        "kind": "missing_accumulation",
        "detail": "index 0 occurs twice among the negatives; fancy += counts it once",
    },
]
PROPAGATED = []
CORRECT = []
