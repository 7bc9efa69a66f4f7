r"""Terms as mathematics, in LaTeX, for amsmath and for the MathJax or KaTeX of notebooks: no macros of our own.

Names
    ``W1`` and ``W_1`` are :math:`W_{1}`, ``h_prev`` gets a roman subscript, ``Wq``, ``Whh`` and ``by`` an italic one,
    ``xhat`` and ``x_hat`` a hat; Greek names are Greek letters, other long names are roman. The gradient ``dW1`` is an
    upright d before the name of the value. Of two names that would look the same the second is spelt out.
Products
    Juxtaposition is the product of matrices, or one with a number; entry by entry it is ``\odot``, and entry by entry a
    power is ``^{\odot 2}``. A fraction divides entry by entry, which is the only thing it can mean.
Axes
    Sums, means, ... say what they run over: of a matrix the *rows* (axis 0) or the *columns* (axis 1), else the number
    of the axis; nothing is said if it is everything. Softmax along the last axis is the usual one and says nothing.
    ``keepdims`` is not shown: the shapes at the right of the lines tell.
Sizes
    ``X.shape[0]`` is ``rows(X)``, ``X.shape[1]`` is ``columns(X)``: the number of the rows that a sum over rows adds
    up; of a vector it is ``length(x)``, and ``X.size`` is ``size(X)``. The sizes of what has no name are numbers.
Conditions
    A comparison in brackets is 1 where it holds, else 0 (Iverson's bracket); ``np.where`` tells cases apart.
Entries
    ``x[t]`` is :math:`x_{t}`; slices, masks and arrays of indices stand in brackets in the subscript. Rows with ``+=``
    add into entries, rows with an arrow overwrite them.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_lite.expressions import idioms
from autograd_lite.expressions.outlines import Line
from autograd_lite.expressions.printing import function_name
from autograd_lite.expressions.statements import COUNTERS, Windows, names_once, sign_of, taken_apart
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Shape, Term, call, is_call, total
from autograd_lite.indexed import accumulate, overwrite, put_at
from autograd_lite.registry import operation_of
from autograd_lite.rules.windows import add_windows
from autograd_lite.tensor.numbers import count_of, length_of, shape_of

#: Where the right side of a row is broken, in letters; with a name and a shape it then fills a page of LaTeX's article.
WIDEST = 50
#: Entries with a longer name are written into from the right column, so that the left one stays narrow.
WIDEST_ENTRY = 7
#: A longer numerator is written behind the fraction.
WIDEST_NUMERATOR = 20
#: Of a longer shape in a subscript the numbers are written.
WIDEST_SHAPE = 20
#: Matrices put together from more parts than this are not drawn as such.
MOST_BLOCKS = 4


def latex(term: Term, gradients: Iterable[str] = ()) -> str:
    r"""Return a term in LaTeX.

    Parameters
    ----------
    term
        The term.
    gradients
        The names in it that are gradients: ``dW1`` is the gradient of ``W1`` only if it is among them.

    >>> from autograd_lite.expressions.terms import Name, call
    >>> A, dZ, W = Name("A1", (5, 2)), Name("dZ2", (5, 3)), Name("W2", (2, 3))
    >>> print(latex(call(np.multiply, call(np.matmul, dZ, call(np.transpose, W)), call(np.subtract, 1, A)), ["dZ2"]))
    (\mathrm{d}Z_{2}\, W_{2}^{\top}) \odot (1 - A_{1})
    """
    return _Writer(_names_in([term]), set(gradients)).piece(term).tex


def latex_lines(forward: Sequence[Line], backward: Sequence[Line], upstream: str | None = None) -> str:
    """Return lines as an ``align*`` environment, with the shapes at the right.

    Parameters
    ----------
    forward, backward
        The lines. The names of the second are gradients.
    upstream
        The name of the gradient that the backward pass starts from, if that is given and so has no line.
    """
    lines = [*forward, *backward]
    gradients = {line.name for line in backward} | ({upstream} if upstream else set())
    names = list(dict.fromkeys([*(line.name for line in lines), *_names_in(line.term for line in lines)]))
    writer = _Writer(names, gradients)
    written = {id(line): list(writer.rows(line)) for line in lines}
    left_sides = (row.partition("&")[0].rstrip() for rows in written.values() for row in rows)
    widest = max(left_sides, key=_width, default="")
    rows: list[str] = []
    for title, part in (("Forward", forward), ("Backward", backward)):
        if not part:
            continue
        if rows:
            rows[-1] += r" \\[1.5ex]"
        rows.append(rf"\rlap{{\textbf{{{title}}}}}\hphantom{{{widest}}} &")
        rows += [row for line in part for row in written[id(line)]]
    body = "\n".join(f"  {row}" + ("" if r"\\[" in row[-9:] else r" \\") for row in rows)
    return "\\begin{align*}\n" + body.removesuffix(r" \\") + "\n\\end{align*}"


def _names_in(terms: Iterable[Term]) -> list[str]:
    return list(dict.fromkeys(p.name for term in terms for _, p in term.walk() if isinstance(p, Name)))


# -- names -------------------------------------------------------------------------------------------------------------

#: Greek letters by their names in LaTeX, and by other names that people give them.
_GREEK = {name: f"\\{name}" for name in (
    "alpha", "beta", "gamma", "delta", "zeta", "eta", "theta", "iota", "kappa", "mu", "nu", "xi", "pi", "rho", "sigma",
    "tau", "upsilon", "phi", "chi", "psi", "omega", "varphi", "vartheta", "ell",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
)} | {
    "eps": r"\varepsilon", "epsilon": r"\varepsilon",
    "lam": r"\lambda", "lamb": r"\lambda", "lambd": r"\lambda", "lamda": r"\lambda", "lmbda": r"\lambda",
    "lambda": r"\lambda",
}  # fmt: skip
_GREEK_LETTERS = {letter: _GREEK[name] for letter, name in zip("αβγδεζηθικλμνξπρστυφχψωϕϑℓΓΔΘΛΞΠΣΥΦΨΩ", (
    "alpha", "beta", "gamma", "delta", "eps", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "varphi", "chi", "psi", "omega", "phi", "vartheta", "ell",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
), strict=True)}  # fmt: skip
_ENGLISH = {"what", "that", "chat"}
_ESCAPES = {c: f"\\{c}" for c in "_{}%&#$"} | {"\\": r"\backslash ", "^": r"\wedge ", "~": r"\sim "}


def _roman(word: str) -> str:
    """A word in upright letters; what LaTeX has no such letters for stands as text."""
    if not word.isascii():
        return "".join(
            _GREEK_LETTERS.get(part, rf"\text{{{part}}}") if not part.isascii() else _roman(part)
            for part in re.findall(r"[α-ωΑ-Ωϕϑϵ]|[^\x00-\x7fα-ωΑ-Ωϕϑϵ]+|[\x00-\x7f]+", word)
        )
    return rf"\mathrm{{{''.join(_ESCAPES.get(c, c) for c in word)}}}"


def _letters(word: str) -> tuple[str, str]:
    """The symbol of a word of letters, and a subscript that is part of it: ``Wq`` is W with q."""
    if len(word) == 1:
        return _GREEK_LETTERS.get(word, word if word.isascii() else rf"\text{{{word}}}"), ""
    if word in _GREEK:
        return _GREEK[word], ""
    if re.fullmatch(r"[A-Z][a-z]|W[a-z]{2}|b[a-z]", word):
        return word[0], word[1:]
    return _roman(word), ""


def _subscript(word: str) -> str:
    parts = re.findall(r"\d+|\D+", word)
    return "".join(p if p.isdigit() else p if len(p) == 1 and p.isascii() else _GREEK.get(p, _roman(p)) for p in parts)


def _symbol(name: str) -> str:
    r"""The notation of a name.

    >>> print(*(_symbol(name) for name in ("W1", "h_prev", "xhat", "sigma_2", "Wxh", "out")))
    W_{1} h_{\mathrm{prev}} \hat{x} \sigma_{2} W_{xh} \mathrm{out}
    """
    words = [word for word in name.split("_") if word]
    match = re.fullmatch(r"(\D+)(\d*)", words[0]) if words else None
    if match is None:
        return _roman(name)
    letters, digits = match[1], match[2]
    accent = None
    while len(words) > 1 and not digits and len(letters) > 1 and letters not in _GREEK:
        more = re.fullmatch(r"([^\W\d_]{2,})(\d*)", words[1])
        if more is None or more[1] in ("hat", "bar", "tilde") or more[1] in _GREEK:
            break
        letters, digits, words = f"{letters}_{more[1]}", more[2], [words[0], *words[2:]]
    subscripts = [digits] if digits else []
    if len(words) > 1 and (found := re.fullmatch(r"(hat|bar|tilde)(\d*)", words[1])):
        accent = found[1]
        words = [words[0], *([found[2]] if found[2] else []), *words[2:]]
    elif letters not in _ENGLISH and (found := re.fullmatch(rf"({'|'.join(_GREEK)}|.)(hat|bar|tilde)", letters)):
        letters, accent = found[1], found[2]
    base, own = _letters(letters)
    if accent is not None:
        wide = "wide" if base.startswith(r"\mathrm") and accent != "bar" else ""
        base = rf"\{wide}{accent}{{{base}}}" if accent != "bar" or len(letters) == 1 else rf"\overline{{{base}}}"
    subscripts = [s for s in (own, *subscripts, *(_subscript(word) for word in words[1:])) if s]
    return f"{base}_{{{','.join(subscripts)}}}" if subscripts else base


# -- pieces ------------------------------------------------------------------------------------------------------------

#: How tightly a piece holds together. What has a superscript takes no second one; functions of something take none.
TEST, SUM, SIGN, PRODUCT, FACTOR, ATOM = range(6)

#: What a product is of; pieces of different kinds are not mixed without parentheses.
NUMBERS, MATRICES, ENTRIES, OTHER = "numbers", "matrices", "entries", "other"


@dataclass(frozen=True)
class _Piece:
    r"""A part of a formula.

    Attributes
    ----------
    tex, level
        What is written, and how tightly it holds together.
    kind
        Of which kind the outermost product is.
    is_open
        Whether it has no end of its own, as :math:`\sum x`: a factor behind it would seem to be part of it.
    is_scaled
        Whether a product of arrays has a number as a factor: then it does not stand behind another array.
    rows
        The pieces at whose ends it may be broken.
    """

    tex: str
    level: int = ATOM
    kind: str = ""
    is_open: bool = False
    is_scaled: bool = False
    rows: tuple[str, ...] = ()

    @property
    def is_tall(self) -> bool:
        return bool(re.search(r"\\(frac|sum|prod|begin|operatorname\*|m(ax|in)_)", self.tex))

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts at whose ends it may be broken; they are put together with spaces."""
        return self.rows or (self.tex,)

    @property
    def parts(self) -> tuple[str, ...]:
        """The segments if it is so long that it has to be broken, else the whole."""
        return self.segments if _width(self.tex) > WIDEST else (self.tex,)

    def enclosed(self, left: str = "(", right: str = ")", head: str = "") -> _Piece:
        """The piece in parentheses, as tall as it needs. Those that grow by themselves must end on the same row."""
        first, *rest = parts = self.parts
        gap = " " if left.startswith("\\") else ""
        if self.is_tall:
            grow = ("\\left", "\\right") if not rest else ("\\Bigl", "\\Bigr")
            left, right, gap = grow[0] + left, grow[1] + right, " "
            head += r"\!" if head else ""  # they would stand off from the name of a function
        rows = (f"{head}{left}{gap}{first}", *rest)
        rows = (*rows[:-1], f"{rows[-1]}{gap}{right}")
        return _Piece(" ".join(rows), rows=rows if len(parts) > 1 else ())

    def at_least(self, level: int) -> _Piece:
        """The piece, in parentheses if it holds together less tightly."""
        return self if self.level >= level else self.enclosed()


