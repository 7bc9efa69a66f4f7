"""Sorting and set operations send gradients to the entries that they selected, and give what NumPy gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag


@pytest.mark.parametrize(
    ("f", "data", "expected"),
    [
        (np.unique, [3.0, 1.0, 3.0, 1.0], [1.0, 1.0, 0.0, 0.0]),
        (lambda a: np.union1d(a, [1.0]), [2.0, 1.0, 2.0], [1.0, 1.0, 0.0]),
        (lambda a: np.setdiff1d(a, [1.0]), [2.0, 1.0, 5.0], [1.0, 0.0, 1.0]),
        (lambda a: np.setxor1d(a, np.array([1.0, 7.0])), [2.0, 1.0, 5.0], [1.0, 0.0, 1.0]),
        (lambda a: np.intersect1d(a, np.array([5.0, 2.0])), [2.0, 1.0, 5.0], [1.0, 0.0, 1.0]),
        (lambda a: np.intersect1d(np.array([5.0, 2.0]), a) * 0 + a[:2], [2.0, 1.0, 5.0], [1.0, 1.0, 0.0]),
        (np.unique, [], []),
        (lambda a: np.setxor1d(a, a), [1.0, 2.0], [0.0, 0.0]),
        (lambda a: np.partition(a, 0), [2.0, 2.0], [1.0, 1.0]),
    ],
)  # fmt: skip
def test_gradients_go_to_what_was_selected(f: Any, data: list[float], expected: list[float]) -> None:
    a = ag.Tensor(np.array(data, dtype=float), requires_grad=True)
    np.testing.assert_array_equal(f(a).data, f(a.data))
    np.sum(f(a) + 0 * np.sum(a)).backward()
    assert a.grad.tolist() == expected


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_all_that_unique_returns_is_numpys(axis: int | None) -> None:
    data = np.array([[1.0, 2.0, 1.0], [1.0, 2.0, 1.0], [0.0, 3.0, 0.0]])
    found = np.unique(ag.Tensor(data, requires_grad=True), True, True, True, axis=axis)
    for one, other in zip(found, np.unique(data, True, True, True, axis=axis), strict=True):
        np.testing.assert_array_equal(one.data if isinstance(one, ag.Tensor) else one, other)
    assert [type(part) for part in found[1:]] == [np.ndarray] * 3


@pytest.mark.parametrize("name", ["unique_all", "unique_counts", "unique_inverse"])
def test_named_results_are_of_numpys_own_type(name: str) -> None:
    data = np.array([3.0, 1.0, 3.0])
    found, expected = getattr(np, name)(ag.Tensor(data, requires_grad=True)), getattr(np, name)(data)
    assert type(found) is type(expected)
    assert isinstance(found.values, ag.Tensor)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one.data if isinstance(one, ag.Tensor) else one, other)
    assert not isinstance(found[1], ag.Tensor)


def test_choices_out_of_range_are_numpys_error() -> None:
    with pytest.raises(ValueError, match="invalid entry in choice array"):
        np.choose([2], [ag.Tensor([1.0], requires_grad=True)])


def test_an_intersection_has_the_type_that_both_have_in_common() -> None:
    single, double = np.array([1.0, 3.0], np.float32), np.array([3.0, 2.0])
    found = np.intersect1d(ag.Tensor(single, requires_grad=True), double)
    assert found.dtype == np.intersect1d(single, double).dtype == np.float64


def test_membership_is_plain() -> None:
    assert type(np.isin(ag.Tensor([1.0, 2.0], requires_grad=True), [2.0])) is np.ndarray


def test_lifted_choice_of_a_plain_index() -> None:
    which = np.array([1, 0])
    f = ag.lift(lambda a: np.sum(np.choose(which, [a, 2 * a])))
    np.testing.assert_array_equal(ag.grad(f)(np.ones(2)), [2.0, 1.0])
