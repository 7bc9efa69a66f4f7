"""The special functions of SciPy, which are ufuncs. SciPy is not imported for them: see `late_table`.

Special points: where x is 0, ``xlogy`` and ``xlog1py`` are 0 whatever y is, so their derivative with respect to y is 0,
also at y = 0 (y = -1 for xlog1py), where it would be 0/0; with respect to x it is log(y), but 0 where that would be
log(0), as in PyTorch, so that an entry of probability 0 sends nothing back. ``logit`` has an infinite derivative at 0
and 1, and so have ``entr``, ``rel_entr`` and ``kl_div`` with respect to x at 0. ``i0e`` and ``i1e`` count abs(x), where
they contain it, as having derivative 0 at 0.

The incomplete gamma and beta functions have rules for their last argument only, and the derivatives of ``psi`` are real
functions: a second derivative of a complex ``loggamma`` raises.
"""

from __future__ import annotations

from math import log, pi, sqrt
from types import ModuleType
from typing import Any

import numpy as np

from autograd_lite.registry import defvjp, late_table, operation_of


def scipy_special(special: ModuleType) -> None:
    """State the rules of the functions of `special`, the module ``scipy.special``."""
    exp, xlogy, xlog1py = np.exp, special.xlogy, special.xlog1py

    # -- logistic and logarithmic functions ----------------------------------------------------------------------------

    defvjp(special.expit,       x =lambda g, ans: g * ans * (1 - ans))
    defvjp(special.log_expit,   x =lambda g, x: g * special.expit(-x))
    defvjp(special.logit,       x =lambda g, x: g / (x * (1 - x)))
    defvjp(special.xlogy,       x1=lambda g, x1, x2: g * np.log(_off_pole(x2, x1, 0)),
                                x2=lambda g, x1, x2: g * x1 / _off_pole(x2, x1, 0))
    defvjp(special.xlog1py,     x1=lambda g, x1, x2: g * np.log1p(_off_pole(x2, x1, -1)),
                                x2=lambda g, x1, x2: g * x1 / (1 + _off_pole(x2, x1, -1)))
    defvjp(special.entr,        x =lambda g, x: -g * (np.log(x) + 1))
    defvjp(special.rel_entr,    x1=lambda g, x1, x2: g * (np.log(x1 / _off_pole(x2, x1, 0)) + 1),
                                x2=lambda g, x1, x2: -g * x1 / _off_pole(x2, x1, 0))
    defvjp(special.kl_div,      x1=lambda g, x1, x2: g * np.log(x1 / _off_pole(x2, x1, 0)),
                                x2=lambda g, x1, x2: g * (1 - x1 / _off_pole(x2, x1, 0)))
    defvjp(special.expm1,       x =lambda g, ans: g * (ans + 1))
    defvjp(special.log1p,       x =lambda g, x: g / (1 + x))
    defvjp(special.exp2,        x =lambda g, ans: g * ans * log(2))
    defvjp(special.exp10,       x =lambda g, ans: g * ans * log(10))
    defvjp(special.cbrt,        x =lambda g, ans: g / (3 * ans * ans))

    # -- error functions and the normal distribution -------------------------------------------------------------------

    defvjp(special.erf,         x =lambda g, x: g * (2 / sqrt(pi)) * np.exp(-x * x))
    defvjp(special.erfc,        x =lambda g, x: -g * (2 / sqrt(pi)) * np.exp(-x * x))
    defvjp(special.erfcx,       x =lambda g, ans, x: g * (2 * x * ans - 2 / sqrt(pi)))
    defvjp(special.erfi,        x =lambda g, x: g * (2 / sqrt(pi)) * np.exp(x * x))
    defvjp(special.dawsn,       x =lambda g, ans, x: g * (1 - 2 * x * ans))
    defvjp(special.erfinv,      x =lambda g, ans: g * (sqrt(pi) / 2) * np.exp(ans * ans))
    defvjp(special.erfcinv,     x =lambda g, ans: -g * (sqrt(pi) / 2) * np.exp(ans * ans))
    defvjp(special.ndtr,        x =lambda g, x: g * np.exp(-x * x / 2) / sqrt(2 * pi))
    defvjp(special.log_ndtr,    x =lambda g, ans, x: g * np.exp(-x * x / 2 - ans) / sqrt(2 * pi))
    defvjp(special.ndtri,       x =lambda g, ans: g * sqrt(2 * pi) * np.exp(ans * ans / 2))

    # -- gamma and beta functions --------------------------------------------------------------------------------------

    defvjp(special.gammaln,     x =lambda g, x: g * special.psi(x))
    defvjp(special.loggamma,    x =lambda g, x: g * special.psi(x))
    defvjp(special.gamma,       x =lambda g, ans, x: g * ans * special.psi(x))
    defvjp(special.psi,         x =lambda g, x: g * special.zeta(2, x))
    defvjp(special.betaln,      x1=lambda g, x1, x2: g * (special.psi(x1) - special.psi(x1 + x2)),
                                x2=lambda g, x1, x2: g * (special.psi(x2) - special.psi(x1 + x2)))
    defvjp(special.beta,        x1=lambda g, ans, x1, x2: g * ans * (special.psi(x1) - special.psi(x1 + x2)),
                                x2=lambda g, ans, x1, x2: g * ans * (special.psi(x2) - special.psi(x1 + x2)))
    defvjp(special.gammainc,    x2=lambda g, x1, x2: g * exp(xlogy(x1 - 1, x2) - x2 - special.gammaln(x1)))
    defvjp(special.gammaincc,   x2=lambda g, x1, x2: -g * exp(xlogy(x1 - 1, x2) - x2 - special.gammaln(x1)))
    defvjp(special.betainc,     x3=lambda g, x1, x2, x3:
                                    g * exp(xlogy(x1 - 1, x3) + xlog1py(x2 - 1, -x3) - special.betaln(x1, x2)))

    # -- Bessel functions ----------------------------------------------------------------------------------------------

    defvjp(special.i0,          x =lambda g, x: g * special.i1(x))
    defvjp(special.i1,          x =lambda g, ans, x: g * (special.i0(x) - _over(ans, x)))
    defvjp(special.i0e,         x =lambda g, ans, x: g * (special.i1e(x) - np.sign(x) * ans))
    defvjp(special.i1e,         x =lambda g, ans, x: g * (special.i0e(x) - np.sign(x) * ans - _over(ans, x)))
    defvjp(special.j0,          x =lambda g, x: -g * special.j1(x))
    defvjp(special.j1,          x =lambda g, ans, x: g * (special.j0(x) - _over(ans, x)))

    # `zeta` of two arguments, and with it every derivative of psi: a Python function around a ufunc that has no public
    # name, and that another version of SciPy may not have. Then psi(x) has a first derivative only.
    zeta = getattr(special._ufuncs, "_zeta", None)
    if zeta is not None:
        operation_of(zeta).name = "scipy.special.zeta"
        defvjp(zeta,            x2=lambda g, x1, x2: -g * x1 * special.zeta(x1 + 1, x2))


late_table("scipy.special", scipy_special)


def _off_pole(y: Any, x: Any, pole: float) -> Any:
    """Y, but moved off the pole of what is multiplied with x where x is 0, so that the product is 0."""
    both = (x == 0) & (y == pole)
    return np.where(both, pole + 1, y) if np.any(both) else y


def _over(ans: Any, x: Any) -> Any:
    """Ans / x for a Bessel function of order 1, which is 1/2 at 0."""
    return np.where(x == 0, 0.5, ans / np.where(x == 0, 1, x)) if np.any(x == 0) else ans / x
