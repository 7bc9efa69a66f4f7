"""Right, wrong, at a kink, or too noisy to say: what a slope makes of the one that a gradient predicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.numerical import Slope

Array = NDArray[Any]
Answer = Literal["right", "wrong", "kink", "undecided"]

#: Of so many standard errors (our estimates of the error are bounds rather than averages) a difference is real.
SIGNIFICANT = 4.0
#: An estimate that is not known better than this, relative to itself, decides nothing.
SHARP = 1e-2
#: An entry is held to the tolerance of itself, or of this part of the largest.
SMALL_ENTRY = 1e-3


#: Steps in a value of at most this part of it may be its rounding (to half precision).
ROUNDING = 1e-3


@dataclass(frozen=True)
class Settings:
    """How to check: tolerance, step of the first differences, order of the derivative, source of random numbers."""

    rtol: float
    step: float
    order: int
    rng: np.random.Generator


@dataclass(frozen=True)
class Entry:
    """One entry of a gradient beside its reference, which may be off by `error`.

    `part` says which part of a complex one; the index -1 stands for a random direction.
    """

    index: int
    part: Literal["", "real", "imaginary"]
    answer: Answer
    found: float
    reference: float
    error: float
    slope: Slope
    complex_step: float | None = None


@dataclass
class Verdict:
    """What was found of the gradient of one argument.

    Attributes
    ----------
    place
        Which of the arguments that vary.
    entries
        Those that are wrong or undecided, the worst first; where there are many, the worst of them.
    error
        The 2-norm of the difference, relative to that of the reference.
    reference
        The gradient by differences, where it was made entry by entry.
    wrong
        The number of wrong entries; ``None`` where only projections were looked at.
    """

    place: int
    entries: list[Entry] = field(default_factory=list)
    error: float = 0.0
    reference: Array | None = None
    wrong: int | None = 0

    @property
    def answer(self) -> Answer:
        """The worst of the answers."""
        answers = {e.answer for e in self.entries}
        order: tuple[Answer, ...] = ("wrong", "kink", "undecided")
        return next((a for a in order if a in answers), "right")


def judge(
    slope: Slope, predicted: float, tolerance: float, largest: float, magnitude: float, size: float, unit: float,
    order: int = 1,
) -> Answer:  # fmt: skip
    """Say what a slope makes of the one that a gradient predicts.

    Parameters
    ----------
    slope
        The slope, less the predicted one.
    predicted
        What the gradient says; not finite if it does.
    tolerance
        The difference that counts as right.
    largest
        The largest slope of its kind: what is known only to a part of it may still be known well enough.
    magnitude, size
        Of the function's values and of its argument. The rounding of the one over the other is in every slope, and
        a slope that is no larger is zero.
    unit
        The rounding unit.
    order
        Of the derivative: that of a kink is a jump.
    """
    tolerance += 4 * unit * magnitude / size
    finite = bool(np.isfinite(predicted))
    here = predicted if finite else 0.0

    def agrees(defect: float, error: float, margin: float = SIGNIFICANT) -> bool:
        return finite and abs(defect) <= tolerance + margin * error

    def is_sharp(defect: float, error: float, scale: float) -> bool:
        return error <= SHARP * max(abs(here), abs(here + defect), scale)

    is_rounding = slope.is_flat or (slope.roughness <= 1e-5 * magnitude and slope.step <= 1e-7 * size)
    if slope.others is not None and is_rounding:
        # Small steps see the rounding of the value, larger ones its course.
        if agrees(*slope.others, margin=10.0):
            return "right" if is_sharp(*slope.others, largest) else "undecided"
        if agrees(slope.defect, slope.error):
            return "right" if slope.roughness > ROUNDING * magnitude else "undecided"
        return "wrong" if is_sharp(*slope.others, largest) else "undecided"
    if slope.is_flat and here != 0 and any(max(abs(u), abs(d)) <= 0.6 * abs(here) for u, d in slope.far):
        return "undecided"  # flat within a step of the value, whose course is about what the gradient says
    if is_sharp(slope.defect, slope.error, SMALL_ENTRY * largest):
        return "right" if agrees(slope.defect, slope.error) else "wrong"
    if slope.kink is not None:
        low, high, error = slope.kink
        return "right" if finite and low - tolerance - error <= 0 <= high + tolerance + error else "kink"
    zero = (0.1 if order == 1 else 100.0) * np.sqrt(unit) * magnitude / size
    if finite and max(abs(here), abs(here + slope.defect), slope.error) <= zero:
        return "right"  # zero, to within the rounding of the value
    if here == 0 and slope.is_flat and finite:
        return "right"
    if is_sharp(slope.defect, slope.error, largest):
        return "right" if agrees(slope.defect, slope.error) else "wrong"
    if slope.jump:
        return "right" if order > 1 and finite else "undecided"
    if abs(slope.defect) > 5 * SIGNIFICANT * slope.error:
        return "wrong"
    return "undecided"


def judge_by_complex_step(witness: float, slope: float, error: float, predicted: float, tolerance: float) -> Answer:
    """Decide by the complex step, if it fits the differences as far as these go."""
    if not abs(witness - slope) <= SIGNIFICANT * error:
        return "undecided"
    return "right" if abs(predicted - witness) <= max(tolerance, 1e-6 * abs(witness)) else "wrong"
