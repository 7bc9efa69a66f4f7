"""One SGD step of a sigmoid network with softmax cross-entropy: every engine beside the same step written by hand."""

from __future__ import annotations

import contextlib
from typing import Any

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
from benchmarks.steps import ENGINES, TASKS

BASE = "hand"
OURS = "lite"
LIMIT = 2.0


def run(options: Options) -> Outcome:
    tasks = {key: task for key, task in TASKS.items() if options.wants_task(key)}
    engines = {key: title for key, title in ENGINES.items() if key == BASE or options.wants_engine(key, title)}
    measured = {key: measure_task(key, list(engines), options) for key in tasks}

    table = Table(
        "One SGD step: its time as a ratio to that of hand-written NumPy, median over rounds (quartiles)",
        ["", *(task.title for task in tasks.values())],
        [[title, *(measured[task]["cells"][key] for task in tasks)] for key, title in engines.items()],
    )
    notes = [
        f"{outcome['states'][key]}: {ENGINES[key]} on {task}: {outcome['messages'][key]}"
        for task, outcome in measured.items()
        for key in engines
        if outcome["states"][key] in ("WRONG", "failed")
    ]
    verdicts = [
        Verdict("every engine that is installed runs and computes the same as the hand-written step", not notes)
    ]
    notes += [
        f"unsteady: {ENGINES[key]} on {task}; was another program using the machine?"
        for task, outcome in measured.items()
        for key, ratio in outcome["ratios"].items()
        if ratio["high"] > 1.5 * ratio["low"]
    ]
    judged = next(iter(TASKS))
    if judged in tasks and OURS in engines:
        ratio = measured[judged]["ratios"].get(OURS)
        verdicts.append(
            at_most(f"{ENGINES[OURS]} on {judged}, ratio to hand-written", ratio and ratio["median"], LIMIT)
        )
    return Outcome([table], verdicts, notes, measured)


def measure_task(task: str, engines: list[str], options: Options) -> dict[str, Any]:
    """Let all engines take turns on a task; return the ratios, and the cells of the table."""
    rounds = options.rounds or (10 if options.quick else 40)
    seconds = 0.01 if options.quick else 0.04
    show = progress_line(f"step, {task}")
    with contextlib.ExitStack() as stack:
        show("starting the engines")
        workers = {
            key: stack.enter_context(
                Worker("benchmarks.steps:workload", {"engine": key, "task": task}, options.threads)
            )
            for key in engines
        }
        for worker in workers.values():
            worker.wait_until_ready()
        show("warming up")
        counts = {key: calibrate(worker, seconds) for key, worker in workers.items() if worker.state == "ready"}
        taken = interleave(workers, counts, rounds, show)
        show("")
    times = {key: [one[key]["step"] for one in taken if key in one] for key in engines}
    ratios = {
        key: [one[key]["step"] / one[BASE]["step"] for one in taken if key in one and BASE in one] for key in engines
    }
    spreads = {key: Spread.of(figures) for key, figures in ratios.items() if figures}
    cells = {key: str(spreads[key]) if key in spreads else workers[key].state for key in engines}
    if BASE in spreads:
        cells[BASE] = f"1 = {duration(Spread.of(times[BASE]).median)}"
    return {
        "cells": cells,
        "ratios": {key: vars(spread) for key, spread in spreads.items()},
        "seconds": times,
        "states": {key: worker.state for key, worker in workers.items()},
        "messages": {key: worker.message for key, worker in workers.items()},
    }
