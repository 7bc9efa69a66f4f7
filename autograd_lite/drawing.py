"""`draw`: the graph behind a value as a picture, with names, operations, shapes and, on request, numbers.

A reader of the graph. The picture is text in the DOT language, made by the package `graphviz`; a `dot` program on the PATH
draws it, or the Graphviz library inside pygraphviz's wheels.
"""

from __future__ import annotations

import contextlib
import functools
import html
import itertools
import operator
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from autograd_lite.errors import AutogradError, RenderingError, UnsupportedCallError
from autograd_lite.graph import Dropped, Graph, Node
from autograd_lite.indexed import put_at
from autograd_lite.registry import Operation
from autograd_lite.tensor import Tensor

if TYPE_CHECKING:
    import graphviz


class DrawingError(AutogradError, ValueError):
    """What was asked to be drawn can not be drawn: too large, or named or shaped otherwise than the graph."""


#: How people write an operation. Functions that are not here are written as calls.
_INFIX: dict[Any, str] = {
    np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.matmul: "@", np.power: "**", np.remainder: "%",
    np.floor_divide: "//", np.equal: "==", np.not_equal: "!=", np.less: "<", np.less_equal: "<=", np.greater: ">",
    np.greater_equal: ">=", np.bitwise_and: "&", np.bitwise_or: "|", np.bitwise_xor: "^", np.left_shift: "<<",
    np.right_shift: ">>",
}  # fmt: skip
_PREFIX: dict[Any, str] = {np.negative: "-", np.positive: "+", np.invert: "~"}
_SHORT: dict[Any, str] = {np.absolute: "abs", np.conjugate: "conj"}
#: Static arguments that people give without their name.
_UNNAMED = {"shape", "newshape", "axes", "axis1", "axis2", "source", "destination", "a_min", "a_max", "index"}
#: Functions besides the ufuncs whose operands NumPy stretches to a common shape.
_BROADCASTING = {np.where, np.clip}

_FONT = "Helvetica,Arial,sans-serif"
_MONOSPACE = "Courier New,monospace"
_INK, _PALE = "#24292f", "#6e7781"
_VALUE_INK, _GRADIENT_INK = "#0a5c36", "#a3262a"


class _Look(NamedTuple):
    """The colours of a kind of box, and what the legend calls it."""

    fill: str
    border: str
    meaning: str


_PARAMETER = _Look("#ffe7c2", "#b35900", "requires a gradient")
_DATA = _Look("#dcebfa", "#41719c", "data")
_CONSTANT = _Look("#eeeeee", "#b0b0b0", "constant")
_OPERATION = _Look("#ffffff", _INK, "operation")


class _Operand(NamedTuple):
    """A place in the text of a call where an arrow ends: from a node, or (None) from an array that is no Tensor."""

    source: Node | None
    array: Any = None


