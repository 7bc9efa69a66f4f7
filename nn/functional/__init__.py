"""Functions of `nn` without parameters of their own: activations and losses, under PyTorch's names."""

from nn.functional.activations import gelu, leaky_relu, logsumexp, silu, softplus, tanh
from nn.functional.classification import cross_entropy, nll_loss, one_hot
from nn.functional.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    l1_loss,
    mse_loss,
)
from nn.functional.rules import linear, log_softmax, relu, sigmoid, softmax

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "gelu",
    "huber_loss",
    "l1_loss",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsumexp",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]
