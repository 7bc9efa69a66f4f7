import numpy as np

SOURCE = (
    "https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1 (page 'Backpropagation for Neural Network - Python')"
)
SUMMARY = "Correct: the asker's loop over samples, bias row on top of the activations, delta_2[1:] and the division by m at the end are all as they should be."

_r = np.random.default_rng(725)
M = 6
X = np.concatenate([np.ones((1, M)), _r.normal(size=(3, M))], axis=0)
Y = np.eye(3)[:, [2, 0, 1, 1, 0, 2]]


def sigmoid(theta, x):
    return 1 / (1 + np.exp(-np.dot(theta, x)))


def params():
    r = np.random.default_rng(1725)
    return {"theta_1": r.normal(size=(4, 4)), "theta_2": r.normal(size=(3, 5))}


def loss(p):
    hidden = np.concatenate([np.ones((1, M)), sigmoid(p["theta_1"], X)], axis=0)
    out = sigmoid(p["theta_2"], hidden)
    return np.sum(-Y * np.log(out) - (1 - Y) * np.log(1 - out)) / M, {"hidden": hidden, "out": out}


def manual_grads(p):
    all_delta_1, all_delta_2 = 0, 0
    for t in range(M):
        x = X[:, [t]]
        hidden_layer = np.concatenate((np.ones((1, 1)), sigmoid(p["theta_1"], x)))
        output_layer = sigmoid(p["theta_2"], hidden_layer)
        delta_3 = output_layer - Y[:, [t]]
        delta_2 = np.multiply(p["theta_2"].T @ delta_3, np.multiply(hidden_layer, 1 - hidden_layer))
        all_delta_2 += delta_3 @ hidden_layer.T
        all_delta_1 += delta_2[1:] @ x.T
    return {"theta_1": all_delta_1 / M, "theta_2": all_delta_2 / M}


def correct_grads(p):
    s = sigmoid(p["theta_1"], X)
    hid = np.r_[np.ones((1, M)), s]
    d3 = (sigmoid(p["theta_2"], hid) - Y) / M
    g = p["theta_2"].T @ d3
    return {"theta_2": d3 @ hid.T, "theta_1": (g[1:] * s * (1 - s)) @ X.T, "hidden": g}


EXPECTED = []
PROPAGATED = []
CORRECT = ["theta_1", "theta_2"]
