"""The slips that people make in a line of a backward pass, as edits of the right line, each with its kind and cost.

The cost says how surprising a slip is: of two edits that give the same numbers the cheaper is named.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd_lite.expressions import Call, Constant, Group, Name, Term
from autograd_lite.expressions.algebra import Product, Tidier, written
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import Place, call, is_call, total
from autograd_lite.indexed import overwrite, put_at
from autograd_lite.tensor.numbers import count_of, length_of, shape_of


@dataclass(frozen=True)
class Edit:
    """One slip in one line.

    Attributes
    ----------
    kind
        As in the vocabulary of findings.
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


@dataclass(frozen=True)
class Activation:
    """That the value whose gradient a line computes went through an activation function: a = f(z).

    Attributes
    ----------
    function
        Its name.
    z, a
        What stands for its input and its output.
    factors
        The factors of its derivative, as they stand in the line.
    """

    function: str
    z: Term
    a: Term
    factors: tuple[Term, ...]


_TIDIER = Tidier()


def derivatives(z: Term, a: Term) -> dict[str, tuple[Term, ...]]:
    """Return what people write for the derivative of an activation, by what it is called."""
    one_minus = call(np.subtract, 1, a)
    sigmoid_of_z = call(np.divide, 1, call(np.add, 1, call(np.exp, call(np.negative, z))))
    sigmoid_of_a = call(np.divide, 1, call(np.add, 1, call(np.exp, call(np.negative, a))))
    return {
        "sigmoid'": (a, one_minus),
        "tanh'": (call(np.subtract, 1, call(np.power, a, 2)),),
        "relu'": (call(np.greater, a, 0),),
        "relu' of the input": (call(np.greater, z, 0),),
        "the output itself": (a,),
        "the input itself": (z,),
        "1 - output": (one_minus,),
        "z * (1 - z)": (z, call(np.subtract, 1, z)),
        "1 - z**2": (call(np.subtract, 1, call(np.power, z, 2)),),
        "sigmoid' of the input": (sigmoid_of_z, call(np.subtract, 1, sigmoid_of_z)),
        "sigmoid of the input": (sigmoid_of_z,),
        "1 - tanh(z)**2": (call(np.subtract, 1, call(np.power, call(np.tanh, z), 2)),),
        "1 - tanh(a)**2": (call(np.subtract, 1, call(np.power, call(np.tanh, a), 2)),),
        "sigmoid' of the output": (sigmoid_of_a, call(np.subtract, 1, sigmoid_of_a)),
        "sigmoid of the output": (sigmoid_of_a,),
        "1 + output": (call(np.add, 1, a),),
        "exp": (call(np.exp, z),),
        "(1 - a)**2": (one_minus, one_minus),
        "a**2": (a, a),
    }


