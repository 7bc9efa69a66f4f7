import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "L2-normalised embedding: the gradient is divided by the norm, the projection orthogonal to the unit vector is forgotten; then an extra transposition."

rr = np.random.default_rng(349)
X = rr.normal(size=(6, 3))
lab = rr.integers(0, 4, 6)


def params():
    r = np.random.default_rng(1349)
    return {"W": r.normal(size=(3, 4)), "M": r.normal(size=(4, 4))}


def loss(p):
    f = X @ p["W"]
    nrm = np.sqrt(np.sum(f * f, axis=1, keepdims=True))
    u = f / nrm
    s = u @ p["M"]
    e = np.exp(3 * s)
    q = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(np.log(q) * np.eye(4)[lab]) / 6, {"f": f, "u": u, "s": s}


def manual_grads(p):
    f = X @ p["W"]
    nrm = np.linalg.norm(f, axis=1, keepdims=True)
    u = f / nrm
    e = np.exp(3 * u @ p["M"])
    s_bar = 3 * (e / e.sum(axis=1, keepdims=True) - np.eye(4)[lab]) / 6
    M_bar = s_bar.T @ u
    u_bar = s_bar @ p["M"].T
    f_bar = u_bar / nrm
    return {"s": s_bar, "M": M_bar, "u": u_bar, "f": f_bar, "W": X.T @ f_bar}


def correct_grads(p):
    f = X @ p["W"]
    nrm = np.linalg.norm(f, axis=1, keepdims=True)
    u = f / nrm
    e = np.exp(3 * u @ p["M"])
    s = (e / e.sum(axis=1, keepdims=True) - np.eye(4)[lab]) / 2
    du = s @ p["M"].T
    df = (du - u * np.sum(du * u, axis=1, keepdims=True)) / nrm
    return {"s": s, "M": u.T @ s, "u": du, "f": df, "W": X.T @ df}


EXPECTED = [
    {"where": "f", "kind": "missing_term", "detail": "path through the norm: -u*(u.du)/norm"},
    {"where": "M", "kind": "transposed", "detail": "s_bar.T @ u instead of u.T @ s_bar"},
]
PROPAGATED = ["W"]
CORRECT = ["s", "u"]
