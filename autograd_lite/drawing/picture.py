"""`draw`: which part of the graph is drawn, and with which numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from autograd_lite.errors import DrawingError, UnsupportedCallError
from autograd_lite.graph import Dropped, Graph, Node
from autograd_lite.tensor import Tensor
from autograd_lite.tensor.recording import wrap

if TYPE_CHECKING:
    import graphviz


def draw(
    x: Any,
    *args: Any,
    values: bool | Mapping[str, Any] = False,
    gradients: bool | Mapping[str, Any] = False,
    direction: Literal["TB", "LR"] = "TB",
    title: str | None = None,
    legend: bool = True,
    depth: int | None = None,
    max_nodes: int = 300,
) -> graphviz.Digraph:
    """Draw the graph of NumPy calls behind a Tensor.

    Leaves (what a person made) are coloured boxes, calls white ones. A box reads from top to bottom: the call, with the
    names of its operands (``•`` for one without a name), the name of its result, the shape, and the dtype unless it is
    float64. An arrow ends at its operand's place in the call; where broadcasting stretches an operand, it says so.

    Parameters
    ----------
    x
        A Tensor, a list or tuple of Tensors, or a dict of names and Tensors; or a function, which is traced.
    *args
        The arguments of the function: it runs once, as it stands (see `lift`), and its values have its own names.
    values, gradients
        Show numbers: small arrays in full, of larger ones the range and the mean. With ``True`` those that the graph
        has: the values of `x` and of what the backward pass will read, and every ``.grad``. A dict of names and arrays
        adds others, such as the values of all parameters or a gradient derived by hand.
    direction
        ``"TB"``, from top to bottom, or ``"LR"``, from left to right.
    title
        Written above the picture.
    legend
        Say what the colours mean, where there are several.
    depth
        Draw only the last calls: those fewer than `depth` steps away from `x`.
    max_nodes
        Refuse to draw more values than this, since no one can read them.

    Returns
    -------
    graphviz.Digraph
        Notebooks show it. ``.render("name", format="png")`` writes a file, ``.pipe("svg")`` returns bytes, ``.view()``
        opens it, and ``.source`` is the text in the DOT language.

    Raises
    ------
    DrawingError
        The graph is larger than `max_nodes`, or `values` or `gradients` have a name or shape that is not in it.
    RenderingError
        On rendering: neither a ``dot`` program nor pygraphviz is there, or it can not write the format.

    Notes
    -----
    A backward pass frees what was recorded of the calls, constants such as the 2 of ``x**2`` included; these are then
    drawn as ``?``. To see them together with the gradients, call ``backward(retain_graph=True)``.

    PNG and PDF are drawn with the fonts of the machine, and show empty squares where it has none; SVG needs none.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> from autograd_lite.drawing import draw
    >>> x = ag.Tensor([1.0, 2.0], requires_grad=True, name="x")
    >>> loss = np.sum(x**2)
    >>> loss.name = "loss"
    >>> picture = draw(loss, title="A sum of squares")
    >>> "x ** 2" in picture.source
    True
    """
    from autograd_lite.drawing.boxes import GRADIENT_INK, VALUE_INK, Painter  # late, as most programs draw nothing

    if direction not in ("TB", "LR"):
        raise DrawingError(f"direction must be 'TB' (top to bottom) or 'LR' (left to right), not {direction!r}")
    if args and not callable(x):
        raise UnsupportedCallError(
            f"draw takes arguments after a function only, and was given a {type(x).__name__} with {len(args)} more; "
            f"several Tensors go in a list"
        )
    outputs = _traced_outputs(x, args) if callable(x) and not isinstance(x, Tensor) else _outputs(x)
    nodes, cut = _selected([tensor.node for _, tensor in outputs], depth, max_nodes)
    names = {node: node.name for node in nodes if node.name}
    names.update((tensor.node, name) for name, tensor in outputs if name)
    painter = Painter(names, {tensor.node for _, tensor in outputs}, cut, direction)
    if values:
        painter.show("value", VALUE_INK, _known_values(nodes))
        painter.show("value", VALUE_INK, {tensor.node: tensor.data for _, tensor in outputs})
        painter.show("value", VALUE_INK, _given(values, "values", names))
    if gradients:
        grads = {n: n.annotations.grad for n in nodes if n.annotations is not None and n.annotations.grad is not None}
        painter.show("grad", GRADIENT_INK, grads)
        painter.show("grad", GRADIENT_INK, _given(gradients, "gradients", names))
    return painter.paint(nodes, title, legend)


# -- what to draw ------------------------------------------------------------------------------------------------------


def _outputs(x: Any) -> list[tuple[str | None, Tensor]]:
    pairs: list[tuple[str | None, Any]]
    if isinstance(x, Mapping):
        pairs = [(str(name), tensor) for name, tensor in x.items()]
    elif isinstance(x, (list, tuple)):
        pairs = [(None, tensor) for tensor in x]
    else:
        pairs = [(None, x)]
    for _, tensor in pairs:
        if not isinstance(tensor, Tensor):
            raise UnsupportedCallError(
                f"draw takes a Tensor, or a list, tuple or dict of Tensors, and was given a {type(tensor).__name__}, "
                f"which has no history. (A call on plain arrays, a comparison or an argmax gives a plain array.)"
            )
    if not pairs:
        raise DrawingError(f"draw was given an empty {type(x).__name__}: there is no Tensor in it")
    return pairs


def _traced_outputs(f: Callable[..., Any], args: tuple[Any, ...]) -> list[tuple[str | None, Tensor]]:
    """Run a function once; return what came out, with the record of the calls that no number read off a shape is in."""
    from autograd_lite.tracing import trace  # late, as most programs trace nothing

    graph = trace(f, *args)
    for node in graph.nodes:
        node.inputs = [_arrays_only(entry) for entry in node.inputs]
    return [(node.name, wrap(graph.value(node), node)) for node in dict.fromkeys(graph.outputs)]


def _arrays_only(entry: Any) -> Any:
    if type(entry) is list:
        parts = [_arrays_only(part) for part in entry]
        return parts if any(part is not None for part in parts) else None
    if entry is None or entry.dtype == object:
        return None
    return None if entry.values and type(entry.values[-1]) in (int, float) else entry  # a number read off a shape


def _selected(outputs: list[Node], depth: int | None, max_nodes: int) -> tuple[list[Node], set[Node]]:
    """Return the nodes to draw in the order of the graph, and those among them at which `depth` cuts."""
    cut: set[Node] = set()
    if depth is None:
        nodes = Graph(outputs).nodes
        found, advice = "the graph has", "Pass depth=10 to draw the last calls only"
    else:
        if depth < 1:
            raise DrawingError(f"depth must be at least 1, the call that made the value itself, not {depth}")
        layer = dict.fromkeys(outputs)
        seen = dict(layer)
        for _ in range(depth):
            parents = dict.fromkeys(parent for node in layer for parent in node.parents())
            layer = {node: None for node in parents if node not in seen}
            seen |= layer
        cut = {node for node in layer if not node.is_leaf}
        nodes = sorted(seen, key=operator.attrgetter("index"))
        found, advice = f"its last {depth} steps have", "A smaller depth= draws fewer"
    if len(nodes) > max_nodes:
        raise DrawingError(
            f"{found} {len(nodes):,} values, and no one can read a picture of more than {max_nodes} (max_nodes=). "
            f"{advice}; draw an intermediate Tensor to see an earlier part"
        )
    return nodes, cut


def _known_values(nodes: list[Node]) -> dict[Node, Any]:
    """The arrays that were kept for the backward pass, by the node whose value they are."""
    known: dict[Node, Any] = {}
    for node in nodes:
        if node.values is None or node.operation is None:
            continue
        pairs = [(node, node.values[-1])]
        for source, value in zip(node.inputs, node.values, strict=False):
            pairs += _paired(source, value)
        known.update((n, value) for n, value in pairs if not isinstance(value, Dropped))
    shown = set(nodes)
    return {node: value for node, value in known.items() if node in shown}


def _paired(source: Any, value: Any) -> Iterator[tuple[Node, Any]]:
    """Pair a node, or a nested list of nodes, with its values."""
    stack = [(source, value)]
    while stack:
        source, value = stack.pop()
        if type(source) is list:
            stack.extend(zip(source, value, strict=True))
        elif source is not None:
            yield source, value


def _given(numbers: bool | Mapping[str, Any], argument: str, names: Mapping[Node, str]) -> dict[Node, Any]:
    if not isinstance(numbers, Mapping):
        return {}
    nodes = {name: node for node, name in names.items()}
    for name, array in numbers.items():
        if name not in nodes:
            there = f"the names are {', '.join(nodes)}" if nodes else "nothing in it has a name"
            raise DrawingError(f"{argument} names {name!r}, and nothing in the graph is called so; {there}")
        if np.shape(_plain(array)) != nodes[name].shape:
            raise DrawingError(
                f"{argument}[{name!r}] has shape {np.shape(_plain(array))}, and {name} {nodes[name].shape}"
            )
    return {nodes[name]: array for name, array in numbers.items()}


def _plain(value: Any) -> Any:
    return value.data if isinstance(value, Tensor) else value