class Editor:
    """Makes the edits of one line.

    Parameters
    ----------
    names
        The values that can stand in for one another: everything that exists when the line is computed.
    past
        For the gradient at the input of an activation that at its output.
    terms
        Expressions that can stand in for a gradient, such as that of the data.
    activations
        The activation functions of the forward pass.
    stale
        For each parameter what it is after the update, if there is an update.
    first
        The gradients that come straight from the loss.
    """

    def __init__(
        self,
        names: Iterable[Name],
        activations: Iterable[Activation],
        stale: dict[Name, Term],
        terms: Iterable[Term] = (),
        past: Mapping[str, str] | None = None,
        first: Collection[str] = (),
    ) -> None:
        self.past = past or {}
        self.first = first
        self.names = [name for name in names if name.shape is not None]
        self.terms = [term for term in terms if term.shape is not None]
        self.activations = list(activations)
        self.stale = stale

    def edits(self, term: Term) -> Iterator[Edit]:
        """Yield every edit of a right side."""
        yield from self._of_derivative(term)
        derivative = {f for activation in self.activations for f in activation.factors if not isinstance(f, Name)}
        for place, part in term.walk():
            is_inside = any(term.at(place[:length]) in derivative for length in range(1, len(place) + 1))
            for edit in self._of_part(part, _above(term, place)):
                kind = "wrong_activation_derivative" if is_inside and edit.kind == "wrong_operand" else edit.kind
                if kind == "transposed" and place and is_call(term.at(place[:-1]), np.sum):
                    kind = "wrong_axis"  # the sum of the transpose runs over the other axis
                yield replace(edit, kind=kind, term=term.replaced(place, edit.term))
        yield from self._everywhere(term)
        yield from _of_steps(term)
        yield from self._of_whole(term)

    def edits_of_parts(self, term: Term) -> Iterator[Edit]:
        """Yield the edits of single parts of a right side."""
        for place, part in term.walk():
            for edit in self._of_part(part, _above(term, place)):
                yield replace(edit, term=term.replaced(place, edit.term))

    def _everywhere(self, term: Term) -> Iterator[Edit]:
        """One array in place of another wherever that stands."""
        names = [part for _, part in term.walk() if isinstance(part, Name) and part.shape]
        for name in dict.fromkeys(names):
            if _role(name) == "gradient" and len(names) > 1:
                flipped = term.substituted({name: call(np.flip, name)})
                yield Edit("flipped_kernel", flipped, 1.35, f"with {name.name} reversed")
            if names.count(name) < 2:
                continue
            for other in self.names:
                if other.shape == name.shape and other != name and other not in names:
                    cost = 1.25 + 0.1 * (_role(other) != _role(name))
                    made = term.substituted({name: other})
                    what = f"{other.name} in place of {name.name}"
                    yield Edit("wrong_operand", made, cost, what, (name.name, other.name))

    # -- derivatives of activations --------------------------------------------------------------------------------

    def _of_derivative(self, term: Term) -> Iterator[Edit]:
        names = term.names()
        for activation in self.activations:
            if any(factor.names() & names for factor in activation.factors):
                yield from _of_activation(term, activation)

    # -- parts -----------------------------------------------------------------------------------------------------

    def _of_part(self, part: Term, above: Term | None) -> Iterator[Edit]:
        if isinstance(part, Name):
            yield from self._of_name(part, above)
        elif isinstance(part, Constant):
            yield from self._of_constant(part, above)
        elif isinstance(part, Call):
            function, args = part.operation.function, part.args
            if function in (np.add, np.subtract) and len(args) == 2:
                yield from _of_sum(part)
            elif function is np.multiply:
                yield from _of_softmax(part, self.first)
                yield from _of_multiplication(part)
                if above is None or above is part or not _is_product(above):  # the whole product
                    yield from _of_product(part)
            elif function is np.where and len(args) == 3:
                yield from _of_choice(part)
            elif function is np.divide:
                yield from _of_division(part)
            elif function is np.matmul:
                yield from _of_matmul(part)
            elif function is np.sum:
                yield from _of_reduction(part)
            elif function is np.negative:
                yield Edit("sign_flipped", args[0], 0.9, "without the minus sign")
            elif function is np.power and args[1] == Constant(2):
                yield Edit("missing_factor", args[0], 1.5, f"{text(args[0])} not squared")
            elif function in (np.transpose, np.matrix_transpose):
                yield Edit("transposed", args[0], 1.0, f"{text(args[0])} in place of {text(part)}")
            elif function is operator.getitem and isinstance(args[1], Constant) and type(args[1].value) is int:
                length = args[0].shape[0] if args[0].shape else 0
                for step in (-1, 1) if length > 1 else ():
                    index = args[1].value + step
                    index = index if -length <= index < length else index % length
                    other = Call(operator.getitem, (args[0], Constant(index)), (), part.shape)
                    yield Edit("wrong_operand", other, 1.2, f"{text(other)} in place of {text(part)}")
            elif function is put_at and part.shape is not None:
                once = Call(overwrite, (call(np.zeros, args[2]), args[1], args[0]), (), part.shape)
                yield Edit("missing_accumulation", once, 1.1, "assigned instead of added")

    def _of_name(self, name: Name, above: Term | None) -> Iterator[Edit]:
        is_size = above is not None and not isinstance(above, Group) and above.shape is not None
        if not is_size or name.shape is None or (above is not None and is_call(above, length_of, count_of, shape_of)):
            return
        for other in self.names:
            if other == name or other.shape is None:
                continue
            if name.dtype is not None and other.dtype is not None and (name.dtype == bool) != (other.dtype == bool):
                continue
            if self.past.get(name.name) == other.name:
                yield Edit("missing_activation_derivative", other, 1.05, f"from {other.name}, without the derivative")
                continue
            cost = 1.2 + 0.1 * (_role(other) != _role(name)) + 0.1 * (other.name[:1] != name.name[:1])
            if other.shape == name.shape or (len(other.shape) == len(name.shape) == 2):
                what = f"{other.name} in place of {name.name}"
                yield Edit("wrong_operand", other, cost, what, (name.name, other.name))
            if len(other.shape) == 2 and other.shape[::-1] == name.shape != other.shape:
                yield Edit("wrong_operand", _transposed(other), cost + 0.3, f"{other.name}.T in place of {name.name}")
        for term in self.terms:
            if term.shape is not None and len(term.shape) == len(name.shape) and _role(name) == "gradient":
                yield Edit("wrong_operand", term, 1.5, f"{text(term)} in place of {name.name}")
        if _role(name) == "gradient" and is_call(above, np.matmul):  # type: ignore[arg-type]
            ones = call(np.ones_like, name)
            yield Edit("missing_factor", ones, 1.35, f"without the gradient {name.name} that comes from above")
        if len(name.shape) == 2:
            yield Edit("transposed", _transposed(name), 1.0, f"{name.name}.T in place of {name.name}")
        if name in self.stale:
            yield Edit("stale_parameter", self.stale[name], 1.0, f"{name.name} as it is after its update")

    def _of_constant(self, constant: Constant, above: Term | None) -> Iterator[Edit]:
        if above is not None and is_call(above, np.power) and constant.value == 2:
            yield Edit("wrong_activation_derivative", Constant(1), 1.5, "without the square")
        if is_call(above, np.subtract) and constant.value == 1:  # type: ignore[arg-type]
            return

    # -- the whole line --------------------------------------------------------------------------------------------

    def _of_whole(self, term: Term) -> Iterator[Edit]:
        shape = term.shape
        if shape is None:
            return
        if len(shape) == 2:
            yield Edit("transposed", _transposed(term), 1.0, "transposed")
        if 2 < len(shape) <= 4:
            for axes in itertools.permutations(range(len(shape))):
                if axes != tuple(range(len(shape))):
                    yield Edit("transposed", call(np.transpose, term, axes), 1.2, f"its axes in the order {axes}")
        for axis in range(len(shape)):
            summed = call(np.sum, term, axis=axis)
            yield Edit("wrong_axis", summed, 1.1, f"summed over axis {axis} once more")
            kept = call(np.sum, term, axis=axis, keepdims=True)
            yield Edit("wrong_axis", kept, 1.15, f"summed over axis {axis} once more")
            flipped = call(np.flip, term, axis=axis)
            yield Edit("flipped_kernel", flipped, 1.3 + 0.1 * (len(shape) == 1), f"reversed along axis {axis}")
        if len(shape) > 1:
            yield Edit("wrong_axis", call(np.sum, term), 1.2, "summed over all axes")
            yield Edit("flipped_kernel", call(np.flip, term), 1.3, "reversed along all axes")
        if len(shape) >= 4:
            flipped = call(np.flip, term, axis=(-2, -1))
            yield Edit("flipped_kernel", flipped, 1.2, "reversed along the spatial axes")
        if is_call(term, np.full, np.reshape, np.broadcast_to, np.expand_dims):
            inner = term.parts[1] if is_call(term, np.full) else term.parts[0]
            if inner.shape is not None:
                yield Edit("broadcasting_silent", inner, 1.1, f"not given the shape {shape}")
                yield from (e for e in self._of_part(inner, None) if e.kind in ("wrong_axis", "missing_sum"))
        read = [part for _, part in term.walk() if isinstance(part, Name) and part.shape == shape]
        for name in dict.fromkeys(read):
            if _role(name) == "value":
                for factors in ((name, call(np.subtract, 1, name)), (call(np.subtract, 1, call(np.power, name, 2)),)):
                    made = term
                    for factor in factors:
                        made = call(np.multiply, made, factor)
                    what = text(_multiplied(factors))
                    yield Edit("extra_factor", made, 1.35, f"multiplied with {what}")
        for name in self.names:
            if name.shape and _broadcasts_to(name.shape, shape) and not name.name.startswith("d"):
                yield Edit("extra_factor", call(np.multiply, term, name), 1.6, f"multiplied with {name.name}")
                yield Edit("extra_factor", call(np.divide, term, name), 1.8, f"divided by {name.name}")


