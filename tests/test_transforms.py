"""The functional transforms: values, containers, nesting, and their errors."""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors

X = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])
W = np.array([[0.5, -0.3], [0.8, 0.2], [-0.7, 0.9]])


def model(w, x=X):
    return np.sum(np.tanh(x @ w) ** 2)


def model_gradient(w, x=X):
    t = np.tanh(x @ w)
    return x.T @ (2 * t * (1 - t**2))


# -- grad and value_and_grad -------------------------------------------------------------------------------------------


def test_arrays_in_and_arrays_out() -> None:
    g = ag.grad(model)(W)
    assert type(g) is np.ndarray
    np.testing.assert_allclose(g, model_gradient(W), rtol=1e-12)


def test_numbers_in_and_numbers_out() -> None:
    assert ag.grad(np.exp)(0.0) == 1.0
    assert type(ag.grad(np.exp)(0.0)) is float
    assert type(ag.grad(np.exp)(np.float32(0.0))) is np.float32
    value, g = ag.value_and_grad(lambda x: x * x)(3.0)
    assert (value, g) == (9.0, 6.0)
    assert isinstance(value, float)


def test_argnums_and_keywords() -> None:
    def f(a, b, c=1.0, *, power=1):
        return np.sum(a * b**power * c)

    a, b = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    np.testing.assert_array_equal(ag.grad(f, 1)(a, b), a)
    np.testing.assert_array_equal(ag.grad(f, -1)(a, b, 2.0), 11.0)
    ga, gb = ag.grad(f, (0, 1))(a, b, c=3.0, power=2)
    np.testing.assert_array_equal(ga, 3 * b**2)
    np.testing.assert_array_equal(gb, 3 * a * 2 * b)
    (only,) = ag.grad(f, (0,))(a, b)
    np.testing.assert_array_equal(only, b)


def test_has_aux() -> None:
    def f(w):
        hidden = np.tanh(X @ w)
        return np.sum(hidden), {"hidden": hidden, "name": "tanh"}

    (value, aux), g = ag.value_and_grad(f, has_aux=True)(W)
    assert type(aux["hidden"]) is np.ndarray
    assert aux["name"] == "tanh"
    np.testing.assert_allclose(value, np.sum(np.tanh(X @ W)))
    np.testing.assert_allclose(g, X.T @ (1 - np.tanh(X @ W) ** 2))


Point = namedtuple("Point", ["x", "y"])


@dataclass(frozen=True)
class Layer:
    weight: Any
    bias: Any
    name: str = "layer"


def test_nested_containers() -> None:
    params = {
        "layers": [Layer(np.array([1.0, 2.0]), 3.0), Layer(np.array([[4.0]]), -1.0, "last")],
        "point": Point(2.0, np.array([5.0, 6.0])),
        "ordered": OrderedDict(b=1.0, a=np.float64(2.0)),
        "pair": (1.0, [2.0]),
        "nothing": None,
    }

    def f(p):
        first, last = p["layers"]
        total = np.sum(first.weight**2) * first.bias + np.sum(last.weight) * last.bias**2
        return total + p["point"].x * np.sum(p["point"].y) + p["ordered"]["a"] ** 3 + p["pair"][0] * p["pair"][1][0]

    g = ag.grad(f)(params)
    assert isinstance(g["layers"][0], Layer)
    assert isinstance(g["point"], Point)
    assert list(g["ordered"]) == ["b", "a"]
    assert isinstance(g["ordered"], OrderedDict)
    assert g["layers"][0].weight.tolist() == [6.0, 12.0]
    assert g["layers"][0].bias == 5.0
    assert g["layers"][1].weight.tolist() == [[1.0]]
    assert g["layers"][1].bias == -8.0
    assert g["layers"][1].name is None
    assert g["point"].x == 11.0
    assert g["point"].y.tolist() == [2.0, 2.0]
    assert g["ordered"] == {"b": 0.0, "a": 12.0}
    assert g["pair"] == (2.0, [1.0])
    assert g["nothing"] is None
    assert params["layers"][0].weight.tolist() == [1.0, 2.0]


def test_other_leaves_keep_their_gradients_to_themselves() -> None:
    w = ag.Tensor([2.0], requires_grad=True)
    ag.grad(lambda x: np.sum(w * x))(np.array([1.0]))
    assert w.grad is None


def test_a_gradient_that_depends_on_parameters_outside_can_be_differentiated() -> None:
    w = ag.Tensor([2.0, 3.0], requires_grad=True)
    g = ag.grad(lambda x: np.sum(w * x**2))(np.array([1.0, 5.0]))
    assert isinstance(g, ag.Tensor)
    g.sum().backward()
    assert w.grad.tolist() == [2.0, 10.0]


def test_values_can_be_changed_without_spoiling_the_pullback() -> None:
    value, pullback = ag.vjp(np.exp, np.array([1.0, 2.0]))
    value *= 0
    np.testing.assert_allclose(pullback(np.ones(2))[0], np.exp([1.0, 2.0]))


# -- vjp and jvp -------------------------------------------------------------------------------------------------------


