"""The noise of a gradient's own arithmetic and the subgradients at a kink are no mistakes; what is larger is one."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_lite as ag

_rng = np.random.default_rng(0)
X, Y = _rng.normal(size=(6, 3)), _rng.normal(size=(6, 2))


def test_a_gradient_that_cancels_to_zero_is_right_to_its_noise() -> None:
    def loss(p: dict[str, Any]) -> Any:
        z = X @ p["W"] + p["b"]
        return np.sum((z - z.mean(axis=0)) ** 3)

    def manual(p: dict[str, Any]) -> dict[str, Any]:
        z = X @ p["W"] + p["b"]
        d = 3 * (z - z.mean(axis=0)) ** 2
        d = d - d.mean(axis=0)
        return {"W": X.T @ d, "b": d[::-1].sum(axis=0)}  # summed in another order than autodiff does

    p = {"W": _rng.normal(size=(3, 2)), "b": _rng.normal(size=2)}
    assert ag.check_backward(loss, manual, p).ok
    assert not ag.check_backward(loss, lambda q: {**manual(q), "b": manual(q)["b"] + 1e-9}, p).ok


def test_saturated_sigmoids_in_single_precision_are_right_to_their_noise() -> None:
    x = np.float32(9) * np.sign(X).astype(np.float32)

    def loss(p: dict[str, Any]) -> Any:
        return np.sum((1 / (1 + np.exp(-(x @ p["W"])))) ** 2)

    def manual(p: dict[str, Any]) -> dict[str, Any]:
        a = 1 / (1 + np.exp(-(x @ p["W"])))
        return {"W": x.T @ (2 * a * (a - a * a))}

    p = {"W": np.ones((3, 2), dtype=np.float32)}
    assert ag.check_backward(loss, manual, p).ok


def relu_network(p: dict[str, Any]) -> Any:
    h = np.maximum(0, X @ p["W1"] + p["b1"])
    return np.mean((h @ p["W2"] - Y) ** 2)


def relu_gradients(p: dict[str, Any]) -> dict[str, Any]:
    z = X @ p["W1"] + p["b1"]
    h = np.maximum(0, z)
    d = 2 * (h @ p["W2"] - Y) / Y.size
    dz = (d @ p["W2"].T) * (z >= 0)
    return {"W1": X.T @ dz, "b1": dz.sum(axis=0), "W2": h.T @ d}


AT_A_KINK = {"W1": np.zeros((3, 4)), "b1": np.zeros(4), "W2": _rng.normal(size=(4, 2))}


def test_any_subgradient_at_a_kink_is_right() -> None:
    report = ag.check_backward(relu_network, relu_gradients, AT_A_KINK)
    assert report.ok
    assert any("kink" in remark for remark in report.remarks)


def test_a_mistake_at_a_kink_is_named_all_the_same() -> None:
    def manual(p: dict[str, Any]) -> dict[str, Any]:
        grads = relu_gradients(p)
        return {**grads, "b1": 2 * grads["b1"]}

    report = ag.check_backward(relu_network, manual, AT_A_KINK)
    assert [(f.where, f.kind) for f in report.findings] == [("b1", "scale")]


def test_random_numbers_in_the_backward_pass_are_said() -> None:
    rng = np.random.default_rng(1)

    def manual(p: dict[str, Any]) -> dict[str, Any]:
        grads = relu_gradients(p)
        return {**grads, "W2": grads["W2"] * (rng.random(grads["W2"].shape) > 0.5)}

    p = {**AT_A_KINK, "W1": _rng.normal(size=(3, 4))}
    report = ag.check_backward(relu_network, manual, p)
    assert not report.ok
    assert any("other numbers each time" in remark for remark in report.remarks)
