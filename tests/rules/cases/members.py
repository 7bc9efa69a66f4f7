"""The members and operators of `ndarray`, and functions that write into the array they are given."""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_lite import lift
from tests.rules.cases.basic import Case

MASK = np.array([[True, False, True], [False, True, True]])
OTHER = np.array([[0.7, 1.3, 0.9], [1.1, 0.8, 1.6]])


def cases() -> list[Case]:
    found: list[Case] = []
    rng = np.random.default_rng(17)

    def add(name: str, label: str, call: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
        found.append(Case(name, label, call, tuple(rng.uniform(0.6, 0.9, size=shape) for shape in shapes)))

    def written(name: str, label: str, write: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
        """`write` changes a copy of its first argument."""

        def call(a: Any, *rest: Any) -> Any:
            a = a * 1.5
            write(a, *rest)
            return a

        add(name, label, call, *shapes)

    shape = (2, 3)
    members: dict[str, tuple[Any, ...]] = {
        "clip": (0.65, 0.8), "conj": (), "conjugate": (), "copy": ("C",), "cumprod": (1,),
        "cumsum": (1,), "diagonal": (0, 0, 1), "dot": (OTHER.T,), "flatten": ("F",), "prod": (0,), "ravel": ("F",),
        "repeat": (2, 1), "reshape": ((3, 2),), "squeeze": (), "swapaxes": (0, 1), "take": ([0, 2, 2], 1),
        "trace": (0, 1, 0), "transpose": (1, 0), "view": (), "to_device": ("cpu",),
    }  # fmt: skip
    for name, args in members.items():
        add("np.copy", f"ndarray.{name}", operator.methodcaller(name, *args), shape)
    add("np.copy", "ndarray.compress", lambda a: a.compress([True, False, True], axis=1), shape)
    for name in ("cumsum", "cumprod", "sum", "prod", "mean", "var", "std", "trace"):
        add("np.sum", f"ndarray.{name} dtype", operator.methodcaller(name, dtype=np.float64), shape)
    for name in ("sum", "prod", "max", "min"):
        add("np.sum", f"ndarray.{name} where", operator.methodcaller(name, axis=1, initial=0.7, where=MASK), shape)
    for name in ("mean", "var", "std"):
        add("np.sum", f"ndarray.{name} where", operator.methodcaller(name, axis=1, keepdims=True, where=MASK), shape)
    for name in ("var", "std"):
        add("np.sum", f"ndarray.{name} ddof", operator.methodcaller(name, axis=0, ddof=0.5), shape)
    add("np.sum", "ndarray.prod keepdims", lambda a: a.prod(axis=0, keepdims=True), shape)
    add("np.take", "ndarray.take mode", lambda a: a.take([-1, 4], axis=1, mode="wrap"), shape)
    add("np.squeeze", "ndarray.squeeze axis", lambda a: a.reshape(2, 1, 3).squeeze(axis=1), shape)
    add("np.astype", "ndarray.astype", lambda a: a.astype(np.complex128, order="C", casting="safe", subok=True,
                                                           copy=False), shape)  # fmt: skip
    add("np.astype", "astype", lambda a: np.astype(a, np.complex128, copy=True, device="cpu"), shape)
    add("np.reshape", "ndarray.reshape copy", lambda a: a.reshape((3, 2), order="F", copy=True), shape)
    add("getitem", "ndarray.view dtype", lambda a: a.view(a.dtype), shape)
    add("np.real", "ndarray.real", lambda a: (a * (1 + 2j)).real, shape)
    add("np.imag", "ndarray.imag", lambda a: (a * (1 + 2j)).imag, shape)
    add("np.imag", "imag", lambda a: np.imag(a * (1 + 2j)), shape)
    add("np.angle", "angle", lambda a: np.angle(a + (1 + 2j), deg=True), shape)
    add("np.sign", "sign", lambda a: np.sign(a + (1 + 2j)), shape)
    add("getitem", "ndarray.flat", lambda a: a.flat[1:4], shape)
    add("np.copy", "ndarray.__copy__", lift(lambda a: copy.copy(a * 2)), shape)
    add("np.copy", "ndarray.__deepcopy__", lift(lambda a: copy.deepcopy(a * 2)), shape)

    # Operators, from both sides and in place
    for symbol in ("add", "sub", "mul", "truediv", "mod", "pow"):
        operate, in_place = getattr(operator, symbol), getattr(operator, f"i{symbol}")
        add("np.add", f"ndarray.__{symbol}__", lambda a, b, f=operate: f(3 * a, b), shape, (3,))
        add("np.add", f"ndarray.__r{symbol}__", lambda a, f=operate: f(2.2, a), shape)
        written("np.add", f"ndarray.__i{symbol}__", lambda a, b, f=in_place: f(a, b), shape, (3,))
    add("np.matmul", "ndarray.__rmatmul__", lambda a: a.T @ OTHER @ a.T, shape)
    add("np.matmul", "ndarray.__rmatmul__ of an array", lambda a: a.__rmatmul__(OTHER.T), shape)
    written("np.matmul", "ndarray.__imatmul__", lambda a, b: operator.imatmul(a, b), shape, (3, 3))
    for unary in (operator.neg, operator.pos, operator.abs):
        add("np.negative", f"ndarray.__{unary.__name__}__", unary, shape)

    # Writing
    written("getitem", "ndarray.__setitem__", lambda a, b: operator.setitem(a, (0, slice(1, 3)), b), shape, (2,))
    written("getitem", "ndarray.fill", lambda a, b: a[0].fill(b), shape, ())
    written("getitem", "ndarray.put", lambda a, b: a.put([0, 4], b, mode="clip"), shape, (2,))
    written("getitem", "ndarray.sort", lambda a: a.sort(axis=0, kind="stable"), shape)
    written("getitem", "ndarray.sort stable", lambda a: a.sort(axis=1, stable=True), shape)
    written("getitem", "ndarray.partition", lambda a: a.partition(1, axis=1, kind="introselect"), shape)
    written("getitem", "copyto", lambda a, b: np.copyto(a, b, casting="same_kind", where=MASK), shape, (3,))
    written("getitem", "put", lambda a, b: np.put(a, [0, 8], b, mode="wrap"), shape, (2,))
    written("getitem", "putmask", lambda a, b: np.putmask(a, MASK, b), shape, (2,))
    written("getitem", "place", lambda a, b: np.place(a, MASK, b), shape, (2,))
    written("getitem", "put_along_axis", lambda a, b: np.put_along_axis(a, np.array([[2], [0]]), b, axis=1), shape,
            (2, 1))  # fmt: skip
    written("getitem", "fill_diagonal", lambda a, b: np.fill_diagonal(a, b, wrap=True), (5, 2), ())
    written("getitem", "through astype", lambda a, b: operator.setitem(np.astype(a, a.dtype, copy=False), 0, b), shape,
            (3,))  # fmt: skip
    for subscripts in ("ii->i", "ij->ji"):
        written("np.einsum", f"through {subscripts}", lambda a, b, s=subscripts: operator.setitem(
            np.einsum(s, a[:, :2]), 0, b), shape, ())  # fmt: skip
    written("np.nan_to_num", "in place", lambda a: np.nan_to_num(a, copy=False, nan=0.0, posinf=1.0, neginf=2.0), shape)
    return found
