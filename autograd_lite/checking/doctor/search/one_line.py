"""Slips in a line itself, whose value the person gave: what is done to it, given their own values above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.edits.lines import Editor
from autograd_lite.checking.doctor.search.additions import Additions
from autograd_lite.checking.doctor.search.entries import by_entries, reshaped, summed_above, too_large
from autograd_lite.checking.doctor.search.own_arrays import OwnArrays
from autograd_lite.checking.doctor.search.summands import countable, recounted
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.search.updates import run_again
from autograd_lite.checking.doctor.shapes import spreads_to
from autograd_lite.checking.doctor.slips import Edit, Slip, Values
from autograd_lite.checking.doctor.steps import summands_of
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call

#: What fits as well and costs no more than this in addition is worth naming, too.
_NEAR = 0.3
#: So many slips of a line are carried on.
_MOST = 4
#: What it costs that the same line was computed twice, and is wrong once.
_TWICE = 0.2
#: What an edit of such a line may cost by itself.
_ABOVE = 1.45
#: What is tried in pairs: so many of the first, and of the second those that cost no more than this.
_FIRST, _SECOND = 120, 1.25


class OneLine:
    """Explains the numbers of one line.

    Parameters
    ----------
    task
        What the search is given.
    own_arrays
        What looks through the person's arrays.
    """

    def __init__(self, task: Task, own_arrays: OwnArrays) -> None:
        self.task = task
        self.evidence = task.evidence
        self.own_arrays = own_arrays

    def slips(self, name: str, values: Values, is_thorough: bool = False, looks_up: bool = False) -> list[Slip]:
        """Return the slips in a line itself that give what the person has, cheapest first.

        Parameters
        ----------
        name
            The line.
        values
            The person's values above it.
        is_thorough
            Whether to look for two slips in the line, too.
        looks_up
            Whether a line above may have been computed once more, for this one alone.
        """
        slips = self._usual(name, values)
        if not slips:
            slips = reshaped(self.task, name, values)
        if not slips:
            slips = self._recounted(name, values)
        if not slips:
            slips = Additions(self.task, name, values).slips()
        is_collapsed = (
            self.task.is_step or self.evidence.probes[0].given[name].shape != self.task.chain.lines[name].shape
        )
        if not slips and is_thorough and is_collapsed:
            slips = self._twice(name, values)
        if not slips:
            slips = summed_above(self.task, name, values)
        if not slips:
            slips = too_large(self.task, name, values)
        if not slips and looks_up:
            slips = self._with_line_above(name, values)
        if not slips:
            slips = run_again(self.task, name, values)
        if not slips:
            slips = self.own_arrays.multiplied(name, values)
        if not slips:
            slips = self.own_arrays.taken(name, values)
        if not slips:
            slips = by_entries(self.task, name, values)
        slips = [self.own_arrays.through_an_alias(self._as_outer_product(slip, values), values) for slip in slips]
        slips = sorted(slips, key=lambda slip: slip.cost)[:_MOST]
        near = tuple(slip for slip in slips[1:] if slip.cost <= slips[0].cost + _NEAR)
        return [replace(slips[0], others=near), *slips[1:]] if near else slips

    def _usual(self, name: str, values: Values) -> list[Slip]:
        """A constant factor, or an edit; dearer ones only while nothing cheap is found."""
        term = self.task.chain.lines[name].term
        slips: list[Slip] = []
        found = self.evidence.run(term, values)
        constant = None if found is None else self.evidence.factor(name, found)
        if constant is not None:
            slips.append(self.task.scaled(name, term, constant))
        limit = 9.0
        for edit in self.task.repertoire.edits(name):
            if edit.cost > limit + 0.5 or self.task.is_late:
                break
            slip = self._tried(name, edit, values)
            if slip is not None:
                slips.append(slip)
                limit = min(limit, slip.cost)
        return slips

    def _with_line_above(self, name: str, values: Values) -> list[Slip]:
        """An edit of a hidden line above, which the person computed for this line alone, once more and otherwise."""
        chain = self.task.chain
        slips: list[Slip] = []
        for hidden in chain.reads[name] - set(chain.given):
            if sum(hidden in reads for reads in chain.reads.values()) < 2:
                continue  # then it is that line's own slip
            for edit in self.task.repertoire.edits(hidden):
                if edit.cost > _ABOVE or self.task.is_late:
                    break
                made = chain.lines[name].term.substituted({chain.name(hidden): edit.term})
                slip = self._tried(name, replace(edit, term=made, cost=edit.cost + _TWICE, swaps=None), values)
                if slip is not None:
                    slips.append(slip)
        return slips

    def _tried(self, name: str, edit: Edit, values: Values) -> Slip | None:
        """The slip of an edit, perhaps with a constant on top or broadcast, if it gives what the person has."""
        evidence, target = self.evidence, self.evidence.probes[0].given[name]
        first = evidence.run(edit.term, values[:1])
        if first is None or not evidence.may_be(first[0], target, evidence.noise(name)):
            return None
        found = evidence.run(edit.term, values)
        if found is None:
            return None
        if evidence.agrees(name, found):
            return Slip(name, edit)
        if np.shape(found[0]) != target.shape:
            if evidence.is_broadcast(name, found):
                return Slip(name, edit, is_broadcast=True)
            return self._spread(name, edit, found) if edit.kind == "elementwise_vs_matmul" else None
        return self.task.timed(name, edit, evidence.factor(name, found))

    def _spread(self, name: str, edit: Edit, found: Sequence[Any]) -> Slip | None:
        """The slip of an edit that NumPy spread where it was added up."""
        shape = self.evidence.probes[0].given[name].shape
        spread = [np.broadcast_to(value, shape) for value in found if spreads_to(np.shape(value), shape)]
        if len(spread) < len(found) or not self.evidence.agrees(name, spread):
            return None
        added = reduce(partial(call, np.add), summands_of(edit.term))
        return Slip(name, replace(edit, term=call(np.broadcast_to, added, shape)))

    def _recounted(self, name: str, values: Values) -> list[Slip]:
        """The slip that takes each summand of a line some number of times."""
        summands = countable(self.task.chain.lines[name].term)
        if not summands:
            return []
        columns = [self.evidence.run(summand, values) for summand in summands]
        edit = recounted(self.task, summands, columns, self.evidence.given(name))
        return [] if edit is None else [Slip(name, edit)]

    def _twice(self, name: str, values: Values) -> list[Slip]:
        """Two slips in one line: a simple one, and another on top of it."""
        slips: list[Slip] = []
        editor = Editor()
        for first in self.task.repertoire.edits(name)[:_FIRST]:
            if self.task.is_late:
                break
            if self.evidence.run(first.term, values[:1]) is None or first.term.shape is None:
                continue
            for second in editor.edits_of_whole(first.term):
                if second.cost > _SECOND:
                    continue
                for third in [second, *(e for e in editor.edits_of_whole(second.term) if e.kind == "wrong_axis")]:
                    both = replace(first.then(third), cost=first.cost + second.cost)
                    found = self.evidence.run(both.term, values)
                    if found is None:
                        continue
                    if self.evidence.agrees(name, found):
                        slips.append(Slip(name, both))
                    elif self.evidence.is_broadcast(name, found):
                        slips.append(Slip(name, both, is_broadcast=True))
            if len(slips) > 3:
                break
        return slips

    def _as_outer_product(self, slip: Slip, values: Values) -> Slip:
        """Where a gradient collapsed to one number above, ``d.dot(x)`` stands for an outer product, not a transpose."""
        lines = self.task.chain.lines
        collapsed = [n for n in self.task.chain.reads[slip.line] if np.size(values[0][n]) == 1 and lines[n].shape]
        if slip.edit.kind != "transposed" or not any(np.prod(lines[n].shape or ()) > 1 for n in collapsed):
            return slip
        right = text(lines[slip.line].term)
        what = f"{text(slip.edit.term)} multiplies with one number, in place of the outer product {right}"
        return replace(slip, edit=replace(slip.edit, kind="elementwise_vs_matmul", what=what))
