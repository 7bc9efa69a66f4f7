"""`trace`: one run of a person's function, with every call kept and every value named as the person named it.

Eagerly a call is recorded only if a gradient flows through it. A tracer records all: masks and comparisons, the arrays
that the function makes, the shapes that it reads (`autograd_lite.tensor.numbers`). What leaves the record, because
Python had to decide something (``if``, ``while``, ``int()``), is noted with its line.
"""

from __future__ import annotations

import inspect
import itertools
import operator
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import FrameType
from typing import Any

import numpy as np

from autograd_lite.errors import DerivationError, MissingRuleError, NotScalarError, UnsupportedCallError
from autograd_lite.graph import Graph, Node, grad_enabled, next_index, tracer, traces
from autograd_lite.indexed import accumulate, entry, overwrite
from autograd_lite.lifting import LiftedGlobals, lifted_call
from autograd_lite.registry import MissingArgumentRule, Operation, operation_of
from autograd_lite.tensor import Tensor
from autograd_lite.tensor.numbers import (
    TracedNumber,
    TracedShape,
    count_of,
    length_of,
    plain_number,
    shape_of,
    traced_number,
)
from autograd_lite.tensor.recording import (
    Recorded,
    call_without_rule,
    joined_operands,
    refuse_unrecorded,
    unshared,
    view_of,
    wrap,
)
from autograd_lite.trees import leaves_of, rebuild, short_name

_LENGTH, _SHAPE, _COUNT = operation_of(length_of), operation_of(shape_of), operation_of(count_of)
_ITEM = operation_of(lambda values, position: values[position])
_ITEM.name = "item"
_GETITEM = operation_of(operator.getitem)
_IN_PLACE = {operation_of(overwrite), operation_of(accumulate)}
_lock = threading.Lock()


@dataclass(frozen=True)
class Place:
    """A line of a person's program."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"line {self.line} of {self.file}"


@dataclass(frozen=True)
class Call:
    """A call as it was made, with the nodes that its arguments came from.

    Attributes
    ----------
    args, kwargs
        Plain values.
    sources, keywords
        In the same structure the nodes: ``None`` for a constant, a list for a sequence or a slice with some in it.
    """

    args: tuple[Any, ...]
    sources: list[Any]
    kwargs: dict[str, Any]
    keywords: dict[str, Any]


@dataclass(frozen=True)
class Note:
    """That the program went on with a plain number or truth value of a traced value: the record holds only for it.

    Attributes
    ----------
    how
        What asked for it: ``"bool()"``, ``"int()"``, ``"a comparison (lt)"``, ...
    node
        The value.
    value
        What it was.
    place
        The line of the person's program, if it is known.
    """

    how: str
    node: Node
    value: Any
    place: Place | None


@dataclass(frozen=True)
class Argument:
    """An array that a traced function was given or found: an entry of an argument, or a captured variable.

    Attributes
    ----------
    path
        How it is reached from the function's parameters, as an expression (``p["W1"]``); empty for a captured array.
    node, value
        Its leaf, and the array.
    """

    path: str
    node: Node
    value: Any


class Trace(Graph):
    """The graph of one run of a function: every call in order, with all values.

    Attributes
    ----------
    nodes
        All calls that were recorded, in order, those that the outputs do not depend on left out.
    outputs
        The nodes of what the function returned.
    result
        What it returned, with Tensors inside.
    returned
        What it returned by name: the entries of a dict.
    arguments
        The arrays among the arguments, by order of appearance.
    captured
        The arrays that the function took from elsewhere: globals, closures, attributes, literals.
    calls
        For each node the call as the person made it.
    places
        For each node the line it was recorded at.
    notes
        Where the program went on with plain numbers, so that another run may differ.
    """

    def __init__(
        self, function: Callable[..., Any], parameters: list[str], outputs: list[Node], notes: list[Note]
    ) -> None:
        super().__init__([*outputs, *(note.node for note in notes)])
        self.outputs = outputs
        self.notes = notes
        self.function = function
        self.parameters = parameters
        self.result: Any = None
        self.returned: dict[str, Node] = {}
        self.arguments: list[Argument] = []
        self.captured: list[Argument] = []
        self.calls: dict[Node, Call] = {}
        self.places: dict[Node, Place] = {}
        self.stopped: set[Node] = set()

    @property
    def names(self) -> dict[str, Node]:
        """The values that have a name."""
        return {node.name: node for node in self.nodes if node.name}

    def value(self, node: Node) -> Any:
        """Return what a node's value was."""
        assert node.values is not None
        return node.values[-1]

    def variables(self, wrt: str | int | Iterable[str | int] | None) -> list[Node]:
        """Return the leaves that are meant by `wrt`: a name, a position of an argument, or several of either."""
        arguments = [a for a in self.arguments if a.node.requires_grad]
        if wrt is None:
            return [argument.node for argument in arguments]
        chosen: list[Node] = []
        for which in [wrt] if isinstance(wrt, (str, int)) else wrt:
            if isinstance(which, int):
                name = self.parameters[which]
                found = [a.node for a in arguments if a.path == name or a.path.startswith((f"{name}[", f"{name}."))]
            else:
                path = which.replace('"', "'")
                found = [n for n in self.leaves if n.name == which]
                found = found or [a.node for a in arguments if a.path == path]
                found = found or [a.node for a in arguments if a.path.startswith((f"{path}[", f"{path}."))]
                found = found or [a.node for a in arguments if _is_inside(path, a.path)]
            if not found:
                there = ", ".join(a.node.name or a.path for a in arguments)
                raise DerivationError(f"wrt={which!r} is not among the variables, which are: {there}")
            chosen += found
        return chosen


