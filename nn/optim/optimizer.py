"""`Optimizer`: what all optimizers share. Parameters, in groups with options, and the state that each needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np

import autograd_lite as ag
from nn.errors import ArgumentError, ArgumentTypeError, StateDictError
from nn.module import Module
from nn.types import Array

#: What an optimizer takes: parameters, or groups ``{"params": [...], "lr": ...}`` of them with options of their own.
Parameters: TypeAlias = Iterable[ag.Tensor] | Iterable[dict[str, Any]]
Group: TypeAlias = dict[str, Any]
State: TypeAlias = dict[str, Any]


class Optimizer(ABC):
    """Base class of all optimizers. A subclass defines `update`, which changes one parameter.

    Parameters
    ----------
    params
        The Tensors to change, or a list of groups of them: dicts with the Tensors under ``"params"`` and options.
    defaults
        The options of groups that do not have their own.

    Attributes
    ----------
    param_groups
        The groups. Their options may be changed at any time: ``optimizer.param_groups[0]["lr"] = 0.01``.
    state
        For each parameter, what has to be remembered from step to step.

    Raises
    ------
    ArgumentError
        There are no parameters, one is there twice, or an option has a value that makes no sense.
    ArgumentTypeError
        Something else than Tensors was given.
    """

    def __init__(self, params: Parameters, defaults: Mapping[str, Any]) -> None:
        self.defaults = dict(defaults)
        self.param_groups: list[Group] = []
        self.state: dict[ag.Tensor, State] = {}
        groups = _listed(params)
        if not groups:
            raise ArgumentError(
                f"{type(self).__name__} was given no parameters. model.parameters() can be read only once, so if it "
                f"was stored and used before, call it again; and a model without Parameters has nothing to learn"
            )
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: Any) -> None:
        """Add a group of parameters.

        Parameters
        ----------
        param_group
            The Tensors under ``"params"``, and options that differ from the defaults.
        """
        if not isinstance(param_group, dict) or "params" not in param_group:
            raise ArgumentTypeError(
                "a parameter group is a dict with the parameters under 'params'; all have to be of that form"
            )
        unknown = [name for name in param_group if name not in ("params", *self.defaults)]
        if unknown:
            raise ArgumentError(
                f"{type(self).__name__} has no option {unknown[0]!r}; its options are: {', '.join(self.defaults)}"
            )
        given = param_group["params"]
        parameters = [given] if isinstance(given, ag.Tensor) else _listed(given)
        group: Group = {**self.defaults, **param_group, "params": parameters}
        known = {id(p) for other in self.param_groups for p in other["params"]}
        for parameter in parameters:
            _check_parameter(parameter)
            if id(parameter) in known:
                raise ArgumentError(
                    f"the parameter {_described(parameter)} is there twice; it would be changed twice in a step"
                )
            known.add(id(parameter))
        self.check_options(group)
        self.param_groups.append(group)

    def check_options(self, group: Group) -> None:
        """Raise an error if an option has a value that makes no sense."""
        for name in ("lr", "eps", "weight_decay", "momentum"):
            if not group.get(name, 0) >= 0:
                raise ArgumentError(f"{name} must not be negative: {name}={group[name]!r}")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or set them to zeros. Before each backward pass: gradients add up."""
        for parameter in self._parameters():
            parameter.grad = None if set_to_none or parameter.grad is None else np.zeros_like(parameter.data)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change each parameter by its gradient; those without a gradient stay as they are.

        Parameters
        ----------
        closure
            Called first, if given: it computes the loss and its gradients, and returns the loss.

        Returns
        -------
        The loss that `closure` returned, or ``None``.
        """
        loss = None
        if closure is not None:
            with ag.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                if gradient is None:
                    continue
                if isinstance(gradient, ag.Tensor):
                    gradient = gradient.data
                state = self.state.get(parameter)
                if state is None:
                    state = self.state[parameter] = {}
                self.update(parameter, gradient, group, state)
        return loss

    @abstractmethod
    def update(self, parameter: ag.Tensor, gradient: Array, group: Group, state: State) -> None:
        """Change one parameter.

        Parameters
        ----------
        parameter
            To be changed through ``parameter.data -= ...``.
        gradient
            An array of its shape and dtype, not to be changed.
        group
            The options.
        state
            What is remembered of this parameter; empty at its first step.
        """

    # -- saving and loading ----------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of options and state, with numbers for parameters, as PyTorch does."""
        numbers = {id(p): number for number, p in enumerate(self._parameters())}
        return {
            "state": {numbers[id(p)]: _copied(state) for p, state in self.state.items()},
            "param_groups": [
                {**group, "params": [numbers[id(p)] for p in group["params"]]} for group in self.param_groups
            ],
        }

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Set options and state to a copy of what `state_dict` returned, here or for a like optimizer.

        Raises
        ------
        StateDictError
            The groups or the shapes of the parameters differ. Nothing was changed.
        """
        sizes = [len(group["params"]) for group in self.param_groups]
        given = [len(group["params"]) for group in state_dict["param_groups"]]
        if sizes != given:
            raise StateDictError(
                f"the state_dict does not fit this {type(self).__name__}; nothing was changed. "
                f"Its groups have {given} parameters, and here they have {sizes}"
            )
        old = [number for group in state_dict["param_groups"] for number in group["params"]]
        by_number = dict(zip(old, self._parameters(), strict=True))
        for number, state in state_dict["state"].items():
            shape = by_number[number].shape
            for name, value in state.items():
                if isinstance(value, np.ndarray) and value.shape != shape:
                    raise StateDictError(
                        f"the state_dict does not fit this {type(self).__name__}; nothing was changed. "
                        f"{name} of parameter {number} has shape {value.shape}, and the parameter {shape}"
                    )
        self.state = {by_number[number]: _copied(state) for number, state in state_dict["state"].items()}
        for group, other in zip(self.param_groups, state_dict["param_groups"], strict=True):
            group.update({name: value for name, value in other.items() if name != "params"})

    def _parameters(self) -> list[ag.Tensor]:
        return [parameter for group in self.param_groups for parameter in group["params"]]

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for number, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {number}")
            lines += [f"    {name}: {value}" for name, value in sorted(group.items()) if name != "params"]
        return "\n".join([*lines, ")"])


def _listed(params: Any) -> list[Any]:
    """The parameters, or groups, as a list; with a word about what else people pass."""
    if isinstance(params, Module):
        raise ArgumentTypeError(
            f"an optimizer takes parameters, not a Module: pass model.parameters() ({type(params).__name__})"
        )
    if isinstance(params, ag.Tensor):
        raise ArgumentTypeError("an optimizer takes several parameters: put the single Tensor in a list, [tensor]")
    try:
        return list(params)
    except TypeError:
        raise ArgumentTypeError(f"an optimizer takes an iterable of Tensors, not {type(params).__name__}") from None


def _check_parameter(parameter: Any) -> None:
    if isinstance(parameter, tuple):
        raise ArgumentTypeError(
            "an optimizer takes Tensors, not pairs: pass model.parameters(), not named_parameters()"
        )
    if not isinstance(parameter, ag.Tensor):
        cure = ": it has no gradient. Make it an nn.Parameter" if isinstance(parameter, np.ndarray) else ""
        raise ArgumentTypeError(f"an optimizer takes Tensors, and was given {type(parameter).__name__}{cure}")
    if not parameter.is_leaf:
        raise ArgumentError(
            f"{_described(parameter)} was computed from others; an optimizer changes only what you made"
        )


def _described(parameter: ag.Tensor) -> str:
    return f"{parameter.name!r} of shape {parameter.shape}" if parameter.name else f"of shape {parameter.shape}"


def _copied(state: State) -> State:
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in state.items()}
