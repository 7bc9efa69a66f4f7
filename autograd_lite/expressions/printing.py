"""Terms as NumPy code: operators with as few parentheses as Python needs, methods where they read better."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term
from autograd_lite.tensor.numbers import count_of, length_of, shape_of

#: Precedence of Python's operators: a part is put in parentheses if it binds less tightly than its place asks for.
COMPARISON, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)

#: For each binary function its sign, its precedence, and whether a right operand of the same precedence needs none.
BINARY: dict[Callable[..., Any], tuple[str, int]] = {
    np.add: ("+", SUM), np.subtract: ("-", SUM), np.multiply: ("*", PRODUCT), np.divide: ("/", PRODUCT),
    np.matmul: ("@", PRODUCT), np.remainder: ("%", PRODUCT), np.floor_divide: ("//", PRODUCT), np.power: ("**", POWER),
    np.equal: ("==", COMPARISON), np.not_equal: ("!=", COMPARISON), np.less: ("<", COMPARISON),
    np.less_equal: ("<=", COMPARISON), np.greater: (">", COMPARISON), np.greater_equal: (">=", COMPARISON),
    operator.eq: ("==", COMPARISON),
    np.bitwise_and: ("&", BIT_AND), np.bitwise_or: ("|", BIT_OR), np.bitwise_xor: ("^", BIT_XOR),
    np.left_shift: ("<<", SHIFT), np.right_shift: (">>", SHIFT),
}  # fmt: skip
UNARY = {np.negative: "-", np.positive: "+", np.invert: "~"}

#: Functions written as methods if what they are called on needs no parentheses, with the arguments in order.
_METHODS: dict[Callable[..., Any], str] = {
    np.sum: "sum", np.mean: "mean", np.max: "max", np.min: "min", np.prod: "prod", np.reshape: "reshape",
    np.swapaxes: "swapaxes", np.astype: "astype", np.copy: "copy", np.repeat: "repeat", np.squeeze: "squeeze",
    np.ndarray.item: "item", np.argmax: "argmax", np.argmin: "argmin", np.any: "any", np.all: "all", np.var: "var",
    np.std: "std",
}  # fmt: skip

#: Keywords that a function has and the method has not.
_NOT_OF_METHODS = ("correction", "device", "subok")


#: Functions that people import by name.
IMPORTED: dict[Callable[..., Any], str] = {sliding_window_view: "numpy.lib.stride_tricks"}


def function_name(function: Callable[..., Any], name: str) -> str:
    """Return the name that people call a function by, given that with its modules."""
    return name.rpartition(".")[2] if function in IMPORTED else name


def text(term: Term) -> str:
    """Return a term as NumPy code.

    >>> from autograd_lite.expressions.terms import Name, call
    >>> A, W = Name("A"), Name("W")
    >>> text(call(np.multiply, call(np.subtract, 1, A), call(np.matmul, A, call(np.transpose, W))))
    '(1 - A) * (A @ W.T)'
    """
    return _text(term)[0]


def _in_parentheses(term: Term, least: int) -> str:
    written, precedence = _text(term)
    return written if precedence >= least else f"({written})"


def _text(term: Term) -> tuple[str, int]:
    """Return the text of a term and its precedence."""
    if isinstance(term, Name):
        return term.name, ATOM
    if isinstance(term, Constant):
        return constant_text(term.value)
    if isinstance(term, Group):
        return _group_text(term), ATOM
    assert isinstance(term, Call)
    function, args = term.operation.function, term.args
    has_groups = any(isinstance(arg, Group) for arg in args)
    if not term.keywords and (not has_groups or function is operator.eq) and not _is_of_numpys_numbers(args):
        if function in BINARY and len(args) == 2:
            return _binary_text(function, *args)
        if function in UNARY and len(args) == 1:
            written, precedence = _text(args[0])
            is_plain = precedence in (SIGN, ATOM)  # -(A**2) has parentheses for people
            return UNARY[function] + (written if is_plain else f"({written})"), SIGN
    return _call_text(term, function, args), ATOM


def _is_of_numpys_numbers(args: Sequence[Term]) -> bool:
    """Whether all operands are constants and one is NumPy's: of Python's an operator would make another number."""
    return all(isinstance(arg, Constant) for arg in args) and any(
        isinstance(arg.value, np.generic) for arg in args if isinstance(arg, Constant)
    )


def _binary_text(function: Callable[..., Any], left: Term, right: Term) -> tuple[str, int]:
    sign, precedence = BINARY[function]
    if precedence == POWER:
        gap = "" if _is_simple(left) and _is_simple(right) else " "
        return f"{_in_parentheses(left, ATOM)}{gap}**{gap}{_in_parentheses(right, SIGN)}", POWER
    at_left, at_right = precedence, precedence + 1
    if precedence == COMPARISON:
        at_left = precedence + 1
    if function is np.matmul:  # mixed with * it would be read from left to right, and is easily misread
        at_left = precedence if _is_chain(left, np.matmul) else precedence + 1
    elif precedence == PRODUCT and _is_chain(left, np.matmul) and right.shape != ():
        at_left = precedence + 1
    return f"{_in_parentheses(left, at_left)} {sign} {_in_parentheses(right, at_right)}", precedence


def _is_simple(term: Term) -> bool:
    """Whether a term is a name, an attribute of one or a number: then ``**`` and ``:`` stand without spaces."""
    if isinstance(term, Constant):
        return isinstance(term.value, (int, float, np.number)) or term.value is None
    return isinstance(term, Name) or (
        isinstance(term, Call)
        and term.operation.function in (count_of, np.transpose)
        and term.args[0].shape != ()
        and isinstance(term.args[0], Name)
    )


def _is_chain(term: Term, function: Callable[..., Any]) -> bool:
    return isinstance(term, Call) and term.operation.function is function


def _call_text(term: Call, function: Callable[..., Any], args: Sequence[Term]) -> str:
    x = _in_parentheses(args[0], ATOM) if args else ""
    if function is length_of:
        return f"{x}.shape[{text(args[1])}]"
    is_array = bool(args) and args[0].shape != ()  # what has no axes may be a number of Python's
    if function is shape_of:
        return f"{x}.shape" if is_array else f"np.shape({text(args[0])})"
    if function is count_of:
        return f"{x}.size" if is_array else f"np.size({text(args[0])})"
    if function is operator.getitem or (term.operation.name == "item" and len(args) == 2):
        return f"{x}[{_index_text(args[1])}]"
    ndim = None if not args or args[0].shape is None else len(args[0].shape)
    if function in (np.transpose, np.matrix_transpose) and is_array:
        if len(args) == 1 and not term.keywords:
            return f"{x}.T" if function is np.transpose or ndim == 2 else f"{x}.mT"
        if len(args) == 2 and isinstance(args[1], (Constant, Group)):
            return f"{x}.transpose({_inside(args[1])})"
    rest = [text(arg) for arg in args[1:]] + [f"{name}={text(value)}" for name, value in term.keywords]
    if function is np.reshape and len(args) == 2 and is_array:
        return f"{x}.reshape({', '.join([_inside(args[1]), *rest[1:]])})"
    is_method = function in _METHODS and not any(name in _NOT_OF_METHODS for name, _ in term.keywords)
    is_short = is_array and args[0].shape is not None and _text(args[0])[1] == ATOM
    if is_method and (is_short or function is np.astype):
        return f"{x}.{_METHODS[function]}({', '.join(rest)})"
    if function is np.add.reduce:
        return f"np.sum({', '.join([text(args[0]), *rest])})"
    inside = ", ".join([text(args[0]), *rest] if args else rest)
    return f"{function_name(function, term.operation.name)}({inside}){term.operation.part}"


def _inside(shape: Term) -> str:
    """The text of a shape or of axes as the arguments of a method."""
    written = text(shape)
    if isinstance(shape, Group) or (isinstance(shape, Constant) and isinstance(shape.value, tuple) and shape.value):
        return written[1:-1].removesuffix(",") or written
    return written


def _group_text(group: Group) -> str:
    if group.kind is slice:
        return f"slice({', '.join(text(item) for item in group.items)})"
    inside = ", ".join(text(item) for item in group.items)
    if group.kind is list:
        return f"[{inside}]"
    return f"({inside},)" if len(group.items) == 1 else f"({inside})"


def _index_text(index: Term) -> str:
    if isinstance(index, Constant):
        value = index.value
        if isinstance(value, tuple) and value:
            return ", ".join(_index_text(Constant(part)) for part in value)
        if isinstance(value, slice):
            return _slice_text(*(Constant(part) for part in (value.start, value.stop, value.step)))
    if isinstance(index, Group):
        if index.kind is slice:
            return _slice_text(*index.items)
        if index.kind is tuple and index.items:
            return ", ".join(_index_text(item) for item in index.items)
    return text(index)


def _slice_text(*parts: Term) -> str:
    start, stop, step = ("" if isinstance(p, Constant) and p.value is None else text(p) for p in parts)
    is_simple = all(isinstance(p, Name) or (isinstance(p, Constant) and _is_simple(p)) for p in parts)
    pieces = [start, stop, step] if step else [start, stop]
    if is_simple:
        return ":".join(pieces)
    return " : ".join(pieces).strip().replace(" :  : ", " :: ")


def constant_text(value: Any) -> tuple[str, int]:
    """Return the text of a constant and its precedence."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)), ATOM
    if isinstance(value, (complex, np.complexfloating)) and not isinstance(value, (float, int)):
        return str(complex(value)), ATOM
    if isinstance(value, (int, float, np.integer, np.floating)):
        number = value.item() if isinstance(value, np.generic) else value
        if number != number or number in (float("inf"), float("-inf")):
            return ("-np.inf", SIGN) if number < 0 else ("np.nan" if number != number else "np.inf", ATOM)
        return repr(number).replace("e-0", "e-").replace("e+", "e"), SIGN if number < 0 else ATOM
    if isinstance(value, np.ndarray):
        return array_text(value), ATOM
    if isinstance(value, np.dtype):
        return f"np.{value.type.__name__}", ATOM
    if isinstance(value, type):
        is_numpys = issubclass(value, np.generic)
        return f"np.{value.__name__}" if is_numpys else value.__name__, ATOM
    if value is Ellipsis:
        return "...", ATOM
    if isinstance(value, slice):
        return f"slice({value.start}, {value.stop}, {value.step})", ATOM
    if isinstance(value, (tuple, list)):
        return _group_text(Group(type(value), tuple(Constant(part) for part in value))), ATOM
    if isinstance(value, range) and (value.start, value.step) == (0, 1):
        return f"range({value.stop})", ATOM
    if isinstance(value, str):
        return (f'"{value}"' if '"' not in value else repr(value)), ATOM
    if callable(value):
        return getattr(value, "__name__", "f"), ATOM
    return repr(value), ATOM


