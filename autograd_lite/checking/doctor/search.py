"""The search for the slips behind wrong gradients: which few edits of the right derivation give the person's numbers.

Lines are visited from the loss to the parameters. Where the person gave a gradient it is judged *given the person's own
upstream values*; where it fails, edits of the line, and of lines above that nobody gave a gradient for, are tried at
several random points at once. The cheapest few ways to explain everything are carried on (a beam); what no edit
explains costs more than any edit.
"""

from __future__ import annotations

import itertools
import operator
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.constants import Constants
from autograd_lite.checking.doctor.edits import Activation, Edit, Editor, is_alike, said, summands_of
from autograd_lite.checking.doctor.transcript import Entry, Transcript
from autograd_lite.expressions import Call, Constant, Group, Line, Name, Term
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call, is_call, total, weight
from autograd_lite.indexed import put_at
from autograd_lite.tensor.numbers import length_of, shape_of

Array = NDArray[Any]

#: What a name costs that no edit explains; more than any edit, and more than two of them.
UNEXPLAINED = 4.0
#: The slips that most often come together with another in the same line.
USUAL = {"stale_parameter", "missing_activation_derivative", "sign_flipped", "transposed", "missing_sum"}
#: What it costs to look for a slip where the person showed no numbers.
HIDDEN = 0.1
#: How many of them look for slips in the lines above.
WIDE = 4
#: How many hypotheses are carried on.
BEAM = 12
#: A slip that costs no more is no surprise.
ENOUGH = 1.7
#: A line of more summands is not looked at summand by summand.
MOST_SUMMANDS = 60
#: What it costs that a line, as it is supposed to be, is nowhere in the person's program.
UNSEEN = 0.3
#: Where no more lines are open each is looked at.
MANY = 12
#: After so many lines that are nowhere in the person's program no slips are looked for in hidden lines at first.
LOST = 4
#: A hypothesis that is so much worse than the best is given up.
HOPELESS = 4.5
#: What the same slip costs at the next step of a loop.
AGAIN = 0.1
#: What fits as well and costs no more than this in addition is worth naming, too.
NEAR = 0.3
#: How many slips are carried on in a line whose value the person did not return but did compute.
SHOWN = 6


@dataclass
class Probe:
    """The values at one point: of the forward pass, the right gradients, and the person's.

    Attributes
    ----------
    values
        Of every name that lines read, cotangents at their right values included.
    given
        For each line that the person gave a gradient for, their array.
    """

    values: dict[str, Any]
    given: dict[str, Array]


@dataclass(frozen=True)
class Slip:
    """An edit of a line that explains numbers, perhaps with a constant factor.

    Attributes
    ----------
    line
        The name of the line.
    edit
        The edit; its term is the line as the person seems to have it, without the factor.
    factor
        A constant on top of it, 1 if there is none.
    is_broadcast
        Whether the person's array is the edited line, broadcast to a parameter's shape.
    also
        Other lines with the same slip: the same line of a loop, at another step.
    carried
        A constant that the person's array has beside it, and that a later line makes good.
    others
        Other slips in the line that give the same numbers.
    """

    line: str
    edit: Edit
    factor: float = 1.0
    is_broadcast: bool = False
    also: tuple[tuple[str, Term], ...] = ()
    carried: float = 1.0
    others: tuple[Slip, ...] = ()

    @property
    def cost(self) -> float:
        """How surprising it is."""
        return self.edit.cost + 0.2 * self.is_broadcast


@dataclass
class Hypothesis:
    """Slips assumed so far, with the values of all gradients under them, for each probe."""

    slips: tuple[Slip, ...] = ()
    unexplained: tuple[str, ...] = ()
    cost: float = 0.0
    values: list[dict[str, Any]] = field(default_factory=list)
    alternatives: dict[str, list[Slip]] = field(default_factory=dict)
    deferred: tuple[float, ...] = ()  # constants that the person's hidden gradients carry
    unseen: tuple[str, ...] = ()  # lines that the person's program does not compute

    @property
    def rank(self) -> float:
        """By what hypotheses are ordered: how surprising, and how much it is about lines that are not there."""
        return self.cost + UNSEEN * len(self.unseen)

    def with_slip(self, slip: Slip, values: list[dict[str, Any]]) -> Hypothesis:
        """Return the hypothesis with one slip more."""
        return replace(self, slips=(*self.slips, slip), cost=self.cost + slip.cost, values=values)


