"""A sample of the search of `random_calls`, the programs that once went wrong, and that it finds what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from autograd_lite.registry import operation_of
from tests.rules.random_calls import RandomCalls, examine, replay
from tests.rules.recipes import RECIPES, WITHOUT_RECIPE

COUNT = 64
STRIDE = 8

X = np.array([1.3, -0.7, 0.4])
M = np.array([[0.3, 1.2, -0.8], [0.9, -0.4, 1.7]])
Z = np.array([0.8 - 0.3j, -1.1 + 0.6j, 0.5 + 0.9j])
#: Programs that once went wrong, each with its input. A statement that writes comes with the variable it writes to.
ONCE_WRONG: dict[str, tuple[np.ndarray, list[str | tuple[str, str]]]] = {
    "a list beside a Tensor": (X, ["v1 = np.heaviside([1, 0, 0], x)", "v2 = np.linspace(x.sum(), [0.5, 2.0], 3)"]),
    "lists among arrays": (X, ["v1 = np.broadcast_arrays(x, [1.0, 2.0, 3.0])"]),
    "a product without imaginary parts": (Z, [
        "v1 = np.cumprod(x, dtype=np.float64)", "v2 = np.prod(x, dtype=np.float64)",
        "v3 = np.prod(x, dtype=np.float64, initial=0.5)", "v4 = np.nanprod(x, dtype=np.float64)",
    ]),
    "a variance without imaginary parts": (Z, [
        "v1 = np.var(x, dtype=np.float64)", "v2 = np.std(x, dtype=np.float64)",
        "v3 = np.nanvar(x, dtype=np.float64)", "v4 = np.nanstd(x, dtype=np.float64)",
    ]),
    "the conjugate of real numbers is the array itself": (X, [
        "v1 = np.copy(x)", "v2 = v1.conjugate()", ("v2", "v2 *= 2"),
    ]),
    "the real part of real numbers is the array itself": (X, [
        "v1 = np.copy(x)", "v2 = v1.real", ("v2", "v2[0] = 2"),
    ]),
    "conversion to the same type is the array itself": (X, [
        "v1 = np.copy(x)", "v2 = np.astype(v1, np.float64, copy=False)", ("v2", "v2 *= v1[0]"),
    ]),
    "a diagonal is a view": (M, ["v1 = x @ x.T", "v2 = np.diag(v1)", ("v1", "v1 *= v1")]),
    "einsum makes views": (M, [
        "v1 = x @ x.T", "v2 = np.einsum('ii->i', v1)", ("v2", "v2 *= v1[0]"), "v3 = np.einsum('ij->ji', v1)",
        ("v3", "v3[0] = v3[1]"), "v4 = np.einsum(v1, [0, 0], [0])", ("v4", "v4 += 1.5"),
    ]),
    "the reduction of a single row is no view": (M, [
        "v1 = x[:1] * 2", "v2 = np.subtract.reduce(v1, axis=0)", ("v1", "v1 *= 3"),
    ]),
    "memory in another order is a copy": (M, [
        "v1 = np.copy(x)", "v2 = np.asfortranarray(v1, like=v1)",
        "v3 = np.require(v1, requirements=['F'], like=v1)",
        "v4 = np.ascontiguousarray(v1.T, like=v1)", ("v1", "v1 *= 2"), "v5 = np.asfortranarray(x.sum(), like=x)",
    ]),
    "a copy in another order is not reshaped in place": (M, [
        "v1 = np.asfortranarray(x * 1.0, like=x)", "v2 = np.reshape(v1, (-1,))", ("v2", "v2 *= 2"),
    ]),
    "writing in place keeps the order": (M, [
        "v1 = x.T * 1.5", ("v1", "v1 *= x.T"), "v2 = v1.reshape(-1)", ("v2", "v2 += 1"),
    ]),
    "a view of an array without axes": (np.array(1.5), [
        "v1 = np.copy(x)", "v2 = np.atleast_3d(v1)", ("v2", "np.power.at(v2, [0, 0, 0], 2)"),
        ("v2", "v2[..., 0] = v2[0] * 2"),
        ("v2", "np.add.at(v2, [0, 0], 3.0)"), ("v2", "v2[:0] = 1.0"),
    ]),
    "numbers do not change": (M, [
        "v1 = np.quantile(x, 0.3)", "v2 = v1", ("v1", "v1 += 1"), "v3 = np.vecdot(x[0], x[1])", "v4 = v3.view()",
        ("v3", "v3 *= 2"), "v5 = np.median(x)", "v6 = v5", ("v5", "v5 -= 2"), "v7 = x.sum().astype(bool)",
    ]),
    "python's complex numbers": (X, ["v1 = 1j / x.sum()", "v2 = 1j * x.max()", "v3 = 1j - x.min()"]),
    "more leading axes than the target": (M, [
        "v1 = x[0] * 2", ("v1", "np.copyto(v1, x[1:], where=np.array([True, False, True]))"),
    ]),
    "knots at the same place": (X, [
        "v1 = np.interp(x * 0.1, [-1.0, -0.2, 0.3, 0.3, 2.0], np.sin(np.append(x, x[:2])))",
    ]),
    "padding by nothing makes a copy": (M, [
        "v1 = x * 2", "v2 = np.pad(v1, 0, mode='mean')", "v3 = np.pad(v1, 0, mode='linear_ramp')", ("v1", "v1 *= 3"),
    ]),
    "grids in a list": (X, [
        "v1 = np.meshgrid(x, x * 2, sparse=True, copy=False)", "v2 = np.meshgrid(x, x, copy=False)",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("first", range(0, COUNT, STRIDE))
def test_fresh_programs(first: int) -> None:
    for seed in range(first, first + STRIDE):
        program = examine(seed)
        outcome = program.outcome
        assert not outcome.failures, "\n".join([f"seed {seed}", program.reproduction, *outcome.failures])
        assert not outcome.unclear


@pytest.mark.parametrize("name", ONCE_WRONG)
def test_programs_that_once_went_wrong(name: str) -> None:
    x, lines = ONCE_WRONG[name]
    program = replay(x, lines)
    assert not program.outcome.failures, program.outcome.failures
    assert not program.outcome.refused
    assert len(program.lines) == len(lines), program.outcome.counts
    assert program.outcome.counts["slopes compared"]
    assert program.outcome.counts["second order compared"] or name in ("numbers do not change",)


def test_every_verified_name_of_the_ledger_has_a_recipe() -> None:
    page = Path(__file__, "../../../docs/numpy.md").resolve().read_text(encoding="utf-8")
    table = page.partition("ledger.verified")[2].partition("<!-- end -->")[0]
    verified = re.findall(r"^\| `(\S+)` \|", table, re.MULTILINE)
    assert len(verified) > 400
    assert not [name for name in verified if name not in RECIPES and name not in WITHOUT_RECIPE]
    assert not [name for name in WITHOUT_RECIPE if name in RECIPES]


def test_the_search_finds_a_wrong_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    operation = operation_of(np.tanh)
    monkeypatch.setitem(operation.rules, "x", lambda g, ans: g * (1 + ans * ans))
    operation.forget()
    try:
        program = examine(3, ["tanh", "multiply", "ndarray.__getitem__"])
    finally:
        monkeypatch.undo()
        operation.forget()
    assert "differences" in program.outcome.failures[0]
    assert "np.tanh" in program.outcome.failures[0]


def test_the_search_finds_a_wrong_value_and_a_changed_input(monkeypatch: pytest.MonkeyPatch) -> None:
    program = RandomCalls(0, {"x": X.copy()})
    program.tensors["np"] = type("np", (), {"tanh": staticmethod(lambda x: np.tanh(x) * (1 + 1e-6))})
    program.attempt("np.tanh(x)", "tanh")
    assert "NumPy's is" in program.outcome.failures[0]
    program = RandomCalls(0, {"x": X.copy()})
    program.tensors["x"].data[0] = 5.0
    program.check()
    assert program.outcome.failures == ["the input x has changed"]
