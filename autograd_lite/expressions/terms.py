"""Expressions as data: what stands on the right of a line, to be read, evaluated, searched and edited.

A term is a name, a constant, a call of a NumPy function on terms, or a sequence or slice of terms (the arguments of
``np.concatenate``, an index). Terms are immutable and compare by value. A *place* in a term is the path to one of its
parts, a tuple of positions; every part can be replaced.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from autograd_lite.registry import Operation, operation_of
from autograd_lite.tensor.numbers import count_of, length_of, shape_of
from autograd_lite.tensor.operators import SYMBOLS

Place = tuple[int, ...]
Shape = tuple[int, ...]


class Term:
    """A part of an expression. `shape` is what it was in the run that was traced, ``None`` for what is no array."""

    __slots__ = ("_hash", "shape")

    shape: Shape | None

    @property
    def parts(self) -> tuple[Term, ...]:
        """What the term is made of."""
        return ()

    def with_parts(self, parts: tuple[Term, ...]) -> Term:
        """Return the same term made of other parts."""
        return self

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return the value of the term, where `env` gives that of each name."""
        raise NotImplementedError

    def _key(self) -> tuple[Any, ...]:
        raise NotImplementedError

    def __hash__(self) -> int:
        try:
            return self._hash  # type: ignore[has-type, no-any-return]
        except AttributeError:
            self._hash = hash((type(self), *self._key()))
            return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return type(self) is type(other) and hash(self) == hash(other) and self._key() == other._key()

    def walk(self, place: Place = ()) -> Iterator[tuple[Place, Term]]:
        """Yield every part with its place, the term itself first."""
        yield place, self
        for position, part in enumerate(self.parts):
            yield from part.walk((*place, position))

    def names(self) -> set[str]:
        """Return the names that the term reads."""
        return {part.name for _, part in self.walk() if isinstance(part, Name)}

    def at(self, place: Place) -> Term:
        """Return the part at a place."""
        term = self
        for position in place:
            term = term.parts[position]
        return term

    def replaced(self, place: Place, part: Term) -> Term:
        """Return the term with another part at a place."""
        if not place:
            return part
        parts = list(self.parts)
        parts[place[0]] = parts[place[0]].replaced(place[1:], part)
        return self.with_parts(tuple(parts))

    def substituted(self, replacements: Mapping[Any, Term]) -> Term:
        """Return the term with some parts, wherever they occur, replaced by others."""
        if self in replacements:
            return replacements[self]
        parts = tuple(part.substituted(replacements) for part in self.parts)
        if all(new is old for new, old in zip(parts, self.parts, strict=True)):
            return self
        return self.with_parts(parts)

    def __repr__(self) -> str:
        from autograd_lite.expressions.printing import text

        return f"<{type(self).__name__} {text(self)}>"


class Name(Term):
    """A value by its name."""

    __slots__ = ("dtype", "lengths", "name")

    def __init__(
        self,
        name: str,
        shape: Shape | None = None,
        dtype: Any = None,
        lengths: Callable[[int], Term | None] | None = None,
    ) -> None:
        self.name = name
        self.shape = shape
        self.dtype = dtype
        self.lengths = lengths  # what says how long an axis is, for every input

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return the value of the name."""
        return env[self.name]

    def _key(self) -> tuple[Any, ...]:
        return (self.name,)


class Constant(Term):
    """A number, an axis, a type, a word: whatever stands in the program as it is. Arrays compare by identity."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value
        self.shape = np.shape(value) if isinstance(value, (int, float, complex, np.ndarray, np.generic)) else None

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return the value."""
        return self.value

    def _key(self) -> tuple[Any, ...]:
        value = self.value
        if isinstance(value, float) and math.isnan(value):
            return ("nan",)
        try:
            hash(value)
        except TypeError:
            return (id(value),)
        return (type(value), value)


class Group(Term):
    """A list, a tuple or a slice of terms."""

    __slots__ = ("items", "kind")

    def __init__(self, kind: type, items: tuple[Term, ...]) -> None:
        self.kind = kind
        self.items = items
        self.shape = None

    @property
    def parts(self) -> tuple[Term, ...]:
        """The items; of a slice start, stop and step."""
        return self.items

    def with_parts(self, parts: tuple[Term, ...]) -> Term:
        """Return the same kind of group of other items."""
        return Group(self.kind, parts)

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return the list, tuple or slice."""
        values = [item.evaluate(env) for item in self.items]
        return slice(*values) if self.kind is slice else self.kind(values)

    def _key(self) -> tuple[Any, ...]:
        return (self.kind, self.items)


