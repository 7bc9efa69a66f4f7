import numpy as np

SOURCE = "'Why can it be that my neural network is predicting the contrary?' (in https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1)"
SUMMARY = "Net class with lists of weights, columns as samples: m = w.shape[1], the number of a layer's inputs, stands for the number of samples."

SIZES = [3, 5, 2]
NS = 7
_r = np.random.default_rng(532)
X = _r.normal(size=(SIZES[0], NS))
Y = (_r.random((SIZES[-1], NS)) > 0.5) * 1.0


def params():
    r = np.random.default_rng(1532)
    p = {}
    for d in range(1, len(SIZES)):
        p["w%d" % d] = r.normal(size=(SIZES[d], SIZES[d - 1]))
        p["b%d" % d] = r.normal(size=(SIZES[d], 1))
    return p


class Net:
    def __init__(self, p):
        self.weights = [None] + [p["w%d" % d] for d in range(1, len(SIZES))]
        self.biases = [None] + [p["b%d" % d] for d in range(1, len(SIZES))]

    def forward(self, x):
        activations, zs = [x], [None]
        for d in range(1, len(self.weights)):
            zs.append(np.dot(self.weights[d], activations[-1]) + self.biases[d])
            activations.append(1 / (1 + np.exp(-zs[-1])))
        return activations[-1], activations, zs

    def gradients(self, x, y, m=None):
        h, activations, zs = self.forward(x)
        dws, dbs = {}, {}
        da = -(y / h - (1 - y) / (1 - h))
        for d in range(len(self.weights) - 1, 0, -1):
            a, w = activations[d], self.weights[d]
            dz = da * a * (1 - a)
            count = w.shape[1] if m is None else m
            dws["w%d" % d] = 1.0 / count * dz.dot(activations[d - 1].T)
            dbs["b%d" % d] = 1.0 / count * np.sum(dz, axis=1, keepdims=True)
            da = w.T.dot(dz)
        return {**dws, **dbs}


def loss(p):
    h, activations, zs = Net(p).forward(X)
    J = np.mean(np.sum(-Y * np.log(h) - (1 - Y) * np.log(1 - h), axis=0))
    return J, {"z1": zs[1], "a1": activations[1], "z2": zs[2], "a2": h}


def manual_grads(p):
    return Net(p).gradients(X, Y)


def correct_grads(p):
    return Net(p).gradients(X, Y, m=NS)


EXPECTED = [
    {
        "where": "w1",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 3 inputs instead of 7 samples",
        "factor": 7 / 3,
        "names": ["w1", "b1"],
    },
    {"where": "b1", "kind": "mean_over_wrong_count", "detail": "divided by 3 inputs instead of 7 samples"},
    {
        "where": "w2",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 5 inputs instead of 7 samples",
        "factor": 7 / 5,
        "names": ["w2", "b2"],
    },
    {"where": "b2", "kind": "mean_over_wrong_count", "detail": "divided by 5 inputs instead of 7 samples"},
]
PROPAGATED = []
CORRECT = []
