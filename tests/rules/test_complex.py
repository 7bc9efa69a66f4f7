"""Complex numbers: every rule that NumPy lets have them, by DESIGN.md's convention: ``.grad`` is dL/dRe + i dL/dIm.

A result is multiplied with complex weights before its real part is differenced. Real weights would leave every
cotangent real, and a real cotangent does not tell a conjugate from itself.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from tests.rules.cases import Case, other_cases, ufunc_cases


def some(*shape: int, seed: int = 0, real: bool = False) -> Any:
    """Numbers of size 0.5 to 2 in every direction (of both signs, where real)."""
    rng = np.random.default_rng(seed)
    if real:
        return rng.uniform(0.5, 2.0, shape) * rng.choice([-1.0, 1.0], shape)
    return rng.uniform(0.5, 2.0, shape) * np.exp(1j * rng.uniform(-np.pi, np.pi, shape))


def weighted(call: Callable[..., Any]) -> Callable[..., Any]:
    """The function with every entry of its result turned and scaled, each its own way."""

    def weighted_call(*args: Any) -> Any:
        ans = call(*args)
        return ans * some(*ans.shape, seed=99).astype(np.result_type(ans.dtype, np.complex64))

    return weighted_call


def gradients(call: Callable[..., Any], arrays: tuple[Any, ...]) -> list[Any]:
    """The gradients of sum(Re(weights * call)) with respect to all arguments."""
    tensors = [ag.Tensor(a, requires_grad=True) for a in arrays]
    weighted(call)(*tensors).sum().real.backward()
    return [t.grad for t in tensors]


def complex_cases() -> Iterator[Any]:
    """The grid's cases with each choice of complex arguments among real ones, where NumPy takes them."""
    for number, case in enumerate([*ufunc_cases(), *other_cases()]):
        rng = np.random.default_rng(number)
        parts = [1j * rng.uniform(0.2, 1.0, a.shape) * rng.choice([-1, 1], a.shape) for a in case.arrays]
        count = len(case.arrays)
        for mask in range(1, 1 << count):
            arrays = tuple(
                a + p if mask >> i & 1 else a for i, (a, p) in enumerate(zip(case.arrays, parts, strict=True))
            )
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    case.call(*arrays)
            except (TypeError, np.exceptions.ComplexWarning):
                continue
            kinds = "".join("RC"[mask >> i & 1] for i in range(count))
            yield pytest.param(Case(case.name, case.label, case.call, arrays), id=f"{case}-{kinds}")


CASES = list(complex_cases())
#: What NumPy refuses to have complex arguments of; everything else in the grid must be in CASES.
REAL_ONLY = {
    "np.arctan2", "np.cbrt", "np.copysign", "np.deg2rad", "np.degrees", "np.fabs", "np.fmod", "np.hypot",
    "np.logaddexp", "np.logaddexp2", "np.rad2deg", "np.radians", "np.remainder",
    "np.divmod", "np.frexp", "np.ldexp", "np.modf", "np.nextafter",
    "np.bincount", "np.histogram2d", "np.histogramdd", "np.unwrap", "np.quantile", "np.nanquantile", "np.percentile",
    "np.nanpercentile",
    "np.fft.rfft", "np.fft.rfft2", "np.fft.rfftn", "np.fft.ihfft", "np.i0",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_first_and_second_order(case: Case) -> None:
    ag.check_grads(weighted(case.call), case.arrays, order=2)


@pytest.mark.parametrize("case", CASES)
def test_value_is_numpys_own(case: Case) -> None:
    expected = case.call(*case.arrays)
    found = case.call(*[ag.Tensor(a, requires_grad=True) for a in case.arrays])
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found.data, expected, rtol=1e-14)


@pytest.mark.parametrize("case", CASES)
def test_single_precision_stays_single_and_agrees_with_double(case: Case) -> None:
    arrays = tuple(a.astype(np.complex64 if a.dtype.kind == "c" else np.float32) for a in case.arrays)
    double = tuple(a.astype(np.result_type(a, np.float64)) for a in arrays)
    for array, found, expected in zip(arrays, gradients(case.call, arrays), gradients(case.call, double), strict=True):
        assert type(found) is np.ndarray
        assert found.dtype == array.dtype
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_nothing_is_skipped_but_what_numpy_refuses() -> None:
    covered = {param.values[0].name for param in CASES}  # type: ignore[attr-defined]
    assert {case.name for case in [*ufunc_cases(), *other_cases()]} - covered == REAL_ONLY


