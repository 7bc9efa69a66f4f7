"""Tidied terms: the same value and shape, and the form a person would write."""

from __future__ import annotations

import operator

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_lite.expressions.algebra import Tidier
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term, call, weight
from autograd_lite.indexed import put_at
from autograd_lite.tensor.numbers import shape_of
from tests.expressions.strategies import NAMES, VALUES, terms, value_of

A, B, b, s = (NAMES[name] for name in "ABbs")
SLICE = Group(slice, (Constant(None),) * 3)


@settings(max_examples=300, deadline=None)
@given(terms())
def test_value_and_shape_stay(term: Term) -> None:
    expected, tidied = value_of(term), Tidier().tidy(term)
    found = value_of(tidied)
    assert found is not None, f"{text(term)} became {text(tidied)}"
    assert found.shape == expected.shape, f"{text(term)} became {text(tidied)}"
    fine = np.isfinite(expected)  # 0 / 0 may be crossed out, as on paper
    np.testing.assert_allclose(
        found[fine], expected[fine], rtol=1e-9, atol=1e-9, err_msg=f"{text(term)}: {text(tidied)}"
    )


@settings(max_examples=100, deadline=None)
@given(terms())
def test_tidying_twice_changes_nothing_more(term: Term) -> None:
    once = Tidier().tidy(term)
    assert weight(Tidier().tidy(once)) <= weight(once)


def ones_like(x: Term) -> Term:
    return Call(np.broadcast_to, (Constant(1), call(shape_of, x)), (), x.shape)


x, y, W = Name("x", (3,)), Name("y", (2,)), Name("W", (3, 2))
column = Call(operator.getitem, (x, Group(tuple, (SLICE, Constant(None)))), (), (3, 1))
row = Call(operator.getitem, (y, Group(tuple, (Constant(Ellipsis), Constant(None), SLICE))), (), (1, 2))

GOLDEN = {
    "A": call(np.multiply, 1, A),
    "-A": call(np.negative, call(np.negative, call(np.negative, A))),
    "A * B": call(np.multiply, call(np.negative, A), call(np.negative, B)),
    "2 * A": call(np.add, A, A),
    "A**2": call(np.multiply, A, A),
    "A - B": call(np.add, A, call(np.multiply, -1, B)),
    "B - A": call(np.add, call(np.negative, A), B),
    "A / 2": call(np.multiply, 0.5, A),
    "6 * A": call(np.multiply, 2, call(np.multiply, A, 3)),
    "A * (1 - A)": call(np.subtract, A, call(np.multiply, A, A)),
    "A.T @ B": call(np.matmul, call(np.transpose, call(np.transpose, call(np.transpose, A))), B),
    "A.sum(axis=0) / 2": call(np.sum, call(np.divide, A, 2), axis=0),
    "2 * s": call(np.multiply, s, 2),
    "np.where(A > 0, 1, 0.1)": call(
        np.add,
        call(np.where, call(np.greater, A, 0), ones_like(A), 0),
        call(np.multiply, 0.1, call(np.where, call(np.greater, A, 0), 0, ones_like(A))),
    ),
    "np.outer(x, y)": Call(np.multiply, (column, row), (), (3, 2)),
    "W @ y": Call(
        operator.getitem,
        (
            Call(
                np.matmul, (W, Call(operator.getitem, (y, Group(tuple, (Constant(...), Constant(None)))), (), (2, 1)))
            ),
            Group(tuple, (Constant(...), Constant(0))),
        ),
        (),
        (3,),
    ),
}


@pytest.mark.parametrize(("expected", "term"), [(k, v) for k, v in GOLDEN.items() if v is not None], ids=str)
def test_tidied_forms(expected: str, term: Term) -> None:
    tidied = Tidier().tidy(term)
    assert text(tidied) == expected
    env = {**VALUES, "x": np.arange(3.0), "y": np.array([1.0, -2.0]), "W": np.arange(6.0).reshape(3, 2)}
    np.testing.assert_allclose(tidied.evaluate(env), term.evaluate(env))


def test_truth_values_are_not_numbers() -> None:
    M = NAMES["M"]
    for term in (call(np.add, M, M), call(np.multiply, M, M), call(np.sum, M), call(np.power, M, 2)):
        np.testing.assert_array_equal(Tidier().tidy(term).evaluate(VALUES), term.evaluate(VALUES))


def test_what_is_put_at_an_index_keeps_its_shape() -> None:
    term = Call(put_at, (call(np.multiply, 2, ones_like(b)), SLICE, call(shape_of, b)), (), (3,))
    np.testing.assert_array_equal(Tidier().tidy(term).evaluate(VALUES), [2.0, 2.0, 2.0])


def test_the_reciprocal_of_a_whole_number_is_whole() -> None:
    n, x = Name("n", (), np.dtype(int)), Name("x", (), np.dtype(float))
    assert text(Tidier().tidy(call(np.multiply, x, call(np.reciprocal, n)))) == "x * np.reciprocal(n)"
    assert text(Tidier().tidy(call(np.multiply, x, call(np.reciprocal, x)))) == "1"


def test_an_index_of_arrays_is_compared_with_none() -> None:
    term = call(operator.getitem, call(np.matmul, A, B), np.array([0, 1]))
    assert Tidier().tidy(term) == term
