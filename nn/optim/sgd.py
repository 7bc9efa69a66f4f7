"""Gradient descent, with momentum."""

from __future__ import annotations

import autograd_lite as ag
from nn.errors import ArgumentError
from nn.optim.optimizer import Group, Optimizer, Parameters, State
from nn.types import Array


class SGD(Optimizer):
    """(Stochastic) gradient descent: ``p -= lr * g``.

    With momentum, the step is along ``v = momentum * v + (1 - dampening) * g`` instead (Polyak 1964), or with
    `nesterov` along ``g + momentum * v`` (Sutskever, Martens, Dahl and Hinton 2013). The first ``v`` is ``g``. These
    are PyTorch's formulas.

    Parameters
    ----------
    params
        The Tensors to change, or groups of them.
    lr
        The learning rate; not negative. Default: 0.001.
    momentum
        How much of the last direction is kept, 0 (the default) to 1.
    dampening
        How much of the gradient is left out of the direction. Default: 0.
    weight_decay
        The factor of an L2 penalty: ``weight_decay * p`` is added to the gradient. Default: 0.
    nesterov
        Look ahead along the new direction. Default: False.

    Raises
    ------
    ArgumentError
        An option is negative, or `nesterov` lacks its momentum.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> w = nn.Parameter([1.0, 2.0])
    >>> optimizer = nn.optim.SGD([w], lr=0.1)
    >>> np.sum(w**2).backward()
    >>> optimizer.step()
    >>> w.data
    array([0.8, 1.6])
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        options = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov
        }  # fmt: skip
        super().__init__(params, options)

    def check_options(self, group: Group) -> None:
        """Raise an error if an option has a value that makes no sense."""
        super().check_options(group)
        if group["nesterov"] and (group["momentum"] <= 0 or group["dampening"] != 0):
            raise ArgumentError("nesterov=True needs a momentum above 0 and a dampening of 0")

    def update(self, parameter: ag.Tensor, gradient: Array, group: Group, state: State) -> None:
        """Change one parameter."""
        direction = gradient
        if group["weight_decay"]:
            direction = direction + group["weight_decay"] * parameter.data
        if momentum := group["momentum"]:
            velocity = state.get("momentum_buffer")
            if velocity is None:
                velocity = direction.copy()
            else:
                velocity = momentum * velocity + (1 - group["dampening"]) * direction
            state["momentum_buffer"] = velocity
            direction = direction + momentum * velocity if group["nesterov"] else velocity
        parameter.data -= group["lr"] * direction
