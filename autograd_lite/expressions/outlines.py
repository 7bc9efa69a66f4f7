"""A program as a person would write it: named lines, forward and backward, tidied and checked against the graph.

Every value that the person named is a line, and so is its gradient. What nobody named stays inside a longer expression,
unless it is needed more than once and is more than a glance long; then it gets a short name.
"""

from __future__ import annotations

import keyword
import operator
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

import numpy as np

from autograd_lite.errors import DerivationError
from autograd_lite.expressions.algebra import Tidier, is_boolean
from autograd_lite.expressions.idioms import HELPERS, WRITTEN, recognise
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.programs import Adjoint, Contribution, Program
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Place, Term, call, is_call, total, weight
from autograd_lite.graph import Node
from autograd_lite.indexed import accumulate, are_apart, entry, overwrite, put_at
from autograd_lite.tensor.numbers import count_of, length_of, shape_of
from autograd_lite.tracing import Note, Trace

#: Calls that are written as statements of their own: ``out[i] = v``, ``dX[i] += g``, ``dW += g``.
_INTO_ENTRIES = (put_at, overwrite, accumulate)
STATEMENTS = (*_INTO_ENTRIES, total)

#: What is asserted of a slice or a mask that had one entry left.
ONE_ENTRY = "one entry"

#: Stands in a key between the name of a line and the number of one of its parts.
_PART = "\0"

#: So many writes into entries may follow one another in one line.
MOST_WRITES = 100

#: A gradient with more contributions than this is added up in lines of their own.
MOST_SUMMANDS = 6

#: An unnamed value with more calls than this has a line of its own if a gradient reads its shape again and again.
LONGEST_READ_FOR_ITS_SHAPE = 3

#: An expression with more calls than this is broken, so that lines stay readable.
LONGEST = 12


@dataclass
class Line:
    """One line of a derivation: ``name = term``.

    Attributes
    ----------
    name, term
        The left and the right side.
    shape
        Of the value.
    node
        The value in the graph; of a backward line the value whose gradient it is.
    is_backward
        Whether it belongs to the backward pass.
    label
        What the line is known as (``mean squared error``), or nothing.
    why
        For each contribution to a gradient the rule, in words.
    """

    name: str
    term: Term
    shape: tuple[int, ...] | None
    node: Node
    is_backward: bool
    label: str = ""
    why: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The line as NumPy code; writing into entries takes several statements."""
        return "\n".join(statements(self.name, self.term))

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return the value of the right side, given the values of the names in it."""
        return self.term.evaluate(env)

    def places(self) -> list[tuple[Place, Term]]:
        """Return every part of the right side that can be replaced, with its place."""
        return list(self.term.walk())

    def replaced(self, place: Place, part: Term) -> Line:
        """Return the line with another part at a place."""
        new = self.term.replaced(place, part)
        return Line(self.name, new, self.shape, self.node, self.is_backward, self.label, self.why)

    def __str__(self) -> str:
        return self.text


def statements(name: str, term: Term) -> Iterator[str]:
    """Yield the statements of ``name = term``: one, and one more for each write into entries."""
    base, writes = _split(term)
    if base is None:
        first = writes[0]
        assert isinstance(first, Call)
        shape = first.args[2]
        is_like = is_call(shape, shape_of) and not _is_of_other_type(shape.parts[0])
        yield f"{name} = np.zeros_like({text(shape.parts[0])})" if is_like else f"{name} = np.zeros({text(shape)})"
    else:
        yield f"{name} = {_copied(base, writes) if writes else text(base)}"
    for write in writes:
        if not is_call(write, *_INTO_ENTRIES):
            sign, value = _sign_of(write)
            yield f"{name} {sign}= {text(value)}"
            continue
        assert isinstance(write, Call)
        function, args = write.operation.function, write.args
        if function is overwrite:
            yield f"{name}[{_index(args[1])}] = {text(args[2])}"
        else:
            index, value = (args[1], args[0]) if function is put_at else (args[1], args[2])
            if _names_once(index):
                sign, value = _sign_of(value)
                yield f"{name}[{_index(index)}] {sign}= {text(value)}"
            else:
                yield f"np.add.at({name}, {_index_as_argument(index)}, {text(value)})"


def _is_of_other_type(x: Term) -> bool:
    """Whether an array is known to hold truth values or integers, so that zeros like it can hold no gradient."""
    dtype = x.dtype if isinstance(x, Name) else None
    return is_boolean(x) or (dtype is not None and dtype.kind not in "fc")