def _is_inside(entry: str, path: str) -> bool:
    """Whether an entry, ``W1`` or ``layers[0]['W']``, lies on the path to a leaf: ``p['layers'][0]['W']``."""
    key, bracket, rest = entry.partition("[")
    return any(f"{start}{bracket}{rest}" in path for start in (f"['{key}']", f".{key}"))


class Tracer:
    """Records every call of one run."""

    def __init__(self) -> None:
        self.calls: dict[Node, Call] = {}
        self.places: dict[Node, Place] = {}
        self.notes: list[Note] = []
        self.stopped: set[Node] = set()  # recorded under no_grad()
        self.bindings: list[Binding] = []
        self.numbers: dict[tuple[Node, Any], Any] = {}
        self.changed: dict[Node, Node] = {}  # what a variable's array became in place, and what it was
        self._seen: dict[tuple[int, str], Node] = {}
        self._held: dict[tuple[int, str], Any] = {}
        self._frames: dict[int, FrameType] = {}  # keeps the ids in `_seen` from being used again
        self._token: Any = None

    # -- recording -------------------------------------------------------------------------------------------------

    def call(
        self,
        operation: Operation,
        args: Sequence[Any],
        kwargs: dict[str, Any],
        function: Callable[..., Any] | None = None,
    ) -> Any:
        """Make a call and record it, whatever its arguments are."""
        self.look_at_names(sys._getframe(1))
        if operation.composition is not None:
            ans = operation.composition(*map(_as_tensor, args), **kwargs)
            if ans is not NotImplemented:
                return ans
        if (
            not kwargs
            and len(args) == 1
            and isinstance(args[0], Recorded)
            and operation.function in (np.shape, np.size, np.ndim)
        ):
            return getattr(args[0], operation.function.__name__)
        args = joined_operands(operation, args)
        pairs = [self._unwrap(arg) for arg in args]
        named = {key: self._unwrap(value) for key, value in kwargs.items()}
        raw_args, raw_kwargs = tuple(raw for raw, _ in pairs), {key: raw for key, (raw, _) in named.items()}
        called = Call(
            raw_args, [source for _, source in pairs], raw_kwargs, {key: source for key, (_, source) in named.items()}
        )
        needs = _needs_gradient(called.sources) or _needs_gradient(list(called.keywords.values()))
        differentiates = needs and grad_enabled.get()
        if not (operation.rules or operation.constant) and differentiates:
            call_without_rule(operation, operation.function, operation.name, args, kwargs)  # refuses
        run = operation.function if function is None or operation in _IN_PLACE else function
        try:
            ans = run(*raw_args, **raw_kwargs)
        except Exception as error:
            error.add_note(f"in {operation.name}, while tracing")
            raise
        if operation.caches:
            ans, cache = ans
            if not isinstance(ans, (np.ndarray, np.generic)):
                ans = np.asarray(ans)
        if not operation.rules or operation.constant:
            return self._wrap_constant(operation, called, ans)
        if not operation.views:
            ans = unshared(ans)
        if differentiates and kwargs:
            refuse_unrecorded(operation, raw_kwargs)
        values = operation.bind(raw_args, raw_kwargs)
        inputs = operation.bind(called.sources, called.keywords, [None] * len(operation.parameters))
        if operation.caches:
            values[-1] = cache
        mask = 0
        if differentiates and ans.dtype.kind in "fc":
            mask = sum(1 << i for i, entry in enumerate(inputs) if _needs_gradient([entry]))
        node = Node(operation, [*values, ans], inputs, ans.shape, ans.dtype, next_index(), bool(mask))
        if mask:
            try:
                node.pulls = operation.plans[mask][2]
            except MissingArgumentRule as missing:
                raise MissingRuleError(
                    f"{operation.name} has no derivative rule for its argument {missing}. If it is constant pass "
                    f"t.detach(); otherwise register one: defvjp({operation.name}, {missing}=lambda g, ...: ...)"
                ) from None
        elif not grad_enabled.get():
            self.stopped.add(node)
        self._add(node, called)
        tensor = wrap(ans, node)
        if operation.views:
            tensor._alias = view_of(operation, ans, args, kwargs)
        return tensor

    def _wrap_constant(self, operation: Operation, called: Call, ans: Any) -> Any:
        """Record a call that no gradient flows through, and make traced values of what it returned."""
        if isinstance(ans, (tuple, list)) and ans and all(isinstance(a, (np.ndarray, np.generic)) for a in ans):
            whole = Node(operation, [ans], [], (), np.dtype(object), next_index(), False)
            whole.inputs = [*called.sources, *called.keywords.values()]
            self._add(whole, called)
            parts = []
            for position, part in enumerate(ans):
                node = Node(_ITEM, [ans, position, part], [whole, None], part.shape, part.dtype, next_index(), False)
                self._add(node, Call((ans, position), [whole, None], {}, {}))
                parts.append(wrap(part, node))
            return type(ans)(*parts) if hasattr(ans, "_fields") else type(ans)(parts)
        if isinstance(ans, bool):
            ans = np.bool_(ans)
        if not isinstance(ans, (np.ndarray, np.generic, int, float)):
            return ans
        is_array = isinstance(ans, (np.ndarray, np.generic))
        shape, dtype = np.shape(ans), getattr(ans, "dtype", None) or np.dtype(type(ans))
        if is_array and dtype.kind not in "biufc":
            return ans
        inputs = [*called.sources, *called.keywords.values()]
        if not is_array and all(source is None for source in inputs):
            return ans
        node = Node(operation, [*called.args, *called.kwargs.values(), ans], inputs, shape, dtype, next_index(), False)
        self._add(node, called)
        return wrap(ans, node) if isinstance(ans, (np.ndarray, np.generic)) else traced_number(ans, node)

    def _add(self, node: Node, called: Call) -> None:
        self.calls[node] = called
        if node.dtype != object:
            node.shape = self._traced_shape(node)
        place = self._place(sys._getframe(2))
        if place is not None:
            self.places[node] = place

    def _traced_shape(self, node: Node) -> TracedShape:
        shape = TracedShape(node.shape)
        shape.node = node
        return shape

    def leaf(self, data: Any, name: str | None, requires_grad: bool) -> Tensor:
        """Make a Tensor of an array that the function is given."""
        tensor: Tensor = wrap(data)
        self.adopt(tensor)
        tensor._leaf().requires_grad = requires_grad
        if name:
            tensor.name = name
        return tensor

    def adopt(self, tensor: Recorded) -> Node:
        """Make a leaf's value part of the record."""
        node = tensor._leaf()
        if node.operation is None and node.values is None:
            node.values = [tensor._array]
            node.shape = self._traced_shape(node)
        return node

    def _unwrap(self, arg: Any) -> tuple[Any, Any]:
        """Return the plain value of an argument, and the node or nodes that it came from."""
        if isinstance(arg, Recorded):
            if arg._alias is not None:
                arg._settle()
            return arg._array, self.adopt(arg)
        if isinstance(arg, TracedNumber):
            return plain_number(arg), arg.node
        if isinstance(arg, TracedShape):
            return tuple.__getitem__(arg, slice(None)), self.shape(arg.node)
        if type(arg) in (list, tuple):
            pairs = [self._unwrap(part) for part in arg]
            sources = [source for _, source in pairs]
            if any(source is not None for source in sources):
                return type(arg)(raw for raw, _ in pairs), sources
        elif type(arg) is slice:
            pairs = [self._unwrap(part) for part in (arg.start, arg.stop, arg.step)]
            sources = [source for _, source in pairs]
            if any(source is not None for source in sources):
                return slice(*(raw for raw, _ in pairs)), sources
        return arg, None

    # -- numbers ---------------------------------------------------------------------------------------------------

    def number(self, operation: Operation, operands: tuple[Any, ...], value: float) -> Any:
        """Record the arithmetic of numbers."""
        self.look_at_names(sys._getframe(2))
        pairs = [self._unwrap(operand) for operand in operands]
        raw, sources = tuple(r for r, _ in pairs), [source for _, source in pairs]
        node = Node(operation, [*raw, value], sources, (), np.dtype(type(value)), next_index(), False)
        self._add(node, Call(raw, sources, {}, {}))
        return traced_number(value, node)

    def length(self, node: Node, axis: int, value: int) -> Any:
        """Return the length of an axis of a value, as a number that remembers it."""
        key = origin(node, axis)
        if key not in self.numbers:  # written as the person did, who came first; else as of the value it comes from
            is_persons = self.is_persons(sys._getframe(2)) or self.is_persons(sys._getframe(3))
            source, place = (node, axis) if is_persons else key
            self.numbers[key] = self._read(_LENGTH, source, (place,), value)
        return self.numbers[key]

    def count(self, node: Node, value: int) -> Any:
        """Return the number of entries of a value, as a number that remembers it."""
        node = same_shape(node)
        if len(node.shape) == 1:
            return self.length(node, 0, value)
        if (node, "count") not in self.numbers:
            self.numbers[node, "count"] = self._read(_COUNT, node, (), value)
        return self.numbers[node, "count"]

    def know(self, nodes: Iterable[Node]) -> None:
        """Use the numbers that an earlier trace has read off shapes."""
        for node in nodes:
            if node.operation is not None and node.values and type(node.inputs[0] if node.inputs else None) is Node:
                source = node.inputs[0]
                if node.operation is _LENGTH:
                    self.numbers.setdefault(origin(source, node.values[1]), traced_number(node.values[-1], node))
                elif node.operation is _COUNT:
                    self.numbers.setdefault((same_shape(source), "count"), traced_number(node.values[-1], node))

    def shape(self, node: Node) -> Node:
        """Return the node of a value's whole shape."""
        node = same_shape(node)
        if (node, "shape") not in self.numbers:
            shape = tuple.__getitem__(node.shape, slice(None))
            made = Node(_SHAPE, [None, shape], [node], (), np.dtype(object), next_index(), False)
            self._add(made, Call((None,), [node], {}, {}))
            self.numbers[node, "shape"] = made
        return self.numbers[node, "shape"]  # type: ignore[no-any-return]

    def _read(self, operation: Operation, node: Node, extra: tuple[Any, ...], value: int) -> Any:
        raw, sources = (None, *extra), [node, *(None for _ in extra)]
        made = Node(operation, [*raw, value], sources, (), np.dtype(int), next_index(), False)
        self._add(made, Call(raw, sources, {}, {}))
        return traced_number(value, made)

    def note(self, how: str, node: Node, value: Any) -> None:
        """Take note that the program went on with a plain number."""
        note = Note(how, node, value, self._place(sys._getframe(2)))
        if note not in self.notes:
            self.notes.append(note)

    # -- the person's program --------------------------------------------------------------------------------------

    def is_persons(self, frame: FrameType) -> bool:
        """Whether a frame runs the traced program, and not the library."""
        return isinstance(frame.f_globals, LiftedGlobals)

    def _place(self, frame: FrameType | None) -> Place | None:
        for persons in self._persons_frames(frame):
            return Place(persons.f_code.co_filename, persons.f_lineno, persons.f_code.co_name)
        return None

    def _persons_frames(self, frame: FrameType | None) -> Iterator[FrameType]:
        """The frames of the traced program, from the inside out."""
        while frame is not None:
            if isinstance(frame.f_globals, LiftedGlobals):
                yield frame
            frame = frame.f_back

    def look_at_names(self, frame: FrameType | None) -> None:
        """Take note of what the person's variables are bound to now."""
        frames = list(self._persons_frames(frame))
        for depth, persons in enumerate(reversed(frames)):
            self._look_at(persons, depth)

    def _look_at(self, frame: FrameType, depth: int, at_the_end: bool = False) -> None:
        if id(frame) not in self._frames:
            self._frames[id(frame)] = frame
            if depth:  # what a helper calls its arguments is no name for what was computed outside
                code = frame.f_code
                for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
                    node = _node_of(frame.f_locals.get(name))
                    if node is not None:
                        self._seen[id(frame), name] = node
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, (Recorded, TracedNumber)):
                self._bind(frame, name, value, depth, 0)
            elif at_the_end and type(value) is dict:
                for key, entry in list(value.items()):
                    if isinstance(key, str):
                        self._bind(frame, key, entry, depth, 1)
                    elif isinstance(key, int):
                        self._bind(frame, f"{name}_{key}", entry, depth, 2)
            elif at_the_end and type(value) in (list, tuple):
                for position, entry in enumerate(value):
                    self._bind(frame, f"{name}_{position}", entry, depth, 2)
            elif name == "self" and hasattr(value, "__dict__"):
                for key, entry in list(vars(value).items()):
                    self._bind(frame, key, entry, depth, 1)

    def _bind(self, frame: FrameType, name: str, value: Any, depth: int, rank: int) -> None:
        node = _node_of(value)
        if node is None or not name.isidentifier() or name.startswith("_"):
            return
        before = self._seen.get((id(frame), name))
        if before is node:
            return
        if before is not None and self._held.get((id(frame), name)) is value:
            self.changed[node] = before
        self._seen[id(frame), name], self._held[id(frame), name] = node, value
        self.bindings.append(Binding(name, node, depth, rank, len(self.bindings)))

    def profile(self, frame: FrameType, event: str, arg: Any) -> None:
        """When a function of the person's returns, look at its variables for the last time."""
        if event == "return" and isinstance(frame.f_globals, LiftedGlobals):
            depth = sum(1 for _ in self._persons_frames(frame)) - 1
            self._look_at(frame, depth, at_the_end=True)

    def __enter__(self) -> Tracer:
        self._token = tracer.set(self)
        with _lock:
            traces.running += 1
        return self

    def __exit__(self, *exc: object) -> None:
        with _lock:
            traces.running -= 1
        tracer.reset(self._token)
        self._frames.clear()
        self._held.clear()


