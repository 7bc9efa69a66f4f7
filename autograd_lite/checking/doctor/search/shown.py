"""Hidden lines, whose values the person did not return but perhaps computed on the way: right, or with a slip."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.search.own_arrays import OwnArrays
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import ENOUGH, Edit, Hypothesis, Slip, with_values
from autograd_lite.checking.doctor.steps import is_alike, variable
from autograd_lite.expressions import Term

#: What the same slip costs at the next step of a loop.
_AGAIN = 0.1
#: What it costs that the person has no name for what a line is supposed to be: it may be a part of a longer line.
_UNNAMED = 0.25
#: What it costs besides that the line is there as it should be as well.
_IN_PART = 0.25
#: How many slips are carried on in one line.
_MOST = 6
#: And how many are looked at, should they be those of another step of a loop.
_MOST_LOOKED_AT = 24


@dataclass(frozen=True)
class _Sight:
    """What the person's arrays show of a line.

    Attributes
    ----------
    is_seen
        Whether they have it at all.
    carried
        The constants that theirs has beside it.
    slips
        What may be wrong in it, each with the values that come of it.
    """

    is_seen: bool
    carried: tuple[float, ...] = ()
    slips: tuple[tuple[Slip, list[Any]], ...] = ()


class Shown:
    """Looks hidden lines up in the person's arrays.

    Parameters
    ----------
    task
        What the search is given.
    own_arrays
        What looks through these arrays for what the right derivation does not know.
    """

    def __init__(self, task: Task, own_arrays: OwnArrays) -> None:
        self.task = task
        self.evidence = task.evidence
        self.transcript = task.evidence.transcript
        self.own_arrays = own_arrays
        self._sights: dict[Any, tuple[_Sight, list[Any]]] = {}

    def continued(
        self,
        hypothesis: Hypothesis,
        name: str,
        found: list[Any],
        looks_up: bool,
    ) -> Iterator[Hypothesis]:
        """Go on from a line: as it is, and with each of the slips that the person's arrays show.

        Parameters
        ----------
        hypothesis
            What is assumed above.
        name
            The line.
        found
            Its values under the hypothesis.
        looks_up
            Whether to look for slips, too, if the line is there but the person has no name for it.
        """
        chain = self.task.chain
        env = hypothesis.values[0]
        arrays = [env[n] for n in chain.order[: chain.position(name) + 1] if n not in chain.given]
        key = (name, looks_up, hypothesis.deferred, *map(id, arrays))
        if key not in self._sights:
            with np.errstate(all="ignore"):
                sight = self._look(hypothesis, name, found, looks_up)
            self._sights[key] = (sight, arrays)  # their ids are theirs while they are kept
        sight, _ = self._sights[key]
        seen = hypothesis.confirmed(chain.hidden_above(name))
        unseen = hypothesis.unseen if np.size(found[0]) < 2 else (*hypothesis.unseen, name)
        yield replace(
            hypothesis,
            deferred=(*hypothesis.deferred, *sight.carried),
            unseen=seen.unseen if sight.is_seen else unseen,
        )
        for slip, made in self._chosen(sight, hypothesis.slips):
            yield seen.with_slip(slip, with_values(hypothesis.values, name, made))

    def constants(self, hypothesis: Hypothesis, hidden: str) -> list[float]:
        """Return the constants with which the person computes a line, beside those that it carries anyway."""
        entries = self.transcript.multiples([env[hidden] for env in hypothesis.values])
        found = [known for entry, known in entries if entry.name]
        return [known / carried for known in found for carried in (1.0, *hypothesis.deferred)]

    def _chosen(self, sight: _Sight, others: Sequence[Slip]) -> Iterator[tuple[Slip, list[Any]]]:
        """The first few slips of a line, and all that were made at another step of a loop already."""
        count = 0
        for slip, made in sight.slips:
            if any(self._is_repeated(slip, other) for other in others):
                yield replace(slip, edit=replace(slip.edit, cost=_AGAIN)), made
            elif count < _MOST:
                count += 1
                yield slip, made

    def _is_repeated(self, slip: Slip, other: Slip) -> bool:
        """Whether two slips are those of a line of a loop at two steps."""
        if _said(slip) == _said(other):
            return True  # the last step has no carry: its line is another
        lines = self.task.chain.lines
        return (
            other.edit.kind == slip.edit.kind
            and is_alike(lines[other.line].term, lines[slip.line].term)
            and is_alike(other.edit.term, slip.edit.term)
        )

    def _look(self, hypothesis: Hypothesis, name: str, found: list[Any], looks_up: bool) -> _Sight:
        slips: list[Slip] = []
        carried: set[float] = set()
        is_part = False
        for entry, constant in self.transcript.multiples(found):
            if abs(constant - 1) < 1e-9:
                if entry.name or not looks_up:
                    return _Sight(True)
                is_part = True  # perhaps of a longer line
                continue
            if self._is_rate(constant):
                is_part = True  # of an update
                continue
            slip = self.task.scaled(name, self.task.chain.lines[name].term, constant)
            if slip.cost < ENOUGH:
                slips.append(slip)
                carried.add(constant)
        for edit in self.task.repertoire.edits(name):
            if edit.cost > ENOUGH or len(slips) >= _MOST_LOOKED_AT or self.task.is_late:
                break
            slips += self._of_edit(hypothesis, name, edit, found, is_part)
        slips += self.own_arrays.read_when_changed(name, hypothesis.values, hypothesis.deferred)
        return _Sight(is_part or bool(carried), tuple(carried), tuple(self._cheapest(slips, hypothesis)))

    def _is_rate(self, constant: float) -> bool:
        return bool(self.task.rate) and abs(constant - (self.task.rate or 0.0)) < 1e-9

    def _of_edit(
        self, hypothesis: Hypothesis, name: str, edit: Edit, found: list[Any], is_part: bool
    ) -> Iterator[Slip]:
        """The slip of an edit, perhaps with a constant, once for each of the person's arrays that shows it."""
        start = np.asarray(found[0])
        first = self.evidence.run(edit.term, hypothesis.values[:1])
        if first is None or not self.transcript.near(first[0]):
            return
        if np.shape(first[0]) == start.shape and self.evidence.equal(first[0], start):
            return
        values = self.evidence.run(edit.term, hypothesis.values)
        usual = (1.0, self.task.rate or 1.0, *hypothesis.deferred)
        for entry, constant in self.transcript.multiples(values) if values is not None else ():
            rated = edit if entry.name else edit.dearer(_UNNAMED + _IN_PART * is_part)
            if any(abs(constant - c) < 1e-9 * abs(c) for c in usual):
                yield Slip(name, rated)
            else:
                known = self.task.constants.recognise(constant)
                if known.cost <= ENOUGH:
                    yield Slip(name, rated.times(known), constant)

    def _cheapest(self, slips: Sequence[Slip], hypothesis: Hypothesis) -> Iterator[tuple[Slip, list[Any]]]:
        """The slips, cheapest first, each with another value."""
        seen: set[tuple[Term, float]] = set()
        for slip in sorted(slips, key=lambda slip: slip.cost):
            key = (slip.edit.term, round(slip.factor, 9))
            if key in seen:
                continue
            seen.add(key)
            made = self.evidence.run(slip.edit.term, hypothesis.values)
            if made is not None:
                slip = replace(slip, edit=replace(slip.edit, cost=slip.cost + 0.02))
                yield slip, [slip.factor * value for value in made]


def _said(slip: Slip) -> tuple[str, str, str]:
    """A slip in words, whatever the step."""
    return slip.edit.kind, variable(slip.line), re.sub(r"\d+", "", slip.edit.what)
