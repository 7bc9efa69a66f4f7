"""What a call on Tensors asks of NumPy: a Tensor that notes each function, member and operator used on it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.tensor.recording import Recorded
from autograd_lite.tensor.writers import FlatIterator
from tests.conformance.names import first_names, parameters


@dataclass
class Notes:
    """For each name the parameters that it was called with; `depth` counts the calls that are under way."""

    seen: dict[str, set[str]] = field(default_factory=dict)
    depth: int = 0
    is_on: bool = False

    def call(self, name: str, run: Callable[[], Any], owner: Any, args: Any, kwargs: Any) -> Any:
        """Make a call, and note it if a person makes it (not those that it makes in turn) and a gradient goes on."""
        self.depth += 1
        try:
            answer = run()
        finally:
            self.depth -= 1
        if self.is_on and not self.depth and carries(answer, owner):
            self.seen.setdefault(name, set()).update(bound(name, args, kwargs))
        return answer


notes = Notes()


def carries(answer: Any, owner: Any = None) -> bool:
    """Whether a gradient goes through an answer: it is a Tensor, holds one, or is nothing because its owner changed."""
    if isinstance(answer, ag.Tensor):
        return answer.requires_grad
    if isinstance(answer, (tuple, list)):
        return any(map(carries, answer))
    if answer is None or isinstance(answer, (Iterator, FlatIterator)):
        return carries(owner)
    return False


def bound(name: str, args: Any, kwargs: Any) -> set[str]:
    """The names of the parameters that a call gives."""
    names = parameters(name) if name in first_names().values() else ()
    return {*names[: len(args)], *(key if key in names else "kw" for key in kwargs)}


class Watched(ag.Tensor):
    """A Tensor that notes what is asked of it."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        called = ufunc if method == "__call__" else getattr(ufunc, method)
        name = first_names().get(called, name)
        run = super().__array_ufunc__
        return notes.call(name, lambda: run(ufunc, method, *inputs, **kwargs), inputs[0], inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = first_names().get(func, getattr(func, "__name__", repr(func)))
        like = {"like": self} if name in LIKE else {}
        run = super().__array_function__
        owner = args[0] if args else None
        return notes.call(name, lambda: run(func, types, args, kwargs), owner, args, {**kwargs, **like})


#: What NumPy hands on only because of the argument ``like``, which it takes away.
LIKE = {"array", "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "require", "full"}


def _noting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    names = parameters(f"ndarray.{name}") or tuple(inspect.signature(method).parameters)[1:]

    def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
        given = {n: True for n, _ in zip(names, args, strict=False)} if not name.endswith("__") else {}
        return notes.call(f"ndarray.{name}", lambda: method(self, *args, **kwargs), self, (), {**given, **kwargs})

    return noted


def _noting_property(name: str, member: property) -> property:
    def get(self: Any) -> Any:
        return notes.call(f"ndarray.{name}", lambda: member.fget(self), self, (), {})  # type: ignore[misc]

    return property(get, member.fset)


#: What the engine itself asks of a Tensor.
_ITS_OWN = {"__class__", "__new__", "__init__", "__array_ufunc__", "__array_function__", "__getattribute__", "__dir__",
            "__setattr__", "__delattr__", "__init_subclass__", "__subclasshook__", "__class_getitem__", "__hash__",
            "shape", "ndim", "dtype", "size", "data"}  # fmt: skip

for _name in set(dir(np.ndarray)) & set(dir(ag.Tensor)) - _ITS_OWN:
    _member = inspect.getattr_static(ag.Tensor, _name)
    if isinstance(_member, property):
        setattr(Watched, _name, _noting_property(_name, _member))
    elif inspect.isfunction(_member):
        setattr(Watched, _name, _noting(_name, _member))


def watched(call: Callable[..., Any]) -> Callable[..., Any]:
    """The function, run so that what it does with Tensors is noted."""

    def run(*args: Any) -> Any:
        if not any(isinstance(arg, ag.Tensor) for arg in args):
            return call(*args)
        before, Recorded.result_class = Recorded.result_class, Watched
        for arg in args:
            if isinstance(arg, ag.Tensor):
                arg.__class__ = Watched
        notes.is_on, notes.depth = True, 0
        try:
            return call(*args)
        finally:
            Recorded.result_class = before
            notes.is_on = False

    return run
