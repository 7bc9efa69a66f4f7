"""Sources of random numbers as lifted code sees them: what they draw are Tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.lifting.creation import as_tensor, plain
from autograd_lite.tensor.recording import Recorded

#: What ``np.random.seed`` and its like work on.
GLOBAL_SOURCE = np.random.rand.__self__  # type: ignore[attr-defined]


class RandomSource:
    """A `numpy.random.Generator` or `RandomState` whose arrays are Tensors; the draws are those of the real one."""

    def __init__(self, real: Any) -> None:
        self._real = real

    @property  # type: ignore[misc]
    def __class__(self) -> type:  # so that isinstance(rng, np.random.Generator) holds
        return type(self._real)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._real, name)
        return drawn_by(value) if callable(value) else value

    def __repr__(self) -> str:
        return repr(self._real)


def source_of(value: Any) -> Any:
    """Return a source of random numbers, and those in a list, as lifted code sees them."""
    if isinstance(value, list):
        return [source_of(part) for part in value]
    is_source = type(value) in (np.random.Generator, np.random.RandomState)
    return RandomSource(value) if is_source else as_tensor(value)


def drawn_by(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of a source of random numbers as lifted code sees it."""
    name = getattr(method, "__name__", "")
    if name == "shuffle":
        return functools.partial(_shuffle, method)

    @functools.wraps(method)
    def draw(*args: Any, **kwargs: Any) -> Any:
        if name in ("choice", "permutation") and args and isinstance(args[0], Recorded) and args[0]._array.ndim:
            return _picked(method, *args, **kwargs)
        return source_of(method(*args, **kwargs))

    return draw


def source_made_by(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return `default_rng`, `Generator` or `RandomState` as lifted code sees it."""

    @functools.wraps(make, updated=())
    def made(*args: Any, **kwargs: Any) -> Any:
        return args[0] if args and type(args[0]) is RandomSource else source_of(make(*args, **kwargs))

    return made


def _picked(method: Callable[..., Any], a: Any, *args: Any, axis: int = 0, **kwargs: Any) -> Any:
    """Choose or permute entries: the real one draws which, and that depends on their number alone."""
    where = method(a._array.shape[axis], *map(plain, args), **{key: plain(value) for key, value in kwargs.items()})
    return a[(slice(None),) * (axis % a.ndim) + (where,)]


def _shuffle(method: Callable[..., Any], x: Any, axis: int = 0) -> None:
    """Shuffle in place with the real one's draws, which depend on the length alone."""
    if not isinstance(x, Recorded):
        method(x, axis) if axis else method(x)
        return
    tensor: Any = x
    order = np.arange(tensor._array.shape[axis])
    method(order)
    tensor[...] = tensor[(slice(None),) * (axis % tensor.ndim) + (order,)]
