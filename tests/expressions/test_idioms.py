"""Idioms: every spelling is recognised, near misses are not, and the derivatives are right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import NoGraphError

rng = np.random.default_rng(1)
Z = rng.normal(size=(4, 3))
SQUARE = rng.normal(size=(3, 3))
G = rng.normal(size=(4, 3))
rows: Any = {"axis": 1, "keepdims": True}


def columns(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e, axis=0)


SPELLINGS: dict[str, list[Callable[[Any], Any]]] = {
    "sigmoid": [
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: 1.0 / (np.exp(-z) + 1.0),
        lambda z: 1 / (1 + np.exp(-1 * z)),
        lambda z: 1 / (1 + 1 / np.exp(z)),
        lambda z: np.reciprocal(1 + np.exp(-z)),
        lambda z: (1 + np.exp(-z)) ** -1,
        lambda z: np.exp(z) / (1 + np.exp(z)),
        lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
        lambda z: 0.5 * (1 + np.tanh(z / 2)),
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        lambda z: np.exp(-np.logaddexp(0, -z)),
    ],
    "tanh": [
        lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
        lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
        lambda z: 2 / (1 + np.exp(-2 * z)) - 1,
        lambda z: np.sinh(z) / np.cosh(z),
    ],
    "relu": [
        lambda z: z * (z > 0),
        lambda z: (z > 0) * z,
        lambda z: np.where(z > 0, z, 0),
        lambda z: np.where(z < 0, 0, z),
        lambda z: np.maximum(0, z),
        lambda z: np.maximum(z, 0.0),
        lambda z: np.clip(z, 0, None),
        lambda z: np.fmax(z, 0),
    ],
    "softplus": [lambda z: np.log(1 + np.exp(z)), lambda z: np.log1p(np.exp(z)), lambda z: np.logaddexp(0, z)],
    "softmax": [
        lambda z: np.exp(z) / np.sum(np.exp(z), **rows),
        lambda z: np.exp(z) / np.exp(z).sum(axis=1)[:, None],
        lambda z: np.exp(z) / np.exp(z).sum(axis=1).reshape(-1, 1),
        lambda z: np.exp(z - z.max(**rows)) / np.exp(z - z.max(**rows)).sum(**rows),
        lambda z: np.exp(z - np.max(z)) / np.exp(z - np.max(z)).sum(**rows),
        lambda z: columns(z.T).T,
    ],
    "log_softmax": [
        lambda z: z - np.log(np.exp(z).sum(**rows)),
        lambda z: z - z.max(**rows) - np.log(np.exp(z - z.max(**rows)).sum(**rows)),
    ],
    "logsumexp": [
        lambda z: np.log(np.exp(z).sum(**rows)) * G,
        lambda z: np.log(np.exp(z).sum(axis=0)) * G,
        lambda z: (z.max(**rows) + np.log(np.exp(z - z.max(**rows)).sum(**rows))) * G,
        lambda z: (np.max(z, axis=1) + np.log(np.sum(np.exp(z - np.max(z, **rows)), axis=1)))[:, None] * G,
    ],
}
CASES = [pytest.param(name, f, id=f"{name}-{i}") for name, fs in SPELLINGS.items() for i, f in enumerate(fs)]


def functions_of(f: Callable[[Any], Any], z: Any = Z) -> str:
    return "\n".join(line.text for line in ag.derive(f, z).forward)


@pytest.mark.parametrize(("name", "f"), CASES)
def test_every_spelling_is_recognised_and_its_derivative_is_right(name: str, f: Callable[[Any], Any]) -> None:
    def loss(z):
        a = f(z)
        return np.sum(a * G)

    derivation = ag.derive(loss, Z)
    assert f"{name}(" in "\n".join(line.text for line in derivation.forward)
    env: dict[str, Any] = {"z": Z, "G": G}
    for line in derivation.lines:
        env[line.name] = line.evaluate(env)
    np.testing.assert_allclose(env["dz"], ag.grad(loss)(Z), rtol=1e-8, atol=1e-12)


NEAR_MISSES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "the other sign": ("sigmoid", lambda z: 1 / (1 + np.exp(z))),
    "another number": ("sigmoid", lambda z: 1 / (2 + np.exp(-z))),
    "two arguments": ("sigmoid", lambda z: np.exp(z) / (1 + np.exp(z * 1.5))),
    "another slope": ("tanh", lambda z: 2 / (1 + np.exp(-3 * z)) - 1),
    "a leak": ("relu", lambda z: np.where(z > 0, z, 0.1 * z)),
    "another bound": ("relu", lambda z: np.maximum(0.5, z)),
    "no one": ("softplus", lambda z: np.log(2 + np.exp(z))),
    "another axis": ("softmax", lambda z: np.exp(z) / np.exp(z).sum(axis=1)),
    "a mean": ("softmax", lambda z: np.exp(z) / np.exp(z).mean(axis=1, keepdims=True)),
    "another value below": ("softmax", lambda z: np.exp(z) / np.exp(z + 1).sum(axis=1, keepdims=True)),
}


@pytest.mark.parametrize("miss", NEAR_MISSES)
def test_near_misses_are_not_recognised(miss: str) -> None:
    name, f = NEAR_MISSES[miss]
    for z in (SQUARE, SQUARE[:, :3] * 3):
        assert f"{name}(" not in functions_of(lambda z: np.sum(f(z) ** 2), z)


def test_a_softmax_over_all_entries_is_one_of_all() -> None:
    def loss(z):
        P = np.exp(z) / np.sum(np.exp(z))
        return np.sum(P**2)

    assert "softmax(z)" in functions_of(loss)


def test_truth_values_have_no_idioms() -> None:
    with pytest.raises(NoGraphError):
        ag.derive(lambda n: np.sum(n * (n > 0)), np.arange(3))
