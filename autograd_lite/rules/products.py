"""Products of vectors, matrices and higher arrays: `matmul`, `dot`, `outer`, `inner`, `einsum`, `tensordot`."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from autograd_lite.registry import declare, defcomposition, defvjp, size_of

defvjp(np.matmul,   x1=lambda g, x2: _matmul_x1(g, x2),
                    x2=lambda g, x1: _matmul_x2(g, x1))
declare(np.dot, parameters="a b out=")
defvjp(np.dot,      a=lambda g, b, a_shape: _dot_a(g, b, a_shape),
                    b=lambda g, a, b_shape: _dot_b(g, a, b_shape))
defvjp(np.outer,    a=lambda g, b, a_shape: (g @ _flat(b)).reshape(a_shape),
                    b=lambda g, a, b_shape: (_flat(a) @ g).reshape(b_shape))
declare(np.einsum, parameters="*operands out= optimize= dtype= order= casting=", sequences="operands")
defvjp(np.einsum,   operands=lambda g, operands, needed: _einsum_operands(g, operands, needed))

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
