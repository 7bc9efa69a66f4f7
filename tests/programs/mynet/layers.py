"""Layers of a person's own package."""

import numpy as np
from mynet.losses import one_hot

N_CLASSES = 3
INPUT_SCALE = np.array([0.5, 1.0, 2.0, 0.25])


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


class Dense:
    count = 0

    def __init__(self, W, b, activation=sigmoid):
        Dense.count += 1
        self.W, self.b, self.activation = W, b, activation

    def forward(self, x):
        self.x = x
        self.z = np.zeros((x.shape[0], self.b.size))
        for i in range(x.shape[0]):
            self.z[i] = x[i].dot(self.W) + self.b
        return self.activation(self.z) if self.activation else self.z


def targets(labels):
    return one_hot(labels, N_CLASSES)
