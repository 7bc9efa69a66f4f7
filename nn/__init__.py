"""Neural networks on `autograd_lite`, with PyTorch's conventions.

>>> import numpy as np
>>> import nn
>>> model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 2))
>>> loss = nn.CrossEntropyLoss()(model(np.zeros((4, 2))), np.array([0, 1, 1, 0]))
>>> loss.backward()
>>> {name: parameter.grad.shape for name, parameter in model.named_parameters()}
{'0.weight': (3, 2), '0.bias': (3,), '2.weight': (2, 3), '2.bias': (2,)}
"""

from nn import data, errors, functional, init, optim
from nn.containers import ModuleList, Sequential
from nn.history import History
from nn.layers import (
    GELU,
    Flatten,
    Identity,
    LeakyReLU,
    Linear,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nn.losses import BCELoss, BCEWithLogitsLoss, CrossEntropyLoss, HuberLoss, L1Loss, MSELoss, NLLLoss
from nn.module import Module
from nn.parameter import Parameter
from nn.randomness import manual_seed
from nn.training import accuracy, evaluate, fit

__all__ = [
    "GELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "Flatten",
    "History",
    "HuberLoss",
    "Identity",
    "L1Loss",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "accuracy",
    "data",
    "errors",
    "evaluate",
    "fit",
    "functional",
    "init",
    "manual_seed",
    "optim",
]
