"""Modules that hold modules: `Sequential`, which calls them in turn, and `ModuleList`, which only keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self, overload

from nn.errors import ArgumentTypeError
from nn.module import Module


class _Numbered(Module):
    """Modules under the names "0", "1", ... (or others that were given), in order."""

    def _append(self, module: Any, name: str | None = None) -> None:
        if not isinstance(module, Module):
            cure = "; make it an object: " + module.__name__ + "()" if isinstance(module, type) else ""
            raise ArgumentTypeError(f"{type(self).__name__} holds Modules, and was given {module!r}{cure}")
        setattr(self, str(len(self)) if name is None else name, module)

    def _named(self) -> dict[str, Module]:
        return {name: value for name, value in self.__dict__.items() if isinstance(value, Module)}

    def _name_at(self, index: int) -> str:
        names = list(self._named())
        try:
            return names[index]
        except IndexError:
            raise IndexError(
                f"index {index} is out of range: {type(self).__name__} holds {len(names)} modules"
            ) from None

    def append(self, module: Module) -> Self:
        """Add a module at the end; return this one."""
        self._append(module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end; return this one."""
        for module in modules:
            self._append(module)
        return self

    def __len__(self) -> int:
        return len(self._named())

    def __iter__(self) -> Iterator[Module]:
        return iter(self._named().values())

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Module | Self:
        if not isinstance(index, slice):
            return self._named()[self._name_at(index)]
        part = type(self)()
        for name, module in list(self._named().items())[index]:
            part._append(module, None if name.isdecimal() else name)
        return part

    def __setitem__(self, index: int, module: Module) -> None:
        self._append(module, self._name_at(index))


class Sequential(_Numbered):
    """Modules called in turn, each on what the one before returned.

    Parameters
    ----------
    *modules
        Modules, in order; or one mapping from names to modules.

    Examples
    --------
    >>> import nn
    >>> nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1))
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Sigmoid()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                self._append(module, name)
        else:
            self.extend(modules)  # type: ignore[arg-type]

    def forward(self, input: Any) -> Any:
        """Return what the last module returns."""
        for module in self._named().values():
            input = module(input)
        return input


class ModuleList(_Numbered):
    """A list of modules whose parameters are found; a plain list would hide them.

    Parameters
    ----------
    modules
        The modules, in order. Default: none.

    Examples
    --------
    >>> import nn
    >>> layers = nn.ModuleList([nn.Linear(2, 3), nn.Linear(3, 1)])
    >>> [name for name, parameter in layers.named_parameters()]
    ['0.weight', '0.bias', '1.weight', '1.bias']
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self.extend(modules)
