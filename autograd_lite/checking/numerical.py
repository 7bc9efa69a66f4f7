"""Derivatives by differences: the witness that knows nothing of rules and graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

#: The cube root of the rounding unit.
DEFAULT_STEP = float(np.cbrt(np.finfo(np.float64).eps))


def central_difference(f: Callable[[Array], float], x: Array, step: float | None = None) -> Array:
    """Return the gradient of a scalar function by central differences, entry by entry, in double precision.

    Parameters
    ----------
    f
        Takes an array like `x` and returns a number. It is called twice for every real number in `x`.
    x
        Where to differentiate; floating point or complex, any shape. Not changed.
    step
        The distance to either side, relative to the size of the entry (absolute below 1). The default, the cube root of
        the rounding unit (6e-6), balances the error of the formula (step**2) with that of rounding (unit / step):
        Nocedal and Wright, Numerical Optimization, section 8.1.

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


def rounding_noise(
    f: Callable[..., float], arrays: Sequence[Array], rng: np.random.Generator, trials: int = 4
) -> float:
    """Return how much a function's value changes when its arguments change by a rounding unit: its noise.

    A central difference can not tell a slope smaller than this over its step.
    """
    unit = np.finfo(np.float64).eps
    here = f(*[a.copy() for a in arrays])
    jittered = (f(*[a * (1 + unit * rng.choice([-1, 1], size=a.shape)) for a in arrays]) for _ in range(trials))
    return max(unit * abs(here), *(abs(value - here) for value in jittered))
