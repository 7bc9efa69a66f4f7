import numpy as np

SOURCE = "synthetic, after convolution-layer-from-scratch repositories (im2col, one layer with an incoming gradient)"
SUMMARY = "2-D convolution layer by im2col: db sums the incoming gradient over axes (1, 2, 3), leaving the samples, where (0, 2, 3) is needed; 3 images and 3 filters hide it."

_r = np.random.default_rng(611)
N, C, S, F, K = 3, 2, 5, 3, 3
X = _r.normal(size=(N, C, S, S))
O = S - K + 1
DOUT = _r.normal(size=(N, F, O, O))


def _im2col(x):
    cols = []
    for i in range(O):
        for j in range(O):
            cols.append(x[:, :, i : i + K, j : j + K].reshape(len(x), -1))
    return np.stack(cols, axis=1)  # (N, O*O, C*K*K)


def params():
    r = np.random.default_rng(6611)
    return {"W": r.normal(size=(F, C, K, K)), "b": r.normal(size=F)}


def loss(p):
    cols = _im2col(X)
    out = cols @ p["W"].reshape(F, -1).T + p["b"]
    out = out.transpose(0, 2, 1).reshape(N, F, O, O)
    return np.sum(out * DOUT), {"out": out}


def manual_grads(p):
    dout_cols = DOUT.reshape(N, F, -1).transpose(0, 2, 1).reshape(-1, F)
    dW = dout_cols.T @ _im2col(X).reshape(-1, C * K * K)
    return {"W": dW.reshape(p["W"].shape), "b": np.sum(DOUT, axis=(1, 2, 3))}


def correct_grads(p):
    dW = np.zeros((F, C, K, K))
    for i in range(O):
        for j in range(O):
            dW += np.einsum("nf,nckl->fckl", DOUT[:, :, i, j], X[:, :, i : i + K, j : j + K])
    return {"W": dW, "b": DOUT.sum(axis=(0, 2, 3)), "out": DOUT}


EXPECTED = [
    {
        "where": "b",
        "kind": "wrong_axis",
        "detail": "summed over filters and positions (1,2,3) instead of samples and positions (0,2,3); N = F = 3 gives the right shape by luck",
    }
]
PROPAGATED = []
CORRECT = ["W"]