def _split(term: Term) -> tuple[Term | None, list[Term]]:
    """Take a term apart into what it starts from and the writes into it, in order."""
    if is_call(term, overwrite, accumulate):
        assert isinstance(term, Call)
        base, writes = _split(term.args[0])
        return base, [*writes, term]
    if is_call(term, put_at):
        return None, [term]
    if is_call(term, total):
        started = [part for part in term.parts if is_call(part, overwrite, accumulate)]  # each starts from an array
        if len(started) > 1:
            return term, []
        parts = list(term.parts)
        first = parts.pop(parts.index(started[0]) if started else 0)  # once: the same part may come again
        base, writes = _split(first)
        return _of_full_shape(base, [*writes, *parts], term)
    if is_call(term, np.add, np.subtract) and isinstance(term, Call):
        left, right = term.args
        if is_call(left, put_at) and is_call(right, overwrite, accumulate) and term.operation.function is np.add:
            left, right = right, left
        base, writes = _split(left)
        if is_call(right, put_at) and term.operation.function is np.add:
            return _of_full_shape(base, [*writes, right], term)
        if is_call(left, put_at) and not any(is_call(p, *STATEMENTS) for _, p in right.walk()):
            if term.operation.function is np.add:
                return _of_full_shape(right, [left], term)
            return _of_full_shape(call(np.negative, right), [left], term)
        if is_call(right, put_at) and isinstance(right, Call):
            negated = Call(right.operation, (call(np.negative, right.args[0]), *right.args[1:]), (), right.shape)
            return _of_full_shape(base, [*writes, negated], term)
        if any(is_call(p, overwrite, accumulate, total) for _, p in right.walk()):
            return term, []
        if any(is_call(write, overwrite) for write in writes):  # added to what is there then
            return base, [*writes, right if term.operation.function is np.add else call(np.negative, right)]
        if writes and term.operation.function is np.add and not any(is_call(p, *STATEMENTS) for _, p in right.walk()):
            return _of_full_shape(right if base is None else call(np.add, base, right), writes, term)
        return term, []
    return term, []


def _of_full_shape(base: Term | None, writes: list[Term], whole: Term) -> tuple[Term | None, list[Term]]:
    """Start from zeros where what a sum starts from is broadcast: it is added then."""
    is_whole = base is None or (base.shape is not None and base.shape == whole.shape)
    if is_whole or base is None or any(is_call(w, overwrite, accumulate) for w in writes):
        return base, writes
    first = next((write for write in writes if is_call(write, put_at)), None)
    return (
        (base, writes) if first is None else (None, [first, base, *(write for write in writes if write is not first)])
    )


def _with_ones_written(term: Term, dtype: Any) -> Term:
    """Write np.ones_like(x), np.full_like(x, 2), np.ones(shape) for a number that is broadcast."""
    replacements: dict[Term, Term] = {}
    for _, part in term.walk():
        if not is_call(part, np.broadcast_to) or not isinstance(part, Call):
            continue
        number, shape = part.args
        if number.shape != () or not (isinstance(number, Constant) or weight(number)):
            continue
        is_one = number == Constant(1)
        x = shape.parts[0] if is_call(shape, shape_of) else None
        if isinstance(x, Name) and x.dtype is not None and x.dtype == dtype:
            made = (
                Call(np.ones_like, (x,), (), part.shape) if is_one else Call(np.full_like, (x, number), (), part.shape)
            )
        else:
            keywords = () if np.dtype(dtype) == np.dtype(float) else (("dtype", Constant(dtype)),)
            arguments = (shape,) if is_one else (shape, number)
            made = Call(np.ones if is_one else np.full, arguments, keywords, part.shape)
        replacements[part] = made
    return term.substituted(replacements) if replacements else term


def _misplaced(term: Term) -> Call | None:
    """Return a part that is written as statements but stands where an expression must, if there is one."""
    base, writes = _split(term)
    inside = [] if base is None else [base]
    for write in writes:
        if is_call(write, overwrite, accumulate):
            inside += write.parts[1:]
        else:
            inside += write.parts if is_call(write, put_at) else [write]
    for whole in inside:
        found = [part for _, part in whole.walk() if is_call(part, *STATEMENTS)]
        if found:
            assert isinstance(found[-1], Call)
            return found[-1]
    return None


def _copied(base: Term, writes: list[Term]) -> str:
    """What is written into must not be somebody else's array, nor a number if an entry of it is written."""
    if is_boolean(base):
        return text(call(np.multiply, 1.0, base))
    is_number = base.shape == () and is_call(writes[0], *_INTO_ENTRIES)
    may_be_shared = is_call(base, operator.getitem, np.transpose, np.reshape, np.broadcast_to)
    if is_number or may_be_shared or isinstance(base, Name):
        return f"np.array({text(base)})"
    return text(base)


def _index(index: Term) -> str:
    return text(Call(operator.getitem, (Name("x"), index), (), ()))[2:-1]


def _index_as_argument(index: Term) -> str:
    return text(index)


def _names_once(index: Term) -> bool:
    """Whether an index names no entry twice, whatever the values."""
    items = index.items if isinstance(index, Group) and index.kind is tuple else (index,)
    for item in items:
        if isinstance(item, Group) and item.kind is slice:
            continue
        if isinstance(item, Constant) and (
            item.value is None or item.value is Ellipsis or isinstance(item.value, (int, np.integer, slice, bool))
        ):
            continue
        if isinstance(item, Constant) and np.asarray(item.value).dtype.kind == "b":
            continue
        if isinstance(item, Name) and item.dtype == bool:
            continue
        if item.shape == () and not isinstance(item, Constant):
            continue
        return _is_counted(item)  # one row after the other: no entry twice, whatever the columns
    return True


