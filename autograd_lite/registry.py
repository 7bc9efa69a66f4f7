"""Which derivative rule belongs to which function.

A rule is a function of the cotangent ``g`` and of whatever else it reads, by name::

    defvjp(np.multiply, x1=lambda g, x2: g * x2,
                        x2=lambda g, x1: g * x1)
    defvjp(np.exp,      x=lambda g, ans: g * ans)

The names it may read are ``ans``, the arguments of the function, and ``<argument>_shape``; so the table itself says
which arrays a recorded call has to keep. Shapes cost nothing.

This module knows neither nodes nor Tensors: it turns the table into `Operation` objects that the engine can follow
quickly.
"""

from __future__ import annotations

import importlib
import math
import sys
import threading
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from types import ModuleType
from typing import Any

import numpy as np

from autograd_lite.errors import RuleError

Rule = Callable[..., Any]
#: A rule with its reading of the node built in: (node, g, values) -> cotangent of one argument.
Pull = Callable[[Any, Any, list[Any]], Any]
#: See `Operation.plan`.
Plan = tuple[tuple[int, ...], bool, tuple[tuple[int, Pull], ...]]
#: Fetches one thing that a rule reads: (node, values) -> it.
Reader = Callable[[Any, list[Any]], Any]

_NO_VALUE = np._NoValue


