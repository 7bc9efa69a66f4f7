"""The gradient at a point, argument by argument: small ones entry by entry, large ones along random directions."""

from __future__ import annotations

import heapq
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.numerical import Slope
from autograd_lite.checking.points import Point
from autograd_lite.checking.verdicts import (
    SHARP,
    SIGNIFICANT,
    SMALL_ENTRY,
    Entry,
    Settings,
    Verdict,
    judge,
    judge_by_complex_step,
)

Array = NDArray[Any]

#: So many entries of an argument that are not right are enough.
_ENOUGH = 16
#: Of a large argument: lines through the point, entries to be named, lines spent on finding them, kinks looked at.
_PROJECTIONS, _NAMED, _SEARCH, _KINKS = 4, 5, 120, 3


def verdicts(point: Point, settings: Settings, magnitude: float, entry_limit: int) -> list[Verdict]:
    """Check the gradient of every argument: the smallest entry by entry, as far as the limit of entries goes."""
    spent = 0
    found: dict[int, Verdict] = {}
    for place in sorted(range(len(point.arrays)), key=lambda p: point.arrays[p].size):
        array = point.arrays[place]
        spent += array.size * (2 if array.dtype.kind == "c" else 1)
        check = check_entries if spent <= entry_limit else check_projections
        if array.size:
            found[place] = check(point, place, settings, magnitude)
    return [found[place] for place in sorted(found)]


def check_entries(point: Point, place: int, settings: Settings, magnitude: float) -> Verdict:
    """Check a gradient entry by entry: all by one difference, those in doubt by a ladder of steps."""
    gradient = point.gradient[place].reshape(-1)
    parts: list[tuple[Literal["", "real", "imaginary"], complex]] = [("", 1.0)]
    if gradient.dtype.kind == "c":
        parts = [("real", 1.0), ("imaginary", 1j)]
    finite = np.where(np.isfinite(gradient), gradient, 0)
    reference = finite.astype(np.promote_types(gradient.dtype, np.float64))
    largest = float(np.max(np.abs(finite), initial=0.0))
    doubtful: list[tuple[float, int, int]] = []
    for i in range(gradient.size):
        for p, (_, direction) in enumerate(parts):
            step = settings.step * point.size(place, i)
            defect = point.defect(point.line(place, i, direction), step)
            if not np.isfinite(defect):
                doubtful.append((np.inf, i, p))
                continue
            reference[i] += defect * direction
            predicted = point.predicted(place, i, direction)
            tolerance = settings.rtol * max(abs(predicted), SMALL_ENTRY * largest)
            if not abs(defect) <= tolerance or not np.isfinite(predicted):
                doubtful.append((abs(defect) if np.isfinite(predicted) else np.inf, i, p))
    doubtful.sort(key=lambda d: -float(f"{d[0]:.3g}"))  # of equals the first
    verdict = Verdict(place)
    for _, i, p in doubtful:
        entry = _look(point, place, i, *parts[p], settings, largest, magnitude)
        part = entry.reference - float(np.real(np.conjugate(parts[p][1]) * reference[i]))
        reference[i] += part * parts[p][1]
        if entry.answer != "right":
            verdict.entries.append(entry)
        if len(verdict.entries) == _ENOUGH:
            break
    wrong = sum(e.answer != "undecided" for e in verdict.entries)
    # Where all of them are wrong, the doubtful ones that were not looked at are counted with them.
    verdict.wrong = wrong + (len(doubtful) - wrong if wrong == _ENOUGH else 0)
    verdict.reference = reference.reshape(point.arrays[place].shape)
    verdict.error = _relative(gradient, reference)
    return verdict