class Call(Term):
    """A call of a function, with positional arguments first.

    Attributes
    ----------
    operation
        The function, as the registry knows it.
    args, keywords
        The arguments; for the keywords their names in the same order as the last parts.
    """

    __slots__ = ("args", "function", "keywords", "operation", "parts_")

    def __init__(
        self,
        operation: Operation | Callable[..., Any],
        args: tuple[Term, ...],
        keywords: tuple[tuple[str, Term], ...] = (),
        shape: Shape | None = None,
    ) -> None:
        self.operation = operation if isinstance(operation, Operation) else operation_of(operation)
        self.args = args
        self.keywords = keywords
        self.shape = inferred_shape(self) if shape is None else shape
        has_groups = any(isinstance(arg, Group) for arg in args)
        self.function = _runner(self.operation, has_groups, bool(keywords))

    @property
    def parts(self) -> tuple[Term, ...]:
        """The arguments."""
        return (*self.args, *(value for _, value in self.keywords)) if self.keywords else self.args

    def with_parts(self, parts: tuple[Term, ...]) -> Term:
        """Return the same call with other arguments."""
        count = len(self.args)
        keywords = tuple((name, part) for (name, _), part in zip(self.keywords, parts[count:], strict=True))
        pairs = list(zip(parts, self.parts, strict=True))
        same = all(new.shape == old.shape for new, old in pairs)
        if same and all(new is old or not isinstance(old, Constant) for new, old in pairs):
            return Call(self.operation, parts[:count], keywords, self.shape)
        made = Call(self.operation, parts[:count], keywords)  # another axis may give another shape
        if same and made.shape is None:
            made.shape = self.shape
        return made

    def keyword(self, name: str) -> Term | None:
        """Return a keyword argument, if it is given."""
        return next((value for key, value in self.keywords if key == name), None)

    def evaluate(self, env: Mapping[str, Any]) -> Any:
        """Return what the function returns."""
        args = [arg.evaluate(env) for arg in self.args]
        if not self.keywords:
            return self.function(*args)
        return self.function(*args, **{name: value.evaluate(env) for name, value in self.keywords})

    def _key(self) -> tuple[Any, ...]:
        return (self.operation, self.args, self.keywords)


def _runner(operation: Operation, has_groups: bool, has_keywords: bool) -> Callable[..., Any]:
    """Return what is called on plain values: the operator where there is one, so that numbers of Python stay such."""
    if operation.caches and not has_groups:
        return lambda *args, **kwargs: operation.function(*args, **kwargs)[0]
    if operation.function in _DEFINED:
        return _DEFINED[operation.function]
    return operation.function if has_groups or has_keywords else SYMBOLS.get(operation.function, operation.function)


#: What is not filled yet is 0, so that two runs agree.
_DEFINED: dict[Callable[..., Any], Callable[..., Any]] = {np.empty: np.zeros, np.empty_like: np.zeros_like}


def total(*values: Any) -> Any:
    """Return the sum of values: written as ``x += value``, one after the other."""
    result = values[0]
    for value in values[1:]:
        result = result + value
    return result


def call(function: Callable[..., Any], *args: Any, **keywords: Any) -> Call:
    """Make a call; what is not a term counts as a constant."""
    return Call(
        operation_of(function), tuple(as_term(a) for a in args), tuple((k, as_term(v)) for k, v in keywords.items())
    )


def as_term(value: Any) -> Term:
    """Return a term as it is, anything else as a constant."""
    return value if isinstance(value, Term) else Constant(value)


def is_call(term: Term, *functions: Callable[..., Any]) -> bool:
    """Whether a term is a call of one of some functions."""
    return isinstance(term, Call) and term.operation.function in functions


def weight(term: Term) -> int:
    """Return the number of calls in a term, those that read sizes not counted."""
    if isinstance(term, Call) and term.operation.function in (length_of, count_of, shape_of):
        return 0
    return isinstance(term, Call) + sum(weight(part) for part in term.parts)


def inferred_shape(term: Call) -> Shape | None:
    """Work out the shape of a call from those of its arguments, where that is simple; else ``None``."""
    function = term.operation.function
    shapes = [arg.shape for arg in term.args]
    if (isinstance(function, np.ufunc) and function is not np.matmul) or term.operation.is_elementwise:
        try:
            return None if None in shapes else np.broadcast_shapes(*(s for s in shapes if s is not None))
        except ValueError:
            return None
    if function in (length_of, count_of):
        return ()
    if not shapes or shapes[0] is None:
        return None
    first = shapes[0]
    if function is np.broadcast_to:
        target = term.args[1]
        return target.parts[0].shape if is_call(target, shape_of) else None
    if function in (np.matmul, np.dot) and len(shapes) == 2 and shapes[1] is not None:
        second = shapes[1]
        if len(first) == 2 and len(second) == 2:
            return (first[0], second[1])
        if not first or not second:
            return first or second
        try:
            return np.shape(np.matmul(np.empty(first), np.empty(second)))
        except ValueError:
            return None
    if function is np.transpose and len(term.args) == 1 and not term.keywords:
        return first[::-1]
    if function is np.matrix_transpose:
        return (*first[:-2], first[-1], first[-2])
    if term.operation.keeps_shape:
        return first
    if function in (np.sum, np.add.reduce, np.mean, np.max, np.min):
        axis = term.keyword("axis") or (term.args[1] if len(term.args) > 1 else Constant(None))
        keeps = term.keyword("keepdims")
        if not isinstance(axis, Constant):
            return None
        axes = axis.value
        over = (
            range(len(first))
            if axes is None
            else [a % len(first) for a in (axes if isinstance(axes, tuple) else (axes,)) if first]
        )
        if isinstance(keeps, Constant) and keeps.value:
            return tuple(1 if a in over else n for a, n in enumerate(first))
        return tuple(n for a, n in enumerate(first) if a not in over)
    return None