def _is_counted(item: Term) -> bool:
    """Whether an index array counts through its values, none twice."""
    if isinstance(item, Constant) and isinstance(item.value, np.ndarray):
        return item.value.ndim == 1 and np.unique(item.value).size == item.value.size
    return is_call(item, np.arange)


def _sign_of(value: Term) -> tuple[str, Term]:
    if is_call(value, np.negative) and isinstance(value, Call):
        return "-", value.args[0]
    if isinstance(value, Constant) and isinstance(value.value, (int, float)) and value.value < 0:
        return "-", Constant(-value.value)
    if is_call(value, np.multiply, np.divide) and isinstance(value, Call):
        sign, first = _sign_of(value.args[0])
        if sign == "-":
            return "-", Call(value.operation, (first, *value.args[1:]), (), value.shape)
    return "+", value


class _Users:
    """Which lines read a name, kept up to date while lines change."""

    def __init__(self, lines: dict[str, Term]) -> None:
        self._lines = lines
        self._users: dict[str, dict[str, None]] = {}
        for line, term in lines.items():
            self._add(line, term)

    def _add(self, line: str, term: Term) -> None:
        for name in term.names():
            self._users.setdefault(name, {})[line] = None

    def of(self, name: str) -> list[str]:
        """Return the lines that read a name."""
        return [line for line in self._users.get(name, ()) if line in self._lines and name in self._lines[line].names()]

    def replace(self, line: str, term: Term) -> None:
        """Give a line another right side."""
        self._lines[line] = term
        self._add(line, term)


@dataclass(frozen=True)
class Assumption:
    """What a derivation takes for granted, because the data at hand are so."""

    text: str
    name: str


