import numpy as np

SOURCE = "https://github.com/apache/mxnet/issues/1053"
SUMMARY = "Correct: the gradient of the mean carries an extra term dvar * mean(-2*(x-mu)) (reported as a bug); it is in the paper and always zero."

_r = np.random.default_rng(737)
X = _r.normal(size=(6, 3))
Y = _r.normal(size=(6, 1))
EPS = 1e-3


def params():
    r = np.random.default_rng(1737)
    return {"W1": r.normal(size=(3, 4)), "gamma": np.ones(4), "beta": np.zeros(4), "W2": r.normal(size=(4, 1))}


def loss(p):
    x = np.dot(X, p["W1"])
    mean = np.mean(x, axis=0)
    var = np.mean((x - mean) ** 2, axis=0)
    xhat = (x - mean) / np.sqrt(var + EPS)
    y = p["gamma"] * xhat + p["beta"]
    out = np.dot(np.tanh(y), p["W2"])
    return 0.5 * np.mean((out - Y) ** 2), {"x": x, "mean": mean, "var": var, "xhat": xhat, "y": y, "out": out}


def manual_grads(p):
    m = len(X)
    x = X @ p["W1"]
    mean, var = x.mean(axis=0), x.var(axis=0)
    inv = 1 / np.sqrt(var + EPS)
    xhat = (x - mean) * inv
    t = np.tanh(p["gamma"] * xhat + p["beta"])
    dout = (t @ p["W2"] - Y) / m
    dy = (dout @ p["W2"].T) * (1 - t * t)
    gxhat = dy * p["gamma"]
    gvar = np.sum(gxhat * (x - mean) * -0.5 * np.power(var + EPS, -1.5), axis=0)
    gmean = -np.sum(gxhat * inv, axis=0)
    tmp = gvar * np.sum(-2 * (x - mean), axis=0) / m
    gmean += tmp
    gx = gxhat * inv + gvar * 2 * (x - mean) / m + gmean / m
    return {
        "W1": X.T @ gx,
        "gamma": np.sum(dy * xhat, axis=0),
        "beta": np.sum(dy, axis=0),
        "W2": t.T @ dout,
        "out": dout,
        "y": dy,
        "xhat": gxhat,
        "x": gx,
    }


def correct_grads(p):
    x = X @ p["W1"]
    inv = 1 / np.sqrt(x.var(axis=0) + EPS)
    xhat = (x - x.mean(axis=0)) * inv
    t = np.tanh(p["gamma"] * xhat + p["beta"])
    dout = (t @ p["W2"] - Y) / 6
    dy = (dout @ p["W2"].T) * (1 - t**2)
    d = dy * p["gamma"]
    dx = inv * (d - d.mean(axis=0) - xhat * np.mean(d * xhat, axis=0))
    return {
        "W1": X.T @ dx,
        "gamma": (dy * xhat).sum(axis=0),
        "beta": dy.sum(axis=0),
        "W2": t.T @ dout,
        "out": dout,
        "y": dy,
        "xhat": d,
        "x": dx,
    }


EXPECTED = []
PROPAGATED = []
CORRECT = ["W1", "gamma", "beta", "W2", "out", "y", "xhat", "x"]
