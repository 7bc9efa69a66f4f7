"""Functions of each entry: arithmetic, powers and logarithms, trigonometry, extrema, `where` and `clip`.

Special points: `maximum`, `minimum`, `fmax` and `fmin` share a tie evenly; `absolute` and `hypot` have derivative 0 at
0; `clip` has 1 at a bound; `modf` has 0 at infinity; `heaviside` has its second argument at 0; ``x**0`` has 0
everywhere, and ``0**y`` has 0 with respect to y.

Complex numbers: the rule of a holomorphic function is that of calculus. The others, which look at the parts, the size
or the direction of a number, have the cotangent c = dL/dRe - i dL/dIm in mind. `sign` and `angle` have derivative 0 at
0. Extrema and `clip` choose by NumPy's order (real parts first), and on a branch cut a derivative belongs to the side
that the value is on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd_lite.registry import (
    call_part,
    declare,
    defcomposition,
    defconstant_on_reals,
    defconstant_part,
    defview,
    defvjp,
)
from autograd_lite.rules.indexing import as_number

# -- arithmetic --------------------------------------------------------------------------------------------------------

defvjp(np.add,          x1=lambda g: g,
                        x2=lambda g: g)
defvjp(np.subtract,     x1=lambda g: g,
                        x2=lambda g: -g)
defvjp(np.multiply,     x1=lambda g, x2: g * x2,
                        x2=lambda g, x1: g * x1)
defvjp(np.divide,       x1=lambda g, x2: g / x2,
                        x2=lambda g, ans, x2: -g * ans / x2)
defvjp(np.remainder,    x1=lambda g: g,
                        x2=lambda g, x1, x2: -g * np.floor_divide(x1, x2))
defvjp(np.fmod,         x1=lambda g: g,
                        x2=lambda g, x1, x2: -g * np.trunc(x1 / x2))
defcomposition(np.divmod, lambda x1, x2: (np.floor_divide(x1, x2), np.remainder(x1, x2)))
defvjp(np.negative,     x=lambda g: -g)
defvjp(np.positive,     x=lambda g: g)
defvjp(np.reciprocal,   x=lambda g, ans: -g * ans * ans)
defvjp(np.square,       x=lambda g, x: g * 2 * x)
defvjp(np.nan_to_num,   x=lambda g, x: g * np.isfinite(x))
defvjp(np.absolute,     x=lambda g, ans, x: g * direction(x, ans))
defvjp(np.fabs,         x=lambda g, x: g * np.sign(x))
defvjp(np.copysign,     x1=lambda g, x1, x2: g * np.sign(x1) * np.where(np.signbit(x2), -1, 1),
                        x2=lambda g: g * 0)
defvjp(np.nextafter,    x1=lambda g: g,
                        x2=lambda g: g * 0)
defvjp(np.degrees,      x=lambda g: g * (180 / np.pi))
defvjp(np.rad2deg,      x=lambda g: g * (180 / np.pi))
defvjp(np.radians,      x=lambda g: g * (np.pi / 180))
defvjp(np.deg2rad,      x=lambda g: g * (np.pi / 180))

# -- powers, exponentials, logarithms ----------------------------------------------------------------------------------

defvjp(np.power,        x1=lambda g, x1, x2: g * _slope_in_base(x1, x2),
                        x2=lambda g, ans, x1: g * ans * np.log(_base(x1, ans)))
defvjp(np.float_power,  x1=lambda g, x1, x2: g * _slope_in_base(x1, x2),
                        x2=lambda g, ans, x1: g * ans * np.log(_base(x1, ans)))
defvjp(np.sqrt,         x=lambda g, ans: g * 0.5 / ans)
defvjp(np.cbrt,         x=lambda g, ans: g / (3 * ans * ans))
defvjp(np.exp,          x=lambda g, ans: g * ans)
defvjp(np.exp2,         x=lambda g, ans: g * ans * np.log(2.0))
defvjp(np.expm1,        x=lambda g, ans: g * (ans + 1))
defvjp(np.log,          x=lambda g, x: g / x)
defvjp(np.log2,         x=lambda g, x: g / (x * np.log(2.0)))
defvjp(np.log10,        x=lambda g, x: g / (x * np.log(10.0)))
defvjp(np.log1p,        x=lambda g, x: g / (1 + x))
defvjp(np.logaddexp,    x1=lambda g, ans, x1: g * np.exp(_minus(x1, ans)),
                        x2=lambda g, ans, x2: g * np.exp(_minus(x2, ans)))
defvjp(np.logaddexp2,   x1=lambda g, ans, x1: g * np.exp2(_minus(x1, ans)),
                        x2=lambda g, ans, x2: g * np.exp2(_minus(x2, ans)))
defvjp(np.hypot,        x1=lambda g, ans, x1: g * (x1 / _nonzero(ans)),
                        x2=lambda g, ans, x2: g * (x2 / _nonzero(ans)))

defvjp(np.ldexp,        x1=lambda g, x2: np.ldexp(g, x2))

# -- trigonometric and hyperbolic functions ----------------------------------------------------------------------------

defvjp(np.sin,          x=lambda g, x: g * np.cos(x))
defvjp(np.cos,          x=lambda g, x: -g * np.sin(x))
defvjp(np.tan,          x=lambda g, ans: g * (1 + ans * ans))
defvjp(np.arcsin,       x=lambda g, x: g / np.sqrt(_one_minus(x * x)))
defvjp(np.arccos,       x=lambda g, x: -g / np.sqrt(_one_minus(x * x)))
defvjp(np.arctan,       x=lambda g, x: g / (1 + x * x))
defvjp(np.arctan2,      x1=lambda g, x1, x2: g * x2 / (x1 * x1 + x2 * x2),
                        x2=lambda g, x1, x2: -g * x1 / (x1 * x1 + x2 * x2))
defvjp(np.sinh,         x=lambda g, x: g * np.cosh(x))
defvjp(np.cosh,         x=lambda g, x: g * np.sinh(x))
defvjp(np.tanh,         x=lambda g, ans: g * (1 - ans * ans))
defvjp(np.arcsinh,      x=lambda g, x: g / np.sqrt(_plus_one(x * x)))
defvjp(np.arccosh,      x=lambda g, x: g / (np.sqrt(x - 1) * np.sqrt(_plus_one(x))))
defvjp(np.arctanh,      x=lambda g, x: g / (1 - x * x))

# -- choices -----------------------------------------------------------------------------------------------------------

defvjp(np.maximum,      x1=lambda g, x1, x2: g * _share(x1 > x2, x1 == x2),
                        x2=lambda g, x1, x2: g * _share(x2 > x1, x1 == x2))
defvjp(np.minimum,      x1=lambda g, x1, x2: g * _share(x1 < x2, x1 == x2),
                        x2=lambda g, x1, x2: g * _share(x2 < x1, x1 == x2))
defvjp(np.fmax,         x1=lambda g, x1, x2: g * _share((x1 > x2) | np.isnan(x2), x1 == x2),
                        x2=lambda g, x1, x2: g * _share((x2 > x1) | np.isnan(x1), x1 == x2))
defvjp(np.fmin,         x1=lambda g, x1, x2: g * _share((x1 < x2) | np.isnan(x2), x1 == x2),
                        x2=lambda g, x1, x2: g * _share((x2 < x1) | np.isnan(x1), x1 == x2))
declare(np.nan_to_num, shape="broadcast")
declare(np.where, parameters="condition x y", shape="broadcast")
defcomposition(np.where, lambda condition, *given, **named:
                             NotImplemented if given or named else np.nonzero(condition))
defvjp(np.where,        x=lambda g, condition: np.where(condition, g, 0),
                        y=lambda g, condition: np.where(condition, 0, g))
declare(np.clip, parameters="a a_min= a_max= out= min= max=", shape="broadcast")
defvjp(np.clip,         a=lambda g, a, a_min, a_max, min, max: _kept_inside(g, a, a_min, a_max, min, max),
                        a_min=lambda g, a, a_min, a_max: np.where(_clipped(a, a_min, a_max) < 0, g, 0),
                        a_max=lambda g, a, a_min, a_max: np.where(_clipped(a, a_min, a_max) > 0, g, 0),
                        min=lambda g, a, min, max: np.where(_clipped(a, min, max) < 0, g, 0),
                        max=lambda g, a, min, max: np.where(_clipped(a, min, max) > 0, g, 0))

# -- in parts ----------------------------------------------------------------------------------------------------------

_frexp_constant = defconstant_part(np.frexp)
_heaviside_constant = defconstant_part(np.heaviside)
defcomposition(np.frexp,     lambda x: _mantissa_and_exponent(x))
defcomposition(np.modf,      lambda x: (np.fmod(np.where(np.isinf(x), 0, x), 1), np.trunc(x)))
defcomposition(np.heaviside, lambda x1, x2: _heaviside(x1, x2))

# -- complex numbers ---------------------------------------------------------------------------------------------------

defvjp(np.conjugate,    x=lambda g: np.conjugate(g))
defview(np.real,        val=lambda g: g)
defview(np.imag,        val=lambda g: g * -1j)
defvjp(np.angle,        z=lambda g, z, deg: g * _turning(z) * (180 / np.pi if deg else 1))
defconstant_on_reals(np.sign,
                        x=lambda g, ans, x: 1j * np.conjugate(ans) * np.imag(g * ans) / _nonzero(np.absolute(x)))


def _mantissa_and_exponent(x: Any) -> Any:
    exponent = call_part(_frexp_constant, x)[1]
    return np.ldexp(x, -exponent), exponent


def _heaviside(x1: Any, x2: Any) -> Any:
    """A step, constant but for its value at 0, which is x2."""
    if not getattr(x2, "requires_grad", False):
        return call_part(_heaviside_constant, x1, x2)
    ans = np.where(np.equal(x1, 0), x2, call_part(_heaviside_constant, x1, 0))  # x1 may be a list
    return as_number(ans)


def _nonzero(x: Any) -> Any:
    """X with ones for zeros: where what is multiplied with it is 0 and the answer must be 0, not NaN."""
    return np.where(x == 0, 1, x) if _anywhere(x == 0) else x


def direction(x: Any, magnitude: Any) -> Any:
    """The derivative of abs: the sign, or conj(x) / abs(x) for complex x; 0 at 0."""
    if x.dtype.kind == "c":
        return np.conjugate(x) / _nonzero(magnitude)
    return np.sign(x)


def _slope_in_base(x1: Any, x2: Any) -> Any:
    """x2 * x1**(x2 - 1), which is 0 where x2 is 0, also at x1 = 0."""
    if np.all(x2 != 0):
        return x2 * x1 ** (x2 - 1)
    return np.where(x2 == 0, 0, x2 * x1 ** np.where(x2 == 0, 1, x2 - 1))


def _base(x1: Any, ans: Any) -> Any:
    """The base to take the logarithm of: complex where the power is, and 1 for 0."""
    x1 = _nonzero(x1)
    return x1 + 0j if ans.dtype.kind == "c" and not np.iscomplexobj(x1) else x1


def _turning(z: Any) -> Any:
    """The derivative of the angle, the imaginary part of log(z): -1j / z; 0 at 0."""
    return np.where(z == 0, 0, -1j / _nonzero(z)) if np.any(z == 0) else -1j / z


# Added to a complex number, 1 has an imaginary part +0, which makes +0 of -0; subtracted, it leaves the sign of a zero,
# and that says on which side of a branch cut the number is.


def _one_minus(y: Any) -> Any:
    return -(y - 1) if y.dtype.kind == "c" else 1 - y


def _plus_one(y: Any) -> Any:
    return y - (-1) if y.dtype.kind == "c" else y + 1


def _minus(x: Any, ans: Any) -> Any:
    """X - ans, with 0 where both are the same infinity."""
    if not np.any(np.isinf(ans)):
        return x - ans
    same = x == ans
    return np.where(same, 0, x) - np.where(same, 0, ans)


def _share(wins: Any, ties: Any) -> Any:
    """1 where an operand wins, 1/2 on a tie."""
    return np.where(ties, 0.5, wins) if _anywhere(ties) else wins


def _anywhere(condition: Any) -> Any:
    """Whether a condition holds somewhere. Traced, the rule is recorded for inputs where it does as well."""
    return True if hasattr(condition, "requires_grad") else np.any(condition)


def _kept_inside(g: Any, a: Any, low: Any, high: Any, min: Any, max: Any) -> Any:
    """G where no bound decides; where they are crossed one always does."""
    low, high = (low if min is None else min), (high if max is None else max)
    outside = [a < low] if low is not None else []
    outside += [a > high] if high is not None else []
    return np.where(outside[0] if len(outside) == 1 else outside[0] | outside[1], 0, g) if outside else g


def _clipped(a: Any, low: Any, high: Any, min: Any = None, max: Any = None) -> Any:
    """-1 where the lower bound decides, 1 where the upper one does, 0 between and at the bounds."""
    low, high = (low if min is None else min), (high if max is None else max)
    below = False if low is None else a < low
    inside = a if low is None else np.maximum(a, low)
    above = False if high is None else inside > high
    return np.where(above, 1, np.where(below, -1, 0))
