"""Numbers that remember where they come from, so that ``/ X.shape[0]`` stays a formula while a function is traced.

A `TracedInt` stands for an int, a `TracedFloat` is a float, with the node of the graph that they are the value of.
Their arithmetic is recorded; to everything else they are the numbers they are. A `TracedShape` is the tuple that
``tensor.shape`` returns while tracing: its entries are `TracedInt`.

A `TracedInt` is no int: of ``1.0 / n`` Python would ask the float first, which takes any int for a number.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import numpy as np

from autograd_lite.graph import Node, tracer, traces
from autograd_lite.registry import operation_of


def length_of(x: Any, axis: int) -> int:
    """Return the length of an axis: ``x.shape[axis]``."""
    return int(np.shape(x)[axis])


def shape_of(x: Any) -> tuple[int, ...]:
    """Return the shape of an array: ``x.shape``."""
    return tuple(np.shape(x))


def count_of(x: Any) -> int:
    """Return the number of entries of an array: ``x.size``."""
    return int(np.size(x))


def running_tracer() -> Any:
    """Return the tracer of this context, or ``None``."""
    return tracer.get() if traces.running else None


def plain_number(value: Any) -> Any:
    """Return a traced number as the int or float it is, anything else unchanged."""
    if isinstance(value, TracedInt):
        return value.value
    return float(value) if isinstance(value, TracedFloat) else value


Binary = Callable[[Any, Any], Any]


def _arithmetic(function: np.ufunc, symbol: Binary) -> tuple[Binary, Binary]:
    operation = operation_of(function)

    def combine(left: Any, right: Any, other: Any) -> Any:
        if type(other) not in (int, float, bool, TracedInt, TracedFloat):
            if isinstance(other, (list, tuple, str)):  # a sequence, repeated
                _note("a repetition", left if other is right else right)
            return NotImplemented
        tracing = running_tracer()
        value = symbol(plain_number(left), plain_number(right))
        return value if tracing is None else tracing.number(operation, (left, right), value)

    return lambda self, other: combine(self, other, other), lambda self, other: combine(other, self, other)


def _compared(function: np.ufunc, symbol: Binary) -> Binary:
    operation = operation_of(function)

    def compare(self: Any, other: Any) -> Any:
        if type(other) not in (int, float, bool, TracedInt, TracedFloat):
            return NotImplemented
        outcome = symbol(plain_number(self), plain_number(other))
        tracing = running_tracer()
        if tracing is not None and tracing.is_persons(sys._getframe(1)):
            tracing.note("bool()", tracing.number(operation, (self, other), outcome).node, outcome)
        return outcome

    return compare


def _note(how: str, number: Any, is_consumed: bool = False) -> None:
    """Take note that the person's own code went on with the plain number, unless it is the library that asks.

    `is_consumed` says that it can not be for a check only: then the same goes for a rule, and for NumPy's own steps.
    """
    tracing = running_tracer()
    if tracing is None or not isinstance(number, TracedNumber):
        return
    frame = sys._getframe(2)
    if tracing.is_persons(frame) or (is_consumed and _is_of_steps(frame)):
        tracing.note(how, number.node, plain_number(number))


#: Stands in the globals of NumPy's own functions that are recorded step by step.
STEPS_OF = "__steps_of__"


def _is_of_steps(frame: FrameType) -> bool:
    """Whether a frame runs a rule of the table, or steps of NumPy's own."""
    return STEPS_OF in frame.f_globals or frame.f_globals.get("__name__", "").startswith("autograd_lite.rules.")


