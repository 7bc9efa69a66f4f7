"""Gradients that are right for another forward pass: which small edit of the forward pass would make them right."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.evidence import is_equal
from autograd_lite.expressions import Name, Program, Term
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call, is_call
from autograd_lite.modes import enable_grad
from autograd_lite.tensor import Tensor

Array = NDArray[Any]

_DIVIDED = "divided by"
#: Longer programs are not edited: each edit costs a run.
_MOST_STATEMENTS = 200


@dataclass(frozen=True)
class Intended:
    """A forward pass that gradients are right for.

    Attributes
    ----------
    written, meant
        The line as it is in the forward pass, and as the gradients have it.
    what
        The difference in words.
    is_precedence
        Whether brackets are missing around the number to divide by.
    """

    written: str
    meant: str
    what: str
    is_precedence: bool = False


def intended(
    program: Program,
    points: Sequence[Mapping[str, Any]],
    given: Sequence[Mapping[str, Array]],
    tolerance: float,
    deadline: float,
    sizes: Mapping[str, float],
) -> Intended | None:
    """Return the edit of one line of the forward pass with which all given gradients are right, if there is one.

    Parameters
    ----------
    program
        The forward pass as it was traced.
    points
        At each point the values of the leaves, parameters among them, by name.
    given
        At each point the gradients of parameters that a person has.
    tolerance
        The relative error that counts as rounding.
    deadline
        When to give up, on the clock of `time.thread_time`.
    sizes
        The lengths that people divide by, each with what it is the length of.
    """
    statements = list(program.statements.values())
    if len(statements) > _MOST_STATEMENTS:
        return None
    for position, statement in enumerate(statements):
        for term, what in _edits(statement.term, {s.name: s.term for s in statements[:position]}, sizes):
            if time.thread_time() > deadline:
                return None
            terms = [(s.name.name, term if s is statement else s.term) for s in statements]
            if all(
                _fits(terms, program, leaves, wanted, tolerance) for leaves, wanted in zip(points, given, strict=True)
            ):
                shown = {s.name: s.term for s in statements[:position] if not s.is_named}
                left = statement.name.name if statement.is_named else "..."
                written, meant = (f"{left} = {text(_whole(one, shown))}" for one in (statement.term, term))
                return Intended(written, meant, what, what.startswith(_DIVIDED))
    return None


def _whole(term: Term, terms: Mapping[Name, Term]) -> Term:
    """Return a term with what nobody named written out."""
    for _ in range(4):
        term = term.substituted(terms)
    return term


def _edits(term: Term, before: Mapping[Name, Term], sizes: Mapping[str, float]) -> Iterator[tuple[Term, str]]:
    """Yield the slips that people make in one call of a forward pass, undone."""
    if is_call(term, np.multiply) and term.shape == ():
        for words, n in sizes.items():
            if n > 1:
                what = (
                    f"{_DIVIDED} {words}; a / b * {words} is (a / b) * {words}, and brackets make it a / (b * {words})"
                )
                yield call(np.divide, term, int(n) ** 2), what
    if is_call(term, np.sum, np.mean, np.max) and term.parts[0].shape is not None:
        function, x = term.operation.function, term.parts[0]  # type: ignore[attr-defined]
        for axis in (None, *range(len(x.shape or ()))):
            for keeps in (True, False):
                keywords: dict[str, Any] = (
                    {} if axis is None else {"axis": axis, **({"keepdims": True} if keeps else {})}
                )
                made = call(function, x, **keywords)
                if made != term and (axis is not None or keeps):
                    yield made, f"{text(made)} instead of {text(term)}"
        other = np.mean if function is np.sum else np.sum
        keywords = dict(getattr(term, "keywords", ()))
        yield call(other, x, **keywords), f"np.{other.__name__} instead of np.{function.__name__}"
    elif is_call(term, np.power, np.square):
        inner = before.get(term.parts[0])  # type: ignore[call-overload]
        if inner is not None and is_call(inner, np.sum, np.mean):
            squared = call(np.power, inner.parts[0], 2)
            yield inner.with_parts((squared, *inner.parts[1:])), "the square inside of the sum"
    elif is_call(term, np.add, np.subtract):
        a, b = term.parts
        inner = before.get(b)  # type: ignore[call-overload]
        if inner is not None and is_call(inner, np.divide, np.multiply):
            whole = term.with_parts((a, inner.parts[0]))
            yield inner.with_parts((whole, inner.parts[1])), "brackets around the sum"
        yield call(np.subtract if is_call(term, np.add) else np.add, a, b), "the other sign"
        yield term.with_parts((call(np.negative, a), b)), "the other sign in front"
    elif is_call(term, np.divide, np.multiply):
        a, b = term.parts
        inner = before.get(a)  # type: ignore[call-overload]
        if inner is not None and is_call(inner, np.add, np.subtract):
            second = term.with_parts((inner.parts[1], b))
            yield inner.with_parts((inner.parts[0], second)), "without the brackets around the sum"


def _fits(
    terms: Sequence[tuple[str, Term]],
    program: Program,
    leaves: Mapping[str, Any],
    given: Mapping[str, Array],
    tolerance: float,
) -> bool:
    """Whether gradients are those of a forward pass."""
    env = dict(leaves)
    parameters = {name: Tensor(leaves[name], requires_grad=True) for name in given}
    env.update(parameters)
    try:
        with enable_grad(), np.errstate(all="ignore"):
            for name, term in terms:
                env[name] = term.evaluate(env)
            loss = env[program.names[program.output].name]
            if not isinstance(loss, Tensor) or loss.size != 1:
                return False
            loss.backward(gradient=np.ones(loss.shape))
    except Exception:  # an edit may make any nonsense
        return False
    for name, target in given.items():
        found = parameters[name].grad
        if found is None or not is_equal(found, target, tolerance):
            return False
    return True
