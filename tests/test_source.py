"""`to_source`: NumPy programs that run without the library, on fresh inputs, and say where they do not hold."""

from __future__ import annotations

import linecache
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import autograd_lite as ag
from autograd_lite.errors import DerivationError, NotScalarError
from tests.programs import PROGRAMS, load, params_of

rng = np.random.default_rng(0)
X, W, w = rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
LARGE = rng.normal(size=(101, 100))


def run(source: str, *args: Any, **keywords: Any) -> Any:
    assert "autograd_lite" not in source.split('"""')[2]
    namespace: dict[str, Any] = {}
    exec(compile(source, "<emitted>", "exec"), namespace)
    (function,) = [f for name, f in namespace.items() if name.endswith("_and_grads")]
    return function(*args, **keywords)


def network(p, x):
    H = 1 / (1 + np.exp(-(x @ p["W"] + p["b"])))
    S = H @ p["V"]
    P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    mask = H > 0.5
    return -np.mean(np.log(P[:, 0])) + np.sum(H * mask) / x.shape[0]


def params() -> dict[str, Any]:
    return {"W": rng.normal(size=(3, 4)), "b": rng.normal(size=4), "V": rng.normal(size=(4, 2))}


def test_fresh_inputs_and_another_batch_size() -> None:
    source = ag.to_source(network, params(), X)
    for batch in (5, 8):
        p, x = params(), rng.normal(size=(batch, 3))
        value, (dp, dx) = run(source, p, x)
        expected = ag.grad(network, (0, 1))(p, x)
        np.testing.assert_allclose(value, network(p, x))
        np.testing.assert_allclose(dx, expected[1])
        for name in p:
            np.testing.assert_allclose(dp[name], expected[0][name], err_msg=name)


def two_convolutions(images, K1, K2, b):
    windows = sliding_window_view(images, K1.shape[:2], axis=(1, 2))
    A = np.tanh(np.einsum("nhwij,ijf->nhwf", windows, K1) + b)
    Z = np.einsum("nhwfij,ijf->nhw", sliding_window_view(A, (2, 2), axis=(1, 2)), K2)
    return np.mean(Z**2)


def test_windows_are_added_for_images_and_kernels_of_other_sizes() -> None:
    def inputs(*sizes: int) -> list[Any]:
        n, height, width, kernel = sizes
        shapes = (n, height, width), (kernel, kernel, 4), (2, 2, 4), (4,)
        return [rng.normal(size=shape) for shape in shapes]

    source = ag.to_source(two_convolutions, *inputs(2, 6, 7, 3))
    assert "from numpy.lib.stride_tricks import sliding_window_view\n" in source
    assert "        dimages[:, i : i + dwindows.shape[1], j : j + dwindows.shape[2]] += dwindows[..., i, j]" in source
    for sizes in ((2, 6, 7, 3), (3, 5, 6, 2), (1, 4, 5, 2)):
        arguments = inputs(*sizes)
        value, gradients = run(source, *arguments)
        np.testing.assert_allclose(value, two_convolutions(*arguments))
        for got, want in zip(gradients, ag.grad(two_convolutions, (0, 1, 2, 3))(*arguments), strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-14)


def test_what_would_be_broadcast_anew_is_refused() -> None:
    def f(x, y, b):
        return np.sum((x * b - y) ** 2) + np.sum(x[1:] * b)

    arrays = [np.ones((4, 3)), np.ones((4, 3)), np.ones(3)]
    source = ag.to_source(f, *arrays)
    assert "    assert y.shape == (x.shape[0], x.shape[1]), y.shape\n" in source
    assert run(source, np.ones((2, 5)), np.ones((2, 5)), np.ones(5))[1][0].shape == (2, 5)
    for shapes in [((1, 3), (4, 3), 3), ((4, 3), (1, 3), 3), ((4, 3), (4, 3), 1), ((4, 1), (4, 1), 3)]:
        with pytest.raises(AssertionError):
            run(source, *(np.ones(shape) for shape in shapes))


def test_a_part_that_would_be_broadcast_anew_is_refused() -> None:
    def f(x, b):
        return np.sum((x[1:] * b) ** 2)

    source = ag.to_source(f, np.ones(4), np.ones(3))
    np.testing.assert_allclose(run(source, np.ones(6), np.ones(5))[1][1], 2 * np.ones(5))
    with pytest.raises(AssertionError, match="another length"):
        run(source, np.ones(2), np.ones(5))
    with pytest.raises(AssertionError, match="another length"):
        run(source, np.ones(6), np.ones(1))


