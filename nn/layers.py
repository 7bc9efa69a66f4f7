"""Layers: the affine map with its parameters, and the activations as Modules."""

from __future__ import annotations

import math
import operator
from typing import Any, Literal

import numpy as np
from numpy.typing import DTypeLike

from nn import functional, init
from nn.errors import ArgumentError
from nn.module import Module
from nn.parameter import Parameter
from nn.randomness import generator_of
from nn.types import RandomSource


class Linear(Module):
    """The affine map ``x @ weight.T + bias``.

    Weight and bias are drawn evenly from ± 1 / sqrt(in_features), as PyTorch does.

    Parameters
    ----------
    in_features
        The length of the last axis of what comes in.
    out_features
        The length of the last axis of what goes out.
    bias
        Whether to add a bias. Default: True.
    dtype
        Of the parameters. Default: float64, as in NumPy.
    rng
        Where random numbers come from: a generator or a seed. Default: the generator that `nn.manual_seed` resets.

    Attributes
    ----------
    weight
        Parameter of shape ``(out_features, in_features)``.
    bias
        Parameter of shape ``(out_features,)``, or ``None``.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> layer = nn.Linear(2, 3)
    >>> layer(np.ones((4, 2))).shape
    (4, 3)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        dtype: DTypeLike | None = None,
        rng: RandomSource = None,
    ) -> None:
        for name, count in (("in_features", in_features), ("out_features", out_features)):
            if operator.index(count) < 1:
                raise ArgumentError(f"Linear: {name} must be a positive integer, not {count!r}")
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(np.zeros((out_features, in_features), dtype))
        self.bias = Parameter(np.zeros(out_features, dtype)) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: RandomSource = None) -> None:
        """Draw weight and bias anew."""
        rng = generator_of(rng)
        bound = 1 / math.sqrt(self.in_features)
        init.uniform_(self.weight, -bound, bound, rng)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound, rng)

    def forward(self, input: Any) -> Any:
        """Return ``input @ weight.T + bias``; the input has shape ``(..., in_features)``."""
        return functional.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Identity(Module):
    """Returns what it is given. It takes any arguments and does not use them, so that it can stand in for any layer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input


class Flatten(Module):
    """Makes one axis of several: by default of all but the first.

    Parameters
    ----------
    start_dim, end_dim
        The first and the last of these axes. Default: 1 and -1.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> nn.Flatten()(np.zeros((5, 8, 8))).shape
    (5, 64)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Any) -> Any:
        """Return the input with the axes joined."""
        shape = np.shape(input)
        start, end = (range(len(shape))[dim] for dim in (self.start_dim, self.end_dim))
        return np.reshape(input, (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))

    def extra_repr(self) -> str:
        """Return the axes."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Sigmoid(Module):
    """See `nn.functional.sigmoid`."""

    def forward(self, input: Any) -> Any:
        """Return ``1 / (1 + exp(-input))``."""
        return functional.sigmoid(input)


class Tanh(Module):
    """See `nn.functional.tanh`."""

    def forward(self, input: Any) -> Any:
        """Return the hyperbolic tangent."""
        return functional.tanh(input)


class ReLU(Module):
    """See `nn.functional.relu`."""

    def forward(self, input: Any) -> Any:
        """Return ``max(input, 0)``."""
        return functional.relu(input)


class SiLU(Module):
    """See `nn.functional.silu`."""

    def forward(self, input: Any) -> Any:
        """Return ``input * sigmoid(input)``."""
        return functional.silu(input)


class LeakyReLU(Module):
    """See `nn.functional.leaky_relu`."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, input: Any) -> Any:
        """Return the input, where negative times the slope."""
        return functional.leaky_relu(input, self.negative_slope)

    def extra_repr(self) -> str:
        """Return the slope."""
        return f"negative_slope={self.negative_slope}"


class Softplus(Module):
    """See `nn.functional.softplus`."""

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = beta

    def forward(self, input: Any) -> Any:
        """Return ``log(1 + exp(beta * input)) / beta``."""
        return functional.softplus(input, self.beta)

    def extra_repr(self) -> str:
        """Return the sharpness."""
        return f"beta={self.beta}"


class GELU(Module):
    """See `nn.functional.gelu`."""

    def __init__(self, approximate: Literal["none", "tanh"] = "none") -> None:
        self.approximate = approximate

    def forward(self, input: Any) -> Any:
        """Return the input times the normal probability of being below it."""
        return functional.gelu(input, self.approximate)

    def extra_repr(self) -> str:
        """Return which formula."""
        return f"approximate={self.approximate!r}"


class _AlongAxis(Module):
    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"


class Softmax(_AlongAxis):
    """See `nn.functional.softmax`. Not before a cross-entropy, which contains it."""

    def forward(self, input: Any) -> Any:
        """Return probabilities that add up to 1 along the axis."""
        return functional.softmax(input, self.dim)


class LogSoftmax(_AlongAxis):
    """See `nn.functional.log_softmax`."""

    def forward(self, input: Any) -> Any:
        """Return the logarithms of probabilities that add up to 1 along the axis."""
        return functional.log_softmax(input, self.dim)
