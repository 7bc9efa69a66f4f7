"""Terms as mathematics, in LaTeX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograd_lite.expressions.printing import text

if TYPE_CHECKING:
    from autograd_lite.expressions.outlines import Line


def latex_lines(forward: Sequence[Line], backward: Sequence[Line]) -> str:
    """Return lines as an ``align*`` environment."""
    rows = [f"  \\mathtt{{{text(line.term)}}}" for line in [*forward, *backward]]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"
