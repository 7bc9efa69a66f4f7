"""Slips in the gradient of a normalisation: its short form over another axis, or without one of its paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from autograd_lite.checking.doctor.edits.factors import times
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.checking.doctor.steps import summands_of
from autograd_lite.expressions import Call, Constant, Line, Name, Term
from autograd_lite.expressions.terms import call, is_call
from autograd_lite.tensor.numbers import length_of


def edits_of_short_form(term: Term, values: Mapping[str, Name]) -> Iterator[Edit]:
    """Yield what people do to ``(dn - mean(dn) - n * mean(dn * n)) / std``, the short form of the gradient.

    Here it is a sum of the paths through the value itself, its mean and its variance.
    """
    if len(summands_of(term)) < 2:
        return
    for _, part in term.walk():
        if not is_call(part, np.divide):
            continue
        gradient, deviation = part.parts
        value = values.get(gradient.name.removeprefix("d")) if isinstance(gradient, Name) else None
        if value is None or gradient.shape != value.shape != deviation.shape or not isinstance(deviation, Name):
            continue
        for axis in range(len(value.shape or ())):
            mean, product = (call(np.mean, x, axis=axis, keepdims=True) for x in (gradient, times(gradient, value)))
            without_mean = call(np.subtract, gradient, mean)
            spread = call(np.multiply, value, product)
            for kind, cost, what, above in (
                ("wrong_axis", 1.2, f"with means over axis {axis}", call(np.subtract, without_mean, spread)),
                ("missing_term", 1.15, "without the path through the variance", without_mean),
                ("missing_term", 1.15, "without the path through the mean", call(np.subtract, gradient, spread)),
            ):
                yield Edit(kind, call(np.divide, above, deviation), cost, what)


def axes_of(term: Term) -> set[int]:
    """Return the axes that sums in a term run over."""
    axes = [
        part.keyword("axis") for _, part in term.walk() if isinstance(part, Call) and is_call(part, np.sum, np.mean)
    ]
    return {axis.value for axis in axes if isinstance(axis, Constant) and isinstance(axis.value, int)}


def over_axis(line: Line, axis: int, other: int) -> Term:
    """Return a line's term with its sums over another axis, and divided by the length of that."""
    term = line.term
    like = next(
        (p for _, p in term.walk() if isinstance(p, Name) and p.shape == line.shape and len(p.shape or ()) > 1), None
    )
    for place, part in list(term.walk()):
        if not isinstance(part, Call):
            continue
        function = part.operation.function
        if function in (np.sum, np.mean) and part.keyword("axis") == Constant(axis):
            keywords = {key: Constant(other) if key == "axis" else value for key, value in part.keywords}
            term = term.replaced(place, call(function, term.at(place).parts[0], **keywords))
        elif function is length_of and like is not None:
            term = term.replaced(place, call(length_of, like, other))
    return term