class TracedNumber:
    """What `TracedInt` and `TracedFloat` have in common: the node, and the arithmetic that is recorded."""

    node: Node

    # fmt: off
    __add__,      __radd__      = _arithmetic(np.add,          operator.add)
    __sub__,      __rsub__      = _arithmetic(np.subtract,     operator.sub)
    __mul__,      __rmul__      = _arithmetic(np.multiply,     operator.mul)
    __truediv__,  __rtruediv__  = _arithmetic(np.divide,       operator.truediv)
    __floordiv__, __rfloordiv__ = _arithmetic(np.floor_divide, operator.floordiv)
    __mod__,      __rmod__      = _arithmetic(np.remainder,    operator.mod)
    __pow__,      __rpow__      = _arithmetic(np.power,        operator.pow)
    __lt__ = _compared(np.less, operator.lt)
    __le__ = _compared(np.less_equal, operator.le)
    __gt__ = _compared(np.greater, operator.gt)
    __ge__ = _compared(np.greater_equal, operator.ge)
    __eq__ = _compared(np.equal, operator.eq)
    __ne__ = _compared(np.not_equal, operator.ne)
    # fmt: on

    def __neg__(self) -> Any:
        return -1 * self

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self if self >= 0 else -self

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __round__(self, digits: int | None = None) -> Any:
        return round(self.noted("round()"), digits)

    def __trunc__(self) -> int:
        return int(self.noted("int()"))

    def __floor__(self) -> int:
        number: int = math.floor(self.noted("math.floor()"))
        return number

    def __ceil__(self) -> int:
        number: int = math.ceil(self.noted("math.ceil()"))
        return number

    def noted(self, how: str) -> Any:
        """Return the plain number, and take note that the program goes on with it."""
        tracing = running_tracer()
        if tracing is not None:
            tracing.note(how, self.node, plain_number(self))
        return plain_number(self)

    def __bool__(self) -> bool:
        _note("bool()", self)
        return bool(plain_number(self))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        tracing = running_tracer()
        if tracing is not None and method == "__call__":
            return tracing.call(operation_of(ufunc), inputs, kwargs)
        return getattr(ufunc, method)(*map(plain_number, inputs), **{key: plain_number(v) for key, v in kwargs.items()})


class TracedInt(TracedNumber):
    """An int that remembers the node it is the value of: a length, a size, what was computed from them."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        _note("an index", self, is_consumed=True)
        return self.value

    def __int__(self) -> int:
        return self.value

    def __float__(self) -> float:
        _note("float()", self)
        return float(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self.value, dtype)

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return repr(self.value)

    def __format__(self, spec: str) -> str:
        return format(self.value, spec)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.value, name)  # ``bit_length``, ``real``


class TracedFloat(TracedNumber, float):  # type: ignore[misc]
    """A float that remembers the node it is the value of."""

    __hash__ = float.__hash__


def traced_number(value: float, node: Node) -> TracedInt | TracedFloat:
    """Make a number of the value of a node."""
    number = TracedInt(value) if isinstance(value, int) else TracedFloat(value)
    number.node = node
    return number


class TracedShape(tuple[int, ...]):
    """The shape of a traced value. Its entries, one by one or in slices, are `TracedInt`."""

    node: Node

    __hash__ = tuple.__hash__

    def _entry(self, axis: int) -> int:
        tracing = running_tracer()
        length = tuple.__getitem__(self, axis)
        return length if tracing is None else tracing.length(self.node, axis, length)

    def count_entries(self) -> int:
        """Return the product of the lengths, as the size of the value."""
        tracing = running_tracer()
        count = math.prod(tuple.__iter__(self))
        return count if tracing is None else tracing.count(self.node, count)

    def __iter__(self) -> Iterator[int]:
        return (self._entry(axis) for axis in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self._entry(axis) for axis in range(*index.indices(len(self))))
        return self._entry(range(len(self))[index])

    def __add__(self, other: Any) -> Any:
        return (*self, *other) if isinstance(other, tuple) else NotImplemented

    def __radd__(self, other: Any) -> Any:
        return (*other, *self) if isinstance(other, tuple) else NotImplemented

    def __eq__(self, other: object) -> bool:
        return self._is_same(other, sys._getframe(1)) if isinstance(other, tuple) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self._is_same(other, sys._getframe(1)) if isinstance(other, tuple) else NotImplemented

    def _is_same(self, other: object, asking: FrameType) -> bool:
        same = bool(tuple.__eq__(self, other))
        tracing = running_tracer()
        if tracing is not None and isinstance(other, tuple) and tracing.is_persons(asking):
            tracing.note("bool()", tracing.number(operation_of(operator.eq), (self, other), same).node, same)
        return same
