"""The methods of `ndarray` on `Tensor`: each is recorded as the NumPy function of the same name."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from autograd_lite.registry import operation_of
from autograd_lite.tensor.numbers import running_tracer
from autograd_lite.tensor.recording import apply, call, constant, plain_index
from autograd_lite.tensor.storage import Storage
from autograd_lite.tensor.writers import FlatIterator
from autograd_lite.tensor.writing import set_item

if TYPE_CHECKING:
    from autograd_lite.tensor.tensor import Tensor

Axis = int | tuple[int, ...] | None

_GETITEM, _TRANSPOSE = operation_of(operator.getitem), operation_of(np.transpose)
_COPY = operation_of(np.copy)


def _itself(number: Any) -> Any:
    return number


def _recorded(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Tensor:
    return call(function, args, kwargs)  # type: ignore[no-any-return]


def _numpys(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Tensor:
    """Call a function of NumPy's, which hands the call on to the Tensor: for ``out=`` and rarer arguments."""
    return function(*args, **kwargs)  # type: ignore[no-any-return]


def _reduced(function: Callable[..., Any], x: Any, axis: Axis, options: dict[str, Any]) -> Tensor:
    """Call a reduction with those options that are not the defaults."""
    given = {name: value for name, value in options.items() if value is not None}
    if "out" in given:
        return _numpys(function, x, axis, **given)
    return call(function, (x,), {"axis": axis, **given})  # type: ignore[no-any-return]


# The arrays' own methods are several times faster than NumPy's functions of the same name. They take their arguments in
# the order in which the functions do.


def _sum(x: Any, axis: Axis, dtype: None, out: None, keepdims: bool) -> Any:
    return x.sum(axis, dtype, out, keepdims)


def _mean(x: Any, axis: Axis, dtype: None, out: None, keepdims: bool) -> Any:
    return x.mean(axis, dtype, out, keepdims=keepdims)


def _max(x: Any, axis: Axis, out: None, keepdims: bool) -> Any:
    return x.max(axis, out, keepdims)


def _min(x: Any, axis: Axis, out: None, keepdims: bool) -> Any:
    return x.min(axis, out, keepdims)


def _astype(x: Any, dtype: np.dtype[Any], copy: bool) -> Any:
    return x.astype(dtype, copy=copy)


def _reshape(x: Any, shape: Any, order: Any) -> Any:
    return x.reshape(shape, order=order)


_SUM, _MEAN, _MAX, _MIN = operation_of(np.sum), operation_of(np.mean), operation_of(np.max), operation_of(np.min)
_RESHAPE, _ASTYPE = operation_of(np.reshape), operation_of(np.astype)


