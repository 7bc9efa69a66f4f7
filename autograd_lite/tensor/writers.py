"""NumPy's functions that write into an array they are given, on Tensors: `copyto`, `put`, `place`, ..., `ufunc.at`.

Each is an assignment ``x[places] = values``, so that it is recorded, or refused, as an assignment is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.graph import grad_enabled
from autograd_lite.registry import full_name, operation_of
from autograd_lite.tensor.numbers import running_tracer
from autograd_lite.tensor.recording import Recorded, call, plain_index, refuse_plain_output
from autograd_lite.tensor.writing import add_at, set_item, without_leading


def _plain(value: Any) -> Any:
    """Return the values of an argument, without a history."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(_plain, value))
    if not isinstance(value, Recorded):
        return value
    value._settle()
    return value._array


def _places(value: Any) -> Any:
    """Return what says where to write: plain numbers, unless a trace follows them."""
    if isinstance(value, Recorded) and running_tracer() is not None:
        return value
    return np.asarray(_plain(value))


def _is_differentiated(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_is_differentiated, value))
    if not isinstance(value, Recorded):
        return False
    value._settle()
    return value._is_recorded()


def _on_plain_array(function: Callable[..., Any], target: Any, *rest: Any, **options: Any) -> Any:
    """Write into a plain array, which can not hold a history."""
    if any(map(_is_differentiated, rest)):
        refuse_plain_output(full_name(function), target)
    return function(target, *map(_plain, rest), **{name: _plain(value) for name, value in options.items()})


def _at(tensor: Recorded, positions: Any) -> Any:
    """Return the index of the entries at positions of the flat array."""
    if tensor._array.ndim == 1:
        return positions
    _note_shape(tensor)
    return np.unravel_index(positions, tensor._array.shape) if tensor._array.ndim else ()


def _note_shape(tensor: Recorded) -> None:
    """Let a trace take note of the lengths, on which positions of the flat array depend."""
    if running_tracer() is not None:
        for length in tensor.shape:  # type: ignore[attr-defined]
            length.noted("int()")


def _in_one_axis(values: Any) -> Any:
    """Return the values as a flat array."""
    if isinstance(values, Recorded):
        return values if values.ndim == 1 else call(np.ravel, (values,))  # type: ignore[attr-defined]
    return np.ravel(values)


def write_flat(tensor: Recorded, positions: Any, values: Any) -> None:
    """Write values, one after the other and over again, to positions of the flat array."""
    positions = _in_one_axis(positions)
    if not tensor._array.ndim:
        positions = positions[-1:]
    values = _in_one_axis(values)
    count = values.shape[0]
    if not count or not len(positions):
        return
    if count == 1 or not tensor._array.ndim:
        values = values[0]
    elif count != len(positions):
        values = values[np.arange(len(positions)) % count]
    set_item(tensor, _at(tensor, positions), values)


# -- the functions -----------------------------------------------------------------------------------------------------


def _copyto(dst: Any, src: Any, casting: Any = "same_kind", where: Any = True) -> None:
    if not isinstance(dst, Recorded):
        _on_plain_array(np.copyto, dst, src, casting=casting, where=where)
        return
    dst._settle()
    values = _plain(src)
    kind = values if isinstance(values, (bool, int, float, complex)) else np.asarray(values).dtype
    if not np.can_cast(np.result_type(kind), dst._array.dtype, casting):
        np.copyto(np.array(dst._array), values, casting=casting)  # raises, unless the number is weak
    if where is True:
        set_item(dst, Ellipsis, src)
    else:
        src = without_leading(src, dst._array.ndim)
        set_item(dst, Ellipsis, call(np.where, (where, src, dst)))


def _put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    if not isinstance(a, Recorded):
        _on_plain_array(np.put, a, ind, v, mode=mode)
        return
    a._settle()
    indices = _in_one_axis(_places(ind))
    if not indices.size:
        return
    if mode != "raise" or a._array.ndim != 1:
        _note_shape(a)
        indices = call(np.take, (np.arange(a._array.size), indices), {"mode": mode})
    write_flat(a, indices, v)


def _putmask(a: Any, mask: Any, values: Any) -> None:
    if not isinstance(a, Recorded):
        _on_plain_array(np.putmask, a, mask, values)
        return
    a._settle()
    mask = _places(mask)
    if mask.size != a._array.size:
        raise ValueError("putmask: mask and data must be the same size")
    positions = np.flatnonzero(mask)
    values = _in_one_axis(values)
    if values.shape[0]:  # the value at the same position, repeated
        write_flat(a, positions, values[positions % values.shape[0]])


def _place(arr: Any, mask: Any, vals: Any) -> None:
    if not isinstance(arr, Recorded):
        _on_plain_array(np.place, arr, mask, vals)
        return
    arr._settle()
    mask = _places(mask)
    if mask.size != arr._array.size:
        raise ValueError("place: mask and data must be the same size")
    positions = np.flatnonzero(mask)
    if len(positions) and not np.size(_plain(vals)):
        raise ValueError("Cannot insert from an empty array!")
    write_flat(arr, positions, vals if not len(positions) else _in_one_axis(vals)[: len(positions)])


