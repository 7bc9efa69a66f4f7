"""Every verified function survives `derive` and `to_source`: a case of each with each set of parameters it is given.

Of each case a scalar function is made, the sum of its result times fixed weights. Its derivation is printed in every
form; the emitted program runs on NumPy alone, and has autodiff's value and gradients, on the inputs that were traced
and on fresh ones: the same entries a little moved and in another order, so that whatever was sorted, searched or
compared comes out differently. At inputs of other lengths it gives autodiff's gradients too, or an error.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import AutogradError
from autograd_lite.registry import operations
from tests.conformance.ledger import keyword_cases
from tests.conformance.names import first_names, public
from tests.conformance.watching import notes, watched
from tests.rules.cases import Case, other_cases, ufunc_cases

FRESH = 2
CHUNKS = 24

#: Cases of which no program can be emitted, with the reason.
REFUSED: dict[str, str] = {}

#: Cases of which the program says, at fresh inputs, that it does not hold there, with the reason.
ASSERTED: dict[str, str] = {
    "decided-eigvals": "real eigenvalues become complex, and the program was written for real ones",
}


# -- the cases ---------------------------------------------------------------------------------------------------------


def decided() -> Iterator[Case]:
    """Calls in which an index, a mask or a number is worked out from the values: so it must be in the program."""
    v, m = np.random.default_rng(5).uniform(0.3, 2.1, 6), np.random.default_rng(6).uniform(0.3, 2.1, (3, 4))

    def after(write: Callable[..., Any]) -> Callable[..., Any]:
        def call(x: Any) -> Any:
            y = x * 1.0
            write(y, x)
            return y

        return call

    def halves(x: Any) -> Any:
        return np.piecewise(x, [x < 1.0, x > 1.4], [lambda t: t**2, np.sin, 0.5])

    with_real_eigenvalues = np.array([[1.9, 0.7, 0.6], [0.8, -0.4, -1.5], [0.9, 0.1, -0.8]])
    calls: dict[str, tuple[Callable[..., Any], Any]] = {
        "take": (lambda x: np.take(x, np.argsort(x)), v),
        "take wrapped": (lambda x: np.take(x, np.argsort(x) + 3, mode="wrap"), v),
        "take of an axis": (lambda x: x.take(np.argsort(x[0]), axis=1), m),
        "take_along_axis": (lambda x: np.take_along_axis(x, np.argsort(x, axis=1), 1), m),
        "getitem": (lambda x: x[np.ix_(np.argsort(x[:, 0]), np.argsort(x[0]))], m),
        "argmax": (lambda x: x[np.unravel_index(np.argmax(x), x.shape)], m),
        "where of one": (lambda x: np.sum(x[np.where(x > 1)] ** 2), v),
        "nonzero": (lambda x: np.sum(x[np.nonzero(x > 1)] ** 2), m),
        "compress": (lambda x: np.sum(np.compress(x > 1, x) ** 2), v),
        "extract": (lambda x: np.sum(np.extract(x > 1, x) ** 2), m),
        "choose": (lambda x: np.choose((x > 1).astype(int), [x, x**2]), v),
        "select": (lambda x: np.select([x < 0.8, x < 1.5], [x**2, x**3], 1.0), v),
        "piecewise": (halves, v),
        "repeat": (lambda x: np.sum(np.repeat(x, (x > 1).astype(int) + 1)), v),
        "bincount": (lambda x: np.bincount((x > 1).astype(int), weights=x, minlength=2), v),
        "digitize": (lambda x: x * np.digitize(x, [0.5, 1.0, 1.5]), v),
        "roll": (lambda x: np.roll(x, np.argmax(x)), v),
        "delete": (lambda x: np.delete(x, np.argmax(x)), v),
        "insert": (lambda x: np.insert(x, np.argmax(x), 1.0), v),
        "interp": (lambda x: np.interp([0.7, 1.2], np.sort(x), x), v),
        "quantile": (lambda x: np.quantile(x, x.min() / 3), v),
        "add.at": (after(lambda y, x: np.add.at(y, (x > 1).astype(int), x)), v),
        "put": (after(lambda y, x: np.put(y, np.argsort(x)[:2], x[:2] ** 2)), v),
        "putmask": (after(lambda y, x: np.putmask(y, x > 1, 2 * x)), v),
        "copyto": (after(lambda y, x: np.copyto(y, x**2, where=x > 1)), v),
        "put_along_axis": (after(lambda y, x: np.put_along_axis(y, np.argmax(x, axis=1)[:, None], 0.0, 1)), m),
        "setitem": (after(lambda y, x: y.__setitem__(x > 1, 0.0)), m),
        "where=": (lambda x: np.sum(x, where=x > 1) + np.max(x, where=x < 1, initial=0.0), v),
        "nanmedian": (lambda x: np.nanmedian(np.where(x > 0.6, x, np.nan)), v),
        "eigvals": (lambda x: np.real(np.linalg.eigvals(x)), with_real_eigenvalues),
        "nanvar": (lambda x: np.nanvar(np.where(x > 0.6, x, np.nan)), v),
    }  # fmt: skip
    for label, (call, data) in calls.items():
        yield Case("decided", label, call, (data,))


@functools.cache
def sample() -> list[Case]:
    """One case for each function and set of parameters it is given, found out by running them."""
    chosen: list[Case] = []
    seen: set[Any] = set()
    before = {name: set(given) for name, given in notes.seen.items()}
    for case in [*ufunc_cases(), *other_cases(), *keyword_cases()]:
        notes.seen.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            watched(case.call)(*[ag.Tensor(a, requires_grad=True) for a in case.arrays])
        calls = {call for name, given in notes.seen.items() for call in kinds(name, given)}
        if not calls <= seen:
            seen |= calls
            chosen.append(case)
    notes.seen.clear()
    notes.seen.update(before)
    COVERED.update(name for name, _ in seen)
    return [*chosen, *decided()]


def kinds(name: str, given: set[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """A call as what is to be covered: what changes nothing, or works alike for all ufuncs, once for all of them."""
    if isinstance(public().get(name), np.ufunc) and given & ALIKE:
        yield "a ufunc", frozenset(given & ALIKE)
    yield name, frozenset(given - ALIKE)


ALIKE = {"casting", "order", "subok", "dtype", "signature"}
COVERED: set[str] = set()


# -- the measure -------------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What came of a case: what is wrong, the reason of a refusal, what was asserted at fresh inputs."""

    wrong: str = ""
    refused: str = ""
    asserted: list[str] = field(default_factory=list)
    compared: int = 0


