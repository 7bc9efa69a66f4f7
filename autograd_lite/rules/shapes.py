"""Functions that move entries about: shapes, axes, joining."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.registry import declare, defcomposition, defview, defvjp

# -- shapes ------------------------------------------------------------------------------------------------------------

defview(np.reshape,         a=lambda g, a_shape, order: g.reshape(a_shape, order=_fixed(order)))
defview(np.ravel,           a=lambda g, a_shape, order: g.reshape(a_shape, order=_fixed(order)))
defview(np.squeeze,         a=lambda g, a_shape: g.reshape(a_shape))
defview(np.expand_dims,     a=lambda g, a_shape: g.reshape(a_shape))
defview(np.broadcast_to,    array=lambda g: g)
defvjp(np.copy,             a=lambda g: g)
defvjp(np.astype,           x=lambda g: g)
declare(np.copy, shape="first")
declare(np.astype, shape="first")

# -- axes --------------------------------------------------------------------------------------------------------------

defview(np.transpose,       a=lambda g, axes: g.transpose(None if axes is None else _inverse(axes)))
defview(np.swapaxes,        a=lambda g, axis1, axis2: g.swapaxes(axis1, axis2))
defview(np.moveaxis,        a=lambda g, source, destination: np.moveaxis(g, destination, source))
defview(np.matrix_transpose,x=lambda g: g.mT)
defview(np.flip,            m=lambda g, axis: np.flip(g, axis))
defvjp(np.roll,             a=lambda g, shift, axis: np.roll(g, np.negative(shift), axis))
declare(np.flip, shape="first")
declare(np.roll, shape="first")

# -- joining -----------------------------------------------------------------------------------------------------------

declare(np.concatenate, parameters="arrays axis=0 out= dtype= casting=", sequences="arrays")
defvjp(np.concatenate,      arrays=lambda g, arrays_shape, axis: _unjoined(g, arrays_shape, axis))
declare(np.stack, sequences="arrays")
defvjp(np.stack,            arrays=lambda g, arrays_shape, axis: _unstacked(g, len(arrays_shape), axis))

defcomposition(np.atleast_1d,    lambda *arys: _each(arys, lambda a: a if np.ndim(a) else np.reshape(a, (1,))))
defcomposition(np.atleast_2d,    lambda *arys: _each(arys, _two_dimensional))
defcomposition(np.vstack,        lambda tup, **kwargs: np.concatenate([_two_dimensional(a) for a in tup], **kwargs))
defcomposition(np.hstack,        lambda tup, **kwargs: _side_by_side([np.atleast_1d(a) for a in tup], **kwargs))
defcomposition(np.column_stack,  lambda tup: np.concatenate([_column(a) for a in tup], axis=1))
defcomposition(np.block,         lambda arrays: _block(arrays))


def _fixed(order: str | None) -> str:
    if order not in (None, "C", "F"):
        raise UnsupportedCallError(
            f"order={order!r} reads the entries in an order that depends on the array's memory layout, which is not "
            f"recorded; use order='C' or 'F'"
        )
    return order or "C"


def _inverse(axes: Any) -> list[int]:
    return [int(i) for i in np.argsort([axis % len(axes) for axis in axes])]


def _unjoined(g: Any, shapes: list[tuple[int, ...]], axis: int | None) -> list[Any]:
    parts, start = [], 0
    before = (slice(None),) * (0 if axis is None else axis % g.ndim)
    for position, shape in enumerate(shapes):
        count = int(np.prod(shape)) if axis is None else shape[axis]
        is_last = position == len(shapes) - 1
        part = g[(*before, slice(start if position else None, None if is_last else start + count))]
        parts.append(part.reshape(shape) if axis is None else part)
        start += count
    return parts


def _unstacked(g: Any, count: int, axis: int) -> list[Any]:
    before = (slice(None),) * (axis % g.ndim)
    return [g[(*before, i)] for i in range(count)]


def _each(arrays: tuple[Any, ...], change: Any) -> Any:
    return change(arrays[0]) if len(arrays) == 1 else tuple(change(a) for a in arrays)


def _two_dimensional(a: Any) -> Any:
    return a if np.ndim(a) >= 2 else np.reshape(a, (1, -1))


def _column(a: Any) -> Any:
    return a if np.ndim(a) >= 2 else np.reshape(a, (-1, 1))


def _side_by_side(arrays: list[Any], **kwargs: Any) -> Any:
    return np.concatenate(arrays, axis=0 if np.ndim(arrays[0]) == 1 else 1, **kwargs)


def _block(arrays: Any) -> Any:
    """Join a nested list of arrays: the innermost lists along the last axis, the next along the one before."""

    def depth(part: Any) -> int:
        return 1 + max((depth(p) for p in part), default=0) if isinstance(part, list) else 0

    def leaves(part: Any) -> Any:
        return [leaf for p in part for leaf in leaves(p)] if isinstance(part, list) else [part]

    levels = depth(arrays)
    ndim = max([levels, *(np.ndim(leaf) for leaf in leaves(arrays))])

    def join(part: Any, level: int) -> Any:
        if not isinstance(part, list):
            if level != levels:
                raise ValueError(f"np.block: the lists are nested {levels} deep, but an array sits at depth {level}")
            return np.reshape(part, (1,) * (ndim - np.ndim(part)) + np.shape(part))
        if not part:
            raise ValueError("np.block was given an empty list")
        return np.concatenate([join(p, level + 1) for p in part], axis=ndim - levels + level)

    return join(arrays, 0)
