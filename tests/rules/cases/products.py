"""Products of vectors: `cross`, `kron`, `vecdot`, `vecmat`, `matvec`, as functions, and those of `np.linalg`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.rules.cases.basic import Case, _draw


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
        found.append(Case(f"np.{name}", label, call, _draw(*shapes)))

    for a, b in [((3,), (3,)), ((2, 3), (2, 3)), ((2, 3), (3,)), ((4, 1, 3), (2, 3)), ((0, 3), (3,))]:
        add("cross", f"{a} {b}", np.cross, a, b)
        add("linalg.cross", f"{a} {b}", np.linalg.cross, a, b)
        add("vecdot", f"{a} {b}", np.vecdot, a, b)
        add("linalg.vecdot", f"{a} {b}", np.linalg.vecdot, a, b)
    add("cross", "axes", partial(np.cross, axisa=0, axisb=1, axisc=0), (3, 2), (2, 3))
    add("cross", "axis", partial(np.cross, axis=0), (3, 2), (3, 2))
    add("cross", "axis of fewer", partial(np.cross, axisa=0, axisb=0, axisc=1), (3,), (3, 2))
    add("linalg.cross", "axis", partial(np.linalg.cross, axis=0), (3, 2), (3, 2))
    add("linalg.vecdot", "axis", partial(np.linalg.vecdot, axis=0), (3, 2), (3, 2))
    add("vecdot", "axis", partial(np.vecdot, axis=0), (3, 2), (3, 2))
    for a, b in [((3,), (3, 2)), ((2, 3), (2, 3, 4)), ((3,), (2, 3, 4)), ((2, 3), (3, 4))]:
        add("vecmat", f"{a} {b}", np.vecmat, a, b)
    for a, b in [((2, 3), (3,)), ((2, 4, 3), (2, 3)), ((2, 4, 3), (3,)), ((4, 3), (2, 3))]:
        add("matvec", f"{a} {b}", np.matvec, a, b)
    for a, b in [((2, 3), (3, 2)), ((2,), (3, 2)), ((2, 2), (3,)), ((), (2, 3)), ((2,), (3,)), ((2, 1, 2), (2, 3))]:
        add("kron", f"{a} {b}", np.kron, a, b)
    return found
