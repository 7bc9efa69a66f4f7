"""Terms as data: values, equality, places, shapes."""

from __future__ import annotations

import operator
import time

import numpy as np
import pytest

from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term, as_term, call, is_call, total, weight
from autograd_lite.tensor.numbers import count_of, length_of

A, B, W = Name("A", (4, 3)), Name("B", (4, 3)), Name("W", (3, 2))
ENV = {"A": np.arange(12.0).reshape(4, 3), "B": np.ones((4, 3)), "W": np.ones((3, 2))}


def test_evaluate() -> None:
    term = call(np.sum, call(np.multiply, call(np.subtract, A, B), 2), axis=0)
    np.testing.assert_array_equal(term.evaluate(ENV), ((ENV["A"] - 1) * 2).sum(axis=0))
    part = Call(
        operator.getitem, (A, Group(tuple, (Group(slice, (Constant(1), Constant(None), Constant(2))), Constant(0))))
    )
    np.testing.assert_array_equal(part.evaluate(ENV), ENV["A"][1::2, 0])
    assert type(call(np.add, 1, call(length_of, A, 0)).evaluate(ENV)) is int
    np.testing.assert_array_equal(call(total, A, A, B).evaluate(ENV), 2 * ENV["A"] + 1)


def test_equal_terms() -> None:
    def make() -> Term:
        return call(np.add, Name("A"), call(np.exp, Constant(2.0)))

    assert make() == make()
    assert len({make(), make()}) == 1
    assert make() != call(np.add, Name("B"), call(np.exp, Constant(2.0)))
    assert Constant(1) != Constant(1.0)
    assert Constant(1) != Constant(True)
    assert Constant(float("nan")) == Constant(float("nan"))
    array = np.ones(2)
    assert Constant(array) == Constant(array) != Constant(array.copy())
    assert call(np.sum, A, axis=0) != call(np.sum, A, axis=1) != call(np.sum, A)


def test_places_and_replacement() -> None:
    term = call(np.sum, call(np.multiply, A, call(np.exp, B)), axis=0)
    for place, part in term.walk():
        assert term.at(place) == part
        assert term.replaced(place, part) == term
    assert [place for place, _ in term.walk()] == [(), (0,), (0, 0), (0, 1), (0, 1, 0), (1,)]
    changed = term.replaced((0, 1), A)
    np.testing.assert_array_equal(changed.evaluate(ENV), (ENV["A"] ** 2).sum(axis=0))
    assert term.replaced((1,), Constant(1)).shape == (4,)
    assert term.names() == {"A", "B"}
    assert changed.names() == {"A"}
    twice = call(np.add, call(np.exp, A), call(np.exp, A)).substituted({call(np.exp, A): B})
    assert twice == call(np.add, B, B)


@pytest.mark.parametrize(
    ("term", "shape"),
    [
        (call(np.matmul, A, W), (4, 2)),
        (call(np.transpose, A), (3, 4)),
        (call(np.add, A, Name("b", (3,))), (4, 3)),
        (call(np.sum, A), ()),
        (call(np.sum, A, axis=-1), (4,)),
        (call(np.mean, A, axis=0, keepdims=True), (1, 3)),
        (call(np.matmul, A, Name("v", (3,))), (4,)),
        (call(np.greater, A, 0), (4, 3)),
        (call(np.add, A, W), None),
    ],
    ids=repr,
)
def test_shapes_are_worked_out(term: Term, shape: tuple[int, ...] | None) -> None:
    assert term.shape == shape
    if shape is not None:
        env = {**ENV, "b": np.ones(3), "v": np.ones(3)}
        assert np.shape(term.evaluate(env)) == shape


def test_weight_counts_calls_but_not_sizes() -> None:
    assert weight(call(np.divide, call(np.sum, A), call(count_of, A))) == 2
    assert is_call(call(np.sum, A), np.mean, np.sum)
    assert not is_call(A, np.sum)
    assert as_term(A) is A
    assert repr(call(np.add, A, 1)) == "<Call A + 1>"


def test_a_candidate_is_quick() -> None:
    """The aim is 50 microseconds; the limit leaves room for a busy machine."""
    term = call(np.matmul, call(np.transpose, A), call(np.multiply, call(np.multiply, B, A), call(np.subtract, 1, A)))
    best = np.inf
    for _ in range(200):
        start = time.perf_counter()
        term.replaced((1, 1), A).evaluate(ENV)
        best = min(best, time.perf_counter() - start)
    assert best < 200e-6
