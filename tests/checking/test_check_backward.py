"""check_backward: which hand-written gradients are right, and what the page says."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.checking.names import match_names

rng = np.random.default_rng(3)
X = rng.normal(size=(5, 3))
Y = rng.normal(size=(5, 2))


def params(dtype=float):
    r = np.random.default_rng(4)
    return {"W": r.normal(size=(3, 2)).astype(dtype), "b": r.normal(size=2).astype(dtype)}


def loss(p):
    Z = X @ p["W"] + p["b"]
    return np.mean((Z - Y) ** 2), {"Z": Z}


def right(p):
    dZ = 2 * (X @ p["W"] + p["b"] - Y) / Y.size
    return {"dW": X.T @ dZ, "db": dZ.sum(axis=0), "dZ": dZ}


def with_change(**changes):
    def manual(p):
        gradients = right(p)
        return {**gradients, **{name: change(gradients[name]) for name, change in changes.items()}}

    return manual


def test_a_right_backward_pass() -> None:
    report = ag.check_backward(loss, right, params())
    assert report
    assert report.ok
    assert report.correct == ["W", "b", "Z"]
    assert report.remarks == []
    assert str(report).startswith("All 2 gradients are right.")
    report.raise_if_wrong()


def test_a_dict_of_gradients() -> None:
    assert ag.check_backward(loss, right(params()), params())


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        (lambda g: -g, "sign_flipped", "dW = -(X.T @ dZ)"),
        (lambda g: g * 2, "scale", "dW = 2 * (X.T @ dZ)"),
        (lambda g: g / 5, "scale", "1/"),
        (lambda g: g.T, "transposed", "dW = (X.T @ dZ).T"),
        (lambda g: g * np.nan, None, "6 of 6 entries are not finite"),
        (lambda g: g + np.sin(np.arange(6) ** 2).reshape(3, 2) * 1e-3, None, "worst entry ["),
        (lambda g: float(g.sum()), "wrong_axis", "dW = np.sum(X.T @ dZ)"),
    ],
    ids=["sign", "double", "fifth", "transposed", "nan", "term", "float"],
)
def test_a_wrong_gradient(change, kind: str | None, text: str) -> None:
    report = ag.check_backward(loss, with_change(dW=change), params())
    assert not report
    assert report.correct == ["b", "Z"]
    assert [(f.where, f.kind) for f in report.findings] == ([] if kind is None else [("W", kind)])
    assert report.unexplained == (["W"] if kind is None else [])
    page = str(report)
    assert page.startswith("1 of 2 gradients is wrong: W.")
    assert text in page
    assert "WRONG" in page
    with pytest.raises(AssertionError, match="1 of 2 gradients is wrong"):
        report.raise_if_wrong()


def test_a_wrong_intermediate_is_shown_but_parameters_decide() -> None:
    report = ag.check_backward(loss, with_change(dZ=lambda g: 10 * g), params())
    assert report.ok
    assert not report["Z"].ok
    assert report["Z"].ratio == pytest.approx(10)


def test_a_missing_gradient() -> None:
    report = ag.check_backward(loss, {"dW": right(params())["dW"]}, params())
    assert not report.ok
    assert "b: no gradient was given for it" in str(report)


def test_float32_parameters() -> None:
    report = ag.check_backward(loss, right, params(np.float32))
    assert report.ok
    assert not ag.check_backward(loss, with_change(dW=lambda g: g * 1.02), params(np.float32))


def test_nothing_of_the_persons_is_changed() -> None:
    p = params()
    before = {name: value.copy() for name, value in p.items()}

    def overwrites(q):
        gradients = right(q)
        q["W"] -= 1.0
        q["b"][:] = 0.0
        return gradients

    assert ag.check_backward(loss, overwrites, p)
    for name in p:
        np.testing.assert_array_equal(p[name], before[name])


def test_a_loss_that_can_not_be_recorded_is_checked_by_differences_alone() -> None:
    def plain_loss(p):
        Z = X.dot(p["W"]) + p["b"]
        return np.ma.mean(np.ma.array(Z - Y) ** 2)  # masked arrays have no rules

    gradients = {name: right(params())[name] for name in ("dW", "db")}
    report = ag.check_backward(plain_loss, gradients, params(), rtol=1e-6)
    assert report.ok
    assert "finite differences alone" in report.remarks[0]
    assert not ag.check_backward(plain_loss, {**gradients, "dW": -gradients["dW"]}, params(), rtol=1e-6)


def test_a_disagreement_of_the_references_is_said() -> None:
    def kinked(p):
        return np.sum(np.abs(p["W"]))

    report = ag.check_backward(kinked, lambda p: {"W": np.ones((2,))}, {"W": np.array([0.0 + 1e-7, 1.0])})
    assert "may have a kink" in report.remarks[0]


@pytest.mark.parametrize(
    "names",
    [
        ("dW1", "db1"),
        ("W1_grad", "b1_grad"),
        ("grad_W1", "grad_b1"),
        ("nabla_w1", "nabla_b1"),
        ("W1", "b1"),
        ("gW1", "gb1"),
    ],
)
def test_names_are_matched_generously(names) -> None:
    assert match_names(names, ["W1", "b1"]) == dict(zip(["W1", "b1"], names, strict=True))


def test_exact_names_win() -> None:
    assert match_names(["dx", "x"], ["x", "dx"]) == {"x": "x", "dx": "dx"}


def test_names_that_fit_nothing_or_twice_are_refused() -> None:
    with pytest.raises(ag.errors.GradientCheckError, match=r"'dV'.*neither a parameter nor an intermediate.*W, b, Z"):
        ag.check_backward(loss, {**right(params()), "dV": 1.0}, params())
    with pytest.raises(ag.errors.GradientCheckError, match="both 'dW' and 'W_grad'"):
        match_names(["dW", "W_grad"], ["W"])


def test_what_can_not_be_checked_is_said() -> None:
    with pytest.raises(ag.errors.GradientCheckError, match=r"must be one number, and this one has shape \(5, 2\)"):
        ag.check_backward(lambda p: X @ p["W"] + p["b"], right, params())
    with pytest.raises(ag.errors.GradientCheckError, match="does not depend on the parameters"):
        ag.check_backward(lambda p: np.sum(X), right, params())
    with pytest.raises(ag.errors.GradientCheckError, match=r"parameter 'W' holds int64.*dtype=float"):
        ag.check_backward(loss, right, {"W": np.ones((3, 2), np.int64), "b": np.ones(2)})


def test_large_networks_are_checked_along_random_directions() -> None:
    runs = []
    x, y = np.random.default_rng(0).normal(size=(20, 100)), np.ones((20, 30))

    def large_loss(p):
        runs.append(1)
        return np.mean((np.tanh(x @ p["W"]) - y) ** 2)

    def by_hand(p):
        t = np.tanh(x @ p["W"])
        return {"W": x.T @ (2 * (t - y) * (1 - t**2)) / y.size}

    p = {"W": np.random.default_rng(1).normal(size=(100, 30)) * 0.1}
    report = ag.check_backward(large_loss, by_hand, p)
    assert report.ok
    assert report.remarks == []
    assert len(runs) < 50
    assert not ag.check_backward(large_loss, lambda q: {"W": by_hand(q)["W"] * 1.001}, p)


def test_a_large_network_that_needs_differences_is_refused_at_once() -> None:
    with pytest.raises(
        ag.errors.GradientCheckError,
        match=r"30,000 parameters would need 60,000 runs.*has no derivative rule",
    ):
        ag.check_backward(lambda p: np.ma.array(p["W"]).sum(), {}, {"W": np.ones((300, 100))})


@pytest.mark.parametrize(
    ("manual", "params_given", "text"),
    [
        (
            lambda p: (p["W"], p["b"]),
            None,
            r"must be a dict such as \{'W': dW, 'b': db\}, or .*what was given is a tuple",
        ),
        (lambda p: None, None, "is a NoneType. Is a return missing"),
        (right, "params.npz", "params must be a dict of arrays.*it is a str"),
    ],
    ids=["tuple", "None", "str of params"],
)
def test_what_is_not_a_dict_is_said(manual, params_given, text: str) -> None:
    with pytest.raises(ag.errors.GradientCheckError, match=text):
        ag.check_backward(loss, manual, params() if params_given is None else params_given)