class ArrayMethods(Storage):
    """What an array can do with a method or an index, as NumPy defines it."""

    __slots__ = ()

    # -- indexing and shapes ---------------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Tensor:
        if running_tracer() is None:
            index = plain_index(index)
        return apply(_GETITEM, (self, index), operator.getitem)  # type: ignore[no-any-return]

    def __setitem__(self, index: Any, value: Any) -> None:
        set_item(self, index, value)  # type: ignore[arg-type]

    @property
    def T(self) -> Tensor:
        """The transpose: axes reversed."""
        return apply(_TRANSPOSE, (self, None), np.transpose)  # type: ignore[no-any-return]

    @property
    def mT(self) -> Tensor:
        """The matrix transpose: the last two axes swapped."""
        return _recorded(np.matrix_transpose, self)

    @property
    def real(self) -> Tensor:
        """The real part."""
        return _recorded(np.real, self)

    @property
    def imag(self) -> Tensor:
        """The imaginary part."""
        return _recorded(np.imag, self)

    def reshape(self, *shape: Any, order: str = "C", copy: bool | None = None) -> Tensor:
        """See `numpy.ndarray.reshape`."""
        wanted = shape[0] if len(shape) == 1 else shape
        if copy is not None:
            return _recorded(np.reshape, self, wanted, order=order, copy=copy)
        return apply(_RESHAPE, (self, wanted, order), _reshape)  # type: ignore[no-any-return]

    def ravel(self, order: str = "C") -> Tensor:
        """See `numpy.ndarray.ravel`."""
        return _recorded(np.ravel, self, order=order)

    def flatten(self, order: str = "C") -> Tensor:
        """See `numpy.ndarray.flatten`."""
        flat = _recorded(np.ravel, self, order=order)
        if flat._alias is not None:  # unlike that of ravel, the answer is never a view
            flat._array = flat._array.copy()
            flat._alias = None
        return flat

    def transpose(self, *axes: Any) -> Tensor:
        """See `numpy.ndarray.transpose`."""
        wanted = (axes[0] if len(axes) == 1 else axes) if axes else None
        return apply(_TRANSPOSE, (self, wanted), np.transpose)  # type: ignore[no-any-return]

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """See `numpy.ndarray.swapaxes`."""
        return _recorded(np.swapaxes, self, axis1, axis2)

    def squeeze(self, axis: Axis = None) -> Tensor:
        """See `numpy.ndarray.squeeze`."""
        return _recorded(np.squeeze, self, axis)

    def repeat(self, repeats: Any, axis: int | None = None) -> Tensor:
        """See `numpy.ndarray.repeat`."""
        return _recorded(np.repeat, self, repeats, axis)

    def take(self, indices: Any, axis: int | None = None, out: Any = None, mode: Any = "raise") -> Tensor:
        """See `numpy.ndarray.take`."""
        if out is None and mode == "raise":
            return _recorded(np.take, self, indices, axis)
        return _numpys(np.take, self, indices, axis, out, mode)

    def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
        """See `numpy.ndarray.diagonal`."""
        return _recorded(np.diagonal, self, offset, axis1, axis2)

    def compress(self, condition: Any, axis: int | None = None, **options: Any) -> Any:
        """See `numpy.ndarray.compress`."""
        return _numpys(np.compress, condition, self, axis, **options)

    def choose(self, choices: Any, **options: Any) -> Any:
        """See `numpy.ndarray.choose`."""
        return _numpys(np.choose, self, choices, **options)

    def astype(
        self, dtype: DTypeLike, order: str = "K", casting: str = "unsafe", subok: bool = True, copy: bool = True
    ) -> Any:
        """Return a copy of another type; of an integer or boolean type it is a plain array."""
        wanted = np.dtype(dtype)
        before: np.dtype[Any] = self.dtype  # type: ignore[attr-defined]
        if casting != "unsafe" and not np.can_cast(before, wanted, casting):  # type: ignore[arg-type]
            raise TypeError(f"Cannot cast array data from {before!r} to {wanted!r} according to the rule {casting!r}")
        if not copy and wanted == before:
            return self
        if wanted.kind not in "fc" and running_tracer() is None:
            self._settle()  # type: ignore[attr-defined]
            return constant(self._array.astype(wanted))  # type: ignore[attr-defined]
        return apply(_ASTYPE, (self, wanted, True), _astype)

    def copy(self, order: str = "C") -> Tensor:
        """Return a copy that stays in the graph."""
        if self._is_number():  # type: ignore[attr-defined]  # it stays one
            return apply(_COPY, (self,), _itself)  # type: ignore[no-any-return]
        return _recorded(np.copy, self, order=order)

    # -- mathematics -----------------------------------------------------------------------------------------------

    def sum(
        self,
        axis: Axis = None,
        dtype: DTypeLike | None = None,
        out: Any = None,
        *,
        keepdims: bool = False,
        **others: Any,
    ) -> Tensor:
        """See `numpy.ndarray.sum`."""
        if dtype is not None or out is not None or others:
            return _numpys(np.sum, self, axis=axis, dtype=dtype, out=out, keepdims=keepdims, **others)
        return apply(_SUM, (self, axis, None, None, keepdims), _sum)  # type: ignore[no-any-return]

    def mean(
        self,
        axis: Axis = None,
        dtype: DTypeLike | None = None,
        out: Any = None,
        *,
        keepdims: bool = False,
        **others: Any,
    ) -> Tensor:
        """See `numpy.ndarray.mean`."""
        if dtype is not None or out is not None or others:
            return _numpys(np.mean, self, axis=axis, dtype=dtype, out=out, keepdims=keepdims, **others)
        return apply(_MEAN, (self, axis, None, None, keepdims), _mean)  # type: ignore[no-any-return]

    def var(
        self, axis: Axis = None, dtype: DTypeLike | None = None, out: Any = None, ddof: float = 0, **others: Any
    ) -> Tensor:
        """See `numpy.ndarray.var`."""
        return _reduced(np.var, self, axis, {"dtype": dtype, "out": out, "ddof": ddof, **others})

    def std(
        self, axis: Axis = None, dtype: DTypeLike | None = None, out: Any = None, ddof: float = 0, **others: Any
    ) -> Tensor:
        """See `numpy.ndarray.std`."""
        return _reduced(np.std, self, axis, {"dtype": dtype, "out": out, "ddof": ddof, **others})

    def max(self, axis: Axis = None, out: Any = None, *, keepdims: bool = False, **others: Any) -> Tensor:
        """See `numpy.ndarray.max`."""
        if out is not None or others:
            return _numpys(np.max, self, axis=axis, out=out, keepdims=keepdims, **others)
        return apply(_MAX, (self, axis, None, keepdims), _max)  # type: ignore[no-any-return]

    def min(self, axis: Axis = None, out: Any = None, *, keepdims: bool = False, **others: Any) -> Tensor:
        """See `numpy.ndarray.min`."""
        if out is not None or others:
            return _numpys(np.min, self, axis=axis, out=out, keepdims=keepdims, **others)
        return apply(_MIN, (self, axis, None, keepdims), _min)  # type: ignore[no-any-return]

    def prod(self, axis: Axis = None, dtype: DTypeLike | None = None, out: Any = None, **others: Any) -> Tensor:
        """See `numpy.ndarray.prod`."""
        return _reduced(np.prod, self, axis, {"dtype": dtype, "out": out, **others})

    def trace(
        self, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: DTypeLike | None = None, out: Any = None
    ) -> Tensor:
        """See `numpy.ndarray.trace`."""
        if dtype is not None or out is not None:
            return _numpys(np.trace, self, offset, axis1, axis2, dtype, out)
        return _recorded(np.trace, self, offset, axis1, axis2)

    def dot(self, b: Any, out: Any = None) -> Tensor:
        """See `numpy.ndarray.dot`."""
        return _recorded(np.dot, self, b) if out is None else _numpys(np.dot, self, b, out)

    def clip(self, min: Any = None, max: Any = None, out: Any = None, **others: Any) -> Tensor:
        """See `numpy.ndarray.clip`."""
        if out is None and not others:
            return _recorded(np.clip, self, min, max)
        return _numpys(np.clip, self, min, max, out=out, **others)

    def conj(self) -> Tensor:
        """See `numpy.ndarray.conj`."""
        if self.dtype.kind != "c":  # type: ignore[attr-defined]
            return self  # type: ignore[return-value]  # as NumPy does, where np.conjugate makes a copy
        return _recorded(np.conjugate, self)

    conjugate = conj

    def cumsum(self, axis: int | None = None, dtype: DTypeLike | None = None, out: Any = None) -> Tensor:
        """See `numpy.ndarray.cumsum`."""
        if dtype is None and out is None:
            return _recorded(np.cumsum, self, axis)
        return _numpys(np.cumsum, self, axis, dtype, out)

    def cumprod(self, axis: int | None = None, dtype: DTypeLike | None = None, out: Any = None) -> Tensor:
        """See `numpy.ndarray.cumprod`."""
        if dtype is None and out is None:
            return _recorded(np.cumprod, self, axis)
        return _numpys(np.cumprod, self, axis, dtype, out)

    # Piecewise-constant methods give plain arrays.

    def round(self, decimals: int = 0, out: Any = None) -> Any:
        """See `numpy.ndarray.round`."""
        return call(np.round, (self, decimals)) if out is None else _numpys(np.round, self, decimals, out)

    def argmax(self, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.argmax`."""
        return _reduced(np.argmax, self, axis, {"out": out, "keepdims": keepdims})

    def argmin(self, axis: int | None = None, out: Any = None, *, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.argmin`."""
        return _reduced(np.argmin, self, axis, {"out": out, "keepdims": keepdims})

    def argsort(self, axis: int | None = -1, kind: Any = None, order: Any = None, **options: Any) -> Any:
        """See `numpy.ndarray.argsort`."""
        options.update({name: value for name, value in (("kind", kind), ("order", order)) if value is not None})
        return call(np.argsort, (self, axis), options)

    def argpartition(self, kth: Any, axis: int | None = -1, **options: Any) -> Any:
        """See `numpy.ndarray.argpartition`."""
        return call(np.argpartition, (self, kth, axis), options)

    def searchsorted(self, v: Any, side: str = "left", sorter: Any = None) -> Any:
        """See `numpy.ndarray.searchsorted`."""
        return call(np.searchsorted, (self, v, side, sorter))

    def nonzero(self) -> Any:
        """See `numpy.ndarray.nonzero`."""
        return call(np.nonzero, (self,))

    def all(self, axis: Axis = None, out: Any = None, *, keepdims: bool = False, **others: Any) -> Any:
        """See `numpy.ndarray.all`."""
        return _reduced(np.all, self, axis, {"out": out, "keepdims": keepdims, **others})

    def any(self, axis: Axis = None, out: Any = None, *, keepdims: bool = False, **others: Any) -> Any:
        """See `numpy.ndarray.any`."""
        return _reduced(np.any, self, axis, {"out": out, "keepdims": keepdims, **others})

    # -- writing ---------------------------------------------------------------------------------------------------

    def fill(self, value: Any) -> None:
        """See `numpy.ndarray.fill`."""
        set_item(self, Ellipsis, value)  # type: ignore[arg-type]

    def put(self, indices: Any, values: Any, mode: Any = "raise") -> None:
        """See `numpy.ndarray.put`."""
        _numpys(np.put, self, indices, values, mode)

    def sort(self, axis: int = -1, **options: Any) -> None:
        """See `numpy.ndarray.sort`."""
        set_item(self, Ellipsis, call(np.sort, (self, axis), options))  # type: ignore[arg-type]

    def partition(self, kth: Any, axis: int = -1, **options: Any) -> None:
        """See `numpy.ndarray.partition`."""
        set_item(self, Ellipsis, call(np.partition, (self, kth, axis), options))  # type: ignore[arg-type]

    @property
    def flat(self) -> FlatIterator:
        """The entries one after the other, to read, write and iterate over: see `numpy.ndarray.flat`."""
        return FlatIterator(self)  # type: ignore[arg-type]

    @flat.setter
    def flat(self, values: Any) -> None:
        FlatIterator(self)[...] = values  # type: ignore[arg-type]
