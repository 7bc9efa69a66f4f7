"""Slips as findings: where to look, what is wrong, the line as it should be and as the person has it."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.case import Case
from autograd_lite.checking.doctor.edits.loops import overlaid
from autograd_lite.checking.doctor.evidence import is_whole
from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import Hypothesis, Slip
from autograd_lite.checking.doctor.steps import variable
from autograd_lite.checking.doctor.words import message
from autograd_lite.checking.report import Finding
from autograd_lite.expressions import Call, Constant, Line, Name, Term
from autograd_lite.expressions.outlines import statements
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call, is_call, total
from autograd_lite.graph import Node
from autograd_lite.indexed import accumulate, overwrite, put_at


class Wording:
    """Puts slips in the person's words.

    Parameters
    ----------
    case
        The derivation and the person's numbers.
    task
        What the search was given.
    """

    def __init__(self, case: Case, task: Task) -> None:
        self.case = case
        self.evidence = case.evidence
        self.transcript = case.evidence.transcript
        self.task = task
        self.constants = task.constants
        self.rate = case.brought.rate

    def findings(self, slip: Slip, hypothesis: Hypothesis, wrong: Sequence[str]) -> list[Finding]:
        """Put a slip in words, and say which of some wrong names come of it."""
        layers = self._by_layer(slip)
        if len(layers) > 1:
            return [finding for one in layers for finding in self.findings(one, hypothesis, wrong)]
        lines = [slip.line, *(name for name, _ in slip.also)]
        affects = [name for name in wrong if any(self.case.depends(name, line) for line in lines)]
        slip = self._restated(slip)
        line = self.case.line(slip.line)
        first = min([slip.line, *(name for name, _ in slip.also)], key=self.case.chain.position)
        where = self.case.where(first)
        if slip.edit.kind == "missing_term" and slip.edit.what.startswith("nothing comes through"):
            where = self.case.named_below(slip.edit.what.split()[-1]) or where  # the line that nothing comes through
        kinds = [self._kind(kind, slip) for kind in dict.fromkeys(slip.edit.kind.split("+"))]
        if slip.is_broadcast and len(kinds) > 1:  # how it was collapsed matters less than that it spreads
            kinds = [kind for kind in kinds if kind != "wrong_axis"]
        if "forward_mismatch" in kinds:
            where = "loss"
        factor = slip.factor if slip.factor != 1 else None
        yours = self._times(slip.edit.term, slip.factor * slip.carried)
        finding = Finding(
            where, kinds[0], "", _line(line.name, line.term), self._written(slip, line), factor, affects,
            self._others(slip, line), False, self._place(slip, hypothesis), self._values(line.term, yours, hypothesis),
        )  # fmt: skip
        found = []
        for kind in kinds:
            what = self.constants.quotient(slip.factor) if kind == "mean_over_wrong_count" else slip.edit.what
            if slip.also:
                what = f"{what}, at each of {len(slip.also) + 1} steps"
            found.append(replace(finding, kind=kind, message=message(kind, where, what, factor, line.name)))
        if self._spreads(slip, kinds, hypothesis) and "broadcasting_silent" not in kinds:
            words = f"it has another shape than {where}, and NumPy spreads it over all entries in the update"
            said = message("broadcasting_silent", where, words, None)
            found.append(replace(finding, kind="broadcasting_silent", message=said, factor=None, alternatives=()))
        return found

    def _by_layer(self, slip: Slip) -> list[Slip]:
        """A slip in several layers as one for each; the steps of a loop are one layer."""
        layers: dict[frozenset[Node], list[tuple[str, Term]]] = {}
        lines = [(slip.line, slip.edit.term), *slip.also]
        for name, term in sorted(lines, key=lambda pair: self.case.chain.position(pair[0])):
            layers.setdefault(self.case.parameters_near(self.case.line(name).node), []).append((name, term))
        return [
            replace(slip, line=name, edit=replace(slip.edit, term=term), also=tuple(also))
            for (name, term), *also in layers.values()
        ]

    # -- kinds -------------------------------------------------------------------------------------------------------

    def _kind(self, kind: str, slip: Slip) -> str:
        """What a constant factor is: one of the update, or a mean over the wrong count."""
        if kind != "scale":
            return kind
        if self.rate is not None:
            if abs(slip.factor - self.rate) < 1e-6 * self.rate:
                return "update_scale"
            if slip.factor == 0:
                return "update_dropped"
            if self._is_computed_right(slip):
                return "update_scale"
        return "mean_over_wrong_count" if self.constants.quotient(slip.factor) else kind

    def _is_computed_right(self, slip: Slip) -> bool:
        """Whether a step computes the gradient right, by its own upstream values, and only its update is off."""
        if slip.line not in self.case.chain.given or slip.edit.term != self.case.line(slip.line).term:
            return False
        entry = self.transcript.holds([array / slip.factor for array in self.evidence.given(slip.line)])
        return entry is not None and entry.name != ""

    def _restated(self, slip: Slip) -> Slip:
        """A mean for a sum as the constant that it is on top of the sum, if the step computes that right."""
        term = self.case.line(slip.line).term
        if self.rate is None or slip.edit.kind != "scale" or slip.edit.term == term:
            return slip
        is_given = slip.line in self.case.chain.given
        constant = self.evidence.factor(slip.line, self.evidence.right(slip.line)) if is_given else None
        if not constant:
            return slip
        scaled = self.task.scaled(slip.line, term, constant)
        restated = replace(slip, edit=scaled.edit, factor=constant)
        return restated if self._is_computed_right(restated) else slip

    def _spreads(self, slip: Slip, kinds: Sequence[str], hypothesis: Hypothesis) -> bool:
        """Whether NumPy silently spreads a gradient over the parameter in the update."""
        if slip.is_broadcast and (slip.edit.term.shape != () or self._is_in_an_array(slip, hypothesis)):
            return True
        return "missing_sum" in kinds and self.rate is not None

    def _is_in_an_array(self, slip: Slip, hypothesis: Hypothesis) -> bool:
        """Whether the one number that a line collapsed to stands in an array in the person's program."""
        found = self.evidence.run(slip.edit.term, hypothesis.values)
        sized = [entry for entry in self.transcript.entries if entry.values[0].shape == (1,)]
        return found is not None and any(
            all(np.allclose(v, f, rtol=1e-6) for v, f in zip(entry.values, found, strict=True)) for entry in sized
        )

    # -- lines -------------------------------------------------------------------------------------------------------

    def _written(self, slip: Slip, line: Line) -> str:
        """The person's line, in statements; what writes into entries stands in statements of its own."""
        term, factor = slip.edit.term, slip.factor * slip.carried
        if is_whole(term) or any(is_call(part, overlaid) for _, part in term.walk()):
            return ""  # the numbers say what is wrong, but not how it is written
        name = Name(line.name, line.shape)
        if is_call(term, np.add) and term.parts[0] == line.term and is_call(term.parts[1], put_at) and factor == 1:
            value, index, _ = term.parts[1].parts
            written = f"{text(Call(operator.getitem, (name, index), (), ()))} += {text(value)}"
            return "; ".join([*statements(line.name, line.term), written])
        first = list(statements(line.name, term))
        has_sum = is_call(line.term, total) and any(part == line.term for _, part in term.walk())
        if len(first) == 1 and not _writes(term) and not has_sum:
            return _line(line.name, self._times(term, factor))
        if not any(part == line.term for _, part in term.walk()) or term == line.term:
            last = [] if factor == 1 else list(statements(line.name, self._times(name, factor)))
            return "; ".join([*first, *last])
        changed = self._times(term.substituted({line.term: name}), factor)
        return "; ".join([*statements(line.name, line.term), *statements(line.name, changed)])

    def _times(self, term: Term, factor: float) -> Term:
        """A term with a constant on top, as a person writes it."""
        if factor == 1:
            return term
        known = self.constants.recognise(factor).term
        if known == Constant(-1):
            return call(np.negative, term)
        if is_call(known, np.divide) and known.parts[0] == Constant(1):
            return call(np.divide, term, known.parts[1])
        return call(np.multiply, known, term)

    def _others(self, slip: Slip, line: Line) -> list[str]:
        """Other readings of the same numbers, where they are really others."""
        found = [
            f"{_line(line.name, self._times(other.edit.term, other.factor))} ({other.edit.what})"
            for other in slip.others
            if not set(other.edit.kind.split("+")) & set(slip.edit.kind.split("+"))
        ]
        return list(dict.fromkeys(found))[:3]

    def _place(self, slip: Slip, hypothesis: Hypothesis) -> str:
        """The line of the person's program that computes what the slip is in."""
        is_given = slip.line in self.case.chain.given
        values = self.evidence.given(slip.line) if is_given else [env[slip.line] for env in hypothesis.values]
        entry = next((entry for entry, _ in self.transcript.multiples(values)), None)
        if entry is None or entry.place is None:
            return ""
        return f"line {entry.place.line}: {entry.line}" if entry.line else f"line {entry.place.line}"

    def _values(self, right: Term, yours: Term, hypothesis: Hypothesis) -> dict[str, tuple[Any, Any]]:
        """What the names in both lines stand for: as the person has it, and as it is right."""
        ours = self.evidence.probes[0].values
        theirs: Mapping[str, Any] = {**ours, **hypothesis.values[0]}
        names = sorted(right.names() | yours.names())
        return {name: (theirs[name], ours.get(name, theirs[name])) for name in names if name in theirs}

    # -- several, and harmless ones ----------------------------------------------------------------------------------

    def once_a_loop(self, findings: Sequence[Finding]) -> list[Finding]:
        """Of the same finding at several steps of a loop keep the first, the one nearest the loss."""
        program = self.case.program
        kept: dict[Any, Finding] = {}
        for finding in findings:
            node = next((n for n in program.nodes if self.case.name_of(n) == finding.where), None)
            place = None if node is None else program.places.get(node)
            step: Any = finding.where
            if node is not None and place is not None:
                read = frozenset(re.findall(r"\w+", finding.right)) & set(self.case.written_as.values())
                step = (place, variable(finding.where), read, self.case.parameters_near(node))
            kept.setdefault((finding.kind, step), finding)
        return list(kept.values())

    def oddity(self, name: str) -> Finding | None:
        """Say what an intermediate holds in place of its gradient: another's, or a multiple of its own."""
        given = self.case.brought.given[0][name]
        values = self.evidence.probes[0].values
        line = self.case.line_of(name)
        for other in self.case.lines:
            right = values[other.name]
            if other.name == line or np.shape(right) != given.shape:
                continue
            if np.allclose(given, right, rtol=1e-6, atol=1e-12):
                said = message("misnamed_intermediate", name, f"it is dL/d{self.case.value_name(other.name)}", None)
                return Finding(name, "misnamed_intermediate", said, benign=True)
        if line is not None and np.shape(values[line]) == given.shape:
            constant = self.evidence.factor(line, self.evidence.right(line))
            if constant is not None:
                words = self.constants.recognise(constant).words
                said = message("deferred_scale", name, words, constant)
                return Finding(name, "deferred_scale", said, factor=constant, benign=True)
        return None


def _line(name: str, term: Term) -> str:
    """A line's statements on one line."""
    return "; ".join(statements(name, term))


def _writes(term: Term) -> bool:
    """Whether a term writes into entries of an array."""
    return any(is_call(part, put_at, overwrite, accumulate) for _, part in term.walk())
