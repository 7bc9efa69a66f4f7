"""The search for the slips behind wrong gradients: which few edits of the right derivation give the person's numbers.

Lines are visited from the loss to the parameters. Where the person gave a gradient it is judged *given the person's own
upstream values*; where it fails, edits of the line, and of lines above that nobody gave a gradient for, are tried at
several random points at once. The cheapest few ways to explain everything are carried on (a beam); what no edit
explains costs more than any edit.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.search.one_line import OneLine
from autograd_lite.checking.doctor.search.own_arrays import OwnArrays
from autograd_lite.checking.doctor.search.settling import Settling
from autograd_lite.checking.doctor.search.shown import Shown
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.search.upstream import Upstream
from autograd_lite.checking.doctor.slips import (
    ENOUGH,
    HIDDEN,
    UNEXPLAINED,
    Hypothesis,
    Slip,
    Values,
    with_values,
)

#: How many of them look for slips in the lines above.
_WIDE = 4
#: How many hypotheses are carried on.
_BEAM = 12
#: Slips that leave no doubt about the lines above.
_PLAIN = {"sign_flipped", "scale"}
#: After so many lines that are nowhere in the person's program no slips are looked for in hidden lines at first.
_LOST = 4
#: A hypothesis that is so much worse than the best is given up.
_HOPELESS = 4.5


class Search:
    """Looks for the slips.

    Parameters
    ----------
    task
        The lines, the numbers, and what may have slipped in.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.chain = task.chain
        self.evidence = task.evidence
        own_arrays = OwnArrays(task)
        self._one_line = OneLine(task, own_arrays)
        self._shown = Shown(task, own_arrays)
        self._upstream = Upstream(task, self._shown, Settling(task, self._one_line))
        self._local: dict[Any, tuple[list[Slip], list[Any]]] = {}

    def best(self) -> Hypothesis:
        """Return the least surprising way to explain all that was given; trying ends at the deadline."""
        start = Hypothesis(values=self._right_values())
        best: Hypothesis | None = None
        if self.evidence.transcript:
            best = self._walked([start], looks_up=False)
            constants = [round(slip.factor, 9) for slip in best.slips if slip.factor != 1]
            is_cheap = not best.unexplained and best.cost < ENOUGH * len(best.slips)
            if is_cheap and len(set(constants)) == len(constants):  # one above may be behind two
                return best
        found = self._walked([start], looks_up=True)
        best = found if best is None else min(best, found, key=lambda h: (len(h.unexplained), h.rank))
        if best.unexplained:
            found = self._walked([start, *self._of_other_functions()], looks_up=True)
            best = min(best, found, key=lambda h: h.rank)
        return best

    def _right_values(self) -> Values:
        return [dict(probe.values) for probe in self.evidence.probes]

    def _of_other_functions(self) -> Iterator[Hypothesis]:
        """Begin with another loss or activation, for when every line below has a slip of its own, too."""
        sizes = list(self.task.constants.sizes.items())[:4]
        counts = [("", 1.0), *((words, value) for words, (value, _) in sizes)]
        for name, edits in self.task.repertoire.other_functions.items():
            if name in self.chain.given:
                continue
            seen: list[Any] = []
            for edit in edits:
                found = self.evidence.run(edit.term, [self.evidence.probes[0].values])
                if found is None or any(np.shape(v) == np.shape(found[0]) and np.allclose(found[0], v) for v in seen):
                    continue
                seen.append(found[0])
                for (words, count), number in itertools.product(counts, (1.0, 2.0)):
                    factor = number / count
                    what = edit.what if factor == 1 else f"{edit.what}, times {number:g}{'/' + words if words else ''}"
                    cost = edit.cost + HIDDEN + 0.1 * (factor != 1)
                    slip = Slip(name, replace(edit, cost=cost, what=what), factor)
                    yield Hypothesis((slip,), (), slip.cost, self._right_values())

    # -- from the loss to the parameters -----------------------------------------------------------------------------

    def _walked(self, beam: list[Hypothesis], looks_up: bool) -> Hypothesis:
        """Carry hypotheses through all lines; with `looks_up` for slips, too, that the person's arrays do not show."""
        width = _BEAM if len(beam) == 1 else 3 * _BEAM
        for name in self.chain.order:
            following: list[Hypothesis] = []
            for rank, hypothesis in enumerate(beam):
                if name in self.chain.given:
                    following += self._through_given(hypothesis, name, rank, looks_up)
                else:
                    following += self._through_hidden(hypothesis, name, looks_up)
            beam = self._narrowed(following)[: width if name in self.chain.given else 3 * width]
        return min(beam, key=self._preference)

    def _preference(self, hypothesis: Hypothesis) -> tuple[float, int]:
        """Cheap ones first; of equals the one whose slips are further down."""
        return hypothesis.rank, -sum(self.chain.position(slip.line) for slip in hypothesis.slips)

    def _narrowed(self, hypotheses: list[Hypothesis]) -> list[Hypothesis]:
        """Return hypotheses in order of preference, without the hopeless and without second copies."""
        ordered = sorted(hypotheses, key=self._preference)
        kept: dict[Any, Hypothesis] = {}
        for hypothesis in ordered:
            if hypothesis.rank > ordered[0].rank + _HOPELESS:
                break
            slips = ((slip.line, slip.edit.term, round(slip.factor, 9)) for slip in hypothesis.slips)
            kept.setdefault((*slips, *hypothesis.unexplained), hypothesis)
        return list(kept.values())

    def _through_hidden(self, hypothesis: Hypothesis, name: str, looks_up: bool) -> Iterator[Hypothesis]:
        """Go on from a line that the person gave no gradient for."""
        edited = hypothesis.edited
        found = self.evidence.run_line(name, hypothesis.values, edited)
        if found is None:
            found = self.evidence.right(name)
        hypothesis = replace(hypothesis, values=with_values(hypothesis.values, name, found))
        if not self.evidence.transcript or name in edited:
            yield hypothesis
        elif len(hypothesis.unseen) > _LOST and not looks_up:
            yield replace(hypothesis, unseen=(*hypothesis.unseen, name))
        else:
            yield from self._shown.continued(hypothesis, name, found, looks_up)

    def _through_given(self, hypothesis: Hypothesis, name: str, rank: int, looks_up: bool) -> Iterator[Hypothesis]:
        """Go on from a line that the person gave a gradient for: as it is if that fits, else with each explanation."""
        edited = hypothesis.edited
        verdict = self.evidence.judged(name, self.evidence.run_line(name, hypothesis.values, edited), edited)
        own = self.evidence.with_given(hypothesis.values, name)
        seen = hypothesis.confirmed(self.chain.hidden_above(name))
        if verdict == "fits":
            yield replace(seen, values=own)
        if verdict != "wrong":
            return
        for slip in self._slips(hypothesis, name, rank < _WIDE, looks_up):
            yield (seen if slip.edit.kind in _PLAIN else hypothesis).with_slip(slip, own)
            if name not in self.task.parameters:
                yield from self._deferring(hypothesis, slip, own)
        if rank < _WIDE and not self.task.is_late:
            if looks_up:
                yield from self._upstream.explained(hypothesis, name, rank)
            else:
                yield from self._upstream.factors(hypothesis, name)
        yield replace(
            hypothesis, unexplained=(*hypothesis.unexplained, name), cost=hypothesis.cost + UNEXPLAINED,
            values=self.evidence.with_usable(hypothesis.values, name),
        )  # fmt: skip

    def _slips(self, hypothesis: Hypothesis, name: str, is_thorough: bool, looks_up: bool) -> list[Slip]:
        """The slips in a line itself, looked for once for the same values above."""
        above = self.chain.order[: self.chain.position(name)]
        arrays = [hypothesis.values[0][n] for n in above]  # given ones, too: some are taken without a constant
        key = (name, is_thorough, looks_up, *map(id, arrays))
        if key not in self._local:
            slips = self._one_line.slips(name, self._ahead(hypothesis, name), is_thorough, looks_up)
            self._local[key] = (slips, arrays)  # their ids are theirs while they are kept
        return self._local[key][0]

    def _ahead(self, hypothesis: Hypothesis, name: str) -> Values:
        """The values with those of lines further on, which a slip may have taken, as they are under a hypothesis."""
        values = [dict(env) for env in hypothesis.values]
        edited = hypothesis.edited
        for line in self.chain.order[self.chain.position(name) + 1 :]:
            if line in self.chain.below(name):
                continue
            is_given = line in self.chain.given
            found = self.evidence.given(line) if is_given else self.evidence.run_line(line, values, edited)
            if found is not None:
                for env, value in zip(values, found, strict=True):
                    env[line] = value
        return values

    def _deferring(self, hypothesis: Hypothesis, slip: Slip, own: Values) -> Iterator[Hypothesis]:
        """The same slip without its constant, which a later line makes good: 1/m in the parameters' lines."""
        constant = abs(slip.factor)
        if constant == 1:
            for known in set(hypothesis.deferred):
                carried = replace(hypothesis, cost=hypothesis.cost + 0.05)
                yield carried.with_slip(slip, _divided(own, slip.line, known))
            return
        if not self.task.constants.is_size(constant):
            return
        values = _divided(own, slip.line, constant)
        cost = 0.0 if any(abs(constant - c) < 1e-9 * c for c in hypothesis.deferred) else 0.15
        carried = replace(hypothesis, deferred=(*hypothesis.deferred, constant), cost=hypothesis.cost + cost)
        if slip.edit.term != self.chain.lines[slip.line].term:
            edit = slip.edit.dearer(-slip.edit.share * self.task.constants.recognise(slip.factor).cost)
            sign = 1.0 if slip.factor > 0 else -1.0
            yield carried.with_slip(replace(slip, edit=edit, factor=sign, carried=constant), values)
        elif slip.factor < 0:
            negative = replace(self.task.scaled(slip.line, slip.edit.term, -1.0), carried=constant)
            yield carried.with_slip(negative, values)
        else:
            yield replace(carried, values=values)


def _divided(values: Values, name: str, constant: float) -> Values:
    return with_values(values, name, [env[name] / constant for env in values])
