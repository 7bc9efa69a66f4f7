"""What entries and shapes say where no edit fits: a row too many, a mask left out, a sum over other axes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.evidence import Evidence
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import Edit, Slip, Values
from autograd_lite.expressions import Constant, Group, Name, Term
from autograd_lite.expressions.terms import call, is_call, total
from autograd_lite.indexed import put_at

Array = NDArray[Any]


def summed_above(task: Task, name: str, values: Values) -> list[Slip]:
    """Return the slip of a sum over other axes of a gradient above, before its axes were moved or joined."""
    chain, target = task.chain, task.evidence.probes[0].given[name]
    if not any(is_call(part, np.sum, np.mean) for _, part in chain.lines[name].term.walk()):
        return []
    above = {line for read in chain.reads[name] for line in (read, *chain.reads[read])}
    for line in sorted(above, key=chain.position):
        shape = np.shape(values[0][line])
        for count in range(1, len(shape)) if np.prod(shape) > target.size else ():
            for axes in itertools.combinations(range(len(shape)), count):
                if tuple(n for axis, n in enumerate(shape) if axis not in axes) != target.shape:
                    continue
                made = call(np.sum, Name(line, shape), axis=axes if count > 1 else axes[0])
                found = task.evidence.run(made, values)
                if found is not None and task.evidence.agrees(name, found):
                    return [Slip(name, Edit("wrong_axis", made, 1.2, f"{line} summed over {_over(axes)}"))]
    return []


def _over(axes: tuple[int, ...]) -> str:
    return f"axis {axes[0]}" if len(axes) == 1 else f"the axes {axes}"


def reshaped(task: Task, name: str, values: Values) -> list[Slip]:
    """Return the slip of an axis too many or too few: the right numbers in another shape."""
    line, targets = task.chain.lines[name], task.evidence.given(name)
    found = task.evidence.run(line.term, values)
    if found is None or np.ndim(found[0]) == targets[0].ndim or np.size(found[0]) != targets[0].size:
        return []
    shape = targets[0].shape
    if not task.evidence.agrees(name, [np.reshape(value, shape) for value in found]):
        return []
    what = f"shape {shape} for {np.shape(found[0])}"
    return [Slip(name, Edit("shape_mismatch", call(np.reshape, line.term, shape), 1.0, what))]


def too_large(task: Task, name: str, values: Values) -> list[Slip]:
    """Return the slip of a row or column too many: the person's array without it is what it should be."""
    evidence, targets = task.evidence, task.evidence.given(name)
    found = evidence.run(task.chain.lines[name].term, values)
    if found is None or np.ndim(found[0]) != targets[0].ndim:
        return []
    shape, right = targets[0].shape, np.shape(found[0])
    more = [axis for axis in range(len(shape)) if shape[axis] > right[axis]]
    if len(more) != 1 or any(shape[a] != right[a] for a in range(len(shape)) if a not in more):
        return []
    axis, count = more[0], shape[more[0]] - right[more[0]]
    for words, kept in (("first", slice(count, None)), ("last", slice(None, -count))):
        index = (*(slice(None),) * axis, kept)
        if evidence.all_equal(found, [target[index] for target in targets], evidence.noise(name)):
            which = f"the {words} {'row' if axis == 0 else 'column' if axis == 1 else 'entry'}"
            what = f"{which} is too many: shape {shape} for {right}"
            return [Slip(name, Edit("shape_mismatch", evidence.whole(name), 1.2, what))]
    return []


