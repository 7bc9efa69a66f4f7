"""Layers: their shapes, parameters, initialisation and options."""

import math

import numpy as np
import pytest

import nn
import nn.functional as F
from nn.errors import ArgumentError, ArgumentTypeError

X = np.random.default_rng(0).normal(size=(3, 4))


def test_linear_is_its_formula():
    layer = nn.Linear(4, 2, rng=0)
    assert layer.weight.shape == (2, 4)
    assert layer.bias.shape == (2,)
    np.testing.assert_allclose(layer(X).numpy(), X @ layer.weight.data.T + layer.bias.data, rtol=1e-14)
    bare = nn.Linear(4, 2, bias=False)
    assert bare.bias is None
    assert list(bare.state_dict()) == ["weight"]
    np.testing.assert_allclose(bare(X).numpy(), X @ bare.weight.data.T, rtol=1e-14)
    assert repr(bare) == "Linear(in_features=4, out_features=2, bias=False)"


def test_linear_is_initialised_as_in_pytorch(torch):
    mine, theirs = nn.Linear(100, 400, rng=0), torch.nn.Linear(100, 400)
    for a, b in zip(mine.parameters(), theirs.parameters(), strict=True):
        b = b.detach().numpy()
        assert abs(a.data).max() <= 0.1
        np.testing.assert_allclose(abs(a.data).max(), abs(b).max(), rtol=0.02)
        np.testing.assert_allclose(a.data.std(), b.std(), rtol=0.1)


def test_linear_is_initialised_evenly_between_its_bounds():
    layer = nn.Linear(25, 2000, rng=0)
    for parameter in layer.parameters():
        assert 0.199 < parameter.data.max() <= 0.2
        assert -0.2 <= parameter.data.min() < -0.199
        np.testing.assert_allclose(parameter.data.std(), 0.4 / math.sqrt(12), rtol=0.03)
        np.testing.assert_allclose(parameter.data.mean(), 0, atol=0.01)


def test_seeds():
    def weights(rng):
        return nn.Linear(3, 3, rng=rng).weight.numpy()

    np.testing.assert_array_equal(weights(0), weights(0))
    assert (weights(0) != weights(1)).any()
    generator = np.random.default_rng(0)
    np.testing.assert_array_equal(weights(generator), weights(0))
    assert (weights(generator) != weights(0)).any()
    nn.manual_seed(5)
    first, second = weights(None), weights(None)
    nn.manual_seed(5)
    np.testing.assert_array_equal(weights(None), first)
    np.testing.assert_array_equal(weights(None), second)
    assert (first != second).any()
    with pytest.raises(
        ArgumentTypeError, match=r"rng must be a numpy\.random\.Generator, an integer seed or None, not 'x'"
    ):
        weights("x")


def test_weight_and_bias_of_a_seed_are_not_the_same_numbers():
    layer = nn.Linear(1, 3, rng=0)
    assert (layer.weight.data[:, 0] != layer.bias.data).all()


def test_float32_layers_compute_in_float32():
    model = nn.Sequential(
        nn.Linear(4, 5, dtype=np.float32, rng=0), nn.Sigmoid(), nn.Linear(5, 2, dtype="float32", rng=0)
    )
    y = model(X.astype(np.float32))
    assert y.dtype == np.float32
    y.sum().backward()
    assert all(parameter.grad.dtype == np.float32 for parameter in model.parameters())
    np.testing.assert_allclose(model[0].weight.data, nn.Linear(4, 5, rng=0).weight.data, rtol=1e-6)


@pytest.mark.parametrize(
    ("sizes", "message"), [((0, 2), "in_features must be a positive integer, not 0"), ((2, -1), "not -1")]
)
def test_sizes_must_be_positive(sizes, message):
    with pytest.raises(ArgumentError, match=message):
        nn.Linear(*sizes)


@pytest.mark.parametrize(
    ("module", "function", "text"),
    [
        (nn.Sigmoid(), F.sigmoid, "Sigmoid()"),
        (nn.Tanh(), F.tanh, "Tanh()"),
        (nn.ReLU(), F.relu, "ReLU()"),
        (nn.SiLU(), F.silu, "SiLU()"),
        (nn.LeakyReLU(0.3), lambda x: F.leaky_relu(x, 0.3), "LeakyReLU(negative_slope=0.3)"),
        (nn.Softplus(2.0), lambda x: F.softplus(x, 2.0), "Softplus(beta=2.0)"),
        (nn.GELU(), F.gelu, "GELU(approximate='none')"),
        (nn.GELU("tanh"), lambda x: F.gelu(x, "tanh"), "GELU(approximate='tanh')"),
        (nn.Softmax(0), lambda x: F.softmax(x, 0), "Softmax(dim=0)"),
        (nn.LogSoftmax(0), lambda x: F.log_softmax(x, 0), "LogSoftmax(dim=0)"),
        (nn.Identity(7, of="anything"), lambda x: x, "Identity()"),
        (nn.Flatten(0), np.ravel, "Flatten(start_dim=0, end_dim=-1)"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_layer_is_its_function(module, function, text):
    np.testing.assert_array_equal(module(X), function(X))
    assert repr(module) == text
    assert list(module.parameters()) == []


@pytest.mark.parametrize(
    ("dims", "shape"), [((), (2, 60)), ((0,), (120,)), ((1, 2), (2, 12, 5)), ((-2, -1), (2, 3, 20))]
)
def test_flatten(dims, shape, torch):
    x = np.arange(120.0).reshape(2, 3, 4, 5)
    flat = nn.Flatten(*dims)(x)
    assert flat.shape == shape
    np.testing.assert_array_equal(flat, torch.nn.Flatten(*dims)(torch.tensor(x)).numpy())
