import numpy as np

SOURCE = "VAE in NumPy"
SUMMARY = "VAE: the KL term's gradient of mu is left out, and the KL gradient of logvar has the wrong sign."

r0 = np.random.default_rng(332)
x = r0.random((5, 4))
eps = r0.normal(size=(5, 2))


def params():
    r = np.random.default_rng(1332)
    return {"Wm": r.normal(size=(4, 2)), "Wv": r.normal(size=(4, 2)), "Wd": r.normal(size=(2, 4))}


def loss(p):
    mu = x @ p["Wm"]
    logvar = x @ p["Wv"]
    z = mu + np.exp(0.5 * logvar) * eps
    rec = z @ p["Wd"]
    kl = -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))
    return 0.5 * np.sum((rec - x) ** 2) + kl, {"mu": mu, "logvar": logvar, "z": z, "rec": rec}


def manual_grads(p):
    mu, logvar = x @ p["Wm"], x @ p["Wv"]
    std = np.exp(logvar / 2)
    z = mu + std * eps
    rec = z @ p["Wd"]
    drec = rec - x
    dz = drec @ p["Wd"].T
    dmu = dz
    dlogvar = dz * eps * 0.5 * std + 0.5 * (1 - np.exp(logvar))
    return {"rec": drec, "Wd": z.T @ drec, "z": dz, "mu": dmu, "logvar": dlogvar, "Wm": x.T @ dmu, "Wv": x.T @ dlogvar}


def correct_grads(p):
    mu, logvar = x @ p["Wm"], x @ p["Wv"]
    std = np.exp(logvar / 2)
    z = mu + std * eps
    drec = z @ p["Wd"] - x
    dz = drec @ p["Wd"].T
    dmu = dz + mu
    dlv = 0.5 * (dz * eps * std + np.exp(logvar) - 1)
    return {"rec": drec, "Wd": z.T @ drec, "z": dz, "mu": dmu, "logvar": dlv, "Wm": x.T @ dmu, "Wv": x.T @ dlv}


EXPECTED = [
    {"where": "mu", "kind": "missing_term", "detail": "the KL's mu is missing"},
    {"where": "logvar", "kind": "sign_flipped", "detail": "KL part should be 0.5*(exp(logvar) - 1)"},
]
PROPAGATED = ["Wm", "Wv"]
CORRECT = ["rec", "Wd", "z"]
