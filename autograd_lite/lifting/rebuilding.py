"""`lift`: a person's function, rebuilt so that it runs on Tensors as it stands.

A lifted function has the person's own code object, on other globals, closure cells and defaults: a `LiftedGlobals`
hands out what the code asks for, lifted, when it asks. To lift is to make, once per call and object:

- of an array a Tensor (of the same memory, which is never written to: a write goes to a copy);
- of a container, an object of a person's class, a class, a function, a method, a module of theirs a copy, lifted;
- of NumPy, `math` and some of Python's own functions and types their substitutes (see `substitutes`);
- of everything else, such as what installed packages define, itself.

So what a call changes, it changes in copies that are forgotten with it.

What lifting does not reach, each an error where a gradient would be lost:

- Compiled code and installed packages: they get the Tensors, and refuse them where they would make plain arrays of
  them. (NumPy's functions and SciPy's ufuncs know them.) The plain arrays that they return stay plain.
- Iterators and generators that exist already; matrices, masked arrays, and subclasses of `ndarray`: refused when used.
- Exceptions, enumerations and what derives from `ndarray`: their methods run as they are.
- A view and its base, both captured from outside, are two Tensors: an error if one is written to.
- Objects with ``__slots__`` in the result of the function may stay instances of the lifted copy of their class.
- ``x.dtype.type is np.float64`` and ``x.__class__ is float`` are False (``==`` holds); ``type(x)`` of a Tensor without
  axes raises.
- ``del name`` of a global that the function has not read.
"""

from __future__ import annotations

import builtins
import collections
import contextlib
import copy
import enum
import functools
import inspect
import itertools
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from types import (
    BuiltinFunctionType,
    CellType,
    CodeType,
    FunctionType,
    GetSetDescriptorType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any, TypeVar

import numpy as np

from autograd_lite.errors import LiftingError
from autograd_lite.graph import lifted as runs_lifted
from autograd_lite.lifting.creation import Vectorized
from autograd_lite.lifting.ownership import is_persons_class, is_persons_function, is_persons_module
from autograd_lite.lifting.randomness import GLOBAL_SOURCE, RandomSource
from autograd_lite.lifting.substitutes import BUILTINS, substitute
from autograd_lite.tensor.memory import Owner
from autograd_lite.tensor.numbers import TracedNumber, TracedShape, running_tracer
from autograd_lite.tensor.recording import Recorded, wrap

F = TypeVar("F", bound=Callable[..., Any])

#: Types whose values hold nothing to lift.
_ATOMS = frozenset(
    {
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        type(None),
        type(Ellipsis),
        type(NotImplemented),
        slice,
        range,
        CodeType,
    }
    | {np.dtype(code).type for code in "?bBhHiIlLqQefdgFDG"}
)
_IS_PYTHON_CLASS = 1 << 9  # CPython's Py_TPFLAGS_HEAPTYPE
_EMPTY = object()
_PYTHONS_SOURCE = random.random.__self__  # type: ignore[attr-defined]  # what ``random.seed`` and its like work on
#: What a class is made with, since Python or its base asks for it then.
_AT_ITS_CREATION = {"__module__", "__qualname__", "__doc__", "__orig_bases__", "__parameters__"}
#: What Python gives to every class.
_OF_EVERY_CLASS = {"__dict__", "__weakref__", "__slots__", "_abc_impl", "__annotations_cache__"}


def lift(f: F) -> F:
    """Return a function that runs `f` on Tensors as it stands.

    NumPy gives a Tensor no say in ``X.dot(W)`` or ``out[i] = w`` where ``X`` and ``out`` are plain arrays, nor in
    ``np.array([w, 1.0])``, ``math.exp(w)`` and ``float(w)``. A lifted function runs as a copy in which arrays are
    Tensors: those of its arguments, of the variables that it takes from its module and from the functions around it, of
    the attributes of objects, and those that it makes. The functions, classes and modules that it uses are lifted with
    it, installed packages are not. Nothing outside changes: what it assigns to globals and attributes, or writes into
    arrays, lists and dicts, it writes into copies, made anew for every call.

    Parameters
    ----------
    f
        A function, a method, or anything else that can be called, in plain NumPy.

    Returns
    -------
    callable
        A function of the same arguments; `f` is its ``__wrapped__``. The arrays that it returns are Tensors.

    Raises
    ------
    LiftingError
        When it is called: the function did what can not be followed, such as to go on with a generator from outside.
    ConversionError
        When it is called: the function gave a Tensor to compiled code that would make a plain array of it.

    Examples
    --------
    >>> import math
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> X = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> def loss(w):
    ...     errors = np.zeros(2)
    ...     for i in range(2):
    ...         errors[i] = X[i].dot(w) - 1.0
    ...     return math.sqrt(errors.dot(errors))
    >>> ag.grad(ag.lift(loss))(np.array([1.0, 0.0]))
    array([3., 4.])
    """
    if not callable(f):
        raise LiftingError(f"lift takes a function, and this is a {type(f).__name__}: write lift(f), not lift(f(x))")

    @functools.wraps(f, updated=())
    def run(*args: Any, **kwargs: Any) -> Any:
        return lifted_call(f, args, kwargs)[0]

    return run  # type: ignore[return-value]


def lifted_call(f: Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any]) -> tuple[Any, Lifting]:
    """Call a function lifted, once.

    Returns
    -------
    value
        What it returned.
    lifting
        What was lifted: `Lifting.tensors` says which arrays the call met.
    """
    lifting = Lifting()
    token = runs_lifted.set(True)
    try:
        function = lifting.lift(f)
        names = itertools.chain(_parameters(f), itertools.repeat(None))
        value = function(
            *[lifting.lift(arg, name) for arg, name in zip(args, names, strict=False)],
            **{key: lifting.lift(kwargs[key], key) for key in kwargs},
        )
    finally:
        runs_lifted.reset(token)
    lifting.check_writes()
    return lifting.released(value), lifting