@dataclass(frozen=True)
class Binding:
    """That a variable of the person's was seen to hold a value.

    Attributes
    ----------
    name, node
        The variable and the value.
    depth
        How many calls away from the traced function it was.
    rank
        0 for a local variable, 1 for an attribute or an entry of a dict, 2 for an item of a list.
    time
        The order of the sightings.
    """

    name: str
    node: Node
    depth: int
    rank: int
    time: int = field(default=0)


def _as_tensor(arg: Any) -> Any:
    """Return a traced number as an array that is traced; so in lists of arrays."""
    if type(arg) in (list, tuple):
        return type(arg)(map(_as_tensor, arg))
    return wrap(np.asarray(plain_number(arg))[()], arg.node) if isinstance(arg, TracedNumber) else arg


def _node_of(value: Any) -> Node | None:
    if isinstance(value, Recorded):
        return value._node
    return value.node if isinstance(value, TracedNumber) else None


def _needs_gradient(sources: Iterable[Any]) -> bool:
    for source in sources:
        if source is None:
            continue
        if _needs_gradient(source) if type(source) is list else source.requires_grad:
            return True
    return False


# -- where lengths come from -------------------------------------------------------------------------------------------


def origin(node: Node, axis: int) -> tuple[Node, int]:
    """Follow an axis back to the value that it has its length from, as far as that holds for every length.

    The rows of ``np.tanh(X @ W + b)`` are those of X.
    """
    end = node, axis
    while (steps := _sources_of_axis(*end)) is not None:
        end = steps[0]
    if not is_as_long_as_found(end[0]):
        return end
    waiting, seen = [(node, axis)], set()  # by another way there may be one whose length the inputs say
    while waiting:
        step = waiting.pop()
        if step in seen:
            continue
        seen.add(step)
        steps = _sources_of_axis(*step)
        if steps is not None:
            waiting += steps[::-1]
        elif not is_as_long_as_found(step[0]):
            return step
    return end


