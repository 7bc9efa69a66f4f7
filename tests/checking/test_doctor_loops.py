"""The doctor on loops and layers: windows, kernels, steps, axes, and the same mistake in several places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag

_rng = np.random.default_rng(11)
IMAGE = _rng.normal(size=(5, 5))
SIGNALS = _rng.normal(size=(4, 6))
CUBE = _rng.normal(size=(3, 2, 2, 2))
UPSTREAM = _rng.normal(size=(3, 3, 2, 2))
X = _rng.normal(size=(6, 3))
Y = _rng.normal(size=(6, 2))


def findings(report: ag.Report) -> list[tuple[str, str]]:
    return [(finding.where, finding.kind) for finding in report.findings if not finding.benign]


def pooled(p: dict[str, Any]) -> Any:
    act = np.tanh(IMAGE * p["w"] + p["b"])
    pool = np.zeros((4, 4))
    for i in range(4):
        for j in range(4):
            pool[i, j] = np.max(act[i : i + 2, j : j + 2])
    return np.sum(pool**2 * np.arange(16.0).reshape(4, 4)), {"act": act, "pool": pool}


def pooled_by_hand(p: dict[str, Any], adds_up: bool) -> dict[str, Any]:
    _, values = pooled(p)
    act = values["act"]
    dpool = 2 * values["pool"] * np.arange(16.0).reshape(4, 4)
    dact = np.zeros_like(act)
    for i in range(4):
        for j in range(4):
            window = act[i : i + 2, j : j + 2]
            row, column = np.unravel_index(np.argmax(window), window.shape)
            if adds_up:
                dact[i + row, j + column] += dpool[i, j]
            else:
                dact[i + row, j + column] = dpool[i, j]
    dz = dact * (1 - act**2)
    return {"w": np.sum(dz * IMAGE), "b": np.sum(dz), "act": dact, "pool": dpool}


def test_windows_that_overlap_and_overwrite() -> None:
    p = {"w": np.array(0.7), "b": np.array(0.1)}
    assert ag.check_backward(pooled, lambda q: pooled_by_hand(q, True), p).ok
    report = ag.check_backward(pooled, lambda q: pooled_by_hand(q, False), p)
    assert findings(report) == [("act", "missing_accumulation")], str(report)
    assert "windows overlap. Where several contributions meet, write G += ..." in report.findings[0].message
    assert "- ... and 13 more like these" in str(report)
    assert report.correct == ["pool"]


def filtered(p: dict[str, Any]) -> Any:
    a1 = np.tanh(SIGNALS * p["scale"])
    z2 = 0.0
    for j in range(3):
        z2 = z2 + p["k"][j] * a1[:, j : j + 4]
    return np.sum(np.tanh(z2) ** 2), {"a1": a1, "z2": z2}


def filtered_by_hand(p: dict[str, Any], kernel: Any) -> dict[str, Any]:
    _, values = filtered(p)
    a1, a2 = values["a1"], np.tanh(values["z2"])
    dz2 = 2 * a2 * (1 - a2**2)
    da1 = np.zeros_like(a1)
    for j in range(3):
        da1[:, j : j + 4] += kernel(p["k"])[j] * dz2
    dk = np.array([np.sum(a1[:, j : j + 4] * dz2) for j in range(3)])
    return {"k": dk, "scale": np.sum(da1 * (1 - a1**2) * SIGNALS), "a1": da1, "z2": dz2}


def test_a_kernel_reversed_in_the_gradient_of_the_input() -> None:
    p = {"k": np.array([0.5, -1.0, 0.3]), "scale": np.array(0.8)}
    assert ag.check_backward(filtered, lambda q: filtered_by_hand(q, lambda k: k), p).ok
    report = ag.check_backward(filtered, lambda q: filtered_by_hand(q, lambda k: k[::-1]), p)
    assert findings(report) == [("a1", "flipped_kernel")], str(report)
    assert "k reversed along axis 0" in report.findings[0].message


def recurrent(p: dict[str, Any]) -> Any:
    h = np.zeros((4, 1))
    for t in range(3):
        h = np.tanh(p["Wx"] @ X[t][:, None] + p["Wh"] @ h + p["b"])
    return np.sum((h - 0.3) ** 2)


def recurrent_by_hand(
    p: dict[str, Any],
    product: Any = np.matmul,
    slope: Any = lambda h: 1 - h**2,
) -> dict[str, Any]:
    hs = [np.zeros((4, 1))]
    for t in range(3):
        hs.append(np.tanh(p["Wx"] @ X[t][:, None] + p["Wh"] @ hs[-1] + p["b"]))
    dWx, dWh, db = (np.zeros_like(p[name]) for name in ("Wx", "Wh", "b"))
    dh = 2 * (hs[-1] - 0.3)
    for t in reversed(range(3)):
        dz = dh * slope(hs[t + 1])
        dWx += dz @ X[t][None, :]
        dWh += product(dz, hs[t] if product is np.multiply else hs[t].T)
        db += dz
        dh = p["Wh"].T @ dz
    return {"Wx": dWx, "Wh": dWh, "b": db}


def weights(**shapes: tuple[int, ...]) -> dict[str, Any]:
    r = np.random.default_rng(12)
    return {name: r.normal(size=shape) for name, shape in shapes.items()}


RECURRENT = weights(Wx=(4, 3), Wh=(4, 4), b=(4, 1))


def test_a_right_loop_is_right() -> None:
    assert ag.check_backward(recurrent, recurrent_by_hand, RECURRENT).ok


def test_a_star_for_an_outer_product_in_a_loop() -> None:
    report = ag.check_backward(recurrent, lambda q: recurrent_by_hand(q, product=np.multiply), RECURRENT)
    assert findings(report) == [("Wh", "elementwise_vs_matmul")], str(report)
    assert report.correct == ["Wx", "b"]
    assert report.findings[0].yours == "dWh = np.broadcast_to(dZ1 * h0 + dZ2 * h1 + dZ3 * h2, (4, 4))"


def test_a_mistake_at_each_step_of_a_loop_is_one_finding() -> None:
    report = ag.check_backward(recurrent, lambda q: recurrent_by_hand(q, slope=lambda h: 1 - h), RECURRENT)
    assert [kind for _, kind in findings(report)] == ["wrong_activation_derivative"], str(report)
    assert findings(report)[0][0].startswith("h")
    assert report.unexplained == []


def layered(p: dict[str, Any]) -> Any:
    a = X
    for i in (1, 2):
        a = np.tanh(a @ p[f"W{i}"] + p[f"b{i}"])
    return np.sum((a @ p["W3"] - Y) ** 2)


def layered_by_hand(p: dict[str, Any], slope: Any) -> dict[str, Any]:
    inputs = [X]
    for i in (1, 2):
        inputs.append(np.tanh(inputs[-1] @ p[f"W{i}"] + p[f"b{i}"]))
    delta = 2 * (inputs[-1] @ p["W3"] - Y)
    gradients = {"W3": inputs[-1].T @ delta}
    delta = delta @ p["W3"].T
    for i in (2, 1):
        delta = delta * slope(inputs[i])
        gradients |= {f"W{i}": inputs[i - 1].T @ delta, f"b{i}": delta.sum(axis=0)}
        delta = delta @ p[f"W{i}"].T
    return gradients


@pytest.mark.parametrize("width", [4, 5])
def test_the_same_mistake_in_two_layers_is_two_findings(width: int) -> None:
    p = weights(W1=(3, 4), b1=(4,), W2=(4, width), b2=(width,), W3=(width, 2))
    assert ag.check_backward(layered, lambda q: layered_by_hand(q, lambda a: 1 - a**2), p).ok
    report = ag.check_backward(layered, lambda q: layered_by_hand(q, lambda a: a * (1 - a)), p)
    found = findings(report)
    assert [kind for _, kind in found] == ["wrong_activation_derivative"] * 2, str(report)
    assert len({where for where, _ in found}) == 2
    assert report.unexplained == []


def test_the_same_mistake_in_two_layers_for_each_sample_is_two_findings() -> None:
    def by_hand(p: dict[str, Any], slope: Any) -> dict[str, Any]:
        gradients = {name: np.zeros_like(array) for name, array in p.items()}
        for x, y in zip(X, Y, strict=True):
            z1 = x @ p["W1"] + p["b1"]
            z2 = np.tanh(z1) @ p["W2"] + p["b2"]
            delta = 2 * (np.tanh(z2) @ p["W3"] - y)
            gradients["W3"] += np.outer(np.tanh(z2), delta)
            delta = (p["W3"] @ delta) * slope(z2)
            gradients["W2"] += np.outer(np.tanh(z1), delta)
            gradients["b2"] += delta
            delta = (p["W2"] @ delta) * slope(z1)
            gradients["W1"] += np.outer(x, delta)
            gradients["b1"] += delta
        return gradients

    p = weights(W1=(3, 4), b1=(4,), W2=(4, 4), b2=(4,), W3=(4, 2))
    assert ag.check_backward(layered, lambda q: by_hand(q, lambda z: 1 - np.tanh(z) ** 2), p).ok
    report = ag.check_backward(layered, lambda q: by_hand(q, lambda z: 1 - np.tanh(np.tanh(z)) ** 2), p)
    kind = "wrong_activation_derivative"
    assert findings(report) == [("a2", kind), ("a1", kind)], str(report)


# -- other axes ----------------------------------------------------------------------------------------------------


def shifted(p: dict[str, Any]) -> Any:
    columns = CUBE.reshape(3, 4, 2) @ p["W"] + p["b"]
    out = columns.transpose(0, 2, 1).reshape(3, 3, 2, 2)
    return np.sum(out * UPSTREAM), {"out": out}


@pytest.mark.parametrize(("axes", "is_right"), [((0, 2, 3), True), ((1, 2, 3), False)])
def test_a_sum_over_other_axes_before_these_were_moved(axes: tuple[int, ...], is_right: bool) -> None:
    def by_hand(p: dict[str, Any]) -> dict[str, Any]:
        dcolumns = UPSTREAM.reshape(3, 3, 4).transpose(0, 2, 1).reshape(-1, 3)
        return {"W": CUBE.reshape(-1, 2).T @ dcolumns, "b": np.sum(UPSTREAM, axis=axes)}

    report = ag.check_backward(shifted, by_hand, weights(W=(2, 3), b=(3,)))
    assert report.ok == is_right
    assert findings(report) == ([] if is_right else [("b", "wrong_axis")]), str(report)
    assert is_right or "dout summed over the axes (1, 2, 3)" in report.findings[0].message
