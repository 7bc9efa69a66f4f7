"""What lifted code is given for NumPy, `math` and some of Python's own functions and types."""

from __future__ import annotations

import builtins
import functools
import importlib
import math
import operator
import sys
from collections.abc import Callable, Iterable
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType, UnionType
from typing import Any

import numpy as np

from autograd_lite.errors import LiftingError
from autograd_lite.lifting import creation, randomness
from autograd_lite.tensor.numbers import TracedInt, TracedNumber, plain_number
from autograd_lite.tensor.recording import Recorded, call

_ArrayFunction = type(np.concatenate)


def substitute(value: Any) -> Any:
    """Return what lifted code is given for an object of an installed package."""
    known = _TABLE.get(id(value))
    if known is not None:
        return known[1]
    if isinstance(value, np.ufunc):
        return creation.ufunc(value) if value.nout == 1 and value.nin <= 2 else value
    if isinstance(value, ModuleType):
        name = value.__name__
        return _module(value) if name.partition(".")[0] == "numpy" or name in _MODULES else value
    if isinstance(value, (FunctionType, BuiltinFunctionType, MethodType, _ArrayFunction)):
        if getattr(value, "__self__", None) is randomness.GLOBAL_SOURCE:
            return _global_draw(value)
        # Of functions in Python `functools.wraps` copies the module; their globals are those of their own.
        module = value.__globals__.get("__name__") if isinstance(value, FunctionType) else value.__module__
        module = module or ""
        if module.startswith("numpy.testing"):
            return creation.on_values(value)
        if module.partition(".")[0] == "numpy" and not isinstance(value, MethodType):
            return creation.created_by(value)
    return value


@functools.cache
def _global_draw(method: Any) -> Any:
    if method.__name__ in ("shuffle", "choice", "permutation"):
        return randomness.drawn_by(method)
    return creation.created_by(method)


# -- modules -----------------------------------------------------------------------------------------------------------

_MODULES = {"math", "builtins", "importlib"}


class SubstituteModule(ModuleType):
    """An installed module, of which some functions are substituted."""

    def __init__(self, module: ModuleType) -> None:
        super().__init__(module.__name__, module.__doc__)
        vars(self)["_module"] = module

    def __getattr__(self, name: str) -> Any:
        return substitute(getattr(self._module, name))

    def __setattr__(self, name: str, value: Any) -> None:
        raise LiftingError(f"lifted code can not change the installed module {self.__name__} (attribute {name!r})")

    def __dir__(self) -> Iterable[str]:
        return dir(self._module)


_module = functools.cache(SubstituteModule)


# -- types -------------------------------------------------------------------------------------------------------------


class _StandIn(type):
    """The type of what stands in for a type: the same to `isinstance`, to ``==`` and to NumPy, but for calls."""

    _real: Any
    _convert: Any

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        convert = cls.__dict__.get("_convert")
        return super().__call__(*args, **kwargs) if convert is None else convert(*args, **kwargs)

    def __instancecheck__(cls, instance: Any) -> bool:
        real = cls.__dict__.get("_real")
        if real is None:
            return super().__instancecheck__(instance)
        if isinstance(instance, TracedInt):
            return issubclass(int, real)
        return isinstance(instance, real) or (isinstance(instance, Recorded) and _is_one(instance, real))

    def __subclasscheck__(cls, subclass: type) -> bool:
        real = cls.__dict__.get("_real")
        return super().__subclasscheck__(subclass) if real is None else issubclass(real_type(subclass), real)

    def __getattr__(cls, name: str) -> Any:
        value = getattr(cls._real, name)
        if cls._real is not np.ndarray or name.startswith("__"):
            return value
        return lambda self, *args, **kwargs: getattr(self, name)(*args, **kwargs)

    def __eq__(cls, other: object) -> bool:
        return cls is other or (type(cls) is _StandIn and real_type(cls) is real_type(other))

    def __hash__(cls) -> int:
        return hash(real_type(cls)) if cls.__dict__.get("_real") is not None else type.__hash__(cls)

    def __repr__(cls) -> str:
        return repr(real_type(cls)) if cls.__dict__.get("_real") is not None else type.__repr__(cls)


