"""Every public callable of the installed NumPy, by the name a person calls it."""

from __future__ import annotations

import functools
import inspect
import re
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.testing.overrides import get_overridable_numpy_array_functions, get_overridable_numpy_ufuncs

from autograd_lite.registry import operation_of

#: Where public names stand, in the order in which one of several names is chosen.
NAMESPACES = ("", "linalg", "fft", "emath", "lib.scimath", "lib.stride_tricks")
#: The ufuncs of which the methods are shown; the others go the same way.
METHODS_OF = ("add", "multiply", "maximum", "minimum", "logaddexp", "subtract", "divide", "power", "hypot")
METHODS = ("reduce", "accumulate", "outer", "reduceat", "at")


def namespace(path: str) -> Any:
    """The module of that name in NumPy; `np.fft` and others come when they are asked for."""
    return functools.reduce(getattr, path.split(".") if path else [], np)


@functools.cache
def public() -> dict[str, Any]:
    """Every public callable, and every member of `ndarray`, by name."""
    found: dict[str, Any] = {}
    for path in NAMESPACES:
        module = namespace(path)
        for name in sorted(set(getattr(module, "__all__", ())) | {n for n in dir(module) if not path and n[0] != "_"}):
            value = getattr(module, name)
            if callable(value) and not isinstance(value, types.ModuleType):
                found[f"{path}.{name}" if path else name] = value
    known = {id(value) for value in found.values()}
    for value in sorted(dispatching(), key=full_name):
        if id(value) not in known and (isinstance(value, np.ufunc) or full_name(value) not in found):
            found[full_name(value) if "." in full_name(value) else f"_core.umath.{value.__name__}"] = value
    for ufunc in METHODS_OF:
        for method in METHODS:
            found[f"{ufunc}.{method}"] = getattr(getattr(np, ufunc), method)
    for name in sorted(set(dir(np.ndarray))):
        found[f"ndarray.{name}"] = getattr(np.ndarray, name)
    return found


def dispatching() -> set[Any]:
    """Everything that NumPy says it hands on to the arrays it is given."""
    return {*get_overridable_numpy_array_functions(), *get_overridable_numpy_ufuncs()}


def full_name(function: Callable[..., Any]) -> str:
    module = (getattr(function, "__module__", None) or "numpy").removeprefix("numpy").removeprefix(".")
    return f"{module}.{function.__name__}" if module else function.__name__


@functools.cache
def first_names() -> dict[Any, str]:
    """For each callable the first of its names."""
    first: dict[Any, str] = {}
    for name, value in public().items():
        try:
            if name == getattr(value, "__name__", None):
                first[value] = name
            first.setdefault(value, name)
        except TypeError:  # __hash__ = None is not hashable
            continue
    return first


@functools.cache
def parameters(name: str) -> tuple[str, ...]:
    """The parameters of a callable: of its signature, or documented."""
    value = public()[name]
    if isinstance(value, np.ufunc):
        count = value.nin
        inputs = ("x",) if count == 1 else tuple(f"x{i + 1}" for i in range(count))
        extra = (
            ("where",) if not value.signature else ("axes", *(("axis", "keepdims") * value.signature.endswith("()")))
        )
        return (*inputs, "out", *extra, "casting", "order", "dtype", "subok", "signature")
    if name == "ndarray.view":
        return ("dtype", "type")
    if name.startswith("ndarray.") and (name.endswith("__") or not callable(value)):
        return ()
    try:
        names = tuple(inspect.signature(value).parameters)
    except (TypeError, ValueError):
        names = tuple(_documented(value)) or (operation_of(value).parameters if callable(value) else ())
    return tuple(n for n in names if n != "self")


def _documented(value: Any) -> Iterator[str]:
    """The parameters in the first line of the documentation: ``concatenate((a1, a2, ...), axis=0, out=None)``."""
    line = (value.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    match = re.match(r"[\w.]+\((.*)\)", line)
    text = re.sub(r"\([^()]*\)", "arrays", match[1]) if match else ""
    for word in re.findall(r"\w+(?=\s*(?:=|,|\)|\]|\[|$))(?!\s*=\s*\w+\.)", re.sub(r"=\s*[^,\[\]]+", "", text)):
        if word not in ("None", "True", "False") and not word.isdigit():
            yield word
