"""Tensor: being an array, NumPy's protocols, and the errors of what would lose a gradient."""

from __future__ import annotations

import copy
import math
import operator
import pickle

import numpy as np
import pytest
from numpy.lib import recfunctions

import autograd_lite as ag
from autograd_lite import Tensor, errors

DATA = np.array([[3.0, -1.0, 2.0], [0.5, 4.0, -2.5]])


def make(*shape: int) -> Tensor:
    return Tensor(np.arange(1.0, 1 + math.prod(shape)).reshape(shape), requires_grad=True, name="x")


# -- construction ------------------------------------------------------------------------------------------------------


def test_data_are_copied() -> None:
    array = np.array([1.0, 2.0])
    x = Tensor(array)
    array[0] = 99
    assert x.data.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("data", [1, 1.5, [1, 2], [[1.0], [2.0]], True, 1j, np.float32(2), np.zeros((0, 3))], ids=repr)
def test_dtype_and_shape_are_numpys(data) -> None:
    x = Tensor(data)
    assert (x.dtype, x.shape, x.ndim, x.size) == (np.array(data).dtype, np.shape(data), np.ndim(data), np.size(data))
    assert type(x.data) is np.ndarray
    assert not x.requires_grad


def test_integers_can_not_require_gradients() -> None:
    with pytest.raises(
        errors.GradientDtypeError, match=r"only floating-point .* shape \(2,\) .* holds int64.*dtype=float"
    ):
        Tensor(np.array([1, 2], dtype=np.int64), requires_grad=True)
    x = Tensor([True], name="mask")
    with pytest.raises(TypeError, match=r"'mask'.*holds bool"):
        x.requires_grad = True


@pytest.mark.parametrize("data", ["word", [None], [object()]], ids=repr)
def test_what_is_not_a_number_is_refused(data) -> None:
    with pytest.raises(errors.GradientDtypeError, match="a Tensor holds numbers"):
        Tensor(data)


def test_a_tensor_of_tensors_is_refused_where_it_would_lose_the_graph() -> None:
    with pytest.raises(errors.ConversionError, match=r"np\.stack"):
        Tensor([make(2), make(2)])
    with pytest.raises(errors.ConversionError, match="detach"):
        Tensor(make(2))
    assert Tensor(make(2).detach()).data.tolist() == [1.0, 2.0]


# -- being an array ----------------------------------------------------------------------------------------------------


def test_text_and_numbers() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True, name="x")
    assert repr(x) == "Tensor([1., 2.], name='x', requires_grad=True)"
    assert str(x) == "[1. 2.]"
    assert repr(x * 2) == "Tensor([2., 4.], from np.multiply)"
    total = x.sum()
    assert f"{total:.2f}" == "3.00"
    assert total.item() == 3.0
    assert isinstance(total.item(), float)
    assert bool(total)
    assert int(total) == 3
    assert round(total / 7, 2) == 0.43
    assert repr(Tensor(np.float32(1.5))) == "Tensor(1.5, dtype=float32)"


def test_sequence_protocol() -> None:
    x = make(3, 2)
    assert len(x) == 3
    rows = list(x)
    assert all(isinstance(row, Tensor) and row.shape == (2,) for row in rows)
    assert 4.0 in x
    assert 7.5 not in x
    with pytest.raises(TypeError, match="0-d"):
        iter(x.sum())


def test_data_of_a_number_is_an_array_that_can_be_written() -> None:
    total = make(2).sum()
    assert type(total.data) is np.ndarray
    assert total.data.shape == ()
    assert total.data is total.data


def test_data_is_assigned_only_with_the_same_shape_and_dtype() -> None:
    x = make(2)
    x.data = [5.0, 6.0]
    assert x.data.tolist() == [5.0, 6.0]
    x.data -= 1.0
    assert x.data.tolist() == [4.0, 5.0]
    with pytest.raises(errors.DataError, match=r"'x' of shape \(2,\).*shape \(3,\)"):
        x.data = np.zeros(3)
    with pytest.raises(errors.DataError, match="float32"):
        x.data = np.zeros(2, np.float32)
    assert x.data.tolist() == [4.0, 5.0]


def test_numpy_gives_a_copy_and_detach_has_no_history() -> None:
    x = make(2)
    values = x.numpy()
    values[0] = 99.0
    assert x.data[0] == 1.0
    cut = (x * 2).detach()
    assert not cut.requires_grad
    assert cut.is_leaf


