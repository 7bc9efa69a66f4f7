import numpy as np

SOURCE = "https://github.com/riccardoandreoni0/CNN-from-scratch/issues/1"
SUMMARY = "Max pooling's back_prop has its return indented into the loop over patches: only the first 2x2 patch of the image gets a gradient."

IMG = np.random.default_rng(733).normal(size=(6, 6))
Y = np.array([0.0, 0.0, 1.0])
PATCH = np.array([IMG[i : i + 3, j : j + 3].ravel() for i in range(4) for j in range(4)])  # (16, 9)


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e)


def params():
    r = np.random.default_rng(1733)
    return {"K": r.normal(size=(9, 2)), "kb": r.normal(size=2), "W": r.normal(size=(8, 3)), "b": r.normal(size=3)}


def loss(p):
    conv = (PATCH @ p["K"] + p["kb"]).reshape(4, 4, 2)
    pool = np.max(conv.reshape(2, 2, 2, 2, 2), axis=(1, 3))
    s = pool.reshape(8) @ p["W"] + p["b"]
    return -np.sum(Y * np.log(_soft(s))), {"conv": conv, "pool": pool, "s": s}


def _patches(image):
    for h in range(2):
        for w in range(2):
            yield image[2 * h : 2 * h + 2, 2 * w : 2 * w + 2], h, w


def _pool_back(conv, dpool, hurry):
    d = np.zeros(conv.shape)
    for patch, h, w in _patches(conv):
        top = np.amax(patch, axis=(0, 1))
        for i in range(2):
            for j in range(2):
                for k in range(2):
                    if patch[i, j, k] == top[k]:
                        d[2 * h + i, 2 * w + j, k] = dpool[h, w, k]
        if hurry:
            return d
    return d


def _run(p, hurry):
    conv = (PATCH @ p["K"] + p["kb"]).reshape(4, 4, 2)
    pool = conv.reshape(2, 2, 2, 2, 2).max(axis=(1, 3))
    ds = _soft(pool.ravel() @ p["W"] + p["b"]) - Y
    dpool = (p["W"] @ ds).reshape(2, 2, 2)
    dconv = _pool_back(conv, dpool, hurry)
    return {
        "W": np.outer(pool.ravel(), ds),
        "b": ds,
        "s": ds,
        "pool": dpool,
        "conv": dconv,
        "K": PATCH.T @ dconv.reshape(16, 2),
        "kb": dconv.sum(axis=(0, 1)),
    }


def manual_grads(p):
    return _run(p, True)


def correct_grads(p):
    return _run(p, False)


EXPECTED = [
    {
        "where": "conv",
        "kind": "missing_accumulation",
        "detail": "the loop over patches ends after the first one: conv[:2, :2] is right, everything else 0",
    }
]
PROPAGATED = ["K", "kb"]
CORRECT = ["W", "b", "s", "pool"]
