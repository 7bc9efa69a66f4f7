"""Losses of single entries: how far predictions are from targets, as a number to be made small."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.arrays import plain
from nn.errors import ArgumentError
from nn.functional import rules
from nn.functional.operands import as_type_of, check_reduction, matched, reduced, weighted
from nn.types import Reduction, Value


def mse_loss(input: Value, target: Value, reduction: Reduction = "mean") -> Value:
    """Return the squared error ``(input - target)**2``.

    Parameters
    ----------
    input
        Predictions, of any shape.
    target
        What they should be, of the same shape.
    reduction
        ``"mean"`` over all entries (the default), their ``"sum"``, or ``"none"``: an array of the input's shape.

    Returns
    -------
    Tensor or array
        Of the input's dtype.

    Raises
    ------
    ShapeError
        The shapes differ. They are not broadcast, since that compares every prediction with every target.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.mse_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """
    check_reduction(reduction)
    input, target = matched(input, target, "mse_loss")
    return reduced(np.square(input - target), reduction)


def l1_loss(input: Value, target: Value, reduction: Reduction = "mean") -> Value:
    """Return the absolute error ``abs(input - target)``; its derivative where they are equal is 0.

    Parameters
    ----------
    input, target
        Predictions and what they should be, of the same shape.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.l1_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    1.0
    """
    check_reduction(reduction)
    input, target = matched(input, target, "l1_loss")
    return reduced(np.abs(input - target), reduction)


def huber_loss(input: Value, target: Value, reduction: Reduction = "mean", delta: float = 1.0) -> Value:
    """Return half the squared error up to `delta`, and beyond it the line that continues it (Huber 1964).

    Parameters
    ----------
    input, target
        Predictions and what they should be, of the same shape.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.
    delta
        The absolute error at which the parabola becomes a line; positive. Default: 1.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.huber_loss(np.array([1.0, 2.0]), np.array([1.5, 5.0]), reduction="none")
    array([0.125, 2.5  ])
    """
    check_reduction(reduction)
    if not delta > 0:
        raise ArgumentError(f"huber_loss: delta must be positive, not {delta!r}")
    input, target = matched(input, target, "huber_loss")
    error = np.abs(input - target)
    return reduced(np.where(error <= delta, 0.5 * np.square(error), delta * (error - 0.5 * delta)), reduction)


def binary_cross_entropy(
    input: Value, target: Value, weight: Value | None = None, reduction: Reduction = "mean"
) -> Value:
    """Return ``-(target * log(input) + (1 - target) * log(1 - input))`` for probabilities.

    Logarithms are at least -100, so that a probability of exactly 0 or 1 gives a finite loss; as in PyTorch, gradients
    are bounded in the same spirit. `binary_cross_entropy_with_logits` needs no such bounds, and is the better choice
    where the scores before the sigmoid are at hand.

    Parameters
    ----------
    input
        Probabilities, from 0 to 1.
    target
        Labels 0 or 1, or probabilities, of the same shape.
    weight
        A factor for each entry, of a shape that broadcasts to the input's. Default: 1.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.

    Raises
    ------
    ShapeError
        The shapes of input and target differ.
    ArgumentError
        An entry of either is below 0 or above 1.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.binary_cross_entropy(np.array([0.5, 0.0]), np.array([1, 1]), reduction="none")
    array([  0.69314718, 100.        ])
    """
    check_reduction(reduction)
    input, target = matched(input, target, "binary_cross_entropy")
    _check_probabilities(input, "input", "For scores use binary_cross_entropy_with_logits, or apply sigmoid first.")
    _check_probabilities(target, "target", "Labels are 0 and 1.")
    return reduced(weighted(rules.binary_cross_entropy(input, target), weight), reduction)


def binary_cross_entropy_with_logits(
    input: Value,
    target: Value,
    weight: Value | None = None,
    reduction: Reduction = "mean",
    pos_weight: Value | None = None,
) -> Value:
    """Return the binary cross-entropy of ``sigmoid(input)``, computed from the scores so that it never overflows.

    Parameters
    ----------
    input
        Scores (logits) of any size.
    target
        Labels 0 or 1, or probabilities, of the same shape.
    weight
        A factor for each entry, of a shape that broadcasts to the input's. Default: 1.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.
    pos_weight
        A factor for the positive part, ``target * log(sigmoid(input))``; above 1 it favours recall. Default: 1.

    Raises
    ------
    ShapeError
        The shapes of input and target differ.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.binary_cross_entropy_with_logits(np.array([0.0, 1000.0, -1000.0]), np.array([1, 1, 1]), reduction="none")
    array([6.93147181e-01, 0.00000000e+00, 1.00000000e+03])
    """
    check_reduction(reduction)
    input, target = matched(input, target, "binary_cross_entropy_with_logits")
    loss = rules.binary_cross_entropy_with_logits(input, target)
    if pos_weight is not None:
        loss = loss + (as_type_of(input, pos_weight) - 1) * target * rules.softplus(-input)
    return reduced(weighted(loss, weight), reduction)


def _check_probabilities(values: Any, what: str, cure: str) -> None:
    array = plain(values)
    wrong = (array < 0) | (array > 1)  # NaN passes, and is for whoever looks at the loss
    if wrong.any():
        position = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        where = f" at position {tuple(map(int, position))}" if position else ""
        raise ArgumentError(
            f"binary_cross_entropy: the {what} must be probabilities from 0 to 1, "
            f"and holds {array[position].item()!r}{where}. {cure}"
        )