def _beside(left: str, right: str) -> str:
    """Two factors side by side: numbers with a dot between, long names with a little space."""
    if re.match(r"\d|\\infty", right) or (re.search(r"\d$", left) and right.startswith(r"\frac")):
        return rf"{left} \cdot {right}"
    is_roman = r"\mathrm{" in left.split(" ")[-1] or right.startswith(r"\mathrm{")
    return rf"{left}\, {right}" if is_roman else f"{left} {right}"


def _product(left: _Piece, right: _Piece, kind: str) -> _Piece:
    """Two factors, in parentheses as the kind of product asks for."""
    mixes = kind in (MATRICES, ENTRIES) and left.kind in (MATRICES, ENTRIES) and left.kind != kind
    if left.level < SIGN or left.is_open or left.kind == OTHER or mixes:
        left = left.enclosed()
    is_same = right.level == PRODUCT and (
        (kind == NUMBERS and right.kind != OTHER) or (kind == right.kind and not right.is_scaled)
    )
    if right.level < FACTOR and not is_same:
        right = right.enclosed()
    level = SIGN if left.level == SIGN else PRODUCT
    is_scaled = left.is_scaled or left.kind == NUMBERS
    if kind == ENTRIES:
        before, after = (p.segments if p.kind == ENTRIES else p.parts for p in (left, right))
        rows = (*before, rf"\odot {after[0]}", *after[1:])
        return _Piece(" ".join(rows), level, kind, right.is_open, is_scaled, rows)
    after = right.segments if right.kind == ENTRIES else right.parts
    rows = (*left.parts[:-1], _beside(left.parts[-1], after[0]), *after[1:])
    made = _Piece(" ".join(rows), level, kind, right.is_open, is_scaled, rows)
    arrays = [p.kind for p in (left, right) if p.kind in (MATRICES, ENTRIES)]
    return replace(made, kind=arrays[0], is_scaled=True) if kind == NUMBERS and arrays else made


def _sum(left: _Piece, right: _Piece, sign: str) -> _Piece:
    """A sum or a difference."""
    if left.level < SUM:
        left = left.enclosed()
    if right.level == SIGN:  # to add -x is to take x away
        rows = (right.segments[0][1:], *right.segments[1:])
        sign, right = "-" if sign == "+" else "+", replace(right, tex=right.tex[1:], rows=rows)
    elif right.level < SUM or (right.level == SUM and (sign == "-" or right.tex.startswith("-"))):
        right = right.enclosed()
    before, after = (p.segments if p.level == SUM else p.parts for p in (left, right))
    rows = (*before, f"{sign} {after[0]}", *after[1:])
    return _Piece(" ".join(rows), SUM, "", right.is_open, rows=rows)


