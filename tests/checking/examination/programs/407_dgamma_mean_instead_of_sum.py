import numpy as np

SOURCE = "https://github.com/wjbKimberly/cs231n_spring_2017_assignment/issues/7 and https://github.com/cthorey/CS231/issues/9"
SUMMARY = "cs231n batchnorm_backward: dgamma and dbeta averaged over the batch ('should be mean?') although dout already belongs to the loss."

_r = np.random.default_rng(407)
DOUT = _r.normal(size=(5, 4))


def params():
    r = np.random.default_rng(1407)
    return {"x": 3 * r.normal(size=(5, 4)) - 1, "gamma": r.normal(size=4), "beta": r.normal(size=4)}


def _forward(p):
    mean = np.mean(p["x"], axis=0)
    var = np.var(p["x"], axis=0)
    x_ = (p["x"] - mean) / np.sqrt(var + 1e-5)
    out = p["gamma"] * x_ + p["beta"]
    return out, x_, mean, var


def loss(p):
    out, x_, mean, var = _forward(p)
    return np.sum(out * DOUT), {"x_": x_, "out": out}


def manual_grads(p):
    out, x_, mean, var = _forward(p)
    N = DOUT.shape[0]
    dgamma = np.mean(DOUT * x_, axis=0)
    dbeta = np.mean(DOUT, axis=0)
    dx_ = DOUT * p["gamma"]
    dvar = np.sum(dx_ * (p["x"] - mean) * -0.5 * (var + 1e-5) ** -1.5, axis=0)
    dmean = np.sum(-dx_ / np.sqrt(var + 1e-5), axis=0) + dvar * np.sum(-2 * (p["x"] - mean), axis=0) / N
    dx = dx_ / np.sqrt(var + 1e-5) + dvar * 2 * (p["x"] - mean) / N + dmean / N
    return {"x": dx, "gamma": dgamma, "beta": dbeta, "x_": dx_}


def correct_grads(p):
    out, x_, mean, var = _forward(p)
    g = DOUT * p["gamma"]
    dx = (g - g.mean(axis=0) - x_ * (g * x_).mean(axis=0)) / np.sqrt(var + 1e-5)
    return {"x": dx, "gamma": (DOUT * x_).sum(axis=0), "beta": DOUT.sum(axis=0), "x_": g, "out": DOUT}


EXPECTED = [
    {"where": "gamma", "kind": "scale", "detail": "mean over the 5 samples instead of the sum", "factor": 0.2},
    {"where": "beta", "kind": "scale", "detail": "mean over the 5 samples instead of the sum", "factor": 0.2},
]
PROPAGATED = []
CORRECT = ["x", "x_"]
