"""Initialisation: bounds and spreads by the papers' formulas."""

import math

import numpy as np
import pytest

import nn
from nn import init
from nn.errors import ArgumentError, ShapeError

FAN_IN, FAN_OUT = 300, 200


def weight(dtype=None):
    return nn.Parameter(np.zeros((FAN_OUT, FAN_IN), dtype))


UNIFORM = {
    "uniform_": (lambda w, rng: init.uniform_(w, -2, 2, rng), 2),
    "xavier_uniform_": (lambda w, rng: init.xavier_uniform_(w, 3.0, rng), 3 * math.sqrt(6 / 500)),
    "kaiming_uniform_": (lambda w, rng: init.kaiming_uniform_(w, rng=rng), math.sqrt(6 / 300)),
    "kaiming_uniform_, out": (lambda w, rng: init.kaiming_uniform_(w, 1, "fan_out", rng=rng), math.sqrt(3 / 200)),
    "kaiming_uniform_, tanh": (
        lambda w, rng: init.kaiming_uniform_(w, nonlinearity="tanh", rng=rng),
        5 / 3 * math.sqrt(3 / 300),
    ),
}
NORMAL = {
    "normal_": (lambda w, rng: init.normal_(w, 0, 0.3, rng), 0.3),
    "xavier_normal_": (lambda w, rng: init.xavier_normal_(w, 2.0, rng), 2 * math.sqrt(2 / 500)),
    "kaiming_normal_": (lambda w, rng: init.kaiming_normal_(w, rng=rng), math.sqrt(2 / 300)),
    "kaiming_normal_, out": (
        lambda w, rng: init.kaiming_normal_(w, mode="fan_out", nonlinearity="linear", rng=rng),
        math.sqrt(1 / 200),
    ),
}


@pytest.mark.parametrize("name", UNIFORM)
def test_uniform_bounds(name):
    fill, bound = UNIFORM[name]
    w = fill(weight(), 0).data
    assert w.max() <= bound
    np.testing.assert_allclose([w.max(), -w.min()], bound, rtol=1e-3)
    np.testing.assert_allclose(w.std(), bound / math.sqrt(3), rtol=0.01)


@pytest.mark.parametrize("name", NORMAL)
def test_normal_spreads(name):
    fill, std = NORMAL[name]
    w = fill(weight(), 0).data
    np.testing.assert_allclose(w.std(), std, rtol=0.01)
    assert abs(w.mean()) < 0.02 * std
    assert w.max() > 3 * std  # not a uniform distribution of that spread


@pytest.mark.parametrize("name", UNIFORM | NORMAL)
def test_it_returns_the_tensor_keeps_its_dtype_and_follows_its_seed(name):
    fill, _ = (UNIFORM | NORMAL)[name]
    w = weight(np.float32)
    assert fill(w, 3) is w
    assert w.dtype == np.float32
    np.testing.assert_allclose(w.data, fill(weight(), 3).data, rtol=1e-6)
    assert (fill(weight(), 4).data != fill(weight(), 3).data).any()


def test_constants():
    np.testing.assert_array_equal(
        init.constant_(weight(np.float32), 1.5).data, np.full((FAN_OUT, FAN_IN), 1.5, np.float32)
    )
    assert init.ones_(weight()).data.all()
    assert not init.zeros_(init.ones_(weight())).data.any()
    assert init.normal_(nn.Parameter(0.0), 5, 0.1, rng=0).data.shape == ()
    mean = init.normal_(weight(), 5, 0.1, rng=0).data.mean()
    np.testing.assert_allclose(mean, 5, rtol=1e-3)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (6, 2, 2)])
def test_orthogonal(shape):
    w = init.orthogonal_(nn.Parameter(np.zeros(shape)), gain=2.0, rng=0).data.reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 4 * np.eye(min(w.shape)), atol=1e-13)


def test_orthogonal_has_no_preferred_sign():
    signs = [np.sign(init.orthogonal_(nn.Parameter(np.zeros((2, 2))), rng=seed).data[0, 0]) for seed in range(200)]
    assert 70 < signs.count(1.0) < 130


def test_gains_are_pytorch_s(torch):
    for name in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-15)
    gain = torch.nn.init.calculate_gain("leaky_relu", 0.2)
    assert init.calculate_gain("leaky_relu", 0.2) == pytest.approx(gain, rel=1e-15)


def test_fans_of_a_convolution(torch):
    w, v = nn.Parameter(np.zeros((40, 30, 5, 3))), torch.empty(40, 30, 5, 3)
    init.xavier_uniform_(w, rng=0)
    torch.nn.init.xavier_uniform_(v)
    np.testing.assert_allclose(w.data.max(), v.max().item(), rtol=1e-2)
    np.testing.assert_allclose(w.data.max(), math.sqrt(6 / (70 * 15)), rtol=1e-2)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: init.xavier_uniform_(nn.Parameter([0.0])),
            ShapeError,
            r"this has shape \(1,\)\. For a bias use zeros_",
        ),
        (lambda: init.orthogonal_(nn.Parameter(np.zeros((0, 2)))), ShapeError, "has no entries"),
        (lambda: init.kaiming_normal_(weight(), mode="fan"), ArgumentError, "'fan' is not one of 'fan_in', 'fan_out'"),  # type: ignore[arg-type]
        (lambda: init.calculate_gain("gelu"), ArgumentError, "nonlinearity='gelu' is not one of 'linear'"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()