class Operation:
    """A function together with the names of its arguments and the rules of those that have one.

    Attributes
    ----------
    function
        The function that is called on arrays.
    rules
        For each differentiable argument its rule.
    constant
        Whether the function is piecewise constant (a comparison, `argmax`, `sign`): its result has no gradient.
    reduces
        Whether the function removes axes named by its arguments ``axis`` and ``keepdims``. Its rules then see ``g`` and
        ``ans`` with these axes kept, and their result is broadcast up to the shape of the argument.
    sequences
        The arguments that hold a sequence of arrays (`concatenate`'s). Their rule returns a sequence of cotangents, and
        may read ``needed``, which says for each array whether its cotangent is wanted.
    caches
        Whether the function returns a pair ``(answer, cache)``, the second of which its rules may read as ``cache``.
    holds_last
        Whether the last argument holds arrays that are let go with the rest when the node is freed.
    pads
        Whether calls may leave out arguments at the end, so that defaults must be filled in before a rule reads them.
    is_custom
        Whether a person made it with `primitive`.
    part
        Of a function with several results, which of them this is, as it is written: see `defresults`.
    views
        Whether the answer may be a view of the first argument, so that writing to one changes the other.
    views_second
        The same of the second of two arguments: the call with that one first.
    is_elementwise, keeps_shape
        Whether the answer has the shape to which the arguments broadcast, or that of the first: which is known of a
        ufunc, and declared of others.
    rows_from
        The position of the argument whose first axis is the answer's, where nothing else says so.
    composition
        How a function that is itself a few NumPy calls is recorded: step by step, through this function.
    is_laid_out
        Whether the answer is contiguous in memory, which that of its steps may not be. It shows where a reshaped
        answer is written to.
    """

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self.function = function
        self.name = name
        self.rules: dict[str, Rule] = {}
        self.constant = False
        self.composition: Callable[..., Any] | None = None
        self.is_laid_out = False
        self.reduces = False
        self.sequences: frozenset[str] = frozenset()
        self.is_custom = False
        self.part = ""
        self.views = False
        self.views_second: Operation | None = None
        self.pads = False
        self.caches = False
        self.holds_last = False
        self.is_elementwise = False
        self.keeps_shape = False
        self.rows_from: int | None = None
        self._declared: tuple[str, ...] | None = None
        self._parameters: tuple[str, ...] | None = None
        self.defaults: list[Any] = []
        self.required = 0
        self._variadic: int | None = None
        self.forget()

    def forget(self) -> None:
        """Drop what was worked out from the rules, because they have changed."""
        self._reads: list[frozenset[int]] = []
        self._pulls: list[Pull] | None = None
        self.plans: dict[int, Plan] = _Plans(self)
        self._array_arguments: frozenset[str] | None = None

    @property
    def is_numpys(self) -> bool:
        """Whether the function is one of NumPy's."""
        return self.name.startswith("np.")

    @property
    def is_known(self) -> bool:
        """Whether the library knows what to do when the function is called on a Tensor."""
        return bool(self.rules) or self.constant or self.composition is not None

    # -- arguments -------------------------------------------------------------------------------------------------

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the arguments, in the order in which a node keeps them."""
        if self._parameters is None:
            self._read_signature()
        return self._parameters  # type: ignore[return-value]

    def read_defaults(self) -> list[Any]:
        """Return the defaults of the arguments, which are not known before a first look at the signature."""
        return self.defaults if self.parameters else []

    def declare(self, parameters: str) -> None:
        """Name the arguments of a function without a readable signature: ``a axis=0 out= *rest``."""
        self._declared = tuple(parameters.split())
        self._parameters = None

    @property
    def has_signature(self) -> bool:
        """Whether the names of the arguments are known."""
        try:
            return bool(self.parameters)
        except RuleError:
            return False

    def _read_signature(self) -> None:
        arguments = list(self._signature())
        if self.caches:
            arguments.append(("cache", None, False, False))
        # Threads may come here at the same time: each attribute is set once, `_parameters` last.
        self._variadic = next((i for i, (_, _, is_variadic, _) in enumerate(arguments) if is_variadic), None)
        self.defaults = [default for _, default, _, _ in arguments]
        self.required = sum(1 for _, _, _, is_required in arguments if is_required)
        self._parameters = tuple(name for name, *_ in arguments)

    def _signature(self) -> Iterable[tuple[str, Any, bool, bool]]:
        if self._declared is not None:
            for word in self._declared:
                name, has_default, text = word.lstrip("*").partition("=")
                yield name, int(text) if text else None, word.startswith("*"), not has_default
            return
        if isinstance(self.function, np.ufunc):
            count = self.function.nin
            for name in ("x",) if count == 1 else [f"x{i + 1}" for i in range(count)]:
                yield name, None, False, True
            for name in ("out", "where", "casting", "order", "dtype", "subok"):
                yield name, None, False, False
            return
        import inspect

        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError) as error:
            raise RuleError(
                f"the arguments of {self.name} can not be read from its signature; "
                f"wrap it in a Python function that names them, and make that a primitive"
            ) from error
        for parameter in signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                continue
            is_variadic = parameter.kind is parameter.VAR_POSITIONAL
            default = parameter.default
            if default is parameter.empty or default is _NO_VALUE:
                default = () if is_variadic else None
            yield parameter.name, default, is_variadic, parameter.default is parameter.empty and not is_variadic

    @property
    def array_arguments(self) -> frozenset[str]:
        """The arguments that are single arrays, and not sequences of them, as far as the rules tell."""
        if self._array_arguments is None:
            self._array_arguments = frozenset(self.rules) - self.sequences
        return self._array_arguments

    def reads(self, name: str) -> bool:
        """Whether a rule reads an argument of that name."""
        return any(name in _parameter_names(rule) for rule in self.rules.values())

    def records(self, name: str) -> bool:
        """Whether what an argument of that name does to the gradient is known."""
        return name in self.rules or self.reads(name)

    @property
    def variadic(self) -> int | None:
        """The position of the argument that takes any number of values, if there is one."""
        return self._variadic if self.parameters else None

    def bind(self, args: Iterable[Any], kwargs: dict[str, Any], unbound: list[Any] | None = None) -> list[Any]:
        """Put a call's arguments in the order of `parameters`; the others are taken from `unbound` (the defaults)."""
        parameters = self.parameters
        bound = list(self.defaults if unbound is None else unbound)
        if self._variadic is not None:
            args = list(args)
            bound[self._variadic] = args[self._variadic :]
            args = args[: self._variadic]
        for position, value in enumerate(args):
            if value is not _NO_VALUE:
                bound[position] = value
        for name, value in kwargs.items():
            if value is not _NO_VALUE:
                bound[parameters.index(name)] = value
        return bound

    # -- rules -----------------------------------------------------------------------------------------------------

    @property
    def pulls(self) -> list[Pull]:
        """For each argument the rule, ready to run on a node."""
        if self._pulls is None:
            self._compile()
        return self._pulls  # type: ignore[return-value]

    def _compile(self) -> None:
        parameters = self.parameters
        for name in self.rules:
            if name not in parameters:
                raise RuleError(
                    f"a rule was given for argument {name!r} of {self.name}, whose arguments are: "
                    f"{', '.join(parameters)}"
                )
        compiled = [
            _compile_rule(self, name, self.rules[name]) if name in self.rules else (_no_rule, frozenset[int]())
            for name in parameters
        ]
        self._reads = [reads for _, reads in compiled]
        self._pulls = [pull for pull, _ in compiled]

    def plan(self, mask: int) -> Plan:
        """Say what a call must keep when the arguments of `mask` (a bit each) need gradients.

        Returns the positions of the arguments that can be dropped, whether the answer must be kept, and the rules of
        the arguments of `mask` with their positions.
        """
        pulls = self.pulls
        reads: set[int] = set()
        for position, name in enumerate(self.parameters):
            if mask >> position & 1:
                if name not in self.rules:
                    raise MissingArgumentRule(name)
                reads |= self._reads[position]
        if self.caches:
            reads.update(range(len(pulls)))  # for higher derivatives the cache is computed again, from all arguments
        droppable = [position for position, name in enumerate(self.parameters) if name in self.rules]
        wanted = tuple((position, pull) for position, pull in enumerate(pulls) if mask >> position & 1)
        return tuple(position for position in droppable if position not in reads), -1 in reads, wanted

    def __repr__(self) -> str:
        return f"<Operation {self.name}>"


