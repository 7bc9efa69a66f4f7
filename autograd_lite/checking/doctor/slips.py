"""Slips and what they cost: an edit of one line, a constant on top of it, and hypotheses, which are several together.

The cost says how surprising a slip is: of two that give the same numbers the cheaper is named.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograd_lite.checking.doctor.constants import Known
from autograd_lite.expressions import Term

#: The values of all names at each probe.
Values = list[dict[str, Any]]

#: What a name costs that no edit explains; more than any edit, and more than two of them.
UNEXPLAINED = 4.0
#: A slip that costs no more is no surprise.
ENOUGH = 1.7
#: What it costs to look for a slip where the person showed no numbers.
HIDDEN = 0.1
#: What it costs that a line, as it is supposed to be, is nowhere in the person's program.
_UNSEEN = 0.3


@dataclass(frozen=True)
class Edit:
    """One slip in one line.

    Attributes
    ----------
    kind
        As in the vocabulary of findings; of two slips in one line both, with a plus between.
    term
        The line's right side with the slip in it.
    cost
        How surprising it is.
    what
        In words what was done to the right line: "A2 in place of A1".
    swaps
        Where one array stands in for another the names of both.
    """

    kind: str
    term: Term
    cost: float
    what: str
    swaps: tuple[str, str] | None = None

    @property
    def share(self) -> float:
        """How much of a constant's cost counts on top of the slip's: another loss brings its own constant."""
        return 0.1 if self.kind in ("wrong_loss_derivative", "forward_mismatch") else 0.8

    def times(self, known: Known) -> Edit:
        """Return the edit as it is rated and said with a constant on top."""
        return replace(self, cost=self.cost + self.share * known.cost, what=f"{self.what}, times {known.words}")

    def then(self, other: Edit) -> Edit:
        """Return the edit and another on top of it, which was made of its term."""
        return Edit(f"{self.kind}+{other.kind}", other.term, self.cost + other.cost, f"{self.what}, {other.what}")

    def dearer(self, cost: float) -> Edit:
        """Return the edit at a higher cost."""
        return replace(self, cost=self.cost + cost)


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


def edited(slips: Sequence[Slip]) -> dict[str, tuple[Term, float]]:
    """Return the lines with a slip in them: their right sides, and the factors on top."""
    found: dict[str, tuple[Term, float]] = {}
    for slip in slips:
        found[slip.line] = (slip.edit.term, slip.factor)
        found.update((line, (term, slip.factor)) for line, term in slip.also)
    return found


@dataclass
class Hypothesis:
    """Slips assumed so far, with the values of all gradients under them.

    Attributes
    ----------
    slips
        In the order they were assumed.
    unexplained
        The lines whose numbers no slip explains.
    cost
        Of all that together.
    values
        For each probe those of the forward pass and of the gradients, as they are under the slips.
    deferred
        Constants that the person's hidden gradients carry.
    unseen
        Lines that the person's program does not compute.
    """

    slips: tuple[Slip, ...] = ()
    unexplained: tuple[str, ...] = ()
    cost: float = 0.0
    values: Values = field(default_factory=list)
    deferred: tuple[float, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def rank(self) -> float:
        """By what hypotheses are ordered: how surprising, and how much it is about lines that are not there."""
        return self.cost + _UNSEEN * len(self.unseen)

    @property
    def edited(self) -> dict[str, tuple[Term, float]]:
        """The lines with a slip in them: their right sides, and the factors on top."""
        return edited(self.slips)

    def confirmed(self, lines: Collection[str]) -> Hypothesis:
        """Return the hypothesis with lines forgiven: what is there is computed from them, in whatever order."""
        return replace(self, unseen=tuple(line for line in self.unseen if line not in lines))

    def with_slip(self, slip: Slip, values: Values) -> Hypothesis:
        """Return the hypothesis with one slip more."""
        return replace(self, slips=(*self.slips, slip), cost=self.cost + slip.cost, values=values)


def with_values(values: Values, name: str, found: Sequence[Any]) -> Values:
    """Return values with those of one name in place of what they were."""
    return [{**env, name: value} for env, value in zip(values, found, strict=True)]
