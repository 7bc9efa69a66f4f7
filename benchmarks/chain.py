"""A chain of scalar operations ``x = x * c``: the time of each, forward and backward, and whether a million work."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable
from typing import Any

from benchmarks.runner import (
    Options,
    Outcome,
    Spread,
    Table,
    Verdict,
    Worker,
    at_most,
    interleave,
    progress_line,
    short,
)
from benchmarks.worker import DifferentResult

LIMIT = 4.0  # us per operation
SHORT, LONG = 100_000, 1_000_000
FACTOR = 1.000001
OURS = "lite"
ENGINES = {"lite": "autograd_lite", "pytorch": "PyTorch", "hips": "HIPS autograd", "mygrad": "MyGrad"}

#: Takes the length; returns the seconds forward, the seconds backward, and the derivative.
Chain = Callable[[int], tuple[float, float, float]]


def run(options: Options) -> Outcome:
    engines = {key: title for key, title in ENGINES.items() if options.wants_engine(key, title)}
    rounds = 3 if options.quick else 5
    short_chain = measure(list(engines), SHORT, rounds, options)
    # The peers take up to a minute for the long one, and the answer is known.
    long_chain = measure([OURS] if options.quick else list(engines), LONG, 1, options)
    table = Table(
        "A chain of operations on a scalar: us per operation, median over rounds (quartiles)",
        ["", f"{SHORT:,}: forward", "backward", "both", f"{LONG:,}: both"],
        [[title, *row(short_chain.get(key), 3), *row(long_chain.get(key), 1)] for key, title in engines.items()],
    )
    notes = [
        f"{ENGINES[key]}, {length:,}: {found[key]['message']}"
        for length, found in ((SHORT, short_chain), (LONG, long_chain))
        for key in found
        if found[key]["state"] in ("WRONG", "failed")
    ]
    verdicts: list[Verdict] = []
    if OURS in engines:
        spread = short_chain[OURS]["spreads"].get("both")
        verdicts.append(at_most(f"{ENGINES[OURS]}, {SHORT:,} operations, each", spread and spread.median, LIMIT, " us"))
        works = long_chain[OURS]["state"] == "ready"
        verdicts.append(Verdict(f"{ENGINES[OURS]}, {LONG:,} operations: {'work' if works else 'fail'}", works))
    figures = {
        str(length): {key: {name: one[name] for name in ("state", "message", "us")} for key, one in found.items()}
        for length, found in ((SHORT, short_chain), (LONG, long_chain))
    }
    return Outcome([table], verdicts, notes, figures)


def row(found: dict[str, Any] | None, columns: int) -> list[str]:
    names = ["forward", "backward", "both"][-columns:]
    if found is None:
        return ["not run"] * columns
    if found["state"] != "ready":
        return [found["state"]] * columns
    spreads: dict[str, Spread] = found["spreads"]
    return [str(spreads[name]) if name == "both" else short(spreads[name].median) for name in names]


def measure(engines: list[str], length: int, rounds: int, options: Options) -> dict[str, dict[str, Any]]:
    """Let the engines take turns on chains of a length; return for each its state and the us per operation."""
    show = progress_line(f"chain of {length:,}")
    with contextlib.ExitStack() as stack:
        show("starting the engines")
        workers = {
            key: stack.enter_context(Worker("benchmarks.chain:workload", {"engine": key}, options.threads))
            for key in engines
        }
        for worker in workers.values():
            worker.wait_until_ready()
        taken = interleave(workers, dict.fromkeys(engines, length), rounds, show)
        show("")
    found: dict[str, dict[str, Any]] = {}
    for key, worker in workers.items():
        times = [{name: seconds * 1e6 for name, seconds in one[key].items()} for one in taken if key in one]
        for one in times:
            one["both"] = one["forward"] + one["backward"]
        spreads = {name: Spread.of(one[name] for one in times) for name in ("forward", "backward", "both") if times}
        found[key] = {"state": worker.state, "message": worker.message, "us": times, "spreads": spreads}
    return found


# -- in the process of each engine -------------------------------------------------------------------------------------


class TimedChain:
    """Chains of one engine, ready to be timed."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain

    def measure(self, count: int) -> dict[str, float]:
        """Time one chain of `count` operations."""
        forward, backward, derivative = self.chain(count)
        if not math.isclose(derivative, FACTOR**count, rel_tol=1e-9):
            raise DifferentResult(f"the derivative is {derivative}, and should be {FACTOR**count}")
        return {"forward": forward, "backward": backward}


def workload(engine: str) -> TimedChain:
    timed = TimedChain(globals()[f"{engine}_chain"]())
    timed.measure(1000)  # warm, and right
    return timed


def lite_chain() -> Chain:
    from autograd_lite import Tensor

    def chain(length: int) -> tuple[float, float, float]:
        start = time.perf_counter()
        x = y = Tensor(1.0, requires_grad=True)
        for _ in range(length):
            y = y * FACTOR
        middle = time.perf_counter()
        y.backward()
        end = time.perf_counter()
        return middle - start, end - middle, float(x.grad)

    return chain


def pytorch_chain() -> Chain:
    import torch

    def chain(length: int) -> tuple[float, float, float]:
        start = time.perf_counter()
        x = y = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
        for _ in range(length):
            y = y * FACTOR
        middle = time.perf_counter()
        y.backward()
        end = time.perf_counter()
        assert x.grad is not None
        return middle - start, end - middle, float(x.grad)

    return chain


def hips_chain() -> Chain:
    import autograd

    def chain(length: int) -> tuple[float, float, float]:
        def f(y: Any) -> Any:
            for _ in range(length):
                y = y * FACTOR
            return y

        start = time.perf_counter()
        pull, _ = autograd.make_vjp(f)(1.0)
        middle = time.perf_counter()
        derivative = pull(1.0)
        end = time.perf_counter()
        return middle - start, end - middle, float(derivative)

    return chain


def mygrad_chain() -> Chain:
    import mygrad

    def chain(length: int) -> tuple[float, float, float]:
        start = time.perf_counter()
        x = y = mygrad.tensor(1.0)
        for _ in range(length):
            y = y * FACTOR
        middle = time.perf_counter()
        y.backward()
        end = time.perf_counter()
        assert x.grad is not None
        return middle - start, end - middle, float(x.grad)

    return chain
