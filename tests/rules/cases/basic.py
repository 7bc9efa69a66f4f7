"""What the grid runs: for every function that has a rule, calls of it with arguments from where it is smooth."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd_lite.indexed import put_at
from autograd_lite.registry import Operation, operations
from autograd_lite.rules.windows import add_windows

#: Where to draw the arguments of a ufunc, if not from the default.
DEFAULT = (0.3, 2.1)
DOMAINS: dict[str, list[tuple[float, float]]] = {
    "np.arccos": [(-0.8, 0.8)],
    "np.arccosh": [(1.2, 3.0)],
    "np.arcsin": [(-0.8, 0.8)],
    "np.arctanh": [(-0.8, 0.8)],
    "np.arctan2": [(-2.0, 2.0), (0.3, 2.0)],
    "np.add": [(-2.0, 2.0)] * 2,
    "np.subtract": [(-2.0, 2.0)] * 2,
    "np.multiply": [(-2.0, 2.0)] * 2,
    "np.divide": [(-2.0, 2.0), (0.5, 2.0)],
    "np.absolute": [(-2.0, -0.2)],
    "np.fabs": [(-2.0, -0.2)],
    "np.sin": [(-3.0, 3.0)],
    "np.cos": [(-3.0, 3.0)],
    "np.tanh": [(-2.0, 2.0)],
    "np.exp": [(-2.0, 2.0)],
    "np.remainder": [(5.1, 5.9), (2.0, 2.3)],
    "np.fmod": [(-5.9, -5.1), (2.0, 2.3)],
    "np.maximum": [(-2.0, 2.0)] * 2,
    "np.minimum": [(-2.0, 2.0)] * 2,
    "np.copysign": [(-2.0, -0.2), (0.3, 1.0)],
    "np.logaddexp": [(-2.0, 2.0)] * 2,
    "np.logaddexp2": [(-2.0, 2.0)] * 2,
}

UNARY_SHAPES: list[list[tuple[int, ...]]] = [[()], [(3,)], [(2, 3)], [(0,)]]
BINARY_SHAPES: list[list[tuple[int, ...]]] = [
    [(), ()], [(3,), (3,)], [(2, 3), (3,)], [(2, 1), (1, 3)], [(3,), ()], [(), (2, 3)], [(2, 3), (2, 1, 3)], [(0, 3),
    (3,)],
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One call: `call(*arrays)` uses the function `name`."""

    name: str
    label: str
    call: Callable[..., Any]
    arrays: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.name}-{self.label}"


def differentiable() -> list[Operation]:
    """All functions of NumPy's (and of the engine's own) that have a rule."""
    return [
        o
        for o in operations.values()
        if o.rules and (o.name.startswith("np.") or o.function in (put_at, add_windows, operator.getitem))
    ]


def ufunc_cases() -> list[Case]:
    cases = []
    for operation in differentiable():
        function = operation.function
        if not isinstance(function, np.ufunc) or function.signature is not None or function is np.ldexp:
            continue
        domains = DOMAINS.get(operation.name, [DEFAULT] * function.nin)
        for shapes in UNARY_SHAPES if function.nin == 1 else BINARY_SHAPES:
            rng = np.random.default_rng(len(cases))
            arrays = tuple(rng.uniform(*domain, size=shape) for domain, shape in zip(domains, shapes, strict=True))
            cases.append(Case(operation.name, "-".join(map(str, shapes)), function, arrays))
    return cases


