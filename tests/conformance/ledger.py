"""The ledger itself: each callable in its state, found out by calling it."""

from __future__ import annotations

import functools
import operator
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

import autograd_lite as ag
from autograd_lite.errors import AutogradError
from tests.conformance import reasons
from tests.conformance.names import METHODS_OF, first_names, parameters, public
from tests.conformance.watching import carries, notes, watched
from tests.rules.cases import Case, other_cases, ufunc_cases

STATES = ("verified", "piecewise constant", "refused", "not array mathematics")
State = Literal["verified", "piecewise constant", "refused", "not array mathematics"]


@dataclass(frozen=True)
class Entry:
    """A callable, its state (``None`` if it has none), the parameters verified or the reason."""

    name: str
    state: State | None
    note: str = ""
    verified: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def unverified(self) -> list[str]:
        """The parameters that no case exercises."""
        known = {*self.verified, *self.refused, *reasons.WITHOUT_EFFECT}
        known |= {p for p, names in reasons.WITHOUT_EFFECT_IN.items() if self.name in names}
        return [p for p in parameters(self.name) if p not in known] if self.state == "verified" else []


@functools.cache
def ledger() -> dict[str, Entry]:
    """Every public callable in its state."""
    seen, problems = exercised()
    entries = {name: _entry(name, value, seen) for name, value in public().items()}
    for name, problem in problems.items():
        if name in entries and entries[name].state is None:
            entries[name] = Entry(name, None, problem)
    return entries


def _entry(name: str, value: Any, seen: dict[str, set[str]]) -> Entry:
    known = name if name.startswith("ndarray.") else _first(name, value)
    if known in seen:
        given = tuple(p for p in parameters(name) if p in seen[known])
        return Entry(name, "verified", "", given, tuple(_refused_parameters(name, value, given)))
    if isinstance(value, type):
        return Entry(name, "not array mathematics", "is a type")
    reason = reasons.not_array_mathematics.get(name) or next(
        (reason for start, reason in reasons.MODULES.items() if name.startswith(start)), ""
    )
    if reason:
        return Entry(name, "not array mathematics", reason)
    if name in reasons.refused:
        return Entry(name, "refused", reasons.refused[name])
    return Entry(name, "piecewise constant") if is_piecewise_constant(name, value) else Entry(name, None)


def _first(name: str, value: Any) -> str:
    try:
        return first_names().get(value, name)
    except TypeError:
        return name


# -- verified ----------------------------------------------------------------------------------------------------------


@functools.cache
def exercised() -> tuple[dict[str, set[str]], dict[str, str]]:
    """What the grid's cases call, and with which parameters, where the gradient is right; and the cases that fail."""
    problems = {}
    for case in [*ufunc_cases(), *other_cases(), *keyword_cases()]:
        before = {name: set(given) for name, given in notes.seen.items()}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                ag.check_grads(watched(case.call), case.arrays)
        except Exception as error:
            notes.seen.clear()
            notes.seen.update(before)
            problems[case.name.removeprefix("np.")] = f"{case}: {type(error).__name__}: {str(error)[:200]}"
    return dict(notes.seen), problems


CHOSEN = np.array([True, False, True])


def keyword_cases() -> Iterator[Case]:
    """Every ufunc that has a rule with each of its keywords."""
    done = set()
    for case in ufunc_cases():
        ufunc = getattr(np, case.name.removeprefix("np."))
        if case.name in done or not all(a.shape == (3,) for a in case.arrays):
            continue
        done.add(case.name)
        answer = ufunc(*case.arrays)

        def into(a: Any, answer: Any = answer) -> Any:
            return np.zeros_like(answer) if isinstance(a, np.ndarray) else ag.Tensor(np.zeros_like(answer))

        loop = next((t for t in ufunc.types if set(t) <= set("d->")), "")
        every: dict[str, Callable[..., Any]] = {
            "out": lambda *a, f=ufunc, o=into: f(*a, out=o(a[0])),
            "where": lambda *a, f=ufunc, o=into: f(*a, out=o(a[0]), where=CHOSEN),
            "casting": lambda *a, f=ufunc: f(*a, casting="same_kind"),
            "order": lambda *a, f=ufunc: f(*a, order="F"),
            "dtype": lambda *a, f=ufunc: f(*a, dtype=np.float64),
            "signature": lambda *a, f=ufunc, t=loop: f(*a, signature=t),
        }
        for keyword, call in every.items():
            yield Case(case.name, keyword, call, case.arrays)
    for name in METHODS_OF:
        ufunc = getattr(np, name)
        data = np.array([[1.2, 0.7], [0.9, 1.6], [1.4, 1.1]])

        def fresh(a: Any, shape: Any) -> Any:
            return np.zeros(shape) if isinstance(a, np.ndarray) else ag.Tensor(np.zeros(shape))

        yield Case(name, "reduce", lambda a, f=ufunc: f.reduce(
            a, axis=0, dtype=np.float64, out=fresh(a, (1, 2)), keepdims=True), (data[:2],))  # fmt: skip
        yield Case(name, "accumulate", lambda a, f=ufunc: f.accumulate(
            a, axis=0, dtype=np.float64, out=fresh(a, (2, 2))), (data[:2],))  # fmt: skip
        yield Case(name, "reduceat", lambda a, f=ufunc: f.reduceat(
            a, [0, 2], axis=0, dtype=np.float64, out=fresh(a, (2, 2))), (data,))  # fmt: skip
        yield Case(name, "outer", lambda a, b, f=ufunc: f.outer(a, b, dtype=np.float64), (data[0], data[:, 1]))


