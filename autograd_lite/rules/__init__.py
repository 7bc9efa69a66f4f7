"""The table of calculus: a rule for every argument of every differentiable function, a file a chapter of the manual.

A rule takes the cotangent ``g`` of the answer, then by name what it reads: the answer ``ans``, arguments, or only their
shapes (``x_shape``). It is written in NumPy calls, operators and methods, so that it also runs on Tensors, for higher
derivatives.
"""

from autograd_lite.rules import (
    constants,
    creation,
    elementwise,
    fft,
    functional,
    indexing,
    linalg,
    mathematics,
    polynomials,
    products,
    reductions,
    sets,
    shapes,
    sorting,
    special,
    statistics,
    ufunc_methods,
    windows,
)

__all__ = [
    "constants",
    "creation",
    "elementwise",
    "fft",
    "functional",
    "indexing",
    "linalg",
    "mathematics",
    "polynomials",
    "products",
    "reductions",
    "sets",
    "shapes",
    "sorting",
    "special",
    "statistics",
    "ufunc_methods",
    "windows",
]
