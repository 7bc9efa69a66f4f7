"""`to_source`: the forward and the backward pass of a function as a NumPy program that runs without this library."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import linecache
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.errors import DerivationError, NotScalarError
from autograd_lite.expressions import Call, Line, Name, Outline, Term, idioms
from autograd_lite.expressions.lengths import same_lengths
from autograd_lite.expressions.outlines import (
    ANOTHER_LENGTH,
    COMPLEX,
    ONE_ENTRY,
    agree_but_for_rounding,
    runs_rounded_otherwise,
    size_of_entries,
)
from autograd_lite.expressions.printing import IMPORTED, constant_text, empty_text, numbers_text, rows_text, text
from autograd_lite.expressions.statements import STATEMENTS, statements
from autograd_lite.expressions.terms import is_call
from autograd_lite.graph import Node
from autograd_lite.tracing import Note, Trace, refuse_complex_result, trace
from autograd_lite.trees import leaves_of, rebuild

#: As ruff and black have it.
WIDTH = 88
#: Arrays with more entries than this are not written into the source: they become parameters.
LARGEST = 10_000

_HELPERS = tuple(idioms.HELPERS.values())


def to_source(f: Callable[..., Any], *args: Any, wrt: str | int | Sequence[str | int] | None = None) -> str:
    """Write the forward and the backward pass of a function as a NumPy program.

    The program defines a function of the same parameters, ``<name>_and_grads``, which returns the value and the
    gradients. It uses NumPy only. Masks are computed anew from the inputs, and sizes are read from them, so that it is
    right for other inputs, and for other batch sizes; where the traced run depended on values (``if``, ``while``), it
    asserts that it would take the same way, and names the line.

    Parameters
    ----------
    f
        Takes arrays or containers of them, and returns a number, or a pair of it and anything else.
    *args
        Its arguments.
    wrt
        As for `derive`; the gradients come in this order. Of a whole argument (``"p"``, or its position) they come in
        its structure, of entries (``["W", "b"]``) one by one. Default: every floating-point array among the arguments.

    Returns
    -------
    str
        The text of a Python file. Arrays that `f` finds outside its arguments are written into it, or, above 10,000
        entries, become keyword arguments.

    Raises
    ------
    NotScalarError
        `f` does not return a number.
    DerivationError
        `f` calls what NumPy has not, such as a person's own primitive, or draws on a generator of random numbers.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> def loss(w, x):
    ...     return np.sum(np.tanh(x @ w))
    >>> source = ag.to_source(loss, np.ones(3), np.ones((5, 3)), wrt="w")
    >>> print(source[source.index("    T1 ="):])
        T1 = np.tanh(x @ w)  # (5,)
        L = T1.sum()  # ()
    <BLANKLINE>
        # Backward
        dw = x.T @ (1 - T1**2)  # (3,)
        return L, dw
    <BLANKLINE>
    """
    graph = trace(f, *args)
    output = graph.outputs[0]
    refuse_complex_result(graph)
    if tuple(output.shape) != ():
        raise NotScalarError(
            f"to_source needs a function that returns a number, and {_name(f)} returned an array of shape "
            f"{tuple(output.shape)}; reduce it first, for example with np.sum"
        )
    writer = _Writer(f, graph, args, wrt)
    source = writer.source()
    _compare(source, writer, args)
    return source


class _Writer:
    """Puts the pieces of the program together."""

    def __init__(self, f: Callable[..., Any], graph: Trace, args: tuple[Any, ...], wrt: Any) -> None:
        self.f = f
        self.graph = graph
        self.args = args
        self.wrt = wrt
        self.nodes = graph.variables(wrt)
        self.outline = Outline(graph, self.nodes, exact=True, brief=True)
        self.name = f"{_name(f)}_and_grads"
        self.gradients = {line.node: line.name for line in self.outline.backward}
        self.captured = self._captured()
        self._leave_out_certain()
        self._leave_out_unread()
        self._taken = {name.name for name in self.outline.program.names.values()} | {n.name for n in self.outline.lines}
        self._taken |= set(graph.parameters)

    def source(self) -> str:
        """Return the whole file."""
        self._refuse_what_numpy_has_not()
        body = [*self._docstring(), *self._unpacking(), *self._shapes()]
        body += ["    # Forward", *self._lines(self.outline.forward, self.outline.guards)]
        if self.outline.backward:
            body += ["", "    # Backward", *self._lines(self.outline.backward, [])]
        body = [_kept_as_it_is(line) for line in body]
        body += self._return()
        data = "".join(f"\n{data}" for argument in self.captured if (data := self._data(argument)))
        title = f'"""Generated by autograd_lite from `{_name(self.f)}`. Needs NumPy only."""'
        parts = [f"{title}\n\nimport numpy as np\n{self._imports()}{data}"]
        parts += [_without_annotations(helper) for helper in self._helpers()]
        parts.append("\n".join([*self._signature(), *body]) + "\n")
        return "\n\n".join(parts) if len(parts) > 1 else parts[0]

    def _functions(self) -> set[Callable[..., Any]]:
        """What is called in the lines and the assertions."""
        terms = [*(line.term for line in self.outline.lines), *(term for _, term in self.outline.guards)]
        parts = (part for term in terms for _, part in term.walk())
        return {part.operation.function for part in parts if isinstance(part, Call)}

    def _imports(self) -> str:
        used = self._functions()
        found = sorted((module, f.__name__) for f, module in IMPORTED.items() if f in used)
        return "".join(f"from {module} import {name}\n" for module, name in found)

    def _leave_out_certain(self) -> None:
        """Assert nothing of arrays that are written into the file: they do not change."""
        outline = self.outline
        fixed = {name for name, value in self.captured if not self._is_large(value)}
        for line in outline.lines:
            if line.term.names() <= fixed:
                fixed.add(line.name)
        outline.guards = [(note, term) for note, term in outline.guards if not term.names() <= fixed]

    def _leave_out_unread(self) -> None:
        """Keep the lines that the value, a gradient or an assertion depends on."""
        outline = self.outline
        read = {name for _, term in outline.guards for name in term.names()} | {self._value()}
        read |= {name for node, name in self.gradients.items() if node.operation is None}
        kept: set[str] = set()
        for line in reversed(outline.lines):
            if line.name in read:
                kept.add(line.name)
                read |= line.term.names()
        outline.forward = [line for line in outline.forward if line.name in kept]
        outline.backward = [line for line in outline.backward if line.name in kept]

    # -- what goes in ----------------------------------------------------------------------------------------------

    def _captured(self) -> list[tuple[str, Any]]:
        """The arrays that the function found outside its arguments and that the lines read."""
        program = self.outline.program
        given = {program.copies[argument.node] for argument in self.graph.arguments if argument.node in program.copies}
        return [
            (program.names[node].name, node.values[-1])
            for node in program.nodes
            if node.operation is None and node not in given and node.values
        ]

    def _is_large(self, value: Any) -> bool:
        return bool(np.size(value) > LARGEST)

    def _data(self, captured: tuple[str, Any]) -> str:
        name, value = captured
        if self._is_large(value):
            return ""
        return f"{name} = {_array(value, name)}\n"

    def _helpers(self) -> list[Callable[..., Any]]:
        used = self._functions()
        if idioms.log_softmax in used:
            used.add(idioms.logsumexp)
        return [helper for helper in _HELPERS if helper in used]

    def _refuse_what_numpy_has_not(self) -> None:
        for line in self.outline.lines:
            for _, part in line.term.walk():
                if not isinstance(part, Call):
                    continue
                operation = part.operation
                is_known = operation.is_numpys or operation.function in _HELPERS or _is_written(operation)
                if not is_known:
                    raise DerivationError(
                        f"the line `{line.text}` calls {operation.name}, which NumPy has not, so a program that needs "
                        f"only NumPy can not be written; write it with NumPy's functions"
                    )

    def _signature(self) -> Iterator[str]:
        large = [name for name, value in self.captured if self._is_large(value)]
        parameters = [*self.graph.parameters, *(["*"] if large else []), *large]
        line = f"def {self.name}({', '.join(parameters)}):"
        if len(line) <= WIDTH:
            yield line
        else:
            yield f"def {self.name}("
            yield from (f"    {parameter}," for parameter in parameters)
            yield "):"

    def _docstring(self) -> Iterator[str]:
        yield f'    """Return the value of {_name(self.f)} and its gradients.'
        yield ""
        rows = [(a.path, a.value) for a in self.graph.arguments]
        rows += [(name, value) for name, value in self.captured if self._is_large(value)]
        for path, value in rows:
            if isinstance(value, (np.ndarray, np.generic)):
                yield f"    {path}: {np.dtype(value.dtype).name} of shape {np.shape(value)}".replace("\\", "\\\\")
        yield ""
        fixed = [note for note, _ in self.outline.guards]
        if fixed:
            yield "    Values and lengths that decided the traced run's way are asserted to be the same."
        else:
            yield "    Other values, and other lengths of axes (a batch) than 1, work as well."
        yield '    """'

    def _unpacking(self) -> Iterator[str]:
        used = {name for line in self.outline.lines for name in line.term.names()}
        used |= {name for _, term in self.outline.guards for name in term.names()}
        program = self.outline.program
        for argument in self.graph.arguments:
            copy = program.copies.get(argument.node)
            if copy not in program.names:  # nothing reads it, and another value may have its name
                continue
            name = program.names[copy].name
            if (name in used or copy is program.output) and name != argument.path:
                yield f"    {name} = {_in_double_quotes(argument.path)}"

    def _shapes(self) -> Iterator[str]:
        """Assert what broadcasting depends on: that an axis of length 1 still is one, and equal ones are equal."""
        program = self.outline.program
        given = {program.copies.get(argument.node) for argument in self.graph.arguments}
        leaves = [n for n in program.names if n.operation is None and self._is_read(program.names[n].name)]
        lengths: dict[Node, dict[int, str]] = {leaf: {} for leaf in leaves}
        for axes in same_lengths(program):
            (first, axis), *others = [place for place in axes if place[0] in lengths] or [(program.output, 0)]
            for other, place in others:
                if first in given or other in given:
                    lengths[other][place] = f"{program.names[first].name}.shape[{axis}]"
        for leaf, known in lengths.items():
            name, shape = program.names[leaf].name, tuple(map(int, leaf.shape))
            if leaf in given:
                known.update((axis, "1") for axis, length in enumerate(shape) if length == 1)
            if len(shape) > 1 and len(known) == len(shape):
                whole = ", ".join(known[axis] for axis in range(len(shape)))
                yield f"    assert {name}.shape == ({whole}), {name}.shape"
            else:
                for axis in sorted(known):
                    yield f"    assert {name}.shape[{axis}] == {known[axis]}, {name}.shape"

    def _is_read(self, name: str) -> bool:
        return any(name in line.term.names() for line in self.outline.lines)

    # -- lines -----------------------------------------------------------------------------------------------------

    def _lines(self, lines: Sequence[Line], guards: Sequence[tuple[Note, Term]]) -> Iterator[str]:
        waiting = list(guards)
        known = {name for line in self.outline.forward for name in [line.name]}
        for line in lines:
            yield from self._line(line)
            known.discard(line.name)
            ready = [g for g in waiting if not (g[1].names() & known)]
            for guard in ready:
                yield from _assertion(*guard)
                waiting.remove(guard)
        for guard in waiting:
            yield from _assertion(*guard)

    def _line(self, line: Line) -> Iterator[str]:
        term = line.term
        while True:
            written = list(statements(line.name, term, line.counters))
            if max(len(part) for part in written) + 4 <= WIDTH:
                break
            place = self._longest_part(term)
            if place is None:
                break
            part = term.at(place)
            name = self._fresh("part1")
            yield from self._line(dataclasses.replace(line, name=name, term=part, shape=part.shape))
            term = term.substituted({part: Name(name, part.shape)})
        first, *rest = written
        comment = f"  # {line.shape}" if line.shape is not None else ""
        if len(first) + len(comment) + 4 <= WIDTH:
            yield f"    {first}{comment}"
        else:
            yield f"    # {line.shape}"
            yield f"    {first}"
        yield from (f"    {part}" for part in rest)

    def _fresh(self, name: str) -> str:
        """A name that nothing has, counted up from one that would do."""
        stem, number = name.rstrip("0123456789"), 1
        while name in self._taken:
            number += 1
            name = f"{stem}{number}"
        self._taken.add(name)
        return name

    def _longest_part(self, term: Term) -> tuple[int, ...] | None:
        """The place of the largest part that can have a line of its own, at most about half of the whole."""
        best, most = None, 0
        whole = len(text(term))
        for place, part in term.walk():
            if place and isinstance(part, Call) and part.shape is not None and not is_call(part, *STATEMENTS):
                length = len(text(part))
                if most < length <= max(0.75 * whole, 24) and length > 8:
                    best, most = place, length
        return best

    def _return(self) -> Iterator[str]:
        value = self._value()
        gradients = self._gradients()
        line = f"    return {value}, {gradients}"
        if len(line) <= WIDTH:
            yield line
        else:
            name = self._fresh("grads")
            is_short = len(name) + len(gradients) + 7 <= WIDTH
            yield f"    {name} = {gradients}" if is_short else _exploded(name, gradients)
            yield f"    return {value}, {name}"

    def _value(self) -> str:
        output = self.outline.program.output
        named = [line.name for line in self.outline.forward if line.node is output]
        return named[-1] if named else self.outline.program.names[output].name

    def _gradient(self, node: Node) -> str:
        program = self.outline.program
        copy = program.copies.get(node)
        if copy is not None and copy in self.gradients:
            name = self.gradients[copy]
            return f"np.conjugate({name})" if node.dtype.kind == "c" else name
        path = next((a.path for a in self.graph.arguments if a.node is node), node.name or "")
        return f"np.zeros_like({_in_double_quotes(path)})"

    def _gradients(self) -> str:
        """The gradients in the structure of the arguments, or in the order of `wrt`."""
        if self.wrt is not None:
            chosen = [self.wrt] if isinstance(self.wrt, (str, int)) else list(self.wrt)
            written = [
                self._structures([self.graph.parameters[which] if isinstance(which, int) else which])[0]
                if self._is_whole(which)
                else ", ".join(self._gradient(node) for node in self.graph.variables(which))
                for which in chosen
            ]
            is_one = len(self.nodes) == 1 or (len(written) == 1 and self._is_whole(chosen[0]))
            return written[0] if is_one else f"({', '.join(written)})"
        structures = self._structures(self.graph.parameters)
        return structures[0] if len(structures) == 1 else f"({', '.join(structures)})"

    def _is_whole(self, which: str | int) -> bool:
        """Whether `wrt` means a whole argument."""
        named = [node for node in self.graph.leaves if node.name == which]
        return isinstance(which, int) or (which in self.graph.parameters and not named)

    def _structures(self, names: Sequence[str]) -> list[str]:
        """For each parameter that has variables in it a container like the argument, of their gradients."""
        by_path = {a.path: a.node for a in self.graph.arguments if a.node.requires_grad}
        structures = []
        for name, tree in zip(self.graph.parameters, self.args, strict=True):
            if name not in names:
                continue
            leaves = [
                _Code(self._gradient(by_path[name + path])) if name + path in by_path else None
                for path, _ in leaves_of(tree)
            ]
            if any(leaf is not None for leaf in leaves):
                structures.append(_structure(rebuild(tree, leaves), name))
        return structures


