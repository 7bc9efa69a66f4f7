"""Linear algebra: `solve`, `norm`, which has derivative 0 where it is 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.registry import defreduction, defvjp
from autograd_lite.rules.elementwise import direction

defvjp(np.linalg.solve,  a=lambda g, ans, a, b_shape: _outer(_solved(g, a, b_shape), ans, b_shape),
                         b=lambda g, a, b_shape: _solved(g, a, b_shape))

defreduction(np.linalg.norm,  x=lambda g, ans, x, ord, axis: g * _slope_of_norm(ans, x, ord, axis))


def _slope_of_norm(ans: Any, x: Any, ord: Any, axis: Any) -> Any:
    """The derivative of a vector's p-norm, or of the root of all squares."""
    is_vector = x.ndim == 1 if axis is None else not isinstance(axis, tuple) or len(axis) == 1
    if ord is None or (is_vector and ord == 2) or (not is_vector and ord == "fro"):
        return (np.conjugate(x) if x.dtype.kind == "c" else x) / np.where(ans == 0, 1, ans)
    if not is_vector or not (ord >= 1 or ord == -np.inf):
        raise UnsupportedCallError(
            f"np.linalg.norm(ord={ord!r}) of a {'vector' if is_vector else 'matrix'} has no derivative rule; the "
            f"p-norms of vectors with p >= 1 and the Frobenius norm have"
        )
    size = np.absolute(x)
    if ord == 1:
        return direction(x, size)
    if ord in (np.inf, -np.inf):
        attains = size == ans
        return direction(x, size) * attains / np.sum(attains, axis=axis, keepdims=True)
    return direction(x, size) * (size / np.where(ans == 0, 1, ans)) ** (ord - 1)


def _solved(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """The cotangent of b: the transposed system with g on the right."""
    if len(b_shape) == 1:
        return np.linalg.solve(a.mT, g[..., None])[..., 0]
    return np.linalg.solve(a.mT, g)


def _outer(c: Any, ans: Any, b_shape: tuple[int, ...]) -> Any:
    """The cotangent of a: minus the outer product with the solution, summed over the columns of b."""
    return -(c[..., :, None] * ans[..., None, :]) if len(b_shape) == 1 else -(c @ ans.mT)
