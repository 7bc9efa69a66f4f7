import numpy as np

SOURCE = "synthetic, after recommender SGD code that updates P[u] and then Q[i]"
SUMMARY = "One rating of a biased factor model: P is changed before Q's update reads it, the item bias lacks its penalty, and the user bias is moved uphill."

LAM = 0.4
RATING, MEAN = 4.0, 3.1
U, I = 1, 2
LR = 0.15


def params():
    r = np.random.default_rng(6641)
    return {"P": r.normal(size=(3, 4)), "Q": r.normal(size=(5, 4)), "bu": r.normal(size=3), "bi": r.normal(size=5)}


def loss(p):
    pred = MEAN + p["bu"][U] + p["bi"][I] + np.sum(p["P"][U] * p["Q"][I])
    e = pred - RATING
    pen = np.sum(p["P"][U] ** 2) + np.sum(p["Q"][I] ** 2) + p["bu"][U] ** 2 + p["bi"][I] ** 2
    return 0.5 * e**2 + 0.5 * LAM * pen, {"pred": pred}


def step(p):
    P, Q, bu, bi = (p[k].copy() for k in ("P", "Q", "bu", "bi"))
    err = MEAN + bu[U] + bi[I] + P[U] @ Q[I] - RATING
    bu[U] += LR * (err + LAM * bu[U])
    bi[I] -= LR * err
    P[U] -= LR * (err * Q[I] + LAM * P[U])
    Q[I] -= LR * (err * P[U] + LAM * Q[I])
    return {"P": P, "Q": Q, "bu": bu, "bi": bi}


def correct_grads(p):
    e = MEAN + p["bu"][U] + p["bi"][I] + p["P"][U] @ p["Q"][I] - RATING
    G = {k: np.zeros_like(v) for k, v in p.items()}
    G["P"][U] = e * p["Q"][I] + LAM * p["P"][U]
    G["Q"][I] = e * p["P"][U] + LAM * p["Q"][I]
    G["bu"][U] = e + LAM * p["bu"][U]
    G["bi"][I] = e + LAM * p["bi"][I]
    G["pred"] = e
    return G


EXPECTED = [
    {
        "where": "Q",
        "kind": "stale_parameter",
        "detail": "P[U] is already updated when Q[I]'s gradient err*P[U] is formed",
    },
    {"where": "bu", "kind": "sign_flipped", "detail": "bu[U] += LR*gradient climbs", "factor": -1.0, "names": ["bu"]},
    {"where": "bi", "kind": "missing_term", "detail": "LAM*bi[I] of the penalty is not in the update"},
]
PROPAGATED = []
CORRECT = ["P"]
