import numpy as np

SOURCE = "pattern: the UFLDL average-pooling upsampling (kron with ones) kept after switching to max pooling; questions on max_pool_backward"
SUMMARY = "Max pooling sent back by np.kron(dpool, ones): every pixel of a window gets the gradient, the argmax mask is missing."

_r = np.random.default_rng(414)
X = _r.normal(size=(3, 6))
y = np.array([1, 0, 1])


def params():
    r = np.random.default_rng(1414)
    return {"W1": r.normal(size=(6, 16)), "b1": r.normal(size=16), "W2": r.normal(size=(4, 2)), "b2": r.normal(size=2)}


def loss(p):
    maps = np.reshape(np.dot(X, p["W1"]) + p["b1"], (3, 4, 4))
    pool = np.max(np.reshape(maps, (3, 2, 2, 2, 2)), axis=(2, 4))
    flat = np.reshape(pool, (3, 4))
    scores = np.dot(flat, p["W2"]) + p["b2"]
    e = np.exp(scores)
    prob = e / np.sum(e, axis=1, keepdims=True)
    return -np.mean(np.log(prob[np.arange(3), y])), {"maps": maps, "pool": pool, "scores": scores}


def _run(p, masked):
    maps = (X @ p["W1"] + p["b1"]).reshape(3, 4, 4)
    pool = maps.reshape(3, 2, 2, 2, 2).max(axis=(2, 4))
    flat = pool.reshape(3, 4)
    scores = flat @ p["W2"] + p["b2"]
    d = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    d[range(3), y] -= 1
    d /= 3
    dpool = (d @ p["W2"].T).reshape(3, 2, 2)
    up = np.kron(dpool, np.ones((1, 2, 2)))
    if masked:
        up = up * (maps == np.kron(pool, np.ones((1, 2, 2))))
    dflat = up.reshape(3, 16)
    return {
        "scores": d,
        "pool": dpool,
        "maps": up,
        "W2": flat.T @ d,
        "b2": d.sum(axis=0),
        "W1": X.T @ dflat,
        "b1": dflat.sum(axis=0),
    }


def manual_grads(p):
    return _run(p, False)


def correct_grads(p):
    return _run(p, True)


EXPECTED = [{"where": "maps", "kind": "missing_factor", "detail": "the max mask is not applied when upsampling"}]
PROPAGATED = ["W1", "b1"]
CORRECT = ["scores", "pool", "W2", "b2"]
