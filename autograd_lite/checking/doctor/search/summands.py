"""How often each summand of a line is in the person's numbers: not at all, twice, or with another sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.evidence import largest
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import ENOUGH, Edit
from autograd_lite.checking.doctor.steps import added_up, is_alike, said, summands_of
from autograd_lite.expressions import Term
from autograd_lite.expressions.terms import call

Array = NDArray[Any]

#: A line of more summands is not looked at summand by summand.
_MOST = 60


def countable(term: Term) -> list[Term]:
    """Return the summands of a sum, if there are several but not too many to be looked at one by one."""
    summands = summands_of(term)
    return summands if 2 <= len(summands) <= _MOST else []


def recounted(
    task: Task, summands: Sequence[Term], columns: Sequence[Sequence[Any] | None], targets: Sequence[Array]
) -> Edit | None:
    """Solve for how often each summand is in the targets, and say what is odd about that.

    Parameters
    ----------
    task
        What the search is given.
    summands
        Those of the right line.
    columns
        For each summand what it contributes at each probe, ``None`` if that can not be computed.
    targets
        What they add up to in the person's numbers, at each probe.
    """
    numbers = _solved(columns, targets, task.evidence.tolerance)
    if numbers is None:
        return None
    changed = [i for i, n in enumerate(numbers) if abs(n - 1) > 1e-6]
    known = [task.constants.recognise(n) for n in numbers]
    if not changed or len(changed) == len(summands) or any(known[i].cost > ENOUGH for i in changed):
        return None
    gone = [i for i in changed if abs(numbers[i]) < 1e-9]
    kept = [
        call(np.multiply, known[i].term, summand) if i in changed else summand
        for i, summand in enumerate(summands)
        if i not in gone
    ]
    if gone:
        rest = [summand for i, summand in enumerate(summands) if i not in gone]
        is_loop = all(any(is_alike(summands[i], other) for other in rest) for i in gone)
        kind = "missing_accumulation" if is_loop else "missing_term"
        what = "without " + ", ".join(said(summands[i]) for i in gone[:3]) + (", ..." if len(gone) > 3 else "")
    else:
        kind = "sign_flipped" if all(abs(numbers[i] + 1) < 1e-6 for i in changed) else "scale"
        what = f"{said(summands[changed[0]])} is taken times {known[changed[0]].words}"
    return Edit(kind, added_up(kept), 1.3 + 0.05 * len(changed), what)


def _solved(columns: Sequence[Sequence[Any] | None], targets: Sequence[Array], tolerance: float) -> list[float] | None:
    """Solve ``columns @ numbers == targets``, if there is one solution and more equations than unknowns."""
    if any(c is None or any(np.shape(v) != t.shape for v, t in zip(c, targets, strict=True)) for c in columns):
        return None
    matrix = np.stack([np.concatenate([np.ravel(v) for v in column or ()]) for column in columns], axis=1)
    target = np.concatenate([t.ravel() for t in targets])
    if len(target) <= len(columns):
        return None
    numbers, _, rank, _ = np.linalg.lstsq(matrix, target, rcond=1e-10)
    if rank < len(columns) or largest(matrix @ numbers - target) > 10 * tolerance * largest(target):
        return None
    return [float(n) for n in numbers]
