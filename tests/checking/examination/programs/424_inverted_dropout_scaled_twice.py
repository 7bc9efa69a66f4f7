import numpy as np

SOURCE = "pattern of cs231n dropout_backward ('dx = dout * mask / p' although the mask of inverted dropout already holds 1/p)"
SUMMARY = "Inverted dropout: the mask already carries 1/keep, the backward divides by keep again; the bias of the output layer is updated with the mean."

_r = np.random.default_rng(424)
X = _r.normal(size=(6, 3))
Y = _r.normal(size=(6, 2))
KEEP = 0.5
MASK = (_r.random((6, 5)) < KEEP) / KEEP
LR = 0.01


def params():
    r = np.random.default_rng(1424)
    return {"W1": r.normal(size=(3, 5)), "b1": r.normal(size=5), "W2": r.normal(size=(5, 2)), "b2": r.normal(size=2)}


def loss(p):
    z1 = np.dot(X, p["W1"]) + p["b1"]
    a1 = np.maximum(z1, 0)
    d1 = a1 * MASK
    out = np.dot(d1, p["W2"]) + p["b2"]
    return np.sum((out - Y) ** 2), {"z1": z1, "a1": a1, "d1": d1, "out": out}


class Dropout:
    def forward(self, x):
        self.mask = MASK
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask / KEEP


def step(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.maximum(z1, 0)
    drop = Dropout()
    d1 = drop.forward(a1)
    dout = 2 * (d1 @ p["W2"] + p["b2"] - Y)
    dW2 = d1.T @ dout
    db2 = dout.mean(axis=0)
    da1 = drop.backward(dout @ p["W2"].T)
    dz1 = da1 * (z1 > 0)
    g = {"W1": X.T @ dz1, "b1": dz1.sum(axis=0), "W2": dW2, "b2": db2}
    return {k: p[k] - LR * g[k] for k in p}


def correct_grads(p):
    z1 = X @ p["W1"] + p["b1"]
    d1 = np.maximum(z1, 0) * MASK
    d = 2 * (d1 @ p["W2"] + p["b2"] - Y)
    gd = d @ p["W2"].T
    ga = gd * MASK
    dz = ga * (z1 > 0)
    return {
        "out": d,
        "d1": gd,
        "a1": ga,
        "z1": dz,
        "W1": X.T @ dz,
        "b1": dz.sum(axis=0),
        "W2": d1.T @ d,
        "b2": d.sum(axis=0),
    }


EXPECTED = [
    {
        "where": "a1",
        "kind": "scale",
        "detail": "1/keep applied twice: W1 and b1 twice too large",
        "factor": 2.0,
        "names": ["W1", "b1"],
    },
    {"where": "b2", "kind": "scale", "detail": "mean over the 6 samples instead of the sum", "factor": 1 / 6},
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["W2"]
