"""Activations that are made of others, or of NumPy's functions: they are recorded step by step."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np

import autograd_lite as ag
from nn.errors import ArgumentError
from nn.functional import rules
from nn.types import Value

_SQRT_HALF = math.sqrt(0.5)
_SQRT_TWO_PI = math.sqrt(2 * math.pi)


def tanh(input: Value) -> Value:
    """Return the hyperbolic tangent, entry by entry: a number between -1 and 1. The same as ``np.tanh``.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    return np.tanh(input)


def softplus(input: Value, beta: float = 1.0) -> Value:
    """Return ``log(1 + exp(beta * input)) / beta``, entry by entry: a smooth `relu`, whose derivative is a sigmoid.

    PyTorch's `threshold` is not needed here: nothing overflows.

    Parameters
    ----------
    input
        Any numbers.
    beta
        How sharp the bend is; positive. Default: 1.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.softplus(np.array([-1000.0, 0.0, 1000.0]))
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    if beta == 1:
        return rules.softplus(input)
    if not beta > 0:
        raise ArgumentError(f"softplus: beta must be positive, not {beta!r}")
    return rules.softplus(np.multiply(input, beta)) / beta


def leaky_relu(input: Value, negative_slope: float = 0.01) -> Value:
    """Return the input where it is positive, and `negative_slope` times the input elsewhere.

    The derivative at 0 is `negative_slope`.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.leaky_relu(np.array([-2.0, 0.0, 3.0]))
    array([-0.02,  0.  ,  3.  ])
    """
    return np.where(np.greater(input, 0), input, np.multiply(input, negative_slope))


def silu(input: Value) -> Value:
    """Return ``input * sigmoid(input)``, entry by entry; also called swish (Ramachandran, Zoph and Le 2017).

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.silu(np.array([-1000.0, 0.0, 1000.0]))
    array([  -0.,    0., 1000.])
    """
    return np.multiply(input, rules.sigmoid(input))


def gelu(input: Value, approximate: Literal["none", "tanh"] = "none") -> Value:
    """Return ``input * P(N <= input)``, N being standard normal (Hendrycks and Gimpel 2016).

    Parameters
    ----------
    input
        Any numbers.
    approximate
        ``"none"`` is exact, and slow on large arrays: NumPy has no error function, so each entry goes through
        `math.erfc`. ``"tanh"`` is the paper's approximation, right to about 0.0005.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.gelu(np.array([-1.0, 0.0, 1.0]))
    array([-0.15865525,  0.        ,  0.84134475])
    """
    if approximate == "none":
        return np.multiply(input, normal_cdf(input))
    if approximate == "tanh":
        inner = np.multiply(input, (2 / _SQRT_TWO_PI) * (1 + 0.044715 * np.square(input)))
        return np.multiply(input, 0.5 * (1 + np.tanh(inner)))
    raise ArgumentError(f"gelu: approximate={approximate!r} is not one of 'none', 'tanh'")


@ag.primitive
def normal_cdf(x: Value) -> Value:
    """Return the probability that a standard normal number is at most x, entry by entry."""
    x = np.asarray(x)
    flat = [0.5 * math.erfc(-_SQRT_HALF * value) for value in x.ravel().tolist()]
    return np.array(flat, dtype=x.dtype if x.dtype.kind == "f" else float).reshape(x.shape)


ag.defvjp(normal_cdf, x=lambda g, x: g * np.exp(-0.5 * x * x) / _SQRT_TWO_PI)


def logsumexp(input: Value, dim: int, keepdim: bool = False) -> Value:
    """Return ``log(sum(exp(input)))`` along an axis, without overflow.

    Parameters
    ----------
    input
        Any numbers, infinities included.
    dim
        The axis along which to sum.
    keepdim
        Keep that axis, with length 1. Default: remove it.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.logsumexp(np.array([[1000.0, 1000.0], [-1000.0, -1000.0]]), dim=1)
    array([1000.69314718, -999.30685282])
    """
    return _logsumexp(input, dim, keepdim)


@ag.primitive
def _logsumexp(input: Any, dim: int, keepdim: bool = False) -> Any:
    largest = np.maximum.reduce(input, dim, keepdims=True)
    largest = np.where(np.isinf(largest), 0, largest)  # inf - inf would be NaN
    with np.errstate(divide="ignore", over="ignore"):
        answer = np.log(np.add.reduce(np.exp(input - largest), dim, keepdims=True)) + largest
    return answer if keepdim else answer.squeeze(dim)


ag.defvjp(_logsumexp, input=lambda g, ans, input, dim, keepdim: _logsumexp_input(g, ans, input, dim, keepdim))


def _logsumexp_input(g: Any, ans: Any, input: Any, dim: int, keepdim: bool) -> Any:
    if not keepdim:
        g, ans = np.expand_dims(g, dim), np.expand_dims(ans, dim)
    return g * np.exp(input - ans)
