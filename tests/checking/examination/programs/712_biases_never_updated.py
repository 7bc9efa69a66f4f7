import numpy as np

SOURCE = "https://github.com/mattm/simple-neural-network/issues/5"
SUMMARY = "The step-by-step 2-2-2 network with one shared bias per layer, written neuron by neuron: all weights learn, the two biases are never touched."

X = [0.05, 0.1]
Y = [0.01, 0.99]
LR = 0.5


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(1712)
    return {
        "wh": r.uniform(0.1, 0.6, (2, 2)),
        "bh": r.uniform(0.2, 0.6, 1),
        "wo": r.uniform(0.1, 0.6, (2, 2)),
        "bo": r.uniform(0.2, 0.6, 1),
    }


def loss(p):
    net_h = np.dot(p["wh"], np.array(X)) + p["bh"]
    out_h = _sig(net_h)
    net_o = np.dot(p["wo"], out_h) + p["bo"]
    out_o = _sig(net_o)
    return np.sum(0.5 * (np.array(Y) - out_o) ** 2), {"net_h": net_h, "out_h": out_h, "net_o": net_o, "out_o": out_o}


class Neuron:
    def __init__(self, weights, bias):
        self.weights, self.bias = list(weights), bias

    def output(self, inputs):
        self.inputs = inputs
        self.out = _sig(sum(w * i for w, i in zip(self.weights, inputs)) + self.bias)
        return self.out


def step(p):
    hidden = [Neuron(w, p["bh"][0]) for w in p["wh"]]
    output = [Neuron(w, p["bo"][0]) for w in p["wo"]]
    hs = [n.output(X) for n in hidden]
    for n in output:
        n.output(hs)
    d_out = [-(t - n.out) * n.out * (1 - n.out) for n, t in zip(output, Y)]
    d_hid = []
    for k, n in enumerate(hidden):
        err = 0
        for o, d in zip(output, d_out):
            err += d * o.weights[k]
        d_hid.append(err * n.out * (1 - n.out))
    for n, d in list(zip(output, d_out)) + list(zip(hidden, d_hid)):
        for j in range(len(n.weights)):
            n.weights[j] -= LR * d * n.inputs[j]
    return {
        "wh": np.array([n.weights for n in hidden]),
        "bh": np.array([hidden[0].bias]),
        "wo": np.array([n.weights for n in output]),
        "bo": np.array([output[0].bias]),
    }


def correct_grads(p):
    x, y = np.array(X), np.array(Y)
    h = _sig(p["wh"] @ x + p["bh"])
    o = _sig(p["wo"] @ h + p["bo"])
    do = (o - y) * o * (1 - o)
    dh = (p["wo"].T @ do) * h * (1 - h)
    return {
        "wo": np.outer(do, h),
        "bo": np.array([do.sum()]),
        "wh": np.outer(dh, x),
        "bh": np.array([dh.sum()]),
        "net_o": do,
        "net_h": dh,
    }


EXPECTED = [
    {
        "where": "bh",
        "kind": "update_dropped",
        "detail": "the hidden bias is the same before and after the step",
        "factor": 0.0,
        "names": ["bh", "bo"],
    },
    {"where": "bo", "kind": "update_dropped", "detail": "the output bias is the same before and after the step"},
]
PROPAGATED = []
CORRECT = ["wh", "wo"]
