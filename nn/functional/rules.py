"""Functions that people write in derivations, each one call of the graph with derivative rules of its own.

The rules stand in one table at the end. As everywhere, a rule takes the gradient ``g`` that arrives at the answer,
then by name what it reads, and is written so that it also runs on Tensors, for higher derivatives.
"""

from __future__ import annotations

import contextvars
from functools import partial
from typing import Any

import numpy as np

import autograd_lite as ag
from nn.errors import ShapeError
from nn.types import Array, Value

#: The least value that binary_cross_entropy takes a logarithm to have, so that a loss stays finite. PyTorch's number.
LEAST_LOG = -100.0

#: Where NumPy does not warn of overflow. On a small array, entering ``np.errstate`` costs more than the exponential.
_overflow_allowed = contextvars.Context()
_overflow_allowed.run(np.seterr, over="ignore")


@ag.primitive
def linear(input: Value, weight: Value, bias: Value = None) -> Value:
    """Return ``input @ weight.T + bias``, the affine map of a layer.

    Parameters
    ----------
    input
        Of shape ``(..., in_features)``.
    weight
        Of shape ``(out_features, in_features)``.
    bias
        Of shape ``(out_features,)``, or ``None``.

    Returns
    -------
    Tensor or array
        Of shape ``(..., out_features)``.

    Raises
    ------
    ShapeError
        The shapes do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.linear(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [0.0, 3.0], [1.0, 1.0]]), np.array([0.5, 0.0, 0.0]))
    array([[1.5, 6. , 3. ]])
    """
    try:
        (out_features, _) = weight.shape
        if bias is None:
            return _product(input, weight.T)
        if bias.shape != (out_features,):
            raise ValueError
        return _product(input, weight.T) + bias
    except ValueError:
        raise ShapeError(_misfit(np.shape(input), np.shape(weight), bias)) from None


@ag.primitive
def sigmoid(input: Value) -> Value:
    """Return ``1 / (1 + exp(-input))``, entry by entry: a number between 0 and 1.

    Exact to rounding for any input, also where ``exp`` overflows.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    # exp may overflow to infinity, where the answer is rightly 0. In a copy, since threads can not share a context.
    return np.reciprocal(1.0 + _overflow_allowed.copy().run(np.exp, np.negative(input)))


@ag.primitive
def relu(input: Value) -> Value:
    """Return ``max(input, 0)``, entry by entry. Its derivative at 0 is 0.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    return np.maximum(input, 0)


@ag.primitive
def softplus(input: Value) -> Value:
    """Return ``log(1 + exp(input))``, entry by entry, without overflow."""
    return np.maximum(input, 0) + _log1p_exp(input)


