"""Functions that make an array of what they are given: NumPy hands them on with ``like=``, and bare where lifted."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.registry import defcomposition

defcomposition(np.array,             lambda *args, **options: _array(*args, **options))
defcomposition(np.asarray,           lambda *args, **options: _as_it_is(*args, **options))
defcomposition(np.asanyarray,        lambda *args, **options: _as_it_is(*args, **options))
defcomposition(np.asfortranarray,    lambda *args, **options: _in_one_axis(_as_it_is(*args, order="F", **options)))
defcomposition(np.ascontiguousarray, lambda *args, **options: _in_one_axis(_as_it_is(*args, order="C", **options)))
defcomposition(np.require,           lambda *args, **options: _required(*args, **options))
defcomposition(np.full,              lambda *args, **options: _full(*args, **options))


def _is_followed(x: Any) -> bool:
    return any(map(_is_followed, x)) if isinstance(x, (list, tuple)) else hasattr(x, "requires_grad")


def _joined(x: Any) -> Any:
    """A list, of lists, of arrays as an array."""
    if isinstance(x, (list, tuple)):
        return np.stack([_joined(part) for part in x]) if _is_followed(x) else np.array(x)
    return x


def _array(object: Any, dtype: Any = None, *, copy: Any = True, ndmin: int = 0, **options: Any) -> Any:
    if not _is_followed(object):
        return NotImplemented
    if options.get("ndmax"):
        raise UnsupportedCallError("np.array(ndmax=...) of Tensors is not recorded; without it lists become axes")
    x = _joined(object)
    if dtype is not None and np.dtype(dtype) != x.dtype:
        x = np.astype(x, np.dtype(dtype))
    elif x is object and (copy or not _is_laid_out(x, options.get("order"))):
        x = np.copy(x, options.get("order") or "K")
    return np.reshape(x, (1,) * (ndmin - np.ndim(x)) + tuple(np.shape(x))) if ndmin > np.ndim(x) else x


def _as_it_is(a: Any, dtype: Any = None, *args: Any, copy: Any = None, **options: Any) -> Any:
    return _array(a, dtype, copy=copy, **options) if _is_followed(a) else NotImplemented


def _is_laid_out(x: Any, order: str | None) -> bool:
    """Whether NumPy hands on the array itself where a layout of its memory is asked for."""
    flags = x.flags
    return bool(flags.c_contiguous if order == "C" else flags.f_contiguous if order == "F" else True)


def _required(a: Any, dtype: Any = None, requirements: Any = None, **options: Any) -> Any:
    wanted = {str(one).upper()[:1] for one in requirements or ()}
    order = "F" if "F" in wanted else "C" if "C" in wanted else None
    return _as_it_is(a, dtype, order=order, **options)


def _in_one_axis(x: Any) -> Any:
    return x if x is NotImplemented or np.ndim(x) else np.reshape(x, (1,))


def _full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C", **options: Any) -> Any:
    if not _is_followed(fill_value):
        return NotImplemented
    return _array(np.broadcast_to(_joined(fill_value), shape), dtype, order=order)
