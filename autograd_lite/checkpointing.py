"""`checkpoint`: forget what a part of the program recorded, and run it again when the backward pass comes there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.backward import plain_values, pull_back
from autograd_lite.errors import CheckpointError
from autograd_lite.graph import Node, grad_enabled, next_index
from autograd_lite.modes import enable_grad
from autograd_lite.registry import Operation
from autograd_lite.tensor import Tensor, dense, record, tensor_values


def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """Trade time for memory: keep only the result of a function, and run it again when its gradient is needed.

    The arrays that `f` would have recorded are freed as soon as it has run; the backward pass runs it a second time.
    For a deep network, a checkpoint around every group of layers keeps the arrays of one group at a time (Chen et al.,
    2016, "Training deep nets with sublinear memory cost").

    Parameters
    ----------
    f
        Takes Tensors and anything else and returns one Tensor. It may use Tensors from outside, such as the parameters
        of a layer. It must give the same result when run again: randomness from a generator of its own seed only.

    Returns
    -------
    callable
        The same function.

    Raises
    ------
    CheckpointError
        (in the backward pass) The second run gave another result.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x = ag.Tensor([0.5, 1.0], requires_grad=True)
    >>> block = ag.checkpoint(lambda x: np.tanh(np.exp(x)))
    >>> block(x).sum().backward()
    >>> x.grad.round(6)
    array([0.226781, 0.046937])
    """

    @functools.wraps(f)
    def run(*args: Any, **kwargs: Any) -> Any:
        if not grad_enabled.get():
            return f(*args, **kwargs)
        start = next_index()
        value = f(*args, **kwargs)
        if not isinstance(value, Tensor):
            raise CheckpointError(
                f"checkpoint needs a function that returns one Tensor, and {_name(f)} returned a {type(value).__name__}"
            )
        if not value.requires_grad or value.node.index < start:
            return value
        outside = [node for node in _inputs_of(value.node, start) if node.requires_grad]
        second = _SecondRun(f, args, kwargs, start, outside)
        values: list[Any] = [[None] * len(outside), second]
        return record(_CHECKPOINT, values, [outside, None], 1, value.data)

    return run


class _SecondRun:
    """A function with its arguments, to be run again when a cotangent arrives."""

    def __init__(
        self, f: Callable[..., Any], args: Any, kwargs: dict[str, Any], start: int, outside: list[Node]
    ) -> None:
        self._f, self._args, self._kwargs, self._outside = f, args, kwargs, outside

    def pull(self, g: Any, ans: Any) -> list[Any]:
        with enable_grad():
            value = self._f(*self._args, **self._kwargs)
        first = ans.data if isinstance(ans, Tensor) else ans
        if not np.array_equal(value.data, first, equal_nan=True):
            raise CheckpointError(
                f"{_name(self._f)} gave another result when checkpoint ran it again, so its gradient would be wrong. "
                f"It must not draw random numbers from outside, nor use data that are changed before the backward pass"
            )
        seeds, until = {value.node: g}, dict.fromkeys(self._outside)
        del value, first, ans  # so that its array is freed as the pass goes on
        if isinstance(g, Tensor):
            found = pull_back(seeds, tensor_values, True, dense, until=until)
        else:
            found = pull_back(seeds, plain_values, until=until)
        return [found[n] if n in found else np.zeros(n.shape, n.dtype) for n in self._outside]


def _inputs_of(output: Node, start: int) -> list[Node]:
    """The nodes from before a time that the calls since then took in; nothing older is looked at."""
    seen, stack = {output}, [output]
    older: list[Node] = []
    while stack:
        for parent in stack.pop().parents():
            if parent not in seen and parent.requires_grad:
                seen.add(parent)
                (older if parent.index < start else stack).append(parent)
    return sorted(older, key=lambda node: node.index)


def _name(f: Callable[..., Any]) -> str:
    return getattr(f, "__name__", type(f).__name__)


_CHECKPOINT = Operation(checkpoint, "checkpoint")
_CHECKPOINT.declare("outside second_run")
_CHECKPOINT.holds_last = True
_CHECKPOINT.sequences = frozenset({"outside"})
_CHECKPOINT.rules = {"outside": lambda g, second_run, ans: second_run.pull(g, ans)}