@ag.primitive
def softmax(input: Value, dim: int = -1) -> Value:
    """Return ``exp(input) / sum(exp(input))`` along an axis: positive numbers whose sum is 1.

    Parameters
    ----------
    input
        Scores (logits), of any size: the largest is subtracted first, so nothing overflows.
    dim
        The axis along which the entries add up to 1. Default: the last.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.softmax(np.array([[0.0, np.log(3.0)], [1000.0, 1000.0]]), dim=1)
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    e = np.exp(_shifted(input, dim))
    return e / np.add.reduce(e, dim, keepdims=True)


@ag.primitive
def log_softmax(input: Value, dim: int = -1) -> Value:
    """Return the logarithm of `softmax`, without the loss of precision of taking it afterwards.

    Parameters
    ----------
    input
        Scores (logits) of any size.
    dim
        The axis along which the probabilities add up to 1. Default: the last.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.log_softmax(np.array([0.0, 1000.0]))
    array([-1000.,     0.])
    """
    s = _shifted(input, dim)
    return s - np.log(np.add.reduce(np.exp(s), dim, keepdims=True))


@partial(ag.primitive, cache=True)
def cross_entropy(logits: Any, labels: Array) -> Any:
    """Return the mean over the rows of ``log(sum(exp(logits))) - logits[label]``, for logits (N, C) and labels (N,).

    Only the plain case, for its speed; `nn.functional.cross_entropy` is for people. An IndexError says that the labels
    are not N integers from 0 to C - 1.
    """
    if logits.ndim != 2:
        raise IndexError
    # A mask and not an index: an index of -1 would silently mean the last class. The derivative reads the mask again.
    is_label = labels[:, None] == np.arange(logits.shape[1])
    # The second derivative runs these lines on Tensors, for which the quicker spelling of max and sum is not recorded.
    row_max, row_sum = (np.maximum.reduce, np.add.reduce) if type(logits) is np.ndarray else (np.max, np.sum)
    s = logits - row_max(logits, 1)[:, None]
    e = np.exp(s)
    total = row_sum(e, 1)
    picked = s[is_label]
    if len(picked) != len(labels):
        raise IndexError
    return row_sum(np.log(total) - picked, 0) / len(labels), (e, total, is_label)


@ag.primitive
def binary_cross_entropy(input: Value, target: Value) -> Value:
    """Return ``-(target * log(input) + (1 - target) * log(1 - input))``, entry by entry, logarithms at least -100."""
    return -(target * _log(input) + (1 - target) * _log_of_rest(input))


@ag.primitive
def binary_cross_entropy_with_logits(input: Value, target: Value) -> Value:
    """Return the binary cross-entropy of ``sigmoid(input)``, entry by entry: ``softplus(input) - input * target``."""
    return np.maximum(input, 0) - input * target + _log1p_exp(input)


def _cross_entropy_logits(g: Any, cache: Any) -> Any:
    e, total, is_label = cache
    return (e / total[:, None] - is_label) * (g / len(is_label))


# The table of calculus. `binary_cross_entropy` bounds its denominator as PyTorch does, so that it is finite at 0 and 1.
# fmt: off
ag.defvjp(linear,       input =lambda g, weight: _product(g, weight),
                        weight=lambda g, input: _rows(g).T.dot(_rows(input)),
                        bias  =lambda g: g)
ag.defvjp(sigmoid,      input =lambda g, ans: g * (ans * (1 - ans)))
ag.defvjp(relu,         input =lambda g, ans: g * (ans > 0))
ag.defvjp(softplus,     input =lambda g, input: g * sigmoid(input))
ag.defvjp(softmax,      input =lambda g, ans, dim: ans * (g - (g * ans).sum(dim, keepdims=True)))
ag.defvjp(log_softmax,  input =lambda g, ans, dim: g - np.exp(ans) * g.sum(dim, keepdims=True))
ag.defvjp(cross_entropy, logits=lambda g, cache: _cross_entropy_logits(g, cache))
ag.defvjp(binary_cross_entropy,
                        input =lambda g, input, target: g * (input - target) / np.maximum(input * (1 - input), 1e-12),
                        target=lambda g, input: g * (_log_of_rest(input) - _log(input)))
ag.defvjp(binary_cross_entropy_with_logits,
                        input =lambda g, input, target: g * (sigmoid(input) - target),
                        target=lambda g, input: g * -input)
# fmt: on


def _product(a: Any, matrix: Any) -> Any:
    """``a @ matrix`` for any number of axes of a: one product, by `dot`, which is much quicker on small arrays."""
    return a.dot(matrix) if a.ndim <= 2 else _rows(a).dot(matrix).reshape(*a.shape[:-1], matrix.shape[1])


def _rows(a: Any) -> Any:
    """The array as a matrix: its last axis, and all others as one."""
    return a if a.ndim == 2 else a.reshape(-1, a.shape[-1])


def _shifted(input: Any, dim: int) -> Any:
    """The input less its maximum along an axis, so that its exponential is at most 1."""
    return input - np.maximum.reduce(input, dim, keepdims=True)


def _log1p_exp(input: Any) -> Any:
    """log(1 + exp(-abs(input))), what `softplus` adds to `relu`."""
    return np.log1p(np.exp(-np.abs(input)))


def _log(probability: Any) -> Any:
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(probability), LEAST_LOG)


def _log_of_rest(probability: Any) -> Any:
    """The logarithm of 1 - probability."""
    with np.errstate(divide="ignore"):
        return np.maximum(np.log1p(-probability), LEAST_LOG)


def _misfit(input: tuple[int, ...], weight: tuple[int, ...], bias: Any) -> str:
    """Say which of the shapes given to `linear` does not fit."""
    if len(weight) != 2:
        return f"linear: the weight must have the shape (out_features, in_features); it has {weight}"
    if not input or input[-1] != weight[1]:
        cure = ""
        if input and len(input) == 2 and input[0] == weight[1]:
            cure = ". If the rows and columns of the input are swapped, pass input.T"
        elif input and input[-1] == weight[0]:
            cure = ". If the weight is (in_features, out_features), pass weight.T"
        return (
            f"linear: the weight of shape {weight} takes {weight[1]} features, "
            f"and the input of shape {input} has {input[-1] if input else 'no axis of'} features{cure}"
        )
    return f"linear: the weight of shape {weight} needs a bias of shape ({weight[0]},); the bias has {np.shape(bias)}"
