"""MOOC exercise port, regularised logistic regression: theta with the bias in front, theta[0] zeroed in a copy."""

import numpy as np


def map_feature(x1, x2, degree=3):
    out = np.ones(x1.shape[0])
    for i in range(1, degree + 1):
        for j in range(i + 1):
            out = np.column_stack((out, (x1 ** (i - j)) * (x2**j)))
    return out


rng = np.random.RandomState(11)
data = rng.uniform(-1, 1, size=(30, 2))
X = map_feature(data[:, 0], data[:, 1])
y = (np.sum(data**2, axis=1) < 0.6).astype(int)
m, n = X.shape
lmbda = 1

initial_theta = rng.normal(scale=0.7, size=n)
params = {"theta": initial_theta}


def sigmoid(z):
    g = np.zeros(z.shape)
    g = 1 / (1 + np.exp(-z))
    return g


def costFunctionReg(theta, X, y, lmbda):
    J = 0
    h = sigmoid(X.dot(theta))
    h = np.clip(h, 1e-10, 1 - 1e-10)
    # the intercept is not regularised
    theta_reg = theta.copy()
    theta_reg[0] = 0
    J = (-1 / m) * (y.T.dot(np.log(h)) + (1 - y).T.dot(np.log(1 - h)))
    J = J + (lmbda / (2 * m)) * theta_reg.T.dot(theta_reg)

    if np.isnan(J):
        return np.inf
    return J


def predict(theta, X):
    p = np.zeros(X.shape[0])
    p[sigmoid(X @ theta) >= 0.5] = 1
    return p


def loss(params):
    theta = params["theta"]
    p = predict(theta, X)
    print("Train Accuracy: {} %".format(np.mean(p == y) * 100))
    return costFunctionReg(theta, X, y, lmbda)
