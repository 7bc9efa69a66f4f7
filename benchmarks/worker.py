"""The far end of `benchmarks.runner.Worker`: makes one workload and times it as often as it is asked.

Started as ``python -m benchmarks.worker module:function {"arguments": ...}``. It answers in lines of JSON: first
whether the workload is ready, then for each number that it reads on standard input the seconds of so many repetitions.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import traceback
from typing import Any, Protocol

#: A missing module of ours is a failure, that of a peer is not.
OUR_PACKAGES = {"autograd_lite", "nn", "benchmarks"}


class Workload(Protocol):
    """What the function named on the command line returns. It raises `DifferentResult` if it is not the right work."""

    def measure(self, count: int) -> dict[str, float]:
        """Repeat the work `count` times and return the seconds taken in all (or other figures), by name."""


class DifferentResult(Exception):
    """An engine computes something else than it should."""


def main() -> None:
    target, arguments = sys.argv[1], json.loads(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w")  # what a library prints shall not end up among the answers
    os.dup2(2, 1)

    def answer(**content: Any) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    module, _, function = target.partition(":")
    try:
        workload: Workload = getattr(importlib.import_module(module), function)(**arguments)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        state = "failed" if package in OUR_PACKAGES else "not installed"
        answer(state=state, message=str(error))
        return
    except Exception as error:
        answer(**verdict_on(error))
        return
    settle()
    answer(state="ready", message="")
    for line in sys.stdin:
        try:
            seconds = workload.measure(int(line))
        except Exception as error:
            answer(**verdict_on(error))
            return
        settle()
        answer(seconds=seconds)


def settle(limit: float = 1.0) -> None:
    """Wait until the threads of this process are at rest: those of BLAS spin for a while, on a core others need."""
    deadline = time.perf_counter() + limit
    while time.perf_counter() < deadline:
        used = time.process_time()
        time.sleep(0.004)
        if time.process_time() - used < 0.001:
            return


def verdict_on(error: Exception) -> dict[str, str]:
    """What an exception says of the workload."""
    if isinstance(error, DifferentResult):
        return {"state": "WRONG", "message": str(error)}
    return {"state": "failed", "message": summary(error)}


def summary(error: Exception) -> str:
    """An exception in one line, with the place it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:300]}{place}"


if __name__ == "__main__":
    # Not the `main` of this very module, which has a `DifferentResult` of its own under the name __main__.
    from benchmarks import worker

    worker.main()
