"""All edits of each line of a derivation, cheapest first."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from autograd_lite.checking.doctor.chain import Chain
from autograd_lite.checking.doctor.edits.activations import Activation
from autograd_lite.checking.doctor.edits.lines import Editor
from autograd_lite.checking.doctor.edits.loops import edits_of_all_summands
from autograd_lite.checking.doctor.edits.normalisations import edits_of_short_form
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.checking.doctor.steps import steps_near
from autograd_lite.expressions import Name, Term
from autograd_lite.expressions.terms import is_call


class Repertoire:
    """Makes the edits of lines, once.

    Parameters
    ----------
    chain
        The lines.
    names
        The forward values that may be taken for one another.
    activations
        The activation functions of the forward pass, each with the line that multiplies with its derivative.
    stale
        For each parameter what it is after the update, if there is an update.
    other_functions
        For some lines what they are with another loss, or another activation function, in mind.
    data_gradients
        The gradients of the data.
    past
        For each gradient at the input of an activation function the name of that at its output.
    derivatives
        The lines that multiply with the derivative of a function of single entries.
    zeros
        The values that are 0 at every point: an array that is taken for another shows no more than that it is gone.
    """

    def __init__(
        self,
        chain: Chain,
        names: Sequence[Name],
        activations: Sequence[tuple[str | None, Activation]],
        stale: Mapping[Name, Term],
        other_functions: Mapping[str, Sequence[Edit]],
        data_gradients: Sequence[Term],
        past: Mapping[str, str],
        derivatives: Collection[str],
        zeros: Collection[str] = (),
    ) -> None:
        self.chain = chain
        self.names = names
        self.stale = stale
        self.other_functions = other_functions
        self.derivatives = derivatives
        self.zeros = zeros
        self._activations = [activation for _, activation in activations]
        self._activations_of: dict[str, list[Activation]] = {}
        for line, activation in activations:
            if line is not None:
                self._activations_of.setdefault(line, []).append(activation)
        self._data_gradients = data_gradients
        self._past = past
        self._edits: dict[str, list[Edit]] = {}

    @property
    def known(self) -> dict[str, Name]:
        """Every value that a line may read, by its name."""
        return {name.name: name for name in self.names} | {line: self.chain.name(line) for line in self.chain.order}

    def edits(self, name: str) -> list[Edit]:
        """Return the edits of a line, cheapest first, each with another value."""
        if name not in self._edits:
            term, editor = self.chain.lines[name].term, self.editor(name)
            found: dict[Term, Edit] = {}
            for edit in itertools.chain(
                self.other_functions.get(name, ()),
                editor.edits(term),
                edits_of_all_summands(term, editor.edits, self.known),
                edits_of_short_form(term, {value.name: value for value in self.names}),
            ):
                rated = self._rated(name, edit)
                if rated.term != term and (rated.term not in found or found[rated.term].cost > rated.cost):
                    found[rated.term] = rated
            self._edits[name] = sorted(found.values(), key=lambda edit: edit.cost)
        return self._edits[name]

    def editor(self, name: str) -> Editor:
        """Return what makes the edits of a line."""
        chain = self.chain
        below = chain.below(name)
        before = [other for other in chain.order if other not in below]
        terms = [t for t in self._data_gradients if not (t.names() & set(chain.order)) - set(before)]
        steps = steps_near(chain.lines[name].term)
        names = [*self.names, *map(chain.name, before)]
        near = [n for n in names if not steps or steps_near(n) <= steps]
        first = {n for n in chain.order if all(chain.lines[r].shape == () for r in chain.reads[n])}
        return Editor(near, self._activations, self.stale, terms, self._past, first)

    def _rated(self, name: str, edit: Edit) -> Edit:
        """Return an edit with its kind and cost in a line: what is plain in one surprises in another."""
        is_hidden = name not in self.chain.given
        if edit.swaps and edit.swaps[1] in self.zeros:
            edit = edit.dearer(0.6)
        if edit.kind == "wrong_axis" and is_hidden:
            is_first = not self.chain.reads[name]
            edit = self._of_first_line(name, edit) if is_first else edit.dearer(0.3)
        if edit.kind == "flipped_kernel" and is_hidden:
            edit = edit.dearer(0.25)
        if name in self.derivatives and edit.swaps and self._is_no_activation(name, edit.swaps[1]):
            edit = replace(edit, kind="wrong_activation_derivative", what=f"with {edit.what.removeprefix('with ')}")
        elif edit.kind == "wrong_activation_derivative" and edit.swaps and not self._is_own(name, edit.swaps):
            edit = replace(edit, kind="wrong_operand")
        elif edit.kind == "wrong_operand" and edit.swaps and self._is_own(name, edit.swaps):
            edit = replace(edit, kind="wrong_activation_derivative", what=f"with {edit.what.removeprefix('with ')}")
        elif edit.kind == "missing_factor" and name in self.derivatives and " + " in edit.what:
            edit = replace(edit, kind="wrong_activation_derivative")  # a part of a product rule
        return edit

    def _is_no_activation(self, name: str, other: str) -> bool:
        """Whether a derivative is taken at the gradient that it is multiplied with, or at a parameter."""
        return other in self.chain.reads[name] or any(other == parameter.name for parameter in self.stale)

    def _of_first_line(self, name: str, edit: Edit) -> Edit:
        """A sum over another axis in the first line: of the targets alone, that is the sum of a softmax."""
        sums = [part for _, part in self.chain.lines[name].term.walk() if is_call(part, np.sum)]
        if sums and all(isinstance(part.parts[0], Name) for part in sums):
            what = f"that of a softmax {edit.what.replace('summed', 'normalised')}"
            return replace(edit, kind="forward_mismatch", what=what)
        return replace(edit, kind="wrong_loss_derivative")

    def _is_own(self, name: str, swaps: tuple[str, str]) -> bool:
        """Whether two arrays are the input and the output of the activation that a line is the derivative of."""
        return any({a.z.name, a.a.name} == set(swaps) for a in self._activations_of.get(name, ()))
