import numpy as np

SOURCE = "https://github.com/rasbt/python-machine-learning-book-2nd-edition/issues/54"
SUMMARY = "Correct: sigma_out = a_out - y has no sigmoid' because the cost is the logistic one, summed over all output units (reported as a forgotten derivative)."

_r = np.random.default_rng(713)
X = _r.random((6, 5))
Y = np.eye(3)[[0, 2, 1, 0, 1, 2]]


def _sig(t):
    return 1.0 / (1.0 + np.exp(-np.clip(t, -250, 250)))


def params():
    r = np.random.default_rng(1713)
    return {"w_h": r.normal(size=(5, 4)), "b_h": np.zeros(4), "w_out": r.normal(size=(4, 3)), "b_out": np.zeros(3)}


def loss(p):
    z_h = np.dot(X, p["w_h"]) + p["b_h"]
    a_h = 1.0 / (1.0 + np.exp(-z_h))
    z_out = np.dot(a_h, p["w_out"]) + p["b_out"]
    a_out = 1.0 / (1.0 + np.exp(-z_out))
    cost = -Y * np.log(a_out) - (1.0 - Y) * np.log(1.0 - a_out)
    return np.sum(cost), {"z_h": z_h, "a_h": a_h, "z_out": z_out, "a_out": a_out}


def manual_grads(p):
    a_h = _sig(X @ p["w_h"] + p["b_h"])
    a_out = _sig(a_h @ p["w_out"] + p["b_out"])
    sigma_out = a_out - Y
    sigma_h = np.dot(sigma_out, p["w_out"].T) * (a_h * (1.0 - a_h))
    return {
        "w_h": np.dot(X.T, sigma_h),
        "b_h": np.sum(sigma_h, axis=0),
        "w_out": np.dot(a_h.T, sigma_out),
        "b_out": np.sum(sigma_out, axis=0),
        "z_out": sigma_out,
        "z_h": sigma_h,
    }


def correct_grads(p):
    a_h = _sig(X @ p["w_h"] + p["b_h"])
    a_out = _sig(a_h @ p["w_out"] + p["b_out"])
    ga = -Y / a_out + (1 - Y) / (1 - a_out)
    d2 = ga * a_out * (1 - a_out)
    d1 = (d2 @ p["w_out"].T) * a_h * (1 - a_h)
    return {
        "w_h": X.T @ d1,
        "b_h": d1.sum(axis=0),
        "w_out": a_h.T @ d2,
        "b_out": d2.sum(axis=0),
        "a_out": ga,
        "z_out": d2,
        "z_h": d1,
    }


EXPECTED = []
PROPAGATED = []
CORRECT = ["w_h", "b_h", "w_out", "b_out", "z_out", "z_h"]
