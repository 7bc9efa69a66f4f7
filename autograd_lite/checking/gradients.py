"""`check_grads`: the gradients of a function of Tensors against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_lite.checking.numerical import DEFAULT_STEP, central_difference, rounding_noise
from autograd_lite.checking.report import compare
from autograd_lite.errors import GradientCheckError
from autograd_lite.modes import enable_grad, no_grad
from autograd_lite.tensor import Tensor
from autograd_lite.transforms import vjp

Array = NDArray[Any]


def check_grads(
    f: Callable[..., Any],
    args: Sequence[ArrayLike],
    order: int = 1,
    rtol: float | None = None,
    step: float | None = None,
    seed: int = 0,
) -> None:
    """Check the derivatives of a function against central differences in double precision.

    Parameters
    ----------
    f
        Takes Tensors (one for each of `args`) and returns one, of any shape. It must be deterministic. A result of more
        than one entry is checked through a weighted sum of its entries, with random weights.
    args
        Where to check: arrays or numbers. Floating-point and complex ones are differentiated, others passed as they
        are.
    order
        The highest derivative to check: 2 checks the gradient of the gradient as well, and so on.
    rtol
        Largest difference that counts as right, relative to the largest entry of the gradient. Default 1e-6 in double
        precision (the differences are good to about 1e-9), 1e-3 where an argument has a lower one.
    step
        See `central_difference`.
    seed
        Of the random weights.

    Raises
    ------
    GradientCheckError
        (an AssertionError) Some derivative differs: the page says of which argument, where and by how much.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> ag.check_grads(lambda x, y: np.sin(x) * y, (np.array([0.1, 0.2]), 3.0), order=2)
    """
    arrays = [np.asarray(arg) for arg in args]
    wanted = [i for i, array in enumerate(arrays) if array.dtype.kind in "fc"]
    if not wanted:
        raise GradientCheckError(
            "check_grads was given no floating-point argument, so there is nothing to differentiate"
        )
    if rtol is None:
        rtol = 1e-6 if all(arrays[i].dtype in (np.float64, np.complex128) for i in wanted) else 1e-3
    rng = np.random.default_rng(seed)
    with enable_grad():
        _check(f, arrays, wanted, order, 1, rtol, step, rng)


def _check(
    f: Callable[..., Any], arrays: list[Array], wanted: list[int], order: int, level: int,
    rtol: float, step: float | None, rng: np.random.Generator,
) -> None:  # fmt: skip
    def with_the_rest(values: Sequence[Any]) -> list[Any]:
        """The arguments of f, the wanted ones from `values`."""
        replaced = dict(zip(wanted, values, strict=True))
        return [replaced.get(i, array) for i, array in enumerate(arrays)]

    value, _ = vjp(lambda *values: f(*with_the_rest(values)), *(arrays[i] for i in wanted))
    weights = rng.uniform(0.5, 1.5, size=np.shape(value)) * rng.choice([-1.0, 1.0], size=np.shape(value))

    def weighted(*values: Any) -> Any:
        return _real_sum(f(*with_the_rest(values)), weights)

    def value_at(*values: Any) -> float:
        return float(np.real(weighted(*(Tensor(v) for v in values)).item()))

    with no_grad():
        noise = rounding_noise(value_at, [_doubled(arrays[i]) for i in wanted], rng) / (step or DEFAULT_STEP)
    total, pullback = vjp(weighted, *(arrays[i] for i in wanted))
    comparisons = []
    for place, (i, found) in enumerate(zip(wanted, pullback(np.ones(np.shape(total))), strict=True)):
        others = [_doubled(arrays[j]) for j in wanted]

        def with_one(x: Array, place: int = place, others: list[Array] = others) -> float:
            return value_at(*others[:place], x, *others[place + 1 :])

        with no_grad():
            reference = central_difference(with_one, arrays[i], step)
        comparisons.append(compare(f"argument {i}", found, reference, rtol, atol=10 * noise))
    wrong = [c for c in comparisons if not c.ok]
    if wrong:
        kind = "gradient" if level == 1 else f"derivative of order {level}"
        verdict = f"the {kind} differs from central differences in {len(wrong)} of {len(comparisons)} arguments"
        raise GradientCheckError("\n".join([verdict, *(c.page("autodiff", "differences") for c in wrong)]))
    if level < order:
        directions = [_direction(arrays[i], rng) for i in wanted]

        def slope(*values: Any) -> Any:
            """The derivative of the weighted sum along the directions: a number that can be checked in turn."""
            chosen = [values[i] for i in wanted]
            total, pullback = vjp(weighted, *chosen)
            with enable_grad():
                slopes = pullback(np.ones(np.shape(total)))
                return sum(_real_sum(s, np.conjugate(d)) for s, d in zip(slopes, directions, strict=True))

        _check(slope, arrays, wanted, order, level + 1, rtol, step, rng)


def _real_sum(value: Any, weights: Array) -> Any:
    total = (value * weights.astype(value.dtype)).sum()
    return np.real(total) if total.dtype.kind == "c" else total


def _direction(array: Array, rng: np.random.Generator) -> Array:
    direction = rng.uniform(0.5, 1.5, size=array.shape)
    return direction + 1j * rng.uniform(0.5, 1.5, size=array.shape) if array.dtype.kind == "c" else direction


def _doubled(array: Array) -> Array:
    """The array in double precision, where it holds real or complex numbers."""
    if array.dtype.kind == "f":
        return array.astype(np.float64)
    return array.astype(np.complex128) if array.dtype.kind == "c" else array