def _parameters(f: Any) -> tuple[str, ...]:
    """The names of the positional parameters of a function, as far as it is easily known."""
    if isinstance(f, MethodType):
        return _parameters(f.__func__)[1:]
    if isinstance(f, FunctionType):
        return f.__code__.co_varnames[: f.__code__.co_argcount]
    return ()


class LiftedGlobals(dict[str, Any]):
    """The globals of a lifted function: the person's, each lifted when it is asked for.

    CPython asks a dict that is not exactly a `dict` through ``__getitem__``, so through ``__missing__``, when a
    function reads a global; but neither in a class's body nor in `eval`, for which names are filled in beforehand.
    """

    __slots__ = ("lifting", "original")

    def __init__(self, original: dict[str, Any], lifting: Lifting) -> None:
        given = original.get("__builtins__", builtins)
        names = vars(given) if isinstance(given, ModuleType) else given
        super().__init__(__builtins__={**names, **BUILTINS}, __name__=original.get("__name__", "__main__"))
        self.original = original
        self.lifting = lifting

    def __missing__(self, name: str) -> Any:
        if name not in self.original:
            value = self["__builtins__"][name]
        else:
            with self.lifting.lock:  # lifted code may have started threads: none must see what is half lifted
                value = self.lifting.lift(self.original[name], name)
        self[name] = value
        return value

    def fill(self, names: Iterable[str]) -> None:
        """Lift these globals now."""
        for name in names:
            if name in self.original and name not in self:
                self.__missing__(name)

    def fill_for(self, code: CodeType, only_classes: bool = False) -> None:
        """Lift the globals that a piece of code reads; or those only that the bodies of classes in it read."""
        if not only_classes or not code.co_flags & inspect.CO_OPTIMIZED:
            self.fill(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, CodeType):
                self.fill_for(constant, only_classes)


class LiftedModule(ModuleType):
    """A person's module: what is taken from it is lifted, what is put into it stays in the lifted globals."""

    def __init__(self, module: ModuleType, namespace: LiftedGlobals) -> None:
        super().__init__(module.__name__, module.__doc__)
        vars(self).update(_module=module, _namespace=namespace)

    def __getattr__(self, name: str) -> Any:
        namespace: LiftedGlobals = vars(self)["_namespace"]
        if name in namespace or name in namespace.original:
            return namespace[name]
        return namespace.lifting.lift(getattr(self._module, name), name)

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)["_namespace"][name] = value

    def __dir__(self) -> Iterable[str]:
        return dir(self._module)


class Refused:
    """What stands for an object that can not be lifted: it raises when it is used."""

    def __init__(self, why: str) -> None:
        self._why = why

    def _refuse(self, *args: Any) -> Any:
        raise LiftingError(self._why)

    __iter__ = __next__ = __call__ = __getattr__ = __getitem__ = __setitem__ = __len__ = _refuse
    __array_ufunc__ = __array_function__ = __array__ = _refuse


