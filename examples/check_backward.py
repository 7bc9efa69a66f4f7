"""Check a backward pass written by hand: first one with two classic mistakes, then its repaired twin.

The network is a 2-3-1 sigmoid network with a squared error. The mistakes: the derivative of the loss has its sign
flipped (`Y - A2`), and `dW2` multiplies with the output `A2` where the hidden layer `A1` belongs. NumPy runs both
without complaint.

Run it: python examples/check_backward.py
"""

from __future__ import annotations

import numpy as np

import autograd_lite as ag

rng = np.random.default_rng(0)
X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])  # a sample a column
Y = np.array([[0.0, 1.0, 1.0, 0.0]])
PARAMS = {
    "W1": rng.normal(size=(3, 2)),
    "b1": rng.normal(size=(3, 1)),
    "W2": rng.normal(size=(1, 3)),
    "b2": rng.normal(size=(1, 1)),
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = sigmoid(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = sigmoid(Z2)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def loss(p):
    cache = forward(p)
    return np.sum((cache["A2"] - Y) ** 2), cache


def backward_with_two_mistakes(p):
    c = forward(p)
    dA2 = 2 * (Y - c["A2"])
    dZ2 = dA2 * c["A2"] * (1 - c["A2"])
    dW2 = np.dot(dZ2, c["A2"].T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(p["W2"].T, dZ2)
    dZ1 = dA1 * c["A1"] * (1 - c["A1"])
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dA2": dA2}


def repaired_backward(p):
    c = forward(p)
    dA2 = 2 * (c["A2"] - Y)
    dZ2 = dA2 * c["A2"] * (1 - c["A2"])
    dW2 = np.dot(dZ2, c["A1"].T)
    db2 = np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(p["W2"].T, dZ2)
    dZ1 = dA1 * c["A1"] * (1 - c["A1"])
    dW1 = np.dot(dZ1, X.T)
    db1 = np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dA2": dA2}


def main() -> tuple[ag.Report, ag.Report]:
    print("The backward pass as first written:\n")
    wrong = ag.check_backward(loss, backward_with_two_mistakes, PARAMS)
    print(wrong)
    print("\nThe same, repaired:\n")
    right = ag.check_backward(loss, repaired_backward, PARAMS)
    print(right)
    return wrong, right


if __name__ == "__main__":
    main()
