"""Linear algebra: `solve`."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import defvjp

defvjp(np.linalg.solve,  a=lambda g, ans, a, b_shape: _outer(_solved(g, a, b_shape), ans, b_shape),
                         b=lambda g, a, b_shape: _solved(g, a, b_shape))


def _solved(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """The cotangent of b: the transposed system with g on the right."""
    if len(b_shape) == 1:
        return np.linalg.solve(a.mT, g[..., None])[..., 0]
    return np.linalg.solve(a.mT, g)


def _outer(c: Any, ans: Any, b_shape: tuple[int, ...]) -> Any:
    """The cotangent of a: minus the outer product with the solution, summed over the columns of b."""
    return -(c[..., :, None] * ans[..., None, :]) if len(b_shape) == 1 else -(c @ ans.mT)
