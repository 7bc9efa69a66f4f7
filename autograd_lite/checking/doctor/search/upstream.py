"""Slips in hidden lines: those above a wrong one that the person gave no gradient for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.search.settling import Settling
from autograd_lite.checking.doctor.search.several_lines import SeveralLines
from autograd_lite.checking.doctor.search.shown import Shown
from autograd_lite.checking.doctor.search.summands import countable, recounted
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.shapes import go_together
from autograd_lite.checking.doctor.slips import Edit, Hypothesis, Slip, Values
from autograd_lite.expressions import Name, Term
from autograd_lite.expressions.terms import call

#: The slips that most often come together with another in the same line.
_USUAL = {"stale_parameter", "missing_activation_derivative", "sign_flipped", "transposed", "missing_sum"}
#: Of two slips in one line the first and the second cost no more than this; nor does one with a constant on top.
_FIRST, _SECOND = 1.3, 1.25
#: After so many edits of a line that fit, no more are tried; and after so many pairs.
_ENOUGH, _ENOUGH_PAIRS = 4, 3


class Upstream:
    """Explains the numbers of a line by slips above it.

    Parameters
    ----------
    task
        What the search is given.
    shown
        What looks hidden lines up in the person's arrays.
    settling
        What makes hypotheses of the slips.
    """

    def __init__(self, task: Task, shown: Shown, settling: Settling) -> None:
        self.task = task
        self.chain = task.chain
        self.evidence = task.evidence
        self.shown = shown
        self.settling = settling
        self.several_lines = SeveralLines(task, settling)

    def factors(self, hypothesis: Hypothesis, name: str) -> Iterator[Hypothesis]:
        """Try constant factors alone, in each hidden line above one."""
        for hidden in self._open(hypothesis, name):
            yield from self._factor(hypothesis, hidden, name)

    def explained(self, hypothesis: Hypothesis, name: str, rank: int) -> Iterator[Hypothesis]:
        """Try slips in the hidden lines above one; the more ways, the better the hypothesis is, by its rank."""
        open_lines = self._open(hypothesis, name)
        if rank < 2:
            yield from self.several_lines.at_each_step(hypothesis, open_lines, name)
        for hidden in open_lines:
            if self.task.is_late:
                return
            yield from self._factor(hypothesis, hidden, name)
            if any(abs(abs(known) - 1) < 1e-6 for known in self.shown.constants(hypothesis, hidden)):
                continue  # it is there, and right
            hits = 0
            for slip in self._edits(hypothesis, hidden, name):
                yield from self.settling.with_hidden(hypothesis, slip, name)
                hits += 1
            if hidden == open_lines[0]:
                yield from self.several_lines.over_other_axes(hypothesis, open_lines, name)
            for slip in self._recounted(hypothesis, hidden, name) if not hits else ():
                yield from self.settling.with_hidden(hypothesis, slip, name)
                hits += 1
            if hits or rank > 1:
                continue
            for slip in self._pairs(hypothesis, hidden, name):
                yield from self.settling.with_hidden(hypothesis, slip, name)

    def _open(self, hypothesis: Hypothesis, name: str) -> list[str]:
        """The hidden lines above one, nearest first, without a slip yet, and that no judged line has confirmed."""
        edited = set(hypothesis.edited)
        confirmed: set[str] = set()
        for judged in self.chain.order[: self.chain.position(name)]:
            if judged in self.chain.given and judged not in hypothesis.unexplained and judged not in edited:
                confirmed |= self.chain.hidden_above(judged)
        above = self.chain.hidden_above(name) - edited - confirmed
        return sorted(above, key=self.chain.position, reverse=True)

    # -- running again -----------------------------------------------------------------------------------------------

    def _rerun(
        self, hypothesis: Hypothesis, hidden: str, name: str, term: Term, factor: float = 1.0
    ) -> list[Any] | None:
        """Return what a line is if a hidden one above is something else."""
        values = hypothesis.values
        made = self.evidence.run(term, values)
        if made is None:
            return None
        shape = self.chain.lines[hidden].shape
        is_other = shape is not None and np.shape(made[0]) != shape and np.size(made[0]) != 1
        if is_other and not go_together(np.shape(made[0]), shape or ()):
            return None  # an array of another shape goes on only if NumPy lets it
        again: Values = [{**env, hidden: factor * value} for env, value in zip(values, made, strict=True)]
        edited = hypothesis.edited
        for line in self.chain.path([hidden], name)[1:]:
            found = self.evidence.run_line(line, again, edited)
            if found is None:
                return None
            for env, value in zip(again, found, strict=True):
                env[line] = value
        return [env[name] for env in again]

    # -- ways to explain ---------------------------------------------------------------------------------------------

    def _factor(self, hypothesis: Hypothesis, hidden: str, name: str) -> Iterator[Hypothesis]:
        """A constant on top of a hidden line; 0, if nothing comes through it."""
        term = self.chain.lines[hidden].term
        if not term.names():
            return
        ones = self._rerun(hypothesis, hidden, name, term)
        none = self._rerun(hypothesis, hidden, name, term, 0.0)
        if ones is None or none is None:
            return
        constant = self.evidence.factor(name, ones, none)
        if constant is None or abs(constant - 1) < 1e-9:
            return
        constant = 0.0 if abs(constant) < 1e-12 else constant
        if not self._is_allowed(hypothesis, hidden, constant):
            return
        found = self._rerun(hypothesis, hidden, name, term, constant)
        if found is not None and self.evidence.agrees(name, found):
            slip: Slip | None = self.task.scaled(hidden, term, constant)
            if not constant:
                slip = self._nothing_through(hidden, name)
            if slip is not None:
                yield from self.settling.with_hidden(hypothesis, slip, name)

    def _is_allowed(self, hypothesis: Hypothesis, hidden: str, constant: float) -> bool:
        """Whether a constant is not against what the person's own arrays show of a line."""
        if not constant or (self.task.is_step and abs(constant + 1) < 1e-9):
            return True  # an update may go uphill
        shown = self.shown.constants(hypothesis, hidden)
        return not shown or any(abs(constant - known) < 1e-6 * abs(known) for known in shown)

    def _nothing_through(self, hidden: str, name: str) -> Slip | None:
        """The slip of a line that misses what comes through another."""
        if self.task.is_step and not any(target.any() for target in self.evidence.given(name)):
            return None  # the parameter does not move at all
        readers = [line for line in self.chain.order if hidden in self.chain.reads[line]]
        if len(readers) != 1 or readers[0] in self.chain.given:
            return None  # each reader misses a term of its own
        term = self.chain.lines[readers[0]].term
        read = next(part for _, part in term.walk() if isinstance(part, Name) and part.name == hidden)
        made = term.substituted({read: call(np.zeros_like, read)})
        cost = self.task.constants.recognise(0.0).cost
        return Slip(readers[0], Edit("missing_term", made, cost, f"nothing comes through {hidden}"))

    def _edits(self, hypothesis: Hypothesis, hidden: str, name: str) -> Iterator[Slip]:
        """One edit of a hidden line, perhaps with a constant on top."""
        hits = 0
        for edit in self.task.repertoire.edits(hidden):
            found = self._rerun(hypothesis, hidden, name, edit.term)
            if found is None:
                continue
            slip: Slip | None = None
            if self.evidence.agrees(name, found):
                slip = Slip(hidden, edit)
            elif edit.cost <= _SECOND:
                slip = self.task.timed(hidden, edit, self.evidence.factor(name, found))
                again = None if slip is None else self._rerun(hypothesis, hidden, name, edit.term, slip.factor)
                slip = slip if again is not None and self.evidence.agrees(name, again) else None
            if slip is not None:
                yield slip
                hits += 1
                if hits == _ENOUGH:
                    return

    def _recounted(self, hypothesis: Hypothesis, hidden: str, name: str) -> Iterator[Slip]:
        """Each summand of a hidden line some number of times."""
        term = self.chain.lines[hidden].term
        summands = countable(term)
        if not summands:
            return
        none = self._rerun(hypothesis, hidden, name, term, 0.0)
        runs = [self._rerun(hypothesis, hidden, name, summand) for summand in summands]
        if none is None:
            return
        columns = [None if run is None else self._differences(run, none) for run in runs]
        edit = recounted(self.task, summands, columns, self._differences(self.evidence.given(name), none))
        if edit is not None:
            yield Slip(hidden, edit)

    @staticmethod
    def _differences(found: list[Any], base: list[Any]) -> list[Any]:
        return [value - start for value, start in zip(found, base, strict=True)]

    def _pairs(self, hypothesis: Hypothesis, hidden: str, name: str) -> Iterator[Slip]:
        """Two slips in one line: a usual one, and another."""
        editor = self.task.repertoire.editor(hidden)
        found = 0
        for first in self.task.repertoire.edits(hidden):
            if first.kind not in _USUAL or first.cost > _FIRST or self.task.is_late:
                continue
            seen: set[Term] = set()
            for second in editor.edits(first.term):
                if second.cost > _SECOND or second.term in seen or second.term == self.chain.lines[hidden].term:
                    continue
                seen.add(second.term)
                made = self._rerun(hypothesis, hidden, name, second.term)
                if made is None or not self.evidence.agrees(name, made):
                    continue
                yield Slip(hidden, first.then(second))
                found += 1
                if found == _ENOUGH_PAIRS:
                    return
