"""The slips that people make in a line of a backward pass, as edits of the right line, each with its kind and cost."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from autograd_lite.checking.doctor.edits.activations import (
    Activation,
    edits_of_derivative,
    sigmoid_prime,
    tanh_prime,
)
from autograd_lite.checking.doctor.edits.calls import edits_of_call
from autograd_lite.checking.doctor.edits.factors import multiplied, times
from autograd_lite.checking.doctor.edits.loops import edits_of_steps
from autograd_lite.checking.doctor.shapes import Shape, spreads_to, transposed
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.expressions import Call, Constant, Group, Name, Term
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import Place, call, is_call
from autograd_lite.tensor.numbers import count_of, length_of, shape_of


class Editor:
    """Makes the edits of one line; without parameters those that take nothing from elsewhere.

    Parameters
    ----------
    names
        The values that can stand in for one another: everything that exists when the line is computed.
    activations
        The activation functions of the forward pass.
    stale
        For each parameter what it is after the update, if there is an update.
    terms
        Expressions that can stand in for a gradient, such as that of the data.
    past
        For the gradient at the input of an activation that at its output.
    first
        The gradients that come straight from the loss.
    """

    def __init__(
        self,
        names: Iterable[Name] = (),
        activations: Iterable[Activation] = (),
        stale: Mapping[Name, Term] | None = None,
        terms: Iterable[Term] = (),
        past: Mapping[str, str] | None = None,
        first: Collection[str] = (),
    ) -> None:
        self.names = [name for name in names if name.shape is not None]
        self.activations = list(activations)
        self.stale = stale or {}
        self.terms = [term for term in terms if term.shape is not None]
        self.past = past or {}
        self.first = first

    def edits(self, term: Term) -> Iterator[Edit]:
        """Yield every edit of a right side."""
        names = term.names()
        for activation in self.activations:
            if any(factor.names() & names for factor in activation.factors):
                yield from edits_of_derivative(term, activation)
        derivative = {f for activation in self.activations for f in activation.factors if not isinstance(f, Name)}
        for place, part in term.walk():
            is_inside = any(term.at(place[:length]) in derivative for length in range(1, len(place) + 1))
            for edit in self._of_part(part, _above(term, place)):
                kind = "wrong_activation_derivative" if is_inside and edit.kind == "wrong_operand" else edit.kind
                if kind == "transposed" and place and is_call(term.at(place[:-1]), np.sum):
                    kind = "wrong_axis"  # the sum of the transpose runs over the other axis
                yield replace(edit, kind=kind, term=term.replaced(place, edit.term))
        yield from self._everywhere(term)
        yield from edits_of_steps(term, Editor().edits_of_parts)
        yield from self.edits_of_whole(term)

    def edits_of_parts(self, term: Term) -> Iterator[Edit]:
        """Yield the edits of single parts of a right side."""
        for place, part in term.walk():
            for edit in self._of_part(part, _above(term, place)):
                yield replace(edit, term=term.replaced(place, edit.term))

    def edits_of_whole(self, term: Term) -> Iterator[Edit]:
        """Yield what is done to a right side as a whole: transposed, reduced, reversed, multiplied."""
        shape = term.shape
        if shape is None:
            return
        yield from _of_axes(term, shape)
        if is_call(term, np.full, np.reshape, np.broadcast_to, np.expand_dims):
            inner = term.parts[1] if is_call(term, np.full) else term.parts[0]
            if inner.shape is not None:
                yield Edit("broadcasting_silent", inner, 1.1, f"not given the shape {shape}")
                yield from (e for e in self._of_part(inner, None) if e.kind in ("wrong_axis", "missing_sum"))
        read = [part for _, part in term.walk() if isinstance(part, Name) and part.shape == shape]
        for name in dict.fromkeys(read):
            if not _is_gradient(name):
                for factors in (sigmoid_prime(name), tanh_prime(name)):
                    what = f"multiplied with {text(multiplied(factors))}"
                    yield Edit("extra_factor", times(term, *factors), 1.35, what)
        for name in self.names:
            if name.shape and spreads_to(name.shape, shape) and not _is_gradient(name):
                yield Edit("extra_factor", call(np.multiply, term, name), 1.6, f"multiplied with {name.name}")
                yield Edit("extra_factor", call(np.divide, term, name), 1.8, f"divided by {name.name}")

    def _everywhere(self, term: Term) -> Iterator[Edit]:
        """One array in place of another wherever that stands."""
        names = [part for _, part in term.walk() if isinstance(part, Name) and part.shape]
        for name in dict.fromkeys(names):
            if _is_gradient(name) and len(names) > 1:
                flipped = term.substituted({name: call(np.flip, name)})
                yield Edit("flipped_kernel", flipped, 1.35, f"with {name.name} reversed")
            if names.count(name) < 2:
                continue
            for other in self.names:
                is_row = len(name.shape or ()) == 2 and spreads_to(other.shape or (1,), name.shape or ())
                if (other.shape == name.shape or is_row) and other != name and other not in names:
                    cost = 1.25 + 0.1 * (_is_gradient(other) != _is_gradient(name))
                    made = term.substituted({name: other})
                    what = f"{other.name} in place of {name.name}"
                    yield Edit("wrong_operand", made, cost, what, (name.name, other.name))

    # -- parts -----------------------------------------------------------------------------------------------------

    def _of_part(self, part: Term, above: Term | None) -> Iterator[Edit]:
        if isinstance(part, Name):
            yield from self._of_name(part, above)
        elif isinstance(part, Constant):
            if above is not None and is_call(above, np.power) and part.value == 2:
                yield Edit("wrong_activation_derivative", Constant(1), 1.5, "without the square")
        elif isinstance(part, Call):
            yield from edits_of_call(part, above, self.first)

    def _of_name(self, name: Name, above: Term | None) -> Iterator[Edit]:
        if above is None or isinstance(above, Group) or above.shape is None or name.shape is None:
            return
        if is_call(above, length_of, count_of, shape_of):
            return
        for other in self.names:
            if other != name and (name.dtype is None or other.dtype is None or _is_mask(name) == _is_mask(other)):
                yield from self._of_other(name, other)
        for term in self.terms:
            if term.shape is not None and len(term.shape) == len(name.shape) and _is_gradient(name):
                yield Edit("wrong_operand", term, 1.5, f"{text(term)} in place of {name.name}")
        if _is_gradient(name) and is_call(above, np.matmul):
            ones = call(np.ones_like, name)
            yield Edit("missing_factor", ones, 1.35, f"without the gradient {name.name} that comes from above")
        if len(name.shape) == 2:
            yield Edit("transposed", transposed(name), 1.0, f"{name.name}.T in place of {name.name}")
        if name in self.stale:
            yield Edit("stale_parameter", self.stale[name], 1.0, f"{name.name} as it is after its update")

    def _of_other(self, name: Name, other: Name) -> Iterator[Edit]:
        """Another array in place of a name."""
        shape, wanted = other.shape, name.shape
        if shape is None or wanted is None:
            return
        if self.past.get(name.name) == other.name:
            yield Edit("missing_activation_derivative", other, 1.05, f"from {other.name}, without the derivative")
            return
        is_other_role = _is_gradient(other) != _is_gradient(name)
        cost = 1.2 + 0.1 * is_other_role + 0.1 * (other.name[:1] != name.name[:1])
        if shape == wanted or (len(shape) == len(wanted) == 2):
            what = f"{other.name} in place of {name.name}"
            yield Edit("wrong_operand", other, cost, what, (name.name, other.name))
        if len(shape) == 2 and shape[::-1] == wanted != shape:
            yield Edit("wrong_operand", transposed(other), cost + 0.3, f"{other.name}.T in place of {name.name}")


def _of_axes(term: Term, shape: Shape) -> Iterator[Edit]:
    """A right side transposed, summed, or reversed along its axes."""
    if len(shape) == 2:
        yield Edit("transposed", transposed(term), 1.0, "transposed")
    if 2 < len(shape) <= 4:
        for axes in itertools.permutations(range(len(shape))):
            if axes != tuple(range(len(shape))):
                yield Edit("transposed", call(np.transpose, term, axes), 1.2, f"its axes in the order {axes}")
    for axis in range(len(shape)):
        summed = call(np.sum, term, axis=axis)
        yield Edit("wrong_axis", summed, 1.1, f"summed over axis {axis} once more")
        kept = call(np.sum, term, axis=axis, keepdims=True)
        yield Edit("wrong_axis", kept, 1.15, f"summed over axis {axis} once more")
        flipped = call(np.flip, term, axis=axis)
        yield Edit("flipped_kernel", flipped, 1.3 + 0.1 * (len(shape) == 1), f"reversed along axis {axis}")
    if len(shape) > 1:
        yield Edit("wrong_axis", call(np.sum, term), 1.2, "summed over all axes")
        yield Edit("flipped_kernel", call(np.flip, term), 1.3, "reversed along all axes")
    for axes in ((-2, -1), (0, 1)) if len(shape) > 2 else ():
        yield Edit("flipped_kernel", call(np.flip, term, axis=axes), 1.2, f"reversed along the axes {axes}")


def _is_gradient(name: Name) -> bool:
    return name.name.startswith("d")


def _is_mask(name: Name) -> bool:
    return bool(name.dtype == bool)


def _above(term: Term, place: Place) -> Term | None:
    return term.at(place[:-1]) if place else term
