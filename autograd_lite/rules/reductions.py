"""Functions that remove axes. Their rules are written as if the axes were kept (``keepdims=True``): see `defreduction`.

Special points: `prod` and `cumprod` are right at zeros; `max` and `min` share a tie evenly among the entries that
attain it; `std` has derivative 0 where it is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import declare, defreduction, defvjp, size_of

defreduction(np.sum,    a=lambda g: g)
defreduction(np.mean,   a=lambda g, a_shape, axis: g / _count(a_shape, axis))
defreduction(np.max,    a=lambda g, ans, a, axis: g * _evenly(a == ans, axis))
defreduction(np.min,    a=lambda g, ans, a, axis: g * _evenly(a == ans, axis))
defreduction(np.var,    a=lambda g, a, axis, a_shape, ddof, mean, correction:
                            g * 2 * _conjugate(_centred(a, axis, mean))
                            / (_count(a_shape, axis) - (ddof if correction is None else correction)))
defreduction(np.std,    a=lambda g, ans, a, axis, a_shape, ddof, mean, correction:
                            g * _conjugate(_centred(a, axis, mean))
                            / ((_count(a_shape, axis) - (ddof if correction is None else correction))
                               * np.where(ans == 0, 1, ans)))

defreduction(np.prod,   a=lambda g, ans, a, axis: g * _product_of_others(a, ans, axis))

defvjp(np.cumsum,       a=lambda g, axis, a_shape: _reversed_cumsum(g, axis).reshape(a_shape))
defvjp(np.cumprod,      a=lambda g, ans, a, axis: _through_cumprod(g, ans, a, axis).reshape(a.shape))
declare(np.cumsum, shape="first")
declare(np.cumprod, shape="first")


def _count(shape: tuple[int, ...], axis: Any) -> int:
    """The number of entries that went into each entry of the answer."""
    is_whole = axis is None or not shape
    count = size_of(shape) if is_whole else size_of(shape[a] for a in (axis if isinstance(axis, tuple) else (axis,)))
    return count if count != 0 else 1  # of no entries, any number


def _conjugate(z: Any) -> Any:
    return np.conjugate(z) if z.dtype.kind == "c" else z


def _evenly(attains: Any, axis: Any) -> Any:
    return attains / np.sum(attains, axis=axis, keepdims=True)


def _centred(a: Any, axis: Any, mean: Any) -> Any:
    return a - (a.mean(axis=axis, keepdims=True) if mean is None else mean)


def _reversed_cumsum(g: Any, axis: int | None) -> Any:
    axis = 0 if axis is None else axis
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


def _product_of_others(a: Any, ans: Any, axis: Any) -> Any:
    """For each entry the product of those that it is multiplied with; a division where no entry is 0."""
    if np.all(a != 0):
        return ans / a
    if not a.ndim:
        return np.ones_like(a)
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % a.ndim for i in axes)
    last = tuple(range(a.ndim - len(axes), a.ndim))
    moved = np.moveaxis(a, axes, last)
    rows = moved.reshape(*moved.shape[: a.ndim - len(axes)], -1)
    others = np.prod(_each_left_out(rows), axis=-1)
    return np.moveaxis(others.reshape(moved.shape), last, axes)


def _through_cumprod(g: Any, ans: Any, a: Any, axis: int | None) -> Any:
    """For each entry, g summed over all later products, each without that entry."""
    if axis is None or not a.ndim:
        return _through_cumprod(g, ans, a.reshape(-1), 0)
    if np.all(a != 0):
        return _reversed_cumsum(g * ans, axis) / a
    rows, later = np.moveaxis(a, axis, -1), np.moveaxis(g, axis, -1)
    products = np.cumprod(_each_left_out(rows), axis=-1)
    order = np.arange(rows.shape[-1], like=rows)
    not_before = order >= order[:, None]
    return np.moveaxis(np.sum(np.where(not_before, products * later[..., None, :], 0), axis=-1), -1, axis)


def _each_left_out(rows: Any) -> Any:
    """Along a new axis before the last, the rows with one entry after the other replaced by 1."""
    return np.where(np.eye(rows.shape[-1], dtype=bool, like=rows), 1, rows[..., None, :])
