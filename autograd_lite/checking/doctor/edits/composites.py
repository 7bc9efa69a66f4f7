"""Activation functions that take several calls: what people write for their derivatives, or leave out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from autograd_lite.checking.doctor.chain import Chain
from autograd_lite.checking.doctor.edits.activations import derivatives
from autograd_lite.checking.doctor.edits.factors import times
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.expressions import Line, Name, Outline
from autograd_lite.graph import Node


def edits_of_composites(outline: Outline, chain: Chain, known: Collection[tuple[Node, Name]]) -> dict[str, list[Edit]]:
    """Return for each line that is the derivative of a function in several calls what people write for it.

    Parameters
    ----------
    outline
        The derivation.
    chain
        Its backward lines.
    known
        The activation functions of one call: the node of the input, and the output.
    """
    lines = {line.node: line for line in chain.lines.values()}
    shown = {line.node: Name(line.name, line.shape) for line in outline.forward}
    edits: dict[str, list[Edit]] = {}
    for node, a in shown.items():
        source = _only_source(outline, node, lines)
        if source is None or node not in lines or source not in shown or (source, a) in known:
            continue
        line = lines[source]
        if not line.term.names() - set(chain.order):
            continue  # a factor
        gradient = chain.name(lines[node].name)
        found = edits.setdefault(line.name, [])
        found.append(Edit("missing_activation_derivative", gradient, 1.0, f"without the derivative of {a.name}"))
        for words, factors in derivatives(shown[source], a).items():
            what = f"with {words} in place of the derivative of {a.name}"
            found.append(Edit("wrong_activation_derivative", times(gradient, *factors), 1.15, what))
    return edits


def _only_source(outline: Outline, node: Node, lines: Mapping[Node, Line]) -> Node | None:
    """The one value with a line that a value is computed from entry by entry, in several calls."""
    if not _is_entrywise(node):
        return None
    inside, stack, sources = {node}, list(node.parents()), set()
    while stack:
        parent = stack.pop()
        if parent in inside or parent in sources:
            continue
        if parent.operation is None or parent.shape != node.shape:
            if parent.shape or parent.requires_grad:
                return None
        elif _is_entrywise(parent, or_by_rule=True) and not (parent in lines and parent.name):
            inside.add(parent)
            stack += parent.parents()
        else:
            sources.add(parent)
    if len(sources) != 1:
        return None
    source = sources.pop()
    users = [n for n in outline.program.nodes if source in n.parents() and n.requires_grad]
    return source if source in lines and all(user in inside for user in users) else None


def _is_entrywise(node: Node, or_by_rule: bool = False) -> bool:
    """Whether a value is computed entry by entry by NumPy, or by the rule of any function."""
    if node.operation is None:
        return False
    function = node.operation.function
    by_numpy = isinstance(function, np.ufunc) or function is np.where
    return by_numpy or (or_by_rule and node.operation.is_elementwise)
