"""Whole programs as people write them, in plain NumPy: each defines `params` and `loss(params)`.

None of them knows this library. Each file's docstring says its style and what it computes. `mynet` is the package that
one of them brings along. Tests of whatever takes a person's function (`lift`, and the readers built on it) run them.
"""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parent
#: The files, one a program.
PROGRAMS = sorted(path for path in FOLDER.glob("*.py") if path.name not in ("__init__.py", "conftest.py"))

_numbers = itertools.count(1)
_brought_along: set[str] = set()


def load(path: Path) -> ModuleType:
    """Run a program as a fresh module of a name of its own, as if started in its folder; leave `sys.path` as it was.

    What it imports from its folder is fresh, too.
    """
    name = f"program_{path.stem}_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    while _brought_along:
        sys.modules.pop(_brought_along.pop(), None)
    modules_before = set(sys.modules)
    path_before, random_state = sys.path[:], np.random.get_state()  # programs seed NumPy
    sys.path.insert(0, str(path.parent))
    sys.modules[name] = module  # dataclasses look their module up
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        sys.path[:] = path_before
        np.random.set_state(random_state)
        _brought_along.update(key for key in set(sys.modules) - modules_before - {name} if _is_here(sys.modules[key]))
    return module


def _is_here(module: ModuleType) -> bool:
    return Path(getattr(module, "__file__", None) or "/").is_relative_to(FOLDER)


def params_of(program: ModuleType) -> dict[str, Any]:
    """Return a program's parameters, whether it defines a dict or a function returning one."""
    params = program.params
    return params() if callable(params) else params


def value_of(result: Any) -> Any:
    """Return the loss of what `loss` returned, a scalar or a pair of a scalar and named intermediates."""
    return result[0] if isinstance(result, tuple) else result