def draw(
    x: Any,
    *,
    values: bool | Mapping[str, Any] = False,
    gradients: bool | Mapping[str, Any] = False,
    direction: Literal["TB", "LR"] = "TB",
    title: str | None = None,
    legend: bool = True,
    depth: int | None = None,
    max_nodes: int = 500,
) -> graphviz.Digraph:
    """Draw the graph of NumPy calls behind a Tensor.

    Leaves (what a person made) are coloured boxes, operations white ones. A box reads from top to bottom: the call with the
    names of its operands (``•`` for one without a name), the name of its result, the shape, and the dtype unless it is
    float64. An arrow ends at its operand's place in the call; where broadcasting stretches an operand, the arrow says so.

    Parameters
    ----------
    x
        A Tensor, a list or tuple of them, or a dict of names and Tensors.
    values, gradients
        Show numbers: all entries of small arrays, the range of larger ones. With ``True`` those that the graph has: the values
        of `x` and of what the backward pass will read, the gradients of what has a ``.grad``. A dict of names and arrays adds
        others, for example a gradient derived by hand.
    direction
        ``"TB"``, from top to bottom, or ``"LR"``, from left to right.
    title
        Written above the picture.
    legend
        Say below the picture what the colours mean.
    depth
        Draw only the last calls: those fewer than `depth` calls away from `x`.
    max_nodes
        Refuse to draw more values than this, because no one can read them.

    Returns
    -------
    graphviz.Digraph
        Notebooks show it. ``.render("name", format="png")`` writes a file, ``.pipe(format="svg")`` returns bytes, ``.view()``
        opens it, and ``.source`` is the text in the DOT language.

    Raises
    ------
    DrawingError
        The graph is larger than `max_nodes`, or a name or shape in `values` or `gradients` is not that of the graph.
    RenderingError
        On rendering: neither a ``dot`` program nor pygraphviz is there, or it can not write the format.

    Notes
    -----
    A backward pass frees the numbers of the calls it passes, constants such as the 2 of ``x**2`` included, which then are
    drawn as ``?``. To see gradients together with them, call ``backward(retain_graph=True)``.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing import draw
    >>> x = ag.Tensor([1.0, 2.0], name="x", requires_grad=True)
    >>> loss = np.sum(x**2)
    >>> loss.name = "loss"
    >>> picture = draw(loss, title="A sum of squares")
    >>> "x</TD><TD>&#160;**&#160;2</TD>" in picture.source
    True
    >>> path = picture.render("squares", directory="pictures", format="png")  # doctest: +SKIP
    """
    if direction not in ("TB", "LR"):
        raise DrawingError(f"direction must be 'TB' (top to bottom) or 'LR' (left to right), not {direction!r}")
    outputs = _outputs(x)
    nodes, beyond = _selected([tensor.node for _, tensor in outputs], depth, max_nodes)
    names = {node: node.name for node in nodes if node.name}
    names.update((tensor.node, name) for name, tensor in outputs if name)
    numbers: dict[Node, list[tuple[str, str, Any]]] = {node: [] for node in nodes}
    if values is not False and values is not None:
        known = _known_values(nodes) | {tensor.node: tensor.data for _, tensor in outputs}
        known |= _by_node(values, "values", names)
        for node, array in known.items():
            numbers[node].append(("value", _VALUE_INK, array))
    if gradients is not False and gradients is not None:
        known = {n: _plain(n.annotations.grad) for n in nodes if n.annotations and n.annotations.grad is not None}
        known |= _by_node(gradients, "gradients", names)
        for node, array in known.items():
            numbers[node].append(("grad", _GRADIENT_INK, array))
    ends = {tensor.node for _, tensor in outputs}
    return _Painter(names, numbers, ends, beyond, direction == "LR").paint(nodes, title, legend)


# -- what to draw ------------------------------------------------------------------------------------------------------


def _outputs(x: Any) -> list[tuple[str | None, Tensor]]:
    if isinstance(x, Tensor):
        return [(None, x)]
    if isinstance(x, Mapping):
        pairs = [(str(name), tensor) for name, tensor in x.items()]
    elif isinstance(x, (list, tuple)):
        pairs = [(None, tensor) for tensor in x]
    elif callable(x):
        name = getattr(x, "__name__", "f")
        raise UnsupportedCallError(
            f"draw takes the result of a function, not the function {name} itself: make Tensors of its arguments, call it on "
            f"them, and draw what it returns: draw({name}(Tensor(...)))"
        )
    else:
        pairs = [(None, x)]
    for _, tensor in pairs:
        if not isinstance(tensor, Tensor):
            raise UnsupportedCallError(
                f"draw takes a Tensor, or a list, tuple or dict of Tensors, and was given a {type(tensor).__name__}, which has "
                f"no history. Was it computed under no_grad(), or from plain arrays only?"
            )
    if not pairs:
        raise DrawingError(f"draw was given an empty {type(x).__name__}: there is no Tensor in it to draw")
    return pairs


def _selected(outputs: list[Node], depth: int | None, max_nodes: int) -> tuple[list[Node], set[Node]]:
    """Return the nodes to draw in the order of the graph, and those among them at which `depth` cuts the picture off."""
    beyond: set[Node] = set()
    if depth is None:
        nodes = Graph(outputs).nodes
        found = f"the graph has {len(nodes):,} values"
        advice = "draw(..., depth=10) draws the last calls only"
    else:
        if depth < 1:
            raise DrawingError(f"depth must be at least 1, the call that made the value itself; it is {depth}")
        layer = dict.fromkeys(outputs)
        seen = set(layer)
        for _ in range(depth):
            parents = dict.fromkeys(parent for node in layer for parent in node.parents())
            layer = {node: None for node in parents if node not in seen}
            seen.update(layer)
        beyond = {node for node in layer if not node.is_leaf}
        nodes = sorted(seen, key=operator.attrgetter("index"))
        found = f"the last {depth} calls of the graph have {len(nodes):,} values"
        advice = "a smaller depth= draws fewer calls"
    if len(nodes) > max_nodes:
        raise DrawingError(
            f"{found}, and a picture of more than {max_nodes} (max_nodes) can not be read: {advice}, "
            f"draw(an_intermediate_value) an earlier part, and max_nodes= raises the limit"
        )
    return nodes, beyond


