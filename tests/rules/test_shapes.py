"""Functions recorded step by step, and those that move entries, at their special points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import UnsupportedCallError


def test_pad_with_a_function_is_refused() -> None:
    with pytest.raises(UnsupportedCallError, match="concatenate"):
        np.pad(ag.Tensor([1.0, 2.0], requires_grad=True), 1, lambda vector, *rest: None)


@pytest.mark.parametrize("options", [{"constant_values": 0.5}, {"mode": "linear_ramp", "end_values": 0.5}], ids=repr)
def test_padding_has_the_type_of_the_array(options: dict[str, Any]) -> None:
    data = np.ones(3, np.float32)
    options = {name: ag.Tensor(v, requires_grad=True) if name != "mode" else v for name, v in options.items()}
    found = np.pad(ag.Tensor(data, requires_grad=True), 2, **options)
    assert found.dtype == np.float32
    found.sum().backward()


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda a: np.pad(a, 1, "mean", constant_values=1), ValueError),
        (lambda a: np.pad(a, 1, "none"), ValueError),
        (lambda a: np.pad(a, -1, "reflect"), ValueError),
        (lambda a: np.pad(a, -1, "maximum"), ValueError),
        (lambda a: np.delete(a, 7), IndexError),
        (lambda a: np.insert(a, 7, 1.0), IndexError),
        (lambda a: np.meshgrid(a, indexing="no"), ValueError),
        (lambda a: np.linspace(a, a, -1), ValueError),
        (lambda a: np.gradient(a, edge_order=3), ValueError),
        (lambda a: np.interp(a, [0.0, 1.0], [0.0, 1.0], period=0), ValueError),
        (lambda a: np.apply_along_axis(np.sum, 0, a.reshape(3, 1)[:, :0]), ValueError),
    ],
)
def test_errors_are_numpys(call: Any, error: type[Exception]) -> None:
    a = np.array([1.0, 2.0, 4.0])
    with pytest.raises(error):
        call(a)
    with pytest.raises(error):
        call(ag.Tensor(a, requires_grad=True))


def test_steps_return_numpys_own_kinds() -> None:
    a = ag.Tensor(np.arange(6.0).reshape(2, 3), requires_grad=True)
    for found, expected in [
        (np.gradient(a), np.gradient(a.data)), (np.meshgrid(a[0], a[1]), np.meshgrid(a.data[0], a.data[1])),
        (np.unstack(a), np.unstack(a.data)), (np.broadcast_arrays(a, 1.0), np.broadcast_arrays(a.data, 1.0)),
        (np.linspace(a[0], a[1], 4, retstep=True), np.linspace(a.data[0], a.data[1], 4, retstep=True)),
    ]:  # fmt: skip
        assert type(found) is type(expected)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(one.data if isinstance(one, ag.Tensor) else one, other)


def test_interpolation_at_knots_and_beyond() -> None:
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 3.0])
    x = ag.Tensor([-1.0, 0.0, 1.0, 3.0, 4.0], requires_grad=True)
    np.interp(x, xp, fp).sum().backward()
    assert x.grad.tolist() == [0.0, 2.0, 0.5, 0.5, 0.0]
    f = ag.Tensor(fp, requires_grad=True)
    np.interp(x.data, xp, f, left=7.0).sum().backward()
    assert f.grad.tolist() == [1.0, 1.0, 2.0]


def test_arguments_are_not_written_to() -> None:
    a = np.array([3.0, 1.0, 2.0])
    t = ag.Tensor(a, requires_grad=True)
    np.median(t, overwrite_input=True)
    np.quantile(t, 0.3, overwrite_input=True)
    np.piecewise(t, [a > 1], [lambda v: v * 2])
    np.corrcoef(np.stack([t, t * t]))
    assert t.data.tolist() == a.tolist()


def test_empty_arrays() -> None:
    empty = ag.Tensor(np.zeros((0, 3)), requires_grad=True)
    for f in (np.rot90, np.atleast_3d, lambda a: np.delete(a, [], axis=0), lambda a: np.unwrap(a, axis=0)):
        found, expected = f(empty), f(empty.data)
        assert found.shape == expected.shape