def real_type(cls: object) -> Any:
    """Return the type that a stand-in stands for, any other as it is."""
    return cls.__dict__.get("_real", cls) if type(cls) is _StandIn else cls


def _is_one(tensor: Any, real: type) -> bool:
    """Whether the array or scalar that a Tensor is in the plain program is an instance of a type."""
    if real is np.ndarray:
        return not tensor._is_number()
    if real in (float, complex):  # float(t) gave it, or NumPy: its float64 is a float
        return bool(tensor.ndim == 0 and tensor.dtype == np.dtype(real))
    return isinstance(tensor._array, real)


def _stand_in(real: Any, convert: Callable[..., Any] | None, base: type = object, **attributes: Any) -> Any:
    return _StandIn(
        real.__name__, (base,), {"_real": real, "_convert": convert, "__module__": real.__module__, **attributes}
    )


def _type_of(*args: Any, **kwargs: Any) -> Any:
    if len(args) != 1 or kwargs:
        return type(*args, **kwargs)
    cls = type(args[0])
    if not isinstance(args[0], Recorded):
        known = _TABLE.get(id(cls))
        return cls if known is None else known[1]
    if args[0]._array.ndim == 0:
        raise LiftingError(
            "type(x) of a single number is not known in a lifted function (float, np.float64 or an array of no axes); "
            "write isinstance(x, float) or isinstance(x, np.ndarray)"
        )
    return _NDARRAY


def is_instance(x: Any, classes: Any) -> bool:
    """`isinstance`, for which a Tensor without axes is a number: `numbers.Number` and not `Iterable`."""
    if not isinstance(x, Recorded) or x._array.ndim:
        return isinstance(x, classes)
    one_by_one = [classes]
    while one_by_one:
        one = one_by_one.pop()
        if isinstance(one, (tuple, UnionType)):
            one_by_one += one if isinstance(one, tuple) else one.__args__
        elif isinstance(one, _StandIn) or one in type(x).__mro__:
            if isinstance(x, one):
                return True
        elif issubclass(x._array.dtype.type, one):
            return True
    return False


def _has_attribute(x: Any, name: str, /) -> bool:
    if isinstance(x, Recorded) and not x._array.ndim and name in ("__len__", "__iter__", "__getitem__", "__contains__"):
        return False  # a number has none
    return hasattr(x, name)


def _range_of(*args: Any) -> range:
    for arg in args:
        if isinstance(arg, TracedNumber) and hasattr(arg, "noted"):
            arg.noted("range()")
    return range(*(plain_number(arg) for arg in args))


def _ndarray(*args: Any, **kwargs: Any) -> Any:
    return creation.as_tensor(np.ndarray(*args, **kwargs))


_NDARRAY = _stand_in(np.ndarray, _ndarray)


def _refuse_matrix(*args: Any, **kwargs: Any) -> Any:
    raise LiftingError("np.matrix does not compute as NumPy's arrays do, and is not lifted; write np.array and X @ Y")


def _scalar_types() -> dict[Any, Any]:
    concrete = {np.dtype(code).type for code in "?bBhHiIlLqQefdgFDG"}
    made: dict[Any, Any] = {real: _stand_in(real, creation.scalar_type(real), real) for real in concrete - {np.bool_}}
    for real in (np.generic, np.number, np.inexact, np.floating, np.complexfloating, np.integer):
        made[real] = _stand_in(real, None, real)
    return made


# -- math --------------------------------------------------------------------------------------------------------------

