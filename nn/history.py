"""`History`: what was measured in each epoch."""

from __future__ import annotations

from collections.abc import Mapping


class History(dict[str, list[float]]):
    """What training measured: for each name a list with a number for each epoch.

    Attributes
    ----------
    epochs
        The number of epochs measured.
    interrupted
        Whether training was interrupted from the keyboard.

    Examples
    --------
    >>> from nn import History
    >>> history = History()
    >>> history.append({"loss": 0.5, "accuracy": 0.75})
    >>> history.append({"loss": 0.25, "accuracy": 1.0})
    >>> history["loss"]
    [0.5, 0.25]
    >>> history
    History of 2 epochs
    epoch      loss  accuracy
        1       0.5      0.75
        2      0.25         1
    """

    def __init__(self) -> None:
        super().__init__()
        self.interrupted = False

    @property
    def epochs(self) -> int:
        """The number of epochs measured."""
        return max((len(values) for values in self.values()), default=0)

    def append(self, results: Mapping[str, float]) -> None:
        """Add the numbers of an epoch."""
        for name, value in results.items():
            self.setdefault(name, []).append(value)

    def __repr__(self) -> str:
        """The first and the last epochs as a table."""
        count = self.epochs
        shown = [e for e in range(count) if e < 3 or e >= count - 3]
        lines = [f"History of {count} epoch{'' if count == 1 else 's'}"]
        widths = {name: max(len(name), 8) for name in self}
        if count:
            lines.append("epoch  " + "  ".join(name.rjust(widths[name]) for name in self))
        for position, e in enumerate(shown):
            if position and e != shown[position - 1] + 1:
                lines.append("  ...")
            cells = [f"{values[e]:.5g}".rjust(widths[name]) for name, values in self.items()]
            lines.append(f"{e + 1:5}  " + "  ".join(cells))
        return "\n".join(lines)