def _of_activation(term: Term, activation: Activation) -> Iterator[Edit]:
    """What people do to the derivative of an activation."""
    for place, part in term.walk():
        product = _TIDIER.product(part) if _is_product(part) else None
        if product is None or not all(product.factors.get(f, 0) >= 1 for f in activation.factors):
            continue
        rest = dict(product.factors)
        for factor in activation.factors:
            rest[factor] -= 1
        without = Product(product.number, rest)
        right = f"{activation.function}'"
        bare = written(without)
        yield Edit("missing_activation_derivative", term.replaced(place, bare), 1.0, f"without {right}")
        own = set(activation.factors)
        for name, factors in derivatives(activation.z, activation.a).items():
            if set(factors) == own:
                continue
            other = without
            for factor in factors:
                other = other.times(Product(1, {factor: 1}))
            made = term.replaced(place, written(other))
            yield Edit("wrong_activation_derivative", made, 1.05, f"with {name} in place of {right}")
        twice = product
        for factor in activation.factors:
            twice = twice.times(Product(1, {factor: 1}))
        yield Edit("extra_factor", term.replaced(place, written(twice)), 1.4, f"with {right} applied twice")
        break


# -- calls -------------------------------------------------------------------------------------------------------------


def _of_sum(part: Call) -> Iterator[Edit]:
    left, right = part.args
    is_plus = part.operation.function is np.add
    sign, other = ("+", np.subtract) if is_plus else ("-", np.add)
    is_leading_one = isinstance(left, Constant)
    kind = "missing_accumulation" if _meet(left, right) else "missing_term"
    if not is_leading_one:
        yield Edit(kind, left, 1.1, f"without {sign} {said(right)}")
    right_alone = right if is_plus else call(np.negative, right)
    yield Edit(kind, right_alone, 1.1 + 0.3 * is_leading_one, f"without {said(left)}")
    yield Edit(
        "sign_flipped", call(other, left, right), 1.0 + 0.2 * is_leading_one, f"{said(right)} with the other sign"
    )
    if is_plus:
        yield Edit("sign_flipped", call(np.subtract, right, left), 1.0, f"{said(left)} with the other sign")
    if not is_plus:
        swapped = call(np.subtract, right, left)
        yield Edit("sign_flipped", swapped, 0.75 if not is_leading_one else 1.2, f"{text(swapped)} for {text(part)}")


