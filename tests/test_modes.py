"""no_grad and enable_grad: contexts, decorators, threads and tasks."""

from __future__ import annotations

import asyncio
import threading

import pytest

import autograd_lite as ag


def records() -> bool:
    return (ag.Tensor([1.0], requires_grad=True) * 2).requires_grad


def test_nesting() -> None:
    assert records()
    with ag.no_grad():
        assert not records()
        assert not ag.is_grad_enabled()
        with ag.enable_grad():
            assert records()
        assert not records()
    assert records()


def test_restored_after_an_exception() -> None:
    with pytest.raises(ZeroDivisionError), ag.no_grad():
        1 / 0  # noqa: B018
    assert records()


def test_decorators_also_on_recursive_functions() -> None:
    @ag.no_grad()
    def depth(n: int) -> list[bool]:
        return [records(), *(depth(n - 1) if n else [])]

    assert depth(3) == [False] * 4
    assert records()


def test_one_instance_entered_twice() -> None:
    mode = ag.no_grad()
    with mode, mode:
        assert not records()
    assert records()


def test_threads_do_not_mix() -> None:
    results: dict[int, list[bool]] = {}

    def work(number: int) -> None:
        found = []
        for _ in range(200):
            if number % 2:
                with ag.no_grad():
                    found.append(records())
            else:
                found.append(records())
        results[number] = found

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(set(found) == {number % 2 == 0} for number, found in results.items())


def test_tasks_do_not_mix() -> None:
    async def silent() -> bool:
        with ag.no_grad():
            await asyncio.sleep(0.01)
            return records()

    async def loud() -> bool:
        await asyncio.sleep(0.005)
        return records()

    async def both() -> list[bool]:
        return list(await asyncio.gather(silent(), loud()))

    assert asyncio.run(both()) == [False, True]


def test_backward_works_inside_no_grad() -> None:
    x = ag.Tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    with ag.no_grad():
        y.backward()
    assert x.grad.tolist() == [2.0, 4.0]