def _kept_as_it_is(line: str) -> str:
    """Keep a line that no part of which can be taken out from being broken over many."""
    is_statement = not line.lstrip().startswith(("#", '"""')) and line.startswith("    ")
    return f"{line}  # fmt: skip" if is_statement and len(line) > WIDTH and "# fmt: skip" not in line else line


class _Code(str):
    """Text that is code already."""

    __slots__ = ()


def _structure(tree: Any, path: str) -> str:
    """A container as code; of a person's own classes the type is that of the argument."""
    if isinstance(tree, _Code):
        return str(tree)
    if isinstance(tree, dict):
        keys = [constant_text(key)[0] if not isinstance(key, str) else _quoted(key) for key in tree]
        items = [_structure(value, f"{path}[{key}]") for key, value in zip(keys, tree.values(), strict=True)]
        return "{" + ", ".join(f"{key}: {item}" for key, item in zip(keys, items, strict=True)) + "}"
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return f"type({path})({', '.join(_structure(getattr(tree, k), f'{path}.{k}') for k in tree._fields)})"
    if isinstance(tree, (list, tuple)):
        items = [_structure(value, f"{path}[{i}]") for i, value in enumerate(tree)]
        if isinstance(tree, list):
            return f"[{', '.join(items)}]"
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
    if tree is None:
        return "None"
    fields = [field.name for field in dataclasses.fields(tree) if field.init]
    items = [f"{name}={_structure(getattr(tree, name), f'{path}.{name}')}" for name in fields]
    return f"type({path})({', '.join(items)})"


