"""The record of NumPy calls: `Node`, a call; `Graph`, the calls that a value depends on, in the order they were made.

Everything else in the library reads this record: the backward pass, the drawing, the derivation, the source.
"""

from __future__ import annotations

import contextvars
import itertools
from collections.abc import Callable, Container, Iterable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograd_lite.registry import Operation, Pull

#: Whether calls on Tensors that require gradients are recorded; context-local, so that threads and tasks do not mix.
grad_enabled: contextvars.ContextVar[bool] = contextvars.ContextVar("grad_enabled", default=True)

#: What records every call while a function is traced (see `autograd_lite.tracing`), context-local too.
tracer: contextvars.ContextVar[Any] = contextvars.ContextVar("tracer", default=None)


#: Whether a person's function runs lifted in this context (see `autograd_lite.lifting`): then piecewise-constant calls
#: give Tensors for arrays, too, and numbers that no gradient flows through stay numbers.
lifted: contextvars.ContextVar[bool] = contextvars.ContextVar("lifted", default=False)
#: Whether a transform is running a function: a copy of its arguments belongs to the graph.
transforming: contextvars.ContextVar[bool] = contextvars.ContextVar("transforming", default=False)


class Traces:
    """How many functions are being traced in any context: asked before the slower `tracer`."""

    running = 0


traces = Traces()

#: The time of the record: every node takes the next number, so sorting by it is a topological order.
next_index = itertools.count(1).__next__


class Dropped:
    """What stands in a node's arguments for an array that no rule will read, once it has been let go."""

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.shape = shape
        self.dtype = dtype

    def __repr__(self) -> str:
        return f"array{self.shape}"


#: The same where an input node knows shape and dtype anyway.
DROPPED = Dropped((), None)  # type: ignore[arg-type]


#: The same for the answer of a call whose arrays a backward pass has dropped.
FREED = Dropped((), None)  # type: ignore[arg-type]


class Node:
    """One value of the graph: a recorded call, or a leaf (a Tensor that a person made).

    Attributes
    ----------
    operation
        The function called, with what the registry knows of it; ``None`` for a leaf.
    values
        The arguments of the call in the order of ``operation.parameters``, then the answer. Arrays that no rule will
        read are replaced by a `Dropped`. ``None`` once a backward pass has freed them.
    inputs
        For each argument the node it came from, ``None`` for a constant, a (nested) list for a sequence of arrays.
    shape, dtype
        Of the answer.
    index
        The time at which the call was made.
    requires_grad
        Whether the value depends on a leaf that requires a gradient.
    pulls
        The arguments that a gradient flows to, by position, with their rules.
    annotations
        What few nodes have (a name, a gradient to keep, hooks), or ``None``.
    """

    __slots__ = (
        "__weakref__",
        "annotations",
        "dtype",
        "index",
        "inputs",
        "operation",
        "pulls",
        "requires_grad",
        "shape",
        "values",
    )

    def __init__(
        self,
        operation: Operation | None,
        values: list[Any] | None,
        inputs: list[Any],
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        index: int,
        requires_grad: bool,
    ) -> None:
        self.operation = operation
        self.values = values
        self.inputs = inputs
        self.shape = shape
        self.dtype = dtype
        self.index = index
        self.requires_grad = requires_grad
        self.pulls: tuple[tuple[int, Pull], ...] = ()
        self.annotations: Annotations | None = None

    @property
    def name(self) -> str | None:
        """The name that a person gave to the value."""
        return None if self.annotations is None else self.annotations.name

    @property
    def is_leaf(self) -> bool:
        """Whether a person made the value, rather than a recorded call."""
        return self.operation is None

    @property
    def is_freed(self) -> bool:
        """Whether a backward pass has dropped the recorded arrays."""
        return self.operation is not None and (self.values is None or self.values[-1] is FREED)

    def free(self) -> None:
        """Drop the recorded arrays; what else is known of the call (numbers, axes, shapes) stays."""
        values = self.values
        if values is None or (None not in self.inputs and len(values) == len(self.inputs) + 1):
            self.values = None  # nothing but values of other nodes
            return
        for position, value in enumerate(values):
            kind = type(value)
            if kind is np.ndarray:
                values[position] = Dropped(value.shape, value.dtype)
            elif kind is list:
                values[position] = [Dropped(v.shape, v.dtype) if isinstance(v, np.ndarray) else v for v in value]
        if self.operation is not None and (self.operation.caches or self.operation.holds_last):
            values[-2] = None
        values[-1] = FREED

    def annotate(self) -> Annotations:
        """Return the node's annotations, made on first use."""
        if self.annotations is None:
            self.annotations = Annotations()
        return self.annotations

    def add_hook(self, hook: Callable[[Any], Any]) -> Callable[[], None]:
        """Call `hook` with the gradient when a backward pass has it; return a function that removes the hook."""
        annotations = self.annotate()
        if annotations.hooks is None:
            annotations.hooks = {}
        hooks, key = annotations.hooks, next_index()
        hooks[key] = hook
        return lambda: hooks.pop(key, None)

    def parents(self) -> Iterator[Node]:
        """Yield the nodes that the call's arguments came from, those inside sequences included."""
        for entry in self.inputs:
            if entry is None:
                continue
            if type(entry) is list:
                yield from flat_nodes(entry)
            else:
                yield entry

    def __repr__(self) -> str:
        what = "leaf" if self.operation is None else self.operation.name
        name = f" {self.name!r}" if self.name else ""
        return f"<Node {what}{name} shape={self.shape} dtype={self.dtype}>"


