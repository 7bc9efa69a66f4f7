"""The complex step: ``f(x + ih).imag / h`` is the slope of an analytic function, and nothing is subtracted.

So it is exact to rounding, even where differences drown in noise: Squire and Trapp, SIAM Review 40 (1998), 110-112.
It is silently wrong where a function drops or turns an imaginary part (``abs``, ``conj``, a cast to real).
Therefore the arguments are arrays that refuse what is not known to be analytic, and the result must still be such
an array.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: So small that its square vanishes beside anything.
STEP = 1e-30

_UFUNCS = {
    np.add, np.subtract, np.multiply, np.divide, np.negative, np.positive, np.power, np.float_power, np.square,
    np.sqrt, np.reciprocal, np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10, np.log1p, np.sin, np.cos, np.tan,
    np.arcsin, np.arccos, np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh, np.arctanh, np.matmul,
    # Ordered by the real part first, which is what a choice depends on.
    np.maximum, np.minimum, np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal,
    np.isnan, np.isfinite, np.isinf,
}  # fmt: skip

_FUNCTIONS = {
    np.sum, np.mean, np.prod, np.cumsum, np.cumprod, np.dot, np.tensordot, np.inner, np.outer, np.einsum, np.kron,
    np.trace, np.diagonal, np.diag, np.concatenate, np.stack, np.vstack, np.hstack, np.column_stack, np.split,
    np.reshape, np.ravel, np.transpose, np.matrix_transpose, np.moveaxis, np.swapaxes, np.squeeze, np.expand_dims,
    np.broadcast_to, np.repeat, np.tile, np.roll, np.flip, np.take, np.take_along_axis, np.where, np.copy,
    np.zeros_like, np.ones_like, np.full_like, np.empty_like, np.shape, np.size, np.ndim, np.max, np.min, np.argmax,
    np.argmin, np.diff, np.triu, np.tril, np.linalg.solve, np.linalg.inv, np.linalg.det, np.linalg.matrix_power,
}  # fmt: skip


class NotAnalyticError(TypeError):
    """A call that the complex step can not be trusted with."""


class _Analytic(np.ndarray):
    """A complex array that refuses calls which are not known to be analytic."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc not in _UFUNCS:
            raise NotAnalyticError(f"{ufunc.__name__} is not known to be analytic")
        out = tuple(_plain(o) for o in kwargs.pop("out", ()))
        if out:
            kwargs["out"] = out
        return _guarded(getattr(ufunc, method)(*(_plain(i) for i in inputs), **kwargs))

    def __array_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: Iterable[Any], kwargs: Any
    ) -> Any:
        if func not in _FUNCTIONS:
            raise NotAnalyticError(f"{func.__name__} is not known to be analytic")
        return _guarded(super().__array_function__(func, types, args, kwargs))

    def __getitem__(self, index: Any) -> Any:
        return _guarded(_plain(self)[index])  # an entry is a number, which would no longer refuse anything

    def dot(self, b: Any, out: Any = None) -> Any:
        return _guarded(_plain(self).dot(_plain(b), out=out))

    def max(self, *args: Any, **kwargs: Any) -> Any:
        return _guarded(_plain(self).max(*args, **kwargs))

    def min(self, *args: Any, **kwargs: Any) -> Any:
        return _guarded(_plain(self).min(*args, **kwargs))

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise NotAnalyticError("the real and the imaginary part are not analytic")

    real = imag = property(_refuse)
    astype = view = tolist = item = __complex__ = __float__ = _refuse


def _plain(value: Any) -> Any:
    return np.ndarray.view(value, np.ndarray) if isinstance(value, _Analytic) else value


def _guarded(value: Any) -> Any:
    array = np.asarray(value)
    return np.ndarray.view(array, _Analytic) if array.dtype.kind == "c" else value


def complex_slope(
    call: Callable[..., Any], arrays: list[Array], direction: list[Array], weights: Array
) -> float | None:
    """Return the slope of a weighted sum of a function's outputs along a direction; ``None`` if it is not analytic.

    Parameters
    ----------
    call
        Takes arrays and returns one.
    arrays, direction
        Where, and along what: real arrays.
    weights
        One for each output.

    Examples
    --------
    >>> import numpy as np
    >>> x, v, w = np.array([0.5, 2.0]), np.array([1.0, 0.0]), np.ones(2)
    >>> round(complex_slope(np.sin, [x], [v], w) / float(np.cos(0.5)), 12)
    1.0
    >>> complex_slope(np.abs, [x], [v], w) is None
    True
    """
    moved = [_guarded(a + 1j * STEP * v) for a, v in zip(arrays, direction, strict=True)]
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # A cast that drops the imaginary part is a warning; other warnings are the business of the first run.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            result = call(*moved)
    except Exception:  # whatever a function says to arguments it was not written for
        return None
    if not isinstance(result, _Analytic) or result.size != weights.size:
        return None
    slope = float(np.sum(_plain(result).imag.reshape(-1) * weights) / STEP)
    return slope if np.isfinite(slope) else None
