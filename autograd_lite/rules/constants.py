"""Functions whose result does not change with small changes of their arguments: they give plain arrays.

Comparisons, tests, roundings, positions and counts; and what only looks at an array's shape or type.
"""

from __future__ import annotations

import numpy as np

from autograd_lite.registry import defconstant

# Comparisons, logic, bits
defconstant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
defconstant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
defconstant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift)
defconstant(np.bitwise_count, np.gcd, np.lcm)
defconstant(np.isnan, np.isnat, np.isinf, np.isfinite, np.isposinf, np.isneginf, np.signbit)
defconstant(np.isclose, np.allclose, np.array_equal, np.array_equiv)
defconstant(np.all, np.any)

# Roundings
defconstant(np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around, np.floor_divide, np.spacing)
# For np.sign and np.heaviside see elementwise

# Positions and counts
defconstant(np.argmax, np.argmin, np.argsort, np.argpartition, np.argwhere)
defconstant(np.flatnonzero, np.nonzero, np.count_nonzero)
defconstant(np.nanargmax, np.nanargmin, np.searchsorted, np.lexsort, np.linalg.matrix_rank)

# Shapes and types
defconstant(np.diag_indices_from, np.tril_indices_from, np.triu_indices_from)
defconstant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type, np.common_type)
defconstant(np.iscomplexobj, np.isrealobj, np.iscomplex, np.isreal, np.may_share_memory, np.shares_memory)
defconstant(np.zeros_like, np.ones_like, np.empty_like)
defconstant(np.array_repr, np.array_str, np.array2string)
