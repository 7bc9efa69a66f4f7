"""JAX: the whole step compiled by `jax.jit`. Not installed by the extra ``bench``; timed where it is present."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from benchmarks.steps.task import Step, Task

jax: Any = importlib.import_module("jax")  # no import statement: it comes and goes without the type checker's notice
jnp: Any = importlib.import_module("jax.numpy")


def step_of(task: Task) -> Step:
    jax.config.update("jax_enable_x64", True)
    X, y = map(jnp.asarray, task.data())
    parameters = [jnp.asarray(p) for p in task.parameters()]
    rows, lr = jnp.arange(task.batch), task.lr

    def loss_of(parameters: list[Any], X: Any, y: Any) -> Any:
        A = X
        for W, b in zip(parameters[0:-2:2], parameters[1:-2:2], strict=True):
            A = jax.nn.sigmoid(A @ W + b)
        return -jax.nn.log_softmax(A @ parameters[-2] + parameters[-1])[rows, y].mean()

    @jax.jit
    def update(parameters: list[Any], X: Any, y: Any) -> tuple[Any, list[Any]]:
        loss, gradients = jax.value_and_grad(loss_of)(parameters, X, y)
        return loss, [p - lr * g for p, g in zip(parameters, gradients, strict=True)]

    def run() -> Any:
        nonlocal parameters
        loss, parameters = update(parameters, X, y)
        jax.block_until_ready(parameters)
        return loss

    return Step(run, lambda: [np.asarray(p) for p in parameters])
