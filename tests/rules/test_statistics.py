"""Order statistics, correlations and histograms at their special points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import ConversionError, MissingRuleError, UnsupportedCallError
from tests.rules.cases.statistics import METHODS


def gradient(f: Callable[..., Any], *data: Any) -> list[Any]:
    tensors = [ag.Tensor(d, requires_grad=True) for d in data]
    np.sum(f(*tensors)).backward()
    return [t.grad.tolist() for t in tensors]


@pytest.mark.parametrize(
    ("f", "data", "expected"),
    [
        # ordered with ties in the order of the array: the middle one of three equal ones is the second
        (np.median, [2.0, 2.0, 2.0], [0.0, 1.0, 0.0]),
        (np.median, [3.0, 1.0, 3.0, 5.0], [0.5, 0.0, 0.5, 0.0]),
        (np.nanmedian, [np.nan, 4.0, 1.0, 2.0], [0.0, 0.0, 0.0, 1.0]),
        (lambda a: np.quantile(a, 0.25), [4.0, 1.0, 2.0, 3.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]),
        (lambda a: np.quantile(a, 0.375), [4.0, 1.0, 2.0, 3.0, 0.0], [0.0, 0.5, 0.5, 0.0, 0.0]),
        (lambda a: np.percentile(a, 100), [4.0, 1.0, 2.0], [1.0, 0.0, 0.0]),
        (lambda a: np.partition(a, 1)[0], [5.0, 1.0, 1.0], [0.0, 1.0, 0.0]),
        (lambda a: np.quantile(a, 0.5, weights=np.array([1.0, 1.0, 5.0]), method="inverted_cdf"), [3.0, 1.0, 2.0],
         [0.0, 0.0, 1.0]),
    ],
)  # fmt: skip
def test_order_statistics_select(f: Any, data: list[float], expected: list[float]) -> None:
    assert gradient(f, data) == [expected]


def test_quantile_moves_along_the_piece_to_the_left_of_its_end() -> None:
    a = np.array([0.0, 1.0, 5.0])
    assert gradient(lambda q: np.quantile(a * (1 + 0 * q), q), 1.0) == [8.0]
    assert gradient(lambda q: np.quantile(a * (1 + 0 * q), q), 0.0) == [2.0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [1, 2, 7])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_quantiles_are_numpys_to_the_last_bit(method: str, size: int, dtype: Any) -> None:
    a = np.random.default_rng(size).normal(size=(size, 3)).astype(dtype)
    shares = np.linspace(0, 1, 23)
    for q in (shares, shares.astype(np.float32), [0, 1], 0, 1, 0.37, np.float32(0.37)):
        for f in (np.quantile, np.nanquantile):
            expected = f(a, np.array(q) if isinstance(q, list) else q, axis=0, method=method)
            found = f(ag.Tensor(a), np.array(q) if isinstance(q, list) else q, axis=0, method=method)
            assert found.dtype == expected.dtype
            np.testing.assert_array_equal(found.data, expected)


def test_missing_values_are_numpys() -> None:
    a = np.array([[1.0, np.nan, 3.0], [np.nan] * 3])
    t = ag.Tensor(a, requires_grad=True)
    for f in (np.median, lambda x, axis: np.quantile(x, 0.3, axis=axis)):
        np.testing.assert_array_equal(f(t, axis=1).data, f(a, axis=1))
    for f in (np.nanmedian, lambda x, axis: np.nanquantile(x, [0.3, 0.5], axis=axis)):
        with pytest.warns(RuntimeWarning, match="All-NaN slice"):
            expected = f(a, axis=1)
        with pytest.warns(RuntimeWarning, match="All-NaN slice"):
            found = f(t, axis=1)
        np.testing.assert_array_equal(found.data, expected)


def raised_by(call: Callable[[Any], Any], argument: Any) -> Exception:
    try:
        with np.errstate(invalid="ignore"):
            call(argument)
    except (ValueError, TypeError, ArithmeticError) as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    "call",
    [
        lambda a: np.quantile(a, 1.5), lambda a: np.percentile(a, [-1, 50]), lambda a: np.quantile(a, 0.5, method="no"),
        lambda a: np.quantile(a, 0.5, weights=np.ones(3)), lambda a: np.quantile(a * 1j, 0.5),
        lambda a: np.quantile(a, 0.5, weights=-np.ones(3), method="inverted_cdf"),
        lambda a: np.quantile(a, 0.5, weights=np.zeros(3), method="inverted_cdf"),
        lambda a: np.quantile(a, 0.5, weights=np.ones(2), axis=0, method="inverted_cdf"),
        lambda a: np.average(a, weights=np.zeros(3)), lambda a: np.cov(a, ddof=1.5),
        lambda a: np.convolve(a, a, mode="none"),
    ],
)  # fmt: skip
def test_errors_are_numpys(call: Any) -> None:
    a = np.array([1.0, 2.0, 4.0])
    found, expected = raised_by(call, ag.Tensor(a, requires_grad=True)), raised_by(call, a)
    assert type(found) is type(expected)
    assert str(found).split(":")[0] == str(expected).split(":")[0]


def test_structured_results_are_numpys() -> None:
    x, w = np.array([0.1, 0.7, 0.4]), ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    counts, edges = np.histogram(x, bins=2, weights=w)
    assert isinstance(counts, ag.Tensor)
    assert counts.data.tolist() == np.histogram(x, bins=2, weights=w.data)[0].tolist()
    assert np.asarray(edges).tolist() == np.histogram(x, bins=2)[1].tolist()
    counts, edges = np.histogramdd(np.stack([x, x], axis=1), bins=2, weights=w)
    assert len(edges) == 2
    np.sum(counts * np.array([[1.0, 0.0], [0.0, 5.0]])).backward()
    assert w.grad.tolist() == [1.0, 5.0, 5.0]
    average, weight = np.average(w, weights=x, returned=True)
    assert isinstance(average, ag.Tensor)
    assert np.asarray(weight) == np.average(w.data, weights=x, returned=True)[1]


def test_counts_have_no_gradient() -> None:
    t = ag.Tensor([0.1, 0.7, 0.4], requires_grad=True)
    counts, _ = np.histogram(t, bins=2)
    assert not isinstance(counts, ag.Tensor)
    assert counts.tolist() == [1, 2]
    assert type(np.digitize(t, [0.0, 0.5])) is np.ndarray
    assert type(np.searchsorted([0.0, 0.5], t)) is np.ndarray


@pytest.mark.parametrize("f", [np.median, np.nanmedian, lambda a, out: np.quantile(a, 0.5, out=out)])
def test_a_plain_output_is_refused_while_a_gradient_is_followed(f: Any) -> None:
    out = np.zeros(())
    with pytest.raises(UnsupportedCallError, match="out="):
        f(ag.Tensor([1.0, 2.0], requires_grad=True), out=out)
    f(ag.Tensor([1.0, 2.0]), out=out)
    assert out == 1.5


def test_a_tensor_that_numpy_does_not_hand_on_is_refused() -> None:
    w = ag.Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises((ConversionError, MissingRuleError, ValueError)):
        np.cov([w, w])
