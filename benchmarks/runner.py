"""What the benchmarks share: processes that take turns, medians with their spread, aligned tables, verdicts."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib import metadata
from itertools import zip_longest
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent

#: What the thread pools that engines bring read when they start: OpenBLAS, OpenMP (PyTorch), MKL, Accelerate.
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


@dataclass(frozen=True)
class Options:
    """What the command line asks of every benchmark."""

    quick: bool
    threads: int
    rounds: int | None
    tasks: Sequence[str] = ()
    engines: Sequence[str] = ()

    def wants_task(self, name: str) -> bool:
        return not self.tasks or any(text in name for text in self.tasks)

    def wants_engine(self, *names: str) -> bool:
        return not self.engines or any(text in name for text in self.engines for name in names)


# -- processes ---------------------------------------------------------------------------------------------------------


class Worker:
    """A process of its own that holds one workload and times it when asked.

    Parameters
    ----------
    target
        ``module:function``; the function makes the workload (see `benchmarks.worker`).
    arguments
        What the function is called with.
    threads
        How many threads the libraries in the process may use.

    Attributes
    ----------
    state
        ``"ready"``, or why it is not: ``"not installed"``, ``"WRONG"`` (it computes something else), ``"failed"``.
    message
        The reason, in full.
    """

    def __init__(self, target: str, arguments: dict[str, Any], threads: int) -> None:
        self.state = "starting"
        self.message = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", target, json.dumps(arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=CHECKOUT,
            env=os.environ | dict.fromkeys(THREAD_VARIABLES, str(threads)),
            text=True,
        )

    def wait_until_ready(self) -> bool:
        """Wait until the workload is made and proved; say whether it can be timed."""
        answer = self._receive()
        if answer:
            self.state, self.message = answer["state"], answer["message"]
        return self.state == "ready"

    def measure(self, count: int) -> dict[str, float] | None:
        """Have `count` repetitions timed; return the seconds by name, or ``None`` if that failed."""
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):  # if it has died, the answer is missing too
            self.process.stdin.write(f"{count}\n")
            self.process.stdin.flush()
        answer = self._receive()
        if answer is None:
            return None
        if "seconds" not in answer:
            self.state, self.message = answer["state"], answer["message"]
            return None
        seconds: dict[str, float] = answer["seconds"]
        return seconds

    def _receive(self) -> dict[str, Any] | None:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.state = "failed"
            self.message = f"the process ended with status {self.process.wait()}"
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def calibrate(worker: Worker, seconds: float) -> int:
    """Return how many repetitions take a worker about so many seconds; it is warm afterwards."""
    count = 1
    while True:
        measured = worker.measure(count)
        if measured is None:
            return 0
        elapsed = sum(measured.values())
        if elapsed >= seconds / 4:
            return max(1, round(count * seconds / elapsed))
        count = max(2 * count, min(10 * count, round(count * seconds / max(elapsed, 1e-9) / 2)))


def interleave(
    workers: dict[str, Worker], counts: dict[str, int], rounds: int, progress: Callable[[str], None]
) -> list[dict[str, dict[str, float]]]:
    """Let the workers take turns; return for each round the seconds per repetition of each."""
    order = random.Random(0)
    taken: list[dict[str, dict[str, float]]] = []
    for number in range(rounds):
        progress(f"round {number + 1} of {rounds}")
        keys = [key for key, worker in workers.items() if worker.state == "ready"]
        order.shuffle(keys)
        one: dict[str, dict[str, float]] = {}
        for key in keys:
            measured = workers[key].measure(counts[key])
            if measured is not None:
                one[key] = {name: seconds / counts[key] for name, seconds in measured.items()}
        taken.append(one)
    return taken


def progress_line(title: str) -> Callable[[str], None]:
    """Return a function that shows what is being done, in one line of a terminal; an empty text clears it."""

    def show(text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r\x1b[K{title}: {text}" if text else "\r\x1b[K", end="", file=sys.stderr, flush=True)

    return show


# -- figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spread:
    """The median of some figures and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Iterable[float]) -> Spread:
        figures = list(figures)
        if len(figures) == 1:
            return cls(figures[0], figures[0], figures[0])
        low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(median, low, high)

    def __str__(self) -> str:
        if self.low == self.high:
            return short(self.median)
        digits = decimals(self.median)
        return f"{self.median:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


