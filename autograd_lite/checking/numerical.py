"""Derivatives by differences: the witness that knows nothing of rules and graphs.

`central_difference` is the plain one. `slope_along` is the careful one: it takes a ladder of steps and says,
besides the slope, how far it can be trusted, and whether the function has a kink, a jump or two different slopes
there.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: The cube root of the rounding unit.
DEFAULT_STEP = float(np.cbrt(np.finfo(np.float64).eps))

#: A step of the ladder over the next.
_RATIO = 8.0
#: Irrational, so that no period of a function fits all steps; the largest step, in units of the argument's size.
_TOP = 0.9173
_BOTTOM = 1e-11
#: So many steps in a row must show the same kink, and the same jump.
_RUN = 3


def central_difference(f: Callable[[Array], float], x: Array, step: float | None = None) -> Array:
    """Return the gradient of a scalar function by central differences, entry by entry, in double precision.

    Parameters
    ----------
    f
        Takes an array like `x` and returns a number. It is called twice for every real number in `x`.
    x
        Where to differentiate; floating point or complex, any shape. Not changed.
    step
        The distance to either side, relative to the size of the entry (absolute below 1). The default, the cube
        root of the rounding unit (6e-6), balances the error of the formula (step**2) with that of rounding (unit /
        step): Nocedal and Wright, Numerical Optimization, section 8.1.

    Returns
    -------
    ndarray
        The gradient, of the shape of `x`, in double precision; for complex `x` it is df/dRe + i df/dIm.

    Examples
    --------
    >>> import numpy as np
    >>> central_difference(lambda x: np.sum(x**3), np.array([1.0, 2.0])).round(6)
    array([ 3., 12.])
    """
    is_complex = x.dtype.kind == "c"
    point = np.array(x, dtype=np.complex128 if is_complex else np.float64, order="C")
    relative = DEFAULT_STEP if step is None else step
    gradient = np.zeros_like(point)
    entries, slopes = point.reshape(-1), gradient.reshape(-1)
    for i in range(entries.size):
        here = entries[i]
        for direction in (1, 1j) if is_complex else (1,):
            h = relative * max(1.0, abs(here))
            entries[i] = here + h * direction
            above, high = entries[i], f(point.copy())
            entries[i] = here - h * direction
            below, low = entries[i], f(point.copy())
            entries[i] = here
            # The distance that the rounded points really have, not the one that was asked for.
            slopes[i] += (high - low) / abs(above - below) * direction
    return gradient


@dataclass(frozen=True)
class Sample:
    """What a step along a line changes.

    Attributes
    ----------
    changes
        The change of every output, times its weight.
    predicted
        The change of their sum that a gradient predicts for the step as it was rounded.
    """

    changes: Array
    predicted: float


#: Goes a (positive or negative) step along a line; ``None`` where the function has no finite value.
Line = Callable[[float], Sample | None]


@dataclass(frozen=True)
class Slope:
    """The slope along a line, less the one that a gradient predicts: its defect.

    Attributes
    ----------
    defect, error
        The best estimate, and how far it may be off. The error is infinite where no estimate was possible.
    step
        The step it was found with.
    others
        A defect and its error at larger steps, where they contradict the estimate: the function is rough (rounded,
        quantised) or has details that large steps do not see.
    roughness
        How far the value strays from a smooth course, at the step of `others` if there are, and below.
    is_flat
        No output changed at the step of the estimate.
    far
        The defects of the slopes to either side at larger steps, where outputs changed.
    kink
        The lowest and the highest defect of the one-sided slopes, and their error, where these differ however small
        the step; output by output, so that each may have its own subgradient.
    jump
        By how much the value jumps at the point, 0 if it does not.
    """

    defect: float
    error: float
    step: float = 0.0
    others: tuple[float, float] | None = None
    roughness: float = 0.0
    is_flat: bool = False
    far: tuple[tuple[float, float], ...] = ()
    kink: tuple[float, float, float] | None = None
    jump: float = 0.0


def slope_along(line: Line, sizes: Array, unit: float, largest: float, smallest: float) -> Slope:
    """Return the slope along a line with the error it may have, from central differences over a ladder of steps.

    With ``d2 = f(h) - 2 f(0) + f(-h)`` a smooth function has d2 ~ h**2, a kink d2 ~ h, and noise a d2 that does not
    fall with h. So what d2 is at a step, less what the next larger step foretells for a smooth function, is how far
    the function is from smooth there; the largest of these at a step and all smaller ones, over the step, bounds
    the error of the slope at that step. To it comes the change of the extrapolated slope (Richardson) from one step
    to the next.

    Parameters
    ----------
    line
        The function along the line.
    sizes
        The size of each output at the point, times its weight: what rounding is relative to.
    unit
        The rounding unit of the arithmetic.
    largest, smallest
        The size of the argument, which the largest step is relative to; and of its smallest entry, which may ask
        for steps below the usual ones.

    Examples
    --------
    >>> import numpy as np
    >>> def line(t):                                     # |x| at 0, where a gradient says 0
    ...     return Sample(np.array([abs(t)]), predicted=0.0)
    >>> slope = slope_along(line, np.array([0.0]), 2e-16, 1.0, 1.0)
    >>> slope.kink[:2]
    (-1.0, 1.0)
    """
    bottom = min(_BOTTOM * largest, 1e-4 * smallest)
    count = int(np.log(_TOP * largest / bottom) / np.log(_RATIO)) + 2
    steps = [_TOP * largest * _RATIO**-k for k in range(count)]
    levels = [level for h in steps if (level := _level(line, h, sizes, unit)) is not None]
    if len(levels) < _RUN:
        return _one_sided(line, steps, sizes, unit)
    estimates = _estimates(levels)
    best = min(estimates, key=lambda e: e.error)
    other = _contradiction(estimates, best)
    return Slope(
        best.defect,
        best.error,
        best.level.h,
        others=(other.defect, other.error) if other else None,
        roughness=(other or best).strays,
        is_flat=not best.level.changed,
        far=tuple((v.up / v.h, -v.down / v.h) for v in levels if v.changed),
        kink=_kink(levels, best.error),
        jump=_jump(levels),
    )


@dataclass(frozen=True)
class _Level:
    """What a step to both sides shows. `up` and `down` are changes less the predicted ones; `d2` by output."""

    h: float
    up: float
    down: float
    d2: float
    bend: float
    lower: float
    upper: float
    floor: float
    changed: bool

    @property
    def central(self) -> float:
        return (self.up - self.down) / (2 * self.h)


@dataclass(frozen=True)
class _Estimate:
    level: _Level
    defect: float
    error: float
    strays: float


def _level(line: Line, h: float, sizes: Array, unit: float) -> _Level | None:
    above = line(h)
    below = line(-h)
    if above is None or below is None:
        return None
    d2 = above.changes + below.changes
    moved = (above.changes != 0) | (below.changes != 0)
    predicted = (above.predicted - below.predicted) / 2
    return _Level(
        h,
        float(above.changes.sum()) - above.predicted,
        float(below.changes.sum()) - below.predicted,
        float(d2.sum()) - (above.predicted + below.predicted),
        float(np.abs(d2).sum()) / h,
        (float(np.minimum(above.changes, -below.changes).sum()) - predicted) / h,
        (float(np.maximum(above.changes, -below.changes).sum()) - predicted) / h,
        _floor(sizes, moved, unit),
        bool(moved.any()),
    )


def _floor(sizes: Array, moved: Array, unit: float) -> float:
    """The rounding error that the change of the outputs has at least."""
    if moved.any():
        return float(2 * unit * np.linalg.norm(sizes[moved]))
    return float(2 * unit * sizes.max(initial=0.0))


def _estimates(levels: Sequence[_Level]) -> list[_Estimate]:
    """Estimates with their errors, from the second level on."""
    defects, even, odd = [levels[0].central], [abs(levels[0].d2)], [0.0]
    for before, level in itertools.pairwise(levels):
        shrinks = (before.h / level.h) ** 2
        change = level.central - before.central
        defects.append(level.central + change / (shrinks - 1))
        even.append(abs(level.d2 - before.d2 / shrinks))
        odd.append(abs(change) * level.h)
    worst = 0.0
    estimates = []
    for k in range(len(levels) - 1, 0, -1):
        # Of d2 with that of the next larger step: the rounding of what is added to x may grow with the step.
        worst = max(worst, even[k], even[k - 1], levels[k].floor)
        error = abs(defects[k] - defects[k - 1]) + worst / levels[k].h
        estimates.append(_Estimate(levels[k], defects[k], error, worst))
        worst = max(worst, odd[k])
    return estimates


def _contradiction(estimates: Sequence[_Estimate], best: _Estimate) -> _Estimate | None:
    """The most exact estimate at larger steps that excludes the best one."""
    larger = [
        e for e in estimates if e.level.h > best.level.h and 4 * (e.error + best.error) < abs(e.defect - best.defect)
    ]
    return min(larger, key=lambda e: e.error, default=None)


def _kink(levels: Sequence[_Level], error: float) -> tuple[float, float, float] | None:
    """The range of the one-sided slopes, and its error, where they differ by the same at several steps in a row.

    Not where an estimate of a smaller `error` shows that the kink is beside the point.
    """
    found: tuple[float, float, float] | None = None
    for k in range(len(levels) - 1, _RUN - 2, -1):
        run = levels[k - _RUN + 1 : k + 1]
        bends = [level.bend for level in run]
        last = run[-1]
        if min(bends) > 0.85 * max(bends) and all(level.bend * level.h > 30 * level.floor for level in run):
            if error < 0.1 * abs(last.d2) / last.h:
                return None
            slack = 1e-6 * last.bend + abs(bends[-1] - bends[-2]) + 4 * last.floor / last.h
            if found is None or slack < found[2]:
                found = last.lower, last.upper, slack
        elif found is not None:
            break
    return found


def _jump(levels: Sequence[_Level]) -> float:
    """The change to either side that does not shrink with the step."""
    run = levels[-_RUN - 1 :]
    largest = 0.0
    for changes in ([level.up for level in run], [level.down for level in run]):
        size = float(np.mean(np.abs(changes)))
        if np.ptp(changes) <= 1e-3 * size and size > 1e3 * max(level.floor for level in run):
            largest = max(largest, size)
    return largest


def _one_sided(line: Line, steps: Sequence[float], sizes: Array, unit: float) -> Slope:
    """The slope at the edge of where the function is defined, from the side that is."""
    best = Slope(0.0, np.inf)
    for side in (1.0, -1.0):
        slopes: list[tuple[float, float]] = []
        before: float | None = None
        for h in steps:
            sample = line(side * h)
            if sample is None:
                continue
            slopes.append((h, side * (float(sample.changes.sum()) - sample.predicted) / h))
            if len(slopes) < 2:
                continue
            (longer, first), (_, second) = slopes[-2:]
            defect = second + (second - first) / (longer / h - 1)
            if before is not None:
                error = abs(defect - before) + _floor(sizes, sample.changes != 0, unit) / h
                if error < best.error:
                    best = Slope(defect, error, h)
            before = defect
    return best