def _known_values(nodes: list[Node]) -> dict[Node, Any]:
    """The arrays that were kept for the backward pass, by the node whose value they are."""
    known: dict[Node, Any] = {}
    for node in nodes:
        if node.values is None:
            continue
        for source, value in zip(node.inputs, node.values, strict=False):
            pairs = _flat(source, value) if type(source) is list else [(source, value)]
            known.update((s, v) for s, v in pairs if s is not None and not isinstance(v, Dropped))
        if node.operation is not None and not isinstance(node.values[-1], Dropped):
            known[node] = node.values[-1]
    shown = set(nodes)
    return {node: _plain(value) for node, value in known.items() if node in shown}


def _flat(source: Any, value: Any) -> Iterator[tuple[Any, Any]]:
    """Pair a nested list of nodes with the nested list of their values."""
    stack = [(source, value)]
    while stack:
        source, value = stack.pop()
        if type(source) is list:
            stack.extend(zip(reversed(source), reversed(value), strict=True))
        else:
            yield source, value


def _by_node(given: bool | Mapping[str, Any], argument: str, names: Mapping[Node, str]) -> dict[Node, Any]:
    if not isinstance(given, Mapping):
        return {}
    found = {}
    for name, value in given.items():
        node = next((node for node, its_name in names.items() if its_name == name), None)
        if node is None:
            raise DrawingError(
                f"{argument}[{name!r}]: nothing in the graph has that name; "
                f"the names are: {', '.join(dict.fromkeys(names.values())) or 'none'}"
            )
        found[node] = _plain(value)
        if np.shape(found[node]) != node.shape:
            raise DrawingError(f"{argument}[{name!r}] has shape {np.shape(found[node])}, and {name} has {node.shape}")
    return found


def _plain(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value


# -- the text of a call ------------------------------------------------------------------------------------------------


def _call(node: Node, operation: Operation) -> list[str | _Operand]:
    """Return the call as a person writes it, in pieces: text, and the operands between."""
    function, parameters = operation.function, operation.parameters
    inputs = node.inputs
    values = ["?"] * len(inputs) if node.values is None else node.values[:-1]
    if function in (operator.getitem, put_at):
        index = "?" if node.values is None else _index(values[1])
        target = _argument(inputs[0], values[0])
        return [*target, f"[{index}]"] if function is operator.getitem else ["zeros", f"[{index}] += ", *target]
    shown: list[tuple[str, list[str | _Operand]]] = []
    for name, default, source, value in itertools.zip_longest(parameters, operation.defaults, inputs, values):
        if name is None or (operation.caches and name == parameters[-1]):
            continue
        is_operand = isinstance(function, np.ufunc) and len(shown) < function.nin
        if source is None and not is_operand and (node.values is None or _same(value, default)):
            continue
        pieces = _argument(source, value, is_variadic=default == ())
        is_keyword = source is None and not is_operand and name not in _UNNAMED and not isinstance(pieces[0], _Operand)
        shown.append((name, [f"{name}=", *pieces] if is_keyword and default != () else pieces))
    arguments = [pieces for _, pieces in shown]
    if function in _INFIX and len(arguments) == 2:
        return [*arguments[0], f" {_INFIX[function]} ", *arguments[1]]
    if function in _PREFIX and len(arguments) == 1:
        return [_PREFIX[function], *arguments[0]]
    if function in (np.transpose, np.matrix_transpose) and len(arguments) == 1 and node.values is not None:
        return [*arguments[0], ".T" if function is np.transpose else ".mT"]
    called = _SHORT.get(function) or operation.name.removeprefix("np.")
    joined: list[str | _Operand] = [f"{called}("]
    for i, pieces in enumerate(arguments):
        joined += [", ", *pieces] if i else pieces
    return [*joined, ")"]


def _argument(source: Any, value: Any, is_variadic: bool = False) -> list[str | _Operand]:
    if isinstance(source, Node):
        return [_Operand(source)]
    if type(source) is list:
        values = value if isinstance(value, (list, tuple)) else ["?"] * len(source)
        pieces: list[str | _Operand] = []
        for i, (s, v) in enumerate(zip(source, values, strict=True)):
            pieces += [", ", *_argument(s, v)] if i else _argument(s, v)
        return pieces if is_variadic else ["[", *pieces, "]"]
    if isinstance(value, Dropped) or (isinstance(value, np.ndarray) and value.ndim):
        return [_Operand(None, value)]
    return [_literal(value)]


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and not isinstance(value, np.ndarray) and bool(value == default))


