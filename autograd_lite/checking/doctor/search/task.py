"""What a search is given, and all its rooms read."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograd_lite.checking.doctor.chain import Chain
from autograd_lite.checking.doctor.constants import Constants
from autograd_lite.checking.doctor.edits.repertoire import Repertoire
from autograd_lite.checking.doctor.evidence import Evidence
from autograd_lite.checking.doctor.slips import Edit, Slip, Values
from autograd_lite.expressions import Name, Term

#: A constant that costs more is not named on top of an edit.
_PLAUSIBLE = 2.0


@dataclass(frozen=True)
class Task:
    """The right lines, the person's numbers beside them, and what may have slipped in.

    Attributes
    ----------
    chain
        The right derivation's backward lines.
    evidence
        The person's numbers, at several points, and what they computed on the way.
    repertoire
        The edits of each line.
    constants
        What a constant factor may be.
    names
        The forward values that may be taken for one another.
    parameters
        The lines that are gradients of parameters.
    rate
        The learning rate, if the gradients were read off a training step.
    deadline
        When to stop trying, on the clock of `time.thread_time`.
    updated
        If there is an update, the parameters, each with the line that is its gradient.
    run_again
        Gives the values of all lines, at each point, after the update of some parameters.
    """

    chain: Chain
    evidence: Evidence
    repertoire: Repertoire
    constants: Constants
    names: Sequence[Name]
    parameters: Collection[str]
    rate: float | None
    deadline: float
    updated: Mapping[str, str]
    run_again: Callable[[Collection[str]], Values | None]

    @property
    def is_late(self) -> bool:
        """Whether it is time to stop."""
        return time.thread_time() > self.deadline

    @property
    def is_step(self) -> bool:
        """Whether the gradients were read off an update."""
        return bool(self.repertoire.stale)

    def shape_of(self, name: str) -> tuple[int, ...]:
        """Return the shape of a value."""
        return tuple(np.shape(self.evidence.probes[0].values[name]))

    def scaled(self, line: str, term: Term, constant: float) -> Slip:
        """Return the slip of a line that is right but for a constant factor."""
        known = self.constants.recognise(constant)
        if abs(constant + 1) < 1e-6:
            edit = Edit("sign_flipped", term, known.cost, "it is the negative of what it should be")
        else:
            edit = Edit("scale", term, known.cost, known.words)
        return Slip(line, edit, constant)

    def timed(self, line: str, edit: Edit, constant: float | None) -> Slip | None:
        """Return the slip of an edit with a constant on top, if that is one that people take."""
        if constant is None or abs(constant) <= 1e-12:
            return None
        known = self.constants.recognise(constant)
        return Slip(line, edit.times(known), constant) if known.cost < _PLAUSIBLE else None
