"""What a check found: `Comparison`, a gradient beside its reference; `Finding`, a named mistake; `Report`, the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.errors import GradientCheckError

Array = NDArray[Any]


#: More statements than this are not shown of a line.
MOST_STATEMENTS = 6


@dataclass(frozen=True)
class Comparison:
    """One gradient beside the reference.

    Attributes
    ----------
    name
        Of what the gradient belongs to.
    shape, reference_shape
        Of the gradient that was given (``None`` if it was missing) and of the one it should be.
    error
        Largest absolute difference over the largest absolute entry of the reference; infinite where shapes differ or an
        entry is not finite.
    ok
        Whether the error is small enough to be rounding.
    worst
        The index of the entry that is furthest off, ``None`` where shapes differ.
    value, reference
        That entry in both.
    ratio
        What every entry of the reference must be multiplied with to give the gradient, if there is such a number.
    note
        Why it could not be compared, if it could not.
    """

    name: str
    shape: tuple[int, ...] | None
    reference_shape: tuple[int, ...]
    error: float
    ok: bool
    worst: tuple[int, ...] | None = None
    value: complex | None = None
    reference: complex | None = None
    ratio: float | None = None
    note: str = ""

    @property
    def error_text(self) -> str:
        """The relative error, if it says anything: where all entries are 0 but for rounding it does not."""
        if self.ok and self.error > 1e-3:
            return "rounding"
        return f"{self.error:.1e}" if np.isfinite(self.error) else "-"

    def page(self, given: str = "yours", right: str = "reference") -> str:
        """Return a few lines that say how the two differ; `given` and `right` are what to call them."""
        if self.shape != self.reference_shape:
            shapes = "" if self.shape is None else f"shape {self.shape}, should be {self.reference_shape}"
            return f"  {self.name}: {', '.join(text for text in (shapes, self.note) if text)}"
        lines = [f"  {self.name}, shape {self.shape}: relative error {self.error:.2g}"]
        if self.note:
            lines.append(f"    {self.note}")
        if self.worst is not None:
            at = f"[{', '.join(map(str, self.worst))}]" if self.worst else "value"
            lines.append(f"    worst entry {at}: {given} {_number(self.value)}, {right} {_number(self.reference)}")
        if not self.ok and self.ratio is not None:
            lines.append(f"    {plain_ratio(self.ratio, given, right)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Finding:
    """A root cause: one mistake in a backward pass, in the person's own names.

    Attributes
    ----------
    where
        The name whose own computation is wrong, or ``"loss"``.
    kind
        What kind of mistake it is.
    message
        The same in a sentence.
    right, yours
        The line as it should be, and as the numbers say it is.
    factor
        The constant factor, where the mistake is one.
    affects
        The names that are wrong only because of this.
    alternatives
        Other mistakes that would give the same numbers.
    benign
        Odd, but harmless.
    place
        The line of the person's program, if it could be found.
    values
        For each name that the two lines read what it stands for: in `yours` (gradients from above as the person has
        them), and in `right`.
    """

    where: str
    kind: str
    message: str
    right: str = ""
    yours: str = ""
    factor: float | None = None
    affects: Sequence[str] = ()
    alternatives: Sequence[str] = ()
    benign: bool = False
    place: str = ""
    values: Mapping[str, tuple[Any, Any]] = field(default_factory=dict, repr=False, compare=False)

    def run(self) -> tuple[Array, Array]:
        """Execute the two lines and return what they give: the person's gradient, and the right one.

        Raises
        ------
        GradientCheckError
            The finding has no lines: it is about the forward pass, or about a name.
        """
        if not self.values or not self.yours:
            raise GradientCheckError(f"the finding at {self.where} has no line that could be executed")
        from autograd_lite.expressions import idioms

        functions = {name: f for name, f in vars(idioms).items() if getattr(f, "__module__", "") == idioms.__name__}
        results = []
        for position, text in enumerate((self.yours, self.right)):
            values = {name: pair[position] for name, pair in self.values.items()}
            env = {**functions, "np": np, **values}
            with np.errstate(all="ignore"):
                exec(text, env)
            results.append(np.asarray(env[text.split(" = ")[0]]))
        return results[0], results[1]


@dataclass
class Report:
    """What a check of a hand-written backward pass found. True if every parameter's gradient is right.

    Attributes
    ----------
    comparisons
        Each gradient beside the reference: parameters first, then intermediates.
    parameters
        The names that are parameters.
    findings
        The mistakes that could be named, root causes only, nearest the loss first.
    propagated
        Names that are wrong only because of the findings.
    correct
        Names whose gradient is right.
    unexplained
        Names whose gradient is wrong for a reason that was not found.
    remarks
        What else to know, such as where the reference comes from.
    """

    comparisons: list[Comparison]
    parameters: list[str]
    findings: list[Finding] = field(default_factory=list)
    propagated: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every parameter's gradient is right."""
        return all(c.ok for c in self.comparisons if c.name in self.parameters)

    @property
    def correct(self) -> list[str]:
        """The names whose gradient is right."""
        return [c.name for c in self.comparisons if c.ok]

    def __bool__(self) -> bool:
        return self.ok

    def __getitem__(self, name: str) -> Comparison:
        for comparison in self.comparisons:
            if comparison.name == name:
                return comparison
        raise KeyError(f"{name!r} was not compared; there are {', '.join(c.name for c in self.comparisons)}")

    def raise_if_wrong(self) -> None:
        """Raise `GradientCheckError` (an AssertionError) with this page if a parameter's gradient is wrong."""
        if not self.ok:
            raise GradientCheckError(str(self))

    def __str__(self) -> str:
        return self.text()

    def text(self, colour: bool = False) -> str:
        """Return the page that a person reads; with `colour` for a terminal."""
        paint = _Paint(colour)
        parts = [paint.bold(self._verdict()), "", *self._table(paint)]
        for finding in self.findings:
            parts += ["", *_finding_page(finding, paint)]
        unnamed = [c for c in self.comparisons if not c.ok and c.name in self.unexplained]
        if unnamed:
            was_searched = not any("not searched" in remark for remark in self.remarks)
            if not self.findings and was_searched and any(c.shape is not None for c in unnamed):
                parts += ["", "No small change of the right derivation was found that gives these numbers:"]
            if self.findings:
                parts += ["", f"No single slip was found that explains {', '.join(c.name for c in unnamed)}:"]
            parts += ["", *(c.page("yours", "right") for c in unnamed)]
        return "\n".join([*parts, *(f"\n{r}" for r in self.remarks)])

    def json(self) -> str:
        """Return the report as JSON, for other programs."""
        import json

        findings = [{k: v for k, v in vars(f).items() if k != "values"} for f in self.findings]
        rows = [
            {"name": c.name, "shape": c.shape, "should_be": c.reference_shape, "ok": c.ok,
             "relative_error": c.error if np.isfinite(c.error) else None}
            for c in self.comparisons
        ]  # fmt: skip
        return json.dumps(
            {"ok": self.ok, "gradients": rows, "findings": findings, "propagated": self.propagated,
             "unexplained": self.unexplained, "remarks": self.remarks}, indent=2, default=list,
        )  # fmt: skip

    def _repr_html_(self) -> str:
        from html import escape

        colours = {"right": "#1a7f37", "WRONG": "#cf222e", "inherited": "#9a6700"}
        rows = "".join(
            f"<tr><td>{escape(c.name)}</td><td>{escape(str(c.shape))}</td><td>{escape(str(c.reference_shape))}</td>"
            f"<td>{c.error_text}</td><td style='color:{colours.get(self._verdict_of(c), '#57606a')}'>"
            f"{self._verdict_of(c)}</td></tr>"
            for c in self.comparisons
        )
        findings = "".join(
            f"<p>{escape(f.message)}</p><pre>"
            + "".join(f"<span style='color:#cf222e'>- {escape(f.yours)}</span>\n" for _ in range(bool(f.yours)))
            + f"<span style='color:#1a7f37'>+ {escape(f.right)}</span></pre>"
            + (f"<p>This is your {escape(f.place)}</p>" if f.place else "")
            for f in self.findings
        )
        head = "<tr><th>name</th><th>shape</th><th>should be</th><th>relative error</th><th></th></tr>"
        return f"<p><b>{escape(self._verdict())}</b></p><table>{head}{rows}</table>{findings}"

    def _verdict(self) -> str:
        wrong = [c.name for c in self.comparisons if not c.ok and c.name in self.parameters]
        if not wrong:
            count = len(self.parameters)
            return "The gradient is right." if count == 1 else f"All {count} gradients are right."
        if len(self.parameters) == 1:
            return "The gradient is wrong."
        verb = "is" if len(wrong) == 1 else "are"
        return f"{len(wrong)} of {len(self.parameters)} gradients {verb} wrong: {', '.join(wrong)}."

    def _verdict_of(self, comparison: Comparison) -> str:
        if comparison.ok:
            return "right"
        if any(f.benign and f.where == comparison.name for f in self.findings):
            return "misnamed" if comparison.ratio is None else "scaled"
        return "inherited" if comparison.name in self.propagated else "WRONG"

    def _table(self, paint: _Paint) -> list[str]:
        rows = [("name", "shape", "should be", "relative error", "")]
        for c in self.comparisons:
            shape = "missing" if c.shape is None else str(c.shape)
            rows.append((c.name, shape, str(c.reference_shape), c.error_text, self._verdict_of(c)))
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        return [
            paint.verdict(
                "  " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip(), row[-1]
            )
            for row in rows
        ]


