"""What a constant factor may be: -1, 2, one half, a number of samples, a quotient of lengths, the learning rate."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from autograd_lite.expressions import Constant, Term
from autograd_lite.expressions.terms import call

#: How near a constant must be to what it is taken for, relatively.
_NEAR = 1e-6
#: A constant that nothing explains is a surprise.
UNKNOWN = 2.6


@dataclass(frozen=True)
class Known:
    """A recognised constant: how surprising it is as a slip, what it is in words, and as a term."""

    cost: float
    words: str
    term: Term


class Constants:
    """The constants that may have slipped into a backward pass.

    Parameters
    ----------
    sizes
        Lengths by how the person calls them, each with its value and a term for it.
    numbers
        Other numbers that stand in the person's programs.
    """

    def __init__(self, sizes: Mapping[str, tuple[float, Term]], numbers: Collection[float] = ()) -> None:
        self.sizes = sizes
        self.numbers = list(numbers)

    def recognise(self, constant: float) -> Known:
        """Say what a constant is: the least surprising of all that it may be."""
        return min(self._readings(constant), key=lambda known: known.cost)

    def _readings(self, constant: float) -> Iterator[Known]:
        yield Known(UNKNOWN, f"{constant:.6g}", Constant(constant))
        for whole, cost in ((1, 0.0), (-1, 0.9), (0, 1.0), (2, 1.0), (-2, 1.0), (4, 1.1)):
            if _is_near(constant, whole):
                yield Known(cost, str(whole), Constant(whole))
            elif abs(whole) > 1 and _is_near(constant, 1 / whole):
                words = f"{'-' if whole < 0 else ''}1/{abs(whole)}"
                yield Known(cost, words, call(np.divide, 1 if whole > 0 else -1, abs(whole)))
        for number in self.numbers:
            readings: tuple[tuple[float, str, Term], ...] = (
                (number, f"{number:g}", Constant(number)),
                (1 / number, f"1/{number:g}", call(np.divide, 1, number)),
            )
            for near, words, term in readings:
                if _is_near(abs(constant), near):
                    sign = "-" if constant < 0 else ""
                    signed: Term = call(np.negative, term) if sign else term
                    yield Known(1.06, sign + words, signed)
        for words, (value, term) in self.sizes.items():
            for factor, prefix in ((1.0, ""), (2.0, "2 * "), (-1.0, "-"), (0.5, "1/2 * ")):
                times: float = int(factor) if factor.is_integer() else factor
                cost = 1.05 if times == 1 else 1.25
                if _is_near(constant, times * value):
                    yield Known(cost, prefix + words, term if times == 1 else call(np.multiply, times, term))
                if _is_near(constant, times / value):
                    yield Known(cost, f"{prefix}1/{words}", call(np.divide, times, term))
        for (a, (x, above)), (b, (y, below)) in itertools.permutations(self.sizes.items(), 2):
            if _is_near(constant, x / y):
                is_mixed = a.endswith(".size") != b.endswith(".size")
                cost = 1.3 if is_mixed else 1.1 if a.endswith(".size") else 1.02
                yield Known(cost, f"{a} / {b}", call(np.divide, above, below))
        for (a, (x, one)), (b, (y, other)) in itertools.combinations(self.sizes.items(), 2):
            if _is_near(constant, x * y):
                yield Known(1.2, f"{a} * {b}", call(np.multiply, one, other))
            if _is_near(constant, 1 / (x * y)):
                yield Known(1.2, f"1/({a} * {b})", call(np.divide, 1, call(np.multiply, one, other)))

    def is_size(self, constant: float) -> bool:
        """Whether a constant is a length or one divided by a length."""
        return any(_is_near(constant, v) or _is_near(constant, 1 / v) for v, _ in self.sizes.values())

    def quotient(self, constant: float) -> str:
        """If a constant is one length over another, and not one length alone, say which was divided by; else ``""``."""
        if " / " not in self.recognise(constant).words:
            return ""
        for (a, (x, _)), (b, (y, _)) in itertools.permutations(self.sizes.items(), 2):
            if _is_near(constant, x / y):
                return f"divided by {y:g} ({b}) instead of {x:g} ({a})"
        return ""


def _is_near(constant: float, value: float) -> bool:
    return abs(constant - value) <= _NEAR * max(abs(value), 1e-12) if value else abs(constant) < 1e-12
