"""`detect_anomaly`: stop at the first value that is not finite, and say which line of the program made it."""

from __future__ import annotations

import contextvars
import sys
from types import FrameType
from typing import Any

import numpy as np

from autograd_lite.errors import AnomalyError
from autograd_lite.graph import Node

#: The watch that is on in this context, if one is.
watching: contextvars.ContextVar[detect_anomaly | None] = contextvars.ContextVar("watching", default=None)

_OWN = ("autograd_lite", "numpy", "nn")


class detect_anomaly:
    """Watch every recorded call and every step of the backward pass: a context manager for finding NaN and infinity.

    Inside it, the first value or gradient that is not finite raises an error that names the operation, its operands,
    and the line of the program that recorded it. A plain array that took part and was changed before the backward pass
    is found too. It takes time and memory: for debugging.

    Parameters
    ----------
    allow_infinity
        Let infinities pass and stop at NaN only, for programs that use them on purpose (``-inf`` in a mask). Default
        False.

    Raises
    ------
    AnomalyError
        At the first value or gradient that is not finite.
    InPlaceError
        In the backward pass, if an array that it needs was changed.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x = ag.Tensor([0.0, 4.0], requires_grad=True, name="x")
    >>> with ag.detect_anomaly(), np.errstate(all="ignore"):
    ...     np.sqrt(x * 0).sum().backward()
    Traceback (most recent call last):
    ...
    autograd_lite.errors.AnomalyError: the backward pass of np.sqrt ...
    """

    def __init__(self, allow_infinity: bool = False) -> None:
        self.allow_infinity = allow_infinity
        self._tokens: list[contextvars.Token[detect_anomaly | None]] = []

    def __enter__(self) -> None:
        self._tokens.append(watching.set(self))

    def __exit__(self, *exc: object) -> None:
        watching.reset(self._tokens.pop())

    # -- what the engine reports -----------------------------------------------------------------------------------

    def recorded(self, node: Node, arguments: list[Any], ans: Any) -> None:
        """Take note of a recorded call; stop if its answer is not finite."""
        annotations = node.annotate()
        annotations.place = user_line(sys._getframe(1))
        annotations.snapshot = [
            (position, value, value.copy())
            for position, value in enumerate(node.values or ())
            if isinstance(value, np.ndarray) and (position >= len(node.inputs) or node.inputs[position] is None)
        ]
        bad = self._bad(ans)
        if bad is None:
            return
        for position, argument in enumerate(arguments):
            if self._bad(argument) is not None:
                source = node.inputs[position] if position < len(node.inputs) else None
                raise AnomalyError(
                    f"{_what(node)} was given an operand that is not finite already: {_operand(source, argument)}, "
                    f"{self._count(argument)}. It was not made by a recorded call: look where the data come from (if "
                    f"an infinity is meant, as in a mask: detect_anomaly(allow_infinity=True))"
                )
        raise AnomalyError(
            f"{_what(node)} gave {self._count(ans)}, from finite operands: "
            f"{', '.join(_operands(node, arguments, bad))}. Even if such entries are thrown away later by np.where, "
            f"the gradient becomes NaN there, because 0 * inf is NaN: choose the operand before the call, as in "
            f"np.log(np.where(x > 0, x, 1.0))"
        )

    def pulled(self, node: Node, parent: Node, g: Any, c: Any) -> None:
        """Stop if a rule made a gradient that is not finite of one that is."""
        bad = self._bad(c)
        if bad is None:
            return
        whose = parent.name or ("a leaf" if parent.operation is None else f"the result of {parent.operation.name}")
        if self._bad(g) is not None:
            raise AnomalyError(
                f"the backward pass of {_what(node)} started from a gradient that is not finite: {self._count(g)}"
            )
        message = (
            f"the backward pass of {_what(node)} made a gradient that is not finite, for {whose} of shape "
            f"{parent.shape}: {self._count(c)}, first at {_index(bad)}"
        )
        here = _data(g)
        if np.shape(here) == np.shape(_data(c)) and not np.any(here[~np.isfinite(_data(c))]):
            message += (
                ". The gradient that arrived there is 0, and 0 * inf is NaN: most likely this entry belongs to the "
                "branch that np.where did not take. np.where chooses values, but both branches are differentiated; "
                "choose the operand before the call, so that the other branch never meets it: "
                "np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0)"
            )
        elif node.operation is not None:
            message += f". The slope of {node.operation.name} is not finite there"
        raise AnomalyError(message)

    def _bad(self, value: Any) -> tuple[int, ...] | None:
        """The index of the first entry that is not finite."""
        array = _data(value)
        if not isinstance(array, (np.ndarray, np.generic, float, complex)) or np.asarray(array).dtype.kind not in "fc":
            return None
        wrong = np.isnan(array) if self.allow_infinity else ~np.isfinite(array)
        if not np.any(wrong):
            return None
        return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), np.shape(array)))

    def _count(self, value: Any) -> str:
        array = np.asarray(_data(value))
        nans, infinities = int(np.isnan(array).sum()), int(np.isinf(array).sum())
        parts = [f"{n} {what}" for n, what in ((nans, "NaN"), (infinities, "infinite")) if n]
        return f"{' and '.join(parts)} of {array.size} entr{'y' if array.size == 1 else 'ies'}"


def changed_arrays(node: Node) -> list[int]:
    """The positions of the plain arrays that were changed since the call was recorded under `detect_anomaly`."""
    snapshot = None if node.annotations is None else node.annotations.snapshot
    return [
        position
        for position, array, before in snapshot or ()
        if not np.array_equal(array, before, equal_nan=_is_float(array))
    ]


def user_line(frame: FrameType | None) -> str:
    """The line of the person's program that a call comes from: the nearest frame outside this library and NumPy."""
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _OWN:
        frame = frame.f_back
    return "an unknown line" if frame is None else f"line {frame.f_lineno} of {frame.f_code.co_filename}"


def _is_float(array: Any) -> bool:
    return array.dtype.kind in "fc"


def _data(value: Any) -> Any:
    return getattr(value, "_array", value)


def _what(node: Node) -> str:
    place = None if node.annotations is None else node.annotations.place
    name = "a leaf" if node.operation is None else node.operation.name
    named = f" (named {node.name!r})" if node.name else ""
    return f"{name} of shape {node.shape}{named}" + (f", recorded at {place}," if place else "")


def _operands(node: Node, arguments: list[Any], bad: tuple[int, ...]) -> list[str]:
    texts = []
    for position, argument in enumerate(arguments):
        array = _data(argument)
        if isinstance(array, (np.ndarray, np.generic)) and np.asarray(array).dtype.kind in "biufc":
            source = node.inputs[position] if position < len(node.inputs) else None
            text = _operand(source, array)
            if np.shape(array) == node.shape:
                text += f" with {np.asarray(array)[bad]:.6g} at {_index(bad)}"
            texts.append(text)
        elif isinstance(array, (int, float, complex)) and not isinstance(array, bool):
            texts.append(repr(array))
    return texts


def _operand(source: Any, array: Any) -> str:
    name = source.name if isinstance(source, Node) and source.name else "an array"
    return f"{name} of shape {np.shape(_data(array))}"


def _index(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else "its only entry"
