"""How a call on Tensors is made and recorded: `apply`, the path of every operation; `call`, the general way into it.

`Recorded` is what both need to know of a Tensor: an array and its node. `Tensor` is built on this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

import autograd_lite.rules  # noqa: F401  the table of calculus fills the registry
from autograd_lite.anomaly import watching
from autograd_lite.errors import MissingRuleError, UnsupportedCallError
from autograd_lite.graph import DROPPED, Dropped, Node, grad_enabled, lifted, next_index, tracer, traces
from autograd_lite.indexed import Erased, Indexed, overwrite, put_at
from autograd_lite.registry import MissingArgumentRule, Operation, operation_of
from autograd_lite.tensor import memory
from autograd_lite.tensor.memory import Owner, View
from autograd_lite.tensor.numbers import TracedNumber

Array = NDArray[Any]

#: Types that take part in a call as they are.
_PLAIN = {
    bool, int, float, complex, str, type(None), slice, type(Ellipsis), np.ndarray, np.dtype,
    *(np.dtype(code).type for code in "?bBhHiIlLqQefdgFDG"),
}  # fmt: skip


_NO_OUTPUT = object()


class Recorded:
    """An array and the node of the graph that it is the value of; a node is made when it is first needed."""

    __slots__ = ("__weakref__", "_alias", "_array", "_node")

    #: The class of what a recorded call returns: `Tensor`, which is built on this module, puts itself here.
    result_class: type[Recorded]

    _array: Any
    _node: Node | None
    #: What the Tensor shares its memory with, if that matters to writing: see `memory`.
    _alias: View | Owner | None

    @property
    def name(self) -> str | None:
        """What a person calls it."""
        return None if self._node is None else self._node.name

    @name.setter
    def name(self, name: str | None) -> None:
        self._leaf().annotate().name = name

    @property
    def node(self) -> Node:
        """The node of the graph that this Tensor is the value of."""
        self._settle()
        return self._leaf()

    def _settle(self) -> None:
        """If this is a view of a Tensor that has been written to since, read it again."""
        chain: list[tuple[Recorded, View]] = []
        tensor: Recorded = self
        while isinstance(alias := tensor._alias, View) and alias.seen < memory.clock.last_write:
            chain.append((tensor, alias))
            tensor = alias.base
        for tensor, view in reversed(chain):
            written = view.base._alias
            if written is not None and written.changed > view.changed:
                token = grad_enabled.set(True)
                try:
                    fresh = call(view.operation, (view.base, *view.args), view.kwargs)
                finally:
                    grad_enabled.reset(token)
                tensor._array = fresh._array
                tensor._move_to(fresh._node)
                view.changed = written.changed
            view.seen = memory.clock.last_write

    def _move_to(self, node: Node | None) -> None:
        """Become the value of another node, which inherits the name."""
        name = self.name
        self._node = node
        if name is not None:
            self.name = name

    def _leaf(self) -> Node:
        node = self._node
        if node is None:
            data = self._array
            node = self._node = Node(None, None, [], data.shape, data.dtype, next_index(), False)
        return node

    def _describe(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"Tensor{name} of shape {self._array.shape} and dtype {self._array.dtype}"

    def _is_number(self) -> bool:
        """Whether this is one of NumPy's numbers, which do not change, and no array without axes."""
        alias = self._alias
        return isinstance(self._array, np.generic) or (type(alias) is Owner and alias.is_number)

    def _is_recorded(self) -> bool:
        return self._node is not None and self._node.requires_grad and grad_enabled.get()

    def _note(self, how: str, value: Any = None) -> None:
        """While tracing, take note that the program went on with plain numbers taken from this value."""
        if traces.running and (tracing := tracer.get()) is not None and self._node is not None:
            tracing.note(how, self._node, value)

    def _refusal(self, how: str) -> str:
        return (
            f"{self._describe()} is being differentiated, and {how} would make plain numbers of it, without its "
            f"gradient. NumPy's functions and operators keep it: np.exp(t), np.dot(X, t) or X @ t, np.stack([t, u]), "
            f"np.concatenate([t, u]); to fill an array entry by entry make it a Tensor, a = ag.Tensor(np.zeros(n)), or "
            f"collect the entries in a list for np.stack. A function that is written otherwise runs as it stands under "
            f"ag.lift(f), and np.array(t, like=t) does without. For the values alone: t.item(), t.numpy() or "
            f"t.detach()"
        )


