"""Writing to Tensors in place (``x[i] = v``, ``x += y``, ``out=``, ``np.add.at``) with NumPy's meaning.

A write is recorded as a call that takes the old value and gives the new one; the Tensor then becomes the value of that
call. A write to a view is a write to those entries of the Tensor that it is a view of, which is what `memory` keeps
track of.
"""

from __future__ import annotations

import dis
import itertools
import operator
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd_lite.errors import GradientDtypeError, InPlaceError, UnsupportedCallError
from autograd_lite.graph import Node, grad_enabled
from autograd_lite.indexed import accumulate, add_each, overwrite, selects_once
from autograd_lite.registry import Operation, operation_of
from autograd_lite.tensor.memory import Owner, View
from autograd_lite.tensor.numbers import running_tracer
from autograd_lite.tensor.recording import Array, Recorded, apply, call, plain_index

_OVERWRITE, _ACCUMULATE = operation_of(overwrite), operation_of(accumulate)
#: Functions whose views NumPy lets nobody write to.
_READ_ONLY = (sliding_window_view, np.diagonal, np.diag)


def set_item(tensor: Recorded, index: Any, value: Any) -> None:
    """Make ``tensor[index] = value`` so."""
    tensor._settle()
    if running_tracer() is None:
        index = plain_index(index)
    if isinstance(value, Recorded):
        alias = value._alias
        if type(alias) is View and alias.base is tensor:
            if alias.args and alias.args[0] is index:
                value._settle()
                return  # `x[i] += v` has already written through the view x[i]
            if _is_shuffled(sys._getframe(2)):
                raise UnsupportedCallError(
                    f"shuffle exchanges the rows of {tensor._describe()} as if they were not views of it, and would "
                    f"lose some. Use x = x[rng.permutation(len(x))]"
                )
    _write(_OVERWRITE, tensor, index, value, np.ndarray.__setitem__)


_CALLS = {opcode for name, opcode in dis.opmap.items() if name.startswith("CALL")}


def _is_shuffled(frame: FrameType) -> bool:
    """Whether a frame is at a call of `numpy.random.shuffle`, whose own code Python does not see."""
    code = frame.f_code
    if "shuffle" not in code.co_names or code.co_code[frame.f_lasti] not in _CALLS:
        return False
    return any(
        step.argval == "shuffle" and step.positions is not None and step.positions.lineno == frame.f_lineno
        for step in dis.get_instructions(code)
    )


def add_at(tensor: Recorded, index: Any, value: Any) -> None:
    """Make ``np.add.at(tensor, index, value)`` so."""
    tensor._settle()
    _write(_ACCUMULATE, tensor, index if running_tracer() else plain_index(index), value, add_each)


def in_place(function: np.ufunc) -> Callable[[Any, Any], Any]:
    """Make the method for ``x += y`` and its like."""
    operation = operation_of(function)

    def into_same_dtype(x: Any, y: Any) -> Any:
        if function is np.matmul:  # whose operands must have more axes in place than out of it
            x = np.array(x)
            x @= y
            return x
        # As NumPy does: the result must fit the shape and the kind of the left operand.
        return function(x, y, out=np.empty_like(x), casting="same_kind")

    def method(self: Any, other: Any) -> Any:
        self._settle()
        if self._is_number():  # NumPy's numbers do not change: the name is bound to another
            return call(operation, (self, other)) if operation.constant else apply(operation, (self, other), function)
        _refuse_leaf(self)
        if operation.constant:
            set_item(self, Ellipsis, _piecewise(function, self, other, into_same_dtype))
            return self
        replace(self, apply(operation, (self, other), into_same_dtype))
        return self

    return method


