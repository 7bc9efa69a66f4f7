"""Schedulers: the learning rate as a function of the number of epochs.

Each computes the rate from the one that the optimizer had at the start and from the number of epochs since, so that it
can be stopped, saved and continued. ``step()`` is called once an epoch, after the optimizer's steps.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from nn.errors import ArgumentError, ArgumentTypeError
from nn.optim.optimizer import Optimizer


class LRScheduler(ABC):
    """Base class of all schedulers. A subclass defines `rate`.

    Parameters
    ----------
    optimizer
        Whose learning rates to set.

    Attributes
    ----------
    base_lrs
        The learning rate of each group at the start.
    last_epoch
        The number of epochs so far.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not isinstance(optimizer, Optimizer):
            raise ArgumentTypeError(f"a scheduler takes an Optimizer, not {type(optimizer).__name__}")
        self.optimizer = optimizer
        self.base_lrs: list[float] = [group["lr"] for group in optimizer.param_groups]
        self.last_epoch = 0
        self._apply()

    @abstractmethod
    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate after a number of epochs, for one that was `base` at the start."""

    def step(self) -> None:
        """Count an epoch, and set the learning rates."""
        self.last_epoch += 1
        self._apply()

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return the number of epochs and the learning rates at the start."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` returned."""
        self.last_epoch = state_dict["last_epoch"]
        self.base_lrs = list(state_dict["base_lrs"])
        self._apply()

    def _apply(self) -> None:
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = self.rate(base, self.last_epoch)


class StepLR(LRScheduler):
    """Multiplies the learning rate by `gamma` every `step_size` epochs.

    Parameters
    ----------
    optimizer
        Whose learning rates to set.
    step_size
        The number of epochs between changes; positive.
    gamma
        The factor. Default: 0.1.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter([1.0])], lr=1.0)
    >>> scheduler = nn.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for epoch in range(4):
    ...     scheduler.step()
    >>> scheduler.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        if step_size < 1:
            raise ArgumentError(f"step_size must be a positive number of epochs, not {step_size!r}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        """Return ``base * gamma ** (epoch // step_size)``."""
        return base * self.gamma ** (epoch // self.step_size)


class ExponentialLR(LRScheduler):
    """Multiplies the learning rate by `gamma` every epoch.

    Parameters
    ----------
    optimizer
        Whose learning rates to set.
    gamma
        The factor.
    """

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        """Return ``base * gamma ** epoch``."""
        return base * self.gamma**epoch


class CosineAnnealingLR(LRScheduler):
    """Lowers the learning rate along half a cosine wave, to `eta_min` after `T_max` epochs, and then raises it again.

    From Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017, equation 5, without
    restarts.

    Parameters
    ----------
    optimizer
        Whose learning rates to set.
    T_max
        The number of epochs to the lowest rate; positive.
    eta_min
        The lowest rate. Default: 0.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        if T_max < 1:
            raise ArgumentError(f"T_max must be a positive number of epochs, not {T_max!r}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer)

    def rate(self, base: float, epoch: int) -> float:
        """Return ``eta_min + (base - eta_min) * (1 + cos(pi * epoch / T_max)) / 2``."""
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * epoch / self.T_max)) / 2
