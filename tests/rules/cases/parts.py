"""Ufuncs of several results, or of a part of them, with each keyword."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import autograd_lite as ag
from tests.rules.cases.basic import Case

A = np.array([0.7, 1.8, -2.3])
B = np.array([0.6, 1.1, 0.9])
EXPONENT = np.array([1, -2, 0], dtype=np.int32)
#: Each with what it is called on besides its first argument, and the types of its loop.
UFUNCS: dict[np.ufunc, tuple[tuple[Any, ...], str]] = {
    np.divmod: ((B,), "dd->dd"), np.modf: ((), "d->dd"), np.frexp: ((), "d->di"), np.ldexp: ((EXPONENT,), "di->d"),
    np.sign: ((), "D->D"),
}  # fmt: skip


def cases() -> list[Case]:
    found = []
    for ufunc, (others, loop) in UFUNCS.items():
        which = 1 if ufunc is np.divmod else 0
        for keyword, options in {
            "casting": {"casting": "same_kind"},
            "order": {"order": "F"},
            "signature": {"signature": loop},
            "dtype": {"dtype": tuple(map(np.dtype, loop.replace("->", "")))},
            "out": {"out": True},
            "where": {"out": True, "where": np.array([True, False, True])},
        }.items():
            if keyword == "where" and ufunc.nout > 1:
                continue  # refused
            if keyword == "dtype":
                options = {"signature" if ufunc in (np.frexp, np.ldexp) else "dtype": (
                    options["dtype"] if ufunc in (np.frexp, np.ldexp) else np.dtype(loop[0]))}  # fmt: skip
            call = _called(ufunc, others, options, which)
            found.append(Case(f"np.{ufunc.__name__}", f"keyword {keyword}", call, (A.copy(),)))
    for keyword, options in {"casting": {"casting": "same_kind"}, "order": {"order": "C"}, "dtype": {"dtype": float},
                             "signature": {"signature": "dd->d"}}.items():  # fmt: skip
        found.append(Case("np.heaviside", f"keyword {keyword}", lambda a, b, o=options: np.heaviside(
            0 * EXPONENT, b, **o) + a, (A.copy(), B.copy())))  # fmt: skip
    found.append(Case("np.heaviside", "list", lambda b: np.heaviside([1, 0, 0], b), (B.copy(),)))
    found.append(Case("np.ldexp", "dtype", lambda a: np.ldexp(a, EXPONENT, dtype=np.float64), (A.copy(),)))
    rng = np.random.default_rng(19)
    core = {"matmul": ((2, 3), (3, 2)), "matvec": ((2, 3), (3,)), "vecmat": ((3,), (3, 2)), "vecdot": ((3,), (3,))}
    for name, shapes in core.items():
        if not hasattr(np, name):  # before NumPy 2.2
            continue
        ufunc = getattr(np, name)
        arrays = tuple(rng.uniform(0.5, 1.5, (4, *shape)) for shape in shapes)
        # The same with the axes in another order, the first one last.
        turned = tuple(np.moveaxis(a, 0, -1) for a in arrays)
        axes = [tuple(range(len(shape))) for shape in shapes]
        last = () if ufunc is np.vecdot else (0, 1) if ufunc is np.matmul else (0,)
        # order="C", for NumPy 2.4's own np.vecmat(order="F") of complex numbers is wrong.
        several: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
            "casting": ({"casting": "same_kind"}, arrays), "order": ({"order": "C"}, arrays),
            "dtype": ({"dtype": np.float64}, arrays), "signature": ({"signature": "dd->d"}, arrays),
            "axes": ({"axes": [*axes, last]}, turned),
        }  # fmt: skip
        if ufunc is np.vecdot:
            several |= {"axis": ({"axis": 0}, turned), "keepdims": ({"axis": 0, "keepdims": True}, turned)}
            several["keepdims alone"] = ({"keepdims": True}, arrays)
        for keyword, (options, given) in several.items():
            found.append(Case(f"np.{ufunc.__name__}", f"keyword {keyword}", partial(ufunc, **options), given))
    return found


def _called(ufunc: np.ufunc, others: tuple[Any, ...], options: dict[str, Any], which: int) -> Callable[..., Any]:
    def call(a: Any) -> Any:
        x = a * (1 + 0.5j) if ufunc is np.sign else a
        given = dict(options)
        if "out" in given:
            plain = ufunc(np.array(A, x.dtype), *others)
            answers = plain if isinstance(plain, tuple) else (plain,)
            given["out"] = tuple(
                np.zeros_like(y) if isinstance(a, np.ndarray) else ag.Tensor(np.zeros_like(y)) for y in answers
            )
        result = ufunc(x, *others, **given)
        return result[which] if isinstance(result, tuple) else result

    return call
