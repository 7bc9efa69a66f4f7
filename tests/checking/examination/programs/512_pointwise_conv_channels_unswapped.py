import numpy as np

SOURCE = "https://github.com/wuziheng/CNN-Numpy/issues/2 (the missing swapaxes of in and out channels)"
SUMMARY = "1x1 convolutions by einsum with as many input as output channels: the backward uses the forward's index string, so W2 is not transposed. Training step."

N, C = 3, 4
LR = 0.1
_r = np.random.default_rng(512)
X = _r.normal(size=(N, 2, 3, 3))
T = np.eye(3)[[2, 0, 1]]


def params():
    r = np.random.default_rng(1512)
    return {
        "W1": r.normal(size=(C, 2)),
        "b1": r.normal(size=(C, 1, 1)),
        "W2": r.normal(size=(C, C)),
        "b2": r.normal(size=(C, 1, 1)),
        "fc": r.normal(size=(C, 3)),
    }


def loss(p):
    Z1 = np.einsum("oc,nchw->nohw", p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.einsum("oc,nchw->nohw", p["W2"], A1) + p["b2"]
    A2 = np.maximum(0.1 * Z2, Z2)
    gap = np.mean(A2, axis=(2, 3))
    logits = gap @ p["fc"]
    prob = np.exp(logits) / np.sum(np.exp(logits), axis=1, keepdims=True)
    return -np.mean(np.sum(T * np.log(prob), axis=1)), {
        "Z1": Z1,
        "A1": A1,
        "Z2": Z2,
        "A2": A2,
        "gap": gap,
        "logits": logits,
    }


def _grads(p, subscripts):
    A1 = np.tanh(np.einsum("oc,nchw->nohw", p["W1"], X) + p["b1"])
    Z2 = np.einsum("oc,nchw->nohw", p["W2"], A1) + p["b2"]
    A2 = np.where(Z2 > 0, Z2, 0.1 * Z2)
    gap = A2.mean(axis=(2, 3))
    e = np.exp(gap @ p["fc"])
    d = (e / e.sum(axis=1, keepdims=True) - T) / N
    dA2 = np.broadcast_to((d @ p["fc"].T)[:, :, None, None] / 9, A2.shape)
    dZ2 = dA2 * np.where(Z2 > 0, 1.0, 0.1)
    dA1 = np.einsum(subscripts, p["W2"], dZ2)
    dZ1 = dA1 * (1 - A1**2)
    return {
        "fc": gap.T @ d,
        "W2": np.einsum("nohw,nchw->oc", dZ2, A1),
        "b2": dZ2.sum(axis=(0, 2, 3)).reshape(C, 1, 1),
        "W1": np.einsum("nohw,nchw->oc", dZ1, X),
        "b1": dZ1.sum(axis=(0, 2, 3)).reshape(C, 1, 1),
    }


def step(p):
    g = _grads(p, "oc,nchw->nohw")
    return {k: p[k] - LR * g[k] for k in g}


def correct_grads(p):
    return _grads(p, "oc,nohw->nchw")


EXPECTED = [
    {
        "where": "A1",
        "kind": "transposed",
        "detail": "W2 applied as in the forward; its channel axes must be swapped (W2.T), hidden by 4 = 4 channels",
    }
]
PROPAGATED = ["W1", "b1"]
CORRECT = ["fc", "W2", "b2"]
