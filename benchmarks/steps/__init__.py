"""The same training step in every engine, a file each: `benchmarks.step` times them.

A step runs forward, backward and the update ``p -= lr * dp`` on one batch. Every file defines ``step_of(task)``, which
returns a `Step`: a function that runs one step and gives the loss, and one that gives the parameters as NumPy arrays in
the layout of the task.
"""

from __future__ import annotations

import importlib
import time

import numpy as np

from benchmarks.steps.task import Step, Task
from benchmarks.worker import DifferentResult

#: The file of each engine, and what the table calls it. The first is what the others are compared with.
ENGINES = {
    "hand": "NumPy, hand-written",
    "hand_tuned": "NumPy, tuned with out=",
    "lite": "autograd_lite, eager",
    "lite_nn": "autograd_lite, nn and SGD",
    "pytorch": "PyTorch, eager",
    "pytorch_nn": "PyTorch, nn and SGD",
    "jax_jit": "JAX, jit",
    "hips": "HIPS autograd",
    "mygrad_step": "MyGrad",
}

TASKS = {
    task.name: task
    for task in (
        Task((2, 3, 2), 4, "float64"),
        Task((64, 32, 10), 32, "float64"),
        Task((784, 128, 10), 64, "float32"),
        Task((784, 128, 10), 64, "float64"),
        Task((784, 1024, 1024, 10), 256, "float32"),
    )
}

#: How far the change of a parameter may be from the hand-written one, relative to the largest change in the array.
TOLERANCE = {"float64": 1e-9, "float32": 2e-3}


class TimedStep:
    """A step that has been proved right, ready to be timed."""

    def __init__(self, step: Step) -> None:
        self.run = step.run

    def measure(self, count: int) -> dict[str, float]:
        """Time `count` steps, after a few to warm up."""
        run = self.run
        for _ in range(1 + count // 20):
            run()
        start = time.perf_counter()
        for _ in range(count):
            run()
        return {"step": time.perf_counter() - start}


def workload(engine: str, task: str) -> TimedStep:
    """Make the step of an engine, and prove that it computes the same as the hand-written one."""
    chosen = TASKS[task]
    step = importlib.import_module(f"benchmarks.steps.{engine}").step_of(chosen)
    prove(step, chosen)
    return TimedStep(step)


def prove(step: Step, task: Task, steps: int = 3) -> None:
    """Raise if the losses, or what becomes of the parameters, differ from the hand-written ones beyond rounding."""
    from benchmarks.steps import hand

    expected = hand.step_of(task)
    tolerance = TOLERANCE[task.dtype]
    for number in range(1, steps + 1):
        loss, right = step.run().item(), expected.run().item()
        if not abs(loss - right) <= tolerance * abs(right):
            raise DifferentResult(f"the loss of step {number} is {loss}, by hand {right}")
    starts, rights, actuals = task.parameters(), expected.parameters(), step.parameters()
    for position, (start, wanted, actual) in enumerate(zip(starts, rights, actuals, strict=True)):
        name = f"{'Wb'[position % 2]}{position // 2 + 1}"
        if actual.shape != wanted.shape or actual.dtype != wanted.dtype:
            raise DifferentResult(f"{name} is {actual.dtype}{actual.shape}, by hand {wanted.dtype}{wanted.shape}")
        error = float(np.max(np.abs(actual - wanted)) / np.max(np.abs(wanted - start)))
        if not error <= tolerance:
            raise DifferentResult(f"after {steps} steps the change of {name} is off by {error:.1e} of the largest")
