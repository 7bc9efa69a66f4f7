"""The traced graph as a program of single steps, forward and backward: what the readers of expressions start from.

Every value of the graph has a statement, every value that a gradient flows through an adjoint: the sum of
contributions, one for each path on which the value reaches the loss. A contribution is the rule of the consuming call
with the upstream cotangent left free under its name, and with the sums that undo broadcasting as visible places.
Nothing is tidied here.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograd_lite.backward import cast, fit
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Place, Term, total
from autograd_lite.graph import Node
from autograd_lite.indexed import Erased, Indexed
from autograd_lite.registry import Operation
from autograd_lite.tensor import dense
from autograd_lite.tensor.numbers import TracedShape, count_of, length_of, shape_of, traced_number
from autograd_lite.tensor.operators import SYMBOLS
from autograd_lite.tensor.recording import Recorded, wrap
from autograd_lite.tracing import Call as TracedCall
from autograd_lite.tracing import Note, Trace, Tracer, origin
from autograd_lite.tracing import Place as LineOfCode

#: What is read off an array's shape; it stands in the expression that uses it.
SIZES = (length_of, count_of, shape_of)


@dataclass
class Statement:
    """One step of the forward pass: ``name = term``.

    Attributes
    ----------
    name
        The value; `is_named` says whether the person gave the name.
    term
        A single call.
    node
        Its node in the graph.
    """

    name: Name
    term: Term
    node: Node
    is_named: bool


@dataclass(frozen=True)
class Contribution:
    """What one use of a value adds to its cotangent.

    Attributes
    ----------
    term
        The rule of the use, in which the cotangent of the use's result is free under its own name.
    consumer, argument
        The call that uses the value, and as which argument.
    inserted
        The places in `term` of the sums, shapes and types that the engine added to what the rule returned.
    """

    term: Term
    consumer: Node
    argument: str
    inserted: tuple[Place, ...] = ()


@dataclass
class Adjoint:
    """The cotangent of a value: dL/d(value), as the sum of its contributions."""

    name: Name
    node: Node
    contributions: list[Contribution] = field(default_factory=list)

    @property
    def term(self) -> Term:
        """The sum of the contributions; 1 for the loss itself."""
        if not self.contributions:
            return Constant(1.0)
        terms = [c.term for c in self.contributions]
        return terms[0] if len(terms) == 1 else Call(total, tuple(terms), (), self.name.shape)


class Program:
    """A traced function as statements and adjoints.

    Parameters
    ----------
    record
        The trace.
    wrt
        The leaves whose gradients are wanted; ``None`` for every floating-point leaf, data included.
    rewrite
        Replaces calls on the way: takes a node whose inputs are in place, and returns it or another.
    guards
        Keep the values that the run's control flow depended on.
    reserved
        Names that no value may have, except for a parameter; those that have get an underscore.

    Attributes
    ----------
    nodes
        The values, in order.
    statements
        For each value that a call made its statement.
    adjoints
        For each value that a gradient flows through its adjoint, from the loss to the leaves.
    values
        What every name was in the traced run, cotangents included.
    """

    def __init__(
        self,
        record: Trace,
        wrt: Iterable[Node] | None = None,
        rewrite: Callable[[Program, Node], Node] | None = None,
        guards: bool = False,
        reserved: Container[str] = frozenset(),
    ) -> None:
        self.record = record
        self.calls: dict[Node, TracedCall] = {}
        self.places: dict[Node, LineOfCode] = {}
        self.copies: dict[Node, Node] = {}
        self._terms: dict[Node, Term] = {}
        self._numbers: dict[tuple[Node, Any], Any] = {}
        self._rewrite = rewrite
        self.passed: set[Node] = set()  # values that a rewritten call no longer reads: their cotangents differ
        self._wrt = None if wrt is None else set(wrt)
        self.nodes = [self._copy(node) for node in record.nodes]
        self.guards = [(note, self.copies[note.node]) for note in record.notes] if guards else []
        self.nodes = self._used()
        self.output = self.copies[record.outputs[0]]
        self.values: dict[str, Any] = {}
        self.names = self._name_all(reserved)
        self.statements = {node: self._statement(node) for node in self.nodes if self._has_statement(node)}
        self.adjoints: dict[Node, Adjoint] = {}
        self.notes_of_rules: list[Note] = []
        self._differentiate()

    # -- the forward pass ------------------------------------------------------------------------------------------

    def _copy(self, old: Node) -> Node:
        """Copy a node, with the copies of its inputs, so that the record stays as it is."""
        copies = self.copies
        inputs = [_mapped(entry, copies) for entry in old.inputs]
        values = None if old.values is None else list(old.values)
        new = Node(old.operation, values, inputs, old.shape, old.dtype, old.index, False)
        if isinstance(old.shape, TracedShape):
            new.shape = TracedShape(tuple.__getitem__(old.shape, slice(None)))
            new.shape.node = new
        if old.name:
            new.annotate().name = old.name
        if old.operation is None:
            is_float = old.dtype != object and old.dtype.kind in "fc" and isinstance(old.shape, TracedShape)
            new.requires_grad = is_float and (self._wrt is None or old in self._wrt)
        else:
            made = self.record.calls[old]
            self.calls[new] = TracedCall(
                made.args, _mapped(made.sources, copies), made.kwargs,
                {key: _mapped(source, copies) for key, source in made.keywords.items()},
            )  # fmt: skip
            self.require(new, old not in self.record.stopped)
        if old in self.record.places:
            self.places[new] = self.record.places[old]
        if self._rewrite is not None and new.operation is not None:
            replaced = self._rewrite(self, new)
            if replaced is not new:
                if new in self.places:
                    self.places[replaced] = self.places[new]
                new = replaced
        copies[old] = new
        return new

    def require(self, node: Node, is_differentiable: bool = True) -> None:
        """Work out through which arguments of a call a gradient flows."""
        operation = node.operation
        assert operation is not None
        if not operation.rules or node.dtype == object or node.dtype.kind not in "fc" or not is_differentiable:
            return
        pulls = operation.pulls
        node.pulls = tuple(
            (position, pulls[position])
            for position, (name, entry) in enumerate(zip(operation.parameters, node.inputs, strict=False))
            if name in operation.rules and any(n.requires_grad for n in _flat(entry))
        )
        node.requires_grad = bool(node.pulls)

    def _used(self) -> list[Node]:
        """Leave out what the outputs no longer depend on after rewriting."""
        stack = [*(self.copies[node] for node in self.record.outputs), *(node for _, node in self.guards)]
        seen = set(stack)
        while stack:
            for parent in _parents(stack.pop()):
                if parent not in seen:
                    seen.add(parent)
                    stack.append(parent)
        return sorted(seen, key=lambda node: node.index)

    def _name_all(self, reserved: Container[str]) -> dict[Node, Name]:
        taken = {node.name for node in self.nodes if node.name}
        parameters = {
            self.copies[a.node] for a in self.record.arguments if a.path == a.node.name and a.node in self.copies
        }
        names: dict[Node, Name] = {}
        count = 0
        for node in self.nodes:
            name = node.name
            if not name:
                count += 1
                while f"t{count}" in taken:
                    count += 1
                name = f"t{count}"
            elif name in reserved and node not in parameters:
                while name in reserved or name in taken:
                    name += "_"
                taken.add(name)
            assert node.values is not None or node.operation is not None
            shape = None if node.dtype == object else _plain(node.shape)
            names[node] = Name(name, shape, node.dtype, partial(self.length, node))
            self.values[name] = node.values[-1] if node.values else None
        return names

    def is_size(self, node: Node) -> bool:
        """Whether a node is a number read off a shape, or computed from such, that nobody named."""
        if node.operation is None or node.name or not node.values:
            return False
        return node.operation.function is shape_of or type(node.values[-1]) in (int, float)

    def _has_statement(self, node: Node) -> bool:
        return node.operation is not None and not self.is_size(node)

    def _statement(self, node: Node) -> Statement:
        return Statement(self.names[node], self.term_of_call(node), node, bool(node.name))

    def term_of(self, node: Node) -> Term:
        """Return what stands for a value in an expression: its name, or the call that reads a size."""
        if node in self.names and not self.is_size(node):
            return self.names[node]
        if node.operation is None and node not in self._terms:  # what only a decision reads
            return Name(node.name or "x", _plain(node.shape), node.dtype)
        if node not in self._terms:
            self._terms[node] = self.term_of_call(node)
        return self._terms[node]

    def term_of_call(self, node: Node) -> Call:
        """Return the call of a node as a person writes it: what is at its default is left out."""
        operation = node.operation
        assert operation is not None
        made = self.calls.get(node)
        shape = None if node.dtype == object else _plain(node.shape)
        args, keywords = _as_written(operation, node, made)
        terms = [self.operand(value, source) for value, source in args]
        is_numpys = node.values is not None and isinstance(node.values[-1], (np.ndarray, np.generic))
        if operation.function in SYMBOLS and is_numpys and all(map(_is_pythons_number, args)):
            # what Python's own 1.0 + 0.5 gives could not be indexed, as what np.add(1.0, 0.5) gives can
            if all(isinstance(term, Constant) for term in terms):
                terms = [Constant(np.array(value)[()]) for value, _ in args]
            else:
                terms[0] = Call(np.asarray, (terms[0],), (), ())
        return Call(
            operation,
            tuple(terms),
            tuple((name, self.operand(value, source)) for name, value, source in keywords),
            shape,
        )

    def operand(self, value: Any, source: Any) -> Term:
        """Return an argument of a call as a term."""
        if source is None:
            if type(value) in (tuple, list):
                return Group(type(value), tuple(self.operand(v, None) for v in value))
            if type(value) is slice:
                return Group(slice, tuple(Constant(v) for v in (value.start, value.stop, value.step)))
            return Constant(value)
        if type(source) is list:
            items = (value.start, value.stop, value.step) if type(value) is slice else value
            return Group(type(value), tuple(self.operand(v, s) for v, s in zip(items, source, strict=True)))
        return self.term_of(source)

    # -- the backward pass -----------------------------------------------------------------------------------------

    def _differentiate(self) -> None:
        """Find the adjoint of every value, from the loss to the leaves, each rule run once on traced values."""
        if not self.output.requires_grad:
            return
        taken = {name.name for name in self.names.values()}
        cotangents: dict[Node, Any] = {}
        with np.errstate(all="ignore"), Tracer() as tracing:
            tracing.know(self.nodes)
            tracing.calls = self.calls
            self._numbers = tracing.numbers
            for node in reversed(self.nodes):
                if node is self.output:
                    cotangents[node] = np.ones(_plain(node.shape), node.dtype)
                    self.adjoints[node] = Adjoint(self._cotangent_name(node, taken), node)
                if node not in cotangents or not node.requires_grad:
                    continue
                self.values[self.adjoints[node].name.name] = cotangents[node]
                if node.operation is None:
                    continue
                upstream = tracing.leaf(cotangents[node], None, False)
                upstream._leaf().shape = node.shape  # as long as the value, whose lengths are known before
                self._terms[upstream._leaf()] = self.adjoints[node].name
                values = _traced_values(node)
                for position, pull in node.pulls:
                    entry = node.inputs[position]
                    argument = node.operation.parameters[position]
                    parts = pull(node, upstream, values)
                    for parent, c in zip(entry, parts, strict=True) if type(entry) is list else [(entry, parts)]:
                        if parent is None or not parent.requires_grad or c is None:
                            continue
                        contribution, value = self._contribution(tracing, node, parent, argument, c)
                        if parent not in self.adjoints:
                            self.adjoints[parent] = Adjoint(self._cotangent_name(parent, taken), parent)
                            cotangents[parent] = value
                        else:
                            cotangents[parent] = cotangents[parent] + value
                        self.adjoints[parent].contributions.append(contribution)
            self.notes_of_rules = list(tracing.notes)
        self.adjoints = {node: self.adjoints[node] for node in reversed(self.nodes) if node in self.adjoints}

    def _contribution(
        self, tracing: Tracer, node: Node, parent: Node, argument: str, c: Any
    ) -> tuple[Contribution, Any]:
        if isinstance(c, (Indexed, Erased)):
            c = dense(c, parent.shape)
        if not isinstance(c, Recorded):
            c = tracing.leaf(np.asarray(c), None, False)
            self._terms[c._leaf()] = Constant(c._array)
        returned = c.node
        if c.shape != _plain(parent.shape):
            c = fit(c, node, parent)
        if c.dtype != parent.dtype:
            c = cast(c, parent.dtype)
        term = self.term_of(c.node)
        inserted: list[Place] = []
        place: Place = ()
        fitted = c.node
        while fitted is not returned and fitted.inputs and type(fitted.inputs[0]) is Node:
            inserted.append(place)
            place = (*place, 0)
            fitted = fitted.inputs[0]
        return Contribution(term, node, argument, tuple(inserted)), c._array

    def _cotangent_name(self, node: Node, taken: set[str]) -> Name:
        name = f"d{self.names[node].name}"
        while name in taken:
            name += "_"
        taken.add(name)
        return Name(name, _plain(node.shape), node.dtype, partial(self.length, node))

    def length(self, node: Node, axis: int) -> Term | None:
        """Return the number in the program that says how long an axis of a value is, if there is one."""
        number = self._numbers.get(origin(node, axis))
        return None if number is None else self.term_of(number.node)

    # -- running it ------------------------------------------------------------------------------------------------

    def run(self, leaves: Mapping[str, Any], rng: np.random.Generator | None = None) -> dict[str, Any]:
        """Return the values of all names, cotangents included, at other values of the leaves.

        With `rng` every value is rounded otherwise, at random: what then changes is what rounding alone decides.
        """
        env = dict(leaves)
        for node in self.nodes:
            if node in self.statements:
                value = self.statements[node].term.evaluate(env)
                env[self.names[node].name] = value if rng is None else _rounded_otherwise(value, rng)
        for node in reversed(self.nodes):
            adjoint = self.adjoints.get(node)
            if adjoint is not None:
                value = adjoint.term.evaluate(env)
                value = value if rng is None else _rounded_otherwise(value, rng)
                env[adjoint.name.name] = np.ones_like(env[self.names[node].name]) if node is self.output else value
        return env

    def leaf_values(self) -> dict[str, Any]:
        """Return the values of the leaves in the traced run, by name."""
        return {self.names[n].name: n.values[-1] for n in self.nodes if n.operation is None and n.values}


def _rounded_otherwise(value: Any, rng: np.random.Generator) -> Any:
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "fc":
        return value
    array: Any = value
    return array * (1 + np.finfo(value.dtype).eps * rng.uniform(-1, 1, np.shape(value)).astype(value.real.dtype))


# -- calls as they are written -----------------------------------------------------------------------------------------

Written = tuple[list[tuple[Any, Any]], list[tuple[str, Any, Any]]]


#: Arguments that NumPy wants all of, if it is given one.
_TOGETHER: dict[Callable[..., Any], tuple[str, ...]] = {np.clip: ("a_min", "a_max")}


def _is_pythons_number(arg: tuple[Any, Any]) -> bool:
    value, source = arg
    if type(source) is Node and source.values:
        value = source.values[-1]
    return type(value) in (int, float)


def _as_written(operation: Operation, node: Node, made: TracedCall | None) -> Written:
    """Return positional and keyword arguments, each with its source, without those that are at their default."""
    if made is not None and (not operation.rules or node.values is None):
        args = list(zip(made.args, made.sources, strict=True))
        keywords = [(name, value, made.keywords[name]) for name, value in made.kwargs.items()]
        if operation.has_signature:
            defaults = dict(zip(operation.parameters, operation.defaults, strict=True))
            keywords = [
                (n, v, s) for n, v, s in keywords if s is not None or n not in defaults or not _same(v, defaults[n])
            ]
            if not keywords and operation.variadic is None:
                while (
                    len(args) > operation.required
                    and args[-1][1] is None
                    and _same(args[-1][0], operation.defaults[len(args) - 1])
                ):
                    args.pop()
        elif operation.constant and not isinstance(operation.function, np.ufunc):
            keywords = [(n, v, s) for n, v, s in keywords if not (s is None and (v is None or v is False))]
            while len(args) > 1 and args[-1][0] is None and args[-1][1] is None:
                args.pop()
        return args, keywords
    assert node.values is not None
    values, sources = node.values[:-1], node.inputs
    if operation.caches:
        values, sources = values[:-1], sources[:-1]
    args, keywords = [], []
    is_positional = True
    bound = dict(zip(operation.parameters, values, strict=False))
    together = _TOGETHER.get(operation.function, ())
    if all(bound[name] is None for name in together):
        together = ()
    for position, (name, value, source) in enumerate(zip(operation.parameters, values, sources, strict=False)):
        if position == operation.variadic:
            items = source if type(source) is list else [None] * len(value)
            args += list(zip(value, items, strict=True))
            is_positional = False
            continue
        is_required = position < operation.required or name in together
        if not is_required and source is None and _same(value, operation.defaults[position]):
            is_positional = False
        elif is_positional and (is_required or name in operation.rules or name in ("shape", "axes")):
            args.append((value, source))
        else:
            is_positional = False
            keywords.append((name, value, source))
    return args, keywords


def _same(value: Any, default: Any) -> bool:
    if value is default or (value is False and default is None):
        return True
    return type(value) is type(default) and isinstance(value, (int, float, str, tuple)) and value == default


def _traced_values(node: Node) -> list[Any]:
    """Return the arguments and the answer of a call as traced values, for a rule to run on."""
    assert node.values is not None
    assert node.operation is not None
    values = [_traced(value, source) for value, source in zip(node.values[:-1], node.inputs, strict=True)]
    if node.operation.caches:
        values[-1] = node.operation.function(*values[:-1])[1]
    return [*values, wrap(node.values[-1], node)]


def _traced(value: Any, source: Any) -> Any:
    if source is None:
        return value
    if type(source) is list:
        items = (value.start, value.stop, value.step) if type(value) is slice else value
        made = [_traced(v, s) for v, s in zip(items, source, strict=True)]
        return slice(*made) if type(value) is slice else type(value)(made)
    if source.operation is not None and source.operation.function is shape_of:
        return source.inputs[0].shape
    if type(value) in (int, float):
        return traced_number(value, source)
    return wrap(value, source)


def _mapped(entry: Any, copies: Mapping[Node, Node]) -> Any:
    if entry is None:
        return None
    return [_mapped(part, copies) for part in entry] if type(entry) is list else copies[entry]


def _flat(entry: Any) -> Iterator[Node]:
    if type(entry) is list:
        for part in entry:
            yield from _flat(part)
    elif entry is not None:
        yield entry


def _parents(node: Node) -> Iterator[Node]:
    for entry in node.inputs:
        yield from _flat(entry)


def _plain(shape: Any) -> tuple[int, ...]:
    return tuple.__getitem__(shape, slice(None))
