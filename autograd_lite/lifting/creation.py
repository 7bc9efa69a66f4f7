"""NumPy's functions as lifted code sees them: what they make are Tensors, and lists of Tensors are arrays to them."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from autograd_lite.errors import LiftingError
from autograd_lite.registry import Operation, operation_of
from autograd_lite.tensor.memory import View
from autograd_lite.tensor.numbers import TracedInt, TracedNumber, plain_number, running_tracer, traced_number
from autograd_lite.tensor.recording import Recorded, call, tensor_out, wrap
from autograd_lite.tensor.writers import WRITERS
from autograd_lite.tensor.writing import into

#: Functions of lists of arrays, besides those of which the registry knows it.
_TAKES_SEQUENCES = {
    np.hstack, np.vstack, np.dstack, np.column_stack, np.stack, np.concatenate, np.select, np.choose, np.lexsort,
    np.linalg.multi_dot, np.piecewise,
}  # fmt: skip


def _created(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Call a function of NumPy's, so that it is recorded, and make Tensors of the plain arrays that it returns."""
    if kwargs and isinstance(function, np.ufunc) and any(isinstance(x, Recorded) for x in (*args, *kwargs.values())):
        return as_tensor(function(*args, **kwargs))  # which minds its keywords
    out = tensor_out(kwargs)
    if out is not None:
        return into(out, _created(function, args, {key: value for key, value in kwargs.items() if key != "out"}))
    operation = operation_of(function)
    positional = _positional(function)
    if "out" in positional[: len(args)]:
        place = positional.index("out")
        named = dict(zip(positional[place:], args[place:], strict=False))
        return _created(function, args[:place], {**named, **kwargs})
    if operation.is_known and function is not np.block:
        takes = function in _TAKES_SEQUENCES
        if any(type(arg) in (list, tuple) for arg in args):
            names = [*operation.parameters, *[""] * len(args)]
            args = [_joined(arg, takes or name in operation.sequences) for arg, name in zip(args, names, strict=False)]
            if not takes and any(isinstance(arg, Recorded) for arg in args):  # beside a Tensor, a rule reads arrays
                differentiable = set(operation.rules) - operation.sequences
                args = [
                    array(arg) if type(arg) in (list, tuple) and name in differentiable else arg
                    for arg, name in zip(args, names, strict=False)
                ]
        if kwargs:
            kwargs = {name: _joined(value, takes or name in operation.sequences) for name, value in kwargs.items()}
    return _as_views(as_tensor(call(operation, args, kwargs)), operation, [*args, *kwargs.values()])


def _as_views(made: Any, operation: Operation, args: Iterable[Any]) -> Any:
    """Take note of what a function without a rule returned of its arguments' own memory, as `numpy.split` does."""
    if operation.is_known:
        return made  # then the engine knows
    for part in made if isinstance(made, (tuple, list)) else (made,):
        if isinstance(part, Recorded) and part._alias is None and part._array.base is not None:
            for base in args:
                if isinstance(base, Recorded) and np.may_share_memory(part._array, base._array):
                    part._alias = View(base, _unfollowed(operation.name), (), {})
    return made


@functools.cache
def _unfollowed(name: str) -> Operation:
    def refuse(*args: Any) -> Any:
        raise LiftingError(
            f"{name} returned a part of an array's own memory, and one of them was written to: lifted, the other did "
            f"not change. Make a copy of the part, .copy(), or take it with an index, a[i:j]"
        )

    return Operation(refuse, name)


@functools.cache
def _positional(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of the arguments that a function takes by position, as far as they are known."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ("a", "b", "out") if function is np.dot else ()
    return tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))


def as_tensor(value: Any) -> Any:
    """Make a Tensor of a plain array of numbers, and of those in a tuple or list that a function returned."""
    if type(value) is np.ndarray:
        return wrap(value) if value.dtype.kind in "biufc" else value
    if isinstance(value, np.floating):  # ``number * [t, u]`` is NumPy's to multiply: it would make arrays of t and u
        return wrap(value)
    if type(value) in (tuple, list):
        return type(value)(as_tensor(part) for part in value)
    return value


def _joined(arg: Any, is_sequence: bool) -> Any:
    """Make an array of a list with Tensors in it; of each list in it, where a sequence of arrays is wanted."""
    if type(arg) not in (list, tuple):
        return arg
    if is_sequence:
        return type(arg)(_joined(part, False) for part in arg)
    return array(arg) if any(t.dtype.kind in "fc" for t in _tensors_in(arg)) else arg