def _exploded(name: str, structure: str) -> str:
    """A dict or tuple with an item a line, as ruff writes what is too long."""
    return f"    {name} = {_with_items_apart(ast.parse(structure, mode='eval').body, 4, 0)}"


def _with_items_apart(tree: ast.expr, indent: int, room: int) -> str:
    whole = _unparsed(tree)
    if len(whole) <= room or not isinstance(tree, (ast.Dict, ast.Tuple, ast.List)):
        return whole
    rows = []
    values = tree.values if isinstance(tree, ast.Dict) else tree.elts
    for position, value in enumerate(values):
        key = tree.keys[position] if isinstance(tree, ast.Dict) else None
        is_text = isinstance(key, ast.Constant) and isinstance(key.value, str)
        start = "" if key is None else f'"{key.value}": ' if is_text else f"{_unparsed(key)}: "  # type: ignore[attr-defined]
        rows.append(f"{start}{_with_items_apart(value, indent + 4, WIDTH - indent - 5 - len(start))},")
    opening, closing = "{}" if isinstance(tree, ast.Dict) else "()" if isinstance(tree, ast.Tuple) else "[]"
    return "\n".join([opening, *(" " * (indent + 4) + row for row in rows), " " * indent + closing])


def _unparsed(tree: ast.expr) -> str:
    written = ast.unparse(tree)
    return written if '"' in written else written.replace("'", '"')


