"""Products as numbers times factors, which edits take out and put in."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd_lite.expressions import Term
from autograd_lite.expressions.algebra import Product, Tidier, written
from autograd_lite.expressions.terms import call, is_call

_TIDIER = Tidier()


def product_of(term: Term) -> Product:
    """Return a term as a number times factors."""
    return _TIDIER.product(term)


def is_product(term: Term) -> bool:
    """Whether a term is a product, a quotient or a negative."""
    return is_call(term, np.multiply, np.divide, np.negative)


def with_factors(product: Product, factors: Iterable[Term]) -> Term:
    """Return a product with some factors more."""
    for factor in factors:
        product = product.times(Product(1, {factor: 1}))
    return written(product)


def multiplied(factors: Iterable[Term]) -> Term:
    """Return the product of some factors."""
    return written(Product(1, dict.fromkeys(factors, 1)))


def times(term: Term, *factors: Term) -> Term:
    """Return a term multiplied with one factor after the other, as it is written by hand."""
    for factor in factors:
        term = call(np.multiply, term, factor)
    return term
