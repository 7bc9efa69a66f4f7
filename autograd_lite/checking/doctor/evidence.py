"""The person's numbers at several points, and how values are compared with them: equal, a multiple, broadcast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.chain import Chain
from autograd_lite.checking.doctor.slips import Slip, Values, with_values
from autograd_lite.checking.doctor.transcript import Transcript
from autograd_lite.expressions import Name, Term

Array = NDArray[Any]

#: How names of a person's whole gradients end.
_WHOLE = "_yours"


@dataclass
class Probe:
    """The values at one point: of the forward pass, the right gradients, and the person's.

    Attributes
    ----------
    values
        Of every name that lines read, cotangents at their right values included.
    given
        For each line that the person gave a gradient for, their array.
    """

    values: dict[str, Any]
    given: dict[str, Array]


def largest(value: Any) -> float:
    """Return the largest absolute entry, 0 if there is none."""
    return float(np.abs(value).max(initial=0.0))  # np.max costs twice the time, and this is asked most


def is_equal(value: Any, target: Array, tolerance: float, noise: float = 0.0) -> bool:
    """Whether a value has a target's shape, and its entries but for rounding; up to `noise` counts as zero."""
    if np.shape(value) != target.shape:
        return False
    return bool(largest(value - target) <= tolerance * max(largest(target), noise, 1e-30))


def is_whole(term: Term) -> bool:
    """Whether a term is a person's whole gradient, not what it was computed from."""
    return isinstance(term, Name) and term.name.endswith(_WHOLE)