def _meet(one: Term, other: Term) -> bool:
    """Whether two sums write into the same entries: the row of a word that occurs twice."""
    indices = [{p.parts[1] for s in summands_of(t) for _, p in s.walk() if is_call(p, put_at)} for t in (one, other)]
    return bool(indices[0] & indices[1])


def _of_multiplication(part: Call) -> Iterator[Edit]:
    left, right = part.args
    for kept, dropped in ((left, right), (right, left)):
        if dropped.shape == ():
            kind = "scale"
        elif isinstance(dropped, Name) and dropped.name.startswith("d"):
            kind = "missing_factor"
        else:
            kind = "missing_factor"
        yield Edit(kind, kept, 1.1, f"without the factor {text(dropped)}")
    for a in _either_way(left):
        for b in _either_way(right):
            if _can_multiply(a, b):
                yield Edit("elementwise_vs_matmul", call(np.matmul, a, b), 1.4, f"@ in place of * before {text(right)}")


def _of_division(part: Call) -> Iterator[Edit]:
    above, below = part.args
    kind = "scale" if below.shape == () else "missing_factor"
    yield Edit(kind, above, 1.0, f"without the division by {text(below)}")
    yield Edit("extra_factor" if below.shape != () else "scale", call(np.multiply, above, below), 1.5,
               f"multiplied with {text(below)} instead of divided")  # fmt: skip