def test_an_assertion_may_call_a_helper() -> None:
    def f(x):
        if (1 / (1 + np.exp(-x)))[0] > 0.5:
            return np.sum(x**2)
        return np.sum(x)

    source = ag.to_source(f, np.ones(3))
    assert run(source, np.ones(2))[0] == 2
    with pytest.raises(AssertionError, match="another way"):
        run(source, -np.ones(2))


def test_control_flow_is_asserted_with_its_line() -> None:
    def f(x):
        total = 0.0
        if x[0] > 0:
            total = total + np.sum(x**2)
        else:
            total = total - np.sum(x)
        return total

    source = ag.to_source(f, np.ones(3))
    line = f.__code__.co_firstlineno + 2
    np.testing.assert_array_equal(run(source, np.array([2.0, -1.0, 3.0]))[1], [4.0, -2.0, 6.0])
    with pytest.raises(AssertionError, match=f"another way at line {line} of f"):
        run(source, np.array([-2.0, 1.0, 3.0]))


def test_captured_arrays_are_written_in_or_become_arguments() -> None:
    big = LARGE

    def f(x):
        return np.sum(x * W) + np.sum(big[:, :3] * x)

    source = ag.to_source(f, w)
    assert "def f_and_grads(x, *, big):" in source
    assert "W = np.array(" in source
    np.testing.assert_allclose(run(source, w, big=big)[1], ag.grad(f)(w))
    odd = np.array([np.inf, 1e-7, -0.0])
    np.testing.assert_array_equal(run(ag.to_source(lambda x: np.sum(x * odd), w), np.ones(3))[1], odd)


Point = namedtuple("Point", ["a", "b"])


@dataclass
class Layer:
    weight: Any
    bias: Any = 0.0


def test_gradients_have_the_structure_of_the_arguments() -> None:
    tree = {"layers": [Layer(W, w), Layer(W)], "point": Point(w, w), "pair": (w,), 7: w, "name": "x"}

    def f(p, x):
        hidden = x @ p["layers"][0].weight + p["layers"][0].bias
        out = hidden @ p["layers"][1].weight * p["point"].a * p["pair"][0]
        return np.sum(out * p[7])

    _, (dp, dx) = run(ag.to_source(f, tree, X), tree, X)
    expected, dx_expected = ag.grad(f, (0, 1))(tree, X)
    np.testing.assert_allclose(dx, dx_expected)
    assert isinstance(dp["layers"][0], Layer)
    assert isinstance(dp["point"], Point)
    assert dp["name"] is None
    assert dp["point"].b.tolist() == [0, 0, 0]
    for found, wanted in [
        (dp["layers"][0].weight, expected["layers"][0].weight), (dp["layers"][0].bias, expected["layers"][0].bias),
        (dp["layers"][1].weight, expected["layers"][1].weight), (dp["pair"][0], expected["pair"][0]),
        (dp[7], expected[7]),
    ]:  # fmt: skip
        np.testing.assert_allclose(found, wanted)


def test_wrt() -> None:
    p = params()
    full = run(ag.to_source(network, p, X), p, X)[1]
    np.testing.assert_allclose(run(ag.to_source(network, p, X, wrt="W"), p, X)[1], full[0]["W"])
    dp = run(ag.to_source(network, p, X, wrt=0), p, X)[1]
    np.testing.assert_allclose(dp["V"], full[0]["V"])
    for entry in ('p["V"]', "p['V']", ["V"]):
        np.testing.assert_allclose(run(ag.to_source(network, p, X, wrt=entry), p, X)[1], full[0]["V"])
    assert list(run(ag.to_source(network, p, X, wrt="p"), p, X)[1]) == ["W", "b", "V"]
    dp, dx = run(ag.to_source(network, p, X, wrt=["p", "x"]), p, X)[1]
    np.testing.assert_allclose(dp["W"], full[0]["W"])
    db, dx = run(ag.to_source(network, p, X, wrt=["b", "x"]), p, X)[1]
    np.testing.assert_allclose(db, full[0]["b"])
    np.testing.assert_allclose(dx, full[1])


