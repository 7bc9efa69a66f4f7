"""detect_anomaly: the first value or gradient that is not finite, with its line and its cure."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, errors

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def leaf(*data: float, name: str = "x") -> Tensor:
    return Tensor(np.array(data), requires_grad=True, name=name)


def test_the_first_value_that_is_not_finite() -> None:
    x = leaf(1.0, 0.0, -2.0)
    with ag.detect_anomaly():
        y = x * 2
        with pytest.raises(FloatingPointError) as caught:
            np.log(y)
    message = str(caught.value)
    assert message.startswith("np.log of shape (3,), recorded at line ")
    assert f"of {__file__}, gave 1 NaN and 1 infinite of 3 entries" in message
    assert "an array of shape (3,) with 0 at [1]" in message
    assert "np.log(np.where(x > 0, x, 1.0))" in message


def test_operands_are_named() -> None:
    x, y = leaf(1.0, 2.0), leaf(1.0, 0.0, name="count")
    with (
        ag.detect_anomaly(),
        pytest.raises(errors.AnomalyError, match=r"np\.divide.*x of shape \(2,\) with 2 at \[1\]"),
    ):
        x / y
    with ag.detect_anomaly(), pytest.raises(errors.AnomalyError, match=r"count of shape \(2,\) with 0 at \[1\]"):
        x / y


def test_data_that_were_not_finite_already() -> None:
    with (
        ag.detect_anomaly(),
        pytest.raises(errors.AnomalyError, match="given an operand that is not finite already: x"),
    ):
        leaf(1.0, np.nan) * 2


def test_the_untaken_branch_of_where_is_explained() -> None:
    x = leaf(4.0, 0.0)
    with ag.detect_anomaly():
        y = np.where(np.array([True, False]), np.sqrt(x), 0.0).sum()
        with pytest.raises(errors.AnomalyError) as caught:
            y.backward()
    message = str(caught.value)
    assert message.startswith("the backward pass of np.sqrt of shape (2,), recorded at line ")
    assert "for x of shape (2,): 1 NaN of 2 entries, first at [1]" in message
    assert "the branch that np.where did not take" in message
    assert "np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)" in message


def test_the_cure_works() -> None:
    x = leaf(4.0, 0.0)
    with ag.detect_anomaly():
        np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0).sum().backward()
    assert x.grad.tolist() == [0.25, 0.0]


def test_an_infinite_slope() -> None:
    x = leaf(0.0)
    with ag.detect_anomaly(), pytest.raises(errors.AnomalyError, match=r"slope of np\.sqrt is not finite there"):
        np.sqrt(x).sum().backward()


def test_a_starting_gradient_that_is_not_finite() -> None:
    x = leaf(1.0)
    with ag.detect_anomaly(), pytest.raises(errors.AnomalyError, match="started from a gradient that is not finite"):
        (x * 2).backward(gradient=[np.nan])


def test_infinities_may_be_allowed() -> None:
    scores = leaf(1.0, 2.0, 3.0)
    mask = np.array([True, True, False])

    def attention() -> Tensor:
        e = np.exp(np.where(mask, scores, -np.inf) - 2.0)
        return (e / e.sum() * np.array([1.0, 2.0, 3.0])).sum()

    with ag.detect_anomaly(allow_infinity=True):
        attention().backward()
    assert np.isfinite(scores.grad).all()
    with ag.detect_anomaly(), pytest.raises(errors.AnomalyError, match=r"np\.where.*allow_infinity=True"):
        attention()


def test_a_plain_array_changed_after_it_took_part() -> None:
    x, data = leaf(1.0, 2.0), np.array([3.0, 4.0])
    with ag.detect_anomaly():
        y = (x * data).sum()
        data[0] = 100.0
        with pytest.raises(
            errors.InPlaceError, match=r"np\.multiply.*recorded at line.*argument 'x2' has been changed"
        ):
            y.backward()


def test_nothing_is_watched_outside() -> None:
    x = leaf(0.0)
    with ag.detect_anomaly():
        (x * 2).sum().backward()
    np.log(x).sum().backward()
    assert np.isinf(x.grad).all()


def test_higher_orders_are_watched() -> None:
    x = leaf(0.0)
    with ag.detect_anomaly():
        (x**1.5).sum().backward(create_graph=True)
        with pytest.raises(errors.AnomalyError, match=r"backward pass of np\.power"):
            x.grad.sum().backward()
