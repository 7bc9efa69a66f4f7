"""Polynomials, `sinc`, `i0`, and `np.emath` on both sides of where a real function ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.rules.cases.basic import Case

polyval2d, polygrid2d = np.polynomial.polynomial.polyval2d, np.polynomial.polynomial.polygrid2d


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Callable[..., Any], *arrays: Any) -> None:
        rng = np.random.default_rng(len(found))
        arrays = tuple(rng.uniform(0.4, 1.6, size=a) if isinstance(a, tuple) else np.array(a) for a in arrays)
        found.append(Case(f"np.{name}", label, call, arrays))

    add("poly", "roots", np.poly, (3,))
    add("poly", "matrix", np.poly, [[1.0, 0.2, 0.3], [0.1, 2.5, -0.4], [0.3, 0.1, 4.0]])
    for a, b in [((3,), (3,)), ((2,), (4,)), ((4,), (1,)), ((), (2,))]:
        for name in ("polyadd", "polysub", "polymul"):
            add(name, f"{a} {b}", getattr(np, name), a, b)
    zeros = np.array([0.0, 0.0, 1.0, 1.0])
    add("polymul", "zeros in front", lambda a, b: np.polymul(a * zeros, b * zeros[1:]), (4,), (3,))
    for a, b in [((4,), (2,)), ((3,), (3,)), ((5,), (1,)), ((2,), (3,))]:
        add("polydiv", f"quotient {a} {b}", lambda u, v: np.polydiv(u, v)[0] * v.sum() + u.sum(), a, b)
        add("polydiv", f"remainder {a} {b}", lambda u, v: np.polydiv(u, v)[1][-1:] * v.sum() + u.sum(), a, b)
    for m in (0, 1, 2):
        add("polyder", f"{m}", lambda p, m=m: np.polyder(p, m) * p[0], (4,))
        add("polyint", f"{m}", lambda p, m=m: np.polyint(p, m) * p[0], (4,))
    add("polyint", "k", lambda p, k: np.polyint(p + 0 * k.sum(), 2, k), (3,), (2,))
    add("polyint", "one k", lambda p, k: np.polyint(p + 0 * k, m=2, k=k), (3,), (1,))
    for x in [(), (3,), (2, 3), (0,)]:
        add("polyval", f"{x}", np.polyval, (4,), x)
    add("polyval", "constant", lambda p, x: np.polyval(p, x), (1,), (2,))
    add("roots", "real", np.roots, [1.0, -6.2, 11.3, -6.1])
    add("roots", "complex", np.roots, [1.0, 0.3, 2.0, 0.7])
    add("roots", "zeros around", lambda p: np.roots(p * np.array([0, 1, 1, 1, 0])), [2.0, 1.0, -3.0, 1.5, 3.0])
    add("roots", "linear", np.roots, [2.0, -3.0])
    for n in (None, 1, 2, 5):
        for increasing in (False, True):
            vander = partial(np.vander, N=n, increasing=increasing)
            add("vander", f"{n} {increasing}", lambda x, f=vander: f(x) * x[:, None], (3,))
    add("vander", "at 0", lambda x: np.vander(x, 3), [0.0, 1.0])

    x, y, w = (6,), (6,), (6,)
    for deg in (0, 1, 2):
        add("polyfit", f"{deg}", lambda x, y, d=deg: np.polyfit(x, y, d) + 0 * x[0], x, y)
    add("polyfit", "several", lambda x, y: np.polyfit(x, y, 2), x, (6, 2))
    add("polyfit", "w", lambda x, y, w: np.polyfit(x, y, 1, w=w), x, y, w)
    add("polyfit", "w of several", lambda x, y, w: np.polyfit(x, y, 1, w=w), x, (6, 2), w)
    add("polyfit", "rcond", lambda x, y: np.polyfit(x, y, 2, rcond=1e-10), x, y)
    add("polyfit", "cov", lambda x, y: np.polyfit(x, y, 1, cov=True)[1], x, y)
    add("polyfit", "cov unscaled", lambda x, y, w: np.polyfit(x, y, 1, w=w, cov="unscaled")[1] * y[0], x, y, w)
    add("polyfit", "cov of several", lambda x, y: np.polyfit(x, y, 1, cov=True)[1], x, (6, 2))
    add("polyfit", "full", lambda x, y: np.polyfit(x, y, 1, full=True)[0], x, y)
    add("polyfit", "full residuals", lambda x, y: np.polyfit(x, y, 1, full=True)[1], x, y)
    add("polyfit", "full values", lambda x, y: np.polyfit(x, y, 1, full=True)[3] * y[0], x, y)
    add("polynomial.polynomial.polyval2d", "points", polyval2d, (3,), (3,), (2, 3))
    add("polynomial.polynomial.polyval2d", "points of an array", polyval2d, (2, 2), (2, 2), (3, 2))
    add("polynomial.polynomial.polyval2d", "several", polyval2d, (3,), (3,), (2, 3, 2))
    add("polynomial.polynomial.polygrid2d", "grid", polygrid2d, (3,), (2,), (2, 3))

    for points in ([0.3, -1.2, 2.5], [[0.0, 1e-9], [-0.1, 0.2499]], 0.0, 0.7, [0.25, 1.0, -3.0]):
        add("sinc", f"{points}", np.sinc, points)
    for points in ([0.3, -1.2, 2.5], [[7.9, 8.1], [-12.0, 30.0]], 0.0, 0.7):
        add("i0", f"{points}", np.i0, points)

    inside, outside = [0.3, 0.7, 0.9], [-0.4, 0.8, -1.7]
    for name in ("sqrt", "log", "log2", "log10"):
        for label, x in (("inside", inside), ("outside", outside), ("number", 0.6), ("number outside", -0.6)):
            add(f"emath.{name}", label, getattr(np.emath, name), x)
    for name in ("arccos", "arcsin", "arctanh"):
        for label, x in (("inside", inside), ("outside", [-1.4, 0.8, 1.7]), ("number", 0.6), ("number outside", 1.6)):
            add(f"emath.{name}", label, getattr(np.emath, name), x)
    add("emath.logn", "inside", np.emath.logn, (3,), [2.0, 3.0, 0.5])
    add("emath.logn", "outside", np.emath.logn, [2.0, 3.0, -2.0], outside)
    add("emath.power", "inside", np.emath.power, inside, [2.0, -0.5, 1.5])
    add("emath.power", "outside", np.emath.power, outside, [2.5, -0.5, 1.5])
    add("emath.power", "constant", lambda x: np.emath.power(x, 0.5), outside)
    add("emath.power", "negative", lambda x: np.emath.power(x, -2), outside)
    return found
