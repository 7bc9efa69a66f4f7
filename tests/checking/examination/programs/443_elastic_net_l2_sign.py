import numpy as np

SOURCE = "pattern of ridge / elastic net by gradient descent: 'w += lr*(X.T@err/n - l1*sign(w) + l2*w)'; own code"
SUMMARY = (
    "Elastic net step written as ascent on the negative loss: the L2 term keeps a plus and pushes the weights outwards."
)

_r = np.random.default_rng(443)
X = _r.normal(size=(10, 4))
y = _r.normal(size=10)
L1, L2 = 0.1, 0.2
LR = 0.05


def params():
    r = np.random.default_rng(1443)
    return {"w": r.normal(size=4), "b": r.normal(size=1)}


def loss(p):
    pred = np.dot(X, p["w"]) + p["b"]
    mse = np.mean((y - pred) ** 2)
    return mse + L1 * np.sum(np.abs(p["w"])) + L2 * np.sum(p["w"] ** 2), {"pred": pred}


def step(p):
    w, b = p["w"].copy(), p["b"].copy()
    err = y - (X @ w + b)
    n = len(y)
    w += LR * (2 * X.T @ err / n - L1 * np.sign(w) + 2 * L2 * w)
    b += LR * 2 * err.mean()
    return {"w": w, "b": b}


def correct_grads(p):
    d = -2 * (y - X @ p["w"] - p["b"]) / 10
    return {"w": X.T @ d + L1 * np.sign(p["w"]) + 2 * L2 * p["w"], "b": np.array([d.sum()]), "pred": d}


EXPECTED = [
    {
        "where": "w",
        "kind": "sign_flipped",
        "detail": "the L2 term 2*l2*w has the wrong sign; data and L1 terms are right",
    }
]
PROPAGATED = []
CORRECT = ["b"]
