"""What a person's own backward pass computes on the way: every array that it made, with its line and variable.

The numbers that are returned say what is wrong; those in between say where. The person's function is run lifted and
traced at each of the points that are compared, so that a line of the right derivation can be looked up in it.
"""

from __future__ import annotations

import itertools
import linecache
import math
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.errors import AutogradError
from autograd_lite.graph import Node
from autograd_lite.lifting import lifted_call
from autograd_lite.modes import no_grad
from autograd_lite.tracing import Binding, Place, Tracer
from autograd_lite.trees import leaves_of, rebuild, short_name

Array = NDArray[Any]

#: More arrays than this are not looked through.
MOST = 4000


@dataclass(frozen=True)
class Entry:
    """One array that the person's backward pass made.

    Attributes
    ----------
    name
        The variable that held it, ``""`` if none did.
    place
        The line it was made in.
    values
        What it was at each point.
    was
        For an array that was changed in place its values before.
    """

    name: str
    place: Place | None
    values: tuple[Array, ...]
    was: tuple[Array, ...] | None = None

    @property
    def text(self) -> str:
        """What to call it: its variable, or its line."""
        return self.name or (f"what line {self.place.line} computes" if self.place else "another array")

    @property
    def line(self) -> str:
        """The source text of the line, if it can be read."""
        return linecache.getline(self.place.file, self.place.line).strip() if self.place else ""


@dataclass
class _Run:
    """One traced run: its arrays by what made them, in order."""

    entries: dict[Any, tuple[str, Place | None, Array, Array | None]] = field(default_factory=dict)
    numbers: set[float] = field(default_factory=set)


class Transcript:
    """All that was computed, to be looked up by value.

    Parameters
    ----------
    entries
        In the order they were made.
    tolerance
        The relative error that counts as rounding.
    numbers
        The plain numbers that it calculates with.
    """

    def __init__(self, entries: Sequence[Entry], tolerance: float, numbers: Collection[float] = ()) -> None:
        self.entries = list(entries)
        self.numbers = sorted(numbers)
        self.tolerance = tolerance
        self._directions: dict[tuple[int, ...], Array] = {}
        shapes: dict[tuple[int, ...], list[tuple[float, int]]] = {}
        for position, entry in enumerate(self.entries):
            mark = self._mark(entry.values[0])
            if mark is not None:
                shapes.setdefault(entry.values[0].shape, []).append((mark, position))
        self._marks = {shape: sorted(found) for shape, found in shapes.items()}

    def at(self, positions: Sequence[int]) -> Transcript:
        """Return what was computed at some of the points."""
        entries = []
        for entry in self.entries:
            was = None if entry.was is None else tuple(entry.was[i] for i in positions)
            entries.append(replace(entry, values=tuple(entry.values[i] for i in positions), was=was))
        return Transcript(entries if positions else [], self.tolerance, self.numbers)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def _mark(self, value: Array) -> float | None:
        """Return a number that is the same for all multiples of an array, and for few others."""
        direction = self._directions.get(value.shape)
        if direction is None:
            direction = np.random.default_rng(value.size).normal(size=value.size)
            self._directions[value.shape] = direction
        flat = value.ravel()
        if flat.size < 2:
            return 0.0 if np.all(np.isfinite(flat)) and np.all(flat) else None
        square = float(flat.dot(flat))
        return abs(float(flat.dot(direction))) / math.sqrt(square) if 0 < square < math.inf else None

    def near(self, value: Any) -> list[Entry]:
        """Return the entries that may be a multiple of what a value is at the first point."""
        first = np.asarray(value)
        known = self._marks.get(first.shape)
        mark = self._mark(first) if known and first.dtype.kind == "f" else None
        if not known or mark is None:
            return []
        slack = 10 * self.tolerance * max(mark, 1e-3)
        found = []
        for other, position in known[bisect_left(known, (mark - slack, -1)) :]:
            if other > mark + slack:
                break
            found.append(self.entries[position])
        return found

    def multiples(self, values: Sequence[Any]) -> Iterator[tuple[Entry, float]]:
        """Yield the entries that are a constant times some values at every point, each with that constant."""
        near = self.near(values[0])
        if not near or sum(np.size(v) for v in values) < 3:
            return
        first = np.asarray(values[0])
        largest = int(np.abs(first).argmax())
        for entry in near:
            constant = float(entry.values[0].flat[largest] / first.flat[largest])
            if constant and all(map(self._is_multiple, entry.values, values, itertools.repeat(constant))):
                yield entry, constant

    def _is_multiple(self, found: Array, value: Any, constant: float) -> bool:
        if found.shape != np.shape(value):
            return False
        scale = float(np.abs(found).max(initial=0.0))
        return bool(np.abs(found - constant * value).max(initial=0.0) <= self.tolerance * scale)

    def holds(self, values: Sequence[Any]) -> Entry | None:
        """Return an entry that is equal to some values at every point."""
        return next((entry for entry, constant in self.multiples(values) if abs(constant - 1) < 1e-6), None)