class Search:
    """Looks for the slips.

    Parameters
    ----------
    lines
        The right derivation's backward lines, in order.
    probes
        The values at several points.
    activations
        The activation functions of the forward pass, each with the line that multiplies with its derivative.
    stale
        For each parameter the name of its updated value, if there is an update.
    constants
        What a constant factor may be.
    tolerance
        The relative error that counts as rounding.
    names
        The forward values that may be taken for one another.
    transcript
        What the person's backward pass computed on the way.
    parameters
        The lines that are gradients of parameters.
    derivatives
        The lines that multiply with the derivative of a function of single entries.
    """

    def __init__(
        self,
        lines: Sequence[Line],
        probes: Sequence[Probe],
        activations: Sequence[tuple[str | None, Activation]],
        stale: dict[Name, Term],
        constants: Constants,
        tolerance: float,
        names: Sequence[Name],
        extra: Mapping[str, Sequence[Edit]],
        terms: Sequence[Term] = (),
        past: Mapping[str, str] | None = None,
        transcript: Transcript | None = None,
        parameters: Collection[str] = (),
        derivatives: Collection[str] = (),
    ) -> None:
        self.derivatives = set(derivatives)
        self.parameters = set(parameters)
        self._deadline = 0.0
        self._looks_up = False  # for slips that the person's own arrays do not show
        self.transcript = transcript or Transcript([], tolerance)
        self.lines = {line.name: line for line in lines}
        self.order = _simplest_first(self.lines)
        self.probes = probes
        self.activations = [activation for _, activation in activations]
        self.activations_of: dict[str, list[Activation]] = {}
        for line, activation in activations:
            if line is not None:
                self.activations_of.setdefault(line, []).append(activation)
        self.stale = stale
        self.constants = constants
        self.tolerance = tolerance
        self.names = names
        self.extra = extra
        self.terms = terms
        self.past = past or {}
        self.given = {name for name in self.order if all(name in probe.given for probe in probes)}
        self.reads = {name: line.term.names() & set(self.order) for name, line in self.lines.items()}
        self._edits: dict[str, list[Edit]] = {}
        self._known: dict[Any, Any] = {}

    # -- the edits of a line ---------------------------------------------------------------------------------------

    def edits(self, name: str) -> list[Edit]:
        """Return the edits of a line, cheapest first, each with another value."""
        if name not in self._edits:
            line, editor = self.lines[name], self._editor(name)
            is_first = not self.reads[name] and name not in self.given
            found: dict[Term, Edit] = {}
            for edit in [
                *self.extra.get(name, ()),
                *editor.edits(line.term),
                *self._of_all_summands(line.term, editor),
                *self._of_normalisation(line.term),
            ]:
                if edit.kind == "wrong_axis" and name not in self.given:
                    kind = "wrong_loss_derivative" if is_first else edit.kind
                    edit = replace(edit, kind=kind, cost=edit.cost + 0.3 * (not is_first))
                if edit.kind == "flipped_kernel" and name not in self.given:
                    edit = replace(edit, cost=edit.cost + 0.25)
                if edit.kind == "wrong_activation_derivative" and edit.swaps and not self._is_own(name, edit.swaps):
                    edit = replace(edit, kind="wrong_operand")
                elif edit.kind == "wrong_operand" and edit.swaps and self._is_own(name, edit.swaps):
                    edit = replace(edit, kind="wrong_activation_derivative")
                if edit.term != line.term and (edit.term not in found or found[edit.term].cost > edit.cost):
                    found[edit.term] = edit
            self._edits[name] = sorted(found.values(), key=lambda edit: edit.cost)
        return self._edits[name]

    def _of_normalisation(self, term: Term) -> Iterator[Edit]:
        """What people do to ``(dn - mean(dn) - n * mean(dn * n)) / std``, the short form of a normalisation's gradient.

        Here it is a sum of the paths through the value itself, its mean and its variance.
        """
        if len(summands_of(term)) < 2:
            return
        values = {name.name: name for name in self.names}
        for _, part in term.walk():
            if not (isinstance(part, Call) and part.operation.function is np.divide):
                continue
            gradient, deviation = part.parts
            value = values.get(gradient.name.removeprefix("d")) if isinstance(gradient, Name) else None
            if value is None or gradient.shape != value.shape != deviation.shape or not isinstance(deviation, Name):
                continue
            for axis in range(len(value.shape or ())):
                mean = call(np.mean, gradient, axis=axis, keepdims=True)
                spread = call(
                    np.multiply, value, call(np.mean, call(np.multiply, gradient, value), axis=axis, keepdims=True)
                )
                for kind, cost, what, above in (
                    ("wrong_axis", 1.2, f"with means over axis {axis}",
                     call(np.subtract, call(np.subtract, gradient, mean), spread)),
                    ("missing_term", 1.15, "without the path through the variance", call(np.subtract, gradient, mean)),
                    ("missing_term", 1.15, "without the path through the mean", call(np.subtract, gradient, spread)),
                ):  # fmt: skip
                    yield Edit(kind, call(np.divide, above, deviation), cost, what)

    def _is_own(self, name: str, swaps: tuple[str, str]) -> bool:
        """Whether two arrays are the input and the output of the activation that a line is the derivative of."""
        return any({a.z.names().pop(), a.a.names().pop()} == set(swaps) for a in self.activations_of.get(name, ()))

    def _of_all_summands(self, term: Term, editor: Editor) -> Iterator[Edit]:
        """The same slip in every summand of a sum: what a loop adds up."""
        summands = summands_of(term)
        if len(summands) < 2:
            return
        last = summands[-1]
        aligned = [_aligned(last, summand, True) for summand in summands]
        maps = [names for names in aligned if names is not None]
        if len(maps) < len(summands):
            return
        known = {n.name: n for n in self.names} | {n: Name(n, self.lines[n].shape) for n in self.order}
        for edit in editor.edits(last):
            made = call(total, *(_moved(edit.term, names, known) for names in maps))
            yield replace(edit, term=made, cost=edit.cost + 0.05, what=f"{edit.what}, at each of {len(maps)} steps")

    def _editor(self, name: str) -> Editor:
        below = self._below(name)
        before = [other for other in self.order if other not in below]
        gradients = [Name(n, self.lines[n].shape) for n in before]
        known = set(before)
        terms = [t for t in self.terms if not (t.names() & set(self.order)) - known]
        steps = _steps(self.lines[name].term)
        near = [n for n in [*self.names, *gradients] if not steps or _steps(n) <= steps]
        first = {n for n in self.order if all(self.lines[r].shape == () for r in self.reads[n])}
        return Editor(near, self.activations, self.stale, terms, self.past, first)

    def _below(self, name: str) -> set[str]:
        """A line, and all that are computed from it."""
        below = {name}
        for other in self.order[self.order.index(name) + 1 :]:
            if self.reads[other] & below:
                below.add(other)
        return below

    # -- running lines ---------------------------------------------------------------------------------------------

    def run(self, term: Term, values: Sequence[dict[str, Any]]) -> list[Any] | None:
        """Return the value of a term at each probe, ``None`` where it can not be computed."""
        try:
            with np.errstate(all="ignore"):
                return [term.evaluate(env) for env in values]
        except Exception:  # an edit may make any nonsense
            return None

    def agrees(self, name: str, found: Sequence[Any]) -> bool:
        """Whether values equal what the person gave for a line, at every probe."""
        noise = self._noise(name)
        return all(self._equal(v, probe.given[name], noise) for v, probe in zip(found, self.probes, strict=True))

    def _noise(self, name: str) -> float:
        """What counts as zero in a line: sums that cancel leave rounding, not zeros."""
        return 1e-6 * float(np.max(np.abs(self.probes[0].values[name]), initial=0.0))

    def _equal(self, value: Any, target: Array, noise: float = 0.0) -> bool:
        if np.shape(value) != target.shape:
            return False
        scale = np.max(np.abs(target), initial=0.0)
        return bool(np.max(np.abs(value - target), initial=0.0) <= self.tolerance * max(scale, noise, 1e-30))

    def _may_be(self, value: Any, target: Array, noise: float = 0.0) -> bool:
        """Whether a value could be a multiple of what was given, or broadcast to it, by its largest entry."""
        if np.shape(value) != target.shape:
            return np.ndim(value) <= target.ndim and np.size(value) < target.size
        value = np.asarray(value)
        if value.dtype.kind not in "fiub" or not value.size:
            return False
        if noise and self._equal(value, target, noise):
            return True
        largest = int(np.abs(value).argmax())
        if not np.isfinite(value.flat[largest]):
            return False
        if not value.flat[largest]:
            return not target.any()
        constant = target.flat[largest] / value.flat[largest]
        scale = float(np.abs(target).max())
        return bool(np.abs(constant * value - target).max() <= 2 * self.tolerance * max(scale, 1e-30))

    def factor(self, name: str, found: Sequence[Any], base: Sequence[Any] | None = None) -> float | None:
        """Return the constant that values must be multiplied with to equal what was given, if there is one.

        With `base`: what is there without them, so that ``base + factor * (found - base)`` is meant.
        """
        above = below = 0.0
        count = 0
        for i, (value, probe) in enumerate(zip(found, self.probes, strict=True)):
            target = probe.given[name]
            if np.shape(value) != target.shape or not np.all(np.isfinite(value)):
                return None
            start = 0.0 if base is None else base[i]
            slope = value - start
            above += float(np.sum((target - start) * slope))
            below += float(np.sum(slope * slope))
            count += target.size
        if below == 0 or count < 3:
            return None
        constant = above / below
        for i, (value, probe) in enumerate(zip(found, self.probes, strict=True)):
            start = 0.0 if base is None else base[i]
            if not self._equal(start + constant * (value - start), probe.given[name]):
                return None
        return constant

    # -- the search ------------------------------------------------------------------------------------------------

    def best(self, deadline: float) -> Hypothesis:
        """Return the least surprising way to explain all that was given; trying ends at the deadline."""
        self._deadline = deadline
        start = Hypothesis(values=[dict(probe.values) for probe in self.probes])
        if self.transcript:
            self._looks_up = False
            best = self._search([start])
            constants = [
                round(slip.factor, 9) for slip in best.slips if slip.factor != 1
            ]  # one above may be behind two
            if not best.unexplained and best.cost < ENOUGH * len(best.slips) and len(set(constants)) == len(constants):
                return best
        self._looks_up = True
        best = self._search([start])
        if best.unexplained:
            best = min(best, self._search([start, *self._other_losses()]), key=lambda h: h.rank)
        return best

    def _search(self, beam: list[Hypothesis]) -> Hypothesis:
        start = len(beam)
        for position, name in enumerate(self.order):
            following: list[Hypothesis] = []
            for rank, hypothesis in enumerate(beam):
                following += self._forward(hypothesis, position, name, rank)
            beam = self._narrowed(following)
            beam = beam[: (BEAM if start == 1 else 3 * BEAM) * (1 if name in self.given else 3)]
        return min(beam, key=lambda h: (h.rank, -sum(self.order.index(s.line) for s in h.slips)))

    def _other_losses(self) -> Iterator[Hypothesis]:
        """Begin with another loss, for when every line below has a slip of its own, too."""
        counts = [("", 1.0), *((words, value) for words, (value, _) in list(self.constants.sizes.items())[:4])]
        for name, edits in self.extra.items():
            if name in self.given:
                continue
            seen: list[Any] = []
            for edit in edits:
                found = self.run(edit.term, [self.probes[0].values])
                if found is None or any(
                    np.allclose(found[0], value) for value in seen if np.shape(value) == np.shape(found[0])
                ):
                    continue
                seen.append(found[0])
                for (words, count), number in itertools.product(counts, (1.0, 2.0)):
                    factor = number / count
                    what = edit.what if factor == 1 else f"{edit.what}, times {number:g}{'/' + words if words else ''}"
                    cost = edit.cost + HIDDEN + 0.1 * (factor != 1)
                    slip = Slip(name, replace(edit, cost=cost, what=what), factor)
                    yield Hypothesis((slip,), (), slip.cost, [dict(probe.values) for probe in self.probes])

    def _narrowed(self, hypotheses: list[Hypothesis]) -> list[Hypothesis]:
        ordered = sorted(hypotheses, key=lambda h: (h.rank, -sum(self.order.index(s.line) for s in h.slips)))
        kept: list[Hypothesis] = []
        seen: set[Any] = set()
        for hypothesis in ordered:
            if hypothesis.rank > ordered[0].rank + HOPELESS:
                break
            key = (
                *((slip.line, slip.edit.term, round(slip.factor, 9)) for slip in hypothesis.slips),
                *hypothesis.unexplained,
            )
            if key not in seen:
                seen.add(key)
                kept.append(hypothesis)
        return kept

    def _forward(self, hypothesis: Hypothesis, position: int, name: str, rank: int) -> Iterator[Hypothesis]:
        term, factor = _edited(hypothesis.slips).get(name, (self.lines[name].term, 1.0))
        found = self.run(term, hypothesis.values)
        if found is not None and factor != 1:
            found = [factor * value for value in found]
        if name not in self.given:
            if found is None:
                found = [probe.values[name] for probe in self.probes]
            hypothesis = replace(hypothesis, values=_with(hypothesis.values, name, found))
            is_lost = len(hypothesis.unseen) > LOST and not self._looks_up
            if self.transcript and name not in _edited(hypothesis.slips) and not is_lost:
                yield from self._shown(hypothesis, name, found)
            else:
                yield hypothesis
            return
        own = _with(hypothesis.values, name, [probe.given[name] for probe in self.probes])
        right = [probe.values[name] for probe in self.probes]
        if found is not None and self.agrees(name, found):
            yield replace(hypothesis, values=own)
            return
        if self.agrees(name, right):
            if self._unpinned_above(name) & set(_edited(hypothesis.slips)):
                return  # a slip above would have made it wrong
            yield replace(hypothesis, values=own)
            return
        arrays = [hypothesis.values[0][n] for n in self.order[:position] if n not in self.given]
        key = (name, rank < WIDE, *map(id, arrays))
        if key not in self._known:
            self._known[key] = (self._local(name, self._ahead(hypothesis, position), rank < WIDE), arrays)
        for change in self._known[key][0]:
            yield hypothesis.with_slip(change, own)
            if name not in self.parameters:
                yield from self._deferring(hypothesis, change, own)
        if rank < WIDE and not self._is_late():
            yield from self._upstream(hypothesis, position, name, rank)
        usable = all(probe.given[name].shape == np.shape(r) for probe, r in zip(self.probes, right, strict=True))
        yield replace(
            hypothesis, unexplained=(*hypothesis.unexplained, name), cost=hypothesis.cost + UNEXPLAINED,
            values=own if usable else _with(hypothesis.values, name, right),
        )  # fmt: skip

    def _shown(self, hypothesis: Hypothesis, name: str, found: list[Any]) -> Iterator[Hypothesis]:
        """Go on from a line whose value was not returned, but perhaps computed on the way: right, or with a slip."""
        env = hypothesis.values[0]
        arrays = [env[n] for n in self.order[: self.order.index(name) + 1] if n not in self.given]
        key = (name, hypothesis.deferred, *map(id, arrays))
        if key not in self._known:
            with np.errstate(all="ignore"):
                self._known[key] = (*self._slips_shown(hypothesis, name, found), arrays)
        is_seen, carried, slips, _ = self._known[key]
        unseen = hypothesis.unseen if is_seen or np.size(found[0]) < 2 else (*hypothesis.unseen, name)
        yield replace(hypothesis, deferred=(*hypothesis.deferred, *carried), unseen=unseen)
        for slip, made in slips:
            again = replace(slip.edit, cost=AGAIN) if self._is_repeated(slip, hypothesis.slips) else slip.edit
            yield hypothesis.with_slip(replace(slip, edit=again), _with(hypothesis.values, name, made))

    def _is_repeated(self, slip: Slip, others: Sequence[Slip]) -> bool:
        """Whether a slip is that of a line of a loop, made at another step already."""
        return any(
            other.edit.kind == slip.edit.kind
            and is_alike(self.lines[other.line].term, self.lines[slip.line].term)
            and is_alike(other.edit.term, slip.edit.term)
            for other in others
        )

    def _slips_shown(
        self, hypothesis: Hypothesis, name: str, found: list[Any]
    ) -> tuple[bool, tuple[float, ...], list[tuple[Slip, list[Any]]]]:
        slips: list[Slip] = []
        carried: set[float] = set()
        is_part = False
        for entry, constant in self.transcript.multiples(found):
            if abs(constant - 1) < 1e-9:
                if entry.name:
                    return True, (), []
                is_part = True  # perhaps of a longer line
                continue
            slip = self._scaled(name, self.lines[name].term, constant)
            if slip.cost < ENOUGH:
                slips.append(slip)
                carried.add(constant)
        start = np.asarray(found[0])
        env = hypothesis.values[0]
        for edit in self.edits(name):
            if edit.cost > ENOUGH or len(slips) >= SHOWN or self._is_late():
                break
            try:
                first = [edit.term.evaluate(env)]
            except Exception:  # an edit may make any nonsense
                continue
            if not self.transcript.near(first[0]):
                continue
            if np.shape(first[0]) == start.shape and self._equal(first[0], start):
                continue
            values = self.run(edit.term, hypothesis.values)
            if values is None:
                continue
            for _, constant in self.transcript.multiples(values):
                slip = Slip(name, edit)
                if not any(abs(constant - c) < 1e-9 * abs(c) for c in (1.0, *hypothesis.deferred)):
                    known = self.constants.recognise(constant)
                    if known.cost > ENOUGH:
                        continue
                    what = f"{edit.what}, times {known.words}"
                    slip = Slip(name, replace(edit, cost=edit.cost + _share(edit) * known.cost, what=what), constant)
                slips.append(slip)
        slips += self._changed_in_place(hypothesis, name)
        kept = []
        seen: set[tuple[Term, float]] = set()
        for slip in sorted(slips, key=lambda slip: slip.cost):
            key = (slip.edit.term, round(slip.factor, 9))
            if key in seen or len(seen) >= SHOWN:
                continue
            seen.add(key)
            made = self.run(slip.edit.term, hypothesis.values)
            if made is None:
                continue
            slip = replace(slip, edit=replace(slip.edit, cost=slip.cost + 0.02))
            kept.append((slip, [slip.factor * value for value in made]))
        return is_part or bool(carried), tuple(carried), kept

    def _ahead(self, hypothesis: Hypothesis, position: int) -> list[dict[str, Any]]:
        """The values with those of lines further on, which a slip may have taken, as they are under a hypothesis."""
        below = self._below(self.order[position])
        values = [dict(env) for env in hypothesis.values]
        edited = _edited(hypothesis.slips)
        for name in self.order[position + 1 :]:
            if name in below:
                continue
            if name in self.given:
                found: list[Any] | None = [probe.given[name] for probe in self.probes]
            else:
                term, factor = edited.get(name, (self.lines[name].term, 1.0))
                found = self.run(term, values)
                found = found if found is None or factor == 1 else [factor * value for value in found]
            if found is not None:
                for env, value in zip(values, found, strict=True):
                    env[name] = value
        return values

    def _deferring(self, hypothesis: Hypothesis, slip: Slip, own: list[dict[str, Any]]) -> Iterator[Hypothesis]:
        """The same slip without its constant, which a later line makes good: 1/m in the parameters' lines."""
        constant = abs(slip.factor)
        if constant == 1:
            for known in set(hypothesis.deferred):
                carried = replace(hypothesis, cost=hypothesis.cost + 0.05)
                yield carried.with_slip(slip, _with(own, slip.line, [env[slip.line] / known for env in own]))
            return
        if not self.constants.is_size(constant):
            return
        values = _with(own, slip.line, [env[slip.line] / constant for env in own])
        cost = 0.0 if any(abs(constant - c) < 1e-9 * c for c in hypothesis.deferred) else 0.15
        carried = replace(hypothesis, deferred=(*hypothesis.deferred, constant), cost=hypothesis.cost + cost)
        if slip.edit.term != self.lines[slip.line].term:
            known = self.constants.recognise(slip.factor).cost
            edit = replace(slip.edit, cost=slip.edit.cost - _share(slip.edit) * known)
            sign = 1.0 if slip.factor > 0 else -1.0
            yield carried.with_slip(replace(slip, edit=edit, factor=sign, carried=constant), values)
        elif slip.factor < 0:
            negative = replace(self._scaled(slip.line, slip.edit.term, -1.0), carried=constant)
            yield carried.with_slip(negative, values)
        else:
            yield replace(carried, values=values)

    def _local(self, name: str, values: Sequence[dict[str, Any]], is_thorough: bool = False) -> list[Slip]:
        """Return the slips in a line itself that give what the person has, cheapest first."""
        line = self.lines[name]
        slips: list[Slip] = []
        found = self.run(line.term, values)
        if found is not None:
            constant = self.factor(name, found)
            if constant is not None:
                slips.append(self._scaled(name, line.term, constant))
        limit = 9.0
        for edit in self.edits(name):
            if edit.cost > limit + 0.5 or self._is_late():
                break
            slip = self._tried(name, edit, values)
            if slip is not None:
                slips.append(slip)
                limit = min(limit, slip.cost)
        if not slips:
            slips = self._coefficients(name, values)
        if not slips:
            slips = self._additive(name, values)
        is_collapsed = self.stale or self.probes[0].given[name].shape != self.lines[name].shape
        if not slips and is_thorough and is_collapsed:
            slips = self._twice(name, values)
        if not slips:
            slips = self._larger(name, values)
        if not slips:
            slips = self._foreign(name, values)
        if not slips:
            slips = self._by_entries(name, values)
        slips = [self._through_an_alias(self._without_outer_product(slip, values), values) for slip in slips]
        slips = sorted(slips, key=lambda slip: slip.cost)[:4]
        near = [slip for slip in slips[1:] if slip.cost <= slips[0].cost + NEAR]
        return [replace(slips[0], others=tuple(near)), *slips[1:]] if near else slips

    def _through_an_alias(self, slip: Slip, values: Sequence[dict[str, Any]]) -> Slip:
        """Where one array stands for another because the person changed that in place, say so."""
        if slip.edit.swaps is None:
            return slip
        name, other = slip.edit.swaps
        for entry in self.transcript.entries:
            if entry.was is None or name not in values[0] or other not in values[0]:
                continue
            if all(self._equal(env[name], w) and self._equal(env[other], v)
                   for env, w, v in zip(values, entry.was, entry.values, strict=True)):  # fmt: skip
                what = f"{name} is {other} by then, changed in place"
                return replace(slip, edit=replace(slip.edit, kind="inplace_mutation", what=what))
        return slip

    def _without_outer_product(self, slip: Slip, values: Sequence[dict[str, Any]]) -> Slip:
        """Where a gradient collapsed to one number above, ``d.dot(x)`` stands for an outer product, not a transpose."""
        term = self.lines[slip.line].term
        collapsed = [n for n in self.reads[slip.line] if np.size(values[0][n]) == 1 and self.lines[n].shape]
        if slip.edit.kind != "transposed" or not any(np.prod(self.lines[n].shape or ()) > 1 for n in collapsed):
            return slip
        what = f"{text(slip.edit.term)} multiplies with one number, in place of the outer product {text(term)}"
        return replace(slip, edit=replace(slip.edit, kind="elementwise_vs_matmul", what=what))

    def _scaled(self, name: str, term: Term, constant: float) -> Slip:
        known = self.constants.recognise(constant)
        cost, words = known.cost, known.words
        kind = "sign_flipped" if abs(constant + 1) < 1e-6 else "scale"
        words = "it is the negative of what it should be" if kind == "sign_flipped" else words
        return Slip(name, Edit(kind, term, cost, words), constant)

    def _tried(self, name: str, edit: Edit, values: Sequence[dict[str, Any]]) -> Slip | None:
        first = self.run(edit.term, values[:1])
        if first is None or not self._may_be(first[0], self.probes[0].given[name], self._noise(name)):
            return None
        found = self.run(edit.term, values)
        if found is None:
            return None
        if self.agrees(name, found):
            return Slip(name, edit)
        if np.shape(found[0]) == self.probes[0].given[name].shape:
            constant = self.factor(name, found)
            if constant is not None and abs(constant) > 1e-12:
                known = self.constants.recognise(constant)
                cost, words = known.cost, known.words
                if cost < 2:
                    scaled = replace(edit, cost=edit.cost + _share(edit) * cost, what=f"{edit.what}, times {words}")
                    return Slip(name, scaled, constant)
        elif self._broadcasts(name, found):
            return Slip(name, edit, 1.0, True)
        return None

    def _broadcasts(self, name: str, found: Sequence[Any]) -> bool:
        """Whether an update by the values would have moved the parameter as the person's did."""
        if self.transcript.holds([probe.given[name] for probe in self.probes]):
            return False  # the whole gradient was computed
        for value, probe in zip(found, self.probes, strict=True):
            target = probe.given[name]
            if np.ndim(value) > target.ndim or np.size(value) >= target.size:
                return False
            try:
                if not self._equal(np.broadcast_to(value, target.shape), target):
                    return False
            except ValueError:
                return False
        return True

    def _additive(self, name: str, values: Sequence[dict[str, Any]]) -> list[Slip]:
        """Return slips that leave out or add a term: a multiple of a known array, or one number in some entries."""
        line = self.lines[name]
        found = self.run(line.term, values)
        if found is None or any(np.shape(f) != p.given[name].shape for f, p in zip(found, self.probes, strict=True)):
            return []
        rests = [probe.given[name] - value for value, probe in zip(found, self.probes, strict=True)]
        slips = []
        for other in [*self.names, *(Name(n, self.lines[n].shape) for n in self.order[: self.order.index(name)])]:
            if other.shape != line.shape:
                continue
            arrays = [env[other.name] for env in values]
            if np.shape(arrays[0]) != other.shape:  # under a slip above
                continue
            constant = self._multiple(rests, arrays, [probe.given[name] for probe in self.probes])
            if constant is not None:
                known = self.constants.recognise(constant)
                cost, words = known.cost, known.words
                kind = "missing_term" if constant < 0 and other.name == name.removeprefix("d") else "extra_term"
                scaled = other if words == "1" else call(np.multiply, known.term, other)
                term = call(np.add, line.term, scaled)
                slips.append(
                    Slip(
                        name,
                        Edit(
                            kind,
                            term,
                            1.6 + 0.2 * cost,
                            f"{other.name if words == '1' else f'{words} * {other.name}'} added",
                        ),
                    )
                )
        slips += self._additive_somewhere(name, values, rests)
        mask = np.abs(rests[0]) > 1e-9 * max(float(np.max(np.abs(self.probes[0].given[name]), initial=0)), 1e-30)
        constant = float(f"{rests[0][mask][0]:.12g}") if mask.any() else 0.0
        target = np.where(mask, constant, 0.0)
        if all(self._equal(f + target, p.given[name]) for f, p in zip(found, self.probes, strict=True)):
            where, index = _where(mask), _index_of(mask)
            value = next((n for n in self.names if n.shape == line.shape), None)
            added: Term = Constant(constant) if mask.all() else Constant(target)
            if index is not None and value is not None and not mask.all():
                added = call(put_at, constant, index, call(shape_of, value))
            made = call(np.add, line.term, added)
            slips.append(Slip(name, Edit("extra_term", made, 1.9, f"{constant:.6g} added to {where}")))
        return slips

    def _larger(self, name: str, values: Sequence[dict[str, Any]]) -> list[Slip]:
        """Return the slip of a row or column too many: the person's array without it is what it should be."""
        line = self.lines[name]
        targets = [probe.given[name] for probe in self.probes]
        found = self.run(line.term, values)
        if found is None or np.ndim(found[0]) != targets[0].ndim:
            return []
        shape, right = targets[0].shape, np.shape(found[0])
        more = [axis for axis in range(len(shape)) if shape[axis] > right[axis]]
        if len(more) != 1 or any(shape[a] != right[a] for a in range(len(shape)) if a not in more):
            return []
        axis, count = more[0], shape[more[0]] - right[more[0]]
        for words, kept in (("first", slice(count, None)), ("last", slice(None, -count))):
            index = (*(slice(None),) * axis, kept)
            if all(self._equal(v, t[index], self._noise(name)) for v, t in zip(found, targets, strict=True)):
                which = f"the {words} {'row' if axis == 0 else 'column' if axis == 1 else 'entry'}"
                what = f"{which} is too many: shape {shape} for {right}"
                label = f"{name}_yours"
                for probe, target in zip(self.probes, targets, strict=True):
                    probe.values[label] = target
                return [Slip(name, Edit("shape_mismatch", Name(label, shape), 1.2, what))]
        return []

    def _additive_somewhere(self, name: str, values: Sequence[dict[str, Any]], rests: Sequence[Any]) -> list[Slip]:
        """The same in some entries: a penalty on the intercept, for instance."""
        targets = [probe.given[name] for probe in self.probes]
        scales = [self.tolerance * max(float(np.max(np.abs(t), initial=0.0)), self._noise(name)) for t in targets]
        masks = [np.abs(r) > scale for r, scale in zip(rests, scales, strict=True)]
        if masks[0].all() or not masks[0].any() or any(not np.array_equal(m, masks[0]) for m in masks):
            return []
        line, mask, slips = self.lines[name], masks[0], []
        for other in self.names:
            if other.shape != line.shape or np.shape(values[0][other.name]) != line.shape:
                continue
            arrays = [np.where(mask, env[other.name], 0.0) for env in values]
            constant = self._multiple(rests, arrays, targets)
            if constant is None:
                continue
            known = self.constants.recognise(constant)
            added = other if known.words == "1" else call(np.multiply, known.term, other)
            term = call(np.add, line.term, call(np.where, mask, added, 0.0))
            what = f"{text(added)} added to {_where(mask)}"
            slips.append(Slip(name, Edit("extra_term", term, 1.6, what)))
        return slips

    def _coefficients(self, name: str, values: Sequence[dict[str, Any]]) -> list[Slip]:
        """Return the slip that takes each summand of a line some number of times: not at all, or with another sign."""
        summands = summands_of(self.lines[name].term)
        if not 2 <= len(summands) <= MOST_SUMMANDS:
            return []
        columns = [self.run(summand, values) for summand in summands]
        edit = self._combined(summands, columns, [probe.given[name] for probe in self.probes])
        return [] if edit is None else [Slip(name, edit)]

    def _combined(
        self, summands: Sequence[Term], columns: Sequence[Sequence[Any] | None], targets: Sequence[Array]
    ) -> Edit | None:
        """Solve for how often each summand is in the targets, and say what is odd about that."""
        if any(c is None or any(np.shape(v) != t.shape for v, t in zip(c, targets, strict=True)) for c in columns):
            return None
        matrix = np.stack([np.concatenate([np.ravel(v) for v in column or ()]) for column in columns], axis=1)
        target = np.concatenate([t.ravel() for t in targets])
        if len(target) <= len(summands):
            return None
        numbers, _, rank, _ = np.linalg.lstsq(matrix, target, rcond=1e-10)
        scale = float(np.max(np.abs(target), initial=0.0))
        if rank < len(summands) or np.max(np.abs(matrix @ numbers - target)) > 10 * self.tolerance * scale:
            return None
        changed = [i for i, n in enumerate(numbers) if abs(n - 1) > 1e-6]
        known = [self.constants.recognise(float(n)) for n in numbers]
        if not changed or len(changed) == len(summands) or any(known[i].cost > ENOUGH for i in changed):
            return None
        kept: list[Term] = []
        for i, summand in enumerate(summands):
            if i not in changed:
                kept.append(summand)
            elif abs(numbers[i]) > 1e-9:
                kept.append(call(np.multiply, known[i].term, summand))
        gone = [i for i in changed if abs(numbers[i]) < 1e-9]
        if gone:
            is_loop = all(
                any(is_alike(summands[i], summands[j]) for j in range(len(summands)) if j not in gone) for i in gone
            )
            kind, what = ("missing_accumulation" if is_loop else "missing_term"), "without "
            what += ", ".join(said(summands[i]) for i in gone[:3]) + (", ..." if len(gone) > 3 else "")
        else:
            is_sign = all(abs(numbers[i] + 1) < 1e-6 for i in changed)
            kind = "sign_flipped" if is_sign else "scale"
            what = f"{said(summands[changed[0]])} is taken times {known[changed[0]].words}"
        term = call(total, *kept) if len(kept) > 1 else kept[0]
        return Edit(kind, term, 1.3 + 0.05 * len(changed), what)

    def _by_entries(self, name: str, values: Sequence[dict[str, Any]]) -> list[Slip]:
        """Return what the entries say where no edit fits: some are right and some are not."""
        found = self.run(self.lines[name].term, values)
        targets = [probe.given[name] for probe in self.probes]
        if found is None:
            return []
        if np.ndim(found[0]) < targets[0].ndim:
            return self._by_shape(name, found, targets)
        if any(np.shape(v) != t.shape or t.size < 4 for v, t in zip(found, targets, strict=True)):
            return []
        same, masks = [], []
        for value, target in zip(found, targets, strict=True):
            scale = self.tolerance * max(float(np.max(np.abs(target), initial=0.0)), self._noise(name))
            same.append(np.abs(value - target) <= scale)
            masks.append((value != 0) | (np.abs(target) <= scale))
        counts = [(np.sum(s & (v != 0)), np.sum(v != 0)) for s, v in zip(same, found, strict=True)]
        share = sum(agree for agree, _ in counts) / max(sum(all_ for _, all_ in counts), 1)
        label = f"{name}_yours"
        for probe, target in zip(self.probes, targets, strict=True):
            probe.values[label] = target
        yours = Name(label, targets[0].shape)
        is_masked = all(np.array_equal(s, m) for s, m in zip(same, masks, strict=True))
        if is_masked and not all(s.all() for s in same):
            what = f"without the factor that is 0 in {_where(~same[0])}: a mask"
            return [Slip(name, Edit("missing_factor", yours, 2.3, what))]
        open_lines = {name, *self._unpinned_above(name)}
        adds_up = any(is_call(p, put_at, total) for n in open_lines for _, p in self.lines[n].term.walk())
        if adds_up and 0.05 < share < 0.95 and all(np.array_equal(s, same[0]) for s in same):
            what = f"{_where(~same[0])} has not all that it should: assigned where it should be added up"
            return [Slip(name, Edit("missing_accumulation", yours, 2.4, what))]
        return []

    def _by_shape(self, name: str, found: Sequence[Any], targets: Sequence[Array]) -> list[Slip]:
        """Return the slip of axes that are not summed over, where the line has them in another order or shape."""
        count = targets[0].ndim
        for size in range(1, count + 1):
            for axes in itertools.combinations(range(count), size):
                summed = [np.sum(target, axis=axes) for target in targets]
                if all(np.shape(s) == np.shape(v) for s, v in zip(summed, found, strict=True)) and all(
                    self._equal(s, np.asarray(v), self._noise(name)) for s, v in zip(summed, found, strict=True)
                ):
                    label = f"{name}_yours"
                    for probe, target in zip(self.probes, targets, strict=True):
                        probe.values[label] = target
                    over = f"axis {axes[0]}" if size == 1 else f"the axes {axes}"
                    what = f"not summed over {over}: shape {targets[0].shape} for {np.shape(found[0])}"
                    return [Slip(name, Edit("missing_sum", Name(label, targets[0].shape), 1.2, what))]
        return []

    def _foreign(self, name: str, values: Sequence[dict[str, Any]]) -> list[Slip]:
        """Return slips that take another array of the person's own: one that the right derivation does not know."""
        line = self.lines[name]
        slips: list[Slip] = []
        summands = summands_of(line.term)
        is_loop = len(summands) > 1 and all(is_alike(summands[0], other) for other in summands[1:])
        first_summand = summands[0] if is_loop else line.term
        for place, part in first_summand.walk():
            if not part.shape or not self._is_open(part):
                continue
            for number, entry in enumerate(self.transcript.entries):
                shape = entry.values[0].shape
                is_like = shape == part.shape or len(shape) == len(part.shape) == 2
                if not is_like or self._is_late():
                    continue
                label = self._label(entry, number)
                other = Name(label, shape)
                envs = [{**env, label: value} for env, value in zip(values, entry.values, strict=True)]
                made = (
                    call(total, *(s.replaced(place, other) for s in summands))
                    if is_loop
                    else (line.term.replaced(place, other))
                )
                first = self.run(made, envs[:1])
                if first is None or not self._may_be(first[0], self.probes[0].given[name]):
                    continue
                found = self.run(made, envs)
                if found is None or not self.agrees(name, found):
                    continue
                for probe, value in zip(self.probes, entry.values, strict=True):
                    probe.values[label] = value
                is_derivative = name in self.derivatives and part.names().isdisjoint(self.lines)
                kind = "wrong_activation_derivative" if is_derivative else "wrong_operand"
                cost, what = 1.45, entry.text
                factor = self._factor_of(entry, part, values)
                if factor is not None:
                    kind, cost, what = "extra_factor", 1.4, f"{text(part)} multiplied with {factor.name}"
                if entry.was is not None:
                    before = self.run(part, values)
                    if before is not None and all(map(self._equal, before, entry.was)):
                        kind, cost, what = "inplace_mutation", 1.3, f"{text(part)} after it was changed in place"
                what = what if factor is not None else f"{what} in place of {text(part)}"
                slips.append(Slip(name, Edit(kind, made, cost, what)))
        return slips

    def _factor_of(self, entry: Entry, part: Term, values: Sequence[dict[str, Any]]) -> Name | None:
        """The array that an array of the person's is multiplied with, beside a part of a line."""
        right = self.run(part, values) or []
        if not right or np.shape(right[0]) != entry.values[0].shape:
            return None
        for other in self.names:
            shape = other.shape or ()
            for spread in {shape, (*shape, 1)} if shape else ():
                if len(spread) > entry.values[0].ndim:
                    continue
                try:
                    made = [r * np.reshape(env[other.name], spread) for r, env in zip(right, values, strict=True)]
                except ValueError:
                    continue
                if all(self._equal(m, v) for m, v in zip(made, entry.values, strict=True)):
                    return other
        return None

    def _changed_in_place(self, hypothesis: Hypothesis, name: str) -> Iterator[Slip]:
        """Slips that read an array after the person changed it in place."""
        term = self.lines[name].term
        for number, entry in enumerate(self.transcript.entries):
            if entry.was is None:
                continue
            for part in dict.fromkeys(
                p for _, p in term.walk() if isinstance(p, Name) and p.shape == entry.was[0].shape
            ):
                before = [env.get(part.name) for env in hypothesis.values]
                if not all(v is not None and self._equal(v, w) for v, w in zip(before, entry.was, strict=True)):
                    continue
                label = self._label(entry, number)
                for probe, value, env in zip(self.probes, entry.values, hypothesis.values, strict=True):
                    probe.values[label] = env[label] = value
                made = term.substituted({part: Name(label, part.shape)})
                values = self.run(made, hypothesis.values)
                if values is not None and self.transcript.holds(values):
                    yield Slip(name, Edit("inplace_mutation", made, 1.2, f"{part.name} after it was changed in place"))

    def _label(self, entry: Entry, number: int) -> str:
        """A name for an array of the person's that no other value has."""
        label = entry.name or (f"value_of_line_{entry.place.line}" if entry.place else "value")
        known = self.probes[0].values.get(label)
        return label if known is None or known is entry.values[0] else f"{label}_{number}"

    def _is_open(self, part: Term) -> bool:
        """Whether a part of a line may be another array: not a gradient, whose own line may be wrong."""
        if isinstance(part, Name):
            return part.name not in self.lines or part.name in self.given
        is_entry = isinstance(part, Call) and part.operation.function is operator.getitem
        return is_entry and part.names().isdisjoint(self.lines)

    def _multiple(self, rests: Sequence[Any], arrays: Sequence[Any], targets: Sequence[Any]) -> float | None:
        """The constant with ``rests == constant * arrays`` at every probe, if there is one."""
        above = sum(float(np.sum(r * a)) for r, a in zip(rests, arrays, strict=True))
        below = sum(float(np.sum(a * a)) for a in arrays)
        if below == 0 or sum(np.size(r) for r in rests) < 3:
            return None
        constant = above / below
        scales = [np.max(np.abs(t), initial=1e-30) for t in targets]
        fits = all(
            np.max(np.abs(r - constant * a), initial=0.0) <= self.tolerance * scale
            for r, a, scale in zip(rests, arrays, scales, strict=True)
        )
        return constant if fits and abs(constant) > 1e-12 else None

    def _twice(self, name: str, values: Sequence[dict[str, Any]]) -> list[Slip]:
        """Return two slips in one line: a simple one, and another on top of it."""
        line = self.lines[name]
        slips: list[Slip] = []
        editor = Editor((), (), {})
        for first in self.edits(name)[:120]:
            if self._is_late():
                break
            if self.run(first.term, values[:1]) is None:
                continue
            if first.term.shape is None:
                continue
            for second in editor._of_whole(first.term):
                if second.cost > 1.25:
                    continue
                for third in [second, *(e for e in editor._of_whole(second.term) if e.kind == "wrong_axis")]:
                    kind = f"{first.kind}+{third.kind}"
                    both = Edit(kind, third.term, first.cost + second.cost, f"{first.what}, {third.what}")
                    found = self.run(both.term, values)
                    if found is None:
                        continue
                    if self.agrees(name, found):
                        slips.append(Slip(name, both))
                    elif self._broadcasts(name, found):
                        slips.append(Slip(name, both, 1.0, True))
            if len(slips) > 3:
                break
        del line
        return slips

    def _settled(self, slips: Sequence[Slip], position: int) -> Hypothesis | None:
        """Judge all lines so far anew with slips above: what was unexplained, or explained otherwise, may now fit."""
        known = {slip.line: slip for slip in slips if slip.line not in self.given}
        edited = _edited(slips)
        local = {slip.line: slip for slip in slips if slip.line in self.given}
        values = [dict(probe.values) for probe in self.probes]
        kept: list[Slip] = []
        unexplained: list[str] = []
        for name in self.order[: position + 1]:
            if name not in self.given:
                term, factor = edited.get(name, (self.lines[name].term, 1.0))
                found = self.run(term, values)
                if found is None:
                    return None
                if name in known:
                    kept.append(known[name])
                values = _with(values, name, [factor * value for value in found])
                continue
            found = self.run(self.lines[name].term, values)
            own = _with(values, name, [probe.given[name] for probe in self.probes])
            if found is not None and self.agrees(name, found):
                values = own
                continue
            if self.agrees(name, [probe.values[name] for probe in self.probes]):
                if self._unpinned_above(name) & set(edited):
                    return None  # a slip above would have made it wrong
                values = own
                continue
            again = [local[name]] if name in local and self._holds(local[name], values) else self._local(name, values)
            if again:
                kept.append(again[0])
                values = own
            else:
                unexplained.append(name)
                usable = all(p.given[name].shape == np.shape(p.values[name]) for p in self.probes)
                values = own if usable else _with(values, name, [probe.values[name] for probe in self.probes])
        cost = sum(slip.cost for slip in kept) + UNEXPLAINED * len(unexplained)
        return Hypothesis(tuple(kept), tuple(unexplained), cost, values)

    def _holds(self, slip: Slip, values: Sequence[dict[str, Any]]) -> bool:
        found = self.run(slip.edit.term, values)
        return found is not None and self.agrees(slip.line, [slip.factor * value for value in found])

    # -- slips further up ------------------------------------------------------------------------------------------

    def _is_late(self) -> bool:
        return time.perf_counter() > self._deadline

    def _upstream(self, hypothesis: Hypothesis, position: int, name: str, rank: int) -> Iterator[Hypothesis]:
        """Try slips in lines that nobody gave a gradient for, and on which this one depends."""
        open_lines = self._open(hypothesis, position, name)
        if not self._looks_up:
            for hidden in open_lines:
                yield from self._upstream_factor(hypothesis, hidden, self._path(hidden, name, position), name, position)
            return
        tried: set[str] = set()
        for hidden in open_lines if rank < 2 else ():
            siblings = {} if hidden in tried else self._siblings(hidden)
            tried.update(siblings)
            if siblings:
                yield from self._repeated(hypothesis, hidden, siblings, name, position)
        for hidden in open_lines:
            if self._is_late():
                return
            path = self._path(hidden, name, position)
            yield from self._upstream_factor(hypothesis, hidden, path, name, position)
            if any(abs(abs(known) - 1) < 1e-6 for known in self._constants_shown(hypothesis, hidden)):
                continue  # it is there, and right
            hits = 0
            for edit in self.edits(hidden):
                values = self._rerun(hypothesis, hidden, edit.term, 1.0, path)
                if values is None:
                    continue
                found = [env[name] for env in values]
                if self.agrees(name, found):
                    yield from self._with_above(hypothesis, Slip(hidden, edit), position)
                    hits += 1
                elif edit.cost <= 1.25:
                    constant = self.factor(name, found)
                    if constant is not None and abs(constant) > 1e-12:
                        known = self.constants.recognise(constant)
                        cost, words = known.cost, known.words
                        if cost < 2:
                            scaled = replace(
                                edit, cost=edit.cost + _share(edit) * cost, what=f"{edit.what}, times {words}"
                            )
                            again = self._rerun(hypothesis, hidden, edit.term, constant, path)
                            if again is not None and self.agrees(name, [env[name] for env in again]):
                                yield from self._with_above(hypothesis, Slip(hidden, scaled, constant), position)
                                hits += 1
                if hits >= 4:
                    break
            if hidden == open_lines[0]:
                yield from self._other_axes(hypothesis, open_lines, name, position)
            for slip in self._hidden_coefficients(hypothesis, hidden, path, name) if not hits else ():
                yield from self._with_above(hypothesis, slip, position)
                hits += 1
            if hits or rank > 1:
                continue
            for slip in self._pairs(hypothesis, hidden, path, name):
                yield from self._with_above(hypothesis, slip, position)

    def _other_axes(
        self, hypothesis: Hypothesis, lines: Sequence[str], name: str, position: int
    ) -> Iterator[Hypothesis]:
        """Means over another axis in all lines above: the backward pass of another normalisation."""
        axes = {a for line in lines for a in _axes_of(self.lines[line].term)}
        edited = _edited(hypothesis.slips)
        for axis, other in itertools.permutations(sorted(axes | {0, 1}), 2) if axes else ():
            terms = {}
            for line in lines:
                made = _over(self.lines[line], axis, other)
                if made != self.lines[line].term:
                    terms[line] = made
            if axis not in axes or not terms:
                continue
            path = [n for n in self.order[: position + 1] if n not in self.given or n == name]
            if not self._fits_first(hypothesis, path, terms, edited, name):
                continue
            last = max(terms, key=self.order.index)
            what = f"over axis {other} instead of axis {axis}, in each mean"
            also = tuple((line, term) for line, term in terms.items() if line != last)
            slip = Slip(last, Edit("wrong_axis", terms[last], 1.3, what), 1.0, False, also)
            settled = self._settled([*hypothesis.slips, slip], position)
            if settled is not None and name not in settled.unexplained:
                yield settled

    def _hidden_coefficients(self, hypothesis: Hypothesis, hidden: str, path: list[str], name: str) -> Iterator[Slip]:
        """The slip that takes each summand of a line above some number of times."""
        summands = summands_of(self.lines[hidden].term)
        if not 2 <= len(summands) <= MOST_SUMMANDS:
            return
        none = self._rerun(hypothesis, hidden, self.lines[hidden].term, 0.0, path)
        runs = [self._rerun(hypothesis, hidden, summand, 1.0, path) for summand in summands]
        if none is None or any(run is None for run in runs):
            return
        columns = [
            [env[name] - base[name] for env, base in zip(run, none, strict=True)] for run in runs if run is not None
        ]
        targets = [probe.given[name] - base[name] for probe, base in zip(self.probes, none, strict=True)]
        edit = self._combined(summands, columns, targets)
        if edit is not None:
            yield Slip(hidden, edit)

    def _siblings(self, hidden: str) -> dict[str, dict[Term, Term]]:
        """The other lines of the same form, each with its names for those of this line: the steps of a loop."""
        term, stem = self.lines[hidden].term, hidden.rstrip("0123456789")
        found = {
            other: _aligned(term, self.lines[other].term, other.rstrip("0123456789") == stem)
            for other in self.order
            if other not in self.given
        }
        return {other: names for other, names in found.items() if other != hidden and names is not None}

    def _repeated(
        self,
        hypothesis: Hypothesis,
        hidden: str,
        siblings: dict[str, dict[Term, Term]],
        name: str,
        position: int,
    ) -> Iterator[Hypothesis]:
        """The same slip in all lines of one form: a line of a loop, at each of its steps."""
        lines = sorted([hidden, *siblings], key=self.order.index)
        changed = set(lines)
        path = []
        for line in self.order[self.order.index(lines[0]) : position + 1]:
            if line in changed or ((line == name or line not in self.given) and self.reads[line] & changed):
                changed.add(line)
                path.append(line)
        edited = _edited(hypothesis.slips)
        known = {n.name: n for n in self.names} | {n: Name(n, self.lines[n].shape) for n in self.order}
        found = 0
        for edit in self.edits(hidden):
            if edit.cost > 1.3 or self._is_late():
                break
            terms = self._alike_edits(edit, hidden, siblings)
            if not terms:
                terms = {other: _moved(edit.term, names, known) for other, names in siblings.items()}
            terms[hidden] = edit.term
            if not self._fits_first(hypothesis, path, terms, edited, name):
                continue
            also = tuple((other, terms[other]) for other in siblings)
            slip = Slip(hidden, replace(edit, cost=edit.cost + HIDDEN), 1.0, False, also)
            settled = self._settled([*hypothesis.slips, slip], position)
            if (
                settled is not None
                and name not in settled.unexplained
                and len(settled.slips) <= len(hypothesis.slips) + 1
            ):
                yield settled
                found += 1
                if found > 2:
                    return

    def _alike_edits(self, edit: Edit, hidden: str, siblings: Mapping[str, Any]) -> dict[str, Term]:
        """The same edit of other lines of one form, which have other numbers in it: indices, for instance."""
        if edit.swaps is not None:
            return {}

        def alike(line: str) -> list[Edit]:
            return [e for e in self.edits(line) if e.kind == edit.kind and e.swaps is None and e.cost == edit.cost]

        own = alike(hidden)
        others = {line: alike(line) for line in siblings}
        if any(len(found) != len(own) for found in others.values()):
            return {}
        position = next(i for i, e in enumerate(own) if e is edit)
        return {line: found[position].term for line, found in others.items()}

    def _fits_first(
        self, hypothesis: Hypothesis, path: list[str], terms: dict[str, Term], edited: Any, name: str
    ) -> bool:
        """Whether edits of several lines give what the person has for one, at the first probe."""
        env = dict(hypothesis.values[0])
        try:
            with np.errstate(all="ignore"):
                for line in path:
                    term, factor = edited.get(line, (self.lines[line].term, 1.0))
                    value = terms.get(line, term).evaluate(env)
                    env[line] = factor * value if factor != 1 else value
        except Exception:  # an edit may make any nonsense
            return False
        return self._equal(env[name], self.probes[0].given[name])

    def _with_above(self, hypothesis: Hypothesis, slip: Slip, position: int) -> Iterator[Hypothesis]:
        slip = replace(slip, edit=replace(slip.edit, cost=slip.edit.cost + HIDDEN))
        settled = self._settled([*hypothesis.slips, slip], position)
        if settled is not None:
            yield settled

    def _pairs(self, hypothesis: Hypothesis, hidden: str, path: list[str], name: str) -> Iterator[Slip]:
        """Two slips in one line that nobody gave: a usual one, and another."""
        editor = self._editor(hidden)
        found = 0
        for first in self.edits(hidden):
            if first.kind not in USUAL or first.cost > 1.3 or self._is_late():
                continue
            seen: set[Term] = set()
            for second in editor.edits(first.term):
                if second.cost > 1.25 or second.term in seen or second.term == self.lines[hidden].term:
                    continue
                seen.add(second.term)
                values = self._rerun(hypothesis, hidden, second.term, 1.0, path)
                if values is None or not self.agrees(name, [env[name] for env in values]):
                    continue
                kinds, what = f"{first.kind}+{second.kind}", f"{first.what}, {second.what}"
                yield Slip(hidden, Edit(kinds, second.term, first.cost + second.cost, what))
                found += 1
                if found > 2:
                    return

    def _upstream_factor(
        self, hypothesis: Hypothesis, hidden: str, path: list[str], name: str, position: int
    ) -> Iterator[Hypothesis]:
        term = self.lines[hidden].term
        if not term.names():
            return
        ones = self._rerun(hypothesis, hidden, term, 1.0, path)
        none = self._rerun(hypothesis, hidden, term, 0.0, path)
        if ones is None or none is None:
            return
        constant = self.factor(name, [env[name] for env in ones], [env[name] for env in none])
        if constant is None or abs(constant - 1) < 1e-9:
            return
        constant = 0.0 if abs(constant) < 1e-12 else constant
        allowed = self._constants_shown(hypothesis, hidden)
        if self.stale and abs(constant + 1) < 1e-9:
            allowed = []  # an update may go uphill
        if allowed and constant and not any(abs(constant - known) < 1e-6 * abs(known) for known in allowed):
            return  # the person computes the line, and not with this constant
        values = self._rerun(hypothesis, hidden, term, constant, path)
        if values is not None and self.agrees(name, [env[name] for env in values]):
            slip = self._scaled(hidden, term, constant)
            if abs(constant) < 1e-12:  # nothing comes this way
                if self.stale and not any(probe.given[name].any() for probe in self.probes):
                    return  # the parameter does not move at all
                readers = [line for line in self.order if hidden in self.reads[line]]
                if len(readers) != 1 or readers[0] in self.given:
                    return  # each reader misses a term of its own
                reader = self.lines[readers[0]]
                name_of = next(p for _, p in reader.term.walk() if isinstance(p, Name) and p.name == hidden)
                made = reader.term.substituted({name_of: call(np.zeros_like, name_of)})
                edit = Edit("missing_term", made, slip.edit.cost, f"nothing comes through {hidden}")
                slip = Slip(reader.name, edit)
            yield from self._with_above(hypothesis, slip, position)

    def _constants_shown(self, hypothesis: Hypothesis, hidden: str) -> list[float]:
        """The constants with which the person's program computes a line, beside those that it carries anyway."""
        entries = self.transcript.multiples([env[hidden] for env in hypothesis.values])
        found = [known for entry, known in entries if entry.name]
        return [known / carried for known in found for carried in (1.0, *hypothesis.deferred)]

    def _open(self, hypothesis: Hypothesis, position: int, name: str) -> list[str]:
        """The lines above that nobody gave, without a slip yet, and that no judged line has confirmed."""
        edited = set(_edited(hypothesis.slips))
        above: list[str] = []
        stack = list(self.reads[name])
        while stack:
            line = stack.pop()
            if line in above or line in self.given:
                continue
            above.append(line)
            stack += self.reads[line]
        confirmed: set[str] = set()
        for judged in self.order[:position]:
            if judged in self.given and judged not in hypothesis.unexplained and judged not in edited:
                confirmed |= self._unpinned_above(judged)
        return sorted((n for n in above if n not in edited and n not in confirmed), key=self.order.index, reverse=True)

    def _unpinned_above(self, name: str) -> set[str]:
        found: set[str] = set()
        stack = list(self.reads[name])
        while stack:
            line = stack.pop()
            if line not in found and line not in self.given:
                found.add(line)
                stack += self.reads[line]
        return found

    def _path(self, hidden: str, name: str, position: int) -> list[str]:
        """The lines to compute again, in order, when a hidden one has changed."""
        changed = {hidden}
        path = []
        for line in self.order[self.order.index(hidden) + 1 : position + 1]:
            if (line == name or line not in self.given) and self.reads[line] & changed:
                changed.add(line)
                path.append(line)
        return path

    def _rerun(
        self, hypothesis: Hypothesis, hidden: str, term: Term, factor: float, path: list[str]
    ) -> list[dict[str, Any]] | None:
        made = self.run(term, hypothesis.values)
        if made is None:
            return None
        shape = self.lines[hidden].shape
        if np.shape(made[0]) != shape and shape is not None and np.size(made[0]) != 1:
            try:  # an array of another shape goes on, if NumPy lets it
                np.broadcast_shapes(np.shape(made[0]), shape)
            except ValueError:
                return None
        values = [{**env, hidden: factor * value} for env, value in zip(hypothesis.values, made, strict=True)]
        edited = _edited(hypothesis.slips)
        for line in path:
            changed, by = edited.get(line, (self.lines[line].term, 1.0))
            found = self.run(changed, values)
            if found is None:
                return None
            for env, value in zip(values, found, strict=True):
                env[line] = by * value
        return values