def _in_double_quotes(path: str) -> str:
    return path.replace("['", '["').replace("']", '"]')


def _quoted(key: str) -> str:
    """A string as code, in double quotes as ruff has it."""
    written = repr(key)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in written else written


#: What an assertion says that is no control flow.
_WHAT_CHANGED = {ONE_ENTRY: "more than one entry", ANOTHER_LENGTH: ANOTHER_LENGTH, COMPLEX: "complex numbers"}


def _assertion(note: Note, term: Term) -> Iterator[str]:
    where = "the rule of a derivative" if note.place is None else f"line {note.place.line} of {note.place.function}"
    condition = text(term)
    if note.how in ("bool()", ONE_ENTRY, ANOTHER_LENGTH, COMPLEX):
        condition = condition if note.value else f"not {condition if isinstance(term, Name) else f'({condition})'}"
    elif isinstance(note.value, (int, float, np.number)):
        is_nan = note.value != note.value
        condition = f"np.isnan({condition})" if is_nan else f"{condition} == {constant_text(note.value)[0]}"
    elif isinstance(note.value, tuple):
        condition = f"{condition} == {note.value}"
    else:
        if np.size(note.value) > 64:
            raise DerivationError(
                f"{where} goes on with plain numbers ({note.how}) of an array of shape {np.shape(note.value)}; a "
                f"program for other inputs can not be written from this run"
            )
        value = np.asarray(note.value)
        nan = ", equal_nan=True" if value.dtype.kind in "fc" and np.isnan(value).any() else ""
        condition = f"np.array_equal({condition}, {_array(value)}{nan})"
    what = _WHAT_CHANGED.get(note.how, "another way")
    message = f'"{what} at {where}"'
    line = f"    assert {condition}, {message}"
    if len(line) <= WIDTH:
        yield line
    elif note.how in _WHAT_CHANGED and len(condition) + len(what) + 15 <= WIDTH:
        yield f'    assert {condition}, "{what}"'
    elif len(condition) + 12 <= WIDTH:
        yield f"    # {message[1:-1]}"
        yield f"    assert {condition}"
    else:
        yield f"    # {message[1:-1]}"
        yield f"    assert {condition}  # fmt: skip"


