"""Class with long attribute names, a 3-layer sigmoid classifier on one (1, n) image: .T.dot, column biases, prints."""

import numpy as np


class NeuralNetwork:
    def __init__(self, input_size, hidden_size, output_size):
        np.random.seed(42)
        self.weights_input_layer_to_hidden_layer = np.random.uniform(-1, 1, (input_size, hidden_size))
        self.weights_hidden_layer_to_output_layer = np.random.uniform(-1, 1, (hidden_size, output_size))
        self.bias_on_hidden_layer = np.random.uniform(-0.5, 0.5, (hidden_size, 1))
        self.bias_on_output_layer = np.random.uniform(-0.5, 0.5, (output_size, 1))
        self.output_size = output_size

    def sigmoid(self, x, derivative=False):
        if derivative:
            return self.sigmoid(x) * (1 - self.sigmoid(x))
        return 1 / (1 + np.exp(-x))

    def loss_function(self, predicted, expected, derivative=False):
        if derivative:
            return 2 * (predicted - expected)
        return (predicted - expected) ** 2

    def expected_value(self, y):
        expected = np.zeros((1, self.output_size))
        expected[0, y] = 1
        return expected

    def forward_propagation(self, x):
        self.hidden_layer_without_activity = (
            self.weights_input_layer_to_hidden_layer.T.dot(x.T) + self.bias_on_hidden_layer
        )
        self.hidden_layer = self.sigmoid(self.hidden_layer_without_activity)
        self.output_layer_without_activity = (
            self.weights_hidden_layer_to_output_layer.T.dot(self.hidden_layer) + self.bias_on_output_layer
        )
        self.output_layer = self.sigmoid(self.output_layer_without_activity)
        return self.output_layer


image = np.random.RandomState(7).rand(1, 9)
label = 2
net = NeuralNetwork(9, 5, 4)


def params():
    return {
        "W1": net.weights_input_layer_to_hidden_layer.copy(),
        "b1": net.bias_on_hidden_layer.copy(),
        "W2": net.weights_hidden_layer_to_output_layer.copy(),
        "b2": net.bias_on_output_layer.copy(),
    }


def loss(params):
    net.weights_input_layer_to_hidden_layer = params["W1"]
    net.bias_on_hidden_layer = params["b1"]
    net.weights_hidden_layer_to_output_layer = params["W2"]
    net.bias_on_output_layer = params["b2"]
    predicted_value = net.forward_propagation(image)
    assert predicted_value.shape == net.bias_on_output_layer.shape
    print(f"{'-*-' * 15} PREDICTION {'-*-' * 15}")
    print(f"Predicted Value: {np.argmax(predicted_value)}")
    print(f"Actual Value: {label}")
    cost_value = net.loss_function(predicted_value.T, net.expected_value(label))
    return cost_value.mean(), {"hidden_layer": net.hidden_layer, "output_layer": net.output_layer}
