"""The ledger: every public callable of the installed NumPy is in a state, which a call has shown."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import AutogradError
from tests.conformance import ledger as book
from tests.conformance import names, reasons

LEDGER = book.ledger


def test_every_callable_is_in_a_state() -> None:
    stateless = [f"{e.name}{': ' if e.note else ''}{e.note}" for e in LEDGER().values() if e.state is None]
    assert not stateless, "\n".join(["NumPy has callables that the library has no answer to:", *stateless])


def test_every_parameter_is_verified_or_refused() -> None:
    left = [f"{entry.name}: {', '.join(entry.unverified)}" for entry in LEDGER().values() if entry.unverified]
    assert not left, "\n".join(["no case exercises these parameters:", *left])


def test_what_is_refused_raises_the_librarys_own_error() -> None:
    for entry in LEDGER().values():
        if entry.state == "refused":
            assert book.is_refused(entry.name, names.public()[entry.name]), entry.name


def test_a_reason_is_given_only_for_what_is_there_and_needs_one() -> None:
    given = {**reasons.not_array_mathematics, **reasons.refused}
    states = {name: LEDGER()[name].state for name in given if name in LEDGER()}
    assert not [name for name in given if name not in states and hasattr(np, name)]
    assert not [name for name, state in states.items() if state in ("verified", "piecewise constant")]


def test_no_case_of_the_grid_fails_in_the_ledger() -> None:
    assert not book.exercised()[1]


def test_everything_that_dispatches_is_enumerated() -> None:
    listed = {id(value) for value in names.public().values()}
    missing = [f for f in names.dispatching() if id(f) not in listed and names.full_name(f) not in names.public()]
    assert not missing
    assert {"linalg.svd", "fft.rfft", "emath.sqrt", "ndarray.__matmul__", "hypot.reduce"} <= set(names.public())


@pytest.mark.parametrize("name", ["nextafter", "copysign", "tanh"])
def test_a_gradient_that_is_lost_is_no_piecewise_constant(name: str) -> None:
    assert not book.is_piecewise_constant(name, lambda *a: np.asarray(getattr(a[0], "data", a[0]) * 2))


def test_a_wrong_rule_verifies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograd_lite.registry import operation_of
    from tests.rules.cases import Case

    operation = operation_of(np.tanh)
    monkeypatch.setitem(operation.rules, "x", lambda g, ans: g * (1 + ans * ans))
    monkeypatch.setattr(book, "ufunc_cases", lambda: [Case("np.tanh", "x", np.tanh, (np.array([0.3, 0.7]),))])
    monkeypatch.setattr(book, "other_cases", list)
    monkeypatch.setattr(book, "keyword_cases", list)
    monkeypatch.setattr(book.notes, "seen", {})
    operation.forget()
    try:
        seen, problems = book.exercised.__wrapped__()
    finally:
        monkeypatch.undo()
        operation.forget()
    assert not seen
    assert "GradientCheckError" in problems["tanh"]


def test_calls_that_a_function_makes_itself_are_not_noted() -> None:
    from tests.conformance.watching import notes, watched

    before = {name: set(given) for name, given in notes.seen.items()}
    notes.seen.clear()
    try:
        watched(lambda a: np.vstack([a, a]))(ag.Tensor([1.0, 2.0], requires_grad=True))
        assert notes.seen == {"vstack": {"tup"}}
    finally:
        notes.seen.clear()
        notes.seen.update(before)


def test_new_arguments_of_numpys_are_refused() -> None:
    t = ag.Tensor([1.0, 2.0], requires_grad=True)
    if "ndmax" in names.parameters("array"):
        with pytest.raises(AutogradError, match="ndmax"):
            np.array(t, like=t, ndmax=1)
