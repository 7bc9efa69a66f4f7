"""`check_backward`: a backward pass derived by hand against the reference, name by name.

The reference is automatic differentiation, confirmed by finite differences. This first form says which gradients are
right; naming the mistake behind a wrong one is the next step, for which `Report` has room.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd_lite.checking.numerical import central_difference
from autograd_lite.checking.report import Comparison, Report, compare
from autograd_lite.errors import ConversionError, GradientCheckError, MissingRuleError, UnsupportedCallError
from autograd_lite.modes import enable_grad, no_grad
from autograd_lite.tensor import Tensor

Array = NDArray[Any]
Params = Mapping[str, ArrayLike]
Gradients = Mapping[str, Any]

#: Agreement that autodiff and finite differences must reach to count as confirmed.
_CONFIRMATION_RTOL = 1e-5
#: Up to so many entries a gradient is confirmed entry by entry, above along so many random directions.
_FEW_ENTRIES, _DIRECTIONS = 64, 8
#: Finite differences alone, entry by entry, are not attempted for more parameters than this.
_MOST_ENTRIES = 20_000


def check_backward(
    loss: Callable[[Any], Any],
    manual: Gradients | Callable[[Any], Gradients],
    params: Params,
    rtol: float | None = None,
) -> Report:
    """Check gradients that a person derived by hand.

    Parameters
    ----------
    loss
        The forward pass: takes the dict of parameters, returns the loss (one number), or a pair of the loss and a dict
        of named intermediate values, whose gradients can then be checked too.
    manual
        The gradients: a dict, or a function that takes the parameters and returns one. For some or all parameters, and
        for intermediates. The gradient of ``W1`` may be called ``W1``, ``dW1``, ``W1_grad``, ``grad_W1`` or
        ``nabla_W1``.
    params
        The parameters: a dict of arrays. Neither they nor what the functions do to them is changed or kept.
    rtol
        Largest error that counts as rounding, relative to the largest entry of a gradient. Default 1e-7 in double
        precision, 1e-3 below.

    Returns
    -------
    Report
        True if every parameter's gradient is right; printed, it is the page to read.

    Raises
    ------
    GradientCheckError
        The check can not be made: the loss is not one number, or a gradient has a name that is neither a parameter's
        nor an intermediate's.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([1.0, 2.0, 4.0])
    >>> def loss(p):
    ...     return np.mean((x @ p["w"] - y) ** 2)
    >>> def manual(p):
    ...     return {"dw": x.T @ (x @ p["w"] - y) / 3}     # where did the 2 go?
    >>> print(ag.check_backward(loss, manual, {"w": np.array([0.5, -0.5])}))
    1 of 1 gradients is wrong: w.
    <BLANKLINE>
      name  shape  should be  relative error
      w     (2,)   (2,)       5.0e-01         WRONG
    <BLANKLINE>
      w, shape (2,): relative error 0.5
        worst entry [1]: yours -16, right -32
        yours is 1/2 of right in every entry
    """
    if not isinstance(params, Mapping):
        raise GradientCheckError(
            f"params must be a dict of arrays, such as {{'W1': W1, 'b1': b1}}, whose keys are the names; it is a "
            f"{type(params).__name__}"
        )
    arrays = {name: np.asarray(value) for name, value in params.items()}
    for name, array in arrays.items():
        if array.dtype.kind not in "fc":
            raise GradientCheckError(
                f"parameter {name!r} holds {array.dtype}, which has no gradient; make it floating point: "
                f"np.array(..., dtype=float)"
            )
    if rtol is None:
        rtol = 1e-7 if all(a.dtype in (np.float64, np.complex128) for a in arrays.values()) else 1e-3
    reference, remarks = _reference(loss, arrays)
    given: Any = manual(_fresh(arrays)) if callable(manual) else manual
    if not isinstance(given, Mapping):
        hint = " Is a return missing?" if given is None else ""
        raise GradientCheckError(
            f"the gradients must be a dict such as {{{', '.join(f'{n!r}: d{n}' for n in list(arrays)[:2])}}}; "
            f"what was given is a {type(given).__name__}.{hint}"
        )
    matched = match_names(given, [*arrays, *(name for name in reference if name not in arrays)])
    comparisons = []
    for name in [*arrays, *(name for name in matched if name not in arrays)]:
        expected = reference[name]
        if name not in matched:
            comparisons.append(
                Comparison(name, None, expected.shape, np.inf, False, note="no gradient was given for it")
            )
            continue
        value = given[matched[name]]
        comparisons.append(
            compare(name, np.asarray(value.data if isinstance(value, Tensor) else value), expected, rtol)
        )
    wrong = [c.name for c in comparisons if not c.ok]
    return Report(comparisons, list(arrays), unexplained=wrong, remarks=remarks)


def match_names(given: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    """Find which gradient belongs to which value, be it called ``dW1``, ``W1_grad``, ``grad_w1`` or ``nabla_W1``.

    Returns
    -------
    dict
        For each name of `wanted` that has a gradient, the name in `given`.

    Raises
    ------
    GradientCheckError
        A name of `given` fits no name of `wanted`, or two fit the same.
    """
    wanted = list(wanted)
    matched: dict[str, str] = {}
    for key in given:
        candidates = _bare_names(key)
        found = next((name for c in candidates for name in wanted if name == c), None)
        if found is None:
            found = next((name for c in candidates for name in wanted if name.lower() == c.lower()), None)
        if found is None:
            raise GradientCheckError(
                f"a gradient was given for {key!r}, which is neither a parameter nor an intermediate that the loss "
                f"returned; those are: {', '.join(wanted)}"
            )
        if found in matched:
            raise GradientCheckError(f"both {matched[found]!r} and {key!r} were given as the gradient of {found!r}")
        matched[found] = key
    return matched


def _bare_names(key: str) -> list[str]:
    """The names that a gradient's name may belong to, likeliest first."""
    names = [key]
    for prefix in ("grad_", "nabla_", "dL_d", "dL", "d_", "d", "grad", "g_", "g"):
        if key.startswith(prefix) and len(key) > len(prefix):
            names.append(key[len(prefix) :])
    for suffix in ("_grad", "_gradient", "_g", "grad"):
        if key.endswith(suffix) and len(key) > len(suffix):
            names.append(key[: -len(suffix)])
    return names


