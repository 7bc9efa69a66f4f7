"""One grid over the registry: every rule against finite differences, at first and second order, and its dtypes."""

from __future__ import annotations

import operator

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.registry import operations
from tests.rules.cases import Case, differentiable, other_cases, ufunc_cases

CASES = [*ufunc_cases(), *other_cases()]


def by_name(case: Case) -> str:
    return str(case)


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_first_and_second_order(case: Case) -> None:
    ag.check_grads(case.call, case.arrays, order=2)


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_value_is_numpys_own(case: Case) -> None:
    expected = case.call(*case.arrays)
    found = case.call(*[ag.Tensor(a, requires_grad=True) for a in case.arrays])
    assert isinstance(found, ag.Tensor)
    assert found.shape == np.shape(expected)
    assert found.dtype == np.asarray(expected).dtype
    np.testing.assert_array_equal(found.data, expected)


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_float32_stays_float32(case: Case) -> None:
    arrays = [a.astype(np.float32) for a in case.arrays]
    expected = case.call(*arrays)
    tensors = [ag.Tensor(a, requires_grad=True) for a in arrays]
    found = case.call(*tensors)
    assert found.dtype == np.asarray(expected).dtype
    found.backward(gradient=np.ones(found.shape))
    for tensor in tensors:
        assert tensor.grad.dtype == np.float32
        assert tensor.grad.shape == tensor.shape
        assert isinstance(tensor.grad, np.ndarray)


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_transposed_memory(case: Case) -> None:
    arrays = [a.copy(order="F") for a in case.arrays]
    with_order = [ag.Tensor(a, requires_grad=True) for a in arrays]
    plain = [ag.Tensor(a, requires_grad=True) for a in case.arrays]
    for tensors in (with_order, plain):
        ans = case.call(*tensors)
        ans.backward(gradient=np.cos(np.arange(ans.size)).reshape(ans.shape))
    for one, other in zip(with_order, plain, strict=True):
        np.testing.assert_allclose(one.grad, other.grad, rtol=1e-12, atol=1e-14)


def test_every_rule_is_in_the_grid() -> None:
    covered = {case.name for case in CASES}
    missing = [o.name for o in differentiable() if o.name not in covered and o.name not in COMPLEX_ONLY]
    assert not missing


#: Their derivative is the identity or nothing on real numbers; tested with complex ones.
COMPLEX_ONLY = {"np.imag", "np.angle"}


def test_every_rule_names_arguments_that_exist() -> None:
    for operation in operations.values():
        if operation.rules and operation.is_numpys:
            assert len(operation.pulls) == len(operation.parameters), operation.name


@pytest.mark.parametrize(
    "call",
    [operator.add, operator.sub, operator.mul, operator.truediv, operator.mod, operator.pow, divmod],
    ids=lambda f: f.__name__,
)
@pytest.mark.parametrize("other", [2, 2.0, np.float64(2.0), np.array([2.0, 3.0]), True], ids=repr)
def test_operators_meet_scalars_and_arrays_from_both_sides(call, other) -> None:  # type: ignore[no-untyped-def]
    x = np.array([1.3, 2.6])

    def last(result):  # type: ignore[no-untyped-def]
        return result[1] if isinstance(result, tuple) else result

    for f in (lambda t: last(call(t, other)), lambda t: last(call(other, t))):
        np.testing.assert_array_equal(f(ag.Tensor(x, requires_grad=True)).data, f(x))
        ag.check_grads(f, (x,), order=2)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda a, b: np.maximum(a, b), ([0.0, 0.5, 1.0], [1.0, 0.5, 0.0])),
        (lambda a, b: np.minimum(a, b), ([1.0, 0.5, 0.0], [0.0, 0.5, 1.0])),
        (lambda a, b: np.fmax(a, b), ([0.0, 0.5, 1.0], [1.0, 0.5, 0.0])),
        (lambda a, b: np.fmin(a, b), ([1.0, 0.5, 0.0], [0.0, 0.5, 1.0])),
        (lambda a, b: np.abs(a - b), ([-1.0, 0.0, 1.0], [1.0, 0.0, -1.0])),
        (lambda a, b: np.hypot(a - b, 0 * a), ([-1.0, 0.0, 1.0], [1.0, 0.0, -1.0])),
        (lambda a, b: np.clip(a, 1.0, 2.0) + 0 * b, ([1.0, 1.0, 0.0], [0.0, 0.0, 0.0])),
    ],
    ids=["maximum", "minimum", "fmax", "fmin", "abs", "hypot", "clip"],
)
def test_ties_kinks_and_bounds(call, expected) -> None:  # type: ignore[no-untyped-def]
    a = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    b = ag.Tensor([2.0, 2.0, 2.0], requires_grad=True)
    call(a, b).backward(gradient=np.ones(3))
    np.testing.assert_array_equal(a.grad, expected[0])
    np.testing.assert_array_equal(b.grad, expected[1])


def test_quotient_and_remainder_at_once() -> None:
    x, y = np.array([7.5, -7.5]), np.array([2.0, 3.0])
    for function in (divmod, np.divmod):
        quotient, remainder = function(ag.Tensor(x, requires_grad=True), y)
        assert quotient.tolist() == [3.0, -3.0]
        assert remainder.data.tolist() == [1.5, 1.5]


