"""`check_grads`: the gradients of a function of Tensors against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.pages import Named, argument_names, precision_page, undecided_page, wrong_page
from autograd_lite.checking.points import Function, Point, derivative_along
from autograd_lite.checking.searching import random_direction, verdicts
from autograd_lite.checking.verdicts import Settings, Verdict
from autograd_lite.errors import GradientCheckError, UndecidedGradientError
from autograd_lite.modes import enable_grad
from autograd_lite.tensor import Tensor
from autograd_lite.transforms import vjp

Array = NDArray[Any]

#: So many real numbers in all are checked one by one; larger arguments along random directions.
_ENTRY_LIMIT = 300
#: What rounding may do to a gradient, by the dtype it is computed in, relative to its largest entry.
_PRECISION = {np.dtype(np.float16): 5e-2, np.dtype(np.float32): 1e-3, np.dtype(np.complex64): 1e-3}
#: How much more than was measured.
_MARGIN = 64.0


def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    rtol: float | None = None,
    step: float | None = None,
    seed: int = 0,
) -> None:
    """Check the derivatives of a function against differences of its values.

    The reference is computed in double precision, whatever the dtype of the arguments: central differences with one
    step for all entries, and for those in doubt with a ladder of steps, whose agreement says how exact they are. So
    there are different answers: the gradient is wrong; the values are too noisy to say; there is a kink, where
    every value between the one-sided slopes is right. In doubt an analytic function is asked a second time, by the
    complex step. Up to about 300 numbers are checked one by one; larger arguments along random directions, and
    where these differ the worst entries are searched for.

    Parameters
    ----------
    f
        Takes Tensors (one for each of `args`) and returns one, of any shape, or a tuple, list or dict of them. It
        must be deterministic. A result of more than one entry is checked through a weighted sum of its entries,
        with random weights.
    args
        Where to check: arrays or numbers. Floating-point and complex ones are differentiated, others passed as they
        are. None is changed.
    order
        The highest derivative to check: 2 checks the gradient of the gradient as well, and so on.
    rtol
        Largest difference that counts as right, relative to the entry (of entries below 1/1000 of the largest: to
        that). What the differences can not resolve comes to it. Default 1e-6. Gradients of arguments in a lower
        precision are in addition compared with those in double precision, relative to the largest entry: by default
        1e-3 for single precision.
    step
        Of the first differences, relative to the size of the entry (absolute below 1). Default: the cube root of
        the rounding unit, 6e-6.
    seed
        Of the random weights and directions. NumPy's global random state is neither used nor changed.

    Raises
    ------
    GradientCheckError
        (an AssertionError) Some derivative is wrong: the page says of which argument, where and by how much.
    UndecidedGradientError
        (a GradientCheckError) The differences can not say: the page says why, and what to do.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> ag.check_grads(lambda x, y: np.sin(x) * y, (np.array([0.1, 0.2]), 3.0), order=2)

    A rule of one's own, with a mistake:

    >>> @ag.primitive
    ... def average(x):
    ...     return np.sum(x) / x.size
    >>> ag.defvjp(average, x=lambda g, x: g * np.ones_like(x))
    >>> ag.check_grads(average, (np.array([1.0, 2.0, 5.0]),))
    Traceback (most recent call last):
        ...
    autograd_lite.errors.GradientCheckError: the gradient differs from central differences in 1 of 1 arguments
    argument 0 (x), shape (3,), float64: relative error 2 (2-norm)
      3 of 3 entries; the worst:
             autodiff    differences  difference  ratio
        [0]  1.13696169  0.378987229  0.758       3
        [1]  1.13696169  0.378987229  0.758       3
        [2]  1.13696169  0.378987229  0.758       3
      autodiff is 3 times differences in every entry; 3 is the size of argument 0 (x): a sum where a mean is meant?
      the complex step, which subtracts nothing, agrees with the differences
    """
    values = [arg.data if isinstance(arg, Tensor) else arg for arg in args]
    kinds = [np.asarray(value).dtype.kind for value in values]
    wanted = [i for i, kind in enumerate(kinds) if kind in "fc"]
    if not wanted:
        raise GradientCheckError(
            "check_grads was given no floating-point argument, so there is nothing to differentiate"
        )
    names = argument_names(f, len(values))
    function = Function(f, values, wanted)
    given = [np.asarray(values[i]) for i in wanted]
    check = _Check(function, given, [names[i] for i in wanted], rtol, step, np.random.default_rng(seed))
    with enable_grad():
        check.run(order)


class _Check:
    """One call of `check_grads`."""

    def __init__(
        self, function: Callable[..., Any], given: Sequence[Array], names: Sequence[str],
        rtol: float | None, step: float | None, rng: np.random.Generator,
    ) -> None:  # fmt: skip
        self.function = function
        self.given = given
        self.names = names
        self.rtol = rtol
        self.step = step
        self.rng = rng
        #: The size of values and derivatives so far: what is small beside it may be rounding.
        self.magnitude = 0.0

    def run(self, order: int) -> None:
        function = self.function
        for level in range(1, order + 1):
            point = self._point(function)
            self._refuse_unsteady(point)
            self.magnitude = max(self.magnitude, float(point.sizes.max(initial=0.0)))
            step = float(np.cbrt(point.unit)) if self.step is None else self.step
            settings = Settings(1e-6 if self.rtol is None else self.rtol, step, level, self.rng)
            found = verdicts(point, settings, self.magnitude, _ENTRY_LIMIT)
            self._raise(point, found, level, settings.rtol)
            self._check_precision(function, point, level)
            for gradient in point.gradient:
                self.magnitude = max(self.magnitude, float(np.max(np.abs(gradient), initial=0.0)))
            directions = [random_direction(a, self.rng) for a in point.arrays]
            function = derivative_along(function, point.cotangent, directions)

    def _point(self, function: Callable[..., Any]) -> Point:
        """The function at the point in double precision, or as given where it does not take that."""
        doubled = [a.astype(np.promote_types(a.dtype, np.float64)) for a in self.given]
        state = self.rng.bit_generator.state
        try:
            return Point(function, doubled, self.rng, self.magnitude)
        except Exception:
            if all(d.dtype == g.dtype for d, g in zip(doubled, self.given, strict=True)):
                raise
            self.rng.bit_generator.state = state
            return Point(function, self.given, self.rng, self.magnitude)

    def _refuse_unsteady(self, point: Point) -> None:
        if not np.isfinite(point.value).all():
            count = int(np.sum(~np.isfinite(point.value)))
            raise UndecidedGradientError(
                f"the function's value is not finite at this point ({count} of {point.value.size} entries), so there "
                f"is nothing to compare with; check it at another point"
            )
        change = float(np.max(np.abs(point.evaluate() - point.value), initial=0.0))
        if change > np.sqrt(point.unit) * float(np.max(np.abs(point.value), initial=0.0)):
            raise UndecidedGradientError(
                f"the function gives different values when it is called twice with the same arguments (they differ by "
                f"{change:.2g}), so differences say nothing. Does it draw random numbers, or change something outside "
                f"of it? Draw them inside it from np.random.default_rng(0), or once outside of it"
            )

    def _raise(self, point: Point, found: list[Verdict], level: int, rtol: float) -> None:
        def named(verdict: Verdict) -> Named:
            return Named(self.names[verdict.place], self.given[verdict.place], point.gradient[verdict.place])

        kind = "gradient" if level == 1 else f"derivative of order {level}"
        wrong = [v for v in found if v.answer in ("wrong", "kink")]
        undecided = [v for v in found if v.answer == "undecided"]
        sizes = self._sizes(point)
        if wrong:
            pages = [wrong_page(v, named(v), sizes, rtol) for v in wrong]
            title = f"the {kind} differs from central differences in {len(wrong)} of {len(found)} arguments"
            raise GradientCheckError("\n".join([title, *pages]))
        if undecided:
            pages = [undecided_page(v, named(v)) for v in undecided]
            title = f"too noisy to say whether the {kind} is right, in {len(undecided)} of {len(found)} arguments"
            advice = (
                "The differences do not converge as the steps get smaller, as they do where the value is rounded "
                "coarsely (float32, np.round), jumps, or has an infinite slope. Compute it in float64, leave out what "
                "rounds or is added and subtracted again, or check at another point."
            )
            raise UndecidedGradientError("\n".join([title, *pages, advice]))

    def _sizes(self, point: Point) -> dict[int, str]:
        """The numbers above 2 that a factor may come from, in words."""
        sizes: dict[int, str] = {}
        shapes = [(n, a.shape) for n, a in zip(self.names, self.given, strict=True)] + [("the result", point.shape)]
        for name, shape in shapes:
            for axis, length in enumerate(shape if len(shape) > 1 else ()):
                sizes.setdefault(length, f"the length of axis {axis} of {name}")
            sizes.setdefault(int(np.prod(shape)), f"the size of {name}")
        return {size: words for size, words in sizes.items() if size > 2}

    def _check_precision(self, function: Callable[..., Any], point: Point, level: int) -> None:
        """Compare the gradients in the precision of the arguments with those in double precision."""
        if all(a.dtype == g.dtype for a, g in zip(point.arrays, self.given, strict=True)):
            return
        value, pullback = vjp(function, *self.given)
        gradients = [np.asarray(g) for g in pullback(point.cotangent)]
        rtol = max(_PRECISION.get(a.dtype, 0.0) for a in self.given)
        rtol = rtol if self.rtol is None else max(self.rtol, 1e-5)
        unit = max(np.finfo(a.dtype).eps for a in self.given)
        allowance: list[float] | None = None
        pages = []
        for place, (low, exact) in enumerate(zip(gradients, point.gradient, strict=True)):
            scale = float(np.max(np.abs(exact), initial=0.0))
            error = np.max(np.abs(low - exact), initial=0.0)
            if error <= rtol * scale:
                continue
            if allowance is None:
                allowance = self._allowance(function, point, gradients, value, float(unit))
            if not error <= rtol * scale + allowance[place]:
                pages.append(precision_page(Named(self.names[place], self.given[place], low), exact))
        if pages:
            kind = "gradient" if level == 1 else f"derivative of order {level}"
            title = f"the {kind} in low precision differs from that in float64 in {len(pages)} of {len(gradients)}"
            raise GradientCheckError("\n".join([f"{title} arguments", *pages]))

    def _allowance(
        self, function: Callable[..., Any], point: Point, gradients: list[Array], value: Any, unit: float
    ) -> list[float]:
        """What rounding may do to each gradient: by jittered arguments, by the error of the value, by its size."""
        spread = [0.0] * len(gradients)
        for _ in range(4):
            jittered = [(a * (1 + unit * self.rng.choice([-1, 1], size=a.shape))).astype(a.dtype) for a in self.given]
            for place, g in enumerate(vjp(function, *jittered)[1](point.cotangent)):
                spread[place] = max(spread[place], float(np.max(np.abs(g - gradients[place]), initial=0.0)))
        array = np.asarray(value).reshape(-1)
        array = np.concatenate([array.real, array.imag]) if array.dtype.kind == "c" else array
        largest = float(np.max(np.abs(point.value), initial=np.finfo(float).tiny))
        forward = float(np.max(np.abs(array - point.value), initial=0.0)) / largest
        allowances = []
        for a, s, exact in zip(self.given, spread, point.gradient, strict=True):
            scale = float(np.max(np.abs(exact), initial=0.0))
            size = max(1.0, float(np.max(np.abs(a), initial=0.0)))
            allowances.append(_MARGIN * (s + forward * scale + unit * self.magnitude / size))
        return allowances
