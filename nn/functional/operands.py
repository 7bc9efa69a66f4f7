"""What losses share: their operands brought together, their reduction."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd_lite as ag
from nn.errors import ArgumentError, ShapeError


def check_reduction(reduction: str) -> None:
    """Raise an error that lists the choices if the reduction is none of them."""
    if reduction not in ("mean", "sum", "none"):
        raise ArgumentError(f"reduction={reduction!r} is not one of 'mean', 'sum', 'none'")


def reduced(loss: Any, reduction: str) -> Any:
    """The losses of the single entries, reduced."""
    if reduction == "mean":
        return loss.mean()
    return loss.sum() if reduction == "sum" else loss


def as_array(values: Any) -> Any:
    """The operand as it is if it is a Tensor or an array, otherwise as an array."""
    return values if isinstance(values, (np.ndarray, ag.Tensor)) else np.asarray(values)


def as_type_of(input: Any, values: Any) -> Any:
    """The operand in the dtype of a floating-point input: float64 targets do not promote float32 predictions."""
    values = as_array(values)
    return values.astype(input.dtype) if input.dtype.kind == "f" and values.dtype != input.dtype else values


def matched(input: Any, target: Any, function: str) -> tuple[Any, Any]:
    """Prediction and target as arrays or Tensors of one shape and dtype."""
    input = as_array(input)
    target = as_type_of(input, target)
    if input.shape == target.shape:
        return input, target
    message = f"{function}: the prediction has shape {input.shape} and the target has shape {target.shape}. "
    try:
        broadcast = np.broadcast_shapes(input.shape, target.shape)
        message += f"Broadcasting them to {broadcast} would compare predictions with targets that are not theirs. "
    except ValueError:
        pass
    if input.size == target.size:
        message += f"Bring them to one shape, for example with target.reshape({input.shape})"
    else:
        message += "A loss needs one target for each prediction"
    raise ShapeError(message)


def weighted(loss: Any, weight: Any) -> Any:
    """The losses of the single entries, each times its weight."""
    if weight is None:
        return loss
    weight = as_type_of(loss, weight)
    try:
        fits = np.broadcast_shapes(loss.shape, weight.shape) == loss.shape
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"a weight of shape {weight.shape} does not broadcast to losses of shape {loss.shape}")
    return loss * weight
