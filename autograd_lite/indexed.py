"""Contributions to single entries of a cotangent: what reading ``x[index]`` sends back to ``x``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Indexed:
    """A cotangent that is zero but for the entries at an index: what the rule of indexing returns.

    The engine adds it into the accumulated cotangent, so that reading single entries in a loop costs time in proportion
    to the entries read, and not to the size of the array for each.
    """

    __slots__ = ("g", "index")

    def __init__(self, g: Any, index: Any) -> None:
        self.g = g
        self.index = index


def put_at(values: Any, index: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return zeros of a shape with `values` added at an index; an entry that the index names twice receives both.

    >>> import numpy as np
    >>> put_at(np.array([1.0, 2.0, 3.0]), np.array([0, 2, 2]), (4,))
    array([1., 0., 5., 0.])
    """
    out = np.zeros(shape, dtype=np.result_type(values))
    add_at(out, index, values)
    return out


def add_at(out: NDArray[Any], index: Any, values: Any) -> None:
    """Add `values` into `out` at an index, in place; an entry that the index names twice receives both."""
    if selects_once(index):
        out[index] += values
    else:
        np.add.at(out, index, values)


def selects_once(index: Any) -> bool:
    """Whether an index can name no entry twice: integers, slices, ``...``, ``None`` and boolean masks."""
    for part in index if isinstance(index, tuple) else (index,):
        if part is None or part is Ellipsis or isinstance(part, (slice, int, np.integer, np.bool_)):
            continue
        if isinstance(part, np.ndarray) and part.dtype == bool:
            continue
        return False
    return True


class Erased:
    """A cotangent that is `g` but for zeros at an index: what overwriting those entries leaves for the old value."""

    __slots__ = ("g", "index")

    def __init__(self, g: Any, index: Any) -> None:
        self.g = g
        self.index = index


def entry(index: Any) -> tuple[int, ...] | None:
    """Return an index that consists of whole numbers as a tuple of them; of any other index ``None``.

    >>> entry(2), entry((0, -1)), entry((0, slice(None)))
    ((2,), (0, -1), None)
    """
    items = index if isinstance(index, tuple) else (index,)
    if all(isinstance(item, (int, np.integer)) and not isinstance(item, bool) for item in items):
        return tuple(map(int, items))
    return None


def places(index: Any) -> tuple[int | None, ...] | None:
    """Return the whole numbers of an index, with ``None`` for each slice; of an index that has others ``None``.

    >>> places((slice(None), 2)), places(np.array([0, 1]))
    ((None, 2), None)
    """
    items = index if isinstance(index, tuple) else (index,)
    if all(isinstance(item, (int, np.integer, slice)) and not isinstance(item, bool) for item in items):
        return tuple(None if isinstance(item, slice) else int(item) for item in items)
    return None


def are_apart(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    """Whether two indices, as `places` gives them, name different entries, however long the axes are."""
    pairs = zip(one, other, strict=False)
    return any(a is not None and b is not None and a != b and (a < 0) == (b < 0) for a, b in pairs)


def overwrite(x: Any, index: Any, value: Any) -> NDArray[Any]:
    """Return a copy of `x` with ``x[index] = value``.

    >>> import numpy as np
    >>> overwrite(np.array([1.0, 2.0, 3.0]), slice(1, None), 0.0)
    array([1., 0., 0.])
    """
    out = np.array(x)
    out[index] = value
    return out


def accumulate(x: Any, index: Any, value: Any) -> NDArray[Any]:
    """Return a copy of `x` with ``np.add.at(x, index, value)``.

    >>> import numpy as np
    >>> accumulate(np.zeros(3), [0, 2, 2], 1.0)
    array([1., 0., 2.])
    """
    out = np.array(x)
    add_each(out, index, value)
    return out


def add_each(out: NDArray[Any], index: Any, value: Any) -> None:
    """``np.add.at(out, index, value)``, where NumPy 2.4 leaves some out: if a value is used again and again.

    >>> x = np.zeros(2)
    >>> add_each(x, np.array([[0, 1], [0, 1]]), np.array([1.0, 2.0]))
    >>> x
    array([2., 4.])
    """
    np.add.at(out, index, np.broadcast_to(value, np.shape(out[index])) if np.ndim(value) else value)
