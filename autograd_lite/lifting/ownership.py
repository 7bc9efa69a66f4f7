"""Whose code it is: a person's, which is lifted, or an installed package's, which is left as it is."""

from __future__ import annotations

import builtins
import functools
import os
import sys
import sysconfig
from types import FunctionType, ModuleType
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
_HEAP_TYPE = 1 << 9


@functools.lru_cache(maxsize=4096)
def is_installed_file(file: str) -> bool:
    """Whether a source file belongs to an installed package, the standard library or this library."""
    path = os.path.abspath(file)
    return path.startswith(_INSTALLED) or "site-packages" in path or "dist-packages" in path


def is_persons_module(module: ModuleType) -> bool:
    """Whether a module is a person's own."""
    return _is_persons_namespace(vars(module))


def is_persons_function(function: FunctionType) -> bool:
    """Whether a function is a person's own: defined in a file of theirs, in a notebook, at the prompt, by `exec`."""
    if _is_persons_namespace(function.__globals__):
        return True
    file = function.__code__.co_filename
    return file in ("<stdin>", "<console>") or "ipykernel" in file or file.startswith("<ipython")


def is_persons_class(cls: type) -> bool:
    """Whether a class is a person's own."""
    if not cls.__flags__ & _HEAP_TYPE:
        return False
    name = cls.__module__
    if name == builtins.__name__:  # what `exec` defines in a namespace without a name
        return True
    module = sys.modules.get(name)
    return module is None or is_persons_module(module)


def _is_persons_namespace(namespace: dict[str, Any]) -> bool:
    file = namespace.get("__file__")
    if isinstance(file, str):
        return not is_installed_file(file)
    spec = namespace.get("__spec__")
    return getattr(spec, "origin", None) not in ("built-in", "frozen")