class Annotations:
    """What only few nodes have: a name, a kept gradient, hooks, a change of the data, the line that recorded it."""

    __slots__ = ("change", "grad", "hooks", "name", "place", "retains_grad", "snapshot")

    def __init__(self) -> None:
        self.name: str | None = None
        self.grad: Any = None
        self.retains_grad = False
        self.hooks: dict[int, Any] | None = None
        self.change: Change | None = None
        self.place: str | None = None
        self.snapshot: list[tuple[int, Any, Any]] | None = None


class Change:
    """That somebody has changed a value's array from outside: when, and where in the program."""

    __slots__ = ("code", "instruction", "time")

    def __init__(self, frame: FrameType) -> None:
        self.time = changes.last = next_index()
        self.code = frame.f_code
        self.instruction = frame.f_lasti

    def __str__(self) -> str:
        lines = (line for start, end, line in self.code.co_lines() if start <= self.instruction < end)
        return f"line {next(lines, '?')} of {self.code.co_filename}"


class Changes:
    """When a recorded value was last changed from outside."""

    last = 0


changes = Changes()


def flat_nodes(entry: list[Any]) -> Iterator[Node]:
    """Yield the nodes of a nested list of nodes and ``None``, in order."""
    stack = [iter(entry)]
    while stack:
        for item in stack[-1]:
            if type(item) is list:
                stack.append(iter(item))
                break
            if item is not None:
                yield item
        else:
            stack.pop()


class Graph:
    """All values that some outputs depend on, in the order in which they were made.

    Parameters
    ----------
    outputs
        The nodes to start from.
    differentiable_only
        Leave out the nodes that no gradient flows to.
    until
        Nodes whose own inputs are left out.
    """

    def __init__(
        self, outputs: Iterable[Node], differentiable_only: bool = False, until: Container[Node] = frozenset()
    ) -> None:
        self.outputs = list(outputs)
        seen: set[Node] = set(self.outputs)
        stack = list(seen)
        while stack:
            node = stack.pop()
            if node in until:
                continue
            for entry in node.inputs:
                if entry is None:
                    continue
                for parent in flat_nodes(entry) if type(entry) is list else (entry,):
                    if parent not in seen and (parent.requires_grad or not differentiable_only):
                        seen.add(parent)
                        stack.append(parent)
        self.nodes = sorted(seen, key=_by_index)

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    @property
    def leaves(self) -> list[Node]:
        """The nodes that no recorded call made."""
        return [node for node in self.nodes if node.operation is None]


def _by_index(node: Node) -> int:
    return node.index
