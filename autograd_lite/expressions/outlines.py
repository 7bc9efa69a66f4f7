"""A program as a person would write it: named lines, forward and backward, tidied and checked against the graph.

Every value that the person named is a line, and so is its gradient. What nobody named stays inside a longer expression,
unless it is needed more than once and is more than a glance long; then it gets a short name.
"""

from __future__ import annotations

import keyword
import operator
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from heapq import heapify, heappop, heappush
from itertools import chain, count
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd_lite.errors import DerivationError
from autograd_lite.expressions.algebra import Tidier, is_boolean
from autograd_lite.expressions.idioms import HELPERS, WRITTEN, recognise
from autograd_lite.expressions.lengths import same_lengths
from autograd_lite.expressions.printing import IMPORTED, text
from autograd_lite.expressions.programs import Adjoint, Contribution, Program
from autograd_lite.expressions.statements import (
    COUNTERS,
    PUTS,
    STATEMENTS,
    counters_beside,
    misplaced,
    statements,
    taken_apart,
)
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Place, Term, call, is_call, total, weight
from autograd_lite.graph import Node
from autograd_lite.indexed import accumulate, are_apart, entry, overwrite, places
from autograd_lite.tensor.numbers import count_of, length_of, shape_of
from autograd_lite.tracing import Note, Trace, is_as_long_as_found

__all__ = [
    "ANOTHER_LENGTH",
    "COMPLEX",
    "ONE_ENTRY",
    "Assumption",
    "Line",
    "Outline",
    "agree_but_for_rounding",
    "runs_rounded_otherwise",
    "size_of_entries",
    "statements",
]

#: What is asserted of a slice or a mask that had one entry left.
ONE_ENTRY = "one entry"

#: What is asserted of a slice that meets something else.
ANOTHER_LENGTH = "another length"

#: What is asserted of a function of real numbers whose answer may be complex.
COMPLEX = "complex"

#: Stands in a key between the name of a line and the number of one of its parts.
_PART = "\0"

#: So many writes into entries may follow one another in one line.
MOST_WRITES = 100

#: How many times as far apart as by rounding otherwise two ways of computing a value may be.
MOST_ROUNDING = 30

#: A gradient with more contributions than this is added up in lines of their own.
MOST_SUMMANDS = 6

#: An unnamed value with more calls than this has a line of its own if a gradient reads its shape again and again.
LONGEST_READ_FOR_ITS_SHAPE = 3

#: A condition with more calls than this is not written out.
LONGEST_CONDITION = 5

