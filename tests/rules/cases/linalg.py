"""Linear algebra: every function with all of its parameters.

What has a free sign or phase (vectors of complex matrices) enters as something that does not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.rules.cases.basic import Case

linalg = np.linalg


def distinct(*shape: int, seed: int = 0) -> Any:
    """Matrices with singular values and eigenvalues well apart."""
    rng = np.random.default_rng(seed)
    n = min(shape[-2:])
    diagonal = np.zeros(shape)
    diagonal[..., range(n), range(n)] = np.arange(1, n + 1) * 1.7
    return rng.uniform(-0.4, 0.4, size=shape) + diagonal


def positive(a: Any) -> Any:
    """A Hermitian positive definite matrix made of any."""
    return a @ np.conjugate(a).mT + 2 * np.eye(a.shape[-1])


def hermitian(a: Any) -> Any:
    return a + np.conjugate(a).mT


def filtered(vectors: Any, weights: Any) -> Any:
    """A matrix made of vectors that does not change with their phases."""
    return (vectors * weights) @ np.conjugate(vectors).mT


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Callable[..., Any], *arrays: Any) -> None:
        arrays = tuple(distinct(*a, seed=len(found)) if isinstance(a, tuple) and len(a) > 1 else a for a in arrays)
        arrays = tuple(np.linspace(0.4, 1.3, a[0]) if isinstance(a, tuple) else a for a in arrays)
        found.append(Case(f"np.linalg.{name}", label, call, arrays))

    # Inverses and equations
    for shape in [(3, 3), (2, 3, 3), (1, 1), (0, 0)]:
        add("inv", f"{shape}", linalg.inv, shape)
        add("det", f"{shape}", linalg.det, shape)
        add("slogdet", f"logabsdet {shape}", lambda a: linalg.slogdet(a).logabsdet, shape)
        add("slogdet", f"sign {shape}", lambda a: linalg.slogdet(a)[0] * a.sum((-1, -2)), shape)
    add("det", "0", lambda a: linalg.det(a * np.array([1.0, 1.0, 0.0])), (3, 3))
    add("det", "0 of rank 1", lambda a: linalg.det(a * np.array([1.0, 0.0, 0.0]) * a.mT[:, :1]), (3, 3))
    add("det", "0 among others", lambda a: linalg.det(a * np.array([1.0, 0.0])[:, None, None]), (2, 2, 2))
    add("det", "equal rows", linalg.det, np.array([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0], [2.0, -1.0, 0.5]]))
    for shape in [(3, 3), (4, 2), (2, 4), (2, 3, 2)]:
        add("pinv", f"{shape}", linalg.pinv, shape)
    add("pinv", "rcond", partial(linalg.pinv, rcond=1e-3), (3, 2))
    add("pinv", "rcond for each", partial(linalg.pinv, rcond=np.array([1e-3, 1e-4])), (2, 3, 2))
    add("pinv", "rtol", partial(linalg.pinv, rtol=1e-3), (3, 2))
    add("pinv", "rtol None", partial(linalg.pinv, rtol=None), (3, 2))
    add("pinv", "hermitian", lambda a: linalg.pinv(hermitian(a), hermitian=True), (3, 3))
    for a, b in [((4, 2), (4,)), ((4, 2), (4, 3)), ((3, 3), (3, 2)), ((2, 4), (2, 3)), ((2, 3), (2,))]:
        add("lstsq", f"x {a} {b}", lambda a, b: linalg.lstsq(a, b)[0], a, b)
    add("lstsq", "residuals", lambda a, b: linalg.lstsq(a, b)[1], (4, 2), (4, 3))
    add("lstsq", "residual of a vector", lambda a, b: linalg.lstsq(a, b)[1], (4, 2), (4,))
    add("lstsq", "no residuals", lambda a, b: linalg.lstsq(a, b)[1].sum() + linalg.lstsq(a, b)[0], (2, 2), (2, 3))
    add("lstsq", "s", lambda a, b: linalg.lstsq(a, b)[3] * b.sum(), (4, 2), (4, 3))
    add("lstsq", "rcond", lambda a, b: linalg.lstsq(a, b, rcond=1e-3)[0], (4, 2), (4, 3))
    add("lstsq", "rcond -1", lambda a, b: linalg.lstsq(a, b, rcond=-1)[0], (4, 2), (4,))
    add("tensorsolve", "plain", lambda a, b: linalg.tensorsolve(a.reshape(2, 3, 6), b), (6, 6), (2, 3))
    add("tensorsolve", "axes", lambda a, b: linalg.tensorsolve(a.reshape(2, 6, 3), b, axes=(1,)), (6, 6), (2, 3))
    for ind, shape in [(1, (6, 2, 3)), (2, (2, 3, 6)), (2, (2, 3, 3, 2))]:
        add("tensorinv", f"{ind} {shape}", lambda a, i=ind, s=shape: linalg.tensorinv(a.reshape(s), i), (6, 6))
    for n in (-3, -1, 0, 1, 2, 3, 5):
        add("matrix_power", f"{n}", lambda a, n=n: linalg.matrix_power(a, n) * a[0, 0], (3, 3))
    add("matrix_power", "batched", partial(linalg.matrix_power, n=4), (2, 3, 3))
    for p in (None, 2, -2, 1, -1, np.inf, -np.inf, "fro", "nuc"):
        add("cond", f"{p}", partial(linalg.cond, p=p), (2, 3, 3))
    add("cond", "not square", linalg.cond, (4, 2))

    # Decompositions
    for shape in [(3, 3), (2, 3, 3), (1, 1), (0, 0)]:
        for upper in (False, True):
            add("cholesky", f"{shape} upper={upper}", lambda a, u=upper: linalg.cholesky(positive(a), upper=u), shape)
        for UPLO in ("L", "U", "l"):
            add("eigvalsh", f"{shape} {UPLO}", lambda a, u=UPLO: linalg.eigvalsh(hermitian(a), u), shape)
            add("eigh", f"values {shape} {UPLO}", lambda a, u=UPLO: linalg.eigh(hermitian(a), u)[0], shape)
            add(
                "eigh",
                f"vectors {shape} {UPLO}",
                lambda a, u=UPLO: filtered(linalg.eigh(hermitian(a), u).eigenvectors, np.arange(a.shape[-1])),
                shape,
            )
        add("eigh", f"function {shape}", lambda a: _function(*linalg.eigh(hermitian(a))), shape)
    for shape in [(3, 3), (2, 3, 3), (1, 1)]:
        add("eigvals", f"{shape}", linalg.eigvals, shape)
        add("eig", f"values {shape}", lambda a: linalg.eig(a)[0], shape)
        add("eig", f"vectors {shape}", lambda a: linalg.eig(a).eigenvectors, shape)
    turning = np.array([[0.3, 2.0, 0.1], [-1.5, 0.2, 0.4], [0.2, -0.3, 1.1]])
    add("eigvals", "complex pair", linalg.eigvals, turning)
    add("eig", "complex pair", lambda a: linalg.eig(a).eigenvectors * linalg.eig(a).eigenvalues, turning)
    for shape in [(3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 2, 3), (1, 3)]:
        add("svdvals", f"{shape}", linalg.svdvals, shape)
        add("svd", f"values {shape}", lambda a: linalg.svd(a)[1], shape)
        add("svd", f"compute_uv=False {shape}", partial(linalg.svd, compute_uv=False), shape)
        for full in (False, True):
            label = f"{shape} full_matrices={full}"
            add(
                "svd",
                f"left {label}",
                lambda a, f=full: filtered(linalg.svd(a, f).U, _weights(a, linalg.svd(a, f).U.shape[-1])),
                shape,
            )
            add(
                "svd",
                f"right {label}",
                lambda a, f=full: filtered(linalg.svd(a, f).Vh.mT, _weights(a, linalg.svd(a, f).Vh.shape[-2])),
                shape,
            )
            add("svd", f"function {label}", lambda a, f=full: _recomposed(*linalg.svd(a, full_matrices=f)), shape)
    add("svd", "hermitian", lambda a: filtered(linalg.svd(hermitian(a), hermitian=True).U, np.arange(3)), (3, 3))
    add("svd", "hermitian function", lambda a: _recomposed(*linalg.svd(hermitian(a), hermitian=True)), (3, 3))
    add(
        "svd",
        "hermitian indefinite",
        lambda a: _recomposed(*linalg.svd(hermitian(a) - 3 * np.eye(3), hermitian=True)),
        (2, 3, 3),
    )
    add("svd", "hermitian values", lambda a: linalg.svd(hermitian(a), compute_uv=False, hermitian=True), (3, 3))
    for shape in [(3, 3), (4, 2), (2, 4), (2, 3, 2), (2, 2, 3), (1, 1)]:
        for part in ("Q", "R"):
            add("qr", f"{part} {shape}", lambda a, p=part: getattr(linalg.qr(a), p), shape)
        add("qr", f"both {shape}", lambda a: np.sin(linalg.qr(a)[0]) @ np.cos(linalg.qr(a)[1]), shape)
        add("qr", f"r {shape}", lambda a: linalg.qr(a, mode="r"), shape)
    add("qr", "complete", lambda a: linalg.qr(a, mode="complete").Q, (2, 3))
    add("qr", "complete R", lambda a: linalg.qr(a, "complete")[1], (3, 3))

    # Norms
    for ord in ("nuc", 2, -2, 1, -1, np.inf, -np.inf, "fro", None):
        for axis, shape in [(None, (3, 4)), ((0, 1), (3, 2)), ((1, 0), (3, 2)), ((-1, 0), (3, 2, 4))]:
            for keepdims in (False, True):
                norm = partial(linalg.norm, ord=ord, axis=axis, keepdims=keepdims)
                add("norm", f"{ord} {axis} {keepdims}", norm, shape)
        for keepdims in (False, True):
            kind = {} if ord is None else {"ord": ord}
            add("matrix_norm", f"{ord} {keepdims}", partial(linalg.matrix_norm, keepdims=keepdims, **kind), (2, 3, 2))
    for ord in (1, 2, 3, 0.5, -1, -2.5, np.inf, -np.inf):
        for axis in (None, 0, -1, (0, 2), (1,)):
            for keepdims in (False, True):
                norm = partial(linalg.vector_norm, ord=ord, axis=axis, keepdims=keepdims)
                add("vector_norm", f"{ord} {axis} {keepdims}", norm, (2, 3, 2))
        add("norm", f"vector {ord}", partial(linalg.norm, ord=ord), (4,))
        add("norm", f"vectors {ord}", partial(linalg.norm, ord=ord, axis=1), (3, 4))
    add("norm", "count", lambda a: linalg.norm(a, 0) * a, (4,))

    # Products and parts
    add("multi_dot", "two", lambda *a: linalg.multi_dot(a), (2, 3), (3, 4))
    add("multi_dot", "three", lambda *a: linalg.multi_dot(a), (2, 3), (3, 4), (4, 2))
    add("multi_dot", "four", lambda *a: linalg.multi_dot(a), (2, 3), (3, 4), (4, 2), (2, 5))
    add("multi_dot", "vectors", lambda *a: linalg.multi_dot(a), (3,), (3, 4), (4,))
    add("outer", "vectors", linalg.outer, (3,), (2,))
    add("matmul", "matrices", linalg.matmul, (2, 3), (3, 4))
    add("tensordot", "axes", partial(linalg.tensordot, axes=((1, 0), (0, 1))), (2, 3, 4), (3, 2))
    add("tensordot", "number", partial(linalg.tensordot, axes=1), (2, 3), (3, 4))
    add("matrix_transpose", "batched", linalg.matrix_transpose, (2, 3, 4))
    for offset in (0, 1, -1):
        add("diagonal", f"{offset}", partial(linalg.diagonal, offset=offset), (2, 3, 4))
        add("trace", f"{offset}", partial(linalg.trace, offset=offset), (2, 3, 4))
    add("trace", "dtype", partial(linalg.trace, dtype=np.complex128), (2, 3, 4))
    return found


def _function(w: Any, v: Any) -> Any:
    return (v * np.sin(w)[..., None, :]) @ np.conjugate(v).mT


def _recomposed(u: Any, s: Any, vh: Any) -> Any:
    k = s.shape[-1]
    return (u[..., :k] * np.sin(s)[..., None, :]) @ vh[..., :k, :]


def _weights(a: Any, count: int) -> Any:
    """Of each singular vector its own, of those that the matrix leaves open one for all."""
    return np.minimum(np.arange(count), min(a.shape[-2:]))
