"""What a backward pass computes on the way, written down and looked up by value."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

from autograd_lite.checking.doctor.transcript import Transcript, transcribe

X = np.arange(12.0).reshape(4, 3) / 7

SOURCE = """
def backward(p):
    a = np.tanh(X @ p["W"])
    slope = a
    slope *= -a
    slope += 1
    d = 0.5 * slope
    return {"W": X.T @ d}
"""


def transcript(points: list[dict[str, Any]]) -> Transcript:
    filename = "<a student's backward pass>"
    linecache.cache[filename] = (len(SOURCE), None, SOURCE.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"np": np, "X": X}
    exec(compile(SOURCE, filename, "exec"), namespace)
    return transcribe(namespace["backward"], lambda p: None, [lambda q=q: q for q in points], 1e-9)


@pytest.fixture
def points() -> list[dict[str, Any]]:
    rng = np.random.default_rng(0)
    return [{"W": rng.normal(size=(3, 2))} for _ in range(3)]


def test_an_array_is_found_with_its_variable_and_its_line(points: list[dict[str, Any]]) -> None:
    found = transcript(points)
    a = [np.tanh(X @ p["W"]) for p in points]
    entry = found.holds(a)
    assert entry is not None
    assert entry.name == "a"
    assert entry.line == 'a = np.tanh(X @ p["W"])'


def test_what_was_changed_in_place_knows_what_it_was(points: list[dict[str, Any]]) -> None:
    found = transcript(points)
    a = [np.tanh(X @ p["W"]) for p in points]
    entry = found.holds([1 - v**2 for v in a])
    assert entry is not None
    assert entry.was is not None
    for was, value in zip(entry.was, a, strict=True):
        np.testing.assert_allclose(was, value)


def test_multiples_come_with_their_constant(points: list[dict[str, Any]]) -> None:
    found = transcript(points)
    right = [X.T @ (1 - np.tanh(X @ p["W"]) ** 2) for p in points]
    ((entry, constant),) = found.multiples(right)
    assert entry.line == 'return {"W": X.T @ d}'
    assert constant == pytest.approx(0.5)


def test_one_point_that_differs_is_no_match(points: list[dict[str, Any]]) -> None:
    found = transcript(points)
    a = [np.tanh(X @ p["W"]) for p in points]
    a[2] = a[2] + 0.1
    assert found.holds(a) is None


def test_the_parameters_are_not_changed(points: list[dict[str, Any]]) -> None:
    before = [p["W"].copy() for p in points]
    transcript(points)
    for p, value in zip(points, before, strict=True):
        np.testing.assert_array_equal(p["W"], value)


def test_numbers_of_the_program_are_known(points: list[dict[str, Any]]) -> None:
    assert 0.5 in transcript(points).numbers


def test_what_can_not_be_traced_gives_nothing(points: list[dict[str, Any]]) -> None:
    def backward(p: dict[str, Any]) -> dict[str, Any]:
        raise ValueError("broken")

    assert not transcribe(backward, lambda p: None, [lambda q=q: q for q in points], 1e-9)
