import numpy as np

SOURCE = "https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1 (page 'Neural Network XOR Gate Classification')"
SUMMARY = "XOR in columns: the printed cost is sum(-Y*log(A2) + (1-Y)*log(1-A2)), the minus reaches only the first term; the backward pass is the right one for the cross entropy meant."

X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])


def _sig(z):
    return 1 / (1 + np.exp(-z))


def _dsig(z):
    return _sig(z) * (1 - _sig(z))


def params():
    r = np.random.default_rng(1717)
    return {
        "w1": r.normal(size=(5, 2)),
        "b1": r.normal(size=(5, 1)),
        "w2": r.normal(size=(1, 5)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    Z1 = np.dot(p["w1"], X) + p["b1"]
    A1 = _sig(Z1)
    Z2 = np.dot(p["w2"], A1) + p["b2"]
    A2 = _sig(Z2)
    return np.sum(-Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / 4, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def _back(p, dZ2_of):
    Z1 = p["w1"] @ X + p["b1"]
    A1 = _sig(Z1)
    dZ2 = dZ2_of(_sig(p["w2"] @ A1 + p["b2"]))
    dZ1 = np.dot(p["w2"].T, dZ2) * _dsig(Z1)
    return {
        "w2": np.dot(dZ2, A1.T) / 4,
        "b2": np.sum(dZ2, axis=1, keepdims=True) / 4,
        "w1": np.dot(dZ1, X.T) / 4,
        "b1": np.sum(dZ1, axis=1, keepdims=True) / 4,
    }


def manual_grads(p):
    return _back(p, lambda A2: A2 - Y)


def correct_grads(p):
    return _back(p, lambda A2: -Y * (1 - A2) - (1 - Y) * A2)


EXPECTED = [
    {
        "where": "loss",
        "kind": "forward_mismatch",
        "detail": "the minus sign covers only Y*log(A2); A2 - Y belongs to -(Y*log(A2) + (1-Y)*log(1-A2))",
    }
]
PROPAGATED = ["w1", "b1", "w2", "b2"]
CORRECT = []
