"""Calls of ufuncs with keywords, and of their methods, on Tensors: turned into calls that have a rule.

- ``dtype=`` and ``signature=`` convert the operands before the loop runs: so it is recorded.
- ``axes=``, ``axis=`` and ``keepdims=`` of `matmul` and its like move axes: so it is recorded.
- ``order=`` and ``subok=`` have no effect on values; ``casting=`` is checked.
- ``out=`` is `outputs`' matter; ``where=`` without it leaves entries undefined, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd_lite.registry import operation_of
from autograd_lite.rules.ufunc_methods import IN_STEPS
from autograd_lite.tensor.recording import Recorded, call, call_without_rule, refuse_unrecorded

#: The functions that ufuncs' methods are: ``np.add.reduce`` is `np.sum`, but for the axis.
_METHODS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): np.sum, (np.multiply, "reduce"): np.prod,
    (np.maximum, "reduce"): np.max, (np.minimum, "reduce"): np.min,
    (np.logical_and, "reduce"): np.all, (np.logical_or, "reduce"): np.any,
    (np.add, "accumulate"): np.cumsum, (np.multiply, "accumulate"): np.cumprod,
}  # fmt: skip


def ufunc_call(ufunc: np.ufunc, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call a ufunc on Tensors with keywords."""
    operation = operation_of(ufunc)
    if operation.constant or not operation.is_known or not kwargs:
        return call(operation, inputs, kwargs)
    if any(isinstance(x, Recorded) and x._is_recorded() for x in inputs):
        refuse_unrecorded(operation, kwargs)
    if any(name in kwargs for name in ("axes", "axis", "keepdims")):
        return _along_axes(ufunc, inputs, **kwargs)
    if "dtype" in kwargs or "signature" in kwargs:
        inputs, kwargs = _as_loop_types(ufunc, inputs, **kwargs)
    if operation.composition is not None:
        kwargs = {name: value for name, value in kwargs.items() if name not in ("order", "subok", "casting", "where")}
    return call(operation, inputs, kwargs)


def _as_loop_types(
    ufunc: np.ufunc, inputs: Sequence[Any], *, dtype: Any = None, signature: Any = None, **kwargs: Any
) -> tuple[Sequence[Any], dict[str, Any]]:
    """Convert the operands to the types of the loop that was asked for."""
    if signature is None:
        signature = (None,) * ufunc.nin + (None if dtype is None else np.dtype(dtype),) * ufunc.nout
    elif isinstance(signature, str) and "->" in signature:
        signature = tuple(map(np.dtype, signature.replace("->", "")))
    elif not isinstance(signature, tuple):
        signature = (None,) * ufunc.nin + (np.dtype(signature),) * ufunc.nout
    else:
        signature = tuple(None if one is None else np.dtype(one) for one in signature)
    weak = (int, float, complex)
    given = [type(x) if type(x) in weak else (x if hasattr(x, "dtype") else np.asarray(x)).dtype for x in inputs]
    casting = kwargs.get("casting", "same_kind")
    loop = ufunc.resolve_dtypes((*given, *(None,) * ufunc.nout), signature=signature, casting=casting)
    converted = [
        x if one == wanted else np.astype(x if hasattr(x, "dtype") else np.asarray(x), wanted)
        for x, one, wanted in zip(inputs, given, loop, strict=False)
    ]
    return converted, kwargs


def _along_axes(
    ufunc: np.ufunc, inputs: Sequence[Any], *, axes: Any = None, axis: int | None = None, keepdims: bool = False,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """Call a ufunc whose loop runs along other axes than the last: they are moved there, and back."""
    given = {"axes": axes, "axis": axis, "keepdims": keepdims or None}
    ufunc(*map(_plain, inputs), **{name: value for name, value in given.items() if value is not None})  # may refuse
    counts = [len(part.split(",")) if part else 0 for part in re.findall(r"\(([^)]*)\)", ufunc.signature or "")]
    if axis is not None:
        axes = [(axis,)] * ufunc.nin
    elif axes is None:
        axes = [tuple(range(-count, 0)) for count in counts[: ufunc.nin]]
    axes = [(one,) if isinstance(one, int) else tuple(one) for one in axes]
    moved = [
        np.moveaxis(x if hasattr(x, "ndim") else np.asarray(x), one, range(-len(one), 0))
        for x, one in zip(inputs, axes, strict=False)
    ]
    ans = ufunc(*moved, **kwargs)
    if keepdims:
        return np.expand_dims(ans, axes[ufunc.nin] if len(axes) > ufunc.nin else axes[0])
    back = axes[ufunc.nin] if len(axes) > ufunc.nin else ()
    return np.moveaxis(ans, range(-len(back), 0), back) if back else ans


def _plain(x: Any) -> Any:
    return x._array if isinstance(x, Recorded) else x


def ufunc_method(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call ``ufunc.reduce``, ``ufunc.outer`` and their like on Tensors."""
    if method == "outer":
        a, b = inputs
        a = a if hasattr(a, "ndim") else np.asarray(a)
        return ufunc(np.reshape(a, (*np.shape(a), *(1,) * np.ndim(b))), b, **kwargs)
    kwargs = {name: value for name, value in kwargs.items() if name != "dtype" or value is not None}
    known = _METHODS.get((ufunc, method))
    if "dtype" in kwargs and known not in (np.sum, np.prod, np.cumsum, np.cumprod):
        inputs = (np.astype(inputs[0], np.dtype(kwargs.pop("dtype"))), *inputs[1:])
        if not isinstance(inputs[0], Recorded):
            return getattr(ufunc, method)(*inputs, **kwargs)
    if known is not None:
        return call(known, inputs, {"axis": 0, **kwargs})
    operation = operation_of(ufunc)
    function = getattr(ufunc, method)
    own = operation_of(function)
    if own.is_known:
        return call(own, inputs, kwargs)
    if operation.constant:
        own.constant = True
        return call(own, inputs, kwargs)
    if not operation.is_known or ufunc.nin != 2 or ufunc.nout != 1 or ufunc.signature is not None:
        return call_without_rule(operation, function, own.name, inputs, kwargs)
    if any(isinstance(x, Recorded) and x._is_recorded() for x in inputs):
        refuse_unrecorded(own, {name: value for name, value in kwargs.items() if name == "out"})
        kwargs = {name: value for name, value in kwargs.items() if name != "out"}
    elif "out" in kwargs:
        return call_without_rule(operation, function, own.name, inputs, kwargs)
    return IN_STEPS[method](ufunc, *inputs, **kwargs)