def by_entries(task: Task, name: str, values: Values) -> list[Slip]:
    """Return what the entries say: some are right and some are not."""
    evidence, targets = task.evidence, task.evidence.given(name)
    found = evidence.run(task.chain.lines[name].term, values)
    if found is None:
        return []
    if np.ndim(found[0]) < targets[0].ndim:
        return _by_shape(evidence, name, found, targets)
    if any(np.shape(v) != t.shape or t.size < 4 for v, t in zip(found, targets, strict=True)):
        return []
    same, masks = [], []
    for value, target in zip(found, targets, strict=True):
        slack = evidence.slack(name, target)
        same.append(np.abs(value - target) <= slack)
        masks.append((value != 0) | (np.abs(target) <= slack))
    is_masked = all(np.array_equal(s, m) for s, m in zip(same, masks, strict=True))
    if is_masked and not all(s.all() for s in same):
        what = f"without the factor that is 0 in {where(~same[0])}: a mask"
        return [Slip(name, Edit("missing_factor", evidence.whole(name), 2.3, what))]
    block = _filled(found, targets, same)
    if block:
        what = f"only {block} is filled: the loop ends too early"
        return [Slip(name, Edit("missing_accumulation", evidence.whole(name), 2.2, what))]
    counts = [(np.sum(s & (v != 0)), np.sum(v != 0)) for s, v in zip(same, found, strict=True)]
    share = sum(agree for agree, _ in counts) / max(sum(all_ for _, all_ in counts), 1)
    open_lines = {name, *task.chain.hidden_above(name)}
    adds_up = any(is_call(p, put_at, total) for n in open_lines for _, p in task.chain.lines[n].term.walk())
    if adds_up and 0.05 < share < 0.95 and all(np.array_equal(s, same[0]) for s in same):
        what = f"{where(~same[0])} has not all that it should: assigned where it should be added up"
        return [Slip(name, Edit("missing_accumulation", evidence.whole(name), 2.4, what))]
    return []


def _filled(found: Sequence[Any], targets: Sequence[Array], same: Sequence[Array]) -> str:
    """Say which block of entries is right, if all others are 0 at every point."""
    some = np.any([target != 0 for target in targets], axis=0)
    if not some.any() or some.all():
        return ""
    corner = tuple(slice(int(i.min()), int(i.max()) + 1) for i in np.nonzero(some))
    outside = np.ones(some.shape, dtype=bool)
    outside[corner] = False
    if not outside.any() or not all(s[corner].all() for s in same):
        return ""
    if not all(np.any(np.asarray(value)[outside] != 0) for value in found):
        return ""
    return f"[{', '.join(f'{part.start}:{part.stop}' for part in corner)}]"


def _by_shape(evidence: Evidence, name: str, found: Sequence[Any], targets: Sequence[Array]) -> list[Slip]:
    """Return the slip of axes that are not summed over, where the line has them in another order or shape."""
    count = targets[0].ndim
    for size in range(1, count + 1):
        for axes in itertools.combinations(range(count), size):
            summed = [np.sum(target, axis=axes) for target in targets]
            if evidence.all_equal(summed, [np.asarray(value) for value in found], evidence.noise(name)):
                what = f"not summed over {_over(axes)}: shape {targets[0].shape} for {np.shape(found[0])}"
                return [Slip(name, Edit("missing_sum", evidence.whole(name), 1.2, what))]
    return []


# -- which entries -----------------------------------------------------------------------------------------------------


def where(mask: Array) -> str:
    """Say which entries are meant."""
    if mask.all():
        return "every entry"
    for axis in range(mask.ndim):
        chosen = _chosen(mask, axis)
        if chosen is not None:
            index = [":"] * mask.ndim
            index[axis] = ", ".join(map(str, chosen))
            return f"[{', '.join(index)}]"
    return f"{int(mask.sum())} of {mask.size} entries"


def index_of(mask: Array) -> Term | None:
    """Return the index of the entries that are meant, if they are one row, column or entry."""
    for axis in range(mask.ndim):
        chosen = _chosen(mask, axis)
        if chosen is not None and len(chosen) == 1:
            whole = Group(slice, (Constant(None), Constant(None), Constant(None)))
            parts: list[Term] = [whole] * axis
            return Group(tuple, (*parts, Constant(chosen[0]))) if axis else Constant(chosen[0])
    return None


def _chosen(mask: Array, axis: int) -> list[int] | None:
    """The places along an axis that are meant, if all of what is there is meant."""
    others = tuple(a for a in range(mask.ndim) if a != axis)
    some = mask.any(axis=others)
    return [int(i) for i in np.flatnonzero(some)] if np.array_equal(mask.all(axis=others), some) else None