def _literal(value: Any) -> str:
    if isinstance(value, str) and value == "?":
        return value
    if isinstance(value, (np.generic, np.ndarray)) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (float, complex)):
        return repr(value) if len(repr(value)) <= 8 else f"{value:.4g}"
    if isinstance(value, np.dtype):
        return value.name
    if isinstance(value, np.ndarray):
        return str(value.tolist()) if value.size <= 4 else f"{value.dtype} array {_shape(value.shape)}"
    if isinstance(value, (tuple, list)):
        items = ", ".join(_literal(item) for item in value)
        return f"[{items}]" if isinstance(value, list) else f"({items},)" if len(value) == 1 else f"({items})"
    return getattr(value, "__name__", None) or _cut(repr(value))


def _index(index: Any) -> str:
    """Write an index as it stands between brackets."""
    if isinstance(index, tuple) and index:
        return ", ".join(_index(part) for part in index)
    if isinstance(index, slice):
        ends = [":" if part is None else _literal(part) for part in (index.start, index.stop, index.step)]
        text = f"{ends[0].strip(':')}:{ends[1].strip(':')}"
        return text if index.step is None else f"{text}:{ends[2]}"
    return "..." if index is Ellipsis else _literal(index)


def _cut(text: str, width: int = 40) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _shape(shape: tuple[int, ...]) -> str:
    return str(tuple(shape)) if shape else "scalar"


def _shape_and_dtype(shape: tuple[int, ...], dtype: Any) -> str:
    return _shape(shape) if dtype is None or dtype == np.float64 else f"{_shape(shape)} {dtype}"


def _number_lines(array: Any) -> list[str]:
    """Write a small array in full, of a larger one what it ranges over."""
    if not isinstance(array, (np.ndarray, np.generic, int, float, complex)):
        return [_cut(type(array).__name__)]
    array = np.asarray(array)
    columns = array.shape[-1] if array.ndim else 1
    if array.ndim <= 2 and columns <= 5 and array.size <= 20:
        return np.array2string(array, precision=3, suppress_small=bool(np.all(np.abs(array) < 1e4))).splitlines()
    finite = array[np.isfinite(array)]
    lines = []
    if finite.size and array.dtype.kind in "fiu":
        lines.append(f"{finite.min():.3g} … {finite.max():.3g}, mean {finite.mean():.3g}")
    elif finite.size:
        lines.append(f"mean {finite.mean():.3g}")
    if finite.size < array.size:
        lines.append(f"not finite: {array.size - finite.size} of {array.size}")
    return lines


# -- the picture -------------------------------------------------------------------------------------------------------


class _Painter:
    """Writes boxes and arrows into a Digraph, one node of the graph after the other."""

    def __init__(
        self,
        names: Mapping[Node, str],
        numbers: Mapping[Node, list[tuple[str, str, Any]]],
        ends: set[Node],
        beyond: set[Node],
        is_sideways: bool,
    ) -> None:
        self.names = names
        self.numbers = numbers
        self.ends = ends
        self.beyond = beyond
        self.is_sideways = is_sideways
        self.ids: dict[Node, str] = {}
        self.met: set[_Look] = set()
        self.digraph = _drawing_class()(
            format="svg",
            graph_attr={"rankdir": "LR" if is_sideways else "TB", "fontname": _FONT, "ranksep": "0.35", "nodesep": "0.3"},
            node_attr={"fontname": _FONT, "fontsize": "13", "fontcolor": _INK, "shape": "plain"},
            edge_attr={"fontname": _FONT, "fontsize": "9", "fontcolor": _PALE, "color": _INK, "arrowsize": "0.6"},
        )

    def paint(self, nodes: list[Node], title: str | None, legend: bool) -> graphviz.Digraph:
        for position, node in enumerate(nodes, start=1):
            self.ids[node] = f"n{position}"
            if node.operation is None or node in self.beyond:
                self.leaf(node)
            else:
                self.operation(node, node.operation)
        return self.digraph
