"""SciPy's special functions: rules against differences, and that they cost nothing without SciPy."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import registry

special = pytest.importorskip("scipy.special")

ROOT = Path(__file__).resolve().parents[2]

#: Where to draw the arguments from.
DOMAINS: dict[str, list[tuple[float, float]]] = {
    "expit": [(-3, 3)],
    "log_expit": [(-3, 3)],
    "logit": [(0.1, 0.9)],
    "xlogy": [(-2, 2), (0.3, 3)],
    "xlog1py": [(-2, 2), (-0.7, 2)],
    "entr": [(0.2, 2)],
    "rel_entr": [(0.2, 2), (0.2, 2)],
    "kl_div": [(0.2, 2), (0.2, 2)],
    "expm1": [(-2, 2)],
    "log1p": [(-0.7, 2)],
    "exp2": [(-2, 2)],
    "exp10": [(-1, 1)],
    "cbrt": [(0.3, 3)],
    "erf": [(-2, 2)],
    "erfc": [(-2, 2)],
    "erfcx": [(-1, 2)],
    "erfi": [(-1.5, 1.5)],
    "dawsn": [(-2, 2)],
    "erfinv": [(-0.8, 0.8)],
    "erfcinv": [(0.2, 1.8)],
    "ndtr": [(-2, 2)],
    "log_ndtr": [(-4, 2)],
    "ndtri": [(0.1, 0.9)],
    "gammaln": [(0.3, 4)],
    "loggamma": [(0.3, 4)],
    "gamma": [(0.5, 4)],
    "psi": [(0.4, 4)],
    "betaln": [(0.4, 3), (0.4, 3)],
    "beta": [(0.4, 3), (0.4, 3)],
    "i0": [(-2, 2)],
    "i1": [(-2, 2)],
    "i0e": [(0.3, 2)],
    "i1e": [(-2, -0.3)],
    "j0": [(-4, 4)],
    "j1": [(-4, 4)],
}
#: Rules for the last argument only, each with a test of its own.
LAST_ARGUMENT = {"gammainc", "gammaincc", "betainc", "zeta"}
COMPLEX = [
    "xlogy", "xlog1py", "expm1", "log1p", "erf", "erfc", "erfcx", "erfi", "dawsn", "ndtr", "log_ndtr", "loggamma",
    "gamma",
]  # fmt: skip

SHAPES: dict[int, list[list[tuple[int, ...]]]] = {
    1: [[()], [(2, 3)], [(0,)]],
    2: [[(), ()], [(3,), (3,)], [(2, 1), (1, 3)], [(3,), ()], [(), (2, 3)]],
}


def cases() -> Iterator[Any]:
    for name, domains in DOMAINS.items():
        for shapes in SHAPES[len(domains)]:
            rng = np.random.default_rng(len(name) + sum(map(len, shapes)))
            arrays = tuple(rng.uniform(*domain, size=shape) for domain, shape in zip(domains, shapes, strict=True))
            yield pytest.param(name, arrays, id="-".join([name, *map(str, shapes)]))


CASES = list(cases())


@pytest.mark.parametrize(("name", "arrays"), CASES)
def test_first_and_second_order(name: str, arrays: tuple[Any, ...]) -> None:
    function = getattr(special, name)
    expected = function(*arrays)
    found = function(*[ag.Tensor(a, requires_grad=True) for a in arrays])
    assert isinstance(found, ag.Tensor)
    np.testing.assert_array_equal(found.data, expected)
    ag.check_grads(function, arrays, order=2)


@pytest.mark.parametrize(("name", "arrays"), CASES)
def test_float32_stays_float32(name: str, arrays: tuple[Any, ...]) -> None:
    function = getattr(special, name)
    single = [ag.Tensor(a.astype(np.float32), requires_grad=True) for a in arrays]
    double = [ag.Tensor(a.data.astype(np.float64), requires_grad=True) for a in single]
    ans = function(*single)
    assert ans.dtype == np.float32
    ans.backward(gradient=np.ones(ans.shape))
    function(*double).backward(gradient=np.ones(ans.shape))
    for found, expected in zip(single, double, strict=True):
        assert found.grad.dtype == np.float32
        np.testing.assert_allclose(found.grad, expected.grad, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", ["gammaln", "psi", "erf", "xlogy", "log_expit", "logit", "i1", "j0"])
def test_third_order(name: str) -> None:
    rng = np.random.default_rng(3)
    arrays = tuple(rng.uniform(*domain, size=3) for domain in DOMAINS[name])
    ag.check_grads(getattr(special, name), arrays, order=3)


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_arguments(name: str) -> None:
    function = getattr(special, name)
    rng = np.random.default_rng(5)
    arrays = tuple(rng.uniform(*domain, size=3) + 1j * rng.uniform(0.2, 0.8, size=3) for domain in DOMAINS[name])
    weights = np.exp(1j * np.arange(3.0))
    order = 1 if name in ("loggamma", "gamma") else 2
    ag.check_grads(lambda *z: weights * function(*z), arrays, order=order)


def test_complex_loggamma_has_no_second_derivative() -> None:
    z = ag.Tensor([1 + 1j], requires_grad=True)
    with pytest.raises(TypeError, match="not supported for the input types"):
        special.psi(z).sum().real.backward()


@pytest.mark.parametrize("name", ["gammainc", "gammaincc"])
def test_incomplete_gamma_functions(name: str) -> None:
    function, x = getattr(special, name), np.array([0.5, 1.0, 3.0])
    ag.check_grads(lambda x: function(1.5, x), (x,), order=2)
    with pytest.raises(ag.errors.MissingRuleError, match=rf"scipy\.special\.{name} .*argument x1"):
        function(ag.Tensor(1.5, requires_grad=True), x)


def test_incomplete_beta_function() -> None:
    ag.check_grads(lambda x: special.betainc(1.5, 2.5, x), (np.array([0.2, 0.5, 0.9]),), order=2)
    with pytest.raises(ag.errors.MissingRuleError, match=r"scipy\.special\.betainc .*argument x2"):
        special.betainc(1.5, ag.Tensor(2.5, requires_grad=True), 0.2)


def test_zeta_of_two_arguments() -> None:
    ag.check_grads(lambda q: special.zeta(3, q), (np.array([0.5, 1.0, 3.0]),), order=2)
    with pytest.raises(ag.errors.MissingRuleError, match=r"scipy\.special\.zeta .*argument x1"):
        special.zeta(ag.Tensor(3.0, requires_grad=True), 2.0)


def test_gammaln_of_negative_numbers() -> None:
    ag.check_grads(special.gammaln, (np.array([-0.5, -1.3, -2.7]),), order=2)


def test_a_logistic_regression_by_hand() -> None:
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(20, 3)), rng.integers(0, 2, 20), ag.Tensor(rng.normal(size=3), requires_grad=True)
    z = X @ w
    loss = -np.mean(y * special.log_expit(z) + (1 - y) * special.log_expit(-z))
    loss.backward()
    np.testing.assert_allclose(w.grad, X.T @ (special.expit(X @ w.data) - y) / 20, rtol=1e-12)


# -- special points ----------------------------------------------------------------------------------------------------


def gradients(function: Any, *arrays: Any) -> list[Any]:
    tensors = [ag.Tensor(a, requires_grad=True) for a in arrays]
    ans = function(*tensors)
    ans.backward(gradient=np.ones(ans.shape))
    return [t.grad for t in tensors]


def test_xlogy_where_x_is_zero() -> None:
    dx, dy = gradients(special.xlogy, [0.0, 0.0, 2.0], [0.0, 3.0, 4.0])
    np.testing.assert_array_equal(dx, [0.0, np.log(3.0), np.log(4.0)])
    np.testing.assert_array_equal(dy, [0.0, 0.0, 0.5])
    ag.check_grads(special.xlogy, (np.array([0.0, 0.0]), np.array([3.0, 0.5])), order=2)


def test_xlog1py_where_x_is_zero() -> None:
    dx, dy = gradients(special.xlog1py, [0.0, 0.0, 2.0], [-1.0, 2.0, 3.0])
    np.testing.assert_array_equal(dx, [0.0, np.log1p(2.0), np.log1p(3.0)])
    np.testing.assert_array_equal(dy, [0.0, 0.0, 0.5])


def test_xlogy_keeps_what_is_infinite() -> None:
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        dx, dy = gradients(special.xlogy, [2.0], [0.0])
    assert dx[0] == -np.inf
    assert dy[0] == np.inf


def test_logit_has_an_infinite_slope_at_its_bounds() -> None:
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        (slope,) = gradients(special.logit, [0.0, 0.5, 1.0])
    np.testing.assert_array_equal(slope, [np.inf, 4.0, np.inf])


def test_relative_entropies_where_an_event_never_happens() -> None:
    q = ag.Tensor([0.0, 0.5, 0.5], requires_grad=True)
    special.rel_entr(np.array([0.0, 0.0, 1.0]), q).sum().backward()
    np.testing.assert_array_equal(q.grad, [0.0, 0.0, -2.0])
    q.zero_grad()
    special.kl_div(np.array([0.0, 0.0, 1.0]), q).sum().backward()
    np.testing.assert_array_equal(q.grad, [1.0, 1.0, -1.0])


@pytest.mark.parametrize(
    ("name", "slope"), [("i0", 0.0), ("i1", 0.5), ("i0e", 0.0), ("i1e", 0.5), ("j0", 0.0), ("j1", 0.5)]
)
def test_bessel_functions_at_zero(name: str, slope: float) -> None:
    (found,) = gradients(getattr(special, name), [0.0, 1.0])
    assert found[0] == slope
    if not name.endswith("e"):  # smooth there
        ag.check_grads(getattr(special, name), (np.array([0.0, 1.0]),), order=2)


@pytest.mark.parametrize(("name", "derivative"), [("i1", special.ivp), ("j1", special.jvp)])
def test_bessel_functions_of_order_one_beside_zero(name: str, derivative: Any) -> None:
    for x in ([0.0], [0.0, 2.0]):
        (found,) = gradients(getattr(special, name), x)
        np.testing.assert_allclose(found, derivative(1, x), rtol=1e-12)


def test_relative_entropies_have_an_infinite_slope_at_zero() -> None:
    for function in (special.rel_entr, special.kl_div):
        with pytest.warns(RuntimeWarning, match="divide by zero"):
            slope, _ = gradients(function, [0.0, 1.0], [0.0, 1.0])
        assert slope[0] == -np.inf


def test_far_out_the_slopes_neither_overflow_nor_vanish() -> None:
    (slope,) = gradients(special.log_expit, [-800.0, 0.0, 800.0])
    np.testing.assert_array_equal(slope, [1.0, 0.5, 0.0])
    (slope,) = gradients(special.log_ndtr, [-40.0])
    # the inverse Mills ratio, by its asymptotic series: x (1 + 1/x**2 - 2/x**4 + ...)
    np.testing.assert_allclose(slope, 40 * (1 + 1 / 40**2 - 2 / 40**4), rtol=1e-8)


# -- SciPy is not imported for this ------------------------------------------------------------------------------------


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_importing_the_library_does_not_import_scipy() -> None:
    program = """
