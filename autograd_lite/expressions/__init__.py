"""The graph as readable, editable, evaluable lines; the algebra that tidies them."""

from autograd_lite.expressions.outlines import Line, Outline
from autograd_lite.expressions.programs import Adjoint, Contribution, Program, Statement
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term

__all__ = [
    "Adjoint",
    "Call",
    "Constant",
    "Contribution",
    "Group",
    "Line",
    "Name",
    "Outline",
    "Program",
    "Statement",
    "Term",
]
