"""What makes the generated blocks of the pages (see `docs.build`): functions of words that return Markdown."""

from __future__ import annotations

import contextlib
import inspect
import io
import textwrap
from itertools import zip_longest

import autograd_lite as ag
from autograd_lite import cli
from autograd_lite.checking.doctor import words
from autograd_lite.derivation import Derivation
from docs import networks
from docs.build import ROOT

#: What each kind of finding means, for a reader who has just met it.
MEANING = {
    "sign_flipped": "The gradient, or one of its terms, has the opposite sign, as with `y - a` for `a - y`.",
    "scale": "It is right but for a constant factor: 2, 1/2, the number of samples, ...",
    "mean_over_wrong_count": "The factor is a quotient of two sizes: divided by the features, say, not the samples.",
    "missing_activation_derivative": "The derivative of the activation is not multiplied in.",
    "wrong_activation_derivative": "The derivative of another activation is, or the right one at another point.",
    "wrong_operand": "The line is right with another array in one place, such as `A2` for `A1`.",
    "transposed": "A transpose is missing, or there is one too many.",
    "flipped_kernel": "The gradient of a convolution runs backwards along its spatial axes.",
    "elementwise_vs_matmul": "`*` stands where a matrix product belongs, or the reverse.",
    "missing_sum": "What was broadcast forward, such as a bias, is not summed backward.",
    "wrong_axis": "The sum is over another axis, or over all of them.",
    "broadcasting_silent": "The line runs only because NumPy broadcasts two shapes that should be equal.",
    "shape_mismatch": "The shape is wrong, and nothing above explains it.",
    "missing_term": "One of several paths to the loss is left out: a second use of a weight, a penalty, ...",
    "extra_term": "A term is added that no path accounts for.",
    "missing_factor": "An array that should be multiplied in is not: a dropout mask, a scale, ...",
    "extra_factor": "An array is multiplied in that does not belong.",
    "missing_accumulation": "Contributions to the same entries overwrite each other, or a loop ends early.",
    "wrong_loss_derivative": "The first line of the backward pass belongs to another loss.",
    "forward_mismatch": "The backward pass is right for another forward pass than the one that was written.",
    "stale_parameter": "A parameter was updated before the backward pass had finished reading it.",
    "update_scale": "The gradient is right; the step multiplies by the learning rate twice, or by 1/m once more.",
    "update_dropped": "The gradient is right; the step does not change the parameter.",
    "inplace_mutation": "An array that the backward pass needs was changed in place.",
    "misnamed_intermediate": "Harmless: an intermediate carries the name of its neighbour.",
    "deferred_scale": "Harmless: a constant such as 1/m is left out at one line and put in at a later one.",
}


def fenced(text: str, language: str = "text") -> str:
    """Return text as a block of code."""
    return f"```{language}\n{text.rstrip()}\n```\n"


def derivation(name: str, why: str = "") -> str:
    """The derivation of a network; with the word "why", the reasons too."""
    return fenced(_derived(name).text(why=bool(why)))


def side_by_side(name: str) -> str:
    """The derivation of a network to the left, the one by hand to the right."""
    left, right = str(_derived(name)).split("\n"), _by_hand(name)
    width = max(map(len, left)) + 4
    rows = ["".join(pair).rstrip() for pair in zip_longest((row.ljust(width) for row in left), right, fillvalue="")]
    titles = "printed by derive".ljust(width) + "by hand"
    return fenced("\n".join([titles, "", *rows]))


def by_hand(name: str) -> str:
    """The derivation by hand of a network."""
    return fenced("\n".join(_by_hand(name)))


def counts() -> str:
    """How many lines the derivations have, and those by hand."""
    rows = ["| network | printed by `derive` | by hand |", "| --- | ---: | ---: |"]
    for name in networks.NETWORKS:
        printed, hand = line_counts(name)
        rows.append(f"| `{name}` | {printed} | {hand} |")
    return "\n".join(rows)


def line_counts(name: str) -> tuple[int, int]:
    """Lines of a network's derivation, and of the one by hand; headings and remarks do not count."""
    printed = sum(len(line.text.split("\n")) for line in _derived(name).lines)
    return printed, sum(row.startswith("  ") for row in _by_hand(name))


def code(*names: str) -> str:
    """The source of functions and classes of docs/networks.py."""
    return fenced("\n\n".join(inspect.getsource(getattr(networks, name)) for name in names), "python")


def numpy_source(name: str) -> str:
    """What `to_source` writes for a network."""
    f, arguments, wrt, _ = networks.NETWORKS[name]
    return fenced(ag.to_source(f, *arguments, wrt=wrt), "python")


def latex(name: str) -> str:
    """The derivation of a network in LaTeX."""
    return fenced(_derived(name).latex(), "latex")


def file(path: str) -> str:
    """A Python file of this project."""
    return fenced((ROOT / path).read_text(encoding="utf-8"), "python")


def function(path: str, *names: str) -> str:
    """Functions of a Python file of this project, without running it."""
    pieces = (ROOT / path).read_text(encoding="utf-8").split("\n\n\n")
    chosen = [piece for name in names for piece in pieces if piece.startswith((f"def {name}(", f"class {name}"))]
    return fenced("\n\n\n".join(chosen), "python")


def console(*arguments: str) -> str:
    """What a command prints, run in the project's folder."""
    out = io.StringIO()
    with contextlib.chdir(ROOT), contextlib.redirect_stdout(out):
        cli.main(arguments)
    return fenced(f"$ autograd-lite {' '.join(arguments)}\n{out.getvalue()}", "console")


def kinds() -> str:
    """The kinds of findings and what they mean."""
    rows = ["| kind | what it means |", "| --- | --- |"]
    return "\n".join(rows + [f"| `{kind}` | {MEANING[kind]} |" for kind in words.KINDS])


def _derived(name: str) -> Derivation:
    f, arguments, wrt, _ = networks.NETWORKS[name]
    return ag.derive(f, *arguments, wrt=wrt)


def _by_hand(name: str) -> list[str]:
    """The lines of a derivation by hand, as they stand in docs/networks.py, under two headings."""
    lines = textwrap.dedent(inspect.getsource(networks.NETWORKS[name][3])).split("\n")
    start = lines.index("    # Forward")
    end = next(i for i, line in enumerate(lines) if line.startswith(("    return", "    gates =")))
    return [line.removeprefix("    # ") if "# " in line else line[2:] for line in lines[start:end]]
