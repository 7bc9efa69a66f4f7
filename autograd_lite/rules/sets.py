"""Sets: what the answer keeps are entries of the arguments, of those that are equal the first."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import call_part, defcomposition, defconstant, defconstant_part, step_by_step

defcomposition(np.unique,      lambda *args, **kwargs: _unique(*args, **kwargs))
step_by_step(np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values)
defcomposition(np.union1d,     lambda ar1, ar2: np.unique(np.concatenate([ar1, ar2], axis=None)))
defcomposition(np.setdiff1d,   lambda ar1, ar2, assume_unique=False: _difference(_set(ar1, assume_unique), ar2))
defcomposition(np.setxor1d,    lambda ar1, ar2, assume_unique=False:
                                   _in_one(_set(ar1, assume_unique), _set(ar2, assume_unique)))
defcomposition(np.intersect1d, lambda *args, **kwargs: _in_both(*args, **kwargs))
defconstant(np.isin)

#: Which entries these find is piecewise constant.
_found_once, _found_in_both = defconstant_part(np.unique), defconstant_part(np.intersect1d)


def _unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    **kwargs: Any,
) -> Any:
    _, index, *others = call_part(_found_once, ar, True, return_inverse, return_counts, axis, **kwargs)
    values = np.take(ar, index) if axis is None else np.moveaxis(np.moveaxis(ar, axis, 0)[index], 0, axis)
    wanted = [*([index] if return_index else []), *others]
    return (values, *wanted) if wanted else values


def _set(ar: Any, is_one: bool) -> Any:
    return np.ravel(ar) if is_one else np.unique(ar)


def _difference(ar1: Any, ar2: Any) -> Any:
    return np.take(ar1, np.flatnonzero(np.isin(ar1, ar2, invert=True)))


def _in_one(ar1: Any, ar2: Any) -> Any:
    """The entries of two sets that are in one of them only, in order."""
    both = np.concatenate([ar1, ar2])
    if not both.size:
        return both
    order = np.argsort(both, kind="stable")
    ordered = both[order]
    differs = np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])
    return ordered[np.flatnonzero(differs[1:] & differs[:-1])]


def _in_both(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    _, first, second = call_part(_found_in_both, ar1, ar2, assume_unique, return_indices=True)
    values = np.take(np.concatenate([ar1, ar2], axis=None), first)  # of the type that both have in common
    return (values, first, second) if return_indices else values