class Outline:
    """A traced function as named lines.

    Parameters
    ----------
    record
        The trace.
    wrt
        The leaves whose gradients are wanted; ``None`` for all.
    exact
        Keep what matters at kinks only, and take nothing for granted that the data happen to fulfil: for a program that
        is to run on other data.

    shortcuts
        Let gradients go from a logarithm straight to the logits, past the softmax or sigmoid between.

    Attributes
    ----------
    forward, backward
        The lines, in order.
    program
        The steps they were made of, with idioms in place.
    plain
        The steps without idioms: what the lines are checked against.
    assumptions
        What was taken for granted.
    """

    def __init__(
        self, record: Trace, wrt: Iterable[Node] | None = None, exact: bool = False, shortcuts: bool = True
    ) -> None:
        self.record = record
        self.exact = exact
        wanted = None if wrt is None else list(wrt)
        reserved = {*keyword.kwlist, "np", *HELPERS, *record.parameters} if exact else frozenset[str]()
        self.plain = Program(record, wanted, guards=exact, reserved=reserved)
        self.program = Program(
            record, wanted, lambda program, node: recognise(program, node, not exact, shortcuts), exact, reserved
        )
        self.assumptions: list[Assumption] = []
        self._tidier = Tidier()
        self._renamed: dict[str, str] = {}
        self._parts: set[str] = set()
        self._kinks: list[Term] = []  # conditions that hold nowhere in the data, and were left out
        self._arrange()
        self.verify()

    # -- what becomes a line ---------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        program = self.program
        forward = {s.name.name: self._as_written(s.term) for s in program.statements.values()}
        guards = {f"?{i}": program.term_of(node) for i, (_, node) in enumerate(program.guards)}
        if self.exact:
            for note in program.notes_of_rules:
                guards[f"?{len(guards)}"] = program.term_of(note.node)
        lengths = list(_lengths_of_one(program)) if self.exact else []
        for _, term in lengths:
            guards[f"?{len(guards)}"] = term
        forward.update(guards)
        nodes = {s.name.name: s.node for s in program.statements.values()}
        nodes.update(dict.fromkeys(guards, program.output))
        backward = self._backward_terms()
        by_cotangent = {a.name.name: a for a in program.adjoints.values()}
        self._inline_forward(forward, nodes, backward)
        self._use_known_values(forward, nodes, backward)
        backward = _put_together(backward, by_cotangent)
        notes = [*(note for note, _ in program.guards), *program.notes_of_rules, *(note for note, _ in lengths)]
        guarded = [(note, forward.pop(name)) for name, note in zip(guards, notes, strict=False)]
        label = {name: _label(term, program) for name, term in forward.items()}
        renamed = self._short_names(forward, nodes, backward)
        self.forward: list[Line] = []
        for name, term in forward.items():
            node = nodes[name]
            self._write(
                self.forward,
                Line(
                    renamed.get(name, name),
                    _renamed(term, renamed),
                    program.names[node].shape,
                    node,
                    False,
                    label[name],
                ),
            )
        self.guards = [(note, _renamed(term, renamed)) for note, term in guarded]
        self.backward: list[Line] = []
        for name, term in _ordered(backward, {n: by_cotangent[n].node for n in backward}).items():
            adjoint = by_cotangent[name]
            self._write(
                self.backward,
                Line(
                    renamed.get(name, name), _renamed(term, renamed), adjoint.name.shape, adjoint.node, True, "",
                    [self.reason(c, adjoint.node) for c in adjoint.contributions],
                ),
            )  # fmt: skip
        self._renamed = renamed

    def _write(self, lines: list[Line], line: Line) -> None:
        """Add a line; what can only be written as a statement, inside an expression, becomes a line before it."""
        if line.is_backward:
            line = replace(line, term=_with_ones_written(line.term, line.node.dtype))
        part = _misplaced(line.term)
        while part is not None:
            taken = {known.name for known in (*lines, *self.forward)} | {
                name.name for name in self.program.names.values()
            }
            number = next(n for n in count(1) if f"{line.name}_part{n}" not in taken)
            name = f"{line.name}_part{number}"
            self._parts.add(name)
            self._write(lines, Line(name, part, part.shape, line.node, line.is_backward))
            line = replace(line, term=line.term.substituted({part: Name(name, part.shape)}))
            part = _misplaced(line.term)
        lines.append(line)

    def _as_written(self, term: Term) -> Term:
        """Put what is written in place of a shortcut."""
        if isinstance(term, Call) and term.operation.function in WRITTEN:
            made = WRITTEN[term.operation.function](*term.args, **dict(term.keywords))
            made.shape = term.shape
            return made
        return term

    def _backward_terms(self) -> dict[str, Term]:
        """Tidy the adjoints from the loss on, each with those inside that need no line."""
        program = self.program
        raw = {a.name: [c.term for c in a.contributions] for a in program.adjoints.values()}
        uses: dict[str, int] = {}
        for terms in raw.values():
            for term in terms:
                for _, part in term.walk():
                    if isinstance(part, Name):
                        uses[part.name] = uses.get(part.name, 0) + 1
        inside: dict[Term, Term] = {}
        lines: dict[str, Term] = {}
        erased: dict[str, tuple[Term, Any]] = {}  # gradients that are others with an entry set to 0
        heavy: list[Name] = []
        named = {a.name.name: a.node for a in program.adjoints.values()}
        for adjoint in program.adjoints.values():
            name = adjoint.name
            if not adjoint.contributions:
                if adjoint.node.operation is None:  # the result is one of the arguments
                    lines[name.name] = Constant(1.0)
                elif name.shape == ():
                    inside[name] = Constant(1)
                continue  # the gradient of what is not a number is given
            term = self._tidied(_reading_past(_in_order(adjoint).substituted(inside), erased))
            node = named[name.name]
            index = _entry(term.parts[1]) if is_call(term, overwrite) and isinstance(term.parts[0], Name) else None
            if index is not None and not node.name and term.parts[2] in (Constant(0), Constant(0.0)):
                erased[name.name] = (term.parts[0], index)
            is_line = bool(node.name) or node.operation is None
            if node.operation is None and not node.name:
                is_line = self._is_wanted(node)
            is_statement = any(is_call(part, *STATEMENTS) for _, part in term.walk())
            is_heavy = weight(term) > 1 and uses.get(name.name, 0) > 1
            if is_line or is_statement or is_heavy or weight(term) > LONGEST:
                if is_call(term, total):  # each part by itself, until all are done: there may be thousands
                    lines.update((f"{name.name}{_PART}{i}", part) for i, part in enumerate(term.parts))
                else:
                    lines[name.name] = term
                if not is_line and not is_statement:
                    heavy.append(name)
            else:
                inside[name] = term
        lines = _without_unread(lines, set(erased))
        self._inline_backward(lines, heavy)
        return self._without_aliases(lines, {name.name for name in heavy})

    def _without_aliases(self, lines: dict[str, Term], temporary: set[str]) -> dict[str, Term]:
        """Where a gradient only takes over a value that nobody named, let it be that value's line."""
        cotangents = {a.name.name: a.name for a in self.program.adjoints.values()}
        leaves = {a.name.name for a in self.program.adjoints.values() if a.node.operation is None}
        for name, term in list(lines.items()):
            if name in leaves:  # db = dZ: the gradient of a parameter is not what others are computed from
                continue
            if isinstance(term, Name) and term.name in temporary and term.name in lines and _PART not in name:
                other = term.name
                whole = cotangents[name]
                lines = {
                    (name if n == other else n): t.substituted({Name(other): whole})
                    for n, t in lines.items()
                    if n != name
                }
                temporary.discard(other)
        return lines

    def _inline_backward(self, lines: dict[str, Term], heavy: list[Name]) -> None:
        """Do without a line that is used twice where the lines that use it become no longer by it."""
        index = _Users(lines)
        for name in heavy:
            term = lines[name.name]
            users = index.of(name.name)
            tidied = {n: self._tidied(lines[n].substituted({name: term})) for n in users}
            before = weight(term) + sum(weight(lines[n]) for n in users)
            if sum(map(weight, tidied.values())) <= before and all(weight(t) <= LONGEST for t in tidied.values()):
                for n, t in tidied.items():
                    index.replace(n, t)
                del lines[name.name]

    def _is_wanted(self, node: Node) -> bool:
        return node.requires_grad

    def _tidied(self, term: Term) -> Term:
        tidy = self._tidier.tidy(term)
        if not self.exact:
            assumed = self._with_assumptions(tidy)
            if assumed is not tidy:
                tidy = self._tidier.tidy(assumed)
        return tidy

    def _with_assumptions(self, term: Term) -> Term:
        """Use what is so of the data: that the rows of a target sum to one; that no two entries are equal at a kink."""
        replacements: dict[Term, Term] = {}
        for _, part in term.walk():
            if not isinstance(part, Call):
                continue
            function, args = part.operation.function, part.args
            if function is np.sum and isinstance(args[0], Name) and part.keyword("keepdims") is not None:
                node = next((n for n, name in self.program.names.items() if name == args[0]), None)
                if node is None or node.requires_grad or not self._depends_on_data_only(node):
                    continue
                axis = part.keyword("axis")
                value = part.evaluate({args[0].name: self.program.values[args[0].name]})
                if np.allclose(value, 1, rtol=1e-6) and isinstance(axis, Constant):
                    replacements[part] = Constant(1)
                    self._assume(f"{args[0].name} sums to 1 over axis {axis.value}", args[0].name)
            elif function is np.where and (_is_guard(part) or _is_tie(part)):
                if not np.any(args[0].evaluate(self.program.values)):
                    self._kinks.append(args[0])
                    replacements[part] = call(np.multiply, 1, args[2])  # a number, if it is a mask
            elif function is np.divide and _is_share(part) and np.all(args[1].evaluate(self.program.values) == 1):
                self._kinks.append(call(np.not_equal, args[1], 1))
                replacements[part] = call(np.multiply, 1, args[0])
        return term.substituted(replacements) if replacements else term

    def _assume(self, words: str, name: str) -> None:
        assumption = Assumption(words, name)
        if assumption not in self.assumptions:
            self.assumptions.append(assumption)

    def _depends_on_data_only(self, node: Node) -> bool:
        return not node.requires_grad

    def _inline_forward(self, forward: dict[str, Term], nodes: dict[str, Node], backward: dict[str, Term]) -> None:
        """Put what nobody named into the lines that use it, unless it is used twice and more than a glance long."""
        index_forward, index_backward = _Users(forward), _Users(backward)
        for name in list(forward):
            node, term = nodes[name], forward[name]
            if node.name or node is self.program.output or name.startswith("?"):
                continue
            target = Name(name)
            users_forward, users_backward = index_forward.of(name), index_backward.of(name)
            count = sum(_count(forward[n], target) for n in users_forward) + sum(
                _count(backward[n], target) for n in users_backward
            )
            is_statement = any(is_call(part, *STATEMENTS) for _, part in term.walk())
            into_statement = users_forward and is_call(forward[users_forward[0]], overwrite, accumulate)
            if is_statement and not (count == 1 and into_statement and forward[users_forward[0]].parts[0] == target):
                continue
            in_shape_only = all(_only_in_shapes(backward[n], target) for n in users_backward) and (
                weight(term) <= LONGEST_READ_FOR_ITS_SHAPE
                or sum(_count(backward[n], target) for n in users_backward) < 2
            )
            is_single = count == 1 or (
                len(users_forward) == 1 and in_shape_only and _count(forward[users_forward[0]], target) == 1
            )
            most = MOST_WRITES if is_statement or into_statement else LONGEST
            too_long = any(weight(forward[n]) + weight(term) > most for n in users_forward)
            if not (_at_a_glance(term) or is_single) or (too_long and not _at_a_glance(term)):
                continue
            replacement = {target: term}
            for n in users_forward:
                index_forward.replace(n, forward[n].substituted(replacement))
            for n in users_backward:
                index_backward.replace(n, self._tidied(backward[n].substituted(replacement)))
            del forward[name]

    def _use_known_values(self, forward: dict[str, Term], nodes: dict[str, Node], backward: dict[str, Term]) -> None:
        """Where a gradient computes again what the forward pass has, read that."""
        known = {
            term: self.program.names[nodes[name]]
            for name, term in forward.items()
            if weight(term) and not any(is_call(part, *STATEMENTS) for _, part in term.walk())
        }
        for name, term in backward.items():
            replaced = term.substituted(known)
            if replaced is not term:
                backward[name] = replaced

    def _short_names(
        self, forward: dict[str, Term], nodes: dict[str, Node], backward: dict[str, Term]
    ) -> dict[str, str]:
        """Give the lines that nobody named conventional names."""
        taken = {name.name for name in self.program.names.values() if not _is_temporary(name.name)} | set(backward)
        renamed: dict[str, str] = {}
        cotangents = {n: a.name.name for n, a in self.program.adjoints.items()}
        counts: dict[str, int] = {}

        def fresh(stem: str) -> str:
            while True:
                counts[stem] = counts.get(stem, 0) + 1
                made = f"{stem}{counts[stem]}"
                if made not in taken:
                    taken.add(made)
                    return made

        entries = self._entries(nodes, forward)
        for name in forward:
            node = nodes[name]
            if not node.name:
                is_loss = node is self.program.output and node.shape == () and "L" not in taken
                wished = entries.get(node)
                if wished is not None and wished not in taken:
                    taken.add(wished)
                    renamed[name] = wished
                else:
                    renamed[name] = "L" if is_loss else fresh(_stem(forward[name]))
                if node in cotangents:
                    renamed[cotangents[node]] = f"d{renamed[name]}"
        for node, cotangent in sorted(cotangents.items(), key=lambda pair: pair[0].index):
            if cotangent in backward and cotangent not in renamed and not node.name and node.operation is not None:
                renamed[cotangent] = "d" + fresh(_stem_of(node))
        return renamed

    def _entries(self, nodes: Mapping[str, Node], forward: Mapping[str, Term]) -> dict[Node, str]:
        """Name what is written into an entry of a named array after it: ``H_3`` for what becomes ``H[3]``."""
        target: dict[Node, str] = {}
        names: dict[Node, str] = {}
        for node in reversed(self.program.nodes):
            if node.operation is None or node.operation.function is not overwrite:
                continue
            name = node.name or target.get(node)
            index = entry((node.values or [None, None])[1])
            if name and type(node.inputs[0]) is Node:
                target[node.inputs[0]] = name
            if name and index is not None and min(index) >= 0 and type(node.inputs[2]) is Node:
                names[node.inputs[2]] = "_".join(map(str, (name, *index)))
        return names

    # -- in words --------------------------------------------------------------------------------------------------

    def reason(self, contribution: Contribution, node: Node) -> str:
        """Say which rule a contribution comes from."""
        from autograd_lite.expressions.reasons import reason

        return reason(contribution, node, self.program)

    # -- the check -------------------------------------------------------------------------------------------------

    def verify(self, points: int = 2) -> None:
        """Compare every line with the untidied graph, at random inputs near those of the trace."""
        rng = np.random.default_rng(0)
        kept = {assumption.name for assumption in self.assumptions}
        self._passed_by = self.program.passed | {
            other.inputs[0]
            for other in self.program.nodes
            if other.operation is not None and other.operation.function in WRITTEN
        }
        originals = {copy: old for old, copy in reversed(self.program.copies.items())}
        for point in range(points):
            leaves = {n: _moved(v, rng) if n not in kept and point else v for n, v in self.plain.leaf_values().items()}
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    expected = self.plain.run(leaves)
                except (ValueError, IndexError):  # a mask that selects nothing there, an index out of bounds
                    if not point:
                        raise
                    continue
                if point and self._kinks:
                    there = self.program.run(leaves)
                    if any(np.any(kink.evaluate(there)) for kink in self._kinks):
                        continue
                cotangents = {adjoint.name.name for adjoint in self.plain.adjoints.values()}
                largest = {
                    is_backward: max(
                        (size_of_entries(v) for n, v in expected.items() if (n in cotangents) is is_backward), default=0
                    )
                    for is_backward in (False, True)
                }  # what is 0 but for rounding must not be compared with itself
                env = dict(leaves)
                if self.upstream is not None:
                    env[self.upstream] = np.ones_like(expected[self.plain.names[self.plain.output].name])
                for line in self.lines:
                    env[line.name] = line.evaluate(env)
                    original = originals.get(line.node)
                    if original is None or line.name in self._parts or line.node.dtype == object:
                        continue
                    twin = self.plain.copies[original]
                    if line.is_backward:
                        if twin not in self.plain.adjoints:
                            continue
                        reference = expected[self.plain.adjoints[twin].name.name]
                        if self._is_shortcut(line.node):
                            continue
                    else:
                        reference = expected[self.plain.names[twin].name]
                    if line.is_backward and (self.exact or np.asarray(env[line.name]).dtype.kind == "b"):
                        env[line.name] = _of_type(line, env[line.name])
                    if not _agree(env[line.name], reference, largest[line.is_backward]):
                        raise DerivationError(
                            f"the line `{line.text}` does not have the value that the graph gives {line.name}; this is "
                            f"a bug in the tidying: please report it with the function"
                        )

    def _is_shortcut(self, node: Node) -> bool:
        """Whether part of a value's gradient took a short way past it."""
        return node in self._passed_by

    @property
    def upstream(self) -> str | None:
        """The name of the gradient that the backward pass starts from, if the result is not a number."""
        output = self.program.output
        if output.shape == () or output not in self.program.adjoints:
            return None
        name = self.program.adjoints[output].name.name
        return self._renamed.get(name, name)

    @property
    def lines(self) -> list[Line]:
        """All lines, forward and then backward."""
        return [*self.forward, *self.backward]