def is_as_long_as_found(node: Node) -> bool:
    """Whether a value has the entries that a mask selected: their number depends on values."""
    if node.operation is None or node.operation.name != "getitem":
        return False
    index = (node.values or [None, None])[1]
    return any(isinstance(part, np.ndarray) and part.dtype == bool for part in _as_tuple(index))


def _as_tuple(index: Any) -> tuple[Any, ...]:
    return index if isinstance(index, tuple) else (index,)


def same_shape(node: Node) -> Node:
    """Follow a value that nobody named back to one that has its shape for the same reason.

    The squares of ``(A - Y) ** 2`` have the shape of A.
    """
    while not node.name and node.operation is not None and node.dtype != object:
        operation = node.operation
        if not (_is_elementwise(operation) or operation.keeps_shape or operation.function is np.take_along_axis):
            break
        alike = [n for n in node.inputs if type(n) is Node and _plain_shape(n) == _plain_shape(node) and n.shape]
        if not alike:
            break
        node = max(alike, key=lambda n: (bool(n.name), n.operation is not None))
    return node


def _sources_of_axis(node: Node, axis: int) -> list[tuple[Node, int]] | None:
    """The axes of a call's operands that an axis of its result is as long as, the one to follow first."""
    operation = node.operation
    if operation is not None and axis >= 0 and _is_elementwise(operation):
        shape = _plain_shape(node)
        places = [
            (entry, axis - len(shape) + len(entry.shape))
            for entry in node.inputs
            if type(entry) is Node and entry.dtype != object
        ]
        return [(n, place) for n, place in places if place >= 0 and _plain_shape(n)[place] == shape[axis]] or None
    step = _source_of_axis(node, axis)
    return None if step is None else [step]


