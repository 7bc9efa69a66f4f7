import numpy as np

SOURCE = "synthetic, after recommender tutorials whose loss and update disagree on what is regularised"
SUMMARY = "Biased matrix factorisation: the objective penalises P and Q only, the gradient also adds LAM*bu and LAM*bi."

_r = np.random.default_rng(615)
U, I, KF, LAM = 4, 5, 3, 0.3
RATINGS = [(u, i, float(_r.integers(1, 6))) for u in range(U) for i in range(I) if _r.random() < 0.7]
R = np.zeros((U, I))
M = np.zeros((U, I))
for _u, _i, _v in RATINGS:
    R[_u, _i], M[_u, _i] = _v, 1.0
MU = sum(v for _, _, v in RATINGS) / len(RATINGS)


def params():
    r = np.random.default_rng(6615)
    return {
        "P": r.normal(size=(U, KF)),
        "Q": r.normal(size=(KF, I)),
        "bu": r.normal(size=(U, 1)),
        "bi": r.normal(size=I),
    }


def loss(p):
    pred = MU + p["bu"] + p["bi"] + p["P"] @ p["Q"]
    err = M * (pred - R)
    return 0.5 * np.sum(err**2) + 0.5 * LAM * (np.sum(p["P"] ** 2) + np.sum(p["Q"] ** 2)), {"pred": pred, "err": err}


def manual_grads(p):
    g = {k: LAM * v for k, v in p.items()}
    for u, i, v in RATINGS:
        e = MU + p["bu"][u, 0] + p["bi"][i] + p["P"][u].dot(p["Q"][:, i]) - v
        g["bu"][u, 0] += e
        g["bi"][i] += e
        g["P"][u] += e * p["Q"][:, i]
        g["Q"][:, i] += e * p["P"][u]
    return g


def correct_grads(p):
    E = M * (MU + p["bu"] + p["bi"] + p["P"] @ p["Q"] - R)
    return {
        "P": E @ p["Q"].T + LAM * p["P"],
        "Q": p["P"].T @ E + LAM * p["Q"],
        "bu": E.sum(1, keepdims=True),
        "bi": E.sum(0),
        "pred": E,
    }


EXPECTED = [
    {"where": "bu", "kind": "extra_term", "detail": "LAM*bu added although the loss does not penalise bu"},
    {"where": "bi", "kind": "extra_term", "detail": "LAM*bi added although the loss does not penalise bi"},
]
PROPAGATED = []
CORRECT = ["P", "Q"]
