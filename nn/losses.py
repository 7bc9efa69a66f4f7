"""Losses as Modules: `nn.functional`'s, with their options set once."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn import functional
from nn.functional.operands import check_reduction
from nn.module import Module
from nn.types import Reduction


class _Loss(Module):
    def __init__(self, reduction: Reduction = "mean") -> None:
        check_reduction(reduction)
        self.reduction = reduction

    def extra_repr(self) -> str:
        """Return the reduction, if it is not the mean."""
        return "" if self.reduction == "mean" else f"reduction={self.reduction!r}"


class _WeightedLoss(_Loss):
    weight: Any

    def __init__(self, weight: Any = None, reduction: Reduction = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight if weight is None else np.asarray(weight))


class MSELoss(_Loss):
    """The squared error: see `nn.functional.mse_loss`.

    Parameters
    ----------
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> nn.MSELoss()(np.array([1.0, 2.0]), np.array([1.0, 4.0])).item()
    2.0
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of predictions and targets of one shape."""
        return functional.mse_loss(input, target, self.reduction)


class L1Loss(_Loss):
    """The absolute error: see `nn.functional.l1_loss`."""

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of predictions and targets of one shape."""
        return functional.l1_loss(input, target, self.reduction)


class HuberLoss(_Loss):
    """Squared for small errors, absolute for large ones: see `nn.functional.huber_loss`."""

    def __init__(self, reduction: Reduction = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        self.delta = delta

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of predictions and targets of one shape."""
        return functional.huber_loss(input, target, self.reduction, self.delta)


class BCELoss(_WeightedLoss):
    """The binary cross-entropy of probabilities: see `nn.functional.binary_cross_entropy`.

    Parameters
    ----------
    weight
        A factor for each entry, of a shape that broadcasts to the input's. Default: 1.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.
    """

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of probabilities and targets of one shape."""
        return functional.binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(_WeightedLoss):
    """The binary cross-entropy of scores: see `nn.functional.binary_cross_entropy_with_logits`.

    Parameters
    ----------
    weight
        A factor for each entry, of a shape that broadcasts to the input's. Default: 1.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.
    pos_weight
        A factor for the positive part. Default: 1.
    """

    pos_weight: Any

    def __init__(self, weight: Any = None, reduction: Reduction = "mean", pos_weight: Any = None) -> None:
        super().__init__(weight, reduction)
        self.register_buffer("pos_weight", pos_weight if pos_weight is None else np.asarray(pos_weight))

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores and targets of one shape."""
        return functional.binary_cross_entropy_with_logits(input, target, self.weight, self.reduction, self.pos_weight)


class NLLLoss(_WeightedLoss):
    """The negative log-likelihood of class labels: see `nn.functional.nll_loss`.

    Parameters
    ----------
    weight
        A factor for each class. Default: 1.
    ignore_index
        The label that counts for nothing. Default: -100.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.
    """

    def __init__(self, weight: Any = None, ignore_index: int = -100, reduction: Reduction = "mean") -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of log-probabilities (N, C) and labels (N,)."""
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class CrossEntropyLoss(_WeightedLoss):
    """The cross-entropy of scores and class labels or probabilities: see `nn.functional.cross_entropy`.

    Parameters
    ----------
    weight
        A factor for each class. Default: 1.
    ignore_index
        The label that counts for nothing. Default: -100.
    reduction
        ``"mean"`` (the default), ``"sum"`` or ``"none"``.
    label_smoothing
        The share, from 0 to 1, that is moved from the label to all classes alike. Default: 0.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> nn.CrossEntropyLoss()(np.array([[0.0, 0.0]]), np.array([1])).item()
    0.6931471805599453
    """

    def __init__(
        self,
        weight: Any = None,
        ignore_index: int = -100,
        reduction: Reduction = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, reduction)
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing

    def forward(self, input: Any, target: Any) -> Any:
        """Return the loss of scores (N, C) and labels (N,) or probabilities (N, C)."""
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )
