"""Sliding windows: each entry lies in several windows, and its cotangent is the sum of what they send back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from autograd_lite.registry import defview, defvjp


def add_windows(windows: Any, window_shape: tuple[int, ...], shape: tuple[int, ...], axis: Any) -> NDArray[Any]:
    """Return zeros of a shape with windows added where `sliding_window_view` read them.

    For each place in the window one addition of all windows at once: a kernel has few places.

    >>> import numpy as np
    >>> add_windows(np.ones((3, 2)), (2,), (4,), (0,))
    array([1., 2., 2., 1.])
    """
    out = np.zeros(shape, dtype=np.result_type(windows))
    for offsets in np.ndindex(*window_shape):
        starts = [0] * out.ndim
        for a, offset in zip(axis, offsets, strict=True):  # an axis may come twice
            starts[a] += offset
        place = tuple(slice(start, start + n) for start, n in zip(starts, windows.shape, strict=False))
        out[place] += windows[(..., *offsets)]
    return out


defview(sliding_window_view,
        x=lambda g, window_shape, axis, x_shape: _added(g, _lengths(window_shape), x_shape, _axes(axis, len(x_shape))))
defvjp(add_windows,
       windows=lambda g, window_shape, axis: sliding_window_view(g, window_shape, axis))


def _added(g: Any, *args: Any) -> Any:
    """Add windows; of a Tensor as one recorded call."""
    if hasattr(g, "requires_grad"):
        return g.__array_function__(add_windows, (type(g),), (g, *args), {})
    return add_windows(g, *args)


def _lengths(window_shape: Any) -> tuple[int, ...]:
    return tuple(window_shape) if np.iterable(window_shape) else (window_shape,)


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if np.iterable(axis) else (axis,)))
