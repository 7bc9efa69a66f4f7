"""Writing in place: NumPy's meaning, right gradients, or a clear error."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest
from numpy.lib import recfunctions

import autograd_lite as ag
from autograd_lite import Tensor, errors
from autograd_lite.transforms import vjp

DATA = np.arange(12.0).reshape(3, 4) / 3 + 0.5


def on_array_and_tensor(program, *arrays: np.ndarray) -> None:
    """The program gives the same on arrays and on Tensors, and its gradient agrees with differences."""
    expected = program(*[a.copy() for a in arrays])
    found = program(*[Tensor(a, requires_grad=True) * 1 for a in arrays])
    np.testing.assert_allclose(found.data, expected, rtol=1e-14)
    ag.check_grads(lambda *tensors: program(*[t * 1 for t in tensors]), arrays, order=2)


# -- programs that run on arrays and on Tensors ------------------------------------------------------------------------


def set_row(x):
    x[1] = x[0] * 2
    return x * x


def set_entry_read_before_and_after(x):
    before = x[0, 0] * 10
    x[0, 0] = 5.0
    return before + (x * x).sum()


def masked_increment(x):
    x[x > 2] += 1.5
    x[np.array([True, False, True])] *= 3
    return x**2


def write_through_a_view(z):
    u = z[0]
    u *= 3
    return z * z


def write_through_a_view_of_a_view(z):
    u = z[1:].T
    v = u[2]
    v += z[0, 0]
    u[0] = 7.0 * z[0, 1]
    return z * np.sin(z)


def view_sees_writes_to_its_base(z):
    u = z[:, 1]
    z[:, 1] = z[:, 0] * 2
    z += 1
    return u * u


def write_through_reshape(z):
    flat = z.reshape(-1)
    flat[::5] = flat[1::5] * 2
    return z * z


def write_through_ravel_transpose_swapaxes(z):
    z.T[0] = z.T[1]
    np.swapaxes(z, 0, 1)[3] *= 2
    z.ravel()[2] = 9.0
    np.flip(z)[0, 0] += z[0, 0]
    return np.exp(z / 5)


def overlapping_views(z):
    a, b = z[:2], z[1:]
    a *= 2
    b *= 3
    return z * a.sum() * b.sum()


def saved_before_overwritten(z):
    y = np.exp(z / 3)
    y[0] = 1.0
    y *= y
    return y


def saved_and_overwritten_many_times(z):
    total = 0.0
    for i in range(3):
        total = total + (z * z).sum() * (i + 1)
        z[i] = z[i] * 2
        total = total + (z[0] * z[i]).sum()
    return total


def loop_into_a_buffer(x):
    out = x * 0
    out[0] = x[0]
    for i in range(1, 3):
        out[i] = np.tanh(out[i - 1] * x[i]) + x[i]
    return out * out


def every_augmented_assignment(x):
    y = x * 1
    y += x
    y -= 0.5 * x
    y *= x
    y /= 1 + x
    y **= 2
    y %= 100.0
    return y


def broadcast_value(x):
    y = x * 1
    y[:] = x[0]
    y[1:, :2] = x[2, 3]
    y[2] = x[0:1]
    return y * x


def repeated_index(x):
    x[[0, 0, 1]] += 1.0 * x[[1, 2, 2]]
    return x * x


def add_at(x):
    np.add.at(x, ([0, 0, 1], [1, 1, 2]), x[2, :3] * 2)
    return x * x


def output_argument(x):
    y = x * 1
    np.multiply(x, x, out=y)
    np.add(y, 1.0, out=y)
    np.sum(x, axis=0, out=y[1])
    return y * x


def value_is_a_view_of_the_same(x):
    x[0] = x[1]
    x[1] = x[0] * x[2]
    x[2], x[0] = x[0] * 2, x[2] * 3
    return x * x


def scalar_in_place(x):
    total = x.sum()
    total += 1.0
    total *= total
    return total


def new_axis_and_ellipsis(x):
    x[..., None][1] = x[0, :, None]
    x[...] = x * 2
    x[()] += 1
    return x * x


def copies_are_not_views(z):
    picked, flat = z[:, [0, 2]], z.T.reshape(-1)  # copies that have a base all the same
    picked *= 0
    flat[:6] = 1.0
    return z[:, :2] * z.sum() + picked * flat.sum()


def views_by_keyword(z):
    np.transpose(a=z)[0] = 2.0
    np.swapaxes(a=z, axis1=0, axis2=1)[1] *= 3
    return z * z


def view_sees_an_augmented_assignment(z):
    column = z[:, 1]
    z *= 3
    return column * column


def views_that_have_changed_meet_functions(z):
    row, column = z[0], z[:, 1]
    z[0] = z[1] * 2
    return np.stack([row, z[1]]) * np.sum(column)


def writing_functions(x):
    np.copyto(x[0], x[1] ** 2)
    np.copyto(x, x[2] * 3, where=x > 3)
    np.put(x, [0, 5, 0], [7.0, 8.0, 9.0])
    np.put(x, [3, -1, 40], x[1, :2] * 2, mode="clip")
    np.putmask(x, x > 6, x[0])
    np.place(x, x < 1, x[2, :2])
    return x * x


def writing_along_axes(x):
    np.put_along_axis(x, np.array([[0], [3], [1]]), x[:, 1:2] ** 2, axis=1)
    np.fill_diagonal(x[:, 1:], x[0, :2] * 3)
    np.fill_diagonal(x.T, 2.0)
    return x * x


def functions_at(x):
    np.maximum.at(x, ([0, 0, 1], [1, 1, 2]), x[2, :3] * 0.9)
    np.multiply.at(x, (slice(None), [0, 0]), x[:, 2:])
    np.subtract.at(x[0], [1, 1, 2], x[1, 0])
    np.divide.at(x.T, 3, np.cosh(x[:, 1] * 0.1))
    np.negative.at(x, (1, [0, 1, 1]))
    np.multiply.at(x[2], [1, 1, 2], x[2, 1:])
    return np.sin(x)


def flat_entries(x):
    x.flat[1:4] = x.flat[[8, 9]]
    x.flat[5] = x[0, 0] ** 2
    x.T.flat[3] = 4.0
    y = x * 2
    y.flat = x[0, :3]
    return y * sum(v * v for v in x.flat) + x.flat[2] + len(x.flat)


def fill_and_put(x):
    kept = x * x
    x[0].fill(x[1, 1] * 2)
    x.put([4, 11], x[2, :2])
    x[2].fill(3)
    return kept * x


def outputs_by_position(x):
    y, z = x * 1, x[0] * 1
    np.add(x, 1.0, y)
    np.cumsum(x, 1, None, y[:, ::-1])
    np.clip(y, 0.0, 9.0, y)
    np.sum(y, 0, None, z)
    np.dot(x, np.outer(x[0], y[2]), y)
    z.clip(0.0, 12.0, z)
    y.sum(1, None, z[:3])
    x.dot(np.eye(4), y)
    np.add(2.0, x[0, 0], y[2])
    return y * z


def outputs_where(x):
    y = np.log(x - 2, out=x * 3, where=x > 2)
    np.divide(x, x - x[1, 1], out=y, where=np.arange(12).reshape(3, 4) != 5)
    np.sqrt(-x, out=y, where=False)
    return y


def flatten_is_a_copy(x):
    y, z = x.flatten(), x[0].flatten("F")
    y[0] = 5.0
    x[0] = x[1]
    return x * y.reshape(3, 4) * z


PROGRAMS = [
    writing_functions, writing_along_axes, functions_at, flat_entries, fill_and_put, outputs_by_position, outputs_where,
    flatten_is_a_copy, set_row,
    set_entry_read_before_and_after, masked_increment, write_through_a_view, write_through_a_view_of_a_view,
    view_sees_writes_to_its_base, write_through_reshape, write_through_ravel_transpose_swapaxes, overlapping_views,
    saved_before_overwritten, saved_and_overwritten_many_times, loop_into_a_buffer, every_augmented_assignment,
    broadcast_value, repeated_index, add_at, output_argument, value_is_a_view_of_the_same, scalar_in_place,
    new_axis_and_ellipsis, copies_are_not_views, views_by_keyword, views_that_have_changed_meet_functions,
    view_sees_an_augmented_assignment,
]  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_programs(program) -> None:
    on_array_and_tensor(program, DATA)


# -- Tensors that do not require gradients -----------------------------------------------------------------------------


def test_a_buffer_of_zeros_is_filled_with_recorded_values() -> None:
    def program(x):
        out = Tensor(np.zeros(4))
        for i in range(4):
            out[i] = x[i % 2] ** (i + 1)
        return out

    value, pullback = vjp(program, np.array([2.0, 3.0]))
    assert value.tolist() == [2.0, 9.0, 8.0, 81.0]
    assert pullback(np.ones(4))[0].tolist() == [1 + 12.0, 6 + 108.0]


def test_data_changed_after_it_was_recorded_keeps_the_gradient_right() -> None:
    x, w = Tensor([1.0, 2.0]), Tensor([3.0, 4.0], requires_grad=True)
    y = (x * w).sum()
    x[0] = 100.0
    x *= 2
    y.backward()
    assert w.grad.tolist() == [1.0, 2.0]
    assert x.data.tolist() == [200.0, 4.0]


def test_what_was_recorded_by_keyword_is_not_written_to() -> None:
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = t * 1
    y[0] = 5.0
    variance = np.var(a=y)
    y[1] = 100.0
    variance.backward()
    np.testing.assert_allclose(t.grad, [0.0, 2 / 3 * (2 - 10 / 3), 2 / 3 * (3 - 10 / 3)])


def test_parameters_are_updated_in_place_without_recording() -> None:
    w = Tensor([3.0, 4.0], requires_grad=True, name="w")
    view = w[0:1]
    y = (w * w).sum()
    with ag.no_grad():
        w -= 1.0
        w[1] = 7.0
    assert w.is_leaf
    assert w.data.tolist() == [2.0, 7.0]
    assert view.data.tolist() == [2.0]
    y.backward()
    assert w.grad.tolist() == [6.0, 8.0]
    assert w.name == "w"


def test_a_detached_tensor_does_not_write_to_the_original() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = np.exp(x)
    cut = y.detach()
    cut[0] = 0.0
    y.sum().backward()
    np.testing.assert_allclose(x.grad, np.exp([1.0, 2.0]))


def test_the_answer_of_an_augmented_assignment_is_not_written_to() -> None:
    w = Tensor([2.0, 4.0], requires_grad=True)
    y = Tensor([3.0, 8.0])
    y[0] = 6.0
    y /= w
    total = y.sum()
    y[...] = 100.0
    total.backward()
    assert w.grad.tolist() == [-1.5, -0.5]


def test_what_was_recorded_in_a_sequence_is_not_written_to() -> None:
    t = Tensor([1.0, 2.0], requires_grad=True)
    y = t * 1
    y[0] = 5.0
    square = np.einsum("i,i->", y, y)
    y[1] = 100.0
    square.backward()
    assert t.grad.tolist() == [0.0, 4.0]


def test_the_node_of_a_view_is_that_of_its_new_value() -> None:
    z = Tensor([1.0, 2.0], requires_grad=True) * 1
    view = z[:1]
    before = view.node
    z[0] = 5.0
    node = view.node
    assert node is not before
    assert node is view.node


def test_a_view_stays_when_something_else_is_written_to() -> None:
    z, other = Tensor([1.0, 2.0], requires_grad=True) * 1, Tensor([3.0])
    for value in (2.0, 10.0):
        view = z[:1]
        node = view.node
        other[0] = 4.0
        assert (view * 2).data.tolist() == [value]
        assert view.node is node
        z[0] = 5.0


def test_reading_a_view_again_leaves_no_grad_as_it_is() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    z = x * 1
    view = z[:1]
    with ag.no_grad():
        z[0] = 3.0
        assert view.data.tolist() == [3.0]
        assert not (x * 2).requires_grad


def test_an_index_is_read_again_when_it_has_changed() -> None:
    index = Tensor([0, 1])
    first = index[:1]
    index[0] = 2
    assert Tensor([10.0, 20.0, 30.0])[first].data.tolist() == [30.0]


def test_names_stay() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True) * 1
    x.name = "x"
    x += 1
    x[0] = 3.0
    assert x.name == "x"


def test_dtype_is_kept_as_numpy_does() -> None:
    x = Tensor(np.ones(2, np.float32), requires_grad=True) * 1
    x += np.ones(2)
    assert x.dtype == np.float32
    with pytest.raises(TypeError, match="Cannot cast"):
        operator.iadd(Tensor([1, 2]), 0.5)
    with pytest.raises(ValueError, match="broadcast"):
        operator.iadd(Tensor([1.0, 2.0]), np.ones((2, 2)))


# What is written goes to a copy where a recorded call holds the array.
WRITES = {
    "add.at": lambda x: np.add.at(x, [0, 0], 9.0),
    "maximum.at": lambda x: np.maximum.at(x, [0], 9.0),
    "negative.at": lambda x: np.negative.at(x, [0]),
    "copyto": lambda x: np.copyto(dst=x, src=9.0),
    "put": lambda x: np.put(x, [0], 9.0),
    "place": lambda x: np.place(x, x > 2, [9.0]),
    "putmask": lambda x: np.putmask(x, x > 2, [9.0]),
    "put_along_axis": lambda x: np.put_along_axis(x, np.array([0]), 9.0, 0),
    "nan_to_num": lambda x: np.nan_to_num(x, copy=False, nan=9.0),
    "shuffle": lambda x: np.random.RandomState(1).shuffle(x),
    "fill": lambda x: x.fill(9.0),
    "sort": lambda x: x.sort(),
    "partition": lambda x: x.partition(1),
    "flat": lambda x: operator.setitem(x.flat, slice(None), [9.0, 8.0]),
    "//=": lambda x: operator.ifloordiv(x, 2),
    "modf": lambda x: np.modf(np.array([1.5, 2.5, 3.5, 4.5]), out=(x, np.zeros(4))),
    "reduce": lambda x: np.add.reduce(np.ones((2, 4)), 0, None, x),
    "einsum": lambda x: np.einsum("ii->i", np.eye(4), out=x),
}


@pytest.mark.filterwarnings("ignore:you are shuffling")
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("is_view", [False, True])
def test_a_write_by_a_function_leaves_what_was_recorded_as_it_was(write, is_view: bool) -> None:
    data = np.array([4.0, np.nan, 2.0, 1.0])
    x, w = Tensor(data), Tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    y = (w * x).sum()
    expected = data.copy()
    write(expected)
    write(x[:] if is_view else x)
    np.testing.assert_array_equal(x.data, expected)
    y.backward()
    np.testing.assert_array_equal(w.grad, data)


def test_integers_are_changed_in_place() -> None:
    for symbol in ("iand", "ior", "ixor", "ilshift", "irshift", "ifloordiv"):
        a, b = np.array([6, 5]), np.array([3, 1])
        x = Tensor(a)
        row = x[:]
        assert getattr(operator, symbol)(x, b) is x
        np.testing.assert_array_equal(row.data, getattr(operator, symbol)(a, b))
    with pytest.raises(TypeError, match="same_kind"):
        operator.ifloordiv(Tensor([1, 2]), 1.5)
    with pytest.raises(ValueError, match="at least two"):
        operator.imatmul(Tensor([1.0, 2.0]), np.ones(2))


def test_a_number_that_was_looked_at_still_does_not_change() -> None:
    x = Tensor(DATA, requires_grad=True)
    total = x.sum()
    assert float(total.data) == pytest.approx(DATA.sum())
    same = total
    total += 1.0
    assert same.numpy() == pytest.approx(DATA.sum())
    assert total.numpy() == pytest.approx(DATA.sum() + 1)


def test_values_that_are_added_again_and_again() -> None:
    """`np.add.at` of NumPy 2.4 leaves some of them out."""

    def program(x, b):
        x = x * 1
        np.add.at(x, np.array([[0, 1], [0, 0]]), b)
        return x * x

    x, b = np.array([5.0, -1.0]), np.array([0.5, 0.25])
    found = program(Tensor(x, requires_grad=True), Tensor(b, requires_grad=True))
    np.testing.assert_array_equal(found.data, np.array([5.0 + 0.5 + 0.5 + 0.25, -1.0 + 0.25]) ** 2)
    tensors = Tensor(x, requires_grad=True), Tensor(b, requires_grad=True)
    program(*tensors).sum().backward()
    np.testing.assert_array_equal(tensors[0].grad, [12.5, -1.5])
    np.testing.assert_array_equal(tensors[1].grad, [2 * 12.5, 12.5 - 1.5])


def test_numbers_at_an_index_are_as_strong_as_numpys() -> None:
    expected = np.linspace(0.3, 0.7, 50, dtype=np.float32)
    x = Tensor(expected, requires_grad=True) * 1
    for array in (x, expected):
        np.multiply.at(array, slice(None), 0.1)
    assert x.data.tolist() == expected.tolist()


def test_a_floor_has_no_gradient_in_place_either() -> None:
    w = Tensor([3.0, 5.0], requires_grad=True)
    x = w * 1
    x //= 2
    assert x.data.tolist() == [1.0, 2.0]
    (x * w).sum().backward()
    assert w.grad.tolist() == [1.0, 2.0]


def test_a_plain_view_of_a_tensor_is_not_written_to() -> None:
    x, w = Tensor(np.ones((2, 2))), Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match="read-only"):
        recfunctions.repack_fields(x)[0] = 5.0
    with pytest.raises(ValueError, match="read-only") as caught:
        recfunctions.assign_fields_by_name(x, np.zeros((2, 2)))
    assert "pass it a copy" in caught.value.__notes__[0]
    np.asarray(x)[0] = 5.0
    assert x.data.tolist() == [[1.0, 1.0], [1.0, 1.0]]
    x[0, 0] = 3.0
    seen = recfunctions.repack_fields(x)
    y = (w * seen).sum()
    x[...] = 7.0
    y.backward()
    assert w.grad.tolist() == [4.0, 2.0]


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda w: operator.iadd(w, 1.0),
        lambda w: operator.setitem(w, 0, 1.0),
        lambda w: operator.imul(w[0:1], 2.0),
        lambda w: np.add.at(w, [0], 1.0),
        lambda w: np.add(w, 1.0, out=w),
        lambda w: np.maximum.at(w, [0], 9.0),
        lambda w: np.put(w, [0], 9.0),
        lambda w: w.fill(9.0),
        lambda w: operator.ifloordiv(w, 2),
    ],
    ids=["+=", "setitem", "view", "add.at", "out", "maximum.at", "put", "fill", "//="],
)
def test_a_leaf_is_not_overwritten_while_recording(change) -> None:
    w = Tensor([1.0, 2.0], requires_grad=True, name="w")
    with pytest.raises(errors.InPlaceError, match=r"'w'.*leaf that requires a gradient.*no_grad.*copy"):
        change(w)
    assert w.data.tolist() == [1.0, 2.0]


def test_an_integer_tensor_does_not_swallow_a_gradient() -> None:
    x, w = Tensor([1, 2], name="counts"), Tensor([1.5], requires_grad=True)
    with pytest.raises(errors.GradientDtypeError, match=r"'counts'.*can not hold a gradient"):
        x[0] = w[0]


OUTPUTS = {
    "np.sum": lambda x, out: np.sum(x, 0, None, out),
    "np.cumsum": lambda x, out: np.cumsum(x, 0, None, out),
    "np.clip": lambda x, out: np.clip(x, 0.0, 1.0, out),
    "np.dot": lambda x, out: np.dot(x, np.eye(2), out),
    "np.add": lambda x, out: np.add(x, 1.0, out),
    "np.put": lambda x, out: np.put(out, [0], x[0]),
    "np.copyto": lambda x, out: np.copyto(out, x),
    "np.place": lambda x, out: np.place(out, np.ones(2, bool), x),
    "at": lambda x, out: np.add.at(out, [0, 1], x),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_plain_array_is_not_written_to_wherever_it_is_given(name: str) -> None:
    out, x = np.array([5.0, 6.0]), Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(
        errors.UnsupportedCallError, match=rf"{name}.*plain array.*shape \(2,\) and dtype float64.*ag\.T"
    ):
        OUTPUTS[name](x, out)
    assert out.tolist() == [5.0, 6.0]


def test_a_plain_array_is_written_to_where_nothing_is_differentiated() -> None:
    out, x = np.array([5.0, 6.0]), Tensor([1.0, 2.0])
    assert np.add(x, 1.0, out) is out
    assert np.cumsum(x, 0, None, out) is out
    assert out.tolist() == [1.0, 3.0]
    np.copyto(out, x)
    assert out.tolist() == [1.0, 2.0]


def test_an_output_keeps_its_dtype() -> None:
    with pytest.raises(TypeError, match=r"Cannot cast output from dtype\('float64'\) to dtype\('int64'\)"):
        np.exp(Tensor([1.0]), out=Tensor([1]))
    with pytest.raises(TypeError, match="Cannot cast"):
        np.copyto(Tensor([1]), Tensor([1.5]))


@pytest.mark.filterwarnings("ignore:you are shuffling")
def test_rows_are_not_shuffled_in_place() -> None:
    with pytest.raises(errors.UnsupportedCallError, match=r"shape \(4, 3\).*rng\.permutation"):
        np.random.RandomState(0).shuffle(Tensor(np.arange(12.0).reshape(4, 3)))
    x = Tensor(np.eye(3))
    operator.setitem(x, 0, x[1])  # any other way to write a row is as it was
    assert x.data[0].tolist() == [0.0, 1.0, 0.0]


def test_broadcast_entries_are_not_written() -> None:
    x = np.broadcast_to(Tensor([1.0, 2.0], requires_grad=True) * 1, (3, 2))
    with pytest.raises(errors.InPlaceError, match=r"np\.broadcast_to.*\.copy\(\)"):
        x[0] = 1.0


def test_parts_of_complex_numbers_are_not_written() -> None:
    z = Tensor([1.0 + 2.0j, 3.0], requires_grad=True) * 1
    for part in (z.real, z.imag):
        with pytest.raises(errors.InPlaceError, match=r"np\.(real|imag)"):
            part *= 2


def test_an_output_argument_of_another_shape() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"out= has shape \(3,\), but the result has shape \(2,\)"):
        np.multiply(x, 2.0, out=x[[0, 1, 1]] * 1)


def test_changed_data_are_detected_where_they_are_needed() -> None:
    w, x = Tensor([[1.0, 2.0]], requires_grad=True, name="w"), Tensor([[3.0], [4.0]], requires_grad=True)
    y = w @ x
    w.data += 1.0
    with pytest.raises(errors.InPlaceError) as caught:
        y.backward()
    message = str(caught.value)
    assert "np.matmul of shape (1, 1) was recorded with the value that a leaf ('w') of shape (1, 2) had then" in message
    assert f"of {__file__} has changed it since" in message
    assert "line " in message


def test_changed_data_are_detected_through_views_and_answers() -> None:
    w, x = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([[3.0, 4.0]], requires_grad=True)
    y = (x @ w.T).sum()
    w.data *= 2.0
    with pytest.raises(errors.InPlaceError, match=r"np\.matmul"):
        y.backward()
    z = np.exp(x)
    total = z.sum()
    z.data *= 2
    with pytest.raises(errors.InPlaceError, match=r"np\.exp"):
        total.backward()


def test_changed_data_that_no_rule_needs_do_not_matter() -> None:
    w, x = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    y = (w + x).sum()
    w.data *= 2.0
    y.backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_changed_answers_matter_to_the_rules_that_read_them() -> None:
    w, x = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    product = w * x
    total = product.sum()
    product.data *= 2.0
    total.backward()
    assert w.grad.tolist() == [3.0, 4.0]
    logs = np.logaddexp(w, np.zeros(2))
    total = logs.sum()
    logs.data *= 2.0
    with pytest.raises(errors.InPlaceError, match=r"np\.logaddexp"):
        total.backward()


def test_changes_before_the_record_do_not_matter() -> None:
    w = Tensor([1.0, 2.0], requires_grad=True)
    for _ in range(3):
        w.zero_grad()
        (w * w).sum().backward()
        w.data -= 0.1 * w.grad
    np.testing.assert_allclose(w.data, np.array([1.0, 2.0]) * 0.8**3)


def test_what_a_primitive_returns_as_a_view_is_not_overwritten() -> None:
    tail = ag.primitive(lambda x: x[1:])
    ag.defvjp(tail, x=lambda g: np.concatenate([np.zeros(1), g]))
    t = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    x = t * 1
    x[0] = 5.0
    part = tail(x)
    square = part * part
    x[1] = 100.0
    square.sum().backward()
    assert part.data.tolist() == [2.0, 3.0]
    assert t.grad.tolist() == [0.0, 4.0, 6.0]


def test_overwriting_does_not_erase_a_cotangent_that_others_hold() -> None:
    a, b = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0, 4.0], requires_grad=True)
    y, z = a * 1, b * 1
    z[0] = 5.0
    total = y + z  # sends one and the same cotangent to y and z
    seed = np.ones(2)
    total.backward(gradient=seed)
    assert a.grad.tolist() == [1.0, 1.0]
    assert b.grad.tolist() == [0.0, 1.0]
    assert seed.tolist() == [1.0, 1.0]


def test_overwriting_does_not_erase_what_a_hook_has_seen() -> None:
    seen = []
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 1
    y[0] = 5.0
    y.register_hook(seen.append)
    (y * 2 + y * 3).sum().backward()
    assert x.grad.tolist() == [0.0, 5.0]
    assert seen[0].tolist() == [5.0, 5.0]


def test_what_a_value_was_made_of_waits_for_its_overwritten_entries() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    u = x * 2
    y = u * 3
    y[0] = 5.0
    (y + u).sum().backward()
    assert x.grad.tolist() == [2.0, 8.0]


@pytest.mark.parametrize("view", [np.squeeze, np.ravel, lambda p: np.reshape(p, (3,)), lambda p: p.T, lambda p: p[:]])
def test_a_write_reaches_a_view_that_is_the_array_itself(view: Any) -> None:
    p = np.exp(Tensor([1.0, 2.0, 3.0], requires_grad=True))
    q = view(p)
    p[0] = 5.0
    assert q.data[0] == 5.0
