"""Adjoints of every value: equal to the engine's gradients, with the upstream cotangent free, one path each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.expressions import Program
from autograd_lite.expressions.terms import Name, is_call
from autograd_lite.tracing import trace

rng = np.random.default_rng(0)
X, W, b, y = rng.normal(size=(5, 3)), rng.normal(size=(3, 2)), rng.normal(size=2), np.array([0, 1, 1, 0, 1])


def network(X, W, b):
    Z = X @ W + b
    A = np.tanh(Z)
    P = np.exp(A) / np.exp(A).sum(axis=1, keepdims=True)
    return -np.mean(np.log(P[np.arange(5), y])) + 0.1 * np.sum(W**2)


def recurrent(X, W, b):
    h = np.zeros(2)
    for t in range(3):
        h = np.tanh(X[t] @ W + h * b)
    return h.sum()


def masked(X, W, b):
    Z = X @ W
    return np.sum(np.where(Z > 0, Z, 0.1 * Z) * b) / X.shape[0] + Z.max() + np.concatenate([Z, Z * b]).var()


@pytest.mark.parametrize("f", [network, recurrent, masked])
def test_every_leafs_adjoint_is_the_engines_gradient(f: Any) -> None:
    program = Program(trace(f, X, W, b))
    expected = dict(zip(["X", "W", "b"], ag.grad(f, (0, 1, 2))(X, W, b), strict=True))
    env = program.run(program.leaf_values())
    for name, gradient in expected.items():
        np.testing.assert_allclose(env[f"d{name}"], gradient, rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(program.values[f"d{name}"], gradient, rtol=1e-10, atol=1e-12)
    moved = {name: value * 1.1 if name in expected else value for name, value in program.leaf_values().items()}
    again = ag.grad(f, (0, 1, 2))(*(moved[name] for name in expected))
    env = program.run(moved)
    for name, gradient in zip(expected, again, strict=True):
        np.testing.assert_allclose(env[f"d{name}"], gradient, rtol=1e-10, atol=1e-12)


def test_every_intermediate_and_captured_data_have_adjoints() -> None:
    def loss(W):
        Z = X @ W
        A = np.tanh(Z)
        return np.sum(A**2)

    program = Program(trace(loss, W))
    names = {adjoint.name.name for adjoint in program.adjoints.values()}
    assert {"dX", "dW", "dZ", "dA"} <= names
    A = np.tanh(X @ W)
    np.testing.assert_allclose(program.values["dX"], (2 * A * (1 - A**2)) @ W.T)
    graph = trace(loss, W)
    assert "dX" not in {a.name.name for a in Program(graph, graph.variables("W")).adjoints.values()}


def test_local_rules_leave_the_upstream_cotangent_free() -> None:
    program = Program(trace(lambda x: np.sum(np.exp(x) * 2), b))
    for adjoint in program.adjoints.values():
        for contribution in adjoint.contributions:
            upstream = program.adjoints[contribution.consumer].name.name
            assert upstream in contribution.term.names()
            twice = {**program.values, upstream: 2 * program.values[upstream]}
            np.testing.assert_allclose(
                contribution.term.evaluate(twice), 2 * contribution.term.evaluate(program.values)
            )


def test_each_path_is_a_contribution() -> None:
    def f(x):
        return np.sum(x * x) + np.sum(np.exp(x)) + x[0]

    program = Program(trace(f, b))
    adjoint = next(a for a in program.adjoints.values() if a.name.name == "dx")
    assert sorted(c.consumer.operation.name for c in adjoint.contributions) == [
        "getitem",
        "np.exp",
        "np.multiply",
        "np.multiply",
    ]
    total = sum(c.term.evaluate(program.values) for c in adjoint.contributions)
    np.testing.assert_allclose(total, program.values["dx"])
    np.testing.assert_allclose(adjoint.term.evaluate(program.values), total)


def test_sums_that_undo_a_broadcast_are_places() -> None:
    program = Program(trace(lambda X, b: np.sum((X + b) ** 2), X[:, :2], b))
    inserted = {
        a.name.name: [c.term.at(p) for c in a.contributions for p in c.inserted] for a in program.adjoints.values()
    }
    assert [is_call(term, np.sum) for term in inserted["db"]] == [True]
    assert inserted["dX"] == []


def test_statements_are_single_calls_of_names() -> None:
    program = Program(trace(network, X, W, b))
    for statement in program.statements.values():
        for _, part in statement.term.walk():
            if isinstance(part, Name):
                assert part.name in program.values
    assert {s.name.name for s in program.statements.values() if s.is_named} == {"Z", "A", "P"}


def test_reserved_names_get_an_underscore() -> None:
    graph = trace(lambda p: np.sum(p["lambda"] * p["np"]), {"lambda": b, "np": b})
    names = {name.name for name in Program(graph, reserved={"lambda", "np"}).names.values()}
    assert {"lambda_", "np_"} <= names


def test_a_trace_that_depends_on_nothing_has_no_adjoints() -> None:
    program = Program(trace(lambda n: np.sum(n), np.arange(3)))
    assert program.adjoints == {}
    assert program.notes_of_rules == []
