"""The exceptions of `nn`: each also is the built-in exception that a Python programmer would expect."""

from __future__ import annotations

from autograd_lite.errors import AutogradError
from nn.history import History


class ArgumentError(AutogradError, ValueError):
    """An argument has a value that makes no sense: an unknown reduction, a negative learning rate."""


class ArgumentTypeError(AutogradError, TypeError):
    """An argument is not the kind of thing that is needed: a list where a Module belongs."""


class ShapeError(AutogradError, ValueError):
    """Arrays that belong together have shapes that do not fit."""


class LabelError(AutogradError, ValueError, IndexError):
    """Class labels that are out of range, not integers, or not one for each row of logits."""


class ModuleError(AutogradError, TypeError):
    """A Module is put together in a way that would leave parameters out of its training."""


class StateDictError(AutogradError, RuntimeError):
    """A state_dict does not fit what it is loaded into; nothing was changed."""


class TrainingError(AutogradError, ArithmeticError):
    """Training met NaN or infinity, and stopped before the step that would have spoiled the parameters.

    Attributes
    ----------
    history
        What was measured up to then.
    epoch, batch
        Where it happened, counted from 1.
    """

    def __init__(self, message: str, history: History, epoch: int, batch: int) -> None:
        super().__init__(message)
        self.history = history
        self.epoch = epoch
        self.batch = batch
