"""A recorded call as a person writes it: ``A1 @ W2``, ``sum(Z, axis=0)``, ``X[1:3]``."""

from __future__ import annotations

import itertools
import operator
from typing import Any, NamedTuple

import numpy as np

from autograd_lite.expressions.printing import BINARY, UNARY
from autograd_lite.graph import Dropped, Node
from autograd_lite.indexed import put_at
from autograd_lite.registry import Operation

#: Functions that people write as operators; the others are written as calls.
INFIX: dict[Any, str] = {function: sign for function, (sign, _) in BINARY.items()}
PREFIX: dict[Any, str] = dict(UNARY)
SUFFIX: dict[Any, str] = {np.transpose: ".T", np.matrix_transpose: ".mT"}
SHORT: dict[Any, str] = {np.absolute: "abs", np.conjugate: "conj"}
#: Static arguments that people give without their name.
UNNAMED = {"shape", "newshape", "axes", "axis1", "axis2", "source", "destination", "a_min", "a_max"}
#: What stands for a constant that a backward pass has freed.
FREED = "?"
#: Of a longer sequence of arrays only the first ones and the last are written.
LONG_SEQUENCE = 6


class Operand(NamedTuple):
    """A place in the text of a call where an arrow ends.

    Attributes
    ----------
    source
        The node that the operand came from; ``None`` for an array that is no Tensor.
    array
        That array, or the `Dropped` that stands for it.
    text
        What is written there, unless it is the operand's name.
    """

    source: Node | None
    array: Any = None
    text: str | None = None


Pieces = list[str | Operand]


def written(node: Node, operation: Operation) -> Pieces:
    """Return the call that made a node in pieces: text, and the operands between."""
    function = operation.function
    cache = len(operation.parameters) - 1 if operation.caches else None  # what the function keeps, not an argument
    is_freed = node.values is None
    values = [FREED] * len(node.inputs) if node.values is None else node.values[:-1]
    if function in (operator.getitem, put_at):
        index = FREED if is_freed else index_text(values[1])
        array = _argument(node.inputs[0], values[0])
        return [*array, f"[{index}]"] if function is operator.getitem else ["put_at(", *array, f", [{index}])"]
    always = function.nin if isinstance(function, np.ufunc) else 0
    arguments: list[Pieces] = []
    has_left_out = False
    for i, (name, default, source, value) in enumerate(
        itertools.zip_longest(operation.parameters, operation.defaults, node.inputs, values)
    ):
        if source is None and i >= always and (is_freed or _is_default(value, default) or i == cache):
            has_left_out = True
            continue
        is_variadic = default == () or function is np.einsum
        pieces = _argument(source, value, is_variadic)
        is_static = isinstance(pieces[0], str) and not (is_variadic or source or name in operation.rules)
        if i >= always and (has_left_out or (is_static and name not in UNNAMED)):
            pieces = [f"{name}=", *pieces]
        arguments.append(pieces)
    if function in INFIX and len(arguments) == 2:
        base = arguments[0][0]
        if function is np.power and isinstance(base, str) and base.startswith("-"):
            arguments[0] = [f"({base})"]
        return [*arguments[0], f" {INFIX[function]} ", *arguments[1]]
    if function in PREFIX and len(arguments) == 1:
        return [PREFIX[function], *arguments[0]]
    if function in SUFFIX and len(arguments) == 1 and not is_freed:
        return [*arguments[0], SUFFIX[function]]
    return [SHORT.get(function) or operation.name.removeprefix("np."), "(", *_joined(arguments), ")" + operation.part]


def _argument(source: Any, value: Any, is_variadic: bool = False) -> Pieces:
    if isinstance(source, Node):
        return [Operand(source)]
    if type(source) is list:
        values = value if isinstance(value, (list, tuple)) else [FREED] * len(source)
        items = [_argument(s, v) for s, v in zip(source, values, strict=True)]
        if len(items) > LONG_SEQUENCE:
            middle = [piece for item in items[3:-1] for piece in item if isinstance(piece, Operand)]
            hidden = [piece._replace(text="" if i else "…") for i, piece in enumerate(middle)]
            items = [*items[:3], [*hidden] or ["…"], items[-1]]
        return _joined(items) if is_variadic else ["[", *_joined(items), "]"]
    if isinstance(value, Dropped) or (isinstance(value, np.ndarray) and value.ndim):
        return [Operand(None, value)]
    return [value if value is FREED else literal(value)]


def _joined(items: list[Pieces]) -> Pieces:
    pieces: Pieces = []
    for i, item in enumerate(items):
        pieces += [", ", *item] if i else item
    return pieces


def _is_default(value: Any, default: Any) -> bool:
    if value is default or (default is None and value is False):  # keepdims=False where NumPy has no value
        return True
    return type(value) is type(default) and not isinstance(value, np.ndarray) and bool(value == default)


def literal(value: Any) -> str:
    """Write a constant in few characters."""
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (float, complex)):
        return repr(value) if len(repr(value)) <= 8 else f"{value:.4g}"
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, np.ndarray):
        return str(value.tolist()) if value.size <= 4 else f"{value.dtype} array {shape_text(value.shape)}"
    if isinstance(value, (tuple, list)):
        items = ", ".join(map(literal, value))
        return shortened(
            f"[{items}]" if isinstance(value, list) else f"({items},)" if len(value) == 1 else f"({items})"
        )
    return getattr(value, "__name__", None) or shortened(repr(value))


def index_text(index: Any) -> str:
    """Write an index as it stands between the brackets."""
    if isinstance(index, tuple) and index:
        return ", ".join(map(index_text, index))
    if isinstance(index, slice):
        start, stop, step = ("" if part is None else literal(part) for part in (index.start, index.stop, index.step))
        return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
    return "..." if index is Ellipsis else literal(index)


def shape_text(shape: tuple[int, ...], dtype: Any = None) -> str:
    """Write a shape as NumPy does, and the dtype unless it is float64."""
    text = str(tuple(shape)) if shape else "scalar"
    return text if dtype is None or dtype == np.float64 else f"{text} {dtype}"


def shortened(text: str, width: int = 40) -> str:
    """Cut a text off that is longer than `width`."""
    return text if len(text) <= width else text[: width - 1] + "…"
