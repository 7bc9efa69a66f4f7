"""What NumPy's functions cost on a recorded array of 5,000 entries: no work for each entry, beside the plain call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.broad import timed
from benchmarks.runner import Options, Outcome, Spread, Table, Verdict, Worker, interleave, progress_line, short

REPEAT = 100
ENTRIES = 5_000
#: The target: this many times plain NumPy, and so many microseconds.
RATIO, EXTRA = 2.0, 20.0

OPERATIONS: dict[str, Callable[[Any], Any]] = {
    "np.concatenate([a, a])": lambda a: np.concatenate([a, a]),
    "np.cumsum(a)": np.cumsum,
    "np.roll(a, 7)": lambda a: np.roll(a, 7),
    "np.tile(a, 3)": lambda a: np.tile(a, 3),
    "np.repeat(a, 2)": lambda a: np.repeat(a, 2),
    "np.stack([a, a])": lambda a: np.stack([a, a]),
    "np.diff(a)": np.diff,
    "np.maximum.accumulate(a)": np.maximum.accumulate,
    "np.add.reduceat(a, [0, 50])": lambda a: np.add.reduceat(a, [0, 50]),
    "np.cumprod(a)": np.cumprod,
}
JUDGED = list(OPERATIONS)[:4]


def run(options: Options) -> Outcome:
    show = progress_line("dispatch")
    with Worker("benchmarks.dispatch:workload", {}, options.threads) as worker:
        worker.wait_until_ready()
        taken = interleave({"ours": worker}, {"ours": REPEAT}, 5 if options.quick else 25, show)
    show("")
    rounds = [one["ours"] for one in taken if "ours" in one]
    notes = [f"failed: {worker.message}"] if worker.state != "ready" else []
    rows, verdicts = [], []
    for name in OPERATIONS if rounds else ():
        plain, recorded, both = (
            Spread.of(one[f"{name} {kind}"] * 1e6 for one in rounds).median
            for kind in ("plain", "recorded", "with backward")
        )
        allowed = RATIO * plain + EXTRA
        rows.append([name, short(plain), short(recorded), short(allowed), short(both)])
        if name in JUDGED:
            verdicts.append(Verdict(f"{name}: {short(recorded)} us (target: {short(allowed)})", recorded <= allowed))
    table = Table(
        f"A call on {ENTRIES:,} entries: us, median over rounds",
        ["", "NumPy", "recorded", f"{RATIO:g} x NumPy + {EXTRA:g}", "with backward"],
        rows,
    )
    return Outcome([table], verdicts, notes=notes, figures=rounds)


# -- in the process of its own -----------------------------------------------------------------------------------------


class TimedCalls:
    """All operations, each on an array and on a Tensor."""

    def __init__(self) -> None:
        import autograd_lite as ag

        self.array = np.random.default_rng(0).uniform(0.9, 1.1, size=ENTRIES)
        self.tensor = ag.Tensor(self.array, requires_grad=True)
        for name, f in OPERATIONS.items():
            if not np.array_equal(f(self.tensor).data, f(self.array)):
                raise AssertionError(f"{name} on a Tensor is not what it is on an array")

    def measure(self, count: int) -> dict[str, float]:
        """Time `count` calls of each operation: plain, recorded, and with the backward pass."""
        seconds: dict[str, float] = {}
        for name, f in OPERATIONS.items():
            seed = np.ones_like(f(self.array))
            seconds[f"{name} plain"] = timed(count, lambda a, _, f=f: f(a), self.array, None)
            seconds[f"{name} recorded"] = timed(count, lambda a, _, f=f: f(a), self.tensor, None)
            seconds[f"{name} with backward"] = timed(
                count, lambda a, g, f=f: f(a).backward(gradient=g), self.tensor, seed
            )
            self.tensor.grad = None
        return seconds


def workload() -> TimedCalls:
    return TimedCalls()