def _axes_of(term: Term) -> set[int]:
    """The axes that sums in a term run over."""
    found = set()
    for _, part in term.walk():
        if isinstance(part, Call) and part.operation.function in (np.sum, np.mean):
            axis = part.keyword("axis")
            if isinstance(axis, Constant) and isinstance(axis.value, int):
                found.add(axis.value)
    return found


def _over(line: Line, axis: int, other: int) -> Term:
    """Return a line's term with its sums over another axis, and divided by the length of that."""
    term = line.term
    like = next(
        (p for _, p in term.walk() if isinstance(p, Name) and p.shape == line.shape and len(p.shape or ()) > 1), None
    )
    for place, part in list(term.walk()):
        if not isinstance(part, Call):
            continue
        function = part.operation.function
        if function in (np.sum, np.mean) and part.keyword("axis") == Constant(axis):
            keywords = {key: Constant(other) if key == "axis" else value for key, value in part.keywords}
            term = term.replaced(place, call(function, term.at(place).parts[0], **keywords))
        elif function is length_of and like is not None:
            term = term.replaced(place, call(length_of, like, other))
    return term


def _share(edit: Edit) -> float:
    """How much of a constant's cost counts on top of a slip's: another loss brings its own constant."""
    return 0.1 if edit.kind in ("wrong_loss_derivative", "forward_mismatch") else 0.8


