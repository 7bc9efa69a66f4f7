"""Functions that remove axes. Their rules are written as if the axes were kept (``keepdims=True``): see `defreduction`.

Special points: `prod` and `cumprod` are right at zeros; `max` and `min` share a tie evenly among the entries that
attain it, ``initial`` included; `std` has derivative 0 where it is 0; the functions that leave out NaN have 0 there.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import declare, defcomposition, defreduction, defvjp, size_of

defreduction(np.sum,    a=lambda g, where: _among(where, g),
                        initial=lambda g: g)
defreduction(np.mean,   a=lambda g, a_shape, axis, where: _among(where, g / _count(a_shape, axis, where)))
defreduction(np.prod,   a=lambda g, ans, a, axis, where, initial:
                            _among(where, g * product_of_others(
                                _among(where, _taken(a, g.dtype), 1), ans, axis, initial)),
                        initial=lambda g, a, axis, where:
                            g * np.prod(_among(where, _taken(a, g.dtype), 1), axis, keepdims=True))
defreduction(np.max,    a=lambda g, ans, a, axis, where, initial: g * _evenly(ans, a, axis, where, initial),
                        initial=lambda g, ans, a, axis, where, initial:
                            g * _initial_share(ans, a, axis, where, initial))
defreduction(np.min,    a=lambda g, ans, a, axis, where, initial: g * _evenly(ans, a, axis, where, initial),
                        initial=lambda g, ans, a, axis, where, initial:
                            g * _initial_share(ans, a, axis, where, initial))
defreduction(np.var,    a=lambda g, a, axis, a_shape, dtype, ddof, mean, correction, where:
                            _among(where, _sized(g, a) * 2 * _conjugate(_centred(a, axis, mean, where, dtype), a)
                                          / _freedom(a_shape, axis, where, ddof, correction)),
                        mean=lambda g, a, axis, a_shape, ddof, mean, correction, where:
                            _among(where, _sized(g, a) * -2 * _conjugate(a - mean, a)
                                          / _freedom(a_shape, axis, where, ddof, correction)))
defreduction(np.std,    a=lambda g, ans, a, axis, a_shape, dtype, ddof, mean, correction, where:
                            _among(where, _sized(g, a) * _conjugate(_centred(a, axis, mean, where, dtype), a)
                                          / (_freedom(a_shape, axis, where, ddof, correction) * _nonzero(ans))),
                        mean=lambda g, ans, a, axis, a_shape, ddof, mean, correction, where:
                            _among(where, -_sized(g, a) * _conjugate(a - mean, a)
                                          / (_freedom(a_shape, axis, where, ddof, correction) * _nonzero(ans))))

defvjp(np.cumsum,       a=lambda g, axis, a_shape: _reversed_cumsum(g, axis).reshape(a_shape))
defvjp(np.cumprod,      a=lambda g, ans, a, axis:
                            _through_cumprod(g, ans, _taken(a, g.dtype), axis).reshape(a.shape))
declare(np.cumsum, shape="first")
declare(np.cumprod, shape="first")

defcomposition(np.amax, lambda a, *args, **kwargs: np.max(a, *args, **kwargs))
defcomposition(np.amin, lambda a, *args, **kwargs: np.min(a, *args, **kwargs))
defcomposition(np.ptp,  lambda a, axis=None, out=None, keepdims=False:
                            np.max(a, axis, keepdims=keepdims) - np.min(a, axis, keepdims=keepdims))
if hasattr(np, "cumulative_sum"):  # NumPy 2.1
    defcomposition(np.cumulative_sum,  lambda x, /, **kwargs: _cumulative(np.cumsum, 0, x, **kwargs))
    defcomposition(np.cumulative_prod, lambda x, /, **kwargs: _cumulative(np.cumprod, 1, x, **kwargs))

# -- the same without NaN ----------------------------------------------------------------------------------------------

defreduction(np.nansum,  a=lambda g, a, where: np.where(_numbers(a, where), g, 0),
                         initial=lambda g: g)
defreduction(np.nanprod, a=lambda g, ans, a, axis, where, initial:
                             _among(_numbers(a, where), g * product_of_others(
                                 _among(_numbers(a, where), _taken(a, g.dtype), 1), ans, axis, initial)),
                         initial=lambda g, a, axis, where:
                             g * np.prod(_among(_numbers(a, where), _taken(a, g.dtype), 1), axis, keepdims=True))
defreduction(np.nanmax,  a=lambda g, ans, a, axis, where, initial: g * _evenly(ans, a, axis, where, initial),
                         initial=lambda g, ans, a, axis, where, initial:
                             g * _initial_share(ans, a, axis, where, initial))
defreduction(np.nanmin,  a=lambda g, ans, a, axis, where, initial: g * _evenly(ans, a, axis, where, initial),
                         initial=lambda g, ans, a, axis, where, initial:
                             g * _initial_share(ans, a, axis, where, initial))
defcomposition(np.nancumsum,  lambda a, *args, **kwargs: np.cumsum(np.where(np.isnan(a), 0, a), *args, **kwargs))
defcomposition(np.nancumprod, lambda a, *args, **kwargs: np.cumprod(np.where(np.isnan(a), 1, a), *args, **kwargs))
defreduction(np.nanmean, a=lambda g, a, axis, where:
                             np.where(_numbers(a, where), g, 0) / _count(a.shape, axis, _numbers(a, where)))
defreduction(np.nanvar,  a=lambda g, a, axis, dtype, ddof, mean, correction, where:
                             _sized(g, a) * 2 * _conjugate(_deviations(a, axis, mean, where, dtype), a)
                             / _freedom(a.shape, axis, _numbers(a, where), ddof, correction),
                         mean=lambda g, a, axis, dtype, ddof, mean, correction, where:
                             _sized(g, a) * -2 * _conjugate(_deviations(a, axis, mean, where, dtype), a)
                             / _freedom(a.shape, axis, _numbers(a, where), ddof, correction))
defreduction(np.nanstd,  a=lambda g, ans, a, axis, dtype, ddof, mean, correction, where:
                             _sized(g, a) * _conjugate(_deviations(a, axis, mean, where, dtype), a)
                             / (_freedom(a.shape, axis, _numbers(a, where), ddof, correction) * _nonzero(ans)),
                         mean=lambda g, ans, a, axis, dtype, ddof, mean, correction, where:
                             -_sized(g, a) * _conjugate(_deviations(a, axis, mean, where, dtype), a)
                             / (_freedom(a.shape, axis, _numbers(a, where), ddof, correction) * _nonzero(ans)))


def _among(where: Any, x: Any, other: Any = 0) -> Any:
    """X where entries take part in a reduction, another value elsewhere."""
    return x if where is None or where is True else np.where(where, x, other)


def _numbers(a: Any, where: Any) -> Any:
    """Where the entries are that are not NaN, among those that take part."""
    return ~np.isnan(a) if where is None or where is True else ~np.isnan(a) & where


def _count(shape: tuple[int, ...], axis: Any, where: Any = None) -> Any:
    """The number of entries that went into each entry of the answer; where there were none, any other number."""
    if where is not None and where is not True:
        count = np.sum(np.broadcast_to(where, shape), axis, keepdims=True)
        return count + (count == 0)
    is_whole = axis is None or not shape
    count = size_of(shape) if is_whole else size_of(shape[a] for a in (axis if isinstance(axis, tuple) else (axis,)))
    return count if count != 0 else 1


def _freedom(shape: tuple[int, ...], axis: Any, where: Any, ddof: Any, correction: Any) -> Any:
    return _count(shape, axis, where) - (ddof if correction is None else correction)


def _taken(a: Any, dtype: Any) -> Any:
    """The entries as a product or a mean takes them: ``dtype=`` may leave imaginary parts out."""
    return a.real if dtype is not None and a.dtype.kind == "c" and np.dtype(dtype).kind != "c" else a


def _conjugate(z: Any, a: Any) -> Any:
    """What the square of a deviation is made of: the size of a complex number, but not that from a complex mean."""
    return np.conjugate(z) if a.dtype.kind == "c" else z


def _sized(g: Any, a: Any) -> Any:
    """The cotangent of a variance, which is real even if ``dtype=`` is not."""
    return g.real if g.dtype.kind == a.dtype.kind == "c" else g


def _nonzero(x: Any) -> Any:
    return np.where(x == 0, 1, x)


def _evenly(ans: Any, a: Any, axis: Any, where: Any, initial: Any) -> Any:
    """The share of each entry that attains the extremum."""
    attains = _among(where, a == ans, False)
    return attains / _attaining(ans, attains, axis, initial)


def _initial_share(ans: Any, a: Any, axis: Any, where: Any, initial: Any) -> Any:
    return (ans == initial) / _attaining(ans, _among(where, a == ans, False), axis, initial)


def _attaining(ans: Any, attains: Any, axis: Any, initial: Any) -> Any:
    count = np.sum(attains, axis=axis, keepdims=True)
    return count if initial is None else count + (ans == initial)


def _centred(a: Any, axis: Any, mean: Any, where: Any, dtype: Any) -> Any:
    return a - (_mean(_taken(a, dtype), axis, where) if mean is None else mean)


def _deviations(a: Any, axis: Any, mean: Any, where: Any, dtype: Any) -> Any:
    """How far the numbers among the entries are from their mean; 0 for the others."""
    numbers = _numbers(a, where)
    return np.where(numbers, _centred(np.where(numbers, a, 0), axis, mean, numbers, dtype), 0)


def _mean(a: Any, axis: Any, where: Any) -> Any:
    return a.mean(axis=axis, keepdims=True) if where is None else a.mean(axis=axis, keepdims=True, where=where)


def _cumulative(function: Any, start: int, x: Any, *, axis: int | None = None, dtype: Any = None, out: Any = None,
                include_initial: bool = False) -> Any:  # fmt: skip
    if axis is None and np.ndim(x) > 1:
        raise ValueError("For arrays which have more than one dimension ``axis`` argument is required.")
    axis = 0 if axis is None else axis
    x = np.atleast_1d(x)
    ans = function(x, axis, dtype)
    if not include_initial:
        return ans
    shape = [1 if i == axis % np.ndim(x) else n for i, n in enumerate(np.shape(x))]
    return np.concatenate([np.full(shape, start, ans.dtype), ans], axis=axis)


def _reversed_cumsum(g: Any, axis: int | None) -> Any:
    axis = 0 if axis is None else axis
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


def product_of_others(a: Any, ans: Any, axis: Any, initial: Any = None) -> Any:
    """For each entry the product of those that it is multiplied with; a division where no entry is 0."""
    if ans is not None and np.all(a != 0):
        return ans / a
    scale = 1 if initial is None else initial
    if not a.ndim:
        return np.ones_like(a) * scale
    axes = tuple(range(a.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(i % a.ndim for i in axes)
    last = tuple(range(a.ndim - len(axes), a.ndim))
    moved = np.moveaxis(a, axes, last)
    rows = moved.reshape(*moved.shape[: a.ndim - len(axes)], -1)
    others = np.prod(_each_left_out(rows), axis=-1)
    return np.moveaxis(others.reshape(moved.shape), last, axes) * scale


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
