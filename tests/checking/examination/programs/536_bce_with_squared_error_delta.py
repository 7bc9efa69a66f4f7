import numpy as np

SOURCE = "https://github.com/jorgenkg/python-neural-network/issues/2 (which delta goes with which loss); the forgotten penalty is invented"
SUMMARY = "Binary cross entropy with L2, rows as samples: dA2 = (A2 - Y)/N is that of half the squared error, and the first layer's weight decay is missing."

N, LAM = 9, 0.3
_r = np.random.default_rng(536)
X = _r.normal(size=(N, 2))
Y = (_r.random((N, 1)) > 0.5).astype(float)


def params():
    r = np.random.default_rng(1536)
    return {
        "W1": r.normal(size=(2, 6)),
        "b1": r.normal(size=(1, 6)),
        "W2": r.normal(size=(6, 1)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    bce = -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))
    return bce + 0.5 * LAM * (np.sum(p["W1"] ** 2) + np.sum(p["W2"] ** 2)), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def _back(p, dloss, decay1):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = np.maximum(Z1, 0)
    A2 = 1 / (1 + np.exp(-(A1 @ p["W2"] + p["b2"])))
    dA2 = dloss(A2)
    dZ2 = dA2 * A2 * (1 - A2)
    dA1 = dZ2 @ p["W2"].T
    dZ1 = dA1 * (Z1 > 0)
    return {
        "A2": dA2,
        "Z2": dZ2,
        "A1": dA1,
        "Z1": dZ1,
        "W2": A1.T @ dZ2 + LAM * p["W2"],
        "b2": dZ2.sum(axis=0, keepdims=True),
        "W1": X.T @ dZ1 + decay1 * p["W1"],
        "b1": dZ1.sum(axis=0, keepdims=True),
    }


def manual_grads(p):
    return _back(p, lambda a: (a - Y) / N, 0.0)


def correct_grads(p):
    return _back(p, lambda a: (a - Y) / (a * (1 - a)) / N, LAM)


EXPECTED = [
    {
        "where": "A2",
        "kind": "wrong_loss_derivative",
        "detail": "(A2-Y)/N belongs to half the mean squared error; cross entropy needs (A2-Y)/(A2*(1-A2))/N",
    },
    {"where": "W1", "kind": "missing_term", "detail": "lambda * W1 of the penalty is missing"},
]
PROPAGATED = ["Z2", "A1", "Z1", "W2", "b2", "b1"]
CORRECT = []
