"""`trace`: every call of one run, with the person's names, and what the run depended on."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import DerivationError, UnsupportedCallError
from autograd_lite.tensor.numbers import TracedInt, plain_number, traced_number
from autograd_lite.tracing import Trace

X = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])
w = np.array([0.5, -0.3, 0.8])


def named_calls(graph: Trace) -> list[str]:
    return [node.operation.name for node in graph.nodes if node.operation is not None and node.dtype != object]


# -- names -------------------------------------------------------------------------------------------------------------


def test_local_variables_keys_and_captured_arrays_give_names() -> None:
    def loss(p):
        Z = X @ p["w"] + p["b"]
        A = np.tanh(Z)
        return A.sum()

    graph = ag.trace(loss, {"w": w, "b": 0.1})
    assert list(graph.names) == ["w", "b", "X", "Z", "A"]
    np.testing.assert_array_equal(graph.value(graph.names["Z"]), X @ w + 0.1)
    assert [argument.path for argument in graph.arguments] == ["p['w']", "p['b']"]


def test_a_variable_bound_again_is_numbered_and_an_argument_keeps_its_name() -> None:
    def layer(x):
        h = np.tanh(x)
        return h * x

    def loss(x):
        for _ in range(2):
            x = layer(x)
        return np.sum(x)

    assert list(ag.trace(loss, w).names) == ["x", "h1", "x1", "h2", "x2"]


def test_a_value_that_is_only_added_to_has_one_name() -> None:
    def loss(x):
        Z = x * 2
        Z = Z + 1
        Z += x
        return Z.sum()

    assert list(ag.trace(loss, w).names) == ["x", "Z"]


def test_an_array_filled_in_a_loop_has_one_name_though_its_entries_are_read_again() -> None:
    def loss(x):
        H = np.zeros(3)
        for t in range(1, 3):
            H[t] = H[t - 1] * x[t] + 1
        return H.sum()

    assert list(ag.trace(loss, w).names) == ["x", "H"]


def test_the_names_a_function_returns_come_first() -> None:
    def loss(x):
        y = np.exp(x)
        return y.sum(), {"hidden": y}

    assert list(ag.trace(loss, w).names) == ["x", "hidden"]
    assert list(ag.trace(lambda x: {"loss": np.sum(x)}, w).names) == ["x", "loss"]


def test_attributes_and_equal_keys() -> None:
    class Net:
        def __init__(self) -> None:
            self.W = w

        def __call__(self, x: Any) -> Any:
            return np.sum(self.W * x)

    assert "W" in ag.trace(Net(), w * 2).names
    layers = [{"W": w}, {"W": w * 2}]
    assert list(ag.trace(lambda ls: np.sum(ls[0]["W"] * ls[1]["W"]), layers).names) == ["W0", "W1"]


def test_parameters_of_any_kind() -> None:
    def f(x, /, y=2.0, *rest, scale=3.0):
        return np.sum(x * y * scale) + sum(np.sum(r) for r in rest)

    assert ag.trace(f, w, w, w, w).parameters == ["x", "y", "rest_0", "rest_1"]
    assert ag.trace(f, w).parameters == ["x"]
    assert float(ag.trace(f, w).result.data) == np.sum(w * 6)


# -- what is recorded --------------------------------------------------------------------------------------------------


def test_masks_comparisons_and_sizes_are_calls() -> None:
    graph = ag.trace(lambda x: np.sum(np.where(x > 0, x, 0.0)) / x.shape[0], w)
    assert [name.removeprefix("np.") for name in named_calls(graph)] == [
        "greater",
        "where",
        "sum",
        "length_of",
        "divide",
    ]
    assert all(node.values is not None for node in graph.nodes)


@pytest.mark.parametrize(
    ("symbol", "expected"),
    [
        (operator.add, 5), (operator.sub, 1), (operator.mul, 6), (operator.truediv, 1.5), (operator.floordiv, 1),
        (operator.mod, 1), (operator.pow, 9),
    ],
)  # fmt: skip
def test_arithmetic_of_sizes_is_recorded(symbol: Any, expected: float) -> None:
    def f(x):
        return x.sum() / symbol(x.shape[0], 2) / symbol(3, x[:2].size)

    graph = ag.trace(f, w)
    assert float(graph.result.data) == pytest.approx(w.sum() / expected**2)
    assert graph.notes == []
    assert sum(name.endswith(("length_of", "count_of")) for name in named_calls(graph)) == 2


def test_traced_numbers_are_numbers() -> None:
    node = ag.trace(lambda x: np.sum(x), w).outputs[0]
    three = traced_number(3, node)
    assert isinstance(three, TracedInt)
    assert (three + 1, three < 4, three == 3, hash(three), -three, [0, 1, 2, 5][three]) == (
        4,
        True,
        True,
        hash(3),
        -3,
        5,
    )
    assert type(plain_number(three)) is int
    assert math.sqrt(traced_number(4.0, node)) == 2.0
    assert np.exp(three) == np.exp(3)


def test_shapes_are_tuples() -> None:
    def f(x):
        rows, columns = x.shape
        assert x.shape == (2, 3)
        assert (*x.shape[:1], 7) == (2, 7)
        assert (1, *x.shape) == (1, 2, 3) == (1,) + x.shape  # noqa: RUF005
        assert len(x.shape) == x.ndim == 2
        return np.sum(x) / (rows * columns)

    graph = ag.trace(f, X)
    assert float(graph.result.data) == pytest.approx(X.mean())
    assert any(note.how == "bool()" for note in graph.notes)  # an assertion of the person's is a decision


# -- what it depended on -----------------------------------------------------------------------------------------------


def test_decisions_are_noted_with_their_line() -> None:
    def f(x):
        if x[0] > 0:
            x = x * 2
        for _ in range(int(x.shape[0])):
            x = x + 1
        return x.sum()

    notes = ag.trace(f, w).notes
    line = f.__code__.co_firstlineno
    assert (notes[0].how, notes[0].value) == ("bool()", True)
    assert [note.place.line for note in notes if note.place][:2] == [line + 1, line + 3]
    assert str(notes[0].place) == f"line {line + 1} of {__file__}"


def test_no_grad_stops_gradients() -> None:
    def f(x):
        with ag.no_grad():
            scale = np.sum(x)
        return np.sum(x * scale)

    graph = ag.trace(f, w)
    assert [node.name for node in graph.stopped] == ["scale"]
    assert ag.derive(f, w).backward[-1].evaluate({"scale": 3.0, "x": w}).tolist() == [3.0, 3.0, 3.0]


def test_variables_by_name_position_and_container() -> None:
    graph = ag.trace(lambda p, q: np.sum(p["a"][0] * p["a"][1] * p["b"] * q), {"a": [w, w], "b": w}, w)
    names = [node.name for node in graph.variables(None)]
    assert names == ["a_0", "a_1", "b", "q"] or len(set(names)) == 4
    assert graph.variables(0) == graph.variables(["p"]) == graph.variables(None)[:3]
    assert graph.variables("a") == graph.variables("p['a']") == graph.variables(None)[:2]
    assert graph.variables("p['a'][1]") == graph.variables(None)[1:2]
    with pytest.raises(DerivationError, match=r"wrt='c' is not among the variables, which are: .*b, q"):
        graph.variables("c")


def test_nothing_to_trace() -> None:
    with pytest.raises(UnsupportedCallError, match="returned NoneType, in which there is no array"):
        ag.trace(lambda x: None, w)


def test_an_error_of_the_function_stays_itself() -> None:
    with pytest.raises(ValueError, match="matmul") as raised:
        ag.trace(lambda x: x @ np.ones(4), w)
    assert any("tracing" in note for note in raised.value.__notes__)
    assert not isinstance(ag.Tensor(w).shape[0], TracedInt)
