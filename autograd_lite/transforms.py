"""Functions in, functions out: derivatives of functions of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite.backward import plain_values, pull_back
from autograd_lite.errors import NoGraphError
from autograd_lite.graph import Graph, grad_enabled
from autograd_lite.modes import enable_grad
from autograd_lite.tensor import Tensor, dense, tensor_values


def vjp(f: Callable[..., Any], *args: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """Return the value of a function and its pullback, which takes cotangents from the value to the arguments.

    Parameters
    ----------
    f
        Takes Tensors and returns one, of any shape.
    *args
        Arrays or numbers, floating point or complex; Tensors where this is itself differentiated.

    Returns
    -------
    value
        ``f(*args)``, as an array (as a Tensor where it depends on one that requires a gradient).
    pullback
        Takes a cotangent of the value's shape and returns a tuple of cotangents, one for each argument. May be called
        again.

    Examples
    --------
    >>> import numpy as np
    >>> value, pullback = vjp(lambda x, y: x * y, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> value
    array([3., 8.])
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 3., 40.]), array([ 1., 20.]))
    """
    with enable_grad():
        inputs = [+arg if isinstance(arg, Tensor) and arg.requires_grad else _fresh(arg) for arg in args]
        value = f(*inputs)
    if not isinstance(value, Tensor):
        raise NoGraphError(
            f"the function returned a {type(value).__name__} and not a Tensor, so how it depends on its arguments is "
            f"not known. Was it computed through .data, .item(), .numpy(), or with a piecewise-constant function?"
        )
    starts = {t.node: i for i, t in enumerate(inputs)}
    output = value.node
    # Tensors from outside that require gradients: then what is returned depends on them, and has to be recorded.
    is_nested = any(n.requires_grad and n not in starts for n in Graph([output], until=starts).leaves)
    is_nested = is_nested or any(n.inputs for n in starts)

    def pullback(g: Any) -> tuple[Any, ...]:
        records = grad_enabled.get() and (is_nested or (isinstance(g, Tensor) and g.requires_grad))
        if not output.requires_grad:
            found = {}
        elif records:
            start = g if isinstance(g, Tensor) else Tensor(np.asarray(g, output.dtype))
            found = pull_back({output: start}, tensor_values, True, dense, until=starts)
        else:
            array = g.data if isinstance(g, Tensor) else np.asarray(g, output.dtype)
            found = pull_back({output: array}, plain_values, True, until=starts)
        zeros = [np.zeros_like(t.data) for t in inputs]
        return tuple(found.get(t.node, Tensor(z) if is_nested else z) for t, z in zip(inputs, zeros, strict=True))

    return (value if is_nested else value.data), pullback


def _fresh(arg: Any) -> Tensor:
    tensor = Tensor(arg.data if isinstance(arg, Tensor) else arg)
    tensor.requires_grad = True
    return tensor
