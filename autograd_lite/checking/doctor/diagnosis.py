"""From wrong gradients to findings: a derivation beside the person's numbers, the search in it, the result in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.case import Brought, Case, parameters_of
from autograd_lite.checking.doctor.clues import Clues
from autograd_lite.checking.doctor.findings import Wording
from autograd_lite.checking.doctor.forwards import Intended, intended
from autograd_lite.checking.doctor.search.beam import Search
from autograd_lite.checking.doctor.slips import Hypothesis, Slip
from autograd_lite.checking.doctor.transcript import Transcript, transcribe
from autograd_lite.checking.doctor.words import message
from autograd_lite.checking.report import Finding
from autograd_lite.expressions import Program
from autograd_lite.tracing import Trace, trace

Array = NDArray[Any]

#: Where the backward pass can not be explained for less the forward pass is looked at.
_FORWARD = 1.8
#: Slips in the first line that one in the forward pass explains as well.
_ABOUT_LOSS = {"missing_factor", "extra_factor"}
#: An explanation in the short derivation that costs less is good enough not to look at the long one.
_GOOD = 2.5
#: After so many seconds of computing no more edits are tried.
_SECONDS = 7.0


@dataclass
class _Explanation:
    """What the search found in one derivation.

    Attributes
    ----------
    case
        The derivation.
    wording
        What puts its slips in words.
    hypothesis
        The best.
    cost
        Of that, and of how badly the derivation fits the person's variables.
    """

    case: Case
    wording: Wording
    hypothesis: Hypothesis
    cost: float

    @property
    def is_good(self) -> bool:
        """Whether no other derivation needs to be looked at."""
        return self.cost < _GOOD and not self.hypothesis.unexplained and not self.case.mismatch()

    @property
    def is_doubtful(self) -> bool:
        """Whether the gradients may be those of another forward pass."""
        first = [slip for slip in self.hypothesis.slips if not self.case.chain.reads[slip.line]]
        is_about_loss = any(slip.edit.kind in _ABOUT_LOSS for slip in first)
        is_about_loss |= any(slip.edit.kind == "wrong_loss_derivative" for slip in self.hypothesis.slips)
        return bool(self.hypothesis.unexplained) or self.cost > _FORWARD or is_about_loss


class Diagnosis:
    """What the search found, in the person's names.

    Parameters
    ----------
    plain
        The person's forward pass at a point.
    loss, container
        The same, and what makes its argument of a point.
    points
        Values of the parameters: those of the check first, then random ones.
    given
        At each point the gradients that the person has there, by the name of the value.
    wrong
        The names whose gradients are wrong.
    tolerance
        The relative error that counts as rounding.
    rate
        The learning rate, if the gradients were read off a training step.
    updated
        At each point the parameters after the step.
    backward
        The person's backward pass or training step, if there is one to be run.

    Attributes
    ----------
    findings
        The root causes.
    propagated
        The names that are wrong only because of these.
    unexplained
        Those that nothing was found for.
    """

    def __init__(
        self,
        plain: Callable[[Any], Any],
        loss: Callable[[Any], Any],
        container: Callable[[Mapping[str, Any]], Any],
        points: Sequence[Mapping[str, Array]],
        given: Sequence[Mapping[str, Array]],
        wrong: Sequence[str],
        tolerance: float,
        rate: float | None = None,
        updated: Sequence[Mapping[str, Array]] | None = None,
        backward: Callable[[Any], Any] | None = None,
    ) -> None:
        transcript = Transcript([], tolerance)
        if backward is not None:
            transcript = transcribe(backward, plain, [partial(container, p) for p in points], tolerance)
        self.brought = Brought(plain, points, given, list(wrong), tolerance, rate, updated, transcript)
        self.loss = loss
        self.container = container
        self.findings: list[Finding] = []
        self.propagated: list[str] = []
        self.unexplained: list[str] = list(wrong)
        self._oddities: list[Finding] = []
        self._deadline = 0.0

    def run(self) -> Diagnosis:
        """Search for slips; where only intermediates are wrong, for what is odd about them."""
        record = trace(self.loss, self.container(self.brought.points[0]))
        if set(self.brought.wrong) & self.brought.parameters:
            self._search(record)
        else:
            self._look_at_oddities(record)
        return self

    def _look_at_oddities(self, record: Trace) -> None:
        """All parameters are right: say what intermediates hold, which is no mistake."""
        case = Case(self.brought, record, shortcuts=False)
        if case.evidence.probes:
            wording = Wording(case, Clues(case).task(0.0))
            oddities = [wording.oddity(name) for name in self.brought.wrong]
            self.findings += [finding for finding in oddities if finding is not None]
        self.unexplained = []

    def _search(self, record: Trace) -> None:
        """Search in the short derivation and, if that does not explain all cheaply, in the long one."""
        explanations: list[_Explanation] = []
        self._deadline = time.thread_time() + _SECONDS
        for shortcuts in (True, False):
            case = Case(self.brought, record, shortcuts)
            if case.evidence.probes:
                explanations.append(self._explained(case, record, shortcuts))
            if not case.has_shortcuts or (explanations and explanations[0].is_good):
                break
        if explanations:
            best = min(explanations, key=lambda explanation: explanation.cost)  # of equals the short one
            meant = self._meant(best) if best.is_doubtful else None
            if meant is None:
                self._conclude(best)
            else:
                self.findings = [self._about_loss(meant)]
                self.propagated, self.unexplained = list(self.brought.wrong), []

    def _explained(self, case: Case, record: Trace, shortcuts: bool) -> _Explanation:
        """Search in a derivation, without the intermediates whose constant is made good below."""
        while True:
            task = Clues(case).task(self._deadline)
            wording = Wording(case, task)
            hypothesis = Search(task).best()
            deferred = {case.value_name(slip.line) for slip in hypothesis.slips if self._is_deferred(case, slip)}
            if not deferred:
                return _Explanation(case, wording, hypothesis, hypothesis.cost + case.mismatch())
            oddities = [wording.oddity(name) for name in sorted(deferred)]
            self._oddities += [finding for finding in oddities if finding is not None]
            self.brought.leave_out(deferred)
            case = Case(self.brought, record, shortcuts)

    def _is_deferred(self, case: Case, slip: Slip) -> bool:
        """Whether an intermediate carries another constant, and a parameter computed from it is right all the same."""
        if slip.edit.kind != "scale" or slip.line not in case.chain.given:
            return False
        parameters = self.brought.parameters
        right = parameters - set(self.brought.wrong)
        return case.value_name(slip.line) not in parameters and any(case.depends(other, slip.line) for other in right)

    def _meant(self, best: _Explanation, leave_out: Collection[str] = ()) -> Intended | None:
        """Return the other forward pass that the gradients of the parameters fit, but for some, if there is one."""
        brought, case = self.brought, best.case
        called = case.written_as
        if not brought.parameters <= set(called):
            return None
        program = Program(case.record, parameters_of(case.record))
        leaves = program.leaf_values()
        points = [
            {**leaves, **{called[name]: array for name, array in brought.points[position].items()}}
            for position in case.positions
        ]
        given = [
            {
                called[name]: np.asarray(gradient)
                for name, gradient in brought.given[position].items()
                if name in brought.parameters and name not in leave_out
            }
            for position in case.positions
        ]
        sizes = {words: value for words, (value, _) in best.wording.constants.sizes.items()}
        return intended(program, points, given, brought.tolerance, self._deadline + _SECONDS / 5, sizes)

    def _about_loss(self, meant: Intended) -> Finding:
        """Say that the gradients are right for another forward pass."""
        said = message("forward_mismatch", "loss", meant.what, None)
        affects = [name for name in self.brought.wrong if name in self.brought.parameters]
        return Finding("loss", "forward_mismatch", said, meant.written, meant.meant, None, affects)

    def _slip_of_forward(self, best: _Explanation) -> tuple[Slip, Intended] | None:
        """Where a constant at the top of all is one of several slips: whether the forward pass has it too many."""
        case, slips = best.case, best.hypothesis.slips
        top = next((slip for slip in slips if slip.factor != 1 or slip.edit.kind == "scale"), None)
        wrong = {name for name in self.brought.wrong if name in self.brought.parameters}
        if top is None or len(slips) < 2 or not all(case.depends(name, top.line) for name in wrong):
            return None
        others = [slip for slip in slips if slip is not top]
        left = {name for name in self.brought.parameters if any(case.depends(name, slip.line) for slip in others)}
        meant = None if left >= wrong else self._meant(best, left)
        return (top, meant) if meant is not None and meant.is_precedence else None

    def _conclude(self, best: _Explanation) -> None:
        case, hypothesis, wrong = best.case, best.hypothesis, self.brought.wrong
        slips = [slip for slip in hypothesis.slips if any(case.depends(name, slip.line) for name in wrong)]
        self.unexplained = [case.value_name(line) for line in hypothesis.unexplained]
        roots = {case.where(slip.line) for slip in slips} | set(self.unexplained)
        in_forward = self._slip_of_forward(best)
        if in_forward is not None:
            top, meant = in_forward
            slips = [slip for slip in slips if slip is not top]
            self.findings.append(self._about_loss(meant))
        for slip in slips:
            self.findings += best.wording.findings(slip, hypothesis, [name for name in wrong if name not in roots])
        self.findings = [*best.wording.once_a_loop(self.findings), *self._oddities]
        roots = {finding.where for finding in self.findings} | set(self.unexplained)
        self.propagated = [name for name in wrong if name not in roots]
        if not slips:
            self.unexplained = list(wrong)
            self.propagated = []