def _is_elementwise(operation: Operation) -> bool:
    function = operation.function
    is_product = function is np.matmul or function is np.dot
    return operation.is_elementwise or (isinstance(function, np.ufunc) and not is_product)


def _source_of_axis(node: Node, axis: int) -> tuple[Node, int] | None:
    operation = node.operation
    if operation is None or not node.inputs or axis < 0:
        return None
    function, shape = operation.function, _plain_shape(node)
    values = node.values or []
    first = node.inputs[0]
    if function is np.matmul or function is np.dot:
        x1, x2 = node.inputs[:2]
        if type(x1) is not Node or type(x2) is not Node or len(x1.shape) < 2 or len(x2.shape) != 2:
            return None
        return (x2, 1) if axis == len(shape) - 1 else (x1, axis)
    if type(first) is not Node or first.dtype == object:
        return None
    before = _plain_shape(first)
    if function is np.transpose:
        axes = values[1]
        return first, (len(shape) - 1 - axis if axes is None else int(axes[axis]) % len(shape))
    if function is np.matrix_transpose:
        return first, {len(shape) - 1: len(shape) - 2, len(shape) - 2: len(shape) - 1}.get(axis, axis)
    if operation.reduces:
        bound = dict(zip(operation.parameters, values, strict=False))
        reduced = bound.get("axis")
        if reduced is None or not before:
            return None
        axes = {a % len(before) for a in (reduced if isinstance(reduced, tuple) else (reduced,))}
        kept = [a for a in range(len(before)) if bound.get("keepdims") or a not in axes]
        return None if kept[axis] in axes else (first, kept[axis])
    if operation.rows_from is not None and axis == 0 and type(node.inputs[operation.rows_from]) is Node:
        return node.inputs[operation.rows_from], 0
    if operation.name == "getitem":
        index = node.inputs[1]
        if type(index) is list and all(type(n) is Node and len(n.shape) == 1 for n in index):
            return index[-1], 0  # fancy indices, one entry for each
        return _source_of_part(first, values[1], axis)
    if before == shape and (operation.keeps_shape or operation.constant):
        return first, axis
    return None