@pytest.mark.parametrize(
    "other", [np.array([1.0, 3.0]), np.float64(3.0), np.float32(3.0), 2, 2.5, [4.0, 5.0]], ids=repr
)
@pytest.mark.parametrize("symbol", ["add", "sub", "mul", "truediv", "pow"])
def test_operators_with_anything_numpy_takes(symbol: str, other) -> None:
    f = getattr(operator, symbol)
    data = np.array([1.0, 2.0], dtype=np.float32)
    for a, b, plain in [(Tensor(data), other, f(data, other)), (other, Tensor(data), f(other, data))]:
        found = f(a, b)
        assert isinstance(found, Tensor)
        assert found.dtype == plain.dtype
        np.testing.assert_array_equal(found.data, plain)


def test_results_without_a_gradient_have_no_history() -> None:
    y = np.exp(Tensor([1.0])) + 1
    assert isinstance(y, Tensor)
    assert y.is_leaf
    assert not y.requires_grad
    assert not np.stack([y, y]).requires_grad
    with ag.no_grad():
        assert not np.stack([make(2), make(2)]).requires_grad


def test_subclasses_of_arrays_count_as_arrays() -> None:
    class Measured(np.ndarray):
        pass

    y = make(2) * np.array([3.0, 4.0]).view(Measured)
    assert type(y.data) is np.ndarray
    assert y.data.tolist() == [3.0, 8.0]


def test_integer_and_boolean_tensors_compute_as_arrays_do() -> None:
    a, b = np.array([6, 5]), np.array([3, 2])
    for symbol in ("and_", "or_", "xor", "lshift", "rshift", "floordiv", "mod", "add"):
        f = getattr(operator, symbol)
        np.testing.assert_array_equal(np.asarray(f(Tensor(a), b)), f(a, b))
        np.testing.assert_array_equal(np.asarray(f(a, Tensor(b))), f(a, b))
    np.testing.assert_array_equal(~Tensor(a), ~a)


def test_a_tensor_is_an_index_of_plain_arrays() -> None:
    assert [10, 20, 30][Tensor(1)] == 20
    assert np.array([10, 20, 30])[np.asarray(Tensor([0, 2]))].tolist() == [10, 30]
    x = make(3)
    assert x[Tensor([0, 2])].data.tolist() == [1.0, 3.0]


# -- lists and other things that stand for arrays ----------------------------------------------------------------------


class Column:
    """An array in disguise, as a column of a data frame is."""

    __array_ufunc__ = None

    def __array__(self, dtype=None, copy=None):
        return np.array([2.0, 3.0, 5.0])


@pytest.mark.parametrize("other", [[2.0, 3.0, 5.0], (2, 3, 5), range(2, 5), Column()], ids=lambda o: type(o).__name__)
def test_what_stands_for_an_array_becomes_one(other) -> None:
    b = np.asarray(other, dtype=float)
    for call, expected in {
        (lambda x: np.dot(x, other)): b,
        (lambda x: np.dot(other, x)): b,
        (lambda x: x.dot(other)): b,
        (lambda x: np.outer(x, other).sum()): np.full(3, b.sum()),
        (lambda x: np.inner(other, x)): b,
        (lambda x: np.where([True, False, True], x, other).sum()): np.array([1.0, 0.0, 1.0]),
        (lambda x: np.linalg.solve([[1.0, 0, 0], [0, 2, 0], [0, 0, 4]], x).sum()): np.array([1.0, 0.5, 0.25]),
    }.items():
        x = make(3)
        call(x).backward()
        assert x.grad.tolist() == expected.tolist()


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.add.reduce(x),
        lambda x: np.add.reduce(x, 1, None, None, True),
        lambda x: np.multiply.reduce(x, axis=None),
        lambda x: np.maximum.reduce(x, axis=(0, 1), keepdims=True),
        lambda x: np.minimum.reduce(x, -1),
        lambda x: np.add.accumulate(x),
        lambda x: np.multiply.accumulate(x, 1),
        lambda x: np.subtract.outer(x, x[0]),
        lambda x: np.multiply.outer([2.0, 3.0], x),
    ],
)
def test_methods_of_ufuncs(call) -> None:
    x = Tensor(DATA, requires_grad=True)
    np.testing.assert_array_equal(call(x).data, call(DATA))
    ag.check_grads(call, (DATA,), order=2)