def decimals(figure: float) -> int:
    """How many decimals show three digits of a figure, and never more than two."""
    return 2 if figure < 9.995 else 1 if figure < 99.95 else 0


def short(figure: float) -> str:
    """A figure in about three digits."""
    return f"{figure:.{decimals(figure)}f}"


def duration(seconds: float) -> str:
    """A time with its unit, in three digits."""
    for unit, name in ((1e-6, "us"), (1e-3, "ms")):
        if seconds < 999.5 * unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds:.3g} s"


# -- what a benchmark returns ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """Whether a target is met, in a sentence."""

    text: str
    met: bool

    def __str__(self) -> str:
        return f"{'MET    ' if self.met else 'MISSED '} {self.text}"


def at_most(what: str, figure: float | None, limit: float, unit: str = "") -> Verdict:
    """Judge a figure that has an upper limit; ``None`` is a figure that could not be taken."""
    if figure is None:
        return Verdict(f"{what}: could not be measured (target: at most {limit:g}{unit})", False)
    return Verdict(f"{what}: {short(figure)}{unit} (target: at most {limit:g}{unit})", figure <= limit)


@dataclass
class Table:
    """Rows of text under a title; columns are aligned, all but the first to the right. A heading may have two lines."""

    title: str
    header: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def __str__(self) -> str:
        headings = list(zip_longest(*(heading.split("\n") for heading in self.header), fillvalue=""))
        lines = [*headings, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.header))]
        text = [
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        ]
        text.insert(len(headings), "  ".join("-" * width for width in widths))
        return "\n".join([self.title, "", *(line.rstrip() for line in text)])


@dataclass
class Outcome:
    """What a benchmark found: tables and verdicts for people, figures for programs."""

    tables: list[Table]
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: Any = None

    def __str__(self) -> str:
        parts = [*map(str, self.tables)]
        if self.notes:
            parts.append("\n".join(self.notes))
        if self.verdicts:
            parts.append("\n".join(map(str, self.verdicts)))
        return "\n\n".join(parts)

    def as_dict(self) -> dict[str, Any]:
        return {
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
            "notes": self.notes,
            "figures": self.figures,
        }


class Bystanders:
    """Measures, while it is entered, how many cores other programs keep busy; our processes must have ended by then."""

    def __enter__(self) -> Bystanders:
        self._start = time.perf_counter(), busy_seconds(), sum(os.times()[:4])
        return self

    def __exit__(self, *exc: object) -> None:
        start, busy, ours = self._start
        self.seconds = time.perf_counter() - start
        after = busy_seconds()
        self.cores: float | None = None
        if busy is not None and after is not None:
            self.cores = max(0.0, after - busy - (sum(os.times()[:4]) - ours)) / self.seconds

    def __str__(self) -> str:
        if self.cores is None:
            return f"{self.seconds:.0f} s"
        warning = "; run it again on a quiet machine" if self.cores > 0.2 else ""
        return f"{self.seconds:.0f} s, other programs kept {self.cores:.1f} of {usable_cores()} cores busy{warning}"


def busy_seconds() -> float | None:
    """How long the cores of the machine have been busy in all; ``None`` where the system does not tell."""
    try:
        words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    except OSError:
        return None
    user, nice, system, _idle, _wait, *interrupts_and_stolen = map(int, words[1:9])
    return (user + nice + system + sum(interrupts_and_stolen)) / os.sysconf("SC_CLK_TCK")


# -- where it was measured ---------------------------------------------------------------------------------------------


def usable_cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(options: Options) -> dict[str, str]:
    """What the figures depend on, to print and save beside them."""
    versions = []
    for package in ("numpy", "torch", "jax", "autograd", "mygrad"):
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    return {
        "machine": f"{processor()}, {usable_cores()} cores, {platform.system()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(versions),
        "threads": f"{options.threads} for each engine (BLAS and the engine's own)",
    }


def processor() -> str:
    """The name of the processor, as far as the system tells."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
