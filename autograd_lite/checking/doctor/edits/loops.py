"""Slips in what a loop adds up: summands that are lost or overwritten, or the same slip in each of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.shapes import Shape
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.checking.doctor.steps import added_up, aligned, is_alike, moved, said, summands_of
from autograd_lite.expressions import Name, Term
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call, is_call
from autograd_lite.indexed import overwrite, put_at

#: Makes the edits of a term.
Edits = Callable[[Term], Iterable[Edit]]


def edits_of_steps(term: Term, edits_of: Edits) -> Iterator[Edit]:
    """Yield what is lost of a sum, and the edits of its summands that all of them can have."""
    summands = summands_of(term)
    if len(summands) < 2:
        return
    yield from _of_kernels(term, summands)
    if all(is_alike(summands[0], other) for other in summands[1:]):
        yield from _of_range(summands)
        yield from _of_windows(summands)
        yield from _of_each_at_its_place(summands, edits_of)
    elif len(summands) > 2:
        yield from _of_terms(summands)


def _of_range(summands: list[Term]) -> Iterator[Edit]:
    """The first steps alone, or the last."""
    count = len(summands)
    for kept in (*(summands[:n] for n in range(1, count)), *(summands[n:] for n in range(1, count))):
        one = len(kept) == 1
        words = "assigned where it should be added up" if one else "the loop begins too late or ends too early"
        what = f"only {said(kept[0])} is left of {count} steps" if one else f"{len(kept)} of {count} steps are left"
        yield Edit("missing_accumulation", added_up(kept), 0.95 if one else 1.05, f"{what}: {words}")


def _of_kernels(term: Term, summands: Sequence[Term]) -> Iterator[Edit]:
    """A kernel whose entries the steps of a loop read one by one, from the other end."""
    read: dict[Name, set[str]] = {}
    for summand in summands:
        for _, part in summand.walk():
            if is_call(part, operator.getitem) and isinstance(part.parts[0], Name) and part.parts[0].shape:
                read.setdefault(part.parts[0], set()).add(text(part))
    for name, entries in read.items():
        for axes in _directions(name.shape or ()) if len(entries) > 1 else ():
            flipped = term.substituted({name: call(np.flip, name, axis=axes)})
            along = f"{'axis' if len(axes) == 1 else 'the axes'} {', '.join(map(str, axes))}"
            yield Edit("flipped_kernel", flipped, 1.2, f"{name.name} reversed along {along}")


def _directions(shape: Shape) -> Iterator[tuple[int, ...]]:
    """The axes that an array may be reversed along: each, all, and the last two."""
    yield from ((axis,) for axis, length in enumerate(shape) if length > 1)
    if len(shape) > 1:
        yield tuple(range(len(shape)))
    if len(shape) > 2:
        yield -2, -1


def _of_windows(summands: Sequence[Term]) -> Iterator[Edit]:
    """Windows that overlap, of which one overwrites the other: as a whole, or where it has something to say."""
    if not all(is_call(part, put_at) and part.shape is not None for part in summands):
        return
    for parts in (summands, summands[::-1]):
        made: Term = call(np.zeros, parts[0].parts[2])
        for part in parts:
            values, index, _ = part.parts
            made = call(overwrite, made, index, values)
        what = "assigned where it should be added up"
        yield Edit("missing_accumulation", made, 1.05, f"{what}: windows overlap")
        over = call(overlaid, *parts)
        yield Edit("missing_accumulation", over, 1.1, f"{what}: two windows name an entry")


def overlaid(*parts: Any) -> Any:
    """Return of each entry the last that is not 0."""
    ans = parts[0]
    for part in parts[1:]:
        ans = np.where(part != 0, part, ans)
    return ans


def _of_each_at_its_place(summands: list[Term], edits_of: Edits) -> Iterator[Edit]:
    """The same slip in every summand, if each has as many: the first of each together, the second, and so on."""
    edits = [list(edits_of(part)) for part in summands]
    if len({len(found) for found in edits}) == 1:
        for same in zip(*edits, strict=True):
            if len({e.kind for e in same}) == 1:
                made = added_up([e.term for e in same])
                yield replace(same[-1].dearer(0.05), term=made, what=f"{same[-1].what}, at each step")


def _of_terms(summands: list[Term]) -> Iterator[Edit]:
    """One term alone, or all but those of one form."""
    count = len(summands)
    for kept in summands:
        yield Edit("missing_term", kept, 1.3, f"only {text(kept)} is left of {count} terms")
    classes: list[list[Term]] = []
    for summand in summands:
        like = next((c for c in classes if is_alike(c[0], summand)), None)
        classes.append([summand]) if like is None else like.append(summand)
    for dropped in classes if 1 < len(classes) < count else ():
        rest = [s for s in summands if not any(s is d for d in dropped)]
        what = f"without {said(dropped[0])}{' and the others like it' if len(dropped) > 1 else ''}"
        yield Edit("missing_term", added_up(rest), 1.2, what)


def edits_of_all_summands(term: Term, edits_of: Edits, known: Mapping[str, Name]) -> Iterator[Edit]:
    """Yield the edits of the last summand of a sum, moved to every step.

    Parameters
    ----------
    term
        The sum.
    edits_of
        Makes the edits of a summand.
    known
        The names that a step may read.
    """
    summands = summands_of(term)
    if len(summands) < 2:
        return
    last = summands[-1]
    maps = [names for summand in summands if (names := aligned(last, summand, True)) is not None]
    if len(maps) < len(summands):
        return
    for edit in edits_of(last):
        steps = [moved(edit.term, names, known) for names in maps]
        yield replace(edit.dearer(0.05), term=added_up(steps), what=f"{edit.what}, at each of {len(maps)} steps")
        if len(maps) > 2:  # the first step may be left out, or as it should be
            but = f"{edit.what}, at each of {len(maps)} steps but the first"
            yield replace(edit.dearer(0.15), term=added_up([summands[0], *steps[1:]]), what=but)
