"""The verdicts on real mistakes, where the folder of cases is beside the checkout."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

import autograd_lite as ag

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
FILES = sorted(CASES.glob("[0-9]*.py")) if CASES.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="the cases are not beside this checkout")


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_right_gradients_are_right(path: Path) -> None:
    case = load(path)
    report = ag.check_backward(case.loss, case.correct_grads, case.params())
    assert all(c.ok for c in report.comparisons), str(report)
    assert report.remarks == []


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_the_verdict_on_the_persons_gradients(path: Path) -> None:
    case = load(path)
    if not hasattr(case, "manual_grads"):
        pytest.skip("a training step, which check_step is for")
    names = set(case.params())
    report = ag.check_backward(case.loss, case.manual_grads, case.params())
    assert set(report.correct) & names == set(case.CORRECT) & names


#: Where a place beside the expected one fits the numbers as well.
NEIGHBOURS = {"A2": {"Z2"}, "z2": {"a2"}, "b1": {"Z1"}}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_root_cause_is_named_and_no_other(path: Path) -> None:
    case = load(path)
    if hasattr(case, "step"):
        report = ag.check_step(case.loss, case.step, case.params(), case.LR)
    else:
        report = ag.check_backward(case.loss, case.manual_grads, case.params())
    found = [(f.where, f.kind) for f in report.findings if not f.benign]
    for cause in case.EXPECTED:
        if cause["kind"] in ("misnamed_intermediate", "deferred_scale"):
            continue
        where = cause["where"]
        match = next((p for p in found if p[1] == cause["kind"] and p[0] in {where, *NEIGHBOURS.get(where, ())}), None)
        assert match is not None, f"{cause['where']}: {cause['kind']} is not in {found}"
        found.remove(match)
    assert not found, "findings beyond the root causes"
