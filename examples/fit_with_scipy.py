"""Fit a model with SciPy's optimizers: logistic regression on scikit-learn's bundled breast cancer data (569 samples).

`scipy.optimize.minimize` takes the function with its gradient from `ag.value_and_grad`, and for Newton's method the
product of the Hessian with a vector from `ag.hvp`. The model is plain NumPy.

Run it: python examples/fit_with_scipy.py
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer

import autograd_lite as ag


def load():
    """Features with mean 0 and standard deviation 1, a column of ones for the intercept, labels 0 and 1."""
    features, labels = load_breast_cancer(return_X_y=True)
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    return np.column_stack([features, np.ones(len(features))]), labels


def negative_log_likelihood(w, x, y, penalty):
    z = x @ w
    return np.mean(np.logaddexp(0, z) - y * z) + penalty * np.sum(w[:-1] ** 2)


def main(penalty: float = 0.01) -> dict[str, np.ndarray]:
    x, y = load()
    found = {}
    for method in ("L-BFGS-B", "Newton-CG"):
        options = {"hessp": ag.hvp(negative_log_likelihood)} if method == "Newton-CG" else {}
        result = minimize(
            ag.value_and_grad(negative_log_likelihood),
            np.zeros(x.shape[1]),
            args=(x, y, penalty),
            jac=True,
            method=method,
            **options,
        )
        accuracy = np.mean((x @ result.x > 0) == y)
        print(f"  {method:10s} loss {result.fun:.6f} after {result.nit:3d} iterations, accuracy {accuracy:.1%}")
        found[method] = result.x
    return found


if __name__ == "__main__":
    main()
