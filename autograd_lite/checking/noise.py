"""How far a hand-written gradient may be off and still be right: the noise of its own arithmetic, and kinks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Gradients = Callable[[dict[str, Array]], dict[str, Array] | None]

#: How often parameters are moved by a rounding unit; a difference of so many times the largest change is no noise.
_TIMES, _MARGIN = 4, 8.0
#: More noise than this, relative to the gradient, is a jump: a kink, or random numbers.
_JUMP = 1e-3
#: In how many directions to leave a kink, how far, and how much a gradient may change by that.
_DIRECTIONS, _NEAR, _CLOSE = 40, 1e-6, 1e-4


def noise(
    given_at: Gradients,
    reference_at: Gradients,
    point: Mapping[str, Array],
    given: Mapping[str, Array],
    reference: Mapping[str, Array],
    names: Sequence[str],
    usual: float,
) -> dict[str, float]:
    """Return how much gradients change when parameters move by a rounding unit, as far as that is rounding.

    Parameters
    ----------
    given_at, reference_at
        The person's gradients and the right ones at a point, by name; ``None`` where they can not be computed.
    point
        The parameters.
    given, reference
        Both at that point.
    names
        Which to look at.
    usual
        How large a gradient of this loss usually is.
    """
    rng = np.random.default_rng(1)
    found = dict.fromkeys(names, 0.0)
    for _ in range(_TIMES):
        moved = {}
        for name, array in point.items():
            unit = np.finfo(array.dtype).eps
            moved[name] = (array * (1 + unit * rng.integers(-1, 2, size=array.shape))).astype(array.dtype)
        theirs, ours = given_at(moved), reference_at(moved)
        if theirs is None or ours is None:
            return {}
        for name in names:
            if name in theirs and np.shape(theirs[name]) == given[name].shape and name in ours:
                change = np.max(np.abs(theirs[name] - given[name]), initial=0.0)
                change += np.max(np.abs(ours[name] - reference[name]), initial=0.0)
                found[name] = max(found[name], float(change))
    kept = {}
    for name in names:
        scale = float(np.max(np.abs(reference[name]), initial=0.0))
        unit = max((float(np.finfo(a.dtype).eps) for a in point.values()), default=0.0)
        if found[name] <= max(_JUMP * scale, unit * usual / _JUMP):
            kept[name] = _MARGIN * found[name]
    return kept


def _has_kink(loss_at: Callable[[dict[str, Array]], float], point: Mapping[str, Array]) -> bool:
    """Whether slopes to both sides differ, along some directions."""
    rng, here = np.random.default_rng(3), loss_at({})
    for _ in range(3):
        direction = {name: rng.normal(size=a.shape) for name, a in point.items()}
        up, down = (
            (loss_at({n: (point[n] + step * d).astype(point[n].dtype) for n, d in direction.items()}) - here) / step
            for step in (_NEAR, -_NEAR)
        )
        if not abs(up - down) <= 1e-3 * max(abs(up), abs(down)):
            return True
    return False


def is_subgradient(
    given_at: Gradients,
    reference_at: Gradients,
    loss_at: Callable[[dict[str, Array]], float],
    point: Mapping[str, Array],
    given: Mapping[str, Array],
    names: Sequence[str],
    rtol: float,
) -> bool:
    """Whether gradients that differ from the reference are limits of right ones: subgradients, at a kink.

    A limit of gradients at nearby points belongs to Clarke's generalised gradient (Clarke, Optimization and Nonsmooth
    Analysis, 1983, theorem 2.5.1). Where the loss is smooth there is only one limit, the gradient.

    Parameters
    ----------
    given_at, reference_at
        As for `noise`.
    loss_at
        The loss, some of the parameters replaced.
    point
        The parameters.
    given
        The person's gradients there.
    names
        Those that differ; parameters and intermediates.
    rtol
        The relative error that counts as rounding.
    """

    def differ(ones: Mapping[str, Array], others: Mapping[str, Array], tolerance: float) -> bool:
        for name in names:
            if name not in ones or name not in others or ones[name].shape != others[name].shape:
                return True
            scale = float(np.max(np.abs(others[name]), initial=0.0))
            if not np.max(np.abs(ones[name] - others[name]), initial=0.0) <= tolerance * max(scale, 1e-30):
                return True
        return False

    if not _has_kink(loss_at, point):
        return False
    rng = np.random.default_rng(2)
    for attempt in range(_DIRECTIONS):
        signs = {name: rng.integers(-1, 2) if attempt > 1 else 1 - 2 * attempt for name in point}
        nearby = {
            name: (a + _NEAR * (1 + np.abs(a)) * signs[name] * rng.uniform(0.5, 1, a.shape)).astype(a.dtype)
            for name, a in point.items()
        }
        theirs = given_at(nearby)
        if theirs is None or differ(theirs, given, _CLOSE):
            continue
        ours = reference_at(nearby)
        if ours is not None and not differ(theirs, ours, 10 * rtol):
            return True
    return False
