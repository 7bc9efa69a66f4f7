"""Sorting, searching and choosing."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.rules.cases.basic import Case


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Any, *shapes: tuple[int, ...]) -> None:
        rng = np.random.default_rng(len(found) + 31)
        found.append(Case(f"np.{name}", label, call, tuple(rng.uniform(-2.0, 2.0, size=shape) for shape in shapes)))

    for axis in (-1, 0, 1, None):
        for kth in (1, -1, (0, 2), [1, -1], np.array([2])):
            add("partition", f"{kth} axis={axis}", lambda a, k=kth, x=axis: np.partition(a, k, axis=x), (3, 4))
    add("partition", "kind", lambda a: np.partition(a, 2, kind="introselect", order=None), (5,))
    add("partition", "in place", lambda a: _in_place(a, "partition", 2), (5,))
    add("partition", "in place along an axis", lambda a: _in_place(a, "partition", (0, 1), axis=0), (3, 4))
    add("sort", "in place", lambda a: _in_place(a, "sort", axis=0), (3, 4))
    for kind in ("quicksort", "heapsort", "stable"):
        add("sort", kind, lambda a, k=kind: np.sort(a, kind=k, order=None), (2, 5))
    add("sort", "stable", lambda a: np.sort(a, stable=True), (2, 5))
    add("sort", "empty", np.sort, (0, 3))
    add("sort_complex", "vector", np.sort_complex, (4,))
    add("sort_complex", "matrix", np.sort_complex, (2, 3))

    chosen = np.array([True, False, True])
    for axis in (None, 1, -1):
        add("compress", f"axis={axis}", lambda a, x=axis: np.compress(chosen, a, axis=x), (2, 3))
        add("compress", f"method axis={axis}", lambda a, x=axis: a.compress(chosen, axis=x), (2, 3))
    add("compress", "short condition", lambda a: np.compress([0, 1], a, axis=1), (2, 3))
    add("extract", "mask", lambda a: np.extract(chosen[:2, None] & chosen, a), (2, 3))
    add("extract", "own entries", lambda a: np.extract(a > -1.0, a), (2, 3))

    which = np.array([[0, 2, 1], [1, 1, 0]])
    add("choose", "list", lambda a, b, c: np.choose(which, [a, b, c]), (2, 3), (3,), ())
    add("choose", "array", lambda a: np.choose(which, a), (3, 2, 3))
    for mode in ("wrap", "clip"):
        add("choose", mode, lambda a, b, m=mode: np.choose(which - 1, [a, b], mode=m), (2, 3), (2, 1))
    add("choose", "raise", lambda a, b: np.choose([1, 0], (a, b), mode="raise"), (2,), (2,))
    add("choose", "of one", lambda a: np.choose([0, 0], [a]), (2,))
    return found


def _in_place(a: Any, method: str, *args: Any, **kwargs: Any) -> Any:
    b = np.copy(a)
    getattr(b, method)(*args, **kwargs)
    return b
