"""Beginner's script, a 2-2-1 net for XOR: every weight a scalar of its own, math.exp, float(), one sample at a time."""

import math

import numpy as np

# inputs and the answer we want
samples = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]

# each row: weight from x1, weight from x2, bias
params = {
    "hidden": np.array([[0.62, -0.48, 0.15], [-0.71, 0.93, -0.22]]),
    "output": np.array([0.84, -0.57, 0.31]),
}


def sigmoid(x):
    try:
        return 1.0 / (1.0 + math.exp(-x))
    except OverflowError:
        return 0.0


def neuron(w1, w2, bias, in1, in2):
    return sigmoid(w1 * in1 + w2 * in2 + bias)


def feed_forward(x1, x2, hidden, output):
    (w11, w12, b1), (w21, w22, b2) = hidden
    v1, v2, b3 = output[0], output[1], output[2]
    h1 = neuron(w11, w12, b1, x1, x2)
    h2 = neuron(w21, w22, b2, x1, x2)
    y = neuron(v1, v2, b3, h1, h2)
    return float(y)


def loss(params):
    error = 0
    for x1, x2, target in samples:
        y = feed_forward(x1, x2, params["hidden"], params["output"])
        error += 0.5 * math.pow(target - y, 2)
        print(f"input: {x1} {x2}   output: {y:.4f}   expected: {target}")
    print("total error:", error)
    return error


if __name__ == "__main__":
    loss(params)
