"""A line as the statements of a program: what writes into entries takes several, ``dX = zeros``, ``dX[i] += g``."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.expressions.algebra import is_boolean
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term, call, is_call, total
from autograd_lite.indexed import accumulate, overwrite, put_at
from autograd_lite.rules.windows import add_windows
from autograd_lite.tensor.numbers import length_of, shape_of

#: Calls that are written as statements of their own: ``out[i] = v``, ``dX[i] += g``, ``dW += g``.
#: Those that start from zeros.
PUTS = (put_at, add_windows)
_INTO_ENTRIES = (*PUTS, overwrite, accumulate)
STATEMENTS = (*_INTO_ENTRIES, total)

#: What the loop over the places in a window may call its counters.
COUNTERS = ("i", "j", "k", "l", "m", "n")


def statements(name: str, term: Term, counters: Sequence[str] = COUNTERS) -> Iterator[str]:
    """Yield the statements of ``name = term``: one, and one more for each write into entries, a loop for windows.

    `counters` are names for the loop that no value has.
    """
    base, writes = taken_apart(term)
    if isinstance(base, Name) and base.shape == () and writes and not is_call(writes[0], *STATEMENTS):
        base, writes = call(np.add, base, writes[0]), writes[1:]  # a number of its own, and of the sum's type
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
            sign, value = sign_of(write)
            yield f"{name} {sign}= {text(value)}"
            continue
        assert isinstance(write, Call)
        function, args = write.operation.function, write.args
        if function is add_windows:
            yield from Windows(write, counters).statements(name)
        elif function is overwrite:
            yield f"{name}[{_index(args[1])}] = {text(args[2])}"
        else:
            index, value = (args[1], args[0]) if function is put_at else (args[1], args[2])
            if names_once(index):
                sign, value = sign_of(value)
                yield f"{name}[{_index(index)}] {sign}= {text(value)}"
            else:
                yield f"np.add.at({name}, {_index_as_argument(index)}, {text(value)})"


class Windows:
    """The loop that adds windows: for each place in them, all of them at once.

    Attributes
    ----------
    windows, sign
        What is added, without the sign that it may have; the sign.
    counters, ends
        One for each axis of a window: what counts through it, and how long it is.
    offsets
        For each axis that windows slide along where in it the place begins: ``i``; ``i + j`` if two slide along it.
    ndim
        How many axes the result has.
    """

    def __init__(self, write: Call, counters: Sequence[str] = COUNTERS) -> None:
        self.sign, self.windows = sign_of(write.args[0])
        self.ends, axes = (_items(arg) for arg in (write.args[1], write.args[3]))
        self.counters = tuple(counters[: len(self.ends)])
        self.ndim = len(write.shape or ())
        self.offsets: dict[Any, Term] = {}
        for counter, axis in zip(self.counters, axes, strict=True):
            assert isinstance(axis, Constant)
            before, one = self.offsets.get(axis.value), Name(counter, ())
            self.offsets[axis.value] = one if before is None else call(np.add, before, one)

    def statements(self, name: str) -> Iterator[str]:
        """Yield the lines of the loop."""
        nothing = Constant(None)
        places: list[Term] = []
        for axis in range(max(self.offsets, default=0) + 1):
            start = self.offsets.get(axis, nothing)
            end = nothing if start is nothing else call(np.add, start, call(length_of, self.windows, axis))
            places.append(Group(slice, (start, end, nothing)))
        inside = Group(tuple, (Constant(Ellipsis), *(Name(counter, ()) for counter in self.counters)))
        part = Call(operator.getitem, (self.windows, inside), (), None)
        ends = [text(end) for end in self.ends]
        bounds = f"range({ends[0]})" if len(ends) == 1 else f"np.ndindex({', '.join(ends)})"
        if ends:
            yield f"for {', '.join(self.counters)} in {bounds}:"
        yield f"{'    ' if ends else ''}{name}[{_index(Group(tuple, tuple(places)))}] {self.sign}= {text(part)}"


def _items(sequence: Term) -> tuple[Term, ...]:
    """The items of a tuple, written out or constant."""
    if isinstance(sequence, Constant):
        return tuple(Constant(value) for value in sequence.value)
    return sequence.parts


def counters_beside(names: Iterable[str]) -> tuple[str, ...]:
    """Return counters that no value is called like."""
    taken = set(names)
    free = [letter for letter in COUNTERS if letter not in taken]
    return (*free, *(made for number in range(len(taken) + 32) if (made := f"i{number}") not in taken))


def _is_of_other_type(x: Term) -> bool:
    """Whether an array is known to hold truth values or integers, so that zeros like it can hold no gradient."""
    dtype = x.dtype if isinstance(x, Name) else None
    return is_boolean(x) or (dtype is not None and dtype.kind not in "fc")


def taken_apart(term: Term) -> tuple[Term | None, list[Term]]:
    """Take a term apart into what it starts from and the writes into it, in order."""
    if is_call(term, overwrite, accumulate):
        assert isinstance(term, Call)
        base, writes = taken_apart(term.args[0])
        return base, [*writes, term]
    if is_call(term, *PUTS):
        return None, [term]
    if is_call(term, total):
        started = [part for part in term.parts if is_call(part, overwrite, accumulate)]  # each starts from an array
        if len(started) > 1:
            return term, []
        parts = list(term.parts)
        first = parts.pop(parts.index(started[0]) if started else 0)  # once: the same part may come again
        base, writes = taken_apart(first)
        return _of_full_shape(base, [*writes, *parts], term)
    if is_call(term, np.add, np.subtract) and isinstance(term, Call):
        left, right = term.args
        if is_call(left, *PUTS) and is_call(right, overwrite, accumulate) and term.operation.function is np.add:
            left, right = right, left
        base, writes = taken_apart(left)
        if is_call(right, *PUTS) and term.operation.function is np.add:
            return _of_full_shape(base, [*writes, right], term)
        if is_call(left, *PUTS) and not any(is_call(p, *STATEMENTS) for _, p in right.walk()):
            if term.operation.function is np.add:
                return _of_full_shape(right, [left], term)
            return _of_full_shape(call(np.negative, right), [left], term)
        if is_call(right, *PUTS) and isinstance(right, Call):
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
    first = next((write for write in writes if is_call(write, *PUTS)), None)
    return (
        (base, writes) if first is None else (None, [first, base, *(write for write in writes if write is not first)])
    )


def misplaced(term: Term) -> Call | None:
    """Return a part that is written as statements but stands where an expression must, if there is one."""
    base, writes = taken_apart(term)
    inside = [] if base is None else [base]
    for write in writes:
        if is_call(write, overwrite, accumulate):
            inside += write.parts[1:]
        else:
            inside += write.parts if is_call(write, *PUTS) else [write]
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
    may_be_shared = isinstance(base, Call) and base.operation.views
    if is_number or may_be_shared or isinstance(base, Name):
        return f"np.array({text(base)})"
    return text(base)


def _index(index: Term) -> str:
    return text(Call(operator.getitem, (Name("x"), index), (), ()))[2:-1]


def _index_as_argument(index: Term) -> str:
    return text(index)


def names_once(index: Term) -> bool:
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
        if any(map(_is_order, items)):
            return _are_rearranged(items)
        shapes = {other.shape for other in items if other.shape not in (None, ())}
        return _is_counted(item) and len(shapes) < 2  # one row after the other: no entry twice, whatever the columns
    return True


def _is_order(item: Term) -> bool:
    return is_call(item, np.argsort)


def _are_rearranged(items: Sequence[Term]) -> bool:
    """Whether an index only changes the order along one axis: it counts along the others."""
    orders = [item for item in items if _is_order(item)]
    shape = orders[0].shape
    if len(orders) > 1 or shape is None or len(shape) != len(items):
        return False
    return all(
        item is orders[0] or (_counts_through(item) and item.shape == (shape[axis], *(1,) * (len(shape) - axis - 1)))
        for axis, item in enumerate(items)
    )


def _counts_through(item: Term) -> bool:
    while is_call(item, np.reshape, operator.getitem):
        item = item.parts[0]
    return is_call(item, np.arange)


def _is_counted(item: Term) -> bool:
    """Whether an index array counts through its values, none twice."""
    if isinstance(item, Constant) and isinstance(item.value, np.ndarray):
        return item.value.ndim == 1 and np.unique(item.value).size == item.value.size
    return is_call(item, np.arange)


def sign_of(value: Term) -> tuple[str, Term]:
    """Take a minus sign off the front of a value: what to write before the ``=``, and the rest."""
    if is_call(value, np.negative) and isinstance(value, Call):
        return "-", value.args[0]
    if isinstance(value, Constant) and isinstance(value.value, (int, float)) and value.value < 0:
        return "-", Constant(-value.value)
    if is_call(value, np.multiply, np.divide) and isinstance(value, Call):
        sign, first = sign_of(value.args[0])
        if sign == "-":
            return "-", Call(value.operation, (first, *value.args[1:]), (), value.shape)
    return "+", value
