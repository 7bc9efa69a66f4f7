"""Reading and writing entries: ``x[index]`` with any index, `take`, ``x[index] = value``, `np.add.at`."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.indexed import Erased, Indexed, accumulate, overwrite, put_at
from autograd_lite.registry import call_part, declare, defcomposition, defconstant_part, defview, defvjp

declare(operator.getitem, parameters="x index")
defview(operator.getitem, x=lambda g, index: Indexed(g, index))
defvjp(put_at,            values=lambda g, index: g[index])
defvjp(overwrite,         x=lambda g, index: Erased(g, index),
                          value=lambda g, index, value_shape: _aligned(+g[index], value_shape))
defvjp(accumulate,        x=lambda g: g,
                          value=lambda g, index, value_shape: _aligned(+g[index], value_shape))


def _aligned(g: Any, shape: tuple[int, ...]) -> Any:
    """Give g the leading axes of length 1 that a value may have and the entries it is written to have not."""
    return g.reshape((1,) * (len(shape) - g.ndim) + g.shape) if len(shape) > g.ndim else g


def _take(a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: Any = "raise") -> Any:
    if out is not None:
        raise UnsupportedCallError(
            "np.take(out=...) on a Tensor would write into a plain array, which has no history. "
            "Call it without out= and use what it returns"
        )
    if not hasattr(a, "requires_grad"):
        return call_part(_chosen, a, indices, axis, mode=mode)
    indices = indices if hasattr(indices, "requires_grad") else np.asarray(indices)
    if mode not in ("raise", 2):
        np.take(np.zeros(1), 0, mode=mode)  # raises what NumPy raises
        length = np.size(a) if axis is None else np.shape(a)[axis]
        wraps = mode in ("wrap", 1)
        indices = np.remainder(indices, length) if wraps else np.minimum(np.maximum(indices, 0), length - 1)
    if axis is None:
        return (a.reshape(-1) if np.ndim(a) != 1 else a)[indices]
    return a[(slice(None),) * (axis % np.ndim(a)) + (indices,)]


#: Of plain numbers it chooses plain numbers, wherever.
_chosen = defconstant_part(np.take)


def along(indices: Any, axis: int | None, shape: tuple[int, ...], g: Any) -> tuple[Any, ...]:
    """The index that reads, along one axis, another entry for each place of the others."""
    if axis is None:
        return tuple(np.unravel_index(indices, tuple(shape)))
    axis = axis % len(shape)
    counts = [np.arange(n, like=g) for n in shape]
    return tuple(
        indices if a == axis else count if a == len(shape) - 1 else count.reshape(-1, *(1,) * (len(shape) - a - 1))
        for a, count in enumerate(counts)
    )


def as_number(x: Any) -> Any:
    """What has no axes as a number, which NumPy makes of it."""
    return x if np.ndim(x) else x[()]


defcomposition(np.take, _take, is_laid_out=True)
defvjp(np.take_along_axis, arr=lambda g, indices, axis, arr_shape: Indexed(g, along(indices, axis, arr_shape, g)))
