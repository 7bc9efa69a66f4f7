import numpy as np

SOURCE = "https://claude-server-code.pages.dev/recsys/07-matrix-factorization and many FunkSVD scripts (X[u] updated, then used for Y[i])"
SUMMARY = "One SGD step for one rating: P[u] is changed first and the changed row enters the update of Q[i]."

U, I, RATING = 1, 2, 4.0
REG = 0.1
LR = 0.05


def params():
    r = np.random.default_rng(1436)
    return {"P": r.normal(size=(3, 4)), "Q": r.normal(size=(5, 4))}


def loss(p):
    pu = p["P"][U]
    qi = p["Q"][I]
    e = RATING - np.dot(pu, qi)
    return 0.5 * e**2 + 0.5 * REG * (np.sum(pu**2) + np.sum(qi**2)), {"pu": pu, "qi": qi}


def step(p):
    P, Q = p["P"].copy(), p["Q"].copy()
    e = RATING - P[U] @ Q[I]
    P[U] += LR * (e * Q[I] - REG * P[U])
    Q[I] += LR * (e * P[U] - REG * Q[I])
    return {"P": P, "Q": Q}


def correct_grads(p):
    e = RATING - p["P"][U] @ p["Q"][I]
    gP, gQ = np.zeros((3, 4)), np.zeros((5, 4))
    gP[U] = -e * p["Q"][I] + REG * p["P"][U]
    gQ[I] = -e * p["P"][U] + REG * p["Q"][I]
    return {"P": gP, "Q": gQ}


EXPECTED = [{"where": "Q", "kind": "stale_parameter", "detail": "P[u] is updated before Q[i] uses it"}]
PROPAGATED = []
CORRECT = ["P"]
