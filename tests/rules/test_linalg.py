"""Linear algebra at special points: singular, repeated, defective; what is refused; NumPy's own result types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import UnsupportedCallError
from tests.rules.cases.linalg import distinct, hermitian

linalg = np.linalg
REPEATED = "some of them belong to equal values"


def turned(values: Any, seed: int = 0) -> Any:
    """A symmetric matrix with these eigenvalues."""
    q, _ = linalg.qr(np.random.default_rng(seed).normal(size=(len(values), len(values))))
    return (q * np.array(values)) @ q.T


# -- results -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["svd", "eigh", "eig", "qr", "slogdet", "lstsq"])
@pytest.mark.parametrize("requires_grad", [True, False])
def test_results_are_numpys_own(name: str, requires_grad: bool) -> None:
    a = hermitian(distinct(3, 3))
    function = getattr(linalg, name)
    rest = (np.ones(3),) if name == "lstsq" else ()
    expected = function(a, *rest)
    found = function(ag.Tensor(a, requires_grad=requires_grad), *rest)
    assert type(found) is type(expected)
    for one, other in zip(found, expected, strict=True):
        assert isinstance(one, ag.Tensor) or type(one) is type(other)
        np.testing.assert_array_equal(getattr(one, "data", one) if isinstance(one, ag.Tensor) else one, other)
    assert sum(isinstance(one, ag.Tensor) for one in found) == len(expected) - (name == "lstsq")


def test_a_decomposition_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = np.linalg._linalg._umath_linalg.svd_f  # type: ignore[attr-defined]

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        return original(*args, **kwargs)

    monkeypatch.setattr(np.linalg._linalg._umath_linalg, "svd_f", counted)  # type: ignore[attr-defined]
    u, s, vh = linalg.svd(ag.Tensor(distinct(3, 3), requires_grad=True))
    ((u * s) @ vh).sum().backward()
    assert len(calls) == 1


def test_inside_a_keyword() -> None:
    a = ag.Tensor(distinct(3, 3), requires_grad=True)
    linalg.svd(a=a).S.sum().backward()
    u, _, vh = linalg.svd(a.data)
    np.testing.assert_allclose(a.grad, u @ vh, atol=1e-12)


def test_without_gradients_the_values_alone() -> None:
    with ag.no_grad():
        found = linalg.eigh(ag.Tensor(hermitian(distinct(2, 2)), requires_grad=True))
    assert not found.eigenvalues.requires_grad


# -- what is read of a matrix ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("uplo", ["L", "U"])
@pytest.mark.parametrize("is_complex", [False, True])
def test_only_one_triangle_counts(uplo: Any, is_complex: bool) -> None:
    rng = np.random.default_rng(1)
    a = distinct(3, 3) + (1j * rng.uniform(-0.4, 0.4, (3, 3)) if is_complex else 0)
    for f in (
        lambda a: linalg.eigvalsh(a, uplo),
        lambda a: linalg.eigh(a, UPLO=uplo).eigenvalues,
        lambda a: linalg.cholesky(a, upper=uplo == "U"),
    ):
        ag.check_grads(f, (a,), order=2)
        t = ag.Tensor(a, requires_grad=True)
        np.abs(f(t)).sum().backward()
        unread = np.triu(t.grad, 1) if uplo == "L" else np.tril(t.grad, -1)
        np.testing.assert_array_equal(unread, 0)


# -- by hand -----------------------------------------------------------------------------------------------------------


def test_determinant_by_hand() -> None:
    a = ag.Tensor([[1.0, 2.0], [2.0, 4.0]], requires_grad=True)
    linalg.det(a).backward()
    np.testing.assert_allclose(a.grad, [[4, -2], [-2, 1]], atol=1e-15)
    for zeros in (np.zeros((3, 3)), np.ones((3, 3)), np.diag([0.0, 2.0, 0.0])):
        ag.check_grads(linalg.det, (zeros,), order=2)


@pytest.mark.parametrize("rank", [33, 34])
def test_determinant_of_a_large_singular_matrix(rank: int) -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(34, 34)) / 4
    if rank == 33:
        a[:, -1] = 0
    t = ag.Tensor(a, requires_grad=True)
    linalg.det(t).backward()
    column = np.array([(-1) ** (i + 33) * linalg.det(np.delete(a, i, 0)[:, :-1]) for i in range(34)])
    np.testing.assert_allclose(t.grad[:, -1], column, rtol=1e-8)


def test_values_by_hand() -> None:
    a = turned([1.0, 2.0, 4.0])
    t = ag.Tensor(a, requires_grad=True)
    np.log(linalg.eigvalsh(hermitian(t))).sum().backward()  # log det
    np.testing.assert_allclose(t.grad, 2 * linalg.inv(2 * a), rtol=1e-10)
    t.zero_grad()
    (linalg.svdvals(t) ** 2).sum().backward()  # the sum of all squares
    np.testing.assert_allclose(t.grad, 2 * a, rtol=1e-10, atol=1e-12)
    t.zero_grad()
    (linalg.eigvals(t) ** 3).sum().backward()  # the trace of the cube
    np.testing.assert_allclose(t.grad, 3 * (a @ a).T, rtol=1e-9, atol=1e-12)


def test_a_decomposition_put_together_again() -> None:
    """What is made of the parts is the matrix itself, so its derivative is the identity, at every order."""
    a = distinct(3, 3)
    c = np.random.default_rng(2).normal(size=(3, 3))
    programs = {
        "svd": lambda a: (linalg.svd(a).U * linalg.svd(a).S) @ linalg.svd(a).Vh,
        "qr": lambda a: linalg.qr(a).Q @ linalg.qr(a).R,
        "eig": lambda a: np.real(linalg.eig(a)[1] @ np.diag(linalg.eig(a)[0]) @ linalg.inv(linalg.eig(a)[1])),
        "inv": lambda a: linalg.inv(linalg.inv(a)),
        "solve": lambda a: linalg.solve(linalg.inv(a), np.eye(3)),
        "pinv": lambda a: linalg.pinv(linalg.pinv(a)),
    }
    for name, f in programs.items():
        t = ag.Tensor(a, requires_grad=True)
        (f(t) * c).sum().backward()
        np.testing.assert_allclose(t.grad, c, rtol=1e-8, atol=1e-9, err_msg=name)


# -- equal values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [np.eye(3), turned([2.0, 2.0, 1.0]), turned([0.0, 0.0, 3.0])], ids=["1", "turned", "0"])
def test_sums_over_equal_values_are_right(a: Any) -> None:
    t = ag.Tensor(a, requires_grad=True)
    np.exp(linalg.eigvalsh(hermitian(t) / 2)).sum().backward()
    w, v = linalg.eigh(a)
    np.testing.assert_allclose(t.grad, (v * np.exp(w)) @ v.T, atol=1e-12)
    t.zero_grad()
    (linalg.svdvals(t) ** 2).sum().backward()
    np.testing.assert_allclose(t.grad, 2 * a, atol=1e-12)
    t.zero_grad()
    np.real(linalg.eigvals(t) ** 2).sum().backward()
    np.testing.assert_allclose(t.grad, 2 * a.T, atol=1e-12)


@pytest.mark.parametrize(
    "f",
    [
        lambda a: (linalg.eigh(a).eigenvectors * np.exp(linalg.eigh(a).eigenvalues)) @ linalg.eigh(a).eigenvectors.T,
        lambda a: (linalg.eigh(a).eigenvectors * np.log(linalg.eigh(a).eigenvalues)) @ linalg.eigh(a).eigenvectors.T,
        lambda a: linalg.eigh(a).eigenvectors[:, 1] ** 3,
        lambda a: (linalg.svd(a).U * linalg.svd(a).S) @ linalg.svd(a).Vh,
        lambda a: np.real(linalg.eig(a).eigenvectors),
    ],
    ids=["exp", "log", "vector", "svd", "eig"],
)
@pytest.mark.parametrize("a", [np.eye(3), turned([2.0, 2.0, 1.0])], ids=["1", "turned"])
def test_vectors_of_equal_values_are_refused(f: Any, a: Any) -> None:
    t = ag.Tensor(a, requires_grad=True)
    loss = (f(t) * np.arange(9.0).reshape(3, 3)).sum()
    with pytest.raises(UnsupportedCallError, match=REPEATED):
        loss.backward()


def test_other_vectors_beside_equal_values_are_right() -> None:
    a = turned([2.0, 2.0, 5.0])

    def last(a: Any) -> Any:
        v = linalg.eigh(hermitian(a) / 2).eigenvectors[:, 2]
        return np.outer(v, v)

    ag.check_grads(last, (a,))


def test_left_vectors_of_a_matrix_of_lower_rank_are_refused() -> None:
    t = ag.Tensor(np.outer([1.0, 2.0, 2.0], [1.0, 3.0]), requires_grad=True)
    loss = (linalg.svd(t, full_matrices=False).U * np.arange(6.0).reshape(3, 2)).sum()
    with pytest.raises(UnsupportedCallError, match=REPEATED):
        loss.backward()
    linalg.svdvals(t)[0].backward()
    np.testing.assert_allclose(t.grad, np.outer([1, 2, 2], [1, 3]) / 3 / np.sqrt(10), atol=1e-12)


def test_a_defective_matrix_is_refused() -> None:
    t = ag.Tensor([[1.0, 1.0], [0.0, 1.0]], requires_grad=True)
    with pytest.raises(linalg.LinAlgError, match="defective"):
        linalg.eigvals(t).sum().backward()


# -- inverses of what has none -----------------------------------------------------------------------------------------


def test_pseudo_inverse_of_a_matrix_of_lower_rank() -> None:
    """Along matrices of the same rank it is differentiable: A = x y^T has A+ = y x^T / (|x| |y|)^2."""

    def product(x: Any, y: Any) -> Any:
        return linalg.pinv(np.outer(x, y))

    def by_hand(x: Any, y: Any) -> Any:
        return np.outer(y, x) / (np.sum(x * x) * np.sum(y * y))

    x, y = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0])
    c = np.arange(6.0).reshape(2, 3)
    for argnum in (0, 1):
        found, expected = (ag.grad(lambda x, y, f=f: (f(x, y) * c).sum(), argnum)(x, y) for f in (product, by_hand))
        np.testing.assert_allclose(found, expected, atol=1e-12)
        found, expected = (ag.hessian(lambda x, y, f=f: (f(x, y) * c).sum(), argnum)(x, y) for f in (product, by_hand))
        np.testing.assert_allclose(found, expected, atol=1e-10)


def test_equations_of_lower_rank() -> None:
    """Along matrices of the same rank, and for every b: the solution of least norm."""
    x, y, b = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0]), np.array([1.0, 0.3, 2.0])
    ag.check_grads(lambda b: linalg.lstsq(np.outer(x, y), b)[0], (b,), order=2)
    t = ag.Tensor(x, requires_grad=True)
    linalg.lstsq(np.outer(t, y), b)[0].sum().backward()
    expected = ag.grad(lambda x: (y * (x @ b) / (np.sum(x * x) * np.sum(y * y))).sum())(x)
    np.testing.assert_allclose(t.grad, expected, atol=1e-12)


@pytest.mark.parametrize(
    "f", [lambda a: linalg.pinv(a, rcond=0.5), lambda a: linalg.lstsq(a, np.ones(3), rcond=0.5)[0]]
)
def test_values_left_out_are_refused(f: Any) -> None:
    t = ag.Tensor(np.diag([1.0, 2.0, 9.0]), requires_grad=True)
    with pytest.raises(UnsupportedCallError, match="left out singular values"):
        f(t).sum().backward()


@pytest.mark.parametrize("f", [linalg.inv, lambda a: linalg.slogdet(a).logabsdet, lambda a: linalg.cond(a, 1)])
def test_singular_matrices_have_no_inverse(f: Any) -> None:
    with pytest.raises(linalg.LinAlgError), np.errstate(all="ignore"):
        f(ag.Tensor(np.zeros((2, 2)), requires_grad=True)).sum().backward()


# -- norms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ord", [None, "fro", "nuc", 2, -2, 1, np.inf])
def test_norms_of_matrices_are_flat_at_0(ord: Any) -> None:
    t = ag.Tensor(np.zeros((2, 3)), requires_grad=True)
    linalg.norm(t, ord).backward()
    np.testing.assert_array_equal(t.grad, 0)


def test_equal_singular_values_share_evenly() -> None:
    t = ag.Tensor(np.diag([2.0, 2.0, 1.0]), requires_grad=True)
    linalg.norm(t, 2).backward()
    np.testing.assert_allclose(t.grad, np.diag([0.5, 0.5, 0.0]), atol=1e-15)


@pytest.mark.parametrize("ord", [0.5, -1, -2.5])
def test_norms_of_vectors_with_zeros_are_finite(ord: Any) -> None:
    t = ag.Tensor([0.0, 1.0, -2.0], requires_grad=True)
    with np.errstate(divide="ignore"):
        linalg.norm(t, ord).backward()
    assert np.all(np.isfinite(t.grad))


def test_counting_has_gradient_zero() -> None:
    t = ag.Tensor([0.0, 1.0, -2.0], requires_grad=True)
    linalg.norm(t, 0).backward()
    np.testing.assert_array_equal(t.grad, 0)


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["raw", "complete"])
def test_forms_of_qr_without_a_derivative(mode: Any) -> None:
    with pytest.raises(UnsupportedCallError, match=f"mode='{mode}'"):
        linalg.qr(ag.Tensor(distinct(3, 2), requires_grad=True), mode)


# -- derivations and sources -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "f",
    [
        lambda a: np.sum(linalg.inv(a)),
        lambda a: linalg.det(a),
        lambda a: linalg.slogdet(a).logabsdet,
        lambda a: np.sum(linalg.cholesky(a @ a.T + 2 * np.eye(3))),
        lambda a: np.sum(linalg.eigvalsh(a) ** 2),
        lambda a: np.sum(linalg.eigh(a).eigenvectors[:, 0] ** 3),
        lambda a: np.sum(np.abs(linalg.eig(a).eigenvectors) ** 3),
        lambda a: np.sum(np.abs(linalg.eigvals(a)) ** 2),
        lambda a: np.sum(linalg.svd(a).S ** 2) + np.sum((linalg.svd(a)[0] * 2) @ linalg.svd(a)[2]),
        lambda a: np.sum(linalg.qr(a).Q * linalg.qr(a).R),
        lambda a: linalg.norm(a, "nuc") + linalg.norm(a, 1) + linalg.cond(a),
        lambda a: np.sum(linalg.pinv(a)),
        lambda a: np.sum(linalg.lstsq(a[:, :2], a[:, 2])[0]),
        lambda a: np.sum(linalg.matrix_power(a, -2)) + linalg.multi_dot([a[0], a, a[1]]),
        lambda a: linalg.trace(a) * linalg.vector_norm(a) + linalg.matrix_norm(a),
    ],
    ids=[
        "inv",
        "det",
        "slogdet",
        "cholesky",
        "eigvalsh",
        "eigh",
        "eig",
        "eigvals",
        "svd",
        "qr",
        "norms",
        "pinv",
        "lstsq",
        "power",
        "trace",
    ],
)
def test_derivations_and_sources(f: Any) -> None:
    a = distinct(3, 3)
    str(ag.derive(f, a))
    source = ag.to_source(f, a)
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    run = next(value for name, value in namespace.items() if name.endswith("_and_grads"))
    value, grad = run(a)
    np.testing.assert_allclose(value, f(a), rtol=1e-12)
    np.testing.assert_allclose(grad, ag.grad(f)(a), rtol=1e-9, atol=1e-11)


def test_every_reader_says_which_result_it_is() -> None:
    a = distinct(2, 2)

    def f(a: Any) -> Any:
        return np.sum(linalg.svd(a).Vh) * linalg.lstsq(a, np.ones(2))[0][0]

    for text, svd, lstsq in [
        (str(ag.derive(f, a)), "np.linalg.svd(a).Vh", "np.linalg.lstsq(a, "),
        (ag.derive(f, a).latex(), "svd{.}Vh", "lstsq[0]"),
        (ag.draw(f, a).source, "linalg.svd(a).Vh", ")[0]"),
    ]:
        assert svd in text
        assert lstsq in text