import sys, numpy as np, autograd_lite as ag
x = ag.Tensor([1.0, 2.0], requires_grad=True)
try:
    np.frompyfunc(abs, 1, 1)(x)  # a ufunc that is unknown: whose it is, is not found out by importing
except ag.errors.MissingRuleError:
    print(any(name.split(".")[0] == "scipy" for name in sys.modules))
"""
    assert run(program).split() == ["False"]


@pytest.mark.parametrize("first", ["scipy.special", "autograd_lite"])
def test_either_may_be_imported_first(first: str) -> None:
    program = f"""
import {first}
import scipy.special, autograd_lite as ag
x = ag.Tensor(0.0, requires_grad=True)
scipy.special.expit(x).backward()
print(x.grad)
"""
    assert run(program).split() == ["0.25"]


def test_a_thread_that_comes_while_the_rules_are_stated_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def f(x: Any) -> Any:
        return 2 * x

    module = ModuleType("late_module")
    module.f = f
    found: list[list[str]] = []
    other = threading.Thread(target=lambda: found.append(list(registry.operation_of(f).rules)))

    def table(late_module: Any) -> None:
        registry.operation_of(f)
        other.start()
        other.join(0.2)
        registry.defvjp(late_module.f, x=lambda g: 2 * g)

    monkeypatch.setitem(sys.modules, "late_module", module)
    monkeypatch.setitem(registry._late_tables, "late_module", table)
    try:
        assert list(registry.operation_of(f).rules) == ["x"]
        other.join()
        assert found == [["x"]]
    finally:
        registry._stated.discard("late_module")
        registry.operations.pop(f, None)


def test_a_function_without_a_rule_is_named() -> None:
    x = ag.Tensor([0.5], requires_grad=True)
    with pytest.raises(ag.errors.MissingRuleError, match=r"scipy\.special\.jv has no derivative rule"):
        special.jv(1, x)
    np.testing.assert_array_equal(special.jv(1, x.detach()), special.jv(1, x.data))


def test_a_function_that_converts_its_argument_is_refused() -> None:
    for call in (special.logsumexp, special.softmax, lambda x: special.polygamma(1, x)):
        with pytest.raises(ag.errors.ConversionError, match="without its gradient"):
            call(ag.Tensor([0.5, 1.0], requires_grad=True))


def test_a_person_may_give_the_missing_rule() -> None:
    was = registry.operations.pop(special.spence, None)
    try:
        ag.defvjp(special.spence, x=lambda g, x: g * np.log(x) / (1 - x))
        ag.check_grads(special.spence, (np.array([0.5, 2.0]),), order=2)
    finally:
        registry.operations.pop(special.spence)
        if was is not None:
            registry.operations[special.spence] = was


def test_every_rule_is_tested_here() -> None:
    special.expit(ag.Tensor(0.0))  # the table is stated when one of its functions comes
    known = {o.name for o in registry.operations.values() if o.name.startswith("scipy.") and o.rules}
    assert known == {f"scipy.special.{name}" for name in {*DOMAINS, *LAST_ARGUMENT}}
