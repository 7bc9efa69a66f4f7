"""The same slip in several hidden lines at once: at each step of a loop, or over another axis in each mean."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from autograd_lite.checking.doctor.edits.normalisations import axes_of, over_axis
from autograd_lite.checking.doctor.search.settling import Settling
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import HIDDEN, Edit, Hypothesis, Slip
from autograd_lite.checking.doctor.steps import aligned, moved, stem
from autograd_lite.expressions import Term

#: For each of some lines which names it has for those of another.
Siblings = Mapping[str, Mapping[Term, Term]]

#: A slip at every step costs no more than this by itself.
_USUAL = 1.3


class SeveralLines:
    """Tries slips in several hidden lines together.

    Parameters
    ----------
    task
        What the search is given.
    settling
        What makes hypotheses of them.
    """

    def __init__(self, task: Task, settling: Settling) -> None:
        self.task = task
        self.chain = task.chain
        self.settling = settling

    def at_each_step(self, hypothesis: Hypothesis, lines: Sequence[str], name: str) -> Iterator[Hypothesis]:
        """Try the same slip in all lines of one form, for each form among some lines."""
        tried: set[str] = set()
        for hidden in lines:
            siblings = {} if hidden in tried else self._siblings(hidden)
            tried.update(siblings)
            if siblings:
                yield from itertools.islice(self._repeated(hypothesis, hidden, siblings, name), 3)

    def _siblings(self, hidden: str) -> dict[str, dict[Term, Term]]:
        """The other lines of the same form, each with its names for those of this line: the steps of a loop."""
        lines = self.chain.lines
        found = {
            other: aligned(lines[hidden].term, lines[other].term, stem(other) == stem(hidden))
            for other in self.chain.order
            if other not in self.chain.given
        }
        return {other: names for other, names in found.items() if other != hidden and names is not None}

    def _repeated(self, hypothesis: Hypothesis, hidden: str, siblings: Siblings, name: str) -> Iterator[Hypothesis]:
        """The same slip in all lines of one form: a line of a loop, at each of its steps."""
        path = self.chain.path([hidden, *siblings], name)
        known = self.task.repertoire.known
        for edit in self.task.repertoire.edits(hidden):
            if edit.cost > _USUAL or self.task.is_late:
                break
            terms = self._alike(edit, hidden, siblings)
            if not terms:
                terms = {other: moved(edit.term, names, known) for other, names in siblings.items()}
            terms[hidden] = edit.term
            if not self._fits_first(hypothesis, path, terms, name):
                continue
            also = tuple((other, terms[other]) for other in siblings)
            settled = self.settling.settled([*hypothesis.slips, Slip(hidden, edit.dearer(HIDDEN), also=also)], name)
            if settled is None or name in settled.unexplained:
                continue
            if len(settled.slips) <= len(hypothesis.slips) + 1:
                yield settled

    def _alike(self, edit: Edit, hidden: str, siblings: Siblings) -> dict[str, Term]:
        """The same edit of other lines of one form, which have other numbers in it: indices, for instance."""
        if edit.swaps is not None:
            return {}

        def alike(line: str) -> list[Edit]:
            edits = self.task.repertoire.edits(line)
            return [e for e in edits if e.kind == edit.kind and e.swaps is None and e.cost == edit.cost]

        own = alike(hidden)
        others = {line: alike(line) for line in siblings}
        if any(len(found) != len(own) for found in others.values()):
            return {}
        position = next(i for i, e in enumerate(own) if e is edit)
        return {line: found[position].term for line, found in others.items()}

    def over_other_axes(self, hypothesis: Hypothesis, lines: Sequence[str], name: str) -> Iterator[Hypothesis]:
        """Try means over another axis in all lines: the backward pass of another normalisation."""
        order, given = self.chain.order, self.chain.given
        path = [n for n in order[: self.chain.position(name) + 1] if n not in given or n == name]
        axes = {axis for line in lines for axis in axes_of(self.chain.lines[line].term)}
        for axis, other in itertools.permutations(sorted(axes | {0, 1}), 2) if axes else ():
            made = {line: over_axis(self.chain.lines[line], axis, other) for line in lines}
            terms = {line: term for line, term in made.items() if term != self.chain.lines[line].term}
            if axis not in axes or not terms or not self._fits_first(hypothesis, path, terms, name):
                continue
            last = max(terms, key=self.chain.position)
            what = f"over axis {other} instead of axis {axis}, in each mean"
            also = tuple((line, term) for line, term in terms.items() if line != last)
            slip = Slip(last, Edit("wrong_axis", terms[last], 1.3, what), also=also)
            settled = self.settling.settled([*hypothesis.slips, slip], name)
            if settled is not None and name not in settled.unexplained:
                yield settled

    def _fits_first(self, hypothesis: Hypothesis, path: Sequence[str], terms: Mapping[str, Term], name: str) -> bool:
        """Whether edits of several lines give what the person has for one, at the first probe."""
        edited = hypothesis.edited
        env = dict(hypothesis.values[0])
        try:
            with np.errstate(all="ignore"):
                for line in path:
                    term, factor = edited.get(line, (self.chain.lines[line].term, 1.0))
                    value = terms.get(line, term).evaluate(env)
                    env[line] = factor * value if factor != 1 else value
        except Exception:  # an edit may make any nonsense
            return False
        return self.task.evidence.equal(env[name], self.task.evidence.probes[0].given[name])
