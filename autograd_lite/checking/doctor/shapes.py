"""Which shapes NumPy lets go together, and a matrix either way round."""

from __future__ import annotations

import numpy as np

from autograd_lite.expressions import Term
from autograd_lite.expressions.terms import call, is_call

Shape = tuple[int, ...]


def go_together(one: Shape, other: Shape) -> bool:
    """Whether two shapes can be broadcast to a common one."""
    try:
        np.broadcast_shapes(one, other)
    except ValueError:
        return False
    return True


def spreads_to(shape: Shape, target: Shape) -> bool:
    """Whether an array of one shape can be broadcast to another."""
    return go_together(shape, target) and np.broadcast_shapes(shape, target) == target


def transposed(term: Term) -> Term:
    """Return the transpose of a term, without two transposes on top of each other."""
    if is_call(term, np.transpose) and len(term.parts) == 1:
        return term.parts[0]
    return call(np.transpose, term)


def either_way(term: Term) -> list[Term]:
    """Return a term, and if it is a matrix its transpose."""
    return [term, transposed(term)] if term.shape is not None and len(term.shape) == 2 else [term]


def can_multiply(a: Term, b: Term) -> bool:
    """Whether the matrix product of two terms is defined."""
    return bool(a.shape and b.shape and len(a.shape) <= 2 and len(b.shape) <= 2 and a.shape[-1] == b.shape[0])
