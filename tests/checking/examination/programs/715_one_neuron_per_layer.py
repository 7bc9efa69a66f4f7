import numpy as np

SOURCE = (
    "https://stats.stackexchange.com/questions/464262/backpropagation-demo-gives-always-the-same-result-after-training"
)
SUMMARY = "One neuron per layer: each weight's delta is multiplied by the weight itself instead of by its input, and the error sent back to the hidden neuron skips the output sigmoid'."

X = np.array([0.4])
Y = np.array([1.0])
LR = 0.1


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def params():
    r = np.random.default_rng(1715)
    return {"w1": r.normal(size=1), "b1": r.normal(size=1), "w2": r.normal(size=1), "b2": r.normal(size=1)}


def loss(p):
    zh = X * p["w1"] + p["b1"]
    h = sigmoid(zh)
    zy = h * p["w2"] + p["b2"]
    y = sigmoid(zy)
    E = y - Y
    return np.sum(E * E), {"zh": zh, "h": h, "zy": zy, "y": y}


def der_sigmoid(x):
    return x * (1 - x)  # for an activation already applied


def step(p):
    w1, w2, b1, b2 = p["w1"], p["w2"], p["b1"], p["b2"]
    h = sigmoid(X * w1 + b1)
    yhat = sigmoid(h * w2 + b2)
    gradient_y = 2 * (yhat - Y)
    gradient_h = gradient_y * w2
    delta_w2 = gradient_y * der_sigmoid(yhat) * w2 * LR
    delta_w1 = gradient_h * der_sigmoid(h) * w1 * LR
    delta_b2 = gradient_y * der_sigmoid(yhat) * LR
    delta_b1 = gradient_h * der_sigmoid(h) * LR
    return {"w1": w1 - delta_w1, "b1": b1 - delta_b1, "w2": w2 - delta_w2, "b2": b2 - delta_b2}


def correct_grads(p):
    h = sigmoid(X * p["w1"] + p["b1"])
    y = sigmoid(h * p["w2"] + p["b2"])
    dy = 2 * (y - Y) * y * (1 - y)
    gh = dy * p["w2"]
    dh = gh * h * (1 - h)
    return {"w1": dh * X, "b1": dh, "w2": dy * h, "b2": dy, "zy": dy, "h": gh, "zh": dh}


EXPECTED = [
    {"where": "w2", "kind": "wrong_operand", "detail": "delta times w2 instead of delta times h"},
    {"where": "w1", "kind": "wrong_operand", "detail": "delta times w1 instead of delta times x"},
    {
        "where": "h",
        "kind": "missing_activation_derivative",
        "detail": "sigmoid' of the output left out when passing the error back",
    },
]
PROPAGATED = ["b1"]
CORRECT = ["b2"]