def _draw(*shapes: tuple[int, ...]) -> tuple[Any, ...]:
    rng = np.random.default_rng(sum(map(len, shapes)) + 7)
    return tuple(rng.uniform(-1.0, 1.0, size=shape) for shape in shapes)


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
        found.append(Case(name, label, call, _draw(*shapes)))

    # Products
    for a, b in [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)), ((2, 3),
        (5, 3, 4)),
                 ((5, 1, 2, 3), (4, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3), (3,)), ((2, 0), (0, 3))]:  # fmt: skip
        add("np.matmul", f"{a}@{b}", np.matmul, a, b)
        add("np.matmul", f"operator-{a}@{b}", operator.matmul, a, b)
    for a, b in [((), ()), ((), (3,)), ((2, 3), ()), ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)),
                 ((2, 5, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((2, 4, 3), (5, 3, 2)), ((3,), (5, 3, 2)), ((5, 2, 3),
                 (3,))]:  # fmt: skip
        add("np.dot", f"{a}.{b}", np.dot, a, b)
    for a, b in [((3,), (2,)), ((2, 2), (3,)), ((), (3,))]:
        add("np.outer", f"{a}x{b}", np.outer, a, b)
    for subscripts, *shapes in [
        ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ji,jk", (3, 2), (3, 4)), ("ij->ji", (2, 3)),
        ("ij->", (2, 3)),
        ("ij->j", (2, 3)), ("ii->i", (3, 3)), ("ii", (3, 3)), ("iij,j->i", (3, 3, 2), (2,)), ("i,j,k->kij", (2,),
        (3,), (2,)),
        ("bij,bjk->bik", (4, 2, 3), (4, 3, 2)), ("...ij,jk->...ik", (4, 2, 3), (3, 2)), ("...i,...i->...", (4, 1, 3),
        (5, 3)),
        ("...i,...i->...", (2, 4, 3), (3,)),
        ("i...->...", (3, 2)), ("ij,ij->", (2, 3), (2, 3)), ("i,i,i->i", (3,), (3,), (3,)), ("ij,kl->il", (2, 3),
        (2, 4)),
        (" i j , j -> i ", (2, 3), (3,)), ("ba", (2, 3)), ("i->i", (3,)), ("...", (2, 3)),
    ]:  # fmt: skip
        add("np.einsum", f"{subscripts}", lambda *arrays, s=subscripts: np.einsum(s, *arrays), *shapes)
    add("np.einsum", "sublists", lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [2, 0]), (2, 3), (3, 4))
    add("np.einsum", "sublists-implicit", lambda a, b: np.einsum(a, [0, 1], b, [1, 2]), (2, 3), (3, 4))
    add("np.einsum", "sublists-ellipsis", lambda a, b: np.einsum(a, [..., 0], b, [0]), (2, 3), (3,))
    add("np.einsum", "twice", lambda a: np.einsum("ij,jk", a, a), (3, 3))
    add("np.einsum", "optimize", lambda a, b: np.einsum("ij,jk", a, b, optimize=True), (2, 3), (3, 4))
    add("np.einsum", "constant", lambda a: np.einsum("ij,jk", np.ones((2, 3)), a), (3, 4))

    # Reductions
    for name in ("sum", "mean", "max", "min", "var", "std"):
        function = getattr(np, name)
        for axis in (None, 0, 1, -1, (0, 2), (-1, 0), (0, 1, 2)):
            for keepdims in (False, True):
                label = f"axis={axis}-keepdims={keepdims}"
                add(f"np.{name}", label, lambda a, f=function, x=axis, k=keepdims: f(a, axis=x, keepdims=k), (2, 3, 4))
                method = operator.methodcaller(name, axis=axis, keepdims=keepdims)
                add(f"np.{name}", f"method-{label}", method, (2, 3, 4))
        add(f"np.{name}", "scalar", function, ())
        if name in ("var", "std"):
            add(f"np.{name}", "ddof", lambda a, f=function: f(a, axis=1, ddof=1), (2, 4))
            add(f"np.{name}", "correction", lambda a, f=function: f(a, axis=0, correction=1), (3, 4))
            add(f"np.{name}", "mean", lambda a, f=function: f(a, axis=0, mean=np.full((1, 4), 0.3)), (3, 4))
    add("np.sum", "empty", np.sum, (0, 3))
    add("np.sum", "empty axis", lambda a: np.sum(a, axis=0), (0, 3))
    add("np.mean", "no answers", lambda a: np.mean(a, axis=1), (0, 3))
    add("np.sum", "no axes", lambda a: np.sum(a, axis=()), (2, 3))
    for axis in (None, 0, 1, -1):
        add("np.cumsum", f"axis={axis}", lambda a, x=axis: np.cumsum(a, axis=x), (3, 4))

    for axis in (None, 0, -1, (0, 2), (0, 1, 2)):
        for keepdims in (False, True):
            label = f"axis={axis}-keepdims={keepdims}"
            add("np.prod", label, lambda a, x=axis, k=keepdims: np.prod(a, axis=x, keepdims=k), (2, 3, 2))
            zeros = np.where(np.arange(12).reshape(2, 3, 2) % 5, 1.0, 0.0)
            add(
                "np.prod",
                f"zeros-{label}",
                lambda a, x=axis, k=keepdims, z=zeros: np.prod(a * z, axis=x, keepdims=k),
                (2, 3, 2),
            )
    for axis in (None, 0, 1, -1):
        add("np.cumprod", f"axis={axis}", lambda a, x=axis: np.cumprod(a, axis=x), (3, 4))
        zeros = np.where(np.arange(12).reshape(3, 4) % 5, 1.0, 0.0)
        add("np.cumprod", f"zeros-axis={axis}", lambda a, x=axis, z=zeros: np.cumprod(a * z, axis=x), (3, 4))

    # Linear algebra
    for a, b in [((3, 3), (3,)), ((3, 3), (3, 2)), ((4, 3, 3), (3,)), ((4, 3, 3), (4, 3, 2)), ((3, 3), (5, 3, 1)),
                 ((2, 1, 2, 2), (3, 2, 2))]:  # fmt: skip
        add("np.linalg.solve", f"{a} {b}", lambda m, v: np.linalg.solve(m + 3 * np.eye(m.shape[-1]), v), a, b)

    # Shapes
    add("np.reshape", "shape", lambda a: np.reshape(a, (3, -1)), (2, 6))
    add("np.reshape", "fortran", lambda a: np.reshape(a, (3, 4), order="F"), (2, 6))
    add("np.reshape", "method", lambda a: a.reshape(4, 3), (2, 6))
    add("np.reshape", "scalar", lambda a: a.reshape(1, 1), ())
    add("np.ravel", "c", np.ravel, (2, 3))
    add("np.ravel", "fortran", lambda a: np.ravel(a, order="F"), (2, 3))
    add("np.squeeze", "all", np.squeeze, (1, 3, 1))
    add("np.squeeze", "axis", lambda a: np.squeeze(a, axis=-1), (1, 3, 1))
    add("np.expand_dims", "axis", lambda a: np.expand_dims(a, 1), (2, 3))
    add("np.expand_dims", "axes", lambda a: np.expand_dims(a, (0, -1)), (2, 3))
    add("np.broadcast_to", "new axis", lambda a: np.broadcast_to(a, (4, 2, 3)), (2, 3))
    add("np.broadcast_to", "stretched", lambda a: np.broadcast_to(a, (2, 3)), (2, 1))
    add("np.broadcast_to", "scalar", lambda a: np.broadcast_to(a, (2, 3)), ())
    add("np.copy", "copy", np.copy, (2, 3))
    add("np.copy", "method", operator.methodcaller("copy"), (2, 3))
    add("np.astype", "same", lambda a: a.astype(np.float64), (2, 3))
    add("np.transpose", "reversed", np.transpose, (2, 3, 4))
    add("np.transpose", "axes", lambda a: np.transpose(a, (2, 0, 1)), (2, 3, 4))
    add("np.transpose", "negative axes", lambda a: np.transpose(a, (-1, 0, 1)), (2, 3, 4))
    add("np.transpose", "method", lambda a: a.transpose(1, 2, 0), (2, 3, 4))
    add("np.transpose", "T", lambda a: a.T, (2, 3, 4))
    add("np.swapaxes", "function", lambda a: np.swapaxes(a, 0, -1), (2, 3, 4))
    add("np.swapaxes", "method", lambda a: a.swapaxes(1, 2), (2, 3, 4))
    add("np.moveaxis", "one", lambda a: np.moveaxis(a, 0, -1), (2, 3, 4))
    add("np.moveaxis", "two", lambda a: np.moveaxis(a, (0, 1), (-1, 0)), (2, 3, 4))
    add("np.matrix_transpose", "function", np.matrix_transpose, (2, 3, 4))
    add("np.matrix_transpose", "mT", lambda a: a.mT, (2, 3, 4))
    add("np.flip", "all", np.flip, (2, 3))
    add("np.flip", "axis", lambda a: np.flip(a, axis=1), (2, 3))
    add("np.roll", "all", lambda a: np.roll(a, 2), (2, 3))
    add("np.roll", "axes", lambda a: np.roll(a, (1, -1), axis=(0, 1)), (3, 4))

    # Joining
    add("np.concatenate", "axis 0", lambda *arrays: np.concatenate(arrays), (2, 3), (1, 3), (4, 3))
    add("np.concatenate", "axis -1", lambda *arrays: np.concatenate(arrays, axis=-1), (2, 3), (2, 1))
    add("np.concatenate", "flat", lambda *arrays: np.concatenate(arrays, axis=None), (2, 3), (2,))
    add("np.concatenate", "with constants", lambda a: np.concatenate([np.ones((1, 3)), a, np.zeros((2, 3)), a]), (2, 3))
    add("np.stack", "axis 0", lambda *arrays: np.stack(arrays), (2, 3), (2, 3))
    add("np.stack", "axis -1", lambda *arrays: np.stack(arrays, axis=-1), (2, 3), (2, 3))
    add("np.stack", "scalars", lambda a, b: np.stack([a, b, a, 1.0]), (), ())
    add("np.concatenate", "vstack", lambda a, b: np.vstack([a, b]), (3,), (2, 3))
    add("np.concatenate", "hstack", lambda a, b: np.hstack([a, b]), (2, 3), (2, 1))
    add("np.concatenate", "hstack 1-d", lambda a, b: np.hstack((a, b)), (3,), (2,))
    add("np.concatenate", "hstack of one", lambda a: np.hstack([a]), (3,))
    add("np.concatenate", "column_stack", lambda a, b: np.column_stack([a, b]), (3,), (3, 2))
    add("np.concatenate", "block", lambda a, b: np.block([[a, b], [np.ones((1, 4)), np.zeros((1, 1))]]), (2, 4), (2, 1))
    add("np.concatenate", "block 1-d", lambda a, b: np.block([a, b, 3.0]), (2,), ())
    add("np.concatenate", "block 3-d", lambda a, b: np.block([a, b]), (2, 3, 1), (2, 3, 2))
    add("np.concatenate", "block of blocks", lambda a, b: np.block([[[a, b], [b, a]], [[b, b], [a, a]]]), (2,), (2,))
    add("np.reshape", "atleast", lambda a, b: np.concatenate(np.atleast_1d(a, b)), (), (3,))
    add("np.reshape", "atleast_2d", np.atleast_2d, (3,))
    for a, b in [((2, 3), (4, 3)), ((3,), (3,)), ((3,), (2, 3)), ((2, 3), (4, 5, 3)), ((2, 3), ()), ((), (3,))]:
        add("np.dot", f"inner {a} {b}", np.inner, a, b)
    add("np.dot", "vdot", np.vdot, (2, 3), (6,))
    add("np.einsum", "tensordot", lambda a, b: np.tensordot(a, b, axes=([1, 0], [0, 2])), (2, 3, 4), (3, 5, 2))
    add("np.einsum", "tensordot 2", np.tensordot, (2, 3, 4), (3, 4, 5))
    add("np.einsum", "tensordot 1", lambda a, b: np.tensordot(a, b, axes=1), (2, 3), (3, 4))

    # Choices
    condition = np.array([[True, False, True], [False, False, True]])
    add("np.where", "same shape", lambda a, b: np.where(condition, a, b), (2, 3), (2, 3))
    add("np.where", "broadcast", lambda a, b: np.where(condition, a, b), (3,), (2, 1))
    add("np.where", "constant", lambda a: np.where(a > 0, a, 0.01 * a), (2, 3))
    add("np.clip", "both", lambda a: np.clip(a, -0.5, 0.5), (3, 4))
    add("np.clip", "method", lambda a: a.clip(-0.5, 0.5), (3, 4))
    add("np.clip", "lower", lambda a: np.clip(a, -0.5, None), (3, 4))
    add("np.clip", "upper", lambda a: np.clip(a, None, 0.2), (3, 4))
    add("np.clip", "bounds", lambda a, low, high: np.clip(a, low - 1, high + 1), (3, 4), (4,), (3, 1))
    add(
        "np.clip",
        "bounds that act",
        lambda a, low, high: np.clip(a, low * 0.2 - 0.3, high * 0.2 + 0.3),
        (3, 4),
        (4,),
        (3, 1),
    )
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":  # before, the bounds had only one name
        add(
            "np.clip",
            "min and max",
            lambda a, low, high: np.clip(a, min=low * 0.2 - 0.3, max=high * 0.2 + 0.3),
            (3, 4),
            (4,),
            (3, 1),
        )
        add(
            "np.clip", "crossed min and max", lambda a, b, c: np.clip(a, min=b + 0.3, max=c - 0.3), (3, 4), (4,), (3, 1)
        )
    add("np.clip", "crossed bounds", lambda a, low, high: np.clip(a, low + 0.3, high - 0.3), (3, 4), (4,), (3, 1))
    add("np.real", "real", np.real, (2, 3))

    # Indexing
    mask = np.array([True, False, True])
    for label, index in {
        "int": 1, "negative": -1, "slice": slice(1, None), "step": slice(None, None, -2), "pair": (1, 2),
        "ellipsis": (..., 0),
        "newaxis": (None, slice(None), 1), "list": [2, 0], "repeated": [1, 1, 2], "array": np.array([[0, 1], [1, 1]]),
        "mask": mask, "mask 2-d": np.arange(12).reshape(3, 4) % 3 == 0, "two arrays": ([0, 0, 2], [1, 1, 3]),
        "mixed": (slice(None), [3, 3, 0]), "mixed apart": ([0, 2], slice(1, 3)), "outer": np.ix_([0, 2], [1, 3]),
        "all": ...,
        "empty": slice(0, 0), "empty list": [], "mask and int": (mask, 0),
    }.items():  # fmt: skip
        add("getitem", label, lambda a, i=index: a[i], (3, 4))
    add("getitem", "iteration", lambda a: sum(row * (i + 1) for i, row in enumerate(a)), (3, 4))
    add("getitem", "take", lambda a: np.take(a, [2, 0, 0], axis=1), (3, 4))
    add("getitem", "take flat", lambda a: np.take(a, [[5, 0], [5, 1]]), (3, 4))
    add("getitem", "take wrapped", lambda a: np.take(a, [7, -9], axis=1, mode="wrap"), (3, 4))
    add("put_at", "second order of indexing", lambda a: a[[0, 1, 1]] ** 2, (3, 4))

    # Windows
    for label, shape, window, kwargs in [
        ("1-d", (5,), 3, {}), ("2-d", (4, 5), (2, 3), {}), ("tuple of one", (5,), (2,), {}),
        ("axis", (4, 5), 2, {"axis": 1}), ("negative axis", (4, 5), 2, {"axis": -2}),
        ("axes", (2, 4, 5, 2), (2, 3), {"axis": (1, 2)}), ("axes turned", (4, 5), (2, 3), {"axis": (1, 0)}),
        ("an axis twice", (6, 2), (2, 3), {"axis": (0, 0)}),
        ("an axis thrice", (2, 7), (2, 3, 2), {"axis": (1, -1, 1)}), ("array", (4, 4), np.array([2, 2]), {}),
        ("whole", (3, 2), (3, 2), {}), ("of one", (3,), 1, {}), ("none", (3,), (), {"axis": ()}),
        ("writeable", (5,), 2, {"writeable": True}), ("subok", (5,), 2, {"subok": True}),
    ]:  # fmt: skip
        windows = partial(sliding_window_view, window_shape=window, **kwargs)
        add("np.lib.stride_tricks.sliding_window_view", label, windows, shape)
    add("add_windows", "second order of windows", lambda a: sliding_window_view(a, (2, 2), axis=(0, 0)) ** 2, (5, 2))

    # Repeating, padding, parts
    for label, call in {
        "number": lambda a: np.repeat(a, 2, axis=0), "last axis": lambda a: np.repeat(a, 3, axis=-1),
        "flat": lambda a: np.repeat(a, 2), "counts": lambda a: np.repeat(a, [2, 0, 3, 1], axis=1),
        "flat counts": lambda a: np.repeat(a, np.arange(12)), "one count": lambda a: np.repeat(a, [2], axis=0),
    }.items():  # fmt: skip
        add("np.repeat", label, call, (3, 4))
    add("np.repeat", "one entry", lambda a: np.repeat(a, [3]), (1,))
    add("np.repeat", "scalar", lambda a: np.repeat(a, 3), ())
    for reps in (2, (2,), (2, 3), (2, 1, 2), (1, 1), np.array([3, 1])):
        add("np.tile", f"{reps}", lambda a, r=reps: np.tile(a, r), (3, 2))
    add("np.tile", "scalar", lambda a: np.tile(a, (2, 3)), ())
    for width in (1, 0, (1, 2), ((1, 0), (0, 2)), [[2, 1], [1, 1]]):
        for mode in ("constant", "edge", "reflect", "symmetric", "wrap"):
            add("np.pad", f"{width} {mode}", lambda a, w=width, m=mode: np.pad(a, w, m), (3, 4))
    add("np.pad", "value", lambda a: np.pad(a, 1, constant_values=2.5), (3,))
    for k in (0, 1, -1, 5):
        add("np.tril", f"{k}", lambda a, k=k: np.tril(a, k), (3, 4))
        add("np.triu", f"{k}", lambda a, k=k: np.triu(a, k), (2, 3, 4))
        add("np.diag", f"of a vector {k}", lambda a, k=k: np.diag(a, k), (3,))
    for k in (0, 1, -1, 2):
        add("np.diag", f"of a matrix {k}", lambda a, k=k: np.diag(a, k), (3, 4))
        for name in ("diagonal", "trace"):
            function = getattr(np, name)
            add(f"np.{name}", f"{k}", lambda a, f=function, k=k: f(a, k), (3, 4))
            add(f"np.{name}", f"{k} turned", lambda a, f=function, k=k: f(a, k, 1, 0), (3, 4))
            add(f"np.{name}", f"{k} of three axes", lambda a, f=function, k=k: f(a, k), (3, 4, 2))
            add(f"np.{name}", f"{k} last axes", lambda a, f=function, k=k: f(a, k, -1, 1), (2, 3, 4))
    add("np.tril", "of a vector", np.tril, (3,))
    add("getitem", "diff", np.diff, (3, 4))
    add("getitem", "diff twice", lambda a: np.diff(a, 2, axis=0), (4, 3))
    add("getitem", "diff none", lambda a: np.diff(a, 0) * 1, (4,))
    add("getitem", "diff beside", lambda a, b: np.diff(a, prepend=0.0, append=b), (2, 4), (2, 1))
    add("np.concatenate", "append", np.append, (2, 3), (2,))
    add("np.concatenate", "append axis", lambda a, b: np.append(a, b, axis=1), (2, 3), (2, 1))
    add("np.flip", "fliplr flipud", lambda a: np.fliplr(a) * np.flipud(a), (2, 3))
    for name in ("split", "array_split", "vsplit", "hsplit"):
        function = getattr(np, name)
        add("getitem", name, lambda a, f=function: sum((i + 1) * part for i, part in enumerate(f(a, 2))), (4, 4))
        add("getitem", f"{name} at", lambda a, f=function: np.sum(f(a, [1, 3])[1] ** 2), (4, 4))
    add("getitem", "array_split uneven", lambda a: np.array_split(a, 3, axis=-1)[0] ** 2, (2, 4))
    add("getitem", "dsplit", lambda a: np.dsplit(a, 2)[1], (2, 3, 4))
    add("np.nan_to_num", "finite", np.nan_to_num, (2, 3))
    for axis in (-1, 0, 1, None):
        add("np.sort", f"{axis}", lambda a, x=axis: np.sort(a, axis=x), (3, 4))
    order = np.array([[1, 0, 1], [0, 0, 1]])
    add("np.take_along_axis", "axis 0", lambda a: np.take_along_axis(a, order, 0), (2, 3))
    add("np.take_along_axis", "axis -1", lambda a: np.take_along_axis(a, order, -1), (2, 3))
    add("np.take_along_axis", "flat", lambda a: np.take_along_axis(a, np.array([5, 0, 0]), None), (2, 3))
    for axis, keepdims in [(None, False), (0, False), (1, True), ((0, 1), False), ((1,), True), (-1, False)]:
        label = f"axis={axis}-keepdims={keepdims}"
        norm = partial(np.linalg.norm, axis=axis, keepdims=keepdims)
        add("np.linalg.norm", label, norm, (3, 4))
        if isinstance(axis, int):
            for p in (1, 2, 3, 2.5, np.inf, -np.inf):
                add("np.linalg.norm", f"{label}-ord={p}", partial(norm, ord=p), (3, 4))
    add("np.linalg.norm", "fro", lambda a: np.linalg.norm(a, "fro"), (3, 4))
    add("np.linalg.norm", "vector", np.linalg.norm, (4,))
    return found