def into(out: Any, result: Any, casting: Any = "same_kind", stretches: bool = False) -> Any:
    """Write what a call returned into its ``out=`` argument; `stretches` says that it may be broadcast to it."""
    if not isinstance(out, Recorded):
        np.copyto(out, result, casting=casting)
        return out
    out._settle()
    given = result._array if isinstance(result, Recorded) else result
    shape = np.shape(given)
    if shape != out._array.shape and not (stretches and _stretches(shape, out._array.shape)):
        raise ValueError(f"out= has shape {out._array.shape}, but the result has shape {shape}")
    dtype = np.result_type(given)
    if not np.can_cast(dtype, out._array.dtype, casting):
        raise TypeError(f"Cannot cast output from {dtype!r} to {out._array.dtype!r} with casting rule {casting!r}")
    set_item(out, Ellipsis, result)
    return out


def _stretches(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    return len(shape) <= len(target) and all(n in (1, m) for n, m in zip(shape[::-1], target[::-1], strict=False))


def _piecewise(function: np.ufunc, x: Recorded, y: Any, into_same_dtype: Callable[[Any, Any], Any]) -> Any:
    if running_tracer() is not None:
        return call(function, (x, y))
    if isinstance(y, Recorded):
        y._settle()
        y = y._array
    return into_same_dtype(x._array, y)


def replace(tensor: Recorded, result: Recorded) -> None:
    """Give a Tensor the value, and the history, of the result of an operation on it."""
    if type(tensor._alias) is View:
        set_item(tensor, Ellipsis, result)
        return
    tensor._array = result._array
    if result._is_recorded() or running_tracer() is not None:
        tensor._move_to(result._node)
    owner = tensor._alias
    if type(owner) is not Owner:
        owner = tensor._alias = Owner(is_recorded=True)
    owner.is_recorded = True
    owner.note_write()


def _write(operation: Operation, tensor: Recorded, index: Any, value: Any, assign: Callable[..., Any]) -> None:
    is_recorded = isinstance(value, Recorded) and value._is_recorded()
    _refuse_leaf(tensor)
    base, place = _place_in_base(tensor, index)
    _refuse_leaf(base)
    if not base._array.ndim and base is not tensor:
        if not np.size(place):
            return
        place, value = (), _for_one(value, np.shape(place), operation is _ACCUMULATE)
    if is_recorded and base._array.dtype.kind not in "fc":
        raise GradientDtypeError(
            f"{value._describe()} was to be written into {base._describe()}, which can not hold a gradient; "
            f"make it floating point first"
        )
    tracing = running_tracer()
    is_repeated = False
    is_said_once = selects_once(place if tracing is None else plain_index(place))
    if operation is _OVERWRITE and not is_said_once and (tracing is None or is_recorded):
        plain = plain_index(place)
        once, last = _last_writes(base._array.shape, plain, value)
        is_repeated = once is not plain
        if is_repeated:
            place, value = once, last
    if tracing is not None:
        if operation is _OVERWRITE and is_recorded and not _is_at_once(index):
            for part in index if isinstance(index, tuple) else (index,):
                if isinstance(part, Recorded):  # an entry that is named twice has only its last value
                    part._note("the entries of an index", part._array)
        by_views = base is not tensor and not _is_whole_part(tensor, index) and not is_repeated
        if by_views and _write_to_views(operation, tensor, index, value):
            return
        result = apply(operation, (base, place, value), operation.function)
        replace_base(base, result)
        tensor._settle()
        return
    owner = _own(base)

    def write(x: Array, i: Any, v: Any) -> Array:
        assign(x, i, v)
        return x

    was_recorded, owner.is_recorded = owner.is_recorded, False
    result = apply(operation, (base, place, value), write)
    owner.is_recorded = was_recorded
    if isinstance(result, Recorded) and result._is_recorded():
        base._move_to(result._node)
    owner.note_write()
    tensor._settle()


def _is_at_once(index: Any) -> bool:
    """Whether an index can not name an entry twice, whatever the values in it are."""
    parts = [part for part in (index if isinstance(index, tuple) else (index,)) if isinstance(part, Recorded)]
    if not any(part._array.ndim and part._array.dtype.kind != "b" for part in parts):
        return True
    if _are_of_one_place(parts):
        return True
    return any(_counts_distinct(part._node) for part in parts if part._array.ndim == 1)


def _counts_distinct(node: Node | None) -> bool:
    """Whether the numbers that a call gave, in one axis, are all different: an order, places that were found."""
    while node is not None and node.operation is not None and node.operation.function is operator.getitem:
        index = (node.values or [None, None])[1]
        if not isinstance(index, slice):
            return False
        node = node.inputs[0]
    if node is None or node.operation is None or len(node.shape) != 1:
        return False
    return node.operation.function in (np.arange, np.argsort, np.argpartition, np.flatnonzero)


def _are_of_one_place(parts: list[Any]) -> bool:
    """Whether the parts of an index are all that `nonzero` found, or an axis each of places that all differ."""
    nodes = [part._node for part in parts]
    if not all(node is not None and node.operation is not None and node.operation.name == "item" for node in nodes):
        return False
    wholes = {node.inputs[0] for node in nodes}
    positions = [(node.values or [None, None])[1] for node in nodes]
    if len(wholes) != 1 or positions != list(range(len(positions))):
        return False
    whole = wholes.pop()
    if len(whole.values[0]) != len(positions):
        return False
    return whole.operation.function is np.nonzero or (
        whole.operation.function is np.unravel_index and _counts_distinct(whole.inputs[0])
    )


def _is_whole_part(tensor: Recorded, index: Any) -> bool:
    """Whether a write is to all of ``base[i]``, and so a write to ``base`` at ``i``."""
    view: Any = tensor._alias
    return index is Ellipsis and view.operation.name == "getitem" and type(view.base._alias) is not View


def _write_to_views(operation: Operation, view: Any, index: Any, value: Any) -> bool:
    """Write to a view, the result to what it is a view of, and so on; return whether that can be said of each.

    Unlike places in the base, which are numbers, that holds for other masks and lengths.
    """
    chain = [view]
    while type(chain[-1]._alias) is View:
        alias = chain[-1]._alias
        if alias.kwargs or (alias.operation.name != "getitem" and alias.operation.function not in _BACK):
            return False
        chain.append(alias.base)
    result = apply(operation, (view, index, value), operation.function)
    for part, base in itertools.pairwise(chain):
        alias = part._alias
        base._settle()
        if alias.operation.name == "getitem":
            result = apply(_OVERWRITE, (base, alias.args[0], result), overwrite)
        else:
            result = _BACK[alias.operation.function](result, base, *alias.args)
    replace_base(chain[-1], result)
    for part in chain[:-1]:
        part._settle()
    return True


def _transposed_back(x: Any, base: Any, axes: Any = None) -> Any:
    return call(np.transpose, (x,) if axes is None else (x, tuple(np.argsort([a % base.ndim for a in axes]).tolist())))


def _in_shape_of(x: Any, base: Any, *args: Any) -> Any:
    return call(np.reshape, (x, base.shape))


#: What makes of a view the array that it is a view of.
_BACK: dict[Any, Callable[..., Any]] = {
    np.transpose: _transposed_back,
    np.matrix_transpose: lambda x, base: call(np.matrix_transpose, (x,)),
    np.swapaxes: lambda x, base, axis1, axis2: call(np.swapaxes, (x, axis1, axis2)),
    np.squeeze: _in_shape_of,
    np.expand_dims: _in_shape_of,
    np.reshape: _in_shape_of,
    np.ravel: _in_shape_of,
}


def replace_base(base: Recorded, result: Recorded) -> None:
    """Give a Tensor that owns its memory the value, and the history, of a traced write to it."""
    base._array = result._array
    base._move_to(result._node)
    if not isinstance(base._alias, Owner):
        base._alias = Owner(is_recorded=True)
    base._alias.note_write()


def _last_writes(shape: tuple[int, ...], index: Any, value: Any) -> tuple[Any, Any]:
    """Return an index without repetitions that writes the same: where an entry is named twice the last value stays."""
    positions = np.arange(np.prod(shape, dtype=int)).reshape(shape)[index]
    flat = positions.reshape(-1)
    last = flat.size - 1 - np.unique(flat[::-1], return_index=True)[1]
    if last.size == flat.size:
        return index, value
    if np.ndim(value):
        value = np.broadcast_to(without_leading(value, positions.ndim), positions.shape).reshape(-1)[last]
    return np.unravel_index(flat[last], shape), value


def without_leading(value: Any, ndim: int) -> Any:
    """Return a value without the leading axes of length 1 that it has more than what it is written to."""
    lengths = np.shape(value)
    extra = len(lengths) - ndim
    if extra <= 0 or any(n != 1 for n in lengths[:extra]):
        return value
    return (
        call(np.reshape, (value, lengths[extra:]))
        if isinstance(value, Recorded)
        else np.reshape(value, lengths[extra:])
    )


def _for_one(value: Any, shape: tuple[int, ...], is_summed: bool) -> Any:
    """Return what is left where values of a shape are written to, or added to, one and the same entry."""
    value = without_leading(value, len(shape))
    if isinstance(value, Recorded):
        flat = call(np.ravel, (call(np.broadcast_to, (value, shape)),))
        return call(np.sum, (flat,)) if is_summed else flat[-1]
    flat = np.broadcast_to(value, shape).ravel()
    return flat.sum() if is_summed else flat[-1]


def _own(base: Recorded) -> Owner:
    """Make sure that nothing recorded holds a Tensor's array, so that it can be written to."""
    owner = base._alias
    if not isinstance(owner, Owner):
        owner = base._alias = Owner(is_recorded=True)
    if owner.is_recorded:
        base._array = np.array(base._array)
        owner.is_recorded = False
    return owner


def _place_in_base(tensor: Recorded, index: Any) -> tuple[Recorded, Any]:
    """Return the Tensor that owns the memory of a view, and where in it the entries at `index` are."""
    chain = []
    base = tensor
    while type(base._alias) is View:
        chain.append(base._alias)
        base = base._alias.base
    if not chain:
        return base, index
    if _is_whole_part(tensor, index):
        return base, chain[0].args[0]
    positions = np.arange(base._array.size).reshape(base._array.shape)
    for view in reversed(chain):
        if view.operation.function in _READ_ONLY and not view.kwargs.get("writeable"):
            raise ValueError("assignment destination is read-only")  # as NumPy has it
        if not _writable(view.operation, base):
            raise InPlaceError(
                f"{tensor._describe()} was made by {view.operation.name}, whose entries are not all its own: it can "
                f"not be written to. Copy it first: .copy()"
            )
        positions = view.operation.function(positions, *map(plain_index, view.args), **view.kwargs)
    if not base._array.ndim:
        return base, positions[plain_index(index)]  # each is the only entry there is
    return base, np.unravel_index(positions[plain_index(index)], base._array.shape)


def _writable(operation: Operation, base: Recorded) -> bool:
    # Entries of a broadcast share memory with each other, parts of complex numbers with half of an entry.
    if operation.function is np.real:
        return bool(base._array.dtype.kind != "c")
    return operation.function not in (np.broadcast_to, np.imag)


def _refuse_leaf(tensor: Recorded) -> None:
    node = tensor._node
    if node is not None and node.operation is None and node.requires_grad and grad_enabled.get():
        raise InPlaceError(
            f"{tensor._describe()} is a leaf that requires a gradient, and changing it in place would leave no value "
            f"for the gradient to belong to. To update a parameter write under no_grad(), or p.data -= lr * p.grad; "
            f"to compute with a changed copy, start from x = x.copy()"
        )
