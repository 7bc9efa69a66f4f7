"""Boxes and arrows: how the values and calls of a graph look in a picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from autograd_lite.drawing.calls import Operand, shape_text, written
from autograd_lite.graph import Node
from autograd_lite.registry import Operation
from autograd_lite.tensor import Tensor

if TYPE_CHECKING:
    import graphviz


class Look(NamedTuple):
    """The colours of a kind of box, and what the legend calls it."""

    fill: str
    border: str
    meaning: str


PARAMETER = Look("#ffe7c2", "#b35900", "requires a gradient")
DATA = Look("#dcebfa", "#41719c", "data")
CONSTANT = Look("#eeeeee", "#b0b0b0", "constant")
CALL = Look("#ffffff", "#24292f", "")

INK, PALE, VALUE_INK, GRADIENT_INK = "#24292f", "#6e7781", "#0a5c36", "#a3262a"
FONT, MONOSPACE = "Helvetica,Arial,sans-serif", "Courier New,monospace"
#: A leaf that is used more often than this is drawn again where it is used.
FEW_USES = 3
#: In a graph with more values than this Graphviz settles for less than the straightest arrows, which can take minutes.
LARGE = 100
#: Functions besides the ufuncs whose operands NumPy stretches to a common shape.
BROADCASTING = {np.where, np.clip}
#: Functions whose operands can not be confused.
COMMUTATIVE = {np.add, np.multiply, np.maximum, np.minimum}
#: What a label would read as markup, and how it is written instead.
MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\\": "\\\\"})


class Painter:
    """Writes the boxes and arrows of a graph into a Digraph.

    Parameters
    ----------
    names
        What to call the nodes that have a name.
    ends
        The nodes to emphasize.
    cut
        The calls that are drawn without what is behind them.
    direction
        ``"TB"`` or ``"LR"``.
    """

    def __init__(self, names: Mapping[Node, str], ends: set[Node], cut: set[Node], direction: str) -> None:
        # Late: graphviz takes as long to import as all of this library.
        from autograd_lite.drawing.rendering import Drawing

        self.names = names
        self.ends = ends
        self.cut = cut
        self.is_sideways = direction == "LR"
        self.numbers: dict[Node, dict[str, tuple[str, Any]]] = {}
        self.ids: dict[Node, str] = {}
        self.uses: Counter[Node] = Counter()
        self.drawn_uses: Counter[Node] = Counter()
        self.looks: set[Look] = set()
        self.digraph = Drawing(
            format="svg",
            graph_attr={"rankdir": direction, "fontname": FONT, "ranksep": "0.35", "nodesep": "0.3"},
            node_attr={"fontname": FONT, "fontsize": "13", "fontcolor": INK, "shape": "plain"},
            edge_attr={"fontname": FONT, "fontsize": "9", "fontcolor": PALE, "color": INK, "arrowsize": "0.6"},
        )

    def show(self, label: str, ink: str, arrays: Mapping[Node, Any]) -> None:
        """Note numbers to be written into the boxes of nodes; later ones replace earlier ones of the same label."""
        for node, array in arrays.items():
            self.numbers.setdefault(node, {})[label] = (ink, array)

    def paint(self, nodes: list[Node], title: str | None, legend: bool) -> graphviz.Digraph:
        """Draw the nodes, which are in the order of the graph, and return the picture."""
        self.uses.update(parent for node in nodes if node not in self.cut for parent in node.parents())
        for position, node in enumerate(nodes, start=1):
            self.ids[node] = f"n{position}"
            if node.operation is None or node in self.cut:
                self.leaf(node)
            else:
                self.call(node, node.operation)
        if len(nodes) > LARGE:
            self.digraph.attr("graph", nslimit="2")
        lines = [f'<FONT POINT-SIZE="16"><B>{_escaped(title)}</B></FONT>'] if title else []
        looks = [look for look in (PARAMETER, DATA, CONSTANT) if look in self.looks]
        if legend and len(looks) > 1:
            marks = "   ".join(f'<FONT COLOR="{look.border}">■</FONT> {look.meaning}' for look in looks)
            lines.append(f'<FONT POINT-SIZE="10" COLOR="{PALE}">{marks}</FONT>')
        if lines:
            self.digraph.attr("graph", label=f"<{'<BR/>'.join(lines)}<BR/> >", labelloc="t")
        return self.digraph

    def leaf(self, node: Node) -> None:
        """Draw a value that a person made, or one whose call is not drawn."""
        name = self.names.get(node)
        if node in self.cut:
            self.box(self.ids[node], CALL, [self.facts(node, name or "…")], "computed by calls that are not drawn")
        else:
            look = PARAMETER if node.requires_grad else DATA
            tooltip = f"{name or 'a Tensor without a name'}: {look.meaning}"
            self.box(self.ids[node], look, [self.facts(node, name)], tooltip, is_end=node in self.ends)

    def call(self, node: Node, operation: Operation) -> None:
        """Draw a call, with an arrow from each of its operands."""
        pieces = written(node, operation)
        operands = [piece for piece in pieces if isinstance(piece, Operand)]
        marks = iter(self.marks(operands, self.is_sideways and operation.function not in COMMUTATIVE))
        cells = [""]  # one for each operand, with the text around it, so that its arrow can end there
        for piece in pieces:
            if isinstance(piece, Operand):
                mark = next(marks)
                position = len(cells) - 1
                self.arrow(piece, node, position, mark)
                cells[-1] += mark
                cells.append("")
            elif len(cells) > 1:
                cells[-2] += piece
            else:
                cells[-1] += piece
        text = "".join(cells)
        cells = [text] if self.is_sideways else cells[:-1] or cells
        name = self.names.get(node)
        tooltip = f"{name} = {text}" if name else text
        self.box(self.ids[node], CALL, [_row(cells), self.facts(node, name)], tooltip, is_end=node in self.ends)

    def marks(self, operands: list[Operand], is_numbered: bool) -> list[str]:
        """What stands for each operand in a call: its name, else a number if arrows could be confused, or a bullet."""
        names = [None if o.source is None else self.names.get(o.source) for o in operands]
        keys = [id(o.array) if o.source is None else o.source for o in operands]
        nameless = dict.fromkeys(key for key, name in zip(keys, names, strict=True) if not name)
        bullets = dict.fromkeys(nameless, "•")
        if is_numbered and len(nameless) > 1:
            bullets = {key: chr(ord("①") + i % 20) for i, key in enumerate(nameless)}
        return [
            operand.text if operand.text is not None else name or bullets[key]
            for operand, key, name in zip(operands, keys, names, strict=True)
        ]

    def arrow(self, operand: Operand, node: Node, position: int, mark: str) -> None:
        """Draw the arrow from an operand to its place; an array that is no Tensor gets a small box for it."""
        source, array, _ = operand
        head = self.ids[node]
        attributes = {} if source is not None and source.requires_grad else {"color": CONSTANT.border}
        if source is None:
            shape, tail = array.shape, f"{head}_{position}"
            self.box(tail, CONSTANT, [_small(shape_text(shape, array.dtype))], "an array that is not a Tensor")
        else:
            shape, tail = source.shape, self.ids[source]
            self.drawn_uses[source] += 1
            use = self.drawn_uses[source]
            # A weight that every step of a loop uses: its name beside each, instead of arrows across the picture.
            if use > 1 and self.uses[source] > FEW_USES and source.is_leaf and source in self.names:
                tail = f"{tail}_{use}"
                look, name = PARAMETER if source.requires_grad else DATA, self.names[source]
                self.box(tail, look, [_small(name)], f"{name}, used again", style="DASHED")
        labels = [mark] if "①" <= mark <= "⑳" else []
        function = None if node.operation is None else node.operation.function
        if function in BROADCASTING or (isinstance(function, np.ufunc) and function.signature is None):
            labels += [f"{shape_text(shape)} → {shape_text(node.shape)}"] if shape != node.shape else []
        if labels:
            attributes["label"] = f" {' '.join(labels)} "
        self.digraph.edge(tail, head if self.is_sideways else f"{head}:p{position}:n", **attributes)

    def facts(self, node: Node, name: str | None) -> str:
        """Name, shape, dtype and numbers of a value, as the lines of a cell."""
        lines = [f"<B>{_escaped(name)}</B>"] if name else []
        lines.append(_small(shape_text(node.shape, node.dtype)))
        for label, (ink, array) in self.numbers.get(node, {}).items():
            lines.append(f'<FONT POINT-SIZE="9" COLOR="{ink}">{label}</FONT>')
            font = f'FACE="{MONOSPACE}" POINT-SIZE="9" COLOR="{ink}"'
            lines += [f"<FONT {font}>{_escaped(line)}</FONT>" for line in _number_lines(array)]
        return "<BR/>".join(lines)

    def box(
        self, name: str, look: Look, rows: list[str], tooltip: str, is_end: bool = False, style: str | None = None
    ) -> None:
        """Draw a box with a cell in each row."""
        self.looks.add(look)
        attributes = f'BORDER="{2 if is_end else 1}" CELLBORDER="0" CELLSPACING="0" CELLPADDING="3"'
        attributes += f' BGCOLOR="{look.fill}" COLOR="{look.border}"'
        if style or look is CALL:
            attributes += f' STYLE="{style or "ROUNDED"}"'
        body = "".join(f"<TR><TD>{row}</TD></TR>" for row in rows)
        self.digraph.node(name, label=f"<<TABLE {attributes}>{body}</TABLE>>", tooltip=_tooltip(tooltip))


def _number_lines(value: Any) -> list[str]:
    """Write a small array in full, of a larger one what it ranges over."""
    value = value.data if isinstance(value, Tensor) else value
    if not isinstance(value, (np.ndarray, np.generic, int, float, complex, list, tuple)):
        return [type(value).__name__]  # an array of another library, perhaps on another device
    array = np.asarray(value)
    if not array.size:
        return ["no entries"]
    if array.ndim <= 2 and array.shape[-1:] <= (5,) and array.size <= 20:
        is_real = array.dtype.kind in "fc"
        rows = [[f"{entry:.3g}" if is_real else str(entry) for entry in row] for row in np.atleast_2d(array)]
        width = max(len(text) for row in rows for text in row)
        return ["  ".join(text.rjust(width) for text in row) for row in rows]
    finite = array[np.isfinite(array)]
    lines = []
    with np.errstate(all="ignore"):
        if finite.size and array.dtype.kind in "fiu":
            lines.append(f"{finite.min():.3g} to {finite.max():.3g}")
        if finite.size:
            lines.append(f"mean {finite.mean():.3g}")
    if finite.size < array.size:
        lines.append(f"{array.size - finite.size} of {array.size} not finite")
    return lines


def _row(cells: list[str]) -> str:
    """A line of text in cells that arrows can end at."""
    middle = ["CENTER"] * (len(cells) - 2)
    sides = ["RIGHT", *middle, "LEFT"] if len(cells) > 1 else ["CENTER"]  # together also where the box is wide
    row = "".join(
        f'<TD PORT="p{i}" ALIGN="{side}">{_escaped(cell)}</TD>'
        for i, (cell, side) in enumerate(zip(cells, sides, strict=True))
    )
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{row}</TR></TABLE>'


def _small(text: str) -> str:
    return f'<FONT POINT-SIZE="10" COLOR="{PALE}">{_escaped(text)}</FONT>'


def _escaped(text: str) -> str:
    """Make text safe inside a label, where XML's markup and Graphviz's backslashes have a meaning."""
    return _printable(text).translate(MARKUP)


def _tooltip(text: str) -> Any:
    import graphviz  # its `escape` marks a text between < and > as no markup

    # Graphviz reads backslashes in tooltips twice, so that none can be written.
    return graphviz.escape(_printable(text).replace("\\", "⧵"))


def _printable(text: str) -> str:
    text = re.sub(r"[\n\r\t]", " ", text)
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "\N{REPLACEMENT CHARACTER}", text)
