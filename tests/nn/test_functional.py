"""Activations and `linear`: values, first and second derivatives, extremes, dtypes, errors; PyTorch as a witness."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import autograd_lite as ag
import nn.functional as F
from nn.errors import ArgumentError, ShapeError

rng = np.random.default_rng(0)
X = rng.normal(size=(3, 4)) * 2

ACTIVATIONS = {
    "sigmoid": (F.sigmoid, lambda v: 1 / (1 + math.exp(-v))),
    "tanh": (F.tanh, math.tanh),
    "relu": (F.relu, lambda v: max(v, 0.0)),
    "softplus": (F.softplus, lambda v: math.log(1 + math.exp(v))),
    "softplus, beta 3": (lambda x: F.softplus(x, beta=3.0), lambda v: math.log(1 + math.exp(3 * v)) / 3),
    "leaky_relu": (F.leaky_relu, lambda v: v if v > 0 else 0.01 * v),
    "leaky_relu, slope 0.2": (lambda x: F.leaky_relu(x, 0.2), lambda v: v if v > 0 else 0.2 * v),
    "silu": (F.silu, lambda v: v / (1 + math.exp(-v))),
    "gelu": (F.gelu, lambda v: v * 0.5 * (1 + math.erf(v / math.sqrt(2)))),
    "gelu, tanh": (
        lambda x: F.gelu(x, approximate="tanh"),
        lambda v: 0.5 * v * (1 + math.tanh(math.sqrt(2 / math.pi) * (v + 0.044715 * v**3))),
    ),
}
ALONG_AXIS = {
    "softmax 0": lambda x: F.softmax(x, 0),
    "softmax -1": lambda x: F.softmax(x, -1),
    "softmax, by name": lambda x: F.softmax(x, dim=1),
    "log_softmax 0": lambda x: F.log_softmax(x, 0),
    "log_softmax, by name": lambda x: F.log_softmax(x, dim=1),
    "logsumexp 0": lambda x: F.logsumexp(x, 0),
    "logsumexp, axis kept": lambda x: F.logsumexp(x, 1, keepdim=True),
}
EVERY = {name: f for name, (f, _) in ACTIVATIONS.items()} | ALONG_AXIS


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_has_the_value_of_its_formula(name):
    function, formula = ACTIVATIONS[name]
    expected = np.array([[formula(v) for v in row] for row in X.tolist()])
    plain = function(X)
    assert type(plain) is np.ndarray
    np.testing.assert_allclose(plain, expected, rtol=1e-13)
    tensor = function(ag.Tensor(X, requires_grad=True))
    assert isinstance(tensor, ag.Tensor)
    np.testing.assert_array_equal(tensor.numpy(), plain)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 2)])
def test_derivatives_of_first_and_second_order(name, shape):
    ag.check_grads(EVERY[name], [np.random.default_rng(1).normal(size=shape)], order=2)


@pytest.mark.parametrize("name", EVERY)
def test_float32_stays_float32(name):
    x = ag.Tensor(X.astype(np.float32), requires_grad=True)
    y = EVERY[name](x)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.numpy(), EVERY[name](X), rtol=2e-5, atol=1e-6)
    y.sum().backward()
    assert x.grad.dtype == np.float32
    assert EVERY[name](x.numpy()).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", EVERY)
def test_nothing_overflows_at_extremes(name, dtype):  # a warning is an error
    x = ag.Tensor(np.array([[-1e4, -1000, -100, 0], [0, 100, 1000, 1e4]], dtype), requires_grad=True)
    y = EVERY[name](x)
    y.sum().backward()
    assert np.isfinite(y.numpy()).all()
    assert np.isfinite(x.grad).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_is_precise_at_both_ends(dtype):
    x = np.array([-1000, -80, -40, -1, 0, 1, 40, 1000], dtype)
    expected = [0.0, *(math.exp(v) / (1 + math.exp(v)) for v in (-80, -40, -1, 0, 1, 40)), 1.0]
    np.testing.assert_allclose(F.sigmoid(x), np.array(expected, dtype), rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", EVERY)
def test_lists_are_arrays(name):
    np.testing.assert_array_equal(EVERY[name](X.tolist()), EVERY[name](X))


def test_sigmoid_in_several_threads():
    def work(seed):
        x = np.random.default_rng(seed).choice([-1000.0, 1000.0], size=(100, 100))
        return all((F.sigmoid(x) == (x > 0)).all() for _ in range(100))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(8)))


def test_softplus_is_precise_at_both_ends():
    expected = [math.exp(-50), math.log(2), 50 + math.exp(-50)]
    np.testing.assert_allclose(F.softplus(np.array([-50.0, 0.0, 50.0])), expected, rtol=1e-15)


def test_derivative_at_the_kinks():
    x = ag.Tensor([0.0, 0.0], requires_grad=True)
    F.relu(x).sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0])
    x.zero_grad()
    F.leaky_relu(x, 0.25).sum().backward()
    np.testing.assert_array_equal(x.grad, [0.25, 0.25])


def test_softmax_does_not_mind_a_common_shift():
    np.testing.assert_allclose(F.softmax(X, 1), np.exp(X) / np.exp(X).sum(axis=1, keepdims=True), rtol=1e-14)
    np.testing.assert_allclose(F.softmax(X + 1e4, 1), F.softmax(X, 1), rtol=1e-10)
    np.testing.assert_allclose(F.log_softmax(X, 1), np.log(F.softmax(X, 1)), rtol=1e-13)
    np.testing.assert_allclose(F.logsumexp(X, 1), np.log(np.exp(X).sum(axis=1)), rtol=1e-13)


def test_logsumexp_of_infinities():
    inf = np.inf
    np.testing.assert_array_equal(F.logsumexp(np.array([[-inf, -inf], [-inf, 1.0], [inf, 1.0]]), 1), [-inf, 1.0, inf])


@pytest.mark.parametrize("call", [lambda x: F.softplus(x, beta=0), lambda x: F.gelu(x, approximate="erf")])
def test_an_unknown_option_is_refused(call):
    with pytest.raises(ArgumentError, match=r"beta must be positive, not 0|'erf' is not one of 'none', 'tanh'"):
        call(X)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "softplus", "silu", "gelu", "leaky_relu"])
def test_activations_agree_with_pytorch(name, torch, torch_functional):
    x = np.linspace(-6, 6, 41)
    mine, theirs = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    (getattr(F, name)(mine) ** 2).sum().backward()
    (getattr(torch_functional, name)(theirs) ** 2).sum().backward()
    np.testing.assert_allclose(mine.grad, theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


# -- linear ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4), (2, 1, 3, 4), (0, 4)])
@pytest.mark.parametrize("with_bias", [True, False])
def test_linear_for_any_number_of_axes(shape, with_bias):
    r = np.random.default_rng(2)
    x, w, b = r.normal(size=shape), r.normal(size=(5, 4)), r.normal(size=5)
    expected = np.einsum("...i,oi->...o", x, w) + (b if with_bias else 0)
    args = (x, w, b) if with_bias else (x, w)
    np.testing.assert_allclose(F.linear(*args), expected, rtol=1e-13)
    if x.size:
        ag.check_grads(F.linear, args, order=2)


def test_linear_with_an_input_that_needs_no_gradient_and_float32():
    x = rng.normal(size=(3, 4)).astype(np.float32)
    w = ag.Tensor(rng.normal(size=(2, 4)).astype(np.float32), requires_grad=True)
    b = ag.Tensor(np.zeros(2, np.float32), requires_grad=True)
    y = F.linear(x, w, bias=b)
    (y * np.arange(6, dtype=np.float32).reshape(3, 2)).sum().backward()
    g = np.arange(6.0).reshape(3, 2)
    assert y.dtype == w.grad.dtype == b.grad.dtype == np.float32
    np.testing.assert_allclose(w.grad, g.T @ x, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(b.grad, [6, 9])


@pytest.mark.parametrize(
    ("shapes", "message"),
    [
        ([(4, 3), (5, 4)], r"takes 4 features, and the input of shape \(4, 3\) has 3 features.*pass input\.T"),
        ([(2, 3), (3, 5)], r"takes 5 features, and the input of shape \(2, 3\) has 3 features.*pass weight\.T"),
        ([(2, 3), (5, 4)], r"takes 4 features, and the input of shape \(2, 3\) has 3 features(?!\.)"),
        ([(2, 4), (4,)], r"the weight must have the shape \(out_features, in_features\); it has \(4,\)"),
        ([(2, 4), (2, 4), (2, 1)], r"needs a bias of shape \(2,\); the bias has \(2, 1\)"),
        ([(2, 4), (2, 4), (1,)], r"needs a bias of shape \(2,\); the bias has \(1,\)"),
    ],
)
@pytest.mark.parametrize("kind", [np.zeros, lambda shape: ag.Tensor(np.zeros(shape), requires_grad=True)])
def test_linear_says_which_shape_does_not_fit(shapes, message, kind):
    with pytest.raises(ShapeError, match=message):
        F.linear(*map(kind, shapes))
