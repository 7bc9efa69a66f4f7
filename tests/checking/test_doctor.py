"""The doctor: what is wrong in a backward pass, and in which line."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import cli
from autograd_lite.errors import GradientCheckError

_rng = np.random.default_rng(5)
X = _rng.normal(size=(7, 3))
Y = _rng.normal(size=(7, 2))
LR = 0.05

SIGMOID = """
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def params():
    r = np.random.default_rng(6)
    return {"W1": r.normal(size=(3, 4)), "b1": r.normal(size=4), "W2": r.normal(size=(4, 2)), "b2": r.normal(size=2)}

def forward(p):
    Z1 = X.dot(p["W1"]) + p["b1"]
    A1 = sigmoid(Z1)
    Z2 = A1.dot(p["W2"]) + p["b2"]
    A2 = sigmoid(Z2)
    return Z1, A1, Z2, A2

def loss(p):
    Z1, A1, Z2, A2 = forward(p)
    return np.sum((A2 - Y) ** 2) / X.shape[0]

def manual_grads(p):
    Z1, A1, Z2, A2 = forward(p)
    m = X.shape[0]
    dA2 = 2 * (A2 - Y) / m
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dA1 = dZ2 @ p["W2"].T
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

def step(p):
    grads = manual_grads(p)
    for name in p:
        p[name] -= LR * grads[name]
"""

RNN = """
def params():
    r = np.random.default_rng(7)
    return {"Wx": r.normal(size=(3, 4)), "Wh": r.normal(size=(4, 4)), "b": r.normal(size=4)}

def forward(p):
    h = np.zeros((1, 4))
    hs = [h]
    for t in range(3):
        h = np.tanh(X[t : t + 1] @ p["Wx"] + h @ p["Wh"] + p["b"])
        hs.append(h)
    return hs

def loss(p):
    return np.sum((forward(p)[-1] - 0.3) ** 2)

def manual_grads(p):
    hs = forward(p)
    g = {name: np.zeros_like(value) for name, value in p.items()}
    dh = 2 * (hs[-1] - 0.3)
    for t in reversed(range(3)):
        dz = dh * (1 - hs[t + 1] ** 2)
        g["Wx"] += X[t : t + 1].T @ dz
        g["Wh"] += hs[t].T @ dz
        g["b"] += dz.sum(axis=0)
        dh = dz @ p["Wh"].T
    return g