_MATH = {
    "acos": np.arccos, "acosh": np.arccosh, "asin": np.arcsin, "asinh": np.arcsinh, "atan": np.arctan,
    "atan2": np.arctan2, "atanh": np.arctanh, "cbrt": np.cbrt, "copysign": np.copysign, "cos": np.cos,
    "cosh": np.cosh, "degrees": np.degrees, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "fabs": np.fabs,
    "fmod": np.fmod, "log10": np.log10, "log1p": np.log1p, "log2": np.log2, "pow": np.power, "radians": np.radians,
    "sin": np.sin, "sinh": np.sinh, "sqrt": np.sqrt, "tan": np.tan, "tanh": np.tanh,
}  # fmt: skip
_MATH_OF_PIECES: dict[str, Callable[..., Any]] = {
    "frexp": lambda x: _frexp(x),
    "ldexp": lambda x, i: x * 2.0 ** int(i),
    "modf": lambda x: _modf(x),
    "remainder": lambda x, y: x - y * call(np.rint, (x / y,)),
}
_MATH_ON_VALUES = ("ceil", "floor", "isclose", "isfinite", "isinf", "isnan", "trunc")
_MATH_OF_SCIPY = {"erf": "erf", "erfc": "erfc", "gamma": "gamma", "lgamma": "gammaln"}


