"""A part of the doctor's examination: every cause named, and both lines of every finding executed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import GradientCheckError
from tests.checking.examination.architectures import LR
from tests.checking.examination.mutations import STEP, Case, cases
from tests.checking.examination.score import examine

#: Every so many of the cases.
EVERY = 13
CHOSEN = [case for case in cases()[::EVERY] if "lstm" not in case.name]


@pytest.mark.parametrize("case", CHOSEN, ids=lambda case: case.name)
def test_every_cause_is_named_and_nothing_else(case: Case) -> None:
    result = examine(case)
    assert result.is_named, f"missed {result.missed}, found {result.found}"
    assert not result.surplus


@pytest.mark.parametrize("case", CHOSEN, ids=lambda case: case.name)
def test_the_lines_of_a_finding_give_its_numbers(case: Case) -> None:
    loss, gradients, p = case.load()
    report = ag.check_step(loss, gradients, p, LR) if case.mode == STEP else ag.check_backward(loss, gradients, p)
    given = dict(gradients({name: array.copy() for name, array in p.items()}))
    right = reference(loss, p)
    assert not any("not searched" in remark for remark in report.remarks)
    for finding in report.findings:
        if finding.benign or not finding.yours or not finding.values:
            continue
        yours, meant = finding.run()
        name = finding.yours.split(" = ")[0].removeprefix("d")
        if name in given:
            target = np.asarray(given[name])
            target = (p[name] - target) / LR if case.mode == STEP else target
            np.testing.assert_allclose(np.broadcast_to(yours, target.shape), target, rtol=1e-5, atol=1e-8)
        if name in right:
            np.testing.assert_allclose(meant, right[name], rtol=1e-9, atol=1e-12)


def reference(loss: Any, p: dict[str, Any]) -> dict[str, Any]:
    def value(q: dict[str, Any]) -> Any:
        result = ag.lift(loss)(q)
        return result[0] if isinstance(result, tuple) else result

    return dict(ag.grad(value)(p))


def test_a_finding_without_lines_says_so() -> None:
    from autograd_lite.checking.report import Finding

    with pytest.raises(GradientCheckError, match="no line"):
        Finding("loss", "forward_mismatch", "").run()