def _no_rule(node: Any, g: Any, values: list[Any]) -> Any:
    raise RuleError("a call was recorded whose argument has no rule")  # `plan` refuses to record it


class MissingArgumentRule(Exception):
    """An argument needs a gradient and has no rule; the engine turns this into an error that names the call."""


class _Plans(dict[int, Plan]):
    """The plans of an operation, worked out on first use."""

    def __init__(self, operation: Operation) -> None:
        super().__init__()
        self.operation = operation

    def __missing__(self, mask: int) -> Plan:
        plan = self[mask] = self.operation.plan(mask)
        return plan


def _parameter_names(rule: Rule) -> tuple[str, ...]:
    code = getattr(rule, "__code__", None)
    if code is None:
        import inspect

        return tuple(inspect.signature(rule).parameters)
    return tuple(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])


def _compile_rule(operation: Operation, argument: str, rule: Rule) -> tuple[Pull, frozenset[int]]:
    """Build the rule's reading of a node into it; also say which positions it reads (-1 is the answer)."""
    names = _parameter_names(rule)
    if not names or names[0] != "g":
        raise RuleError(
            f"the rule for {argument!r} of {operation.name} must take the cotangent 'g' first, then what it reads; "
            f"it takes ({', '.join(names)})"
        )
    parameters = operation.parameters
    values: list[int] = []
    readers: list[Reader] = []
    for name in names[1:]:
        subject = name.removesuffix("_shape")
        if name == "ans" or name in parameters:
            values.append(-1 if name == "ans" else parameters.index(name))
            readers.append(_value_reader(values[-1]))
        elif subject != name and (subject == "ans" or subject in parameters):
            readers.append(_shape_reader(-1 if subject == "ans" else parameters.index(subject)))
        elif name == "needed" and argument in operation.sequences:
            readers.append(_needed_reader(parameters.index(argument)))
        else:
            raise RuleError(
                f"the rule for {argument!r} of {operation.name} reads {name!r}, which is not there to read; "
                f"it may read: g, ans, {', '.join(parameters)}, and the shape of each (such as {argument}_shape)"
            )
    pull = _adapter(rule, readers, values)
    if operation.reduces:
        pull = _with_axes_kept(pull, parameters.index("axis"), parameters.index("keepdims"), -1 in values)
    return pull, frozenset(values)