#: In an expression with more calls than this what comes again is written once, in a line before it.
LONGEST_WITH_REPETITIONS = 8

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
    counters
        Names that no value has, for a loop that the line takes.
    """

    name: str
    term: Term
    shape: tuple[int, ...] | None
    node: Node
    is_backward: bool
    label: str = ""
    why: list[str] = field(default_factory=list)
    counters: Sequence[str] = COUNTERS

    @property
    def text(self) -> str:
        """The line as NumPy code; writing into entries takes several statements."""
        return "\n".join(statements(self.name, self.term, self.counters))

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return the value of the right side, given the values of the names in it."""
        return self.term.evaluate(env)

    def places(self) -> list[tuple[Place, Term]]:
        """Return every part of the right side that can be replaced, with its place."""
        return list(self.term.walk())

    def replaced(self, place: Place, part: Term) -> Line:
        """Return the line with another part at a place."""
        return replace(self, term=self.term.replaced(place, part))

    def __str__(self) -> str:
        return self.text


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
            is_usual = np.dtype(dtype) == np.dtype(float) or (np.dtype(dtype).kind == "c" and part is not term)
            keywords = () if is_usual else (("dtype", Constant(dtype)),)
            arguments = (shape,) if is_one else (shape, number)
            made = Call(np.ones if is_one else np.full, arguments, keywords, part.shape)
        replacements[part] = made
    return term.substituted(replacements) if replacements else term


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
    brief
        Leave out lines that a person would: of a gradient that is 1, of a call such as ``np.tanh(c)`` that few lines
        read once each.

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
        self,
        record: Trace,
        wrt: Iterable[Node] | None = None,
        exact: bool = False,
        shortcuts: bool = True,
        brief: bool = False,
    ) -> None:
        self.record = record
        self.exact = exact
        self._brief = brief
        wanted = None if wrt is None else list(wrt)
        names = {function.__name__ for function in IMPORTED}
        reserved = {*keyword.kwlist, "np", *HELPERS, *names, *record.parameters} if exact else frozenset[str]()
        self.plain = Program(record, wanted, guards=exact, reserved=reserved)
        at_kinks = not exact and self._is_finite()
        self.program = Program(
            record, wanted, lambda program, node: recognise(program, node, at_kinks, shortcuts), exact, reserved
        )
        self.assumptions: list[Assumption] = []
        self._tidier = Tidier()
        self._renamed: dict[str, str] = {}
        self._parts: set[str] = set()
        self._kinks: list[Term] = []  # conditions that hold nowhere in the data, and were left out
        self._arrange()
        self.verify()

    def _is_finite(self) -> bool:
        """Whether all gradients are finite: by a mask that is multiplied an infinite one would not be kept out."""
        gradients = [self.plain.values[adjoint.name.name] for adjoint in self.plain.adjoints.values()]
        return all(bool(np.all(np.isfinite(g))) for g in gradients if np.asarray(g).dtype.kind in "fc")

    # -- what becomes a line ---------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        program = self.program
        forward = {s.name.name: self._as_written(s.term) for s in program.statements.values()}
        guards = {f"?{i}": program.term_of(node) for i, (_, node) in enumerate(program.guards)}
        if self.exact:
            for note in program.notes_of_rules:
                guards[f"?{len(guards)}"] = program.term_of(note.node)
        lengths: list[tuple[Note, Term]] = []
        if self.exact:
            lengths = [*_lengths_of_one(program), *_lengths_of_parts(program), *_kept_real(program)]
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
        results: set[str] = set()
        if self._brief:
            self._refer_to_one_another(backward, by_cotangent)
            results = self._name_results(forward, backward, renamed)
        self.forward: list[Line] = []
        for name, term in forward.items():
            node = nodes.get(name, program.output)
            self._write(
                self.forward,
                Line(
                    renamed.get(name, name),
                    _renamed(term, renamed),
                    term.shape if name in results else program.names[node].shape,
                    node,
                    False,
                    label.get(name, ""),
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
        counters = counters_beside([*self.program.values, *(line.name for line in self.lines)])
        for line in self.lines:
            line.counters = counters

    def _refer_to_one_another(self, backward: dict[str, Term], adjoints: Mapping[str, Adjoint]) -> None:
        """Where a gradient contains the whole of another one, read that."""
        wholes = {
            term: adjoints[name].name
            for name, term in backward.items()
            if weight(term) > 1 and term.shape and not any(is_call(part, *STATEMENTS) for _, part in term.walk())
        }
        for name, term in backward.items():
            others = {whole: other for whole, other in wholes.items() if other.name != name and whole != term}
            backward[name] = term.substituted(others) if others else term

    def _name_results(
        self, forward: dict[str, Term], backward: dict[str, Term], renamed: Mapping[str, str]
    ) -> set[str]:
        """Give the results, of a call with several, that gradients read lines of their own; return their names."""
        results: dict[Call, None] = {}
        calls: dict[Any, int] = {}
        for terms in (forward, backward):
            for term in terms.values():
                for _, part in term.walk():
                    if isinstance(part, Call) and part.operation.part:
                        key = (part.operation.name, part.args, part.keywords)
                        calls[key] = calls.get(key, 0) + 1
                        if term is not part and part.names() <= {*self.program.values} - {*backward}:
                            results[part] = None
        taken = {*self.program.values, *self.record.parameters, *forward, *backward, *renamed.values()}
        named: dict[Term, Term] = {}
        for result in results:
            if calls[result.operation.name, result.args, result.keywords] < 2:
                continue
            word = result.operation.part.strip(".[]")
            stem, first = ("T", 1) if word.isdigit() else (word, 2)
            wished = chain([] if word.isdigit() else [word], (f"{stem}{i}" for i in count(first)))
            name = next(name for name in wished if name not in taken)
            taken.add(name)
            named[result] = Name(name, result.shape)
        for terms in (forward, backward):
            for name, term in terms.items():
                terms[name] = term.substituted(named) if named else term
        for whole, short in reversed(named.items()):
            assert isinstance(short, Name)
            self._parts.add(short.name)
            before = [*forward]
            after = max((before.index(n) + 1 for n in whole.names() if n in forward), default=0)
            rest = {n: forward.pop(n) for n in before[after:]}
            forward[short.name] = whole
            forward.update(rest)
        return {short.name for short in named.values() if isinstance(short, Name)}

    def _write(self, lines: list[Line], line: Line) -> None:
        """Add a line; what can only be written as a statement, inside an expression, becomes a line before it."""
        if line.is_backward:
            line = replace(line, term=_with_ones_written(line.term, line.node.dtype))
            if isinstance(line.term, Constant) and type(line.term.value) is int:  # an array made of it would be whole
                line = replace(line, term=Constant(float(line.term.value)))
        part = misplaced(line.term) or self._repeated(line)
        while part is not None:
            taken = {known.name for known in (*lines, *self.forward)} | {
                name.name for name in self.program.names.values()
            }
            stem = line.name.rpartition("_part")[0] if line.name in self._parts else line.name
            name = next(n for i in count(1) if (n := f"{stem}_part{i}") not in taken | self._parts)
            self._parts.add(name)
            self._write(lines, Line(name, part, part.shape, line.node, line.is_backward))
            line = replace(line, term=line.term.substituted({part: Name(name, part.shape)}))
            part = misplaced(line.term) or self._repeated(line)
        lines.append(line)

    def _repeated(self, line: Line) -> Call | None:
        """Return what stands more than once in a long line of the backward pass."""
        return _repeated(line.term) if self._brief and line.is_backward else None

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
        returned = {program.copies.get(node) for node in self.record.returned.values()}
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
            if self._brief and term == Constant(1) and name.shape == () and node.operation is not None:
                inside[name] = term
                if node in returned:
                    lines[name.name] = Constant(1.0)
                continue
            index = _places(term.parts[1]) if is_call(term, overwrite) and isinstance(term.parts[0], Name) else None
            if index is not None and not node.name and term.parts[2] in (Constant(0), Constant(0.0)):
                erased[name.name] = (term.parts[0], index)
            is_windows = node.operation is not None and node.operation.function is sliding_window_view
            is_line = bool(node.name) or node.operation is None or is_windows  # a loop reads its gradient
            if node.operation is None and not node.name:
                is_line = self._is_wanted(node)
            is_statement = any(is_call(part, *STATEMENTS) for _, part in term.walk())
            is_heavy = weight(term) > 1 and uses.get(name.name, 0) > 1
            is_line = is_line or (name.shape == () and is_boolean(term))  # True - True is no number
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
                if not any(np.any(args[0].evaluate(values)) for values in (self.program.values, self._computed)):
                    self._kinks.append(args[0])
                    replacements[part] = call(np.multiply, 1, args[2])  # a number, if it is a mask
            elif function is np.divide and _is_share(part) and np.all(args[1].evaluate(self.program.values) == 1):
                self._kinks.append(call(np.not_equal, args[1], 1))
                replacements[part] = call(np.multiply, 1, args[0])
        made = term.substituted(replacements) if replacements else term
        return made if made.shape == term.shape else term  # 1 alone has no entries to sum over

    @cached_property
    def _computed(self) -> dict[str, Any]:
        """The values as the idioms compute them, in which two may be equal that were not but for rounding."""
        with np.errstate(all="ignore"):
            return self.program.run(self.program.leaf_values())

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
            if is_call(term, sliding_window_view) and node.requires_grad:
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
            is_read_once = [_count(lines[n], target) for lines, users in
                            ((forward, users_forward), (backward, users_backward)) for n in users]  # fmt: skip
            is_glance = _at_a_glance(term) or (
                self._brief and not self.exact and _is_of_name(term)
                and len(users_forward) == 1 and is_read_once in ([1, 1], [1, 1, 1])
            )  # fmt: skip
            if not (is_glance or is_single) or (too_long and not is_glance):
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
                if node is self.program.output and node.shape != () and not {"out", "dout"} & taken:
                    entries = {**entries, node: "out"}
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

    def condition(self, note: Note) -> str | None:
        """Write what a decision depended on, in values that have a name; nothing if that is long."""
        term = self.plain.term_of(self.plain.copies[note.node])
        unnamed: dict[Any, Term] = {s.name: s.term for s in self.plain.statements.values() if not s.is_named}
        while weight(term) <= LONGEST_CONDITION:
            parts = {part for _, part in term.walk() if part in unnamed}
            if not parts:
                return text(term)
            term = term.substituted({part: unnamed[part] for part in parts})
        return None

    # -- the check -------------------------------------------------------------------------------------------------

    def verify(self, points: int = 2) -> None:
        """Compare every line with the untidied graph, at random inputs near those of the trace.

        Where rounding alone decides digits of the graph, as of ``log(1 - sigmoid(z))`` for a large z, these are not
        asked for; a line of which that is so must agree at smaller inputs too.
        """
        rng = np.random.default_rng(0)
        kept = {assumption.name for assumption in self.assumptions}
        self._passed_by = self.program.passed | {
            other.inputs[0]
            for other in self.program.nodes
            if other.operation is not None and other.operation.function in WRITTEN
        }
        given = self.plain.leaf_values()
        is_rough = False
        for point in range(points):
            is_rough |= self._compare({n: _moved(v, rng) if n not in kept and point else v for n, v in given.items()})
        for factor in (0.5, 0.1) if is_rough else ():
            self._compare({n: v if n in kept else _moved(_scaled(v, factor), rng) for n, v in given.items()})

    def _compare(self, leaves: dict[str, Any]) -> bool:
        """Compare every line with the untidied graph; return whether digits were not asked for."""
        is_traced = all(value is self.plain.values[name] for name, value in leaves.items())
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                expected = self.plain.run(leaves)
            except (ValueError, IndexError):  # a mask that selects nothing there, an index out of bounds
                if is_traced:
                    raise
                return False
            if not is_traced and self._kinks:
                there = self.program.run(leaves)
                if any(np.any(kink.evaluate(there)) for kink in self._kinks):
                    return False
            return self._agrees(leaves, expected)

    def _agrees(self, leaves: dict[str, Any], expected: dict[str, Any]) -> bool:
        originals = {copy: old for old, copy in reversed(self.program.copies.items())}
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
        others: list[dict[str, Any]] = []
        for line in self.lines:
            env[line.name] = line.evaluate(env)
            original = originals.get(line.node)
            if original is None or line.name in self._parts or line.node.dtype == object:
                continue
            twin = self.plain.copies[original]
            if line.is_backward:
                if twin not in self.plain.adjoints or self._is_shortcut(line.node):
                    continue
                name = self.plain.adjoints[twin].name.name
            else:
                name = self.plain.names[twin].name
            if line.is_backward and (self.exact or np.asarray(env[line.name]).dtype.kind == "b"):
                env[line.name] = _of_type(line, env[line.name])
            if _agree(env[line.name], expected[name], largest[line.is_backward]):
                continue
            if _is_nowhere(expected[name], env[line.name]):
                continue
            others = others or runs_rounded_otherwise(self.plain, leaves)
            if not agree_but_for_rounding(env[line.name], expected[name], [other[name] for other in others]):
                raise DerivationError(
                    f"the line `{line.text}` does not have the value that the graph gives {line.name}; this is "
                    f"a bug in the tidying: please report it with the function"
                )
        return bool(others) or max(largest.values()) > 1e9  # beside which the lines are nothing

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
        note = Note(ONE_ENTRY, node, True, program.places.get(node))
        if _is_of_found(node) and tuple.__getitem__(node.shape, slice(None)) == (1,):
            yield note, call(np.equal, call(length_of, program.term_of(node), 0), 1)
        if node.operation is None or node.operation.function not in (operator.getitem, overwrite, accumulate):
            continue
        x, index, made = node.inputs[0], (node.values or [None, None])[1], node.inputs[1]
        is_mask = isinstance(index, (np.ndarray, np.bool_)) and index.dtype == bool
        if is_mask and (np.count_nonzero(index) == 1 or np.ndim(index) == 0) and type(made) is Node:
            yield note, call(np.equal, call(np.count_nonzero, program.term_of(made)), int(np.count_nonzero(index)))
        elif node.operation.function is not operator.getitem and type(x) is Node:
            if type(node.inputs[2]) is Node and len(node.inputs[2].shape):  # what is written would be broadcast
                part = call(operator.getitem, program.term_of(x), program.term_of_call(node).args[1])
                for axis in _axes_left_of_one(index, tuple.__getitem__(x.shape, slice(None)), made is not None):
                    yield note, call(np.equal, call(length_of, part, axis), 1)
        elif type(x) is Node:
            for axis in _axes_left_of_one(index, tuple.__getitem__(x.shape, slice(None)), made is not None):
                yield note, call(np.equal, call(length_of, program.term_of(node), axis), 1)


def _kept_real(program: Program) -> Iterator[tuple[Note, Term]]:
    """What was real, and of other values might be complex: for that the gradients are not written."""
    for node in program.nodes:
        if node.operation is None or node.operation.name not in _MAY_BE_COMPLEX or node.dtype.kind == "c":
            continue
        if any(type(n) is Node and n.dtype != object for n in node.inputs):
            yield Note(COMPLEX, node, True, program.places.get(node)), call(np.isrealobj, program.term_of(node))


#: Functions whose answer on real numbers may be complex, as its values want it.
_MAY_BE_COMPLEX = ("np.linalg.eig", "np.linalg.eigvals", "np.roots")


def _is_sliced(node: Node) -> bool:
    """Whether a value is a part of another that a slice took."""
    index = (node.values or [None, None])[1]
    return any(
        isinstance(part, slice) and part != slice(None) for part in (index if type(index) is tuple else (index,))
    )


def _is_of_found(node: Node) -> bool:
    """Whether a value says where something was found: how long it is depends on values."""
    if node.operation is None:
        return False
    whole = node.inputs[0] if node.operation.name == "item" else node
    return type(whole) is Node and whole.operation is not None and whole.operation.function in _FINDING


#: Functions whose results are as long as there are entries of some kind.
_FINDING = (np.nonzero, np.flatnonzero, np.argwhere)


def _lengths_of_parts(program: Program) -> Iterator[tuple[Note, Term]]:
    """What a slice or a mask has left meets an axis of something else: of one entry it would be broadcast."""
    for axes in same_lengths(program):
        parts: dict[Any, tuple[Node, int]] = {}
        for node, axis in axes:
            if node.operation is None:
                continue
            if node.operation.function is operator.getitem and _is_sliced(node):
                parts.setdefault(node.inputs[0], (node, axis))
            elif _is_of_found(node) or (node.requires_grad and is_as_long_as_found(node)):
                parts.setdefault(node, (node, axis))
        others = [place for place in axes if place[0].operation is None]
        others = others or [place for place in axes if place not in parts.values()] or list(parts.values())
        for node, axis in parts.values():
            if (node, axis) != others[0]:
                first, place = others[0]
                lengths = (call(length_of, program.term_of(n), a) for n, a in ((node, axis), (first, place)))
                yield Note(ANOTHER_LENGTH, node, True, program.places.get(node)), call(np.equal, *lengths)


def _axes_left_of_one(index: Any, shape: tuple[int, ...], varies: bool) -> Iterator[int]:
    """Yield the axes of ``x[index]`` that a slice has cut down to length 1, and might not if x were longer."""
    parts = index if isinstance(index, tuple) else (index,)
    if not all(part is None or isinstance(part, (slice, int, np.integer)) for part in parts):
        return
    axis = taken = 0
    for part in parts:
        if isinstance(part, slice):
            cut = [len(range(*part.indices(shape[taken] + more))) for more in (0, 1)]
            if part != slice(None) and cut[0] == 1 and (varies or cut[1] != 1):
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
    if (adjoint.node.operation is None and alike) or any(is_call(t, *PUTS) for t in terms):
        terms.reverse()
    if len(terms) > MOST_SUMMANDS:
        return Call(total, tuple(terms), (), adjoint.name.shape)
    return reduce(lambda a, b: call(np.add, a, b), terms) if terms else Constant(1.0)


def _places(index: Term) -> tuple[int | None, ...] | None:
    """Return the numbers of an index of numbers and slices, as `places` does."""
    items = index.items if isinstance(index, Group) and index.kind is tuple else (index,)
    return places(tuple(
        item.value if isinstance(item, Constant) else slice(None) if isinstance(item, Group) and item.kind is slice
        else None for item in items
    ))  # fmt: skip


def _reading_past(term: Term, erased: Mapping[str, tuple[Term, Any]]) -> Term:
    """Read entries from the gradient before others of its entries were set to 0."""
    replacements: dict[Term, Term] = {}
    for _, part in term.walk() if erased else ():
        if is_call(part, operator.getitem) and isinstance(part, Call) and isinstance(part.args[0], Name):
            source, index = part.args[0], _places(part.args[1])
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


def _repeated(term: Term) -> Call | None:
    """Return the largest part of a long term that stands in it more than once, if there is one."""
    if weight(term) <= LONGEST_WITH_REPETITIONS:
        return None
    seen: dict[Term, int] = {}
    for _, part in term.walk():
        if isinstance(part, Call) and part.shape:
            seen[part] = seen.get(part, 0) + 1
    again = [part for part, times in seen.items() if times > 1 and weight(part) > 1]
    again = [part for part in again if not any(is_call(inner, *STATEMENTS) for _, inner in part.walk())]
    largest = max(again, key=weight, default=None)
    return largest if isinstance(largest, Call) else None


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


def _is_of_name(term: Term) -> bool:
    """Whether a term is an elementwise call of one named value: ``np.tanh(c)``."""
    if not isinstance(term, Call) or term.keywords or not isinstance(term.operation.function, np.ufunc):
        return False
    return len(term.args) == 1 and isinstance(term.args[0], Name) and not _is_temporary(term.args[0].name)


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


_STEMS: dict[Callable[..., Any], str] = {
    sliding_window_view: "windows",
    np.matmul: "Z",
    np.dot: "Z",
    np.exp: "E",
    np.sum: "S",
    np.mean: "M",
    np.max: "M",
    np.log: "L",
    np.sqrt: "R",
}


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
    base, writes = taken_apart(line.term)
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


def _scaled(value: Any, factor: float) -> Any:
    is_number = isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc"
    return np.asarray(value * factor, value.dtype)[()] if is_number else value


def runs_rounded_otherwise(program: Program, leaves: Mapping[str, Any], count: int = 8) -> list[dict[str, Any]]:
    """Return the values of a program where every step is rounded otherwise, some times over."""
    rng = np.random.default_rng(1)
    with np.errstate(all="ignore"):
        return [program.run(leaves, rng) for _ in range(count)]


def agree_but_for_rounding(ours: Any, theirs: Any, others: Sequence[Any]) -> bool:
    """Whether two values differ by no more than the second does when it is rounded otherwise.

    An entry is let pass whatever it is only where rounding decides whether it is finite.
    """
    theirs = np.asarray(theirs)
    if np.shape(ours) != theirs.shape or theirs.dtype.kind not in "fc":
        return False
    with np.errstate(all="ignore"):
        spread = np.max([np.abs(other - theirs) for other in others], axis=0)
        undecided = np.isfinite(theirs) != np.all([np.isfinite(other) for other in others], axis=0)
        close = np.abs(ours - theirs) <= MOST_ROUNDING * spread
        same = np.isclose(ours, theirs, rtol=1e-6, atol=0, equal_nan=True)
        infinite = ~np.isfinite(ours) & ~np.isfinite(theirs)  # inf * 0 + inf is not what inf * (0 + 1) is
        return bool(np.all(close | undecided | same | infinite))


def _is_nowhere(expected: Any, ours: Any) -> bool:
    """Whether a value is not a number but where it is the same: 0 / 0, which tidying may cancel, says nothing."""
    expected = np.asarray(expected)
    if np.shape(ours) != expected.shape or expected.dtype.kind not in "fc":
        return False
    return bool(np.all(np.isnan(expected) | np.isclose(ours, expected, rtol=1e-6, atol=0)))


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