def _put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None = -1) -> None:
    if not isinstance(arr, Recorded):
        _on_plain_array(np.put_along_axis, arr, indices, values, axis=axis)
        return
    arr._settle()
    numbers = np.arange(arr._array.size).reshape(arr._array.shape)
    set_item(arr, _at(arr, np.take_along_axis(numbers, _places(indices), axis)), values)


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    if not isinstance(a, Recorded):
        _on_plain_array(np.fill_diagonal, a, val, wrap=wrap)
        return
    a._settle()
    chosen = np.zeros(a._array.shape, bool)
    np.fill_diagonal(chosen, True, wrap)
    write_flat(a, np.flatnonzero(chosen), val)


_ZERO = 0.0


def _nan_to_num(x: Any, copy: bool = True, nan: Any = _ZERO, posinf: Any = None, neginf: Any = None) -> Any:
    given = (("nan", nan, _ZERO), ("posinf", posinf, None), ("neginf", neginf, None))
    options = {name: value for name, value, default in given if value is not default}
    if copy or not isinstance(x, Recorded):
        return call(np.nan_to_num, (x,), options)
    set_item(x, Ellipsis, call(np.nan_to_num, (x,), options))
    return x


#: How NumPy's functions that write into their first argument are made so on Tensors.
WRITERS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.copyto: _copyto,
    np.put: _put,
    np.putmask: _putmask,
    np.place: _place,
    np.put_along_axis: _put_along_axis,
    np.fill_diagonal: _fill_diagonal,
    np.nan_to_num: _nan_to_num,
}


# -- ufuncs ------------------------------------------------------------------------------------------------------------


def ufunc_at(ufunc: np.ufunc, target: Any, index: Any, *operand: Any) -> None:
    """Make ``ufunc.at(target, index, operand)`` so: an entry that the index names twice is changed twice."""
    if not isinstance(target, Recorded):
        _on_plain_array(ufunc.at, target, plain_index(index), *operand)
        return
    if ufunc is np.add:
        add_at(target, index, *operand)
        return
    target._settle()
    followed = running_tracer() is not None or (
        grad_enabled.get() and (target._is_recorded() or any(map(_is_differentiated, operand)))
    )
    index = plain_index(index)
    if not followed:
        changed = np.array(target._array)  # for a recorded call may hold the array itself
        ufunc.at(changed, index, *map(_plain, operand))
        set_item(target, Ellipsis, changed)
        return
    function = operation_of(ufunc).function
    positions = np.arange(target._array.size).reshape(target._array.shape)[index]
    values = [_spread(value, positions.shape) for value in operand]
    flat = positions.reshape(-1)
    for chosen in _rounds(flat):
        at = _at(target, flat[chosen])
        before = target[at] if target._array.ndim else target  # type: ignore[index]
        result = function(before, *(value[chosen] for value in values))
        dtype, wanted = _plain(result).dtype, target._array.dtype
        if not np.can_cast(dtype, wanted, "same_kind"):
            raise TypeError(f"Cannot cast ufunc {ufunc.__name__!r} output from {dtype!r} to {wanted!r}")
        set_item(target, at, result)


def _spread(value: Any, shape: tuple[int, ...]) -> Any:
    """Return the values as they are now, for each entry in turn."""
    if isinstance(value, Recorded):
        return call(np.copy, (call(np.ravel, (call(np.broadcast_to, (value, shape)),)),))
    return np.broadcast_to(value, shape).reshape(-1)


def _rounds(positions: Any) -> list[Any]:
    """Divide the places of an array of positions into rounds, in each of which no position comes twice.

    >>> _rounds(np.array([4, 2, 4, 4]))
    [array([1, 0]), array([2]), array([3])]
    """
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    first = np.searchsorted(ordered, ordered)
    turn = np.arange(len(ordered)) - first  # how often the position has come before
    return [order[turn == k] for k in range(turn.max(initial=-1) + 1)]


# -- the flat iterator -------------------------------------------------------------------------------------------------


class FlatIterator:
    """The entries of a Tensor one after the other: what ``t.flat`` is, as `numpy.flatiter` for arrays."""

    __slots__ = ("_next", "base")

    def __init__(self, base: Recorded) -> None:
        self.base = base
        self._next = 0

    def _flat(self) -> Any:
        return call(np.ravel, (self.base,))

    def __getitem__(self, index: Any) -> Any:
        return self._flat()[index].copy()  # never a view

    def __setitem__(self, index: Any, values: Any) -> None:
        self.base._settle()
        write_flat(self.base, np.arange(self.base._array.size)[plain_index(index)], values)

    def __len__(self) -> int:
        self.base._settle()
        return int(self.base._array.size)

    def __iter__(self) -> FlatIterator:
        return self

    def __next__(self) -> Any:
        if self._next >= len(self):
            raise StopIteration
        self._next += 1
        return self._flat()[self._next - 1]

    def copy(self) -> Any:
        """Return the entries as a Tensor of one axis."""
        return self._flat().copy()

    @property
    def index(self) -> int:
        """The position of the entry that comes next."""
        return self._next

    @property
    def coords(self) -> tuple[Any, ...]:
        """The index of the entry that comes next."""
        return np.unravel_index(self._next, self.base._array.shape)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self._flat(), dtype=dtype)