def _source_of_part(x: Node, index: Any, axis: int) -> tuple[Node, int] | None:
    """The same for ``x[index]``, if the index consists of integers and whole slices."""
    parts = _as_tuple(index)
    if not all(part is None or isinstance(part, (slice, int, np.integer)) for part in parts):
        return None
    position, taken = 0, 0
    for part in [*parts, *(slice(None),) * len(x.shape)]:
        if part is None:
            if position == axis:
                return None
            position += 1
        elif isinstance(part, slice):
            if position == axis:
                return (x, taken) if part == slice(None) and taken < len(x.shape) else None
            position, taken = position + 1, taken + 1
        else:
            taken += 1
    return None


def _plain_shape(node: Node) -> tuple[int, ...]:
    return tuple.__getitem__(node.shape, slice(None))


# -- names -------------------------------------------------------------------------------------------------------------

#: Calls that a person does not give a name of its own when the same variable is bound again: ``Z = Z + b``.
_ADDED_TO = (np.add, np.subtract, np.negative, np.reshape, np.transpose)


def give_names(trace: Trace, bindings: Iterable[Binding], returned: dict[str, Node]) -> None:
    """Name every value as the person did: what the function returns by name, its parameters, its variables."""
    best: dict[Node, Binding] = {}
    for node in trace.nodes:
        if node.operation is None and node.name:
            best[node] = Binding(node.name, node, -1, 0)
    for name, node in returned.items():
        if node not in best and name.isidentifier():
            best[node] = Binding(name, node, -1, 0)
    for binding in bindings:
        known = best.get(binding.node)
        if known is None or _priority(binding) < _priority(known):
            best[binding.node] = binding
    users: dict[Node, list[Node]] = {}
    for node in trace.nodes:
        for parent in node.parents():
            users.setdefault(parent, []).append(node)
    by_name: dict[str, list[Node]] = {}
    for node in trace.nodes:
        if node in best:
            by_name.setdefault(best[node].name, []).append(node)
    bound: dict[str, list[Node]] = {}
    for binding in bindings:
        bound.setdefault(binding.name, []).append(binding.node)
    taken = set(by_name)
    given = {argument.node for argument in trace.arguments}
    for name, nodes in by_name.items():
        following = dict(itertools.pairwise(nodes)) | dict(itertools.pairwise(bound.get(name, ())))
        kept = [
            node
            for node in nodes
            if node not in following or node.operation is None or not _is_continued(node, following[node], users)
        ]
        for node in set(nodes) - set(kept):
            node.annotate().name = None
        if len(kept) < 2:  # none, if the last has another variable's name
            for node in kept:
                node.annotate().name = name
            continue
        start = 0 if kept[0].operation is None or not any(kept[0].parents()) else 1
        if [node.is_leaf for node in kept].count(True) == 1 and kept[0] in given:  # an argument keeps its own name
            kept[0].annotate().name = name
            kept, start = kept[1:], 1
        for number, node in enumerate(kept, start):
            numbered = f"{name}{number}" if not name[-1].isdigit() else f"{name}_{number}"
            while numbered in taken:
                numbered += "_"
            taken.add(numbered)
            node.annotate().name = numbered


