"""The page that a failed gradient check shows: which argument, which entries, both values, and a guess in words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.report import constant_ratio, plain_ratio
from autograd_lite.checking.verdicts import Entry, Verdict

Array = NDArray[Any]

#: So many entries are shown of an argument.
_SHOWN = 4


@dataclass(frozen=True)
class Named:
    """An argument as a page calls it, with its gradient by autodiff."""

    title: str
    array: Array
    gradient: Array


def argument_names(f: Callable[..., Any], count: int) -> list[str]:
    """Return what the arguments are called: by place, and by the name that the function has for it if it has one.

    >>> argument_names(lambda x, *rest: x, 2)
    ['argument 0 (x)', 'argument 1']
    """
    names: list[str] = []
    try:
        for parameter in inspect.signature(f).parameters.values():
            if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
                break
            names.append(f" ({parameter.name})")
    except (TypeError, ValueError):  # written in C, without a signature
        pass
    return [f"argument {i}{names[i] if i < len(names) else ''}" for i in range(count)]


def wrong_page(verdict: Verdict, argument: Named, sizes: dict[int, str], rtol: float) -> str:
    """Return the paragraph on an argument whose gradient is wrong."""
    array = argument.array
    title = f"{argument.title}, shape {array.shape}, {array.dtype}"
    infinite = int(np.sum(~np.isfinite(argument.gradient)))
    if infinite:
        lines = [f"{title}: {infinite} of {array.size} entries are not finite"]
    elif verdict.error < 1e6:
        lines = [f"{title}: relative error {verdict.error:.2g} (2-norm)"]
    else:
        lines = [f"{title}: the right one is zero"]
    bad = [e for e in verdict.entries if e.answer in ("wrong", "kink")]
    if verdict.wrong is None:
        lines.append(f"  checked along random directions; the worst entries that a search found of {array.size}:")
    elif array.size > 1:
        lines.append(f"  {min(verdict.wrong, array.size)} of {array.size} entries; the worst:")
    lines += table(bad, array.shape)
    kinks = [e for e in bad if e.answer == "kink" and e.slope.kink is not None]
    words = None if kinks else _guess(verdict, bad, argument, sizes, rtol)
    if words:
        lines.append(f"  {words}")
    if kinks:
        entry = kinks[0]
        low, high, _ = entry.slope.kink or (0.0, 0.0, 0.0)
        finite = np.isfinite(entry.found)
        here = entry.found if finite else 0.0
        lines.append(
            f"  there is a kink here: at {_index(entry, array.shape)} the one-sided slopes go from {here + low:.6g} to "
            f"{here + high:.6g}, and autodiff is {'outside of them' if finite else 'not between them'}"
        )
    elif any(e.complex_step == e.reference for e in bad):
        lines.append("  the differences are too noisy to say; in their place stands the complex step, which is not")
    elif all(e.complex_step is not None and _close(e.complex_step, e.reference) for e in bad) and bad:
        lines.append("  the complex step, which subtracts nothing, agrees with the differences")
    return "\n".join(lines)


def undecided_page(verdict: Verdict, argument: Named) -> str:
    """Return the paragraph on an argument of which the differences can not decide."""
    array = argument.array
    lines = [f"{argument.title}, shape {array.shape}, {array.dtype}:"]
    doubtful = [e for e in verdict.entries if e.answer == "undecided"][:_SHOWN]
    for entry in doubtful:
        where = _index(entry, array.shape)
        if not np.isfinite(entry.error):
            lines.append(f"  {where}: autodiff {entry.found:.6g}; the function has no finite values around the point")
            continue
        lines.append(
            f"  {where}: autodiff {entry.found:.6g}, differences {entry.reference:.6g}, which may be off by "
            f"{entry.error:.1g}" + (f"; the value jumps by {entry.slope.jump:.3g} here" * bool(entry.slope.jump))
        )
    return "\n".join(lines)


def precision_page(argument: Named, exact: Array) -> str:
    """Return the paragraph on an argument whose gradient is right in double precision and wrong in its own."""
    found, array = argument.gradient, argument.array
    difference = np.abs(found - exact).reshape(-1)
    order = np.argsort(np.where(np.isfinite(difference), -difference, -np.inf))[:_SHOWN]
    error = float(np.linalg.norm(difference) / max(float(np.linalg.norm(exact)), np.finfo(float).tiny))
    lines = [
        f"{argument.title}, shape {array.shape}, {array.dtype}: relative error {error:.2g} (2-norm)",
        f"  right in {exact.dtype}, but not in {found.dtype}, by more than rounding explains; the worst entries:",
    ]
    for i in order:
        where = _position(int(i), array.shape)
        lines.append(f"  {where}: {found.dtype} {found.reshape(-1)[i]:.9g}, {exact.dtype} {exact.reshape(-1)[i]:.9g}")
    return "\n".join(lines)


def table(entries: Sequence[Entry], shape: tuple[int, ...]) -> list[str]:
    """Return the worst few entries as a table: index, both values, difference, ratio."""
    rows = [("", "autodiff", "differences", "difference", "ratio")]
    for e in entries[:_SHOWN]:
        reference = e.reference if abs(e.reference) > e.error else 0.0
        ratio = f"{e.found / reference + 0.0:.6g}" if reference else "-"
        rows.append((_index(e, shape), f"{e.found:.9g}", f"{reference:.9g}", f"{e.found - reference:.3g}", ratio))
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    return ["    " + "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def _index(entry: Entry, shape: tuple[int, ...]) -> str:
    if entry.index < 0:
        return "along a random direction"
    return f"{_position(entry.index, shape)}{f' {entry.part} part' if entry.part else ''}"


def _position(index: int, shape: tuple[int, ...]) -> str:
    return f"[{', '.join(str(int(i)) for i in np.unravel_index(index, shape))}]" if shape else "value"


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-5 * max(abs(a), abs(b))


def _guess(verdict: Verdict, bad: Sequence[Entry], argument: Named, sizes: dict[int, str], rtol: float) -> str | None:
    """What a constant ratio of all entries means, in words."""
    if not np.isfinite(argument.gradient).all() or not bad:
        return None
    if verdict.reference is not None and verdict.reference.size > 1:
        found, reference = argument.gradient.reshape(-1), verdict.reference.reshape(-1)
    elif bad[0].index < 0 or (argument.array.size > 1 and len(bad) < 2):
        return None
    else:
        found, reference = np.array([e.found for e in bad]), np.array([e.reference for e in bad])
    if found.dtype.kind == "c":
        found, reference = (np.concatenate([a.real, a.imag]) for a in (found, reference))
    noise = max((e.error / abs(e.reference) for e in bad if e.reference), default=0.0)
    ratio = constant_ratio(found, reference, min(max(rtol, 1e-6, noise), 1e-3))
    if ratio is not None and not np.abs(found - ratio * reference).max() < 1e-2 * np.abs(found - reference).max():
        ratio = None  # so near 1 that any small difference looks constant
    if found.size == 1 and reference[0]:
        ratio = _snapped(float(found[0] / reference[0]))
        if ratio not in (0, -1, 2, -2, 0.5, -0.5) and not _sizes_of(ratio, sizes):
            return None
    if ratio is None or abs(ratio) > 1e6:
        return None
    ratio = _snapped(ratio)
    words = plain_ratio(ratio, "autodiff", "differences")
    if abs(ratio) not in (0, 1) and (size := _sizes_of(ratio, sizes)):
        words += f"; {size}"
        words += ": a mean where a sum is meant?" if abs(ratio) < 1 else ": a sum where a mean is meant?"
    return words


def _sizes_of(ratio: float, sizes: dict[int, str]) -> str | None:
    number = abs(ratio) if abs(ratio) > 1 else (1 / abs(ratio) if ratio else 0.0)
    whole = round(number)
    return f"{whole} is {sizes[whole]}" if abs(number - whole) < 1e-6 * whole and whole in sizes else None


def _snapped(ratio: float) -> float:
    """The whole number, or one over it, that a ratio of measured values stands for."""
    if abs(ratio) < 1e-9:
        return 0.0
    number = ratio if abs(ratio) >= 1 else 1 / ratio
    whole = round(number)
    if abs(number - whole) > 1e-5 * abs(whole):
        return ratio
    return float(whole) if abs(ratio) >= 1 else 1 / whole