def wrap(data: Any, node: Node | None = None) -> Any:
    """Make a Tensor of an array that need not be copied."""
    tensor = _new(Recorded.result_class)
    tensor._array = data
    tensor._node = node
    tensor._alias = None
    return tensor


_new: Callable[[type[Recorded]], Recorded] = object.__new__
_new_node: Callable[[type[Node]], Node] = object.__new__


def apply(operation: Operation, args: Sequence[Any], function: Callable[..., Any]) -> Any:
    """Call a function on Tensors and record the call: the path that every operation takes.

    Parameters
    ----------
    operation
        What is recorded.
    args
        The arguments, in the order of ``operation.parameters``.
    function
        What is called on the plain arrays: the operation's function, or a faster spelling of it.
    """
    if traces.running and (tracing := tracer.get()) is not None:
        return tracing.call(operation, args, {}, function)
    values: list[Any] = []
    inputs: list[Any] = []
    mask = 0
    bit = 1
    is_aliased = False
    for arg in args:
        if type(arg) in _PLAIN:
            values.append(arg)
            inputs.append(None)
        elif isinstance(arg, Recorded):
            if arg._alias is not None:
                arg._settle()
                is_aliased = True
            values.append(arg._array)
            node = arg._node
            if node is None:
                node = arg._leaf()
            elif node.requires_grad:
                mask |= bit
            inputs.append(node)
        elif (joined := joined_operands(operation, args)) is not args:
            return apply(operation, joined, function)
        else:
            values.append(_admit(arg, operation))
            inputs.append(None)
        bit += bit
    try:
        ans = function(*values)
    except Exception as error:
        _explain(error, operation, args)
        raise
    if operation.caches:
        ans, cache = ans
    if type(ans) is complex:  # Python's own, of ``1j * number``
        ans = np.complex128(ans)
    if is_aliased and not operation.views:
        ans = unshared(ans)
    if mask and grad_enabled.get():
        if operation.pads and len(values) != len(operation.defaults or operation.read_defaults()):
            values += operation.defaults[len(values) :]
            inputs += [None] * (len(values) - len(inputs))
            if operation.caches:
                values[-1] = cache
        tensor = record(operation, values, inputs, mask, ans)
        if is_aliased:
            _protect(tensor._node.values, args)
    elif any(inputs):
        if type(ans) is not np.ndarray and lifted.get() and not isinstance(ans, np.floating):
            return ans
        tensor = wrap(ans)
    else:
        return ans
    if operation.views and is_view(ans, args[0]):
        tensor._alias = View(args[0], operation, args[1:], {})
    return tensor


