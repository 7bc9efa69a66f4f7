"""Adam, and its variant with decoupled weight decay."""

from __future__ import annotations

import math

import numpy as np

import autograd_lite as ag
from nn.errors import ArgumentError
from nn.optim.optimizer import Group, Optimizer, Parameters, State
from nn.types import Array


class Adam(Optimizer):
    """Steps of about the same size in each entry, by running means of the gradient and of its square.

    ``m`` and ``v`` being these means, corrected for their start at 0: ``p -= lr * m / (sqrt(v) + eps)`` (Kingma and
    Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1). These are PyTorch's formulas.

    Parameters
    ----------
    params
        The Tensors to change, or groups of them.
    lr
        The learning rate: about the size of a step; not negative. Default: 0.001.
    betas
        How much of the running means of the gradient and of its square is kept in a step, each in [0, 1). Default:
        0.9, 0.999.
    eps
        Added to the denominator, so that it is not 0. Default: 1e-8.
    weight_decay
        The factor of an L2 penalty: ``weight_decay * p`` is added to the gradient. Default: 0.
    amsgrad
        Use the largest ``v`` so far (Reddi, Kale and Kumar 2018). Default: False.

    Raises
    ------
    ArgumentError
        An option is negative, or a beta is not in [0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> w = nn.Parameter([1.0, 2.0])
    >>> optimizer = nn.optim.Adam([w], lr=0.1)
    >>> np.sum(w**2).backward()
    >>> optimizer.step()
    >>> w.data
    array([0.9, 1.9])
    """

    #: Whether weight decay shrinks the parameter itself, rather than adding to the gradient.
    decoupled = False

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
    ) -> None:
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
        super().__init__(params, options)

    def check_options(self, group: Group) -> None:
        """Raise an error if an option has a value that makes no sense."""
        super().check_options(group)
        betas = group["betas"]
        if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ArgumentError(f"betas must be two numbers from 0 to below 1, not {betas!r}")

    def update(self, parameter: ag.Tensor, gradient: Array, group: Group, state: State) -> None:
        """Change one parameter."""
        lr = group["lr"]
        beta1, beta2 = group["betas"]
        if decay := group["weight_decay"]:
            if self.decoupled:
                parameter.data *= 1 - lr * decay
            else:
                gradient = gradient + decay * parameter.data
        if not state:
            state["step"] = 0
            state["exp_avg"] = np.zeros_like(gradient)
            state["exp_avg_sq"] = np.zeros_like(gradient)
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = np.zeros_like(gradient)
        state["step"] += 1
        mean, square = state["exp_avg"], state["exp_avg_sq"]
        mean += (1 - beta1) * (gradient - mean)
        square *= beta2
        square += (1 - beta2) * (gradient * gradient)
        if group["amsgrad"]:
            square = np.maximum(state["max_exp_avg_sq"], square, out=state["max_exp_avg_sq"])
        denominator = np.sqrt(square) / math.sqrt(1 - beta2 ** state["step"]) + group["eps"]
        parameter.data -= (lr / (1 - beta1 ** state["step"])) * (mean / denominator)


class AdamW(Adam):
    """`Adam` whose weight decay shrinks the parameters themselves: ``p *= 1 - lr * weight_decay`` before each step.

    From Loshchilov and Hutter, "Decoupled weight decay regularization", 2019. The parameters are those of `Adam`, but
    that `weight_decay` is 0.01 by default.

    Examples
    --------
    >>> import nn
    >>> nn.optim.AdamW([nn.Parameter([1.0])]).defaults["weight_decay"]
    0.01
    """

    decoupled = True

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)
