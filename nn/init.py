"""Initialisation of parameters, in place, under PyTorch's names.

`fan_in` and `fan_out` are the numbers of inputs and outputs that a weight of shape ``(out_features, in_features, ...)``
connects: its second and its first length, times the further ones.
"""

from __future__ import annotations

import math
from typing import Literal, TypeVar

import numpy as np

import autograd_lite as ag
from nn.errors import ArgumentError, ShapeError
from nn.randomness import generator_of
from nn.types import Array, RandomSource

T = TypeVar("T", bound=ag.Tensor)
Fan = Literal["fan_in", "fan_out"]


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, rng: RandomSource = None) -> T:
    """Fill a Tensor with numbers drawn evenly from a to b; return it.

    Examples
    --------
    >>> import nn
    >>> weight = nn.init.uniform_(nn.Parameter([[0.0] * 100]), -2, 2, rng=0)
    >>> bool((abs(weight.data) <= 2).all())
    True
    """
    return _fill(tensor, generator_of(rng).uniform(a, b, tensor.shape))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, rng: RandomSource = None) -> T:
    """Fill a Tensor with normal numbers of a mean and a standard deviation; return it."""
    return _fill(tensor, generator_of(rng).normal(mean, std, tensor.shape))


def constant_(tensor: T, val: float) -> T:
    """Fill a Tensor with one number; return it."""
    return _fill(tensor, np.full(tensor.shape, val))


def zeros_(tensor: T) -> T:
    """Fill a Tensor with zeros; return it."""
    return constant_(tensor, 0.0)


def ones_(tensor: T) -> T:
    """Fill a Tensor with ones; return it."""
    return constant_(tensor, 1.0)


def xavier_uniform_(tensor: T, gain: float = 1.0, rng: RandomSource = None) -> T:
    """Fill a weight with numbers between ± gain * sqrt(6 / (fan_in + fan_out)); return it.

    The variance of activations and of gradients then stays about the same from layer to layer (Glorot and Bengio,
    "Understanding the difficulty of training deep feedforward neural networks", 2010, equation 16).

    Parameters
    ----------
    tensor
        A weight of shape ``(out_features, in_features, ...)``.
    gain
        What the activation takes away: see `calculate_gain`. Default: 1.
    rng
        Where random numbers come from: a generator or a seed. Default: the generator that `nn.manual_seed` resets.
    """
    bound = gain * math.sqrt(6 / sum(_fans(tensor)))
    return uniform_(tensor, -bound, bound, rng)


def xavier_normal_(tensor: T, gain: float = 1.0, rng: RandomSource = None) -> T:
    """Fill a weight with normal numbers of standard deviation gain * sqrt(2 / (fan_in + fan_out)); return it.

    See `xavier_uniform_`.
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(_fans(tensor))), rng)


def kaiming_uniform_(
    tensor: T, a: float = 0, mode: Fan = "fan_in", nonlinearity: str = "leaky_relu", rng: RandomSource = None
) -> T:
    """Fill a weight with numbers between ± gain * sqrt(3 / fan); return it.

    The variance of activations (or, with ``mode="fan_out"``, of gradients) then stays about the same through
    rectifiers (He, Zhang, Ren and Sun, "Delving deep into rectifiers", 2015, equations 10 and 14).

    Parameters
    ----------
    tensor
        A weight of shape ``(out_features, in_features, ...)``.
    a
        The negative slope, if the nonlinearity is ``"leaky_relu"``. Default: 0, an ordinary ReLU.
    mode
        ``"fan_in"`` (the default) or ``"fan_out"``.
    nonlinearity
        The name of the activation, for `calculate_gain`. Default: ``"leaky_relu"``.
    rng
        Where random numbers come from: a generator or a seed. Default: the generator that `nn.manual_seed` resets.
    """
    bound = calculate_gain(nonlinearity, a) * math.sqrt(3 / _fan(tensor, mode))
    return uniform_(tensor, -bound, bound, rng)


def kaiming_normal_(
    tensor: T, a: float = 0, mode: Fan = "fan_in", nonlinearity: str = "leaky_relu", rng: RandomSource = None
) -> T:
    """Fill a weight with normal numbers of standard deviation gain / sqrt(fan); return it.

    See `kaiming_uniform_`.
    """
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(_fan(tensor, mode)), rng)


def orthogonal_(tensor: T, gain: float = 1.0, rng: RandomSource = None) -> T:
    """Fill a weight with `gain` times a random matrix of orthonormal rows (or columns, if these are fewer); return it.

    Products of such matrices neither grow nor shrink (Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks", 2014). Lengths beyond the first are taken as one.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> weight = nn.init.orthogonal_(nn.Parameter(np.zeros((2, 3))), rng=0).data
    >>> bool(np.allclose(weight @ weight.T, np.eye(2)))
    True
    """
    _fans(tensor)
    rows = tensor.shape[0]
    columns = math.prod(tensor.shape[1:])
    q, r = np.linalg.qr(generator_of(rng).normal(size=(max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diagonal(r))  # so that every orthogonal matrix is as likely as any other (Mezzadri 2007)
    return _fill(tensor, gain * (q if rows >= columns else q.T).reshape(tensor.shape))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return the factor by which an activation, on average, has to be made up for.

    Parameters
    ----------
    nonlinearity
        ``"linear"``, ``"identity"`` and ``"sigmoid"``: 1; ``"tanh"``: 5/3; ``"relu"``: sqrt(2);
        ``"leaky_relu"``: sqrt(2 / (1 + slope**2)); ``"selu"``: 3/4. PyTorch's numbers.
    param
        The negative slope of ``"leaky_relu"``. Default: 0.01.

    Examples
    --------
    >>> import nn
    >>> nn.init.calculate_gain("leaky_relu", 1.0)
    1.0
    """
    gains = {"linear": 1.0, "identity": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75}
    if nonlinearity == "leaky_relu":
        return math.sqrt(2 / (1 + (0.01 if param is None else param) ** 2))
    if nonlinearity not in gains:
        raise ArgumentError(
            f"nonlinearity={nonlinearity!r} is not one of {', '.join(map(repr, [*gains, 'leaky_relu']))}"
        )
    return gains[nonlinearity]


def _fill(tensor: T, values: Array) -> T:
    # Always drawn in float64, so that a seed gives the same network in float32 up to rounding.
    tensor.data = values.astype(tensor.dtype)
    return tensor


def _fans(tensor: ag.Tensor) -> tuple[int, int]:
    shape = tensor.shape
    if len(shape) < 2:
        raise ShapeError(
            f"fan_in and fan_out are those of a weight (out_features, in_features, ...), and this has shape {shape}. "
            f"For a bias use zeros_, constant_ or uniform_"
        )
    field = math.prod(shape[2:])
    if 0 in shape:
        raise ShapeError(f"a weight of shape {shape} has no entries to initialise")
    return shape[1] * field, shape[0] * field


def _fan(tensor: ag.Tensor, mode: str) -> int:
    if mode not in ("fan_in", "fan_out"):
        raise ArgumentError(f"mode={mode!r} is not one of 'fan_in', 'fan_out'")
    return _fans(tensor)[mode == "fan_out"]
