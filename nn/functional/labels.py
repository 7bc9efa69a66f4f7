"""Class labels: whether they fit the logits, said in words that help."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.errors import LabelError
from nn.types import Array


def checked_labels(labels: Array, shape: tuple[int, ...], ignore_index: int | None, what: str = "logits") -> Array:
    """Return the labels, or raise an error that says what is wrong with them.

    Parameters
    ----------
    labels
        One integer for each entry of logits but the class axis.
    shape
        Of the logits: ``(C,)``, ``(N, C)`` or ``(N, C, d1, ...)``.
    ignore_index
        A label that stands for "none", or ``None``.
    what
        What the logits are called.
    """
    classes = shape[0] if len(shape) == 1 else shape[1]
    wanted = () if len(shape) == 1 else (shape[0], *shape[2:])
    if labels.dtype.kind not in "iu":
        raise LabelError(
            f"class labels are integers, and these are of type {labels.dtype} and shape {labels.shape}. "
            f"Convert them with labels.astype(int); class probabilities would have the shape of the {what}, {shape}"
        )
    if labels.shape != wanted:
        cure = ""
        if labels.shape == shape:
            cure = ". If they are one-hot, pass floats (labels.astype(float)) or indices (labels.argmax(axis=1))"
        elif labels.size == np.prod(wanted, dtype=int):
            cure = f". Bring them to that shape: labels.reshape({wanted})"
        raise LabelError(f"{what} of shape {shape} need labels of shape {wanted}; the labels have {labels.shape}{cure}")
    in_range = (labels >= 0) & (labels < classes)
    if ignore_index is not None:
        in_range |= labels == ignore_index
    if not in_range.all():
        _refuse_out_of_range(labels, in_range, classes, what)
    return labels


def _refuse_out_of_range(labels: Array, in_range: Any, classes: int, what: str) -> None:
    position = np.unravel_index(int(np.argmin(in_range)), labels.shape)
    where = "" if not position else f" at position {position[0] if len(position) == 1 else tuple(map(int, position))}"
    message = (
        f"label {labels[position]}{where} is out of range: {what} have {classes} classes, "
        f"so labels go from 0 to {classes - 1}."
    )
    if labels.min() >= 1 and labels.max() == classes:
        message += " If your labels start at 1, subtract 1."
    raise LabelError(message)
