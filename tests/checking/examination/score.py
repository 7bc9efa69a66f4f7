"""Who passes: how many root causes `check_backward` and `check_step` name, by kind, and the false alarms."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import autograd_lite as ag
from autograd_lite.checking.report import Report
from tests.checking.examination import lines
from tests.checking.examination.architectures import LR
from tests.checking.examination.mutations import CONSTANT, INTERMEDIATES, STEP, Case

#: More seconds than this are a miss.
LIMIT = 120


@dataclass
class Result:
    """What the doctor said of a case."""

    case: Case
    found: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    surplus: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0
    note: str = ""
    executed: int = 0
    wrong_lines: list[str] = field(default_factory=list)

    @property
    def is_named(self) -> bool:
        """Whether every root cause is."""
        return not self.missed


def accepted(case: Case, where: str, kind: str, parameters: Iterable[str]) -> set[str]:
    """The places that count as naming a cause: THE DEFINITION.

    A parameter or the loss: itself. An intermediate: itself and the values directly before and after it on the
    architecture's chains. Where a second mistake may hide all but one of the parameters right below a constant factor,
    and no intermediate is given, that parameter too.
    """
    if where == "loss" or where in set(parameters):
        return {where}
    places = {where, *case.architecture.neighbours(where)}
    lowest = {chain.split()[0] for chain in case.architecture.chains}
    if kind in CONSTANT and len(case.mistakes) > 1 and case.mode != INTERMEDIATES and where in lowest:
        places |= set(parameters)
    return places


def examine(case: Case) -> Result:
    """Ask the doctor and compare: each cause needs a finding of its own, of one of its kinds at an accepted place."""
    loss, gradients, p = case.load()
    result = Result(case)
    started = time.perf_counter()
    try:
        report = _limited(case, loss, gradients, p)
    except Exception as error:
        result.missed, result.note = case.causes, f"{type(error).__name__}: {error}"
        result.seconds = time.perf_counter() - started
        return result
    result.seconds = time.perf_counter() - started
    result.found = [(f.where, f.kind) for f in report.findings if not f.benign]
    rest = list(result.found)
    readings = [{(at, kind) for where, kind in c for at in accepted(case, where, kind, p)} for c in case.causes]
    for cause, reading in zip(case.causes, readings, strict=True):
        exact = [pair for pair in rest if pair in cause]
        match = next(iter([*exact, *(pair for pair in rest if pair in reading)]), None)
        if match is None:
            result.missed.append(cause)
        else:
            rest.remove(match)
    places = [{where for where, _ in cause} for cause in case.causes]
    for pair in rest:
        broadcast = case.mode == STEP and pair[1] == "broadcasting_silent" and any(pair[0] in at for at in places)
        if not broadcast and not any(pair in cause for cause in case.causes):
            result.surplus.append(pair)
    given = gradients({name: array.copy() for name, array in p.items()})
    given = lines.gradients_of_step(p, given, LR) if case.mode == STEP else given
    result.executed, result.wrong_lines = lines.checked(report, given, lines.reference(loss, p))
    result.note = f"ok={report.ok} unexplained={report.unexplained}" + (" " + "; ".join(report.remarks))[:200]
    return result


def _limited(case: Case, loss: Any, gradients: Any, p: Any) -> Report:
    def stop(*_: Any) -> None:
        raise TimeoutError(f"more than {LIMIT} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT)
    try:
        return ag.check_step(loss, gradients, p, LR) if case.mode == STEP else ag.check_backward(loss, gradients, p)
    finally:
        signal.alarm(0)


def page(results: list[Result]) -> str:
    """The table by kind; a case of several kinds counts for each."""
    rows: dict[str, list[tuple[Result, bool]]] = defaultdict(list)
    for result in results:
        for kind in {cause[0][1] for cause in result.case.causes}:
            named = not any(cause[0][1] == kind for cause in result.missed)
            rows[kind].append((result, named))
    lines = [f"{'kind':32}{'cases':>7}{'named':>7}{'%':>6}{'beyond':>8}{'mean s':>8}{'max s':>8}"]
    for kind in sorted(rows):
        lines.append(_row(kind, [r for r, _ in rows[kind]], sum(named for _, named in rows[kind])))
    for mode in sorted({r.case.mode for r in results}):
        chosen = [r for r in results if r.case.mode == mode]
        lines.append(_row(f"[{mode}]", chosen, sum(r.is_named for r in chosen)))
    for count, text in ((1, "[single]"), (2, "[pairs]")):
        chosen = [r for r in results if len(r.case.mistakes) == count]
        if chosen:
            lines.append(_row(text, chosen, sum(r.is_named for r in chosen)))
    lines.append(_row("all cases, every cause", results, sum(r.is_named for r in results)))
    return "\n".join(lines)


def markdown(results: list[Result]) -> str:
    """The table of docs/doctor.md: both halves side by side."""
    halves = [[r for r in results if r.case.half == half] for half in ("practice", "held-out")]
    kinds = sorted({cause[0][1] for r in results for cause in r.case.causes})
    rows: list[tuple[str, Any]] = [(kind, kind) for kind in kinds]
    rows += [("all cases, every cause", None)]
    rows += [(mode, lambda r, m=mode: r.case.mode == m) for mode in sorted({r.case.mode for r in results})]
    rows += [("single", lambda r: len(r.case.mistakes) == 1), ("pairs", lambda r: len(r.case.mistakes) > 1)]
    lines = [
        "| kind | practice: cases | named | beyond | held out: cases | named | beyond |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for title, chosen in rows:
        cells = []
        for half in halves:
            if isinstance(chosen, str):
                some = [r for r in half if any(cause[0][1] == chosen for cause in r.case.causes)]
                named = sum(not any(cause[0][1] == chosen for cause in r.missed) for r in some)
            else:
                some = [r for r in half if chosen is None or chosen(r)]
                named = sum(r.is_named for r in some)
            beyond = sum(len(r.surplus) for r in some) / len(some) if some else 0.0
            cells += [str(len(some)), str(named), f"{beyond:.2f}"] if some else ["-"] * 3
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def executed(results: list[Result]) -> str:
    """How many findings' lines were executed, and which do not give what they say."""
    wrong = [f"{result.case.name}: {line}" for result in results for line in result.wrong_lines]
    count = sum(result.executed for result in results)
    return "\n".join([f"{count} findings with both lines executed, {len(wrong)} wrong", *wrong])


def _row(text: str, results: list[Result], named: int) -> str:
    seconds = [r.seconds for r in results]
    beyond = sum(len(r.surplus) for r in results) / len(results)
    share = 100 * named / len(results)
    mean = sum(seconds) / len(seconds)
    return f"{text:32}{len(results):7}{named:7}{share:6.0f}{beyond:8.2f}{mean:8.2f}{max(seconds):8.2f}"


def details(result: Result) -> str:
    """A missed case, or one with findings too many: what was expected and what was found."""
    expected = ", ".join("|".join(f"{where}:{kind}" for where, kind in cause) for cause in result.case.causes)
    found = ", ".join(f"{where}:{kind}" for where, kind in result.found) or "nothing"
    verdict = "named, too much" if result.is_named else "MISSED"
    text = f"{verdict} {result.case.name}  {result.seconds:.1f} s\n    expected {expected}\n    found    {found}"
    return text + f"\n    {result.note}"