def test_wrt_entries_of_nested_arguments() -> None:
    def f(net, x):
        for layer in net["layers"]:
            x = np.tanh(x @ layer["W"])
        return np.sum(x * net["out"]["W"])

    net = {"layers": [{"W": rng.normal(size=(3, 3))} for _ in range(2)], "out": {"W": rng.normal(size=3)}}
    full = ag.grad(f)(net, X)
    for which, expected in [
        ("layers[1]", full["layers"][1]["W"]), ('net["layers"][0]["W"]', full["layers"][0]["W"]),
        ('out["W"]', full["out"]["W"]), ("out", full["out"]["W"]),
    ]:  # fmt: skip
        np.testing.assert_allclose(run(ag.to_source(f, net, X, wrt=which), net, X)[1], expected, err_msg=which)
        assert ag.derive(f, net, X, wrt=which).backward[-1].evaluate
    _, two = run(ag.to_source(f, net, X, wrt="layers"), net, X)[1]
    np.testing.assert_allclose(two, full["layers"][1]["W"])
    with pytest.raises(DerivationError, match="is not among the variables"):
        ag.to_source(f, net, X, wrt="layers[2]")


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(x), lambda x: np.sum(x**3), lambda x: np.mean(np.where(x > 0, x, 0.5 * x)),
        lambda x: np.max(x),
        lambda x: np.sum(np.maximum(0, x)), lambda x: x[0] * 2 + x.std(),
    ],
    ids=range(6),
)  # fmt: skip
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_gradients_are_of_the_type_of_their_variable(f: Callable[..., Any], dtype: Any) -> None:
    x = w.astype(dtype)
    value, gradient = run(ag.to_source(f, x), x)
    assert gradient.dtype == dtype
    assert np.asarray(value).dtype == dtype
    np.testing.assert_allclose(gradient, ag.grad(f)(x), rtol=1e-5)
    gradient /= 2  # it is an array of its own, and no view that can not be written into


def test_names_that_would_collide() -> None:
    def f(d):
        softmax = np.exp(d["lambda"]) / np.exp(d["lambda"]).sum()
        part1 = np.sum(np.log(softmax) * d["np"] * d["d"])
        grads = part1 + np.sum(d["L"] * d["dW"] * d["W"]) + np.sum(d["T1"] * np.exp(d["W"]) + np.exp(d["W"]))
        return grads

    tree = {name: rng.uniform(1, 2, 3) for name in ["lambda", "np", "d", "L", "dW", "W", "T1"]}
    value, gradient = run(ag.to_source(f, tree), tree)
    np.testing.assert_allclose(value, f(tree))
    expected = ag.grad(f)(tree)
    for name in tree:
        np.testing.assert_allclose(gradient[name], expected[name], err_msg=name)


def test_complex_gradients_are_those_of_grad() -> None:
    def f(z):
        return np.sum(np.abs(z * (1 - 2j)) ** 2 + (z**2).imag)

    z = w + 1j * X[0]
    np.testing.assert_allclose(run(ag.to_source(f, z), z)[1], ag.grad(f)(z))


def test_parameters_of_any_kind_numbers_and_nothing() -> None:
    def f(x, *rest, scale=2.0):
        return np.sum(x * rest[0] * scale) + np.sum(rest[1])

    _, (dx, d0, d1) = run(ag.to_source(f, w, w, w), w, w + 1, w)
    np.testing.assert_allclose([dx, d0, d1], [2 * (w + 1), 2 * w, np.ones(3)])
    assert run(ag.to_source(lambda x, y: x * y, 2.0, 3.0), 4.0, 5.0) == (20.0, (5.0, 4.0))
    assert run(ag.to_source(lambda x: x, np.float64(2.0)), 3.0) == (3.0, 1.0)
    assert run(ag.to_source(lambda x: np.sum(X), w), w)[1].tolist() == [0, 0, 0]
    assert run(ag.to_source(lambda p: p["x"], {"x": np.float64(2.0)}), {"x": 3.0}) == (3.0, {"x": 1.0})


