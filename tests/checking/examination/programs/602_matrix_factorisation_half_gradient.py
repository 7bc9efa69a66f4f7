import numpy as np

SOURCE = "synthetic, after the many matrix factorisation tutorials"
SUMMARY = (
    "Loss is the plain sum of squared errors over the observed ratings, the update uses e*q and e*p without the 2."
)

_r = np.random.default_rng(602)
R = _r.integers(1, 6, size=(5, 7)).astype(float)
OBS = (_r.random((5, 7)) < 0.6).astype(float)
LR = 0.02


def params():
    r = np.random.default_rng(6602)
    return {"P": r.normal(size=(5, 2)), "Q": r.normal(size=(7, 2))}


def loss(p):
    pred = p["P"] @ p["Q"].T
    return np.sum(OBS * (R - pred) ** 2), {"pred": pred}


def step(p):
    P, Q = p["P"], p["Q"]
    gP, gQ = np.zeros_like(P), np.zeros_like(Q)
    for u in range(R.shape[0]):
        for i in range(R.shape[1]):
            if OBS[u, i] > 0:
                e = R[u, i] - P[u, :] @ Q[i, :]
                for k in range(P.shape[1]):
                    gP[u, k] += e * Q[i, k]
                    gQ[i, k] += e * P[u, k]
    return {"P": P + LR * gP, "Q": Q + LR * gQ}


def correct_grads(p):
    d = -2 * OBS * (R - p["P"] @ p["Q"].T)
    return {"P": d @ p["Q"], "Q": d.T @ p["P"], "pred": d}


EXPECTED = [
    {
        "where": "pred",
        "kind": "scale",
        "detail": "half of the gradient: the 2 of the squared error is missing in both factors",
        "factor": 0.5,
        "names": ["P", "Q"],
    }
]
PROPAGATED = ["P", "Q"]
CORRECT = []