def _lengths_of_one(program: Program) -> Iterator[tuple[Note, Term]]:
    """What a slice or a mask has left of one entry, and would be broadcast, only happens to have that length."""
    for node in program.nodes:
        if node.operation is None or node.operation.function not in (operator.getitem, overwrite, accumulate):
            continue
        x, index, made = node.inputs[0], (node.values or [None, None])[1], node.inputs[1]
        note = Note(ONE_ENTRY, node, True, program.places.get(node))
        is_mask = isinstance(index, np.ndarray) and index.dtype == bool
        if is_mask and np.count_nonzero(index) == 1 and type(made) is Node:
            yield note, call(np.equal, call(np.count_nonzero, program.term_of(made)), 1)
        elif node.operation.function is operator.getitem and type(x) is Node:
            for axis in _axes_left_of_one(index, tuple.__getitem__(x.shape, slice(None))):
                yield note, call(np.equal, call(length_of, program.term_of(node), axis), 1)


def _axes_left_of_one(index: Any, shape: tuple[int, ...]) -> Iterator[int]:
    """Yield the axes of ``x[index]`` that a slice has cut down to length 1, and would not if x were longer."""
    parts = index if isinstance(index, tuple) else (index,)
    if not all(part is None or isinstance(part, (slice, int, np.integer)) for part in parts):
        return
    axis = taken = 0
    for part in parts:
        if isinstance(part, slice):
            cut = [len(range(*part.indices(shape[taken] + more))) for more in (0, 1)]
            if part != slice(None) and cut[0] == 1 != cut[1]:
                yield axis
        axis += part is None or isinstance(part, slice)
        taken += part is not None


