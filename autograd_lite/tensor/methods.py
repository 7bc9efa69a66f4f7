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
from autograd_lite.tensor.writing import set_item

if TYPE_CHECKING:
    from autograd_lite.tensor.tensor import Tensor

Axis = int | tuple[int, ...] | None

_GETITEM, _TRANSPOSE = operation_of(operator.getitem), operation_of(np.transpose)


def _recorded(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Tensor:
    return call(function, args, kwargs)  # type: ignore[no-any-return]


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


class ArrayMethods:
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

    def reshape(self, *shape: Any, order: str = "C") -> Tensor:
        """See `numpy.ndarray.reshape`."""
        wanted = shape[0] if len(shape) == 1 else shape
        return apply(_RESHAPE, (self, wanted, order), _reshape)  # type: ignore[no-any-return]

    def ravel(self, order: str = "C") -> Tensor:
        """See `numpy.ndarray.ravel`."""
        return _recorded(np.ravel, self, order=order)

    def flatten(self, order: str = "C") -> Tensor:
        """See `numpy.ndarray.flatten`."""
        return _recorded(np.ravel, self, order=order)

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

    def take(self, indices: Any, axis: int | None = None) -> Tensor:
        """See `numpy.ndarray.take`."""
        return _recorded(np.take, self, indices, axis)

    def astype(self, dtype: DTypeLike) -> Any:
        """Return a copy of another type; of an integer or boolean type it is a plain array."""
        wanted = np.dtype(dtype)
        if wanted.kind not in "fc" and running_tracer() is None:
            return constant(self.numpy().astype(wanted))  # type: ignore[attr-defined]
        return apply(_ASTYPE, (self, wanted, True), _astype)

    def copy(self, order: str = "K") -> Tensor:
        """Return a copy that stays in the graph."""
        return _recorded(np.copy, self, order=order)

    # -- mathematics -----------------------------------------------------------------------------------------------

    def sum(self, axis: Axis = None, dtype: DTypeLike | None = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.sum`."""
        if dtype is not None:
            return _recorded(np.sum, self, axis=axis, dtype=dtype, keepdims=keepdims)
        return apply(_SUM, (self, axis, None, None, keepdims), _sum)  # type: ignore[no-any-return]

    def mean(self, axis: Axis = None, dtype: DTypeLike | None = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.mean`."""
        if dtype is not None:
            return _recorded(np.mean, self, axis=axis, dtype=dtype, keepdims=keepdims)
        return apply(_MEAN, (self, axis, None, None, keepdims), _mean)  # type: ignore[no-any-return]

    def var(self, axis: Axis = None, dtype: DTypeLike | None = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.var`."""
        return _recorded(np.var, self, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)

    def std(self, axis: Axis = None, dtype: DTypeLike | None = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.std`."""
        return _recorded(np.std, self, axis=axis, dtype=dtype, ddof=ddof, keepdims=keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.max`."""
        return apply(_MAX, (self, axis, None, keepdims), _max)  # type: ignore[no-any-return]

    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.min`."""
        return apply(_MIN, (self, axis, None, keepdims), _min)  # type: ignore[no-any-return]

    def prod(self, axis: Axis = None, dtype: DTypeLike | None = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.prod`."""
        return _recorded(np.prod, self, axis=axis, dtype=dtype, keepdims=keepdims)

    def dot(self, b: Any) -> Tensor:
        """See `numpy.ndarray.dot`."""
        return _recorded(np.dot, self, b)

    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        """See `numpy.ndarray.clip`."""
        return _recorded(np.clip, self, min, max)

    def conj(self) -> Tensor:
        """See `numpy.ndarray.conj`."""
        return _recorded(np.conjugate, self)

    def cumsum(self, axis: int | None = None) -> Tensor:
        """See `numpy.ndarray.cumsum`."""
        return _recorded(np.cumsum, self, axis)

    def cumprod(self, axis: int | None = None) -> Tensor:
        """See `numpy.ndarray.cumprod`."""
        return _recorded(np.cumprod, self, axis)

    # Piecewise-constant methods give plain arrays.

    def round(self, decimals: int = 0) -> Any:
        """See `numpy.ndarray.round`."""
        return call(np.round, (self, decimals))

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.argmax`."""
        return call(np.argmax, (self,), {"axis": axis, "keepdims": keepdims})

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.argmin`."""
        return call(np.argmin, (self,), {"axis": axis, "keepdims": keepdims})

    def argsort(self, axis: int | None = -1) -> Any:
        """See `numpy.ndarray.argsort`."""
        return call(np.argsort, (self, axis))

    def all(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.all`."""
        return call(np.all, (self,), {"axis": axis, "keepdims": keepdims})

    def any(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.any`."""
        return call(np.any, (self,), {"axis": axis, "keepdims": keepdims})
