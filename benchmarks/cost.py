"""The cost of a gradient over the cost of the function itself, in plain NumPy; and how the cost of a loop grows."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple

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
    duration,
    interleave,
    progress_line,
    short,
)
from benchmarks.worker import DifferentResult

Array = NDArray[Any]

LIMIT = 5.0  # times the function, on large arrays
STEPS = 10_000
LENGTHS = (2_500, 5_000, 10_000, 20_000)
#: At most, of the time per step, from the shortest loop to the longest; quadratic growth would be 8. It is not 1, since
#: Python's garbage collector, which passes over all that is recorded, hardly runs in the shortest.
GROWTH = 2.0
ENGINES = {"lite": "autograd_lite", "pytorch": "PyTorch", "hips": "HIPS autograd"}
OURS = "lite"


def run(options: Options) -> Outcome:
    cases = {key: case for key, case in CASES.items() if options.wants_task(key)}
    measured = {key: measure_case(key, options) for key in cases}
    table = Table(
        "A gradient, as a ratio to the function itself on plain arrays, median over rounds (quartiles)",
        ["", "function", "value_and_grad", "ratio"],
        [
            [key, *(duration(one[name].median) for name in ("function", "gradient")), str(one["ratio"])]
            if "ratio" in one
            else [key, "-", "-", one["state"]]
            for key, one in measured.items()
        ],
    )
    notes = [f"{key}: {one['message']}" for key, one in measured.items() if one["message"]]
    verdicts = [
        at_most(f"{key}: gradient, ratio to the function", one["ratio"].median if "ratio" in one else None, LIMIT)
        for key, one in measured.items()
        if cases[key].is_judged
    ]
    loops = {key: loop for key, loop in LOOPS.items() if options.wants_task(key)}
    grown = {key: measure_growth(key, options) for key in loops}
    growth = Table(
        "A loop of n steps, function and gradient: us per step, the best of some rounds",
        ["", *(f"n = {length:,}" for length in LENGTHS), "last to first"],
        [
            [f"{key}: {ENGINES[engine]}", *cells(found)]
            for key, engines in grown.items()
            for engine, found in engines.items()
        ],
    )
    for key, engines in grown.items():
        notes += [f"{key}, {ENGINES[e]}: {one['message']}" for e, one in engines.items() if one["message"]]
        us = engines[OURS]["us"]
        if len(us) < len(LENGTHS):
            verdicts.append(Verdict(f"{key}: fails", False))
        else:
            verdicts.append(at_most(f"{key}: time per step, the longest loop to the shortest", us[-1] / us[0], GROWTH))
    return Outcome([table, growth] if grown else [table], verdicts, notes, {"cases": measured, "loops": grown})


def cells(found: dict[str, Any]) -> list[str]:
    us = found["us"]
    if not us:
        return [found["state"]] * (len(LENGTHS) + 1)
    return [*map(short, us), *[found["state"]] * (len(LENGTHS) - len(us)), short(us[-1] / us[0])]


def measure_case(case: str, options: Options) -> dict[str, Any]:
    """Let function and gradient take turns in one process; return the seconds of each and the ratio."""
    show = progress_line(f"cost of {case}")
    show("starting")
    with Worker("benchmarks.cost:workload", {"case": case}, options.threads) as worker:
        if worker.wait_until_ready():
            taken = interleave({"ours": worker}, {"ours": 1}, 3 if options.quick else 9, show)
        show("")
    if worker.state != "ready":
        has_rule = "MissingRuleError" not in worker.message
        return {"state": worker.state if has_rule else "no rule yet", "message": worker.message}
    rounds = [one["ours"] for one in taken]
    return {
        "state": "ready",
        "message": "",
        "function": Spread.of(one["function"] for one in rounds),
        "gradient": Spread.of(one["gradient"] for one in rounds),
        "ratio": Spread.of(one["gradient"] / one["function"] for one in rounds),
    }


def measure_growth(loop: str, options: Options) -> dict[str, dict[str, Any]]:
    """Let the engines take turns on a loop of each length; return the us per step of each."""
    show = progress_line(f"{loop}, of growing length")
    show("measuring")
    engines = [key for key, title in ENGINES.items() if key == OURS or options.wants_engine(key, title)]
    found: dict[str, dict[str, Any]] = {key: {"state": "", "message": "", "us": []} for key in engines}
    with contextlib.ExitStack() as stack:
        workers = {
            key: stack.enter_context(Worker("benchmarks.cost:growing", {"engine": key, "loop": loop}, options.threads))
            for key in engines
        }
        for worker in workers.values():
            worker.wait_until_ready()
        times: dict[tuple[str, int], list[float]] = {(key, length): [] for key in engines for length in LENGTHS}
        for _ in range(3 if options.quick else 7):  # all lengths in each round, so that they meet the same machine
            for length in LENGTHS:
                (taken,) = interleave(workers, dict.fromkeys(engines, length), 1, lambda text: None)
                for key in taken:
                    times[key, length].append(taken[key]["loop"] * 1e6)
        for (key, _), us in times.items():
            if us:
                found[key]["us"].append(min(us))
        show("")
    for key, worker in workers.items():
        if worker.state != "ready":
            found[key] |= {"state": worker.state, "message": worker.message}
            if UNSUPPORTED in worker.message:
                found[key] |= {"state": UNSUPPORTED, "message": ""}
    return found


# -- the functions: of arrays or of Tensors, as people write them ------------------------------------------------------


class Case(NamedTuple):
    """A function and how to make its arguments, all of which are differentiated."""

    function: Callable[..., Any]
    arguments: Callable[[np.random.Generator], tuple[Array, ...]]
    is_judged: bool = True


def matmul_chain(x: Any, *weights: Any) -> Any:
    for W in weights:
        x = x @ W
    return np.sum(x)


def elementwise_chain(x: Any) -> Any:
    y = np.sin(x) * 1.1 + 0.3
    y = np.exp(-y * y)
    y = np.sqrt(y + x * x)
    return np.sum(np.tanh(y) / y)


def broadcast_sums(m: Any, row: Any, column: Any) -> Any:
    return np.sum(((m + row) * column + row).sum(axis=1) * column[:, 0] + np.sum(m * row, axis=1))


def softmax_cross_entropy(Z: Any) -> Any:
    rows = np.arange(len(Z))
    S = Z - np.max(Z, axis=1, keepdims=True)
    return np.mean(np.log(np.sum(np.exp(S), axis=1)) - S[rows, rows % 1000])


def cumulative_products(x: Any) -> Any:
    return np.sum(np.cumprod(x))


def cumulative_sums(x: Any) -> Any:
    return np.sum(np.cumsum(x) ** 2)


def batched_solve(a: Any, b: Any) -> Any:
    return np.sum(np.linalg.solve(a, b))


def lstm(X: Any, W: Any, b: Any) -> Any:
    """Long short-term memory over X of shape (steps, batch, features); W takes features and hidden to four gates."""
    hidden = W.shape[1] // 4
    h = c = np.zeros((X.shape[1], hidden))
    for x in X:
        gates = np.concatenate([x, h], axis=1) @ W + b
        i, f, o = (1 / (1 + np.exp(-gates[:, k * hidden : (k + 1) * hidden])) for k in range(3))
        c = f * c + i * np.tanh(gates[:, 3 * hidden :])
        h = o * np.tanh(c)
    return np.sum(h * h)


def logsumexp(x: Any) -> Any:
    largest = np.max(x)
    return largest + np.log(np.sum(np.exp(x - largest)))


def reading_loop(x: Any, zeros: Any = np.zeros) -> Any:
    total = 0.0
    for i in range(len(x)):
        total = total + x[i] * x[i]
    return total


def writing_loop(x: Any, zeros: Any = np.zeros) -> Any:
    """Read nothing in the loop but the last value, and write each."""
    n = len(x)
    value, factor = x[0], x[1]
    out = zeros(n)
    for i in range(n):
        out[i] = value
        value = value * factor
    return np.sum(out)


LOOPS = {"x[i] read in a loop": reading_loop, "out[i] = v in a loop": writing_loop}
CASES = {
    "chain of matrix products": Case(
        matmul_chain, lambda rng: tuple(rng.normal(scale=600**-0.5, size=(600, 600)) for _ in range(5))
    ),
    "chain of elementwise functions, 10^6": Case(elementwise_chain, lambda rng: (rng.uniform(0.5, 2, size=10**6),)),
    "broadcasted sums, 2000x1000": Case(
        broadcast_sums, lambda rng: (rng.normal(size=(2000, 1000)), rng.normal(size=1000), rng.normal(size=(2000, 1)))
    ),
    "softmax cross-entropy, 4096x1000": Case(softmax_cross_entropy, lambda rng: (rng.normal(size=(4096, 1000)),)),
    "cumprod, 10^6": Case(cumulative_products, lambda rng: (rng.uniform(0.5, 1.5, size=10**6),)),
    "cumsum, 10^6": Case(cumulative_sums, lambda rng: (rng.normal(size=10**6),)),
    "solve, 200 of 50x50": Case(
        batched_solve, lambda rng: (rng.normal(size=(200, 50, 50)) + 10 * np.eye(50), rng.normal(size=(200, 50, 5)))
    ),
    "LSTM, 50 steps, batch 64, 128 wide": Case(
        lstm,
        lambda rng: (rng.normal(size=(50, 64, 128)), rng.normal(scale=1 / 16, size=(256, 512)), rng.normal(size=512)),
    ),
    "logsumexp, 10^7": Case(logsumexp, lambda rng: (rng.normal(size=10**7),)),
    **{
        f"{name}, {STEPS:,}": Case(loop, lambda rng: (rng.uniform(0.999, 1, size=STEPS),), is_judged=False)
        for name, loop in LOOPS.items()
    },
}


# -- in the process of its own -----------------------------------------------------------------------------------------


class TimedGradient:
    """A function and its gradient, proved right along one direction."""

    def __init__(self, case: Case) -> None:
        import autograd_lite as ag

        rng = np.random.default_rng(0)
        self.arguments = case.arguments(rng)
        function = case.function
        self.function = function
        if function in LOOPS.values():
            function = lambda x: case.function(x, lambda n: ag.Tensor(np.zeros(n)))  # noqa: E731
        self.value_and_grad = ag.value_and_grad(function, argnums=tuple(range(len(self.arguments))))
        value, gradients = self.value_and_grad(*self.arguments)
        directions = [rng.normal(size=a.shape) for a in self.arguments]
        slope = sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True))
        h = 1e-7
        above, below = (
            self.function(*(a + step * d for a, d in zip(self.arguments, directions, strict=True))) for step in (h, -h)
        )
        scale = np.sqrt(sum(np.sum(g * g) for g in gradients))  # what the slope is in a direction like any other
        if not abs((above - below) / (2 * h) - slope) <= 1e-4 * scale + 1e-16 * abs(value) / h:
            raise DifferentResult(f"the slope is {slope}, by differences {(above - below) / (2 * h)}")

    def measure(self, count: int) -> dict[str, float]:
        """Time the function and its gradient, each long enough to be measured."""
        seconds = {"function": 0.0, "gradient": 0.0}
        for name, call in (("function", self.function), ("gradient", self.value_and_grad)):
            call(*self.arguments)
            repeated, start = 0, time.perf_counter()
            while repeated < count or time.perf_counter() - start < 0.05:
                call(*self.arguments)
                repeated += 1
            seconds[name] = (time.perf_counter() - start) / repeated * count
        return seconds


def workload(case: str) -> TimedGradient:
    return TimedGradient(CASES[case])


#: Runs a loop over so many entries, forward and backward, and gives the gradient.
Loop = Callable[[Array], Any]
UNSUPPORTED = "not possible"


class TimedLoop:
    """A loop of one engine, forward and backward, of any length."""

    def __init__(self, loop: Loop, name: str) -> None:
        self.loop = loop
        rng = np.random.default_rng(0)
        x = rng.uniform(0.999, 1, size=20)
        g, h = np.asarray(self.loop(x)), 1e-6
        f = LOOPS[name]
        right = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in np.eye(len(x))]
        if not np.allclose(g, right, rtol=1e-6, atol=1e-6):
            raise DifferentResult(f"the gradient is off by {np.max(np.abs(g - right))}")

    def measure(self, count: int) -> dict[str, float]:
        """Time one loop of `count` steps."""
        x = np.random.default_rng(0).uniform(0.999, 1, size=count)
        start = time.perf_counter()
        self.loop(x)
        return {"loop": time.perf_counter() - start}


def growing(engine: str, loop: str) -> TimedLoop:
    return TimedLoop(globals()[f"{engine}_loop"](LOOPS[loop]), loop)


def lite_loop(function: Callable[..., Any]) -> Loop:
    import autograd_lite as ag

    return ag.grad(lambda x: function(x, lambda n: ag.Tensor(np.zeros(n))))


def pytorch_loop(function: Callable[..., Any]) -> Loop:
    import torch

    def loop(array: Array) -> Any:
        x = torch.tensor(array, requires_grad=True)
        if function is reading_loop:
            result = function(x)
        else:
            n = len(array)
            value, factor = x[0], x[1]
            out = torch.zeros(n, dtype=torch.float64)
            for i in range(n):
                out[i] = value
                value = value * factor
            result = out.sum()
        result.backward()
        return x.grad

    return loop


def hips_loop(function: Callable[..., Any]) -> Loop:
    import autograd

    if function is writing_loop:
        raise NotImplementedError(UNSUPPORTED)
    return autograd.grad(function)
