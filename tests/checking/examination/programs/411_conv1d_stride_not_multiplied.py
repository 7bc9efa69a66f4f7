import numpy as np

SOURCE = "https://github.com/enggen/Deep-Learning-Coursera/issues/7 and https://github.com/Kulbear/deep-learning-coursera/pull/34"
SUMMARY = "conv_backward cuts the input slices at h instead of h*stride, so dW is built from other patches than the forward pass used."

_r = np.random.default_rng(411)
X = _r.normal(size=(2, 9))  # (batch, length)
T = _r.normal(size=(2, 4))
STRIDE, F = 2, 3


def params():
    r = np.random.default_rng(1411)
    return {"W": r.normal(size=F), "b": r.normal(size=1)}


def loss(p):
    cols = []
    for h in range(4):
        a_slice = X[:, h * STRIDE : h * STRIDE + F]
        cols.append(np.sum(a_slice * p["W"], axis=1) + p["b"])
    Z = np.stack(cols, axis=1)
    A = np.tanh(Z)
    return 0.5 * np.sum((A - T) ** 2), {"Z": Z, "A": A}


def _dz(p):
    Z = np.stack([X[:, 2 * h : 2 * h + 3] @ p["W"] + p["b"] for h in range(4)], axis=1)
    A = np.tanh(Z)
    return A - T, (A - T) * (1 - A**2)


def manual_grads(p):
    dA, dZ = _dz(p)
    dW = np.zeros(F)
    db = np.zeros(1)
    for i in range(dZ.shape[0]):
        for h in range(dZ.shape[1]):
            vert_start = h
            vert_end = vert_start + F
            a_slice = X[i, vert_start:vert_end]
            dW += a_slice * dZ[i, h]
            db += dZ[i, h]
    return {"W": dW, "b": db, "Z": dZ, "A": dA}


def correct_grads(p):
    dA, dZ = _dz(p)
    dW = sum(X[i, 2 * h : 2 * h + 3] * dZ[i, h] for i in range(2) for h in range(4))
    return {"W": dW, "b": np.array([dZ.sum()]), "Z": dZ, "A": dA}


EXPECTED = [{"where": "W", "kind": "wrong_operand", "detail": "patches x[h:h+3] instead of x[h*stride:h*stride+3]"}]
PROPAGATED = []
CORRECT = ["b", "Z", "A"]