def _priority(binding: Binding) -> tuple[bool, int, int, int]:
    """A variable's name goes before that of an item of a list, wherever it is; then the outermost, then the first."""
    return binding.rank == 2, binding.depth, binding.rank, binding.time


def _is_continued(node: Node, later: Node, users: dict[Node, list[Node]]) -> bool:
    """Whether a variable was only bound again to the value with something added: then the value needs no name."""
    if later.operation is None:
        return False
    others = users.get(node, [])
    if later.operation in _IN_PLACE:  # an entry that was written and is read again is no use of the whole
        others = [u for u in others if u.operation is not _GETITEM or u.name or entry((u.values or "  ")[1]) is None]
    if others != [later]:
        return False
    return later.operation.function in _ADDED_TO or later.operation in _IN_PLACE


# -- the public function -----------------------------------------------------------------------------------------------


def trace(f: Callable[..., Any], *args: Any) -> Trace:
    """Run a function once and return the graph of the NumPy calls that it made, with the person's own names.

    The function runs lifted (see `lift`), so plain NumPy code can be traced as it stands. Every call is recorded, masks
    and comparisons included, with all values. A value is named after the local variable that held it; an entry of an
    argument after its key (``p["W1"]`` becomes ``W1``); where the function returns a pair of a result and a dict of
    intermediates, the keys of that dict come first.

    Parameters
    ----------
    f
        Takes arrays, or nested containers of them, and returns an array, a number, or a container of them.
    *args
        Its arguments. Numbers among arrays count as constants, numbers alone as variables.

    Returns
    -------
    Trace
        A `Graph`: its ``nodes`` in order, ``names``, ``value(node)``.

    Raises
    ------
    UnsupportedCallError
        The function returned nothing that depends on a recorded call.
    MissingRuleError, LiftingError
        See `lift`.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> X = np.ones((4, 3))
    >>> def layer(p):
    ...     Z = X.dot(p["W"]) + p["b"]
    ...     A = np.tanh(Z)
    ...     return A.sum()
    >>> graph = ag.trace(layer, {"W": np.ones((3, 2)), "b": np.zeros(2)})
    >>> list(graph.names)
    ['W', 'b', 'X', 'Z', 'A']
    """
    parameters = _parameters(f, len(args))
    with Tracer() as tracing:
        arguments: list[Argument] = []
        traced = tuple(
            _traced_argument(tracing, path, value, arguments, not _has_arrays(args))
            for path, value in zip(parameters, args, strict=True)
        )
        is_free = sys.getprofile() is None  # a profiler of the person's goes first: it can not be put back
        if is_free:
            sys.setprofile(tracing.profile)
        try:
            result, _ = lifted_call(f, traced, {})
        finally:
            if is_free:
                sys.setprofile(None)
    returned: dict[str, Node] = {}
    outputs: list[Node] = []
    for path, leaf in leaves_of(result):
        node = leaf._node if isinstance(leaf, Recorded) else leaf.node if isinstance(leaf, TracedNumber) else None
        if node is None:
            continue
        if node.values is None:
            tracing.adopt(leaf)
        outputs.append(node)
        key = path.removeprefix("[1]") if isinstance(result, tuple) else path
        if key.startswith("['") and key.endswith("']") and key.count("[") == 1:
            returned[key[2:-2]] = node
    if not outputs:
        raise UnsupportedCallError(
            f"{_name_of(f)} returned {type(result).__name__}, in which there is no array to trace; return the loss, or "
            f"a pair of the loss and a dict of intermediates"
        )
    record = Trace(f, parameters, outputs, tracing.notes)
    record.result = result
    record.returned = returned
    record.calls, record.places = tracing.calls, tracing.places
    record.stopped = tracing.stopped
    record.arguments = arguments
    given = {argument.node for argument in arguments}
    record.captured = [Argument("", n, record.value(n)) for n in record.nodes if n.operation is None and n not in given]
    give_names(record, tracing.bindings, returned)
    taken, unnamed = set(record.names), (f"C{i}" for i in count(1))
    for argument in record.captured:
        if not argument.node.name:  # an array that the function made of plain numbers
            argument.node.annotate().name = next(name for name in unnamed if name not in taken)
    return record