def _adapter(rule: Rule, readers: list[Reader], values: list[int]) -> Pull:
    """Make ``pull(node, g, values)`` that calls the rule with what it reads; the common cases have no loop."""
    if len(readers) > len(values) or len(values) > 3:
        return lambda node, g, values: rule(g, *[read(node, values) for read in readers])
    if not values:
        return lambda node, g, values: rule(g)
    i, j, k = (*values, 0, 0)[:3]
    if len(values) == 1:
        return lambda node, g, values: rule(g, values[i])
    if len(values) == 2:
        return lambda node, g, values: rule(g, values[i], values[j])
    return lambda node, g, values: rule(g, values[i], values[j], values[k])


def _value_reader(position: int) -> Reader:
    return lambda node, values: values[position]


def _shape_reader(position: int) -> Reader:
    def shape_of(node: Any, values: list[Any]) -> Any:
        if position == -1:
            return node.shape
        source = node.inputs[position] if position < len(node.inputs) else None
        if source is None or type(source) is list:
            value = values[position]
            return [np.shape(v) for v in value] if isinstance(value, (list, tuple)) else np.shape(value)
        return source.shape

    return shape_of


def _needed_reader(position: int) -> Reader:
    return lambda node, values: [n is not None and n.requires_grad for n in node.inputs[position]]


def _with_axes_kept(pull: Pull, axis_at: int, keepdims_at: int, reads_answer: bool) -> Pull:
    """Give a reduction's rule ``g`` and ``ans`` as they would be with ``keepdims=True``."""

    def pull_reduction(node: Any, g: Any, values: list[Any]) -> Any:
        axis = values[axis_at]
        source = node.inputs[0]
        shape = np.shape(values[0]) if source is None else source.shape
        if axis is not None and not values[keepdims_at] and shape:
            kept = list(shape)
            for a in axis if isinstance(axis, tuple) else (axis,):
                kept[a] = 1
            g = g.reshape(kept)
            if reads_answer:
                values = [*values[:-1], values[-1].reshape(kept)]
        return pull(node, g, values)

    return pull_reduction


#: Every function that the library knows.
operations: dict[Callable[..., Any], Operation] = {}

#: Modules that the library has rules for but never imports, with what states the rules: see `late_table`.
_late_tables: dict[str, Callable[[ModuleType], None]] = {}
_stated: set[str] = set()
#: The operations of the table that is being stated: only with all their rules are they to be found in `operations`.
_unfinished: list[dict[Callable[..., Any], Operation]] = []
_making = threading.RLock()


def operation_of(function: Callable[..., Any]) -> Operation:
    """Return what is known of a function, made on first use; a function made by `primitive` carries it."""
    operation = operations.get(function) or getattr(function, "__operation__", None)
    return _make_operation(function) if operation is None else operation


def _make_operation(function: Callable[..., Any]) -> Operation:
    with _making:  # a thread that meets a function whose table another is stating waits for its rules
        home = _late_home(function)
        if home is not None and home.__name__ not in _stated:
            _stated.add(home.__name__)
            _unfinished.append({})
            _late_tables[home.__name__](home)
            operations.update(_unfinished.pop())
        made = _unfinished[-1] if _unfinished else operations
        operation = made.get(function)
        if operation is None:
            operation = made[function] = Operation(function, full_name(function))
        return operation


def _late_home(function: Callable[..., Any]) -> ModuleType | None:
    """Return the module of `late_table` that a function is found in; a ufunc does not say where it comes from."""
    for module_name in _late_tables:
        module = sys.modules.get(module_name)
        if module is not None and getattr(module, getattr(function, "__name__", ""), None) is function:
            return module
    return None


def late_table(module: str, table: Callable[[ModuleType], None]) -> None:
    """Give the rules for a module that is not imported here: `table` states them when the first of its functions comes.

    Whoever has one of its functions has imported the module, and `table` is given it.
    """
    _late_tables[module] = table