def _tensors_in(arg: Any) -> Iterator[Any]:
    for part in arg:
        if isinstance(part, Recorded):
            yield part
        elif isinstance(part, (list, tuple)):
            yield from _tensors_in(part)


def _holds_traced(arg: Any) -> bool:
    return any(
        isinstance(part, (Recorded, TracedNumber)) or (isinstance(part, (list, tuple)) and _holds_traced(part))
        for part in arg
    )


def plain(value: Any) -> Any:
    """Return a value with arrays and numbers in place of the Tensors and traced numbers in it."""
    if isinstance(value, Recorded):
        return value.data  # type: ignore[attr-defined]
    if isinstance(value, TracedNumber):
        return plain_number(value)
    if isinstance(value, (list, tuple)) and _holds_traced(value):
        return [plain(part) for part in value]
    return value


def is_followed(value: Any) -> bool:
    """Whether a value must not become a plain number: a gradient flows through it, or a trace follows it."""
    if isinstance(value, Recorded):
        return value._is_recorded() or running_tracer() is not None
    return isinstance(value, TracedNumber)


# -- numbers -----------------------------------------------------------------------------------------------------------


def number(value: Any) -> Any:
    """Return what ``float(value)`` means: a Tensor stays one, if it has a single entry."""
    if isinstance(value, Recorded):
        if value._array.size != 1 or value._array.dtype.kind == "c" or not is_followed(value):
            return float(value.data)  # type: ignore[attr-defined]  # or raises what NumPy raises
        tensor: Any = value
        if tensor.ndim:
            tensor = tensor.reshape(())
        return tensor if tensor.dtype == np.float64 else _cast(tensor, np.float64)
    if isinstance(value, TracedNumber):
        number = plain_number(value)
        return value if type(number) is float else traced_number(float(number), value.node)
    return float(value)


def whole_number(*args: Any) -> Any:
    """Return what ``int(value)`` means: the length of an axis stays what it is."""
    if len(args) == 1 and isinstance(args[0], TracedInt):
        return args[0]
    if args and isinstance(args[0], TracedNumber) and hasattr(args[0], "noted"):
        args[0].noted("int()")
    return int(*args)


def complex_number(*args: Any) -> Any:
    """Return what ``complex(value)`` means: a Tensor stays one."""
    if len(args) == 1 and isinstance(args[0], Recorded) and args[0]._array.size == 1 and is_followed(args[0]):
        return _cast(args[0], np.complex128)
    return complex(*args)


def _cast(tensor: Any, dtype: Any) -> Any:
    return as_tensor(tensor.astype(np.dtype(dtype)))


