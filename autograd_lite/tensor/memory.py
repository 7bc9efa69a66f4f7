"""Which Tensors share memory, so that writing to one has NumPy's meaning and never spoils what was recorded.

- A **view** (``z[0]``, ``z.T``) remembers the Tensor it is a view of, and how it was made. When that Tensor has been
written to,
  the view is read again the next time it is used.
- An **owner** is a Tensor that has been written to, into an array of its own that nothing recorded holds. Recording
such an
  array marks it, and the next write goes to a copy; recording a part of it keeps a copy of the part.

So a recorded array is never written to, and the gradients of what came before a write are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograd_lite.graph import next_index

if TYPE_CHECKING:
    from autograd_lite.registry import Operation
    from autograd_lite.tensor.recording import Recorded


class Clock:
    """When a Tensor was last written to, in the time of `autograd_lite.graph.next_index`."""

    last_write = 0


clock = Clock()


class View:
    """How a Tensor is a view of another.

    Attributes
    ----------
    base
        The Tensor it is a view of (which may be a view itself).
    operation, args, kwargs
        The call that makes the view: ``operation(base, *args, **kwargs)``.
    changed
        Of the base's last write that the view has read.
    seen
        The time up to which the view is known to be up to date.
    """

    __slots__ = ("args", "base", "changed", "kwargs", "operation", "seen")

    def __init__(self, base: Recorded, operation: Operation, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        self.base = base
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.changed: int = 0 if base._alias is None else base._alias.changed
        self.seen = clock.last_write


class Owner:
    """What is known of a Tensor that has been written to.

    Attributes
    ----------
    changed
        The time of its last write.
    is_recorded
        Whether a recorded call, or another Tensor, holds its array: then the next write goes to a copy.
    is_number
        Whether the array stands for one of NumPy's numbers, which a person has asked for as an array.
    """

    __slots__ = ("changed", "is_number", "is_recorded")

    def __init__(self, is_recorded: bool, is_number: bool = False) -> None:
        self.changed = 0
        self.is_recorded = is_recorded
        self.is_number = is_number

    def note_write(self) -> None:
        """Take note that the array has been written to now."""
        self.changed = clock.last_write = next_index()
