"""Losses of class labels and class probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nn.arrays import plain
from nn.errors import ArgumentError, ArgumentTypeError, ShapeError
from nn.functional import rules
from nn.functional.labels import checked_labels
from nn.functional.operands import as_array, as_type_of, check_reduction, reduced
from nn.types import Array, Reduction, Value


def cross_entropy(
    input: Value,
    target: Value,
    weight: Value | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
    label_smoothing: float = 0.0,
) -> Value:
    """Return the cross-entropy of ``softmax(input)`` against class labels, or against class probabilities.

    Parameters
    ----------
    input
        Scores (logits) of any size, *before* any softmax. Of shape ``(N, C)``, ``(C,)`` or ``(N, C, d1, ...)``, C
        being the number of classes.
    target
        Integer labels from 0 to C - 1, of the input's shape without the class axis; or, as floats, probabilities of
        the input's shape.
    weight
        A factor for each class, of shape ``(C,)``. The mean over labels is then the weighted one. Default: 1.
    ignore_index
        Entries with this label count for nothing. Default: -100.
    reduction
        ``"mean"`` over the entries that count (the default), their ``"sum"``, or ``"none"``.
    label_smoothing
        The share, from 0 to 1, that is moved from the label to all classes alike (Szegedy et al. 2016). Default: 0.

    Raises
    ------
    LabelError
        A label is out of range (the message says which and where), labels are not integers, or not one for each row.
    ShapeError
        Probabilities do not have the input's shape, or `weight` is not one number for each class.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> logits = np.array([[2.0, 0.0], [0.0, 1000.0]])
    >>> F.cross_entropy(logits, np.array([0, 0]), reduction="none")
    array([1.26928011e-01, 1.00000000e+03])
    """
    if type(target) is not np.ndarray:
        target = as_array(target)
    is_plain = weight is None and reduction == "mean" and not label_smoothing and ignore_index < 0
    if is_plain and target.dtype.kind in "iu":
        try:
            return rules.cross_entropy(input, target)
        except IndexError:
            pass  # the input is no matrix, or some labels are to be ignored, or are wrong
    check_reduction(reduction)
    input = _as_scores(input, "cross_entropy")
    if not 0 <= label_smoothing <= 1:
        raise ArgumentError(f"cross_entropy: label_smoothing must be from 0 to 1, not {label_smoothing!r}")
    classes = input.shape[_class_axis(input)]
    if target.dtype.kind == "f" and target.shape == input.shape:
        target = as_type_of(input, target)
        if label_smoothing:
            target = target * (1 - label_smoothing) + label_smoothing / classes
        return _expected_loss(input, target, weight, reduction)
    labels = checked_labels(plain(target), input.shape, ignore_index)
    log_probabilities = rules.log_softmax(input, _class_axis(input))
    loss = nll_loss(log_probabilities, labels, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return loss
    smooth = _smoothed_loss(log_probabilities, labels, weight, ignore_index, reduction)
    return (1 - label_smoothing) * loss + (label_smoothing / classes) * smooth


def nll_loss(
    input: Value,
    target: Value,
    weight: Value | None = None,
    *,
    ignore_index: int = -100,
    reduction: Reduction = "mean",
) -> Value:
    """Return ``-input[label]``, the negative log-likelihood of class labels, for log-probabilities.

    Parameters
    ----------
    input
        Log-probabilities, as from `log_softmax`, of shape ``(N, C)``, ``(C,)`` or ``(N, C, d1, ...)``.
    target
        Integer labels from 0 to C - 1, of the input's shape without the class axis.
    weight, ignore_index, reduction
        As for `cross_entropy`.

    Raises
    ------
    LabelError
        As for `cross_entropy`.

    Examples
    --------
    >>> import numpy as np
    >>> import nn.functional as F
    >>> F.nll_loss(np.log(np.array([[0.25, 0.75], [0.5, 0.5]])), np.array([1, 0])).item()
    0.4904146265058631
    """
    check_reduction(reduction)
    input = _as_scores(input, "nll_loss")
    labels = checked_labels(plain(target), input.shape, ignore_index, "log-probabilities")
    counts, factor = _class_factors(input, labels, weight, ignore_index)
    index = np.where(counts, labels, 0)
    grid = np.ogrid[tuple(slice(n) for n in labels.shape)]
    loss = -input[(*grid[:1], index, *grid[1:])]
    if weight is None and counts.all():
        return reduced(loss, reduction)
    loss = np.where(counts, loss, 0) * factor  # an ignored loss may be infinite
    return loss.sum() / factor.sum() if reduction == "mean" else reduced(loss, reduction)


def one_hot(target: ArrayLike, num_classes: int = -1) -> Array:
    """Return an integer array with a last axis more than the labels, 1 at the label and 0 elsewhere.

    Parameters
    ----------
    target
        Integer labels from 0 to ``num_classes - 1``, of any shape.
    num_classes
        The length of the new axis. Default: one more than the largest label.

    Raises
    ------
    LabelError
        A label is out of range, or not an integer.

    Examples
    --------
    >>> import nn.functional as F
    >>> F.one_hot([0, 2])
    array([[1, 0, 0],
           [0, 0, 1]])
    """
    labels = plain(target)
    if num_classes == -1:
        if not labels.size:
            raise ArgumentError("one_hot: without labels the number of classes can not be told; give num_classes")
        num_classes = int(labels.max()) + 1
    flat = checked_labels(labels.reshape(-1), (labels.size, max(num_classes, 0)), None, "one-hot vectors")
    is_label: Array = flat.reshape(labels.shape)[..., None] == np.arange(num_classes)
    return is_label.astype(int)


# -- what they share ---------------------------------------------------------------------------------------------------


def _as_scores(input: Any, function: str) -> Any:
    input = as_array(input)
    if input.ndim == 0:
        raise ShapeError(f"{function}: the input needs a class axis, as in (N, C); it is a single number")
    if input.dtype.kind != "f":
        raise ArgumentTypeError(f"{function}: the input must be floating point, and is {input.dtype}")
    return input


def _class_axis(input: Any) -> int:
    return 0 if input.ndim == 1 else 1


def _class_weights(input: Any, weight: Any) -> Any:
    """The factor of each class, along the class axis of the input."""
    weight = plain(as_type_of(input, weight))
    classes = input.shape[_class_axis(input)]
    if weight.shape != (classes,):
        raise ShapeError(f"weight= must hold one number for each of the {classes} classes; its shape is {weight.shape}")
    return weight


def _class_factors(input: Any, labels: Array, weight: Any, ignore_index: int) -> tuple[Array, Array]:
    """Which labels count, and the factor of each: that of its class, or 0."""
    counts = labels != ignore_index
    if weight is None:
        return counts, counts.astype(input.dtype)
    return counts, np.where(counts, _class_weights(input, weight)[np.where(counts, labels, 0)], 0)


def _expected_loss(input: Any, target: Any, weight: Any, reduction: Reduction) -> Any:
    """The cross-entropy against class probabilities; its mean is over all but the class axis."""
    axis = _class_axis(input)
    terms = target * rules.log_softmax(input, axis)
    if weight is not None:
        terms = terms * _class_weights(input, weight).reshape((-1,) + (1,) * (input.ndim - 1 - axis))
    return reduced(-terms.sum(axis), reduction)


def _smoothed_loss(log_probabilities: Any, labels: Array, weight: Any, ignore_index: int, reduction: Reduction) -> Any:
    """The part of label smoothing: the loss against every class alike."""
    axis = _class_axis(log_probabilities)
    terms = log_probabilities
    if weight is not None:
        terms = terms * _class_weights(terms, weight).reshape((-1,) + (1,) * (terms.ndim - 1 - axis))
    counts, factor = _class_factors(log_probabilities, labels, weight, ignore_index)
    loss = np.where(counts, -terms.sum(axis), 0)
    return loss.sum() / factor.sum() if reduction == "mean" else reduced(loss, reduction)
