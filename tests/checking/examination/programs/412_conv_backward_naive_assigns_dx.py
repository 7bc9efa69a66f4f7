import numpy as np

SOURCE = "pattern of cs231n assignment 2, conv_backward_naive with stride and pad: 'dx_pad[...] =' for '+='"
SUMMARY = "conv_backward_naive, stride 2, 3x3 kernel: overlapping patches overwrite each other in dx_pad; filters too are assigned over by the last one."

STRIDE, PAD = 2, 1
_r = np.random.default_rng(412)
DOUT = _r.normal(size=(2, 2, 3, 3))


def params():
    r = np.random.default_rng(1412)
    return {"x": r.normal(size=(2, 2, 5, 5)), "w": r.normal(size=(2, 2, 3, 3)), "b": r.normal(size=2)}


def conv_forward_naive(x, w, b):
    x_pad = np.pad(x, ((0, 0), (0, 0), (PAD, PAD), (PAD, PAD)))
    rows = []
    for i in range(3):
        row = []
        for j in range(3):
            patch = x_pad[:, None, :, i * STRIDE : i * STRIDE + 3, j * STRIDE : j * STRIDE + 3]
            row.append(np.sum(patch * w, axis=(2, 3, 4)) + b)
        rows.append(np.stack(row, axis=-1))
    return np.stack(rows, axis=-2), x_pad


def loss(p):
    out, x_pad = conv_forward_naive(p["x"], p["w"], p["b"])
    return np.sum(out * DOUT), {"out": out}


def conv_backward_naive(dout, x, w, b, accumulate=False):
    x_pad = np.pad(x, ((0, 0), (0, 0), (PAD, PAD), (PAD, PAD)))
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.sum(dout, axis=(0, 2, 3))
    N, K, H, W = dout.shape
    for n in range(N):
        for k in range(K):
            for i in range(H):
                for j in range(W):
                    hs, ws = i * STRIDE, j * STRIDE
                    dw[k] += dout[n, k, i, j] * x_pad[n, :, hs : hs + 3, ws : ws + 3]
                    if accumulate:
                        dx_pad[n, :, hs : hs + 3, ws : ws + 3] += dout[n, k, i, j] * w[k]
                    else:
                        dx_pad[n, :, hs : hs + 3, ws : ws + 3] = dout[n, k, i, j] * w[k]
    dx = dx_pad[:, :, PAD:-PAD, PAD:-PAD]
    return dx, dw, db


def manual_grads(p):
    dx, dw, db = conv_backward_naive(DOUT, p["x"], p["w"], p["b"])
    return {"x": dx, "w": dw, "b": db}


def correct_grads(p):
    dx, dw, db = conv_backward_naive(DOUT, p["x"], p["w"], p["b"], True)
    return {"x": dx, "w": dw, "b": db}


EXPECTED = [
    {
        "where": "x",
        "kind": "missing_accumulation",
        "detail": "dx_pad[...] = instead of +=: only the last filter and patch survive",
    }
]
PROPAGATED = []
CORRECT = ["w", "b"]
