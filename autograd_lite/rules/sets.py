"""Sets: what the answer keeps are entries of the arguments, of those that are equal the first."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import defcomposition, defconstant, step_by_step
from autograd_lite.rules.indexing import values_of

defcomposition(np.unique,      lambda *args, **kwargs: _unique(*args, **kwargs))
step_by_step(np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values)
defcomposition(np.union1d,     lambda ar1, ar2: np.unique(np.concatenate([ar1, ar2], axis=None)))
defcomposition(np.setdiff1d,   lambda ar1, ar2, assume_unique=False: _difference(_set(ar1, assume_unique), ar2))
defcomposition(np.setxor1d,    lambda ar1, ar2, assume_unique=False:
                                   _in_one(_set(ar1, assume_unique), _set(ar2, assume_unique)))
defcomposition(np.intersect1d, lambda *args, **kwargs: _in_both(*args, **kwargs))
defconstant(np.isin)


def _unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    **kwargs: Any,
) -> Any:
    found: Any = np.unique(values_of(ar), True, return_inverse, return_counts, axis, **kwargs)  # type: ignore[call-overload]
    _, index, *others = found
    values = np.take(ar, index) if axis is None else np.moveaxis(np.moveaxis(ar, axis, 0)[index], 0, axis)
    wanted = [*([index] if return_index else []), *others]
    return (values, *wanted) if wanted else values


def _set(ar: Any, is_one: bool) -> Any:
    return np.ravel(ar) if is_one else np.unique(ar)


def _difference(ar1: Any, ar2: Any) -> Any:
    return ar1[np.flatnonzero(np.isin(values_of(ar1), values_of(ar2), invert=True))]


def _in_one(ar1: Any, ar2: Any) -> Any:
    """The entries of two sets that are in one of them only, in order."""
    both = np.concatenate([ar1, ar2])
    values = values_of(both)
    order = np.argsort(values, kind="stable")
    differs = np.concatenate([[True], values[order][1:] != values[order][:-1], [True]])
    return both[order[differs[1:] & differs[:-1]]] if values.size else both


def _in_both(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    _, first, second = np.intersect1d(values_of(ar1), values_of(ar2), assume_unique, return_indices=True)
    values = np.take(np.concatenate([ar1, ar2], axis=None), first)  # of the type that both have in common
    return (values, first, second) if return_indices else values
