"""The networks of derivations.md, in plain NumPy as people write them, and the derivations that a careful person writes.

Each section of the page is a function of no arguments that returns ``(f, arguments, by_hand)``: what is differentiated,
what it is given, and the derivation by hand, one statement a line, or nothing.
"""

from __future__ import annotations

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


# ---------------------------------------------------------------------------------- (a) two layers, a sample a row

rng = np.random.default_rng(0)
X = rng.random((100, 30))
Y = rng.integers(0, 2, (100, 1)).astype(float)


def two_layers(W1, b1, W2, b2):
    Z1 = X.dot(W1) + b1
    A1 = sigmoid(Z1)
    Z2 = A1.dot(W2) + b2
    A2 = sigmoid(Z2)
    return np.sum((A2 - Y) ** 2)


# --------------------------------------------------------------------------- (b) three layers, one sample, a class


class Network:
    def __init__(self, rng):
        self.W1 = rng.normal(size=(785, 16))
        self.b1 = rng.normal(size=(16, 1))
        self.W2 = rng.normal(size=(16, 10))
        self.b2 = rng.normal(size=(10, 1))

    def sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-z))

    def forward(self, x):
        self.hidden_in = self.W1.T.dot(x.T) + self.b1
        self.hidden = self.sigmoid(self.hidden_in)
        self.output_in = self.W2.T.dot(self.hidden) + self.b2
        self.output = self.sigmoid(self.output_in)
        return self.output

    def cost(self, x, y):
        return np.sum((self.forward(x) - y) ** 2)
