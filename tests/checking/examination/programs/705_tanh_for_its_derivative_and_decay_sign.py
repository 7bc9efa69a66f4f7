import numpy as np

SOURCE = "https://github.com/andersbll/nnet/issues/4"
SUMMARY = "tanh_d(x) computes (e-1)/(e+1) with e = exp(2x), which is tanh itself, and the weight decay term is subtracted from dW."

_r = np.random.default_rng(705)
X = _r.normal(size=(8, 3))
Y = np.eye(3)[[2, 0, 1, 1, 0, 2, 2, 0]]
DECAY = 0.2


def _soft(t):
    e = np.exp(t)
    return e / np.sum(e, axis=1, keepdims=True)


def params():
    r = np.random.default_rng(1705)
    return {"W1": r.normal(size=(3, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, 3)), "b2": r.normal(size=3)}


def loss(p):
    Z1 = np.dot(X, p["W1"]) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(A1, p["W2"]) + p["b2"]
    A2 = _soft(Z2)
    data = -np.sum(Y * np.log(A2)) / len(X)
    return data + 0.5 * DECAY * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2)), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def _tanh_d(x):
    e = np.exp(2 * x)
    return (e - 1) / (e + 1)


def manual_grads(p):
    n = len(X)
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.tanh(Z1)
    out = _soft(A1 @ p["W2"] + p["b2"]) - Y
    hid = (out @ p["W2"].T) * _tanh_d(Z1)
    return {
        "W2": A1.T @ out / n - DECAY * p["W2"],
        "b2": np.mean(out, axis=0),
        "W1": X.T @ hid / n - DECAY * p["W1"],
        "b1": np.mean(hid, axis=0),
    }


def correct_grads(p):
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    d2 = (_soft(A1 @ p["W2"] + p["b2"]) - Y) / len(X)
    d1 = (d2 @ p["W2"].T) * (1 - A1**2)
    return {
        "W2": A1.T @ d2 + DECAY * p["W2"],
        "b2": d2.sum(axis=0),
        "W1": X.T @ d1 + DECAY * p["W1"],
        "b1": d1.sum(axis=0),
        "Z2": d2,
        "A1": d2 @ p["W2"].T,
        "Z1": d1,
    }


EXPECTED = [
    {"where": "Z1", "kind": "wrong_activation_derivative", "detail": "tanh(z) itself stands in for 1 - tanh(z)**2"},
    {"where": "W1", "kind": "sign_flipped", "detail": "the decay term has the wrong sign: -decay*W1"},
    {"where": "W2", "kind": "sign_flipped", "detail": "the decay term has the wrong sign: -decay*W2"},
]
PROPAGATED = ["b1"]
CORRECT = ["b2"]
