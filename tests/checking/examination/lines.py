"""Both lines of every finding, executed: the person's gives their gradient, the right one the reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.checking.report import Report

#: What executed lines may differ by, relative to the largest entry: theirs, and the right ones.
YOURS, RIGHT = 1e-5, 1e-9
#: And beside that: what cancels leaves rounding.
ROUNDING = 1e-12


def gradients_of_step(p: Mapping[str, Any], after: Mapping[str, Any], rate: float) -> dict[str, Any]:
    """The gradients that a training step has moved parameters by."""
    return {name: (np.asarray(p[name]) - np.asarray(after[name])) / rate for name in p}


def reference(loss: Callable[[Any], Any], p: Mapping[str, Any]) -> dict[str, Any]:
    """The right gradients of the parameters."""

    def value(q: Any) -> Any:
        result = ag.lift(loss)(q)
        return result[0] if isinstance(result, tuple) else result

    return dict(ag.grad(value)(dict(p)))


def checked(report: Report, given: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Execute the lines of all findings; return how many were, and what is wrong with them."""
    count, wrong = 0, []
    for finding in report.findings:
        if finding.benign or not finding.yours or not finding.values:
            continue
        count += 1
        yours, meant = finding.run()
        name = finding.yours.split(" = ")[0].removeprefix("d")
        for what, found, target, tolerance in (
            ("yours", yours, given.get(name), YOURS),
            ("right", meant, right.get(name), RIGHT),
        ):
            if target is None:
                continue
            target = np.asarray(target)
            try:
                found = np.broadcast_to(found, target.shape)
            except ValueError:
                wrong.append(f"{finding.where}: {what} has shape {np.shape(found)} for {target.shape}")
                continue
            scale = float(np.max(np.abs(target), initial=0))
            if not np.max(np.abs(found - target), initial=0) <= tolerance * scale + ROUNDING:
                wrong.append(f"{finding.where}: {what} is not what it says")
    return count, wrong
