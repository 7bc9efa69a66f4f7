"""Matrices of derivatives: the Jacobian of a function from 200 to 200 numbers, the Hessian of one of 50 parameters."""

from __future__ import annotations

import contextlib
import importlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.runner import (
    Options,
    Outcome,
    Spread,
    Table,
    Verdict,
    Worker,
    at_most,
    calibrate,
    duration,
    interleave,
    progress_line,
)
from benchmarks.worker import DifferentResult

Array = NDArray[Any]

LIMIT = 1 / 3  # times that of HIPS autograd
BASE, OURS = "hips", "lite"
ENGINES = {
    "lite": "autograd_lite",
    "hips": "HIPS autograd",
    "pytorch": "PyTorch, torch.autograd.functional",
    "pytorch_vectorized": "PyTorch, vectorize=True",
    "jax": "JAX, jit",
}
TITLES = {"jacobian": "Jacobian\n200 to 200", "hessian": "Hessian\n50 parameters"}


def run(options: Options) -> Outcome:
    tasks = [task for task in TITLES if options.wants_task(task)]
    engines = [key for key, title in ENGINES.items() if key == BASE or options.wants_engine(key, title)]
    measured = {task: measure(task, engines, options) for task in tasks}
    table = Table(
        "Time, and as a ratio to that of HIPS autograd, median over rounds (quartiles)",
        ["", *(heading for task in tasks for heading in (TITLES[task], "ratio"))],
        [[ENGINES[key], *(cell for task in tasks for cell in measured[task][key]["cells"])] for key in engines],
    )
    notes = [
        f"{one['state']}: {ENGINES[key]}, {task}: {one['message']}"
        for task, found in measured.items()
        for key, one in found.items()
        if one["state"] in ("WRONG", "failed")
    ]
    verdicts = [Verdict("every engine that is installed runs and computes the same numbers", not notes)]
    if OURS in engines:
        for task in tasks:
            ratio = measured[task][OURS]["ratio"]
            verdicts.append(
                at_most(f"{ENGINES[OURS]}, {task}, ratio to {ENGINES[BASE]}", ratio and ratio.median, round(LIMIT, 2))
            )
    return Outcome([table], verdicts, notes, measured)


def measure(task: str, engines: list[str], options: Options) -> dict[str, dict[str, Any]]:
    """Let all engines take turns; return for each its state, its times and its cells of the table."""
    show = progress_line(task)
    with contextlib.ExitStack() as stack:
        show("starting the engines")
        workers = {
            key: stack.enter_context(
                Worker("benchmarks.matrices:workload", {"engine": key, "task": task}, options.threads)
            )
            for key in engines
        }
        for worker in workers.values():
            worker.wait_until_ready()
        show("warming up")
        counts = {key: calibrate(worker, 0.02) for key, worker in workers.items() if worker.state == "ready"}
        taken = interleave(workers, counts, 8 if options.quick else 25, show)
        show("")
    found: dict[str, dict[str, Any]] = {}
    for key, worker in workers.items():
        times = [one[key][task] for one in taken if key in one]
        ratios = [one[key][task] / one[BASE][task] for one in taken if key in one and BASE in one]
        ratio = Spread.of(ratios) if ratios else None
        seconds = Spread.of(times) if times else None
        cells = [(seconds and duration(seconds.median)) or worker.state, "1" if key == BASE else str(ratio or "-")]
        found[key] = {
            "state": worker.state,
            "message": worker.message,
            "seconds": seconds,
            "ratio": ratio,
            "cells": cells,
        }
    return found


# -- what is differentiated: written for any engine, given its tanh ----------------------------------------------------


def layers(x: Any, W1: Any, W2: Any, tanh: Any) -> Any:
    """Two layers of 200."""
    return tanh(W2 @ tanh(W1 @ x))


def layers_constants() -> tuple[Array, tuple[Array, Array]]:
    rng = np.random.default_rng(0)
    W1, W2 = (rng.normal(scale=200**-0.5, size=(200, 200)) for _ in range(2))
    return rng.normal(size=200), (W1, W2)


