"""What people write out and call by a name: sigmoid, softmax, log-sum-exp, ...; their spellings, and their derivatives.

A table of spellings (lambdas in plain NumPy) is compared with the graph, call by call; where one fits, the call takes
the place of the steps, and its derivative is the textbook's, in terms of the answer where that is usual. *Shortcuts*
are the same for a logarithm of one of them: what is written stays, only the gradient takes the short way, from the loss
straight to the logits (Bishop, 2006, "Pattern Recognition and Machine Learning", section 4.3: the gradient is P - Y).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd_lite.expressions.terms import Call, Constant, Name, Term, as_term, call, weight
from autograd_lite.graph import Node
from autograd_lite.indexed import are_apart, entry, overwrite, put_at
from autograd_lite.registry import Operation, declare, defreduction, defvjp, operation_of
from autograd_lite.tensor.numbers import TracedShape

if TYPE_CHECKING:
    from autograd_lite.expressions.programs import Program

# -- the functions -----------------------------------------------------------------------------------------------------
# Plain NumPy, because `to_source` writes them out.


def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(-z)), without overflow."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def relu(z: Any) -> Any:
    """Z where it is positive, else 0."""
    return np.where(z > 0, z, 0)


def softplus(z: Any) -> Any:
    """log(1 + exp(z)), without overflow."""
    return np.logaddexp(0, z)


def softmax(z: Any, axis: Any = None) -> Any:
    """exp(z) / sum(exp(z)) over an axis, without overflow."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def logsumexp(z: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """log(sum(exp(z))) over an axis, without overflow."""
    highest = z.max(axis=axis, keepdims=True)
    s = np.log(np.exp(z - highest).sum(axis=axis, keepdims=True)) + highest
    return s if keepdims else s.squeeze(axis)


def log_softmax(z: Any, axis: Any = None) -> Any:
    """log(softmax(z)) over an axis, without overflow."""
    return z - logsumexp(z, axis=axis, keepdims=True)


#: By name, so that no value of a program is called so.
HELPERS = {helper.__name__: helper for helper in (sigmoid, relu, softplus, softmax, logsumexp, log_softmax)}

# Of the shortcuts the first argument is what is written, the second where the gradient goes.


def log_of_softmax(p: Any, z: Any, axis: Any = None) -> Any:
    """log(p), where p = softmax(z)."""
    return np.log(p)


def log_of_entry_of_softmax(p: Any, z: Any, index: Any = None) -> Any:
    """log(p[index]), where p = softmax(z, axis=1) and the index names one entry of each row."""
    return np.log(p[index])


def log_of_sigmoid(a: Any, z: Any) -> Any:
    """log(a), where a = sigmoid(z)."""
    return np.log(a)


def log_of_one_minus_sigmoid(a: Any, z: Any) -> Any:
    """log(1 - a), where a = sigmoid(z)."""
    return np.log(1 - a)


# fmt: off
defvjp(sigmoid,                   z=lambda g, ans: g * ans * (1 - ans))
defvjp(relu,                      z=lambda g, z: g * (z > 0))
defvjp(softplus,                  z=lambda g, z: g * _called(sigmoid, z))
defvjp(softmax,                   z=lambda g, ans, axis: ans * (g - np.sum(g * ans, axis=axis, keepdims=True)))
defreduction(logsumexp,           z=lambda g, z, axis: g * _called(softmax, z, axis=axis))
defvjp(log_softmax,               z=lambda g, ans, axis: g - np.exp(ans) * np.sum(g, axis=axis, keepdims=True))
defvjp(log_of_softmax,            z=lambda g, p, axis: g - p * np.sum(g, axis=axis, keepdims=True))
defvjp(log_of_entry_of_softmax,   z=lambda g, p, index, z_shape: _minus_rows(g, p, index, z_shape))
defvjp(log_of_sigmoid,            z=lambda g, a: g * (1 - a))
defvjp(log_of_one_minus_sigmoid,  z=lambda g, a: -g * a)
# fmt: on

for _function in (sigmoid, relu, softplus):
    declare(_function, shape="broadcast")
operation_of(log_of_entry_of_softmax).rows_from = 0
_KEEP_SHAPE: tuple[Callable[..., Any], ...] = (
    softmax, log_softmax, log_of_softmax, log_of_sigmoid, log_of_one_minus_sigmoid
)  # fmt: skip
for _of_first in _KEEP_SHAPE:
    declare(_of_first, shape="first")


def _called(function: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function on a traced value, recorded as one call."""
    return x.__array_function__(function, (type(x),), (x, *args), kwargs)


