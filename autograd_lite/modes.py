"""Contexts that say whether calls are recorded. They hold for the current thread and the current asyncio task only."""

from __future__ import annotations

import contextlib
import contextvars

from autograd_lite.graph import grad_enabled


class _GradMode(contextlib.ContextDecorator):
    """Sets whether calls are recorded while it is entered; as a decorator, while the function runs."""

    _enabled: bool

    def __init__(self) -> None:
        self._tokens: list[contextvars.Token[bool]] = []

    def _recreate_cm(self) -> _GradMode:
        return type(self)()

    def __enter__(self) -> None:
        self._tokens.append(grad_enabled.set(self._enabled))

    def __exit__(self, *exc: object) -> None:
        grad_enabled.reset(self._tokens.pop())


class no_grad(_GradMode):
    """Record nothing: what is computed inside has no history and costs no memory. A context manager and a decorator.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """

    _enabled = False


class enable_grad(_GradMode):
    """Record again inside a `no_grad`. A context manager and a decorator.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
    >>> with ag.no_grad(), ag.enable_grad():
    ...     y = x * 2
    >>> y.requires_grad
    True
    """

    _enabled = True


def is_grad_enabled() -> bool:
    """Return whether calls on Tensors that require gradients are recorded here and now.

    Examples
    --------
    >>> import autograd_lite as ag
    >>> ag.is_grad_enabled()
    True
    """
    return grad_enabled.get()
