import numpy as np

SOURCE = "synthetic, after VAE-in-NumPy repositories"
SUMMARY = "VAE with given noise: the KL term is not differentiated with respect to mu, and the reparametrisation path into logvar forgets the factor exp(logvar/2)."

_r = np.random.default_rng(634)
X = _r.normal(size=(6, 4))
EPSN = _r.normal(size=(6, 2))


def params():
    r = np.random.default_rng(6635)
    return {
        "We": r.normal(size=(4, 5)),
        "Wmu": r.normal(size=(5, 2)),
        "Wlv": 0.5 * r.normal(size=(5, 2)),
        "blv": r.normal(size=2),
        "Wd": r.normal(size=(2, 4)),
        "bd": r.normal(size=4),
    }


def loss(p):
    ze = X @ p["We"]
    h = np.tanh(ze)
    mu = h @ p["Wmu"]
    logvar = h @ p["Wlv"] + p["blv"]
    std = np.exp(0.5 * logvar)
    z = mu + std * EPSN
    xr = z @ p["Wd"] + p["bd"]
    rec = 0.5 * np.sum((xr - X) ** 2) / 6
    kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar)) / 6
    return rec + kl, {"ze": ze, "h": h, "mu": mu, "logvar": logvar, "std": std, "z": z, "xr": xr}


def _forward(p):
    h = np.tanh(X @ p["We"])
    mu, lv = h @ p["Wmu"], h @ p["Wlv"] + p["blv"]
    z = mu + np.exp(0.5 * lv) * EPSN
    return z @ p["Wd"] + p["bd"], (h, mu, lv, z)


def manual_grads(p):
    xr, (h, mu, lv, z) = _forward(p)
    dxr = (xr - X) / len(X)
    dz = dxr @ p["Wd"].T
    dmu = dz
    dlv = 0.5 * dz * EPSN + 0.5 * (np.exp(lv) - 1) / len(X)
    dh = dmu @ p["Wmu"].T + dlv @ p["Wlv"].T
    dze = dh * (1 - h**2)
    return {
        "xr": dxr,
        "z": dz,
        "mu": dmu,
        "logvar": dlv,
        "ze": dze,
        "Wd": z.T @ dxr,
        "bd": dxr.sum(0),
        "Wmu": h.T @ dmu,
        "Wlv": h.T @ dlv,
        "blv": dlv.sum(0),
        "We": X.T @ dze,
    }


def correct_grads(p):
    xr, (h, mu, lv, z) = _forward(p)
    d = (xr - X) / 6
    dz = d @ p["Wd"].T
    dmu = dz + mu / 6
    dlv = 0.5 * dz * EPSN * np.exp(0.5 * lv) + 0.5 * (np.exp(lv) - 1) / 6
    dze = (dmu @ p["Wmu"].T + dlv @ p["Wlv"].T) * (1 - h**2)
    return {
        "xr": d,
        "z": dz,
        "mu": dmu,
        "logvar": dlv,
        "ze": dze,
        "Wd": z.T @ d,
        "bd": d.sum(0),
        "Wmu": h.T @ dmu,
        "Wlv": h.T @ dlv,
        "blv": dlv.sum(0),
        "We": X.T @ dze,
    }


EXPECTED = [
    {"where": "mu", "kind": "missing_term", "detail": "mu/m of the KL divergence is not added to dmu"},
    {
        "where": "logvar",
        "kind": "missing_factor",
        "detail": "d std/d logvar = 0.5*exp(0.5*logvar); the exp (the std) is missing in the path through z",
    },
]
PROPAGATED = ["ze", "Wmu", "Wlv", "blv", "We"]
CORRECT = ["xr", "z", "Wd", "bd"]