def _edited(slips: Sequence[Slip]) -> dict[str, tuple[Term, float]]:
    """The lines with a slip in them: their right sides, and the factors on top."""
    edited: dict[str, tuple[Term, float]] = {}
    for slip in slips:
        edited[slip.line] = (slip.edit.term, slip.factor)
        edited.update((line, (term, slip.factor)) for line, term in slip.also)
    return edited


def _steps(term: Term) -> set[int]:
    """The numbers at the end of names, and their neighbours: the steps of a loop that a term is about."""
    numbers = {int(digits) for name in term.names() if (digits := name[len(name.rstrip("0123456789")) :])}
    return {n + d for n in numbers for d in (-1, 0, 1)} if not isinstance(term, Name) else numbers


def _moved(term: Term, names: Mapping[Term, Term], known: Mapping[str, Name]) -> Term:
    """Return a term at another step of a loop: known names by `names`, others by the same distance."""
    pairs = [(_number(a), _number(b)) for a, b in names.items()]
    shifts = [b - a for a, b in pairs if a != b and a >= 0 and b >= 0]
    shift = max(set(shifts), key=shifts.count) if shifts else 0
    moves: dict[Term, Term] = dict(names)
    for _, part in term.walk():
        if isinstance(part, Name) and part not in moves and _number(part) >= 0:
            stem = part.name.rstrip("0123456789")
            other = known.get(f"{stem}{_number(part) + shift}")
            if other is not None:
                moves[part] = other
    return term.substituted(moves)