def _minus_rows(g: Any, p: Any, index: Any, shape: Any) -> Any:
    """The entries of g where they were read, minus p times each row's: softmax's rule for one entry a row."""
    return _called(put_at, g, index, shape) - p * g[:, None]


#: What is written for a shortcut in the forward pass.
WRITTEN: dict[Callable[..., Any], Callable[..., Term]] = {
    log_of_softmax: lambda p, z, axis=None: call(np.log, p),
    log_of_sigmoid: lambda a, z: call(np.log, a),
    log_of_one_minus_sigmoid: lambda a, z: call(np.log, call(np.subtract, 1, a)),
    log_of_entry_of_softmax: lambda p, z, index=None: call(np.log, call(operator.getitem, p, index)),
}

# -- the spellings -----------------------------------------------------------------------------------------------------


class Symbol:
    """Stands for a value in a spelling: NumPy's calls and Python's operators on it make terms."""

    __array_priority__ = 1000

    def __init__(self, term: Term) -> None:
        self.term = term

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Symbol:
        return self._call(ufunc, *inputs)

    def __array_function__(self, func: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Symbol:
        return self._call(func, *args, **kwargs)

    @staticmethod
    def _call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Symbol:
        plain = [as_term(a.term if isinstance(a, Symbol) else a) for a in args]
        named = tuple((name, as_term(value)) for name, value in kwargs.items())
        return Symbol(Call(operation_of(function), tuple(plain), named, ()))

    # fmt: off
    def __neg__(self) -> Symbol: return self._call(np.negative, self)
    def __add__(self, other: Any) -> Symbol: return self._call(np.add, self, other)
    def __radd__(self, other: Any) -> Symbol: return self._call(np.add, other, self)
    def __sub__(self, other: Any) -> Symbol: return self._call(np.subtract, self, other)
    def __rsub__(self, other: Any) -> Symbol: return self._call(np.subtract, other, self)
    def __mul__(self, other: Any) -> Symbol: return self._call(np.multiply, self, other)
    def __rmul__(self, other: Any) -> Symbol: return self._call(np.multiply, other, self)
    def __truediv__(self, other: Any) -> Symbol: return self._call(np.divide, self, other)
    def __rtruediv__(self, other: Any) -> Symbol: return self._call(np.divide, other, self)
    def __pow__(self, other: Any) -> Symbol: return self._call(np.power, self, other)
    def __gt__(self, other: Any) -> Symbol: return self._call(np.greater, self, other)
    def __ge__(self, other: Any) -> Symbol: return self._call(np.greater_equal, self, other)
    def __lt__(self, other: Any) -> Symbol: return self._call(np.less, self, other)
    def __getitem__(self, index: Any) -> Symbol: return self._call(operator.getitem, self, index)
    # fmt: on


#: In a spelling, an axis that is to be found out.
AXIS: Any = object()


def _spellings(*spellings: Callable[[Any], Any]) -> list[Term]:
    return [spelling(Symbol(Name("z"))).term for spelling in spellings]


def _shifted(z: Any) -> list[Any]:
    """exp(z), also with a maximum taken off first, which changes neither a softmax nor its gradient."""
    highest = [np.max(z, axis=AXIS, keepdims=True), np.max(z), np.max(z, axis=AXIS), np.max(z, axis=AXIS)[:, None]]
    return [np.exp(z), *(np.exp(z - h) for h in highest)]


def _sums(e: Any) -> list[Any]:
    return [
        np.sum(e, axis=AXIS, keepdims=True),
        np.sum(e),
        np.sum(e, axis=AXIS),
        np.sum(e, axis=AXIS)[:, None],
        np.reshape(np.sum(e, axis=AXIS), (-1, 1)),
    ]


_Z: Any = Symbol(Name("z"))

#: For each function its spellings, written with the wildcard z; what they contain of others goes by its name.
TABLE: list[tuple[Callable[..., Any], list[Term]]] = [
    (sigmoid, _spellings(
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: 1 / (1 + np.exp(-1 * z)),
        lambda z: 1 / (1 + 1 / np.exp(z)),
        lambda z: np.reciprocal(1 + np.exp(-z)),
        lambda z: (1 + np.exp(-z)) ** -1,
        lambda z: np.exp(z) / (1 + np.exp(z)),
        lambda z: 0.5 * (1 + np.tanh(0.5 * z)),
        lambda z: 0.5 * (1 + np.tanh(z / 2)),
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        lambda z: np.where(z > 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        lambda z: np.exp(-Symbol._call(softplus, -z)),
    )),
    (np.tanh, _spellings(
        lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
        lambda z: (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1),
        lambda z: 2 / (1 + np.exp(-2 * z)) - 1,
        lambda z: np.sinh(z) / np.cosh(z),
    )),
    (relu, _spellings(
        lambda z: z * (z > 0),
    )),
    (softplus, _spellings(
        lambda z: np.log(1 + np.exp(z)),
        lambda z: np.log1p(np.exp(z)),
        lambda z: np.logaddexp(0, z),
    )),
    (softmax, [
        (e / s).term for e in _shifted(_Z) for s in _sums(e)
    ]),
    (log_softmax, [
        (_Z - Symbol._call(logsumexp, _Z, axis=AXIS, keepdims=True)).term,
        *(
            (_Z - h - Symbol._call(logsumexp, _Z - h, axis=AXIS, keepdims=True)).term
            for h in [np.max(_Z, axis=AXIS, keepdims=True)]
        ),
    ]),
    (logsumexp, [
        *(np.log(s).term for s in _sums(np.exp(_Z))[:3]),
        *((h + np.log(s)).term for h in [np.max(_Z, axis=AXIS, keepdims=True)] for s in _sums(np.exp(_Z - h))[:1]),
        *((np.max(_Z, axis=AXIS) + np.log(np.sum(np.exp(_Z - np.max(_Z, axis=AXIS, keepdims=True)), axis=AXIS))).term,),
        *((h + np.log(s)).term for h in [np.max(_Z)] for s in _sums(np.exp(_Z - h))[1:2]),
    ]),
]  # fmt: skip

#: Spellings that differ from the function only at a kink: a derivation at other values need not tell them apart.
AT_KINKS: list[tuple[Callable[..., Any], list[Term]]] = [
    (relu, _spellings(
        lambda z: np.maximum(0, z),
        lambda z: np.clip(z, 0, None),
        lambda z: np.fmax(0, z),
        lambda z: np.where(z > 0, z, 0),  # and where what comes back is not finite
        lambda z: np.where(z < 0, 0, z),
        lambda z: np.where(z >= 0, z, 0),
    )),
]  # fmt: skip
_KINKED = {pattern for _, patterns in AT_KINKS for pattern in patterns}

_COMMUTES = {np.add, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp}


def fits(pattern: Term, value: Any, source: Any, found: dict[str, Any]) -> bool:
    """Whether a spelling fits a value of the graph; `found` receives what its wildcards stand for."""
    if isinstance(pattern, Name):
        if type(source) is not Node:
            return False
        if pattern.name in found:
            return found[pattern.name] is source
        found[pattern.name] = source
        return True
    if isinstance(pattern, Constant):
        return source is None and _fits_constant(pattern.value, value, found)
    assert isinstance(pattern, Call)
    if type(source) is not Node or source.operation is None or source.values is None:
        return False
    operation = source.operation
    if operation.function is not pattern.operation.function:
        return False
    given = dict(zip(operation.parameters, zip(source.values, source.inputs, strict=False), strict=False))
    wanted = dict(zip(operation.parameters, pattern.args, strict=False)) | dict(pattern.keywords)
    for name, (other, origin) in given.items():  # what the spelling does not mention must be at its default
        default = operation.defaults[operation.parameters.index(name)]
        if name not in wanted and not (origin is None and (other is None or other is False or other == default)):
            return False
    if operation.function in _COMMUTES and len(pattern.args) == 2:
        (a, b), (one, two) = pattern.args, list(given.values())[:2]
        before = dict(found)
        if fits(a, *one, found) and fits(b, *two, found):
            return True
        found.clear()
        found.update(before)
        return fits(a, *two, found) and fits(b, *one, found)
    return all(name in given and fits(part, *given[name], found) for name, part in wanted.items())


def _fits_constant(wanted: Any, value: Any, found: dict[str, Any]) -> bool:
    if wanted is AXIS:
        if value is None or isinstance(value, tuple):
            return False
        if "axis" in found:
            return bool(found["axis"] == value)
        found["axis"] = value
        return True
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        is_number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
        return is_number and bool(value == wanted)
    return type(value) is type(wanted) and bool(value == wanted)


def recognise(program: Program, node: Node, at_kinks: bool, shortcuts: bool = True) -> Node:
    """Return the call of a named function in place of the last of the steps that spell it, or the node itself."""
    assert node.operation is not None
    if node.operation.function is operator.getitem and not node.name:
        return read_back(program, node)
    if node.operation.function is overwrite:
        return without_first_write(program, node)
    if node.operation.function is np.log:
        shortcut = _shortcut(program, node) if shortcuts else node
        if shortcut is not node:
            return shortcut
    if node.dtype == object or node.dtype.kind != "f":
        return node
    for function, pattern in _candidates(node.operation, at_kinks):
        found: dict[str, Any] = {}
        if fits(pattern, None, node, found) and _is_right(function, found, node):
            if pattern in _KINKED and np.any(found["z"].values[-1] == 0):
                continue
            if function is relu and pattern not in _KINKED and _minds_zeros(program):
                continue
            if function is relu and not node.requires_grad:  # a place, a count: no activation
                continue
            z, axis = found["z"], found.get("axis")
            if function in (softmax, log_softmax):
                return _made(program, node, function, [z, None], [None, axis])
            if function is logsumexp:
                keeps = len(node.shape) == len(z.shape)
                return _made(program, node, function, [z, None, None], [None, axis, keeps])
            return _made(program, node, function, [z], [None])
    return node


def _minds_zeros(program: Program) -> bool:
    """Whether something tells -0, which ``z * (z > 0)`` gives, from 0."""
    functions = (np.arctan2, np.copysign, np.signbit, np.angle)
    return any(node.operation is not None and node.operation.function in functions for node in program.record.nodes)


def read_back(program: Program, node: Node) -> Node:
    """Return the value that was written into an entry in place of reading the entry again: ``H[t - 1]`` in a loop."""
    source, values = node.inputs[0], node.values or [None, None]
    index = entry(values[1])
    if index is None or node.inputs[1] is not None or type(source) is not Node:
        return node
    passed: list[Node] = []
    while source.operation is not None and source.operation.function is overwrite and source.inputs[1] is None:
        written, value = entry((source.values or [None, None])[1]), source.inputs[2]
        if written == index and type(value) is Node and value.dtype == node.dtype and value.shape == node.shape:
            program.passed.update([*passed, source])
            return value
        if written is None or not are_apart(written, index) or type(source.inputs[0]) is not Node:
            break
        passed.append(source)
        source = source.inputs[0]
    if not passed or source.values is None:
        return node
    program.passed.update(passed)
    made = Node(
        node.operation, [source.values[-1], *values[1:]], [source, None], node.shape, node.dtype, node.index, False
    )
    if isinstance(node.shape, TracedShape):
        node.shape.node = made
    program.require(made)
    return made


#: So many writes are looked back over.
_MOST_WRITES = 64


def without_first_write(program: Program, node: Node) -> Node:
    """Return the write of an entry without one before it that nobody has read since: of ``out[i] += v`` in a loop."""
    written: list[Node] = []
    index, source = entry((node.values or [None, None])[1]), node.inputs[0]
    while True:
        if type(source) is not Node or source.operation is None or source.operation.function is not overwrite:
            return node
        other = entry((source.values or [None, None])[1])
        is_plain = node.inputs[1] is None and source.inputs[1] is None and not source.name
        if index is None or other is None or not is_plain or len(written) >= _MOST_WRITES:
            return node
        if other == index:
            break
        if not are_apart(other, index):
            return node
        written.append(source)
        source = source.inputs[0]
    base = source.inputs[0]
    if type(base) is not Node or base.values is None or base.shape != node.shape:
        return node
    program.passed.update([source, *written])
    for again in [*reversed(written), node]:
        values = [base.values[-1], *(again.values or [])[1:-1]]
        made = Node(
            again.operation, [*values, overwrite(*values)], [base, *again.inputs[1:]],
            again.shape, again.dtype, again.index, False,
        )  # fmt: skip
        if isinstance(again.shape, TracedShape):
            made.shape = TracedShape(tuple.__getitem__(again.shape, slice(None)))
            made.shape.node = made
        if again.name:
            made.annotate().name = again.name
        program.require(made)
        base = made
    return base


_BY_LAST: dict[tuple[Callable[..., Any], bool], list[tuple[Callable[..., Any], Term]]] = {}
for _at_kinks, _table in ((False, TABLE), (True, [*TABLE, *AT_KINKS])):
    for _function, _patterns in _table:
        for _pattern in _patterns:
            assert isinstance(_pattern, Call)
            _BY_LAST.setdefault((_pattern.operation.function, _at_kinks), []).append((_function, _pattern))
for _patterns_of in _BY_LAST.values():  # the longest first: a softmax with its maximum taken off contains one without
    _patterns_of.sort(key=lambda pair: -weight(pair[1]))


def _candidates(operation: Operation, at_kinks: bool) -> Iterator[tuple[Callable[..., Any], Term]]:
    yield from _BY_LAST.get((operation.function, at_kinks), ())


def _is_right(function: Callable[..., Any], found: dict[str, Any], node: Node) -> bool:
    """Whether the function has the very value: a sum that broadcasts along another axis has not."""
    z = found["z"]
    if z.dtype != node.dtype or z.values is None:
        return False
    value = z.values[-1]
    with np.errstate(all="ignore"):
        if function in (softmax, log_softmax):
            ours = function(value, found.get("axis")) if np.ndim(value) else None
        elif function is logsumexp:
            ours = function(value, found.get("axis"), len(node.shape) == len(z.shape)) if np.ndim(value) else None
        else:
            ours = function(value)
    if ours is None or np.shape(ours) != node.values[-1].shape:  # type: ignore[index]
        return False
    tolerance = 1e-4 if node.dtype.itemsize < 8 else 1e-9
    return bool(np.allclose(ours, node.values[-1], rtol=tolerance, atol=tolerance, equal_nan=True))  # type: ignore[index]


def _shortcut(program: Program, node: Node) -> Node:
    """For the logarithm of a softmax or a sigmoid, let the gradient go straight to the logits."""
    p = node.inputs[0]
    if type(p) is not Node or p.operation is None:
        return node
    function = p.operation.function
    if function is softmax:
        return _made(program, node, log_of_softmax, [p, p.inputs[0], None], [None, None, p.values[1]])  # type: ignore[index]
    if function is sigmoid:
        return _made(program, node, log_of_sigmoid, [p, p.inputs[0]], [None, None])
    if function is operator.getitem and _reads_one_entry_a_row(p):
        logits = p.inputs[0]
        inputs = [logits, logits.inputs[0], p.inputs[1]]
        return _made(program, node, log_of_entry_of_softmax, inputs, [None, None, p.values[1]])  # type: ignore[index]
    if function is np.subtract and p.inputs[0] is None and np.all(p.values[0] == 1):  # type: ignore[index]
        a = p.inputs[1]
        if type(a) is Node and a.operation is not None and a.operation.function is sigmoid:
            return _made(program, node, log_of_one_minus_sigmoid, [a, a.inputs[0]], [None, None])
    return node


def _reads_one_entry_a_row(p: Node) -> bool:
    """Whether a value is ``P[np.arange(n), labels]``, with a softmax P over the rows."""
    whole, index = p.inputs[0], p.values[1]  # type: ignore[index]
    if whole.operation is None or whole.operation.function is not softmax or len(whole.shape) != 2:
        return False
    if whole.values[1] not in (1, -1) or not isinstance(index, tuple) or len(index) != 2:
        return False
    rows, labels = (
        (np.asarray(part) for part in index if not isinstance(part, slice))
        if not any(isinstance(part, slice) or part is None or part is Ellipsis for part in index)
        else (np.zeros(0), np.zeros(0))
    )
    count = tuple.__getitem__(whole.shape, 0)
    return (
        rows.shape == labels.shape == (count,) and labels.dtype.kind in "iu" and bool(np.all(rows == np.arange(count)))
    )


def _made(program: Program, node: Node, function: Callable[..., Any], inputs: list[Any], values: list[Any]) -> Node:
    operation = operation_of(function)
    filled: list[Any] = [
        n.values[-1] if type(n) is Node and n.values and v is None else v for n, v in zip(inputs, values, strict=True)
    ]
    filled += operation.defaults[len(filled) :]
    inputs = inputs + [None] * (len(filled) - len(inputs))
    made = Node(operation, [*filled, node.values[-1]], inputs, node.shape, node.dtype, node.index, False)  # type: ignore[index]
    if hasattr(node.shape, "node"):
        node.shape.node = made
    made.annotations = node.annotations
    program.require(made)
    return made
