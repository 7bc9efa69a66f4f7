import numpy as np

SOURCE = "https://cran.r-project.org/web/packages/rnn/vignettes/GRU_units.html (delta 6 = 1 - delta 5, where -delta 5 is due; the missing path is our addition)"
SUMMARY = "GRU cell: the (1 - z) * h_prev branch enters dz with a plus sign, and the candidate's path through the reset gate is left out of dh_prev."

_r = np.random.default_rng(418)
X = _r.normal(size=(4, 3))
DH = _r.normal(size=(4, 2))


def _sig(a):
    return 1 / (1 + np.exp(-a))


def params():
    r = np.random.default_rng(1418)
    return {
        "Wz": r.normal(size=(3, 2)),
        "Uz": r.normal(size=(2, 2)),
        "Wr": r.normal(size=(3, 2)),
        "Ur": r.normal(size=(2, 2)),
        "Wg": r.normal(size=(3, 2)),
        "Ug": r.normal(size=(2, 2)),
        "h_prev": r.normal(size=(4, 2)),
    }


def _forward(p):
    z = _sig(np.dot(X, p["Wz"]) + np.dot(p["h_prev"], p["Uz"]))
    r = _sig(np.dot(X, p["Wr"]) + np.dot(p["h_prev"], p["Ur"]))
    g = np.tanh(np.dot(X, p["Wg"]) + np.dot(r * p["h_prev"], p["Ug"]))
    h = (1 - z) * p["h_prev"] + z * g
    return z, r, g, h


def loss(p):
    z, r, g, h = _forward(p)
    return np.sum(h * DH), {"z": z, "r": r, "g": g, "h": h}


def _back(p, sign, reset_path):
    z, r, g, h = _forward(p)
    hp = p["h_prev"]
    dz = DH * g + sign * DH * hp
    dg = DH * z
    az = dz * z * (1 - z)
    ag = dg * (1 - g**2)
    drh = ag @ p["Ug"].T
    dr = drh * hp
    ar = dr * r * (1 - r)
    dhp = DH * (1 - z) + az @ p["Uz"].T + ar @ p["Ur"].T
    if reset_path:
        dhp = dhp + drh * r
    return {
        "z": dz,
        "g": dg,
        "r": dr,
        "Wz": X.T @ az,
        "Uz": hp.T @ az,
        "Wr": X.T @ ar,
        "Ur": hp.T @ ar,
        "Wg": X.T @ ag,
        "Ug": (r * hp).T @ ag,
        "h_prev": dhp,
    }


def manual_grads(p):
    return _back(p, 1, False)


def correct_grads(p):
    return _back(p, -1, True)


EXPECTED = [
    {
        "where": "z",
        "kind": "sign_flipped",
        "detail": "the term h_prev * dh has the wrong sign (dz = dh * (g - h_prev))",
    },
    {"where": "h_prev", "kind": "missing_term", "detail": "the path h_prev -> r * h_prev -> candidate is missing"},
]
PROPAGATED = ["Wz", "Uz"]
CORRECT = ["g", "r", "Wr", "Ur", "Wg", "Ug"]