class _Paint:
    """A terminal's colours, or none."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def _in(self, code: str, text: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self._colour else text

    def bold(self, text: str) -> str:
        return self._in("1", text)

    def red(self, text: str) -> str:
        return self._in("31", text)

    def green(self, text: str) -> str:
        return self._in("32", text)

    def verdict(self, text: str, verdict: str) -> str:
        return self.red(text) if verdict == "WRONG" else self._in("33", text) if verdict == "inherited" else text


def _finding_page(finding: Finding, paint: _Paint) -> list[str]:
    """What is wrong, the person's line and the right one as a two-line diff, and what else it makes wrong."""
    lines = [paint.bold(finding.message)]
    if finding.yours:
        yours, right = finding.yours.split("; "), finding.right.split("; ")
        shared = set(yours) & set(right)
        lines += [paint.red(f"  - {part}") for part in _first([part for part in yours if part not in shared])]
        lines += [paint.green(f"  + {part}") for part in _first([part for part in right if part not in shared])]
    elif finding.right and not finding.benign:
        lines += [paint.green(f"  + {part}") for part in _first(finding.right.split("; "))]
    if finding.place:
        lines.append(f"  This is your {finding.place}")
    if finding.affects:
        names = ", ".join(finding.affects)
        lines.append(f"  With this mended, {names} {'is' if len(finding.affects) == 1 else 'are'} right as well.")
    for other in finding.alternatives:
        lines.append(f"  The numbers also fit: {other}")
    return lines