def test_value_and_pullback_are_plain_arrays() -> None:
    value, pullback = ag.vjp(lambda x, y: np.sin(x) * y, np.array([1.0, 2.0]), 3.0)
    assert type(value) is np.ndarray
    for _ in range(2):
        gx, gy = pullback(np.array([1.0, 10.0]))
        np.testing.assert_allclose(gx, 3 * np.cos([1.0, 2.0]) * [1, 10])
        np.testing.assert_allclose(gy, np.sin(1.0) + 10 * np.sin(2.0))
        assert type(gy) is float


def test_several_outputs() -> None:
    value, pullback = ag.vjp(lambda x: {"a": x * 2, "b": (x.sum(), x)}, np.array([1.0, 2.0]))
    assert value["a"].tolist() == [2.0, 4.0]
    assert value["b"][0] == 3.0
    (g,) = pullback({"a": np.array([1.0, 0.0]), "b": (10.0, np.array([0.0, 100.0]))})
    assert g.tolist() == [12.0, 110.0]


def test_an_unused_argument_has_a_zero_cotangent() -> None:
    _, pullback = ag.vjp(lambda x, y: x * 2, np.array([1.0]), np.array([[1.0, 2.0]]))
    assert pullback(np.array([1.0]))[1].tolist() == [[0.0, 0.0]]


def test_nothing_older_than_the_arguments_is_visited() -> None:
    w = ag.Tensor([1.0, 2.0], requires_grad=True)
    scale = np.exp(w)
    scale.sum().backward()  # frees what was recorded of it
    _, pullback = ag.vjp(lambda x: x * scale, np.array([3.0, 4.0]))
    np.testing.assert_allclose(pullback(np.ones(2))[0].data, np.exp([1.0, 2.0]))


@pytest.mark.parametrize("f", [np.sin, lambda x: np.exp(x) @ W, lambda x: np.sum(x**3, axis=0), lambda x: x[0, 1] * x])
def test_jvp_is_the_derivative_along_the_tangent(f) -> None:
    tangent = np.cos(np.arange(6.0)).reshape(2, 3)
    value, found = ag.jvp(f, (X,), (tangent,))
    h = 1e-6
    np.testing.assert_allclose(value, f(X))
    np.testing.assert_allclose(found, (f(X + h * tangent) - f(X - h * tangent)) / (2 * h), rtol=1e-7, atol=1e-9)


def test_jvp_with_several_arguments_and_nested() -> None:
    value, tangent = ag.jvp(lambda x, p: x * p["w"], (2.0, {"w": 3.0}), (1.0, {"w": 10.0}))
    assert (value, tangent) == (6.0, 23.0)
    second = ag.grad(lambda x: ag.jvp(lambda y: y**3, (x,), (1.0,))[1])(2.0)
    assert second == pytest.approx(12.0)
    nested = ag.jvp(lambda x: ag.jvp(np.sin, (x,), (1.0,))[1], (0.3,), (1.0,))[1]
    assert nested == pytest.approx(-np.sin(0.3))


# -- nesting -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_any_order(order: int) -> None:
    f = np.sin
    for _ in range(order):
        f = ag.elementwise_grad(f)
    expected = [np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x), np.sin, np.cos][order - 1]
    x = np.array([0.3, 1.1])
    np.testing.assert_allclose(f(x), expected(x), rtol=1e-12)


def test_inner_derivative_of_a_function_that_closes_over_the_outer_variable() -> None:
    # d/dx [x * d/dy (x + y)] is 1; a system that confuses the two says 2 (Siskind and Pearlmutter, 2005).
    assert ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(5.0) == 1.0
    assert ag.grad(lambda x: ag.grad(lambda y: x * y * y)(3.0))(2.0) == 6.0
    assert ag.grad(lambda x: ag.grad(lambda y: ag.grad(lambda z: x * y * z**2)(y))(x))(2.0) == pytest.approx(16.0)


def test_a_linear_function_has_a_second_derivative_of_zero() -> None:
    slope = ag.elementwise_grad(lambda x: 3 * x)
    np.testing.assert_array_equal(ag.elementwise_grad(slope)(np.array([1.0, 2.0])), [0.0, 0.0])
    np.testing.assert_array_equal(ag.hessian(lambda x: np.sum(3 * x))(np.array([1.0, 2.0])), np.zeros((2, 2)))


def test_transforms_inside_no_grad() -> None:
    with ag.no_grad():
        assert ag.grad(lambda x: x * x)(3.0) == 6.0
        np.testing.assert_array_equal(ag.hessian(lambda x: np.sum(x**3))(np.array([1.0, 2.0])), np.diag([6.0, 12.0]))


# -- matrices ----------------------------------------------------------------------------------------------------------


def test_jacobian_shapes_and_values() -> None:
    f = lambda x: np.tanh(x @ W)  # noqa: E731
    found = ag.jacobian(f)(X)
    assert found.shape == (2, 2, 2, 3)
    slope = 1 - np.tanh(X @ W) ** 2
    expected = np.einsum("ik,jk,in->iknj", slope, W, np.eye(2))
    np.testing.assert_allclose(found, expected)


