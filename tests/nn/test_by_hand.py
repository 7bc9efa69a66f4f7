"""A sigmoid MLP: its gradients for each loss, derived by hand and written in plain NumPy."""

import numpy as np
import pytest

import autograd_lite as ag
import nn
import nn.functional as F

rng = np.random.default_rng(0)
X = rng.normal(size=(6, 2))
LABELS = np.array([0, 1, 2, 1, 0, 2])
T = rng.uniform(size=(6, 3))
ONE_HOT = np.eye(3)[LABELS]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


#: The loss as a function of Z2, and dL/dZ2 as a person derives it.
LOSSES = {
    "MSE": (lambda Z2: F.mse_loss(F.sigmoid(Z2), T), lambda Z2, A2: 2 * (A2 - T) * A2 * (1 - A2) / T.size),
    "MSE, sum": (lambda Z2: F.mse_loss(F.sigmoid(Z2), T, "sum"), lambda Z2, A2: 2 * (A2 - T) * A2 * (1 - A2)),
    "BCE": (lambda Z2: F.binary_cross_entropy(F.sigmoid(Z2), T), lambda Z2, A2: (A2 - T) / T.size),
    "BCE with logits": (lambda Z2: F.binary_cross_entropy_with_logits(Z2, T), lambda Z2, A2: (A2 - T) / T.size),
    "cross-entropy": (lambda Z2: F.cross_entropy(Z2, LABELS), lambda Z2, A2: (softmax(Z2) - ONE_HOT) / 6),
    "cross-entropy, sum": (
        lambda Z2: F.cross_entropy(Z2, LABELS, reduction="sum"),
        lambda Z2, A2: softmax(Z2) - ONE_HOT,
    ),
    "cross-entropy, probabilities": (
        lambda Z2: F.cross_entropy(Z2, T / T.sum(axis=1, keepdims=True)),
        lambda Z2, A2: (softmax(Z2) - T / T.sum(axis=1, keepdims=True)) / 6,
    ),
    "log-softmax and NLL": (
        lambda Z2: F.nll_loss(F.log_softmax(Z2, 1), LABELS),
        lambda Z2, A2: (softmax(Z2) - ONE_HOT) / 6,
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_of_a_sigmoid_network(name):
    loss_of, dZ2_of = LOSSES[name]
    model = nn.Sequential(nn.Linear(2, 4, rng=1), nn.Sigmoid(), nn.Linear(4, 3, rng=2))
    loss_of(model(X)).backward()
    weights = model.state_dict()
    W1, b1, W2, b2 = (weights[key] for key in ("0.weight", "0.bias", "2.weight", "2.bias"))

    A1 = sigmoid(X @ W1.T + b1)
    Z2 = A1 @ W2.T + b2
    dZ2 = dZ2_of(Z2, sigmoid(Z2))
    dZ1 = (dZ2 @ W2) * A1 * (1 - A1)
    expected = {"0.weight": dZ1.T @ X, "0.bias": dZ1.sum(axis=0), "2.weight": dZ2.T @ A1, "2.bias": dZ2.sum(axis=0)}
    for key, parameter in model.named_parameters():
        np.testing.assert_allclose(parameter.grad, expected[key], rtol=1e-10, atol=1e-14, err_msg=key)


def test_the_second_derivative_of_cross_entropy_is_the_covariance_of_the_one_hot_label():
    z = ag.Tensor(rng.normal(size=(1, 3)), requires_grad=True)
    F.cross_entropy(z, np.array([1])).backward(create_graph=True)
    gradient = z.grad
    p = softmax(z.numpy())[0]
    for k in range(3):
        z.zero_grad()
        gradient[0, k].backward(retain_graph=True)
        np.testing.assert_allclose(z.grad[0], p[k] * (np.eye(3)[k] - p), rtol=1e-12)
