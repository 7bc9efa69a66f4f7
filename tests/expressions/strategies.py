"""Random terms over a few names, for properties that hold for all."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term, call
from autograd_lite.tensor.numbers import count_of, length_of, shape_of

#: By name a value: arrays that broadcast against each other, truth values, whole numbers, zeros, a number.
VALUES: dict[str, Any] = {
    "A": np.array([[0.5, -1.25, 2.0], [1.5, 0.75, -0.5]]),
    "B": np.array([[1.0, 2.0, -3.0], [0.25, 4.0, 1.0]]),
    "b": np.array([2.0, -0.5, 1.0]),
    "c": np.array([[3.0], [-2.0]]),
    "s": np.float64(1.5),
    "N": np.array([[2, 1, 3], [-1, 4, 2]]),
    "M": np.array([[True, False, True], [False, True, True]]),
    "O": np.zeros((2, 3)),
}
NAMES = {name: Name(name, np.shape(value), np.asarray(value).dtype) for name, value in VALUES.items()}

numbers = st.sampled_from([0, 1, -1, 2, -3, 0.5, -0.25, 1.0, 0.1]).map(Constant)
leaves: st.SearchStrategy[Term] = st.sampled_from(list(NAMES.values())) | numbers
BINARY = [np.add, np.subtract, np.multiply, np.divide]


def _bigger(terms: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    def sized(term: Term) -> Term:
        return term if term.shape else NAMES["A"]

    def indexed(term: Term) -> Term:
        index = Group(tuple, (Constant(Ellipsis), Group(slice, (Constant(0), Constant(2), Constant(None)))))
        return Call(operator.getitem, (term, index))

    return st.one_of(
        st.builds(call, st.sampled_from(BINARY), terms, terms),
        st.builds(call, st.just(np.negative), terms.filter(lambda t: "M" not in t.names())),
        st.builds(call, st.just(np.power), terms, st.sampled_from([2, 3, 1]).map(Constant)),
        st.builds(call, st.sampled_from([np.square, np.tanh]), terms),
        st.builds(call, st.sampled_from([np.transpose]), terms.map(sized)),
        st.builds(
            lambda t, u: call(np.matmul, call(np.transpose, t), u), *(st.sampled_from([NAMES[n] for n in "ABNO"]),) * 2
        ),
        st.builds(
            lambda t, a, k: call(np.sum, t, axis=a, keepdims=k),
            terms.map(sized),
            st.sampled_from([0, -1]),
            st.booleans(),
        ),
        st.builds(call, st.just(np.sum), terms.map(sized)),
        st.builds(lambda t: call(np.multiply, t, call(np.broadcast_to, 1, call(shape_of, NAMES["A"]))), terms),
        st.builds(lambda t: call(np.divide, t, call(length_of, NAMES["A"], 0)), terms),
        st.builds(lambda t: call(np.divide, t, call(count_of, NAMES["b"])), terms),
        st.builds(lambda t, u: call(np.where, call(np.greater, t, 0), u, 0), terms, terms),
        st.builds(call, st.sampled_from([np.greater, np.less_equal, np.equal]), terms, terms),
        terms.map(sized).map(indexed),
    ).map(_shaped)


def _shaped(term: Term) -> Term:
    value = value_of(term)
    term.shape = None if value is None else value.shape
    return term


def terms() -> st.SearchStrategy[Term]:
    """Terms whose value NumPy can compute."""
    return st.recursive(leaves, _bigger, max_leaves=8).filter(lambda term: value_of(term) is not None)


def value_of(term: Term) -> Any:
    """Return the value, ``None`` if NumPy refuses."""
    try:
        with np.errstate(all="ignore"):
            return np.asarray(term.evaluate(VALUES))
    except (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError):
        return None
