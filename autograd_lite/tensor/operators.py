"""The operators of `Tensor`, each with the NumPy function that it is recorded as."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.registry import operation_of
from autograd_lite.tensor.recording import apply, call
from autograd_lite.tensor.writing import in_place

Unary = Callable[[Any], Any]
Binary = Callable[[Any, Any], Any]


#: What Python writes for NumPy's functions.
SYMBOLS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.add: operator.add, np.subtract: operator.sub, np.multiply: operator.mul, np.divide: operator.truediv,
    np.remainder: operator.mod, np.power: operator.pow, np.matmul: operator.matmul, np.floor_divide: operator.floordiv,
    np.negative: operator.neg, np.positive: operator.pos, np.equal: operator.eq, np.not_equal: operator.ne,
    np.less: operator.lt, np.less_equal: operator.le, np.greater: operator.gt, np.greater_equal: operator.ge,
    np.bitwise_and: operator.and_, np.bitwise_or: operator.or_, np.bitwise_xor: operator.xor,
    np.invert: operator.invert, np.left_shift: operator.lshift, np.right_shift: operator.rshift,
}  # fmt: skip


def _binary(function: np.ufunc, symbol: Binary) -> tuple[Binary, Binary]:
    """Make an operator and its reflection. It is called itself on the arrays: on numbers it is ten times faster."""
    operation = operation_of(function)

    def forward(self: Any, other: Any) -> Any:
        return apply(operation, (self, other), symbol)

    def reflected(self: Any, other: Any) -> Any:
        return apply(operation, (other, self), symbol)

    return forward, reflected


def _unary(function: np.ufunc, symbol: Unary) -> Unary:
    operation = operation_of(function)
    return lambda self: apply(operation, (self,), symbol)


def _constant(function: np.ufunc) -> tuple[Binary, Binary]:
    """Make a piecewise-constant operator and its reflection: they give plain arrays."""
    operation = operation_of(function)
    return lambda self, other: call(operation, (self, other)), lambda self, other: call(operation, (other, self))


class Operators:
    """The arithmetic, comparisons and bit operations of Python, as NumPy defines them for arrays."""

    __slots__ = ()

    # fmt: off
    __add__,      __radd__      = _binary(np.add,       operator.add)
    __sub__,      __rsub__      = _binary(np.subtract,  operator.sub)
    __mul__,      __rmul__      = _binary(np.multiply,  operator.mul)
    __truediv__,  __rtruediv__  = _binary(np.divide,    operator.truediv)
    __mod__,      __rmod__      = _binary(np.remainder, operator.mod)
    __pow__,      __rpow__      = _binary(np.power,     operator.pow)
    __matmul__,   __rmatmul__   = _binary(np.matmul,    operator.matmul)

    __neg__                     = _unary(np.negative,   operator.neg)
    __pos__                     = _unary(np.positive,   operator.pos)
    __abs__                     = _unary(np.absolute,   operator.abs)

    __eq__,       _             = _constant(np.equal)
    __ne__,       _             = _constant(np.not_equal)
    __lt__,       _             = _constant(np.less)
    __le__,       _             = _constant(np.less_equal)
    __gt__,       _             = _constant(np.greater)
    __ge__,       _             = _constant(np.greater_equal)
    __floordiv__, __rfloordiv__ = _constant(np.floor_divide)
    __and__,      __rand__      = _constant(np.bitwise_and)
    __or__,       __ror__       = _constant(np.bitwise_or)
    __xor__,      __rxor__      = _constant(np.bitwise_xor)
    __lshift__,   __rlshift__   = _constant(np.left_shift)
    __rshift__,   __rrshift__   = _constant(np.right_shift)

    __iadd__                    = in_place(np.add)
    __isub__                    = in_place(np.subtract)
    __imul__                    = in_place(np.multiply)
    __itruediv__                = in_place(np.divide)
    __imod__                    = in_place(np.remainder)
    __ipow__                    = in_place(np.power)
    __imatmul__                 = in_place(np.matmul)
    __ifloordiv__               = in_place(np.floor_divide)
    __iand__                    = in_place(np.bitwise_and)
    __ior__                     = in_place(np.bitwise_or)
    __ixor__                    = in_place(np.bitwise_xor)
    __ilshift__                 = in_place(np.left_shift)
    __irshift__                 = in_place(np.right_shift)

    # fmt: on
    __hash__ = object.__hash__

    def __invert__(self) -> Any:
        return call(np.invert, (self,))

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self