def scalar_type(real: Any) -> Callable[..., Any]:
    """Return what a scalar type of NumPy's means when it is called: a Tensor is cast to it."""

    def convert(*args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and isinstance(args[0], Recorded):
            return _cast(args[0], real)
        if len(args) == 1 and isinstance(args[0], (list, tuple)) and _holds_traced(args[0]):
            return array(args[0], real)
        return as_tensor(real(*args, **kwargs))

    return convert


# -- arrays ------------------------------------------------------------------------------------------------------------


def array(obj: Any, dtype: Any = None, *, copy: Any = True, ndmin: int = 0, **kwargs: Any) -> Any:
    """`numpy.array`; of a list with Tensors in it a stack of them."""
    if isinstance(obj, Recorded):
        tensor: Any = obj
        if dtype is not None and np.dtype(dtype) != tensor.dtype:
            tensor = _cast(tensor, dtype)
        elif copy:
            tensor = call(np.copy, (tensor,))
    elif isinstance(obj, (list, tuple)) and _holds_traced(obj):
        whole = np.array(plain(obj), dtype)  # raises what NumPy raises
        if whole.dtype.kind not in "biufc":
            raise LiftingError(
                f"np.array would make an array of {whole.dtype} of a list with arrays in it that are being followed; "
                f"keep the list, or give all its entries one shape"
            )
        if running_tracer() is None and whole.dtype.kind not in "fc":
            tensor = wrap(whole)
        else:
            tensor = _stacked(obj)
            if tensor.dtype != whole.dtype:
                tensor = _cast(tensor, whole.dtype)
    else:
        if copy is not True:
            kwargs["copy"] = copy
        if ndmin:
            kwargs["ndmin"] = ndmin
        return _created(np.array, (obj,) if dtype is None else (obj, dtype), kwargs)
    return tensor.reshape((1,) * (ndmin - tensor.ndim) + tuple(tensor.shape)) if ndmin > tensor.ndim else tensor


def _stacked(obj: Any) -> Any:
    if isinstance(obj, (list, tuple)):
        return call(np.stack, ([_stacked(part) for part in obj],)) if _holds_traced(obj) else np.array(obj)
    return obj


def asarray(a: Any, dtype: Any = None, order: Any = None, **kwargs: Any) -> Any:
    """`numpy.asarray` and its like: a Tensor is an array."""
    if isinstance(a, Recorded):
        return a if dtype is None or np.dtype(dtype) == a._array.dtype else _cast(a, dtype)
    if isinstance(a, (list, tuple)) and _holds_traced(a):
        return array(a, dtype)
    return _created(np.asarray, (a, dtype, order), kwargs)


def at_least_1d(a: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """`numpy.ascontiguousarray`: an array of at least one axis."""
    result = asarray(a, dtype, **kwargs)
    return result if result.ndim else result.reshape((1,))


def full(shape: Any, fill_value: Any, dtype: Any = None, order: Any = "C", **kwargs: Any) -> Any:
    """`numpy.full`, whose value may be a Tensor."""
    if not isinstance(fill_value, Recorded) and not (
        isinstance(fill_value, (list, tuple)) and _holds_traced(fill_value)
    ):
        return _created(np.full, (shape, fill_value, dtype, order), kwargs)
    filled = call(np.copy, (call(np.broadcast_to, (asarray(fill_value), shape)),))
    return filled if dtype is None or np.dtype(dtype) == filled.dtype else _cast(filled, dtype)


def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: Any = "K", subok: bool = True, shape: Any = None
) -> Any:
    """`numpy.full_like`, whose value may be a Tensor."""
    if isinstance(fill_value, Recorded):
        like: Any = asarray(a)
        return full(like.shape if shape is None else shape, fill_value, like.dtype if dtype is None else dtype)
    return _created(np.full_like, (a, fill_value, dtype, order, subok, shape), {})


def from_iterable(iter: Iterable[Any], dtype: Any, count: int = -1, **kwargs: Any) -> Any:
    """`numpy.fromiter`."""
    items = list(iter) if count < 0 else list(itertools.islice(iter, count))
    if not _holds_traced(items):
        return _created(np.fromiter, (items, dtype, count), kwargs)
    return array(items, dtype)


def from_function(function: Callable[..., Any], shape: Any, *, dtype: Any = float, **kwargs: Any) -> Any:
    """`numpy.fromfunction`, on Tensors of indices."""
    return function(*_created(np.indices, (shape,), {"dtype": dtype}), **kwargs)


def along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """`numpy.apply_along_axis`, line by line."""
    arr = asarray(arr)
    moved = call(np.moveaxis, (arr, axis, -1))
    before = tuple(moved.shape[:-1])
    lines = moved.reshape((-1, moved.shape[-1]))
    made = array([func1d(lines[i], *args, **kwargs) for i in range(len(lines))])
    result = made.reshape((*before, *made.shape[1:]))
    position, inner = axis % arr.ndim, result.ndim - len(before)
    order = [*range(position), *range(len(before), result.ndim), *range(position, len(before))]
    return call(np.transpose, (result, order)) if inner else result


def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Any:
    """`numpy.piecewise`: each function on the entries that its condition chooses."""
    x = asarray(x)
    is_list = not x.ndim or isinstance(condlist[0], (list, np.ndarray)) or np.ndim(plain(condlist[0])) > 0
    conditions = [asarray(c, bool) for c in (condlist if is_list else [condlist])]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.any(np.stack(conditions), axis=0))
    if len(funclist) != len(conditions):
        raise ValueError(
            f"with {len(conditions)} condition(s), either {len(conditions)} or one more functions are expected"
        )
    y = _created(np.zeros_like, (x,), {})
    for condition, function in zip(conditions, funclist, strict=True):
        if np.any(plain(condition)) or np.any(condition):  # of no entries a trace takes note
            y[condition] = function(x[condition], *args, **kw) if callable(function) else function
    return y


