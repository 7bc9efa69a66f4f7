import numpy as np

SOURCE = "https://github.com/ZacBi/CS224n-2019-solutions/issues/5"
SUMMARY = "Skip-gram step with negative sampling: U[neg] -= lr * outer(...) with the same negative word drawn twice counts it once."

LR = 0.2
OUTSIDE, NEG = 1, [4, 2, 4, 0]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def params():
    r = np.random.default_rng(1520)
    return {"center": r.normal(size=3), "outside": r.normal(size=(6, 3))}


def loss(p):
    pos = np.dot(p["outside"][OUTSIDE], p["center"])
    neg = np.dot(p["outside"][NEG], p["center"])
    return -np.log(sigmoid(pos)) - np.sum(np.log(sigmoid(-neg))), {"pos": pos, "neg": neg}


def step(p):
    v, U = p["center"].copy(), p["outside"].copy()
    z = sigmoid(U[NEG] @ v)
    dpos = sigmoid(U[OUTSIDE] @ v) - 1
    grad_v = dpos * U[OUTSIDE] + z @ U[NEG]
    U[OUTSIDE] -= LR * dpos * v
    U[NEG] -= LR * np.outer(z, v)
    v -= LR * grad_v
    return {"center": v, "outside": U}


def correct_grads(p):
    v, U = p["center"], p["outside"]
    dpos = sigmoid(U[OUTSIDE] @ v) - 1
    z = sigmoid(U[NEG] @ v)
    gU = np.zeros_like(U)
    gU[OUTSIDE] += dpos * v
    np.add.at(gU, NEG, np.outer(z, v))
    return {"center": dpos * U[OUTSIDE] + z @ U[NEG], "outside": gU, "pos": dpos, "neg": z}


EXPECTED = [
    {
        "where": "outside",
        "kind": "missing_accumulation",
        "detail": "word 4 is a negative sample twice, U[NEG] -= ... moves it once (np.add.at / np.subtract.at)",
    }
]
PROPAGATED = []
CORRECT = ["center"]
