import numpy as np

SOURCE = "https://lisazhangweb.wordpress.com/2017/07/24/%E3%80%90stanford-ml-exercise4-week5%E3%80%91neural-networks-learning/ (the exercise; the step 'remove delta_0' forgotten)"
SUMMARY = "Course exercise with a bias column in theta: the hidden delta keeps the entry of the bias unit, so theta1's gradient gets one row too many."

_r = np.random.default_rng(720)
M = 6
A1 = np.concatenate([np.ones((M, 1)), _r.normal(size=(M, 3))], axis=1)
Y = np.eye(2)[[1, 0, 0, 1, 1, 0]]


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1720)
    return {"theta1": r.normal(size=(5, 4)), "theta2": r.normal(size=(2, 6))}


def loss(p):
    z2 = np.dot(A1, p["theta1"].T)
    a2 = np.concatenate([np.ones((M, 1)), _sig(z2)], axis=1)
    z3 = np.dot(a2, p["theta2"].T)
    h = _sig(z3)
    return -np.sum(Y * np.log(h) + (1 - Y) * np.log(1 - h)) / M, {"z2": z2, "a2": a2, "z3": z3, "h": h}


def manual_grads(p):
    z2 = A1 @ p["theta1"].T
    a2 = np.hstack([np.ones((M, 1)), _sig(z2)])
    delta3 = _sig(a2 @ p["theta2"].T) - Y
    z2b = np.hstack([np.ones((M, 1)), z2])
    delta2 = (delta3 @ p["theta2"]) * _sig(z2b) * (1 - _sig(z2b))
    return {"theta1": delta2.T @ A1 / M, "theta2": delta3.T @ a2 / M}


def correct_grads(p):
    s = _sig(A1 @ p["theta1"].T)
    a2 = np.c_[np.ones(M), s]
    d3 = (_sig(a2 @ p["theta2"].T) - Y) / M
    d2 = (d3 @ p["theta2"][:, 1:]) * s * (1 - s)
    return {"theta1": d2.T @ A1, "theta2": d3.T @ a2, "z3": d3, "z2": d2}


EXPECTED = [
    {
        "where": "theta1",
        "kind": "shape_mismatch",
        "detail": "(6,4) instead of (5,4): row 0 belongs to the bias unit of the hidden layer, rows 1: are right",
    }
]
PROPAGATED = []
CORRECT = ["theta2"]
