"""How much of NumPy has a gradient, here and in the peers: real calls of NumPy's own functions on each one's arrays.

The calls are the cases of the tests' grid. A name counts if in one of the cases that use it the gradient agrees with
central differences.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.runner import Options, Outcome, Table, Worker, at_most, progress_line

ENGINES = {"ours": "autograd_lite", "hips": "HIPS autograd", "mygrad": "MyGrad"}
#: For each name so many cases are tried, until one agrees.
TRIALS = 8


def run(options: Options) -> Outcome:
    show = progress_line("conformance")
    found: dict[str, dict[str, float]] = {}
    notes = []
    for engine, title in ENGINES.items():
        if not options.wants_engine(engine, title):
            continue
        show(title)
        with Worker("benchmarks.conformance:workload", {"engine": engine}, options.threads) as worker:
            figures = worker.measure(1) if worker.wait_until_ready() else None
            if figures is None:
                notes.append(f"{title}: {worker.state}: {worker.message}")
            else:
                found[engine] = figures
    show("")
    kinds = {"functions and ufuncs": lambda n: "ndarray." not in n and ".reduce" not in n, "all": lambda n: True}
    rows = [
        [title, *(f"{sum(v for n, v in found[engine].items() if keep(n)):.0f} of "
                  f"{sum(map(keep, found[engine]))}" for keep in kinds.values())]
        for engine, title in ENGINES.items() if engine in found
    ]  # fmt: skip
    table = Table("Names with a right gradient, called by NumPy's own name", ["", *kinds], rows)
    lost = [name for name, right in found.get("ours", {}).items() if not right]
    verdicts = [at_most("names of ours without a right gradient", len(lost) if "ours" in found else None, 0)]
    return Outcome([table], verdicts, notes=[*notes, *lost[:20]], figures=found)


# -- in the process of its own -----------------------------------------------------------------------------------------


class Calls:
    """The grid's cases, by the names that they use, and how to differentiate them."""

    def __init__(self, engine: str) -> None:
        self.gradients = getattr(self, engine)()
        import autograd_lite as ag
        from tests.conformance.watching import notes, watched
        from tests.rules.cases import other_cases, ufunc_cases

        self.cases: dict[str, list[Any]] = {}
        for case in [*ufunc_cases(), *other_cases()]:
            notes.seen.clear()
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    watched(case.call)(*[ag.Tensor(a, requires_grad=True) for a in case.arrays])
            except Exception:
                continue
            for name in notes.seen:
                self.cases.setdefault(name, []).append(case)

    def measure(self, count: int) -> dict[str, float]:
        """For each name 1 if the gradient is right."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return {name: float(any(map(self.agrees, cases[:TRIALS]))) for name, cases in self.cases.items()}

    def agrees(self, case: Any) -> bool:
        arrays = [np.array(a) for a in case.arrays]
        try:
            shape = np.shape(case.call(*arrays))
            weights = np.cos(1.0 + np.arange(np.prod(shape, dtype=int))).reshape(shape)
            found = self.gradients(case.call, arrays, weights)
            expected = [differences(case.call, arrays, i, weights) for i in range(len(arrays))]
            return all(
                np.shape(f) == e.shape and np.allclose(np.asarray(f, float), e, rtol=1e-4, atol=1e-5)
                for f, e in zip(found, expected, strict=True)
            ) and any(e.size for e in expected)  # fmt: skip
        except Exception:
            return False

    @staticmethod
    def ours() -> Callable[..., Any]:
        import autograd_lite as ag

        def gradients(call: Any, arrays: list[Any], weights: Any) -> list[Any]:
            tensors = [ag.Tensor(a, requires_grad=True) for a in arrays]
            np.sum(np.real(call(*tensors)) * weights).backward()
            return [t.grad for t in tensors]

        return gradients

    @staticmethod
    def hips() -> Callable[..., Any]:
        import autograd
        import autograd.numpy as anp

        def gradients(call: Any, arrays: list[Any], weights: Any) -> Any:
            def loss(*args: Any) -> Any:
                return anp.sum(anp.real(call(*args)) * weights)

            return autograd.grad(loss, tuple(range(len(arrays))))(*arrays)

        return gradients

    @staticmethod
    def mygrad() -> Callable[..., Any]:
        import mygrad

        def gradients(call: Any, arrays: list[Any], weights: Any) -> list[Any]:
            tensors = [mygrad.tensor(a) for a in arrays]
            mygrad.sum(call(*tensors) * weights).backward()
            return [t.grad for t in tensors]

        return gradients


def differences(call: Any, arrays: list[Any], position: int, weights: Any, step: float = 1e-6) -> Any:
    """The gradient by central differences."""
    slope = np.zeros(arrays[position].shape)
    for index in np.ndindex(slope.shape):
        ends = []
        for sign in (1, -1):
            moved = [a.copy() for a in arrays]
            moved[position][index] += sign * step
            ends.append(float(np.sum(np.real(call(*moved)) * weights)))
        slope[index] = (ends[0] - ends[1]) / (2 * step)
    return slope


def workload(engine: str) -> Calls:
    return Calls(engine)
