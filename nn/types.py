"""Names for the types in the annotations of `nn`."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

#: A Tensor or a plain array. A function whose operands are all plain arrays returns a plain array, otherwise a Tensor.
Value: TypeAlias = Any

#: What becomes of the losses of the single entries: their mean, their sum, or nothing.
Reduction: TypeAlias = Literal["mean", "sum", "none"]

#: Where random numbers come from: a generator, a seed for a new one, or None for the one that `nn.manual_seed` resets.
#: (A string, since importing `numpy.random` takes longer than the rest of `nn`.)
RandomSource: TypeAlias = "np.random.Generator | int | np.integer[Any] | None"
