"""checkpoint: the same gradients with less memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, errors


def test_gradients_are_the_same_also_of_tensors_from_outside() -> None:
    w = Tensor(np.array([[0.5, -0.3], [0.2, 0.8]]), requires_grad=True)
    b = Tensor(np.array([0.1, -0.2]), requires_grad=True)
    data = np.array([[1.0, 2.0], [3.0, -1.0]])

    def layer(x, scale=1.0):
        h = np.tanh(x @ w + b) * scale
        return h * h

    grads = []
    for block in (layer, ag.checkpoint(layer)):
        x = Tensor(data, requires_grad=True)
        for t in (w, b):
            t.zero_grad()
        block(block(x), scale=2.0).sum().backward()
        grads.append([t.grad for t in (x, w, b)])
    for plain, checkpointed in zip(*grads, strict=True):
        np.testing.assert_allclose(checkpointed, plain, rtol=1e-14)


def test_higher_orders() -> None:
    f = ag.checkpoint(lambda x: np.sin(x) * np.exp(x))
    ag.check_grads(f, (np.array([0.3, 1.0]),), order=3)
    ag.check_grads(lambda x: f(f(x) * x), (np.array([0.3, 1.0]),), order=2)


def test_memory_is_traded() -> None:
    def deep(x):
        for _ in range(20):
            x = np.tanh(x * 1.1)
        return x

    peaks = []
    for block in (deep, ag.checkpoint(deep)):
        x = Tensor(np.ones(50_000), requires_grad=True)
        tracemalloc.start()
        y = x
        for _ in range(5):
            y = block(y)
        y.sum().backward()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 0.5 * peaks[0]


def test_what_needs_no_gradient_is_left_alone() -> None:
    f = ag.checkpoint(lambda x: x * 2)
    assert not f(Tensor([1.0])).requires_grad
    with ag.no_grad():
        assert not f(Tensor([1.0], requires_grad=True)).requires_grad
    x = Tensor([1.0], requires_grad=True)
    assert ag.checkpoint(lambda x: x)(x) is x


def test_a_function_that_draws_random_numbers_is_refused() -> None:
    rng = np.random.default_rng(0)
    f = ag.checkpoint(lambda x: x * rng.normal(size=2))
    with pytest.raises(errors.CheckpointError, match=r"gave another result.*random numbers"):
        f(Tensor([1.0, 2.0], requires_grad=True)).sum().backward()


def test_one_tensor_is_needed() -> None:
    def pair(x):
        return x, x

    with pytest.raises(errors.CheckpointError, match="returns one Tensor, and pair returned a tuple"):
        ag.checkpoint(pair)(Tensor([1.0], requires_grad=True))