def _is_written(operation: Any) -> bool:
    """Whether the printer writes a call of the library's own in NumPy: indexing, lengths, writing into entries."""
    from autograd_lite.expressions.programs import SIZES

    return operation.function in (*STATEMENTS, *SIZES) or operation.name in ("getitem", "item")


def _array(value: Any, name: str = "") -> str:
    """An array as code; as what a name is bound to, broken into lines as ruff does."""
    array = np.asarray(value)
    if array.ndim == 0:
        return (
            constant_text(array[()])[0]
            if array.dtype in (np.float64, np.int64, np.bool_)
            else (f"np.{array.dtype.type.__name__}({array[()].item()!r})")
        )
    if not array.size and array.ndim > 1:
        return empty_text(array)
    usual = array.dtype in (np.dtype(float), np.dtype(int), np.dtype(bool)) and array.size
    dtype = "" if usual else f"dtype=np.{array.dtype.type.__name__}"
    whole = f"np.array({', '.join(filter(None, [numbers_text(array), dtype]))})"
    if not name or len(name) + 3 + len(whole) <= WIDTH:
        return whole
    if len(whole) - len("np.array()") <= WIDTH - 4:
        return f"np.array(\n    {whole[9:-1]}\n)"
    rows = [rows_text(array, WIDTH - 4 - bool(dtype), 4), *([f"    {dtype},"] if dtype else [])]
    return "np.array(\n    " + ",\n".join(rows) + "\n)"


