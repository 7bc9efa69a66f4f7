"""A part of the doctor's examination: every cause named, and both lines of every finding executed."""

from __future__ import annotations

from pathlib import Path

import pytest

import autograd_lite as ag
from autograd_lite.errors import GradientCheckError
from tests.checking.examination import forum, lines
from tests.checking.examination.architectures import LR
from tests.checking.examination.mutations import STEP, Case, cases
from tests.checking.examination.score import examine

#: Every so many of the cases.
EVERY = 13
#: Every so many of the programs, but for one that is not named: its stride is nowhere in the graph.
PROGRAMS = [path for path in forum.FILES[2::9] if not path.stem.startswith("732")]
#: And those that alone show something: the gradient for the function, a derivative taken for the bias alone, a constant
#: that is made good below, a loop that ends early or begins late, a forward pass run again, slips of the forward pass.
ALONE = ["702", "717", "718", "719", "721", "722", "728", "730", "733", "735"]
PROGRAMS += [path for path in forum.FILES if path.stem[:3] in ALONE and path not in PROGRAMS]
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
    assert not any("not searched" in remark for remark in report.remarks)
    given = gradients({name: array.copy() for name, array in p.items()})
    given = lines.gradients_of_step(p, given, LR) if case.mode == STEP else given
    assert not lines.checked(report, given, lines.reference(loss, p))[1]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_programs_as_people_write_them(path: Path) -> None:
    result = forum.judged(path)
    assert result.kinds == len(result.causes), f"expected {result.causes}, found {result.found}"
    assert not result.beyond
    assert not result.wrong_lines


def test_a_finding_without_lines_says_so() -> None:
    from autograd_lite.checking.report import Finding

    with pytest.raises(GradientCheckError, match="no line"):
        Finding("loss", "forward_mismatch", "").run()
