import numpy as np

SOURCE = "https://wiki.kunaldawn.com/content/stackoverflow.com_en_all_2023-11/questions/76450489/mnist-nn-from-scratch-output-converge-on-one-number"
SUMMARY = "Samples are rows, but the softmax was copied from a columns version and normalises down axis 0, over the samples; the backward pass is the usual A2 - Y."

_r = np.random.default_rng(718)
X = _r.random((8, 5))
Y = np.eye(3)[[0, 2, 2, 1, 2, 0, 2, 1]]


def _soft(z):
    return np.exp(z) / np.sum(np.exp(z), axis=0)


def params():
    r = np.random.default_rng(1718)
    return {
        "w1": r.normal(size=(5, 4)),
        "b1": r.normal(size=(1, 4)),
        "w2": r.normal(size=(4, 3)),
        "b2": r.normal(size=(1, 3)),
    }


def loss(p):
    z1 = np.dot(X, p["w1"]) + p["b1"]
    a1 = np.maximum(z1, 0)
    z2 = np.dot(a1, p["w2"]) + p["b2"]
    a2 = _soft(z2)
    return -np.sum(Y * np.log(a2)) / 8, {"z1": z1, "a1": a1, "z2": z2, "a2": a2}


def manual_grads(p):
    m = X.shape[0]
    z1 = X.dot(p["w1"]) + p["b1"]
    a1 = np.maximum(z1, 0)
    dadc = _soft(a1.dot(p["w2"]) + p["b2"]) - Y
    hid = p["w2"].dot(dadc.T).T * (z1 > 0)
    return {
        "w2": 1 / m * a1.T.dot(dadc),
        "b2": 1 / m * np.sum(dadc, axis=0, keepdims=True),
        "w1": 1 / m * X.T.dot(hid),
        "b1": 1 / m * np.sum(hid, axis=0, keepdims=True),
    }


def correct_grads(p):
    z1 = X @ p["w1"] + p["b1"]
    a1 = np.maximum(z1, 0)
    d2 = (_soft(a1 @ p["w2"] + p["b2"]) * Y.sum(axis=0) - Y) / 8
    d1 = (d2 @ p["w2"].T) * (z1 > 0)
    return {
        "w2": a1.T @ d2,
        "b2": d2.sum(axis=0, keepdims=True),
        "w1": X.T @ d1,
        "b1": d1.sum(axis=0, keepdims=True),
        "z2": d2,
        "z1": d1,
    }


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "softmax normalised over axis 0 (samples) where axis 1 (classes) with keepdims is meant; a2 - Y belongs to the latter",
    }
]
PROPAGATED = ["w1", "b1", "w2", "b2"]
CORRECT = []