class Lifting:
    """What one lifted call has made of the person's objects.

    Attributes
    ----------
    tensors
        The arrays that it met, by their ids, each with the Tensor made of it.
    """

    def __init__(self) -> None:
        self.tensors: dict[int, tuple[Any, Any]] = {}
        self._made: dict[int, tuple[Any, Any]] = {}  # holds the originals too, so that their ids stay theirs
        self._originals: dict[type, type] = {}
        self._classes_in_the_making = 0
        self.lock = threading.RLock()

    def lift(self, value: Any, name: str | None = None) -> Any:
        """Return a value as lifted code sees it; `name` is what the person calls it."""
        kind = type(value)
        if kind in _ATOMS:
            return value
        made = self._made.get(id(value))
        if made is not None:
            return made[1]
        handler = _HANDLERS.get(kind)
        return self._other(value, name) if handler is None else handler(self, value, name)

    def released(self, value: Any) -> Any:
        """Return what a lifted function returned, in which objects of lifted classes are of the person's again."""
        stack, seen = ([value] if self._originals else []), set()
        while stack:
            part = stack.pop()
            kind = type(part)
            if id(part) in seen:
                continue
            seen.add(id(part))
            if kind in self._originals:
                with contextlib.suppress(TypeError):  # of another layout: then it stays what it is
                    object.__setattr__(part, "__class__", self._originals[kind])
                stack.extend(vars(part).values() if hasattr(part, "__dict__") else ())
            if isinstance(part, (list, tuple, set, dict)):
                stack.extend(part.values() if isinstance(part, dict) else part)
        return value

    def check_writes(self) -> None:
        """Refuse a write to an array that shares its memory with another: lifted, the other did not see it."""
        for array, tensor in self.tensors.values():
            if isinstance(tensor._alias, Owner) and tensor._alias.changed:
                for other, sharing in self.tensors.values():
                    if other is not array and np.may_share_memory(array, other) and np.shares_memory(array, other):
                        raise LiftingError(
                            f"{tensor._describe()} was written to, and {sharing._describe()} shares its memory: lifted "
                            f"they are two Tensors, and the second did not change. Make one of them a copy: a.copy()"
                        )

    def _keep(self, value: Any, made: Any) -> Any:
        self._made[id(value)] = (value, made)
        return made

    # -- arrays and containers -------------------------------------------------------------------------------------

    def _array(self, value: np.ndarray[Any, Any], name: str | None) -> Any:
        if value.dtype.kind not in "biufc":
            copied = self._keep(value, value.copy())
            if value.dtype == object:
                for index in np.ndindex(value.shape):
                    copied[index] = self.lift(value[index], name and "_".join([name, *map(str, index)]))
            return copied
        data = value.view(np.ndarray)
        data.flags.writeable = False  # a write goes to a copy; code that does not know that is stopped by NumPy
        tensor = wrap(data)
        if (tracing := running_tracer()) is not None:
            tracing.adopt(tensor)
        if name is not None and name.isidentifier():
            tensor.name = name
        self.tensors[id(value)] = (value, tensor)
        return self._keep(value, tensor)

    def _items(self, items: Iterable[Any], name: str | None) -> list[Any]:
        return [self.lift(item, f"{name}_{i}" if name else None) for i, item in enumerate(items)]

    def _entries(self, items: dict[Any, Any], name: str | None) -> Iterator[tuple[Any, Any]]:
        for key, value in list(items.items()):
            own_name = key if isinstance(key, str) else f"{name}_{key}" if name and isinstance(key, int) else None
            yield self.lift(key), self.lift(value, own_name)

    def _list(self, value: list[Any], name: str | None) -> Any:
        made = self._keep(value, [])
        made.extend(self._items(value, name))
        return made

    def _dict(self, value: dict[Any, Any], name: str | None) -> Any:
        made = self._keep(value, {})
        made.update(self._entries(value, name))
        return made

    def _tuple(self, value: tuple[Any, ...], name: str | None) -> Any:
        items = self._items(value, name)
        if id(value) in self._made:  # it holds itself
            return self._made[id(value)][1]
        cls = self.lift(type(value))
        if cls is type(value) and all(a is b for a, b in zip(items, value, strict=True)):
            return self._keep(value, value)
        return self._keep(value, tuple.__new__(cls, items))

    def _set(self, value: Any, name: str | None) -> Any:
        return self._keep(value, type(value)({self.lift(item) for item in value}))

    def _deque(self, value: Any, name: str | None) -> Any:
        made = self._keep(value, collections.deque(maxlen=value.maxlen))
        made.extend(self._items(value, name))
        return made

    def _installed_container(self, value: Any, name: str | None) -> Any:
        """An `OrderedDict`, a `defaultdict`, a list or dict of a package's own type."""
        made = self._keep(value, copy.copy(value))
        made.clear()
        if isinstance(value, dict):
            if isinstance(value, collections.defaultdict):
                made.default_factory = self.lift(value.default_factory)
            made.update(dict(self._entries(value, name)))
        else:
            made.extend(self._items(value, name))
        return made

    def _record(self, value: Any, name: str | None) -> Any:
        made = self._keep(value, type(value)())
        vars(made).update(self._entries(vars(value), None))
        return made

    def _proxy(self, value: Any, name: str | None) -> Any:
        return self._keep(value, MappingProxyType(dict(self._entries(value, name))))

    # -- functions -------------------------------------------------------------------------------------------------

    def _function(self, value: FunctionType, name: str | None) -> Any:
        if isinstance(value.__globals__, LiftedGlobals):
            return value
        if is_persons_function(value):
            return self._rebuilt(value, self._globals(value.__globals__))
        known = substitute(value)
        is_made_by_lifting = value.__globals__.get("__package__") == __package__
        if known is not value or not value.__closure__ or is_made_by_lifting:
            return known
        if hasattr(value, "dispatch") and hasattr(value, "registry"):
            return self._keep(value, self._dispatching(value))
        made = self._rebuilt(value, value.__globals__)  # it may be a decorator's, around a person's function
        cells = zip(value.__closure__, made.__closure__ or (), strict=True)
        return made if any(_contents(a) is not _contents(b) for a, b in cells) else self._keep(value, value)

    def _dispatching(self, value: Any) -> Callable[..., Any]:
        """A function of `functools.singledispatch`: it goes by the class that its argument has in the plain run."""

        @functools.wraps(value, updated=())
        def dispatch(*args: Any, **kwargs: Any) -> Any:
            cls = type(args[0])
            if isinstance(args[0], Recorded):
                cls = np.ndarray if args[0]._array.ndim else args[0]._array.dtype.type
            return self.lift(value.dispatch(self._originals.get(cls, cls)))(*args, **kwargs)

        return dispatch

    def _rebuilt(self, value: FunctionType, namespace: dict[str, Any]) -> FunctionType:
        code = value.__code__
        cells, fresh = [], []
        for cell, variable in zip(value.__closure__ or (), code.co_freevars, strict=True):
            if id(cell) not in self._made:
                fresh.append((cell, self._keep(cell, CellType()), variable))
            cells.append(self._made[id(cell)][1])
        made: FunctionType = self._keep(
            value, FunctionType(code, namespace, value.__name__, None, tuple(cells) if cells else None)
        )
        for cell, own, variable in fresh:  # only now, since a function may refer to itself
            contents = _contents(cell)
            if contents is not _EMPTY:
                own.cell_contents = self.lift(contents, variable)
        if value.__defaults__:
            names = code.co_varnames[code.co_argcount - len(value.__defaults__) :]
            made.__defaults__ = tuple(
                self.lift(part, name) for part, name in zip(value.__defaults__, names, strict=False)
            )
        made.__kwdefaults__ = self.lift(value.__kwdefaults__)
        made.__qualname__, made.__module__, made.__doc__ = value.__qualname__, value.__module__, value.__doc__
        if vars(value):
            vars(made).update(self._entries(vars(value), None))
        if isinstance(namespace, LiftedGlobals):
            namespace.fill_for(code, only_classes=True)
        return made

    def _globals(self, namespace: dict[str, Any]) -> LiftedGlobals:
        made = self._made.get(id(namespace))
        if made is not None and isinstance(made[1], LiftedGlobals):
            return made[1]
        return self._keep(namespace, LiftedGlobals(namespace, self))  # type: ignore[no-any-return]

    def _method(self, value: MethodType, name: str | None) -> Any:
        owner, function = self.lift(value.__self__), self.lift(value.__func__)
        if value.__self__ is GLOBAL_SOURCE or (owner is value.__self__ and function is value.__func__):
            return substitute(value)
        if isinstance(function, FunctionType) and not isinstance(owner, RandomSource):
            return MethodType(function, owner)
        return getattr(owner, value.__func__.__name__)

    def _builtin(self, value: BuiltinFunctionType, name: str | None) -> Any:
        owner = value.__self__
        if owner is None or isinstance(owner, ModuleType):
            return substitute(value)
        own = self.lift(owner)
        return substitute(value) if own is owner or owner is GLOBAL_SOURCE else getattr(own, value.__name__)

    def _partial(self, value: functools.partial[Any], name: str | None) -> Any:
        made = functools.partial(self.lift(value.func), *self._items(value.args, None))
        made.keywords.update(self._entries(value.keywords, None))
        return self._keep(value, made)

    def _cached(self, value: Any, name: str | None) -> Any:
        # With a cache of this call's own: what an earlier call computed belongs to its own Tensors.
        return self._keep(value, functools.lru_cache(**value.cache_parameters())(self.lift(value.__wrapped__)))

    def _vectorized(self, value: Any, name: str | None) -> Any:
        function = self.lift(value.pyfunc)
        made = Vectorized(function, value.otypes, value.__doc__, value.excluded, signature=value.signature)
        return self._keep(value, made)

    def _source(self, value: Any, name: str | None) -> Any:
        return self._keep(value, RandomSource(value if value is GLOBAL_SOURCE else copy.deepcopy(value)))

    def _module(self, value: ModuleType, name: str | None) -> Any:
        if not is_persons_module(value):
            return substitute(value)
        return self._keep(value, LiftedModule(value, self._globals(vars(value))))

    # -- classes and their instances -------------------------------------------------------------------------------

    def _class(self, cls: type, name: str | None) -> Any:
        if not is_persons_class(cls) or issubclass(cls, (enum.Enum, BaseException, np.ndarray)):
            return substitute(cls)
        bases = tuple(self.lift(base) if is_persons_class(base) else base for base in cls.__bases__)
        if id(cls) in self._made:
            return self._made[id(cls)][1]
        attributes = dict(vars(cls))
        namespace: dict[str, Any] = {key: attributes[key] for key in _AT_ITS_CREATION if key in attributes}
        if "__slots__" in attributes:
            slots = [key for key, value in attributes.items() if isinstance(value, MemberDescriptorType)]
            namespace["__slots__"] = [*slots, *(key for key in ("__dict__", "__weakref__") if key in attributes)]
        meta: Any = type(cls)
        self._classes_in_the_making += 1
        try:
            if is_persons_class(meta):
                made = type.__new__(self.lift(meta), cls.__name__, bases, namespace)
            else:
                made = meta.__new__(meta, cls.__name__, bases, namespace)
        finally:
            self._classes_in_the_making -= 1
        self._keep(cls, made)
        self._originals[made] = cls
        for key, value in attributes.items():
            if key not in _OF_EVERY_CLASS | _AT_ITS_CREATION and not isinstance(
                value, (MemberDescriptorType, GetSetDescriptorType)
            ):
                part = self.lift(value, key)
                type.__setattr__(made, key, self._not_again(part) if key == "__init_subclass__" else part)
        return made

    def _not_again(self, init_subclass: classmethod[Any, Any, Any]) -> classmethod[Any, Any, Any]:
        """Keep the copy of a class from being announced to its base, as the class was when it was defined."""
        function: Any = init_subclass.__func__

        def announced(cls: type, /, **kwargs: Any) -> None:
            if not self._classes_in_the_making:
                function(cls, **kwargs)

        return classmethod(announced)

    def _wrapping(self, value: Any, name: str | None) -> Any:
        return self._keep(value, type(value)(self.lift(value.__func__)))

    def _property(self, value: property, name: str | None) -> Any:
        parts = (self.lift(value.fget), self.lift(value.fset), self.lift(value.fdel))
        return self._keep(value, type(value)(*parts, value.__doc__))

    def _cached_property(self, value: Any, name: str | None) -> Any:
        made = self._keep(value, type(value)(self.lift(value.func)))
        made.attrname = value.attrname
        return made

    def _partial_method(self, value: Any, name: str | None) -> Any:
        keywords = dict(self._entries(value.keywords, None))
        return self._keep(
            value, functools.partialmethod(self.lift(value.func), *self._items(value.args, None), **keywords)
        )

    def _instance(self, value: Any, name: str | None) -> Any:
        cls = self.lift(type(value))
        solid: Any = next(base for base in cls.__mro__ if not base.__flags__ & _IS_PYTHON_CLASS)
        if id(value) in self._made:
            return self._made[id(value)][1]
        if solid is tuple:
            made = self._tuple(value, name)
        elif solid in (str, bytes, int, float, complex, frozenset):
            made = self._keep(value, solid.__new__(cls, value))
        else:
            try:
                made = self._keep(value, solid.__new__(cls))
            except TypeError:
                return self._refused(value, name)
        if issubclass(solid, dict):
            for key, part in self._entries(value, name):
                solid.__setitem__(made, key, part)
        elif solid is list:
            list.extend(made, self._items(value, name))
        elif solid is set:
            set.update(made, map(self.lift, value))
        for base in type(value).__mro__:
            for key, slot in vars(base).items():
                if isinstance(slot, MemberDescriptorType) and base.__flags__ & _IS_PYTHON_CLASS:
                    with contextlib.suppress(AttributeError):  # it has no value
                        self._lifted_slot(cls, key, base).__set__(made, self.lift(slot.__get__(value), key))
        if hasattr(value, "__dict__"):
            vars(made).update(self._entries(vars(value), None))
        return made

    def _lifted_slot(self, cls: type, key: str, base: type) -> Any:
        return vars(self.lift(base) if is_persons_class(base) else base)[key]

    # -- what else there is ----------------------------------------------------------------------------------------

    def _refused(self, value: Any, name: str | None) -> Any:
        what = f"{name!r} is a {type(value).__name__}" if name else f"this is a {type(value).__name__}"
        if is_persons_class(type(value)):
            why = "whose class derives from a compiled one, so that no copy of it can be made"
        elif isinstance(value, np.ndarray):
            why = "which does not compute as NumPy's arrays do; make it a plain one where it is defined: np.asarray(a)"
        else:
            why = "which was started outside and would be used up; make it inside, or keep its items in a list"
        return self._keep(value, Refused(f"a lifted function can not use it: {what}, {why}"))

    def _other(self, value: Any, name: str | None) -> Any:
        kind = type(value)
        if isinstance(value, (Recorded, TracedNumber, TracedShape, LiftedGlobals, LiftedModule, Refused)):
            return value
        if isinstance(value, type):
            return self._class(value, name)
        if isinstance(value, np.ndarray):
            return self._array(value, name) if kind is np.memmap else self._refused(value, name)
        if isinstance(value, (enum.Enum, BaseException)):
            return value
        if isinstance(value, ModuleType):
            return self._module(value, name)
        if is_persons_class(kind):
            return self._instance(value, name)
        if isinstance(value, (dict, list, collections.deque)):
            return self._installed_container(value, name)
        if isinstance(value, tuple):
            return self._tuple(value, name)
        if isinstance(value, random.Random):
            return self._keep(value, value if value is _PYTHONS_SOURCE else copy.deepcopy(value))
        if kind.__module__.partition(".")[0] == "numba" and hasattr(value, "py_func"):
            return self.lift(value.py_func)
        if kind.__module__ == "argparse":
            return self._record(value, name)
        if isinstance(value, Iterator) and not kind.__flags__ & _IS_PYTHON_CLASS:
            return self._refused(value, name)
        return substitute(value)


def _contents(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY


_HANDLERS: dict[type, Callable[[Lifting, Any, str | None], Any]] = {
    np.ndarray: Lifting._array,
    list: Lifting._list,
    dict: Lifting._dict,
    tuple: Lifting._tuple,
    set: Lifting._set,
    frozenset: Lifting._set,
    collections.deque: Lifting._deque,
    SimpleNamespace: Lifting._record,
    MappingProxyType: Lifting._proxy,
    FunctionType: Lifting._function,
    MethodType: Lifting._method,
    BuiltinFunctionType: Lifting._builtin,
    functools.partial: Lifting._partial,
    type(functools.lru_cache(len)): Lifting._cached,
    np.vectorize: Lifting._vectorized,
    np.random.Generator: Lifting._source,
    np.random.RandomState: Lifting._source,
    ModuleType: Lifting._module,
    type: Lifting._class,
    staticmethod: Lifting._wrapping,
    classmethod: Lifting._wrapping,
    property: Lifting._property,
    functools.cached_property: Lifting._cached_property,
    functools.partialmethod: Lifting._partial_method,
}
