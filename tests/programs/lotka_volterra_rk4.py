"""SciPy-tutorial style, predators and prey fitted to data: dX_dt returns np.array([...]), rk4(f, y0, t, args)."""

import numpy as np

t_obs = np.linspace(0, 3, 13)
hares = np.array([30.0, 34.5, 39.2, 43.1, 45.0, 44.2, 40.3, 34.5, 28.2, 23.1, 19.4, 17.2, 16.1]) / 10
lynxes = np.array([4.0, 4.4, 5.3, 6.7, 8.8, 11.8, 15.2, 18.6, 21.1, 22.1, 21.9, 20.6, 18.9]) / 10
observations = np.column_stack([hares, lynxes])

params = {
    "theta": np.array([1.0, 0.7, 0.8, 0.25]),  # a, b, c, d
    "y0": np.array([2.8, 0.5]),
    "log_noise": np.array([-0.5, -0.8]),
}


def dX_dt(X, t, a, b, c, d):
    """Return the growth rate of hare and lynx populations."""
    x, y = X
    return np.array([a * x - b * x * y, -c * y + d * x * y])


def rk4(f, y0, t, args=(), substeps=2):
    n = len(t)
    y = np.zeros((n, len(y0)))
    y[0] = y0
    for i in range(n - 1):
        h = (t[i + 1] - t[i]) / substeps
        state = y[i]
        for j in range(substeps):
            s = t[i] + j * h
            k1 = f(state, s, *args)
            k2 = f(state + k1 * h / 2.0, s + h / 2.0, *args)
            k3 = f(state + k2 * h / 2.0, s + h / 2.0, *args)
            k4 = f(state + k3 * h, s + h, *args)
            state = state + (h / 6.0) * (k1 + 2 * k2 + 2 * k3 + k4)
        y[i + 1] = state
    return y


def loss(params):
    trajectory = rk4(dX_dt, params["y0"], t_obs, args=tuple(params["theta"]))
    if not np.all(np.isfinite(trajectory)):
        return 1e10
    residuals = (np.log(trajectory) - np.log(observations)) / np.exp(params["log_noise"])
    nll = 0.5 * np.sum(residuals**2) + len(t_obs) * np.sum(params["log_noise"])
    return nll, {"trajectory": trajectory}
