import numpy as np

SOURCE = "np.repeat in a pooling layer's backward"
SUMMARY = "Max pooling spreads the gradient to all four cells of the window; the arg-max mask is not applied."

r0 = np.random.default_rng(311)
imgs = r0.normal(size=(3, 5, 5))
t = np.array([1.0, 0.0, 1.0])


def params():
    r = np.random.default_rng(1311)
    return {"K": r.normal(size=(2, 2)), "w": r.normal(size=4), "b": r.normal(size=1)}


def loss(p):
    K = p["K"]
    conv = K[0, 0] * imgs[:, :4, :4] + K[0, 1] * imgs[:, :4, 1:] + K[1, 0] * imgs[:, 1:, :4] + K[1, 1] * imgs[:, 1:, 1:]
    pool = conv.reshape(3, 2, 2, 2, 2).max(axis=(2, 4))
    flat = pool.reshape(3, 4)
    logit = flat @ p["w"] + p["b"]
    prob = 1 / (1 + np.exp(-logit))
    return -np.mean(t * np.log(prob) + (1 - t) * np.log(1 - prob)), {"conv": conv, "pool": pool, "logit": logit}


def _run(p, masked):
    K = p["K"]
    conv = K[0, 0] * imgs[:, :4, :4] + K[0, 1] * imgs[:, :4, 1:] + K[1, 0] * imgs[:, 1:, :4] + K[1, 1] * imgs[:, 1:, 1:]
    pool = conv.reshape(3, 2, 2, 2, 2).max(axis=(2, 4))
    flat = pool.reshape(3, 4)
    prob = 1 / (1 + np.exp(-(flat @ p["w"] + p["b"])))
    d = (prob - t) / 3
    dpool = np.outer(d, p["w"]).reshape(3, 2, 2)
    dconv = dpool.repeat(2, axis=1).repeat(2, axis=2)
    if masked:
        dconv = dconv * (conv == pool.repeat(2, axis=1).repeat(2, axis=2))
    dK = np.zeros((2, 2))
    for i in range(2):
        for j in range(2):
            dK[i, j] = np.sum(dconv * imgs[:, i : i + 4, j : j + 4])
    return {"K": dK, "w": d @ flat, "b": np.array([d.sum()]), "conv": dconv, "pool": dpool}


def manual_grads(p):
    return _run(p, False)


def correct_grads(p):
    return _run(p, True)


EXPECTED = [{"where": "conv", "kind": "missing_factor", "detail": "mask of the maxima (conv == pool) not applied"}]
PROPAGATED = ["K"]
CORRECT = ["w", "b", "pool"]
