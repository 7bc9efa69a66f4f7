"""Polynomials, `sinc`, `i0` and `np.emath` at special points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import UnsupportedCallError


def test_sinc_at_0_to_fourth_order() -> None:
    """Its series is 1 - (pi x)^2 / 6 + (pi x)^4 / 120."""
    found: Any = np.sinc
    for expected in (0.0, -(np.pi**2) / 3, 0.0, np.pi**4 / 5):
        found = ag.grad(found)
        np.testing.assert_allclose(found(0.0), expected, atol=1e-12)


@pytest.mark.parametrize("x", [1e-12, 1e-5, 0.1, 0.2499999, 0.25, 0.2500001, 3.0])
def test_slope_of_sinc_keeps_its_digits(x: float) -> None:
    t = np.longdouble(x) * np.pi
    exact = np.pi * (np.cos(t) / t - np.sin(t) / t**2) if x > 0.05 else np.pi * (-t / 3 + t**3 / 30)
    np.testing.assert_allclose(ag.grad(np.sinc)(x), float(exact), rtol=1e-13)


def test_slope_of_i0_is_i1() -> None:
    special = pytest.importorskip("scipy.special")
    x = np.array([-700.0, -30.0, -1.0, -1e-8, 0.0, 0.5, 8.0, 100.0, 700.0])
    np.testing.assert_allclose(ag.elementwise_grad(np.i0)(x), special.i1(x), rtol=1e-13, atol=1e-16)
    second = ag.elementwise_grad(ag.elementwise_grad(np.i0))(x)
    np.testing.assert_allclose(second, special.ivp(0, x, 2), rtol=1e-13)


def test_roots_by_hand() -> None:
    """Of x^2 + b x + c the roots change by -r / (2 r + b) with b, and by -1 / (2 r + b) with c."""
    p = np.array([1.0, -5.0, 6.0])
    jacobian = ag.jacobian(np.roots)(p)
    for row, r in zip(jacobian, np.roots(p), strict=True):
        np.testing.assert_allclose(row, -np.array([r * r, r, 1.0]) / (2 * r - 5), rtol=1e-12)


@pytest.mark.parametrize("p", [[1.0, -2.0, 1.0], [1.0, 0.0, 0.0], [1.0, -3.0, 3.0, -1.0]])
def test_multiple_roots_are_refused(p: Any) -> None:
    with pytest.raises(UnsupportedCallError, match="multiple root"):
        np.roots(ag.Tensor(p, requires_grad=True)).sum().real.backward()


def test_a_polynomial_that_fits_exactly() -> None:
    """What fits the values of a polynomial is the polynomial, so the Jacobian of one is the inverse of the other."""
    x = np.array([-1.0, 0.5, 2.0])
    jacobian = ag.jacobian(lambda y: np.polyfit(x, y, 2))(np.array([1.0, 2.0, -1.0]))
    np.testing.assert_allclose(jacobian, np.linalg.inv(np.vander(x)), atol=1e-12)


def test_structured_results() -> None:
    u, v = ag.Tensor([1.0, 2.0, 3.0], requires_grad=True), ag.Tensor([1.0, 2.0], requires_grad=True)
    quotient, remainder = np.polydiv(u, v)
    assert isinstance(quotient, ag.Tensor)
    assert isinstance(remainder, ag.Tensor)
    np.testing.assert_allclose(np.polyadd(np.polymul(quotient, v), remainder).data, u.data)


@pytest.mark.parametrize("name", ["sqrt", "log", "log2", "log10", "arccos", "arcsin", "arctanh"])
@pytest.mark.parametrize("module", [np.emath, np.lib.scimath], ids=["emath", "scimath"])
def test_domains(name: str, module: Any) -> None:
    function = getattr(module, name)
    for x in (np.array([0.3, 0.9]), np.array([-1.5, 0.3])):
        expected = function(x)
        found = function(ag.Tensor(x, requires_grad=True))
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found.data, expected)
        for dtype in (np.float32, np.complex64):
            assert function(ag.Tensor(x.astype(dtype))).dtype == function(x.astype(dtype)).dtype


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.polyval(x, np.array([1.0, 2.0]))),
        lambda x: np.sum(np.polymul(x, x)),
        lambda x: np.sum(np.polydiv(x, x[:2])[0]),
        lambda x: np.sum(np.abs(np.roots(x)) ** 2),
        lambda x: np.sum(np.poly(x) ** 2),
        lambda x: np.sum(np.polyfit(x, x**2, 1)),
        lambda x: np.sum(np.polyint(np.polyder(x))),
        lambda x: np.sum(np.vander(x)),
        lambda x: np.sum(np.sinc(x) + np.i0(x)),
        lambda x: np.sum(np.abs(np.emath.sqrt(x - 1))),
        lambda x: np.sum(np.abs(np.fft.fft(x)) ** 2) + np.sum(np.fft.irfft(np.fft.rfft(x), 3)),
        lambda x: np.sum(np.abs(np.fft.fftn(np.outer(x, x), s=(2, 4), axes=(0, 1)))),
        lambda x: np.sum(np.fft.hfft(x) * np.fft.fftshift(np.fft.ihfft(np.fft.hfft(x)).real.sum() * np.ones(4))),
        lambda x: np.sum(np.kron(x, x) * 2) + np.sum(np.cross(x, x**2)) + np.vecdot(x, x),
    ],
    ids=[
        "polyval",
        "polymul",
        "polydiv",
        "roots",
        "poly",
        "polyfit",
        "polyint",
        "vander",
        "sinc",
        "emath",
        "fft",
        "fftn",
        "hfft",
        "products",
    ],
)
def test_derivations_and_sources(f: Any) -> None:
    x = np.array([0.7, 1.9, 0.4])
    str(ag.derive(f, x))
    namespace: dict[str, Any] = {}
    exec(ag.to_source(f, x), namespace)
    run = next(value for name, value in namespace.items() if name.endswith("_and_grads"))
    value, grad = run(x)
    np.testing.assert_allclose(value, f(x), rtol=1e-12)
    np.testing.assert_allclose(grad, ag.grad(f)(x), rtol=1e-9, atol=1e-11)
