"""Set operations: of arrays that share some entries."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.rules.cases.basic import Case


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Any, *shapes: tuple[int, ...]) -> None:
        rng = np.random.default_rng(len(found) + 5)
        found.append(Case(f"np.{name}", label, call, tuple(rng.uniform(-2.0, 2.0, size=shape) for shape in shapes)))

    fixed = np.array([0.25, -0.5, 5.0])  # apart from what is drawn
    add("union1d", "two", np.union1d, (4,), (2, 2))
    add("union1d", "shared", lambda a: np.union1d(np.concatenate([a, fixed]), fixed), (4,))
    for unique in (False, True):
        add("setdiff1d", f"{unique}", lambda a, b, u=unique: np.setdiff1d(a, b, assume_unique=u) + 0 * b[0], (4,),
            (3,))  # fmt: skip
        add("setdiff1d", f"shared {unique}",
            lambda a, u=unique: np.setdiff1d(np.concatenate([a, fixed]), fixed, assume_unique=u), (4,))  # fmt: skip
        add("setxor1d", f"{unique}", lambda a, b, u=unique: np.setxor1d(a, b, assume_unique=u), (4,), (3,))
        add("setxor1d", f"shared {unique}",
            lambda a, u=unique: np.setxor1d(np.concatenate([a, fixed]), fixed, assume_unique=u), (4,))  # fmt: skip
        add("intersect1d", f"{unique}",
            lambda a, u=unique: np.intersect1d(np.concatenate([a, fixed]), a[1:], assume_unique=u), (4,))  # fmt: skip
        add("intersect1d", f"indices {unique}", lambda a, u=unique:
            np.intersect1d(np.concatenate([a, fixed]), a[1:], u, return_indices=True)[0], (4,))  # fmt: skip

    add("unique", "values", np.unique, (5,))
    add("unique", "matrix", np.unique, (2, 3))
    add("unique", "twice the same", lambda a: np.unique(np.concatenate([a, a[::-1]])), (4,))
    for flag in ("return_index", "return_inverse", "return_counts"):
        for axis in (None, 0, 1, -1):
            add("unique", f"{flag} axis={axis}", lambda a, f=flag, x=axis:
                np.unique(np.concatenate([a, a]), axis=x, **{f: True})[0], (3, 2))  # fmt: skip
    add("unique", "axis", lambda a: np.unique(np.concatenate([a, a]), axis=0), (3, 2))
    add("unique", "equal_nan", lambda a: np.unique(np.append(a, [np.nan, np.nan]), equal_nan=False)[:3], (3,))
    add("unique", "equal_nan True", lambda a: np.unique(np.append(a, [np.nan, np.nan]), equal_nan=True)[:3], (3,))
    add("unique", "positions", lambda a: np.unique(a, True, True, True)[0], (4,))
    if np.lib.NumpyVersion(np.__version__) >= "2.3.0":
        add("unique", "sorted", lambda a: np.unique(a, sorted=True), (4,))
    add("unique_values", "values", lambda a: np.sort(np.unique_values(np.concatenate([a, a]))), (4,))
    for name in ("unique_all", "unique_counts", "unique_inverse"):
        add(name, "values", lambda a, n=name: getattr(np, n)(np.concatenate([a, a])).values, (4,))
    return found
