"""Whose code it is: a person's, which is lifted, or an installed package's, which is left as it is."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from types import FunctionType, MethodDescriptorType, ModuleType, WrapperDescriptorType
from typing import Any

_OWN_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
#: Where Python's own modules and this library's are. Whatever else lies in no "site-packages" is a person's.
_INSTALLED = tuple(
    folder.rstrip(os.sep) + os.sep
    for path in (
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("platstdlib"),
        os.path.dirname(os.__file__),
        _OWN_FOLDER,
        os.path.join(os.path.dirname(_OWN_FOLDER), "nn"),
    )
    if path
    for folder in (path, os.path.realpath(path))
)
#: How the standard library names the code that it generates for other modules.
_GENERATED = ("<string>", "<attrs ", "<__array_function__")
_IS_PYTHON_CLASS = 1 << 9  # CPython's Py_TPFLAGS_HEAPTYPE


@functools.lru_cache(maxsize=4096)
def is_installed_file(file: str) -> bool:
    """Whether a source file belongs to an installed package, the standard library or this library."""
    path = os.path.abspath(file)
    return path.startswith(_INSTALLED) or "site-packages" in path or "dist-packages" in path


def is_persons_module(module: ModuleType) -> bool:
    """Whether a module is a person's own."""
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    if file is not None:
        return not is_installed_file(file)
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    return origin not in ("built-in", "frozen") and module.__name__ not in sys.builtin_module_names


def is_persons_function(function: FunctionType) -> bool:
    """Whether a function is a person's own: defined in a file of theirs, in a notebook, at the prompt, by `exec`."""
    file = function.__code__.co_filename
    if file.startswith(_GENERATED):
        file = function.__globals__.get("__file__") or ""
    return not is_installed_file(file) if file and not file.startswith("<") else not file.startswith("<frozen ")


def is_persons_class(cls: type) -> bool:
    """Whether a class is a person's own."""
    if not cls.__flags__ & _IS_PYTHON_CLASS or any(_is_compiled(part, cls) for part in vars(cls).values()):
        return False
    if cls.__module__ in ("__main__", "builtins"):  # the second: of `exec` in a namespace without a name
        return True
    module = sys.modules.get(cls.__module__)
    return module is None or is_persons_module(module)


def _is_compiled(part: Any, cls: type) -> bool:
    kinds = (MethodDescriptorType, WrapperDescriptorType)
    return isinstance(part, kinds) and part.__objclass__ is cls