def network(p: Any, X: Any, y: Any, tanh: Any) -> Any:
    """The loss of a 5-7-1 network whose 50 parameters are in one vector."""
    W1, b1, W2, b2 = p[:35].reshape(5, 7), p[35:42], p[42:49], p[49]
    return ((tanh(X @ W1 + b1) @ W2 + b2 - y) ** 2).mean()


def network_constants() -> tuple[Array, tuple[Array, Array]]:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 5)), rng.normal(size=20)
    return rng.normal(size=50), (X, y)


def right_jacobian(x: Array, constants: tuple[Array, Array]) -> Array:
    W1, W2 = constants
    a1 = np.tanh(W1 @ x)
    a2 = np.tanh(W2 @ a1)
    return (1 - a2**2)[:, None] * W2 @ ((1 - a1**2)[:, None] * W1)


def right_hessian(p: Array, constants: tuple[Array, Array]) -> Array:
    """Differences of the gradient written by hand."""
    X, y = constants

    def gradient(p: Array) -> Array:
        A = np.tanh(X @ p[:35].reshape(5, 7) + p[35:42])
        error = 2 * (A @ p[42:49] + p[49] - y) / len(y)
        dZ = error[:, None] * p[42:49] * (1 - A**2)
        return np.concatenate([(X.T @ dZ).ravel(), dZ.sum(axis=0), A.T @ error, [error.sum()]])

    h = 1e-5
    return np.array([(gradient(p + h * e) - gradient(p - h * e)) / (2 * h) for e in np.eye(50)])


# -- in the process of each engine -------------------------------------------------------------------------------------


class TimedMatrix:
    """The matrix of one engine, proved right."""

    def __init__(self, task: str, matrix: Callable[[], Any], right: Array) -> None:
        self.task, self.matrix = task, matrix
        error = float(np.max(np.abs(np.asarray(matrix()) - right)))
        if not error <= 1e-7:
            raise DifferentResult(f"an entry is off by {error:.1e}")

    def measure(self, count: int) -> dict[str, float]:
        """Time `count` matrices, after one to warm up."""
        matrix = self.matrix
        matrix()
        start = time.perf_counter()
        for _ in range(count):
            matrix()
        return {self.task: time.perf_counter() - start}


def workload(engine: str, task: str) -> TimedMatrix:
    if task == "jacobian":
        x, constants = layers_constants()
        function, right = layers, right_jacobian(x, constants)
    else:
        x, constants = network_constants()
        function, right = network, right_hessian(x, constants)
    return TimedMatrix(task, globals()[f"{engine}_matrix"](task, function, x, constants), right)


def lite_matrix(task: str, function: Any, x: Array, constants: Any) -> Callable[[], Any]:
    import autograd_lite as ag

    matrix = getattr(ag, task)(lambda x: function(x, *constants, np.tanh))
    return lambda: matrix(x)


def hips_matrix(task: str, function: Any, x: Array, constants: Any) -> Callable[[], Any]:
    import autograd
    import autograd.numpy as anp

    matrix = getattr(autograd, task)(lambda x: function(x, *constants, anp.tanh))
    return lambda: matrix(x)


def pytorch_matrix(task: str, function: Any, x: Array, constants: Any, vectorize: bool = False) -> Callable[[], Any]:
    import torch

    tensors, x = [torch.tensor(c) for c in constants], torch.tensor(x)
    matrix = getattr(torch.autograd.functional, task)
    return lambda: matrix(lambda x: function(x, *tensors, torch.tanh), x, vectorize=vectorize)


def pytorch_vectorized_matrix(task: str, function: Any, x: Array, constants: Any) -> Callable[[], Any]:
    return pytorch_matrix(task, function, x, constants, vectorize=True)


def jax_matrix(task: str, function: Any, x: Array, constants: Any) -> Callable[[], Any]:
    # No import statement: it comes and goes without the type checker's notice.
    jax: Any = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)
    arrays, start = [jax.numpy.asarray(c) for c in constants], jax.numpy.asarray(x)
    transform = jax.jacrev if task == "jacobian" else jax.hessian
    matrix = jax.jit(transform(lambda x: function(x, *arrays, jax.numpy.tanh)))
    return lambda: matrix(start).block_until_ready()
