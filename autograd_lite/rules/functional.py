"""Functional programming: a function that is given parts of an array; pieces that conditions choose."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import defcomposition, step_by_step

step_by_step(np.apply_over_axes, np.piecewise, np.select)
defcomposition(np.apply_along_axis, lambda *args, **kwargs: _along_axis(*args, **kwargs))


def _along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """Apply a function to each line of an array, and put what it returns where the line was."""
    lines = np.moveaxis(arr, axis, -1)
    around, position = lines.shape[:-1], axis % arr.ndim
    if 0 in around:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    made = np.stack([func1d(lines[place], *args, **kwargs) for place in np.ndindex(*around)])
    made = np.reshape(made, (*around, *np.shape(made)[1:]))
    inner = tuple(range(len(around), np.ndim(made)))
    return np.moveaxis(made, inner, tuple(range(position, position + len(inner))))