def refuse_complex_result(graph: Trace) -> None:
    """Raise an error if a traced function returned a complex number, which has no gradient."""
    if graph.outputs[0].dtype.kind == "c":
        raise NotScalarError(
            f"{_name_of(graph.function)} returned a complex result, and only a real one has a gradient; take its real "
            f"part, or np.abs of it"
        )


def _traced_argument(tracing: Tracer, path: str, tree: Any, arguments: list[Argument], numbers_vary: bool) -> Any:
    """Return an argument with traced values in place of the arrays and numbers in it."""
    leaves: list[Any] = []
    for inner, value in leaves_of(tree):
        is_tensor = isinstance(value, Recorded)
        if is_tensor and value._array.dtype.kind in "biufc":
            data: Any = np.array(value._array)
        elif isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
            data = np.array(value) if isinstance(value, np.ndarray) else value
        elif numbers_vary and isinstance(value, (float, complex)):
            data = np.float64(value) if isinstance(value, float) else np.complex128(value)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            node = Node(None, [value], [], (), np.dtype(type(value)), next_index(), False)
            node.annotate().name = short_name(path + inner)
            arguments.append(Argument(path + inner, node, value))
            leaves.append(traced_number(value, node))
            continue
        else:
            leaves.append(value)
            continue
        tensor = tracing.leaf(data, short_name(path + inner), requires_grad=data.dtype.kind in "fc")
        arguments.append(Argument(path + inner, tensor._leaf(), data))
        leaves.append(tensor)
    return rebuild(tree, leaves)


def _has_arrays(args: tuple[Any, ...]) -> bool:
    return any(isinstance(leaf, (np.ndarray, np.generic, Recorded)) for _, leaf in leaves_of(args))


def _parameters(f: Callable[..., Any], count: int) -> list[str]:
    """Return the names of the first parameters of a function; ``args_0``, ... where it does not say."""
    names: list[str] = []
    try:
        for parameter in inspect.signature(f).parameters.values():
            if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                names.append(parameter.name)
            elif parameter.kind is parameter.VAR_POSITIONAL:
                names += [f"{parameter.name}_{i}" for i in range(count - len(names))]
    except (TypeError, ValueError):
        pass
    return [*names, *(f"x{i}" for i in range(len(names), count))][:count]


def _name_of(f: Callable[..., Any]) -> str:
    return getattr(f, "__name__", type(f).__name__)
