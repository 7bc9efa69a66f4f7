"""Differences, integrals, interpolation, ranges, special arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.rules.cases.basic import Case


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Any, *shapes: tuple[int, ...]) -> None:
        rng = np.random.default_rng(len(found) + 11)
        found.append(Case(f"np.{name}", label, call, tuple(rng.uniform(0.4, 1.9, size=shape) for shape in shapes)))

    # Differences and integrals
    add("ediff1d", "vector", np.ediff1d, (5,))
    add("ediff1d", "matrix", np.ediff1d, (2, 3))
    add("ediff1d", "ends", lambda a, b, c: np.ediff1d(a, to_end=b, to_begin=c), (4,), (2,), ())
    for order in (1, 2):
        add("gradient", f"{order}", lambda a, o=order: np.gradient(a, edge_order=o), (5,))
        add("gradient", f"number {order}", lambda a, h, o=order: np.gradient(a, h, edge_order=o), (5,), ())
        add("gradient", f"positions {order}", lambda a, h, o=order: np.gradient(a, np.cumsum(h), edge_order=o), (5,),
            (5,))  # fmt: skip
        for axis in (0, 1, -1):
            add("gradient", f"axis={axis} {order}", lambda a, h, x=axis, o=order:
                np.gradient(a, np.cumsum(h), axis=x, edge_order=o), (4, 4), (4,))  # fmt: skip
    add("gradient", "all axes", lambda a: np.stack(np.gradient(a)), (3, 4))
    add("gradient", "two spacings", lambda a, h, k: np.stack(np.gradient(a, h, np.cumsum(k))), (3, 4), (), (4,))
    add("gradient", "axes", lambda a, h: np.stack(np.gradient(a, h, 2.0, axis=(2, 0))), (3, 2, 3), ())
    add("gradient", "even positions", lambda a: np.gradient(a, np.arange(5.0)), (5,))
    for axis in (-1, 0, 1):
        add("trapezoid", f"dx axis={axis}", lambda y, h, x=axis: np.trapezoid(y, dx=h, axis=x), (3, 4), ())
        add("trapezoid", f"x axis={axis}", lambda y, h, x=axis: np.trapezoid(y, np.cumsum(h), axis=x), (4, 4), (4,))
    add("trapezoid", "x of every line", lambda y, x: np.trapezoid(y, x), (3, 4), (3, 4))
    for axis in (-1, 0):
        add("unwrap", f"axis={axis}", lambda p, x=axis: np.unwrap(p * 6, axis=x), (4, 5))
    add("unwrap", "period", lambda p, c: np.unwrap(p * 6, period=c * 3), (6,), ())
    add("unwrap", "discont", lambda p: np.unwrap(p * 8, discont=4.5), (6,))

    # Interpolation
    def knots(h: Any) -> Any:
        return np.cumsum(h) - 0.5

    for shape in ((), (5,), (2, 3)):
        add("interp", f"{shape}", lambda x, h, f: np.interp(x, knots(h), f), shape, (4,), (4,))
    spread = np.array([-1.0, 0.9, 2.2, 9.0])
    add("interp", "outside", lambda x, h, f: np.interp(x * spread, knots(h), f), (4,), (4,), (4,))
    add("interp", "left and right", lambda x, h, f, a, b: np.interp(x * spread, knots(h), f, left=a, right=b), (4,),
        (4,), (4,), (), ())  # fmt: skip
    add("interp", "period", lambda x, h, f, c: np.interp(x * spread, knots(h), f, period=c * 3), (4,), (4,), (4,), ())
    add("interp", "negative period", lambda x, f: np.interp(x * 9, [0.1, 2.9, 1.3], f, period=-2.5), (4,), (3,))
    add("interp", "equal knots", lambda x, f: np.interp(x * 0.3, [-1.0, -0.3, 0.9, 0.9, 2.0], f), (4,), (5,))
    add("interp", "one knot", lambda x, f: np.interp(x * spread, [1.0], f), (4,), (1,))
    add("interp", "only the values", lambda f: np.interp([0.5, 1.5], [0.0, 1.0, 2.0], f), (3,))
    add("interp", "only the knots", lambda h: np.interp([0.5, 1.5], knots(h), [0.3, 1.0, 2.0]), (3,))

    # Ranges
    add("linspace", "to a list", lambda a: np.linspace(a, [2.5, 3.5], 3), ())
    for name, last in (("linspace", ()), ("logspace", ()), ("geomspace", ())):
        f = getattr(np, name)
        for endpoint in (True, False):
            add(name, f"numbers {endpoint}", lambda a, b, f=f, e=endpoint: f(a, b, 5, endpoint=e), (), last)
            for axis in (0, -1, 1):
                add(name, f"arrays {endpoint} axis={axis}", lambda a, b, f=f, e=endpoint, x=axis:
                    f(a, b, num=4, endpoint=e, axis=x), (2,), (3, 2))  # fmt: skip
        add(name, "one", lambda a, b, f=f: f(a, b, 1), (), ())
        add(name, "fifty", lambda a, b, f=f: f(a, b), (), ())
        add(name, "dtype", lambda a, b, f=f: f(a, b, 4, dtype=np.float64), (), ())
    add("linspace", "retstep", lambda a, b: np.linspace(a, b, 5, retstep=True)[1], (), ())
    add("linspace", "retstep of arrays", lambda a, b: np.linspace(a, b, 5, retstep=True, axis=1)[0], (2,), (2,))
    add("logspace", "base", lambda a, b, c: np.logspace(a, b, 4, base=c), (), (), ())
    add("logspace", "bases", lambda a, b, c: np.logspace(a, b, 4, base=c, axis=-1), (), (), (2,))
    add("full_like", "value", lambda a, b: np.full_like(a, b) * a, (2, 3), ())
    add("full_like", "values", lambda a, b: np.full_like(a, b, shape=(4, 3)) * a[0], (2,), (3,))
    add("full_like", "constant", lambda a: np.full_like(a, 2.5, order="C", subok=True) * a, (2, 3))
    add("real_if_close", "real", np.real_if_close, (2, 3))
    add("real_if_close", "tol", lambda a: np.real_if_close(a, tol=1000), (2, 3))
    return found
