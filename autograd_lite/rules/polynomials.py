"""Polynomials, `sinc` and `i0`; and `np.emath`, which goes on with complex numbers where a real function ends.

Special points: `sinc` has at 0 its limit, and so have its derivatives. A multiple root has no derivative, and
`roots` raises an error then; a zero in front of the coefficients is a root at infinity, and has no share in the
others.

The polynomials of NumPy are recorded as NumPy writes them, coefficient by coefficient; a root is found by the
implicit function theorem: where p(r) = 0, dr = - dp(r) / p'(r).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.registry import declare, defcomposition, defvjp, late_table, step_by_step
from autograd_lite.rules.linalg import plain

step_by_step(np.poly, np.polyadd, np.polysub, np.polydiv, np.polyder, np.polyint, np.polyval, np.polyfit)
step_by_step(np.emath.sqrt, np.emath.log, np.emath.log2, np.emath.log10, np.emath.logn, np.emath.power)
step_by_step(np.emath.arccos, np.emath.arcsin, np.emath.arctanh)
late_table("numpy.polynomial.polynomial", lambda module: step_by_step(module.polyval2d, module.polygrid2d))

defcomposition(np.polymul,  lambda a1, a2: np.convolve(_without_zeros(a1), _without_zeros(a2)))
defvjp(np.vander,           x=lambda g, x, ans_shape, increasing:
                                _through_powers(g if increasing else g[:, ::-1], x, ans_shape[1] - 1))
defvjp(np.roots,            p=lambda g, ans, p: -((g / _slope_at_roots(p, ans)) @ np.vander(ans, p.shape[0])))
defvjp(np.sinc,             x=lambda g, ans, x: g * _slope_of_sinc(x, ans))
defvjp(np.i0,               x=lambda g, x: g * _i1(x))
declare(np.sinc, shape="first")
declare(np.i0, shape="first")


def _without_zeros(p: Any) -> Any:
    """The coefficients from the first on that is not 0, as `polymul` takes them."""
    p = np.atleast_1d(p.coeffs if isinstance(p, np.poly1d) else p)
    others = np.flatnonzero(p)
    return p[int(others[0]) if len(others) else -1 :]


def _through_powers(g: Any, x: Any, count: int) -> Any:
    """The sum of g_k k x^(k-1)."""
    if count < 1:
        return np.zeros_like(x)
    return np.sum(g[:, 1:] * (np.arange(count, like=x) + 1) * np.vander(x, count, increasing=True), axis=1)


def _slope_at_roots(p: Any, roots: Any) -> Any:
    slope = np.polyval(np.polyder(p), roots)
    size = np.polyval(np.absolute(plain(p)), np.absolute(plain(roots)))
    if np.any(np.absolute(plain(slope)) <= 1e-7 * size):
        raise UnsupportedCallError(
            "np.roots of a polynomial with a multiple root, or nearly so: such a root has no derivative. What does "
            "not depend on how it splits (the sum or the product of all roots) can be read from the coefficients"
        )
    return slope


def _slope_of_sinc(x: Any, ans: Any) -> Any:
    """(cos(pi x) - sinc(x)) / x; near 0, where that loses digits, the series of sin(t)/t term by term."""
    near = np.absolute(x) < 0.25
    y = (np.pi * np.where(near, x, 0)) ** 2
    series: Any = 0
    for k in range(8, 0, -1):
        series = series * y + (-1) ** k * 2 * k / math.factorial(2 * k + 1)
    return np.where(near, series * np.pi**2 * x, (np.cos(np.pi * x) - ans) / np.where(near, 1, x))


def _i1(x: Any) -> Any:
    """The derivative of i0, the mean of sinh(x cos t) cos t over a quarter of a circle, to the last digits."""
    cosines = np.cos((np.arange(64) + 0.5) * (np.pi / 128))
    return np.mean(np.sinh(x[..., None] * cosines) * cosines, axis=-1)
