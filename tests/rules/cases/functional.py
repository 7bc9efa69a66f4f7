"""Functional programming, and pieces that conditions choose."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.rules.cases.basic import Case


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Any, *shapes: tuple[int, ...]) -> None:
        rng = np.random.default_rng(len(found) + 77)
        found.append(Case(f"np.{name}", label, call, tuple(rng.uniform(0.3, 2.0, size=shape) for shape in shapes)))

    for axis in (0, 1, -1):
        for label, f in {
            "number": lambda v: np.sum(v * v), "vector": lambda v: v[:2] ** 2,
            "matrix": lambda v: np.outer(v, v)[:, :2],
        }.items():  # fmt: skip
            add("apply_along_axis", f"{label} axis={axis}", lambda a, f=f, x=axis: np.apply_along_axis(f, x, a),
                (2, 3, 2))  # fmt: skip
    add("apply_along_axis", "arguments", lambda a, b: np.apply_along_axis(lambda v, w, p: v * w**p, 1, a, b, p=2),
        (2, 3), (3,))  # fmt: skip
    add("apply_along_axis", "one line", lambda a: np.apply_along_axis(np.cumsum, 0, a), (3,))
    for axes in (0, [0, 2], (1, -1), [-1, 0]):
        add("apply_over_axes", f"{axes}", lambda a, x=axes: np.apply_over_axes(np.sum, a, x), (2, 3, 2))
    add("apply_over_axes", "function", lambda a: np.apply_over_axes(lambda v, axis: np.prod(v, axis), a, [1]), (2, 3))

    def halves(a: Any) -> Any:
        return np.piecewise(a, [a < 1.0, a >= 1.5], [np.sin, lambda t: t**2, 0.5])

    add("piecewise", "vector", halves, (6,))
    add("piecewise", "matrix", halves, (2, 4))
    add("piecewise", "scalar", lambda a: np.piecewise(a, [a < 1.0, a >= 1.0], [np.sin, np.exp]), ())
    add("piecewise", "one condition", lambda a: np.piecewise(a, a < 1.0, [np.sin, np.cos]), (5,))
    add("piecewise", "arguments", lambda a, b: np.piecewise(a, [a < 1.0], [lambda t, c, k: t * c * k,
        lambda t, c, k: t + c * k], b, k=3.0), (5,), ())  # fmt: skip
    add("select", "default", lambda a, b, c: np.select([a < 1.0, a > 1.5], [a**2, b], default=c), (6,), (6,), (6,))
    add("select", "broadcast", lambda a, b: np.select([a < 1.0, a[0] > 1.5], [a**2, b], 3.0), (2, 4), (4,))
    add("select", "without", lambda a: np.select([a < 1.0], [np.exp(a)]), (6,))
    return found
