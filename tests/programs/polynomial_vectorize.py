"""Notebook cells, polynomial regression with a sine: np.vectorize of a scalar function, Python's sum, Horner."""

import math

import numpy as np

# ---- cell 1: the data -------------------------------------------------------
x = np.linspace(-1.2, 1.5, 14)
noise = np.array([0.3, -0.1, 0.25, 0.0, -0.3, 0.15, 0.05, -0.2, 0.1, 0.35, -0.15, 0.0, 0.2, -0.25])
y = 0.5 - 1.3 * x + 0.8 * x**3 + 0.4 * np.sin(3 * x) + noise

# ---- cell 2: the model ------------------------------------------------------
coef = np.array([0.2, -0.9, 0.1, 0.6])
amplitude, frequency = 0.5, 2.6
params = {"coef": coef, "wave": np.array([amplitude, frequency])}


def horner(coef, x):
    result = 0
    for c in reversed(coef):
        result = result * x + c
    return result


# ---- cell 3: the loss -------------------------------------------------------
def loss(params):
    coef = params["coef"]
    a, w = params["wave"]

    def f(x):
        # one point at a time
        if x < 0:
            return horner(coef, x) + a * math.sin(w * x)
        return sum(c * x**k for k, c in enumerate(coef)) + a * math.sin(w * x)

    f = np.vectorize(f)
    y_hat = f(x)
    residual = y - y_hat
    mse = (residual**2).mean()
    ridge = 0.01 * sum([c * c for c in coef[1:]])
    r2 = 1 - residual.var() / y.var()
    print(f"R^2 = {r2:.3f}")
    return mse + ridge
