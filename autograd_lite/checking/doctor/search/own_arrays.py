"""Arrays of the person's own that stand where the right line has others: found in what they computed on the way."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import Edit, Slip, Values
from autograd_lite.checking.doctor.steps import added_up, is_alike, summands_of
from autograd_lite.checking.doctor.transcript import Entry
from autograd_lite.expressions import Call, Name, Term
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call


class OwnArrays:
    """Looks for slips that read an array the right derivation does not know, or knows before it was changed in place.

    Parameters
    ----------
    task
        What the search is given.
    """

    def __init__(self, task: Task) -> None:
        self.task = task
        self.evidence = task.evidence
        self.entries = task.evidence.transcript.entries

    def taken(self, name: str, values: Values) -> list[Slip]:
        """Return the slips of a line that take another array of the person's own."""
        term = self.task.chain.lines[name].term
        summands = summands_of(term)
        is_loop = len(summands) > 1 and all(is_alike(summands[0], other) for other in summands[1:])
        steps = summands if is_loop else [term]  # a loop takes it at each
        slips: list[Slip] = []
        for place, part in steps[0].walk():
            if not part.shape or not self._may_be_another(part):
                continue
            for number, entry in enumerate(self.entries):
                shape = entry.values[0].shape
                is_like = shape == part.shape or len(shape) == len(part.shape) == 2
                if not is_like or self.task.is_late:
                    continue
                other = Name(self._label(entry, number), shape)
                made = added_up([step.replaced(place, other) for step in steps])
                if self._is_taken(name, made, other.name, entry, values):
                    self.evidence.define(other.name, entry.values)
                    slips.append(Slip(name, self._edit(name, made, part, entry, values)))
        return slips

    def multiplied(self, name: str, values: Values) -> list[Slip]:
        """Return the slip of a factor that the person computed, and did not multiply with, or did in vain."""
        line, targets = self.task.chain.lines[name], self.evidence.given(name)
        found = self.evidence.run(line.term, values)
        if found is None or any(np.shape(v) != t.shape or not t.size for v, t in zip(found, targets, strict=True)):
            return []
        if not all(np.all(array) for array in (*found, *targets)):
            return []
        ratios = [value / target for value, target in zip(found, targets, strict=True)]
        for kind, function, what, factors in (
            ("missing_factor", np.divide, "without the factor", ratios),
            ("extra_factor", np.multiply, "multiplied with", [1 / ratio for ratio in ratios]),
        ):
            entry = self.evidence.transcript.holds(factors)
            if entry is not None and entry.name:
                label = self._label(entry, next(i for i, other in enumerate(self.entries) if other is entry))
                self.evidence.define(label, entry.values)
                made = call(function, line.term, Name(label, line.shape))
                return [Slip(name, Edit(kind, made, 1.35, f"{what} {entry.name}"))]
        return []

    def _may_be_another(self, part: Term) -> bool:
        """Whether a part of a line may be another array: not a gradient, whose own line may be wrong."""
        chain = self.task.chain
        if isinstance(part, Name):
            return part.name not in chain.lines or part.name in chain.given
        is_entry = isinstance(part, Call) and part.operation.function is operator.getitem
        return is_entry and part.names().isdisjoint(chain.lines)

    def _label(self, entry: Entry, number: int) -> str:
        """A name for an array of the person's that no other value has."""
        label = entry.name or (f"value_of_line_{entry.place.line}" if entry.place else "value")
        known = self.evidence.probes[0].values.get(label)
        return label if known is None or known is entry.values[0] else f"{label}_{number}"

    def _is_taken(self, name: str, made: Term, label: str, entry: Entry, values: Values) -> bool:
        """Whether a line with an array of the person's in it gives what they have."""
        envs = [{**env, label: value} for env, value in zip(values, entry.values, strict=True)]
        first = self.evidence.run(made, envs[:1])
        if first is None or not self.evidence.may_be(first[0], self.evidence.probes[0].given[name]):
            return False
        found = self.evidence.run(made, envs)
        return found is not None and self.evidence.agrees(name, found)

    def _edit(self, name: str, made: Term, part: Term, entry: Entry, values: Values) -> Edit:
        """Say what is wrong about an array in place of a part of a line."""
        right = self.evidence.run(part, values)
        shape, count = entry.values[0].shape, max(entry.values[0].shape, default=0)
        if shape == (count, count) != part.shape and sorted(part.shape or ()) in ([count], [1, count]):
            what = f"arrays of shapes {part.shape} and ({count},) broadcast to {shape}"
            return Edit("broadcasting_silent", made, 1.2, what)
        factor = None if right is None else self._factor(entry, right, values)
        if entry.was is not None and right is not None and self.evidence.all_equal(right, entry.was):
            kind, what = self._change(part)
            return Edit(kind, made, 1.3, what if factor else f"{what} in place of {text(part)}")
        if factor is not None:
            return Edit("extra_factor", made, 1.4, f"{text(part)} multiplied with {factor.name}")
        is_derivative = name in self.task.repertoire.derivatives and part.names().isdisjoint(self.task.chain.lines)
        kind = "wrong_activation_derivative" if is_derivative else "wrong_operand"
        return Edit(kind, made, 1.45, f"{entry.text} in place of {text(part)}")

    def _change(self, part: Term) -> tuple[str, str]:
        """Say what is wrong about an array that was changed in place before it was read: the kind, and in words."""
        if f"d{text(part)}" in self.task.parameters:
            return "stale_parameter", f"{text(part)} as it is after its update"
        return "inplace_mutation", f"{text(part)} after it was changed in place"

    def _factor(self, entry: Entry, right: list[Any], values: Values) -> Name | None:
        """The array that an array of the person's is multiplied with, beside what is right."""
        if np.shape(right[0]) != entry.values[0].shape:
            return None
        for other in self.task.names:
            shape = other.shape or ()
            for spread in {shape, (*shape, 1)} if shape else ():
                if len(spread) > entry.values[0].ndim:
                    continue
                try:
                    made = [r * np.reshape(env[other.name], spread) for r, env in zip(right, values, strict=True)]
                except ValueError:
                    continue
                if self.evidence.all_equal(made, entry.values):
                    return other
        return None

    def read_when_changed(self, name: str, values: Values, carried: Sequence[float]) -> Iterator[Slip]:
        """Yield slips of a hidden line that read an array after the person changed it in place.

        Their line may carry a constant that a later one makes good.
        """
        term = self.task.chain.lines[name].term
        for number, entry in enumerate(self.entries):
            if entry.was is None:
                continue
            read = (p for _, p in term.walk() if isinstance(p, Name) and p.shape == entry.was[0].shape)
            for part in dict.fromkeys(read):
                before = [env.get(part.name) for env in values]
                if any(value is None for value in before) or not self.evidence.all_equal(before, entry.was):
                    continue
                label = self._label(entry, number)
                self.evidence.define(label, entry.values)
                for env, value in zip(values, entry.values, strict=True):
                    env[label] = value
                made = term.substituted({part: Name(label, part.shape)})
                found = self.evidence.run(made, values)
                constants = [c for _, c in self.evidence.transcript.multiples(found)] if found is not None else []
                if any(abs(constant - c) < 1e-6 * abs(c) for constant in constants for c in (1.0, *carried)):
                    kind, what = self._change(part)
                    yield Slip(name, Edit(kind, made, 1.2, what))

    def through_an_alias(self, slip: Slip, values: Values) -> Slip:
        """Where one array stands for another because the person changed that in place, say so."""
        if slip.edit.swaps is None:
            return slip
        name, other = slip.edit.swaps
        if name not in values[0] or other not in values[0]:
            return slip
        before, after = ([env[read] for env in values] for read in (name, other))
        for entry in self.entries:
            if entry.was is None or not self.evidence.all_equal(before, entry.was):
                continue
            if self.evidence.all_equal(after, entry.values):
                what = f"{name} is {other} by then, changed in place"
                return replace(slip, edit=replace(slip.edit, kind="inplace_mutation", what=what))
        return slip