def _look(
    point: Point, place: int, i: int, part: Literal["", "real", "imaginary"], direction: complex,
    settings: Settings, largest: float, magnitude: float,
) -> Entry:  # fmt: skip
    slope = point.slope(place, i, direction)
    predicted = point.predicted(place, i, direction)
    here = predicted if np.isfinite(predicted) else 0.0
    tolerance = settings.rtol * max(abs(here), SMALL_ENTRY * largest)
    size = point.size(place, i)
    answer = judge(slope, predicted, tolerance, largest, magnitude, size, point.unit, settings.order)
    defect, error = slope.defect, slope.error
    if slope.is_flat and slope.others is not None:
        defect, error = slope.others
    elif slope.is_flat and answer == "undecided" and slope.far:
        defect, error = sum(slope.far[0]) / 2, float(np.ptp(slope.far)) + abs(slope.far[0][0])
    reference, witness = here + defect, None
    if answer == "kink" and _kinks_meet(point, place, i, direction, slope, predicted, settings.rng):
        answer = "right"
    if answer in ("wrong", "undecided") and settings.order == 1:
        witness = point.complex_slope(place, i, direction)
        if witness is not None and answer == "undecided" and not slope.jump:
            answer = judge_by_complex_step(witness, reference, error, predicted, tolerance)
            if answer != "undecided":
                reference, error = witness, 1e-12 * abs(witness)
    return Entry(i, part, answer, predicted, reference, error, slope, witness)


def _kinks_meet(
    point: Point, place: int, i: int, direction: complex, slope: Slope, predicted: float, rng: np.random.Generator
) -> bool:
    """Whether several kinks meet here, and the slope may come from choosing a side of each by itself.

    Of one kink, the slope nearby is one of the two one-sided ones. Of several (a hidden layer of zeros before relu)
    there are more, and choices that no point nearby has.
    """
    if slope.kink is None or not np.isfinite(predicted):
        return False
    low, high = predicted + slope.kink[0], predicted + slope.kink[1]
    beside = point.slopes_beside(place, i, direction, rng)
    if len(beside) < 6:
        return False
    slack = 1e-2 * (high - low)
    if all(min(abs(s - low), abs(s - high)) <= slack for s in beside):
        return False
    low, high = min(low, *beside), max(high, *beside)
    return 2 * low - high <= predicted <= 2 * high - low


def check_projections(point: Point, place: int, settings: Settings, magnitude: float) -> Verdict:
    """Check a large gradient along random directions; where one fails, find the entries that are at fault."""
    gradient = point.gradient[place].reshape(-1)
    verdict = Verdict(place, wrong=None)
    bad = np.flatnonzero(~np.isfinite(gradient))
    largest = float(np.max(np.abs(gradient), initial=0.0, where=np.isfinite(gradient)))
    if bad.size:
        verdict.entries = [_entry(point, place, int(i), settings, largest, magnitude) for i in bad[:_NAMED]]
        verdict.entries = [e for e in verdict.entries if e.answer != "right"]
        verdict.error = np.inf
        return verdict
    everywhere = slice(None)
    size = point.size(place, everywhere)
    step, noise = settings.step * size, 0.0
    errors, slopes = [], []
    for _ in range(_PROJECTIONS):
        direction = random_direction(point.arrays[place].reshape(-1), settings.rng)
        predicted = point.predicted(place, everywhere, direction)
        scale = float(np.linalg.norm(np.real(np.conjugate(gradient) * direction)))
        tolerance = settings.rtol * scale
        defect = point.defect(point.line(place, everywhere, direction), step)
        if not abs(defect) <= tolerance + SIGNIFICANT * noise:
            slope = point.slope(place, everywhere, direction)
            answer = judge(slope, predicted, tolerance, scale, magnitude, size, point.unit, settings.order)
            if answer == "undecided" and settings.order == 1 and not slope.jump:
                witness = point.complex_slope(place, everywhere, direction)
                if witness is not None:
                    answer = judge_by_complex_step(witness, predicted + slope.defect, slope.error, predicted, tolerance)
            defect = slope.defect
            if slope.kink is not None and not verdict.entries:
                # Along a line that meets many kinks, their errors cancel: look at some of them by themselves.
                verdict.entries = _at_kinks(point, place, direction, slope, settings, largest, magnitude)
            if answer == "right":
                # What this line took a ladder for, the next ones need not find out again.
                if slope.others is None and slope.error <= SHARP * scale and slope.step:
                    step, noise = slope.step, slope.error
                defect = 0.0
            elif not verdict.entries:
                if answer != "undecided":
                    at = (slope.step or step, slope.error if answer == "wrong" else 0.0)
                    verdict.entries = _worst(point, place, direction, *at, settings, largest, magnitude)
                if answer != "kink" and not verdict.entries:
                    verdict.entries = [Entry(-1, "", answer, predicted, predicted + defect, slope.error, slope)]
        errors.append(defect)
        slopes.append(predicted + defect)
    total = float(np.linalg.norm(slopes))
    verdict.error = float(np.linalg.norm(errors)) / total if total else np.inf
    return verdict


