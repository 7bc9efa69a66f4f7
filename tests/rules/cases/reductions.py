"""Reductions with all of their parameters, and the methods of ufuncs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.rules.cases.basic import Case

AXES: tuple[Any, ...] = (None, 1, -1, (0, 2), (-1, 0))
CHOSEN = np.arange(24).reshape(2, 3, 4) % 5 != 0
MISSING = np.where(np.arange(24).reshape(2, 3, 4) % 7 == 3, np.nan, 0.0)
BINARY = (np.subtract, np.divide, np.power, np.hypot, np.logaddexp, np.logaddexp2, np.float_power, np.fmax, np.fmin)
WITH_RULES = (np.add, np.multiply, np.maximum, np.minimum)


def cases() -> list[Case]:
    found: list[Case] = []
    rng = np.random.default_rng(11)

    def add(name: str, label: str, call: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
        found.append(Case(name, label, call, tuple(rng.uniform(0.6, 1.9, size=shape) for shape in shapes)))

    for name in ("sum", "prod", "max", "min", "mean", "var", "std"):
        for prefix, holes in (("", 0.0), ("nan", MISSING)):
            _reduction(add, f"np.{prefix}{name}", getattr(np, prefix + name), holes)
    for name, holes in (("cumsum", 0), ("cumprod", 0), ("nancumsum", MISSING[0]), ("nancumprod", MISSING[0])):
        accumulate = getattr(np, name)
        for axis in (None, 0, -1):
            add(f"np.{name}", f"axis={axis}", lambda a, f=accumulate, x=axis, h=holes: f(a + h, axis=x), (3, 4))
        add(f"np.{name}", "dtype", lambda a, f=accumulate: f(a, axis=1, dtype=np.complex128), (2, 3))
    for name in ("cumulative_sum", "cumulative_prod") if hasattr(np, "cumulative_sum") else ():
        accumulate = getattr(np, name)
        for axis, start in ((0, False), (-1, True)):
            add(f"np.{name}", f"axis={axis}-include_initial={start}", lambda a, f=accumulate, x=axis, i=start:
                f(a, axis=x, include_initial=i, dtype=None), (3, 4))  # fmt: skip
        add(f"np.{name}", "one axis", lambda a, f=accumulate: f(a, dtype=np.complex128), (3,))
    for axis in AXES:
        add("np.max", f"ptp-axis={axis}", lambda a, x=axis: np.ptp(a, axis=x, keepdims=x is not None), (2, 3, 4))
    add("np.max", "amax", lambda a: np.amax(a, (0, 1), keepdims=True, initial=1.0, where=CHOSEN), (2, 3, 4))
    add("np.min", "amin", lambda a: np.amin(a, -1, keepdims=True, initial=1.5, where=CHOSEN), (2, 3, 4))
    add("np.prod", "zeros where", lambda a: np.prod(a - a[0, 0], axis=0, where=CHOSEN[0] | True, initial=2.0), (3, 4))

    for ufunc in (*WITH_RULES, *BINARY):
        _methods(add, ufunc)
    for axes in (None, (0, 2), ()):
        for several in (*WITH_RULES, np.hypot, np.logaddexp):
            add(_name(several), f"reduce-axes={axes}", lambda a, u=several, x=axes: u.reduce(a, axis=x), (2, 2, 3))
    zeros = np.array([2.0, 0.0, 3.0, 0.0, 1.5])
    add("np.multiply.reduceat", "zeros", lambda a: np.multiply.reduceat(a * zeros, [0, 2, 4]), (5,))
    for extremum in (np.maximum, np.minimum):
        add(f"np.{extremum.__name__}.accumulate", "long", lambda a, u=extremum: u.accumulate(np.sin(40 * a)), (30,))
    return found


def _name(ufunc: np.ufunc) -> str:
    return f"np.{ufunc.__name__}"


def _reduction(add: Callable[..., None], name: str, f: Callable[..., Any], holes: Any) -> None:
    has_initial = name.removeprefix("np.").removeprefix("nan") in ("sum", "prod", "max", "min")
    options: dict[str, Any] = {"initial": 1.3} if has_initial else {}
    shape = (2, 3, 4)
    for axis in AXES:
        for keepdims in (False, True):
            label = f"axis={axis}-keepdims={keepdims}"
            given = {"axis": axis, "keepdims": keepdims}
            add(name, label, lambda a, g=given: f(a + holes, **g), shape)
            add(name, f"{label}-where", lambda a, g=given: f(a + holes, where=CHOSEN, **g, **options), shape)
            if has_initial:
                add(name, f"{label}-initial", lambda a, i, g=given: f(a + holes, initial=i, **g), shape, ())
    add(name, "where broadcast", lambda a: f(a + holes, axis=-1, where=np.array([True, False, True, True]), **options),
        shape)  # fmt: skip
    if not has_initial or "sum" in name or "prod" in name:
        dtype = np.complex128 if "nanvar" not in name and "nanstd" not in name else np.float64  # NumPy warns of others
        add(name, "dtype", lambda a: f(a, axis=1, dtype=dtype), (2, 3))
    if name.endswith(("var", "std")):
        add(name, "ddof", lambda a: f(a + holes, axis=1, ddof=0.5), shape)
        add(name, "correction", lambda a: f(a + holes, axis=(0, 2), correction=0.5, where=CHOSEN), shape)
        add(name, "mean", lambda a, m: f(a + holes, axis=1, mean=m + 0.1, ddof=1), shape, (2, 1, 4))


def _methods(add: Callable[..., None], ufunc: np.ufunc) -> None:
    name, shape = _name(ufunc), (3, 2, 2)
    is_power = ufunc in (np.power, np.float_power)  # of three numbers NumPy's own: see rules/ufunc_methods.py
    segments = [0, 2] if is_power else [0, 1, 0]
    for axis in (0,) if is_power else (0, 1):
        add(name, f"reduce-axis={axis}", lambda a, x=axis: ufunc.reduce(a, axis=x), shape)
        add(name, f"reduce-keepdims-axis={axis}", lambda a, x=axis: ufunc.reduce(a, x, keepdims=True), shape)
        add(name, f"reduce-initial-axis={axis}", lambda a, x=axis: ufunc.reduce(a, x, initial=1.3), shape)
        where = CHOSEN.reshape(-1)[1:13].reshape(shape)
        add(name, f"reduce-where-axis={axis}",
            lambda a, x=axis, w=where: ufunc.reduce(a, x, initial=1.3, where=w), shape)  # fmt: skip
        own = f"{name}.accumulate" if ufunc in (np.maximum, np.minimum) else name
        add(own, f"accumulate-axis={axis}", lambda a, x=axis: ufunc.accumulate(a, axis=x), shape)
        own = f"{name}.reduceat" if ufunc in WITH_RULES else name
        add(own, f"reduceat-axis={axis}", lambda a, x=axis: ufunc.reduceat(a, segments, axis=x), shape)
    if ufunc not in (np.fmax, np.fmin, np.maximum, np.minimum, np.float_power):
        for method in ("reduce",) if is_power else ("reduce", "accumulate"):
            add(name, f"{method}-dtype", lambda a, m=method: getattr(ufunc, m)(a, dtype=np.float64), shape)
        add(name, "reduceat-dtype", lambda a: ufunc.reduceat(a, [0, 2], dtype=np.float64), shape)
        add(name, "outer-dtype", lambda a, b: ufunc.outer(a, b, dtype=np.float64), (2,), (3,))
    add(name, "outer", ufunc.outer, (2, 3), (2,))
    add(name, "outer of one", lambda a, b: ufunc.outer(a, b), (), (3,))

    def at(a: Any, b: Any) -> Any:
        a = a.copy()
        ufunc.at(a, [0, 2, 0], b)
        return a

    add(name, "at", at, (3,), (3,))
