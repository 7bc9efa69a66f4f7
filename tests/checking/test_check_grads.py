"""check_grads: right gradients pass, wrong ones are shown."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.checking.numerical import central_difference


def broken(rule):
    """A square whose rule is `rule`."""

    @ag.primitive
    def square(x):
        return x * x

    ag.defvjp(square, x=rule)
    return square


def test_central_difference_of_a_cubic() -> None:
    x = np.array([[1.0, -2.0], [0.0, 7.0]])
    np.testing.assert_allclose(central_difference(lambda t: np.sum(t**3), x), 3 * x**2, rtol=1e-9, atol=1e-9)
    assert x.tolist() == [[1.0, -2.0], [0.0, 7.0]]


def test_central_difference_of_a_complex_argument() -> None:
    z = np.array([1.0 + 2.0j, -0.5j])
    np.testing.assert_allclose(central_difference(lambda t: np.sum(np.abs(t) ** 2), z), 2 * z, rtol=1e-8)


def test_right_gradients_pass() -> None:
    ag.check_grads(lambda x, y, n: np.sin(x) * y**n, (np.array([0.1, 0.2]), 3.0, 2), order=3)


def test_float32_raises_no_false_alarm() -> None:
    x = np.linspace(-3, 3, 50, dtype=np.float32)
    ag.check_grads(np.sin, (x,), order=2)
    ag.check_grads(lambda t: np.exp(t) / (1 + np.exp(t)), (x,))


def test_large_and_small_values_raise_no_false_alarm() -> None:
    ag.check_grads(lambda x: np.sum(1e8 + x * 1e-3), (np.array([1.0, 2.0]),))
    ag.check_grads(lambda x: x * 1e-12, (np.array([1.0, 2.0]),))
    ag.check_grads(lambda x: x * 1e12, (np.array([1e6, 2e-6]),))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (lambda g, x: -g * 2 * x, "autodiff is the negative of differences: a sign is flipped"),
        (lambda g, x: g * x, "autodiff is 1/2 of differences in every entry"),
        (lambda g, x: g * 6 * x, "autodiff is 3 times differences in every entry"),
        (lambda g: g * 0, "autodiff is zero everywhere"),
        (lambda g, x: g * 2 * x + 1e-4, r"worst entry \[\d\]"),
        (lambda g, x: g * np.nan * x, "3 of 3 entries are not finite"),
    ],
    ids=["sign", "half", "three", "zero", "term", "nan"],
)
def test_wrong_gradients_are_shown(rule, text: str) -> None:
    with pytest.raises(AssertionError, match="the gradient differs from central differences in 1 of 1") as caught:
        ag.check_grads(broken(rule), (np.array([1.0, 2.0, 3.0]),))
    assert "argument 0, shape (3,)" in str(caught.value)
    assert caught.match(text)


def test_a_wrong_second_derivative_is_shown() -> None:
    f = broken(lambda g, x: g * 2 * (x.data if isinstance(x, ag.Tensor) else x))
    ag.check_grads(f, (np.array([1.0, 2.0]),))
    with pytest.raises(ag.errors.GradientCheckError, match="the derivative of order 2 differs"):
        ag.check_grads(f, (np.array([1.0, 2.0]),), order=2)


def test_which_argument_is_wrong() -> None:
    @ag.primitive
    def product(x, y):
        return x * y

    ag.defvjp(product, x=lambda g, y: g * y, y=lambda g, x: g * x * 1.01)
    with pytest.raises(ag.errors.GradientCheckError) as caught:
        ag.check_grads(product, (np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    assert "argument 1" in str(caught.value)
    assert "argument 0" not in str(caught.value)


def test_nothing_to_differentiate() -> None:
    with pytest.raises(ag.errors.GradientCheckError, match="no floating-point argument"):
        ag.check_grads(lambda x: x, (3,))
