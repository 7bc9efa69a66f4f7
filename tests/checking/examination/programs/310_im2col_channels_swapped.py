import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "im2col convolution: the weight gradient keeps (in, out) channel order because the filter count equals the channel count; the bias is summed over the batch only."

N, C, H, F, K = 2, 3, 4, 3, 2
O = H - K + 1
rng = np.random.default_rng(310)
X = rng.normal(size=(N, C, H, H))
Y = rng.normal(size=(N, F, O, O))


def params():
    r = np.random.default_rng(1310)
    return {"W": r.normal(size=(F, C, K, K)), "b": r.normal(size=F)}


def _cols(x):
    c = np.zeros((N, O, O, C, K, K))
    for i in range(K):
        for j in range(K):
            c[:, :, :, :, i, j] = x[:, :, i : i + O, j : j + O].transpose(0, 2, 3, 1)
    return c.reshape(N * O * O, C * K * K)


def loss(p):
    out = _cols(X) @ p["W"].reshape(F, -1).T + p["b"]
    out = out.reshape(N, O, O, F).transpose(0, 3, 1, 2)
    act = np.maximum(out, 0)
    return 0.5 * np.sum((act - Y) ** 2) / N


def manual_grads(p):
    col = _cols(X)
    out = (col @ p["W"].reshape(F, -1).T + p["b"]).reshape(N, O, O, F).transpose(0, 3, 1, 2)
    dout = (np.maximum(out, 0) - Y) / N
    dout[out <= 0] = 0
    db = dout.sum(axis=0)
    dflat = dout.transpose(0, 2, 3, 1).reshape(-1, F)
    dW = (col.T @ dflat).reshape(C, K, K, F)
    return {"W": dW.transpose(0, 3, 1, 2), "b": db}


def correct_grads(p):
    col = _cols(X)
    out = col @ p["W"].reshape(F, -1).T + p["b"]
    d = np.where(out > 0, np.maximum(out, 0) - Y.transpose(0, 2, 3, 1).reshape(-1, F), 0) / N
    return {"W": (d.T @ col).reshape(F, C, K, K), "b": d.sum(axis=0)}


EXPECTED = [
    {"where": "W", "kind": "transposed", "detail": "(C, F, K, K) instead of (F, C, K, K)"},
    {
        "where": "b",
        "kind": "missing_sum",
        "detail": "summed over the batch only; spatial axes missing, (F,O,O) for (F,)",
    },
]
PROPAGATED = []
CORRECT = []
