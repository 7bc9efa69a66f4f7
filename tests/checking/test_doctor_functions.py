"""The doctor on whole functions: the derivative of another one, a factor computed in vain, a constant twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag

_rng = np.random.default_rng(5)
X = _rng.normal(size=(7, 3))
Y = _rng.normal(size=(7, 2))
LR = 0.05


def weights(**shapes: tuple[int, ...]) -> dict[str, Any]:
    r = np.random.default_rng(6)
    return {name: r.normal(size=shape) for name, shape in shapes.items()}


def findings(report: ag.Report) -> list[tuple[str, str]]:
    return [(finding.where, finding.kind) for finding in report.findings if not finding.benign]


NET = weights(W1=(3, 4), b1=(4,), W2=(4, 2), b2=(2,))

# -- activation functions of several calls, and losses -------------------------------------------------------------


def gelu(t: Any) -> Any:
    return 0.5 * t * (1 + np.tanh(np.sqrt(2 / np.pi) * (t + 0.044715 * t**3)))


def gelu_prime(t: Any) -> Any:
    slope = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * t**2)
    th = np.tanh(np.sqrt(2 / np.pi) * (t + 0.044715 * t**3))
    return 0.5 * (1 + th) + 0.5 * t * (1 - th**2) * slope


def block(p: dict[str, Any]) -> Any:
    Z1 = X @ p["W1"] + p["b1"]
    A1 = gelu(Z1)
    out = A1 @ p["W2"] + p["b2"]
    return np.mean((out - Y) ** 2), {"Z1": Z1, "A1": A1, "out": out}


def block_by_hand(p: dict[str, Any], prime: Callable[[Any], Any]) -> dict[str, Any]:
    _, values = block(p)
    dout = 2 * (values["out"] - Y) / Y.size
    dZ1 = (dout @ p["W2"].T) * prime(values["Z1"])
    return {"W2": values["A1"].T @ dout, "b2": dout.sum(axis=0), "W1": X.T @ dZ1, "b1": dZ1.sum(axis=0)}


@pytest.mark.parametrize(
    ("prime", "kind", "words"),
    [
        (lambda t: t > 0, "wrong_activation_derivative", "relu' in place of the derivative of A1"),
        (lambda t: np.ones_like(t), "missing_activation_derivative", "without the derivative of A1"),
    ],
    ids=["relu", "none"],
)
def test_the_derivative_of_an_activation_in_several_calls(prime: Any, kind: str, words: str) -> None:
    assert ag.check_backward(block, lambda q: block_by_hand(q, gelu_prime), NET).ok
    report = ag.check_backward(block, lambda q: block_by_hand(q, prime), NET)
    assert findings(report) == [("Z1", kind)], str(report)
    assert words in report.findings[0].message
    assert report.correct == ["W2", "b2"]


def huber(p: dict[str, Any]) -> Any:
    out = np.tanh(X @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
    e = out - Y
    a = np.abs(e)
    return np.mean(np.where(a <= 0.6, 0.5 * e**2, 0.6 * (a - 0.3))), {"out": out}


def huber_by_hand(p: dict[str, Any], clips: bool) -> dict[str, Any]:
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    dout = A1 @ p["W2"] + p["b2"] - Y
    dout = (np.clip(dout, -0.6, 0.6) if clips else dout) / Y.size
    dZ1 = (dout @ p["W2"].T) * (1 - A1**2)
    return {"out": dout, "W2": A1.T @ dout, "b2": dout.sum(axis=0), "W1": X.T @ dZ1, "b1": dZ1.sum(axis=0)}


def test_the_derivative_of_a_squared_error_for_huber() -> None:
    assert ag.check_backward(huber, lambda q: huber_by_hand(q, True), NET).ok
    report = ag.check_backward(huber, lambda q: huber_by_hand(q, False), NET)
    assert findings(report) == [("out", "wrong_loss_derivative")], str(report)
    assert "the derivative of a squared error" in report.findings[0].message


def penalised(p: dict[str, Any]) -> Any:
    m = X.shape[0]
    Z = X @ p["W"] + p["b"]
    S = np.sum(p["W"] ** 2)
    return np.sum((Z - Y) ** 2) / m + 1 / 2 * m * S, {"Z": Z}


def penalised_by_hand(p: dict[str, Any], share: float) -> dict[str, Any]:
    dZ = 2 * (X @ p["W"] + p["b"] - Y) / len(X)
    return {"W": X.T @ dZ + share * p["W"], "b": dZ.sum(axis=0)}


def test_brackets_that_the_forward_pass_lacks() -> None:
    p = weights(W=(3, 2), b=(2,))
    assert ag.check_backward(penalised, lambda q: penalised_by_hand(q, 7.0), p).ok
    report = ag.check_backward(penalised, lambda q: penalised_by_hand(q, 1 / 7), p)
    assert findings(report) == [("loss", "forward_mismatch")], str(report)
    assert "a / b * m is (a / b) * m, and brackets make it a / (b * m)" in report.findings[0].message
    assert (report.findings[0].right, report.findings[0].yours) == ("... = 0.5 * m * S", "... = 0.5 * m * S / 49")


def halved(p: dict[str, Any]) -> Any:
    m = X.shape[0]
    S = np.sum((X @ p["W"] + p["b"] - Y) ** 2)
    return 1 / 2 * m * S


def test_brackets_that_the_forward_pass_lacks_beside_another_mistake() -> None:
    def by_hand(p: dict[str, Any]) -> dict[str, Any]:
        d = (X @ p["W"] + p["b"] - Y) / len(X)
        return {"W": X.T @ d, "b": -d.sum(axis=0)}

    report = ag.check_backward(halved, by_hand, weights(W=(3, 2), b=(2,)))
    assert findings(report) == [("loss", "forward_mismatch"), ("b", "sign_flipped")], str(report)


# -- factors -------------------------------------------------------------------------------------------------------


def mixture(p: dict[str, Any]) -> Any:
    h = np.tanh(p["W"] @ X.T)
    logit, mu, ls = p["Wp"] @ h, p["Wm"] @ h, p["Ws"] @ h
    pi = np.exp(logit) / np.sum(np.exp(logit), axis=0, keepdims=True)
    dens = np.exp(-0.5 * ((Y[:, 0] - mu) / np.exp(ls)) ** 2) / np.exp(ls)
    return -np.mean(np.log(np.sum(pi * dens, axis=0))), {"h": h, "logit": logit, "mu": mu, "ls": ls}


def mixture_by_hand(p: dict[str, Any], weighs: bool) -> dict[str, Any]:
    _, values = mixture(p)
    h, logit, mu, sig = values["h"], values["logit"], values["mu"], np.exp(values["ls"])
    pi = np.exp(logit) / np.exp(logit).sum(axis=0)
    joint = pi * np.exp(-0.5 * ((Y[:, 0] - mu) / sig) ** 2) / sig
    gamma = joint / joint.sum(axis=0)
    dlogit = (pi - gamma) / len(X)
    dmu = (gamma if weighs else 1.0) * (mu - Y[:, 0]) / sig**2 / len(X)
    dls = gamma * (1 - ((Y[:, 0] - mu) / sig) ** 2) / len(X)
    dz = (p["Wp"].T @ dlogit + p["Wm"].T @ dmu + p["Ws"].T @ dls) * (1 - h**2)
    intermediates = {"mu": dmu, "logit": dlogit, "ls": dls}
    return {"W": dz @ X, "Wp": dlogit @ h.T, "Wm": dmu @ h.T, "Ws": dls @ h.T, **intermediates}


def test_a_factor_that_was_computed_but_not_multiplied() -> None:
    p = {name: 0.4 * array for name, array in weights(W=(4, 3), Wp=(3, 4), Wm=(3, 4), Ws=(3, 4)).items()}
    assert ag.check_backward(mixture, lambda q: mixture_by_hand(q, True), p).ok
    report = ag.check_backward(mixture, lambda q: mixture_by_hand(q, False), p)
    assert findings(report) == [("mu", "missing_factor")], str(report)
    assert "without the factor gamma" in report.findings[0].message
    assert report.correct == ["Wp", "Ws", "logit", "ls"]


# -- updates -------------------------------------------------------------------------------------------------------


def net(p: dict[str, Any]) -> Any:
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    return np.mean((A1 @ p["W2"] + p["b2"] - Y) ** 2)


def step(p: dict[str, Any], rates: dict[str, float]) -> None:
    A1 = np.tanh(X @ p["W1"] + p["b1"])
    dZ2 = 2 * (A1 @ p["W2"] + p["b2"] - Y) / Y.size
    dZ1 = (dZ2 @ p["W2"].T) * (1 - A1**2)
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    for name, gradient in (("W1", dW1), ("b1", db1), ("W2", dW2), ("b2", db2)):
        p[name] -= rates.get(name, LR) * gradient


@pytest.mark.parametrize(("factor", "words"), [(LR, "the learning rate"), (1 / 7, "1/X.shape[0]")])
@pytest.mark.parametrize("names", [{"W1"}, {"b2"}, {"W2", "b2"}], ids=" ".join)
def test_a_constant_twice_in_the_update(factor: float, words: str, names: set[str]) -> None:
    report = ag.check_step(net, lambda q: step(q, dict.fromkeys(names, LR * factor)), NET, LR)
    assert set(findings(report)) == {(name, "update_scale") for name in names}, str(report)
    for finding in report.findings:
        assert finding.factor == pytest.approx(factor)
        assert f"applies {words} once more: it moves by {factor:.6g} of what it should" in finding.message
    assert report.unexplained == []
