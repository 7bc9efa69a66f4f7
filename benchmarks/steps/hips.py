"""HIPS autograd: `value_and_grad` of a loss written in its wrapped NumPy."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
from autograd import value_and_grad

from benchmarks.steps.task import Step, Task


def step_of(task: Task) -> Step:
    X, y = task.data()
    parameters = task.parameters()
    rows, lr = np.arange(task.batch), task.lr

    def loss_of(parameters: list[Any]) -> Any:
        A = X
        for W, b in zip(parameters[0:-2:2], parameters[1:-2:2], strict=True):
            A = 1 / (1 + np.exp(-(A @ W + b)))
        Z = A @ parameters[-2] + parameters[-1]
        S = Z - np.max(Z, axis=1, keepdims=True)
        return np.mean(np.log(np.sum(np.exp(S), axis=1)) - S[rows, y])

    loss_and_gradients = value_and_grad(loss_of)

    def run() -> Any:
        loss, gradients = loss_and_gradients(parameters)
        for p, g in zip(parameters, gradients, strict=True):
            p -= lr * g
        return loss

    return Step(run, lambda: parameters)