def _put_together(lines: dict[str, Term], adjoints: Mapping[str, Adjoint]) -> dict[str, Term]:
    """Make one line of the parts of a long sum."""
    parts: dict[str, list[Term]] = {}
    for name, term in lines.items():
        parts.setdefault(name.partition(_PART)[0], []).append(term)
    return {
        name: terms[0] if len(terms) == 1 else Call(total, tuple(terms), (), adjoints[name].name.shape)
        for name, terms in parts.items()
    }


def _ordered(lines: dict[str, Term], nodes: Mapping[str, Node]) -> dict[str, Term]:
    """Order gradients as people do: those of parameters as soon as they can be written, in the parameters' order."""
    waiting = {name: {n for n in term.names() if n in lines} for name, term in lines.items()}
    users: dict[str, list[str]] = {}
    for name, needs in waiting.items():
        for needed in needs:
            users.setdefault(needed, []).append(name)

    def urgency(name: str) -> tuple[int, int, int]:
        node = nodes[name]
        many = is_call(lines[name], np.add, np.subtract, total)
        return (0, many, node.index) if node.operation is None else (1, 0, -node.index)

    ready = [(urgency(name), name) for name, needs in waiting.items() if not needs]
    heapify(ready)
    ordered: dict[str, Term] = {}
    while ready:
        name = heappop(ready)[1]
        ordered[name] = lines[name]
        for user in users.get(name, ()):
            waiting[user].discard(name)
            if not waiting[user]:
                heappush(ready, (urgency(user), user))
    return ordered


