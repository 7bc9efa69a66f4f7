"""Which axes of a program must be equally long: those that meet in an elementwise call and were, with more than 1.

Two that differ make NumPy raise, unless one of them is 1: then it is broadcast, which the traced run was not, and the
lines of its gradient have no sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_lite.expressions.programs import Program
from autograd_lite.graph import Node
from autograd_lite.tensor.numbers import length_of
from autograd_lite.tracing import origin

Axis = tuple[Node, int]


def same_lengths(program: Program) -> list[list[Axis]]:
    """Return the axes that meet, in groups of what must be equally long; each axis where its length comes from."""
    group: dict[Axis, list[Axis]] = {}
    for node in program.nodes:
        for meeting in _meetings(node):
            axes = list(dict.fromkeys(_origin(*axis) for axis in meeting))
            merged = list(dict.fromkeys(other for axis in axes for other in group.get(axis, [axis])))
            group.update(dict.fromkeys(merged, merged))
    groups = {id(axes): axes for axes in group.values()}
    return [sorted(axes, key=lambda axis: (axis[0].index, axis[1])) for axes in groups.values() if len(axes) > 1]


def _meetings(node: Node) -> Iterator[list[Axis]]:
    """Yield the axes that an elementwise call, or the leading ones that a matrix product, puts side by side."""
    operation = node.operation
    if operation is None or node.dtype == object:
        return
    function = operation.function
    is_product = function is np.matmul
    if not (isinstance(function, np.ufunc) or operation.is_elementwise) or (is_product and len(node.shape) < 3):
        return
    inputs = [entry for entry in node.inputs if type(entry) is Node and entry.dtype != object]
    shape = _plain(node)
    for axis, length in enumerate(shape[: len(shape) - 2 * is_product]):
        places = [(entry, axis - len(shape) + len(_plain(entry))) for entry in inputs]
        meeting = [(entry, place) for entry, place in places if place >= 0 and _plain(entry)[place] == length]
        if length > 1 and len(meeting) > 1:
            yield meeting


def _origin(node: Node, axis: int) -> Axis:
    """Where a length comes from; of ``np.zeros((n, 3))`` where n does."""
    node, axis = origin(node, axis)
    shape = _shape_argument(node)
    number = shape[axis] if type(shape) is list and axis < len(shape) else None
    if type(number) is Node and number.operation is not None and number.operation.function is length_of:
        source, of = number.inputs[0], (number.values or [None, None])[1]
        if type(source) is Node and isinstance(of, int):
            return _origin(source, of % len(_plain(source)))
    return node, axis


def _shape_argument(node: Node) -> Any:
    """The nodes of a call's argument that says the shape of its result."""
    operation = node.operation
    if operation is None or not operation.has_signature or "shape" not in operation.parameters:
        return None
    position = operation.parameters.index("shape")
    return node.inputs[position] if position < len(node.inputs) else None


def _plain(node: Node) -> tuple[int, ...]:
    return tuple.__getitem__(node.shape, slice(None))
