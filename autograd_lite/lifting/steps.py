"""NumPy's own Python functions, rebuilt so that they run on Tensors and are recorded step by step.

Many functions of NumPy's are written in Python, in NumPy calls: below what dispatches lies an ordinary function. Here
it is given the globals of its module with the substitutes that lifted code is given (`asarray` of a Tensor is the
Tensor, `empty` makes one to be written into), so what it does is recorded. A module's globals are rebuilt once.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from autograd_lite.graph import lifted
from autograd_lite.lifting import creation
from autograd_lite.lifting.creation import created_by
from autograd_lite.lifting.substitutes import BUILTINS, SubstituteModule, substitute
from autograd_lite.tensor.numbers import STEPS_OF, running_tracer
from autograd_lite.tensor.recording import Recorded


@functools.cache
def steps_of(function: Any) -> Callable[..., Any]:
    """Return a function of NumPy's as a composition of the calls that its own implementation makes.

    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> y = ag.Tensor([1.0, 2.0, 4.0], requires_grad=True)
    >>> steps_of(np.trapezoid)(y).data
    array(4.5)
    """
    implementation = function._implementation
    own = _rebuilt(implementation)

    @functools.wraps(implementation)
    def run(*args: Any, **kwargs: Any) -> Any:
        token = lifted.set(True)
        try:
            ans = own(*args, **kwargs)
        finally:
            lifted.reset(token)
        return _given_back(ans)

    return run


def _given_back(ans: Any) -> Any:
    """Make plain arrays of the integers and booleans that a call on arrays returns."""
    if isinstance(ans, (tuple, list)):
        parts = [_given_back(part) for part in ans]
        return type(ans)(*parts) if hasattr(ans, "_fields") else type(ans)(parts)
    if isinstance(ans, Recorded) and ans._array.dtype.kind not in "fc" and not lifted.get() and not running_tracer():
        return ans._array
    return ans


_known: dict[str, dict[str, Any]] = {}


def _globals(module: str) -> dict[str, Any]:
    """Return the globals of a module of NumPy's as its functions see them on Tensors."""
    namespace = _known.get(module)
    if namespace is None:
        namespace = _known[module] = {STEPS_OF: module, "len": BUILTINS["len"]}
        for name, value in list(vars(sys.modules[module]).items()):
            if not name.startswith("__"):
                namespace[name] = _seen(value)
    return namespace


class _Module(SubstituteModule):
    """A module of NumPy's, as its functions see it on Tensors."""

    def __getattr__(self, name: str) -> Any:
        return _seen(getattr(self._module, name))


_module = functools.cache(_Module)


def _seen(value: Any) -> Any:
    """Return what NumPy's own functions are given for an object of its modules."""
    if isinstance(value, ModuleType):
        return _module(value) if value.__name__.startswith("numpy") else value
    if value is _CONVERTER:
        return Converter
    if value is np.broadcast:
        return _broadcast
    if isinstance(value, np.ufunc) or value is np.matrix:
        return value  # which asks the Tensors
    if isinstance(value, FunctionType) and value.__module__.startswith("numpy.ma"):
        return value  # asked only whether an array is one
    seen = substitute(value)
    if isinstance(value, FunctionType) and seen is created_by(value):  # a helper: it is part of its callers
        return _rebuilt(value)
    return seen


@functools.cache
def _rebuilt(function: FunctionType) -> FunctionType:
    namespace = _globals(function.__globals__["__name__"])
    made = FunctionType(function.__code__, namespace, function.__name__, function.__defaults__, function.__closure__)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


def _broadcast(*arrays: Any) -> Any:
    return np.broadcast(*(np.broadcast_to(0, np.shape(array)) for array in arrays))


_CONVERTER = getattr(np.lib._function_base_impl, "_array_converter", None) or object()


class Converter:
    """NumPy's internal ``_array_converter``, which makes arrays of arguments and remembers what they were."""

    def __init__(self, *args: Any) -> None:
        self.args = args
        self.arrays = tuple(creation.asarray(arg) for arg in args)
        self.scalar_input = tuple(np.ndim(arg) == 0 and not hasattr(arg, "shape") for arg in args)

    def __getitem__(self, position: Any) -> Any:
        return self.arrays[position]

    def __len__(self) -> int:
        return len(self.arrays)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.arrays)

    def as_arrays(self, subok: bool = True, pyscalars: str = "convert") -> tuple[Any, ...]:
        """Return the arguments as arrays."""
        return self.arrays

    def result_type(self, extra_dtype: Any = None, ensure_inexact: bool = False) -> np.dtype[Any]:
        """Return the type to which the arguments promote."""
        given = [a._array if isinstance(a, Recorded) else a for a in self.args]
        dtype = np.result_type(*given, *([] if extra_dtype is None else [extra_dtype]))
        return np.result_type(dtype, 0.0) if ensure_inexact else dtype

    def wrap(self, arr: Any, to_scalar: bool | None = None) -> Any:
        """Return an answer."""
        return arr
