"""What may have slipped into a backward pass, read off the forward pass: arrays, constants, derivatives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.case import UPDATED, Case
from autograd_lite.checking.doctor.constants import Constants
from autograd_lite.checking.doctor.edits.activations import Activation, relu_prime, sigmoid_prime, tanh_prime
from autograd_lite.checking.doctor.edits.composites import edits_of_composites
from autograd_lite.checking.doctor.edits.losses import other_losses
from autograd_lite.checking.doctor.edits.repertoire import Repertoire
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.expressions import Constant, Line, Name, Outline, Term, idioms
from autograd_lite.expressions.algebra import Tidier
from autograd_lite.expressions.terms import call, is_call
from autograd_lite.graph import Node
from autograd_lite.tensor.numbers import count_of, length_of

#: So many lengths are tried as constants.
_MOST_SIZES = 24
#: Of a larger program the gradients of the data are not derived, too.
_MOST_NODES = 300


class Clues:
    """Gathers what a search needs to know.

    Parameters
    ----------
    case
        The derivation and the person's numbers.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.outline = case.outline
        self.program = case.program
        self._lines_by_node = {line.node: line.name for line in case.lines}

    def task(self, deadline: float) -> Task:
        """Return the task of a search that ends at the deadline."""
        case = self.case
        parameters = case.brought.parameters
        derivatives = {line.name for line in case.lines if self._is_derivative(line)}
        repertoire = Repertoire(
            case.chain,
            self.names,
            [(self._lines_by_node.get(node), activation) for node, activation in self._activations],
            self._stale(),
            self._other_functions(),
            self._data_gradients(),
            self._past_activations(),
            derivatives,
            {name.name for name in self.names if not any(np.any(p.values[name.name]) for p in case.evidence.probes)},
        )
        return Task(
            case.chain,
            case.evidence,
            repertoire,
            self._constants(),
            self.names,
            {line.name for line in case.lines if case.name_of(line.node) in parameters},
            case.brought.rate,
            deadline,
            self._updated(),
            case.run_again,
        )

    def _updated(self) -> dict[str, str]:
        """The parameters that an update moves, each with its gradient's line."""
        if self.case.brought.updated is None:
            return {}
        lines = {key: self.case.line_of(key) for key in self.case.brought.points[0]}
        return {key: line for key, line in lines.items() if line is not None}

    def _other_functions(self) -> dict[str, list[Edit]]:
        """For some lines what they are with another loss, or another activation function, in mind."""
        chain = self.case.chain
        edits = other_losses(self.outline, chain, self.names, self.case.written_as.values())
        known = {(source, activation.a) for source, activation in self._activations}
        for line, found in edits_of_composites(self.outline, chain, known).items():
            edits.setdefault(line, []).extend(found)
        return edits

    # -- arrays ------------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> list[Name]:
        """The values of the forward pass that may be taken for one another: arrays with at least one axis."""
        shown = {line.node: line.name for line in reversed(self.outline.forward)}
        names = []
        for node in self.program.nodes:
            name = self.program.names[node]
            is_line = node in shown or node.operation is None
            if is_line and node.dtype != object and name.shape and node.dtype.kind in "fiub":
                names.append(Name(shown.get(node, name.name), name.shape, name.dtype))
        return names

    def _stale(self) -> dict[Name, Term]:
        """For each parameter, and each row of one, what it is after the update."""
        if self.case.brought.updated is None:
            return {}
        stale: dict[Name, Term] = {
            name: Name(name.name + UPDATED, name.shape, name.dtype)
            for name in self.names
            if name.name in self.case.written_as.values()
        }
        parameters = {name.name: name for name in stale}
        names = {name.name: name for name in self.names}
        for line in self.outline.forward:  # rows of a parameter
            read = line.term.names()
            if len(read) == 1 and read <= set(parameters) and line.name in names:
                parameter = parameters[next(iter(read))]
                stale[names[line.name]] = line.term.substituted({parameter: stale[parameter]})
        return stale

    def _data_gradients(self) -> list[Term]:
        """The gradients of the data, which people compute by mistake and then use."""
        if len(self.program.nodes) > _MOST_NODES:
            return []  # it would cost more time than it may save
        everything = Outline(self.case.record, None)
        known = {line.name for line in self.case.lines}
        mine = {line.name for line in everything.backward}
        return [
            line.term
            for line in everything.backward
            if line.name not in known and line.term.names() & known and not (line.term.names() & mine) - known
        ]

    # -- constants ---------------------------------------------------------------------------------------------------

    def _constants(self) -> Constants:
        """The lengths of axes, by how a person would call them; the learning rate; the numbers in their programs."""
        rate = self.case.brought.rate
        sizes: dict[str, tuple[float, Term]] = {}
        if rate is not None:
            sizes["the learning rate"] = (rate, Name("LR"))
        known: set[float] = {1.0}
        for words, value, term in self._sizes():
            if value not in known and len(sizes) < _MOST_SIZES:
                known.add(value)
                sizes[words] = (value, term)
        numbers = set(self.case.brought.transcript.numbers)
        for line in self.outline.forward:
            parts = (part.value for _, part in line.term.walk() if isinstance(part, Constant))
            numbers |= {abs(value) for value in parts if type(value) is float and value}
        return Constants(sizes, sorted(numbers - {0.5, 1.0, 2.0, rate or 1.0}))

    def _sizes(self) -> Iterator[tuple[str, float, Term]]:
        for line in self.outline.forward:
            value = self.case.evidence.probes[0].values.get(line.name)
            if isinstance(value, int):
                yield line.name, float(value), Name(line.name, ())
        for name in self.names:
            for axis, length in enumerate(name.shape or ()):
                yield f"{name.name}.shape[{axis}]", float(length), call(length_of, name, axis)
        for name in self.names:
            yield f"{name.name}.size", float(np.prod(name.shape or ())), call(count_of, name)

    # -- activation functions ----------------------------------------------------------------------------------------

    @cached_property
    def _activations(self) -> list[tuple[Node, Activation]]:
        """The activation functions of the forward pass, each with the node of its input."""
        shown = {line.node: Name(line.name, line.shape) for line in self.outline.forward}
        found: list[tuple[Node, Activation]] = []
        for node in self.program.nodes:
            if node.operation is None or not node.inputs or type(node.inputs[0]) is not Node or node not in shown:
                continue
            a, source = shown[node], node.inputs[0]
            z = shown.get(source, a)
            factors: dict[Any, tuple[str, tuple[Term, ...]]] = {
                idioms.sigmoid: ("sigmoid", sigmoid_prime(a)),
                np.tanh: ("tanh", tanh_prime(a)),
                idioms.relu: ("relu", relu_prime(z)),
            }
            if node.operation.function in factors:
                name, parts = factors[node.operation.function]
                found.append((source, Activation(name, z, a, parts)))
            else:
                found += self._other_activation(node, source, z, a)
        return found

    def _other_activation(self, node: Node, source: Node, z: Name, a: Name) -> list[tuple[Node, Activation]]:
        """Any other function of single entries: the factors of the line that read nothing but its input and output."""
        assert node.operation is not None
        is_elementwise = isinstance(node.operation.function, np.ufunc) or node.operation.is_elementwise
        line = next((one for one in self.case.lines if one.node is source), None)
        if line is None or not is_elementwise or not is_call(line.term, np.multiply, np.divide):
            return []
        factors = tuple(
            factor
            for factor, power in Tidier().product(line.term).factors.items()
            if power == 1 and factor.names() and factor.names() <= {z.name, a.name} and factor.shape == z.shape
        )
        return [(source, Activation(node.operation.name, z, a, factors))] if factors else []

    def _past_activations(self) -> dict[str, str]:
        """For each gradient at the input of an activation function the name of that at its output."""
        outputs = {line.name: self._lines_by_node.get(line.node) for line in self.outline.forward}
        found = {}
        for source, activation in self._activations:
            before, after = self._lines_by_node.get(source), outputs.get(activation.a.name)
            if before is not None and after is not None:
                found[before] = after
        return found

    def _is_derivative(self, line: Line) -> bool:
        """Whether a line reads, beside the gradient from above, only what is computed from its own value."""
        gradients = {one.name for one in self.case.lines}
        if any(is_call(part, np.matmul, np.dot, np.sum, np.outer) for _, part in line.term.walk()):
            return False
        nodes = {self.program.names[node].name: node for node in self.program.nodes}
        stack = [nodes[name] for name in line.term.names() - gradients if name in nodes]
        seen = {line.node}
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                if node.operation is None and node.shape:
                    return False
                stack += node.parents()
        return bool(line.term.names() - gradients)
