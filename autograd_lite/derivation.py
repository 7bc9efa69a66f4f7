"""`derive`: forward and backward pass as a person writes them on paper, in the person's own names, with shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd_lite.errors import NoGraphError
from autograd_lite.expressions import Line, Outline
from autograd_lite.expressions.latex import latex_lines
from autograd_lite.tracing import Trace, refuse_complex_result, trace


class Derivation:
    """The lines of a derivation, forward and backward. ``print`` it, or let a notebook show it.

    Attributes
    ----------
    forward, backward, lines
        `Line` objects: ``line.name``, ``line.term``, ``line.shape``, ``line.why``, ``line.evaluate(values)``.
    assumptions
        What holds of the data at hand and was used, such as one-hot rows that sum to 1.
    graph
        The trace that was read.
    """

    def __init__(self, outline: Outline, graph: Trace) -> None:
        self.outline = outline
        self.graph = graph
        self.forward: list[Line] = outline.forward
        self.backward: list[Line] = outline.backward
        self.assumptions: list[str] = [assumption.text for assumption in outline.assumptions]
        if outline.upstream is not None:
            self.assumptions.append(f"{outline.upstream}, the gradient of the loss at the result")
        if any(line.is_backward and line.node.dtype.kind == "c" for line in self.lines):
            self.assumptions.append(
                "of a complex value z the gradient is dL/dRe(z) - i dL/dIm(z), the conjugate of what grad returns"
            )
        for note in graph.notes:
            if note.place is not None:
                said = "ran over" if note.how.startswith("a loop") else "was"
                what = (outline.condition(note) if note.how == "bool()" else None) or note.how
                self.assumptions.append(f"{what} {said} {note.value} at {note.place}")
        self.assumptions = list(dict.fromkeys(self.assumptions))

    @property
    def lines(self) -> list[Line]:
        """All lines, forward and then backward."""
        return [*self.forward, *self.backward]

    def __len__(self) -> int:
        return len(self.lines)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Derivation of {len(self.forward)} forward and {len(self.backward)} backward lines>"

    def text(self, why: bool = False, colour: bool = False) -> str:
        """Return the derivation as text in columns.

        Parameters
        ----------
        why
            Say after each backward line which rule it follows from.
        colour
            Set headings and shapes apart with a terminal's colours.
        """
        bold, dim, plain = ("\033[1m", "\033[2m", "\033[0m") if colour else ("", "", "")
        texts = [part for line in self.lines for part in line.text.split("\n")]
        width = min(max([44, *(len(part) + 4 for part in texts)]), 88)
        rows = []
        for title, lines in (("Forward", self.forward), ("Backward", self.backward)):
            if not lines:
                continue
            heading = f"{bold}{title.ljust(width)}"
            rows.append(f"{heading}{'shape' if title == 'Forward' else ''}".rstrip() + plain)
            for line in lines:
                first, *rest = line.text.split("\n")
                shape = f"{line.shape}" + (f"  {line.label}" if line.label else "")
                gap = "" if len(first) < width - 2 else "  "
                rows.append(f"  {first.ljust(width - 2)}{gap}{dim}{shape}{plain}")
                rows += [f"  {part}" for part in rest]
                if why:
                    rows += [f"      {dim}{reason}{plain}" for reason in dict.fromkeys(line.why)]
        rows += [f"{dim}Given: {assumption}.{plain}" for assumption in self.assumptions]
        return "\n".join(rows)

    def markdown(self) -> str:
        """Return the derivation as Markdown: one table forward, one backward."""
        rows = []
        for title, lines in (("Forward", self.forward), ("Backward", self.backward)):
            if not lines:
                continue
            rows += [f"**{title}**", "", "| line | shape |", "| --- | --- |"]
            for line in lines:
                code = "<br>".join(f"`{part}`" for part in line.text.replace("|", "\\|").split("\n"))
                rows.append(f"| {code} | {line.shape}{'  ' + line.label if line.label else ''} |")
            rows.append("")
        rows += [f"Given: {assumption}." for assumption in self.assumptions]
        return "\n".join(rows).rstrip() + "\n"

    def latex(self, document: bool = False) -> str:
        """Return the derivation in LaTeX: an ``align*`` environment of the package amsmath.

        Parameters
        ----------
        document
            Return a whole document, ready to compile.
        """
        body = latex_lines(self.forward, self.backward, self.outline.upstream)
        if not document:
            return body
        head = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n\\allowdisplaybreaks\n"
        return f"{head}{body}\n\\end{{document}}\n"

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_latex_(self) -> str:
        return self.latex()


def derive(f: Callable[..., Any], *args: Any, wrt: str | int | Sequence[str | int] | None = None) -> Derivation:
    """Write out the forward and the backward pass of a function, line by line.

    The function runs once, as it stands (see `lift`), and is read from the graph of its NumPy calls. Lines carry the
    names of its own variables, and their gradients the same names with a ``d``. The algebra is tidied, and every tidied
    line is compared with the graph at random inputs before it is shown.

    Parameters
    ----------
    f
        Takes arrays or containers of them and returns a number (the loss), or a pair of it and a dict of named
        intermediates. If it returns an array, the backward pass starts from a given gradient of that array.
    *args
        Its arguments.
    wrt
        The variables to derive with respect to: names (``"W1"``, of an argument or of an entry of one), paths
        (``'p["W1"]'``), positions of arguments, or a sequence of these. Default: every floating-point array among the
        arguments.

    Returns
    -------
    Derivation
        ``print`` it; ``.text(why=True)`` names the rules; ``.markdown()``, ``.latex()``, ``.lines``.

    Raises
    ------
    NoGraphError
        Nothing in the result depends on the variables.
    DerivationError
        `wrt` names what is not there, or the tidied lines differ from the graph (a bug).

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> X, Y = np.ones((100, 3)), np.ones((100, 1))
    >>> def loss(p):
    ...     Z = X.dot(p["W"]) + p["b"]
    ...     A = 1 / (1 + np.exp(-Z))
    ...     return np.mean((A - Y) ** 2)
    >>> print(ag.derive(loss, {"W": np.ones((3, 1)), "b": np.zeros(1)}))
    Forward                                     shape
      Z = np.dot(X, W) + b                      (100, 1)
      A = sigmoid(Z)                            (100, 1)
      L = np.mean((A - Y) ** 2)                 ()  mean squared error
    Backward
      dA = 2 * (A - Y) / A.size                 (100, 1)
      dZ = dA * A * (1 - A)                     (100, 1)
      dW = X.T @ dZ                             (3, 1)
      db = dZ.sum(axis=0)                       (1,)
    """
    graph = trace(f, *args)
    refuse_complex_result(graph)
    outline = Outline(graph, graph.variables(wrt), brief=True)
    if not outline.backward:
        raise NoGraphError(
            f"the result of {getattr(f, '__name__', 'the function')} does not depend on "
            f"{'its arguments' if wrt is None else wrt} through anything that has a gradient"
        )
    return Derivation(outline, graph)
