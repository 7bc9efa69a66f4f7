import numpy as np

SOURCE = "ridge regression homework"
SUMMARY = "Ridge: the weights' gradient lacks the 2 of the squares (loss has no 1/2); the intercept is penalised in the gradient only."

_r = np.random.default_rng(324)
A = _r.normal(size=(9, 4))
t = _r.normal(size=9)
lam = 0.8


def params():
    r = np.random.default_rng(1324)
    return {"w": r.normal(size=4), "w0": r.normal(size=1)}


def loss(p):
    res = A @ p["w"] + p["w0"] - t
    return np.sum(res**2) / 9 + lam * np.sum(p["w"] ** 2), {"res": res}


def manual_grads(p):
    res = A @ p["w"] + p["w0"] - t
    gw = A.T @ res / 9 + lam * p["w"]
    g0 = 2 / 9 * res.sum(keepdims=True) + 2 * lam * p["w0"]
    return {"w": gw, "w0": g0}


def correct_grads(p):
    res = A @ p["w"] + p["w0"] - t
    return {"w": 2 * (A.T @ res / 9 + lam * p["w"]), "w0": np.array([2 * res.mean()]), "res": 2 * res / 9}


EXPECTED = [
    {"where": "w", "kind": "scale", "detail": "2 of both squares missing", "factor": 0.5},
    {
        "where": "w0",
        "kind": "extra_term",
        "detail": "2*lam*w0 does not belong; the loss does not penalise the intercept",
    },
]
PROPAGATED = []
CORRECT = []