def call(
    operation: Operation | Callable[..., Any],
    args: Sequence[Any],
    kwargs: dict[str, Any] | None = None,
) -> Any:
    """Call a function on Tensors with any arguments: keywords, defaults, sequences of Tensors; record the call.

    Parameters
    ----------
    operation
        What is recorded, or the function it belongs to.
    args, kwargs
        The arguments of the call.
    """
    if type(operation) is not Operation:
        operation = operation_of(operation)  # type: ignore[arg-type]
    kwargs = kwargs or {}
    if operation.rules and not operation.is_custom:
        for arg in (*args, *kwargs.values()) if kwargs else args:
            if type(arg) not in _PLAIN and not isinstance(arg, Recorded):
                args, kwargs = _with_arrays(operation, args, kwargs)
                break
    if traces.running and (tracing := tracer.get()) is not None:
        return tracing.call(operation, args, kwargs)
    if operation.composition is not None:
        if _plain_output(kwargs) is not None:
            return _composed_into(operation, args, kwargs)
        ans = operation.composition(*args, **kwargs)
        if operation.is_laid_out and isinstance(ans, Recorded):
            ans._array = np.asarray(ans._array, order="C") if ans._array.ndim else ans._array
        if ans is not NotImplemented:
            return ans
    function = operation.function
    if not (operation.rules or operation.constant):
        return call_without_rule(operation, function, operation.name, args, kwargs)
    if operation.views and not args:  # a View needs what it is a view of
        first = operation.parameters[0]
        args, kwargs = (kwargs[first],), {name: value for name, value in kwargs.items() if name != first}
    raw_args, nodes, is_aliased = _unwrap_all(args)
    raw_kwargs, named_nodes = kwargs, {}
    if kwargs:
        raw_values, value_nodes, is_value_aliased = _unwrap_all(kwargs.values())
        raw_kwargs = dict(zip(kwargs, raw_values, strict=True))
        named_nodes = {key: node for key, node in zip(kwargs, value_nodes, strict=True) if node is not None}
        is_aliased = is_aliased or is_value_aliased
    differentiates = (
        not operation.constant
        and grad_enabled.get()
        and (_any_needs_gradient(nodes) or _any_needs_gradient(named_nodes.values()))
    )
    if differentiates:
        if kwargs:
            refuse_unrecorded(operation, raw_kwargs)
        for arg in raw_args:
            if isinstance(arg, np.ndarray) and type(arg) is not np.ndarray:
                _refuse_subclass(arg, operation)
    try:
        ans = function(*raw_args, **raw_kwargs)
    except Exception as error:
        _explain(error, operation, [*args, *kwargs.values()])
        raise
    if operation.constant:
        return constant(ans)
    if operation.caches:
        ans, cache = ans
    if not (named_nodes or any(nodes)):
        return ans
    if kwargs and ans is _plain_out(kwargs):
        return ans  # NumPy's answer is the array it was given
    if is_aliased and not operation.views:
        ans = unshared(ans)
    tensor = None
    if differentiates:
        if ans.dtype.kind not in "fc":
            if ans.dtype.kind in "biu":
                return ans  # converted to integers: piecewise constant
            raise UnsupportedCallError(
                f"{operation.name} made {shaped(ans)} of a Tensor that is being differentiated; "
                f"pass it arrays of numbers"
            )
        inputs = operation.bind(nodes, named_nodes, [None] * len(operation.parameters))
        values = operation.bind(raw_args, raw_kwargs)
        if operation.caches:
            values[-1] = cache
        mask = 0
        for position, entry in enumerate(inputs):
            if entry is not None and _any_needs_gradient(entry if type(entry) is list else (entry,)):
                mask |= 1 << position
        tensor = record(operation, values, inputs, mask, ans)
        if is_aliased:
            _protect(values, operation.bind(args, kwargs))
    if tensor is None:
        if type(ans) is not np.ndarray and lifted.get() and not isinstance(ans, np.floating):
            return ans
        tensor = wrap(ans)
    if operation.views:
        tensor._alias = view_of(operation, ans, args, kwargs)
    return tensor


