import numpy as np

SOURCE = "https://github.com/0809zheng/CS231n-assignment2019/issues/19"
SUMMARY = "Naive conv - tanh - overlapping max pool (2x2, stride 1) - affine: the pool's backward assigns dx[...] = dout where windows overlap and += is needed."

N, C, F = 2, 2, 3
_r = np.random.default_rng(509)
X = _r.normal(size=(N, C, 5, 5))
Y = np.array([1, 0])


def params():
    r = np.random.default_rng(1509)
    return {
        "w": r.normal(size=(F, C, 2, 2)),
        "b": r.normal(size=F),
        "w2": r.normal(size=(F * 9, 2)) * 0.4,
        "b2": r.normal(size=2),
    }


def conv_forward_naive(x, w, b):
    out = np.zeros((N, F, 4, 4))
    for n in range(N):
        for f in range(F):
            for i in range(4):
                for j in range(4):
                    out[n, f, i, j] = np.sum(x[n, :, i : i + 2, j : j + 2] * w[f]) + b[f]
    return out


def max_pool_forward_naive(x):
    out = np.zeros((N, F, 3, 3))
    for i in range(3):
        for j in range(3):
            out[:, :, i, j] = np.max(x[:, :, i : i + 2, j : j + 2], axis=(2, 3))
    return out


def loss(p):
    conv = conv_forward_naive(X, p["w"], p["b"])
    act = np.tanh(conv)
    pool = max_pool_forward_naive(act)
    scores = pool.reshape(N, -1) @ p["w2"] + p["b2"]
    lse = np.log(np.sum(np.exp(scores), axis=1))
    return np.mean(lse - scores[np.arange(N), Y]), {"conv": conv, "act": act, "pool": pool, "scores": scores}


def _run(p, accumulate):
    conv = conv_forward_naive(X, p["w"], p["b"])
    act = np.tanh(conv)
    pool = max_pool_forward_naive(act)
    scores = pool.reshape(N, -1) @ p["w2"] + p["b2"]
    e = np.exp(scores)
    ds = e / e.sum(axis=1, keepdims=True)
    ds[np.arange(N), Y] -= 1
    ds /= N
    dpool = (ds @ p["w2"].T).reshape(pool.shape)
    dact = np.zeros_like(act)
    for n in range(N):
        for f in range(F):
            for i in range(3):
                for j in range(3):
                    win = act[n, f, i : i + 2, j : j + 2]
                    a, b_ = np.unravel_index(np.argmax(win), win.shape)
                    if accumulate:
                        dact[n, f, i + a, j + b_] += dpool[n, f, i, j]
                    else:
                        dact[n, f, i + a, j + b_] = dpool[n, f, i, j]
    dconv = dact * (1 - act**2)
    dw = np.zeros_like(p["w"])
    for i in range(4):
        for j in range(4):
            dw += np.einsum("nf,nckl->fckl", dconv[:, :, i, j], X[:, :, i : i + 2, j : j + 2])
    return {
        "w2": pool.reshape(N, -1).T @ ds,
        "b2": ds.sum(axis=0),
        "w": dw,
        "b": dconv.sum(axis=(0, 2, 3)),
        "scores": ds,
        "pool": dpool,
        "act": dact,
        "conv": dconv,
    }


def manual_grads(p):
    return _run(p, False)


def correct_grads(p):
    return _run(p, True)


EXPECTED = [
    {
        "where": "act",
        "kind": "missing_accumulation",
        "detail": "an entry that is the maximum of several windows keeps only the last window's gradient",
    }
]
PROPAGATED = ["conv", "w", "b"]
CORRECT = ["scores", "pool", "w2", "b2"]
