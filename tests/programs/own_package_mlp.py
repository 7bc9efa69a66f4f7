"""Program with its own package beside it, a 3-layer sigmoid classifier: layers and losses imported in three ways."""

import mynet.losses as losses
import numpy as np
from mynet import layers
from mynet.layers import Dense

np.random.seed(2024)
features = np.random.uniform(0, 4, size=(9, 4))
labels = np.array([0, 2, 1, 1, 0, 2, 2, 0, 1])

sizes = [4, 5, 4, layers.N_CLASSES]
params = {}
for i, (n_in, n_out) in enumerate(zip(sizes, sizes[1:]), start=1):
    params["W%d" % i] = np.random.normal(0, 1 / np.sqrt(n_in), size=(n_in, n_out))
    params["b%d" % i] = np.random.normal(0, 0.1, size=n_out)


class Network:
    def __init__(self, params):
        self.layers = []
        depth = len(params) // 2
        for i in range(1, depth + 1):
            activation = layers.sigmoid if i < depth else None
            self.layers.append(Dense(params["W%d" % i], params["b%d" % i], activation))

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x


def loss(params):
    net = Network(params)
    scores = net.forward(features * layers.INPUT_SCALE)
    value = losses.cross_entropy(scores, layers.targets(labels))
    correct = (scores.argmax(axis=1) == labels).sum()
    print(f"{correct} of {len(labels)} right, loss {value:.5f}")
    return value, {"z1": net.layers[0].z, "scores": scores}
