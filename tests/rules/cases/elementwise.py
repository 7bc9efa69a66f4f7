"""Ufuncs in parts and with keywords; functions that make arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_lite as ag
from tests.rules.cases.basic import Case

CHOSEN = np.array([[True, False, True], [False, False, True]])


def cases() -> list[Case]:
    found: list[Case] = []
    rng = np.random.default_rng(13)

    def add(name: str, label: str, call: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
        found.append(Case(name, label, call, tuple(rng.uniform(0.6, 0.9, size=shape) for shape in shapes)))

    shape = (2, 3)
    add("np.ldexp", "ldexp", lambda a: np.ldexp(a, np.array([1, -2, 0])), shape)
    add("np.ldexp", "frexp", lambda a: np.frexp(a)[0], shape)
    add("np.fmod", "modf", lambda a: np.modf(5 * a)[0], shape)
    add("np.where", "heaviside", lambda a, b: np.heaviside(np.array([0.0, 1.0, -1.0]), b) + a, shape, (3,))
    add("np.remainder", "divmod", lambda a, b: np.divmod(3 * a, b)[1], shape, shape)
    add("np.remainder", "divmod of an operator", lambda a, b: divmod(3 * a, b)[1] + divmod(2.0, b)[1], shape, shape)

    # Keywords
    add("np.arccos", "dtype", lambda a: np.arccos(a, dtype=np.complex128), shape)
    add("np.add", "signature", lambda a, b: np.add(a, b, signature="dd->d"), shape, shape)
    add("np.add", "sig", lambda a, b: np.add(a, b, sig=(None, None, np.float64)), shape, (3,))
    add("np.multiply", "casting order subok", lambda a, b:
        np.multiply(a, b, casting="same_kind", order="F", subok=False, where=True), shape, (3,))  # fmt: skip
    add("np.fmod", "modf keywords", lambda a: np.modf(5 * a, casting="same_kind", order="C", subok=True)[0], shape)
    add("np.matmul", "axes", lambda a, b: np.matmul(a, b, axes=[(0, 1), (1, 0), (1, 0)]), shape, shape)

    def into(a: Any) -> Any:
        return np.zeros(a.shape, a.dtype) if isinstance(a, np.ndarray) else ag.Tensor(np.zeros(a.shape, a.dtype))

    add("np.exp", "out", lambda a: np.exp(a, out=into(a)), shape)
    add("np.log", "where and out", lambda a: np.log(a, where=CHOSEN, out=into(a)), shape)
    add("np.sum", "out", lambda a: np.sum(a, axis=0, out=into(a[0])), shape)
    add("np.sum", "method out", lambda a: a.sum(axis=0, out=into(a[0])), shape)
    add("np.add", "reduce out", lambda a: np.add.reduce(a, out=into(a[0])), shape)
    add("np.hypot", "accumulate out", lambda a: np.hypot.accumulate(a, out=into(a)), shape)

    add("np.linspace", "bin edges", lambda a, b: np.histogram_bin_edges(a, 3, (b - 1, b + 1), np.ones(5)) + 0 * a[0],
        (5,), ())  # fmt: skip
    add("np.divide", "where and out lifted",
        ag.lift(lambda a: np.divide(1.0, a, out=np.zeros_like(a), where=CHOSEN)), shape)  # fmt: skip
    add("np.matmul", "axes lifted", ag.lift(lambda a: np.matmul(a, a, axes=[(0, 1), (1, 0), (0, 1)])), shape)
    add("np.exp", "dtype lifted", ag.lift(lambda a: np.exp(a, dtype=np.complex128)), shape)
    for join in (np.concatenate, np.stack, np.vstack, np.hstack):
        add("np.concatenate", f"{join.__name__} dtype", lambda a, b, f=join:
            f([a, b], dtype=np.complex128, casting="safe"), shape, shape)  # fmt: skip
    add("np.reshape", "copy", lambda a: np.reshape(a, (3, 2), copy=True), shape)
    add("np.copy", "order", lambda a: np.copy(a, order="F", subok=False), shape)
    add("np.trace", "dtype", lambda a: np.trace(a, dtype=np.complex128), shape)
    add("getitem", "split axis", lambda a: np.split(a, 3, axis=1)[2], shape)

    # What makes arrays
    for make in (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.require):
        name = make.__name__
        add("np.copy", f"{name} like", lambda a, f=make: f(a, like=a), shape)
        if make in (np.asarray, np.asanyarray):
            add("np.copy", f"{name} copy", lambda a, f=make: f(a, copy=True, like=a), shape)
        add("np.stack", f"{name} of a list like", lambda a, b, f=make: f([[a, 1.0], [b, 2 * b]], like=a), (), ())
        add("np.astype", f"{name} dtype", lambda a, f=make: f(a, dtype=np.complex128, like=a), shape)
        add("np.copy", f"{name} lifted", ag.lift(lambda a, f=make: f(a)), shape)
        add("np.stack", f"{name} of a list lifted", ag.lift(lambda a, b, f=make: f([[a, 1.0], [b, 2 * b]])), (), ())
    add("np.reshape", "array ndmin", lambda a: np.array(a, ndmin=3, copy=False, like=a), shape)
    add("np.broadcast_to", "full like", lambda a: np.full((4, 2, 3), a, like=a), shape)
    add("np.broadcast_to", "full dtype", lambda a: np.full((2, 3), a, dtype=np.complex128, like=a), ())
    add("np.broadcast_to", "full_like dtype", lambda a: np.full_like(a, a[0], dtype=np.complex128), (2, 3))
    add("np.broadcast_to", "full lifted", ag.lift(lambda a: np.full((2, 3), a)), ())
    return found