def _in_order(adjoint: Adjoint) -> Term:
    """The sum of contributions; of parameters, and of what is put together from entries, in the order of their use."""
    terms = [c.term for c in adjoint.contributions]
    alike = len({t.operation if isinstance(t, Call) else None for t in terms}) == 1  # the steps of a loop
    if (adjoint.node.operation is None and alike) or any(is_call(t, put_at) for t in terms):
        terms.reverse()
    if len(terms) > MOST_SUMMANDS:
        return Call(total, tuple(terms), (), adjoint.name.shape)
    return reduce(lambda a, b: call(np.add, a, b), terms) if terms else Constant(1.0)


def _entry(index: Term) -> Any:
    """Return the numbers of an index that names one entry, if it consists of such."""
    items = index.items if isinstance(index, Group) and index.kind is tuple else (index,)
    return entry(tuple(item.value if isinstance(item, Constant) else None for item in items))


def _reading_past(term: Term, erased: Mapping[str, tuple[Term, Any]]) -> Term:
    """Read entries from the gradient before others of its entries were set to 0."""
    replacements: dict[Term, Term] = {}
    for _, part in term.walk() if erased else ():
        if is_call(part, operator.getitem) and isinstance(part, Call) and isinstance(part.args[0], Name):
            source, index = part.args[0], _entry(part.args[1])
            while index is not None and source.name in erased and are_apart(index, erased[source.name][1]):
                source = erased[source.name][0]  # type: ignore[assignment]
            if source is not part.args[0]:
                replacements[part] = Call(part.operation, (source, part.args[1]), (), part.shape)
    return term.substituted(replacements) if replacements else term


def _without_unread(lines: dict[str, Term], names: set[str]) -> dict[str, Term]:
    """Leave out those of some lines that no line reads, the last first."""
    read: set[str] = set()
    kept: dict[str, Term] = {}
    for name, term in reversed(lines.items()):
        if name not in names or name in read:
            kept[name] = term
            read |= term.names()
    return dict(reversed(kept.items()))


# -- small questions ---------------------------------------------------------------------------------------------------


def _parts(term: Term) -> set[Term]:
    return {part for _, part in term.walk()}


def _count(term: Term, target: Term) -> int:
    return sum(1 for _, part in term.walk() if part == target)


