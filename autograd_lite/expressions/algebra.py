"""The algebra that tidies a term: what a person would cross out, and nothing that changes a value.

Arithmetic is brought to a sum of products and written again: numbers multiplied together, ones and double negations
dropped, equal factors cancelled or raised to powers, like terms collected, common factors taken out where that is
shorter. Sums let numbers through; transposes, shapes and broadcasts that undo each other go.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from autograd_lite.expressions.terms import Call, Constant, Group, Name, Shape, Term, call, is_call, weight
from autograd_lite.indexed import put_at
from autograd_lite.tensor.numbers import count_of, length_of, shape_of

Number = Any  # int, float or Fraction

_ARITHMETIC = {
    np.add,
    np.subtract,
    np.multiply,
    np.divide,
    np.negative,
    np.positive,
    np.square,
    np.reciprocal,
    np.power,
}
_COMPARISONS = {
    np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal, np.logical_and, np.logical_or,
    np.logical_not, np.logical_xor, np.isnan, np.isinf, np.isfinite, np.invert, np.bitwise_and, np.bitwise_or,
    np.signbit,
}  # fmt: skip

_WITH_BRANCHES = (np.sqrt, np.log, np.log2, np.log10, np.arcsin, np.arccos, np.arctan, np.arcsinh, np.arccosh,
                  np.arctanh, np.angle, np.arctan2)  # fmt: skip


class Product:
    """A number times factors with whole exponents, in the order in which they are met."""

    __slots__ = ("factors", "number")

    def __init__(self, number: Number, factors: dict[Term, int]) -> None:
        self.number = number
        self.factors = {factor: power for factor, power in factors.items() if power}

    def times(self, other: Product, power: int = 1) -> Product:
        """Return the product with another, or with a power of it."""
        factors = dict(self.factors)
        for factor, exponent in other.factors.items():
            factors[factor] = factors.get(factor, 0) + power * exponent
        if power < 0 and other.number == 0:
            return Product(self.number, {**factors, Constant(other.number): power})
        return Product(_exact(self.number) * _exact(other.number) ** power, factors)

    @property
    def key(self) -> frozenset[tuple[Term, int]]:
        """What makes two products like terms."""
        return frozenset(self.factors.items())


class Tidier:
    """Tidies terms; what it has worked out is kept for the next."""

    def __init__(self) -> None:
        self._done: dict[Term, Term] = {}

    def tidy(self, term: Term) -> Term:
        """Return a term of the same value, as a person would write it."""
        if term not in self._done:
            self._done[term] = self._tidy(term)
        return self._done[term]

    def product(self, term: Term) -> Product:
        """Return a term as a number times factors."""
        return self._product(term)

    def _tidy(self, term: Term) -> Term:
        if not isinstance(term, (Call, Group)):
            return term
        if isinstance(term, Call) and _is_arithmetic(term):
            return self._arithmetic(term)
        if is_call(term, *_WITH_BRANCHES) and _is_complex(term):  # on which side of a cut the sign of a 0 decides
            return term
        parts = tuple(self.tidy(part) for part in term.parts)
        if isinstance(term, Call) and isinstance(
            term.operation.function, np.ufunc
        ):  # of truth values it may be another
            parts = tuple(
                call(np.multiply, 1, new) if is_boolean(new) and not is_boolean(old) else new
                for new, old in zip(parts, term.parts, strict=True)
            )
        changed = any(new is not old for new, old in zip(parts, term.parts, strict=True))
        new = term.with_parts(parts) if changed else term
        if not isinstance(new, Call):
            return new
        if new.shape is None and term.shape is not None:
            new.shape = term.shape
        simpler = self._simpler(new)
        if simpler is not None and simpler != new:
            if simpler.shape is None:
                simpler.shape = term.shape
            return self.tidy(simpler)
        return new

    # -- arithmetic ------------------------------------------------------------------------------------------------

    def _arithmetic(self, term: Call) -> Term:
        written = self._written_sum(self._sum(term), term.shape)
        if term.shape is None or written.shape == term.shape:
            return written
        return self._with_tidy_parts(term)  # tidied it would lose its shape

    def _with_tidy_parts(self, term: Call) -> Term:
        parts = tuple(self.tidy(part) for part in term.parts)
        if len(parts) == 2 and all(map(is_boolean, parts)):  # NumPy does not subtract truth values
            parts = (call(np.multiply, 1, parts[0]), parts[1])
        return term.with_parts(parts)

    def _sum(self, term: Term) -> list[Product]:
        """Return the terms of a sum, one if it is none."""
        if isinstance(term, Call) and _is_arithmetic(term):
            function = term.operation.function
            if function in (np.add, np.subtract):
                left, right = (self._sum(arg) for arg in term.args)
                if function is np.subtract:
                    right = [Product(-p.number, p.factors) for p in right]
                return _collected([*left, *right])
            if function is np.negative:
                return [Product(-p.number, p.factors) for p in self._sum(term.args[0])]
        return [self._product(term)]

    def _product(self, term: Term) -> Product:
        if isinstance(term, Constant) and _is_number(term.value):
            return Product(term.value, {})
        if isinstance(term, Call):
            function, args = term.operation.function, term.args
            if _is_arithmetic(term):
                if function is np.multiply:
                    outer = self._outer(term)
                    if outer is not None:
                        return Product(1, {outer: 1})
                    return self._product(args[0]).times(self._product(args[1]))
                if function is np.divide:
                    return self._product(args[0]).times(self._product(args[1]), -1)
                if function is np.positive:
                    return self._product(args[0])
                if function is np.square:
                    return Product(1, {}).times(self._product(args[0]), 2)
                if function is np.reciprocal:
                    return Product(1, {}).times(self._product(args[0]), -1)
                if function is np.power:
                    exponent = args[1]
                    assert isinstance(exponent, Constant)
                    return Product(1, {}).times(self._product(args[0]), int(exponent.value))
                terms = self._sum(term)
                if len(terms) == 1:
                    return terms[0]
                if not terms:  # x - x: zeros that have a shape
                    return Product(1, {self._with_tidy_parts(term): 1})
                number, common, rest = _common_factor(terms)
                inner = self._written_sum(rest, term.shape)
                return Product(number, {**common, inner: 1})
            if function is np.broadcast_to and args[0].shape == () and args[0] != Constant(1):
                return self._product(args[0]).times(Product(1, {_ones(args[1], term.shape): 1}))
            if function in (operator.getitem, np.reshape) and is_call(args[0], np.broadcast_to, *_ARITHMETIC):
                whole = self._product(args[0])
                spread = [f for f in whole.factors if f.shape != ()]
                if len(spread) == 1 and is_ones(spread[0]) and whole.factors[spread[0]] == 1:
                    if term.shape == ():
                        return Product(whole.number, {f: p for f, p in whole.factors.items() if f.shape == ()})
                    ones = Call(term.operation, (spread[0], *args[1:]), term.keywords, term.shape)
                    return Product(whole.number, {**{f: p for f, p in whole.factors.items() if f.shape == ()}, ones: 1})
        tidied = self.tidy(term)
        if tidied is not term and isinstance(tidied, (Call, Constant)) and tidied != term:
            return self._product(tidied)
        return Product(1, {tidied: 1})

    def _written_sum(self, terms: list[Product], shape: Shape | None) -> Term:
        terms = self._chosen(_collected(terms))
        if len(terms) > 1:
            terms = _shorter([terms, _expanded(terms, self)])
        if len(terms) > 1:
            number, common, rest = _common_factor(terms)
            if common or number != 1:
                inner = _plain_sum([_written(p) for p in _positive_first(rest)])
                return self._of_shape(Product(number, {**_of_upstream(common, inner)}), shape)
            return _plain_sum(
                [_written(p) for p in self._loosened([_without_ones(t, shape) for t in _positive_first(terms)], shape)]
            )
        if not terms:
            return self._of_shape(Product(0, {}), shape)
        return self._of_shape(terms[0], shape)

    def _chosen(self, terms: list[Product]) -> list[Product]:
        """Write where(c, a, b) for the sum of where(c, a, 0) and where(c, 0, b), each with its factors."""
        for position, product in enumerate(terms):
            for factor in product.factors:
                if not _is_choice(factor) or product.factors[factor] != 1:
                    continue
                condition, a, b = factor.parts
                if a != Constant(0) and b != Constant(0):
                    continue
                for other in terms[position + 1 :]:
                    for twin in other.factors:
                        if not _is_choice(twin) or twin.parts[0] != condition or other.factors[twin] != 1:
                            continue
                        first, second = (a, twin.parts[2]) if b == Constant(0) else (twin.parts[1], b)
                        if (b if b == Constant(0) else a) != (twin.parts[1] if b == Constant(0) else twin.parts[2]):
                            continue
                        ours, theirs = self._without(product, factor), self._without(other, twin)
                        if b != Constant(0):
                            ours, theirs = theirs, ours
                        made = call(
                            np.where,
                            condition,
                            _multiplied(ours, self._product(first)),
                            _multiplied(theirs, self._product(second)),
                        )
                        shapes = [part.shape for part in made.args]
                        if None in shapes:
                            continue
                        made.shape = np.broadcast_shapes(*(s for s in shapes if s is not None))
                        rest = [t for t in terms if t is not product and t is not other]
                        return self._chosen([*rest[:position], Product(1, {made: 1}), *rest[position:]])
        return terms

    @staticmethod
    def _without(product: Product, factor: Term) -> Product:
        return Product(product.number, {f: p for f, p in product.factors.items() if f is not factor})

    def _outer(self, term: Call) -> Term | None:
        """Write np.outer(x, y) for ``x[:, None] * y[None, :]``."""
        if term.shape is None or len(term.shape) != 2 or not all(is_call(arg, operator.getitem) for arg in term.args):
            return None
        (x, column), (y, row) = (arg.parts for arg in term.args)
        if _plain_index(column) not in _COLUMN or _plain_index(row) not in _ROW:
            return None
        if x.shape is None or y.shape is None or len(x.shape) != 1 or len(y.shape) != 1:
            return None
        return Call(np.outer, (self.tidy(x), self.tidy(y)), (), term.shape)

    def _loosened(self, terms: list[Product], shape: Shape | None) -> list[Product]:
        """Leave out of a sum of products what only prepares a broadcast that NumPy makes anyway."""
        if shape is None or any(f.shape is None for t in terms for f in t.factors):
            return terms
        for position, product in enumerate(terms):
            for factor in product.factors:
                inner = _bare(factor)
                if inner is None or inner.shape is None:
                    continue
                power = product.factors[factor]
                others = Product(product.number, {f: p for f, p in product.factors.items() if f is not factor})
                loose = others.times(self._product(inner), power)
                changed = [*terms[:position], loose, *terms[position + 1 :]]
                shapes = [f.shape for t in changed for f in t.factors if f.shape is not None]
                try:
                    if np.broadcast_shapes(*shapes) == shape:
                        return self._loosened(changed, shape)
                except ValueError:
                    continue
        return terms

    def _of_shape(self, product: Product, shape: Shape | None) -> Term:
        """Write a product, with ones for what would otherwise lose its shape."""
        (product,) = self._loosened([_without_ones(product, shape)], shape)
        number, term = _written(product)
        return _scaled(number, term)

    # -- functions -------------------------------------------------------------------------------------------------

    def _simpler(self, term: Call) -> Term | None:
        """Return a simpler form of a call whose parts are tidy, if there is one."""
        function, args = term.operation.function, term.args
        x = args[0] if args else None
        if function in (np.transpose, np.matrix_transpose, np.swapaxes) and isinstance(x, Call):
            inner = x.operation.function
            flips = (np.transpose, np.matrix_transpose)
            is_twice = function in flips and inner in flips and len(args) == len(x.args) == 1 and not x.keywords
            if is_twice and (function is inner or (x.shape is not None and len(x.shape) == 2)):
                return x.args[0]
            if function is inner is np.swapaxes and args[1:] == x.args[1:]:
                return x.args[0]
        if (
            function in (np.transpose, np.matrix_transpose)
            and x is not None
            and x.shape is not None
            and len(x.shape) < 2
        ):
            return x if function is np.transpose else None
        if function is np.matrix_transpose and x is not None and x.shape is not None and len(x.shape) == 2:
            return Call(np.transpose, (x,), (), term.shape)
        if function in (np.reshape, operator.getitem) and x is not None and x.shape == () and term.shape is not None:
            if term.shape == ():
                return x
            return Call(np.broadcast_to, (x, Constant(term.shape)), (), term.shape)
        if function is np.reshape and x is not None:
            return self._simpler_reshape(term, x)
        if (
            function is operator.getitem
            and isinstance(x, Call)
            and _plain_index(args[1]) == (Ellipsis, 0)
            and is_call(x, np.matmul, np.linalg.solve)
        ):
            matrix, column = x.parts
            if is_call(column, operator.getitem) and _plain_index(column.parts[1]) in ((Ellipsis, None), _COLUMN[0]):
                vector = column.parts[0]
                if vector.shape is not None and len(vector.shape) == 1 and len(matrix.shape or ()) == 2:
                    return Call(x.operation, (matrix, vector), (), term.shape)
        if function is np.where and len(args) == 3 and args[0].shape == term.shape:
            plain = tuple(self._without_spreading(arg) for arg in args[1:])
            if plain != args[1:]:
                return Call(term.operation, (args[0], *plain), (), term.shape)
        if function is length_of and isinstance(x, Call) and _is_arithmetic(x):
            spread = [part for part in x.parts if part.shape != ()]
            if len(spread) == 1 and spread[0].shape == x.shape:  # of 2 * x that of x
                return Call(term.operation, (spread[0], *args[1:]), (), ())
        if function in (length_of, shape_of) and x is not None and is_call(x, np.reshape):
            wanted = _lengths_wanted(x)
            if wanted is not None and function is shape_of:
                return Constant(wanted)
            if wanted is not None and isinstance(args[1], Constant):
                return Constant(wanted[args[1].value])
        if function is np.sum and x is not None:
            return self._simpler_sum(term, x)
        if function is put_at and x is not None and term.shape == ():  # s[None] of a number, which has no entries
            return Call(np.sum, (x,), (), ())
        if function is put_at and x is not None and not is_boolean(x):  # a number is added to every entry as well
            product = self._product(x)
            others = {f: p for f, p in product.factors.items() if not is_ones(f)}
            if len(others) < len(product.factors) and all(f.shape == () for f in others):
                value = _scaled(*_written(Product(product.number, others)))
                return Call(term.operation, (value, *args[1:]), (), term.shape)
        if function is np.matmul:
            return self._linear(term, term.args)
        if function in (np.transpose, np.matrix_transpose) and len(args) == 1 and is_call(args[0], *_ARITHMETIC):
            freed = self._linear(term, term.args)
            if freed is not None:
                return freed
        if function in (np.transpose, np.matrix_transpose) and is_call(x, np.matmul) and len(args) == 1:  # type: ignore[arg-type]
            a, b = x.parts  # type: ignore[union-attr]
            if (
                any(is_call(f, np.transpose, np.matrix_transpose) for f in (a, b))
                and len(a.shape or ()) == len(b.shape or ()) == 2
            ):
                return call(np.matmul, call(np.transpose, b), call(np.transpose, a))
        if function is np.astype and isinstance(x, Name) and isinstance(args[1], Constant) and x.dtype == args[1].value:
            return x
        if function is np.astype and isinstance(x, Constant) and _is_number(x.value) and _is_inexact(args[1]):
            return x  # which takes the type of what it meets
        if function is np.broadcast_to and x is not None and is_call(args[1], shape_of) and args[1].parts[0] == x:
            return x
        return None

    def _without_spreading(self, term: Term) -> Term:
        """Return the number that a term repeats for every entry, if it is one that does; else the term."""
        if not isinstance(term, Call) or term.shape in (None, ()) or is_boolean(term):
            return term
        product = self._product(term)
        numbers = {f: p for f, p in product.factors.items() if not is_ones(f)}
        if len(numbers) == len(product.factors) or any(f.shape != () for f in numbers):
            return term
        return _scaled(*_written(Product(product.number, numbers)))

    def _linear(self, term: Call, operands: tuple[Term, ...]) -> Term | None:
        """Let numbers out of a call that is linear in its operands."""
        outside = Product(1, {})
        inner = []
        for operand in operands:
            product = Product(1, {operand: 1}) if is_boolean(operand) else self._product(operand)
            numbers = Product(product.number, {f: p for f, p in product.factors.items() if f.shape == ()})
            inside = Product(1, {f: p for f, p in product.factors.items() if f.shape != ()})
            if not inside.factors:
                return None
            outside = outside.times(numbers)
            inner.append(_scaled(*_written(inside)) if numbers.factors or numbers.number != 1 else operand)
        if not outside.factors and outside.number == 1:
            return None
        if any(new.shape != old.shape for new, old in zip(inner, operands, strict=True)):
            return None
        made = Call(term.operation, tuple(inner), (), term.shape)
        return _scaled(*_written(outside.times(Product(1, {made: 1}))))

    def _simpler_reshape(self, term: Call, x: Term) -> Term | None:
        if isinstance(x, Call) and x.operation.function is np.reshape and not x.keywords and not term.keywords:
            return Call(term.operation, (x.args[0], *term.args[1:]), (), term.shape)
        shape = term.args[1]
        if not term.keywords and len(x.shape or ()) == len(term.shape or ()) == 1:
            return x
        if isinstance(shape, Call) and shape.operation.function is shape_of and shape.args[0] == x:
            return x
        if x.shape is None or term.shape is None or not isinstance(shape, Group):
            return None
        if len(term.shape) == len(x.shape) + 1 and len(x.shape) and shape.items.count(Constant(1)) == 1:
            at = shape.items.index(Constant(1))
            rest = (*shape.items[:at], *shape.items[at + 1 :])
            if at and all(_is_length(length, x, axis) for axis, length in enumerate(rest)):
                index = (*(Constant(slice(None)) for _ in range(at)), Constant(None))
                return Call(operator.getitem, (x, Group(tuple, index)), (), term.shape)
        if term.shape != x.shape:
            return None
        known = 0
        for axis, length in enumerate(shape.items):
            if _is_length(length, x, axis):
                known += 1
            elif not (isinstance(length, Constant) and length.value == -1):
                return None
        return x if known >= len(shape.items) - 1 else None

    def _simpler_sum(self, term: Call, x: Term) -> Term | None:
        axis = term.keyword("axis") or (term.args[1] if len(term.args) > 1 else Constant(None))
        if not isinstance(axis, Constant) or any(name not in ("axis", "keepdims") for name, _ in term.keywords):
            return None
        if axis.value == ():
            return x
        if x.shape == () and term.shape == ():
            return x
        if is_boolean(x):
            return None
        product = self._product(x)
        constant = [f for f in product.factors if f.shape == () or _is_constant_along(f, axis.value, term, x)]
        if _may_be_empty(x):  # then the sum is 0, which must not be divided by 0
            constant = [f for f in constant if product.factors[f] > 0]
        outside = Product(product.number, {f: p for f, p in product.factors.items() if f in constant})
        inside = Product(1, {f: p for f, p in product.factors.items() if f not in constant})
        if inside.factors and x.shape is not None and any(f.shape is None for f in inside.factors):
            return None
        if inside.factors and np.broadcast_shapes(*(f.shape or () for f in inside.factors)) != x.shape:
            outside = Product(product.number, {f: p for f, p in outside.factors.items() if f.shape == ()})
            inside = Product(1, {f: p for f, p in product.factors.items() if f.shape != ()})
        if len(inside.factors) == 1 and _is_spread_one(next(iter(inside.factors))) and x.shape is not None:
            ones = next(iter(inside.factors))
            axes = (
                range(len(x.shape))
                if axis.value is None
                else (axis.value if isinstance(axis.value, tuple) else (axis.value,))
            )
            assert isinstance(ones, Call)
            lengths = [_length(ones.args[1], a % len(x.shape)) for a in axes if x.shape]
            if axis.value is None and isinstance(ones.args[1], Call) and ones.args[1].operation.function is shape_of:
                lengths = [Call(count_of, ones.args[1].args, (), ())]
            total = outside
            for length in lengths:
                total = total.times(Product(1, {length: 1}))
            number, written = _written(total)
            scalar = _scaled(number, written)
            if term.shape == ():
                return scalar
            return None
        if not outside.factors and outside.number == 1:
            return None
        if not inside.factors:
            return None
        summand = _scaled(*_written(inside))
        if summand.shape != x.shape:  # what was cancelled had broadcast the rest
            return None
        summed = Call(term.operation, (summand, *term.args[1:]), term.keywords, term.shape)
        number, written = _written(outside.times(Product(1, {summed: 1})))
        return _scaled(number, written)


def _may_be_empty(x: Term) -> bool:
    """Whether an array consists of what a mask selects."""
    return any(isinstance(p, Call) and is_call(p, operator.getitem) and is_boolean(p.args[1]) for _, p in x.walk())


def _is_constant_along(factor: Term, axis: Any, term: Call, x: Term) -> bool:
    """Whether a factor is the same all along the axes of a sum: it has not got them, or with length 1."""
    if factor.shape is None or x.shape is None or term.shape is None or axis is None or is_ones(factor):
        return False
    axes = {a % len(x.shape) for a in (axis if isinstance(axis, tuple) else (axis,))}
    if len(term.shape) == len(x.shape):
        return factor.shape == term.shape and all(x.shape[a] > 1 for a in axes)
    is_leading = axes == set(range(len(axes)))
    fits = len(factor.shape) <= len(x.shape) - len(axes)
    return is_leading and fits and len(term.shape) == len(x.shape) - len(axes)


# -- products and sums -------------------------------------------------------------------------------------------------


def _is_number(value: Any) -> bool:
    if isinstance(value, (bool, np.bool_)):
        return False
    if isinstance(value, (np.floating, np.integer)):
        return True
    return isinstance(value, (int, float)) and value == value and abs(value) != float("inf")


def _is_inexact(dtype: Term) -> bool:
    """Whether a type is one of real or complex numbers."""
    try:
        return isinstance(dtype, Constant) and dtype.value is not None and np.dtype(dtype.value).kind in "fc"
    except TypeError:
        return False


def _exact(number: Number) -> Number:
    """Whole numbers as fractions, so that 2 * (1/2) is 1."""
    if isinstance(number, (np.floating, np.integer)):
        number = number.item()
    if isinstance(number, int):
        return Fraction(number)
    if isinstance(number, float) and number.is_integer() and abs(number) < 2**53:
        return Fraction(int(number))
    return number


def _is_arithmetic(term: Call) -> bool:
    """Whether a call is arithmetic of numbers, as far as the algebra goes; of truth values it is not."""
    function = term.operation.function
    if function not in _ARITHMETIC or term.keywords or any(isinstance(arg, Group) for arg in term.args):
        return False
    if function is np.reciprocal and _is_whole(term.args[0]):  # NumPy's answer is whole as well
        return False
    if function is np.power:
        exponent = term.args[1]
        if not isinstance(exponent, Constant) or not _is_number(exponent.value):
            return False
        return float(exponent.value).is_integer() and not is_boolean(term.args[0])
    return not all(is_boolean(arg) for arg in term.args)


def _is_complex(term: Term) -> bool:
    """Whether there are complex numbers in a term, as far as that shows."""
    dtypes = (
        part.dtype if isinstance(part, Name) else part.value if isinstance(part, Constant) else None
        for _, part in term.walk()
    )
    return any(
        dtype.kind == "c" if isinstance(dtype, np.dtype) else isinstance(dtype, (complex, np.complexfloating))
        for dtype in dtypes
    )


def _is_whole(term: Term) -> bool:
    """Whether the value of a term is a whole number by its type, as far as that shows."""
    if isinstance(term, Name):
        return term.dtype is not None and term.dtype.kind in "iu"
    if isinstance(term, Constant):
        return np.asarray(term.value).dtype.kind in "iu"
    if is_call(term, np.add, np.subtract, np.multiply, np.negative):
        return all(map(_is_whole, term.parts))
    return is_call(term, length_of, count_of)


def is_boolean(term: Term) -> bool:
    """Whether the value of a term is an array of truth values, as far as that shows."""
    if isinstance(term, Name):
        return term.dtype is not None and term.dtype == bool
    if isinstance(term, Constant):
        return isinstance(term.value, (bool, np.bool_)) or np.asarray(term.value).dtype.kind == "b"
    if not isinstance(term, Call):
        return False
    function = term.operation.function
    if function in (np.invert, np.bitwise_and, np.bitwise_or):
        return any(is_boolean(arg) for arg in term.args)
    if function in (np.multiply, np.add, np.maximum, np.minimum):
        return all(is_boolean(arg) for arg in term.args)
    if function in (operator.getitem, np.transpose, np.reshape, np.copy):
        return is_boolean(term.args[0])
    return function in _COMPARISONS or function in (np.isfinite, np.isnan, np.isinf, np.logical_not, np.signbit)


def _collected(terms: Iterable[Product]) -> list[Product]:
    """Add like terms."""
    found: dict[frozenset[tuple[Term, int]], Product] = {}
    for product in terms:
        before = found.get(product.key)
        number = _exact(product.number) if before is None else _exact(before.number) + _exact(product.number)
        found[product.key] = Product(number, product.factors if before is None else before.factors)
    kept = [product for product in found.values() if product.number != 0]
    return kept


def _common_factor(terms: list[Product]) -> tuple[Number, dict[Term, int], list[Product]]:
    """Take out what all terms of a sum have in common: numbers (a sign only if it is every term's) and factors."""
    common: dict[Term, int] = {}
    for factor, power in terms[0].factors.items():
        powers = [t.factors.get(factor, 0) for t in terms]
        if all(p > 0 for p in powers):
            common[factor] = min(powers)
        elif all(p < 0 for p in powers):
            common[factor] = max(powers)
        del power
    numbers = [t.number for t in terms]
    number: Number = 1
    first = numbers[0]
    if all(n in (first, -first) for n in numbers) and (first != 1):
        number = abs(first) if any(n > 0 for n in numbers) else -abs(first)
    if number == 1 and not common:
        return 1, {}, terms
    rest = [
        Product(_exact(t.number) / _exact(number), {f: p - common.get(f, 0) for f, p in t.factors.items()})
        for t in terms
    ]
    return number, common, rest


def _of_upstream(common: dict[Term, int], inner: Term) -> dict[Term, int]:
    """Put a sum among the factors: after those it is multiplied with."""
    factors = {f: p for f, p in common.items() if p > 0}
    factors[inner] = 1
    factors.update({f: p for f, p in common.items() if p < 0})
    return factors


def _expanded(terms: list[Product], tidier: Tidier) -> list[Product]:
    """Multiply out the sums among the factors, and collect."""
    result: list[Product] = []
    for product in terms:
        parts = [Product(product.number, {})]
        for factor, power in product.factors.items():
            inner = tidier._sum(factor) if power == 1 and isinstance(factor, Call) and _is_arithmetic(factor) else []
            if len(inner) > 1 and len(parts) * len(inner) <= 16:
                parts = [p.times(q) for p in parts for q in inner]
            else:
                parts = [p.times(Product(1, {factor: power})) for p in parts]
        result += parts
        if len(result) > 32:
            return terms
    return _collected(result)


def _shorter(candidates: list[list[Product]]) -> list[Product]:
    """Return the sum with the fewest operations; the first, if equal."""

    def length(terms: list[Product]) -> int:
        if not terms:
            return 0
        _, common, rest = _common_factor(terms)
        return len(common) + sum(1 + sum(1 + weight(f) for f in t.factors) for t in rest)

    return min(candidates, key=length)


def _positive_first(terms: list[Product]) -> list[Product]:
    """Begin a sum with a term without a minus sign, if there is one."""
    for position, term in enumerate(terms):
        if term.number > 0:
            return [term, *terms[:position], *terms[position + 1 :]]
    return terms


def _plain_sum(terms: list[tuple[Number, Term | None]]) -> Term:
    number, first = terms[0]
    result = _scaled(number, first)
    for number, part in terms[1:]:
        is_negative = number < 0
        written = _scaled(-number if is_negative else number, part)
        if is_boolean(result) and is_boolean(written):
            result = call(np.multiply, 1, result)  # of two truth values NumPy would make one
        result = call(np.subtract if is_negative else np.add, result, written)
    return result


def _turned(product: Product) -> Product:
    """Write 2 * (A - Y) for -2 * (Y - A)."""
    if not product.number < 0:
        return product
    for factor, power in product.factors.items():
        if is_call(factor, np.subtract) and power == 1 and not isinstance(factor.parts[0], Constant):
            left, right = factor.parts
            turned = call(np.subtract, right, left)
            return Product(-product.number, {turned if f is factor else f: p for f, p in product.factors.items()})
    return product


def _written(product: Product) -> tuple[Number, Term | None]:
    """Return a product's number, and its factors as a term: numerator over denominator."""
    product = _turned(product)
    above = [_power(f, p) for f, p in product.factors.items() if p > 0]
    below = [_power(f, -p) for f, p in product.factors.items() if p < 0]
    number = product.number
    if isinstance(number, Fraction) and number.denominator != 1:
        below.insert(0, Constant(number.denominator))
        number = Fraction(number.numerator)
    elif (
        isinstance(number, float)
        and 0 < abs(number) < 1
        and (1 / number).is_integer()
        and (abs(number) in (0.5, 0.25) or len(repr(number)) > 5)
    ):
        below.insert(0, Constant(int(abs(1 / number))))
        number = 1 if number > 0 else -1
    if isinstance(number, Fraction):
        number = int(number)
    term = None
    for factor in above:
        term = factor if term is None else call(np.multiply, term, factor)
    if below:
        divisor = below[0]
        for factor in below[1:]:
            divisor = call(np.multiply, divisor, factor)
        if term is None:
            term = call(np.divide, abs(number), divisor)
            number = 1 if number >= 0 else -1
        elif abs(number) != 1:
            term = call(np.divide, _scaled(abs(number), term), divisor)
            number = 1 if number > 0 else -1
        else:
            term = call(np.divide, term, divisor)
    return number, term


def written(product: Product) -> Term:
    """Return a product as a term."""
    return _scaled(*_written(product))


def _scaled(number: Number, term: Term | None) -> Term:
    if isinstance(number, Fraction):
        number = int(number) if number.denominator == 1 else float(number)
    if term is None:
        return Constant(number)
    if number == 1:
        return term
    if number == -1:
        if is_boolean(term):
            return call(np.multiply, -1, term)
        return _negated(term)
    if isinstance(term, Call) and not term.keywords and term.operation.function in (np.multiply, np.divide):
        first = _scaled(number, term.args[0])
        return Call(term.operation, (first, *term.args[1:]), (), None)
    return call(np.multiply, number, term)


def _negated(term: Term) -> Term:
    """-x * y for -(x * y), as people write it."""
    if isinstance(term, Call) and not term.keywords and term.operation.function in (np.multiply, np.divide):
        first = term.args[0]
        if not is_boolean(first) and not (isinstance(first, Constant)):
            return Call(term.operation, (_negated(first), *term.args[1:]), (), None)
        if isinstance(first, Constant):
            return Call(term.operation, (Constant(-first.value), *term.args[1:]), (), None)
    return call(np.negative, term)


def _power(factor: Term, power: int) -> Term:
    return factor if power == 1 else call(np.power, factor, power)


def _is_choice(term: Term) -> bool:
    return is_call(term, np.where) and len(term.parts) == 3


def _multiplied(one: Product, other: Product) -> Term:
    product = one.times(other)
    if not product.factors:
        number = product.number
        return Constant(int(number) if number == int(number) else float(number))
    return _scaled(*_written(product))


# -- shapes ------------------------------------------------------------------------------------------------------------


def _ones(shape: Term, known: Shape | None) -> Term:
    return Call(np.broadcast_to, (Constant(1), shape), (), known)


def _is_spread_one(term: Term) -> bool:
    return is_call(term, np.broadcast_to) and is_ones(term)


def is_ones(term: Term) -> bool:
    """Whether a term is an array of ones."""
    if is_call(term, operator.getitem, np.reshape):
        return is_ones(term.parts[0])
    return is_call(term, np.broadcast_to) and term.parts[0] == Constant(1)


def _without_ones(product: Product, shape: Shape | None) -> Product:
    """Drop ones that only broadcast, if the other factors have the shape anyway."""
    ones = [f for f in product.factors if is_ones(f)]
    if not ones:
        return product
    others = {f: p for f, p in product.factors.items() if not is_ones(f)}
    shapes = [f.shape for f in others]
    if shape is not None and all(s is not None for s in shapes):
        known: list[Shape] = [s for s in shapes if s is not None]
        if np.broadcast_shapes(*known) == shape:
            return Product(product.number, others)
        for one in ones:
            if one.shape is not None and np.broadcast_shapes(one.shape, *known) == shape:
                return Product(product.number, {**others, one: 1})
    return Product(product.number, {f: 1 if is_ones(f) else p for f, p in product.factors.items()})


def _bare(factor: Term) -> Term | None:
    """Return what is broadcast, given axes of length 1 in front, or summed with such axes kept, without that."""
    if not isinstance(factor, Call) or factor.shape is None:
        return None
    function, args = factor.operation.function, factor.args
    if function is np.broadcast_to and args[0] != Constant(1):
        return args[0]
    if function is np.reshape and args[0].shape is not None:
        before = args[0].shape
        added = len(factor.shape) - len(before)
        if added > 0 and factor.shape == (1,) * added + before:  # of as many axes it may be the same shape by chance
            return args[0]
    keeps = factor.keyword("keepdims")
    axis = factor.keyword("axis")
    if keeps == Constant(True) and isinstance(axis, Constant) and axis.value in (0, (0,)) and factor.operation.reduces:
        others = tuple((name, value) for name, value in factor.keywords if name != "keepdims")
        return Call(factor.operation, args, others, factor.shape[1:])
    return None


#: Indices that make a column or a row of a vector.
_COLUMN = ((slice(None), None), (Ellipsis, None), (Ellipsis, slice(None), None))
_ROW = ((None,), (None, slice(None)), (Ellipsis, None, slice(None)))


def _plain_index(index: Term) -> Any:
    """Return an index that consists of constants as they are."""
    parts = index.items if isinstance(index, Group) else (index,)
    if any(isinstance(part, Constant) and isinstance(part.value, (np.ndarray, list)) for part in parts):
        return None
    if isinstance(index, Constant):
        return index.value if isinstance(index.value, tuple) else (index.value,)
    if isinstance(index, Group) and index.kind is tuple and all(isinstance(item, Constant) for item in index.items):
        return tuple(item.value for item in index.items)  # type: ignore[attr-defined]
    if isinstance(index, Group) and index.kind is tuple:
        items = [
            slice(*(part.value for part in item.items))  # type: ignore[attr-defined]
            if isinstance(item, Group) and item.kind is slice and all(isinstance(p, Constant) for p in item.items)
            else item
            for item in index.items
        ]
        if all(isinstance(item, (Constant, slice)) for item in items):
            return tuple(item.value if isinstance(item, Constant) else item for item in items)
    return None


def _lengths_wanted(reshaped: Term) -> tuple[int, ...] | None:
    """The lengths that a reshape is given in numbers, none of them -1."""
    shape = reshaped.parts[1]
    if isinstance(shape, Constant) and isinstance(shape.value, tuple):
        lengths = shape.value
    elif isinstance(shape, Group) and all(isinstance(item, Constant) for item in shape.items):
        lengths = tuple(item.value for item in shape.items if isinstance(item, Constant))
    else:
        return None
    return lengths if all(isinstance(n, int) and n >= 0 for n in lengths) else None


def _length(shape: Term, axis: int) -> Term:
    if isinstance(shape, Call) and shape.operation.function is shape_of:
        return Call(length_of, (shape.args[0], Constant(axis)), (), ())
    if isinstance(shape, Group):
        return shape.items[axis]
    return Call(operator.getitem, (shape, Constant(axis)), (), ())


def _is_length(length: Term, x: Term, axis: int) -> bool:
    """Whether a term is the length of an axis of x, for every length."""
    if isinstance(length, Constant):
        return bool(length.value == 1 == (x.shape or ())[axis])
    if is_call(length, length_of) and length.parts[1] == Constant(axis) and length.parts[0] == x:
        return True
    own = _origin_of_length(x, axis)
    return own is not None and own == length


def _origin_of_length(x: Term, axis: int) -> Term | None:
    """The number that says how long an axis is, as the traced graph has it."""
    if isinstance(x, Name) and x.lengths is not None:
        return x.lengths(axis)
    return None
