import numpy as np

SOURCE = "https://github.com/mlpack/mlpack/pull/2865 (mean pooling's backward; NumPy version ours)"
SUMMARY = "Mean pooling sends the whole gradient to each of the four cells, and the bias of the convolution keeps one gradient per place."

_r = np.random.default_rng(735)
IMG = _r.normal(size=(3, 5, 5))
Y = _r.normal(size=(3, 2))
PATCH = np.array([[im[i : i + 2, j : j + 2].ravel() for i in range(4) for j in range(4)] for im in IMG])  # (3, 16, 4)


def params():
    r = np.random.default_rng(1735)
    return {"K": r.normal(size=(4, 3)), "kb": r.normal(size=3), "W": r.normal(size=(12, 2)), "b": r.normal(size=2)}


def loss(p):
    pre = PATCH @ p["K"] + p["kb"]
    act = np.tanh(pre)
    pool = np.mean(act.reshape(3, 2, 2, 2, 2, 3), axis=(2, 4))
    out = pool.reshape(3, 12) @ p["W"] + p["b"]
    return np.sum((out - Y) ** 2) / 3, {"pre": pre, "act": act, "pool": pool, "out": out}


def _run(p, share, places):
    act = np.tanh(PATCH @ p["K"] + p["kb"])
    flat = act.reshape(3, 2, 2, 2, 2, 3).mean(axis=(2, 4)).reshape(3, 12)
    dout = 2 * (flat @ p["W"] + p["b"] - Y) / 3
    dpool = (dout @ p["W"].T).reshape(3, 2, 2, 3)
    dact = np.repeat(np.repeat(dpool, 2, axis=1), 2, axis=2).reshape(3, 16, 3) * share
    dpre = dact * (1 - act**2)
    return {
        "W": flat.T @ dout,
        "b": dout.sum(axis=0),
        "K": np.einsum("npk,npf->kf", PATCH, dpre),
        "kb": dpre.sum(axis=places),
        "out": dout,
        "pool": dpool,
        "act": dact,
        "pre": dpre,
    }


def manual_grads(p):
    return _run(p, 1.0, 0)


def correct_grads(p):
    return _run(p, 0.25, (0, 1))


EXPECTED = [
    {
        "where": "act",
        "kind": "scale",
        "detail": "gradient of the mean not divided by the 4 cells of the window",
        "factor": 4.0,
        "names": ["act", "pre", "K"],
    },
    {"where": "kb", "kind": "missing_sum", "detail": "summed over the images only: (16,3) instead of (3,)"},
]
PROPAGATED = ["pre", "K"]
CORRECT = ["W", "b", "out", "pool"]
