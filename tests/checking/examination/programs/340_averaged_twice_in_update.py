import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Backward returns gradients already averaged over the batch; the update of the output layer divides by the batch size again, and multiplies the first layer's by the learning rate again."

LR = 0.25
_r = np.random.default_rng(340)
x = _r.normal(size=(3, 8))
y = (_r.random((1, 8)) > 0.4).astype(float)
f = lambda u: 1 / (1 + np.exp(-u))


def params():
    r = np.random.default_rng(1340)
    return {
        "w1": r.normal(size=(4, 3)),
        "b1": r.normal(size=(4, 1)),
        "w2": r.normal(size=(1, 4)),
        "b2": r.normal(size=(1, 1)),
    }


def loss(p):
    a1 = np.tanh(p["w1"] @ x + p["b1"])
    a2 = f(p["w2"] @ a1 + p["b2"])
    return -np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2)) / 8


def correct_grads(p):
    a1 = np.tanh(p["w1"] @ x + p["b1"])
    dz2 = (f(p["w2"] @ a1 + p["b2"]) - y) / 8
    dz1 = p["w2"].T @ dz2 * (1 - a1**2)
    return {"w1": dz1 @ x.T, "b1": dz1.sum(1, keepdims=True), "w2": dz2 @ a1.T, "b2": dz2.sum(1, keepdims=True)}


def backward(p):
    a1 = np.tanh(p["w1"].dot(x) + p["b1"])
    a2 = f(p["w2"].dot(a1) + p["b2"])
    dz2 = a2 - y
    dz1 = p["w2"].T.dot(dz2) * (1 - np.power(a1, 2))
    return {
        "dw2": dz2.dot(a1.T) / 8,
        "db2": dz2.mean(axis=1, keepdims=True),
        "dw1": LR * dz1.dot(x.T) / 8,
        "db1": dz1.mean(axis=1, keepdims=True),
    }


def step(p):
    g = backward(p)
    m = x.shape[1]
    return {
        "w1": p["w1"] - LR * g["dw1"],
        "b1": p["b1"] - LR * g["db1"],
        "w2": p["w2"] - LR * g["dw2"] / m,
        "b2": p["b2"] - LR * g["db2"],
    }


EXPECTED = [
    {"where": "w2", "kind": "update_scale", "detail": "1/m applied twice", "factor": 1 / 8},
    {"where": "w1", "kind": "update_scale", "detail": "learning rate applied twice", "factor": 0.25},
]
PROPAGATED = []
CORRECT = ["b1", "b2"]
