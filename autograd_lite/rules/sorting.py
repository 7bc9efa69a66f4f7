"""Sorting, searching, choosing: each entry of the answer is an entry of an argument, and sends its cotangent there.

Special points: where entries tie, the answer has them in the order in which the argument has them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.indexed import Indexed
from autograd_lite.registry import call_part, declare, defcomposition, defconstant_part, defvjp, step_by_step
from autograd_lite.rules.indexing import along

defvjp(np.sort,            a=lambda g, a, axis: Indexed(g, along(_order(a, axis), axis, a.shape, g)))
defvjp(np.partition,       a=lambda g, a, ans, axis: Indexed(g, along(_origins(a, ans, axis), axis, a.shape, g)))
declare(np.partition, parameters="a kth axis=-1 kind= order=")
step_by_step(np.sort_complex)

defcomposition(np.compress, lambda condition, a, axis=None, out=None:
                                np.take(a, np.flatnonzero(condition), axis))
defcomposition(np.extract,  lambda condition, arr: np.take(arr, np.flatnonzero(condition)))
defcomposition(np.choose,   lambda a, choices, out=None, mode="raise": _chosen(a, choices, mode))


def _order(a: Any, axis: int | None) -> Any:
    return np.argsort(a, axis=axis, kind="stable")


def _origins(a: Any, ans: Any, axis: int | None) -> Any:
    """For each entry of the same entries in another order, where it was."""
    if axis is None:
        a, axis = a.reshape(-1), 0
    return np.take_along_axis(_order(a, axis), np.argsort(_order(ans, axis), axis=axis), axis)


_numbered = defconstant_part(np.choose)


def _chosen(a: Any, choices: Any, mode: str) -> Any:
    """The choice that has the number at each place."""
    count = len(choices)
    numbers: Any = np.arange(count)
    which = call_part(_numbered, a, numbers, mode=mode)  # raises what NumPy raises
    shape = np.broadcast_shapes(np.shape(which), *(np.shape(choices[i]) for i in range(count)))
    ans = np.broadcast_to(choices[0], shape)
    for i in range(1, count):
        ans = np.where(which == i, choices[i], ans)
    return ans if count > 1 else np.copy(ans)
