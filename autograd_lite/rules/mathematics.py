"""Differences, integrals, interpolation, ranges between numbers.

Special points: at a knot `interp` has the slope of the piece to the right, at the last one that to the left; `unwrap`
adds whole periods, whose number is constant.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd_lite.indexed import Indexed
from autograd_lite.registry import defcomposition, defvjp, step_by_step
from autograd_lite.rules.indexing import as_number
from autograd_lite.rules.linalg import plain

step_by_step(np.ediff1d, np.gradient, np.trapezoid, np.unwrap, np.real_if_close)
step_by_step(np.logspace, np.geomspace, np.full_like)
defcomposition(np.linspace, lambda *args, **kwargs: _between(*args, **kwargs))

defvjp(np.interp,       x=lambda g, x, xp, fp: np.where(_is_between(x, xp), g * _slopes(fp, xp, _piece(x, xp)), 0),
                        xp=lambda g, x, xp, fp: _at_ends(np.where(_is_between(x, xp),
                                                                  -g * _slopes(fp, xp, _piece(x, xp)), 0), x, xp),
                        fp=lambda g, x, xp, left, right: _at_ends(_kept_between(g, x, xp, left, right), x, xp))
defcomposition(np.interp, lambda *args, **kwargs: _interpolation(*args, **kwargs))


def _between(
    start: Any,
    stop: Any,
    num: Any = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """Numbers at equal distances."""
    num = operator.index(num)
    if num < 0:
        raise ValueError(f"Number of samples, {num}, must be non-negative.")
    count = num - 1 if endpoint else num
    start, stop = (np.asarray(end) if isinstance(end, list | tuple) else end for end in (start, stop))
    whole = np.result_type(start, stop, float(num))
    start, stop = (x if getattr(x, "dtype", np.dtype(int)).kind in "fc" else x * 1.0 for x in (start, stop))
    delta = stop - start
    y = np.arange(num, dtype=whole).reshape((num,) + (1,) * np.ndim(delta))
    step = delta / count if count > 0 else np.nan
    y = y / count * delta if count > 0 and np.any(plain(step) == 0) else y * (step if count > 0 else delta)
    y = y + start
    if endpoint and num > 1:
        y = np.concatenate([y[:-1], np.broadcast_to(stop, (1, *np.shape(y)[1:]))])
    y = np.moveaxis(y, 0, axis) if axis else y
    if dtype is not None and np.dtype(dtype).kind in "biu":
        y = np.floor(y).astype(dtype)
    elif whole != (dtype or whole) or np.result_type(y) != whole:
        y = y.astype(dtype or whole)
    return (y, step) if retstep else y


def _piece(x: Any, xp: Any) -> Any:
    """For each x the number of the piece, between two knots, that it is on or nearest to."""
    return np.clip(np.searchsorted(xp, x, side="right") - 1, 0, max(xp.shape[0] - 2, 0))


def _steps(xp: Any) -> Any:
    """The lengths of the pieces; a single knot makes a piece of its own."""
    return np.diff(xp) if xp.shape[0] > 1 else np.ones_like(xp)


def _slopes(fp: Any, xp: Any, piece: Any) -> Any:
    """The slope of each piece that is asked for: others may have the length 0."""
    return (np.diff(fp) if xp.shape[0] > 1 else fp * 0)[piece] / _steps(xp)[piece]


def _is_between(x: Any, xp: Any) -> Any:
    return (x >= xp[0]) & (x <= xp[-1])


def _kept_between(g: Any, x: Any, xp: Any, left: Any, right: Any) -> Any:
    """G where the answer comes from a knot: outside too, where nothing else was asked for."""
    g = g if left is None else np.where(x < xp[0], 0, g)
    return g if right is None else np.where(x > xp[-1], 0, g)


def _at_ends(g: Any, x: Any, xp: Any) -> Any:
    """G given to the two knots of the piece that each x is on, in proportion to how near they are."""
    piece = _piece(x, xp)
    share = np.clip((x - xp[piece]) / _steps(xp)[piece], 0, 1)
    ends = np.stack([piece, np.minimum(piece + 1, xp.shape[0] - 1)])
    return Indexed(np.stack([g * (1 - share), g * share]), ends)


def _interpolation(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """Leave to the rules what is between the knots, and outside what does not change."""
    if period is None and not hasattr(left, "requires_grad") and not hasattr(right, "requires_grad"):
        return NotImplemented
    x, xp, fp = (part if hasattr(part, "__array_function__") else np.asarray(part) for part in (x, xp, fp))
    if period is not None:
        return _periodic(x, xp, fp, period)
    ans = np.interp(x, xp, fp)
    ans = ans if left is None else np.where(x < xp[0], left, ans)
    ans = ans if right is None else np.where(x > xp[-1], right, ans)
    return as_number(ans)


def _periodic(x: Any, xp: Any, fp: Any, period: Any) -> Any:
    """Interpolation on a circle: on a line, with the last knot before the first and the first after the last."""
    if period == 0:
        raise ValueError("period must be a non-zero value")
    period = np.abs(period)
    if np.ndim(xp) != 1 or np.ndim(fp) != 1:
        raise ValueError("Data points must be 1-D sequences")
    if xp.shape[0] != fp.shape[0]:
        raise ValueError("fp and xp are not of the same length")
    x, xp = x % period, xp % period
    order = np.argsort(xp)
    xp, fp = xp[order], fp[order]
    return np.interp(x, np.concatenate([xp[-1:] - period, xp, xp[:1] + period]), np.concatenate([fp[-1:], fp, fp[:1]]))
