"""`derive`: the lines a person writes, for the networks people write; words, errors, forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.derivation import Derivation
from autograd_lite.errors import DerivationError, NoGraphError, NotScalarError
from autograd_lite.trees import leaves_of
from tests.programs import PROGRAMS, load, params_of, value_of

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(7, 4)), rng.uniform(size=(7, 1))
T, y = np.eye(3)[rng.integers(0, 3, 7)], rng.integers(0, 3, 7)
W43, w41, W33 = rng.normal(size=(4, 3)), rng.normal(size=(4, 1)), rng.normal(size=(3, 3))


def sig(z):
    return 1 / (1 + np.exp(-z))


def network(p):
    Z1 = np.dot(X, p["W1"]) + p["b1"]
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = np.dot(A1, p["W2"]) + p["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return np.sum((A2 - Y) ** 2) / X.shape[0]


NETWORK = {"W1": W43, "b1": np.zeros(3), "W2": W33[:, :1], "b2": np.zeros(1)}


def one_hot(W):
    Z = X @ W
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return -np.sum(T * np.log(P)) / X.shape[0]


def labels(W):
    Z = X @ W
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    return -np.mean(np.log(P[np.arange(len(y)), y]))


def binary(w):
    a = sig(X @ w)
    return -np.mean(Y * np.log(a) + (1 - Y) * np.log(1 - a))


def recurrent(p):
    h = np.zeros(3)
    for t in range(2):
        h = np.tanh(X[t] @ p["Wx"] + h @ p["Wh"] + p["b"])
    return np.sum(h**2)


def filled(p):
    H = np.zeros((3, 3))
    for t in range(1, 3):
        H[t] = np.tanh(X[t] @ p["Wx"] + H[t - 1] @ p["Wh"])
    return np.sum(H**2)


def lstm(W, x, h, c):
    z = np.concatenate([x, h], axis=1) @ W
    i, f, o, g = sig(z[:, :2]), sig(z[:, 2:4]), sig(z[:, 4:6]), np.tanh(z[:, 6:])
    c_new = f * c + i * g
    h_new = o * np.tanh(c_new)
    return np.sum(h_new**2)


def batch_norm(x, gamma, beta):
    mu = x.mean(axis=0)
    xc = x - mu
    var = np.mean(xc**2, axis=0)
    std = np.sqrt(var + 1e-5)
    xhat = xc / std
    out = gamma * xhat + beta
    return np.sum(out**3)


def attention(Q, K, V):
    S = Q @ K.T / np.sqrt(Q.shape[1])
    e = np.exp(S - S.max(axis=1, keepdims=True))
    P = e / e.sum(axis=1, keepdims=True)
    O = P @ V
    return np.mean(O**2)


def convolution(k):
    win = np.lib.stride_tricks.sliding_window_view(X, (2, 2))
    out = np.sum(win * k, axis=(2, 3))
    A = np.maximum(0, out)
    return A.mean()


def leaky(x):
    return np.sum(np.where(x > 0, x, 0.1 * x))


GOLDEN: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
    (network, (NETWORK,), """
        dA2 = 2 * (A2 - Y) / X.shape[0]
        dZ2 = dA2 * A2 * (1 - A2)
        dW2 = A1.T @ dZ2
        db2 = dZ2.sum(axis=0)
        dA1 = dZ2 @ W2.T
        dZ1 = dA1 * A1 * (1 - A1)
        dW1 = X.T @ dZ1
        db1 = dZ1.sum(axis=0)"""),
    (one_hot, (W43,), """
        dZ = (P - T) / X.shape[0]
        dW = X.T @ dZ"""),
    (labels, (W43,), """
        dZ = P / X.shape[0]
        dZ[np.arange(y.shape[0]), y] -= 1 / X.shape[0]
        dW = X.T @ dZ"""),
    (binary, (w41,), "dw = X.T @ (a - Y) / Y.size"),
    (recurrent, ({"Wx": W43, "Wh": W33, "b": np.zeros(3)},), """
        dh2 = 2 * h2
        dZ2 = dh2 * (1 - h2**2)
        dh1 = Wh @ dZ2
        dZ1 = dh1 * (1 - h1**2)
        dWx = np.outer(X[0], dZ1) + np.outer(X[1], dZ2)
        dWh = np.outer(h0, dZ1) + np.outer(h1, dZ2)
        db = dZ1 + dZ2"""),
    (lstm, (rng.normal(size=(5, 8)), X[:2, :3], X[:2, :2], X[2:4, :2]), """
        dh_new = 2 * h_new
        dc_new = dh_new * o * (1 - np.tanh(c_new) ** 2)
        dc = dc_new * f
        dg = dc_new * i
        do = dh_new * np.tanh(c_new)
        df = dc_new * c
        di = dc_new * g
        dz = np.zeros_like(z)
        dz[:, :2] += di * i * (1 - i)
        dz[:, 2:4] += df * f * (1 - f)
        dz[:, 4:6] += do * o * (1 - o)
        dz[:, 6:] += dg * (1 - g**2)
        dW = T1.T @ dz
        dT1 = dz @ W.T
        dx = dT1[:, : x.shape[1]]
        dh = dT1[:, x.shape[1] :]"""),
    (batch_norm, (X, np.ones(4), np.zeros(4)), """
        dout = 3 * out**2
        dgamma = np.sum(dout * xhat, axis=0)
        dbeta = dout.sum(axis=0)
        dxhat = dout * gamma
        dstd = -np.sum(dxhat * xhat, axis=0) / std
        dvar = dstd / (2 * std)
        dxc = dxhat / std + 2 * xc * dvar / x.shape[0]
        dmu = -dxc.sum(axis=0)
        dx = dxc + dmu / x.shape[0]"""),
    (attention, (X, X + 1, X[:, :2]), """
        dO = 2 * O / O.size
        dV = P.T @ dO
        dP = dO @ V.T
        dS = P * (dP - np.sum(dP * P, axis=1, keepdims=True))
        dQ = dS @ K / np.sqrt(Q.shape[1])
        dK = dS.T @ Q / np.sqrt(Q.shape[1])"""),
    (convolution, (np.ones((2, 2)),), """
        dA = np.full_like(A, 1 / A.size)
        dout = dA * (out > 0)
        dk = np.sum(win * dout.reshape(win.shape[0], win.shape[1], 1, 1), axis=(0, 1))"""),
    (leaky, (X,), "dx = np.where(x > 0, 1, 0.1)"),
]  # fmt: skip


def backward(derivation: Derivation) -> str:
    return "\n".join(line.text for line in derivation.backward)


@pytest.mark.parametrize(("f", "args", "expected"), GOLDEN, ids=[f.__name__ for f, _, _ in GOLDEN])
def test_backward_passes(f: Callable[..., Any], args: tuple[Any, ...], expected: str) -> None:
    assert backward(ag.derive(f, *args)) == "\n".join(line.strip() for line in expected.strip().split("\n"))


def test_an_array_filled_in_a_loop() -> None:
    derivation = ag.derive(filled, {"Wx": W43, "Wh": W33})
    text = "\n".join(line.text for line in derivation.forward)
    assert "H_2 = np.tanh(X[2] @ Wx + H_1 @ Wh)" in text
    assert "H[1] = H_1\nH[2] = H_2" in text
    env = dict(derivation.outline.program.values)
    for line in derivation.lines:
        env[line.name] = line.evaluate(env)
    expected = ag.grad(ag.lift(filled))({"Wx": W43, "Wh": W33})
    np.testing.assert_allclose(env["dWx"], expected["Wx"])
    np.testing.assert_allclose(env["dWh"], expected["Wh"])


def test_statements_come_in_the_order_in_which_they_are_right() -> None:
    """An entry is set to 0 before something is added to it."""

    def f(x):
        out = np.exp(x)
        out[X[0] > 0] = 0.0
        out[[0, 0, 1]] += x[:3]
        return np.sum(out**2)

    derivation = ag.derive(f, X[1])
    env = dict(derivation.outline.program.values)
    for line in derivation.lines:
        exec(line.text, {"np": np, "X": X}, env)
    np.testing.assert_allclose(env["dx"], ag.grad(ag.lift(f))(X[1]))


# -- forms -------------------------------------------------------------------------------------------------------------


def test_text_has_headings_shapes_and_reasons() -> None:
    derivation = ag.derive(network, NETWORK)
    lines = str(derivation).split("\n")
    assert re.fullmatch(r"Forward +shape", lines[0])
    assert lines[1].split("  ")[-1].strip() == "(7, 3)"
    assert "Backward" in lines
    why = derivation.text(why=True)
    assert "b1 was broadcast over axis 0, so its gradient sums over axis 0" in why
    assert "the derivative of a sigmoid A is A * (1 - A)" in why
    assert "matrix product rule" in why
    assert "\033[" not in why
    assert "\033[" in derivation.text(colour=True)
    assert len(derivation) == len(derivation.lines) == len(derivation.forward) + len(derivation.backward)
    assert repr(derivation) == "<Derivation of 5 forward and 8 backward lines>"


def test_shapes_stay_apart_from_long_lines() -> None:
    def f(x):
        return np.sum(
            np.sqrt(np.exp(np.sin(x)) * np.cos(x) + np.tanh(x) * np.arctan(x) + 3 + np.exp(x) * np.cos(x)) ** 3
        )

    for line in str(ag.derive(f, np.ones(3))).split("\n"):
        assert not re.search(r"\S\((3,)?\)$", line) or line.endswith(" ()"), line


def test_markdown_is_two_tables() -> None:
    text = ag.derive(network, NETWORK).markdown()
    assert text.count("| line | shape |") == 2
    assert "| `dW2 = A1.T @ dZ2` | (3, 1) |" in text
    assert ag.derive(network, NETWORK)._repr_markdown_() == text


def test_latex_is_an_environment_and_a_document() -> None:
    derivation = ag.derive(network, NETWORK)
    assert derivation.latex(document=True).startswith("\\documentclass")
    assert derivation.latex() in derivation.latex(document=True)


def with_penalty(W):
    P = X @ W
    data = np.mean((P - 1) ** 2)
    penalty = 0.1 * np.sum(W**2)
    return data + penalty


def test_a_summand_of_the_loss_needs_no_line() -> None:
    W = np.ones((X.shape[1], 2))
    assert backward(ag.derive(with_penalty, W)) == "dP = 2 * (P - 1) / P.size\ndW = 0.2 * W + X.T @ dP"
    asked = ag.derive(lambda W: ((data := np.mean((X @ W) ** 2)) + np.sum(W), {"data": data}), W)
    assert "ddata = 1.0" in backward(asked)


def layer_norm(x, gamma, beta):
    mu = x.mean(axis=-1, keepdims=True)
    std = np.sqrt(x.var(axis=-1, keepdims=True) + 1e-5)
    x_hat = (x - mu) / std
    return gamma * x_hat + beta


def test_what_is_constant_along_a_kept_axis_leaves_the_sum() -> None:
    text = backward(ag.derive(layer_norm, X, np.ones(X.shape[1]), np.zeros(X.shape[1])))
    assert "dstd = -np.sum(dx_hat * x_hat, axis=1, keepdims=True) / std" in text


# -- what is given, what is wanted, what is refused --------------------------------------------------------------------


def test_assumptions_are_said() -> None:
    assert ag.derive(one_hot, W43).assumptions == ["T sums to 1 over axis 1"]
    assert ag.derive(lambda x: x * 2, X).assumptions == ["dout, the gradient of the loss at the result"]

    def decides(x):
        return np.sum(x) if x[0, 0] > 5 else np.sum(x**2)

    (given,) = ag.derive(decides, X).assumptions
    assert given.startswith("x[0, 0] > 5 was False at line ")


def test_wrt() -> None:
    assert backward(ag.derive(network, NETWORK, wrt="b2")).split("\n")[-1] == "db2 = dZ2.sum(axis=0)"
    names = {line.name for line in ag.derive(network, NETWORK, wrt=["W1", "b1"]).backward}
    assert {"dW1", "db1"} <= names
    assert not names & {"dW2", "db2"}
    nested = {"layers": [{"W": W33}, {"W": W33}], "b": W33[0]}
    last = ag.derive(lambda p: np.sum(p["layers"][0]["W"] @ p["layers"][1]["W"] * p["b"]), nested, wrt="layers")
    assert {"dW0", "dW1"} <= {line.name for line in last.backward}
    assert "db" not in {line.name for line in last.backward}
    with pytest.raises(DerivationError, match="'W3' is not among the variables"):
        ag.derive(network, NETWORK, wrt="W3")


def test_the_identity_and_what_depends_on_nothing() -> None:
    assert backward(ag.derive(lambda x: x, np.float64(2.0))) == "dx = 1.0"
    for f, x in [(lambda x: np.sum(X), X), (lambda n: np.sum(n * 2), np.arange(3))]:
        with pytest.raises(NoGraphError, match="does not depend on its arguments"):
            ag.derive(f, x)


def test_complex_values_state_their_convention_and_complex_results_are_refused() -> None:
    z = np.array([1 + 2j, -0.5j])
    derivation = ag.derive(lambda z: np.sum(np.abs(z) ** 2), z)
    assert "the conjugate of what grad returns" in derivation.assumptions[0]
    np.testing.assert_allclose(derivation.backward[-1].evaluate({"z": z}), 2 * np.conjugate(z))
    with pytest.raises(NotScalarError, match="complex result"):
        ag.derive(lambda z: np.sum(z), z)


def test_float32_stays_in_the_trace() -> None:
    derivation = ag.derive(lambda x: np.sum(x**2), np.float32([1, 2]))
    assert backward(derivation) == "dx = 2 * x"
    assert derivation.graph.names["x"].dtype == np.float32


# -- whole programs ----------------------------------------------------------------------------------------------------

SLOW = {"lotka_volterra_rk4", "hmm_forward", "spring_pendulum", "skipgram_negative_sampling", "kalman_filter"}


@pytest.mark.parametrize("path", [p for p in PROGRAMS if p.stem not in SLOW], ids=lambda path: path.stem)
def test_a_whole_program_is_derived_and_its_source_is_right(path: Path) -> None:
    program = load(path)
    params = params_of(program)
    ag.derive(program.loss, params)
    namespace: dict[str, Any] = {}
    exec(ag.to_source(program.loss, params), namespace)
    value, gradients = namespace["loss_and_grads"](params)
    expected = ag.grad(lambda p: value_of(ag.lift(program.loss)(p)))(params)
    np.testing.assert_allclose(value, value_of(program.loss(params)), rtol=1e-5)
    found = list(leaves_of(gradients))
    assert [place for place, _ in found] == [place for place, _ in leaves_of(expected)]
    for (place, got), (_, want) in zip(found, leaves_of(expected), strict=True):
        single = np.asarray(want).dtype == np.float32
        assert np.asarray(got).dtype == np.asarray(want).dtype, place
        np.testing.assert_allclose(
            got, want, rtol=1e-3 if single else 1e-7, atol=1e-5 if single else 1e-10, err_msg=place
        )