# -- functions that look at the parts of a number ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        # L = Re(w * f(z)); by hand dL/dRe + i dL/dIm
        (lambda z: z, lambda z, w: np.conj(w)),
        (lambda z: z * z, lambda z, w: np.conj(2 * w * z)),
        (np.conj, lambda z, w: w),
        (np.real, lambda z, w: w.real + 0j),
        (np.imag, lambda z, w: 1j * w.real),
        (np.abs, lambda z, w: w.real * z / abs(z)),
        (np.angle, lambda z, w: w.real * 1j * z / abs(z) ** 2),
        (lambda z: np.angle(z, deg=True), lambda z, w: w.real * 1j * z / abs(z) ** 2 * 180 / np.pi),
        # z/|z| turns with the angle: it moves along i z/|z|, by the component of dz across z
        (np.sign, lambda z, w: (1j * w * z / abs(z)).real * 1j * z / abs(z) ** 2),
    ],
    ids=["identity", "square", "conj", "real", "imag", "abs", "angle", "angle-deg", "sign"],
)
def test_gradient_by_hand(call: Any, expected: Any) -> None:
    data, w = some(3, 4), some(3, 4, seed=1)
    z = ag.Tensor(data, requires_grad=True)
    np.real(np.sum(w * call(z))).backward()
    np.testing.assert_allclose(z.grad, expected(data, w), rtol=1e-13)
    ag.check_grads(weighted(call), (data,), order=3)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (np.real, 1),
        (np.imag, 1j),
        (np.abs, 0.6 + 0.8j),
        (np.angle, (-0.8 + 0.6j) / 5),
        (np.conj, 1),
        (np.square, 6 - 8j),
    ],
    ids=["real", "imag", "abs", "angle", "conj", "square"],
)
def test_a_single_number(function: Any, expected: complex, dtype: Any) -> None:
    # NumPy computes with numbers here, not arrays, and Python's complex is one of their bases.
    z = ag.Tensor(dtype(3 + 4j), requires_grad=True)
    ans = function(z)
    ans.backward(gradient=ans.dtype.type(1))
    assert z.grad.dtype == dtype
    np.testing.assert_allclose(z.grad, expected, rtol=1e-6)


@pytest.mark.parametrize("function", [np.abs, np.angle, np.sign], ids=lambda f: f.__name__)
def test_derivative_at_zero_is_zero(function: Any) -> None:
    z = ag.Tensor(np.array([0j, 1j]), requires_grad=True)
    ans = function(z)
    ans.backward(gradient=np.ones(2, ans.dtype))
    assert z.grad[0] == 0
    assert np.isfinite(z.grad[1])


@pytest.mark.parametrize("count", [1, 2])
def test_the_angle_beside_zero(count: int) -> None:
    z = ag.Tensor([0j, 3.0 + 4.0j][:count], requires_grad=True)
    np.angle(z).sum().backward()
    np.testing.assert_allclose(z.grad, [0.0, (-0.8 + 0.6j) / 5][:count], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_sign_of_complex_numbers_is_recorded(dtype: Any) -> None:
    data = some(5).astype(dtype)
    z = ag.Tensor(data, requires_grad=True)
    ans = np.sign(z)
    assert isinstance(ans, ag.Tensor)
    assert ans.dtype == dtype
    np.testing.assert_array_equal(ans.data, np.sign(data))
    with pytest.raises(ag.errors.UnsupportedCallError, match=r"np\.sign\(out=\.\.\.\)"):
        np.sign(z, out=np.empty(5, dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int8])
def test_sign_of_real_numbers_is_a_plain_array(dtype: Any) -> None:
    data = np.array([-3, 0, 2]).astype(dtype)
    found = np.sign(ag.Tensor(data, requires_grad=dtype is not np.int8))
    assert type(found) is np.ndarray
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, [-1, 0, 1])


@pytest.mark.parametrize("function", [np.real, np.imag, np.conj, np.angle, np.abs], ids=lambda f: f.__name__)
def test_real_numbers_have_parts_too(function: Any) -> None:
    data = some(6, real=True)
    found = function(ag.Tensor(data, requires_grad=True))
    np.testing.assert_array_equal(found.data, function(data))
    ag.check_grads(weighted(function), (data,), order=2)


