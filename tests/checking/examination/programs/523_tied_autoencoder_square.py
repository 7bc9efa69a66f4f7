import numpy as np

SOURCE = "synthetic (denoising autoencoder with tied weights, square so that nothing complains)"
SUMMARY = "Tied autoencoder x -> s(xW + b) -> s(hW.T + c): the decoder's share of dW is h.T @ delta instead of its transpose, and db sums the error before the sigmoid's derivative."

_r = np.random.default_rng(523)
X = _r.random((6, 4))


def s(t):
    return 1.0 / (1.0 + np.exp(-t))


def params():
    r = np.random.default_rng(1523)
    return {"W": r.normal(size=(4, 4)), "b": r.normal(size=4), "c": r.normal(size=4)}


def loss(p):
    z1 = np.dot(X, p["W"]) + p["b"]
    h = s(z1)
    z2 = np.dot(h, p["W"].T) + p["c"]
    xr = s(z2)
    return -np.sum(X * np.log(xr) + (1 - X) * np.log(1 - xr)) / len(X), {"z1": z1, "h": h, "z2": z2, "xr": xr}


def _common(p):
    h = s(X @ p["W"] + p["b"])
    d2 = (s(h @ p["W"].T + p["c"]) - X) / len(X)
    dh = d2 @ p["W"]
    return h, d2, dh, dh * h * (1 - h)


def manual_grads(p):
    h, d2, dh, d1 = _common(p)
    return {"W": np.dot(X.T, d1) + np.dot(h.T, d2), "b": dh.sum(axis=0), "c": d2.sum(axis=0)}


def correct_grads(p):
    h, d2, dh, d1 = _common(p)
    return {"W": X.T @ d1 + d2.T @ h, "b": d1.sum(axis=0), "c": d2.sum(axis=0), "z2": d2, "h": dh, "z1": d1}


EXPECTED = [
    {
        "where": "W",
        "kind": "transposed",
        "detail": "the decoder uses W.T, its share is (h.T @ d2).T = d2.T @ h; hidden by 4 = 4",
    },
    {"where": "b", "kind": "missing_activation_derivative", "detail": "sums dL/dh instead of dL/dz1 = dL/dh * h*(1-h)"},
]
PROPAGATED = []
CORRECT = ["c"]
