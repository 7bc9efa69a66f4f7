"""Lines: what becomes one, their names and places, and that their text does what they evaluate to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import autograd_lite as ag
from autograd_lite.errors import DerivationError
from autograd_lite.expressions import Name, Outline, idioms
from autograd_lite.expressions.terms import call
from autograd_lite.tracing import trace

rng = np.random.default_rng(0)
X, W, v = rng.normal(size=(4, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)


def fill(x):
    out = np.zeros(3)
    for i in range(3):
        out[i] = x[i] ** 2 * (i + 1)
    return np.sum(out**2)


def fill_with_a_mask(x):
    out = np.zeros((4, 3))
    mask = X > 0
    out[mask] = (x * X)[mask]
    return np.sum(out**2)


def fill_twice(x):
    out = np.exp(x)
    out[1:] = x[:2]
    out[2] = 0.5
    return np.sum(out**3)


def repeated_entries(x):
    out = np.zeros(3)
    np.add.at(out, np.array([0, 0, 1]), x)
    return np.sum(out**2) + np.sum(x[[0, 0, 2]] ** 2)


def in_place(x):
    a = x * 2
    a += x
    a *= x
    a[0] -= 1
    return np.sum(a**2)


def the_same_part_twice(x):
    return sum(np.sum(x**2) * (i % 2 + 1) for i in range(8)) + np.sum(np.exp(x))


def put_inside_an_expression(x):
    return np.sum((X * x[np.array([0, 1, 1])])[:, 1:] ** 2)


def read_back_what_only_overlaps(x):
    out = np.zeros((2, 3))
    out[0] = x
    out[0, 1] = x[2] * 2
    out[1] = out[0] * x
    return np.sum(out**2)


def windows(x):
    i = np.tanh(x)  # the counter of the loop is called otherwise
    pairs = sliding_window_view(i, (2,))
    return np.sum(np.tanh(pairs @ np.array([1.0, -2.0])) ** 2) + np.sum(x * pairs[0, 0])


def windows_nobody_named(x):
    return np.sum(np.max(sliding_window_view(np.outer(x, x), (2, 2)), axis=(2, 3)) ** 2) - x[0]


def windows_twice_along_an_axis(x):
    return np.sum(sliding_window_view(x, (2, 2), axis=(0, 0)) * np.arange(1.0, 5.0).reshape(2, 2)) * x[1]


PROGRAMS = [
    windows,
    windows_nobody_named,
    windows_twice_along_an_axis,
    read_back_what_only_overlaps,
    fill,
    fill_with_a_mask,
    fill_twice,
    repeated_entries,
    in_place,
    the_same_part_twice,
    put_inside_an_expression,
]


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("f", PROGRAMS)
def test_the_text_of_a_line_does_what_it_evaluates_to(f: Callable[..., Any], exact: bool) -> None:
    graph = trace(f, v)
    outline = Outline(graph, graph.variables(None), exact=exact)
    env: dict[str, Any] = outline.program.leaf_values()
    for line in outline.lines:
        expected = line.evaluate(env)
        exec(line.text, {"np": np, "sliding_window_view": sliding_window_view, **idioms.HELPERS}, env)
        np.testing.assert_allclose(env[line.name], expected, err_msg=line.text)
        assert np.shape(expected) == line.shape
    np.testing.assert_allclose(env["dx"], ag.grad(ag.lift(f))(v))


def test_entries_are_written_one_by_one() -> None:
    outline = Outline(trace(fill, v))
    assert [line.text.split("\n") for line in outline.lines if line.name in ("out", "dx")] == [
        ["out = np.zeros(3)", "out[0] = x[0] ** 2 * 1", "out[1] = x[1] ** 2 * 2", "out[2] = x[2] ** 2 * 3"],
        [
            "dx = np.zeros_like(x)",
            "dx[0] += 2 * dout[0] * x[0]",
            "dx[1] += 4 * dout[1] * x[1]",
            "dx[2] += 6 * dout[2] * x[2]",
        ],
    ]


@pytest.mark.parametrize("index", [lambda i, j: (i, j), lambda i, j: (slice(None), i, j)], ids=["entries", "columns"])
def test_an_array_filled_in_a_helper_has_one_gradient(index: Callable[[int, int], Any]) -> None:
    def filled(x):
        out = np.zeros((2, 2, 2) if index(0, 0) != (0, 0) else (2, 2))
        for i in range(2):
            for j in range(2):
                out[index(i, j)] = np.sum(x[i : i + 2] * x[j])
        return out

    def f(x):
        conv = filled(x)
        return np.sum(np.tanh(conv) ** 2)

    graph = trace(f, v)
    outline = Outline(graph)
    assert [line.name for line in outline.lines if "conv" in line.name] == ["conv", "dconv"]
    texts = [line.text for line in outline.lines]
    assert not [text for text in texts if "= np.array(" in text or "= 0.0" in text], texts
    env: dict[str, Any] = outline.program.leaf_values()
    for text in texts:
        exec(text, {"np": np, **idioms.HELPERS}, env)
    np.testing.assert_allclose(env["dx"], ag.grad(ag.lift(f))(v))


def test_places_can_be_replaced() -> None:
    def loss(W):
        A = np.tanh(X @ W)
        return np.sum(A**2)

    graph = trace(loss, W)
    outline = Outline(graph, graph.variables("W"))
    line = next(line for line in outline.backward if line.name == "dW")
    values = outline.program.values
    (place,) = [p for p, part in line.places() if part == Name("A")]
    changed = line.replaced(place, call(np.exp, Name("A")))
    assert "np.exp(A)" in changed.text
    assert "np.exp" not in line.text
    assert not np.allclose(changed.evaluate(values), line.evaluate(values))


def test_unnamed_values_get_short_names_that_nothing_has() -> None:
    def f(T1, L):
        return np.sum(np.exp(T1) * L) + np.sum(np.exp(T1))

    names = [line.name for line in Outline(trace(f, v, v)).lines]
    assert len(names) == len(set(names))
    assert not {"T1", "L"} & set(names)


def test_lines_have_labels_and_reasons() -> None:
    def loss(x):
        return np.mean((x - 1) ** 2)

    outline = Outline(trace(loss, v))
    assert [line.label for line in outline.forward] == ["mean squared error"]
    assert outline.backward[-1].why


def test_a_line_that_differs_from_the_graph_is_an_error() -> None:
    outline = Outline(trace(lambda x: np.sum(np.exp(x) * x), v))
    outline.backward[-1].term = Name("x", (3,))
    with pytest.raises(DerivationError, match="this is a bug in the tidying"):
        outline.verify()


def saturated(x):
    z = 20 * x
    a = np.log(1 - 1 / (1 + np.exp(-z)))
    return np.sum(a**2)


def test_digits_that_rounding_decides_are_not_asked_for() -> None:
    x = np.array([0.1, 1.75, 1.83])  # 1 - sigmoid(36) is a few times the last digit of 1
    outline = Outline(trace(saturated, x))
    assert [line.text for line in outline.lines][1:3] == ["T1 = sigmoid(z)", "a = np.log(1 - T1)"]
    for name in ("a", "da", "dx"):
        spoilt = Outline(trace(saturated, x))
        line = next(line for line in spoilt.lines if line.name == name)
        line.term = call(np.multiply, line.term, 1.01)
        with pytest.raises(DerivationError, match=f"gives {line.name}; this is a bug"):
            spoilt.verify()


def test_rows_are_counted_only_where_they_are_not_stretched() -> None:
    labels = np.array([0, 1, 0])

    def pick(x):
        return np.sum(x[np.arange(x.shape[0]), labels] ** 2)

    for rows, expected in ((3, "dx[np.arange(x.shape[0]), labels] +="), (1, "np.add.at(dx, (np.arange(x.shape[0])")):
        text = Outline(trace(pick, np.ones((rows, 2)))).backward[-1].text
        assert expected in text


def test_a_sum_that_starts_from_a_number_changes_no_other() -> None:
    def f(x):
        s = x[0] * x[1]
        for _ in range(8):
            s = s * s + s
        return s

    x = np.array([0.4, 0.5])
    graph = trace(f, x)
    for exact in (False, True):
        outline = Outline(graph, exact=exact)
        env: dict[str, Any] = outline.program.leaf_values()
        for line in outline.lines:
            exec(line.text, {"np": np}, env)
        np.testing.assert_allclose(env["dx"], ag.grad(f)(x))


def test_an_exact_outline_keeps_what_matters_at_kinks() -> None:
    graph = trace(lambda x: np.sum(np.maximum(0, x)), v)
    assert "relu(x)" in Outline(graph).forward[0].text
    assert "np.maximum(0, x)" in Outline(graph, exact=True).forward[0].text


def test_an_exact_outline_gives_gradients_the_type_of_their_variables() -> None:
    graph = trace(lambda x: np.sum(np.where(x > 0, x, 0)) + np.sum(x[:2]), v.astype(np.float32))
    outline = Outline(graph, exact=True)
    env = outline.program.leaf_values()
    for line in outline.lines:
        exec(line.text, {"np": np, **idioms.HELPERS}, env)
    assert env["dx"].dtype == np.float32


def test_a_loop_that_adds_into_entries_has_one_gradient() -> None:
    x, y = rng.normal(size=9), rng.normal(size=7)

    def loss(k, b):
        out = np.zeros(7)
        for i in range(7):
            for j in range(3):
                out[i] += x[i + j] * k[j]
            out[i] += b
        a = np.tanh(out)
        return np.sum((a - y) ** 2)

    derivation = ag.derive(loss, rng.normal(size=3), np.array(0.3))
    assert [line.name for line in derivation.lines if line.is_backward] == ["da", "dout", "dk", "db"]
    assert len(str(derivation).splitlines()) <= 52


def test_lengths_that_a_reshape_is_given_are_numbers() -> None:
    def loss(K):
        act = np.tanh(K)
        return np.sum(act.reshape(2, 3, 2).mean(axis=2) ** 2)

    text = str(ag.derive(loss, rng.normal(size=(3, 4))))
    assert "reshape(2, 3, 2).shape" not in text
    assert "/ 2" in text
