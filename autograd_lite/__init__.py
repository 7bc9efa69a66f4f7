"""Reverse-mode automatic differentiation of NumPy code: build a network, see its graph, check a hand-derived gradient.

>>> import numpy as np
>>> import autograd_lite as ag
>>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
>>> np.sum(np.exp(x) * x).backward()
>>> x.grad
array([ 5.43656366, 22.1671683 ])
"""

from autograd_lite import errors
from autograd_lite.anomaly import detect_anomaly
from autograd_lite.checking import Comparison, Finding, Report, check_backward, check_grads
from autograd_lite.checkpointing import checkpoint
from autograd_lite.custom import primitive
from autograd_lite.drawing import draw
from autograd_lite.modes import enable_grad, is_grad_enabled, no_grad
from autograd_lite.registry import defvjp
from autograd_lite.tensor import Tensor
from autograd_lite.transforms import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Finding",
    "Report",
    "Tensor",
    "__version__",
    "check_backward",
    "check_grads",
    "checkpoint",
    "defvjp",
    "detect_anomaly",
    "draw",
    "elementwise_grad",
    "enable_grad",
    "errors",
    "grad",
    "hessian",
    "hvp",
    "is_grad_enabled",
    "jacobian",
    "jvp",
    "no_grad",
    "primitive",
    "value_and_grad",
    "vjp",
]
