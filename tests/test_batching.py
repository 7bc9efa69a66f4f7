"""The Jacobian of many rows at once is the Jacobian row by row, for every rule of the grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import transforms
from tests.rules.cases import Case, other_cases, ufunc_cases

CASES = [*ufunc_cases(), *other_cases()]


@pytest.fixture
def pulls(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each Jacobian was computed at once; small ones are too."""
    taken: list[bool] = []
    original = transforms._Run.pull_all

    def watched(run: Any) -> Any:
        result = original(run)
        taken.append(result is not None)
        return result

    monkeypatch.setattr(transforms, "FEWEST_TOGETHER", 1)
    monkeypatch.setattr(transforms._Run, "pull_all", watched)
    return taken


def row_by_row(f: Any, argument: int, arrays: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as context:
        context.setattr(transforms._Run, "pull_all", lambda run: None)
        return ag.jacobian(f, argument)(*arrays)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_rule(case: Case, pulls: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    def f(*arrays: Any) -> Any:
        # All of them Tensors, for NumPy hands some calls on only because of one of their arguments.
        ans = case.call(*[a if isinstance(a, ag.Tensor) else ag.Tensor(a) for a in arrays])
        return np.sin(ans) * ans

    for argument in range(len(case.arrays)):
        expected = row_by_row(f, argument, case.arrays, monkeypatch)
        found = ag.jacobian(f, argument)(*case.arrays)
        assert found.shape == expected.shape
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_common_programs_go_at_once(pulls: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    w = np.random.default_rng(0).normal(size=(4, 4))

    def network(x: Any) -> Any:
        h = np.tanh(x @ w + 1.0)
        e = np.exp(h - np.max(h, axis=-1, keepdims=True))
        p = e / np.sum(e, axis=-1, keepdims=True)
        return np.where(p > 0.2, p, p**2).T[[0, 1, 1]] + p.mean() + np.concatenate([x, h])[2:5, :1]

    x = np.random.default_rng(1).normal(size=(3, 4))
    np.testing.assert_allclose(ag.jacobian(network)(x), row_by_row(network, 0, (x,), monkeypatch), rtol=1e-12)
    assert pulls == [True]


def test_a_rule_that_only_takes_arrays_goes_row_by_row(pulls: list[bool]) -> None:
    double = ag.primitive(lambda x: 2 * x)
    ag.defvjp(double, x=lambda g: np.array([2 * float(v) for v in np.asarray(g)]))
    np.testing.assert_array_equal(ag.jacobian(double)(np.ones(3)), 2 * np.eye(3))
    assert pulls == [False]


def test_a_rule_that_decides_by_the_cotangent_goes_row_by_row(pulls: list[bool]) -> None:
    clipped = ag.primitive(lambda x: x * 1.0)
    ag.defvjp(clipped, x=lambda g: g if g.sum() > 0 else -g)
    np.testing.assert_array_equal(ag.jacobian(clipped)(np.ones(3)), np.eye(3))
    assert pulls == [False]
