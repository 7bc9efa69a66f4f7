"""The argument ``out=``: finding it, however it was given, and writing what a call returned into the Tensor it is."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.registry import full_name
from autograd_lite.tensor.recording import Recorded
from autograd_lite.tensor.writing import into


def out_by_name(
    function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Sequence[Any], dict[str, Any]]:
    """Return the arguments of a call with ``out``, and what follows it (``where``, ``initial``), given by name."""
    position, names = _place_of_out(function)
    if len(args) <= position:
        return args, kwargs
    named = {name: arg for name, arg in zip(names, args[position:], strict=False) if arg is not None}
    return args[:position], {**kwargs, **named}


@functools.cache
def _place_of_out(function: Callable[..., Any]) -> tuple[int, tuple[str, ...]]:
    """Return the position of a function's argument ``out``, and the names from there on."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    by_position = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    has_any_number = any(p.kind is p.VAR_POSITIONAL for p in parameters)
    if "out" not in by_position or has_any_number:
        return sys.maxsize, ()
    position = by_position.index("out")
    return position, tuple(by_position[position:])


def call_into(out: Any, function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Make a call whose answers go into ``out``, a Tensor or a tuple of Tensors and arrays; return what NumPy does."""
    kwargs = {name: value for name, value in kwargs.items() if name != "out"}
    casting = kwargs.get("casting", "same_kind")
    where = kwargs.get("where", True)
    if isinstance(out, tuple):
        if where is not True:
            raise UnsupportedCallError(
                f"{full_name(function)}(out=(...), where=...) with a Tensor among the outputs is not recorded; "
                f"call it without them and choose with np.where"
            )
        answers = function(*args, **kwargs)
        return tuple(
            answer if one is None else into(one, answer, casting) for one, answer in zip(out, answers, strict=True)
        )
    if where is not True and isinstance(function, np.ufunc):
        del kwargs["where"]
        return into(out, _chosen(function, args, kwargs, where, out), casting)
    return into(out, function(*args, **kwargs), casting, stretches=isinstance(function, np.ufunc))


def _chosen(ufunc: np.ufunc, args: Sequence[Any], kwargs: dict[str, Any], where: Any, out: Any) -> Any:
    """The answer where `where` holds, the old entries of `out` elsewhere.

    There the function is called on entries for which it is wanted, so that it meets no zero to divide by.
    """
    mask = np.asarray(where)
    plain = [np.asarray(arg._array if isinstance(arg, Recorded) else arg) for arg in args]
    shape = np.broadcast_shapes(mask.shape, np.shape(out), *(array.shape for array in plain))
    wanted = np.argwhere(np.broadcast_to(mask, shape))
    if not len(wanted):
        return np.where(False, 0, out)
    at = tuple(wanted[0])
    safe = [np.where(mask, arg, np.broadcast_to(array, shape)[at]) for arg, array in zip(args, plain, strict=True)]
    return np.where(mask, ufunc(*safe, **kwargs), out)
