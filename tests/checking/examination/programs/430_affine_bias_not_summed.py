import numpy as np

SOURCE = "pattern of cs231n affine_backward (db = dout) and of 'bias gradient has the shape of the batch' questions"
SUMMARY = "affine_backward(dout, cache) flattens x correctly but returns db = dout, shape (N, M) for a bias (M,); dx is not in question."

_r = np.random.default_rng(430)
DOUT = _r.normal(size=(4, 5))


def params():
    r = np.random.default_rng(1430)
    return {"x": r.normal(size=(4, 2, 3)), "w": r.normal(size=(6, 5)), "b": r.normal(size=5)}


def affine_forward(x, w, b):
    out = np.dot(np.reshape(x, (x.shape[0], -1)), w) + b
    return out, (x, w, b)


def loss(p):
    out, cache = affine_forward(p["x"], p["w"], p["b"])
    return np.sum(out * DOUT), {"out": out}


def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = x.reshape(x.shape[0], -1).T.dot(dout)
    db = dout
    return dx, dw, db


def manual_grads(p):
    _, cache = affine_forward(p["x"], p["w"], p["b"])
    return dict(zip(("x", "w", "b"), affine_backward(DOUT, cache)))


def correct_grads(p):
    return {"x": (DOUT @ p["w"].T).reshape(4, 2, 3), "w": p["x"].reshape(4, 6).T @ DOUT, "b": DOUT.sum(axis=0)}


EXPECTED = [{"where": "b", "kind": "missing_sum", "detail": "sum(axis=0) over the batch missing"}]
PROPAGATED = []
CORRECT = ["x", "w"]
