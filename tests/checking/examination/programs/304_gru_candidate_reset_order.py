import numpy as np

SOURCE = "GRU cell homework, row vectors, one step"
SUMMARY = "GRU cell: back through the candidate's recurrent matrix without transposing it, and the reset gate's weights get the gated state r*h instead of h."

rs = np.random.RandomState(304)
X = rs.randn(5, 3)
Hp = rs.randn(5, 4)
TT = rs.randn(5, 4)


def s(v):
    return 1 / (1 + np.exp(-v))


def params():
    r = np.random.RandomState(1304)
    return {
        "Wz": r.randn(3, 4),
        "Uz": r.randn(4, 4),
        "Wr": r.randn(3, 4),
        "Ur": r.randn(4, 4),
        "Wc": r.randn(3, 4),
        "Uc": r.randn(4, 4),
    }


def loss(p):
    z = s(X @ p["Wz"] + Hp @ p["Uz"])
    r = s(X @ p["Wr"] + Hp @ p["Ur"])
    rh = r * Hp
    c = np.tanh(X @ p["Wc"] + rh @ p["Uc"])
    h = (1 - z) * Hp + z * c
    return 0.5 * np.mean((h - TT) ** 2), {"z": z, "r": r, "rh": rh, "c": c, "h": h}


def manual_grads(p):
    z = s(X @ p["Wz"] + Hp @ p["Uz"])
    r = s(X @ p["Wr"] + Hp @ p["Ur"])
    c = np.tanh(X @ p["Wc"] + (r * Hp) @ p["Uc"])
    h = (1 - z) * Hp + z * c
    dh = (h - TT) / h.size
    dz_ = dh * (c - Hp) * z * (1 - z)
    dc_ = dh * z * (1 - c * c)
    drh = dc_ @ p["Uc"]
    dr_ = drh * Hp * r * (1 - r)
    return dict(Wz=X.T @ dz_, Uz=Hp.T @ dz_, Wr=X.T @ dr_, Ur=(r * Hp).T @ dr_, Wc=X.T @ dc_, Uc=(r * Hp).T @ dc_)


def correct_grads(p):
    z = s(X @ p["Wz"] + Hp @ p["Uz"])
    r = s(X @ p["Wr"] + Hp @ p["Ur"])
    c = np.tanh(X @ p["Wc"] + (r * Hp) @ p["Uc"])
    h = (1 - z) * Hp + z * c
    dh = (h - TT) / 20
    gz = dh * (c - Hp) * z * (1 - z)
    gc = dh * z * (1 - c**2)
    grh = gc @ p["Uc"].T
    gr = grh * Hp * r * (1 - r)
    return dict(
        Wz=X.T @ gz, Uz=Hp.T @ gz, Wr=X.T @ gr, Ur=Hp.T @ gr, Wc=X.T @ gc, Uc=(r * Hp).T @ gc, h=dh, rh=grh, r=grh * Hp
    )


EXPECTED = [
    {"where": "rh", "kind": "transposed", "detail": "dc_ @ Uc instead of dc_ @ Uc.T; square hides it"},
    {"where": "Ur", "kind": "wrong_operand", "detail": "(r*Hp).T @ dr_ instead of Hp.T @ dr_"},
]
PROPAGATED = ["Wr"]
CORRECT = ["Wz", "Uz", "Wc", "Uc"]
