"""What recording costs: common operations on small arrays, the plain NumPy call beside the recorded one."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.runner import Options, Outcome, Spread, Table, Worker, interleave, progress_line, short

REPEAT = 200

ROWS, COLUMNS = np.array([0, 2, 2]), np.array([1, 0, 3])
MASK = np.eye(4, dtype=bool)

#: Each is a function of two 4x4 arrays (or Tensors) with positive entries, as people write it.
OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "a + b": lambda a, b: a + b,
    "a * 2.0": lambda a, b: a * 2.0,
    "2.0 * a": lambda a, b: 2.0 * a,
    "a / b": lambda a, b: a / b,
    "a ** 2": lambda a, b: a**2,
    "-a": lambda a, b: -a,
    "a @ b": lambda a, b: a @ b,
    "a > b": lambda a, b: a > b,
    "a.T": lambda a, b: a.T,
    "a.sum(axis=0)": lambda a, b: a.sum(axis=0),
    "a.mean()": lambda a, b: a.mean(),
    "a.max(axis=1, keepdims=True)": lambda a, b: a.max(axis=1, keepdims=True),
    "a.reshape(2, 8)": lambda a, b: a.reshape(2, 8),
    "a[0]": lambda a, b: a[0],
    "a[1:, :2]": lambda a, b: a[1:, :2],
    "a[ROWS, COLUMNS]": lambda a, b: a[ROWS, COLUMNS],
    "np.exp(a)": lambda a, b: np.exp(a),
    "np.tanh(a)": lambda a, b: np.tanh(a),
    "np.add(a, b)": lambda a, b: np.add(a, b),
    "np.maximum(a, 0)": lambda a, b: np.maximum(a, 0),
    "np.sum(a)": lambda a, b: np.sum(a),
    "np.dot(a, b)": lambda a, b: np.dot(a, b),
    "np.where(MASK, a, b)": lambda a, b: np.where(MASK, a, b),
    "np.clip(a, 0.2, 0.8)": lambda a, b: np.clip(a, 0.2, 0.8),
    "np.concatenate([a, b])": lambda a, b: np.concatenate([a, b]),
    "np.stack([a, b])": lambda a, b: np.stack([a, b]),
    "np.transpose(a)": lambda a, b: np.transpose(a),
    'np.einsum("ij,jk", a, b)': lambda a, b: np.einsum("ij,jk", a, b),
}


def run(options: Options) -> Outcome:
    show = progress_line("broad")
    with Worker("benchmarks.broad:workload", {}, options.threads) as worker:
        worker.wait_until_ready()
        taken = interleave({"ours": worker}, {"ours": REPEAT}, 5 if options.quick else 25, show)
    show("")
    rounds = [one["ours"] for one in taken if "ours" in one]
    notes = [f"failed: {worker.message}"] if worker.state != "ready" else []
    rows: list[Sequence[str]] = []
    for name in OPERATIONS if rounds else ():
        plain, unrecorded, recorded, backward = (
            Spread.of(one[f"{name} {kind}"] * 1e6 for one in rounds).median
            for kind in ("plain", "unrecorded", "recorded", "backward")
        )
        has_gradient = backward == backward
        rows.append(
            [
                name,
                short(plain),
                short(unrecorded),
                short(recorded),
                short(recorded - plain),
                short(backward) if has_gradient else "-",
            ]
        )
    table = Table(
        "One operation on 4x4 arrays: us, median over rounds (backward: the whole pass through this one operation)",
        ["", "NumPy", "under no_grad", "recorded", "recording adds", "backward"],
        rows,
    )
    return Outcome([table], notes=notes, figures=rounds)


# -- in the process of its own -----------------------------------------------------------------------------------------


class TimedOperations:
    """All operations, each on arrays and on Tensors."""

    def __init__(self) -> None:
        import autograd_lite as ag

        self.no_grad = ag.no_grad
        self.Tensor = ag.Tensor
        rng = np.random.default_rng(0)
        self.arrays = rng.uniform(0.1, 1.0, size=(4, 4)), rng.uniform(0.1, 1.0, size=(4, 4))
        self.tensors = ag.Tensor(self.arrays[0], requires_grad=True), ag.Tensor(self.arrays[1], requires_grad=True)
        for name, f in OPERATIONS.items():
            recorded, plain = f(*self.tensors), f(*self.arrays)
            values = recorded.numpy() if isinstance(recorded, ag.Tensor) else recorded
            if not np.array_equal(values, plain):
                raise AssertionError(f"{name} on Tensors is not what it is on arrays")

    def measure(self, count: int) -> dict[str, float]:
        """Time `count` calls of each operation: plain, without and with recording, and its backward pass."""
        seconds: dict[str, float] = {}
        for name, f in OPERATIONS.items():
            seconds[f"{name} plain"] = timed(count, f, *self.arrays)
            with self.no_grad():
                seconds[f"{name} unrecorded"] = timed(count, f, *self.tensors)
            seconds[f"{name} recorded"] = timed(count, f, *self.tensors)
            seconds[f"{name} backward"] = self.backward(f, count)
        return seconds

    def backward(self, f: Callable[[Any, Any], Any], count: int) -> float:
        answers = [f(*self.tensors) for _ in range(count)]
        if not isinstance(answers[0], self.Tensor):
            return float("nan")
        seed = np.ones_like(answers[0].data)
        start = time.perf_counter()
        for answer in answers:
            answer.backward(seed)
        elapsed = time.perf_counter() - start
        for tensor in self.tensors:
            tensor.grad = None
        return elapsed


def timed(count: int, f: Callable[[Any, Any], Any], a: Any, b: Any) -> float:
    f(a, b)
    start = time.perf_counter()
    for _ in range(count):
        f(a, b)
    return time.perf_counter() - start


def workload() -> TimedOperations:
    return TimedOperations()
