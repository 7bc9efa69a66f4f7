"""`Module`: a function with parameters, made of others; its parameters are found, saved and loaded by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Self

import numpy as np

import autograd_lite as ag
from nn.arrays import plain
from nn.errors import ArgumentError, ModuleError, StateDictError
from nn.parameter import Parameter
from nn.types import Array


class LoadedKeys(NamedTuple):
    """What `Module.load_state_dict` did not find, and what it did not expect."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module:
    """Base class of all layers and networks.

    A subclass sets `Parameter` and `Module` attributes in its ``__init__``, and defines ``forward``. Calling the
    module calls ``forward``. Attributes are found as they are, in the order in which they were set;
    ``super().__init__()`` may be called, as in PyTorch, and need not be.

    Attributes
    ----------
    training
        Whether the module is being trained (True, the default) or only used; set by `train` and `eval`.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> class Scale(nn.Module):
    ...     def __init__(self):
    ...         self.factor = nn.Parameter([1.0, 10.0])
    ...
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> scale = Scale()
    >>> scale(np.array([1.0, 2.0]))
    Tensor([ 1., 20.], from np.multiply)
    >>> [name for name, parameter in scale.named_parameters()]
    ['factor']
    """

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Return what the module makes of its input. Each subclass defines it, with arguments of its own."""
        raise NotImplementedError(f"{type(self).__name__} can not be called: it defines no forward(self, ...)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return what `forward` returns."""
        return self.forward(*args, **kwargs)

    # -- attributes ------------------------------------------------------------------------------------------------

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Parameter):
            _name(value, name)
        elif isinstance(value, Module):
            for path, parameter in value.named_parameters():
                _name(parameter, f"{name}.{path}", given=path)
        else:
            self._check_attribute(name, value)
        object.__setattr__(self, name, value)

    def _check_attribute(self, name: str, value: Any) -> None:
        """Refuse what would silently stay out of `parameters`."""
        _refuse_container(self, name, value)
        if isinstance(value, ag.Tensor) and value.is_leaf and value.requires_grad:
            raise ModuleError(
                f"{type(self).__name__}.{name} is a Tensor that requires a gradient but no Parameter, so it would not "
                f"be trained. Set nn.Parameter(tensor) instead, or tensor.detach() if it is a constant"
            )
        if value is not None and isinstance(self.__dict__.get(name), Parameter):
            raise ModuleError(
                f"{type(self).__name__}.{name} is a Parameter, and a {type(value).__name__} in its place would not be "
                f"trained. Set nn.Parameter(value), or change the numbers only: .{name}.data = value"
            )

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Set an attribute to a Parameter, or to ``None`` for one that is left out."""
        setattr(self, name, param)

    def add_module(self, name: str, module: Module | None) -> None:
        """Set an attribute to a Module."""
        setattr(self, name, module)

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Set an attribute to an array that is state but not learned, such as a running mean.

        Parameters
        ----------
        name
            Of the attribute.
        tensor
            An array, kept as a copy, or ``None``.
        persistent
            Whether it is part of the `state_dict`. Default: True.
        """
        if name in self.__dict__ and name not in self._buffer_names():
            raise ArgumentError(f"{type(self).__name__} already has an attribute {name!r}")
        self.__dict__.setdefault("_buffers", {})[name] = persistent
        setattr(self, name, None if tensor is None else plain(tensor).copy())

    def _buffer_names(self) -> dict[str, bool]:
        """The names of the buffers, each with whether it is part of the state."""
        return self.__dict__.get("_buffers", {})  # type: ignore[no-any-return]

    # -- what it is made of ----------------------------------------------------------------------------------------

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules that are attributes, each with its name, each once."""
        seen: set[int] = set()
        for name, value in self.__dict__.items():
            if isinstance(value, Module):
                if id(value) not in seen:
                    seen.add(id(value))
                    yield name, value
            elif type(value) in _CONTAINERS:
                _refuse_container(self, name, value)

    def children(self) -> Iterator[Module]:
        """Yield the modules that are attributes, each once."""
        return (module for _, module in self.named_children())

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """Yield this module and all inside it, with their paths: ``""``, ``"0"``, ``"0.linear"``.

        Parameters
        ----------
        prefix
            What to put before each path.
        remove_duplicate
            Yield a module that is there under several names only once. Default: True.
        """
        yield from self._walk(prefix, set() if remove_duplicate else None)

    def _walk(self, prefix: str, seen: set[int] | None) -> Iterator[tuple[str, Module]]:
        if seen is not None:
            if id(self) in seen:
                return
            seen.add(id(self))
        yield prefix, self
        for name, value in self.__dict__.items():
            if isinstance(value, Module):
                yield from value._walk(_joined(prefix, name), seen)
            elif type(value) in _CONTAINERS:
                _refuse_container(self, name, value)

    def modules(self) -> Iterator[Module]:
        """Yield this module and all inside it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Yield the parameters with their paths, such as ``"0.weight"``.

        Parameters
        ----------
        prefix
            What to put before each path.
        recurse
            Include those of the modules inside. Default: True.
        remove_duplicate
            Yield a parameter that is there under several names (tied weights) only once. Default: True.
        """
        seen: set[int] = set()
        for path, module in self._parts(prefix, recurse, remove_duplicate):
            for name, value in module.__dict__.items():
                if isinstance(value, Parameter) and not (remove_duplicate and id(value) in seen):
                    seen.add(id(value))
                    yield _joined(path, name), value

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Yield the parameters, each once: what an optimizer takes."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Array]]:
        """Yield the buffers with their paths."""
        for path, module in self._parts(prefix, recurse, True):
            for name in module._buffer_names():
                if (value := module.__dict__.get(name)) is not None:
                    yield _joined(path, name), value

    def buffers(self, recurse: bool = True) -> Iterator[Array]:
        """Yield the buffers."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def _parts(self, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Module]]:
        return self.named_modules(prefix, remove_duplicate) if recurse else iter([(prefix, self)])

    # -- what is done to all of it ---------------------------------------------------------------------------------

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call a function on every module inside, then on this one, as for an initialisation; return this module."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Say that this module and all inside it are being trained; return the module."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Say that this module and all inside it are only used, not trained; return the module."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zeros."""
        for parameter in self.parameters():
            parameter.grad = None if set_to_none or parameter.grad is None else np.zeros_like(parameter.data)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Say whether gradients of all parameters are wanted, for instance not to train a part; return the module."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    # -- saving and loading ----------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of all parameters and buffers as plain arrays, under PyTorch's keys.

        Examples
        --------
        >>> import nn
        >>> model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid())
        >>> {name: array.shape for name, array in model.state_dict().items()}
        {'0.weight': (3, 2), '0.bias': (3,)}
        """
        return {name: np.array(plain(getattr(module, key))) for name, module, key in self._state()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> LoadedKeys:
        """Set all parameters and buffers to copies of the arrays given, in the dtypes that they have here.

        Parameters
        ----------
        state_dict
            Arrays (or what `np.asarray` takes, such as PyTorch's tensors) by name, as from `state_dict`.
        strict
            Refuse missing and unexpected names. Default: True.

        Returns
        -------
        LoadedKeys
            The names that were missing, and those not expected: both empty if `strict`.

        Raises
        ------
        StateDictError
            Names are missing or unexpected, or shapes differ. All of them are listed, and nothing was changed.
        """
        entries = list(self._state())
        expected = {name for name, _, _ in entries}
        missing = [name for name, _, _ in entries if name not in state_dict]
        unexpected = [name for name in state_dict if name not in expected]
        problems = []
        if strict and missing:
            problems.append(f"missing: {', '.join(missing)}")
        if strict and unexpected:
            problems.append(f"unexpected: {', '.join(map(str, unexpected))}")
        arrays: list[tuple[Module, str, Array]] = []
        for name, module, key in entries:
            if name not in state_dict:
                continue
            current = plain(getattr(module, key))
            given = plain(state_dict[name])
            if given.shape != current.shape:
                problems.append(
                    f"shapes differ: {name} is {current.shape} in the model, {given.shape} in the state_dict"
                )
            elif not np.can_cast(given.dtype, current.dtype, "same_kind"):
                problems.append(
                    f"types differ: {name} is {current.dtype} in the model, {given.dtype} in the state_dict"
                )
            else:
                arrays.append((module, key, given.astype(current.dtype)))
        if problems:
            raise StateDictError(
                f"the state_dict does not fit {type(self).__name__}; nothing was changed.\n  " + "\n  ".join(problems)
            )
        for module, key, array in arrays:
            value = getattr(module, key)
            if isinstance(value, Parameter):
                value.data = array
            else:
                setattr(module, key, array)
        return LoadedKeys(missing, unexpected)

    def _state(self) -> Iterator[tuple[str, Module, str]]:
        """Each parameter and persistent buffer: its path, the module it belongs to, its name there."""
        for path, module in self.named_modules(remove_duplicate=False):
            for name, value in module.__dict__.items():
                if isinstance(value, Parameter):
                    yield _joined(path, name), module, name
            for name, is_persistent in module._buffer_names().items():
                if is_persistent and module.__dict__.get(name) is not None:
                    yield _joined(path, name), module, name

    # -- as text ---------------------------------------------------------------------------------------------------

    def extra_repr(self) -> str:
        """Return what stands between the parentheses of the module's line in its `repr`."""
        return ""

    def __repr__(self) -> str:
        lines = self.extra_repr().splitlines()
        for name, value in self.__dict__.items():
            if isinstance(value, Module):
                lines.append(f"({name}): " + repr(value).replace("\n", "\n  "))
        if not any(isinstance(value, Module) for value in self.__dict__.values()) and len(lines) < 2:
            return f"{type(self).__name__}({''.join(lines)})"
        return "\n  ".join([f"{type(self).__name__}(", *lines]) + "\n)"


_CONTAINERS = (list, tuple, dict, set)


def _refuse_container(module: Module, name: str, value: Any) -> None:
    """Refuse a plain list, tuple, dict or set with parts in it: the search for parameters would not see them."""
    if type(value) not in _CONTAINERS:
        return
    for item in value.values() if type(value) is dict else value:
        if isinstance(item, (Module, Parameter)):
            kind, cure = type(value).__name__, "nn.ModuleList"
            if isinstance(item, Parameter):
                cure = "an attribute each (or a Module that holds them)"
            raise ModuleError(
                f"{type(module).__name__}.{name} is a plain {kind} with a {type(item).__name__} in it, whose "
                f"parameters would be left out of parameters() and so not be trained. Use {cure} instead"
            )


def _name(parameter: Parameter, name: str, given: str | None = None) -> None:
    """Call a parameter after its path, unless a person named it."""
    if parameter.name == given:
        parameter.name = name


def _joined(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name