def _fresh(arrays: dict[str, Array]) -> dict[str, Array]:
    return copy.deepcopy(arrays)


def _reference(loss: Callable[[Any], Any], arrays: dict[str, Array]) -> tuple[dict[str, Array], list[str]]:
    """The right gradients, and what to say about where they come from."""
    try:
        gradients = _differentiate(loss, arrays)
    except (ConversionError, MissingRuleError, UnsupportedCallError) as error:
        count = sum(array.size for array in arrays.values())
        if count > _MOST_ENTRIES:
            raise GradientCheckError(
                f"the loss could not be run on Tensors, and finite differences of {count:,} parameters would need "
                f"{2 * count:,} runs of it; check a smaller network of the same code, or mend this: {error}"
            ) from error
        differences = {name: _differences(loss, arrays, name) for name in arrays}
        return differences, [
            f"The reference is finite differences alone (good to about 1e-8), because the loss could not be run on "
            f"Tensors: {error}"
        ]
    remarks = []
    for name in arrays:
        distance = _disagreement(loss, arrays, name, gradients[name])
        if distance > _CONFIRMATION_RTOL:
            remarks.append(
                f"Automatic differentiation and finite differences disagree on {name} by {distance:.1e} (relative): "
                f"the loss may have a kink there, or be too noisy for differences."
            )
    return gradients, remarks


def _disagreement(loss: Callable[[Any], Any], arrays: dict[str, Array], name: str, gradient: Array) -> float:
    """How far finite differences are from a gradient: by entries where it is small, else along random directions."""
    if gradient.size <= _FEW_ENTRIES:
        expected = _differences(loss, arrays, name)
        found = gradient
        scale = np.max(np.abs(expected), initial=0.0)
    else:
        rng = np.random.default_rng(0)
        directions = rng.choice([-1.0, 1.0], size=(_DIRECTIONS, *gradient.shape)) / np.sqrt(gradient.size)
        expected = np.array([_slope(loss, arrays, name, direction) for direction in directions])
        found = np.array([np.sum(np.conjugate(gradient) * direction).real for direction in directions])
        scale = np.sqrt(np.mean(np.abs(gradient) ** 2))
    distance = np.max(np.abs(found - expected), initial=0.0)
    return float(distance / scale) if distance > 1e-8 else 0.0


def _differences(loss: Callable[[Any], Any], arrays: dict[str, Array], name: str) -> Array:
    return central_difference(lambda x: _loss_at(loss, arrays, {name: x}), arrays[name])


def _slope(loss: Callable[[Any], Any], arrays: dict[str, Array], name: str, direction: Array) -> float:
    def along(t: Array) -> float:
        return _loss_at(loss, arrays, {name: arrays[name] + t * direction})

    return float(central_difference(along, np.array(0.0)))


def _loss_at(loss: Callable[[Any], Any], arrays: dict[str, Array], changed: dict[str, Array]) -> float:
    with no_grad():
        return float(np.real(_number(_split(loss({**_fresh(arrays), **changed}))[0])))


def _differentiate(loss: Callable[[Any], Any], arrays: dict[str, Array]) -> dict[str, Array]:
    tensors = {name: Tensor(array, requires_grad=True, name=name) for name, array in arrays.items()}
    with enable_grad():
        value, intermediates = _split(loss(dict(tensors)))
        kept = {
            n: t for n, t in intermediates.items() if isinstance(t, Tensor) and t.requires_grad and n not in tensors
        }
        for tensor in kept.values():
            tensor.retain_grad()
        _number(value)
        if not isinstance(value, Tensor) or not value.requires_grad:
            raise GradientCheckError(
                "the loss does not depend on the parameters that were given to it: does it use its argument, or "
                "arrays of the same names from outside?"
            )
        value.backward(gradient=np.ones(value.shape))
    return {n: np.zeros(t.shape) if t.grad is None else t.grad for n, t in {**tensors, **kept}.items()}


def _split(result: Any) -> tuple[Any, Mapping[str, Any]]:
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], Mapping):
        return result
    return result, {}


def _number(value: Any) -> Any:
    if np.size(value) != 1:
        raise GradientCheckError(
            f"the loss must be one number, and this one has shape {np.shape(value)}; reduce it with np.sum or np.mean"
        )
    return value.item() if isinstance(value, (np.ndarray, np.generic, Tensor)) else value
