"""Functions that remove axes. Their rules are written as if the axes were kept (``keepdims=True``): see `defreduction`.

Special points: `max` and `min` share a tie evenly among the entries that attain it; `std` has derivative 0 where it is
0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import defreduction, defvjp, size_of

defreduction(np.sum,    a=lambda g: g)
defreduction(np.mean,   a=lambda g, a_shape, ans_shape: g * (1 / _count(a_shape, ans_shape)))
defreduction(np.max,    a=lambda g, ans, a, axis: g * _evenly(a == ans, axis))
defreduction(np.min,    a=lambda g, ans, a, axis: g * _evenly(a == ans, axis))
defreduction(np.var,    a=lambda g, a, axis, a_shape, ans_shape, ddof, mean, correction:
                            g * 2 * np.conjugate(_centred(a, axis, mean))
                            / (_count(a_shape, ans_shape) - (ddof if correction is None else correction)))
defreduction(np.std,    a=lambda g, ans, a, axis, a_shape, ans_shape, ddof, mean, correction:
                            g * np.conjugate(_centred(a, axis, mean))
                            / ((_count(a_shape, ans_shape) - (ddof if correction is None else correction))
                               * np.where(ans == 0, 1, ans)))

defvjp(np.cumsum,       a=lambda g, axis, a_shape: _reversed_cumsum(g, axis).reshape(a_shape))


def _count(shape: tuple[int, ...], reduced: tuple[int, ...]) -> float:
    """The number of entries that went into each entry of the answer."""
    return size_of(shape) / size_of(reduced) if size_of(reduced) else 0.0


def _evenly(attains: Any, axis: Any) -> Any:
    return attains / np.sum(attains, axis=axis, keepdims=True)


def _centred(a: Any, axis: Any, mean: Any) -> Any:
    return a - (a.mean(axis=axis, keepdims=True) if mean is None else mean)


def _reversed_cumsum(g: Any, axis: int | None) -> Any:
    axis = 0 if axis is None else axis
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)