def _of_matmul(part: Call) -> Iterator[Edit]:
    a, b = part.args
    for x in _either_way(a):
        for y in _either_way(b):
            for first, second in ((x, y), (y, x)):
                if (first, second) != (a, b) and _can_multiply(first, second):
                    made = call(np.matmul, first, second)
                    whole = f"{text(made)} in place of {text(part)}"
                    yield Edit("transposed", made, 1.0 + 0.3 * (first is y), whole)
            try:
                np.broadcast_shapes(x.shape or (), y.shape or ())
            except ValueError:
                continue
            product = call(np.multiply, x, y)
            yield Edit("elementwise_vs_matmul", product, 1.2, f"* in place of @ in {text(part)}")
            if (a.shape, b.shape) != (x.shape, y.shape) or len(x.shape or ()) != len(y.shape or ()):
                yield Edit("elementwise_vs_matmul", _transposed(product), 1.3, f"* in place of @ in {text(part)}")
    if a.shape is not None and b.shape is not None and len(a.shape) == len(b.shape) == 2:
        for which, words in _SAMPLES.items():
            left, right = _cut(a, 1, which), _cut(b, 0, which)
            if left is not None and right is not None:
                yield Edit("missing_accumulation", call(np.matmul, left, right), 1.25, words)


def _of_reduction(part: Call) -> Iterator[Edit]:
    x = part.args[0]
    if x.shape is None:
        return
    axis = part.keyword("axis") or (part.args[1] if len(part.args) > 1 else Constant(None))
    if isinstance(axis, Group) and not axis.names():
        axis = Constant(axis.evaluate({}))
    keeps = part.keyword("keepdims") == Constant(True)
    yield Edit("missing_sum", x, 1.0, f"not summed over {_axes(axis)}")
    if isinstance(axis, Constant) and isinstance(axis.value, (int, tuple)):
        same: dict[str, Any] = {"axis": axis.value, **({"keepdims": True} if keeps else {})}
        other_way: dict[str, Any] = {"axis": axis.value, **({} if keeps else {"keepdims": True})}
        what = "without keepdims" if keeps else "with keepdims"
        yield Edit("broadcasting_silent", call(np.sum, x, **other_way), 0.95, f"summed {what}")
        for one in axis.value if isinstance(axis.value, tuple) else (axis.value,):
            for which, words in _SAMPLES.items():
                kept = _cut(x, one, which)
                if kept is not None:
                    yield Edit("missing_accumulation", call(np.sum, kept, **same), 1.25, words)
    if isinstance(axis, Constant) and isinstance(axis.value, tuple):
        for count in range(1, len(axis.value)):
            for some in itertools.combinations(axis.value, count):
                made = call(np.sum, x, axis=some[0] if count == 1 else some)
                yield Edit("missing_sum", made, 1.0, f"summed over axis {some} alone, not over {_axes(axis)}")
    for other in (*range(len(x.shape)), None):
        if not isinstance(axis, Constant) or other == axis.value or (other is None and len(x.shape) == 1):
            continue
        for as_wide in dict.fromkeys((keeps, not keeps)):
            keywords: dict[str, Any] = {} if other is None else {"axis": other}
            if as_wide:
                keywords["keepdims"] = True
            over = "all axes" if other is None else f"axis {other}"
            yield Edit("wrong_axis", call(np.sum, x, **keywords), 1.0 + 0.05 * (as_wide != keeps),
                       f"summed over {over} instead of {_axes(axis)}")  # fmt: skip
    if isinstance(axis, Constant):
        keywords = {} if axis.value is None else {"axis": axis.value}
        if keeps:
            keywords["keepdims"] = True
        yield Edit("scale", call(np.mean, x, **keywords), 0.9, "averaged instead of summed")


def _of_softmax(part: Call, first: Collection[str]) -> Iterator[Edit]:
    """What people do to ``a * (da - sum(da * a))``, the derivative of softmax."""
    for a, rest in (part.args, part.args[::-1]):
        if not is_call(rest, np.subtract) or not is_call(rest.parts[1], np.sum) or rest.parts[0].shape != a.shape:
            continue
        upstream, summed = rest.parts[0], rest.parts[1].parts[0]
        if a not in [t for _, t in summed.walk()]:
            continue
        diagonal = call(np.multiply, call(np.multiply, upstream, a), call(np.subtract, 1, a))
        yield Edit("missing_term", diagonal, 0.95, "with the diagonal of softmax' alone, as if it were a sigmoid")
        is_first = not any(name.startswith("d") for name in upstream.names()) or upstream.names() <= set(first)
        kind = "wrong_loss_derivative" if is_first else "missing_activation_derivative"
        yield Edit(kind, upstream, 1.0, "without softmax', which is right for another loss")