class Evidence:
    """The person's numbers beside the right ones.

    Parameters
    ----------
    chain
        The right lines.
    probes
        The values at several points.
    tolerance
        The relative error that counts as rounding.
    transcript
        What the person's backward pass computed on the way.
    """

    def __init__(self, chain: Chain, probes: Sequence[Probe], tolerance: float, transcript: Transcript) -> None:
        self.chain = chain
        self.probes = probes
        self.tolerance = tolerance
        self.transcript = transcript

    # -- values at all probes ----------------------------------------------------------------------------------------

    def right(self, name: str) -> list[Any]:
        """Return what a line should be."""
        return [probe.values[name] for probe in self.probes]

    def given(self, name: str) -> list[Array]:
        """Return what the person gave for a line."""
        return [probe.given[name] for probe in self.probes]

    def run(self, term: Term, values: Sequence[Mapping[str, Any]]) -> list[Any] | None:
        """Return the value of a term at each probe, ``None`` where it can not be computed."""
        try:
            with np.errstate(all="ignore"):
                return [term.evaluate(env) for env in values]
        except Exception:  # an edit may make any nonsense
            return None

    def run_line(self, name: str, values: Values, edited: Mapping[str, tuple[Term, float]]) -> list[Any] | None:
        """Return the value of a line at each probe, where some lines have slips."""
        term, factor = edited.get(name, (self.chain.lines[name].term, 1.0))
        found = self.run(term, values)
        return found if found is None or factor == 1 else [factor * value for value in found]

    def define(self, label: str, arrays: Sequence[Array]) -> None:
        """Give arrays of the person's a name that lines can read."""
        for probe, array in zip(self.probes, arrays, strict=True):
            probe.values[label] = array

    def whole(self, name: str) -> Name:
        """Return a name for all that the person gave for a line, for where nothing says how they computed it."""
        targets = self.given(name)
        self.define(name + _WHOLE, targets)
        return Name(name + _WHOLE, targets[0].shape)

    # -- comparing ---------------------------------------------------------------------------------------------------

    def equal(self, value: Any, target: Array, noise: float = 0.0) -> bool:
        """Whether a value is a target, but for rounding."""
        return is_equal(value, target, self.tolerance, noise)

    def all_equal(self, found: Sequence[Any], targets: Sequence[Array], noise: float = 0.0) -> bool:
        """Whether values are targets at every probe."""
        return all(self.equal(value, target, noise) for value, target in zip(found, targets, strict=True))

    def noise(self, name: str) -> float:
        """What counts as zero in a line: sums that cancel leave rounding, not zeros."""
        return 1e-6 * largest(self.probes[0].values[name])

    def slack(self, name: str, target: Array) -> float:
        """By how much an entry of what the person gave for a line may be off."""
        return self.tolerance * max(largest(target), self.noise(name))

    def agrees(self, name: str, found: Sequence[Any]) -> bool:
        """Whether values equal what the person gave for a line, at every probe."""
        return self.all_equal(found, self.given(name), self.noise(name))

    def holds(self, slip: Slip, values: Values) -> bool:
        """Whether a slip gives what the person has for its line."""
        found = self.run(slip.edit.term, values)
        return found is not None and self.agrees(slip.line, [slip.factor * value for value in found])

    def may_be(self, value: Any, target: Array, noise: float = 0.0) -> bool:
        """Whether a value could be a multiple of what was given, or broadcast to it, by its largest entry."""
        if np.shape(value) != target.shape:
            return np.ndim(value) <= target.ndim and np.size(value) < target.size
        value = np.asarray(value)
        if value.dtype.kind not in "fiub" or not value.size:
            return False
        if noise and self.equal(value, target, noise):
            return True
        position = int(np.abs(value).argmax())
        if not np.isfinite(value.flat[position]):
            return False
        if not value.flat[position]:
            return not target.any()
        constant = target.flat[position] / value.flat[position]
        return bool(np.abs(constant * value - target).max() <= 2 * self.tolerance * max(largest(target), 1e-30))

    def multiple(self, rests: Sequence[Any], arrays: Sequence[Any], targets: Sequence[Any]) -> float | None:
        """Return the constant with ``rests == constant * arrays`` at every probe, but for rounding of the targets."""
        above = sum(float(np.sum(rest * array)) for rest, array in zip(rests, arrays, strict=True))
        below = sum(float(np.sum(array * array)) for array in arrays)
        if below == 0 or sum(np.size(rest) for rest in rests) < 3:
            return None
        constant = above / below
        fits = all(
            largest(rest - constant * array) <= self.tolerance * max(largest(target), 1e-30)
            for rest, array, target in zip(rests, arrays, targets, strict=True)
        )
        return constant if fits else None

    def factor(self, name: str, found: Sequence[Any], base: Sequence[Any] | None = None) -> float | None:
        """Return the constant that values must be multiplied with to equal what was given, if there is one.

        With `base`: what is there without them, so that ``base + factor * (found - base)`` is meant.
        """
        targets = self.given(name)
        if not all(np.shape(v) == t.shape and np.all(np.isfinite(v)) for v, t in zip(found, targets, strict=True)):
            return None
        if base is None:
            return self.multiple(targets, found, targets)
        rests = [target - start for target, start in zip(targets, base, strict=True)]
        slopes = [value - start for value, start in zip(found, base, strict=True)]
        return self.multiple(rests, slopes, targets)

    def is_broadcast(self, name: str, found: Sequence[Any]) -> bool:
        """Whether an update by the values would have moved the parameter as the person's did."""
        if self.transcript.holds(self.given(name)):
            return False  # the whole gradient was computed
        for value, target in zip(found, self.given(name), strict=True):
            if np.ndim(value) > target.ndim or np.size(value) >= target.size:
                return False
            try:
                if not self.equal(np.broadcast_to(value, target.shape), target):
                    return False
            except ValueError:
                return False
        return True

    # -- what the person has -----------------------------------------------------------------------------------------

    def judged(
        self, name: str, found: Sequence[Any] | None, edited: Mapping[str, tuple[Term, float]]
    ) -> Literal["fits", "wrong", "contradicts"]:
        """Compare a line's value, given the person's own values above, with what they gave; and that with the right.

        It contradicts the slips that are assumed above if the line is right all the same.
        """
        if found is not None and self.agrees(name, found):
            return "fits"
        if self.agrees(name, self.right(name)):
            return "contradicts" if self.chain.hidden_above(name) & set(edited) else "fits"
        return "wrong"

    def with_given(self, values: Values, name: str) -> Values:
        """Return values with what the person gave for a line."""
        return with_values(values, name, self.given(name))

    def with_usable(self, values: Values, name: str) -> Values:
        """Return values with what the person gave for a line, or the right ones if theirs have another shape."""
        right, given = self.right(name), self.given(name)
        usable = all(array.shape == np.shape(value) for array, value in zip(given, right, strict=True))
        return with_values(values, name, given if usable else right)