def test_jacobian_of_a_number_and_by_a_number() -> None:
    assert ag.jacobian(lambda x: x * 2)(3.0) == 2.0
    np.testing.assert_array_equal(ag.jacobian(lambda x: x * np.array([1.0, 2.0]))(3.0), [1.0, 2.0])
    np.testing.assert_array_equal(ag.jacobian(lambda x, y: y * x, 1)(2.0, np.array([1.0, 5.0])), 2 * np.eye(2))


def test_jacobian_by_a_container() -> None:
    found = ag.jacobian(lambda p: p["a"] * p["b"])({"a": np.array([1.0, 2.0]), "b": 3.0})
    np.testing.assert_array_equal(found["a"], 3 * np.eye(2))
    np.testing.assert_array_equal(found["b"], [1.0, 2.0])


def test_hessian_and_hvp() -> None:
    def rosenbrock(x, a=1.0):
        return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)

    optimize = pytest.importorskip("scipy.optimize")
    x = np.array([0.3, -0.5, 1.2, 0.8])
    expected = optimize.rosen_hess(x)
    np.testing.assert_allclose(ag.hessian(rosenbrock)(x), expected, rtol=1e-12)
    v = np.array([1.0, -2.0, 0.5, 3.0])
    np.testing.assert_allclose(ag.hvp(rosenbrock)(x, v), expected @ v, rtol=1e-12)
    np.testing.assert_allclose(ag.hvp(rosenbrock)(x, v, 2.0), expected @ v, rtol=1e-12)


@pytest.mark.parametrize("method", ["L-BFGS-B", "Newton-CG", "trust-ncg"])
def test_scipy_takes_them_as_they_stand(method: str) -> None:
    optimize = pytest.importorskip("scipy.optimize")

    def f(x, a, b):
        return np.sum(b * (x[1:] - x[:-1] ** 2) ** 2 + (a - x[:-1]) ** 2)

    hessp = None if method == "L-BFGS-B" else ag.hvp(f)
    options = {} if hessp is None else {"hessp": hessp}
    found = optimize.minimize(ag.value_and_grad(f), np.zeros(4), args=(1.0, 10.0), jac=True, method=method, **options)
    assert found.success
    np.testing.assert_allclose(found.x, np.ones(4), atol=1e-3)


# -- errors ------------------------------------------------------------------------------------------------------------


def test_grad_of_many_numbers() -> None:
    with pytest.raises(ValueError, match=r"tanh returned shape \(2, 3\).*np\.sum.*jacobian.*elementwise_grad"):
        ag.grad(np.tanh)(X)
    with pytest.raises(errors.NotScalarError, match="a complex value"):
        ag.grad(lambda z: np.sum(z))(np.array([1j]))


def test_a_result_that_left_the_graph_is_refused() -> None:
    with pytest.raises(errors.NoGraphError, match=r"returned a ndarray and not a Tensor.*\.data"):
        ag.vjp(lambda x: x.data * 2, np.array([1.0]))
    with pytest.raises(errors.NoGraphError, match="returned a float"):
        ag.grad(lambda x: x.item() ** 2)(3.0)


def test_integers_are_refused() -> None:
    with pytest.raises(TypeError, match=r"argument 0 holds int64.*3\.0 for 3.*argnums"):
        ag.grad(lambda x: x * x)(np.int64(3))
    with pytest.raises(errors.GradientDtypeError, match=r"argument 0\['n'\] holds int"):
        ag.grad(lambda p: p["w"] * 2)({"w": 1.0, "n": np.array([3])})


def test_other_mistakes() -> None:
    with pytest.raises(IndexError, match="argnums=2 was asked for, but the function was called with 1 arguments"):
        ag.grad(np.sin, 2)(1.0)
    with pytest.raises(errors.GradientShapeError, match=r"made shape \(\) of \(2, 3\); use jacobian"):
        ag.elementwise_grad(np.sum)(X)
    with pytest.raises(errors.GradientShapeError, match=r"value of shape \(2, 3\) has shape \(3,\)"):
        ag.vjp(np.sin, X)[1](np.ones(3))
    with pytest.raises(errors.GradientShapeError, match="1 arguments, 2 tangents"):
        ag.jvp(np.sin, (1.0,), (1.0, 2.0))
    with pytest.raises(
        errors.GradientShapeError, match=r"tangent of argument \[0\] has shape \(2,\), the argument \(3,\)"
    ):
        ag.jvp(np.sin, (np.ones(3),), (np.ones(2),))
    with pytest.raises(errors.NotScalarError, match="must return a pair"):
        ag.value_and_grad(np.sum, has_aux=True)(X)
    with pytest.raises(errors.NotScalarError, match="must return one Tensor here; it returned a tuple"):
        ag.jacobian(lambda x: (x, x))(X)


def test_a_copy_of_an_argument_stays_in_the_graph() -> None:
    import copy

    v = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(ag.grad(lambda x: np.sum(copy.deepcopy(x) * x))(v), 2 * v)
    np.testing.assert_allclose(ag.grad(lambda x: np.sum(copy.copy(x) ** 2))(v), 2 * v)