def _worst(
    point: Point, place: int, direction: Array, step: float, noise: float,
    settings: Settings, largest: float, magnitude: float,
) -> list[Entry]:  # fmt: skip
    """Find wrong entries by halving: the part with the largest defect for its size first."""
    gradient = point.gradient[place].reshape(-1)

    def defect(start: int, stop: int) -> float:
        part = slice(start, stop)
        found = abs(point.defect(point.line(place, part, direction[part]), step))
        tolerance = settings.rtol * float(np.linalg.norm(gradient[part] * direction[part]))
        return found / np.sqrt(stop - start) if found > tolerance + SIGNIFICANT * noise else 0.0

    spent = 0
    heap = [(-np.inf, 0, direction.size)]
    found: list[Entry] = []
    while heap and len(found) < _NAMED and spent < _SEARCH:
        _, start, stop = heapq.heappop(heap)
        if stop - start == 1:
            entry = _entry(point, place, start, settings, largest, magnitude)
            if entry.answer != "right":
                found.append(entry)
            spent += 4
            continue
        middle = (start + stop) // 2
        for low, high in ((start, middle), (middle, stop)):
            spent += 1
            if size := defect(low, high):
                heapq.heappush(heap, (-size, low, high))
    return sorted(found, key=lambda e: -abs(e.found - e.reference))


def _at_kinks(
    point: Point, place: int, direction: Array, slope: Slope, settings: Settings, largest: float, magnitude: float
) -> list[Entry]:
    """Look closely at some entries that have a kink, found by halving at random; return those that are wrong."""
    low, high, _ = slope.kink or (0.0, 0.0, 0.0)
    step = 1e-7 * point.size(place, slice(None))
    threshold = 1e-3 * (high - low) / direction.size
    found: dict[int, Entry] = {}
    for _ in range(_KINKS):
        start, stop = 0, direction.size
        while stop - start > 1:
            middle = (start + stop) // 2
            halves = [(start, middle), (middle, stop)]
            first, second = halves if settings.rng.random() < 0.5 else halves[::-1]
            part = slice(*first)
            start, stop = first if point.bend(point.line(place, part, direction[part]), step) > threshold else second
        if start not in found:
            found[start] = _entry(point, place, start, settings, largest, magnitude)
    return [e for e in found.values() if e.answer in ("wrong", "kink")]


def _entry(point: Point, place: int, i: int, settings: Settings, largest: float, magnitude: float) -> Entry:
    if point.arrays[place].dtype.kind != "c":
        return _look(point, place, i, "", 1.0, settings, largest, magnitude)
    entries = [
        _look(point, place, i, "real", 1.0, settings, largest, magnitude),
        _look(point, place, i, "imaginary", 1j, settings, largest, magnitude),
    ]
    return max(entries, key=lambda e: (e.answer != "right", abs(e.found - e.reference)))


def random_direction(array: Array, rng: np.random.Generator) -> Array:
    """Return a direction of random signs, its entries between 1/2 and 3/2 in size: none is overlooked."""
    shape = array.shape

    def draw() -> Array:
        return np.asarray(rng.uniform(0.5, 1.5, size=shape) * rng.choice([-1.0, 1.0], size=shape))

    return draw() + 1j * draw() if array.dtype.kind == "c" else draw()


def _relative(found: Array, reference: Array) -> float:
    if not np.isfinite(found).all():
        return np.inf
    difference, norm = float(np.linalg.norm(found - reference)), float(np.linalg.norm(reference))
    return difference / norm if norm else (np.inf if difference else 0.0)