def _negative(piece: _Piece) -> _Piece:
    inner = piece.at_least(PRODUCT)
    rows = (f"-{inner.segments[0]}", *inner.segments[1:])
    return replace(inner, tex=f"-{inner.tex}", level=SIGN, rows=rows)


def _fraction(above: str, below: str) -> _Piece:
    return _Piece(rf"\frac{{{above}}}{{{below}}}", FACTOR)


def _applied(head: str, *pieces: _Piece) -> _Piece:
    """A function of something."""
    parts = [part for piece in pieces for part in (*piece.parts[:-1], rf"{piece.parts[-1]},\,")]
    rows = (*parts[:-1], parts[-1].removesuffix(r",\,")) if parts else ("",)
    return replace(_Piece(" ".join(rows), rows=rows).enclosed(head=head), level=FACTOR)


def _operator(name: str, over: str = "") -> str:
    r"""The name of a function in upright letters; with an underscore also MathJax sets it without gaps."""
    words = "".join(_ESCAPES.get(c, c) for c in name).replace(".", "{.}")
    words = rf"\mathrm{{{words}}}" if "." in name or "_" in name else words
    return rf"\operatorname*{{{words}}}_{{{over}}}" if over else rf"\operatorname{{{words}}}"


_TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\S")
_INVISIBLE = {
    r"\left", r"\right", r"\mathrm", r"\operatorname", r"\operatorname*", r"\mathbf", r"\mathbb", r"\text", r"\texttt",
    r"\!", r"\,", r"\;", r"\hat", r"\bar", r"\tilde", r"\widehat", r"\widetilde", r"\overline", r"\mathrel",
    r"\\", "{", "}", "&",
}  # fmt: skip
_WORDS = {r"\log", r"\exp", r"\sin", r"\cos", r"\tan", r"\tanh", r"\sinh", r"\cosh", r"\max", r"\min"}


def _width(tex: str) -> float:
    """About how many letters wide a formula is."""
    tokens = _TOKEN.findall(tex)
    position = 0

    def argument() -> float:
        nonlocal position
        if position >= len(tokens):
            return 0.0
        token = tokens[position]
        position += 1
        if token == "{":
            width = 0.0
            while position < len(tokens) and tokens[position] != "}":
                width += argument()
            position += 1
            return width
        if token in ("_", "^"):
            return 0.7 * argument()
        if token == r"\frac":
            return max(argument(), argument())
        if token in (r"\begin", r"\end"):
            argument()
            return 1.0
        if token in _INVISIBLE:
            return 0.0
        return len(token) - 1.0 if token in _WORDS else 2.0 if token in "+-=" else 1.0

    width = 0.0
    while position < len(tokens):
        width += argument()
    return width


# -- terms -------------------------------------------------------------------------------------------------------------

_COMPARISONS: dict[Callable[..., Any], str] = {
    np.equal: "=", np.not_equal: r"\ne", np.less: "<", np.less_equal: r"\le", np.greater: ">", np.greater_equal: r"\ge",
}  # fmt: skip
_AND, _OR = (np.bitwise_and, np.logical_and), (np.bitwise_or, np.logical_or)
_NOT = (np.invert, np.logical_not)

#: Functions written with the sign that mathematics has for them.
_FUNCTIONS: dict[Callable[..., Any], str] = {
    np.exp: r"\exp", np.log: r"\log", np.log2: r"\log_{2}", np.log10: r"\log_{10}",
    np.sin: r"\sin", np.cos: r"\cos", np.tan: r"\tan", np.sinh: r"\sinh", np.cosh: r"\cosh", np.tanh: r"\tanh",
    np.arcsin: r"\arcsin", np.arccos: r"\arccos", np.arctan: r"\arctan",
    np.arcsinh: r"\operatorname{arsinh}", np.arccosh: r"\operatorname{arcosh}", np.arctanh: r"\operatorname{artanh}",
    np.maximum: r"\max", np.minimum: r"\min", np.fmax: r"\max", np.fmin: r"\min",
    np.sign: r"\operatorname{sign}", np.linalg.det: r"\det", np.trace: r"\operatorname{tr}",
    np.linalg.slogdet: r"\operatorname{slogdet}", np.diag: r"\operatorname{diag}", np.clip: r"\operatorname{clip}",
    idioms.relu: r"\operatorname{relu}", idioms.softplus: r"\operatorname{softplus}",
}  # fmt: skip

#: Functions of some axes.
_OVER_AXES: dict[Callable[..., Any], str] = {
    np.mean: r"\operatorname*{mean}", np.max: r"\max", np.min: r"\min", np.var: r"\operatorname*{var}",
    np.std: r"\operatorname*{std}", np.argmax: r"\operatorname*{arg\,max}", np.argmin: r"\operatorname*{arg\,min}",
    np.any: r"\operatorname*{any}", np.all: r"\operatorname*{all}", idioms.logsumexp: r"\operatorname*{logsumexp}",
    np.maximum.reduce: r"\max", np.minimum.reduce: r"\min",
}  # fmt: skip

#: Functions that change how numbers are stored, and nothing that mathematics sees.
_INVISIBLE_CALLS = (np.copy, np.positive, np.ndarray.item, np.array, np.asarray)


def _is_number(term: Term) -> bool:
    return isinstance(term, Constant) and isinstance(term.value, (int, float, np.number)) and term.shape == ()


def _is_scalar(term: Term) -> bool:
    """Whether a term is a number, not an array."""
    if isinstance(term, Call) and term.shape is None:
        if term.operation.function in (length_of, count_of):
            return True
        return isinstance(term.operation.function, np.ufunc) and all(_is_scalar(part) for part in term.parts)
    return term.shape == ()


def _counts(term: Term) -> bool:
    """Whether an index is 0, 1, 2, ..."""
    if isinstance(term, Constant) and isinstance(term.value, np.ndarray):
        return term.value.ndim == 1 and bool(np.array_equal(term.value, np.arange(term.value.size)))
    return is_call(term, np.arange) and len(term.parts) == 1


def _is_truth(term: Term) -> bool:
    """Whether a term says of entries whether something holds."""
    if isinstance(term, Call):
        function = term.operation.function
        if function in (*_AND, *_OR, *_NOT):
            return all(_is_truth(part) for part in term.parts)
        return function in _COMPARISONS or term.operation.function in (np.isnan, np.isfinite, np.isinf)
    if isinstance(term, Constant):
        return isinstance(term.value, (bool, np.bool_)) or (
            isinstance(term.value, np.ndarray) and term.value.dtype.kind == "b"
        )
    return isinstance(term, Name) and term.dtype == bool


def _split_number(term: Term) -> tuple[Term | None, Term]:
    """Take a number off the front of a product, if there is one."""
    if is_call(term, np.multiply) and isinstance(term, Call) and not term.keywords:
        left, right = term.args
        if _is_number(left):
            return left, right
        if _is_number(right):
            return right, left
        number, rest = _split_number(left)
        if number is not None:
            return number, Call(term.operation, (rest, right), (), term.shape)
    return None, term