def _first(statements: list[str]) -> list[str]:
    """The first few statements of many: the steps of a loop are like one another."""
    if len(statements) <= MOST_STATEMENTS:
        return statements
    kept = statements[: MOST_STATEMENTS - 2]
    return [*kept, f"... and {len(statements) - len(kept)} more like these"]


def compare(name: str, given: Array, reference: Array, rtol: float, atol: float = 0.0) -> Comparison:
    """Compare a gradient with its reference: right if no entry is off by more than `rtol` of the largest, or `atol`."""
    given = np.asarray(given)
    if given.shape != reference.shape:
        is_transpose = given.ndim > 1 and given.T.shape == reference.shape
        note = (
            "it is the transpose of what it should be"
            if is_transpose and np.allclose(given.T, reference, rtol=1e-6)
            else ""
        )
        return Comparison(name, given.shape, reference.shape, np.inf, False, note=note)
    if given.size == 0:
        return Comparison(name, given.shape, reference.shape, 0.0, True)
    if not np.isfinite(given).all():
        bad = np.unravel_index(int(np.argmin(np.isfinite(given))), given.shape)
        index = tuple(int(i) for i in bad)
        note = f"{int(np.sum(~np.isfinite(given)))} of {given.size} entries are not finite"
        return Comparison(
            name, given.shape, reference.shape, np.inf, False, index, given[index], reference[index], None, note
        )
    difference = np.abs(given - reference)
    scale = float(np.max(np.abs(reference)))
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(difference)), difference.shape))
    largest = float(difference[index])
    error = largest / scale if scale > 0 else (0.0 if largest == 0 else np.inf)
    ok = largest <= rtol * scale + atol
    ratio = None if ok else constant_ratio(given, reference, max(rtol, 1e-9))
    return Comparison(name, given.shape, reference.shape, error, ok, index, given[index], reference[index], ratio)


def constant_ratio(given: Array, reference: Array, rtol: float) -> float | None:
    """Return the number c with ``given == c * reference``, or ``None`` if there is none.

    A single entry always has such a number; it counts only where it is a telling one (-1, 2, 1/2).
    """
    if given.dtype.kind == "c" or not np.any(reference):
        return None
    c = float(np.sum(given * reference) / np.sum(reference * reference))
    if given.size == 1:
        return c if min(abs(abs(c) - n) for n in (0.5, 1, 2)) < 1e-6 else None
    fits = np.max(np.abs(given - c * reference)) <= 10 * rtol * max(np.max(np.abs(given)), np.finfo(np.float64).tiny)
    return c if fits else None


def plain_ratio(ratio: float, given: str = "yours", right: str = "right") -> str:
    """Say in words what a constant ratio means.

    >>> plain_ratio(-1.0)
    'yours is the negative of right: a sign is flipped'
    """
    if abs(ratio + 1) < 1e-6:
        return f"{given} is the negative of {right}: a sign is flipped"
    if abs(ratio) < 1e-12:
        return f"{given} is zero everywhere"
    if abs(ratio) < 1 and abs(1 / ratio - round(1 / ratio)) < 1e-6:
        return f"{given} is 1/{round(1 / ratio)} of {right} in every entry"
    return f"{given} is {ratio:.6g} times {right} in every entry"


def _number(value: Any) -> str:
    return "?" if value is None else f"{value:.9g}"
