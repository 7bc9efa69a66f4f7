"""The backward pass: accumulation, the life of a graph, deep graphs, and its errors."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite import Tensor, errors
from autograd_lite.graph import Graph
from autograd_lite.registry import defreduction
from autograd_lite.transforms import vjp


def leaf(data, name: str | None = None) -> Tensor:
    return Tensor(data, requires_grad=True, name=name)


# -- accumulation ------------------------------------------------------------------------------------------------------


def test_a_value_used_several_times_receives_every_contribution() -> None:
    x = leaf([1.0, 2.0, 3.0])
    (x * x + x * 2 + x).sum().backward()
    assert x.grad.tolist() == [5.0, 7.0, 9.0]


def test_gradients_accumulate_until_zeroed() -> None:
    x = leaf([1.0, 2.0])
    assert x.grad is None
    (x * 3).sum().backward()
    (x * 3).sum().backward()
    assert x.grad.tolist() == [6.0, 6.0]
    x.zero_grad()
    assert x.grad is None


def test_gradient_has_the_data_type_and_shape_and_is_writable() -> None:
    x = leaf(np.float32(2.0))
    (x * np.array([1.0, 2.0])).sum().backward()
    assert type(x.grad) is np.ndarray
    assert (x.grad.shape, x.grad.dtype) == ((), np.float32)
    x.grad += 1
    assert x.grad == 4.0


def test_no_two_gradients_share_memory() -> None:
    a, b, c = leaf(np.ones(3), "a"), leaf(np.ones(3), "b"), leaf(np.ones((1, 3)), "c")
    d = leaf(np.ones(1))
    out = a + b + c.reshape(3) + np.broadcast_to(d, (3,))
    seed = np.ones(3)
    out.backward(gradient=seed)
    grads = [a.grad, b.grad, c.grad, d.grad, seed]
    for i, one in enumerate(grads):
        for other in grads[i + 1 :]:
            assert not np.shares_memory(one, other)
    a.grad *= 0
    assert b.grad.tolist() == [1.0, 1.0, 1.0]


def test_gradient_of_a_sum_is_not_shared_with_a_recorded_array() -> None:
    weights = np.array([1.0, 2.0])
    keep = ag.primitive(lambda x, w: float(np.sum(x * w)) * np.ones(()))
    ag.defvjp(keep, x=lambda g, w: w)
    x = leaf([3.0, 4.0])
    keep(x, weights).backward()
    x.grad *= 0
    assert weights.tolist() == [1.0, 2.0]


def test_reading_single_entries_in_a_loop_makes_one_buffer() -> None:
    x = leaf(np.arange(2000.0))
    total = x[0] * 0
    for i in range(2000):
        total = total + x[i] * i
    total.backward()
    np.testing.assert_array_equal(x.grad, np.arange(2000.0))


def test_entries_and_whole_array_add_up() -> None:
    x = leaf([1.0, 2.0, 3.0])
    ((x * 2).sum() + x[0] * 10 + x[[1, 1]].sum() * 100).backward()
    assert x.grad.tolist() == [12.0, 202.0, 2.0]


def test_broadcasting_adds_and_stretches_axes_at_once() -> None:
    x = leaf([[1.0], [2.0]])
    (x * np.arange(8.0).reshape(1, 2, 4)).sum().backward()
    assert x.grad.tolist() == [[6.0], [22.0]]


def test_what_a_value_was_made_of_waits_for_its_entries() -> None:
    x = leaf([1.0, 2.0])
    u = x * 2
    y = u * 3
    (y[0] * 10 + u.sum()).backward()
    assert x.grad.tolist() == [62.0, 2.0]


def test_starting_gradient() -> None:
    x = leaf([1.0, 2.0])
    (x * 2).backward(gradient=[1.0, 10.0])
    assert x.grad.tolist() == [2.0, 20.0]


def test_leaf_as_its_own_output() -> None:
    x = leaf(3.0)
    x.backward()
    assert x.grad == 1.0


# -- higher orders -----------------------------------------------------------------------------------------------------


def test_create_graph_gives_tensors_that_can_be_differentiated() -> None:
    x = leaf([1.0, 2.0])
    (x**3).sum().backward(create_graph=True)
    first = x.grad
    assert isinstance(first, Tensor)
    assert first.data.tolist() == [3.0, 12.0]
    x.zero_grad()
    first.sum().backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_third_order_by_hand() -> None:
    x = leaf(2.0)
    y = x**4
    for expected in (32.0, 48.0, 48.0, 24.0):
        x.zero_grad()
        y.backward(create_graph=True)
        y = x.grad
        assert y.item() == expected


def test_gradient_penalty() -> None:
    w = leaf([1.0, -2.0])
    x = leaf([3.0, 4.0])
    (np.tanh(w * x)).sum().backward(create_graph=True)
    penalty = (x.grad**2).sum()
    w.zero_grad()
    penalty.backward()
    t = np.tanh(w.data * x.data)
    slope = 1 - t**2
    expected = 2 * w.data * slope * (slope + w.data * -2 * t * slope * x.data)
    np.testing.assert_allclose(w.grad, expected, rtol=1e-12)


# -- the life of a graph -----------------------------------------------------------------------------------------------


def test_a_second_pass_through_a_freed_graph_is_refused() -> None:
    x = leaf([1.0, 2.0])
    y = np.exp(x).sum()
    y.backward()
    with pytest.raises(errors.FreedGraphError, match=r"np\.sum of shape \(\).*retain_graph=True"):
        y.backward()
    assert x.grad.tolist() == np.exp([1.0, 2.0]).tolist()


def test_a_recorded_pass_through_a_freed_graph_is_refused() -> None:
    x = leaf([1.0, 2.0])
    y = (x * 2).sum()
    y.backward()
    with pytest.raises(errors.FreedGraphError, match=r"np\.sum of shape \(\)"):
        y.backward(create_graph=True)


def test_retain_graph() -> None:
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [4.0, 8.0]


def test_arrays_are_freed_as_the_pass_goes() -> None:
    x = leaf(np.ones(4))
    watched = np.ones(4)
    alive = weakref.ref(watched)
    y = (x * watched).sum()
    del watched
    assert alive() is not None
    y.backward()
    gc.collect()
    assert alive() is None


def test_only_what_a_rule_reads_is_kept() -> None:
    x = leaf(np.ones(4))
    added, multiplied = np.ones(4), np.ones(4)
    alive_added, alive_multiplied = weakref.ref(added), weakref.ref(multiplied)
    y = (x + added) * multiplied
    del added, multiplied
    assert alive_added() is None
    assert alive_multiplied() is not None
    del y


def test_a_dropped_graph_is_freed_without_the_garbage_collector() -> None:
    gc.disable()
    try:
        x = leaf(np.ones(4))
        y = np.exp(x * 2)
        node = weakref.ref(y.node)
        del y
        assert node() is None
    finally:
        gc.enable()


def test_a_million_operations_deep() -> None:
    x = leaf(1.0)
    y = x
    for _ in range(1_000_000):
        y = y + 1e-6
    y.backward()
    assert x.grad == 1.0
    assert len(Graph([y.node])) == 1_000_001
    del y


def test_a_failing_rule_leaves_the_gradients_alone() -> None:
    @ag.primitive
    def broken(x):
        return x * 2

    def fails(g):
        raise ZeroDivisionError("in the rule")

    ag.defvjp(broken, x=fails)
    x = leaf([1.0])
    x.grad = np.array([7.0])
    with pytest.raises(ZeroDivisionError):
        (broken(x) + x).sum().backward()
    assert x.grad.tolist() == [7.0]


# -- hooks and kept gradients ------------------------------------------------------------------------------------------


def test_retain_grad_of_a_computed_value() -> None:
    x = leaf([1.0, 2.0])
    y = x * 3
    y.retain_grad()
    (y * y).sum().backward()
    assert y.grad.tolist() == [6.0, 12.0]
    with pytest.warns(UserWarning, match=r"computed by np\.multiply.*retain_grad.*W\.data -= lr \* W\.grad"):
        assert (x * 1).grad is None


def test_hooks_replace_the_gradient_and_can_be_removed() -> None:
    x = leaf([1.0, 2.0])
    y = x * 3
    seen = []
    y.register_hook(seen.append)
    remove = y.register_hook(lambda g: g * 10)
    y.sum().backward(retain_graph=True)
    assert seen[0].tolist() == [1.0, 1.0]
    assert x.grad.tolist() == [30.0, 30.0]
    remove()
    x.zero_grad()
    y.sum().backward()
    assert x.grad.tolist() == [3.0, 3.0]


def test_a_hook_of_the_wrong_shape_is_refused() -> None:
    x = leaf([1.0, 2.0], "x")
    x.register_hook(lambda g: g.sum())
    with pytest.raises(
        errors.RuleError, match=r"hook on a leaf \('x'\) of shape \(2,\) returned a gradient of shape \(\)"
    ):
        (x * 1).sum().backward()


# -- errors ------------------------------------------------------------------------------------------------------------


def test_backward_from_many_entries_needs_a_gradient() -> None:
    x = leaf(np.ones((2, 3)), "logits")
    y = x * 2
    y.name = "scores"
    with pytest.raises(
        ValueError, match=r"'scores' of shape \(2, 3\).*has 6 entries.*\.sum\(\) or \.mean\(\).*shape \(2, 3\)"
    ):
        y.backward()


def test_backward_from_a_complex_number() -> None:
    z = leaf(1.0 + 2.0j, "z")
    with pytest.raises(errors.NotScalarError, match=r"real number to start from.*np\.real\(z\) or np\.abs\(z\)"):
        (z * z).backward()


def test_gradient_of_the_wrong_shape() -> None:
    x = leaf([1.0, 2.0])
    with pytest.raises(errors.GradientShapeError, match=r"\(2,\); it has \(3,\)"):
        (x * 2).backward(gradient=np.ones(3))
    with pytest.raises(errors.GradientShapeError, match=r"must have its shape, not \(3,\)"):
        x.grad = np.ones(3)


@pytest.mark.parametrize(
    "value",
    [lambda x: Tensor([1.0]).sum(), lambda x: x.detach().sum(), lambda x: Tensor(2.0) * 3],
    ids=["constant", "detached", "computed from a constant"],
)
def test_backward_from_what_depends_on_nothing(value) -> None:
    with pytest.raises(RuntimeError, match=r"does not depend on any Tensor with requires_grad=True.*no_grad"):
        value(leaf([1.0])).backward()


def test_a_rule_that_returns_the_wrong_shape_is_named() -> None:
    @ag.primitive
    def double(x):
        return x * 2

    ag.defvjp(double, x=lambda g: g[:1])
    with pytest.raises(
        errors.RuleError, match=r"rule of double of shape \(3,\) returned a cotangent of shape \(1,\).*\(3,\)"
    ):
        double(leaf([1.0, 2.0, 3.0])).sum().backward()
    ag.defvjp(double, x=lambda g: np.ones((5, 3)))
    with pytest.raises(errors.RuleError, match=r"cotangent of shape \(5, 3\) for an argument of shape \(3,\)"):
        double(leaf([1.0, 2.0, 3.0])).sum().backward()
    ag.defvjp(double, x=lambda g: 3.0)
    with pytest.raises(errors.RuleError, match=r"rule of double .* returned 3\.0 \(float\)"):
        double(leaf([1.0, 2.0, 3.0])).sum().backward()


def test_requires_grad_of_a_computed_tensor_can_not_be_set() -> None:
    y = leaf([1.0]) * 2
    with pytest.raises(errors.GradientDtypeError, match=r"was computed.*detach.*retain_grad"):
        y.requires_grad = False


def test_entries_are_not_added_into_a_cotangent_that_another_value_shares() -> None:
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    y, z = a * 1, b * 1
    entry = y[0]
    total = y + z  # sends one and the same cotangent to y and z, before the entry's arrives at y
    (total.sum() + entry * 10).backward()
    assert a.grad.tolist() == [11.0, 1.0]
    assert b.grad.tolist() == [1.0, 1.0]


def test_a_hook_sees_a_complete_cotangent_where_one_output_depends_on_another() -> None:
    seen = []

    def program(x):
        y = x * 2
        y.register_hook(seen.append)
        return y, y * y

    _, pullback = vjp(program, np.array(3.0))
    assert pullback((np.array(1.0), np.array(1.0)))[0] == 26.0
    assert seen == [13.0]


def test_a_hook_may_return_another_dtype() -> None:
    x = leaf(np.float32([1.0, 2.0]))
    y = x[0]
    y.register_hook(lambda g: g * (3.0 + 1j))
    y.backward()
    assert x.grad.dtype == np.float32
    assert x.grad.tolist() == [3.0, 0.0]


def test_a_rule_of_a_reduction_that_returns_the_wrong_shape_is_named() -> None:
    @ag.primitive
    def total(x, axis=None, keepdims=False):
        return np.sum(x, axis=axis, keepdims=keepdims)

    defreduction(total, x=lambda g: np.ones((2, 1)))
    with pytest.raises(errors.RuleError, match=r"rule of total .* cotangent of shape \(2, 1\) .* of shape \(3,\)"):
        total(leaf([1.0, 2.0, 3.0])).backward()