def test_extrema_follow_numpys_order() -> None:
    # Equal real parts: the imaginary ones decide.
    a, b = (
        ag.Tensor([1 + 2j, 1 - 1j, 3 + 0j], requires_grad=True),
        ag.Tensor([1 + 1j, 1 + 0j, 3 + 0j], requires_grad=True),
    )
    np.maximum(a, b).backward(gradient=[1j, 1j, 1j])
    np.testing.assert_array_equal(a.grad, [1j, 0, 0.5j])
    np.testing.assert_array_equal(b.grad, [0, 1j, 0.5j])
    z = ag.Tensor([1 + 2j, 1 + 3j, 0 + 9j, 1 + 3j], requires_grad=True)
    np.max(z).backward(gradient=2j)
    np.testing.assert_array_equal(z.grad, [0, 1j, 0, 1j])
    z.zero_grad()
    np.clip(z, 0.5, 1 + 2.5j).backward(gradient=np.full(4, 1j))
    np.testing.assert_array_equal(z.grad, [1j, 0, 0, 0])


# -- powers, and the sides of branch cuts ------------------------------------------------------------------------------


@pytest.mark.parametrize("function", [np.power, np.float_power], ids=lambda f: f.__name__)
def test_powers_of_negative_numbers_to_complex_exponents(function: Any) -> None:
    base, exponent = np.array([-2.0, -0.5, 1.5]), np.array([0.5 + 1j, 2 - 0.3j, -1 + 1j])
    ag.check_grads(weighted(function), (base, exponent), order=2)
    ag.check_grads(weighted(lambda y: function(-2.0, y)), (exponent,), order=2)
    for single in gradients(function, (base.astype(np.float32), exponent.astype(np.complex64))):
        assert single.dtype in (np.float32, np.complex64)


@pytest.mark.parametrize("exponent", [0, 1, 2, 3.0, 2 + 0j], ids=repr)
def test_powers_at_zero(exponent: Any) -> None:
    z = ag.Tensor(np.zeros(2, complex), requires_grad=True)
    (z**exponent).sum().real.backward()
    np.testing.assert_array_equal(z.grad, np.full(2, 1.0 if exponent == 1 else 0.0))


def test_exponent_at_base_zero() -> None:
    y = ag.Tensor([1 + 1j, 2 + 0j], requires_grad=True)
    np.power(0.0, y).sum().real.backward()
    np.testing.assert_array_equal(y.grad, [0, 0])


@pytest.mark.parametrize("side", [1, -1], ids=["above", "below"])
@pytest.mark.parametrize(
    ("function", "along"),
    [
        (np.sqrt, -1), (np.log, -1), (lambda z: z ** (0.5 + 0.2j), -1), (np.log1p, -1), (np.arcsin, 1), (np.arcsin, -1),
        (np.arccos, 1), (np.arccos, -1), (np.arccosh, 1), (np.arccosh, -1), (np.arctanh, 1), (np.arctanh, -1),
        (np.arcsinh, 1j), (np.arcsinh, -1j),
    ],
)  # fmt: skip
def test_on_a_branch_cut_the_derivative_is_that_of_the_side(function: Any, along: complex, side: int) -> None:
    """The zero across the cut is signed; by differences along the cut, where the function is smooth."""
    t, h = np.array([1.5, 2.0, 4.0]), 1e-5

    def point(t: Any) -> Any:
        across = np.copysign(0.0, side)
        z = np.empty(np.shape(t), complex)
        z.real, z.imag = (across, t * along.imag) if along.imag else (t * along, across)
        return z

    z = ag.Tensor(point(t), requires_grad=True)
    function(z).sum().real.backward()
    real_part = (function(point(t + h)) - function(point(t - h))).real / (2 * h)
    np.testing.assert_allclose((z.grad * np.conj(along)).real, real_part, rtol=1e-7, atol=1e-8)
    z.zero_grad()
    function(z).sum().imag.backward()
    imaginary_part = (function(point(t + h)) - function(point(t - h))).imag / (2 * h)
    np.testing.assert_allclose((z.grad * np.conj(along)).real, imaginary_part, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("side", [1, -1], ids=["above", "below"])
def test_exponents_of_a_base_on_the_branch_cut(side: int) -> None:
    base = np.array([complex(-2, np.copysign(0.0, side))])
    y = ag.Tensor([0.5 + 0.3j], requires_grad=True)
    np.power(base, y).real.backward()
    logarithm = np.log(2) + side * 1j * np.pi
    np.testing.assert_allclose(y.grad, np.conj(np.exp(y.data * logarithm) * logarithm), rtol=1e-12)


# -- real and complex together -----------------------------------------------------------------------------------------

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]