"""

#: A program, what is changed in it, and what the doctor must say: places and kinds.
MISTAKES = [
    (SIGMOID, {"2 * (A2 - Y) / m": "2 * (Y - A2) / m"}, {("A2", "sign_flipped")}),
    (SIGMOID, {"2 * (A2 - Y) / m": "2 * (A2 - Y)"}, {("A2", "scale")}),
    (SIGMOID, {"dZ2 = dA2 * A2 * (1 - A2)": "dZ2 = dA2"}, {("Z2", "missing_activation_derivative")}),
    (SIGMOID, {"dZ1 = dA1 * A1 * (1 - A1)": "dZ1 = dA1 * (1 - A1**2)"}, {("Z1", "wrong_activation_derivative")}),
    (SIGMOID, {"dZ1 = dA1 * A1 * (1 - A1)": "dZ1 = dA1 * Z1 * (1 - Z1)"}, {("Z1", "wrong_activation_derivative")}),
    (SIGMOID, {"db2 = dZ2.sum(axis=0)": "db2 = dZ2"}, {("b2", "missing_sum")}),
    (SIGMOID, {"db1 = dZ1.sum(axis=0)": "db1 = dZ1.sum()"}, {("b1", "wrong_axis")}),
    (SIGMOID, {"db1 = dZ1.sum(axis=0)": "db1 = dZ1.mean(axis=0)"}, {("b1", "scale")}),
    (SIGMOID, {"dW1 = X.T @ dZ1": "dW1 = X.T @ dA1"}, {("W1", "missing_activation_derivative")}),
    (SIGMOID, {"dW2 = A1.T @ dZ2": "dW2 = Z1.T @ dZ2"}, {("W2", "wrong_operand")}),
    (
        SIGMOID,
        {"2 * (A2 - Y) / m": "2 * (Y - A2) / m", "dW2 = A1.T @ dZ2": "dW2 = Z1.T @ dZ2"},
        {("A2", "sign_flipped"), ("W2", "wrong_operand")},
    ),
    (RNN, {'dh = dz @ p["Wh"].T': 'dh = dz @ p["Wh"]'}, {("h2", "transposed")}),
    (RNN, {"dz = dh * (1 - hs[t + 1] ** 2)": "dz = dh * (1 - hs[t + 1])"}, {("h3", "wrong_activation_derivative")}),
    (RNN, {'g["Wh"] += hs[t].T @ dz': 'g["Wh"] += hs[t + 1].T @ dz'}, {("Wh", "wrong_operand")}),
]  # fmt: skip

#: The values that lie next to one another, where a slip may be said to be in either.
NEIGHBOURS = {"A2": {"Z2"}, "Z2": {"A2"}, "Z1": {"A1"}, "h2": {"h1"}, "h3": {"h2", "h1"}}


def program(text: str, changes: dict[str, str]) -> dict[str, Any]:
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    namespace: dict[str, Any] = {"np": np, "X": X, "Y": Y, "LR": LR}
    exec(compile(text, "<a student's program>", "exec"), namespace)
    return namespace


@pytest.mark.parametrize(
    ("text", "changes", "expected"), MISTAKES, ids=lambda x: " ".join(x) if isinstance(x, dict) else ""
)
def test_a_mistake_is_named(text: str, changes: dict[str, str], expected: set[tuple[str, str]]) -> None:
    case = program(text, changes)
    report = ag.check_backward(case["loss"], case["manual_grads"], case["params"]())
    assert not report.ok
    found = {(f.where, f.kind) for f in report.findings}
    for where, kind in expected:
        assert found & {(near, kind) for near in {where, *NEIGHBOURS.get(where, ())}}, str(report)
    assert len(found) == len(expected), str(report)
    assert report.unexplained == []


@pytest.mark.parametrize("text", [SIGMOID, RNN], ids=["sigmoid", "rnn"])
def test_a_right_pass_is_right(text: str) -> None:
    case = program(text, {})
    report = ag.check_backward(case["loss"], case["manual_grads"], case["params"]())
    assert report.ok
    assert report.findings == []
    report.raise_if_wrong()


def test_a_right_step_is_right() -> None:
    case = program(SIGMOID, {})
    report = ag.check_step(case["loss"], case["step"], case["params"](), LR)
    assert report.ok, str(report)
    assert report.findings == []


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        ("p[name] += LR * grads[name]", "sign_flipped"),
        ("p[name] -= LR * LR * grads[name]", "update_scale"),
        ("p[name] - LR * grads[name]", "update_dropped"),
    ],
    ids=["uphill", "twice", "dropped"],
)
def test_a_wrong_step(after: str, kind: str) -> None:
    case = program(SIGMOID, {"p[name] -= LR * grads[name]": after})
    report = ag.check_step(case["loss"], case["step"], case["params"](), LR)
    assert not report.ok
    assert kind in {f.kind for f in report.findings}, str(report)


def test_weights_updated_too_early() -> None:
    text = SIGMOID.replace('dA1 = dZ2 @ p["W2"].T', 'p["W2"] = p["W2"] - LR * dW2\n    dA1 = dZ2 @ p["W2"].T')
    text = text.replace("    for name in p:", '    for name in ("W1", "b1", "b2"):')
    case = program(text, {})
    report = ag.check_step(case["loss"], case["step"], case["params"](), LR)
    assert [(f.where, f.kind) for f in report.findings] == [("A1", "stale_parameter")], str(report)


def test_what_a_finding_says() -> None:
    case = program(SIGMOID, {"dW2 = A1.T @ dZ2": "dW2 = Z1.T @ dZ2"})
    report = ag.check_backward(case["loss"], case["manual_grads"], case["params"]())
    (finding,) = report.findings
    assert (finding.yours, finding.right) == ("dW2 = Z1.T @ dZ2", "dW2 = A1.T @ dZ2")
    assert "Z1 in place of A1" in finding.message
    page = str(report)
    assert "  - dW2 = Z1.T @ dZ2\n  + dW2 = A1.T @ dZ2" in page
    assert "\x1b[31m" in report.text(colour=True)
    assert json.loads(report.json())["findings"][0]["kind"] == "wrong_operand"
    assert "dW2 = Z1.T @ dZ2" in report._repr_html_()


def test_harmless_oddities_are_benign() -> None:
    def loss(p):
        Z = X @ p["W"]
        return np.mean((Z - Y) ** 2), {"Z": Z}

    def deferred(p):
        dZ = 2 * (X @ p["W"] - Y)
        return {"W": X.T @ dZ / Y.size, "Z": dZ}

    report = ag.check_backward(loss, deferred, {"W": np.ones((3, 2))})
    assert report.ok
    assert [(f.where, f.kind, f.benign) for f in report.findings] == [("Z", "deferred_scale", True)]


def test_failures_of_the_persons_code_are_said() -> None:
    case = program(SIGMOID, {'dA1 = dZ2 @ p["W2"].T': 'dA1 = dZ2 @ p["W2"]'})
    report = ag.check_backward(case["loss"], case["manual_grads"], case["params"]())
    assert not report.ok
    assert "The backward pass failed: ValueError" in report.remarks[0]
    assert "(line 27 of <a student's program>)" in report.remarks[0]


def test_writing_into_the_argument_is_said() -> None:
    case = program(
        SIGMOID,
        {"    m = X.shape[0]\n": '    m = X.shape[0]\n    p["W1"] *= 3\n'},
    )
    report = ag.check_backward(case["loss"], case["manual_grads"], case["params"]())
    assert any("writes into the parameter W1" in remark for remark in report.remarks)


def test_nested_parameters_and_names() -> None:
    layers = [{"W": np.full((3, 2), 0.1), "b": np.full(2, 0.2)}]

    def loss(p):
        return np.mean((X @ p[0]["W"] + p[0]["b"] - Y) ** 2)

    def manual(p):
        delta = 2 * (X @ p[0]["W"] + p[0]["b"] - Y) / Y.size
        return [{"W": X.T @ delta, "b": delta.sum(axis=0)}]

    assert ag.check_backward(loss, manual, layers).ok

    def named(p):
        delta = 2 * (X @ p[0]["W"] + p[0]["b"] - Y) / Y.size
        return {"weights": X.T @ delta, "b_grad": delta.sum(axis=0)}

    assert ag.check_backward(loss, named, layers, names={"weights": "W"}).ok


def normalised(p: dict[str, Any]) -> Any:
    z = X @ p["fc.W"]
    n = (z - np.mean(z, axis=0)) / np.std(z, axis=0)
    out = p["bn.gamma"] * n + p["bn.beta"]
    return np.mean((out - Y) ** 2), {"z": z, "n": n, "out": out}


def of_normalised(p: dict[str, Any], read: str = "n") -> dict[str, Any]:
    _, values = normalised(p)
    z, n = values["z"], values["n"]
    dout = 2 * (values["out"] - Y) / Y.size
    dn = dout * p["bn.gamma"]
    dz = (dn - dn.mean(axis=0) - n * (dn * n).mean(axis=0)) / z.std(axis=0)
    return {"fc.W": X.T @ dz, "bn.gamma": np.sum(dout * values[read], axis=0), "bn.beta": dout.sum(axis=0)}


DOTTED = {"fc.W": _rng.normal(size=(3, 2)), "bn.gamma": np.array([0.7, 1.6]), "bn.beta": np.array([0.1, -0.4])}


def test_parameters_with_dots_in_their_names() -> None:
    report = ag.check_backward(normalised, lambda p: of_normalised(p, "z"), DOTTED)
    assert report.correct == ["fc.W", "bn.beta"]
    assert [(f.where, f.kind) for f in report.findings] == [("bn.gamma", "wrong_operand")], str(report)
    assert report.findings[0].right == "dbn_gamma = np.sum(dout * n, axis=0)"
    assert ag.check_backward(normalised, of_normalised, DOTTED).ok


def test_parameters_with_dots_in_their_names_updated_too_early() -> None:
    def step(p: dict[str, Any]) -> None:
        _, values = normalised(p)
        z, n = values["z"], values["n"]
        dout = 2 * (values["out"] - Y) / Y.size
        p["bn.gamma"] = p["bn.gamma"] - LR * np.sum(dout * n, axis=0)
        p["bn.beta"] = p["bn.beta"] - LR * np.sum(dout, axis=0)
        dn = dout * p["bn.gamma"]
        dz = (dn - dn.mean(axis=0) - n * (dn * n).mean(axis=0)) / z.std(axis=0)
        p["fc.W"] = p["fc.W"] - LR * (X.T @ dz)

    report = ag.check_step(normalised, step, DOTTED, LR)
    assert [(f.where, f.kind) for f in report.findings] == [("n", "stale_parameter")], str(report)


def test_parameters_in_lists() -> None:
    layers = [[_rng.normal(size=(3, 4)), _rng.normal(size=4)], [_rng.normal(size=(4, 2)), _rng.normal(size=2)]]

    def loss(p: Any) -> Any:
        a = X
        for W, b in p:
            a = np.tanh(a @ W + b)
        return np.mean((a - Y) ** 2)

    def manual(p: Any, mean: Any = np.sum) -> Any:
        a1 = np.tanh(X @ p[0][0] + p[0][1])
        a2 = np.tanh(a1 @ p[1][0] + p[1][1])
        d2 = 2 * (a2 - Y) / Y.size * (1 - a2**2)
        d1 = (d2 @ p[1][0].T) * (1 - a1**2)
        return [[X.T @ d1, mean(d1, axis=0)], [a1.T @ d2, d2.sum(axis=0)]]

    assert ag.check_backward(loss, manual, layers).ok
    report = ag.check_backward(loss, lambda p: manual(p, np.mean), layers)
    assert report.correct == ["params_0_0", "params_1_0", "params_1_1"]
    assert [(f.where, f.kind) for f in report.findings] == [("params_0_1", "scale")], str(report)
    assert report.findings[0].yours == "dp_0_1 = dZ1.mean(axis=0)"


def test_randomness_is_the_same_in_every_run() -> None:
    def loss(p):
        mask = np.random.rand(7, 2) < 0.5  # noqa: NPY002
        return np.sum((X @ p["W"] * mask - Y) ** 2)

    def manual(p):
        mask = np.random.rand(7, 2) < 0.5  # noqa: NPY002
        return {"W": X.T @ (2 * (X @ p["W"] * mask - Y) * mask)}

    np.random.seed(3)  # noqa: NPY002
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    assert ag.check_backward(loss, manual, {"W": np.ones((3, 2))}).ok
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@pytest.mark.parametrize(
    ("changes", "status"), [({}, 0), ({"2 * (A2 - Y)": "2 * (Y - A2)"}, 1), ({"def loss(p)": "def cost(p)"}, 2)]
)
def test_the_command_line(changes: dict[str, str], status: int, tmp_path: Any, capsys: Any) -> None:
    text = SIGMOID
    for before, after in changes.items():
        text = text.replace(before, after)
    data = f"import numpy as np\nX = np.array({X.tolist()})\nY = np.array({Y.tolist()})\nLR = 0.05\n"
    file = tmp_path / "network.py"
    file.write_text(data + text)
    assert cli.main(["check", str(file)]) == status
    captured = capsys.readouterr()
    is_wrong = "WRONG" in captured.out or "inherited" in captured.out
    assert ("right" in captured.out, is_wrong, "defines no loss" in captured.err) == (
        status < 2, status == 1, status == 2,
    )  # fmt: skip


def test_the_founding_questions(capsys: Any) -> None:
    example = runpy.run_path(str(Path(__file__).resolve().parents[2] / "examples" / "founding_questions.py"))
    example["main"]()
    answers = capsys.readouterr().out
    for said in (
        "  - db2 = dA2.sum(axis=0)\n  + db2 = dZ2.sum(axis=0)",
        "  - dW1 = np.sum(X.T @ dZ1, axis=0)\n  + dW1 = X.T @ dZ1",
        "with tanh' in place of sigmoid'",
        "dZ2 has the wrong sign",
        "A2 in place of A1",
    ):
        assert said in answers


# -- special parameters and clumsy input -------------------------------------------------------------------------------


def square(p):
    return np.sum(p["w"] ** 2)


def test_parameters_that_hide_a_mistake_are_pointed_out() -> None:
    report = ag.check_backward(square, lambda p: {"w": 5 * p["w"]}, {"w": np.zeros(2)})
    assert report.ok
    assert "hide a mistake" in str(report)
    assert "hide" not in str(ag.check_backward(square, lambda p: {"w": 2 * p["w"]}, {"w": np.zeros(2)}))


def test_a_gradient_may_be_a_list_and_none_is_none() -> None:
    w = np.array([1.0, 2.0])
    assert ag.check_backward(square, lambda p: {"w": [2 * x for x in p["w"]]}, {"w": w}).ok
    assert "no gradient was given" in str(ag.check_backward(square, lambda p: {"w": None}, {"w": w}))
    with pytest.raises(GradientCheckError, match="is a str"):
        ag.check_backward(square, lambda p: {"w": "2w"}, {"w": w})


@pytest.mark.parametrize("rate", [0, np.nan])
def test_a_step_needs_a_rate(rate: float) -> None:
    with pytest.raises(GradientCheckError, match="divided by its rate"):
        ag.check_step(square, lambda p: {"w": p["w"]}, {"w": np.ones(2)}, rate)


def test_an_axis_too_many_is_a_shape() -> None:
    report = ag.check_backward(square, lambda p: {"w": 2 * p["w"][:, None]}, {"w": np.array([1.0, 2.0, 3.0])})
    assert [(f.where, f.kind) for f in report.findings] == [("w", "shape_mismatch")]


def test_nothing_found_is_said() -> None:
    report = ag.check_backward(square, lambda p: {"w": np.cos(p["w"]) ** 3}, {"w": np.array([1.0, 2.0, 3.0])})
    assert not report.findings
    assert "No small change" in str(report)


def test_a_loss_that_draws_random_numbers_is_no_bug_of_ours() -> None:
    x = np.random.default_rng(0).normal(size=(5, 3))

    def loss(p):
        hidden = np.tanh(x @ p["w"])
        return np.sum((hidden * (np.random.rand(5) < 0.5)) ** 2)  # noqa: NPY002

    report = ag.check_backward(loss, lambda p: {"w": np.cos(p["w"])}, {"w": np.array([0.3, -0.2, 0.5])})
    assert not report.ok
    assert "draws random numbers" in str(report)
    assert "bug" not in str(report)
