"""`Batched`: many arrays of one shape, with which a rule computes as with one.

A rule is written in NumPy calls and operators, so it also runs on this: `jacobian` pulls many rows back at once. Only
what rules do is known here; anything else is refused, and `jacobian` then goes row by row.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin


class NotBatchedError(TypeError):
    """Something was asked of a `Batched` that it can not do; it never leaves the library."""


class Batched(NDArrayOperatorsMixin):
    """Arrays of one shape, stacked along a first axis of ``stack`` that nobody else sees."""

    __slots__ = ("stack",)
    __array_priority__ = 2000.0

    def __init__(self, stack: Any) -> None:
        self.stack = stack

    shape = property(lambda self: self.stack.shape[1:])
    ndim = property(lambda self: self.stack.ndim - 1)
    size = property(lambda self: math.prod(self.stack.shape[1:]))
    dtype = property(lambda self: self.stack.dtype)
    real = property(lambda self: Batched(self.stack.real))
    imag = property(lambda self: Batched(self.stack.imag))
    T = property(lambda self: self.transpose())
    mT = property(lambda self: self.swapaxes(-1, -2))

    def zeros(self, shape: tuple[int, ...], dtype: Any) -> Batched:
        """Return as many arrays of zeros."""
        return Batched(np.zeros((len(self.stack), *shape), dtype))

    def copy(self) -> Batched:
        """Return a copy."""
        return Batched(self.stack.copy())

    def astype(self, dtype: Any) -> Batched:
        """See `numpy.ndarray.astype`."""
        return Batched(self.stack.astype(dtype))

    def sum(self, axis: Any = None, keepdims: bool = False) -> Batched:
        """See `numpy.ndarray.sum`."""
        return Batched(self.stack.sum(self._axes(axis), keepdims=keepdims))

    def reshape(self, *shape: Any, order: str = "C") -> Batched:
        """See `numpy.ndarray.reshape`."""
        wanted = shape[0] if len(shape) == 1 else shape
        wanted = wanted if isinstance(wanted, (tuple, list)) else (wanted,)
        if order != "C":
            raise NotBatchedError("reshape in another order")
        if -1 in wanted:
            wanted = tuple(self.size // -math.prod(wanted) if n == -1 else n for n in wanted)
        return Batched(self.stack.reshape(len(self.stack), *wanted))

    def transpose(self, *axes: Any) -> Batched:
        """See `numpy.ndarray.transpose`."""
        wanted = axes[0] if len(axes) == 1 else axes or None
        wanted = reversed(range(self.ndim)) if wanted is None else wanted
        return Batched(self.stack.transpose(0, *(a % self.ndim + 1 for a in wanted)))

    def swapaxes(self, axis1: int, axis2: int) -> Batched:
        """See `numpy.ndarray.swapaxes`."""
        return Batched(self.stack.swapaxes(self._axis(axis1), self._axis(axis2)))

    def dot(self, other: Any) -> Any:
        """See `numpy.ndarray.dot`."""
        return _dot(self, other)

    def __getitem__(self, index: Any) -> Batched:
        index = index if isinstance(index, tuple) else (index,)
        if all(part is None or part is Ellipsis or isinstance(part, (int, slice, np.integer)) for part in index):
            return Batched(self.stack[(slice(None), *index)])
        return Batched(np.moveaxis(self._entries()[_for_entries(index)], -1, 0))

    def __setitem__(self, index: Any, value: Any) -> None:
        value = np.moveaxis(value.stack, 0, -1) if isinstance(value, Batched) else np.asarray(value)[..., None]
        self._entries()[_for_entries(index)] = value

    def __len__(self) -> int:
        return self.stack.shape[1]  # type: ignore[no-any-return]

    def __iadd__(self, other: Any) -> Batched:
        self.stack += _aligned(other, self.ndim)
        return self

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise NotBatchedError("a plain array was asked for")

    def __bool__(self) -> bool:
        raise NotBatchedError("a decision was asked for")

    __float__ = __int__ = __complex__ = __bool__

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if kwargs and set(kwargs) - {"axis", "keepdims"}:
            raise NotBatchedError(f"{ufunc.__name__} with {', '.join(kwargs)}")
        if method == "__call__":
            if ufunc is np.matmul:
                return _matmul(*inputs)
            if ufunc.signature is None and ufunc.nout == 1:
                ndim = max(np.ndim(x) for x in inputs)
                return Batched(ufunc(*(_aligned(x, ndim) for x in inputs)))
        if method == "reduce":
            axis = inputs[1] if len(inputs) > 1 else kwargs.get("axis", 0)
            return Batched(ufunc.reduce(self.stack, self._axes(axis), keepdims=kwargs.get("keepdims", False)))
        if method == "at" and isinstance(inputs[2], Batched):
            out, index, values = inputs
            ufunc.at(out._entries(), _for_entries(index), np.moveaxis(values.stack, 0, -1))
            return None
        raise NotBatchedError(f"{ufunc.__name__}.{method}")

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function not in _FUNCTIONS:
            raise NotBatchedError(function.__name__)
        return _FUNCTIONS[function](*args, **kwargs)

    def _entries(self) -> Any:
        """The arrays with the axis that nobody sees at the end, where no index reaches it."""
        return np.moveaxis(self.stack, 0, -1)

    def _axis(self, axis: Any) -> int:
        return axis % self.ndim + 1  # type: ignore[no-any-return]

    def _axes(self, axis: Any) -> tuple[int, ...]:
        if axis is None:
            return tuple(range(1, self.stack.ndim))
        return tuple(map(self._axis, axis)) if isinstance(axis, tuple) else (self._axis(axis),)


def _aligned(x: Any, ndim: int) -> Any:
    """The stack with axes of length 1, so that it broadcasts against an array of so many axes."""
    if not isinstance(x, Batched):
        return x
    missing = ndim - x.ndim
    return x.stack if missing <= 0 else x.stack.reshape(len(x.stack), *[1] * missing, *x.shape)


def _for_entries(index: Any) -> Any:
    """An index that leaves the last axis alone."""
    index = index if isinstance(index, tuple) else (index,)
    return (*index, slice(None)) if any(part is Ellipsis for part in index) else index


def _matmul(a: Any, b: Any) -> Any:
    if np.ndim(a) == 1:
        return _matmul(a[None], b)[..., 0, :]
    if np.ndim(b) == 1:
        return _matmul(a, b[:, None])[..., 0]
    if not isinstance(b, Batched) and b.ndim == 2:  # one product of matrices, of all rows
        rows = a.stack.reshape(-1, a.shape[-1])
        return Batched((rows @ b).reshape(*a.stack.shape[:-1], b.shape[1]))
    if not isinstance(a, Batched) and a.ndim == 2:
        return _matmul(b.mT, a.T).mT
    ndim = max(a.ndim, b.ndim)
    return Batched(np.matmul(_aligned(a, ndim), _aligned(b, ndim)))


def _dot(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    if np.ndim(b) > 2:
        raise NotBatchedError("dot of higher arrays")
    return _matmul(a, b)


def _where(condition: Any, x: Any, y: Any) -> Batched:
    ndim = max(np.ndim(part) for part in (condition, x, y))
    return Batched(np.where(*(_aligned(part, ndim) for part in (condition, x, y))))


def _broadcast_to(array: Batched, shape: tuple[int, ...]) -> Batched:
    return Batched(np.broadcast_to(_aligned(array, len(shape)), (len(array.stack), *shape)))


def _along(function: Callable[..., Any]) -> Callable[..., Batched]:
    """A function along one axis."""

    def batched(x: Batched, axis: Any = None) -> Batched:
        if axis is None:
            raise NotBatchedError(function.__name__)
        return Batched(function(x.stack, x._axis(axis)))

    return batched


def _moveaxis(x: Batched, source: Any, destination: Any) -> Batched:
    axes = ([x._axis(a) for a in np.atleast_1d(part).tolist()] for part in (source, destination))
    return Batched(np.moveaxis(x.stack, *axes))


def _joining(function: Callable[..., Any]) -> Callable[..., Batched]:
    def batched(arrays: Any, axis: int = 0) -> Batched:
        count = next(len(x.stack) for x in arrays if isinstance(x, Batched))
        stacks = [x.stack if isinstance(x, Batched) else np.broadcast_to(x, (count, *np.shape(x))) for x in arrays]
        return Batched(function(stacks, axis=axis + 1 if axis >= 0 else axis))

    return batched


def _einsum(subscripts: str, *operands: Any) -> Batched:
    terms, arrow, out = subscripts.partition("->")
    extra = next((c for c in string.ascii_letters if c not in subscripts), "")
    if not (arrow and extra) or "." in subscripts:
        raise NotBatchedError("einsum without a stated output, or with an ellipsis")
    pairs = zip(terms.split(","), operands, strict=True)
    marked = ",".join(extra + term if isinstance(x, Batched) else term for term, x in pairs)
    return Batched(np.einsum(f"{marked}->{extra}{out}", *(getattr(x, "stack", x) for x in operands)))


_FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x: x.size,
    np.sum: lambda x, axis=None, keepdims=False: x.sum(axis, keepdims),
    np.reshape: lambda x, shape, order="C": x.reshape(shape, order=order),
    np.transpose: lambda x, axes=None: x.transpose() if axes is None else x.transpose(axes),
    np.swapaxes: lambda x, axis1, axis2: x.swapaxes(axis1, axis2),
    np.matrix_transpose: lambda x: x.mT,
    np.moveaxis: _moveaxis,
    np.expand_dims: lambda x, axis: Batched(np.expand_dims(x.stack, axis + 1 if axis >= 0 else axis)),
    np.flip: lambda x, axis=None: Batched(np.flip(x.stack, x._axes(axis))),
    np.cumsum: _along(np.cumsum),
    np.where: _where,
    np.broadcast_to: _broadcast_to,
    np.concatenate: _joining(np.concatenate),
    np.stack: _joining(np.stack),
    np.dot: _dot,
    np.einsum: _einsum,
    np.real: lambda x: x.real,
    np.imag: lambda x: x.imag,
    np.zeros_like: lambda x: Batched(np.zeros_like(x.stack)),
    np.iscomplexobj: lambda x: x.dtype.kind == "c",
}