def view_of(operation: Operation, ans: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> View | None:
    """Return how an answer is a view of an argument, if it is one."""
    if is_view(ans, args[0]):
        return View(args[0], operation, args[1:], kwargs)
    if operation.views_second is not None and len(args) == 2 and is_view(ans, args[1]):
        return View(args[1], operation.views_second, args[:1], kwargs)
    return None


def _plain_output(kwargs: dict[str, Any]) -> Any:
    out = kwargs.get("out")
    return None if out is Ellipsis else out


def _composed_into(operation: Operation, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Let NumPy write into a plain array, if nothing is being differentiated."""
    _, nodes, _ = _unwrap_all([*args, *kwargs.values()])
    if grad_enabled.get() and _any_needs_gradient(nodes):
        refuse_plain_output(f"{operation.name}(out=...)", kwargs["out"])
    return call_without_rule(operation, operation.function, operation.name, args, kwargs)


def constant(ans: Any) -> Any:
    """Return what a piecewise-constant call gave: a plain array; a Tensor where a person's function runs lifted."""
    return wrap(ans) if type(ans) is np.ndarray and lifted.get() else ans


def record(operation: Operation, values: list[Any], inputs: list[Any], mask: int, ans: Any) -> Any:
    """Add the call to the graph, with only those arrays that a rule will read."""
    try:
        droppable, keeps_answer, pulls = operation.plans[mask]
    except MissingArgumentRule as missing:
        raise MissingRuleError(
            f"{operation.name} has no derivative rule for its argument {missing}. "
            f"If it is constant pass t.detach(); otherwise register one: "
            f"defvjp({operation.name}, {missing}=lambda g, ...: ...)"
        ) from None
    watch = watching.get()
    arguments = values if watch is None else values.copy()
    for position in droppable:
        source = inputs[position]
        if type(source) is list:
            values[position] = [Dropped(np.shape(v), None) for v in values[position]]  # type: ignore[arg-type]
        elif source is not None:
            values[position] = DROPPED
        elif isinstance(values[position], np.ndarray):
            values[position] = Dropped(values[position].shape, values[position].dtype)
    values.append(ans if keeps_answer else DROPPED)
    tensor = _new(Recorded.result_class)
    tensor._array = ans
    tensor._alias = None
    tensor._node = node = _new_node(Node)  # its __init__ written out, because this runs for every operation
    node.operation = operation
    node.values = values
    node.inputs = inputs
    node.shape = ans.shape
    node.dtype = ans.dtype
    node.index = next_index()
    node.requires_grad = True
    node.pulls = pulls
    node.annotations = None
    if watch is not None:
        watch.recorded(node, arguments, ans)
    return tensor


def is_view(ans: Any, x: Any) -> bool:
    """Whether an answer shares the memory of a Tensor. A copy too may have a base: an array made on the way to it."""
    if not isinstance(x, Recorded):
        return False
    if x._is_number():
        return bool(ans.size > 1 and 0 in ans.strides)  # broadcast: the entries share their memory
    return ans is x._array or (ans.base is not None and np.may_share_memory(ans, x._array))


def unshared(ans: Any) -> Any:
    """Return an answer that is a view as an array of its own, because what it is a view of may be written to."""
    return ans.copy(order="K") if type(ans) is np.ndarray and ans.base is not None else ans


def _protect(values: list[Any], args: Sequence[Any]) -> None:
    """Keep what was recorded from being written to: of a written Tensor take note, of a part of one keep a copy."""
    for position, arg in enumerate(args):
        if isinstance(arg, Recorded):
            if arg._alias is None or type(values[position]) is Dropped:
                continue
            if isinstance(arg._alias, View):
                values[position] = values[position].copy()
            else:
                arg._alias.is_recorded = True
        elif type(arg) in (list, tuple) and type(values[position]) is list:
            _protect(values[position], arg)


def tensor_values(node: Node) -> list[Any] | None:
    """Return the recorded arguments and the answer of a call as Tensors, so that what is made of them is recorded."""
    if node.is_freed or node.values is None:
        return None
    values = list(node.values)
    for position, source in enumerate(node.inputs):
        if source is None:
            continue
        if type(source) is list:
            values[position] = [
                v if p is None or type(v) is Dropped else wrap(v, p)
                for v, p in zip(values[position], source, strict=True)
            ]
        elif values[position] is not DROPPED:
            values[position] = wrap(values[position], source)
    if values[-1] is not DROPPED:
        values[-1] = wrap(values[-1], node)
    operation = node.operation
    if operation is not None and operation.caches:  # the cache depends on the inputs too: compute it again, recorded
        values[-2] = operation.function(*values[:-2])[1]
    return values


def dense(c: Indexed | Erased, shape: tuple[int, ...]) -> Any:
    """Turn a contribution of a rule of indexing into a Tensor, in recorded calls."""
    if isinstance(c, Indexed):
        return apply(_PUT_AT, (c.g, c.index, shape), put_at)
    return apply(_OVERWRITE, (c.g, c.index, 0.0), overwrite)


_PUT_AT, _OVERWRITE = operation_of(put_at), operation_of(overwrite)


# -- arguments --------------------------------------------------------------------------------------------------------


def _unwrap_all(args: Iterable[Any]) -> tuple[list[Any], list[Any], bool]:
    """Return the plain values of arguments, their nodes, and whether one may be written to."""
    raw: list[Any] = []
    nodes: list[Any] = []
    is_aliased = False
    for arg in args:
        if isinstance(arg, Recorded):
            if arg._alias is not None:
                arg._settle()
                is_aliased = True
            raw.append(arg._array)
            nodes.append(arg._node or arg._leaf())
        elif (type(arg) is list or type(arg) is tuple) and _holds_tensor(arg):
            values, inner, is_one_aliased = _unwrap_all(arg)
            raw.append(values)
            nodes.append(inner)
            is_aliased = is_aliased or is_one_aliased
        else:
            raw.append(arg)
            nodes.append(None)
    return raw, nodes, is_aliased


def _any_needs_gradient(nodes: Iterable[Any]) -> bool:
    for node in nodes:
        if node is None:
            continue
        if _any_needs_gradient(node) if type(node) is list else node.requires_grad:
            return True
    return False


def tensor_out(kwargs: dict[str, Any]) -> Any:
    """Return what was given as ``out=``, if it is a Tensor or a tuple of several outputs with a Tensor in it."""
    out = kwargs.get("out")
    if isinstance(out, tuple):
        if len(out) > 1:
            return out if any(isinstance(one, Recorded) for one in out) else None
        out = out[0] if out else None
    return out if isinstance(out, Recorded) else None


def _plain_out(kwargs: dict[str, Any]) -> Any:
    out = kwargs.get("out", _NO_OUTPUT)
    return out[0] if type(out) is tuple and len(out) == 1 else out


def refuse_unrecorded(operation: Operation, kwargs: dict[str, Any]) -> None:
    """Refuse arguments whose effect on the gradient is not recorded."""
    for name, default in (("out", None), ("where", True), ("initial", None)):
        value = kwargs.get(name, default)
        if isinstance(value, tuple) and all(part is None for part in value):
            value = None
        if value is default or value is np._NoValue or (name != "out" and operation.records(name)):
            continue
        if name == "out":
            refuse_plain_output(f"{operation.name}(out=...)", value)
        if name == "where" and isinstance(operation.function, np.ufunc):
            raise UnsupportedCallError(
                f"{operation.name}(where=...) on a Tensor that is being differentiated leaves the other entries "
                f"undefined. Say what they are: pass a Tensor as out=, such as out=ag.Tensor(np.zeros(shape)), or "
                f"choose afterwards with np.where"
            )
        raise UnsupportedCallError(
            f"{operation.name}({name}=...) on a Tensor that is being differentiated is not recorded yet. "
            f"Call it without {name}=, on np.where(condition, t, ...) if entries are to be left out; or pass "
            f"t.detach() where no gradient is wanted"
        )


def refuse_plain_output(how: str, array: Any) -> NoReturn:
    """Refuse to write a Tensor that is being differentiated into a plain array."""
    arrays = array if isinstance(array, tuple) else (array,)
    what = ", ".join(shaped(np.asarray(a)) for a in arrays if a is not None)
    raise UnsupportedCallError(
        f"{how} on a Tensor that is being differentiated writes into a plain array, which has no history: {what}. "
        f"Use what the call returns without it, or make the array a Tensor, out = ag.Tensor(np.zeros(shape)); "
        f"pass t.detach() where no gradient is wanted"
    )


def call_without_rule(
    operation: Operation, function: Callable[..., Any], name: str, args: Iterable[Any], kwargs: dict[str, Any]
) -> Any:
    """Call a function that has no rule: on plain values if nothing is being differentiated, else refuse.

    It gets the values read-only: what it, or who gets a view of them from it, wrote there would not be noticed.
    """
    raw_args, nodes, _ = _unwrap_all(args)
    raw_values, value_nodes, _ = _unwrap_all(kwargs.values())
    if grad_enabled.get() and _any_needs_gradient([*nodes, *value_nodes]):
        raise MissingRuleError(
            f"{name} has no derivative rule, and an argument of it is being differentiated. Write it with functions "
            f"that have one, or register the rule: ag.defvjp({name}, <argument>=lambda g, ans: ...). "
            f"If only its values are meant (a constant; to save, print or plot), pass t.numpy()"
        )
    safe_args, safe_values = map(_read_only, raw_args, nodes), map(_read_only, raw_values, value_nodes)
    try:
        ans = function(*safe_args, **dict(zip(kwargs, safe_values, strict=True)))
    except Exception as error:
        if "read-only" in str(error):
            error.add_note(f"{name} would write into the values of a Tensor; pass it a copy of them, t.numpy()")
        raise
    for arg in (*args, *kwargs.values()):
        if isinstance(arg, Recorded) and arg._alias is not None:
            _keep(arg, ans)
    return ans


def _read_only(raw: Any, node: Any) -> Any:
    if node is None:
        return raw
    if type(node) is list:
        return [_read_only(part, source) for part, source in zip(raw, node, strict=True)]
    if type(raw) is np.ndarray:
        raw = raw.view()
        raw.flags.writeable = False
    return raw


def _keep(tensor: Recorded, ans: Any) -> None:
    """If an answer is a view of a Tensor's array, see to it that the next write to the Tensor goes to a copy."""
    parts = ans if isinstance(ans, (tuple, list)) else (ans,)
    if any(isinstance(part, np.ndarray) and np.may_share_memory(part, tensor._array) for part in parts):
        while isinstance(tensor._alias, View):
            tensor = tensor._alias.base
        if tensor._alias is not None:
            tensor._alias.is_recorded = True


def _admit(arg: Any, operation: Operation) -> Any:
    """Check an operand of an unusual type before it meets an array."""
    if not isinstance(arg, np.ndarray) and not isinstance(operation.function, np.ufunc):
        return arg  # an axis, a shape, a type
    if isinstance(arg, (list, tuple)) and _holds_tensor(arg):
        raise UnsupportedCallError(
            f"{operation.name} was given a {type(arg).__name__} with Tensors in it; NumPy would make an array of "
            f"objects of it. Join them first: np.stack([...]) or np.concatenate([...])"
        )
    if isinstance(arg, np.ndarray):
        _refuse_subclass(arg, operation)
    return np.asarray(arg)


def joined_operands(operation: Operation, args: Sequence[Any]) -> Sequence[Any]:
    """Return the operands of a ufunc; in lifted code lists of Tensors are stacked, as NumPy makes arrays of lists."""
    if not lifted.get() or not isinstance(operation.function, np.ufunc):
        return args
    if not any(isinstance(arg, (list, tuple)) and _holds_tensor(arg) for arg in args):
        return args
    return [_as_array(arg) if isinstance(arg, (list, tuple)) else arg for arg in args]


def _refuse_subclass(array: Array, operation: Operation) -> None:
    if isinstance(array, (np.ma.MaskedArray, np.matrix)):
        raise UnsupportedCallError(
            f"{operation.name} was given a {type(array).__name__}, whose arithmetic is not NumPy's; "
            f"pass a plain array (np.asarray(a), or a.filled(...) for a masked one)"
        )


def _with_arrays(
    operation: Operation, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Sequence[Any], dict[str, Any]]:
    """Return the arguments of a call with what stands for an array (a list, a Series) made one, for rules to read."""
    names = operation.array_arguments
    parameters = operation.parameters
    converted = [
        _as_array(arg) if position < len(parameters) and parameters[position] in names else arg
        for position, arg in enumerate(args)
    ]
    return converted, {name: _as_array(value) if name in names else value for name, value in kwargs.items()}


def _is_number(arg: Any) -> bool:
    return isinstance(arg, (np.generic, TracedNumber))


def _as_array(arg: Any) -> Any:
    if type(arg) is not list and type(arg) is not tuple:
        is_foreign = hasattr(arg, "__array__") and not hasattr(arg, "__array_function__")
        return np.asarray(arg) if isinstance(arg, Sequence) or (is_foreign and not _is_number(arg)) else arg
    if not _holds_tensor(arg):
        return np.asarray(arg)
    return call(np.stack, ([_as_array(part) for part in arg],))


def plain_index(index: Any) -> Any:
    """Return an index without Tensors in it."""
    if isinstance(index, tuple):
        return tuple(plain_index(part) for part in index)
    if isinstance(index, Recorded):
        if index._alias is not None:
            index._settle()
        return np.asarray(index._array)
    if isinstance(index, list):
        return np.array([plain_index(part) for part in index], dtype=None if index else int)
    return index


def _holds_tensor(items: Iterable[Any]) -> bool:
    return any(isinstance(i, Recorded) or (isinstance(i, (list, tuple)) and _holds_tensor(i)) for i in items)


def _explain(error: Exception, operation: Operation, args: Iterable[Any]) -> None:
    """Add the operands to an exception of NumPy's own."""
    operands = ", ".join(_operand(arg) for arg in args)
    error.add_note(f"in {operation.name}({operands})")


def _operand(arg: Any) -> str:
    if isinstance(arg, Recorded):
        return arg._describe()
    if isinstance(arg, np.ndarray):
        return shaped(arg)
    text = repr(arg)
    return text if len(text) < 60 else text[:57] + "..."


def shaped(array: Array) -> str:
    """Return the array's shape and dtype in words."""
    return f"an array of shape {array.shape} and dtype {array.dtype}"