def _number(name: Term) -> int:
    digits = name.name[len(name.name.rstrip("0123456789")) :] if isinstance(name, Name) else ""
    return int(digits) if digits else -1


def _aligned(one: Term, other: Term, is_same: bool) -> dict[Term, Term] | None:
    """Return which names of one term stand where those of another do, if the terms are alike but for steps.

    Lines of the same variable (`is_same`) may read variables of other names: before a loop they have others.
    """
    names: dict[Term, Term] = {}
    pairs = [(one, other)]
    while pairs:
        a, b = pairs.pop()
        if isinstance(a, Name) and isinstance(b, Name):
            is_like = is_same or a.name.rstrip("0123456789_") == b.name.rstrip("0123456789_")
            if a.shape != b.shape or not is_like:
                return None
            if names.setdefault(a, b) != b:
                return None
        elif isinstance(a, Constant) and isinstance(b, Constant):
            if type(a.value) is not type(b.value) or (not isinstance(a.value, int) and a != b):
                return None
        elif type(a) is not type(b) or len(a.parts) != len(b.parts) or _function(a) is not _function(b):
            return None
        else:
            pairs += zip(a.parts, b.parts, strict=True)
    return names


def _function(term: Term) -> Any:
    return term.operation if isinstance(term, Call) else None


