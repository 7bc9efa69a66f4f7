import numpy as np

SOURCE = "synthetic, after mixture density network notebooks"
SUMMARY = "Mixture density network: the gradient of the means is not weighted by the responsibilities, and that of the log widths has the wrong sign."

_r = np.random.default_rng(636)
X = _r.normal(size=(3, 8))
Y = _r.normal(size=(1, 8))
KM = 3


def params():
    r = np.random.default_rng(6637)
    return {
        "W1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "Wp": r.normal(size=(KM, 4)),
        "Wm": r.normal(size=(KM, 4)),
        "Ws": 0.3 * r.normal(size=(KM, 4)),
        "bs": 0.2 * r.normal(size=(KM, 1)),
    }


def loss(p):
    z1 = np.dot(p["W1"], X) + p["b1"]
    h = np.tanh(z1)
    logit = np.dot(p["Wp"], h)
    mu = np.dot(p["Wm"], h)
    ls = np.dot(p["Ws"], h) + p["bs"]
    pi = np.exp(logit) / np.sum(np.exp(logit), axis=0, keepdims=True)
    dens = np.exp(-0.5 * ((Y - mu) / np.exp(ls)) ** 2) / (np.sqrt(2 * np.pi) * np.exp(ls))
    mix = np.sum(pi * dens, axis=0)
    return -np.mean(np.log(mix)), {"z1": z1, "h": h, "logit": logit, "mu": mu, "ls": ls, "mix": mix}


def _run(p, weight, sign):
    m = X.shape[1]
    h = np.tanh(p["W1"] @ X + p["b1"])
    logit, mu, ls = p["Wp"] @ h, p["Wm"] @ h, p["Ws"] @ h + p["bs"]
    pi = np.exp(logit) / np.exp(logit).sum(axis=0)
    sig = np.exp(ls)
    joint = pi * np.exp(-0.5 * ((Y - mu) / sig) ** 2) / (np.sqrt(2 * np.pi) * sig)
    gamma = joint / joint.sum(axis=0)
    dlogit = (pi - gamma) / m
    dmu = (gamma if weight else 1.0) * (mu - Y) / sig**2 / m
    dls = sign * gamma * (1 - ((Y - mu) / sig) ** 2) / m
    dh = p["Wp"].T @ dlogit + p["Wm"].T @ dmu + p["Ws"].T @ dls
    dz1 = dh * (1 - h**2)
    return {
        "logit": dlogit,
        "mu": dmu,
        "ls": dls,
        "h": dh,
        "z1": dz1,
        "Wp": dlogit @ h.T,
        "Wm": dmu @ h.T,
        "Ws": dls @ h.T,
        "bs": dls.sum(axis=1, keepdims=True),
        "W1": dz1 @ X.T,
        "b1": dz1.sum(axis=1, keepdims=True),
    }


def manual_grads(p):
    return _run(p, False, -1)


def correct_grads(p):
    return _run(p, True, 1)


EXPECTED = [
    {
        "where": "mu",
        "kind": "missing_factor",
        "detail": "(mu - y)/sigma^2 lacks the responsibility gamma of each component",
    },
    {
        "where": "ls",
        "kind": "sign_flipped",
        "detail": "gamma*(((y-mu)/sigma)^2 - 1) where the negative is needed",
        "factor": -1.0,
        "names": ["ls", "Ws", "bs"],
    },
]
PROPAGATED = ["h", "z1", "Wm", "Ws", "bs", "W1", "b1"]
CORRECT = ["logit", "Wp"]
