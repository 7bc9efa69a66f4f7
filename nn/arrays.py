"""Between Tensors and plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_lite as ag
from nn.types import Array


def plain(value: Any) -> Array:
    """Return the values as a plain array, without a copy where there is one already."""
    array: Array = value.data if isinstance(value, ag.Tensor) else np.asarray(value)
    return array
