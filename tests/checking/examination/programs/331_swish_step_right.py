import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct: gelu-like x*sigmoid(1.702x) net, biases folded into an extra row of ones, velocity-free in-place update of copies, deltas negated and added."

LR = 0.03
G = np.random.default_rng(331)
X = np.vstack([G.normal(size=(3, 7)), np.ones((1, 7))])
Y = G.normal(size=(2, 7))
S = 1.702


def params():
    G = np.random.default_rng(1331)
    return {"M1": G.normal(size=(5, 4)), "M2": G.normal(size=(2, 6))}


def loss(p):
    z = p["M1"] @ X
    a = z / (1 + np.exp(-S * z))
    a1 = np.vstack([a, np.ones((1, 7))])
    out = p["M2"] @ a1
    return ((out - Y) ** 2).mean(axis=0).mean(), {"z": z, "a": a, "out": out}


def correct_grads(p):
    z = p["M1"] @ X
    q = 1 / (1 + np.exp(-S * z))
    a1 = np.vstack([z * q, np.ones((1, 7))])
    d = 2 * (p["M2"] @ a1 - Y) / 14
    da = p["M2"][:, :-1].T @ d
    dz = da * (q + S * z * q * (1 - q))
    return {"M1": dz @ X.T, "M2": d @ a1.T, "out": d, "a": da, "z": dz}


def step(p):
    M1, M2 = p["M1"].copy(), p["M2"].copy()
    z = M1 @ X
    gate = 1 / (1 + np.exp(-S * z))
    a1 = np.vstack([z * gate, np.ones(7)])
    err = Y - M2 @ a1
    back = (M2.T @ err)[:-1]
    back *= gate * (1 + S * z * (1 - gate))
    M2 += LR * err @ a1.T / 7
    M1 += LR * back @ X.T / 7
    return {"M1": M1, "M2": M2}


EXPECTED = []
PROPAGATED = []
CORRECT = ["M1", "M2"]
