"""The exceptions of the library.

Each derives from `AutogradError` and from the built-in exception that a Python programmer would expect, so that both
``except ag.errors.AutogradError`` and ``except TypeError`` work. Errors of NumPy itself pass through unchanged, with a
note that lists the operands.
"""

from __future__ import annotations


class AutogradError(Exception):
    """Base class of everything that the library itself refuses."""


class MissingRuleError(AutogradError, NotImplementedError):
    """A function was called on a Tensor that requires a gradient, and no derivative rule is known for it."""


class RuleError(AutogradError, RuntimeError):
    """A derivative rule is written wrongly: unknown argument names, or a result of the wrong shape."""


class NotScalarError(AutogradError, ValueError):
    """`backward` was called on a Tensor of more than one entry without saying which gradient to start from."""


class GradientShapeError(AutogradError, ValueError):
    """A gradient was given whose shape differs from that of the value it belongs to."""


class GradientDtypeError(AutogradError, TypeError):
    """Something that has no derivative (integers, booleans, strings) was asked to carry a gradient."""


class DataError(AutogradError, ValueError):
    """The data of a Tensor were to be replaced by an array of another shape or dtype."""


class NoGraphError(AutogradError, RuntimeError):
    """`backward` was called on a Tensor that does not depend on anything that requires a gradient."""


class FreedGraphError(AutogradError, RuntimeError):
    """A second backward pass went through a graph that the first one has freed."""


class ConversionError(AutogradError, TypeError):
    """A Tensor that is being differentiated would have become a plain array or number, and lost its gradient."""


class UnsupportedCallError(AutogradError, TypeError):
    """A NumPy call that the library can not record, such as one that writes into a plain array (`out=`)."""


class InPlaceError(AutogradError, RuntimeError):
    """A Tensor was to be changed in place where its gradient would be lost, or was changed after it was recorded."""


class AnomalyError(AutogradError, FloatingPointError):
    """Under `detect_anomaly`, a value or a gradient was not finite."""


class CheckpointError(AutogradError, RuntimeError):
    """A checkpointed function can not be run again to the same result."""


class GradientCheckError(AutogradError, AssertionError):
    """Gradients differ from the reference. The message is the page that shows where and by how much."""


class UndecidedGradientError(GradientCheckError):
    """A gradient could not be checked: the function's values are too noisy, or random, or not finite."""


class LiftingError(AutogradError, TypeError):
    """A person's function did something that can not be followed when it runs on Tensors (see `lift`)."""


class RenderingError(AutogradError, RuntimeError):
    """No Graphviz program or library was found to turn a graph into a picture."""


class DrawingError(AutogradError, ValueError):
    """A graph can not be drawn as asked: it is too large, or a name or a shape does not fit it."""


class DerivationError(AutogradError, RuntimeError):
    """A derivation could not be written, or a tidied form of it was found to differ from the graph: a bug."""
