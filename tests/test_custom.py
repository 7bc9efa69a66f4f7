"""primitive and defvjp: a person's own operations."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import errors


def test_keywords_defaults_and_static_arguments() -> None:
    @ag.primitive
    def scaled(x, factor=2.0, *, power=1):
        return factor * x**power

    ag.defvjp(scaled, x=lambda g, x, factor, power: g * factor * power * x ** (power - 1))
    x = np.array([1.0, 2.0])
    for call in (
        lambda t: scaled(t),
        lambda t: scaled(t, 3.0),
        lambda t: scaled(t, 3.0, power=2),
        lambda t: scaled(x=t, power=3),
    ):
        ag.check_grads(call, (x,), order=2)
    assert type(scaled(x)) is np.ndarray


def test_a_cache_serves_the_rule_and_higher_orders() -> None:
    calls = []

    @lambda f: ag.primitive(f, cache=True)
    def normalised(x, y):
        calls.append(1)
        size = np.sqrt(np.sum(x * x))
        return x / size * y, (size,)

    ag.defvjp(
        normalised,
        x=lambda g, x, y, cache: g * y / cache[0] - x * np.sum(g * y * x) / cache[0] ** 3,
        y=lambda g, x, cache: g * x / cache[0],
    )
    x, y = np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0, 2.0])
    tensors = [ag.Tensor(x, requires_grad=True), ag.Tensor(y, requires_grad=True)]
    ans = normalised(*tensors).sum()
    ans.backward()
    assert len(calls) == 1
    ag.check_grads(normalised, (x, y), order=3)
    assert type(normalised(x, y)) is np.ndarray


def test_a_cache_of_a_function_of_one_argument() -> None:
    @lambda f: ag.primitive(f, cache=True)
    def squashed(x):
        e = np.exp(-x)
        return 1 / (1 + e), e

    ag.defvjp(squashed, x=lambda g, ans, cache: g * cache * ans**2)
    ag.check_grads(squashed, (np.array([0.5, -1.0]),), order=3)


def test_a_cache_of_a_call_by_keyword() -> None:
    @lambda f: ag.primitive(f, cache=True)
    def damped(x, y):
        e = np.exp(-x)
        return e * y, e

    ag.defvjp(damped, x=lambda g, y, cache: -g * cache * y, y=lambda g, cache: g * cache)
    ag.check_grads(lambda x, y: damped(x, y=y), (np.array([0.5, -1.0]), np.array([2.0, 3.0])), order=2)


def test_in_place_code_may_be_a_primitive() -> None:
    @ag.primitive
    def running_total(x):
        out = np.zeros_like(x)
        for i, v in enumerate(x):
            out[i] = v + (out[i - 1] if i else 0)
        return out

    ag.defvjp(running_total, x=lambda g: np.flip(np.cumsum(np.flip(g))))
    ag.check_grads(running_total, (np.array([1.0, -2.0, 3.0]),), order=2)


def test_without_a_rule_the_call_is_refused() -> None:
    @ag.primitive
    def mystery(x, y):
        return x * y

    x = ag.Tensor([1.0], requires_grad=True)
    with pytest.raises(errors.MissingRuleError, match=r"mystery has no derivative rule"):
        mystery(x, 2.0)
    ag.defvjp(mystery, x=lambda g, y: g * y)
    assert mystery(x, 2.0).item() == 2.0
    with pytest.raises(errors.MissingRuleError, match=r"no derivative rule for its argument y.*defvjp\(mystery, y="):
        mystery(2.0, x)


def test_an_argument_that_needs_no_gradient_needs_no_rule() -> None:
    @ag.primitive
    def scaled(x, y):
        return x * y

    ag.defvjp(scaled, x=lambda g, y: g * y)
    x = ag.Tensor([1.0], requires_grad=True)
    for result in (scaled(x, ag.Tensor(2.0)), scaled(x, y=ag.Tensor(2.0))):
        x.zero_grad()
        result.sum().backward()
        assert x.grad.tolist() == [2.0]


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"z": lambda g: g}, r"argument 'z' of f, whose arguments are: x, scale"),
        ({"x": lambda g, z: g}, r"reads 'z'.*may read: g, ans, x, scale"),
        ({"x": lambda ans, g: g}, r"must take the cotangent 'g' first.*\(ans, g\)"),
        ({"x": lambda: 1}, r"must take the cotangent 'g' first"),
    ],
    ids=["no such argument", "no such name", "g not first", "no g"],
)
def test_a_rule_with_wrong_names_is_refused_at_once(rules, text: str) -> None:
    @ag.primitive
    def f(x, scale):
        return x * scale

    with pytest.raises(errors.RuleError, match=text):
        ag.defvjp(f, **rules)


def test_a_rule_for_a_numpy_function_that_had_none() -> None:
    from autograd_lite.registry import operations

    x = ag.Tensor([0.5], requires_grad=True)
    try:
        ag.defvjp(np.spacing, x=lambda g: g * 0)
        np.spacing(x).sum().backward()
        assert x.grad.tolist() == [0.0]
    finally:
        del operations[np.spacing]


def test_a_rule_may_be_replaced() -> None:
    @ag.primitive
    def f(x):
        return 2 * x

    ag.defvjp(f, x=lambda g: g)
    ag.defvjp(f, x=lambda g: 2 * g)
    x = ag.Tensor([1.0], requires_grad=True)
    f(x).sum().backward()
    assert x.grad.tolist() == [2.0]
