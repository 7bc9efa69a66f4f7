"""Why a line of a derivation is as it is, in words a student knows."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd_lite.expressions.terms import is_call
from autograd_lite.graph import Node

if TYPE_CHECKING:
    from autograd_lite.expressions.programs import Contribution, Program

#: For each function the rule it is differentiated by, as a textbook calls it.
_RULES: dict[Callable[..., Any], str] = {
    np.add: "sum rule", np.subtract: "sum rule", np.multiply: "product rule", np.divide: "quotient rule",
    np.power: "power rule", np.square: "power rule", np.matmul: "matrix product rule", np.dot: "matrix product rule",
    np.sum: "the gradient of a sum is copied to every entry", np.mean: "each entry has 1/count of a mean",
    np.sqrt: "the derivative of a square root r is 1 / (2 * r)",
    np.var: "the derivative of a variance is 2 * (x - mean) / count", np.einsum: "each operand with all the others",
    np.exp: "exp is its own derivative", np.log: "the derivative of log(x) is 1/x",
    np.tanh: "the derivative of tanh is 1 - tanh**2", np.maximum: "the gradient goes to the larger operand",
    np.minimum: "the gradient goes to the smaller operand", np.where: "the gradient goes where the value came from",
    np.max: "the gradient goes to the largest entry", np.min: "the gradient goes to the smallest entry",
    operator.getitem: "the gradient goes to the entries that were read", np.transpose: "a transpose is undone",
    np.matrix_transpose: "a transpose is undone", np.reshape: "the shape is undone", np.negative: "sign",
    sliding_window_view: "an entry receives from each window that it lies in",
    np.concatenate: "each part has its slice of the gradient", np.stack: "each part has its slice of the gradient",
}  # fmt: skip

_NAMED = {
    "sigmoid": "the derivative of a sigmoid A is A * (1 - A)",
    "relu": "the gradient passes where the input is positive",
    "softmax": "the derivative of softmax: P * (g - sum(g * P))",
    "logsumexp": "the derivative of log-sum-exp is softmax",
    "log_softmax": "the derivative of log-softmax",
    "softplus": "the derivative of softplus is sigmoid",
    "log_of_softmax": "softmax and its logarithm together: P - Y",
    "log_of_entry_of_softmax": "softmax and its logarithm together: P - Y",
    "log_of_sigmoid": "sigmoid and its logarithm together",
    "log_of_one_minus_sigmoid": "sigmoid and its logarithm together",
}


def _rules_to_a_name(consumer: Node, program: Program) -> list[str]:
    """The rules on the way from a value to the next one that has a line of its own, the farthest first."""
    rules: list[str] = []
    node: Node | None = consumer
    while node is not None and node.operation is not None:
        name, function = node.operation.name, node.operation.function
        rules.insert(0, _RULES.get(function) or _NAMED.get(name) or f"chain rule through {name}")
        adjoint = program.adjoints.get(node)
        is_inside = not node.name and adjoint is not None and len(adjoint.contributions) == 1
        node = adjoint.contributions[0].consumer if is_inside and adjoint is not None else None
    kept = [r for r in dict.fromkeys(rules) if r not in ("sum rule", "sign", "a transpose is undone")]
    return kept or rules[:1]


def reason(contribution: Contribution, node: Node, program: Program) -> str:
    """Say which rule a contribution to the gradient of a value comes from, and what broadcasting added.

    Of a bias: ``sum rule; b1 was broadcast over axis 0, so its gradient sums over axis 0``.
    """
    consumer = contribution.consumer
    operation = consumer.operation
    assert operation is not None
    words = _rules_to_a_name(consumer, program)
    name = program.names[node].name if node.name else "it"
    for place in contribution.inserted:
        inserted = contribution.term.at(place)
        if is_call(inserted, np.sum):
            axis = inserted.keyword("axis")  # type: ignore[attr-defined]
            axes = None if axis is None else axis.evaluate({})
            over = f"axis {axes}" if isinstance(axes, int) else f"axes {axes}" if axes is not None else "all axes"
            words.append(f"{name} was broadcast over {over}, so its gradient sums over {over}")
        elif is_call(inserted, np.broadcast_to) and not operation.reduces:
            words.append("copied to every entry")
    return "; ".join(words)
