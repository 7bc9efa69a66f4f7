"""How to call each function of the ledger: one line for a function or a group, which draws a call's text.

A recipe is given the `Pen` of a program that grows (`tests.rules.random_calls`) and the function's name, and
returns an expression, or a `Write`: a statement that changes a variable. It need not be valid: NumPy says so, and
another is drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Shape = tuple[int, ...]


class RejectedError(Exception):
    """What was drawn does not work here: draw again."""


@dataclass
class Write:
    """A statement that changes the variable `target`."""

    text: str
    target: str


class Program(Protocol):
    """What a recipe needs of the program that grows."""

    rng: random.Random

    def variables(self) -> dict[str, Any]: ...
    def is_writable(self, name: str) -> bool: ...
    def let(self, text: str) -> str: ...


class Pen:
    """Draws the parts of a call: variables of a kind, axes, shapes, indices, constants."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.rng = program.rng

    # -- numbers, choices ----------------------------------------------------------------------------------------------

    def one(self, *options: Any) -> Any:
        return self.rng.choice(options)

    def often(self, share: float) -> bool:
        return self.rng.random() < share

    def some(self, *options: str, share: float = 0.3) -> str:
        """Keywords, each given at times."""
        return "".join(f", {option}" for option in options if self.often(share))

    def number(self, low: float = -2.0, high: float = 2.0) -> float:
        return round(self.rng.uniform(low, high), 2)

    def constant(self, *shape: int, low: float = -2.0, high: float = 2.0) -> str:
        count = int(np.prod(shape))
        return _array([self.number(low, high) for _ in range(count)], shape)

    def mask(self, *shape: int) -> str:
        """A mask: of constants, or what a variable of that shape says."""
        of_shape = [n for n, v in self.program.variables().items() if np.shape(v) == shape and np.isrealobj(v)]
        if of_shape and self.often(0.4):
            return f"({self.one(*of_shape)} {self.one('>', '<')} {self.number(-0.5, 0.8)})"
        return _array([self.often(0.6) for _ in range(int(np.prod(shape)))], shape)

    def integers(self, count: int, low: int, high: int) -> str:
        values = [self.rng.randrange(low, high) for _ in range(count)]
        return f"np.array({values})" if self.often(0.7) else str(values)

    # -- variables -----------------------------------------------------------------------------------------------------

    def find(self, kinds: str, ndim: Sequence[int] = (0, 1, 2, 3, 4), least: int = 1, most: int = 40) -> str:
        variables = self.program.variables()
        found = [
            n
            for n, v in variables.items()
            if np.result_type(v).kind in kinds and np.ndim(v) in ndim and least <= np.size(v) <= most
        ]
        if not found:
            raise RejectedError
        return self.rng.choice(found)

    def shape(self, name: str) -> Shape:
        return np.shape(self.program.variables()[name])

    def is_complex(self, name: str) -> bool:
        return np.iscomplexobj(self.program.variables()[name])

    def any(self, *ndim: int) -> str:
        return self.find("fc", ndim or (0, 1, 1, 2, 2, 3, 4))

    def real(self, *ndim: int) -> str:
        return self.find("f", ndim or (0, 1, 1, 2, 2, 3, 4))

    def of_integers(self, *ndim: int) -> str:
        return self.find("iu", ndim or (0, 1, 2, 3))

    def of_shape(self, *shape: int, real: bool = False) -> str:
        """An expression of a shape: a variable that has it, or one that is made to have it."""
        found = [
            n
            for n, v in self.program.variables().items()
            if np.shape(v) == shape and np.result_type(v).kind in ("f" if real else "fc")
        ]
        if found and self.often(0.7):
            return self.rng.choice(found)
        name = self.real() if real else self.any()
        size, wanted = int(np.prod(self.shape(name))), int(np.prod(shape))
        if size == wanted:
            return f"np.reshape({name}, {shape})"
        if size > wanted and self.often(0.5):
            return f"np.ravel({name})[{size - wanted}:].reshape({shape})"
        return f"({self.constant(*shape)} * {self.scalar(real)})"

    def scalar(self, real: bool = True) -> str:
        name = self.real() if real else self.any()
        shape = self.shape(name)
        return name if not shape else f"{name}[{', '.join(str(self.rng.randrange(-n, n)) for n in shape)}]"

    def vector(self, length: int | None = None, real: bool = True) -> str:
        if length is None:
            found = [
                n
                for n, v in self.program.variables().items()
                if np.ndim(v) == 1 and 2 <= np.size(v) <= 8 and np.result_type(v).kind in ("f" if real else "fc")
            ]
            if found and self.often(0.6):
                return self.rng.choice(found)
            length = self.rng.randint(2, 5)
        return self.of_shape(length, real=real)

    def fits(self, name: str, real: bool = False) -> str:
        """An operand that broadcasts with a variable."""
        shape = self.shape(name)
        if self.often(0.2):
            constant = self.constant(*shape[self.rng.randint(0, len(shape)) :], low=0.3)
            return self.one(constant, constant.removeprefix("np.array(").removesuffix(")"), str(self.number(0.3)), "2")
        found = []
        for n, v in self.program.variables().items():
            if np.result_type(v).kind in ("f" if real else "fci"):
                try:
                    joint = np.broadcast_shapes(shape, np.shape(v))
                except ValueError:
                    continue
                if np.prod(joint) <= 60:
                    found.append(n)
        return self.rng.choice(found)

    def within(self, low: float, high: float, name: str) -> str:
        """The variable, if its entries are between two numbers, or an expression that brings them there."""
        value = self.program.variables().get(name)
        if value is not None and not np.iscomplexobj(value) and np.all((value > low) & (value < high)):
            return name
        if value is not None and np.iscomplexobj(value):
            return name
        half = (high - low) / 2
        return f"({low + half:.4g} + {half:.4g} * np.tanh({name}))"

    def matrix(self, n: int | None = None, batched: bool = True, real: bool = False) -> str:
        """A square matrix, well conditioned, whose eigenvalues and singular values are apart."""
        n = n or self.one(1, 2, 3, 3)
        name = self.real() if real else self.any()
        shape = (2, n, n) if batched and self.often(0.25) else (n, n)
        diagonal = ", ".join(str(round(1.7 * (i + 1) + self.number(-0.3, 0.3), 2)) for i in range(n))
        return (
            f"(np.diag([{diagonal}]) + 0.4 * np.tanh(np.resize({name}, {shape})) * "
            f"{self.constant(n, n, low=-1, high=1)})"
        )

    def tall(self, rows: int, columns: int, real: bool = False) -> str:
        """A matrix that need not be square, of full rank."""
        name = self.real() if real else self.any()
        return (
            f"(np.eye({rows}, {columns}) * np.arange(1.0, {columns} + 1) + 0.3 * np.sin(np.resize({name}, ("
            f"{rows}, {columns}))"
            f" * {self.constant(rows, columns)}))"
        )

    def target(self, *shape: int, kind: str = "") -> str:
        """A variable that can be written to, of a shape."""
        of_kind = "c" if kind == "c" else "f" if kind == "f" else "fc"
        found = [
            n
            for n, v in self.program.variables().items()
            if np.shape(v) == shape and self.program.is_writable(n) and np.result_type(v).kind in of_kind
        ]
        if found and self.often(0.7):
            return self.rng.choice(found)
        if not shape:
            raise RejectedError
        factor = " * (1 + 0.5j)" if kind == "c" else ""
        return self.program.let(f"{self.constant(*shape)} * {self.scalar(kind != 'c')}{factor}")

    def owned(self, *ndim: int, real: bool = False, least: int = 1) -> str:
        """Any variable that can be written to, or a copy of one."""
        found = [
            n
            for n, v in self.program.variables().items()
            if np.ndim(v) in (ndim or (1, 2, 3))
            and self.program.is_writable(n)
            and np.size(v) >= least
            and np.result_type(v).kind in ("f" if real else "fc")
        ]
        if found and self.often(0.75):
            return self.rng.choice(found)
        name = self.find("f" if real else "fc", ndim or (1, 2, 3), least)
        made = self.program.let(self.one(f"np.copy({name})", f"{name}.copy()", f"{name} * 1.5", f"np.copy({name}).T"))
        if not self.program.is_writable(made):
            raise RejectedError
        return made

    # -- arguments -----------------------------------------------------------------------------------------------------

    def axis(self, name: str) -> int:
        ndim = len(self.shape(name))
        if not ndim:
            raise RejectedError
        return self.rng.randrange(-ndim, ndim)

    def axes(self, name: str) -> Any:
        """None, an axis, or several."""
        ndim = len(self.shape(name))
        kind = self.rng.random()
        if kind < 0.3 or not ndim:
            return None
        if kind < 0.75:
            return self.axis(name)
        chosen = self.rng.sample(range(ndim), self.rng.randint(1, ndim))
        return tuple(a - ndim if self.often(0.3) else a for a in chosen)

    def index(self, shape: Shape, entries: bool = True) -> str:
        """What may stand between brackets."""
        if not shape:
            return self.one("...", "()", "None", "..., None")
        kind = self.rng.random()
        if kind < 0.1:
            return self.mask(*shape)
        if kind < 0.16:
            return f"{self.mask(shape[0])}"
        if kind < 0.26 and entries and len(shape) > 1:
            count = self.rng.randint(1, 3)
            return f"{self.integers(count, -shape[0], shape[0])}, {self.integers(count, -shape[1], shape[1])}"
        if kind < 0.3 and len(shape) > 1:
            return f"np.ix_({[self.rng.randrange(shape[0]) for _ in range(2)]}, {[self.rng.randrange(shape[1])]})"
        parts: list[str] = []
        for n in shape[: self.rng.randint(1, len(shape))]:
            parts.append(self._part(n, entries))
        if self.often(0.15):
            parts.insert(self.rng.randint(0, len(parts)), "...")
        if self.often(0.15):
            parts.insert(self.rng.randint(0, len(parts)), "None")
        return ", ".join(parts)

    def _part(self, n: int, entries: bool) -> str:
        kind = self.rng.random()
        if not n:
            return ":"
        if kind < 0.25:
            return str(self.rng.randrange(-n, n))
        if kind < 0.4 and entries:
            return self.integers(self.rng.randint(1, 3), -n, n)
        if kind < 0.45 and entries and n > 1:
            return f"np.array([[0, {n - 1}], [{self.rng.randrange(n)}, 0]])"
        return self.one(
            ":", f"{self.rng.randrange(n)}:", f":{self.rng.randint(1, n)}", "::-1", "::2", f"{n - 1}::-1", "-1:"
        )

    def options(self, f: str, *args: str) -> str | Write:
        """A ufunc's call, at times with keywords."""
        given = ", ".join(args)
        names = self.program.variables()
        kind = self.rng.random()
        is_complex = any(n in names and self.is_complex(n) for n in args) or "1j" in given
        if kind < 0.62 or not all(a in names or a[0] in "-0123456789" for a in args):
            return f"np.{f}({given})"
        if kind < 0.67:
            return f"np.{f}({given}, dtype={'np.complex128' if is_complex else 'np.float64'})"
        if kind < 0.72:
            return f"np.{f}({given}, {self.one('order=' + repr('F'), 'casting=' + repr('same_kind'), 'subok=True')})"
        if kind < 0.75:
            letter = "D" if is_complex else "d"
            return f"np.{f}({given}, signature={letter * len(args) + '->' + letter!r})"
        shape = np.broadcast_shapes(*(np.shape(names[a]) if a in names else () for a in args))
        target = self.target(*shape, kind="c" if is_complex else "f")
        if kind < 0.87:
            return Write(f"np.{f}({given}, out={target})", target)
        if kind < 0.9:
            return Write(f"np.{f}({given}, {target})", target)
        return Write(
            f"np.{f}({given}, out={target}, where={self.mask(*shape[self.rng.randint(0, len(shape)) :])})", target
        )

    def reduced(self, f: str, name: str, *keywords: str, method: bool = False) -> str:
        """A reduction's call with its keywords."""
        axis = self.axes(name)
        given = [f"axis={axis}"] if axis is not None or self.often(0.2) else []
        if "keepdims" in keywords and self.often(0.3):
            given.append(f"keepdims={self.one(True, True, False)}")
        if "where" in keywords and self.often(0.2):
            shape = self.shape(name)
            given.append(f"where={self.mask(*shape[self.rng.randint(0, len(shape)) :])}")
            if "initial" in keywords:
                given.append(f"initial={self.number(-0.5, 0.5)}")
        elif "initial" in keywords and self.often(0.15):
            given.append(f"initial={self.number(-1.0, 1.0)}")
        if "ddof" in keywords and self.often(0.3):
            given.append(self.one("ddof=1", "ddof=0.5", "correction=1"))
        if "dtype" in keywords and self.often(0.15):
            given.append(f"dtype={self.one('np.float64', 'LOW')}")
        if method:
            return f"{name}.{f}({', '.join(given)})"
        return f"np.{f}({', '.join([name, *given])})"

    def gaps(self, name: str) -> str:
        """The variable with some entries that are not numbers."""
        shape = self.shape(name)
        return f"np.where({_array([self.often(0.8) for _ in range(int(np.prod(shape)))], shape)}, {name}, np.nan)"