def parts_of(result: Any) -> list[Any]:
    """The arrays that a call returned."""
    if isinstance(result, (list, tuple)):
        return [part for item in result for part in parts_of(item)]
    return [result]


def scalar_function(case: Case) -> Callable[..., Any]:
    """The sum of what a case returns, each entry times a number of its own; of a complex sum the real part."""
    weights: list[Any] = []
    for part in parts_of(case.call(*[a.copy() for a in case.arrays])):
        array = np.asarray(part)
        number = np.arange(array.size, dtype=float).reshape(array.shape)
        real = np.round(np.cos(number + 1) + 1.5, 2)
        is_inexact, is_complex = array.dtype.kind in "fc", array.dtype.kind == "c"
        weights.append((real + 1j * np.round(np.sin(number), 2) if is_complex else real) if is_inexact else None)

    def loss(*arrays: Any) -> Any:
        total: Any = 0.0
        for result, weight in zip(parts_of(case.call(*arrays)), weights, strict=True):
            if weight is not None:
                summed = np.sum(result * weight)
                total = total + (np.real(summed) if weight.dtype.kind == "c" else summed)
        return total

    return loss


def function_of_any_lengths(case: Case) -> Callable[..., Any]:
    """The sum of the squares of what a case returns, and of the entries."""

    def loss(*arrays: Any) -> Any:
        total: Any = 0.0
        for result in parts_of(case.call(*arrays)):
            if np.result_type(result).kind in "fc":
                total = total + np.sum(np.real(result * result) + np.real(result))
        return total

    return loss


def longer(case: Case, length: int) -> list[Any]:
    """Other inputs, in which every axis of a length is longer by two."""
    rng = np.random.default_rng(length)
    shapes = [tuple(n + 2 * (n == length) for n in a.shape) for a in case.arrays]
    bounds = [(np.min(a), np.max(a)) if a.size else (0.0, 1.0) for a in case.arrays]
    return [rng.uniform(low, high, shape) for (low, high), shape in zip(bounds, shapes, strict=True)]


def fresh(case: Case, seed: int) -> list[Any]:
    """Other inputs of the same shapes, from the same range, in another order."""
    rng = np.random.default_rng(seed)
    moved = [
        rng.permutation(a.ravel()).reshape(a.shape) * (1 + 0.02 * rng.uniform(-1, 1, a.shape)) for a in case.arrays
    ]
    return [np.asarray(new, old.dtype) for new, old in zip(moved, case.arrays, strict=True)]


