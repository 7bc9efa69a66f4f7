import numpy as np

SOURCE = "https://wiki.hoelee.com/content/stats.stackexchange.com_en_all_2022-05/questions/239943/autoencoders-gradient-when-using-tied-weights"
SUMMARY = "Autoencoder with tied weights, one step: W is moved by the decoder's share only, its use in the encoder is forgotten."

_r = np.random.default_rng(740)
X = _r.random((7, 5))
LR = 0.2


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1740)
    return {"W": r.normal(size=(5, 3)), "b": r.normal(size=3), "c": r.normal(size=5)}


def loss(p):
    a = np.dot(X, p["W"]) + p["b"]
    h = _sig(a)
    ahat = np.dot(h, p["W"].T) + p["c"]
    xhat = _sig(ahat)
    return -np.sum(X * np.log(xhat) + (1 - X) * np.log(1 - xhat)) / len(X), {"a": a, "h": h, "ahat": ahat, "xhat": xhat}


def _deltas(p):
    h = _sig(X @ p["W"] + p["b"])
    d_out = (_sig(h @ p["W"].T + p["c"]) - X) / len(X)
    d_hid = (d_out @ p["W"]) * h * (1 - h)
    return h, d_out, d_hid


def step(p):
    W, b, c = p["W"].copy(), p["b"].copy(), p["c"].copy()
    h, d_out, d_hid = _deltas(p)
    W -= LR * np.dot(d_out.T, h)
    b -= LR * np.sum(d_hid, axis=0)
    c -= LR * np.sum(d_out, axis=0)
    return {"W": W, "b": b, "c": c}


def correct_grads(p):
    h, d_out, d_hid = _deltas(p)
    return {
        "W": d_out.T @ h + X.T @ d_hid,
        "b": d_hid.sum(axis=0),
        "c": d_out.sum(axis=0),
        "ahat": d_out,
        "h": d_out @ p["W"],
        "a": d_hid,
    }


EXPECTED = [{"where": "W", "kind": "missing_term", "detail": "X.T @ d_hid, the encoder's share, is missing"}]
PROPAGATED = []
CORRECT = ["b", "c"]
