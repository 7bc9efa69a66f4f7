import numpy as np

SOURCE = "pattern of Coursera Machine Learning ex2 in NumPy (costFunctionReg and its gradient)"
SUMMARY = "Regularised logistic regression: the cost leaves theta[0] out, the gradient step adds lambda/m*theta to every entry."

_r = np.random.default_rng(433)
X = np.c_[np.ones(9), _r.normal(size=(9, 3))]
y = (_r.random(9) > 0.5).astype(float)
LAM = 2.0
LR = 0.3


def params():
    return {"theta": np.random.default_rng(1433).normal(size=4)}


def loss(p):
    z = np.dot(X, p["theta"])
    h = 1 / (1 + np.exp(-z))
    m = len(y)
    J = np.sum(-y * np.log(h) - (1 - y) * np.log(1 - h)) / m
    return J + LAM / (2 * m) * np.sum(p["theta"][1:] ** 2), {"z": z, "h": h}


def step(p):
    theta = p["theta"]
    m = y.size
    h = 1 / (1 + np.exp(-X.dot(theta)))
    grad = 1 / m * X.T.dot(h - y) + LAM / m * theta
    return {"theta": theta - LR * grad}


def correct_grads(p):
    t = p["theta"]
    d = (1 / (1 + np.exp(-X @ t)) - y) / 9
    return {"theta": X.T @ d + LAM / 9 * np.r_[0, t[1:]], "z": d}


EXPECTED = [
    {
        "where": "theta",
        "kind": "extra_term",
        "detail": "lambda/m*theta[0] on the intercept, which the cost does not penalise",
    }
]
PROPAGATED = []
CORRECT = []
