"""Reading entries: ``x[index]`` with any index, and `take`."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd_lite.indexed import Indexed, put_at
from autograd_lite.registry import declare, defcomposition, defvjp

declare(operator.getitem, parameters="x index")
defvjp(operator.getitem, x=lambda g, index: Indexed(g, index))
defvjp(put_at,           values=lambda g, index: g[index])


def _take(a: Any, indices: Any, axis: int | None = None, out: Any = None, mode: Any = "raise") -> Any:
    if out is not None or mode != "raise":
        positions = np.arange(np.size(a) if axis is None else np.shape(a)[axis])
        indices = np.take(positions, indices, mode=mode, out=out)
    if axis is None:
        return a.reshape(-1)[np.asarray(indices)]
    return a[(slice(None),) * (axis % np.ndim(a)) + (np.asarray(indices),)]


defcomposition(np.take, _take)
