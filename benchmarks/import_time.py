"""What ``import autograd_lite`` and ``import nn`` add to ``import numpy``, each time in a fresh process."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time

from benchmarks.runner import CHECKOUT, Options, Outcome, Spread, Table, at_most, progress_line

LIMIT = 30.0  # ms
PACKAGES = {
    "import numpy": ["numpy"],
    "import numpy, then autograd_lite": ["numpy", "autograd_lite"],
    "import numpy, then autograd_lite, then nn": ["numpy", "autograd_lite", "nn"],
}
#: Times each import by itself, in a process that does nothing else.
PROGRAM = """
import sys, time
import importlib
seconds = []
for name in sys.argv[1:]:
    start = time.perf_counter()
    importlib.import_module(name)
    seconds.append(time.perf_counter() - start)
import json
print(json.dumps(seconds))
"""


def run(options: Options) -> Outcome:
    rounds = 10 if options.quick else 40
    show = progress_line("import_time")
    order = random.Random(0)
    inside: dict[str, list[float]] = {title: [] for title in PACKAGES}  # ms, of the last import alone
    whole: dict[str, list[float]] = {title: [] for title in PACKAGES}  # ms, of the process
    failures: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as cache:
        for number in range(-1, rounds):  # the first compiles the bytecode and warms the disk cache
            show(f"round {number + 1} of {rounds}")
            titles = [title for title in PACKAGES if title not in failures]
            order.shuffle(titles)
            for title in titles:
                start = time.perf_counter()
                finished = fresh(PACKAGES[title], cache)
                elapsed = time.perf_counter() - start
                if finished.returncode:
                    failures[title] = finished.stderr.strip().splitlines()[-1]
                elif number >= 0:
                    inside[title].append(json.loads(finished.stdout)[-1] * 1e3)
                    whole[title].append(elapsed * 1e3)
    show("")
    base = next(iter(PACKAGES))
    added = {
        title: [w - b for w, b in zip(whole[title], whole[base], strict=True)] for title in PACKAGES if whole[title]
    }
    table = Table(
        "Imports in fresh processes: ms, median over rounds (quartiles)",
        ["", "the last import", "whole process", "more than NumPy's"],
        [
            [title, "failed", "failed", "failed"]
            if title in failures
            else [
                title,
                str(Spread.of(inside[title])),
                str(Spread.of(whole[title])),
                "-" if title == base else str(Spread.of(added[title])),
            ]
            for title in PACKAGES
        ],
    )
    judged = list(PACKAGES)[1]
    figure = Spread.of(inside[judged]).median if inside[judged] else None
    verdict = at_most("import autograd_lite adds to import numpy", figure, LIMIT, " ms")
    notes = [f"failed: {title}: {reason}" for title, reason in failures.items()]
    return Outcome([table], [verdict], notes, {"last_import_ms": inside, "process_ms": whole})


def fresh(packages: list[str], cache: str) -> subprocess.CompletedProcess[str]:
    """Import packages in a new process, with the bytecode in a folder of ours (as an installed package has it)."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *packages],
        env=environment | {"PYTHONPYCACHEPREFIX": cache},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
