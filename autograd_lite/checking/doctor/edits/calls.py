"""Slips in one call of a line: an operand left out, a product of the other kind, a sum over another axis."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from autograd_lite.checking.doctor.edits.activations import sigmoid_prime
from autograd_lite.checking.doctor.edits.factors import is_product, multiplied, product_of, times
from autograd_lite.checking.doctor.shapes import can_multiply, either_way, go_together, transposed
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.checking.doctor.steps import is_alike, said, summands_of
from autograd_lite.expressions import Call, Constant, Group, Term
from autograd_lite.expressions.algebra import Product, written
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call, is_call
from autograd_lite.indexed import overwrite, put_at

#: Which of the samples are left where the sum over them is lost.
_SAMPLES = {
    (-1, None): "only the last sample is left",
    (None, 1): "only the first sample is left",
    (None, -1): "without the last sample",
    (1, None): "without the first sample",
}


def edits_of_call(part: Call, above: Term | None, first: Collection[str]) -> Iterator[Edit]:
    """Yield the slips in a call itself, its arguments left as they are.

    Parameters
    ----------
    part
        The call.
    above
        What it is an argument of, if anything.
    first
        The gradients that come straight from the loss.
    """
    function, args = part.operation.function, part.args
    if function in (np.add, np.subtract) and len(args) == 2:
        yield from _of_sum(part)
    elif function is np.multiply:
        yield from _of_softmax(part, first)
        yield from _of_multiplication(part)
        if above is None or above is part or not is_product(above):  # the whole product
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
        yield from _of_entry(part, args[1].value)
    elif function is put_at and part.shape is not None:
        once = Call(overwrite, (call(np.zeros, args[2]), args[1], args[0]), (), part.shape)
        yield Edit("missing_accumulation", once, 1.1, "assigned instead of added")


def _of_entry(part: Call, index: int) -> Iterator[Edit]:
    """The entry before, and the one after."""
    array = part.args[0]
    length = array.shape[0] if array.shape else 0
    for near in (index - 1, index + 1) if length > 1 else ():
        near = near if -length <= near < length else near % length
        other = Call(operator.getitem, (array, Constant(near)), (), part.shape)
        yield Edit("wrong_operand", other, 1.2, f"{text(other)} in place of {text(part)}")


def _of_sum(part: Call) -> Iterator[Edit]:
    left, right = part.args
    is_plus = part.operation.function is np.add
    sign, other = ("+", np.subtract) if is_plus else ("-", np.add)
    is_leading_one = isinstance(left, Constant)
    kind = "missing_accumulation" if is_alike(left, right) and _meet(left, right) else "missing_term"
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
        kind = "scale" if dropped.shape == () else "missing_factor"
        yield Edit(kind, kept, 1.1, f"without the factor {text(dropped)}")
    for a in either_way(left):
        for b in either_way(right):
            if can_multiply(a, b):
                yield Edit("elementwise_vs_matmul", call(np.matmul, a, b), 1.4, f"@ in place of * before {text(right)}")


def _of_division(part: Call) -> Iterator[Edit]:
    above, below = part.args
    kind = "scale" if below.shape == () else "missing_factor"
    yield Edit(kind, above, 1.0, f"without the division by {text(below)}")
    yield Edit("extra_factor" if below.shape != () else "scale", call(np.multiply, above, below), 1.5,
               f"multiplied with {text(below)} instead of divided")  # fmt: skip


def _of_matmul(part: Call) -> Iterator[Edit]:
    a, b = part.args
    for x in either_way(a):
        for y in either_way(b):
            for first, second in ((x, y), (y, x)):
                if (first, second) != (a, b) and can_multiply(first, second):
                    made = call(np.matmul, first, second)
                    whole = f"{text(made)} in place of {text(part)}"
                    yield Edit("transposed", made, 1.0 + 0.3 * (first is y), whole)
            if not go_together(x.shape or (), y.shape or ()):
                continue
            product = call(np.multiply, x, y)
            yield Edit("elementwise_vs_matmul", product, 1.2, f"* in place of @ in {text(part)}")
            if (a.shape, b.shape) != (x.shape, y.shape) or len(x.shape or ()) != len(y.shape or ()):
                yield Edit("elementwise_vs_matmul", transposed(product), 1.3, f"* in place of @ in {text(part)}")
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
    if not isinstance(axis, Constant):
        return
    if isinstance(axis.value, (int, tuple)):
        yield from _of_sum_over(x, axis.value, keeps)
    for other in (*range(len(x.shape)), None):
        if other == axis.value or (other is None and len(x.shape) == 1):
            continue
        for as_wide in dict.fromkeys((keeps, not keeps)):
            what = f"summed over {_axes(Constant(other))} instead of {_axes(axis)}"
            cost = 1.0 + 0.05 * (as_wide != keeps)
            yield Edit("wrong_axis", call(np.sum, x, **_over(other, as_wide)), cost, what)
    yield Edit("scale", call(np.mean, x, **_over(axis.value, keeps)), 0.9, "averaged instead of summed")


def _of_sum_over(x: Term, axes: int | tuple[int, ...], keeps: bool) -> Iterator[Edit]:
    """The other `keepdims`, some of the entries alone, some of the axes alone."""
    what = "without keepdims" if keeps else "with keepdims"
    yield Edit("broadcasting_silent", call(np.sum, x, **_over(axes, not keeps)), 0.95, f"summed {what}")
    for one in axes if isinstance(axes, tuple) else (axes,):
        for which, words in _SAMPLES.items():
            kept = _cut(x, one, which)
            if kept is not None:
                yield Edit("missing_accumulation", call(np.sum, kept, **_over(axes, keeps)), 1.25, words)
    if isinstance(axes, tuple):
        for count in range(1, len(axes)):
            for some in itertools.combinations(axes, count):
                made = call(np.sum, x, axis=some[0] if count == 1 else some)
                what = f"summed over axis {some} alone, not over {_axes(Constant(axes))}"
                yield Edit("missing_sum", made, 1.0, what)


def _over(axis: Any, keeps: bool) -> dict[str, Any]:
    """The keywords of a sum."""
    return {**({} if axis is None else {"axis": axis}), **({"keepdims": True} if keeps else {})}


def _of_softmax(part: Call, first: Collection[str]) -> Iterator[Edit]:
    """What people do to ``a * (da - sum(da * a))``, the derivative of softmax."""
    for a, rest in (part.args, part.args[::-1]):
        if not is_call(rest, np.subtract) or not is_call(rest.parts[1], np.sum) or rest.parts[0].shape != a.shape:
            continue
        upstream, summed = rest.parts[0], rest.parts[1].parts[0]
        if a not in [t for _, t in summed.walk()]:
            continue
        diagonal = times(upstream, *sigmoid_prime(a))
        yield Edit("missing_term", diagonal, 0.95, "with the diagonal of softmax' alone, as if it were a sigmoid")
        is_first = not any(name.startswith("d") for name in upstream.names()) or upstream.names() <= set(first)
        kind = "wrong_loss_derivative" if is_first else "missing_activation_derivative"
        yield Edit(kind, upstream, 1.0, "without softmax', which is right for another loss")


def _of_choice(part: Call) -> Iterator[Edit]:
    """What people do to ``np.where(mask, da, slope * da)``, the derivative of an activation in two pieces."""
    mask, first, second = part.args
    one, two = product_of(first), product_of(second)
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
        product = product_of(part)
    except ValueError:  # shapes that do not fit: an edit may make any nonsense
        return
    number = written(Product(product.number, {}))
    factors = list(product.factors)
    if not 2 <= len(factors) <= 5 or any(power != 1 for power in product.factors.values()):
        return
    for count in range(1, len(factors)):
        for chosen in itertools.combinations(factors, count):
            rest = tuple(f for f in factors if f not in chosen)
            group, others = (multiplied(part) for part in (chosen, rest))
            if len(rest) > 1:
                left_out = " * ".join(text(f) for f in rest)
                kept = written(Product(product.number, dict.fromkeys(chosen, 1)))
                yield Edit("missing_factor", kept, 1.35, f"without the factors {left_out}")
                if product.number != 1:
                    yield Edit("missing_factor", group, 1.4, f"without the factors {left_out}, {text(number)}")
            elif product.number != 1:
                yield Edit("missing_factor", group, 1.35, f"without the factors {text(rest[0])}, {text(number)}")
            for a in either_way(group):
                for b in either_way(others):
                    if can_multiply(a, b) and len(a.shape or ()) == len(b.shape or ()) == 2:
                        made: Term = call(np.matmul, a, b)
                        if product.number != 1:
                            made = call(np.multiply, number, made)
                        what = f"{text(call(np.matmul, a, b))} in place of an elementwise product"
                        yield Edit("elementwise_vs_matmul", made, 1.4, what)


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


def _axes(axis: Term) -> str:
    return "all axes" if axis == Constant(None) else f"axis {text(axis)}"
