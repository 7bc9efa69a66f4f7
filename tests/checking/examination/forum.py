"""Programs in the manner of questions on forums, in `programs/`: whole files, each with what is wrong in it.

They were written by people who had not seen the search, from kinds of mistakes that are asked about. A file has what
`autograd-lite check` takes, and `EXPECTED`, the root causes.
"""

from __future__ import annotations

import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.checking.report import Report
from tests.checking.examination import lines

FILES = sorted((Path(__file__).parent / "programs").glob("[0-9]*.py"))
BENIGN = {"misnamed_intermediate", "deferred_scale"}


def load(path: Path) -> dict[str, Any]:
    """Run a file and return what it defines."""
    return runpy.run_path(str(path))


def report_of(program: dict[str, Any]) -> Report:
    """Ask the doctor."""
    with np.errstate(all="ignore"):
        if "step" in program:
            return ag.check_step(program["loss"], program["step"], program["params"](), program["LR"])
        return ag.check_backward(program["loss"], program["manual_grads"], program["params"]())


def given(program: dict[str, Any]) -> dict[str, Any]:
    """The gradients that a program has, or moves its parameters by; none if they have other names."""
    p = program["params"]()
    if "step" not in program:
        return dict(program["manual_grads"](p))
    before = {name: np.array(value) for name, value in p.items()}
    after = program["step"](p)
    after = p if after is None else after
    return lines.gradients_of_step(before, after, program["LR"]) if set(after) == set(before) else {}


@dataclass
class Judged:
    """What the doctor said of a program.

    Attributes
    ----------
    causes, found
        The root causes, and what was found, each as where and kind.
    places, kinds
        How many causes have a finding at their place, and how many one of their kind.
    beyond
        The findings that are no cause.
    executed, wrong_lines
        How many findings' lines were executed, and which do not give what they say.
    """

    causes: list[tuple[str, str]]
    found: list[tuple[str, str]]
    places: int
    kinds: int
    beyond: list[tuple[str, str]]
    executed: int
    wrong_lines: list[str]
    unexplained: list[str]


def judged(path: Path) -> Judged:
    """Ask the doctor about a program, and compare."""
    program = load(path)
    report = report_of(program)
    causes = [(e["where"], e["kind"]) for e in program["EXPECTED"] if e["kind"] not in BENIGN]
    found = [(f.where, f.kind) for f in report.findings if not f.benign]
    rest = list(found)
    places = kinds = 0
    for cause in causes:
        match = next((p for p in rest if p == cause), None) or next((p for p in rest if p[1] == cause[1]), None)
        if match is not None:
            rest.remove(match)
            places += match == cause
            kinds += 1
    executed, wrong = lines.checked(report, given(program), lines.reference(program["loss"], program["params"]()))
    return Judged(causes, found, places, kinds, rest, executed, wrong, report.unexplained)


def page(verbose: bool = False) -> str:
    """Count the programs whose every cause is named: at its place, or with its kind at another."""
    results = {path.name: judged(path) for path in FILES}
    exact = sum(one.places == len(one.causes) for one in results.values())
    near = sum(one.kinds == len(one.causes) for one in results.values())
    beyond = sum(len(one.beyond) for one in results.values()) / len(results)
    alarms = sum(not one.causes and bool(one.found) for one in results.values())
    executed = sum(one.executed for one in results.values())
    wrong = [f"{name}: {line}" for name, one in results.items() for line in one.wrong_lines]
    shown = [
        f"{name}\n    expected {one.causes}\n    found    {one.found}, unexplained {one.unexplained}"
        for name, one in results.items()
        if verbose and (one.places < len(one.causes) or one.beyond)
    ]
    counts = (
        f"{len(results)} programs: every cause at its place in {exact}, with its kind in {near}; {beyond:.2f} findings "
        f"beyond; {alarms} false alarms; {executed} findings with both lines executed, {len(wrong)} wrong"
    )
    return "\n".join([*shown, counts, *wrong])
