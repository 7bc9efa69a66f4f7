"""Products of vectors, matrices and higher arrays: `matmul`, `dot`, `outer`, `inner`, `einsum`, `tensordot`."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from autograd_lite.registry import declare, defcomposition, defview_of_second, defvjp, size_of
from autograd_lite.rules.indexing import as_number

defvjp(np.matmul,   x1=lambda g, x2: _matmul_x1(g, x2),
                    x2=lambda g, x1: _matmul_x2(g, x1))
declare(np.dot, parameters="a b out=")
defvjp(np.dot,      a=lambda g, b, a_shape: _dot_a(g, b, a_shape),
                    b=lambda g, a, b_shape: _dot_b(g, a, b_shape))
defvjp(np.outer,    a=lambda g, b, a_shape: (g @ _flat(b)).reshape(a_shape),
                    b=lambda g, a, b_shape: (_flat(a) @ g).reshape(b_shape))
declare(np.einsum, parameters="*operands out= optimize= dtype= order= casting=", sequences="operands")
defvjp(np.einsum,   operands=lambda g, operands, needed: _einsum_operands(g, operands, needed))
defview_of_second(np.einsum)  # of a diagonal, or with its axes in another order

defvjp(np.cross,    a=lambda g, a_shape, b, axisa, axisb, axisc, axis:
                        np.cross(b, g, *_vector_axes(a_shape, axisa, axisb, axisc, axis)),
                    b=lambda g, a, b_shape, axisa, axisb, axisc, axis:
                        np.cross(g, a, *_vector_axes(b_shape, axisb, axisc, axisa, axis)))

defcomposition(np.cross,      lambda *args, **kwargs: _cross_of_two(*args, **kwargs))
defcomposition(np.kron,       lambda a, b: _kron(a, b))
defcomposition(np.vecdot,     lambda x1, x2: as_number((_row(x1) @ np.expand_dims(x2, -1))[..., 0, 0]))
defcomposition(np.vecmat,     lambda x1, x2: (_row(x1) @ x2)[..., 0, :])
defcomposition(np.matvec,     lambda x1, x2: (x1 @ np.expand_dims(x2, -1))[..., 0])
defcomposition(np.inner,      lambda a, b: _inner(a, b))
defcomposition(np.vdot,       lambda a, b: np.dot(np.conjugate(np.ravel(a)), np.ravel(b)))
defcomposition(np.tensordot,  lambda a, b, axes=2: _tensordot(a, b, axes))


def _flat(x: Any) -> Any:
    return x.reshape(-1) if np.ndim(x) else x * np.ones(1)


def _matmul_x1(g: Any, x2: Any) -> Any:
    if x2.ndim == 1:
        return g[..., None] * x2
    if g.ndim == x2.ndim - 1:  # x1 was a vector
        return (x2 @ g[..., None])[..., 0]
    return g @ x2.mT


def _matmul_x2(g: Any, x1: Any) -> Any:
    if x1.ndim == 1:
        return g * x1 if g.ndim == 0 else x1[:, None] * g[..., None, :]
    if g.ndim == x1.ndim - 1:  # x2 was a vector
        return (x1.mT @ g[..., None])[..., 0]
    return x1.mT @ g


def _dot_a(g: Any, b: Any, a_shape: tuple[int, ...]) -> Any:
    if np.ndim(b) == 0 or a_shape == ():
        return g * b
    if b.ndim <= 2:
        return _matmul_x1(g, b)
    columns = np.moveaxis(b, -2, 0).reshape(a_shape[-1], -1)
    return (g.reshape(-1, columns.shape[1]) @ columns.T).reshape(a_shape)


def _dot_b(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    if np.ndim(a) == 0 or b_shape == ():
        return g * a
    if a.ndim <= 2 and len(b_shape) <= 2:
        return _matmul_x2(g, a)
    rows = a.reshape(-1, a.shape[-1])
    if len(b_shape) == 1:
        return g.reshape(-1) @ rows
    summed = rows.T @ g.reshape(rows.shape[0], -1)
    return np.moveaxis(summed.reshape(b_shape[-2], *b_shape[:-2], b_shape[-1]), 0, -2)


def _row(x: Any) -> Any:
    """The conjugate of vectors as matrices of one row."""
    return np.expand_dims(np.conjugate(x) if not hasattr(x, "dtype") or x.dtype.kind == "c" else x, -2)


def _vector_axes(shape: tuple[int, ...], out: int, first: int, second: int, axis: Any) -> tuple[int, int, int]:
    """The axes with the vectors' components, of the operands and of the answer, counted from its end."""
    first, second, out = (first, second, out) if axis is None else (axis, axis, axis)
    return first, second, out if out < 0 else out - len(shape)


def _cross_of_two(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: Any = None) -> Any:
    """The cross product with vectors of 2 components, the third of which is 0; others have a rule."""
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    counts = np.shape(a)[axisa], np.shape(b)[axisb]
    if 2 not in counts:
        return NotImplemented

    def filled(x: Any) -> Any:
        return np.pad(x, [(0, 0)] * (np.ndim(x) - 1) + [(0, 3 - np.shape(x)[-1])])

    ans = np.cross(filled(np.moveaxis(a, axisa, -1)), filled(np.moveaxis(b, axisb, -1)))
    return ans[..., 2] if counts == (2, 2) else np.moveaxis(ans, -1, axisc)


def _kron(a: Any, b: Any) -> Any:
    """Each axis of `a` beside the same axis of `b`, then both made one."""
    ndim = max(np.ndim(a), np.ndim(b))
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    rows, columns = ((1,) * (ndim - np.ndim(x)) + tuple(np.shape(x)) for x in (a, b))
    outer = np.reshape(a, [i for n in rows for i in (n, 1)]) * np.reshape(b, [i for n in columns for i in (1, n)])
    return np.reshape(outer, [n * m for n, m in zip(rows, columns, strict=True)])


