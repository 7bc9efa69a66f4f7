"""Functional script, likelihood of a Gaussian mixture: log-sum-exp, a column per component filled in a loop."""

import numpy as np

N, D, K = 24, 2, 3

rng = np.random.default_rng(5)
centres = np.array([[-2.0, 0.0], [1.0, 1.5], [2.0, -1.0]])
data = np.vstack([rng.normal(c, 0.6, size=(N // K, D)) for c in centres])


def params():
    r = np.random.default_rng(50)
    return {
        "logits": r.normal(size=K),
        "mu": centres + r.normal(scale=0.5, size=(K, D)),
        "log_sigma": r.normal(scale=0.3, size=(K, D)),
    }


def log_gaussian(x, mu, log_sigma):
    """Diagonal covariance, one value per row of x."""
    z = (x - mu) / np.exp(log_sigma)
    return -0.5 * np.sum(z**2, axis=1) - np.sum(log_sigma) - 0.5 * D * np.log(2 * np.pi)


def logsumexp(a, axis=None, keepdims=False):
    biggest = np.max(a, axis=axis, keepdims=True)
    out = np.log(np.sum(np.exp(a - biggest), axis=axis, keepdims=True)) + biggest
    return out if keepdims else np.squeeze(out, axis=axis)


def responsibilities(log_joint):
    return np.exp(log_joint - logsumexp(log_joint, axis=1, keepdims=True))


def loss(params):
    log_weights = params["logits"] - logsumexp(params["logits"], axis=0)
    log_joint = np.zeros((len(data), K))
    for k in range(K):
        log_joint[:, k] = log_weights[k] + log_gaussian(data, params["mu"][k], params["log_sigma"][k])
    nll = -np.mean(logsumexp(log_joint, axis=1))
    gamma = responsibilities(log_joint)
    assert np.allclose(gamma.sum(axis=1), 1)
    return nll, {"log_joint": log_joint, "gamma": gamma}