def test_a_list_with_tensors_in_it_becomes_one() -> None:
    x = make(3)
    np.dot([x, [x[0], 1.0, 2.0]], x).sum().backward()  # x.x + x0 x0 + x1 + 2 x2
    assert x.grad.tolist() == [2 + 2, 4 + 1, 6 + 2]


@pytest.mark.parametrize(
    "call",
    [
        lambda x, m: x * m,
        lambda x, m: m * x,
        lambda x, m: np.dot(m, x),
        lambda x, m: np.ma.multiply(m, x),
        lambda x, m: np.ma.array(x),
        lambda x, m: np.ma.dot(m, x),
        lambda x, m: operator.iadd(m, x),
    ],
)
def test_masked_arrays_are_refused(call) -> None:
    with pytest.raises(TypeError, match="filled"):
        call(make(2), np.ma.array([1.0, 2.0], mask=[False, True]))


# -- the members of an array -------------------------------------------------------------------------------------------


def test_a_tensor_has_the_members_of_an_array() -> None:
    of_the_c_interface = {"__array_finalize__", "__array_interface__", "__array_struct__", "__array_wrap__"}
    assert set(dir(np.ndarray)) - set(dir(Tensor)) == of_the_c_interface | {"__delitem__", "__setstate__"}


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.sum(0, None, None, keepdims=True),
        lambda x: x.sum(0, np.float32),
        lambda x: x.sum(out=x[:1, 0].reshape(())),
        lambda x: x.mean(1, None, x[:, 0]),
        lambda x: x.mean(dtype=np.float32),
        lambda x: x.var(0, None, None, 1, keepdims=True),
        lambda x: x.std(1, None, x[:, 0] * 1, 1),
        lambda x: x.max(0, None, keepdims=True),
        lambda x: x.min(1, x[:, 0]),
        lambda x: x.prod(1, None, None, keepdims=True),
        lambda x: x.cumsum(1, None, x),
        lambda x: x.cumprod(1, np.float32),
        lambda x: x.dot(np.ones(3), x[:, 0] * 1),
        lambda x: x.clip(0, 1, x),
        lambda x: x.clip(max=1.0),
        lambda x: x.take([0, 9], 1, None, "clip"),
        lambda x: x.reshape(3, 2, copy=True),
        lambda x: x.conjugate(),
        lambda x: x.astype(np.float32, copy=False),
        lambda x: x.astype(np.float64, copy=False, casting="safe"),
        lambda x: x.flatten("F"),
        lambda x: x.flat[2:4],
        lambda x: x.flat.copy(),
        lambda x: x.view(),
        lambda x: x.round(1, x),
        lambda x: x.argmax(1, keepdims=True),
        lambda x: x.argmin(0, np.zeros(3, int)),
        lambda x: x.argsort(1, "stable"),
        lambda x: x.all(0, keepdims=True),
        lambda x: x.any(where=[True, False, True]),
        lambda x: x[0].searchsorted([0.0, 3.0], "right"),
        lambda x: (x > 0).nonzero()[1] if isinstance(x, np.ndarray) else (x.clip(0)).nonzero()[1],
        lambda x: np.frombuffer(x.tobytes()),
        lambda x: np.array(x.strides),
        lambda x: np.array(x.flags.c_contiguous),
        lambda x: np.array([list(x.flat.coords), [x.flat.index, len(x.flat)]]),
        lambda x: np.array(x.device == "cpu" and x.to_device("cpu").shape == (2, 3)),
        lambda x: np.array(x.__array_namespace__() is np),
        lambda x: pickle.loads(x.dumps()),
    ],
)
def test_methods_are_those_of_arrays(call) -> None:
    expected = call(DATA.copy())
    for x in (Tensor(DATA), Tensor(DATA, requires_grad=True) * 1):
        found = call(x)
        found = found.data if isinstance(found, Tensor) else found
        np.testing.assert_allclose(found, expected, rtol=1e-7)
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)


def outcome(call) -> object:
    try:
        value = call()
    except errors.MissingRuleError as error:
        return str(error)
    return (value.data if isinstance(value, Tensor) else value).tolist()


