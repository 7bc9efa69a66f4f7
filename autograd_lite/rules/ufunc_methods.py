"""The methods of ufuncs: ``np.hypot.reduce``, ``np.maximum.accumulate``, ``np.add.reduceat`` and their like.

``np.add.reduce`` is `np.sum` and has its rule, as `multiply`, `maximum` and `minimum` have theirs; these have a rule
for ``reduceat`` too. Of any other ufunc of two arguments a method is the chain of its calls, recorded step by step.

Special points: entries that attain a running extremum, or that of a segment, share it evenly.

Where NumPy's vectorised loop does not wait for the accumulator (2.4 with AVX-512: ``np.power.reduce([x0, x1, x2])`` in
contiguous memory is ``x0**x2``), the chain gives what the documentation says.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.indexed import Indexed
from autograd_lite.registry import declare, defvjp
from autograd_lite.rules.linalg import plain
from autograd_lite.rules.reductions import product_of_others

for _accumulate in (np.maximum.accumulate, np.minimum.accumulate):
    declare(_accumulate, parameters="array axis=0 dtype= out=", shape="first")
    defvjp(_accumulate, array=lambda g, ans, array, axis: _through_running(g, array == ans, ans, axis))
for _reduceat in (np.add.reduceat, np.multiply.reduceat, np.maximum.reduceat, np.minimum.reduceat):
    declare(_reduceat, parameters="array indices axis=0 dtype= out=")

defvjp(np.add.reduceat,      array=lambda g, array_shape, indices, axis: _at_segments(g, array_shape, indices, axis))
defvjp(np.multiply.reduceat, array=lambda g, ans, array, indices, axis:
                                 _at_segments(g, array.shape, indices, axis, _others(array, ans, indices, axis)))
defvjp(np.maximum.reduceat,  array=lambda g, ans, array, indices, axis:
                                 _at_segments(g, array.shape, indices, axis, _shares(array, ans, indices, axis)))
defvjp(np.minimum.reduceat,  array=lambda g, ans, array, indices, axis:
                                 _at_segments(g, array.shape, indices, axis, _shares(array, ans, indices, axis)))


# -- running extrema ---------------------------------------------------------------------------------------------------


def _through_running(g: Any, attains: Any, ans: Any, axis: int) -> Any:
    """Give each g to the entries, so far, that are the extremum. Where that changes a new run begins."""
    length = ans.shape[axis]
    order = np.arange(length, like=ans).reshape([-1] + [1] * (-axis - 1 if axis < 0 else ans.ndim - axis - 1))
    changes = np.diff(ans, axis=axis, prepend=np.nan) != 0
    start = np.maximum.accumulate(np.where(changes, order, 0), axis)
    count = np.cumsum(attains, axis)
    count = count - np.take_along_axis(count, start, axis) + 1  # a run starts with an entry that attains it
    later = np.flip(np.cumsum(np.flip(g / count, axis), axis), axis)
    ends = np.flip(np.minimum.accumulate(np.flip(np.where(_next(changes, axis), order, length), axis), axis), axis)
    past = np.take_along_axis(later, np.minimum(ends + 1, length - 1), axis)
    return np.where(attains, later - np.where(ends + 1 < length, past, 0), 0)


def _next(changes: Any, axis: int) -> Any:
    """Whether a run ends at each entry, which the last one does anyway."""
    return np.roll(changes, -1, axis)


# -- segments ----------------------------------------------------------------------------------------------------------


def _segments(indices: Any, count: int) -> tuple[Any, Any]:
    """The positions in each segment of ``reduceat``, one after the other, and how many each has."""
    starts = np.array(indices)
    lengths = np.maximum(np.append(starts[1:], operator.index(count)) - starts, 1)
    ends = np.cumsum(lengths)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths), lengths


def _at_segments(g: Any, shape: tuple[int, ...], indices: Any, axis: int, slope: Any = None) -> Any:
    """Give each g, times the slope there, to the entries of its segment."""
    positions, lengths = _segments(indices, shape[axis])
    spread = np.repeat(g, lengths, axis)
    return Indexed(spread if slope is None else spread * slope, (*_before(shape, axis), positions))


def _shares(array: Any, ans: Any, indices: Any, axis: int) -> Any:
    positions, lengths = _segments(indices, array.shape[axis])
    attains = np.take(array, positions, axis) == np.repeat(ans, lengths, axis)
    counts = np.add.reduceat(attains, np.cumsum(lengths) - lengths, axis, dtype=int)
    return attains / np.repeat(counts, lengths, axis)


def _others(array: Any, ans: Any, indices: Any, axis: int) -> Any:
    positions, lengths = _segments(indices, array.shape[axis])
    entries = np.take(array, positions, axis)
    if np.all(array != 0):
        return np.repeat(ans, lengths, axis) / entries
    ends = np.cumsum(lengths)
    before = _before(array.shape, axis)
    parts = [entries[(*before, slice(end - n, end))] for n, end in zip(lengths, ends, strict=True)]
    return np.concatenate([product_of_others(part, None, axis) for part in parts], axis)


def _before(shape: tuple[int, ...], axis: int) -> tuple[slice, ...]:
    return (slice(None),) * (axis % len(shape))


# -- step by step ------------------------------------------------------------------------------------------------------


def reduced_in_steps(
    ufunc: np.ufunc, array: Any, axis: Any = 0, keepdims: bool = False, initial: Any = np._NoValue, where: Any = True
) -> Any:
    """``ufunc.reduce``: u(... u(u(x0, x1), x2) ..., xn)."""
    shape = tuple(np.shape(array))
    given = {} if initial is np._NoValue else {"initial": initial}
    ones = np.ones(np.shape(plain(array)))
    # raises what NumPy raises
    whole = ufunc.reduce(ones, axis=axis, keepdims=keepdims, where=plain(where), **given)
    axes = tuple(range(len(shape))) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(a % len(shape) for a in axes) if shape else ()
    count = math.prod(shape[a] for a in axes)
    rest = [n for a, n in enumerate(shape) if a not in axes]

    def in_rows(x: Any) -> Any:
        return np.reshape(np.moveaxis(x, axes, range(len(axes))), (count, *rest))

    rows, chosen = in_rows(array), None
    if where is not True:
        chosen = in_rows(np.broadcast_to(where, shape))
        rows = np.where(chosen, rows, 1)  # a value that none of them stumbles over
    start = ufunc.identity if initial is np._NoValue else initial
    if not count:
        return np.full(whole.shape, start, array.dtype)
    result, first = (rows[0], 1) if start is None else (start, 0)
    for k in range(first, count):
        step = ufunc(result, rows[k])
        result = step if chosen is None else np.where(chosen[k], step, result)
    if first == count:  # nothing was called, and the answer must not be a view
        result = +result
    return np.reshape(result, np.shape(whole))


def accumulated_in_steps(ufunc: np.ufunc, array: Any, axis: int = 0) -> Any:
    """``ufunc.accumulate``: x0, u(x0, x1), u(u(x0, x1), x2), ..."""
    whole = ufunc.accumulate(np.ones(np.shape(plain(array))), axis=axis)
    if not whole.size:
        return whole.astype(array.dtype)
    rows = np.moveaxis(array, axis, 0)
    results = [rows[0]]
    for k in range(1, rows.shape[0]):
        results.append(ufunc(results[-1], rows[k]))
    return np.stack(results, axis=axis)


def reduced_at_in_steps(ufunc: np.ufunc, array: Any, indices: Any, axis: int = 0) -> Any:
    """``ufunc.reduceat``: of each segment the reduction."""
    whole = ufunc.reduceat(np.ones(np.shape(plain(array))), indices, axis=axis)
    if not whole.size:
        return whole.astype(array.dtype)
    starts = [int(i) for i in indices]
    ends = [*starts[1:], operator.index(np.shape(array)[axis])]
    before = _before(np.shape(array), axis)
    parts = [array[(*before, slice(i, max(i + 1, end)))] for i, end in zip(starts, ends, strict=True)]
    return np.stack([reduced_in_steps(ufunc, part, axis, initial=None) for part in parts], axis=axis)


#: How a method of a ufunc that has a rule is recorded where it has none of its own.
IN_STEPS: dict[str, Callable[..., Any]] = {
    "reduce": reduced_in_steps, "accumulate": accumulated_in_steps, "reduceat": reduced_at_in_steps,
}  # fmt: skip
