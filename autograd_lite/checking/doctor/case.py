"""One derivation of a person's loss with their numbers beside it, in their own names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.chain import Chain
from autograd_lite.checking.doctor.evidence import Evidence, Probe
from autograd_lite.checking.doctor.transcript import Transcript
from autograd_lite.checking.names import bare_names
from autograd_lite.expressions import Line, Outline, idioms
from autograd_lite.graph import Node
from autograd_lite.tracing import Trace

Array = NDArray[Any]

#: How names of parameters after their update end.
UPDATED = "_updated"
#: What it costs to pass over a gradient that the person computes by name.
_PASSED_OVER = 0.2
#: And one that they return.
_UNNAMED = 1.0


@dataclass
class Brought:
    """What a person brought.

    Attributes
    ----------
    plain
        Their forward pass at a point.
    points
        Values of the parameters: those of the check first, then random ones.
    given
        At each point the gradients that the person has there, by the name of the value.
    wrong
        The names whose gradients are wrong.
    tolerance
        The relative error that counts as rounding.
    rate
        The learning rate, if the gradients were read off a training step.
    updated
        At each point the parameters after the step.
    transcript
        What their backward pass computed on the way.
    """

    plain: Callable[[Any], Any]
    points: Sequence[Mapping[str, Array]]
    given: Sequence[Mapping[str, Array]]
    wrong: list[str]
    tolerance: float
    rate: float | None
    updated: Sequence[Mapping[str, Array]] | None
    transcript: Transcript

    @property
    def parameters(self) -> set[str]:
        """The names of the parameters."""
        return set(self.points[0])

    def leave_out(self, names: set[str]) -> None:
        """Go on without the gradients of some intermediates."""
        self.given = [{n: g for n, g in given.items() if n not in names} for given in self.given]
        self.wrong = [name for name in self.wrong if name not in names]


def parameters_of(record: Trace) -> list[Node]:
    """Return the leaves that are parameters."""
    return [argument.node for argument in record.arguments if argument.node.requires_grad]


class Case:
    """One derivation and the person's numbers.

    Parameters
    ----------
    brought
        What the person brought.
    record
        Their loss, traced.
    shortcuts
        Whether the derivation is the short one.

    Attributes
    ----------
    written_as
        For each parameter, by the person's name for it, its name in the lines: one of Python's.
    positions
        Which of the points go the same way as the first, and are probed.
    evidence
        The person's numbers beside the lines.
    """

    def __init__(self, brought: Brought, record: Trace, shortcuts: bool) -> None:
        self.brought = brought
        self.record = record
        self.outline = Outline(record, parameters_of(record), shortcuts=shortcuts)
        self.program = self.outline.program
        self.lines = list(self.outline.backward)
        self._by_name = {line.name: line for line in self.lines}
        self._returned: dict[Node | None, str] = {}
        for name, original in record.returned.items():
            self._returned.setdefault(self.program.copies.get(original), name)
        self._parameters = self._parameters_by_name()
        self.written_as = {name: self.program.names[node].name for node, name in self._parameters.items()}
        self.positions: list[int] = []
        probes = self._probes()
        given = {name for name in self._by_name if all(name in probe.given for probe in probes)}
        self.chain = Chain(self.lines, given)
        self.evidence = Evidence(self.chain, probes, brought.tolerance, brought.transcript.at(self.positions))

    @property
    def has_shortcuts(self) -> bool:
        """Whether the derivation takes any."""
        return any(
            node.operation is not None and node.operation.function in idioms.WRITTEN for node in self.program.nodes
        )

    # -- names -------------------------------------------------------------------------------------------------------

    def line(self, name: str) -> Line:
        """Return a line by its name."""
        return self._by_name[name]

    def name_of(self, node: Node) -> str | None:
        """Return what the person calls a value, if anything."""
        return self._returned.get(node, self._parameters.get(node, node.name))

    def _parameters_by_name(self) -> dict[Node, str]:
        """The parameters, as the person calls them."""
        leaves, names = [argument.node for argument in self.record.arguments], list(self.brought.points[0])
        if len(leaves) != len(names):
            return {}
        copies = self.program.copies
        return {copies[leaf]: name for leaf, name in zip(leaves, names, strict=True) if leaf in copies}

    def parameters_near(self, node: Node) -> frozenset[Node]:
        """Return the parameters nearest above a value: the same at each step of a loop, others in each layer."""
        level, seen = [node], set[Node]()
        while level:
            found = frozenset(n for n in level if n in self._parameters)
            if found:
                return found
            seen.update(level)
            level = [parent for n in level for parent in n.parents() if parent not in seen]
        return frozenset()

    def value_name(self, line: str) -> str:
        """Return the name of the value whose gradient a line computes, as the person calls it."""
        return self.name_of(self.line(line).node) or line.removeprefix("d")

    def line_of(self, name: str) -> str | None:
        """Return the line that computes the gradient of a value, by the person's name for that."""
        return next((line.name for line in self.lines if self.name_of(line.node) == name), None)

    def where(self, line: str) -> str:
        """Return the name to blame: of the value, or of what is computed from it if nobody named it."""
        node = self.line(line).node
        name = self.name_of(node)
        while not name:
            consumers = [n for n in self.program.nodes if any(entry is node for entry in n.inputs)]
            if not consumers:
                return line.removeprefix("d")
            node = consumers[0]
            name = self.name_of(node)
        return name

    def depends(self, name: str, line: str) -> bool:
        """Whether the gradient of a value is computed from a line."""
        return self.line_of(name) in self.chain.below(line)

    def named_below(self, line: str) -> str | None:
        """Return the value nearest a line, on the way to the parameters, whose gradient the person knows by name."""
        known = {*self.record.returned, *self.brought.given[0]}
        below = (name for name in self.chain.order if name in self.chain.below(line))
        return next((value for name in below if (value := self.value_name(name)) in known), None)

    def mismatch(self) -> float:
        """Return how badly the lines fit the person's variables: a gradient they compute by name may have no line."""
        wanted = {name for entry in self.brought.transcript.entries for name in bare_names(entry.name)[1:]}
        named = {self.name_of(node) for node in self.program.nodes} | set(self.record.returned)
        there = {self.name_of(line.node) for line in self.lines}
        missed = (wanted & {n for n in named if n}) - there
        returned = set(self.brought.given[0]) - there - self.brought.parameters
        return _PASSED_OVER * bool(missed) + _UNNAMED * len(returned)

    # -- numbers -----------------------------------------------------------------------------------------------------

    def _probes(self) -> list[Probe]:
        probes = []
        for position, point in enumerate(self.brought.points):
            values = self._values(point)
            if values is None or (position and not self._is_plain(values, point)):
                continue
            given = {}
            for name, array in self.brought.given[position].items():
                line = self.line_of(name)
                if line is not None:
                    given[line] = np.asarray(array)
            if self.brought.updated is not None:
                for name, array in self.brought.updated[position].items():
                    values[self.written_as.get(name, name) + UPDATED] = array
            probes.append(Probe(values, given))
            self.positions.append(position)
        return probes

    def _values(self, point: Mapping[str, Array]) -> dict[str, Any] | None:
        """The values of all lines at a point, ``None`` if the derivation can not be run there."""
        values = dict(self.program.leaf_values())
        if self.brought.rate is not None:
            values["LR"] = self.brought.rate
        for argument, array in zip(self.record.arguments, point.values(), strict=True):
            if argument.node in self.program.copies:
                values[self.program.names[self.program.copies[argument.node]].name] = array
        try:
            with np.errstate(all="ignore"):
                for line in self.outline.lines:
                    values[line.name] = line.evaluate(values)
        except Exception:  # another point may go another way
            return None
        return values

    def run_again(self, keys: Collection[str]) -> list[dict[str, Any]] | None:
        """Return the values of all lines, at each point, after the update of some parameters."""
        if self.brought.updated is None:
            return None
        values = []
        for position in self.positions:
            point, updated = self.brought.points[position], self.brought.updated[position]
            values.append(self._values({key: updated[key] if key in keys else array for key, array in point.items()}))
        return None if any(one is None for one in values) else [one for one in values if one is not None]

    def _is_plain(self, values: Mapping[str, Any], point: Mapping[str, Array]) -> bool:
        """Whether the derivation has the value of the plain loss at another point, too."""
        output = next((line.name for line in self.outline.forward if line.node is self.program.output), None)
        if output is None:
            return False
        plain = self.brought.plain(point)
        plain = plain[0] if isinstance(plain, tuple) else plain
        return bool(np.allclose(values[output], np.squeeze(plain), rtol=1e-4, equal_nan=False))