def _array(values: list[Any], shape: Shape) -> str:
    if not shape:
        return str(values[0])
    return f"np.array({np.array(values, dtype=object).reshape(shape).tolist()})"


Recipe = Callable[[Pen, str], str | Write]
RECIPES: dict[str, list[Recipe]] = {}


def add(names: str, *recipes: Recipe) -> None:
    for name in names.split():
        RECIPES.setdefault(name, []).extend(recipes)


# fmt: off  (two halves of a text are not to be joined again)

# -- ufuncs ------------------------------------------------------------------------------------------------------------


def unary(low: float, high: float, kinds: str = "fc") -> Recipe:
    return lambda g, f: g.options(f, g.within(low, high, g.find(kinds)))


def binary(low: tuple[float, float], other: tuple[float, float], kinds: str = "fc") -> Recipe:
    def recipe(g: Pen, f: str) -> str | Write:
        x = g.find(kinds)
        y = g.fits(x, real=kinds == "f")
        args = [g.within(*low, x) if low[0] > -9 else x, g.within(*other, y) if other[0] > -9 else y]
        return g.options(f, *args)

    return recipe


ANY = (-10.0, 10.0)
add(
    "sin cos tanh arctan atan arcsinh asinh sinh cosh exp exp2 expm1 square negative positive conj conjugate tan",
    unary(-3, 3),
)
add("abs absolute fabs sign reciprocal", unary(0.3, 3), unary(-3, -0.3))
add("deg2rad degrees rad2deg radians", unary(-3, 3, "f"))
add("cbrt", unary(0.3, 3, "f"), unary(-3, -0.3, "f"))
add("log log2 log10 sqrt", unary(0.3, 4))
add("log1p", unary(-0.6, 4))
add("arccos acos arcsin asin arctanh atanh", unary(-0.8, 0.8))
add("arccosh acosh", unary(1.2, 4))
add("add subtract multiply", binary(ANY, ANY))
add("divide true_divide", binary(ANY, (0.4, 3)), binary(ANY, ANY))
add(
    "power pow float_power",
    binary((0.3, 2.5), ANY),
    lambda g, f: f"np.{f}({g.any()}, {g.one(2, 3, 2.0, 0, 1)})",
    lambda g, f: f"np.{f}({g.any()}, {g.one(-1.0, 3.0)})",
)
add("maximum minimum fmax fmin", binary(ANY, ANY))
add("logaddexp logaddexp2 hypot arctan2 atan2 copysign", binary(ANY, ANY, "f"))
add("nextafter", binary(ANY, ANY, "f"))
add("mod remainder fmod", binary(ANY, (0.8, 2.5), "f"), binary(ANY, (-2.5, -0.8), "f"))
add(
    "divmod",
    lambda g, f: f"np.divmod({(x := g.real())}, {g.within(0.8, 2.5, g.fits(x, real=True))})",
    lambda g, f: f"divmod({(x := g.real())}, {g.within(0.8, 2.5, g.fits(x, real=True))})[1]",
)
add("modf frexp", lambda g, f: f"np.{f}({g.real()})")
add(
    "heaviside",
    lambda g, f: f"np.heaviside({(x := g.real())}, {g.fits(x, real=True)})",
    lambda g, f: f"np.heaviside({g.integers(3, -1, 2)}, {g.of_shape(3, real=True)})",
)
add(
    "ldexp",
    lambda g, f: f"np.ldexp({(x := g.real())}, {g.one('1', '-2', f'np.ones({g.shape(x)}, int)')})",
    lambda g, f: f"np.ldexp({g.vector(3)}, {g.integers(3, -2, 3)})",
)
add(
    "matmul linalg.matmul",
    lambda g, f: f"np.{f}({g.of_shape(2, 3)}, {g.of_shape(3, 2)})",
    lambda g, f: f"np.{f}({g.of_shape(2, 2, 3)}, {g.of_shape(g.one(1, 2), 3, 2)})",
    lambda g, f: f"np.{f}({(x := g.any(2, 3))}, np.swapaxes({x}, -1, -2))",
)
add(
    "matmul",
    lambda g, f: f"np.matmul({g.of_shape(3)}, {g.of_shape(3, 2)})",
    lambda g, f: f"np.matmul({(x := g.any(2, 3))}, {g.of_shape(g.shape(x)[-1])})",
    lambda g, f: f"np.matmul({g.of_shape(3, 2, 4)}, {g.of_shape(2, 5, 4)}, axes=[(0, 1), (0, 1), (1, 0)])",
)
add(
    "vecdot",
    lambda g, f: f"np.vecdot({(x := g.any(1, 2, 3))}, {g.of_shape(g.shape(x)[-1])}{g.some('keepdims=True')})",
    lambda g, f: f"np.vecdot({g.of_shape(3, 2)}, {g.of_shape(3, 1)}, axis=0)",
)
add(
    "linalg.vecdot",
    lambda g, f: f"np.linalg.vecdot({(x := g.any(1, 2, 3))}, {x}, axis={g.axis(x)})",
    lambda g, f: f"np.linalg.vecdot({g.of_shape(2, 3)}, {g.of_shape(2, 3)})",
)
add(
    "matvec",
    lambda g, f: f"np.matvec({(x := g.any(2, 3))}, {g.of_shape(g.shape(x)[-1])})",
    lambda g, f: f"np.matvec({g.of_shape(2, 3)}, {g.of_shape(4, 3)}[:, None])",
)
add(
    "vecmat",
    lambda g, f: f"np.vecmat({g.of_shape(3)}, {g.of_shape(3, 2)})",
    lambda g, f: f"np.vecmat({g.of_shape(2, 3)}, {g.of_shape(2, 3, 2)})",
)

# -- reductions and accumulations --------------------------------------------------------------------------------------