def _of_choice(part: Call) -> Iterator[Edit]:
    """What people do to ``np.where(mask, da, slope * da)``, the derivative of an activation in two pieces."""
    mask, first, second = part.args
    one, two = _TIDIER.product(first), _TIDIER.product(second)
    if one.factors != two.factors or not one.factors or not one.number or not two.number:
        is_first = not any(name.startswith("d") for name in part.names())
        for side in (first, second):
            if side.shape == part.shape:
                kind = "wrong_loss_derivative" if is_first else "wrong_activation_derivative"
                yield Edit(kind, side, 1.1, f"with {text(side)} everywhere, without the choice by {text(mask)}")
        return
    upstream = written(Product(1, one.factors))
    yield Edit("missing_activation_derivative", upstream, 1.0, "without the derivative of the activation")
    swapped = call(np.where, mask, second, first)
    yield Edit("wrong_activation_derivative", swapped, 1.05, "with the two slopes swapped")
    for kept, pair in ((first, (first, 0)), (second, (0, second))):
        made = call(np.where, mask, *pair)
        yield Edit("wrong_activation_derivative", made, 1.1, f"with {text(kept)} on one side and 0 on the other")
    if two.number != 1:
        yield Edit("wrong_activation_derivative", second, 1.2, "with one slope everywhere")


def _of_product(part: Call) -> Iterator[Edit]:
    """Several factors left out, or one group of them multiplied with the other as matrices."""
    try:
        product = _TIDIER.product(part)
    except ValueError:  # shapes that do not fit: an edit may make any nonsense
        return
    number = written(Product(product.number, {}))
    factors = list(product.factors)
    if not 2 <= len(factors) <= 5 or any(power != 1 for power in product.factors.values()):
        return
    for count in range(1, len(factors)):
        for chosen in itertools.combinations(factors, count):
            rest = tuple(f for f in factors if f not in chosen)
            group, others = (_multiplied(part) for part in (chosen, rest))
            if len(rest) > 1:
                left_out = " * ".join(text(f) for f in rest)
                kept = written(Product(product.number, dict.fromkeys(chosen, 1)))
                yield Edit("missing_factor", kept, 1.35, f"without the factors {left_out}")
                if product.number != 1:
                    yield Edit("missing_factor", group, 1.4, f"without the factors {left_out}, {text(number)}")
            elif product.number != 1:
                yield Edit("missing_factor", group, 1.35, f"without the factors {text(rest[0])}, {text(number)}")
            for a in _either_way(group):
                for b in _either_way(others):
                    if _can_multiply(a, b) and len(a.shape or ()) == len(b.shape or ()) == 2:
                        made: Term = call(np.matmul, a, b)
                        if product.number != 1:
                            made = call(np.multiply, number, made)
                        what = f"{text(call(np.matmul, a, b))} in place of an elementwise product"
                        yield Edit("elementwise_vs_matmul", made, 1.4, what)


def _multiplied(factors: tuple[Term, ...]) -> Term:
    return written(Product(1, dict.fromkeys(factors, 1)))


def summands_of(term: Term) -> list[Term]:
    """Return the summands of a sum, from left to right; the term itself if it is none."""
    if is_call(term, total):
        return list(term.parts)
    if is_call(term, np.add):
        return [*summands_of(term.parts[0]), *summands_of(term.parts[1])]
    return [term]


def is_alike(one: Term, other: Term) -> bool:
    """Whether two terms differ in numbers alone, those of names included: the same line of a loop at two steps."""
    if isinstance(one, Name) and isinstance(other, Name):
        return one.name.rstrip("0123456789_") == other.name.rstrip("0123456789_")
    if isinstance(one, Constant):
        return isinstance(other, Constant)
    if type(one) is not type(other) or len(one.parts) != len(other.parts):
        return False
    if isinstance(one, Call) and isinstance(other, Call) and one.operation is not other.operation:
        return False
    return all(is_alike(a, b) for a, b in zip(one.parts, other.parts, strict=True))