def test_what_is_refused() -> None:
    with pytest.raises(NotScalarError, match=r"an array of shape \(3,\)"):
        ag.to_source(lambda x: x * 2, w)
    with pytest.raises(NotScalarError, match="complex result"):
        ag.to_source(lambda z: np.sum(z), w + 1j)
    twice = ag.primitive(lambda x: 2 * x)
    ag.defvjp(twice, x=lambda g: 2 * g)
    with pytest.raises(DerivationError, match="which NumPy has not"):
        ag.to_source(lambda x: np.sum(twice(x)), w)


def test_a_debugger_sees_the_lines() -> None:
    source = ag.to_source(network, params(), X)
    lines = linecache.getlines("<source of network_and_grads>")
    assert "".join(lines) == source


ARRAYS = {
    "short": np.array([1, -20, 300]),
    "numbers": np.array([1e22, 1e-7, np.nan, np.inf, -np.inf]),
    "a_matrix_of_many_digits": rng.normal(size=(2, 4)),
    "cube": rng.normal(size=(2, 2, 2)).astype(np.float32),
    "a_vector_with_a_rather_long_name_for_it": rng.normal(size=3),
    "half": rng.normal(size=40).astype(np.float32),
    "many": np.arange(60.0),
}


def test_programs_are_formatted_as_ruff_has_them(tmp_path: Path) -> None:
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if ruff is None:
        pytest.skip("ruff is not there")
    for path in PROGRAMS:
        program = load(path)
        (tmp_path / path.name).write_text(ag.to_source(program.loss, params_of(program)), encoding="utf-8")
    for name, array in ARRAYS.items():
        space = {"np": np, name: array}
        exec(f"def loss(x): return np.sum({name} * x)", space)
        (tmp_path / f"array_{name}.py").write_text(ag.to_source(space["loss"], np.array(2.0)), encoding="utf-8")
    for arguments in (["format", "--diff"], ["check", "--select", "F"]):
        command = [ruff, *arguments, "--isolated", "--line-length", "88", "-q", "."]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (said.stdout, said.stderr) == ("", "")


def squeezed(x):
    z = np.squeeze(x * 1.0)
    z[z > 0] = 0.5
    return np.sum(z**2)


def transposed(x):
    out = np.zeros(x.shape)
    columns = out.T
    columns[0] = x[:, 0] * 2
    columns[1] += 3 * x[:, 1]
    return np.sum(out**2)


def nested(x):
    out = x * 1.0
    part = out[1:].T
    part[part > 0] *= 2
    flat = out.reshape(-1)
    flat[flat < 0] = 0
    return np.sum(out**2) + np.sum(part)


@pytest.mark.parametrize("f", [squeezed, transposed, nested])
def test_a_write_through_a_view_is_to_other_entries_on_other_inputs(f: Callable[..., Any]) -> None:
    source = ag.to_source(f, X)
    for count in (5, 8, 4):
        x = np.random.default_rng(count).normal(size=(count, 3))
        value, gradient = run(source, x)
        expected, by_autodiff = ag.value_and_grad(ag.lift(f))(x)
        assert value == pytest.approx(f(x)) == pytest.approx(expected)
        np.testing.assert_allclose(gradient, by_autodiff)


def written(x, where):
    out = np.zeros(5)
    out[where] = x
    return np.sum(out**2)


def test_an_index_that_may_name_an_entry_twice_is_asserted() -> None:
    source = ag.to_source(written, np.ones(3), np.array([0, 1, 2]))
    value, gradient = run(source, np.array([1.0, 2.0, 3.0]), np.array([0, 1, 2]))
    assert value == 14.0
    np.testing.assert_array_equal(gradient, [2.0, 4.0, 6.0])
    assert "assert np.array_equal(where, " in source
    with pytest.raises(AssertionError):
        run(source, np.array([1.0, 2.0, 3.0]), np.array([0, 1, 1]))


@pytest.mark.parametrize("f", [network], ids=["network"])
def test_it_is_formatted_as_ruff_has_it(f: Callable[..., Any]) -> None:
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if ruff is None:
        pytest.skip("ruff is not there")
    source = ag.to_source(f, params(), X)
    formatted = subprocess.run(
        [ruff, "format", "--isolated", "--line-length", "88", "-"],
        input=source,
        capture_output=True,
        text=True,
        check=True,
    )
    assert formatted.stdout == source
    checked = subprocess.run(
        [ruff, "check", "--isolated", "-"], input=source, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert isinstance(run(source, params(), X), tuple)
