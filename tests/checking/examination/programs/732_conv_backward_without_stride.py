import numpy as np

SOURCE = "https://github.com/enggen/Deep-Learning-Coursera/issues/7"
SUMMARY = "Convolution with stride 2: the backward loop cuts its windows at (h, w) instead of (h*stride, w*stride), so the filters' gradient uses other patches of the image."

_r = np.random.default_rng(732)
IMG = _r.normal(size=(3, 5, 5))
Y = np.eye(2)[[0, 1, 1]]
STRIDE, F = 2, 3
PATCH = np.array(
    [
        [IMG[n, STRIDE * i : STRIDE * i + F, STRIDE * j : STRIDE * j + F].ravel() for i in range(2) for j in range(2)]
        for n in range(3)
    ]
)


def params():
    r = np.random.default_rng(1732)
    return {"K": r.normal(size=(2, F, F)), "kb": r.normal(size=2), "W": r.normal(size=(8, 2)), "b": r.normal(size=2)}


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e, axis=1, keepdims=True)


def loss(p):
    Z = PATCH @ p["K"].reshape(2, 9).T + p["kb"]  # (3 images, 4 places, 2 filters)
    A = np.tanh(Z)
    S = A.reshape(3, 8) @ p["W"] + p["b"]
    return -np.sum(Y * np.log(_soft(S))) / 3, {"Z": Z, "A": A, "S": S}


def _run(p, stride):
    Z = PATCH @ p["K"].reshape(2, 9).T + p["kb"]
    A = np.tanh(Z)
    dS = (_soft(A.reshape(3, 8) @ p["W"] + p["b"]) - Y) / 3
    dA = (dS @ p["W"].T).reshape(3, 4, 2)
    dZ = dA * (1 - A**2)
    g = dZ.reshape(3, 2, 2, 2)
    dK, dkb = np.zeros_like(p["K"]), np.zeros_like(p["kb"])
    for n in range(3):
        for h in range(2):
            for w in range(2):
                for c in range(2):
                    top, left = h * stride, w * stride
                    dK[c] += IMG[n, top : top + F, left : left + F] * g[n, h, w, c]
                    dkb[c] += g[n, h, w, c]
    return {"K": dK, "kb": dkb, "W": A.reshape(3, 8).T @ dS, "b": dS.sum(axis=0), "S": dS, "A": dA, "Z": dZ}


def manual_grads(p):
    G = _run(p, 1)
    return {k: G[k] for k in ("K", "kb", "W", "b", "Z")}


def correct_grads(p):
    return _run(p, STRIDE)


EXPECTED = [
    {
        "where": "K",
        "kind": "wrong_operand",
        "detail": "patches taken at stride 1 where the forward takes them at stride 2",
    }
]
PROPAGATED = []
CORRECT = ["kb", "W", "b", "Z"]
