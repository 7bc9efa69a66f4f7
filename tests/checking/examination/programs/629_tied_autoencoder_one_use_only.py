import numpy as np

SOURCE = "synthetic, after tied-weight autoencoder questions"
SUMMARY = (
    "Autoencoder with tied weights: the decoder's use of W is not counted in dW, and the output sigmoid' is left out."
)

_r = np.random.default_rng(629)
X = _r.random((7, 5))


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6629)
    return {"W": r.normal(size=(5, 3)), "bh": r.normal(size=3), "bv": r.normal(size=5)}


def loss(p):
    zh = np.dot(X, p["W"]) + p["bh"]
    h = _sig(zh)
    zv = np.dot(h, p["W"].T) + p["bv"]
    v = _sig(zv)
    return 0.5 * np.sum((v - X) ** 2) / 7, {"zh": zh, "h": h, "zv": zv, "v": v}


def manual_grads(p):
    h = _sig(X @ p["W"] + p["bh"])
    v = _sig(h @ p["W"].T + p["bv"])
    dzv = (v - X) / len(X)
    dh = dzv @ p["W"]
    dzh = dh * h * (1 - h)
    return {"zv": dzv, "h": dh, "zh": dzh, "W": X.T @ dzh, "bh": dzh.sum(axis=0), "bv": dzv.sum(axis=0)}


def correct_grads(p):
    h = _sig(X @ p["W"] + p["bh"])
    v = _sig(h @ p["W"].T + p["bv"])
    dzv = (v - X) * v * (1 - v) / 7
    dh = dzv @ p["W"]
    dzh = dh * h * (1 - h)
    return {
        "v": (v - X) / 7,
        "zv": dzv,
        "h": dh,
        "zh": dzh,
        "W": X.T @ dzh + dzv.T @ h,
        "bh": dzh.sum(0),
        "bv": dzv.sum(0),
    }


EXPECTED = [
    {
        "where": "zv",
        "kind": "missing_activation_derivative",
        "detail": "the loss is squared error, v*(1-v) of the output is missing (right only for cross entropy)",
    },
    {"where": "W", "kind": "missing_term", "detail": "W is used twice; the decoder path dzv.T @ h is not added"},
]
PROPAGATED = ["h", "zh", "bh", "bv"]
CORRECT = []
