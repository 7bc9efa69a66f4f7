import numpy as np

SOURCE = "synthetic, after forum questions on heteroscedastic regression heads"
SUMMARY = "Gaussian likelihood with a mean head and a log-variance head: the derivative of exp(-s) loses its minus sign, so one of the two terms of dL/ds is flipped."

_r = np.random.default_rng(601)
X = _r.normal(size=(9, 3))
Y = _r.normal(size=(9, 1))


def params():
    r = np.random.default_rng(6601)
    return {
        "W1": r.normal(size=(3, 5)),
        "b1": r.normal(size=5),
        "Wm": r.normal(size=(5, 1)),
        "bm": r.normal(size=1),
        "Ws": 0.4 * r.normal(size=(5, 1)),
        "bs": r.normal(size=1),
    }


def loss(p):
    z1 = X @ p["W1"] + p["b1"]
    h = np.tanh(z1)
    mu = h @ p["Wm"] + p["bm"]
    s = h @ p["Ws"] + p["bs"]
    nll = 0.5 * np.sum(s + (Y - mu) ** 2 * np.exp(-s)) / len(X)
    return nll, {"z1": z1, "h": h, "mu": mu, "s": s}


def manual_grads(p):
    n = X.shape[0]
    h = np.tanh(X @ p["W1"] + p["b1"])
    mu = h @ p["Wm"] + p["bm"]
    s = h @ p["Ws"] + p["bs"]
    prec = np.exp(-s)
    dmu = (mu - Y) * prec / n
    ds = 0.5 * (1 + (Y - mu) ** 2 * prec) / n
    dh = dmu @ p["Wm"].T + ds @ p["Ws"].T
    dz1 = dh * (1 - h * h)
    return {
        "mu": dmu,
        "s": ds,
        "h": dh,
        "z1": dz1,
        "Wm": h.T @ dmu,
        "bm": dmu.sum(0),
        "Ws": h.T @ ds,
        "bs": ds.sum(0),
        "W1": X.T @ dz1,
        "b1": dz1.sum(0),
    }


def correct_grads(p):
    n = len(X)
    h = np.tanh(X @ p["W1"] + p["b1"])
    mu = h @ p["Wm"] + p["bm"]
    s = h @ p["Ws"] + p["bs"]
    dmu = (mu - Y) * np.exp(-s) / n
    ds = 0.5 * (1 - (Y - mu) ** 2 * np.exp(-s)) / n
    dh = dmu @ p["Wm"].T + ds @ p["Ws"].T
    dz1 = dh * (1 - h * h)
    return {
        "mu": dmu,
        "s": ds,
        "h": dh,
        "z1": dz1,
        "Wm": h.T @ dmu,
        "bm": dmu.sum(0),
        "Ws": h.T @ ds,
        "bs": ds.sum(0),
        "W1": X.T @ dz1,
        "b1": dz1.sum(0),
    }


EXPECTED = [
    {
        "where": "s",
        "kind": "sign_flipped",
        "detail": "the term with (y-mu)^2*exp(-s) enters dL/ds with a plus; d exp(-s)/ds = -exp(-s)",
    }
]
PROPAGATED = ["Ws", "bs", "h", "z1", "W1", "b1"]
CORRECT = ["mu", "Wm", "bm"]
