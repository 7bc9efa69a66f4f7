"""Reverse-mode automatic differentiation of NumPy code: build a network, see its graph, check a hand-derived gradient.

>>> import numpy as np
>>> import autograd_lite as ag
>>> x = ag.Tensor([1.0, 2.0], requires_grad=True)
>>> np.sum(np.exp(x) * x).backward()
>>> x.grad
array([ 5.43656366, 22.1671683 ])
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from autograd_lite import errors
from autograd_lite.anomaly import detect_anomaly
from autograd_lite.checkpointing import checkpoint
from autograd_lite.custom import primitive
from autograd_lite.drawing import draw
from autograd_lite.modes import enable_grad, is_grad_enabled, no_grad
from autograd_lite.registry import defvjp
from autograd_lite.tensor import Tensor
from autograd_lite.transforms import elementwise_grad, grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp

if _TYPE_CHECKING:
    from autograd_lite.checking import Comparison, Finding, Report, check_backward, check_grads, check_step
    from autograd_lite.derivation import derive
    from autograd_lite.lifting import lift
    from autograd_lite.source import to_source
    from autograd_lite.tracing import trace

__version__ = "0.1.0"

#: What most programs do without is imported when it is first asked for.
_LATE = {
    **dict.fromkeys(("Comparison", "Finding", "Report", "check_backward", "check_grads", "check_step"), "checking"),
    "derive": "derivation",
    "lift": "lifting",
    "to_source": "source",
    "trace": "tracing",
}


def __getattr__(name: str) -> _Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(_import_module(f"{__name__}.{_LATE[name]}"), name)
    return value


def __dir__() -> list[str]:
    return [*globals(), *_LATE]


__all__ = [
    "Comparison",
    "Finding",
    "Report",
    "Tensor",
    "__version__",
    "check_backward",
    "check_grads",
    "check_step",
    "checkpoint",
    "defvjp",
    "derive",
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
    "lift",
    "no_grad",
    "primitive",
    "to_source",
    "trace",
    "value_and_grad",
    "vjp",
]