class _Writer:
    """Writes terms, given all names that will occur, so that no two of them look the same."""

    def __init__(self, names: Iterable[str], gradients: set[str]) -> None:
        self._names: dict[str, str] = {}
        self._inline = 0
        taken: set[str] = set()
        for name in names:
            is_gradient = name in gradients and name.startswith("d") and len(name) > 1
            symbol = rf"\mathrm{{d}}{_symbol(name[1:])}" if is_gradient else _symbol(name)
            if symbol in taken:
                symbol = _roman(name)
            taken.add(symbol)
            self._names[name] = symbol
        self._taken = taken
        self._letters = {letter for symbol in taken for letter in re.findall(r"\\[a-z]+", symbol)}
        self._free = [
            i
            for i in (*COUNTERS, *"pqrsuvw", *(f"i{number}" for number in range(1, 65)))
            if not any(re.match(rf"{i}\b|{i}_", t) for t in taken)
        ]
        self._counter = next((i for i in "ijkr" if not any(re.match(rf"{i}\b|{i}_", t) for t in taken)), r"\iota")

    def name(self, name: str) -> str:
        """The notation of a name."""
        return self._names.get(name) or _symbol(name)

    # -- lines -----------------------------------------------------------------------------------------------------

    def rows(self, line: Line) -> Iterator[str]:
        """The rows of a line: more than one if it is long, or if it writes into entries."""
        base, writes = taken_apart(line.term)
        name = self.name(line.name)
        first = _Piece(r"\mathbf{0}") if base is None else self.piece(base)
        yield from self._broken(name, "=", first, _set_of(line))
        written = [self._written_into(name, write) for write in writes]
        is_wide = any(_width(left) > WIDEST_ENTRY for left, *_ in written)
        for left, relation, value, note in written:
            if is_wide:
                value = replace(value, tex="", rows=(f"{left} {relation} {value.segments[0]}", *value.segments[1:]))
                left, relation = "", r"\phantom{{}={}}"
            yield from self._broken(left, relation, value, note)

    def _written_into(self, name: str, write: Term) -> tuple[str, str, _Piece, str]:
        """Left side, sign, right side and remark of the row that adds something, or writes into entries."""
        if is_call(write, overwrite) and isinstance(write, Call):
            return self._indexed(_Piece(name), write.args[1]).tex, r"\leftarrow", self.piece(write.args[2]), ""
        left, remark, value = name, "", write
        if is_call(write, add_windows) and isinstance(write, Call):
            return self._windows(name, Windows(write, self._free))
        if is_call(write, put_at, accumulate) and isinstance(write, Call):
            index, value = write.args[1], write.args[0 if is_call(write, put_at) else 2]
            left = self._indexed(_Piece(name), index).tex
            if self._is_row_by_row(index):
                remark = rf"\;\text{{for all }} {self._counter}"
            elif not names_once(index):
                remark = r"\;\text{(repeated indices add up)}"
        sign, value = sign_of(value)
        return left, rf"\mathrel{{{sign}}}=", self.piece(value), remark

    def _windows(self, name: str, loop: Windows) -> tuple[str, str, _Piece, str]:
        """The row that adds windows, entry by entry: ``p`` says which window, ``i`` which place in it."""
        whole = Group(slice, (Constant(None),) * 3)
        letters = iter(self._free[len(loop.counters) :])
        firsts = [Name(next(letters), ()) if axis in loop.offsets else whole for axis in range(loop.ndim)]
        place = [
            call(np.add, first, loop.offsets[axis]) if axis in loop.offsets else first
            for axis, first in enumerate(firsts)
        ]
        counters = [Name(counter, ()) for counter in loop.counters]
        left = self._indexed(_Piece(name), Group(tuple, tuple(place))).tex
        right = self._indexed(self.piece(loop.windows), Group(tuple, (*firsts, *counters)))
        names = [first.name for first in firsts if isinstance(first, Name)] + list(loop.counters)
        commas = r",\, ".join(names)
        return left, rf"\mathrel{{{loop.sign}}}=", right, rf"\;\text{{for all }} {commas}"

    def _broken(self, left: str, relation: str, right: _Piece, remark: str) -> Iterator[str]:
        """The rows of ``left = right``, broken before plus signs, or before factors, where it is too long."""
        room = WIDEST - max(0.0, _width(left) - 5)
        rows: list[str] = []
        for segment in right.segments:
            if rows and _width(rows[-1]) + _width(segment) + 1 <= room:
                rows[-1] += f" {segment}"
            else:
                rows.append(segment)
        rows = [f"{left} &{relation} {rows[0]}", *(rf"&\qquad {{}} {row}" for row in rows[1:])]
        if remark:
            rows[-1] += f" && {remark}"
        yield from rows

    # -- terms -----------------------------------------------------------------------------------------------------

    def piece(self, term: Term) -> _Piece:
        """Write a term."""
        if isinstance(term, Name):
            return _Piece(self.name(term.name))
        if isinstance(term, Constant):
            return self._constant(term.value)
        if isinstance(term, Group):
            return self._group(term)
        assert isinstance(term, Call)
        function, args = term.operation.function, term.args
        if not any(isinstance(arg, Group) for arg in args) or function in _WITH_GROUPS:
            if _is_truth(term) and function not in (np.isnan, np.isfinite, np.isinf):
                return self._test(term).enclosed("[", "]")
            written = None
            if function in _FUNCTIONS and not term.keywords:
                return _applied(_FUNCTIONS[function], *map(self.piece, args))
            if function in _OVER_AXES:
                written = self._over_axes(term, _OVER_AXES[function])
            elif function in _WRITERS:
                written = _WRITERS[function](self, term)
            if written is not None:
                return written
        return self._call(term)

    def _call(self, term: Call) -> _Piece:
        """A function that mathematics has no sign for."""
        pieces = [self.piece(arg) for arg in term.args]
        pieces += [_Piece(f"{_roman(name)} = {self.piece(value).tex}") for name, value in term.keywords]
        name = function_name(term.operation.function, term.operation.name) + term.operation.part
        return _applied(_operator(name if term.operation.is_numpys else name.rpartition(".")[2]), *pieces)

    # -- constants -------------------------------------------------------------------------------------------------

    def _constant(self, value: Any) -> _Piece:
        if isinstance(value, np.ndarray):
            return self._array(value)
        if isinstance(value, (bool, np.bool_)):
            return _Piece(r"\text{true}" if value else r"\text{false}")
        if isinstance(value, (int, float, np.integer, np.floating)):
            return self._number(value)
        if isinstance(value, (complex, np.complexfloating)):
            real, imaginary = self._number(value.real), self._number(abs(value.imag))
            return _Piece(rf"({real.tex} {'-' if value.imag < 0 else '+'} {imaginary.tex}\, \mathrm{{i}})")
        if value is None:
            return _Piece(r"\text{none}")
        if value is Ellipsis:
            return _Piece(r"\ldots")
        if isinstance(value, range):
            return self._constant(list(value)) if len(value) < 5 else self._ends(value)
        if isinstance(value, slice):
            return self._slice(tuple(Constant(part) for part in (value.start, value.stop, value.step)))
        if isinstance(value, (tuple, list)):
            return self._group(Group(type(value), tuple(Constant(part) for part in value)))
        if isinstance(value, np.dtype):
            return _Piece(_verbatim(value.name))
        if isinstance(value, str):
            return _Piece(_verbatim(value))
        return _Piece(_verbatim(getattr(value, "__name__", None) or type(value).__name__))

    def _ends(self, value: range) -> _Piece:
        """A longer range, by its ends."""
        first, second, last = (self._number(value[i]).tex for i in (0, 1, -1))
        return _Piece(rf"[{first},\, {second},\, \ldots,\, {last}]")

    def _number(self, value: Any) -> _Piece:
        if value != value:
            return _Piece(r"\text{NaN}")
        if value < 0:
            positive = self._number(-value)
            return _Piece(f"-{positive.tex}", SIGN, positive.kind)
        if value == math.inf:
            return _Piece(r"\infty")
        if value == math.pi and r"\pi" not in self._letters:
            return _Piece(r"\pi")
        digits, _, exponent = str(value).partition("e")
        digits = digits.removesuffix(".0")
        if len(digits) > 9 and "." in digits:
            whole, _, rest = digits.partition(".")
            digits = rf"{whole}.{rest[: max(2, 7 - len(whole))]}\ldots"
        if not exponent:
            return _Piece(digits)
        power = f"10^{{{int(exponent)}}}"
        return _Piece(power, FACTOR) if digits == "1" else _Piece(rf"{digits} \cdot {power}", PRODUCT, NUMBERS)

    def _array(self, value: Any) -> _Piece:
        """A small array is written out; of a large one the shape must do."""
        if value.ndim == 0:
            return self._constant(value[()])
        if value.ndim == 1 and value.size > 4 and value.dtype.kind in "iu" and np.all(np.diff(value) == 1):
            return _Piece(rf"({value[0]}, {value[1]}, \ldots, {value[-1]})")
        entries = [self._constant(entry[()]).tex for entry in value.reshape(-1)] if value.size <= 9 else []
        if value.ndim == 1 and entries and value.size <= 6:
            return _Piece(f"({', '.join(entries)})")
        if value.ndim == 2 and entries:
            columns = value.shape[1]
            return _matrix([entries[i : i + columns] for i in range(0, len(entries), columns)])
        return _Piece(rf"\mathrm{{const}}_{{{_lengths(value.shape)}}}")

    def _group(self, group: Group) -> _Piece:
        if group.kind is slice:
            return self._slice(group.items)
        left, right = ("[", "]") if group.kind is list else ("(", ")")
        return _Piece(r",\, ".join(self.piece(item).tex for item in group.items)).enclosed(left, right)

    # -- entries ---------------------------------------------------------------------------------------------------

    def _slice(self, parts: Sequence[Term]) -> _Piece:
        texts = ["" if isinstance(p, Constant) and p.value is None else self._small(p).tex for p in parts]
        return _Piece(":".join(texts if texts[2:] and texts[2] else texts[:2]))

    def _small(self, term: Term) -> _Piece:
        """A term in a subscript or exponent, where fractions are written with a slash."""
        self._inline += 1
        try:
            return self.piece(term)
        finally:
            self._inline -= 1

    def _indexed(self, base: _Piece, index: Term) -> _Piece:
        """Entries of something: a plain subscript for single ones, if that is no other name, else brackets."""
        items: Sequence[Term] = (index,)
        if isinstance(index, Group) and index.kind is tuple:
            items = index.items
        elif isinstance(index, Constant) and isinstance(index.value, tuple):
            items = tuple(Constant(part) for part in index.value)
        texts = []
        if self._is_row_by_row(index):
            for item in items:
                column = self.piece(item).tex
                column = f"{{{column}}}" if "_" in column else column
                texts.append(self._counter if _counts(item) else f"{column}_{{{self._counter}}}")
            items = (Constant(0), Constant(0))
        for item in items[len(texts) :]:
            is_new_axis = isinstance(item, Constant) and item.value is None
            written = self._test(item) if _is_truth(item) else self._small(item)
            texts.append(r"\text{new}" if is_new_axis else written.tex)
        if base.level < ATOM or "^" in base.tex:
            base = base.enclosed()
        has_subscript = re.search(r"_\{.*\}$", base.tex) is not None
        plain = f"{base.tex}_{{{','.join(texts)}}}"
        is_single = all(_is_scalar(item) and not _is_truth(item) for item in items)
        if is_single and items and not has_subscript and plain not in self._taken:
            return _Piece(plain)
        stem = f"{{{base.tex}}}" if has_subscript else base.tex
        if has_subscript and re.match(r"\\(wide)?(hat|tilde)|\\(bar|overline)", base.tex):
            stem = f"{{{{}}{base.tex}}}"  # a group of nothing but an accent takes no second subscript
        inside = r",\, ".join(texts)
        return _Piece(f"{stem}_{{[{inside}]}}")

    def _is_row_by_row(self, index: Term) -> bool:
        """Whether an index is like ``X[np.arange(n), y]``: of row i the entry y_i."""
        items = index.items if isinstance(index, Group) and index.kind is tuple else ()
        return (
            len(items) == 2
            and _counts(items[0])
            and all(_counts(x) or (isinstance(x, Name) and x.dtype != bool and len(x.shape or ()) == 1) for x in items)
        )

    def _getitem(self, term: Call) -> _Piece | None:
        return self._indexed(self.piece(term.args[0]), term.args[1])

    def _put_at(self, term: Call) -> _Piece | None:
        """Zeros with values put into entries, in the middle of a formula."""
        index = self._indexed(_Piece(r"\mathbf{0}"), term.args[1])
        return _Piece(rf"({index.tex} \leftarrow {self.piece(term.args[0]).tex})")

    def _written(self, term: Call) -> _Piece | None:
        """An array with entries changed, in the middle of a formula."""
        arrow = r"\leftarrow" if is_call(term, overwrite) else r"\mathrel{+}="
        changed = self._indexed(self.piece(term.args[0]), term.args[1])
        return _Piece(rf"({changed.tex} {arrow} {self.piece(term.args[2]).tex})")

    # -- conditions ------------------------------------------------------------------------------------------------

    def _test(self, term: Term) -> _Piece:
        """A condition without the brackets that make a number of it."""
        if not isinstance(term, Call) or not _is_truth(term):
            return self.piece(term)
        function, args = term.operation.function, term.args
        if function in _COMPARISONS:
            left, right = (self._test(arg).enclosed("[", "]") if _is_truth(arg) else self.piece(arg) for arg in args)
            return _Piece(f"{left.at_least(SUM).tex} {_COMPARISONS[function]} {right.at_least(SUM).tex}", TEST)
        if function in _NOT:
            inner = self._test(args[0])
            return _Piece(rf"\lnot {inner.at_least(SIGN).tex}", SIGN)
        if function in (*_AND, *_OR):
            sign, other = (r"\land", _OR) if function in _AND else (r"\lor", _AND)
            left, right = (
                self._test(arg).enclosed() if is_call(arg, *other) and _is_truth(arg) else self._test(arg)
                for arg in args
            )
            return _Piece(f"{left.tex} {sign} {right.tex}", TEST)
        return self.piece(term)

    def _where(self, term: Call) -> _Piece | None:
        """Cases, one below the other; those of the last case come after them."""
        if len(term.args) != 3 or term.keywords:
            return None
        rows: list[str] = []
        rest: Term = term
        while is_call(rest, np.where) and len(rest.parts) == 3 and isinstance(rest, Call) and not rest.keywords:
            condition, value, rest = rest.args
            rows.append(rf"{_cell(self.piece(value).at_least(SUM).tex)} & \text{{if }} {self._test(condition).tex}")
        rows.append(rf"{_cell(self.piece(rest).tex)} & \text{{otherwise}}")
        return _Piece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", TEST)

    # -- arithmetic ------------------------------------------------------------------------------------------------

    def _add(self, term: Call) -> _Piece | None:
        return None if term.keywords else _sum(self.piece(term.args[0]), self.piece(term.args[1]), "+")

    def _subtract(self, term: Call) -> _Piece | None:
        return None if term.keywords else _sum(self.piece(term.args[0]), self.piece(term.args[1]), "-")

    def _total(self, term: Call) -> _Piece | None:
        pieces = [self.piece(arg) for arg in term.args]
        written = pieces[0]
        for piece in pieces[1:]:
            written = _sum(written, piece, "+")
        return written

    def _negate(self, term: Call) -> _Piece | None:
        return None if term.keywords else _negative(self.piece(term.args[0]))

    def _multiply(self, term: Call) -> _Piece | None:
        if term.keywords:
            return None
        a, b = term.args
        for number, other in ((a, b), (b, a)):
            if isinstance(number, Constant) and _is_number(number) and number.value < 0 and not _is_number(other):
                product = Call(term.operation, (Constant(-number.value), other), (), term.shape)
                return _negative(self.piece(other if number.value == -1 else product))
        left, right = self.piece(a), self.piece(b)
        if not _is_scalar(a) and not _is_scalar(b):
            return _product(left, right, ENTRIES)
        if _is_number(b) and right.level > SIGN and not _is_number(a) and not re.match(r"-?\d", left.tex):
            left, right = right, left  # 2 x, not x 2
        return _product(left, right, NUMBERS)

    def _divide(self, term: Call) -> _Piece | None:
        if term.keywords:
            return None
        above, below = term.args
        if self._inline:
            left, right = self.piece(above).at_least(PRODUCT), self.piece(below).at_least(FACTOR)
            return _Piece(f"{left.tex} / {right.tex}", PRODUCT, OTHER)
        sign, above = sign_of(above)
        written = self._quotient(above, below)
        return _negative(written) if sign == "-" else written

    def _quotient(self, above: Term, below: Term) -> _Piece:
        """A fraction; what would make it unwieldy stands behind it, and so does an array that is scaled by numbers."""
        is_scaled = _is_scalar(below)
        divisor = self.piece(below).tex
        number, rest = _split_number(above)
        if is_scaled and number is not None and not _is_scalar(rest):
            factor, piece = self.piece(number).tex, self.piece(rest)
        else:
            factor, piece = "1", self.piece(above)
            if not (piece.is_open or piece.is_tall or _width(piece.tex) > WIDEST_NUMERATOR):
                return _fraction(piece.tex, divisor)
        return _product(_fraction(factor, divisor), piece, NUMBERS if is_scaled or _is_scalar(above) else ENTRIES)

    def _remainder(self, term: Call) -> _Piece | None:
        left, right = self.piece(term.args[0]).at_least(PRODUCT), self.piece(term.args[1]).at_least(FACTOR)
        return _Piece(rf"{left.tex} \bmod {right.tex}", PRODUCT, OTHER)

    def _floor_divide(self, term: Call) -> _Piece | None:
        left, right = self.piece(term.args[0]), self.piece(term.args[1])
        if self._inline:
            inside = _Piece(f"{left.at_least(PRODUCT).tex} / {right.at_least(FACTOR).tex}")
        else:
            inside = _fraction(left.tex, right.tex)
        return inside.enclosed(r"\lfloor", r"\rfloor")

    def _power(self, term: Call) -> _Piece | None:
        if term.keywords:
            return None
        base, exponent = term.args
        if isinstance(exponent, Constant) and _is_number(exponent) and not self._inline:
            if exponent.value == 0.5:
                return self._root(base)
            if exponent.value == -1:
                return _fraction("1", self.piece(base).tex)
        return self._raised(base, self._small(exponent).tex)

    def _raised(self, base: Term, exponent: str) -> _Piece:
        sign = "" if _is_scalar(base) else r"\odot "
        return _Piece(f"{self.piece(base).at_least(ATOM).tex}^{{{sign}{exponent}}}", FACTOR)

    def _root(self, x: Term) -> _Piece:
        return _Piece(rf"\sqrt{{{self.piece(x).tex}}}", FACTOR)

    def _log_of_sum(self, term: Call) -> _Piece | None:
        left, right = (_applied(r"\exp", self.piece(arg)) for arg in term.args)
        return _applied(r"\log", _sum(left, right, "+"))

    def _absolute(self, term: Call) -> _Piece | None:
        return self.piece(term.args[0]).enclosed(r"\lvert", r"\rvert")

    # -- linear algebra --------------------------------------------------------------------------------------------

    def _matmul(self, term: Call) -> _Piece | None:
        a, b = term.args[:2]
        left, right = self.piece(a), self.piece(b)
        if term.keywords or len(term.args) > 2:
            return None
        if _is_scalar(a) or _is_scalar(b):
            return _product(left, right, NUMBERS)
        dimensions = [len(x.shape) if x.shape is not None else 2 for x in (a, b)]
        if dimensions == [1, 1]:
            return self._between(term, r"\cdot")
        if max(dimensions) > 2 and not is_call(term, np.matmul) and min(dimensions) > 1:
            return None
        if dimensions[0] == 1 and is_call(a, np.matmul, np.dot) and len(a.parts[0].shape or ()) != 1:
            left = left.enclosed()  # a column that goes on as a row
        if dimensions[1] == 1 and is_call(b, np.matmul, np.dot) and len(b.parts[1].shape or ()) != 1:
            right = right.enclosed()
        return _product(left, right, MATRICES)

    def _between(self, term: Call, sign: str) -> _Piece | None:
        if term.keywords or len(term.args) != 2:
            return None
        left, right = (self.piece(arg).at_least(FACTOR) for arg in term.args)
        left = left.enclosed() if left.is_open else left
        return _Piece(f"{left.tex} {sign} {right.tex}", PRODUCT, OTHER, right.is_open)

    def _transpose(self, term: Call) -> _Piece | None:
        x = term.args[0]
        rest = [*term.args[1:], *(value for _, value in term.keywords)]
        if rest:
            axes = [_value_of(item) for item in rest]
            axes = axes[0] if len(axes) == 1 else axes
            count = None if x.shape is None else len(x.shape)
            if not isinstance(axes, (tuple, list)) or count is None or not all(isinstance(a, int) for a in axes):
                return None
            swapped = [*range(count)]
            swapped[-2:] = swapped[:-3:-1]
            if is_call(term, np.swapaxes):
                if count < 2 or sorted(a % count for a in axes) != [count - 2, count - 1]:
                    return None
            elif [a % count for a in axes] != swapped:
                return None
        base = self.piece(x).at_least(ATOM)
        return _Piece(rf"{base.tex}^{{\top}}", FACTOR)

    def _norm(self, term: Call) -> _Piece | None:
        if len(term.args) != 1 or term.keywords:
            return None
        norm = self.piece(term.args[0]).enclosed(r"\lVert", r"\rVert")
        return replace(norm, tex=f"{norm.tex}_{{F}}") if len(term.args[0].shape or ()) == 2 else norm

    def _inverse(self, term: Call) -> _Piece | None:
        return _Piece(f"{self.piece(term.args[0]).at_least(ATOM).tex}^{{-1}}", FACTOR)

    def _solve(self, term: Call) -> _Piece | None:
        inverse = _Piece(f"{self.piece(term.args[0]).at_least(ATOM).tex}^{{-1}}", FACTOR)
        return _product(inverse, self.piece(term.args[1]), MATRICES)

    # -- axes ------------------------------------------------------------------------------------------------------

    def _axes(self, term: Call) -> str | None:
        """What a call runs over; nothing if that is everything, ``None`` if it has arguments that have to be told."""
        if any(name not in ("axis", "keepdims") for name, _ in term.keywords):
            return None
        given = term.keyword("axis") or (term.args[1] if len(term.args) > 1 else Constant(None))
        return self._over(term.args[0].shape, given)

    def _over(self, shape: Shape | None, given: Term) -> str:
        value = _value_of(given)
        if value is None:
            return ""
        axes = value if isinstance(value, (tuple, list)) else (value,)
        if not axes:
            return r"\text{no axes}"
        if not all(isinstance(axis, (int, np.integer)) for axis in axes):
            return rf"\text{{axis }} {self.piece(given).tex}"
        count = None if shape is None else len(shape)
        if count:
            axes = sorted({axis % count for axis in axes})
            if len(axes) == count:
                return ""
            if count == 2:
                return r"\text{columns}" if axes[0] else r"\text{rows}"
        return rf"\text{{{'axis' if len(axes) == 1 else 'axes'} }}{', '.join(map(str, axes))}"

    def _over_axes(self, term: Call, head: str) -> _Piece | None:
        over = self._axes(term)
        if over is None:
            return None
        return _applied(f"{head}_{{{over}}}" if over else head.replace("*", ""), self.piece(term.args[0]))

    def _big(self, term: Call, sign: str) -> _Piece | None:
        over = self._axes(term)
        if over is None:
            return None
        x = self.piece(term.args[0])
        x = x if x.level >= PRODUCT and x.kind != OTHER else x.enclosed()
        sign = rf"{sign}_{{{over}}}" if over else sign
        rows = (f"{sign} {x.parts[0]}", *x.parts[1:])
        return _Piece(" ".join(rows), FACTOR, "", True, rows=rows)

    def _softmax(self, term: Call) -> _Piece | None:
        over = self._axes(term)
        shape = term.args[0].shape
        given = _value_of(term.keyword("axis") or (term.args[1] if len(term.args) > 1 else Constant(None)))
        if over is None:
            return None
        if isinstance(given, int) and given in (-1, None if shape is None else len(shape) - 1):
            over = ""
        written = _applied(_operator("softmax", over), self.piece(term.args[0]))
        return replace(written, tex=rf"\log {written.tex}") if is_call(term, idioms.log_softmax) else written

    def _sigmoid(self, term: Call) -> _Piece | None:
        head = _operator("sigmoid") if r"\sigma" in self._letters else r"\sigma"
        return _applied(head, self.piece(term.args[0]))

    # -- shapes ----------------------------------------------------------------------------------------------------

    def _length(self, term: Call) -> _Piece | None:
        x, axis = term.args[0], _value_of(term.args[1])
        if not isinstance(x, Name) and x.shape is not None and isinstance(axis, int):
            return _Piece(str(x.shape[axis]))
        count = None if x.shape is None else len(x.shape)
        if not isinstance(axis, int):
            return None
        if count == 1:
            head = _operator("length")
        elif count == 2:
            head = _operator("columns" if axis % 2 else "rows")
        else:
            head = rf"{_operator('length')}_{{\text{{axis }}{axis}}}"
        return _applied(head, self.piece(x))

    def _count(self, term: Call) -> _Piece | None:
        x = term.args[0]
        if not isinstance(x, Name) and x.shape is not None:
            return _Piece(str(math.prod(x.shape)))
        return _applied(_operator("size"), self.piece(x))

    def _shape(self, shape: Term) -> str:
        """A shape in a subscript."""
        value = _value_of(shape)
        if is_call(shape, shape_of) and not isinstance(shape.parts[0], Name):
            value = value if shape.parts[0].shape is None else shape.parts[0].shape
        if isinstance(shape, Group):
            lengths = ["*" if _value_of(x) == -1 else self._small(x).at_least(FACTOR).tex for x in shape.items]
        elif isinstance(value, (tuple, list)):
            lengths = ["*" if length == -1 else str(length) for length in value]
        else:
            lengths = [self._small(shape).tex]
        return r" \times ".join(lengths) or "()"

    def _reshape(self, term: Call) -> _Piece | None:
        if len(term.args) != 2 or term.keywords:
            return None
        x = self.piece(term.args[0])
        if is_call(term, np.broadcast_to):
            return _applied(_operator("broadcast"), x)
        shape = self._shape(term.args[1])
        if _width(shape) > WIDEST_SHAPE and term.shape is not None:
            shape = _lengths(term.shape)
        return _applied(f"{_operator('reshape')}_{{{shape}}}", x)

    def _filled(self, term: Call, sign: str) -> _Piece | None:
        if len(term.args) != 1:
            return None
        if is_call(term, np.zeros_like, np.ones_like):
            return _Piece(sign if term.args[0].shape is None else f"{sign}_{{{_lengths(term.args[0].shape)}}}")
        return _Piece(f"{sign}_{{{self._shape(term.args[0])}}}")

    def _full(self, term: Call) -> _Piece | None:
        if len(term.args) != 2:
            return None
        ones = Call(
            operation_of(np.ones_like if is_call(term, np.full_like) else np.ones), term.args[:1], (), term.shape
        )
        return _product(self.piece(term.args[1]), self.piece(ones), NUMBERS)

    def _astype(self, term: Call) -> _Piece | None:
        target = _value_of(term.args[1]) if len(term.args) == 2 else None
        try:
            is_float = np.dtype(target).kind in "fc" and target is not None
        except TypeError:
            is_float = False
        return self.piece(term.args[0]) if is_float else None

    def _arange(self, term: Call) -> _Piece | None:
        if len(term.args) != 1 or term.keywords:
            return None
        count = _value_of(term.args[0])
        is_number = isinstance(count, (int, float, np.number))
        last = _Piece(str(math.ceil(count) - 1)) if is_number else _sum(self.piece(term.args[0]), _Piece("1"), "-")
        return _Piece(rf"(0, \ldots, {last.tex})")

    def _joined(self, term: Call) -> _Piece | None:
        """Arrays side by side or one below the other."""
        blocks = term.args[0]
        given = term.keyword("axis") or (term.args[1] if len(term.args) > 1 else Constant(0))
        axis = _value_of(given)
        if not isinstance(blocks, Group) or any(name != "axis" for name, _ in term.keywords):
            return None
        pieces = [self.piece(block).tex for block in blocks.items]
        counts = {None if block.shape is None else len(block.shape) for block in blocks.items}
        if len(pieces) <= MOST_BLOCKS and isinstance(axis, int):
            if is_call(term, np.concatenate) and counts == {2}:
                return _matrix([pieces] if axis % 2 else [[piece] for piece in pieces])
            if is_call(term, np.concatenate) and counts == {1}:
                return _matrix([pieces])
            if is_call(term, np.stack) and counts == {1}:
                return _matrix([pieces] if axis % 2 else [[piece] for piece in pieces])
        name = "concat" if is_call(term, np.concatenate) else "stack"
        numbered = [re.fullmatch(r"(.*_\{)(\d+)(\}+)", piece) for piece in pieces]
        if (
            len(pieces) > MOST_BLOCKS
            and len({(m[1], int(m[2]) - i, m[3]) if m else i for i, m in enumerate(numbered)}) == 1
        ):
            pieces = [*pieces[:2], r"\ldots", pieces[-1]]
        return _applied(_operator(name, rf"\text{{axis }} {self.piece(given).tex}"), *map(_Piece, pieces))