def transcribe(
    function: Callable[[Any], Any],
    forward: Callable[[Any], Any],
    arguments: Sequence[Callable[[], Any]],
    tolerance: float,
) -> Transcript:
    """Run a function at several points and write down what it computes; nothing, if it can not be run traced.

    Parameters
    ----------
    function
        The person's backward pass, or training step.
    forward
        The forward pass, which is run before it: classes keep what it computes.
    arguments
        What makes the argument of either, for each point.
    tolerance
        The relative error that counts as rounding.
    """
    try:
        runs = []
        for argument in arguments:
            forward(argument())
            runs.append(_run(function, argument()))
    except (AutogradError, ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        return Transcript([], tolerance)  # what runs on arrays need not run on Tensors: then there is less to go by
    entries: list[Entry] = []
    seen: dict[Any, int] = {}
    for key, (name, place, _, _) in runs[0].entries.items():
        if all(key in run.entries for run in runs):
            values = tuple(run.entries[key][2] for run in runs)
            was = tuple(run.entries[key][3] for run in runs)
            if len({value.shape for value in values}) == 1:
                before = None if any(w is None for w in was) else was
                same = (values[0].shape, values[0].tobytes())
                if same in seen:
                    if name and not entries[seen[same]].name and before is None:
                        entries[seen[same]] = replace(entries[seen[same]], name=name)
                    continue
                seen[same] = len(entries)
                entries.append(Entry(name, place, values, before))  # type: ignore[arg-type]
    return Transcript(entries[:MOST], tolerance, runs[0].numbers)


def _run(function: Callable[[Any], Any], argument: Any) -> _Run:
    with Tracer() as tracing, no_grad(), np.errstate(all="ignore"):
        leaves = []
        for path, value in leaves_of(argument):
            is_array = isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "fc"
            leaves.append(tracing.leaf(np.array(value), short_name(f"p{path}"), False) if is_array else value)
        is_free = sys.getprofile() is None
        if is_free:
            sys.setprofile(tracing.profile)
        try:
            lifted_call(function, (rebuild(argument, leaves),), {})
        finally:
            if is_free:
                sys.setprofile(None)
    return _written(tracing)


def _leaves(tracing: Tracer) -> Iterator[Node]:
    """The arrays that the program did not make itself."""
    seen: set[Node] = set()
    for called in tracing.calls.values():
        stack = [*called.sources, *called.keywords.values()]
        while stack:
            source = stack.pop()
            if isinstance(source, (list, tuple)):
                stack += source
            elif isinstance(source, Node) and source.operation is None and source not in seen:
                seen.add(source)
                yield source


def _written(tracing: Tracer) -> _Run:
    names: dict[Node, Binding] = {}
    for binding in tracing.bindings:
        known = names.get(binding.node)
        if known is None or (binding.rank, binding.time) < (known.rank, known.time):
            names[binding.node] = binding
    run = _Run()
    counts: Counter[Any] = Counter()
    for node in _leaves(tracing):
        value = None if node.values is None else node.values[-1]
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            counts["leaf"] += 1
            run.entries["leaf", counts["leaf"]] = (names[node].name if node in names else "", None, value, None)
    for node in tracing.calls:
        run.numbers.update(abs(a) for a in tracing.calls[node].args if type(a) is float and a and np.isfinite(a))
        value = None if node.values is None else node.values[-1]
        if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind != "f":
            continue
        place = tracing.places.get(node)
        key = (place, node.operation)
        counts[key] += 1
        name = names[node].name if node in names else ""
        before = tracing.changed.get(node)
        while before in tracing.changed:
            before = tracing.changed[before]
        was = None if before is None or before.values is None else np.asarray(before.values[-1])
        run.entries[*key, counts[key]] = (name, place, np.asarray(value), was)
    return run
