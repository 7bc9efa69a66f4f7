"""The steps of a loop: summands that it adds up, and lines that are alike but for the numbers in their names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd_lite.expressions import Call, Constant, Name, Term
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call, is_call, total
from autograd_lite.indexed import put_at

_DIGITS = "0123456789"


def stem(name: str) -> str:
    """Return a name without the number at its end."""
    return name.rstrip(_DIGITS)


def number(term: Term) -> int:
    """Return the number at the end of a name, -1 if there is none."""
    digits = term.name[len(stem(term.name)) :] if isinstance(term, Name) else ""
    return int(digits) if digits else -1


def variable(name: str) -> str:
    """Return the name of a variable without the step that it is of."""
    return name.rstrip(_DIGITS + "_")


def is_like(one: Name, other: Name) -> bool:
    """Whether two names may be those of one variable at two steps."""
    return variable(one.name) == variable(other.name)


def steps_near(term: Term) -> set[int]:
    """Return the steps of a loop that a term is about, and their neighbours; of a name its own step alone."""
    numbers = {int(digits) for name in term.names() if (digits := name[len(stem(name)) :])}
    return {n + d for n in numbers for d in (-1, 0, 1)} if not isinstance(term, Name) else numbers


def summands_of(term: Term) -> list[Term]:
    """Return the summands of a sum, from left to right; the term itself if it is none."""
    if is_call(term, total):
        return list(term.parts)
    if is_call(term, np.add):
        return [*summands_of(term.parts[0]), *summands_of(term.parts[1])]
    return [term]


def added_up(summands: list[Term]) -> Term:
    """Return the sum of some terms, in their order."""
    return summands[0] if len(summands) == 1 else call(total, *summands)


def said(term: Term) -> str:
    """Return the text of a term; of values at some places of an array that of the values."""
    return text(term.parts[0] if is_call(term, put_at) else term)


def is_alike(one: Term, other: Term) -> bool:
    """Whether two terms differ in numbers alone, those of names included: the same line of a loop at two steps."""
    if isinstance(one, Name) and isinstance(other, Name):
        return is_like(one, other)
    if isinstance(one, Constant):
        return isinstance(other, Constant)
    if type(one) is not type(other) or len(one.parts) != len(other.parts):
        return False
    if isinstance(one, Call) and isinstance(other, Call) and one.operation is not other.operation:
        return False
    return all(is_alike(a, b) for a, b in zip(one.parts, other.parts, strict=True))


def aligned(one: Term, other: Term, is_same: bool) -> dict[Term, Term] | None:
    """Return which names of one term stand where those of another do, if the terms are alike but for steps.

    Lines of the same variable (`is_same`) may read variables of other names: before a loop they have others.
    """
    names: dict[Term, Term] = {}
    pairs = [(one, other)]
    while pairs:
        a, b = pairs.pop()
        if isinstance(a, Name) and isinstance(b, Name):
            if a.shape != b.shape or not (is_same or is_like(a, b)):
                return None
            if names.setdefault(a, b) != b:
                return None
        elif isinstance(a, Constant) and isinstance(b, Constant):
            if type(a.value) is not type(b.value) or (not isinstance(a.value, int) and a != b):
                return None
        elif type(a) is not type(b) or len(a.parts) != len(b.parts) or _operation(a) is not _operation(b):
            return None
        else:
            pairs += zip(a.parts, b.parts, strict=True)
    return names


def _operation(term: Term) -> Any:
    return term.operation if isinstance(term, Call) else None


def moved(term: Term, names: Mapping[Term, Term], known: Mapping[str, Name]) -> Term:
    """Return a term at another step of a loop: known names by `names`, others by the same distance."""
    pairs = [
        (number(a), number(b))
        for a, b in names.items()
        if isinstance(a, Name) and isinstance(b, Name) and stem(a.name) == stem(b.name)
    ]
    shifts = [b - a for a, b in pairs if a != b and a >= 0 and b >= 0]
    shift = max(set(shifts), key=shifts.count) if shifts else 0
    moves: dict[Term, Term] = dict(names)
    for _, part in term.walk():
        if isinstance(part, Name) and part not in moves and number(part) >= 0:
            other = known.get(f"{stem(part.name)}{number(part) + shift}")
            if other is not None:
                moves[part] = other
    return term.substituted(moves)