def _refused_parameters(name: str, value: Any, given: tuple[str, ...]) -> Iterator[str]:
    """The parameters that are refused, by the library or by NumPy itself: tested here."""
    for parameter, option in REFUSED_PARAMETERS.items():
        if parameter in parameters(name) and parameter not in given and is_refused(name, value, **{parameter: option}):
            yield parameter


#: What is tried, where no case gives it: an array can not hold a gradient; entries left out of an answer are undefined.
REFUSED_PARAMETERS: dict[str, Any] = {"out": None, "where": CHOSEN, "dtype": float, "ndmax": 1,
                                      "type": np.matrix}  # fmt: skip


# -- calls -------------------------------------------------------------------------------------------------------------

X = np.array([[1.3, 0.7, 2.1], [0.4, 1.9, 0.8], [2.6, 1.1, 0.2]])
N = np.array([3, 1, 2])
#: What to call those with that do not take what others do.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "searchsorted": (X[0], X[1]), "digitize": (X[0], np.array([0.5, 1.0, 2.0])), "isin": (X, X[0]),
    "unravel_index": (N, (4, 4)), "ravel_multi_index": ((N, N), (4, 4)), "packbits": (N.astype(np.uint8),),
    "unpackbits": (N.astype(np.uint8),), "argpartition": (X, 1), "lexsort": (X,), "ix_": (N, N),
    "histogram": (X[0],), "histogram2d": (X[0], X[1]), "histogramdd": (X,), "linalg.matrix_rank": (X,),
    "ndarray.argpartition": (1,), "ndarray.searchsorted": (X[1],), "ndarray.setfield": (1, np.int8),
    "linalg.multi_dot": ([X, X],), "choose": (N % 3, [X[0], X[1], X[2]]),
    "ndarray.getfield": (np.int8,), "ndarray.resize": ((9,),), "ndarray.setflags": (True,),
}  # fmt: skip
#: Tried in turn, until NumPy takes them.
ATTEMPTS: tuple[tuple[Any, ...], ...] = ((X,), (X, X), (X[0],), (X[0], X[1]), (N,), (N, N), (X, 1), (X > 1, X > 1))


def arguments(name: str, value: Any, **options: Any) -> tuple[Any, ...] | None:
    """Arguments that NumPy takes."""
    member = name.startswith("ndarray.")
    attempts = ATTEMPTS
    if name in ARGUMENTS:
        attempts = (ARGUMENTS[name],)
    elif member:
        attempts = ((), (X,), (N,))
    owners = (X, N, N.astype(bool)) if member else (None,)
    for owner in owners:
        for attempt in attempts:
            given = (owner, *attempt) if member else attempt
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    _call(name, value, given, options)
            except Exception:
                continue
            return given
    return None


def _call(name: str, value: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    if not name.startswith("ndarray."):
        return value(*args, **options)
    owner, *rest = args
    owner = owner.copy() if isinstance(owner, np.ndarray) else owner
    member = name.removeprefix("ndarray.")
    if member.startswith("__i") and hasattr(operator, member) and member not in ("__index__", "__invert__"):
        return getattr(operator, member)(owner * 1, *rest)
    answer = getattr(owner, member)
    answer = answer(*rest, **options) if callable(answer) else answer
    if answer is NotImplemented:
        raise TypeError(name)
    return answer


def followed(args: tuple[Any, ...]) -> list[Any]:
    """The arguments with Tensors for arrays, differentiated where they can be."""
    return [
        ag.Tensor(a, requires_grad=a.dtype.kind == "f") if isinstance(a, np.ndarray)
        else followed(tuple(a)) if isinstance(a, list) else a
        for a in args
    ]  # fmt: skip


def is_piecewise_constant(name: str, value: Any) -> bool:
    """Whether a call on Tensors gives NumPy's values without a gradient, and a small step does not change them."""
    given = arguments(name, value)
    if given is None:
        return False
    tensors = followed(given)
    try:
        found = _call(name, value, tuple(tensors), {})
    except Exception:
        return False
    if (
        isinstance(found, ag.Tensor) and found.requires_grad and name.startswith("ndarray.__i")
    ):  # what was there is gone
        found.backward(gradient=np.ones(found.shape))
        found = found.detach() if tensors[0].grad is not None and not tensors[0].grad.any() else found
    near = tuple(a + 1e-9 if isinstance(a, np.ndarray) and a.dtype.kind == "f" else a for a in given)
    expected, beside = _call(name, value, given, {}), _call(name, value, near, {})
    return not carries(found) and _same(found, expected) and _same(beside, expected)


def _same(found: Any, expected: Any) -> bool:
    if isinstance(expected, (tuple, list)):
        return len(found) == len(expected) and all(map(_same, found, expected))
    return bool(np.array_equal(getattr(found, "data", found) if isinstance(found, ag.Tensor) else found, expected))


def is_refused(name: str, value: Any, **options: Any) -> bool:
    """Whether a call on Tensors that are differentiated raises the library's own error, or NumPy's on arrays too."""
    given = arguments(name, value)
    if given is None:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = _call(name, value, given, {})
        if "out" in options:
            options["out"] = tuple(map(np.zeros_like, answer)) if isinstance(answer, tuple) else np.zeros_like(answer)
        tensors = followed(given)
        if name == "array":
            options["like"] = tensors[0]
        else:
            try:
                _call(name, value, given, options)
            except Exception:
                return True
        try:
            _call(name, value, tuple(tensors), options)
        except AutogradError:
            return True
        except Exception:
            return False
    return False
