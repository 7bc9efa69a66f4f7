"""Sixteen threads that train, each toggling its own mode, compute what one alone computes."""

from __future__ import annotations

import threading

import numpy as np

import autograd_lite as ag
from autograd_lite import Tensor

STEPS = 1000


def train(seed: int, shared: Tensor) -> list[float]:
    """A little network, trained on data of its own; every third step looks at the loss without recording."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    w = Tensor(rng.normal(size=(2, 1)), requires_grad=True)
    losses = []
    for step in range(STEPS):
        if step % 3 == 0:
            with ag.no_grad():
                loss = np.mean((np.tanh(x @ w) * shared - y) ** 2)
                assert not loss.requires_grad
                with ag.enable_grad():
                    assert (w * 2).requires_grad
        loss = np.mean((np.tanh(x @ w) * shared - y) ** 2)
        assert loss.requires_grad
        loss.backward()
        w.data -= 0.1 * w.grad
        w.zero_grad()
        losses.append(loss.item())
    return losses


def test_sixteen_threads() -> None:
    shared = Tensor(np.array([0.7]))
    alone = [train(seed, shared) for seed in range(16)]
    found: dict[int, list[float]] = {}

    def work(seed: int) -> None:
        found[seed] = train(seed, shared)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == dict(enumerate(alone))


def test_the_first_call_of_an_operation_may_come_from_many_threads() -> None:
    barrier = threading.Barrier(8)
    answers: list[float] = []
    primitive = ag.primitive(lambda x, scale=2.0: x * scale)
    ag.defvjp(primitive, x=lambda g, scale: g * scale)
    primitive.__operation__.forget()

    def work() -> None:
        x = Tensor([1.0], requires_grad=True)
        barrier.wait()
        primitive(x).sum().backward()
        answers.append(x.grad.item())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [2.0] * 8
