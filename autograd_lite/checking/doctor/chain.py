"""The lines of the right backward pass: in which order they are judged, and which is computed from which."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from autograd_lite.expressions import Line, Name
from autograd_lite.expressions.terms import weight


class Chain:
    """The backward lines, from the loss to the parameters.

    Parameters
    ----------
    lines
        As the derivation has them.
    given
        The lines that the person gave a gradient for; the others are hidden.

    Attributes
    ----------
    order
        The names of the lines, each after those that it reads.
    reads
        For each line the lines that it reads.
    """

    def __init__(self, lines: Sequence[Line], given: Collection[str]) -> None:
        self.lines = {line.name: line for line in lines}
        self.order = _simplest_first(self.lines)
        self.reads = {name: line.term.names() & set(self.order) for name, line in self.lines.items()}
        self.given = {name for name in self.order if name in given}
        self._positions = {name: position for position, name in enumerate(self.order)}
        self._below: dict[str, set[str]] = {}
        self._paths: dict[tuple[str, ...], list[str]] = {}

    def position(self, name: str) -> int:
        """Return the place of a line in the order."""
        return self._positions[name]

    def name(self, line: str) -> Name:
        """Return what other lines read it as."""
        return Name(line, self.lines[line].shape)

    def below(self, name: str) -> set[str]:
        """Return a line, and all that are computed from it."""
        if name not in self._below:
            below = self._below[name] = {name}
            for other in self.order[self.position(name) + 1 :]:
                if self.reads[other] & below:
                    below.add(other)
        return self._below[name]

    def hidden_above(self, name: str) -> set[str]:
        """Return the hidden lines that a line depends on without a given one between."""
        found: set[str] = set()
        stack = list(self.reads[name])
        while stack:
            line = stack.pop()
            if line not in found and line not in self.given:
                found.add(line)
                stack += self.reads[line]
        return found

    def path(self, changed: Collection[str], name: str) -> list[str]:
        """Return the lines to compute again for the value of one, in order, when others have changed: these too."""
        key = (name, *changed)
        if key not in self._paths:
            self._paths[key] = self._affected(set(changed), name)
        return self._paths[key]

    def _affected(self, affected: set[str], name: str) -> list[str]:
        path = []
        for line in self.order[min(map(self.position, affected)) : self.position(name) + 1]:
            if line in affected or ((line == name or line not in self.given) and self.reads[line] & affected):
                affected.add(line)
                path.append(line)
        return path


def _simplest_first(lines: Mapping[str, Line]) -> list[str]:
    """Order the lines so that what depends on the same is judged from the simplest on: a bias before its weights."""
    waiting = {name: line.term.names() & set(lines) for name, line in lines.items()}
    order: list[str] = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs - set(order)]
        ends = [name for name in ready if not any(name in line.term.names() for line in lines.values())]
        chosen = min(ends, key=lambda name: weight(lines[name].term)) if ends else ready[0]
        order.append(chosen)
        del waiting[chosen]
    return order