def _only_in_shapes(term: Term, target: Term) -> bool:
    inside = sum(
        1 for _, part in term.walk() if is_call(part, shape_of, length_of, count_of) and part.parts[0] == target
    )
    return _count(term, target) == inside


def _at_a_glance(term: Term) -> bool:
    """Whether a term is so short that it may be written twice: a difference, a transpose, an entry, a mask."""
    if not isinstance(term, Call):
        return True
    if is_call(term, length_of, count_of, shape_of, np.arange):
        return True
    simple = (np.add, np.subtract, np.negative, np.transpose, np.matrix_transpose, operator.getitem, np.greater,
              np.less, np.greater_equal, np.less_equal, np.equal, np.not_equal, np.multiply, np.divide,
              np.invert)  # fmt: skip
    return (weight(term) == 1 and term.operation.function in simple) or (
        term.shape == ()
        and weight(term) <= 2
        and all(isinstance(p, (Constant, Name)) or weight(p) <= 1 for p in term.parts)
        and all(p.shape in ((), None) for p in term.parts)
    )


def _is_guard(part: Call) -> bool:
    """where(x == 0, 1, x): keeps a division from failing where the answer is 0 anyway."""
    condition, one, x = part.args
    return is_call(condition, np.equal) and one == Constant(1) and condition.parts == (x, Constant(0))


def _is_tie(part: Call) -> bool:
    """where(x == y, 0.5, x > y): shares a tie."""
    condition, half, _ = part.args
    return is_call(condition, np.equal) and half == Constant(0.5)


def _is_share(part: Call) -> bool:
    """(a == m) / sum(a == m): shares a tie among the entries."""
    above, below = part.args
    return is_call(above, np.equal) and is_call(below, np.sum) and below.parts[0] == above


def _is_temporary(name: str) -> bool:
    return name.startswith("t") and name[1:].isdigit()


_STEMS = {np.matmul: "Z", np.dot: "Z", np.exp: "E", np.sum: "S", np.mean: "M", np.max: "M", np.log: "L", np.sqrt: "R"}


def _stem(term: Term) -> str:
    return _STEMS.get(term.operation.function, "T") if isinstance(term, Call) else "T"


def _stem_of(node: Node) -> str:
    if node.operation is None:
        return "T"
    if node.operation.function is np.add and any(
        type(n) is Node and n.operation is not None and n.operation.function in (np.matmul, np.dot, np.add)
        for n in node.inputs
    ):
        return "Z"
    return _STEMS.get(node.operation.function, "T")


def _renamed(term: Term, renamed: Mapping[str, str]) -> Term:
    if not renamed:
        return term
    return term.substituted({
        part: Name(renamed[part.name], part.shape, part.dtype)
        for _, part in term.walk()
        if isinstance(part, Name) and part.name in renamed
    })  # fmt: skip


def _label(term: Term, program: Program) -> str:
    """What a line is known as."""
    squared = [
        part for _, part in term.walk()
        if (is_call(part, np.power) and part.parts[1] == Constant(2)) or is_call(part, np.square)
    ]  # fmt: skip
    if term.shape == () and squared and is_call(squared[0].parts[0], np.subtract):
        if is_call(term, np.mean):
            return "mean squared error"
        if is_call(term, np.sum):
            return "sum of squared errors"
    return ""


def _of_type(line: Line, value: Any) -> Any:
    """Give a gradient the type of its variable, if computing it gives another; return it."""
    found, dtype = getattr(value, "dtype", None), line.node.dtype
    if found is None or found == dtype or line.shape is None or isinstance(line.term, Constant):
        return value
    base, writes = _split(line.term)
    if not writes:
        line.term = Call(np.astype, (line.term, Constant(dtype)), (), line.shape)
    elif base is not None and not isinstance(base, Constant):
        line.term = line.term.substituted({base: Call(np.astype, (base, Constant(dtype)), (), base.shape)})
    return value.astype(dtype)


def _moved(value: Any, rng: np.random.Generator) -> Any:
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "fc":
        return value
    step = rng.uniform(-1, 1, np.shape(value))
    array: Any = value
    moved = array * (1 + 0.1 * step) + np.where(value == 0, 0.01 * step, 0)
    return np.asarray(moved, value.dtype)[()]


def size_of_entries(value: Any) -> float:
    """Return the largest finite entry."""
    if getattr(value, "dtype", np.dtype(object)).kind not in "fc":
        return 0.0
    return float(np.max(np.abs(value), initial=0.0, where=np.isfinite(value)))


def _agree(ours: Any, theirs: Any, largest: float) -> bool:
    if np.shape(ours) != np.shape(theirs):
        return False
    if np.asarray(theirs).dtype.kind not in "fc":
        return bool(np.array_equal(ours, theirs))
    tolerance = 2e-3 if np.asarray(theirs).dtype.itemsize < 8 else 1e-6
    scale = size_of_entries(np.asarray(theirs)) + 1e-3 * largest + 1e-12
    return bool(np.allclose(ours, theirs, rtol=tolerance, atol=tolerance * scale, equal_nan=True))