@pytest.mark.parametrize("call", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("other", [1 + 2j, np.complex64(1 - 2j), some(3, seed=5)], ids=["python", "numpy", "array"])
def test_real_parameters_meet_complex_constants(call: Any, other: Any) -> None:
    data = np.abs(some(2, 3).real) + 0.5
    for f in (lambda x: call(x, other), lambda x: call(other, x)):
        ag.check_grads(weighted(f), (data,), order=2)
        for dtype in (np.float32, np.float64):
            x = ag.Tensor(data.astype(dtype), requires_grad=True)
            f(x).sum().real.backward()
            assert x.grad.dtype == dtype


@pytest.mark.parametrize(
    "call",
    [
        lambda x, z: x @ z,
        lambda x, z: z.T @ x,
        lambda x, z: np.einsum("ij,jk,ik->k", x, z, np.ones((3, 3)) * 1j),
        lambda x, z: np.vdot(z, x),
        lambda x, z: np.vdot(x, z),
        lambda x, z: np.vdot(z, z * x),
        lambda x, z: np.concatenate([x, z, x * 1j]),
        lambda x, z: np.stack([z, x]),
        lambda x, z: np.where(x > 0, x, z),
        lambda x, z: np.outer(x, z).sum(axis=0),
        lambda x, z: np.abs(x + 1j * np.angle(z)) * x,
        lambda x, z: x * np.conj(z) / (z + 3 * x),
        lambda x, z: np.var(x * z) + np.std(z, axis=0) * x,
    ],
)
def test_mixed_calls(call: Any) -> None:
    ag.check_grads(weighted(call), (some(3, 3, real=True), some(3, 3)), order=2)


@pytest.mark.parametrize("is_complex", [True, False])
def test_writing_in_place(is_complex: bool) -> None:
    def write(z: Any, v: Any) -> Any:
        w = z * 1j
        w[1:] = v
        w[0, 0] *= w[1, 1]
        w[[0, 0, 2]] = v[:1]  # an entry twice
        np.add.at(w, ([0, 0], [1, 1]), v[0, :2])
        w /= 2 - 1j
        return w

    ag.check_grads(weighted(write), (some(3, 3), some(2, 3, seed=1, real=not is_complex)), order=2)


def test_a_real_array_takes_only_real_parts() -> None:
    def write(z: Any) -> Any:
        w = ag.Tensor(np.zeros(3))
        with pytest.warns(np.exceptions.ComplexWarning):
            w[:] = z * z
        return w * some(3, seed=4)

    ag.check_grads(weighted(write), (some(3),), order=2)


def test_astype_does_what_numpy_does() -> None:
    data = some(3)
    with pytest.warns(np.exceptions.ComplexWarning):
        expected = data.astype(float)
    z = ag.Tensor(data, requires_grad=True)
    with pytest.warns(np.exceptions.ComplexWarning):
        found = z.astype(float)
    np.testing.assert_array_equal(found.data, expected)
    found.backward(gradient=[1.0, 2.0, 3.0])
    np.testing.assert_array_equal(z.grad, [1, 2, 3])
    ag.check_grads(weighted(lambda x: x.astype(complex) ** 2), (some(3, real=True),), order=2)


def test_indexed_contributions_of_real_and_complex_cotangents_add_up() -> None:
    ag.check_grads(weighted(lambda z: z[0] * np.abs(z[[0, 1, 1]]) + z[1].imag), (some(3),), order=2)
    ag.check_grads(weighted(lambda x: x[0] * 1j + x[[0, 1, 1]] * some(3)), (some(3, real=True),), order=2)


# -- PyTorch, a witness of the convention ------------------------------------------------------------------------------


def same_in_both(name: str) -> Any:
    return lambda xp, *args: getattr(xp, name)(*args)


SAME_NAME = [
    "exp", "expm1", "log", "log2", "log10", "log1p", "sqrt", "square", "reciprocal", "sin", "cos", "tan", "sinh",
    "cosh", "tanh", "arcsin", "arccos", "arctan", "arcsinh", "arccosh", "arctanh", "abs", "angle", "real", "imag",
    "sum", "mean", "negative", "positive",
]  # fmt: skip

#: Each runs on both libraries; of the arguments, "z" are complex and "x" real.
PEERS: dict[str, tuple[str, Callable[..., Any]]] = {
    **{name: ("z", same_in_both(name)) for name in SAME_NAME},
    "conj": ("z", lambda xp, z: xp.conj(z) * z * z),
    "sign": ("z", lambda xp, z: xp.sgn(z) if hasattr(xp, "sgn") else xp.sign(z)),
    "add": ("zx", same_in_both("add")),
    "multiply": ("zx", same_in_both("multiply")),
    "subtract": ("xz", same_in_both("subtract")),
    "divide": ("xz", same_in_both("divide")),
    "divide by real": ("zx", same_in_both("divide")),
    "power": ("zz", lambda xp, z, y: z**y),
    "power of real": ("xz", lambda xp, x, y: x**y),
    "power to real": ("zx", lambda xp, z, y: z**y),
    "power to integer": ("z", lambda xp, z: z**3),
    "matmul": ("zz", lambda xp, a, b: a @ b),
    "matmul of real": ("xz", lambda xp, a, b: (a + 0j) @ b),
    "einsum": ("zzz", lambda xp, a, b, c: xp.einsum("ij,jk,kl->il", a, b, c)),
    "einsum of a diagonal": ("z", lambda xp, a: xp.einsum("ii->i", a)),
    "outer": ("zz", lambda xp, a, b: xp.outer(a[0], b[1])),
    "vdot": ("zz", lambda xp, a, b: xp.vdot(a[0], b[:, 1])),
    "where": ("zx", lambda xp, z, x: xp.where(x > 0, z, x + 0j)),
    "concatenate": ("zx", lambda xp, z, x: xp.concatenate([z, x + 0j])),
    "stack": ("zz", lambda xp, a, b: xp.stack([a, b])),
    "reshape": ("z", lambda xp, z: z.reshape(9)[::2]),
    "transpose": ("z", lambda xp, z: z.T @ z),
    "index": ("z", lambda xp, z: z[[0, 1, 1]] * z[2]),
    "cumsum": ("z", lambda xp, z: xp.cumsum(z, 0)),
    "var": ("z", lambda xp, z: xp.var(z) if xp is np else xp.var(z, correction=0)),
    "std": ("z", lambda xp, z: xp.std(z) if xp is np else xp.std(z, correction=0)),
    "magnitude and phase": ("z", lambda xp, z: xp.abs(z) * xp.exp(1j * xp.angle(z)) * xp.real(z)),
}


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("loss", ["squares", "weights"])
@pytest.mark.parametrize("name", PEERS)
def test_pytorch_agrees(name: str, loss: str, precision: str) -> None:
    torch = pytest.importorskip("torch")
    kinds, call = PEERS[name]
    arrays = [some(3, 3, seed=i, real=kind == "x") for i, kind in enumerate(kinds)]
    if name.endswith(("of real", "by real")):
        arrays = [np.abs(a) if a.dtype.kind == "f" else a for a in arrays]
    if precision == "single":
        arrays = [a.astype(np.complex64 if a.dtype.kind == "c" else np.float32) for a in arrays]
    weights = some(3, 3, seed=77).astype(np.complex64 if precision == "single" else complex)

    def value(ans: Any, w: Any) -> Any:
        if loss == "squares":
            return (abs(ans) ** 2).sum()
        return (ans * w).sum().real

    ours = [ag.Tensor(a, requires_grad=True) for a in arrays]
    ans = call(np, *ours)
    w = np.resize(weights, ans.shape)
    value(ans, w).backward()
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    value(call(torch, *theirs), torch.from_numpy(w)).backward()
    rtol = 1e-10 if precision == "double" else 2e-4
    for mine, other in zip(ours, theirs, strict=True):
        expected = other.grad.resolve_conj().numpy()
        assert mine.grad.dtype == expected.dtype
        np.testing.assert_allclose(mine.grad, expected, rtol=rtol, atol=rtol)
