import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Softplus hidden layer differentiated like a sigmoid, s(z)(1-s(z)); the sigmoid output with squared error lacks its slope."

g = np.random.default_rng(329)
X = g.normal(size=(3, 6))
Y = g.random((2, 6))
LR = 0.1


def params():
    q = np.random.default_rng(1329)
    return {
        "Wa": q.normal(size=(4, 3)),
        "ba": q.normal(size=(4, 1)),
        "Wb": q.normal(size=(2, 4)),
        "bb": q.normal(size=(2, 1)),
    }


def sig(v):
    return 1 / (1 + np.exp(-v))


def loss(p):
    za = p["Wa"] @ X + p["ba"]
    aa = np.log(1 + np.exp(za))
    zb = p["Wb"] @ aa + p["bb"]
    ab = sig(zb)
    return 0.5 * np.sum((ab - Y) ** 2), {"za": za, "aa": aa, "zb": zb, "ab": ab}


def correct_grads(p):
    za = p["Wa"] @ X + p["ba"]
    aa = np.log(1 + np.exp(za))
    ab = sig(p["Wb"] @ aa + p["bb"])
    db = (ab - Y) * ab * (1 - ab)
    daa = p["Wb"].T @ db
    da = daa * sig(za)
    return {
        "Wa": da @ X.T,
        "ba": da.sum(1, keepdims=True),
        "Wb": db @ aa.T,
        "bb": db.sum(1, keepdims=True),
        "za": da,
        "aa": daa,
        "zb": db,
        "ab": ab - Y,
    }


def step(p):
    za = p["Wa"].dot(X) + p["ba"]
    aa = np.log1p(np.exp(za))
    ab = sig(p["Wb"].dot(aa) + p["bb"])
    delta = ab - Y
    delta2 = p["Wb"].T.dot(delta) * sig(za) * (1 - sig(za))
    return {
        "Wa": p["Wa"] - LR * delta2.dot(X.T),
        "ba": p["ba"] - LR * delta2.sum(axis=1, keepdims=True),
        "Wb": p["Wb"] - LR * delta.dot(aa.T),
        "bb": p["bb"] - LR * delta.sum(axis=1, keepdims=True),
    }


EXPECTED = [
    {"where": "zb", "kind": "missing_activation_derivative", "detail": "ab*(1-ab) missing with a squared error"},
    {"where": "za", "kind": "wrong_activation_derivative", "detail": "sigmoid' where softplus' = sigmoid is needed"},
]
PROPAGATED = ["Wa", "ba", "Wb", "bb"]
CORRECT = []
