"""`Parameter`: a Tensor that belongs to a Module and is to be learned."""

from __future__ import annotations

from typing import Any

import autograd_lite as ag
from nn.arrays import plain
from nn.errors import ArgumentTypeError


class Parameter(ag.Tensor):
    """A Tensor that a `Module` counts among its parameters when it becomes an attribute of it.

    Parameters
    ----------
    data
        Floating-point numbers; they are copied.
    requires_grad
        Whether it is to be learned. Default: True.
    name
        What a person calls it, shown in drawings and messages. Default: a Module names it after the attribute.

    Raises
    ------
    ArgumentTypeError
        The data are not floating point.

    Examples
    --------
    >>> import nn
    >>> nn.Parameter([1.0, 2.0])
    Parameter containing:
    Tensor([1., 2.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, name: str | None = None) -> None:
        array = plain(data)
        if array.dtype.kind not in "fc":
            raise ArgumentTypeError(
                f"a Parameter holds floating-point numbers, and these are {array.dtype}. "
                f"Make them floating point first: Parameter(np.array(data, dtype=float))"
            )
        super().__init__(array, requires_grad=requires_grad, name=name)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"
