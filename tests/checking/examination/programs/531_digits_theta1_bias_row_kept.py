import numpy as np

SOURCE = "'Backpropagation for Neural Network - Python' (Coursera ex4 question, in https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1); the slip is the neighbouring one"
SUMMARY = "Loop over samples, thetas with a bias column: delta_2 keeps the entry of the bias unit, so Theta1's gradient has one row too many."

M, NIN, NHID, NOUT = 6, 3, 4, 2
_r = np.random.default_rng(531)
x = np.vstack([np.ones((1, M)), _r.normal(size=(NIN, M))])
y = np.eye(NOUT)[:, [0, 1, 1, 0, 0, 1]]


def sigmoid(theta, a):
    return 1 / (1 + np.exp(-np.dot(theta, a)))


def params():
    r = np.random.default_rng(1531)
    return {"theta_1": r.normal(size=(NHID, NIN + 1)), "theta_2": r.normal(size=(NOUT, NHID + 1))}


def loss(p):
    z_2 = p["theta_1"] @ x
    hidden = np.concatenate([np.ones((1, M)), 1 / (1 + np.exp(-z_2))], axis=0)
    z_3 = p["theta_2"] @ hidden
    output = 1 / (1 + np.exp(-z_3))
    return -np.sum(y * np.log(output) + (1 - y) * np.log(1 - output)) / M, {
        "z_2": z_2,
        "hidden": hidden,
        "z_3": z_3,
        "output": output,
    }


def manual_grads(p):
    all_delta_1, all_delta_2 = 0, 0
    for t in range(M):
        hidden_layer = np.concatenate((np.ones((1, 1)), sigmoid(p["theta_1"], x[:, [t]])))
        output_layer = sigmoid(p["theta_2"], hidden_layer)
        delta_3 = output_layer - y[:, [t]]
        delta_2 = np.multiply(p["theta_2"].T @ delta_3, np.multiply(hidden_layer, 1 - hidden_layer))
        all_delta_2 = all_delta_2 + delta_3 @ hidden_layer.T
        all_delta_1 = all_delta_1 + delta_2 @ x[:, [t]].T
    return {"theta_1": all_delta_1 / M, "theta_2": all_delta_2 / M}


def correct_grads(p):
    h = sigmoid(p["theta_1"], x)
    a = np.vstack([np.ones(M), h])
    d3 = (sigmoid(p["theta_2"], a) - y) / M
    d2 = (p["theta_2"][:, 1:].T @ d3) * h * (1 - h)
    return {"theta_1": d2 @ x.T, "theta_2": d3 @ a.T, "z_3": d3, "z_2": d2}


EXPECTED = [
    {
        "where": "theta_1",
        "kind": "shape_mismatch",
        "detail": "(5,4) instead of (4,4): row 0 belongs to the bias unit, delta_2[1:] needed",
    }
]
PROPAGATED = []
CORRECT = ["theta_2"]