def is_scalar(element: Any) -> bool:
    """`numpy.isscalar`."""
    return element._is_number() if isinstance(element, Recorded) else np.isscalar(element)


def enumerated(arr: Any) -> Iterator[tuple[Any, Any]]:
    """`numpy.ndenumerate`."""
    arr = asarray(arr)
    return ((index, arr[index]) for index in np.ndindex(*map(int, arr.shape)))


class Joined:
    """`numpy.r_` and `numpy.c_`."""

    def __init__(self, real: Any, join: Callable[[list[Any]], Any]) -> None:
        self.real = real
        self.join = join

    def __getitem__(self, key: Any) -> Any:
        parts = key if isinstance(key, tuple) else (key,)
        if not any(isinstance(p, Recorded) or (isinstance(p, (list, tuple)) and _holds_traced(p)) for p in parts):
            return as_tensor(self.real[key])
        if any(isinstance(part, str) for part in parts):
            raise LiftingError("np.r_ with a string and a Tensor is not lifted; write np.concatenate or np.stack")
        expanded = [asarray(self.real[part]) if isinstance(part, slice) else asarray(part) for part in parts]
        return self.join([part if part.ndim else part.reshape((1,)) for part in expanded])


def join_rows(parts: list[Any]) -> Any:
    """``np.r_[...]``."""
    return call(np.concatenate, (parts,))


def join_columns(parts: list[Any]) -> Any:
    """``np.c_[...]``."""
    return call(np.concatenate, ([p.reshape((-1, 1)) if p.ndim == 1 else p for p in parts],), {"axis": -1})


class Grid:
    """`numpy.mgrid` and its like."""

    def __init__(self, real: Any) -> None:
        self.real = real

    def __getitem__(self, key: Any) -> Any:
        return as_tensor(self.real[plain(key)])


# -- functions of single entries ---------------------------------------------------------------------------------------


class Vectorized:
    """`numpy.vectorize`: a lifted function, applied entry by entry."""

    def __init__(
        self,
        pyfunc: Any = None,
        otypes: Any = None,
        doc: str | None = None,
        excluded: Iterable[int | str] | None = None,
        cache: bool = False,
        signature: str | None = None,
    ) -> None:
        self.pyfunc = pyfunc
        self.otypes = otypes
        self.excluded = set(excluded or ())
        self.signature = signature
        self.__doc__ = doc or getattr(pyfunc, "__doc__", None)
        self.__name__ = getattr(pyfunc, "__name__", "vectorized")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        if self.pyfunc is None:  # used as a decorator with arguments
            return Vectorized(args[0], self.otypes, self.__doc__, self.excluded, signature=self.signature)
        if self.signature is not None:
            raise LiftingError(
                "np.vectorize(signature=...) is not lifted; write the loop, or use np.einsum and broadcasting"
            )
        places = [i for i in range(len(args)) if i not in self.excluded]
        keys = [key for key in kwargs if key not in self.excluded]

        def function(*entries: Any) -> Any:
            positional = list(args)
            for i, entry in zip(places, entries, strict=False):
                positional[i] = entry
            named = dict(zip(keys, entries[len(places) :], strict=True))
            return self.pyfunc(*positional, **{**kwargs, **named})

        varying = [asarray(args[i]) for i in places] + [asarray(kwargs[key]) for key in keys]
        return _entry_by_entry(function, varying, self.otypes)


def _entry_by_entry(function: Callable[..., Any], arrays: list[Any], otypes: Any) -> Any:
    shape = np.broadcast_shapes(*(tuple(map(int, a.shape)) for a in arrays))
    size = int(np.prod(shape))
    if size == 0:
        if otypes is None:
            raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
        made = tuple(wrap(np.empty(shape, code)) for code in otypes)
        return made[0] if len(made) == 1 else made
    flat = [
        (a if tuple(a.shape) == shape else call(np.broadcast_to, (a, shape))).reshape((-1,)) if shape else a
        for a in arrays
    ]
    results = [function(*(a[i] for a in flat)) for i in range(size)] if shape else [function(*arrays)]
    is_several = isinstance(results[0], tuple)
    columns = list(zip(*results, strict=True)) if is_several else [results]
    stacks = []
    for position, column in enumerate(columns):
        # As NumPy does: without otypes the first result says of which type all are.
        dtype = np.dtype(otypes[position]) if otypes is not None else np.asarray(plain(column[0])).dtype
        stacks.append(array(list(column), dtype).reshape(shape))
    return tuple(stacks) if is_several else stacks[0]