def _without_annotations(function: Callable[..., Any]) -> str:
    """The source of one of our functions without type hints."""
    tree = ast.parse(inspect.getsource(function))
    made = tree.body[0]
    assert isinstance(made, ast.FunctionDef)
    made.returns = None
    for argument in made.args.args:
        argument.annotation = None
    return ast.unparse(made).replace('"""\n', '"""\n') + "\n"


def _name(f: Callable[..., Any]) -> str:
    name = getattr(f, "__name__", "function")
    return name if name.isidentifier() else "function"


def _compare(source: str, writer: _Writer, args: tuple[Any, ...]) -> None:
    """Run what was written once, on the traced arguments, and compare it with the graph."""
    namespace: dict[str, Any] = {}
    file = f"<source of {writer.name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), namespace)
    large = {name: value for name, value in writer.captured if writer._is_large(value)}
    with np.errstate(all="ignore"):
        value, gradients = namespace[writer.name](*args, **large)
    plain = writer.outline.plain
    names, found = [plain.names[plain.output].name], [value]
    chosen = [gradients] if writer.wrt is not None and len(writer.nodes) == 1 else gradients
    leaves = [leaf for _, leaf in leaves_of(chosen) if leaf is not None]
    for node, leaf in zip(writer.nodes, leaves, strict=True):
        copy = plain.copies.get(node)
        if copy in plain.adjoints:
            names.append(plain.adjoints[copy].name.name)
            found.append(np.conjugate(leaf) if node.dtype.kind == "c" else leaf)
    largest = max(map(size_of_entries, plain.values.values()))
    others: list[dict[str, Any]] = []
    for ours, name in zip(found, names, strict=True):
        theirs = plain.values[name]
        tolerance = 1e-3 if np.asarray(theirs).dtype.itemsize < 8 else 1e-6
        scale = size_of_entries(np.asarray(theirs)) + 1e-3 * largest + 1e-12
        if np.shape(ours) == np.shape(theirs) and np.allclose(
            ours, theirs, rtol=tolerance, atol=tolerance * scale, equal_nan=True
        ):
            continue
        others = others or runs_rounded_otherwise(plain, plain.leaf_values())
        if not agree_but_for_rounding(ours, theirs, [other[name] for other in others]):
            raise DerivationError(f"the source written for {_name(writer.f)} does not give the graph's values: a bug")
