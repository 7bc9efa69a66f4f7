"""A person's own operations: `primitive` makes a function one call of the graph; `defvjp` states its rules."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from autograd_lite.registry import Operation, full_name
from autograd_lite.tensor import apply, call

F = TypeVar("F", bound=Callable[..., Any])


def primitive(function: F, cache: bool = False) -> F:
    """Make a function of arrays one recorded call, whose derivative is what `defvjp` says.

    Parameters
    ----------
    function
        Takes arrays (and static arguments) and returns one array. On Tensors it is given their plain arrays, so it may
        use anything: loops, ``out=``, compiled code.
    cache
        The function returns a pair: its answer, and what it wants to keep for the derivative, which the rules may read
        by the name ``cache``. For second derivatives the function is run again on Tensors to differentiate the cache,
        so it must then consist of NumPy calls that have rules.

    Returns
    -------
    callable
        The same function, which now also takes Tensors. Given only arrays it returns what `function` returns.

    Raises
    ------
    MissingRuleError
        On a call with a Tensor that requires a gradient, as long as `defvjp` has given no rule for that argument.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> @ag.primitive
    ... def softplus(x):
    ...     return np.logaddexp(0, x)
    >>> ag.defvjp(softplus, x=lambda g, x: g / (1 + np.exp(-x)))
    >>> x = ag.Tensor([0.0, 100.0], requires_grad=True)
    >>> softplus(x).sum().backward()
    >>> x.grad
    array([0.5, 1. ])
    """
    operation = Operation(function, full_name(function))
    operation.is_custom = operation.pads = True
    operation.caches = cache

    @functools.wraps(function)
    def record(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            return call(operation, args, kwargs)
        return apply(operation, args, function)

    record.__operation__ = operation  # type: ignore[attr-defined]
    return record  # type: ignore[return-value]
