import numpy as np

SOURCE = "https://github.com/ZacBi/CS224n-2019-solutions/issues/5"
SUMMARY = "Skip-gram with negative sampling, one SGD step: gradU[neg] += outer(...) with a word sampled more than once counts it once."

CENTER, OUTSIDE = 2, 4
NEG = np.array([1, 5, 1, 0, 1, 0])
LR = 0.1


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1726)
    return {"V": r.normal(size=(6, 3)), "U": r.normal(size=(6, 3))}


def loss(p):
    v = p["V"][CENTER]
    pos = np.dot(p["U"][OUTSIDE], v)
    neg = np.dot(p["U"][NEG], v)
    return -np.log(_sig(pos)) - np.sum(np.log(_sig(-neg))), {"v": v, "pos": pos, "neg": neg}


def step(p):
    V, U = p["V"].copy(), p["U"].copy()
    v = V[CENTER]
    z_out = _sig(np.dot(U[OUTSIDE], v))
    z_neg = _sig(np.dot(-U[NEG], v))
    grad_v = (z_out - 1) * U[OUTSIDE] + np.dot((1 - z_neg), U[NEG])
    grad_U = np.zeros_like(U)
    grad_U[OUTSIDE] += (z_out - 1) * v
    grad_U[NEG] += np.outer(z_neg - 1, v) * (-1)
    grad_V = np.zeros_like(V)
    grad_V[CENTER] = grad_v
    return {"V": V - LR * grad_V, "U": U - LR * grad_U}


def correct_grads(p):
    v = p["V"][CENTER]
    a = _sig(p["U"][OUTSIDE] @ v) - 1
    n = _sig(p["U"][NEG] @ v)
    gU, gV = np.zeros_like(p["U"]), np.zeros_like(p["V"])
    gU[OUTSIDE] += a * v
    np.add.at(gU, NEG, np.outer(n, v))
    gV[CENTER] = a * p["U"][OUTSIDE] + n @ p["U"][NEG]
    return {"U": gU, "V": gV, "v": gV[CENTER], "neg": n}


EXPECTED = [
    {
        "where": "U",
        "kind": "missing_accumulation",
        "detail": "word 1 is drawn three times, word 0 twice: their rows hold one share; np.add.at or a loop is needed",
    }
]
PROPAGATED = []
CORRECT = ["V"]
