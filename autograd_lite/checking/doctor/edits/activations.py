"""Activation functions: what people write for their derivatives, and what else becomes of these in a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograd_lite.checking.doctor.edits.factors import is_product, product_of, with_factors
from autograd_lite.checking.doctor.slips import Edit
from autograd_lite.expressions import Name, Term
from autograd_lite.expressions.algebra import Product, written
from autograd_lite.expressions.terms import call


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
    z: Name
    a: Name
    factors: tuple[Term, ...]


def sigmoid_prime(a: Term) -> tuple[Term, ...]:
    """Return the factors of the derivative of sigmoid, by its output."""
    return (a, call(np.subtract, 1, a))


def tanh_prime(a: Term) -> tuple[Term, ...]:
    """Return the factors of the derivative of tanh, by its output."""
    return (call(np.subtract, 1, call(np.power, a, 2)),)


def relu_prime(z: Term) -> tuple[Term, ...]:
    """Return the factors of the derivative of relu."""
    return (call(np.greater, z, 0),)


def derivatives(z: Term, a: Term) -> dict[str, tuple[Term, ...]]:
    """Return what people write for the derivative of an activation, by what it is called."""
    one_minus = call(np.subtract, 1, a)
    sigmoid_of_z, sigmoid_of_a = (
        call(np.divide, 1, call(np.add, 1, call(np.exp, call(np.negative, x)))) for x in (z, a)
    )
    return {
        "sigmoid'": sigmoid_prime(a),
        "tanh'": tanh_prime(a),
        "relu'": relu_prime(a),
        "relu' of the input": relu_prime(z),
        "the output itself": (a,),
        "the input itself": (z,),
        "1 - output": (one_minus,),
        "z * (1 - z)": sigmoid_prime(z),
        "1 - z**2": tanh_prime(z),
        "sigmoid' of the input": sigmoid_prime(sigmoid_of_z),
        "sigmoid of the input": (sigmoid_of_z,),
        "1 - tanh(z)**2": tanh_prime(call(np.tanh, z)),
        "1 - tanh(a)**2": tanh_prime(call(np.tanh, a)),
        "sigmoid' of the output": sigmoid_prime(sigmoid_of_a),
        "sigmoid of the output": (sigmoid_of_a,),
        "1 + output": (call(np.add, 1, a),),
        "exp": (call(np.exp, z),),
        "(1 - a)**2": (one_minus, one_minus),
        "a**2": (a, a),
    }


def edits_of_derivative(term: Term, activation: Activation) -> Iterator[Edit]:
    """Yield what people do to the derivative of an activation: leave it out, take another, apply it twice."""
    for place, part in term.walk():
        product = product_of(part) if is_product(part) else None
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
            if set(factors) != own:
                made = term.replaced(place, with_factors(without, factors))
                yield Edit("wrong_activation_derivative", made, 1.05, f"with {name} in place of {right}")
        twice = with_factors(product, activation.factors)
        yield Edit("extra_factor", term.replaced(place, twice), 1.4, f"with {right} applied twice")
        break