def test_signs_at_zero() -> None:
    for function, expected in [(np.fabs, [-1.0, 0.0]), (lambda x: np.copysign(x, np.array([-1.0, 2.0])), [1.0, 0.0])]:
        x = ag.Tensor([-2.0, 0.0], requires_grad=True)
        function(x).sum().backward()
        assert x.grad.tolist() == expected


@pytest.mark.parametrize("function", [np.logaddexp, np.logaddexp2], ids=lambda f: f.__name__)
def test_logarithms_of_sums_at_infinity(function) -> None:  # type: ignore[no-untyped-def]
    a, b = ag.Tensor([np.inf, 2.0], requires_grad=True), ag.Tensor([0.0, 2.0], requires_grad=True)
    function(a, b).backward(gradient=np.ones(2))
    np.testing.assert_allclose(a.grad, [1.0, 0.5])
    np.testing.assert_allclose(b.grad, [0.0, 0.5])


def test_max_shares_a_tie_evenly() -> None:
    x = ag.Tensor([[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]], requires_grad=True)
    np.max(x, axis=1).sum().backward()
    np.testing.assert_allclose(x.grad, [[0, 0.5, 0.5], [1 / 3, 1 / 3, 1 / 3]])


@pytest.mark.parametrize("exponent", [0, 0.0, 1, 2, 3.0, np.array([0.0, 1.0, 2.0])], ids=repr)
def test_powers_at_zero(exponent) -> None:  # type: ignore[no-untyped-def]
    x = ag.Tensor([0.0, 0.0, 0.0], requires_grad=True)
    (x**exponent).sum().backward()
    np.testing.assert_array_equal(x.grad, np.where(np.equal(exponent, 1), 1.0, 0.0) * np.ones(3))


def test_exponent_at_base_zero() -> None:
    y = ag.Tensor([1.0, 2.0], requires_grad=True)
    (0.0**y).sum().backward()
    np.testing.assert_array_equal(y.grad, [0.0, 0.0])
    y = ag.Tensor([0.0, 0.5], requires_grad=True)
    (0.0**y).sum().backward()
    np.testing.assert_array_equal(y.grad, [0.0, 0.0])


def test_products_with_zeros() -> None:
    for data, expected in [([2.0, 0.0, 3.0], [0.0, 6.0, 0.0]), ([0.0, 0.0, 3.0], [0.0, 0.0, 0.0])]:
        x = ag.Tensor(data, requires_grad=True)
        np.prod(x).backward()
        assert x.grad.tolist() == expected
    x = ag.Tensor([2.0, 0.0, 3.0], requires_grad=True)
    np.cumprod(x).sum().backward()
    assert x.grad.tolist() == [1.0, 8.0, 0.0]
    for product in (np.prod, np.cumprod):
        x = ag.Tensor([0.0, 0.0, 0.0], requires_grad=True)
        product(x).sum().backward()
        assert x.grad.tolist() == [float(product is np.cumprod), 0.0, 0.0]
    ag.check_grads(np.prod, (np.array([[2.0, 0.0], [0.0, 3.0]]),), order=3)
    ag.check_grads(np.cumprod, (np.array([2.0, 0.0, 0.0, 3.0]),), order=2)


def test_std_of_equal_entries_has_gradient_zero() -> None:
    x = ag.Tensor([2.0, 2.0, 2.0], requires_grad=True)
    x.std().backward()
    np.testing.assert_array_equal(x.grad, [0.0, 0.0, 0.0])


def test_where_keeps_an_infinite_cotangent_out_of_the_other_branch() -> None:
    x, y = ag.Tensor([1.0, 2.0], requires_grad=True), ag.Tensor([3.0, 4.0], requires_grad=True)
    np.where(np.array([True, False]), x, y).backward(gradient=[np.inf, 1.0])
    np.testing.assert_array_equal(x.grad, [np.inf, 0.0])
    np.testing.assert_array_equal(y.grad, [0.0, 1.0])


@pytest.mark.parametrize(
    "name", ["floor", "ceil", "trunc", "rint", "sign", "isnan", "argmax", "argsort", "round", "zeros_like"]
)
def test_piecewise_constant_functions_give_plain_arrays(name: str) -> None:
    data = np.array([1.5, -2.5, 0.3])
    found = getattr(np, name)(ag.Tensor(data, requires_grad=True))
    assert not isinstance(found, ag.Tensor)
    np.testing.assert_array_equal(found, getattr(np, name)(data))


@pytest.mark.parametrize("symbol", ["eq", "ne", "lt", "le", "gt", "ge", "floordiv"])
def test_comparisons_give_plain_arrays(symbol: str) -> None:
    a, b = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])
    compare = getattr(operator, symbol)
    expected = compare(a, b)
    for found in (
        compare(ag.Tensor(a, requires_grad=True), b),
        compare(a, ag.Tensor(b)),
        compare(ag.Tensor(a), ag.Tensor(b)),
    ):
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, expected)