@pytest.mark.parametrize(
    ("method", "function"),
    [
        (lambda x: x.trace(1), lambda x: np.trace(x, 1)),
        (lambda x: x.trace(dtype=np.float32), lambda x: np.trace(x, dtype=np.float32)),
        (lambda x: x.diagonal(1), lambda x: np.diagonal(x, 1)),
        (lambda x: x.compress([True, False], 0), lambda x: np.compress([True, False], x, 0)),
        (lambda x: x.argpartition(1), lambda x: np.argpartition(x, 1)),
        (lambda x: (x.sort(0), x)[1], lambda x: np.sort(x, 0)),
        (lambda x: (x.partition(1), x)[1], lambda x: np.partition(x, 1)),
    ],
)
def test_methods_are_numpys_functions_with_or_without_a_rule(method, function) -> None:
    for x in (Tensor(DATA) * 1, Tensor(DATA, requires_grad=True) * 1):
        expected = outcome(lambda x=x: function(x))
        assert outcome(lambda x=x: method(x)) == expected
    assert Tensor([1, 0]).choose([[1.0, 2.0], [3.0, 4.0]]).tolist() == [3.0, 2.0]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: x.view(np.int64), r"view\(.*astype"),
        (lambda x: x.view(type=np.matrix), r"view\("),
        (lambda x: x.byteswap(), r"byteswap.*\.data\.byteswap"),
        (lambda x: x.getfield(np.float32), "getfield"),
        (lambda x: x.setfield(1, np.float32), r"t\[\.\.\.\]"),
        (lambda x: x.setflags(write=False), r"t\.data\.setflags"),
        (lambda x: x.resize(4), r"reshape.*np\.resize"),
        (lambda x: x.ctypes, r"t\.numpy\(\)\.ctypes"),
    ],
)
def test_what_would_go_behind_the_graph_is_refused(call, text: str) -> None:
    for x in (make(2), make(2).detach()):
        with pytest.raises(errors.UnsupportedCallError, match=text) as caught:
            call(x)
        assert "of shape (2,)" in str(caught.value)


def test_memory_is_handed_out_as_a_copy() -> None:
    x = Tensor([1.0, 2.0])
    for array in (np.array(np.from_dlpack(x)), np.asarray(x), np.ma.array(x).data):
        array[...] = 9.0
    assert x.data.tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="read-only"):
        np.array(x, copy=False)[0] = 9.0
    with pytest.raises(errors.ConversionError):
        np.from_dlpack(make(2))
    assert x.base is None
    assert x[:1].base is x
    assert Tensor[float].__origin__ is Tensor


# -- what would lose a gradient ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.asarray(x),
        lambda x: np.array([x, x]),
        lambda x: np.mean([x, x]),
        lambda x: np.ones((2, 2)).dot(x),
        lambda x: np.vectorize(math.exp)(x),
        lambda x: np.r_[1.0, x],
        lambda x: float(x.sum()),
        lambda x: math.exp(x.sum()),
        lambda x: complex(x.sum()),
    ],
    ids=["asarray", "array", "mean of a list", "ndarray.dot", "vectorize", "r_", "float", "math", "complex"],
)
def test_conversions_are_refused_while_differentiating(call) -> None:
    with pytest.raises(TypeError, match=r"is being differentiated.*detach"):
        call(make(2))


def test_writing_a_tensor_into_an_array_is_refused() -> None:
    with pytest.raises(ValueError, match="setting an array element") as caught:
        np.zeros(3)[0] = make(2).sum()
    assert isinstance(caught.value.__cause__, errors.ConversionError)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.asarray(x).tolist(),
        lambda x: np.ones((2, 2)).dot(x).tolist(),
        lambda x: float(x.sum()),
        lambda x: math.exp(x.sum()),
    ],
)
def test_conversions_work_where_nothing_is_differentiated(call) -> None:
    data = np.array([1.0, 2.0])
    assert call(Tensor(data)) == call(data)
    with ag.no_grad():
        assert call(Tensor(data, requires_grad=True)) == call(data)


def test_nothing_becomes_an_array_of_objects() -> None:
    x = make(2)
    for call in (
        lambda: np.concatenate([x, x]),
        lambda: np.stack([x, np.zeros(2)]),
        lambda: np.block([x, x]),
        lambda: np.add(x, [1.0, 2.0]),
        lambda: np.array([1.0, 2.0]) * x,
    ):
        assert call().dtype == np.float64
    with pytest.raises(errors.UnsupportedCallError, match=r"list with Tensors in it.*np\.stack"):
        np.add(x, [x[0], x[1]])