def _cell(tex: str) -> str:
    """An entry of a matrix or of cases: a bracket at its front would be taken for an argument of the break before."""
    return f"{{}}{tex}" if tex.startswith("[") else tex


def _matrix(rows: Sequence[Sequence[str]]) -> _Piece:
    lines = [" & ".join(map(_cell, row)) for row in rows]
    return _Piece(r"\begin{bmatrix} " + r" \\ ".join(lines) + r" \end{bmatrix}")


def _lengths(shape: Shape) -> str:
    return r" \times ".join(map(str, shape))


def _set_of(line: Line) -> str:
    r"""Which set the value of a line is of: :math:`\in \mathbb{R}^{100 \times 10}`; and what it is known as."""
    label = rf"\text{{({line.label})}}" if line.label else ""
    dtype = getattr(line.node, "dtype", None)
    kind = "f" if dtype is None else np.dtype(dtype).kind
    if line.shape is None or kind not in "fciub":
        return label
    letter = {"f": "R", "c": "C", "i": "Z", "u": "Z", "b": ""}[kind]
    letter = "N" if is_call(line.term, length_of, count_of) else letter
    name = rf"\mathbb{{{letter}}}" if letter else r"\{0, 1\}"
    written = rf"\in {name}^{{{_lengths(line.shape)}}}" if line.shape else rf"\in {name}"
    return rf"{written} \quad {label}" if label else written