def from_python_function(func: Callable[..., Any], /, nin: int, nout: int, **kwargs: Any) -> Callable[..., Any]:
    """`numpy.frompyfunc`; what its functions return are arrays of numbers, not of objects."""

    def elementwise(*args: Any) -> Any:
        if len(args) != nin:
            raise TypeError(f"{getattr(func, '__name__', 'function')} takes {nin} arguments, not {len(args)}")
        arrays = [asarray(arg) for arg in args]
        first = func(*(a if not a.ndim else a.reshape((-1,))[0] for a in arrays)) if nout == 1 else None
        otypes = [np.float64] if nout == 1 and np.asarray(plain(first)).dtype.kind in "biuf" else None
        return _entry_by_entry(func, arrays, otypes)

    return elementwise


@functools.cache
def created_by(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy's as lifted code sees it."""
    writer = WRITERS.get(function)

    @functools.wraps(function)
    def lifted(*args: Any, **kwargs: Any) -> Any:
        if writer is not None and args and isinstance(args[0], Recorded):
            named = {key: _joined(value, False) for key, value in kwargs.items()}
            return writer(args[0], *(_joined(arg, False) for arg in args[1:]), **named)
        return _created(function, args, kwargs)

    return lifted


@functools.cache
def on_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that only looks at values (to save, print or compare them), so that it takes Tensors."""

    @functools.wraps(function)
    def lifted(*args: Any, **kwargs: Any) -> Any:
        return function(*map(plain, args), **{key: plain(value) for key, value in kwargs.items()})

    return lifted


_REDUCTIONS: dict[Any, Any] = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
_ACCUMULATIONS: dict[Any, Any] = {np.add: np.cumsum, np.multiply: np.cumprod}


class Ufunc:
    """A ufunc as lifted code sees it."""

    def __init__(self, real: np.ufunc) -> None:
        self.real = real
        self.__name__ = real.__name__
        self.__doc__ = real.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: D102
        if len(args) > self.real.nin:  # the positional form of out=
            args, kwargs = args[: self.real.nin], {**kwargs, "out": args[self.real.nin]}
        return _created(self.real, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def __repr__(self) -> str:
        return repr(self.real)

    def outer(self, a: Any, b: Any, /, **kwargs: Any) -> Any:
        """`numpy.ufunc.outer`."""
        a, b = asarray(a), asarray(b)
        return self(a.reshape((*a.shape, *(1,) * b.ndim)), b, **kwargs)

    def at(self, a: Any, indices: Any, *b: Any) -> None:
        """`numpy.ufunc.at`: of additions and subtractions it is recorded, of others only what is not followed."""
        if self.real is np.subtract and isinstance(a, Recorded):
            np.add.at(a, indices, -asarray(b[0]))  # type: ignore[arg-type]
        elif self.real is np.add or not isinstance(a, Recorded) or any(map(is_followed, (a, *b))):
            self.real.at(a, indices, *b)
        else:
            changed = np.array(a._array)  # for what was recorded may hold the array itself
            self.real.at(changed, plain(indices), *map(plain, b))
            a[...] = changed  # type: ignore[index]

    def reduce(self, array: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:
        """`numpy.ufunc.reduce`: ``np.add.reduce`` is ``np.sum``."""
        known = _REDUCTIONS.get(self.real)
        if known is None or args or (kwargs.get("dtype") is not None and known in (np.max, np.min)):
            return as_tensor(self.real.reduce(array, axis, *args, **kwargs))
        return _created(known, (array,), {"axis": axis, **kwargs})

    def accumulate(self, array: Any, axis: int = 0, *args: Any, **kwargs: Any) -> Any:
        """`numpy.ufunc.accumulate`: ``np.add.accumulate`` is ``np.cumsum``."""
        known = _ACCUMULATIONS.get(self.real)
        if known is None or args:
            return as_tensor(self.real.accumulate(array, axis, *args, **kwargs))
        return _created(known, (array,), {"axis": axis, **kwargs})


ufunc = functools.cache(Ufunc)
