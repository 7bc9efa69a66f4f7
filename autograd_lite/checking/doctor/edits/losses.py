"""The derivatives of other losses than the one that was computed, for the lines that the loss alone is behind."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from autograd_lite.checking.doctor.chain import Chain
from autograd_lite.checking.doctor.edits.activations import sigmoid_prime
from autograd_lite.checking.doctor.edits.factors import times
from autograd_lite.checking.doctor.shapes import spreads_to
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.expressions import Name, Outline, Program, Term
from autograd_lite.expressions.terms import call, is_call
from autograd_lite.graph import Node


def other_losses(
    outline: Outline, chain: Chain, names: Sequence[Name], parameters: Collection[str]
) -> dict[str, list[Edit]]:
    """Return for each line that the loss alone is behind what people write for it with another loss in mind.

    Parameters
    ----------
    outline
        The derivation.
    chain
        Its backward lines.
    names
        The values of the forward pass.
    parameters
        The names that are no data.
    """
    program = outline.program
    leaves = {program.names[node].name for node in program.nodes if node.operation is None}
    data = [name for name in names if name.name not in parameters and name.name in leaves]
    kind = "forward_mismatch" if _squares_a_sum(program) else "wrong_loss_derivative"
    differences = {
        shown.name: Name(shown.name, shown.shape) for shown in outline.forward if is_call(shown.term, np.subtract)
    }
    edits: dict[str, list[Edit]] = {}
    for line in chain.lines.values():
        is_first = not chain.reads[line.name]  # it comes straight from the loss
        if not is_first and not _is_all_of_the_loss(chain, line.name):
            continue
        edits[line.name] = [
            Edit(kind, error, 1.15, "the derivative of a squared error")
            for error in differences.values()
            if error.shape == line.shape and is_first
        ]
        own = {program.names[line.node].name, line.name.removeprefix("d")}
        predictions = [p for p in names if p.shape == line.shape and p not in data and (is_first or p.name in own)]
        for p, y in itertools.product(predictions, data):
            for words, term in _of_losses(p, y) if spreads_to(y.shape or (), p.shape or ()) else ():
                cost = 1.05 if "number" in words else 1.15 if is_first else 1.0
                edits[line.name].append(Edit(kind, term, cost, f"the derivative {words}"))
    return edits


def _is_all_of_the_loss(chain: Chain, name: str) -> bool:
    """Whether the loss is a function of this value alone, in a few calls, whose gradients nobody gave."""
    above: set[str] = set()
    stack = list(chain.reads[name])
    while stack:
        line = stack.pop()
        if line not in above:
            above.add(line)
            stack += chain.reads[line]
    others = set(chain.order) - above - {name}
    return not above & chain.given and not any(chain.reads[other] & above for other in others)


def _squares_a_sum(program: Program) -> bool:
    """Whether the forward pass squares a sum, where it may have meant a sum of squares."""
    return any(
        node.operation is not None
        and node.operation.function in (np.power, np.square, np.multiply)
        and any(type(n) is Node and n.operation is not None and n.operation.function is np.sum for n in node.inputs)
        for node in program.nodes
    )


def _of_losses(p: Term, y: Term) -> Iterator[tuple[str, Term]]:
    """The derivatives of losses, of which loss each is."""
    difference = call(np.subtract, p, y)
    yield "of a squared error", difference
    yield "of cross entropy", call(np.divide, difference, times(*sigmoid_prime(p)))
    yield "of an absolute error", call(np.sign, difference)
    yield "of cross entropy, without 1 - Y", call(np.negative, call(np.divide, y, p))
    yield "averaged to one number", call(np.mean, difference)
    yield "summed to one number", call(np.sum, difference)
