"""Linear algebra: decompositions, inverses, equations, norms.

The formulas are those of Giles, "An extended collection of matrix derivative results" (2008), Murray,
"Differentiation of the Cholesky decomposition" (2016), Townsend, "Differentiating the singular value decomposition"
(2016), Walter and Lehmann, "Algorithmic differentiation of linear algebra functions" (2010), Wan and Zhang,
"Automatic differentiation for complex valued SVD" (2019), Golub and Pereyra, "The differentiation of
pseudo-inverses" (1973). They are written for complex matrices as c = dL/dRe - i dL/dIm asks: where they have the
conjugate of a cotangent, here the cotangent stands.

Special points: what NumPy does not read has gradient 0: `cholesky`, `eigh`, `eigvalsh` and whatever is
``hermitian`` read one triangle, so the gradient is in that triangle. `norm` has derivative 0 where it is 0; the
largest singular values share a tie evenly, as the largest sums of rows and columns do. `det` is right where it is
0, to all orders for matrices up to 32 by 32. `pinv` and `lstsq` count a matrix as one of constant rank. `slogdet`,
`inv`, `solve` and `cond` of a singular matrix, `qr` of dependent columns, `eig` of a defective matrix have no
derivative, and raise LinAlgError.

Eigenvectors and singular vectors are determined up to a factor, of modulus 1, and among equal values up to a
rotation: a loss must not depend on that. Of a matrix with equal values (or, not square, with singular values 0) the
values alone are differentiated, once; a loss that depends on vectors too raises an error: from their cotangents its
derivative can not be found. `eig` scales its vectors as LAPACK does, and their derivative keeps to that.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.registry import defcomposition, defreduction, defresults, defvjp, step_by_step
from autograd_lite.rules.elementwise import direction

linalg = np.linalg
_vecdot: Any = np.vecdot

# -- inverses and equations --------------------------------------------------------------------------------------------

defvjp(linalg.inv,          a=lambda g, ans: -(ans.mT @ g @ ans.mT))
defvjp(linalg.solve,        a=lambda g, ans, a, b_shape: _outer(_solved(g, a, b_shape), ans, b_shape),
                            b=lambda g, a, b_shape: _solved(g, a, b_shape))
defvjp(linalg.pinv,         a=lambda g, ans, a, hermitian: _onto_triangle(_through_pinv(g, ans, a)) if hermitian
                                else _through_pinv(g, ans, a))
defresults(linalg.lstsq,    named=False,
                            x={"a": lambda g, cache, a, b, rcond: _lstsq_a(g, a, b, rcond),
                               "b": lambda g, cache, a, b, rcond: _lstsq_b(g, a, rcond)},
                            residuals={"a": lambda g, cache, a, b:
                                           _column(-_rest(g, cache, a, b)) @ _column(cache[0]).mT,
                                       "b": lambda g, cache, a, b: _rest(g, cache, a, b)},
                            rank={},
                            s={"a": lambda g, a: _through_values(g, *linalg.svd(a, full_matrices=False)),
                               "b": lambda g, b: np.zeros_like(b)})

# -- determinants ------------------------------------------------------------------------------------------------------

defvjp(linalg.det,          a=lambda g, ans, a: g[..., None, None] * _cofactors(a, ans))
defresults(linalg.slogdet,  sign={"a": lambda g, cache, a:
                                      1j * np.imag((g * cache.sign)[..., None, None]) * linalg.inv(a).mT},
                            logabsdet={"a": lambda g, a: g[..., None, None] * linalg.inv(a).mT})

# -- decompositions ----------------------------------------------------------------------------------------------------

defvjp(linalg.cholesky,     a=lambda g, ans, upper:
                                _onto_triangle(_through_cholesky(_adjoint(g), _adjoint(ans)), "U")
                                if upper else _onto_triangle(_through_cholesky(g, ans)))
_qr_parts = defresults(linalg.qr,
                            Q={"a": lambda g, cache, a: _through_qr(g, None, cache, a)},
                            R={"a": lambda g, cache, a: _through_qr(None, g, cache, a)})
defvjp(linalg.svdvals,      x=lambda g, x: _through_values(g, *linalg.svd(x, full_matrices=False)))
_svd_parts = defresults(linalg.svd,
                            U={"a": lambda g, cache: _through_left(g, *cache)},
                            S={"a": lambda g, cache: _through_values(g, *cache)},
                            Vh={"a": lambda g, cache: _through_left(g.mT, cache.Vh.mT, cache.S, cache.U.mT).mT})
defvjp(linalg.eigvalsh,     a=lambda g, a, UPLO: _onto_triangle(_on_vectors(g, linalg.eigh(a, UPLO)), UPLO))
defresults(linalg.eigh,     eigenvalues={"a": lambda g, cache, UPLO: _onto_triangle(_on_vectors(g, cache), UPLO)},
                            eigenvectors={"a": lambda g, cache, UPLO:
                                              _onto_triangle(_through_eigh(g, *cache), UPLO)})
defvjp(linalg.eigvals,      a=lambda g, ans, a: _on_eigenvectors(*_in_order_of(ans, g, *linalg.eig(a))))
defresults(linalg.eig,      eigenvalues={"a": lambda g, cache: _on_eigenvectors(_diagonal(g), cache.eigenvectors)},
                            eigenvectors={"a": lambda g, cache: _through_eig(g, *cache)})

# -- norms -------------------------------------------------------------------------------------------------------------

defreduction(linalg.norm,   x=lambda g, ans, x, ord, axis: g * _slope_of_norm(ans, x, ord, axis))

# -- what NumPy writes in calls of its own -----------------------------------------------------------------------------

step_by_step(linalg.matrix_norm, linalg.vector_norm, linalg.matrix_power, linalg.multi_dot, linalg.tensorinv)
step_by_step(linalg.outer, linalg.trace, linalg.diagonal, linalg.cross, linalg.matmul, linalg.tensordot)
step_by_step(linalg.matrix_transpose)

defcomposition(linalg.vecdot,      lambda x1, x2, axis=-1: _vecdot(x1, x2, axis=axis))
defcomposition(linalg.tensorsolve, lambda a, b, axes=None: _tensorsolve(a, b, axes))
defcomposition(linalg.cond,        lambda x, p=None: _cond(x, p))


def _svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """What of `svd` is not its rules: the values alone; a Hermitian matrix, whose eigenvalues have the signs."""
    if not compute_uv:
        return np.sort(np.absolute(linalg.eigvalsh(a)))[..., ::-1] if hermitian else linalg.svdvals(a)
    if not hermitian:
        return _svd_parts(a, full_matrices)
    w, v = linalg.eigh(a)
    order = np.argsort(np.absolute(w), axis=-1)[..., ::-1]
    w, v = np.take_along_axis(w, order, -1), np.take_along_axis(v, order[..., None, :], -1)
    return type(linalg.svd(np.eye(1)))(v, np.absolute(w), _adjoint(v * np.sign(w)[..., None, :]))


def _qr(a: Any, mode: str = "reduced") -> Any:
    """What of `qr` is not its rules: R alone; forms without a derivative."""
    if mode in ("raw", "economic", "full", "f", "e"):
        raise UnsupportedCallError(
            f"np.linalg.qr(mode={mode!r}) gives Householder vectors or a deprecated form, which have no derivative "
            f"rule; the modes 'reduced', 'r' and, for no more rows than columns, 'complete' have"
        )
    if mode == "complete" and np.shape(a)[-2] > np.shape(a)[-1]:
        raise UnsupportedCallError(
            f"np.linalg.qr(mode='complete') of a matrix of shape {np.shape(a)[-2:]}: the columns of Q that A does "
            f"not determine have no derivative; use mode='reduced'"
        )
    return linalg.qr(a).R if mode == "r" else _qr_parts(a, mode)


defcomposition(linalg.svd, _svd)
defcomposition(linalg.qr, _qr)


# -- common to several -------------------------------------------------------------------------------------------------


def _conjugate(a: Any) -> Any:
    return np.conjugate(a) if a.dtype.kind == "c" else a


def _adjoint(a: Any) -> Any:
    return _conjugate(a).mT


def _column(a: Any) -> Any:
    return a[..., None] if a.ndim == 1 else a


def plain(a: Any) -> Any:
    """The numbers of a Tensor, to see whether a rule holds at this point; a trace takes no note of it."""
    return getattr(a, "_array", a)


def _lower(m: Any) -> Any:
    """The lower triangle with half of the diagonal."""
    n = m.shape[-1]
    return m * (np.tri(n, dtype=m.real.dtype, like=m) - np.eye(n, dtype=m.real.dtype, like=m) / 2)


def _onto_triangle(c: Any, UPLO: str = "L") -> Any:
    """The cotangent of the triangle from which a Hermitian matrix is read, given that of the whole."""
    folded = c + _adjoint(c)
    return _lower(folded) if UPLO.upper() == "L" else _lower(folded.mT).mT


def _over_gaps(m: Any, w: Any, sign: int = -1) -> Any:
    """M_ij / (w_j - w_i), and 0 where i = j; with `sign` 1, the sum of the values."""
    gaps = w[..., None, :] + w[..., :, None] if sign > 0 else w[..., None, :] - w[..., :, None]
    return _over(m, gaps, w, np.eye(w.shape[-1], dtype=bool, like=w))


def _over(m: Any, d: Any, w: Any, leave_out: Any = False) -> Any:
    """M / d. Where d is as good as 0, measured by the values w, nothing may depend on the answer.

    That shows by an m of 0; but not where the values are equal to the last digit, because then a function of the
    matrix may be 0 at both: at the identity the logarithm is.
    """
    size = np.max(np.absolute(plain(w)), axis=-1, initial=0)[..., None, None]
    near = np.absolute(plain(d)) <= 10 * max(w.shape[-1], 10) * np.finfo(w.dtype).eps * size
    none = near & ~plain(leave_out)
    if np.any(none) and (np.any(none & (plain(d) == 0)) or np.any(np.where(none, plain(m), 0) != 0)):
        raise UnsupportedCallError(
            "the loss depends on eigenvectors or singular vectors, and some of them belong to equal values (or to "
            "singular values 0): NumPy may return any basis of their space, so they have no derivative of their "
            "own. Write the loss with the values alone (np.linalg.eigvalsh, np.linalg.svdvals), as a function of "
            "the matrix (np.linalg.matrix_power, inv, pinv, det), or make the values distinct"
        )
    if np.any(none):
        leave_out = near | leave_out
    return m / d if leave_out is False else np.where(leave_out, 0, m) / np.where(leave_out, 1, d)


# -- inverses and equations --------------------------------------------------------------------------------------------


def _solved(g: Any, a: Any, b_shape: tuple[int, ...]) -> Any:
    """The cotangent of b: the transposed system with g on the right."""
    if len(b_shape) == 1:
        return linalg.solve(a.mT, g[..., None])[..., 0]
    return linalg.solve(a.mT, g)


def _outer(c: Any, ans: Any, b_shape: tuple[int, ...]) -> Any:
    """The cotangent of a: minus the outer product with the solution, summed over the columns of b."""
    return -(c[..., :, None] * ans[..., None, :]) if len(b_shape) == 1 else -(c @ ans.mT)


def _through_pinv(g: Any, y: Any, a: Any) -> Any:
    """Golub and Pereyra: dY = -Y dA Y + Y Y^H dA^H (1 - A Y) + (1 - Y A) dA^H Y^H Y, where the rank stays."""
    values = plain(a)
    dropped = np.absolute(values - values @ plain(y) @ values)
    if np.any(dropped > np.finfo(a.dtype).eps ** 0.5 * np.max(np.absolute(values), initial=0)):
        raise UnsupportedCallError(
            "np.linalg.pinv or lstsq left out singular values that are not 0 (rcond, rtol): its derivative is that "
            "of a matrix of constant rank. Choose a smaller rcond, or write it with np.linalg.svd"
        )
    gh, yt, ac, yc = _adjoint(g), y.mT, _conjugate(a), _conjugate(y)
    return -(yt @ g @ yt) + (gh - ac @ (yc @ gh)) @ yc @ yt + yt @ yc @ (gh - (gh @ yc) @ ac)


def _lstsq_a(g: Any, a: Any, b: Any, rcond: Any) -> Any:
    return _through_pinv(_column(g) @ _column(b).mT, _pinv(a, rcond), a)


def _lstsq_b(g: Any, a: Any, rcond: Any) -> Any:
    return _pinv(a, rcond).mT @ g


def _pinv(a: Any, rcond: Any) -> Any:
    """The matrix with which `lstsq` multiplies b."""
    eps = float(np.finfo(a.dtype).eps)
    return linalg.pinv(a, rcond=eps * max(a.shape) if rcond is None else eps if rcond < 0 else rcond)


def _rest(g: Any, cache: Any, a: Any, b: Any) -> Any:
    """The cotangent of b - A x, from that of its squares; none are returned of a matrix without full rank."""
    return 2 * g * _conjugate(b - a @ cache[0]) if g.size else np.zeros_like(b)


def _tensorsolve(a: Any, b: Any, axes: Any) -> Any:
    if axes is not None:
        order = list(range(np.ndim(a)))
        for k in axes:
            order.remove(k % np.ndim(a))
            order.append(k % np.ndim(a))
        a = np.transpose(a, order)
    shape = np.shape(a)[np.ndim(b) :]
    count = int(np.prod(shape))
    if np.size(a) != count**2:
        raise linalg.LinAlgError(
            f"np.linalg.tensorsolve: b has {np.size(b)} entries and x would have {count}; they must be as many, "
            f"and a have their product; its shape is {np.shape(a)}"
        )
    return np.reshape(linalg.solve(np.reshape(a, (count, count)), np.ravel(b)), shape)


# -- determinants ------------------------------------------------------------------------------------------------------


def _cofactors(a: Any, ans: Any) -> Any:
    """The derivative of the determinant: det(A) A^-T; where that is 0/0, from the determinants of all minors."""
    n = a.shape[-1]
    size = np.prod(linalg.norm(plain(a), axis=-1), axis=-1)
    if n > 32:
        return ans[..., None, None] * linalg.inv(a).mT if np.all(plain(ans) != 0) else _adjugate(a).mT
    if np.all(np.absolute(plain(ans)) > 1e-8 * size):
        return ans[..., None, None] * linalg.inv(a).mT
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], dtype=int).reshape(n, n - 1)
    minors = a[..., others[:, None, :, None], others[None, :, None, :]]
    signs = (-1) ** np.add.outer(np.arange(n), np.arange(n))
    return signs * linalg.det(minors)


def _adjugate(a: Any) -> Any:
    """The adjugate of a large matrix: of each singular value the product of all others."""
    u, s, vh = linalg.svd(a)
    n = a.shape[-1]
    others = np.prod(np.where(np.eye(n, dtype=bool, like=s), 1, s[..., None, :]), axis=-1)
    return (linalg.det(u) * linalg.det(vh))[..., None, None] * (_adjoint(vh) * others[..., None, :]) @ _adjoint(u)


# -- decompositions ----------------------------------------------------------------------------------------------------


def _through_cholesky(g: Any, ans: Any) -> Any:
    """DL = L lower(L^-1 dA L^-H)."""
    inverse = linalg.inv(ans)
    return inverse.mT @ _lower(ans.mT @ g) @ _conjugate(inverse)


def _through_qr(gq: Any, gr: Any, cache: Any, a: Any) -> Any:
    """Walter and Lehmann: dQ = Q W + (1 - Q Q^H) dA R^-1, dR = (M - W) R, where M = Q^H dA R^-1 and W is skew.

    W has the lower triangle of M. A wide matrix is a square one, from which Q comes, with columns Q R2 beside it.
    """
    q, r = cache
    k = q.shape[-1]
    right = None
    if a.shape[-1] > k:
        y, r = a[..., k:], r[..., :k]
        right = np.zeros_like(y) if gr is None else _conjugate(q) @ gr[..., k:]
        if gr is not None:
            gq, gr = _conjugate(gr[..., k:] @ y.mT).mT, gr[..., :k]
    from_q = 0 if gq is None else q.mT @ gq
    from_r = 0 if gr is None else gr @ r.mT
    skew = from_q - from_r
    c = _conjugate(q) @ (from_r + _lower(skew - _adjoint(skew)))
    if gq is not None:
        c = c + gq - _conjugate(q) @ from_q
    left = linalg.solve(r, c.mT).mT
    return left if right is None else np.concatenate([left, right], axis=-1)


def _through_values(g: Any, u: Any, s: Any, vh: Any) -> Any:
    """Ds_i = u_i^H dA v_i."""
    k = s.shape[-1]
    return _conjugate((_first(u, k) * g[..., None, :]) @ _first(vh.mT, k).mT)


def _first(vectors: Any, k: int) -> Any:
    return vectors if vectors.shape[-1] == k else vectors[..., :k]


def _through_left(g: Any, u: Any, s: Any, vh: Any) -> Any:
    """The cotangent that the left singular vectors send; the right ones are those of the transposed matrix."""
    m, k = u.shape[-2], s.shape[-1]
    thin, to_thin, right = _first(u, k), _first(g, k), _first(vh.mT, k).mT
    w = thin.mT @ to_thin
    skew = w - _adjoint(w)  # over s_j^2 - s_i^2, once times s_j, is this:
    c = (_over_gaps(skew, s) + _over_gaps(skew, s, 1)) / 2
    if w.dtype.kind == "c":  # the phases are shared by both sides
        c = c + _over(skew / 4, s[..., None, :], s, ~np.eye(k, dtype=bool, like=s))
    c = _conjugate(thin) @ c
    if m > k:
        c = c + _over(to_thin - _conjugate(thin) @ w, s[..., None, :], s)
        if u.shape[-1] > k:  # the other columns stay perpendicular
            other = u[..., k:]
            c = c - _conjugate(other) @ _adjoint(_over(thin.mT @ g[..., k:], s[..., :, None], s))
    return c @ _conjugate(right)


def _diagonal(g: Any) -> Any:
    return g[..., None] * np.eye(g.shape[-1], dtype=g.dtype, like=g)


def _on_vectors(g: Any, cache: Any) -> Any:
    """Dw_i = v_i^H dA v_i."""
    v = cache.eigenvectors
    return (_conjugate(v) * g[..., None, :]) @ v.mT


def _through_eigh(g: Any, w: Any, v: Any) -> Any:
    """DV = V K with K_ij = (V^H dA V)_ij / (w_j - w_i)."""
    return _conjugate(v) @ _over_gaps(v.mT @ g, w) @ v.mT


def _on_eigenvectors(p: Any, v: Any) -> Any:
    """The cotangent of A, given that of V^-1 dA V."""
    values = plain(v)
    if values.size and np.any(linalg.cond(values) * np.finfo(v.dtype).eps ** 0.75 > 1):
        raise linalg.LinAlgError(
            "the matrix is defective, or nearly so: its eigenvectors are dependent, and np.linalg.eig and eigvals "
            "have no derivative there"
        )
    return linalg.solve(v.mT, p @ v.mT)


def _through_eig(g: Any, w: Any, v: Any) -> Any:
    """DV = V K as for `eigh`, kept at length 1 and with a largest entry that is real, as LAPACK does it."""
    c = g - np.real(np.sum(g * v, axis=-2, keepdims=True)) * _conjugate(v)
    if v.dtype.kind == "c":
        largest = np.arange(v.shape[-2], like=v)[:, None] == np.argmax(np.absolute(v), axis=-2)[..., None, :]
        largest_entries = np.real(np.sum(v * largest, axis=-2, keepdims=True))
        c = c - 1j * largest * np.imag(np.sum(g * v, axis=-2, keepdims=True)) / largest_entries
    return _on_eigenvectors(_over_gaps(v.mT @ c, w), v)


def _in_order_of(ans: Any, g: Any, w: Any, v: Any) -> tuple[Any, Any]:
    """The cotangents of eigenvalues on the diagonal, in the order of `eig`, which may have its own."""
    wanted, found = plain(ans).reshape(-1, w.shape[-1]), plain(w).reshape(-1, w.shape[-1])
    order = np.empty(found.shape, dtype=int)
    for row, (ours, theirs) in enumerate(zip(wanted, found, strict=True)):
        distances = np.absolute(theirs[:, None] - ours)
        for i in range(len(theirs)):
            order[row, i] = j = int(np.argmin(distances[i]))
            distances[:, j] = np.inf
    if np.any(order != np.arange(w.shape[-1])):
        g = np.take_along_axis(g, order.reshape(w.shape), -1)
    return _diagonal(g), v


# -- norms -------------------------------------------------------------------------------------------------------------


def _slope_of_norm(ans: Any, x: Any, ord: Any, axis: Any) -> Any:
    """The derivative of a norm of vectors or matrices."""
    is_vector = x.ndim == 1 if axis is None else not isinstance(axis, tuple) or len(axis) == 1
    if ord is None or (is_vector and ord == 2) or (not is_vector and ord in ("fro", "f")):
        return _conjugate(x) / np.where(ans == 0, 1, ans)
    if not is_vector:
        return _slope_of_matrix_norm(ans, x, ord, (0, 1) if axis is None else axis)
    if ord == 0:
        return np.zeros_like(x)
    size = np.absolute(x)
    if ord == 1:
        return direction(x, size)
    if ord in (np.inf, -np.inf):
        return direction(x, size) * _evenly(size == ans, axis)
    if ord >= 1:
        return direction(x, size) * (size / np.where(ans == 0, 1, ans)) ** (ord - 1)
    off_zero = (size != 0) & (ans != 0)
    ratio = np.where(off_zero, size, 1) / np.where(off_zero, ans, 1)
    return np.where(off_zero, direction(x, size) * ratio ** (ord - 1), 0)


def _slope_of_matrix_norm(ans: Any, x: Any, ord: Any, axis: tuple[int, int]) -> Any:
    if ord in (1, -1, np.inf, -np.inf):
        summed, other = (axis[0], axis[1]) if ord in (1, -1) else (axis[1], axis[0])
        size = np.absolute(x)
        return direction(x, size) * _evenly(np.sum(size, axis=summed, keepdims=True) == ans, other)
    if not x.size:
        return np.zeros_like(x)
    u, s, vh = linalg.svd(np.moveaxis(x, axis, (-2, -1)), full_matrices=False)
    if ord == "nuc":
        weights = s > max(x.shape) * float(np.finfo(s.dtype).eps) * np.max(s, axis=-1, keepdims=True)
    else:
        weights = (s != 0) * _evenly(s == (np.max if ord == 2 else np.min)(s, axis=-1, keepdims=True), -1)
    return np.moveaxis(_through_values(weights.astype(s.dtype), u, s, vh), (-2, -1), axis)


def _evenly(attains: Any, axis: Any) -> Any:
    return attains / np.sum(attains, axis=axis, keepdims=True)


def _cond(x: Any, p: Any) -> Any:
    if p is None or p in (2, -2):
        s = linalg.svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return linalg.norm(x, p, axis=(-2, -1)) * linalg.norm(linalg.inv(x), p, axis=(-2, -1))