ALL = ("keepdims", "where", "initial", "dtype")
add("sum prod", lambda g, f: g.reduced(f, g.any(), *ALL))
add(
    "max amax min amin",
    lambda g, f: g.reduced(f, g.any(), "keepdims"),
    lambda g, f: g.reduced(f, g.real(), "keepdims", "where", "initial"),
)
add("mean", lambda g, f: g.reduced(f, g.any(), "keepdims", "where", "dtype"))
add(
    "var std",
    lambda g, f: g.reduced(f, g.any(), "keepdims", "where", "dtype", "ddof"),
    lambda g, f: f"np.{f}({(x := g.any(1, 2))}, axis=0, mean=np.mean({x}, axis=0, keepdims=True))",
)
add("ptp", lambda g, f: g.reduced(f, g.real(), "keepdims"))
add(
    "nansum nanprod",
    lambda g, f: _gapped(g, f, g.any(), *ALL),
)
add(
    "nanmax nanmin",
    lambda g, f: _gapped(g, f, g.real(), "keepdims"),
    lambda g, f: _gapped(g, f, g.real(), "keepdims", "where", "initial"),
)
add("nanmean", lambda g, f: _gapped(g, f, g.any(), "keepdims", "where", "dtype"))
add("nanvar nanstd", lambda g, f: _gapped(g, f, g.any(), "keepdims", "where", "dtype", "ddof"))
add("nancumsum nancumprod", lambda g, f: f"np.{f}({g.gaps(x := g.any())}, axis={g.one(None, g.axis(x))})")
add(
    "cumsum cumprod",
    lambda g, f: f"np.{f}({(x := g.any())}, axis={g.axis(x)}{g.some('dtype=LOW', share=0.1)})",
    lambda g, f: f"np.{f}({g.any()})",
)
add(
    "cumulative_sum cumulative_prod",
    lambda g, f: f"np.{f}({(x := g.any())}, axis={g.axis(x)}{g.some('include_initial=True')})",
)
add(
    "average",
    lambda g, f: g.reduced(f, g.any(), "keepdims"),
    lambda g, f: f"np.average({(x := g.any())}, axis={g.axes(x)}, weights=np.abs({x}) + 0.4{g.some('returned=True')})",
    lambda g, f: (
        f"np.average({(x := g.any(1, 2, 3))}, axis={(a := g.axis(x))}, "
        f"weights={g.constant(g.shape(x)[a], low=0.2)}{g.some('returned=True', 'keepdims=True')})"
    ),
)
add(
    "trapezoid",
    lambda g, f: f"np.trapezoid({(x := g.any(1, 2, 3))}, dx={g.number(0.2)}, axis={g.axis(x)})",
    lambda g, f: f"np.trapezoid({(x := g.any(1, 2, 3))}, {g.vector(g.shape(x)[-1])})",
    lambda g, f: f"np.trapezoid({(x := g.any(1, 2, 3))}, {g.one('', 'x=')}np.cumsum(np.abs({x}), axis=-1))",
)
add(
    "diff",
    lambda g, f: f"np.diff({(x := g.any(1, 2, 3))}, n={g.one(0, 1, 1, 2)}, axis={g.axis(x)})",
    lambda g, f: (
        f"np.diff({g.of_shape(2, 4)}{g.some('prepend=' + g.of_shape(2, 1), 'append=' + g.scalar(), share=0.6)})"
    ),
)
add("ediff1d", lambda g, f: f"np.ediff1d({g.any()}{g.some('to_end=' + g.vector(2), 'to_begin=' + g.scalar())})")
add(
    "gradient",
    lambda g, f: f"np.gradient({(x := g.any(1, 2, 3))}{g.one('', ', axis=' + str(g.axis(x)))}{g.some('edge_order=2')})",
    lambda g, f: f"np.gradient({g.of_shape(4)}, np.cumsum(np.abs({g.vector(4)}) + 0.3))",
    lambda g, f: (
        f"np.gradient({g.of_shape(3, 4)}, {g.one('0.5', g.within(0.3, 2, g.scalar()))}, "
        f"{g.one('np.array([0.0, 0.4, 1.1, 1.9])', '2.0')}{g.some('edge_order=2')})"
    ),
)
add("linalg.trace", lambda g, f: f"np.linalg.trace({g.any(2, 3)}, offset={g.one(0, 1, -1)})")
add(
    "trace",
    lambda g, f: f"np.trace({g.any(2, 3)}, {g.one(0, 1, -1)})",
    lambda g, f: f"np.trace({g.any(3)}, axis1={g.one(0, 2)}, axis2={g.one(1, -2)})",
)


def _gapped(g: Pen, f: str, name: str, *keywords: str) -> str:
    return g.reduced(f, name, *keywords).replace(f"({name}", f"({g.gaps(name)}", 1)


# -- shapes ------------------------------------------------------------------------------------------------------------


