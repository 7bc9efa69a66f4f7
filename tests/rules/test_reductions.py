"""Reductions and the methods of ufuncs where they are special: ties, zeros, NaN, nothing to reduce; and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import UnsupportedCallError


def gradient(call: Any, data: Any, seed: Any = 1.0) -> Any:
    t = ag.Tensor(np.array(data, dtype=float), requires_grad=True)
    ans = call(t)
    ans.backward(gradient=np.broadcast_to(np.asarray(seed, dtype=float), ans.shape))
    return t.grad.tolist()


@pytest.mark.parametrize("reduce", [np.max, np.maximum.reduce, np.nanmax, lambda a, **o: a.max(**o)])
def test_an_extremum_is_shared_with_the_initial_value(reduce: Any) -> None:
    assert gradient(lambda a: reduce(a, axis=0, initial=3.0), [3.0, 1.0, 3.0]) == [1 / 3, 0.0, 1 / 3]
    assert gradient(lambda a: reduce(a, axis=0, initial=4.0), [3.0, 1.0, 3.0]) == [0.0, 0.0, 0.0]
    initial = ag.Tensor(3.0, requires_grad=True)
    reduce(ag.Tensor([3.0, 1.0]), initial=initial, axis=0).backward()
    assert initial.grad == 0.5


def test_what_is_left_out_takes_no_share() -> None:
    chosen = np.array([True, True, False])
    assert gradient(lambda a: np.max(a, where=chosen, initial=0), [3.0, 3.0, 9.0]) == [0.5, 0.5, 0.0]
    assert gradient(lambda a: np.prod(a, where=chosen), [2.0, 0.0, 9.0]) == [0.0, 2.0, 0.0]
    assert gradient(lambda a: np.mean(a, where=chosen), [3.0, 3.0, 9.0]) == [0.5, 0.5, 0.0]
    assert gradient(lambda a: np.sum(a, where=False), [3.0, 1.0]) == [0.0, 0.0]


def test_a_running_extremum_is_shared_by_the_entries_so_far() -> None:
    data, seed = [1.0, 3.0, 3.0, 2.0, 3.0, 4.0], [1.0, 6.0, 60.0, 600.0, 6000.0, 5.0]
    # Of the run of 3 the second g goes to one entry, the next two to two, the last to three.
    expected = [1.0, 6 + 30 + 300 + 2000, 30 + 300 + 2000, 0.0, 2000, 5.0]
    np.testing.assert_allclose(gradient(np.maximum.accumulate, data, seed), expected)
    np.testing.assert_allclose(gradient(lambda a: np.minimum.accumulate(-a), data, seed), np.negative(expected))
    rows = ag.Tensor(np.array([data, data[::-1]]).T, requires_grad=True)
    np.maximum.accumulate(rows, axis=0).backward(gradient=np.array([seed, seed]).T)
    np.testing.assert_allclose(rows.grad[:, 0], expected)


def test_segments_may_overlap_and_may_be_empty() -> None:
    # [0:2], then the single entries 2 and 1 (for 2 >= 1 and 1 >= 1), then [1:]
    assert gradient(lambda a: np.add.reduceat(a, [0, 2, 1, 1]), np.ones(4), [1, 10, 100, 1000]) == [1, 1101, 1010, 1000]
    assert gradient(lambda a: np.maximum.reduceat(a, [0, 2]), [5.0, 5.0, 1.0, 7.0], [1, 10]) == [0.5, 0.5, 0.0, 10.0]
    zeros = [0.0, 3.0, 0.0, 0.0, 2.0]
    assert gradient(lambda a: np.multiply.reduceat(a, [0, 2]), zeros, [1, 10]) == [3.0, 0.0, 0.0, 0.0, 0.0]


def test_products_with_zeros_to_the_second_order() -> None:
    zeros = np.array([[2.0, 0.0, 3.0], [0.0, 0.0, 1.5]])
    for call in (
        lambda a: np.prod(a, axis=1, where=np.array([True, True, False]), initial=1.5),
        lambda a: np.cumprod(a, axis=1),
        lambda a: np.multiply.reduceat(a, [0, 1], axis=1),
        lambda a: np.multiply.accumulate(a, axis=1),
        lambda a: np.nanprod(a, axis=1),
    ):
        ag.check_grads(call, (zeros,), order=2)


def test_nan_is_left_out_and_gets_no_gradient() -> None:
    data = [[1.0, np.nan, 3.0], [np.nan, np.nan, 5.0]]
    for function, expected in [
        (np.nansum, [[1, 0, 1], [0, 0, 1]]),
        (np.nanmean, [[0.5, 0, 0.5], [0, 0, 1]]),
        (np.nanmax, [[0, 0, 1], [0, 0, 1]]),
        (np.nanprod, [[3, 0, 1], [0, 0, 1]]),
        (np.nanvar, [[-1, 0, 1], [0, 0, 0]]),
        (np.nanstd, [[-0.5, 0, 0.5], [0, 0, 0]]),
        (np.nancumsum, [[3, 0, 1], [0, 0, 1]]),
    ]:
        np.testing.assert_allclose(gradient(lambda a, f=function: f(a, axis=1), data), expected, err_msg=str(function))


def test_a_variance_of_a_complex_dtype() -> None:
    z = ag.Tensor(np.array([1 + 1j, 3 - 1j]), requires_grad=True)
    (np.var(z, dtype=np.complex128) * (2 + 5j)).real.backward()  # the variance is real: only 2 counts
    np.testing.assert_allclose(z.grad, 2 * (z.data - z.data.mean()))


def test_the_mean_that_is_given_is_differentiated() -> None:
    m = ag.Tensor(np.array([[1.0]]), requires_grad=True)
    np.var(np.array([[1.0, 4.0]]), mean=m, axis=1).backward(gradient=[1.0])
    assert m.grad.tolist() == [[-3.0]]


def test_a_chain_of_powers_is_what_the_documentation_says() -> None:
    # NumPy's own vectorised loop gives x0**x2 here: see rules/ufunc_methods.py.
    t = ag.Tensor([1.1, 1.2, 1.3], requires_grad=True)
    ans = np.power.reduce(t)
    assert ans.item() == pytest.approx((1.1**1.2) ** 1.3)
    ans.backward()
    np.testing.assert_allclose(t.grad[2], ans.item() * np.log(1.1**1.2))


@pytest.mark.parametrize("ufunc", [np.hypot, np.subtract, np.logaddexp, np.power], ids=lambda u: u.__name__)
def test_errors_and_empty_arrays_are_numpys(ufunc: np.ufunc) -> None:
    t = ag.Tensor(np.ones((2, 3)), requires_grad=True)
    with pytest.raises(np.exceptions.AxisError):
        ufunc.reduce(t, axis=2)
    with pytest.raises(IndexError):
        ufunc.reduceat(t, [5])
    empty = ag.Tensor(np.ones((0, 3)), requires_grad=True)
    if ufunc.identity is None:
        with pytest.raises(ValueError, match="identity"):
            ufunc.reduce(empty)
    else:
        assert np.asarray(ufunc.reduce(empty)).tolist() == [ufunc.identity] * 3
    assert ufunc.accumulate(empty).shape == (0, 3)
    assert ufunc.reduceat(t, np.array([], dtype=int)).shape == (0, 3)
    assert ufunc.reduce(t, axis=()).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda t: np.exp(t, where=np.array([True, False])), "leaves the other entries undefined"),
        (lambda t: np.exp(t, out=np.zeros(2)), "writes into a plain array"),
        (lambda t: np.modf(t, out=(np.zeros(2), np.zeros(2))), "writes into a plain array"),
        (lambda t: np.hypot.reduce(t, out=np.zeros(())), "writes into a plain array"),
        (lambda t: np.add.reduce(t, out=np.zeros(())), "writes into a plain array"),
        (lambda t: np.maximum.accumulate(t, out=np.zeros(2)), "writes into a plain array"),
        (lambda t: np.sum(t, out=np.zeros(())), "writes into a plain array"),
        (lambda t: np.divmod(t, 2, where=np.array([True, False])), "leaves the other entries undefined"),
        (lambda t: np.matmul(t, np.ones((2, 2)), axes=[(0,), (0, 1), (0,)], out=np.zeros(2)), "plain array"),
    ],
)
def test_what_can_not_be_recorded_is_refused(call: Any, words: str) -> None:
    with pytest.raises(UnsupportedCallError, match=words):
        call(ag.Tensor([1.0, 2.0], requires_grad=True))


def test_types_that_do_not_fit_are_numpys_errors() -> None:
    t = ag.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match="Cannot cast"):
        np.add(t, 1, dtype=np.int64)
    with pytest.raises(TypeError):
        np.add(t, 1, signature="ff->f", casting="safe")
    with pytest.raises(TypeError, match="axis"):
        np.matmul(t, t, axis=0)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 0.0, -2.0, 5e-324, 3.75])
def test_parts_of_a_number(value: float) -> None:
    t = ag.Tensor([value], requires_grad=True)
    for function in (np.modf, np.frexp):
        for found, expected in zip(function(t), function(np.array([value])), strict=True):
            np.testing.assert_array_equal(getattr(found, "data", found), expected)
    assert gradient(lambda a: np.modf(a)[0], [value]) == [float(np.isfinite(value))]


def test_a_step_has_its_second_argument_at_zero() -> None:
    half = ag.Tensor(0.5, requires_grad=True)
    np.heaviside(np.array([-1.0, 0.0, 0.0, 2.0]), half).sum().backward()
    assert half.grad == 2.0
    found = np.heaviside(ag.Tensor([-1.0, 0.0], requires_grad=True), 0.5)
    assert type(found) is np.ndarray


def test_a_running_extremum_has_no_work_for_each_entry() -> None:
    t = ag.Tensor(np.sin(np.arange(20_000.0)), requires_grad=True)
    for call in (np.maximum.accumulate, np.minimum.reduce, np.multiply.accumulate, np.cumprod):
        assert call(t).node.inputs[0] is t.node
    assert np.add.reduceat(t, np.arange(0, 20_000, 2)).node.inputs[0] is t.node


@pytest.mark.parametrize("make", [np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.require])
def test_what_makes_arrays_refuses_and_says_how(make: Any) -> None:
    t = ag.Tensor([1.0, 2.0], requires_grad=True)
    for given in (t, [t, t], [t[0], 1.0]):
        with pytest.raises((TypeError, ValueError)) as caught:
            make(given)
        assert "ag.lift" in str(caught.value) + str(caught.value.__cause__)
    with pytest.raises(TypeError, match=r"ag\.lift"):
        np.full(3, t[0])
    assert np.asarray([1.0, 2.0], like=t).tolist() == [1.0, 2.0]
