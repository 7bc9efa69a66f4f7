"""What the grid runs, a module a chapter: each module's `cases()` returns calls of functions that have a rule."""

from __future__ import annotations

import importlib
import pkgutil

from tests.rules.cases.basic import Case, differentiable, ufunc_cases


def other_cases() -> list[Case]:
    """Return the cases of all chapters."""
    modules = [importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)]
    return [case for module in modules for case in module.cases()]


__all__ = ["Case", "differentiable", "other_cases", "ufunc_cases"]
