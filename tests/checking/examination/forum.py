"""Programs in the manner of questions on forums, in `programs/`: whole files, each with what is wrong in it.

They were written by people who had not seen the search, from kinds of mistakes that are asked about. A file has what
`autograd-lite check` takes, and `EXPECTED`, the root causes.
"""

from __future__ import annotations

import runpy
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


def page(verbose: bool = False) -> str:
    """Count the programs whose every cause is named: at its place, or with its kind at another."""
    exact = near = beyond = alarms = executed = 0
    shown: list[str] = []
    wrong: list[str] = []
    for path in FILES:
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
        exact += places == len(causes)
        near += kinds == len(causes)
        beyond += len(rest)
        alarms += not causes and bool(found)
        count, problems = lines.checked(report, given(program), lines.reference(program["loss"], program["params"]()))
        executed += count
        wrong += [f"{path.name}: {problem}" for problem in problems]
        if verbose and (places < len(causes) or rest):
            shown.append(f"{path.name}\n    expected {causes}\n    found    {found}, unexplained {report.unexplained}")
    count = len(FILES)
    shown.append(
        f"{count} programs: every cause at its place in {exact}, with its kind in {near}; "
        f"{beyond / count:.2f} findings beyond; {alarms} false alarms; "
        f"{executed} findings with both lines executed, {len(wrong)} wrong"
    )
    return "\n".join([*shown, *wrong])