def _factors(g: Pen, size: int) -> Shape:
    options = [(size,), (-1,), (1, size), (size, 1), (-1, 1)]
    options += [(a, size // a) for a in range(2, size) if size % a == 0]
    options += [(a, 1, -1) for a in range(2, size) if size % a == 0]
    options += [(2, size // 4, 2)] if size % 4 == 0 else []
    return g.one(*options)  # type: ignore[no-any-return]


def _rarely(g: Pen, text: str) -> str:
    if g.often(0.97):
        raise RejectedError
    return text


def _order(g: Pen, name: str) -> tuple[int, ...]:
    axes = list(range(len(g.shape(name))))
    g.rng.shuffle(axes)
    return tuple(axes)


def _pieces(g: Pen, n: int) -> str:
    return str(
        g.one(
            n,
            1,
            *[k for k in range(2, n) if n % k == 0],
            [g.rng.randint(0, n)],
            sorted([g.rng.randint(0, n), n // 2]),
        )
    )


add(
    "reshape",
    lambda g, f: (
        f"np.reshape({(x := g.any())}, {_factors(g, int(np.prod(g.shape(x))))}"
        f"{g.some('order=' + repr('F'), 'copy=True')})"
    ),
)
add("ravel", lambda g, f: f"np.ravel({g.any()}{g.some('order=' + repr('F'))})")
add(
    "transpose permute_dims",
    lambda g, f: f"np.{f}({(x := g.any())}, {_order(g, x)})",
    lambda g, f: f"np.{f}({g.any()})",
)
add("matrix_transpose linalg.matrix_transpose", lambda g, f: f"np.{f}({g.any(2, 3)})")
add("swapaxes", lambda g, f: f"np.swapaxes({(x := g.any())}, {g.axis(x)}, {g.axis(x)})")
add(
    "moveaxis",
    lambda g, f: f"np.moveaxis({(x := g.any())}, {g.axis(x)}, {g.axis(x)})",
    lambda g, f: f"np.moveaxis({g.any(2, 3)}, (0, 1), (-1, 0))",
)
add("rollaxis", lambda g, f: f"np.rollaxis({(x := g.any())}, {g.axis(x)}, {g.one(0, 1, 2)})")
add("expand_dims", lambda g, f: f"np.expand_dims({g.any(0, 1, 2)}, {g.one(0, -1, (0, -1), 1)})")
add(
    "squeeze",
    lambda g, f: f"np.squeeze({g.any()})",
    lambda g, f: f"np.squeeze({g.any()}[None, ..., None], axis={g.one(0, -1, (0, -1))})",
)
add(
    "atleast_1d atleast_2d atleast_3d",
    lambda g, f: f"np.{f}({g.any()})",
    lambda g, f: f"np.{f}({g.any()}, {g.any()})",
)
add(
    "broadcast_to",
    lambda g, f: f"np.broadcast_to({(x := g.any(0, 1, 2))}, {(2, *g.shape(x))})",
    lambda g, f: f"np.broadcast_to({g.of_shape(2, 1)}, (2, 3))",
)
add("broadcast_arrays", lambda g, f: f"np.broadcast_arrays({(x := g.any())}, {g.fits(x)}){g.one('', '[0]', '[1]')}")
add("flip", lambda g, f: f"np.flip({(x := g.any())}, {g.axes(x)})")
add("fliplr", lambda g, f: f"np.fliplr({g.any(2, 3)})")
add("flipud", lambda g, f: f"np.flipud({g.any(1, 2, 3)})")
add("rot90", lambda g, f: f"np.rot90({g.any(2, 3)}, {g.one(0, 1, 2, 3, -1)}{g.some('axes=(1, 0)')})")
add(
    "roll",
    lambda g, f: f"np.roll({(x := g.any())}, {g.one(1, -2, 7)}{g.some('axis=' + str(g.axis(x)), share=0.6)})",
    lambda g, f: f"np.roll({g.any(2, 3)}, (1, 2), axis={g.one('(0, 1)', '(1, 1)', '0')})",
)
add("tile", lambda g, f: f"np.tile({g.any(0, 1, 2)}, {g.one(2, (2, 1), (1, 2), (2, 1, 1))})")
add(
    "repeat",
    lambda g, f: f"np.repeat({(x := g.any())}, 2{g.some('axis=' + str(g.axis(x)), share=0.6)})",
    lambda g, f: f"np.repeat({(x := g.any(1, 2, 3))}, {g.integers(g.shape(x)[0], 0, 3)}, axis=0)",
)
add("resize", lambda g, f: f"np.resize({g.any()}, {g.one(5, (2, 3), (3, 3), (1, 2, 2))})")
add("diag diagflat", lambda g, f: f"np.{f}({g.any(1, 2)}, {g.one(0, 1, -1)})")
add("linalg.diagonal", lambda g, f: f"np.linalg.diagonal({g.any(2, 3)}, offset={g.one(0, 1, -1)})")
add(
    "diagonal",
    lambda g, f: f"np.diagonal({g.any(2, 3)}, {g.one(0, 1, -1)})",
    lambda g, f: f"np.diagonal({g.any(3)}, axis1={g.one(0, 2)}, axis2={g.one(1, -2)})",
)
add("tril triu", lambda g, f: f"np.{f}({g.any(2, 3)}, {g.one(0, 1, -1)})")
add("vander", lambda g, f: f"np.vander({g.vector(real=False)}{g.some('N=3', 'increasing=True')})")
add("copy", lambda g, f: f"np.copy({g.any()}{g.some('order=' + repr('F'))})")
add(
    "astype",
    lambda g, f: f"np.astype({g.any()}, {g.one('np.complex128', 'np.complex128, copy=False')})",
    lambda g, f: f"np.astype({g.real()}, {g.one('LOW', 'np.float64', 'np.float64, copy=False', 'np.int64')})",
)
add(
    "array",
    lambda g, f: f"np.array({(x := g.any())}, like={x}{g.some('copy=True', 'ndmin=3')})",
    lambda g, f: f"np.array([{(x := g.any(0, 1, 2))}, {x} * 2], like={x})",
)
add("asarray asanyarray", lambda g, f: f"np.{f}({(x := g.any())}, like={x}{g.some('copy=True')})")
add("ascontiguousarray asfortranarray", lambda g, f: f"np.{f}({(x := g.any())}, like={x})")
add(
    "require",
    lambda g, f: (
        f"np.require({(x := g.any())}, requirements={g.one('None', repr('C'), '[' + repr('F') + ']')}, like={x})"
    ),
)
add(
    "full",
    lambda g, f: f"np.full({g.one((2, 3), 3, (2, 1))}, {g.scalar(False)}, like={g.any()})",
    lambda g, f: f"np.full((2, 3), {g.of_shape(3)}, like={g.any()})",
)
add(
    "full_like",
    lambda g, f: f"np.full_like({g.any()}, {g.scalar()})",
    lambda g, f: f"np.full_like({g.of_shape(2, 3)}, {g.of_shape(3)})",
)
add(
    "trim_zeros",
    lambda g, f: (
        f"np.trim_zeros(np.concatenate([[0.0, 0.0], {g.vector()}, [0.0]])"
        f"{g.one('', ', ' + repr('f'), ', ' + repr('b'))})"
    ),
)
add("real imag", lambda g, f: f"np.{f}({g.any()})")
add("angle", lambda g, f: f"np.angle({g.any()}{g.some('deg=True')})")
add("real_if_close", lambda g, f: f"np.real_if_close({g.any()})")
add(
    "nan_to_num",
    lambda g, f: f"np.nan_to_num({g.gaps(g.any())}{g.some('nan=0.5')})",
    lambda g, f: Write(f"np.nan_to_num({(t := g.owned())}, copy=False)", t),
)
add(
    "unwrap",
    lambda g, f: (
        f"np.unwrap(3 * {(x := g.real(1, 2, 3))}{g.some('axis=' + str(g.axis(x)), 'discont=3.5', 'period=5.0')})"
    ),
)
add("i0 sinc", lambda g, f: f"np.{f}({g.real()})")
add("sinc", lambda g, f: f"np.sinc({g.any()})")
add(
    "clip",
    lambda g, f: f"np.clip({g.real()}, {g.number(-1, 0)}, {g.number(0.2, 1)})",
    lambda g, f: f"np.clip({(x := g.real())}, {g.one('None', g.fits(x, True))}, {g.fits(x, True)})",
    lambda g, f: f"np.clip({(x := g.real())}, {g.one('min', 'max')}={g.fits(x, True)})",
)
add(
    "lib.stride_tricks.sliding_window_view",
    lambda g, f: f"np.lib.stride_tricks.sliding_window_view({g.any(1)}, 2)",
    lambda g, f: f"np.lib.stride_tricks.sliding_window_view({(x := g.any(2, 3))}, 2, axis={g.axis(x)})",
    lambda g, f: f"np.lib.stride_tricks.sliding_window_view({g.any(2)}, (2, 2))",
)

# -- joining, splitting ------------------------------------------------------------------------------------------------

add(
    "concatenate concat",
    lambda g, f: f"np.{f}([{(x := g.any(1, 2, 3))}, {g.of_shape(*g.shape(x))}, {x}], axis={g.one(None, g.axis(x))})",
    lambda g, f: f"np.{f}(({g.of_shape(2, 3)}, {g.of_shape(1, 3)}))",
    lambda g, f: f"np.{f}([{g.constant(2)}, {g.vector(3)}, {g.integers(2, 0, 5)}]{g.some('dtype=np.complex128')})",
)
add(
    "stack",
    lambda g, f: f"np.stack([{(x := g.any(0, 1, 2))}, {g.of_shape(*g.shape(x))}], axis={g.one(0, -1)})",
    lambda g, f: f"np.stack([{(x := g.any(0, 1, 2))}, {g.constant(*g.shape(x))}, {x}])",
)
add(
    "hstack vstack dstack column_stack",
    lambda g, f: f"np.{f}([{(x := g.any())}, {g.of_shape(*g.shape(x))}])",
    lambda g, f: f"np.{f}(({g.any(1)}, {g.any(1)}))",
)
add("column_stack", lambda g, f: f"np.column_stack([{g.of_shape(3)}, {g.of_shape(3, 2)}])")
add(
    "block",
    lambda g, f: f"np.block([[{g.of_shape(2, 2)}, {g.of_shape(2, 1)}], [{g.constant(1, 2)}, {g.of_shape(1, 1)}]])",
    lambda g, f: f"np.block([{g.vector()}, {g.vector()}, 1.5])",
)
add(
    "append",
    lambda g, f: f"np.append({g.any()}, {g.any()})",
    lambda g, f: f"np.append({g.of_shape(2, 3)}, {g.of_shape(1, 3)}, axis=0)",
    lambda g, f: f"np.append({g.constant(2)}, {g.any()})",
)
add(
    "insert",
    lambda g, f: f"np.insert({g.vector()}, {g.one(0, 1, -1, [0, 1], [1, 1], 'slice(0, 2)')}, {g.scalar()})",
    lambda g, f: f"np.insert({g.of_shape(2, 3)}, {g.one(0, 1, [0, 2])}, {g.of_shape(2, 1)}, axis=1)",
    lambda g, f: f"np.insert({g.of_shape(2, 3)}, 1, {g.of_shape(3)}, axis=0)",
)
add(
    "delete",
    lambda g, f: (
        f"np.delete({(x := g.any(1, 2, 3))}, {g.one(0, -1, [0], 'slice(0, 1)', 'slice(None, None, 2)')}"
        f"{g.some('axis=' + str(g.axis(x)), share=0.6)})"
    ),
    lambda g, f: f"np.delete({(x := g.any(1))}, {g.mask(*g.shape(x))})",
)
add(
    "split array_split",
    lambda g, f: f"np.{f}({(x := g.any(1, 2, 3))}, {_pieces(g, g.shape(x)[(a := g.axis(x))])}, axis={a})",
)
add("array_split", lambda g, f: f"np.array_split({g.any(1, 2, 3)}, {g.one(2, 3)})")
add("vsplit", lambda g, f: f"np.vsplit({(x := g.any(2, 3))}, {_pieces(g, g.shape(x)[0])})")
add(
    "hsplit",
    lambda g, f: f"np.hsplit({(x := g.any(2, 3))}, {_pieces(g, g.shape(x)[1])})",
    lambda g, f: f"np.hsplit({(x := g.any(1))}, {_pieces(g, g.shape(x)[0])})",
)
add(
    "dsplit",
    lambda g, f: f"np.dsplit({(x := g.any(3))}, {_pieces(g, g.shape(x)[2])})",
    lambda g, f: f"np.dsplit(np.dstack([{g.any(1, 2)}] * 2), 2)",
)
add("unstack", lambda g, f: f"np.unstack({(x := g.any(1, 2, 3))}, axis={g.axis(x)})")
add(
    "meshgrid",
    lambda g, f: (
        f"np.meshgrid({g.any(1)}, {g.any(0, 1)}{g.some('sparse=True', 'indexing=' + repr('ij'), 'copy=False')})"
    ),
)
add("kron", lambda g, f: f"np.kron({g.any(0, 1, 2)}, {g.any(0, 1, 2)})")

# -- indices -----------------------------------------------------------------------------------------------------------

add(
    "take",
    lambda g, f: (
        f"np.take({(x := g.any(1, 2, 3))}, {g.integers(3, -g.shape(x)[(a := g.axis(x))], g.shape(x)[a])}, axis={a})"
    ),
    lambda g, f: f"np.take({g.any(1, 2, 3)}, {g.integers(2, -4, 9)}, mode={g.one('wrap', 'clip')!r})",
    lambda g, f: f"np.take({g.any(1, 2, 3)}, [[0, 1], [1, 1]])",
)
add(
    "take_along_axis",
    lambda g, f: f"np.take_along_axis({(x := g.real(1, 2, 3))}, np.argsort({x}, axis={(a := g.axis(x))}), axis={a})",
    lambda g, f: f"np.take_along_axis({g.any(1, 2, 3)}, {g.integers(3, 0, 2)}, axis=None)",
)
add("compress", lambda g, f: f"np.compress({g.mask(g.shape(x := g.any(1, 2, 3))[(a := g.axis(x))])}, {x}, axis={a})")
add("extract", lambda g, f: f"np.extract({g.mask(*g.shape(x := g.any(1, 2, 3)))}, {x})")
add(
    "choose",
    lambda g, f: f"np.choose({g.integers(3, 0, 2)}, [{g.of_shape(3)}, {g.of_shape(g.one(1, 3))}])",
    lambda g, f: (
        f"np.choose({g.integers(3, -2, 5)}, ({g.of_shape(3)}, {g.scalar()}, {g.constant(3)}), mode="
        f"{g.one('wrap', 'clip')!r})"
    ),
)
add(
    "select",
    lambda g, f: (
        f"np.select([{g.mask(*g.shape(x := g.any(1, 2)))}, {g.mask(*g.shape(x))}], [{x}, {g.fits(x)}], "
        f"{g.one(0, g.scalar())})"
    ),
)
add(
    "where",
    lambda g, f: f"np.where({g.mask(*g.shape(x := g.any()))}, {x}, {g.fits(x)})",
    lambda g, f: f"np.where({g.mask(2, 1)}, {g.any(0, 1)}, {g.any(0)})",
)
add(
    "piecewise",
    lambda g, f: (
        f"np.piecewise({(x := g.real())}, [{x} < {g.number(-1, 0)}, {x} > {g.number()}], [np.sin, "
        f"lambda t: t**2, {g.number()}])"
    ),
    lambda g, f: (
        f"np.piecewise({(x := g.real())}, [{x} > 0.1], [lambda t, c: c * t, lambda t, c: t - c], {g.scalar()})"
    ),
)
add(
    "apply_along_axis",
    lambda g, f: (
        f"np.apply_along_axis("
        f"{g.one('np.cumsum', 'lambda v: v[::-1] * v[0]', 'np.sum', 'lambda v: np.outer(v, v)[:2]')}, "
        f"{g.axis(x := g.any(1, 2, 3))}, {x})"
    ),
)
add(
    "apply_over_axes",
    lambda g, f: (
        f"np.apply_over_axes({g.one('np.sum', 'np.prod', 'np.mean')}, {g.any(2, 3)}, {g.one(0, [0, 1], (-1,))})"
    ),
)
add(
    "sort",
    lambda g, f: (
        f"np.sort({(x := g.any(1, 2, 3))}, axis={g.one(None, g.axis(x), g.axis(x))}{g.some('kind=' + repr('stable'))})"
    ),
)
add("sort_complex", lambda g, f: f"np.sort_complex({g.any(1, 2)})")
add(
    "partition",
    lambda g, f: f"np.partition({(x := g.real(1, 2, 3))}, {g.rng.randrange(g.shape(x)[(a := g.axis(x))])}, axis={a})",
)
add(
    "unique",
    lambda g, f: (
        f"np.unique({g.any(1, 2)}{g.some('return_index=True', 'return_inverse=True', 'return_counts=True', share=0.2)})"
    ),
    lambda g, f: f"np.unique({g.any(2)}, axis={g.one(0, 1)})",
    lambda g, f: f"np.unique(np.concatenate([{(x := g.any(1, 2))}, {x}]))",
)
add("unique_all unique_counts unique_inverse unique_values", lambda g, f: f"np.{f}({g.real(1, 2)})")
add(
    "union1d",
    lambda g, f: f"np.union1d({g.real()}, {g.real()})",
    lambda g, f: f"np.union1d({g.any(1, 2)}, {g.constant(3)})",
)
add(
    "setdiff1d setxor1d",
    lambda g, f: f"np.{f}({g.vector()}, {g.vector()}{g.some('assume_unique=True')})",
    lambda g, f: f"np.{f}(np.concatenate([{g.vector()}, [0.5, 0.25]]), [0.25, 4.0]{g.some('assume_unique=True')})",
)
add(
    "intersect1d",
    lambda g, f: (
        f"np.intersect1d({(x := g.vector())}, np.concatenate([{g.vector()}, {x}[1:]]){g.some('return_indices=True')})"
    ),
)
add(
    "ndarray.__getitem__",
    *[lambda g, f: f"{(x := g.any(1, 2, 3, 4))}[{g.index(g.shape(x))}]"] * 2,
    lambda g, f: f"{(x := g.any())}[{g.index(g.shape(x))}]",
    lambda g, f: f"{(x := g.real(1, 2, 3))}[{x} > {g.number(-1, 0.5)}]",
    lambda g, f: f"{(x := g.real(1, 2))}[np.argsort({g.vector(g.shape(x)[0])})]",
)
add(
    "ndarray.__iter__",
    lambda g, f: f"list({g.any(1, 2, 3)})",
    lambda g, f: f"sum({g.any(1, 2)})",
    lambda g, f: f"[row * 2 for row in {g.any(1, 2)}][-1]",
)

# -- writing -----------------------------------------------------------------------------------------------------------


def written(text: Callable[[Pen, str], str], *ndim: int, real: bool = False) -> Recipe:
    """A statement that writes into a variable."""

    def recipe(g: Pen, f: str) -> Write:
        target = g.owned(*ndim, real=real)
        return Write(text(g, target), target)

    return recipe


def _setitem(g: Pen, t: str) -> str:
    value = g.one(g.scalar(), str(g.number()), f"{t}[{g.index(g.shape(t), False)}]", g.any(), g.any(1))
    index = g.index(g.shape(t))
    if "True" in index or "False" in index or ">" in index or "<" in index:  # NumPy does not look for overlaps there
        value = f"({value} * 1.0)"
    return f"{t}[{index}] {g.one('=', '=', '=', '+=', '*=', '-=')} {value}"


def _augmented(symbol: str) -> Recipe:
    return written(lambda g, t: f"{t} {symbol}= {g.one(g.fits(t), g.fits(t), str(g.number(0.4)))}")


def _on_number(g: Pen, f: str) -> Write:
    """Of NumPy's numbers, which do not change: the name is bound to another."""
    target = g.program.let(f"{g.any(1, 2)}.{g.one('sum()', 'max()', 'mean()')}")
    if g.often(0.5):
        g.program.let(target)
    return Write(f"{target} {g.one('+=', '-=', '*=')} {g.scalar()}", target)


add(
    "ndarray.__setitem__",
    *[written(_setitem)] * 4,
    written(lambda g, t: f"{t}[{t} > {g.number()}] {g.one('=', '+=')} {g.scalar()}", 1, 2, 3, real=True),
    written(lambda g, t: f"{t}[...] = {g.of_shape(*g.shape(t))}"),
    written(lambda g, t: f"{t}.T[0] *= {g.scalar()}", 1, 2, 3),
)
add("ndarray.__iadd__", _augmented("+"))
add("ndarray.__iadd__ ndarray.__isub__ ndarray.__imul__", lambda g, f: _on_number(g, f))
add("ndarray.__iadd__ ndarray.__imul__", lambda g, f: g.owned())
add("ndarray.__isub__", _augmented("-"))
add("ndarray.__imul__", _augmented("*"))
add("ndarray.__itruediv__", written(lambda g, t: f"{t} /= {g.within(0.4, 3, g.fits(t))}"))
add("ndarray.__imod__", written(lambda g, t: f"{t} %= {g.within(0.8, 2.5, g.fits(t, True))}", real=True))
add("ndarray.__ipow__", written(lambda g, t: f"{t} **= {g.one(2, 3, 1)}"))
add("ndarray.__imatmul__", written(lambda g, t: f"{t} @= {g.of_shape(n := g.shape(t)[-1], n)}", 2, 3))
add(
    "copyto",
    written(lambda g, t: f"np.copyto({t}, {g.fits(t)}{g.some('where=' + g.mask(*g.shape(t)), share=0.5)})"),
    written(lambda g, t: f"np.copyto({t}[{g.index(g.shape(t), False)}], {g.scalar()})"),
)
add(
    "put",
    written(
        lambda g, t: (
            f"np.put({t}, {g.integers(3, 0, int(np.prod(g.shape(t))))}, {g.one(g.scalar(), g.any(1), g.vector(2))})"
        )
    ),
    written(lambda g, t: f"np.put({t}, {g.integers(3, -2, 9)}, {g.any(1)}, mode={g.one('wrap', 'clip')!r})"),
)
add("putmask", written(lambda g, t: f"np.putmask({t}, {g.mask(*g.shape(t))}, {g.any(0, 1, 2)})"))
add("place", written(lambda g, t: f"np.place({t}, {g.mask(*g.shape(t))}, {g.any(1)} * 1.0)"))
add(
    "put_along_axis",
    written(
        lambda g, t: (
            f"np.put_along_axis({t}, np.argmax({t}, axis={(a := g.axis(t))}, keepdims=True), {g.scalar()}, axis={a})"
        ),
        real=True,
    ),
)
add(
    "fill_diagonal",
    written(lambda g, t: f"np.fill_diagonal({t}, {g.one(g.scalar(), g.vector(2))} * 1.0{g.some('wrap=True')})", 2, 3),
)
add("ndarray.fill", written(lambda g, t: f"{t}{g.one('', '[0]', '.T', '[..., 1:]')}.fill({g.scalar()})"))
add(
    "ndarray.put",
    written(lambda g, t: f"{t}.put({g.integers(2, 0, int(np.prod(g.shape(t))))}, {g.one(g.scalar(), g.any(1))})"),
)
add("ndarray.sort", written(lambda g, t: f"{t}{g.one('', '', '.T', '[::-1]')}.sort(axis={g.axis(t)})", real=True))
add(
    "ndarray.partition",
    written(lambda g, t: f"{t}.partition({g.rng.randrange(g.shape(t)[(a := g.axis(t))])}, axis={a})", real=True),
)
add(
    "ndarray.flat",
    lambda g, f: f"{g.any(1, 2, 3)}.flat[{g.one(0, -1, '1:', '::2', [0, 1])}]",
    written(lambda g, t: f"{t}.flat[{g.one(0, '1:', '::2', [0, 1])}] = {g.one(g.scalar(), g.any(1))} * 1.0"),
    written(lambda g, t: f"{t}.flat = {g.one(g.any(), g.any(1))} * 1.0"),
)
for _f, _low, _high in (
    ("add", -9, 9),
    ("subtract", -9, 9),
    ("multiply", -9, 9),
    ("maximum", -9, 9),
    ("minimum", -9, 9),
    ("divide", 0.4, 3),
    ("hypot", 0.3, 3),
    ("logaddexp", -3, 3),
):
    add(
        f"{_f}.at",
        written(
            lambda g, t, f=_f, lo=_low, hi=_high: (
                f"np.{f}.at({t}, {g.integers(3, 0, g.shape(t)[0])}, {g.within(lo, hi, g.scalar())})"
            ),
            real=_f in ("hypot", "logaddexp"),
        ),
        written(lambda g, t, f=_f: f"np.{f}.at({t}, np.s_[{(i := g.index(g.shape(t)))}], np.sin({t}[{i}]) + 1.7)"),
    )
add("power.at", written(lambda g, t: f"np.power.at({t}, {g.integers(3, 0, g.shape(t)[0])}, {g.one(2, 1, 3)})"))

# -- products, linear algebra ------------------------------------------------------------------------------------------

add(
    "dot",
    lambda g, f: f"np.dot({g.of_shape(2, 3)}, {g.of_shape(3, 2)})",
    lambda g, f: f"np.dot({g.any()}, {g.scalar()})",
    lambda g, f: f"np.dot({(x := g.any(1, 2, 3))}, {g.of_shape(g.shape(x)[-1])})",
    lambda g, f: f"np.dot({g.of_shape(2, 2, 3)}, {g.of_shape(3, 2)})",
)
add(
    "inner",
    lambda g, f: f"np.inner({g.of_shape(2, 3)}, {g.of_shape(2, 3)})",
    lambda g, f: f"np.inner({(x := g.any())}, {x})",
)
add("outer", lambda g, f: f"np.outer({g.any(0, 1, 2)}, {g.any(0, 1)})")
add("linalg.outer", lambda g, f: f"np.linalg.outer({g.any(1)}, {g.any(1)})")
add("vdot", lambda g, f: f"np.vdot({(x := g.any())}, {g.of_shape(*g.shape(x))})")
add(
    "tensordot linalg.tensordot",
    lambda g, f: f"np.{f}({(x := g.any(1, 2))}, {x}, axes={g.one(0, g.one(len(g.shape(x))), [[0], [0]])})",
    lambda g, f: (
        f"np.{f}({g.of_shape(2, 3, 2)}, {g.of_shape(3, 2)}, axes="
        f"{g.one('([1, 2], [0, 1])', '([0], [1])', '([2, 1], [1, 0])', '1')})"
    ),
)
add(
    "einsum",
    lambda g, f: (
        f"np.einsum({g.one('ij,jk->ik', 'ij,jk', 'ij,jk->ki', 'ij,jk->', 'ij,jk->j')!r}, {g.of_shape(2, 3)}, "
        f"{g.of_shape(3, 2)}{g.some('optimize=True')})"
    ),
    lambda g, f: (
        f"np.einsum({g.one('ii', 'ii->i', 'ij->ji', 'ij->', 'ij->j', 'ij,ij->i', 'ij,ji')!r}, "
        f"{(x := g.of_shape(3, 3))}{g.one('', ', ' + x)})"
    ),
    lambda g, f: f"np.einsum('...i,...i->...', {(x := g.any(1, 2, 3))}, {g.of_shape(g.shape(x)[-1])})",
    lambda g, f: (
        f"np.einsum('i,j,k->{g.one('kij', 'jk', 'ik', '')}', {g.of_shape(2)}, {g.of_shape(3)}, {g.of_shape(2)}"
        f"{g.some('optimize=True')})"
    ),
    lambda g, f: f"np.einsum({g.of_shape(2, 3)}, [0, 1], {g.of_shape(3)}, [1], [0])",
    lambda g, f: f"np.einsum('bij,bjk->bik', {g.of_shape(2, 2, 3)}, {g.of_shape(2, 3, 2)})",
    lambda g, f: f"np.einsum('i...->...', {g.any(1, 2, 3)})",
)
add(
    "cross",
    lambda g, f: f"np.cross({g.of_shape(g.one(2, 1), 3)}, {g.of_shape(2, 3)})",
    lambda g, f: f"np.cross({g.of_shape(3, 2)}, {g.of_shape(3, 2)}, axis=0)",
    lambda g, f: f"np.cross({g.of_shape(3, 2)}, {g.of_shape(2, 3)}, axisa=0, axisb=1{g.some('axisc=0')})",
)
add(
    "linalg.cross",
    lambda g, f: f"np.linalg.cross({g.of_shape(2, 3)}, {g.of_shape(2, 3)})",
    lambda g, f: f"np.linalg.cross({g.of_shape(3, 2)}, {g.of_shape(3, 2)}, axis=0)",
)
add("linalg.inv linalg.det linalg.eigvals", lambda g, f: f"np.{f}({g.matrix()})")
add(
    "linalg.eig",
    lambda g, f: f"np.linalg.eig({g.matrix()})",
    lambda g, f: f"np.linalg.eig({g.matrix()}).eigenvectors",
)
add("linalg.slogdet", lambda g, f: f"np.linalg.slogdet({g.matrix()}){g.one('', '[1]', '.logabsdet')}")
add(
    "linalg.solve",
    lambda g, f: f"np.linalg.solve({g.matrix(3)}, {g.of_shape(3, 2)})",
    lambda g, f: f"np.linalg.solve({g.matrix(3)}, {g.of_shape(3)})",
)
add("linalg.cholesky", lambda g, f: f"np.linalg.cholesky({_positive(g)}{g.some('upper=True')})")
add("linalg.eigvalsh", lambda g, f: f"np.linalg.eigvalsh({_hermitian(g)}{g.some('UPLO=' + repr('U'))})")
add(
    "linalg.eigh",
    lambda g, f: f"np.linalg.eigh({_hermitian(g, True)}{g.some('UPLO=' + repr('U'))})",
    lambda g, f: f"(lambda w, v: (v * np.sin(w)[..., None, :]) @ np.conj(v).mT)(*np.linalg.eigh({_hermitian(g)}))",
)
add(
    "linalg.svd",
    lambda g, f: f"np.linalg.svd({g.tall(*g.one((3, 2), (2, 3), (3, 3)), real=True)}, full_matrices=False)",
    lambda g, f: (
        f"(lambda u, s, v: (u * np.sin(s)) @ v)(*np.linalg.svd({g.tall(*g.one((3, 2), (2, 3), (3, 3)))}, "
        f"full_matrices=False))"
    ),
    lambda g, f: f"np.linalg.svd({g.tall(*g.one((3, 2), (2, 3), (3, 3)))}, compute_uv=False)",
    lambda g, f: f"np.linalg.svd({_hermitian(g)}, hermitian=True, compute_uv=False)",
    lambda g, f: f"np.linalg.svd({g.tall(3, 2)}).S",
)
add("linalg.svdvals linalg.pinv", lambda g, f: f"np.{f}({g.tall(*g.one((3, 2), (2, 3), (3, 3)))})")
add(
    "linalg.pinv",
    lambda g, f: f"np.linalg.pinv({_hermitian(g)}, hermitian=True)",
    lambda g, f: f"np.linalg.pinv({g.tall(3, 2)}, {g.one('rcond', 'rtol')}=1e-4)",
)
add(
    "linalg.qr",
    lambda g, f: (
        f"np.linalg.qr({g.tall(*g.one((3, 2), (2, 3), (3, 3)))}"
        f"{g.one('', ', mode=' + repr('r'), ', mode=' + repr('reduced'))})"
    ),
)
add(
    "linalg.lstsq",
    lambda g, f: f"np.linalg.lstsq({g.tall(*g.one((4, 2), (2, 3)))}, {g.of_shape(4, 2)})[{g.one(0, 0, 1, 3)}]",
    lambda g, f: f"np.linalg.lstsq({g.tall(3, 2)}, {g.of_shape(3)}{g.some('rcond=None')})",
)
add(
    "linalg.tensorsolve",
    lambda g, f: f"np.linalg.tensorsolve(np.reshape({g.matrix(4, False)}, (2, 2, 4)), {g.of_shape(2, 2)})",
)
add("linalg.tensorinv", lambda g, f: f"np.linalg.tensorinv(np.reshape({g.matrix(4, False)}, (4, 2, 2)), ind=1)")
add("linalg.matrix_power", lambda g, f: f"np.linalg.matrix_power({g.matrix()}, {g.one(-2, -1, 0, 1, 2, 3, 5)})")
add(
    "linalg.multi_dot",
    lambda g, f: f"np.linalg.multi_dot([{g.of_shape(2, 3)}, {g.of_shape(3, 2)}, {g.of_shape(2, 3)}])",
    lambda g, f: f"np.linalg.multi_dot([{g.of_shape(3)}, {g.of_shape(3, 2)}, {g.of_shape(2)}])",
)
add(
    "linalg.cond",
    lambda g, f: f"np.linalg.cond({g.matrix()}, {g.one(None, 2, -2, 1, -1, repr('fro'), repr('nuc'), 'np.inf')})",
)
add(
    "linalg.norm",
    lambda g, f: (
        f"np.linalg.norm({(x := g.any(1, 2, 3))}, axis={g.axis(x)}, ord="
        f"{g.one(None, 1, 2, 3, 0.5, 'np.inf', '-np.inf', 0)}{g.some('keepdims=True')})"
    ),
    lambda g, f: (
        f"np.linalg.norm({g.tall(3, 2)}, "
        f"{g.one(None, 1, -1, 2, -2, repr('fro'), repr('nuc'), 'np.inf', '-np.inf')}{g.some('keepdims=True')})"
    ),
    lambda g, f: f"np.linalg.norm({g.any()})",
    lambda g, f: f"np.linalg.norm({g.any(3)}, axis=(0, 2))",
)
add(
    "linalg.matrix_norm",
    lambda g, f: (
        f"np.linalg.matrix_norm({g.matrix()}, ord="
        f"{g.one(1, -1, 2, -2, repr('fro'), repr('nuc'), 'np.inf', '-np.inf')}{g.some('keepdims=True')})"
    ),
)
add(
    "linalg.vector_norm",
    lambda g, f: (
        f"np.linalg.vector_norm({(x := g.any())}, axis={g.axes(x)}, ord="
        f"{g.one(1, 2, 3, 'np.inf', '-np.inf', 1.5)}{g.some('keepdims=True')})"
    ),
)


def _positive(g: Pen) -> str:
    a = g.program.let(g.matrix())
    return f"({a} @ np.conj({a}).mT + np.eye({g.shape(a)[-1]}))"


def _hermitian(g: Pen, real: bool = False) -> str:
    a = g.program.let(g.matrix(real=real))
    return f"({a} + np.conj({a}).mT)"


# -- Fourier transforms ------------------------------------------------------------------------------------------------

_norm = "norm='ortho'", "norm='forward'"
add(
    "fft.fft fft.ifft fft.irfft fft.hfft",
    lambda g, f: (
        f"np.{f}({(x := g.any(1, 2, 3))}"
        f"{g.some('n=' + str(g.one(2, 3, 4, 5)), 'axis=' + str(g.axis(x)), g.one(*_norm))})"
    ),
)
add(
    "fft.rfft fft.ihfft",
    lambda g, f: (
        f"np.{f}({(x := g.real(1, 2, 3))}"
        f"{g.some('n=' + str(g.one(2, 3, 4, 5)), 'axis=' + str(g.axis(x)), g.one(*_norm))})"
    ),
)
add(
    "fft.fft2 fft.ifft2 fft.irfft2 fft.fftn fft.ifftn fft.irfftn",
    lambda g, f: f"np.{f}({g.any(2, 3)}{g.some('s=' + str(g.one((2, 3), (4, 3))) + ', axes=(0, 1)', g.one(*_norm))})",
    lambda g, f: f"np.{f}({g.any(2, 3)}, axes={g.one('(0, 1)', '(-1, 0)', '(0,)')})",
)
add(
    "fft.rfft2 fft.rfftn",
    lambda g, f: f"np.{f}({g.real(2, 3)}{g.some('s=' + str(g.one((2, 3), (4, 3))) + ', axes=(0, 1)', g.one(*_norm))})",
    lambda g, f: f"np.{f}({g.real(2, 3)}, axes={g.one('(0, 1)', '(-1, 0)', '(0,)')})",
)
add("fft.fftshift fft.ifftshift", lambda g, f: f"np.{f}({(x := g.any(1, 2, 3))}{g.some('axes=' + str(g.axes(x)))})")

# -- statistics --------------------------------------------------------------------------------------------------------

METHODS = (
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
    "lower",
    "higher",
    "midpoint",
    "nearest",
)


def _quantile(g: Pen, f: str) -> str:
    x = g.real(1, 2, 3)
    part = 100 if "percentile" in f else 1
    shield = g.gaps(x) if f.startswith("nan") else x
    q: Any = g.one(
        round(part * g.number(0, 1), 3),
        [round(part * g.number(0, 1), 3), part * 0.5],
        f"{part / 2} * (1 + 0.9 * np.tanh({g.scalar()}))",
    )
    weighted = g.often(0.12)
    method = "inverted_cdf" if weighted else g.one(*METHODS)
    weights = f", weights={g.constant(*g.shape(x), low=0.2)}" if weighted else ""
    return f"np.{f}({shield}, {q}, axis={g.axes(x)}, method={method!r}{g.some('keepdims=True')}{weights})"


add("quantile percentile nanquantile nanpercentile", _quantile)
add("median", lambda g, f: g.reduced(f, g.real(), "keepdims"))
add("nanmedian", lambda g, f: _gapped(g, f, g.real(), "keepdims"))
add(
    "cov",
    lambda g, f: f"np.cov({g.any(1, 2)}{g.some('rowvar=False', 'bias=True', 'ddof=0')})",
    lambda g, f: f"np.cov({g.of_shape(2, 4)}, {g.of_shape(4)})",
    lambda g, f: (
        f"np.cov({g.of_shape(2, 4)}, fweights=[1, 2, 1, 3]{g.some('aweights=np.abs(' + g.vector(4) + ') + 0.3')})"
    ),
)
add(
    "corrcoef",
    lambda g, f: f"np.corrcoef({g.any(1, 2)}{g.some('rowvar=False')})",
    lambda g, f: f"np.corrcoef({g.of_shape(4)}, {g.of_shape(4)})",
)
add(
    "convolve correlate",
    lambda g, f: (
        f"np.{f}({g.vector(real=False)}, {g.vector(real=False)}"
        f"{g.one('', ', ' + repr('same'), ', ' + repr('valid'), ', mode=' + repr('full'))})"
    ),
)
add("bincount", lambda g, f: f"np.bincount({g.integers(4, 0, 4)}, weights={g.vector(4)}{g.some('minlength=6')})")
add(
    "histogram",
    lambda g, f: (
        f"np.histogram([0.1, 0.4, 0.45, 0.9], bins={g.one(3, [0.0, 0.42, 1.0])}, weights={g.vector(4)}"
        f"{g.some('density=True')})"
    ),
    lambda g, f: f"np.histogram({g.real(1, 2)}, bins={g.one(3, 2)}{g.some('density=True')})",
)
add("histogram_bin_edges", lambda g, f: f"np.histogram_bin_edges({g.real(1, 2)}, {g.one(3, 2)})")
add(
    "histogram2d",
    lambda g, f: (
        f"np.histogram2d([0.1, 0.4, 0.45, 0.9], [0.2, 0.3, 0.8, 0.9], bins=2, weights={g.vector(4)}"
        f"{g.some('density=True')})"
    ),
    lambda g, f: f"np.histogram2d({g.vector(4)}, {g.vector(4)}, bins=2{g.some('density=True')})",
)
add(
    "histogramdd",
    lambda g, f: (
        f"np.histogramdd({g.of_shape(4, 2, real=True)}, bins=2, weights={g.vector(4)}{g.some('density=True')})"
    ),
    lambda g, f: f"np.histogramdd({g.constant(4, 2)}, bins=2, weights={g.vector(4)})[0]",
)
add(
    "interp",
    lambda g, f: (
        f"np.interp({g.real(0, 1, 2)}, [-1.5, -0.2, 0.6, 1.8], {g.vector(4)}"
        f"{g.some('left=' + g.scalar(), 'right=' + g.scalar())})"
    ),
    lambda g, f: (
        f"np.interp({g.real(0, 1, 2)}, np.cumsum(np.abs({g.vector(4)}) + 0.2) - 1.2, {g.vector(4, real=False)})"
    ),
    lambda g, f: f"np.interp({g.real(0, 1, 2)}, {g.vector(4)}, {g.vector(4)}, period={g.one(2.5, 4.0)})",
)
add(
    "pad",
    lambda g, f: (
        f"np.pad({(x := g.any(1, 2, 3))}, {_widths(g, x)}, mode="
        f"{g.one('edge', 'reflect', 'symmetric', 'wrap', 'constant')!r})"
    ),
    lambda g, f: (
        f"np.pad({(x := g.real(1, 2))}, {_widths(g, x)}, mode={g.one('maximum', 'minimum', 'mean', 'median')!r}"
        f"{g.some('stat_length=' + str(g.one(1, 2)))})"
    ),
    lambda g, f: (
        f"np.pad({(x := g.any(1, 2))}, {_widths(g, x)}, constant_values={g.one(g.number(), (0.5, 2.0), g.scalar())})"
    ),
    lambda g, f: (
        f"np.pad({(x := g.real(1, 2))}, {_widths(g, x)}, mode='linear_ramp', end_values="
        f"{g.one(g.number(), (1.0, -1.0), g.scalar())})"
    ),
    lambda g, f: (
        f"np.pad({(x := g.any(1, 2))}, {_widths(g, x)}, mode={g.one('reflect', 'symmetric')!r}, reflect_type='odd')"
    ),
)


def _widths(g: Pen, name: str) -> Any:
    return g.one(1, 2, (1, 0), (0, 2), [(g.one(0, 1, 3), g.one(0, 1, 2)) for _ in g.shape(name)])


# -- polynomials, ranges, complex results of real numbers --------------------------------------------------------------

add("poly", lambda g, f: f"np.poly({g.vector(real=False)})", lambda g, f: f"np.poly({g.matrix(batched=False)})")
add(
    "polyadd polysub polymul",
    lambda g, f: f"np.{f}({g.vector(real=False)}, {g.vector(real=False)})",
    lambda g, f: f"np.{f}({g.constant(2)}, {g.vector()})",
)
add("polydiv", lambda g, f: f"np.polydiv({g.vector(4, real=False)}, {g.within(0.5, 2, g.vector(2))})")
add("polyder", lambda g, f: f"np.polyder({g.vector(real=False)}{g.one('', ', 2', ', 0')})")
add("polyint", lambda g, f: f"np.polyint({g.vector(real=False)}{g.one('', ', 2', ', k=' + g.scalar())})")
add("polyval", lambda g, f: f"np.polyval({g.vector(real=False)}, {g.any()})")
add(
    "roots",
    lambda g, f: f"np.roots(np.concatenate([[1.0], {g.vector(g.one(2, 3))}]))",
    lambda g, f: f"np.roots(np.poly({g.vector()}))",
)
add(
    "polyfit",
    lambda g, f: (
        f"np.polyfit([0.0, 0.5, 1.2, 2.0], {g.vector(4, real=False)}, {g.one(1, 2)}"
        f"{g.one('', ', w=[1.0, 0.5, 2.0, 1.0]', ', cov=True', ', cov=' + repr('unscaled'), ', full=True')})"
    ),
    lambda g, f: f"np.polyfit(np.arange(4) + 0.3 * np.tanh({g.vector(4)}), {g.of_shape(4, 2, real=True)}, 1)",
)
add(
    "polynomial.polynomial.polyval2d",
    lambda g, f: f"np.polynomial.polynomial.polyval2d({(x := g.real(0, 1))}, {x} * 0.5, {g.of_shape(2, 3)})",
)
add(
    "polynomial.polynomial.polygrid2d",
    lambda g, f: f"np.polynomial.polynomial.polygrid2d({g.vector(2)}, {g.vector(3)}, {g.of_shape(2, 2)})",
)
add(
    "linspace",
    lambda g, f: (
        f"np.linspace({(x := g.any(0, 1))}, {g.fits(x)}, {g.one(2, 3, 4)}"
        f"{g.some('endpoint=False', 'axis=-1', 'retstep=True', share=0.2)})"
    ),
)
add(
    "logspace",
    lambda g, f: (
        f"np.logspace({(x := g.real(0, 1))}, {g.fits(x, True)}, {g.one(2, 3)}, base="
        f"{g.one(2.0, 'np.exp(' + g.scalar() + ')')}{g.some('endpoint=False')})"
    ),
)
add(
    "geomspace",
    lambda g, f: (
        f"np.geomspace({g.within(0.3, 3, x := g.real(0, 1))}, {g.within(0.3, 3, g.fits(x, True))}, "
        f"{g.one(3, 4)}{g.some('endpoint=False')})"
    ),
    lambda g, f: f"np.geomspace({g.any(0)}, {g.any(0)}, 3)",
)
add(
    "emath.arccos lib.scimath.arccos emath.arcsin lib.scimath.arcsin emath.arctanh lib.scimath.arctanh",
    unary(-0.8, 0.8),
    unary(1.2, 3),
)
add(
    "emath.log lib.scimath.log emath.log2 lib.scimath.log2 emath.log10 lib.scimath.log10 emath.sqrt lib.scimath.sqrt",
    lambda g, f: f"np.{f}({g.any()})",
)
add("emath.logn lib.scimath.logn", lambda g, f: f"np.{f}({g.one(2, 3.0, g.within(1.5, 3, g.scalar()))}, {g.any()})")
add("emath.power lib.scimath.power", lambda g, f: f"np.{f}({(x := g.any())}, {g.one(2, 0.5, -1, g.fits(x))})")

# -- methods of ufuncs -------------------------------------------------------------------------------------------------

for _f in ("add", "multiply", "maximum", "minimum", "logaddexp", "subtract", "divide", "power", "hypot"):
    _draw: Callable[..., str] = Pen.real if _f in ("logaddexp", "power", "hypot") else Pen.any
    _shift = "np.abs({}) + 0.4" if _f in ("divide", "power") else "{}"
    if _f == "power":  # NumPy 2.4's own loop is wrong along contiguous memory: see `autograd_lite.rules.ufunc_methods`
        add(
            f"{_f}.reduce",
            lambda g, f: (
                f"np.{f}(np.stack([{g.of_shape(3, real=True)} ** 2 + 0.4, {g.of_shape(3, real=True)}]), axis=0)"
            ),
        )
        add(
            f"{_f}.accumulate",
            lambda g, f: (
                f"np.{f}(np.stack([{g.of_shape(3, real=True)} ** 2 + 0.4, {g.of_shape(3, real=True)}]), axis=0)"
            ),
        )
        add(
            f"{_f}.reduceat",
            lambda g, f: f"np.{f}(np.stack([{(x := g.of_shape(3, real=True))} ** 2 + 0.4, {x}, {x}]), [0, 2], axis=0)",
        )
        add(f"{_f}.outer", lambda g, f: f"np.{f}(np.abs({g.real(0, 1, 2)}) + 0.4, {g.real(0, 1)})")
        continue
    add(
        f"{_f}.reduce",
        lambda g, f, d=_draw, s=_shift: f"np.{f}({s.format(x := d(g))}, axis={g.axis(x)}{g.some('keepdims=True')})",
        *(
            [lambda g, f: g.reduced(f, g.any(), "keepdims", "where", "initial").replace(f"np.{f}(", f"np.{f}(", 1)]
            if _f in ("add", "multiply")
            else []
        ),
    )
    add(f"{_f}.accumulate", lambda g, f, d=_draw, s=_shift: f"np.{f}({s.format(x := d(g))}, {g.axis(x)})")
    add(
        f"{_f}.reduceat",
        lambda g, f, d=_draw, s=_shift: (
            f"np.{f}({s.format(x := d(g))}, {g.integers(2, 0, g.shape(x)[(a := g.axis(x))])}, axis={a})"
        ),
    )
    add(f"{_f}.outer", lambda g, f, d=_draw, s=_shift: f"np.{f}({s.format(d(g, 0, 1, 2))}, {d(g, 0, 1)})")
add(
    "add.reduce multiply.reduce maximum.reduce minimum.reduce",
    lambda g, f: (
        f"np.{f}({(x := g.real())}, axis={g.axes(x)}, initial={g.number()}{g.some('where=' + g.mask(*g.shape(x)))})"
    ),
)

# -- members and operators of ndarray ----------------------------------------------------------------------------------

for _member, _text in {
    "T": "{}.T",
    "__abs__": "abs({})",
    "__neg__": "-{}",
    "__pos__": "+{}",
    "real": "{}.real",
    "imag": "{}.imag",
    "conj": "{}.conj()",
    "conjugate": "{}.conjugate()",
    "to_device": "{}.to_device('cpu')",
    "view": "{}.view()",
}.items():
    add(f"ndarray.{_member}", lambda g, f, t=_text: t.format(g.any()))
add("ndarray.mT", lambda g, f: f"{g.any(2, 3)}.mT")
for _name, _symbol in {"add": "+", "sub": "-", "mul": "*"}.items():
    add(f"ndarray.__{_name}__", lambda g, f, s=_symbol: f"{(x := g.any())} {s} {g.fits(x)}")
    if _name in ("add", "sub", "mul"):
        add(
            f"ndarray.__r{_name}__",
            lambda g, f, s=_symbol: f"{g.one(2, 1.5, '1j', g.constant(3))} {s} {g.any(1, 2, 3)}",
        )
add("ndarray.__truediv__", lambda g, f: f"{(x := g.any())} / {g.within(0.4, 3, g.fits(x))}")
add(
    "ndarray.__rtruediv__",
    lambda g, f: f"{g.one(2, 1.5, '1j', g.constant(3))} / {g.within(0.4, 3, g.any(1, 2, 3))}",
)
add("ndarray.__mod__", lambda g, f: f"{(x := g.real())} % {g.within(0.8, 2, g.fits(x, True))}")
add("ndarray.__rmod__", lambda g, f: f"{g.one(2, 1.5, g.constant(3))} % {g.within(0.8, 2, g.real())}")
add(
    "ndarray.__pow__",
    lambda g, f: f"{g.any()} ** {g.one(2, 3, 0, 1, -1, 2.0)}",
    lambda g, f: f"{g.within(0.3, 2, x := g.real())} ** {g.fits(x)}",
)
add("ndarray.__rpow__", lambda g, f: f"{g.one(2, 1.5, g.constant(3, low=0.3))} ** {g.any()}")
add("ndarray.__divmod__", lambda g, f: f"divmod({(x := g.real())}, {g.within(0.8, 2, g.fits(x, True))})")
add("ndarray.__rdivmod__", lambda g, f: f"divmod({g.one(2, 1.5)}, {g.within(0.8, 2, g.real())})")
add(
    "ndarray.__matmul__",
    lambda g, f: f"{g.of_shape(2, 3)} @ {g.of_shape(3, 2)}",
    lambda g, f: f"{(x := g.any(1, 2))} @ {x}.T",
)
add(
    "ndarray.__rmatmul__",
    lambda g, f: f"{g.constant(2, 3)} @ {g.of_shape(3, 2)}",
    lambda g, f: f"{g.constant(3)} @ {g.of_shape(3)}",
)
add(
    "ndarray.astype",
    lambda g, f: f"{g.any()}.astype(np.complex128{g.some('copy=False')})",
    lambda g, f: f"{g.real()}.astype({g.one('LOW', 'np.float64', 'int', 'bool', 'float, copy=False')})",
)
add(
    "ndarray.clip",
    lambda g, f: f"{(x := g.real())}.clip({g.one('None', g.number(-1, 0), g.fits(x, True))}, {g.number(0.2, 1)})",
)
add(
    "ndarray.compress",
    lambda g, f: f"{(x := g.any(1, 2, 3))}.compress({g.mask(g.shape(x)[(a := g.axis(x))])}, axis={a})",
)
add("ndarray.copy", lambda g, f: f"{g.any()}.copy({g.one('', repr('F'), repr('C'))})")
add("ndarray.cumsum ndarray.cumprod", lambda g, f: f"{(x := g.any())}.{f[8:]}({g.one('', g.axis(x))})")
add("ndarray.diagonal", lambda g, f: f"{g.any(2, 3)}.diagonal({g.one('', 1, -1)})")
add(
    "ndarray.dot",
    lambda g, f: f"{g.of_shape(2, 3)}.dot({g.of_shape(3, 2)})",
    lambda g, f: f"{(x := g.any(1, 2))}.dot({x}.T)",
)
add(
    "ndarray.flatten",
    lambda g, f: f"{g.any()}.flatten({g.one('', repr('F'))})",
    lambda g, f: _rarely(g, f"{g.any()}.flatten({g.one('A', 'K')!r})"),
)
add(
    "ndarray.ravel",
    lambda g, f: f"{g.any()}.ravel({g.one('', '', repr('F'))})",
    lambda g, f: _rarely(g, f"{g.any()}.ravel({g.one('A', 'K')!r})"),
)
add("ndarray.max ndarray.min", lambda g, f: g.reduced(f[8:], g.real(), "keepdims", "where", "initial", method=True))
add("ndarray.mean", lambda g, f: g.reduced("mean", g.any(), "keepdims", "where", "dtype", method=True))
add("ndarray.sum ndarray.prod", lambda g, f: g.reduced(f[8:], g.any(), *ALL, method=True))
add(
    "ndarray.std ndarray.var",
    lambda g, f: g.reduced(f[8:], g.any(), "keepdims", "where", "dtype", "ddof", method=True),
)
add("ndarray.repeat", lambda g, f: f"{(x := g.any())}.repeat(2{g.some('axis=' + str(g.axis(x)), share=0.6)})")
add(
    "ndarray.reshape",
    lambda g, f: f"{(x := g.any())}.reshape({_factors(g, int(np.prod(g.shape(x))))}{g.some('order=' + repr('F'))})",
)
add("ndarray.squeeze", lambda g, f: f"{g.any()}.squeeze()", lambda g, f: f"{g.any(0, 1, 2)}[None].squeeze(axis=0)")
add("ndarray.swapaxes", lambda g, f: f"{(x := g.any())}.swapaxes({g.axis(x)}, {g.axis(x)})")
add("ndarray.transpose", lambda g, f: f"{(x := g.any())}.transpose({g.one('', _order(g, x))})")
add(
    "ndarray.take",
    lambda g, f: f"{g.any(1, 2, 3)}.take({g.integers(3, 0, 2)}{g.some('axis=0', 'mode=' + repr('wrap'))})",
)
add("ndarray.trace", lambda g, f: f"{g.any(2, 3)}.trace({g.one('', 1, -1)})")

# -- what is piecewise constant ----------------------------------------------------------------------------------------

add(
    "floor ceil trunc rint fix signbit isfinite isinf isnan isneginf isposinf spacing",
    lambda g, f: f"np.{f}({g.real()})",
)
add("round around", lambda g, f: f"np.{f}({g.real()}, {g.one(0, 1)})")
add(
    "iscomplex isreal logical_not all any count_nonzero nonzero argwhere flatnonzero",
    lambda g, f: f"np.{f}({g.any(1, 2)})",
)
add(
    "equal not_equal greater greater_equal less less_equal isclose logical_and logical_or logical_xor "
    "floor_divide allclose",
    lambda g, f: f"np.{f}({(x := g.real())}, {g.fits(x, True)})",
)
add("array_equal array_equiv", lambda g, f: f"np.{f}({g.any()}, {g.any()})")
add(
    "argmax argmin nanargmax nanargmin",
    lambda g, f: f"np.{f}({(x := g.real(1, 2, 3))}, axis={g.one(None, g.axis(x))})",
)
add("argsort", lambda g, f: f"np.argsort({(x := g.real(1, 2, 3))}, axis={g.axis(x)})")
add("argpartition", lambda g, f: f"np.argpartition({g.real(1, 2, 3)}, 0)")
add(
    "searchsorted",
    lambda g, f: f"np.searchsorted(np.sort({g.vector()}), {g.real()}{g.some('side=' + repr('right'))})",
)
add("digitize", lambda g, f: f"np.digitize({g.real()}, [-0.5, 0.2, 0.9])")
add("isin", lambda g, f: f"np.isin({(x := g.real())}, {x})")
add("lexsort", lambda g, f: f"np.lexsort(({g.vector(3)}, {g.vector(3)}))")
add("linalg.matrix_rank", lambda g, f: f"np.linalg.matrix_rank({g.matrix()})")
add("diag_indices_from tril_indices_from triu_indices_from", lambda g, f: f"np.{f}({g.matrix(batched=False)})")
add("ndarray.__eq__ ndarray.__ne__", lambda g, f: f"{(x := g.any())} {g.one('==', '!=')} {g.fits(x)}")
add(
    "ndarray.__lt__ ndarray.__le__ ndarray.__gt__ ndarray.__ge__",
    lambda g, f: f"{(x := g.real())} {g.one('<', '<=', '>', '>=')} {g.fits(x, True)}",
)
add(
    "ndarray.__floordiv__ ndarray.__rfloordiv__",
    lambda g, f: f"{(x := g.real())} // {g.within(0.8, 2, g.fits(x, True))}",
)
add("ndarray.__contains__", lambda g, f: f"{g.number()} in {g.any()}")
add("ndarray.all ndarray.any ndarray.nonzero", lambda g, f: f"{g.any(1, 2)}.{f[8:]}()")
add(
    "ndarray.argmax ndarray.argmin ndarray.argsort",
    lambda g, f: f"{(x := g.real(1, 2, 3))}.{f[8:]}(axis={g.axis(x)})",
)
add("ndarray.argpartition", lambda g, f: f"{g.real(1, 2)}.argpartition(0)")
add("ndarray.round", lambda g, f: f"{g.real()}.round({g.one('', 1)})")
add("ndarray.searchsorted", lambda g, f: f"np.sort({g.vector()}).searchsorted({g.real()})")

add(
    "bitwise_and bitwise_or bitwise_xor",
    lambda g, f: f"np.{f}({(x := g.real())} > {g.number()}, {x} < {g.number()})",
    lambda g, f: f"np.{f}({g.integers(3, 0, 9)}, {g.integers(3, 0, 9)})",
)
add("invert bitwise_not bitwise_invert", lambda g, f: f"np.{f}({g.real()} > {g.number()})")
add("ndarray.__and__", lambda g, f: f"({(x := g.real())} > {g.number()}) & ({x} < {g.number()})")
add("ndarray.__or__", lambda g, f: f"({(x := g.real())} > {g.number()}) | ({x} < {g.number()})")
add("ndarray.__xor__", lambda g, f: f"({(x := g.real())} > {g.number()}) ^ ({x} < {g.number()})")
add("ndarray.__invert__", lambda g, f: f"~({g.real()} > {g.number()})")

#: Names of the ledger that have a gradient and no recipe, each with the reason.
WITHOUT_RECIPE: dict[str, str] = {
    "ndarray.__copy__": "only under `lift`: elsewhere copy.copy of a Tensor makes a leaf",
    "ndarray.__deepcopy__": "only under `lift`: elsewhere copy.deepcopy makes a leaf",
}