def full_name(function: Callable[..., Any]) -> str:
    """Return the name by which a person calls a function, such as ``np.linalg.solve``."""
    name = getattr(function, "__name__", repr(function))
    module = getattr(function, "__module__", None) or ""
    if isinstance(function, np.ufunc):
        if getattr(np, name, None) is function:
            return f"np.{name}"
        home = _late_home(function)
        return name if home is None else f"{home.__name__}.{name}"
    owner = getattr(function, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{full_name(owner)}.{name}"
    if module == "numpy" or module.startswith("numpy."):
        return f"np.{module.partition('.')[2] + '.' if '.' in module else ''}{name}"
    return name


def defvjp(function: Callable[..., Any], /, **rules: Rule) -> None:
    """State the derivative rules of a function, one for each differentiable argument.

    Parameters
    ----------
    function
        A NumPy function, or one made by `primitive`.
    **rules
        For each argument, by name, a function that takes the cotangent ``g`` of the answer (an array of the answer's
        shape) and, by name, whatever else it needs: ``ans``, arguments of `function`, or their shapes (``x_shape``). It
        returns the cotangent of that argument. Written in NumPy calls and operators, it also serves for higher
        derivatives. A result that was broadcast is summed back to the argument's shape by the engine.

    Raises
    ------
    RuleError
        A rule is for an argument, or reads a name, that the function does not have.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> @ag.primitive
    ... def cube(x):
    ...     return x**3
    >>> ag.defvjp(cube, x=lambda g, x: g * 3 * x**2)
    >>> x = ag.Tensor(2.0, requires_grad=True)
    >>> cube(x).backward()
    >>> x.grad
    array(12.)
    """
    operation = operation_of(function)
    before = dict(operation.rules)
    operation.rules.update(rules)
    operation.forget()
    if not operation.is_numpys:  # the table has a test; a person's mistake is reported here, not at the first call
        try:
            _ = operation.pulls
        except RuleError:
            operation.rules = before
            operation.forget()
            raise


def declare(function: Callable[..., Any], parameters: str = "", sequences: str = "", shape: str = "") -> None:
    """Name the arguments of a function without a signature, and those that hold sequences of arrays.

    `shape` says what shape the answer has: ``"broadcast"``, that to which the arguments broadcast; ``"first"``, that of
    the first argument.
    """
    operation = operation_of(function)
    operation.is_elementwise |= shape == "broadcast"
    operation.keeps_shape |= shape == "first"
    if parameters:
        operation.declare(parameters)
    operation.sequences = frozenset(sequences.split())


def defview(function: Callable[..., Any], /, **rules: Rule) -> None:
    """State the rules of a function whose answer may be a view of its first argument, as that of `transpose` is."""
    operation_of(function).views = True
    defvjp(function, **rules)


def defview_of_second(function: Callable[..., Any]) -> None:
    """State that the answer of a function may be a view of its first argument, or of the second of two."""
    operation = operation_of(function)

    def turned(x: Any, first: Any, **kwargs: Any) -> Any:
        return function(first, x, **kwargs)

    operation.views = True
    operation.views_second = Operation(turned, operation.name)
    operation.views_second.composition = turned


def defreduction(function: Callable[..., Any], /, **rules: Rule) -> None:
    """State the rules of a function with ``axis`` and ``keepdims``, written as if the axes were always kept."""
    operation = operation_of(function)
    operation.reduces = operation.pads = True
    defvjp(function, **rules)


def defconstant(*functions: Callable[..., Any]) -> None:
    """State that functions are piecewise constant: on Tensors they give plain arrays, without a gradient."""
    for function in functions:
        operation_of(function).constant = True


def defconstant_part(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is piecewise constant, for a composition of one that is not always."""

    def call_part(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    call_part.__operation__ = operation = Operation(function, full_name(function))  # type: ignore[attr-defined]
    operation.constant = True
    return call_part


def call_part(part: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a part of a function as NumPy would: the first Tensor among the arguments calls and records it."""
    for arg in args:
        if hasattr(arg, "__array_function__") and not isinstance(arg, np.ndarray | np.generic):
            return arg.__array_function__(part, (type(arg),), args, kwargs)
    return part(*args, **kwargs)


def defconstant_on_reals(function: np.ufunc, /, **rules: Rule) -> None:
    """State that a function of one argument is piecewise constant on real numbers, and its rules on complex ones.

    They are two operations of one function; which is meant shows when an argument comes.
    """

    def part() -> Callable[..., Any]:
        def call_part(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        call_part.__operation__ = Operation(function, full_name(function))  # type: ignore[attr-defined]
        return call_part

    on_reals, on_complex = part(), part()
    defconstant(on_reals)
    defvjp(on_complex, **rules)

    def choose(x: Any, **kwargs: Any) -> Any:
        if not hasattr(x, "__array_function__"):  # a number
            return function(x, **kwargs)
        chosen = on_complex if x.dtype.kind == "c" else on_reals
        return x.__array_function__(chosen, (type(x),), (x,), kwargs)  # the Tensor calls it, and records it

    defcomposition(function, choose)


def defresults(
    function: Callable[..., Any], /, *, named: bool = True, **results: dict[str, Rule]
) -> Callable[..., Any]:
    """State the rules of a function with several results: for each result, by name, those of the arguments.

    Each result is an operation of its own, a part of one call; its rules may read all results, as ``cache``. One
    without rules stays plain. `named` says whether NumPy's result has names, or is a plain tuple. Returns the
    composition that makes the parts.
    """

    def part(position: int, name: str, rules: dict[str, Rule]) -> Callable[..., Any]:
        def call_part(*args: Any, **kwargs: Any) -> Any:
            whole = _results(function, args, kwargs)
            return whole[position], whole

        call_part.__wrapped__ = function  # type: ignore[attr-defined]  # whose signature it has
        call_part.__operation__ = operation = Operation(call_part, full_name(function))  # type: ignore[attr-defined]
        operation.caches = True
        operation.part = f".{name}" if named else f"[{position}]"
        operation.rules.update(rules)
        return call_part

    parts = [part(position, name, rules) for position, (name, rules) in enumerate(results.items())]

    def composition(*args: Any, **kwargs: Any) -> Any:
        tensor = next((a for a in (*args, *kwargs.values()) if hasattr(a, "requires_grad")), None)
        if tensor is None:
            return function(*args, **kwargs)
        shared: list[Any] = []
        token = _shared_results.set(shared)
        try:
            made = [
                tensor.__array_function__(p, (type(tensor),), args, kwargs) if rules else None
                for p, rules in zip(parts, results.values(), strict=True)
            ]
        finally:
            _shared_results.reset(token)
        made = [m if r else plain for m, r, plain in zip(made, results.values(), shared[0], strict=True)]
        return type(shared[0])(*made) if hasattr(shared[0], "_fields") else tuple(made)

    defcomposition(function, composition)
    return composition


#: The results of the call whose parts are being recorded: it is made once.
_shared_results: ContextVar[list[Any] | None] = ContextVar("shared_results", default=None)


def _results(function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    shared = _shared_results.get()
    if shared is None:
        return function(*args, **kwargs)
    if not shared:
        shared.append(function(*args, **kwargs))
    return shared[0]


def defcomposition(function: Callable[..., Any], composition: Callable[..., Any], is_laid_out: bool = False) -> None:
    """State that a function is recorded step by step, as the calls that `composition` makes of the same arguments.

    A composition that returns `NotImplemented` leaves the call to the function's rules.
    """
    operation = operation_of(function)
    operation.composition, operation.is_laid_out = composition, is_laid_out


def step_by_step(*functions: Callable[..., Any]) -> None:
    """State that functions are recorded step by step, as the NumPy calls that their own implementations make."""
    for function in functions:
        defcomposition(function, own_steps(function))


def own_steps(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy's as the composition that its own implementation is."""

    def composition(*args: Any, **kwargs: Any) -> Any:
        # Which is of a layer above, and takes time to import: only who needs it pays.
        steps = importlib.import_module("autograd_lite.lifting.steps")
        return steps.steps_of(function)(*args, **kwargs)

    return composition


def size_of(shape: Iterable[int]) -> int:
    """Return the number of entries of an array of that shape."""
    count = getattr(shape, "count_entries", None)  # a traced shape knows what it is the shape of
    return math.prod(shape) if count is None else count()