def _index_of(mask: Array) -> Term | None:
    """The index of the entries that are meant, if they are one row, column or entry."""
    for axis in range(mask.ndim):
        others = tuple(a for a in range(mask.ndim) if a != axis)
        chosen = np.flatnonzero(mask.any(axis=others))
        if len(chosen) == 1 and np.array_equal(mask.all(axis=others), mask.any(axis=others)):
            whole = Group(slice, (Constant(None), Constant(None), Constant(None)))
            parts: list[Term] = [whole] * axis
            return Group(tuple, (*parts, Constant(int(chosen[0])))) if axis else Constant(int(chosen[0]))
    return None


def _where(mask: Array) -> str:
    """Say which entries are meant."""
    if mask.all():
        return "every entry"
    for axis in range(mask.ndim):
        others = tuple(a for a in range(mask.ndim) if a != axis)
        if np.array_equal(mask.all(axis=others), mask.any(axis=others)):
            which = ", ".join(str(int(i)) for i in np.flatnonzero(mask.any(axis=others)))
            index = [":"] * mask.ndim
            index[axis] = which
            return f"[{', '.join(index)}]"
    return f"{int(mask.sum())} of {mask.size} entries"


def _simplest_first(lines: Mapping[str, Line]) -> list[str]:
    """Order the lines so that what depends on the same is judged from the simplest on: a bias before its weights."""
    waiting = {name: line.term.names() & set(lines) for name, line in lines.items()}
    order: list[str] = []
    while waiting:
        ready = [name for name, needs in waiting.items() if not needs - set(order)]
        ends = [name for name in ready if not any(name in line.term.names() for line in lines.values())]
        chosen = min(ends, key=lambda name: weight(lines[name].term)) if ends else ready[0]
        order.append(chosen)
        del waiting[chosen]
    return order


def _with(values: Sequence[dict[str, Any]], name: str, found: Sequence[Any]) -> list[dict[str, Any]]:
    return [{**env, name: value} for env, value in zip(values, found, strict=True)]
