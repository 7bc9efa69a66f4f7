"""Tutorial classes, a CNN on one image: layers that yield image regions, 3x3 filters, 2x2 max-pooling, softmax."""

import numpy as np


class Conv3x3:
    def __init__(self, filters, biases):
        self.num_filters = len(filters)
        self.filters = filters
        self.biases = biases

    def iterate_regions(self, image):
        """Generates all possible 3x3 image regions using valid padding."""
        h, w = image.shape
        for i in range(h - 2):
            for j in range(w - 2):
                im_region = image[i : (i + 3), j : (j + 3)]
                yield im_region, i, j

    def forward(self, input):
        self.last_input = input
        h, w = input.shape
        output = np.zeros((h - 2, w - 2, self.num_filters))
        for im_region, i, j in self.iterate_regions(input):
            output[i, j] = np.sum(im_region * self.filters, axis=(1, 2)) + self.biases
        return output


class MaxPool2:
    def iterate_regions(self, image):
        h, w, _ = image.shape
        for i in range(h // 2):
            for j in range(w // 2):
                yield image[(i * 2) : (i * 2 + 2), (j * 2) : (j * 2 + 2)], i, j

    def forward(self, input):
        h, w, num_filters = input.shape
        output = np.zeros((h // 2, w // 2, num_filters))
        for im_region, i, j in self.iterate_regions(input):
            output[i, j] = np.max(im_region, axis=(0, 1))
        return output


class Softmax:
    def __init__(self, weights, biases):
        self.weights = weights
        self.biases = biases

    def forward(self, input):
        input = input.flatten()
        totals = np.dot(input, self.weights) + self.biases
        exp = np.exp(totals)
        return exp / np.sum(exp, axis=0)


rng = np.random.RandomState(28)
image = rng.randint(0, 256, size=(8, 8))
label = 3


def params():
    rng = np.random.RandomState(4)
    return {
        "filters": rng.randn(4, 3, 3) / 2,
        "filter_biases": rng.randn(4) / 10,
        "weights": rng.randn(3 * 3 * 4, 5) / 4,
        "biases": rng.randn(5) / 10,
    }


def loss(params):
    conv = Conv3x3(params["filters"], params["filter_biases"])
    pool = MaxPool2()
    softmax = Softmax(params["weights"], params["biases"])
    # We transform the image from [0, 255] to [-0.5, 0.5] to make it easier to work with.
    out = conv.forward((image / 255) - 0.5)
    out = pool.forward(out)
    out = softmax.forward(out)
    loss = -np.log(out[label])
    acc = 1 if np.argmax(out) == label else 0
    print("loss %.3f, accuracy %d" % (loss, acc))
    return loss, {"probabilities": out}
