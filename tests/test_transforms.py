"""vjp: values and pullbacks, nested."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.transforms import vjp


def derivative(f):
    def slope(x):
        value, pullback = vjp(f, x)
        return pullback(np.ones(np.shape(value)))[0]

    return slope


def test_value_and_pullback_are_plain_arrays() -> None:
    value, pullback = vjp(lambda x, y: np.sin(x) * y, np.array([1.0, 2.0]), 3.0)
    assert type(value) is np.ndarray
    for _ in range(2):
        gx, gy = pullback(np.array([1.0, 10.0]))
        np.testing.assert_allclose(gx, 3 * np.cos([1.0, 2.0]) * [1, 10])
        np.testing.assert_allclose(gy, np.sin(1.0) + 10 * np.sin(2.0))
        assert gy.shape == ()


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_nesting(order: int) -> None:
    f = np.sin
    for _ in range(order):
        f = derivative(f)
    expected = [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin][order - 1]
    x = np.array([0.3, 1.1])
    np.testing.assert_allclose(f(x), expected(x), rtol=1e-12)


def test_inner_derivative_of_a_function_that_closes_over_the_outer_variable() -> None:
    # d/dx [ x * d/dy (x + y) ] = 1, where a confused system says 2 (Siskind and Pearlmutter 2005)
    outer = derivative(lambda x: x * derivative(lambda y: x + y)(1.0))
    assert outer(5.0) == 1.0
    assert derivative(lambda x: derivative(lambda y: x * y * y)(3.0))(2.0) == 6.0


def test_a_linear_function_has_a_second_derivative_of_zero() -> None:
    np.testing.assert_array_equal(derivative(derivative(lambda x: 3 * x))(np.array([1.0, 2.0])), [0.0, 0.0])


def test_other_leaves_keep_their_gradients_to_themselves() -> None:
    w = ag.Tensor([2.0], requires_grad=True)
    derivative(lambda x: w * x)(np.array([1.0]))
    assert w.grad is None


def test_an_unused_argument_has_a_zero_cotangent() -> None:
    _, pullback = vjp(lambda x, y: x * 2, np.array([1.0]), np.array([[1.0, 2.0]]))
    assert pullback(np.array([1.0]))[1].tolist() == [[0.0, 0.0]]


def test_a_result_that_left_the_graph_is_refused() -> None:
    with pytest.raises(ag.errors.NoGraphError, match=r"returned a ndarray and not a Tensor.*\.data"):
        vjp(lambda x: x.data * 2, np.array([1.0]))
