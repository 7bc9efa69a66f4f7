"""The progress bar of the training loop: tqdm's, or none."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from typing import Any


@contextmanager
def progress_bar(wanted: bool | None, epochs: int, batches: Iterable[Any]) -> Iterator[Bar]:
    """Show a bar over all batches of all epochs while the context lasts.

    Parameters
    ----------
    wanted
        Whether to show one; ``None``: if tqdm is installed, and in a terminal or notebook.
    epochs
        The number of epochs.
    batches
        The batches of an epoch; the total is known if they have a length.

    Raises
    ------
    ImportError
        A bar is wanted, and tqdm is not installed.
    """
    if wanted is None:
        wanted = importlib.util.find_spec("tqdm") is not None and _is_watched()
    if not wanted:
        yield Bar(None, epochs)
        return
    try:
        from tqdm import tqdm
    except ImportError as error:
        message = "progress=True needs the package tqdm: pip install autograd-lite[train]. Or pass progress=False"
        raise ImportError(message) from error
    total = epochs * len(batches) if isinstance(batches, Sized) else None
    with tqdm(total=total, unit="batch", dynamic_ncols=True) as bar:
        yield Bar(bar, epochs)
        bar.refresh()


class Bar:
    """A progress bar, or nothing in its place."""

    def __init__(self, bar: Any, epochs: int) -> None:
        self.bar = bar
        self.epochs = epochs
        self.results: dict[str, str] = {}

    def update(self, epoch: int, loss: float) -> None:
        """Count a batch, and show its loss."""
        if self.bar is None:
            return
        self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
        self.bar.set_postfix({**self.results, "loss": f"{loss:.4g}"}, refresh=False)
        self.bar.update()

    def describe(self, epoch: int, results: Mapping[str, float]) -> None:
        """Show the numbers of a finished epoch."""
        if self.bar is None:
            return
        self.results = {name: f"{value:.4g}" for name, value in results.items()}
        self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
        self.bar.set_postfix(self.results, refresh=False)


def _is_watched() -> bool:
    """Whether a person sees standard error: in a terminal or a notebook."""
    return sys.stderr is not None and (sys.stderr.isatty() or "ipykernel" in sys.modules)