def examine(case: Case) -> Outcome:
    """Take a case through `derive` and `to_source`."""
    outcome = Outcome()
    f = scalar_function(case)
    given = [a.copy() for a in case.arrays]
    try:
        derivation = ag.derive(f, *given)
        source = ag.to_source(f, *given)
    except AutogradError as error:
        outcome.refused = f"{type(error).__name__}: {error}"
        return outcome
    texts = [str(derivation), derivation.text(why=True), derivation.markdown(), derivation.latex()]
    if not all(texts):
        outcome.wrong = "a form of the derivation is empty"
    emitted = run(source)
    for seed in range(FRESH + 1):
        arrays = fresh(case, seed) if seed else given
        try:
            gradients = ag.value_and_grad(ag.lift(f), argnums=tuple(range(len(arrays))))
            value, wanted = gradients(*[a.copy() for a in arrays])
        except (AutogradError, np.linalg.LinAlgError):
            if not seed:
                raise
            continue  # the inputs are not such as the function takes
        try:
            found, returned = emitted(*[a.copy() for a in arrays])
        except AssertionError as error:
            if not seed:
                raise
            outcome.asserted.append(str(error))
            continue
        outcome.compared += 1
        returned = returned if isinstance(returned, tuple) else (returned,)
        if not agree([found, *returned], [value, *wanted]):
            outcome.wrong = f"inputs {seed}: {found} {returned}\nand not {value} {wanted}\n{source}"
    return outcome


def run(source: str) -> Callable[..., Any]:
    """Return the function that an emitted file defines."""
    lines = [line for line in source.split("\n") if line.startswith(("import ", "from "))]
    assert all(line.split()[1].partition(".")[0] == "numpy" for line in lines), lines
    namespace: dict[str, Any] = {}
    exec(compile(source, "<emitted>", "exec"), namespace)
    return next(f for name, f in namespace.items() if name.endswith("_and_grads"))  # type: ignore[no-any-return]


def agree(found: list[Any], wanted: list[Any]) -> bool:
    """Whether values and gradients are the same, but for rounding."""
    scale = max([1e-3, *(float(np.max(np.abs(w), initial=0)) for w in wanted)])
    return len(found) == len(wanted) and all(
        np.shape(f) == np.shape(w) and np.allclose(f, w, rtol=1e-8, atol=1e-8 * scale, equal_nan=True)
        for f, w in zip(found, wanted, strict=True)
    )


# -- the tests ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return {}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_function_is_derived_and_emitted(chunk: int, outcomes: dict[str, Outcome]) -> None:
    wrong = []
    for number, case in list(enumerate(sample()))[chunk::CHUNKS]:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                outcome = examine(case)
            except Exception as error:
                outcome = Outcome(wrong=f"{type(error).__name__}: {error}")
        outcomes[f"{number} {case}"] = outcome
        if outcome.wrong or (outcome.refused and str(case) not in REFUSED):
            wrong.append(f"{case}: {outcome.wrong or outcome.refused}")
        if outcome.asserted and str(case) not in ASSERTED:
            wrong.append(f"{case}: asserted at fresh inputs: {outcome.asserted[0]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_other_lengths_give_the_same_or_an_error(chunk: int) -> None:
    cases = [case for case in sample() if not isinstance(public().get(case.name.removeprefix("np.")), np.ufunc)]
    wrong = []
    for case in cases[::2][chunk::CHUNKS]:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            f = function_of_any_lengths(case)
            emitted = run(ag.to_source(f, *[a.copy() for a in case.arrays]))
            for length in sorted({n for a in case.arrays for n in a.shape if n > 1}):
                arrays = longer(case, length)
                try:
                    gradients = ag.value_and_grad(ag.lift(f), argnums=tuple(range(len(arrays))))
                    value, wanted = gradients(*[a.copy() for a in arrays])
                    found, returned = emitted(*[a.copy() for a in arrays])
                except Exception:
                    continue  # the function takes no such arrays, or the program says that it does not hold
                returned = returned if isinstance(returned, tuple) else (returned,)
                if np.isfinite(value) and not agree([found, *returned], [value, *wanted]):
                    wrong.append(f"{case} with {length + 2} for {length}")
    assert not wrong, "\n".join(wrong)


def test_every_function_with_a_rule_has_a_case() -> None:
    sample()
    known = [o for o in operations.values() if o.name.startswith("np.") and (o.rules or o.composition is not None)]
    names = {first_names().get(o.function, o.name.removeprefix("np.")) for o in known}
    assert names - COVERED == set()


def test_refusals_and_assertions_are_those_of_the_tables(outcomes: dict[str, Outcome]) -> None:
    if len(outcomes) < len(sample()):
        pytest.skip("needs the outcomes of the other tests")
    by_case = {name.partition(" ")[2]: outcome for name, outcome in outcomes.items()}
    assert {name for name, outcome in by_case.items() if outcome.refused} == set(REFUSED)
    assert {name for name, outcome in by_case.items() if outcome.asserted} == set(ASSERTED)
    assert sum(outcome.compared for outcome in outcomes.values()) > 2.9 * len(outcomes)