def _inner(a: Any, b: Any) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.dot(a, b if np.ndim(b) == 1 else np.swapaxes(b, -1, -2))


def _tensordot(a: Any, b: Any, axes: Any) -> Any:
    """One matrix product, with the summed axes of `a` last and those of `b` first: the way NumPy computes it."""
    if np.ndim(axes) == 0:
        over_a, over_b = list(range(np.ndim(a) - axes, np.ndim(a))), list(range(axes))
    else:
        over_a, over_b = ([int(i) for i in np.atleast_1d(part)] for part in axes)
    over_a, over_b = [i % np.ndim(a) for i in over_a], [i % np.ndim(b) for i in over_b]
    summed = [np.shape(a)[i] for i in over_a]
    if summed != [np.shape(b)[j] for j in over_b]:
        raise ValueError(f"np.tensordot: the axes to sum over have lengths {summed} in a and "
                         f"{[np.shape(b)[j] for j in over_b]} in b")
    kept_a = [i for i in range(np.ndim(a)) if i not in over_a]
    kept_b = [j for j in range(np.ndim(b)) if j not in over_b]
    shape_a, shape_b = [np.shape(a)[i] for i in kept_a], [np.shape(b)[j] for j in kept_b]
    rows = np.reshape(np.transpose(a, kept_a + over_a), (size_of(shape_a), size_of(summed)))
    columns = np.reshape(np.transpose(b, over_b + kept_b), (size_of(summed), size_of(shape_b)))
    return np.reshape(np.dot(rows, columns), shape_a + shape_b)


# -- einsum ------------------------------------------------------------------------------------------------------------


def _einsum_operands(g: Any, operands: list[Any], needed: list[bool]) -> list[Any]:
    """The cotangents of einsum's operands: each is the einsum of ``g`` with all the other operands."""
    terms, out, arrays, positions = _einsum_terms(operands)
    cotangents: list[Any] = [None] * len(operands)
    for k, position in enumerate(positions):
        if needed[position]:
            cotangents[position] = _einsum_operand(g, k, terms, out, arrays)
    return cotangents


def _einsum_operand(g: Any, k: int, terms: list[str], out: str, arrays: list[Any]) -> Any:
    others = [(term, array) for i, (term, array) in enumerate(zip(terms, arrays, strict=True)) if i != k]
    sizes = dict(zip(terms[k], arrays[k].shape, strict=True))
    lengths: dict[str, int] = {}  # an index of length 1 goes with any other length
    for term, array in zip(terms, arrays, strict=True):
        lengths.update({i: size for i, size in zip(term, np.shape(array), strict=True) if lengths.get(i, 1) == 1})
    target = ""
    for letter in terms[k]:
        if letter in target:  # a repeated index reads a diagonal: an identity matrix puts it back
            fresh = next(c for c in string.ascii_letters if c not in "".join([*terms, out, target]))
            others.append((letter + fresh, np.eye(sizes[letter], dtype=g.dtype, like=arrays[k])))
            target += fresh
        else:
            target += letter
    reachable = set(out) | {
        letter for term, array in others for letter, size in zip(term, np.shape(array), strict=True)
        if size == lengths.get(letter, size)
    }
    for letter in dict.fromkeys(terms[k]):
        if letter not in reachable:  # summed away: every entry along it receives the same
            others.append((letter, np.ones(sizes[letter], dtype=g.dtype, like=arrays[k])))
    others.insert(k, (out, g))  # where the operand itself stood, as people write it
    subscripts = ",".join(term for term, _ in others)
    cotangent = np.einsum(f"{subscripts}->{target}", *(array for _, array in others))
    stretched = tuple(axis for axis, i in enumerate(target) if sizes.get(i) == 1 != lengths[i])
    return np.sum(cotangent, axis=stretched, keepdims=True) if stretched else cotangent


def _einsum_terms(operands: list[Any]) -> tuple[list[str], str, list[Any], list[int]]:
    """Read either way of calling einsum: (a term for each array, the output's term, the arrays, their positions).

    An ellipsis is written out with letters of its own, aligned at the right.
    """
    if isinstance(operands[0], str):
        inputs, arrow, out = operands[0].replace(" ", "").partition("->")
        terms, positions = inputs.split(","), list(range(1, len(operands)))
        output: str | None = out if arrow else None
    else:
        pairs = len(operands) // 2
        positions = list(range(0, 2 * pairs, 2))
        terms = [_letters(operands[p + 1]) for p in positions]
        output = _letters(operands[-1]) if len(operands) % 2 else None
    arrays = [operands[p] for p in positions]
    free = [c for c in string.ascii_letters if c not in "".join(terms)]
    widths = [np.ndim(a) - len(t.replace("...", "")) for t, a in zip(terms, arrays, strict=True) if "..." in t]
    dots = "".join(free[: max(widths, default=0)])
    for i, (term, array) in enumerate(zip(terms, arrays, strict=True)):
        if "..." in term:
            width = np.ndim(array) - len(term.replace("...", ""))
            terms[i] = term.replace("...", dots[len(dots) - width :])
    if output is None:
        letters = "".join(t for t in terms)
        output = dots + "".join(sorted(c for c in set(letters) if letters.count(c) == 1 and c not in dots))
    return terms, output.replace("...", dots), arrays, positions


def _letters(sublist: Any) -> str:
    return "".join("..." if i is Ellipsis else string.ascii_letters[i] for i in sublist)