def test_a_function_without_a_rule_says_how_to_register_one() -> None:
    x = make(2, 2)
    name = r"np\.lib\.recfunctions\.repack_fields"  # of numbers NumPy has nothing left without a rule
    with pytest.raises(NotImplementedError, match=rf"{name} has no derivative rule.*ag\.defvjp\({name}"):
        recfunctions.repack_fields(x)
    without = np.frompyfunc(lambda a, b: a + b, 2, 1)
    with pytest.raises(errors.MissingRuleError, match=r"reduce has no derivative rule"):
        without.reduce(x)
    assert recfunctions.repack_fields(x.detach()).shape == (2, 2)


def test_an_argument_without_a_rule_is_named() -> None:
    x = make(3)
    with pytest.raises(errors.MissingRuleError, match=r"np\.where has no derivative rule for its argument condition"):
        np.where(x, 1.0, 2.0)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: np.add(x, 1.0, out=np.zeros(2)), r"np\.add\(out=\.\.\.\).*writes into a plain array"),
        (lambda x: np.take(x, [0, 1], out=np.zeros(2, int)), r"np\.take\(out=\.\.\.\).*writes? into a plain array"),
        (lambda x: np.exp(x, where=[True, False]), r"np\.exp\(where=\.\.\.\).*undefined.*out=ag\.Tensor"),
        (lambda x: operator.iadd(np.zeros(2), x), "writes into a plain array"),
        (lambda x: x * np.ma.masked_array([1.0, 2.0], [True, False]), "MaskedArray.*plain array"),
    ],
    ids=[
        "out",
        "out of take",
        "where of a ufunc",
        "array += tensor",
        "masked",
    ],  # fmt: skip,
)
def test_calls_that_can_not_be_recorded_are_refused(call, text: str) -> None:
    with pytest.raises(errors.UnsupportedCallError, match=text):
        call(make(2))


def test_defaults_may_be_given() -> None:
    x = make(2)
    np.sum(x, out=None, where=True).backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_numpys_own_errors_carry_the_operands() -> None:
    x = make(2, 3)
    with pytest.raises(ValueError, match="mismatch in its core dimension") as caught:
        x @ np.ones((4, 5))
    assert caught.value.__notes__ == [
        "in np.matmul(Tensor 'x' of shape (2, 3) and dtype float64, an array of shape (4, 5) and dtype float64)"
    ]
    with pytest.raises(ValueError, match="could not be broadcast") as caught:
        x + list(range(100, 140))
    note = caught.value.__notes__[0]
    assert note.endswith("dtype float64, [100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 1...)")
    with pytest.raises(ValueError, match="axis 7 is out of bounds") as caught:
        np.sum(x, axis=7)
    assert caught.value.__notes__[0].startswith("in np.sum(Tensor 'x' of shape (2, 3)")
    with pytest.raises(ValueError, match="could not be broadcast") as caught:
        x + np.ones(4)
    assert "np.add(Tensor 'x' of shape (2, 3)" in caught.value.__notes__[0]
    with pytest.raises(IndexError) as index_error:
        x[5]
    assert "Tensor 'x' of shape (2, 3) and dtype float64, 5" in index_error.value.__notes__[0]


# -- copies ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("duplicate", [copy.deepcopy, copy.copy, lambda x: pickle.loads(pickle.dumps(x))])
def test_leaves_are_copied_with_their_gradient(duplicate) -> None:
    x = make(2)
    (x * x).sum().backward()
    y = duplicate(x)
    assert (y.data.tolist(), y.name, y.requires_grad, y.grad.tolist()) == ([1.0, 2.0], "x", True, [2.0, 4.0])
    y.data[0] = 99.0
    y.grad[0] = 99.0
    assert x.data[0] == 1.0
    assert x.grad[0] == 2.0


@pytest.mark.parametrize("duplicate", [copy.deepcopy, pickle.dumps])
def test_a_computed_tensor_is_not_copied(duplicate) -> None:
    with pytest.raises(errors.ConversionError, match=r"was computed.*detach"):
        duplicate(make(2) * 2)
