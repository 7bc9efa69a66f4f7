"""Where random numbers come from.

Everything in `nn` that draws random numbers takes ``rng``: a `numpy.random.Generator`, which is used as it is, or an
integer, which seeds a new one. By default it draws from one generator of the package, which `manual_seed` starts anew;
without that it is seeded by the operating system, differently in each process.
"""

from __future__ import annotations

import numpy as np

from nn.errors import ArgumentTypeError
from nn.types import RandomSource

_package_generator: np.random.Generator | None = None


def manual_seed(seed: int) -> np.random.Generator:
    """Start the package's generator anew, so that what follows can be repeated; return it.

    Parameters
    ----------
    seed
        Any integer that is not negative.

    Examples
    --------
    >>> import nn
    >>> generator = nn.manual_seed(0)
    >>> first = nn.Linear(2, 3).weight.numpy()
    >>> generator = nn.manual_seed(0)
    >>> bool((nn.Linear(2, 3).weight.numpy() == first).all())
    True
    """
    global _package_generator
    _package_generator = np.random.default_rng(seed)
    return _package_generator


def generator_of(rng: RandomSource) -> np.random.Generator:
    """Return the generator that ``rng=`` means."""
    global _package_generator
    if isinstance(rng, np.random.Generator):
        return rng
    if rng is None:
        if _package_generator is None:
            _package_generator = np.random.default_rng()
        return _package_generator
    if isinstance(rng, (int, np.integer)):
        return np.random.default_rng(rng)
    raise ArgumentTypeError(f"rng must be a numpy.random.Generator, an integer seed or None, not {rng!r}")