def _of_math(real: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def lifted(*args: Any) -> Any:
        if not any(map(creation.is_followed, args)):
            return real(*map(creation.plain, args))
        real(*(float(creation.plain(arg)) if creation.is_followed(arg) else arg for arg in args))  # raises its errors
        return function(*(creation.number(arg) if creation.is_followed(arg) else creation.plain(arg) for arg in args))

    return lifted


def _on_number(real: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of `math` that is piecewise constant, so that it reads numbers off Tensors."""

    @functools.wraps(real)
    def lifted(*args: Any, **kwargs: Any) -> Any:
        return real(*(arg.data.item() if isinstance(arg, Recorded) else creation.plain(arg) for arg in args), **kwargs)  # type: ignore[attr-defined]

    return lifted


def _modf(x: Any) -> tuple[Any, float]:
    whole = math.modf(float(creation.plain(x)))[1]
    return x - whole, whole


def _frexp(x: Any) -> tuple[Any, int]:
    exponent = math.frexp(float(creation.plain(x)))[1]
    return x / 2.0**exponent, exponent


def _log(x: Any, *base: Any) -> Any:
    return call(np.log, (x,)) / call(np.log, base) if base else call(np.log, (x,))


def _hypot(*coordinates: Any) -> Any:
    if len(coordinates) == 2:
        return call(np.hypot, coordinates)
    return call(np.sqrt, (functools.reduce(operator.add, (x * x for x in coordinates)),))


def _of_scipy(name: str) -> Callable[..., Any]:
    def lifted(x: Any) -> Any:
        try:
            special = importlib.import_module("scipy.special")
        except ImportError:
            raise LiftingError(
                f"math.{name} of a value that is differentiated needs SciPy: pip install scipy"
            ) from None
        return call(getattr(special, name), (x,))

    return lifted


def _fsum(seq: Iterable[Any]) -> Any:
    items = list(seq)
    return functools.reduce(operator.add, items) if any(map(creation.is_followed, items)) else math.fsum(items)


def _prod(iterable: Iterable[Any], /, *, start: Any = 1) -> Any:
    return functools.reduce(operator.mul, iterable, start)


def _dist(p: Iterable[Any], q: Iterable[Any]) -> Any:
    p, q = list(p), list(q)
    if not any(map(creation.is_followed, [*p, *q])):
        return math.dist(p, q)
    return _hypot(*(a - b for a, b in zip(p, q, strict=True)))


def _sumprod(p: Iterable[Any], q: Iterable[Any]) -> Any:
    return sum(a * b for a, b in zip(p, q, strict=True))


# -- Python's own functions --------------------------------------------------------------------------------------------


def _length(obj: Any, /) -> int:
    if isinstance(obj, Recorded) and obj._array.ndim:
        return obj.shape[0]  # type: ignore[attr-defined,no-any-return]
    return len(obj)


def _import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    namespace = globals if hasattr(globals, "lifting") else _callers()
    return namespace.lifting.lift(builtins.__import__(name, namespace.original, locals, fromlist, level))


def _import_module(name: str, package: str | None = None) -> Any:
    return _callers().lifting.lift(importlib.import_module(name, package))


def _globals() -> Any:
    namespace = _callers()
    namespace.fill(namespace.original)
    return namespace


def _evaluating(run: Callable[..., Any], mode: str) -> Callable[..., Any]:
    def lifted(source: Any, globals: Any = None, locals: Any = None, /, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        code = source if isinstance(source, CodeType) else compile(source, "<string>", mode)
        if globals is None:
            globals = frame.f_globals
            locals = frame.f_locals if locals is None else locals
        if hasattr(globals, "lifting"):
            globals.fill_for(code)
        elif "__builtins__" not in globals:
            globals["__builtins__"] = frame.f_globals["__builtins__"]
        return run(code, globals, locals, **kwargs)

    return lifted


def _callers() -> Any:
    """Return the globals of the lifted function that called."""
    frame: Any = sys._getframe(2)
    while not hasattr(frame.f_globals, "lifting"):
        frame = frame.f_back
    return frame.f_globals


# -- the table ---------------------------------------------------------------------------------------------------------


def _replacements() -> Iterable[tuple[Any, Any]]:
    yield np.ndarray, _NDARRAY
    yield from _scalar_types().items()
    yield float, _stand_in(float, lambda x=0.0, /: creation.number(x), float, dtype=np.dtype(float))
    yield int, _stand_in(int, creation.whole_number, int, dtype=np.dtype(int))
    yield complex, _stand_in(complex, creation.complex_number, complex, dtype=np.dtype(complex))
    yield type, _stand_in(type, _type_of, type)
    yield range, _stand_in(range, _range_of)
    yield len, _length
    yield isinstance, is_instance
    yield hasattr, _has_attribute
    yield globals, _globals
    yield eval, _evaluating(eval, "eval")
    yield exec, _evaluating(exec, "exec")
    yield builtins.__import__, _import
    yield importlib.import_module, _import_module

    yield np.array, creation.array
    for like in (np.asarray, np.asanyarray, np.asfortranarray, np.asarray_chkfinite, np.require):
        yield like, creation.asarray
    yield np.ascontiguousarray, creation.at_least_1d
    yield np.full, creation.full
    yield np.full_like, creation.full_like
    yield np.fromiter, creation.from_iterable
    yield np.fromfunction, creation.from_function
    yield np.frompyfunc, creation.from_python_function
    yield np.vectorize, creation.Vectorized
    yield np.apply_along_axis, creation.along_axis
    yield np.piecewise, creation.piecewise
    yield np.isscalar, creation.is_scalar
    yield np.ndenumerate, creation.enumerated
    yield np.r_, creation.Joined(np.r_, creation.join_rows)
    yield np.c_, creation.Joined(np.c_, creation.join_columns)
    yield np.mgrid, creation.Grid(np.mgrid)
    yield np.ogrid, creation.Grid(np.ogrid)
    for function in (np.save, np.savez, np.savez_compressed, np.savetxt):
        yield function, creation.on_values(function)
    for matrix in (np.matrix, np.asmatrix, np.bmat):
        yield matrix, _refuse_matrix
    yield np.random.default_rng, randomness.source_made_by(np.random.default_rng)
    for source in (np.random.Generator, np.random.RandomState):
        yield source, _stand_in(source, randomness.source_made_by(source))

    for name, function in _MATH.items():
        if hasattr(math, name):
            real = getattr(math, name)
            yield real, _of_math(real, creation.ufunc(function))
    for name, scipys in _MATH_OF_SCIPY.items():
        yield getattr(math, name), _of_math(getattr(math, name), _of_scipy(scipys))
    for name in _MATH_ON_VALUES:
        yield getattr(math, name), _on_number(getattr(math, name))
    for name, function in _MATH_OF_PIECES.items():
        yield getattr(math, name), _of_math(getattr(math, name), function)
    yield math.log, _of_math(math.log, _log)
    yield math.hypot, _of_math(math.hypot, _hypot)
    yield math.fsum, _fsum
    yield math.prod, _prod
    yield math.dist, _dist
    if hasattr(math, "sumprod"):
        yield math.sumprod, _sumprod


#: By identity: the object, which is kept alive, and its substitute.
_TABLE: dict[int, tuple[Any, Any]] = {id(real): (real, lifted) for real, lifted in _replacements()}
#: Python's functions as lifted code sees them, by name.
BUILTINS: dict[str, Any] = {name: _TABLE[id(value)][1] for name, value in vars(builtins).items() if id(value) in _TABLE}
