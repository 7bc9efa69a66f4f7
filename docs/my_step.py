"""A student's training step, as `autograd-lite check` wants it: params, loss(params), step(params) and its LR."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.random((20, 3))
y = X @ np.array([1.0, -2.0, 0.5]) + 0.3
params = {"w": rng.normal(size=3), "b": np.array(0.0)}
LR = 0.1


def loss(p):
    error = X.dot(p["w"]) + p["b"] - y
    return np.mean(error**2)


def step(p):
    error = X.dot(p["w"]) + p["b"] - y
    dw = 2 * X.T.dot(error) / X.shape[1]
    db = 2 * error.mean()
    p["w"] -= LR * dw
    p["b"] -= LR * db
