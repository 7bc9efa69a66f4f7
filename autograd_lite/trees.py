"""Nested containers of arrays (dicts, lists, tuples, named tuples, dataclasses), taken apart and put together."""

from __future__ import annotations

import copy
import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any


def leaves_of(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is not a container, each with its place in the tree as a person would write it.

    >>> list(leaves_of({"W": [1.0, 2.0], "b": 3.0}))
    [("['W'][0]", 1.0), ("['W'][1]", 2.0), ("['b']", 3.0)]
    """
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves_of(value, f"{path}[{key!r}]")
    elif isinstance(tree, (list, tuple)):
        names = getattr(tree, "_fields", None)
        for i, value in enumerate(tree):
            yield from leaves_of(value, f"{path}.{names[i]}" if names else f"{path}[{i}]")
    elif dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        for field in dataclasses.fields(tree):
            yield from leaves_of(getattr(tree, field.name), f"{path}.{field.name}")
    else:
        yield path, tree


def rebuild(tree: Any, leaves: Iterable[Any]) -> Any:
    """Return a container like `tree` with other leaves, given in the order of `leaves_of`.

    >>> rebuild({"W": [1.0, 2.0], "b": 3.0}, iter("xyz"))
    {'W': ['x', 'y'], 'b': 'z'}
    """
    leaves = iter(leaves)
    return _rebuild(tree, leaves)


def _rebuild(tree: Any, leaves: Iterator[Any]) -> Any:
    if isinstance(tree, dict):
        values = {key: _rebuild(value, leaves) for key, value in tree.items()}
        if type(tree) is dict:
            return values
        result = copy.copy(tree)
        result.update(values)
        return result
    if isinstance(tree, (list, tuple)):
        items = [_rebuild(value, leaves) for value in tree]
        if hasattr(tree, "_fields"):
            return type(tree)(*items)
        return items if type(tree) is list else type(tree)(items)
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        changed = copy.copy(tree)
        for field in dataclasses.fields(tree):
            object.__setattr__(changed, field.name, _rebuild(getattr(tree, field.name), leaves))
        return changed
    return next(leaves)


def tree_map(function: Callable[..., Any], tree: Any) -> Any:
    """Return a container like `tree` with `function` applied to every leaf.

    >>> tree_map(abs, (-1, [2, -3]))
    (1, [2, 3])
    """
    return rebuild(tree, [function(leaf) for _, leaf in leaves_of(tree)])


def short_name(path: str) -> str:
    """Return the name of an entry of an argument: the last key if there is one, else the path with underscores.

    >>> short_name("p['W1']"), short_name("p['bn.gamma']"), short_name("layers[0][1]"), short_name("net.b")
    ('W1', 'bn_gamma', 'layers_0_1', 'b')
    """
    last = last_key(path) or path.rpartition(".")[2]
    for name in (last, _identifier(last)):
        if name.isidentifier():
            return name
    return _identifier(path)


def last_key(path: str) -> str:
    """Return the last key of a path, if it is a string, else ``""``.

    >>> last_key("p['bn.gamma']"), last_key("layers[0]")
    ('bn.gamma', '')
    """
    return path.rpartition("['")[2].removesuffix("']") if path.endswith("']") else ""


def _identifier(text: str) -> str:
    return "_".join(part for part in re.split(r"\W+", text) if part)
