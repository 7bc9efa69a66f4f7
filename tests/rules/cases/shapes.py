"""Shapes, axes, joining, inserting, padding."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.rules.cases.basic import Case


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Any, *shapes: tuple[int, ...]) -> None:
        rng = np.random.default_rng(len(found) + 13)
        found.append(Case(f"np.{name}", label, call, tuple(rng.uniform(0.3, 2.1, size=shape) for shape in shapes)))

    # Axes
    for shape in ((), (3,), (2, 3), (2, 3, 2)):
        add("atleast_3d", f"{shape}", np.atleast_3d, shape)
    add("atleast_3d", "several", lambda a, b: np.concatenate(np.atleast_3d(a, b), axis=1), (), (3,))
    for k in (0, 1, 2, 3, -1, 5):
        add("rot90", f"{k}", lambda m, k=k: np.rot90(m, k), (2, 3))
        add("rot90", f"{k} axes", lambda m, k=k: np.rot90(m, k, axes=(2, 0)), (2, 3, 2))
    for axis, start in ((2, 0), (0, 3), (-1, 1), (1, 1)):
        add("rollaxis", f"{axis} {start}", lambda a, x=axis, s=start: np.rollaxis(a, x, s), (2, 3, 4))
    add("broadcast_arrays", "first", lambda a, b: np.broadcast_arrays(a, b)[0] + 0 * b, (3,), (2, 1))
    add("broadcast_arrays", "both", lambda a, b: np.multiply(*np.broadcast_arrays(a, b, subok=True)), (3,), (2, 1))
    for indexing in ("xy", "ij"):
        for sparse in (False, True):
            for copy in (False, True):
                add("meshgrid", f"{indexing} sparse={sparse} copy={copy}", lambda x, y, z, i=indexing, s=sparse, c=copy:
                    np.prod(np.stack(np.broadcast_arrays(*np.meshgrid(x, y, z, indexing=i, sparse=s, copy=c))), 0),
                    (2,), (3,), ())  # fmt: skip
    for axis in (0, 1, -1):
        add("unstack", f"{axis}", lambda a, x=axis: np.unstack(a, axis=x)[1], (2, 3, 2))

    # Joining and building
    add("dstack", "vectors", lambda a, b: np.dstack([a, b]), (3,), (3,))
    add("dstack", "higher", lambda a, b: np.dstack((a, b)), (2, 3), (2, 3, 2))
    for a, b in (((2, 3), (2, 2)), ((3,), (2,)), ((2,), (2, 3)), ((), (3,)), ((2, 2, 1), (3, 2))):
        add("kron", f"{a} {b}", np.kron, a, b)
    for options in ({}, {"N": 2}, {"N": 5, "increasing": True}):
        add("vander", f"{options}", lambda x, o=options: np.vander(x, **o), (3,))
    for k in (0, 1, -2):
        add("diagflat", f"{k}", lambda v, k=k: np.diagflat(v, k), (2, 2))

    # Parts taken out and put in
    mask = np.array([True, False, True])
    parts = (slice(0, 2), slice(None, None, 2), slice(2, None, -2), slice(0, 0))
    for obj in (1, -1, [0, 2], np.array([1]), mask, [], *parts):
        add("delete", f"{obj}", lambda a, o=obj: np.delete(a, o, axis=1), (2, 3))
    for axis in (None, 0, -1):
        add("delete", f"axis={axis}", lambda a, x=axis: np.delete(a, [0], axis=x), (2, 3))
        add("insert", f"axis={axis}", lambda a, v, x=axis: np.insert(a, 1, v, axis=x), (2, 3), ())
    for obj in (1, -1, [1], [0, 2, 2], slice(0, 2), mask, [2, 0]):
        add("insert", f"{obj}", lambda a, v, o=obj: np.insert(a, o, v, axis=1), (2, 3), (2, 1))
    add("insert", "a row", lambda a, v: np.insert(a, 1, v, axis=0), (2, 3), (3,))
    add("insert", "columns", lambda a, v: np.insert(a, [1], v, axis=1), (2, 3), (2, 2))
    add("insert", "flat", lambda a, v: np.insert(a, [1, 5], v), (2, 3), (2,))
    for shape in ((2, 2), (4, 3), (7,), 4, (1, 2, 5)):
        add("resize", f"{shape}", lambda a, s=shape: np.resize(a, s), (2, 3))
    zeros = np.array([0.0, 1.0, 2.0, 0.0, 3.0, 0.0])
    for trim in ("fb", "f", "b"):
        add("trim_zeros", trim, lambda a, t=trim: np.trim_zeros(a * zeros, t), (6,))
        if np.lib.NumpyVersion(np.__version__) >= "2.2.0":
            for axis in (None, 0, -1, (0, 1)):
                add("trim_zeros", f"{trim} axis={axis}", lambda a, t=trim, x=axis:
                    np.trim_zeros(a * zeros * zeros[:4, None], t, axis=x), (4, 6))  # fmt: skip

    # Padding
    for width in (2, (1, 3), ((1, 0), (0, 2))):
        for mode in ("reflect", "symmetric"):
            for kind in ("odd", "even"):
                add("pad", f"{width} {mode} {kind}", lambda a, w=width, m=mode, k=kind:
                    np.pad(a, w, m, reflect_type=k), (3, 4))  # fmt: skip
        for mode in ("maximum", "minimum", "mean", "median"):
            for length in (None, 2, ((1, 2), (3, 2))):
                add("pad", f"{width} {mode} {length}", lambda a, w=width, m=mode, n=length:
                    np.pad(a, w, m, stat_length=n), (3, 4))  # fmt: skip
        add("pad", f"{width} linear_ramp", lambda a, w=width: np.pad(a, w, "linear_ramp", end_values=1.5), (3, 4))
        add("pad", f"{width} empty", lambda a, w=width: np.pad(a, w, "empty")[2:3, 2:4], (3, 4))
    add("pad", "end values", lambda a: np.pad(a, 2, "linear_ramp", end_values=((1.0, 2.0), (3.0, 4.0))), (3, 4))
    add("pad", "differentiable constants", lambda a, c, d: np.pad(a + 0 * c * d, 2, constant_values=(c, d)),
        (4,), (), ())  # fmt: skip
    add("pad", "by axis", lambda a: np.pad(a, {-1: (1, 2)}, "reflect"), (2, 4))
    return found
