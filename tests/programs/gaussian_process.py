"""Paper supplement, a Gaussian process's marginal likelihood: an ARD kernel, Cholesky by hand in two loops, solve."""

import numpy as np

X = np.array([[0.1, 1.0], [0.4, -0.3], [0.9, 0.2], [1.3, 0.8], [1.7, -0.9], [2.1, 0.1], [2.4, 1.1]])
y = np.array([0.3, 0.9, 1.2, 0.8, 0.9, -0.2, -0.9])
n, d = X.shape

params = {
    "log_lengthscale": np.array([-0.1, 0.4]),
    "log_amplitude": np.array(0.2),
    "log_noise": np.array(-1.2),
    "mean": np.array([0.4, -0.1, 0.2]),
}


def kernel(A, B, lengthscale, amplitude):
    A, B = A / lengthscale, B / lengthscale
    sqdist = np.sum(A**2, 1).reshape(-1, 1) + np.sum(B**2, 1) - 2 * np.dot(A, B.T)
    return amplitude**2 * np.exp(-0.5 * sqdist)


def cholesky(A):
    # Cholesky-Banachiewicz
    L = np.zeros_like(A)
    for i in range(len(A)):
        for j in range(i + 1):
            s = 0
            for k in range(j):
                s += L[i, k] * L[j, k]
            if i == j:
                L[i, j] = np.sqrt(A[i, i] - s)
            else:
                L[i, j] = (A[i, j] - s) / L[j, j]
    return L


def loss(params):
    lengthscale = np.exp(params["log_lengthscale"])
    amplitude, noise = np.exp(params["log_amplitude"]), np.exp(params["log_noise"])
    K = kernel(X, X, lengthscale, amplitude)
    K[np.diag_indices(n)] += noise**2 + 1e-8
    m = np.hstack([np.ones((n, 1)), X]) @ params["mean"]
    r = y - m
    L = cholesky(K)
    alpha = np.linalg.solve(L.T, np.linalg.solve(L, r))
    half_logdet = sum(np.log(L[i, i]) for i in range(n))
    nlml = 0.5 * r @ alpha + half_logdet + 0.5 * n * np.log(2 * np.pi)
    return nlml, {"K": K, "L": L, "alpha": alpha}