def numbers_text(array: Any) -> str:
    """Return the numbers of an array as nested lists, in one line."""
    if array.ndim:
        return f"[{', '.join(map(numbers_text, array))}]"
    number = str(array[()]).replace("e+", "e")
    return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}.get(number, number)


def rows_text(array: Any, room: int, indent: int = 0) -> str:
    """Return the numbers of an array as nested lists, broken as ruff does where one line has not the room."""
    whole = numbers_text(array)
    if len(whole) <= room or not array.ndim:
        return whole
    inner = " " * (indent + 4)
    rows = [f"{inner}{rows_text(part, room - 5, indent + 4)},\n" for part in array]
    return f"[\n{''.join(rows)}{' ' * indent}]"


def empty_text(array: Any) -> str:
    """Return an array without entries as code: lists would not say its shape."""
    dtype = "" if array.dtype == np.dtype(float) else f", dtype=np.{array.dtype.type.__name__}"
    return f"np.zeros({array.shape}{dtype})"


def array_text(array: Any) -> str:
    """Return a small array as code, of a large one a description."""
    if array.size > 64:
        return f"<{array.dtype} array of shape {array.shape}>"
    if not array.size and array.ndim > 1:
        return empty_text(array)
    written = f"np.array({numbers_text(array)})"
    usual = array.dtype in (np.dtype(float), np.dtype(int), np.dtype(bool)) and array.size
    return written if usual else f"{written[:-1]}, dtype=np.{array.dtype.type.__name__})"
