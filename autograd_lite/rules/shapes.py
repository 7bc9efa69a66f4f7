"""Functions that move entries about: shapes, axes, joining."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.indexed import Indexed
from autograd_lite.registry import (
    call_part,
    declare,
    defcomposition,
    defconstant_part,
    defview,
    defvjp,
    size_of,
    step_by_step,
)

# -- shapes ------------------------------------------------------------------------------------------------------------

defview(np.reshape,         a=lambda g, a_shape, order: g.reshape(a_shape, order=_fixed(order)))
defview(np.ravel,           a=lambda g, a_shape, order: g.reshape(a_shape, order=_fixed(order)))
defview(np.squeeze,         a=lambda g, a_shape: g.reshape(a_shape))
defview(np.expand_dims,     a=lambda g, a_shape: g.reshape(a_shape))
defview(np.broadcast_to,    array=lambda g: g)
defvjp(np.copy,             a=lambda g: g)
defvjp(np.astype,           x=lambda g: g)
defcomposition(np.astype,       lambda x, dtype, copy=True, **kwargs:
                                    NotImplemented if copy or np.dtype(dtype) != x.dtype else x)
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

# -- repeating, padding, parts -----------------------------------------------------------------------------------------

defvjp(np.repeat,           a=lambda g, a_shape, repeats, axis: _unrepeated(g, a_shape, repeats, axis))
defvjp(np.tile,             A=lambda g, A_shape, reps: _untiled(g, A_shape, reps))
declare(np.pad, parameters="array pad_width mode= constant_values= end_values= reflect_type= stat_length=")
defvjp(np.pad,              array=lambda g, array_shape, pad_width, mode: _unpadded(g, array_shape, pad_width, mode))
defvjp(np.resize,           a=lambda g, a_shape, new_shape: _moved_back(g, a_shape, np.resize, new_shape))
defvjp(np.delete,           arr=lambda g, arr_shape, obj, axis: _moved_back(g, arr_shape, np.delete, obj, axis))
defvjp(np.insert,           arr=lambda g, arr_shape, obj, values_shape, axis:
                                _moved_back(g, arr_shape, np.insert, obj, np.full(tuple(values_shape), -1), axis),
                            values=lambda g, arr_shape, obj, values_shape, axis:
                                _moved_back(g, values_shape, _put_into, arr_shape, obj, axis))
defvjp(np.tril,             m=lambda g, k: np.tril(g, k))
defvjp(np.triu,             m=lambda g, k: np.triu(g, k))
defview(np.diagonal,        a=lambda g, a_shape, offset, axis1, axis2: _onto_diagonal(g, a_shape, offset, axis1, axis2))
defview(np.diag,            v=lambda g, v_shape, k: np.diagonal(g, k) if len(v_shape) == 1
                                else _onto_diagonal(g, v_shape, k, 0, 1))
defvjp(np.trace,            a=lambda g, a_shape, offset, axis1, axis2: _on_diagonal(g, a_shape, offset, axis1, axis2))
declare(np.tril, shape="broadcast")
declare(np.triu, shape="broadcast")

step_by_step(np.atleast_3d, np.rollaxis, np.rot90, np.unstack)
step_by_step(np.dstack, np.diagflat)
step_by_step(np.trim_zeros)
defcomposition(np.broadcast_arrays, lambda *args, subok=False: _broadcast_together(args))
defcomposition(np.meshgrid,      lambda *xi, **kwargs: _grids(xi, **kwargs))
defcomposition(np.pad,           lambda *args, **kwargs: _padded(*args, **kwargs))
defcomposition(np.diff,          lambda *args, **kwargs: _differences(*args, **kwargs))
defcomposition(np.append,        lambda arr, values, axis=None: np.concatenate([arr, values], axis=axis))
defcomposition(np.fliplr,        lambda m: np.flip(m, 1))
defcomposition(np.flipud,        lambda m: np.flip(m, 0))
defcomposition(np.array_split,   lambda ary, indices_or_sections, axis=0: _split(ary, indices_or_sections, axis, False))
defcomposition(np.split,         lambda ary, indices_or_sections, axis=0: _split(ary, indices_or_sections, axis))
defcomposition(np.vsplit,        lambda ary, indices_or_sections: _split(ary, indices_or_sections, 0))
defcomposition(np.hsplit,        lambda ary, indices_or_sections: _split(ary, indices_or_sections, np.ndim(ary) > 1))
defcomposition(np.dsplit,        lambda ary, indices_or_sections: _split(ary, indices_or_sections, 2))
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
        count = size_of(shape) if axis is None else shape[axis]
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


_repeated = defconstant_part(np.repeat)


def _unrepeated(g: Any, shape: tuple[int, ...], repeats: Any, axis: int | None) -> Any:
    """Sum the copies of each entry."""
    is_flat = axis is None or not shape
    axis = 0 if axis is None or not shape else axis % len(shape)
    count = size_of(shape) if is_flat else shape[axis]
    if np.size(repeats) == 1:
        times = repeats if isinstance(repeats, int) else int(np.reshape(repeats, ()))
        if is_flat:
            return np.sum(g.reshape((count, times)), axis=1).reshape(shape)
        return np.sum(g.reshape((*shape[:axis], count, times, *shape[axis + 1 :])), axis=axis + 1)
    copied = call_part(_repeated, np.arange(count), repeats)
    if is_flat and len(shape) != 1:
        return Indexed(g, np.unravel_index(copied, tuple(shape)))
    return Indexed(g, (*(slice(None),) * axis, copied))


def _untiled(g: Any, shape: tuple[int, ...], reps: Any) -> Any:
    """Sum the tiles."""
    times = tuple(reps) if np.iterable(reps) else (reps,)
    ndim = max(len(times), len(shape))
    times = (1,) * (ndim - len(times)) + times
    lengths = (1,) * (ndim - len(shape)) + tuple(shape)
    tiles = [length for pair in zip(times, lengths, strict=True) for length in pair]
    return np.sum(g.reshape(tiles), axis=tuple(range(0, 2 * ndim, 2))).reshape(shape)


def _moved_back(g: Any, shape: tuple[int, ...], move: Any, *args: Any) -> Any:
    """Give g back to where the entries were before a function moved them, which shows on their numbers."""
    origins = move(np.arange(size_of(shape)).reshape(tuple(shape)), *args)
    if np.any(origins < 0):  # which are new
        moved = np.nonzero(origins >= 0)
        g, origins = g[moved], origins[moved]
    if not shape:
        return np.sum(g)
    return Indexed(g, np.unravel_index(origins, tuple(shape)))


def _put_into(values: Any, shape: tuple[int, ...], obj: Any, axis: int | None) -> Any:
    return np.insert(np.full(tuple(shape), -1), obj, values, axis)


def _padded(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    """Leave the modes that only move entries to the rule; the others join an array with what they compute of it."""
    if callable(mode):
        raise UnsupportedCallError(
            "np.pad(mode=<function>) hands the function lines of a plain array to write into, which have no history; "
            "pad with mode='constant' and join what the padding is to be with np.concatenate"
        )
    is_odd = mode in ("reflect", "symmetric") and options.get("reflect_type", "even") == "odd"
    is_followed = _holds_followed(options.get("constant_values"))
    if not (is_odd or mode in _STATISTICS or mode == "linear_ramp" or (mode == "constant" and is_followed)):
        return NotImplemented
    if not _holds_followed(list(options.values())):
        np.pad(np.zeros((1,) * array.ndim), 0, mode, **options)  # raises what NumPy raises
    given = array
    ends = _pairs(options.get("end_values" if mode == "linear_ramp" else "constant_values", 0), array.ndim)
    lengths = _pairs(options.get("stat_length"), array.ndim)
    for axis, widths in enumerate(_widths(pad_width, array.ndim)):
        if is_odd:
            array = _turned_about_ends(array, axis, widths, mode == "symmetric")
        elif any(widths):
            sides = [
                [_side(array, axis, width, mode, is_right, end, length)] if width else []
                for is_right, width, end, length in zip((False, True), widths, ends[axis], lengths[axis], strict=True)
            ]
            sides = [[s if s.dtype == array.dtype else np.astype(s, array.dtype) for s in side] for side in sides]
            array = np.concatenate([*sides[0], array, *sides[1]], axis=axis)
    return np.copy(array) if array is given else array


_STATISTICS: dict[str, Any] = {"maximum": np.max, "minimum": np.min, "mean": np.mean, "median": np.median}


def _side(array: Any, axis: int, width: int, mode: str, is_right: bool, end: Any, length: Any) -> Any:
    """What one side of an array is padded with."""
    before = (slice(None),) * axis
    shape = [width if a == axis else n for a, n in enumerate(array.shape)]
    if mode == "constant":
        return np.broadcast_to(end, shape)
    if mode == "linear_ramp":
        ramp = np.linspace(end, array[(*before, -1 if is_right else 0)], width, endpoint=False, axis=axis)
        return np.flip(ramp, axis) if is_right else ramp
    count = array.shape[axis]
    length = count if length is None else min(int(length), count)
    part = array[(*before, slice(count - length, None) if is_right else slice(None, length))]
    return np.broadcast_to(_STATISTICS[mode](part, axis=axis, keepdims=True), shape)


def _turned_about_ends(array: Any, axis: int, widths: tuple[int, int], keeps_end: bool) -> Any:
    """An array continued by itself turned about its end points, again and again until it is long enough."""
    before = (slice(None),) * axis
    left, right = widths
    count = array.shape[axis]
    if count == 1 and not keeps_end:
        return np.repeat(array, left + 1 + right, axis)
    skipped = 0 if keeps_end else 1  # the end itself
    while left or right:
        length = array.shape[axis]
        reach = (length - skipped) // (count - skipped) * (count - skipped)
        at_left, at_right = (int(reach) if np.less(reach, width) else width for width in (left, right))
        inner = array[(*before, slice(skipped, skipped + at_left))]
        outer = array[(*before, slice(length - skipped - at_right, length - skipped))]
        array = np.concatenate([2 * array[(*before, slice(0, 1))] - np.flip(inner, axis), array,
                                2 * array[(*before, slice(-1, None))] - np.flip(outer, axis)], axis=axis)  # fmt: skip
        left, right = left - at_left, right - at_right
    return array


def _holds_followed(value: Any) -> bool:
    return any(map(_holds_followed, value)) if isinstance(value, (list, tuple)) else hasattr(value, "requires_grad")


def _pairs(value: Any, ndim: int) -> list[Any]:
    """For each axis what is meant by a number, a pair, or a list of pairs: before it and behind."""
    if not isinstance(value, (list, tuple)):
        if np.ndim(value) == 0:
            return [(value, value)] * ndim
        value = list(value)
    if len(value) == 1:
        return _pairs(value[0], ndim)
    if np.ndim(value[0]) == 0:
        return [tuple(value)] * ndim
    return [tuple(pair) * (3 - len(pair)) for pair in value]


def _widths(pad_width: Any, ndim: int) -> list[tuple[int, int]]:
    if isinstance(pad_width, dict):
        pad_width = [pad_width.get(a, pad_width.get(a - ndim, 0)) for a in range(ndim)]
        pad_width = [(width, width) if np.ndim(width) == 0 else width for width in pad_width]
    return [(int(left), int(right)) for left, right in np.broadcast_to(pad_width, (ndim, 2))]


def _unpadded(g: Any, shape: tuple[int, ...], pad_width: Any, mode: Any) -> Any:
    """Cut the padding off, or, where it repeats entries, give it back to them."""
    widths = _widths(pad_width, len(shape))
    if mode in (None, "constant", "empty"):
        return g[tuple(slice(left or None, -right or None) for left, right in widths)]
    return _moved_back(g, shape, np.pad, widths, mode)


def _broadcast_together(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    arrays = tuple(a if hasattr(a, "__array_function__") else np.asarray(a) for a in arrays)
    shape = np.broadcast_shapes(*map(np.shape, arrays))
    return tuple(a if np.shape(a) == shape else np.broadcast_to(a, shape) for a in arrays)


def _grids(xi: tuple[Any, ...], copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    """Each of several vectors along an axis of its own."""
    if indexing not in ("xy", "ij"):
        raise ValueError("Valid values for `indexing` are 'xy' and 'ij'.")
    axes = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        axes[:2] = 1, 0
    shapes = ([-1 if a == axis else 1 for a in range(len(xi))] for axis in axes)
    grids = tuple(np.reshape(x, shape) for x, shape in zip(xi, shapes, strict=True))
    grids = grids if sparse else _broadcast_together(grids)
    if copy:
        return tuple(np.copy(grid, "C") for grid in grids)
    return list(grids) if sparse else grids  # as NumPy has it


def _on_diagonal(g: Any, shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """G at each entry of a diagonal, and zeros."""
    ones = np.eye(shape[axis1], shape[axis2], offset, dtype=g.dtype, like=_maker(g))
    if len(shape) == 2:
        return g * (ones if axis1 % 2 == 0 else ones.T)
    return np.moveaxis(g[..., None, None] * ones, (-2, -1), (axis1, axis2))


def _onto_diagonal(g: Any, shape: tuple[int, ...], offset: int, axis1: int, axis2: int) -> Any:
    """The entries of g along a diagonal, and zeros."""
    count = np.arange(g.shape[-1], like=_maker(g))
    rows, columns = (count, count + offset) if offset >= 0 else (count - offset, count)
    if len(shape) == 2:
        return Indexed(g, (rows, columns) if axis1 % 2 == 0 else (columns, rows))
    length, width = shape[axis1], shape[axis2]
    at_rows = np.eye(length, dtype=g.dtype, like=_maker(g))[rows]
    at_columns = np.eye(width, dtype=g.dtype, like=_maker(g))[columns]
    return np.moveaxis(np.einsum("...d,di,dj->...ij", g, at_rows, at_columns), (-2, -1), (axis1, axis2))


def _maker(g: Any) -> Any:
    """What makes arrays like g: NumPy's numbers do not."""
    return g if hasattr(g, "__array_function__") else None


def _differences(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    def beside(part: Any) -> Any:
        shape = [1 if i == axis % np.ndim(a) else length for i, length in enumerate(np.shape(a))]
        return part if np.ndim(part) else np.broadcast_to(part, shape)

    parts = [*([] if prepend is None else [beside(prepend)]), a, *([] if append is None else [beside(append)])]
    if n and len(parts) > 1:
        a = np.concatenate(parts, axis=axis)
    before = (slice(None),) * (axis % np.ndim(a))
    for _ in range(n):
        a = a[(*before, slice(1, None))] - a[(*before, slice(None, -1))]
    return a


def _split(ary: Any, sections: Any, axis: int, is_even: bool = True) -> list[Any]:
    length = np.shape(ary)[axis]
    if np.ndim(sections):
        ends = [*sections, None]
    else:
        shorter, longer = length // sections, operator.index(length % sections)
        if is_even and longer:
            raise ValueError("array split does not result in an equal division")
        ends = list(itertools.accumulate([shorter + 1] * longer + [shorter] * (sections - longer)))
    before = (slice(None),) * (axis % np.ndim(ary))
    return [ary[(*before, slice(start, end))] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