def _value_of(term: Term) -> Any:
    """The value of a term of constants, else the term itself."""
    if isinstance(term, Constant):
        return term.value
    if isinstance(term, Group) and term.kind is not slice:
        return tuple(_value_of(item) for item in term.items)
    return term


def _verbatim(word: str) -> str:
    """A string. Outside formulas MathJax does not know escapes, so signs that need one stand between the words."""
    parts = re.findall(r"[\w .,:;()<>=+*/|!?@'-]+|.", " ".join(word.split()).replace("_", "\0"))
    return "".join(_ESCAPES["_"] if part == "\0" else _ESCAPES.get(part, rf"\texttt{{{part}}}") for part in parts)


_WRITERS: dict[Callable[..., Any], Callable[[_Writer, Call], _Piece | None]] = {
    np.add: _Writer._add, np.subtract: _Writer._subtract, total: _Writer._total, np.negative: _Writer._negate,
    np.multiply: _Writer._multiply, np.divide: _Writer._divide, np.remainder: _Writer._remainder,
    np.floor_divide: _Writer._floor_divide, np.power: _Writer._power, np.float_power: _Writer._power,
    np.square: lambda w, term: w._raised(term.args[0], "2"),
    np.reciprocal: lambda w, term: _fraction("1", w.piece(term.args[0]).tex),
    np.sqrt: lambda w, term: w._root(term.args[0]),
    np.cbrt: lambda w, term: _Piece(rf"\sqrt[3]{{{w.piece(term.args[0]).tex}}}", FACTOR),
    np.log1p: lambda w, term: _applied(r"\log", _sum(_Piece("1"), w.piece(term.args[0]), "+")),
    np.expm1: lambda w, term: _sum(_applied(r"\exp", w.piece(term.args[0])), _Piece("1"), "-"),
    np.exp2: lambda w, term: _Piece(f"2^{{{w._small(term.args[0]).tex}}}", FACTOR),
    np.logaddexp: _Writer._log_of_sum, np.absolute: _Writer._absolute, np.fabs: _Writer._absolute,
    np.floor: lambda w, term: w.piece(term.args[0]).enclosed(r"\lfloor", r"\rfloor"),
    np.ceil: lambda w, term: w.piece(term.args[0]).enclosed(r"\lceil", r"\rceil"),
    np.where: _Writer._where,
    np.matmul: _Writer._matmul, np.dot: _Writer._matmul, np.outer: lambda w, term: w._between(term, r"\otimes"),
    np.vdot: lambda w, term: w._between(term, r"\cdot"),
    np.transpose: _Writer._transpose, np.matrix_transpose: _Writer._transpose, np.swapaxes: _Writer._transpose,
    np.linalg.norm: _Writer._norm, np.linalg.inv: _Writer._inverse, np.linalg.solve: _Writer._solve,
    np.sum: lambda w, term: w._big(term, r"\sum"), np.add.reduce: lambda w, term: w._big(term, r"\sum"),
    np.prod: lambda w, term: w._big(term, r"\prod"), np.multiply.reduce: lambda w, term: w._big(term, r"\prod"),
    idioms.softmax: _Writer._softmax, idioms.log_softmax: _Writer._softmax, idioms.sigmoid: _Writer._sigmoid,
    operator.getitem: _Writer._getitem, put_at: _Writer._put_at, overwrite: _Writer._written,
    accumulate: _Writer._written,
    length_of: _Writer._length,
    count_of: _Writer._count, shape_of: lambda w, term: _applied(_operator("shape"), w.piece(term.args[0])),
    np.reshape: _Writer._reshape, np.broadcast_to: _Writer._reshape,
    np.zeros: lambda w, term: w._filled(term, r"\mathbf{0}"), np.ones: lambda w, term: w._filled(term, r"\mathbf{1}"),
    np.zeros_like: lambda w, term: w._filled(term, r"\mathbf{0}"),
    np.ones_like: lambda w, term: w._filled(term, r"\mathbf{1}"),
    np.full: _Writer._full, np.full_like: _Writer._full,
    np.eye: lambda w, term: w._filled(term, r"\mathbf{I}"), np.identity: lambda w, term: w._filled(term, r"\mathbf{I}"),
    np.astype: _Writer._astype, np.arange: _Writer._arange,
    np.concatenate: _Writer._joined, np.stack: _Writer._joined,
    **{
        function: lambda w, term: w.piece(term.args[0]) if len(term.args) == 1 and not term.keywords else None
        for function in _INVISIBLE_CALLS
    },
}  # fmt: skip
#: Of these also sequences and slices among the arguments are understood.
_WITH_GROUPS = {
    operator.getitem, put_at, overwrite, accumulate, np.sum, np.add.reduce, np.prod, np.multiply.reduce, *_OVER_AXES,
    np.transpose, np.reshape, np.broadcast_to, np.zeros, np.ones, np.full, np.concatenate, np.stack, np.array,
    np.asarray,
}  # fmt: skip