def _of_steps(term: Term) -> Iterator[Edit]:
    """Summands that a loop adds up, of which some are lost."""
    summands = summands_of(term)
    count = len(summands)
    if count < 2:
        return
    if all(is_alike(summands[0], other) for other in summands[1:]):
        for kept in (*(summands[:n] for n in range(1, count)), *(summands[n:] for n in range(1, count))):
            one = len(kept) == 1
            words = "assigned where it should be added up" if one else "the loop begins too late or ends too early"
            what = f"only {said(kept[0])} is left of {count} steps" if one else f"{len(kept)} of {count} steps are left"
            made = kept[0] if one else call(total, *kept)
            yield Edit("missing_accumulation", made, 0.95 if one else 1.05, f"{what}: {words}")
        edits = [list(Editor((), (), {}).edits_of_parts(part)) for part in summands]
        if len({len(found) for found in edits}) == 1:
            for same in zip(*edits, strict=True):
                if len({e.kind for e in same}) == 1:
                    made = call(total, *(e.term for e in same))
                    yield replace(same[-1], term=made, cost=same[-1].cost + 0.05, what=f"{same[-1].what}, at each step")
    elif count > 2:
        for kept_one in summands:
            yield Edit("missing_term", kept_one, 1.3, f"only {text(kept_one)} is left of {count} terms")
        classes: list[list[Term]] = []
        for summand in summands:
            like = next((c for c in classes if is_alike(c[0], summand)), None)
            classes.append([summand]) if like is None else like.append(summand)
        for dropped in classes if 1 < len(classes) < count else ():
            rest = [s for s in summands if not any(s is d for d in dropped)]
            made = rest[0] if len(rest) == 1 else call(total, *rest)
            what = f"without {said(dropped[0])}{' and the others like it' if len(dropped) > 1 else ''}"
            yield Edit("missing_term", made, 1.2, what)


# -- small questions ---------------------------------------------------------------------------------------------------


#: Which of the samples are left where the sum over them is lost.
_SAMPLES = {
    (-1, None): "only the last sample is left",
    (None, 1): "only the first sample is left",
    (None, -1): "without the last sample",
    (1, None): "without the first sample",
}


def _cut(term: Term, axis: int, which: tuple[int | None, int | None]) -> Term | None:
    """Return a part of an array along an axis, if it has more than one entry there."""
    if term.shape is None or not -len(term.shape) <= axis < len(term.shape) or term.shape[axis] < 2:
        return None
    if is_call(term, np.transpose) and len(term.parts) == 1 and len(term.shape) == 2:
        inner = _cut(term.parts[0], 1 - axis % 2, which)
        return None if inner is None else call(np.transpose, inner)
    whole = Group(slice, (Constant(None), Constant(None), Constant(None)))
    part = Group(slice, (Constant(which[0]), Constant(which[1]), Constant(None)))
    parts = tuple(part if a == axis % len(term.shape) else whole for a in range(len(term.shape)))
    length = len(range(term.shape[axis])[slice(*which)])
    shape = tuple(length if a == axis % len(term.shape) else n for a, n in enumerate(term.shape))
    last = max(i for i, p in enumerate(parts) if p is part)
    index = part if last == 0 else Group(tuple, parts[: last + 1])
    return Call(operator.getitem, (term, index), (), shape)


def said(term: Term) -> str:
    """Return the text of a term; of values at some places of an array that of the values."""
    return text(term.parts[0] if is_call(term, put_at) else term)


def _axes(axis: Term) -> str:
    return "all axes" if axis == Constant(None) else f"axis {text(axis)}"


def _role(name: Name) -> str:
    return "gradient" if name.name.startswith("d") else "value"


def _is_product(term: Term) -> bool:
    return is_call(term, np.multiply, np.divide, np.negative)


def _above(term: Term, place: Place) -> Term | None:
    return term.at(place[:-1]) if place else term


def _transposed(term: Term) -> Term:
    if is_call(term, np.transpose) and len(term.parts) == 1:
        return term.parts[0]
    return call(np.transpose, term)


def _either_way(term: Term) -> list[Term]:
    return [term, _transposed(term)] if term.shape is not None and len(term.shape) == 2 else [term]


def _can_multiply(a: Term, b: Term) -> bool:
    return bool(a.shape and b.shape and len(a.shape) <= 2 and len(b.shape) <= 2 and a.shape[-1] == b.shape[0])


def _broadcasts_to(shape: tuple[int, ...], target: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(shape, target) == target
    except ValueError:
        return False
