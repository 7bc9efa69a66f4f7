import numpy as np

SOURCE = "https://stackoverflow.com/questions/75378819/issues-with-calculating-new-weights-in-a-neural-network (change = delta * fin_outputs; the update order is our addition)"
SUMMARY = "Digit network: 'change = delta * outputs' uses the sigmoid's value for its derivative, and the hidden layer is reached through the already updated weights."

_r = np.random.default_rng(428)
INP = _r.random((5, 1))
TARGET = np.array([[0.0], [0.0], [1.0]])
LR = 0.5


def params():
    r = np.random.default_rng(1428)
    return {"wh": r.normal(size=(4, 5)), "wo": r.normal(size=(3, 4))}


def loss(p):
    hidden_in = np.dot(p["wh"], INP)
    hidden = 1 / (1 + np.exp(-hidden_in))
    out_in = np.dot(p["wo"], hidden)
    out = 1 / (1 + np.exp(-out_in))
    return np.sum((out - TARGET) ** 2) / 2, {"hidden_in": hidden_in, "hidden": hidden, "out_in": out_in, "out": out}


class Layer:
    def __init__(self, w):
        self.weights = w.copy()

    def calc_output(self, inputs):
        self.inputs = inputs
        self.fin_outputs = 1 / (1 + np.exp(-np.matmul(self.weights, inputs)))
        return self.fin_outputs


def step(p):
    hid, out = Layer(p["wh"]), Layer(p["wo"])
    nn_output = out.calc_output(hid.calc_output(INP))
    delta = nn_output - TARGET
    change = np.multiply(delta, out.fin_outputs)
    out.weights -= np.matmul(change, np.transpose(out.inputs)) * LR
    back = np.matmul(np.transpose(out.weights), change)
    change1 = back * hid.fin_outputs * (1 - hid.fin_outputs)
    hid.weights -= np.matmul(change1, np.transpose(hid.inputs)) * LR
    return {"wh": hid.weights, "wo": out.weights}


def correct_grads(p):
    h = 1 / (1 + np.exp(-p["wh"] @ INP))
    o = 1 / (1 + np.exp(-p["wo"] @ h))
    d = (o - TARGET) * o * (1 - o)
    dh = p["wo"].T @ d
    d1 = dh * h * (1 - h)
    return {"wh": d1 @ INP.T, "wo": d @ h.T, "out": o - TARGET, "out_in": d, "hidden": dh, "hidden_in": d1}


EXPECTED = [
    {"where": "out_in", "kind": "wrong_activation_derivative", "detail": "out instead of out*(1-out)"},
    {"where": "hidden", "kind": "stale_parameter", "detail": "wo is updated before it carries the error back"},
]
PROPAGATED = ["wo", "wh"]
CORRECT = []
