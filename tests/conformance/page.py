"""The ledger as a page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from tests.conformance.ledger import STATES, Entry, ledger


def counts() -> str:
    """How many callables are in each state."""
    found = Counter(entry.state or "in no state" for entry in ledger().values())
    rows = [f"| {state} | {found[state]} |" for state in (*STATES, "in no state") if found[state]]
    return "\n".join(["| state | callables |", "| --- | ---: |", *rows, f"| together | {sum(found.values())} |"])


def verified() -> str:
    """The callables with a gradient, and their parameters."""
    rows = [_verified(entry) for entry in _in("verified")]
    return "\n".join(["| function | parameters verified | refused |", "| --- | --- | --- |", *rows])


def piecewise_constant() -> str:
    """The callables whose result does not change with small changes of the arguments."""
    return ", ".join(f"`{entry.name}`" for entry in _in("piecewise constant"))


def refused() -> str:
    """The callables that raise an error on a Tensor that is being differentiated."""
    return _by_reason(_in("refused"))


def not_array_mathematics() -> str:
    """The callables that have nothing to do with gradients."""
    return _by_reason(_in("not array mathematics"))


def version() -> str:
    """The version of NumPy."""
    return f"NumPy {'.'.join(np.__version__.split('.')[:2])}"


def _in(state: str) -> list[Entry]:
    return [entry for entry in ledger().values() if entry.state == state]


def _verified(entry: Entry) -> str:
    given, refused = (", ".join(f"`{p}`" for p in group) for group in (entry.verified, entry.refused))
    return f"| `{entry.name}` | {given} | {refused} |"


def _by_reason(entries: Iterable[Entry]) -> str:
    groups: dict[str, list[str]] = {}
    for entry in entries:
        groups.setdefault(entry.note, []).append(f"`{entry.name}`")
    rows = [f"| {reason} | {', '.join(names)} |" for reason, names in groups.items()]
    return "\n".join(["| reason | callables |", "| --- | --- |", *rows])
