"""All lines down to one judged anew with slips above: what was unexplained, or explained otherwise, may now fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograd_lite.checking.doctor.search.one_line import OneLine
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import HIDDEN, UNEXPLAINED, Hypothesis, Slip, edited, with_values


class Settling:
    """Makes hypotheses of slips in hidden lines.

    Parameters
    ----------
    task
        What the search is given.
    one_line
        What explains the numbers of a line by itself.
    """

    def __init__(self, task: Task, one_line: OneLine) -> None:
        self.task = task
        self.one_line = one_line

    def with_hidden(self, hypothesis: Hypothesis, slip: Slip, name: str) -> Iterator[Hypothesis]:
        """Yield a hypothesis with a slip more in a hidden line, judged down to a line below, if it can be."""
        settled = self.settled([*hypothesis.slips, replace(slip, edit=slip.edit.dearer(HIDDEN))], name)
        if settled is not None:
            yield settled

    def settled(self, slips: Sequence[Slip], last: str) -> Hypothesis | None:
        """Return what slips explain of all lines down to the last, each with the cheapest slip where they do not."""
        chain, evidence = self.task.chain, self.task.evidence
        hidden = {slip.line: slip for slip in slips if slip.line not in chain.given}
        local = {slip.line: slip for slip in slips if slip.line in chain.given}
        changed = edited(slips)
        values = [dict(probe.values) for probe in evidence.probes]
        kept: list[Slip] = []
        unexplained: list[str] = []
        for name in chain.order[: chain.position(last) + 1]:
            if name not in chain.given:
                found = evidence.run_line(name, values, changed)
                if found is None:
                    return None
                if name in hidden:
                    kept.append(hidden[name])
                values = with_values(values, name, found)
                continue
            verdict = evidence.judged(name, evidence.run(chain.lines[name].term, values), changed)
            if verdict == "contradicts":
                return None
            if verdict == "wrong":
                is_kept = name in local and evidence.holds(local[name], values)
                again = [local[name]] if is_kept else self.one_line.slips(name, values)
                kept += again[:1]
                if not again:
                    unexplained.append(name)
                    values = evidence.with_usable(values, name)
                    continue
            values = evidence.with_given(values, name)
        cost = sum(slip.cost for slip in kept) + UNEXPLAINED * len(unexplained)
        return Hypothesis(tuple(kept), tuple(unexplained), cost, values)
