"""Terms that a line has too many, or misses: a multiple of a known array, or one number; perhaps in some entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.constants import Known
from autograd_lite.checking.doctor.evidence import largest
from autograd_lite.checking.doctor.search.entries import index_of, where
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import Edit, Slip, Values
from autograd_lite.expressions import Constant, Name, Term
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call
from autograd_lite.indexed import put_at
from autograd_lite.tensor.numbers import shape_of

Array = NDArray[Any]


class Additions:
    """The slips of one line that leave out or add a term.

    Parameters
    ----------
    task
        What the search is given.
    name
        The line.
    values
        The person's values above it.
    """

    def __init__(self, task: Task, name: str, values: Values) -> None:
        self.task = task
        self.name = name
        self.line = task.chain.lines[name]
        self.values = values
        self.targets = task.evidence.given(name)
        self.found = task.evidence.run(self.line.term, values)

    def slips(self) -> list[Slip]:
        """Return all that fit."""
        found = self.found
        if found is None or any(np.shape(f) != t.shape for f, t in zip(found, self.targets, strict=True)):
            return []
        rests = [target - value for target, value in zip(self.targets, found, strict=True)]
        edits = [*self._of_arrays(rests), *self._in_some_entries(rests), *self._of_a_number(rests, found)]
        return [Slip(self.name, edit) for edit in edits]

    def _added(self, other: Name, rests: Sequence[Any], arrays: Sequence[Any]) -> tuple[float, Known, Term] | None:
        """The constant, what it is, and the term, if an array times a constant is what is too much."""
        constant = self.task.evidence.multiple(rests, arrays, self.targets)
        if constant is None or abs(constant) <= 1e-12:
            return None
        known = self.task.constants.recognise(constant)
        return constant, known, other if known.words == "1" else call(np.multiply, known.term, other)

    def _of_arrays(self, rests: Sequence[Any]) -> Iterator[Edit]:
        """A multiple of a known array."""
        chain = self.task.chain
        for other in [*self.task.names, *map(chain.name, chain.order[: chain.position(self.name)])]:
            if other.shape != self.line.shape:
                continue
            arrays = [env[other.name] for env in self.values]
            if np.shape(arrays[0]) != other.shape:  # under a slip above
                continue
            added = self._added(other, rests, arrays)
            if added is not None:
                constant, known, term = added
                is_missing = constant < 0 and other.name == self.name.removeprefix("d")
                what = f"{other.name if known.words == '1' else f'{known.words} * {other.name}'} added"
                kind = "missing_term" if is_missing else "extra_term"
                yield Edit(kind, call(np.add, self.line.term, term), 1.6 + 0.2 * known.cost, what)

    def _in_some_entries(self, rests: Sequence[Any]) -> Iterator[Edit]:
        """The same in some entries: a penalty on the intercept, for instance."""
        slacks = [self.task.evidence.slack(self.name, target) for target in self.targets]
        masks = [np.abs(rest) > slack for rest, slack in zip(rests, slacks, strict=True)]
        mask = masks[0]
        if mask.all() or not mask.any() or any(not np.array_equal(m, mask) for m in masks):
            return
        for other in self.task.names:
            if other.shape != self.line.shape or np.shape(self.values[0][other.name]) != other.shape:
                continue
            added = self._added(other, rests, [np.where(mask, env[other.name], 0.0) for env in self.values])
            if added is not None:
                made = call(np.add, self.line.term, call(np.where, mask, added[-1], 0.0))
                yield Edit("extra_term", made, 1.6, f"{text(added[-1])} added to {where(mask)}")

    def _of_a_number(self, rests: Sequence[Any], found: Sequence[Any]) -> Iterator[Edit]:
        """One number, in every entry or in some."""
        mask = np.abs(rests[0]) > 1e-9 * max(largest(self.targets[0]), 1e-30)
        constant = float(f"{rests[0][mask][0]:.12g}") if mask.any() else 0.0
        array = np.where(mask, constant, 0.0)
        if not self.task.evidence.all_equal([value + array for value in found], self.targets):
            return
        index = index_of(mask)
        value = next((name for name in self.task.names if name.shape == self.line.shape), None)
        added: Term = Constant(constant) if mask.all() else Constant(array)
        if index is not None and value is not None and not mask.all():
            added = call(put_at, constant, index, call(shape_of, value))
        made = call(np.add, self.line.term, added)
        yield Edit("extra_term", made, 1.9, f"{constant:.6g} added to {where(mask)}")
