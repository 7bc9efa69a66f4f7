"""check_grads: right gradients pass in every precision, wrong ones are shown, and what can not be decided is said."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.checking.points import Point
from autograd_lite.errors import UndecidedGradientError

X = np.array([1.0, 2.0, 3.0])
WEIGHTS = [np.random.default_rng(1).normal(size=(8, 8)) / 3 for _ in range(5)]


def primitive(function, **rules):
    operation = ag.primitive(function)
    ag.defvjp(operation, **rules)
    return operation


def square(rule):
    """A square whose rule is `rule`."""
    return primitive(lambda x: x * x, x=rule)


def page_of(f, args, error=ag.errors.GradientCheckError, **options) -> str:
    with pytest.raises(error) as caught:
        ag.check_grads(f, args, **options)
    assert isinstance(caught.value, AssertionError)
    if error is ag.errors.GradientCheckError:
        assert not isinstance(caught.value, UndecidedGradientError)
    return str(caught.value)


# -- right gradients ---------------------------------------------------------------------------------------------------


def chain(x, weights=WEIGHTS):
    for w in weights:
        x = np.tanh(x @ w)
    return x


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def log_softmax(x):
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def normalised(x):
    centred = x - np.mean(x, axis=0)
    return centred / np.sqrt(np.mean(centred**2, axis=0) + 1e-5)


def normal(shape=5, scale=1.0, mean=0.0):
    return lambda rng: rng.normal(size=shape) * scale + mean


def uniform(low, high, shape=5):
    return lambda rng: rng.uniform(low, high, size=shape)


MATRIX = normal((4, 8))
FLOAT32_WEIGHTS = [w.astype(np.float32) for w in WEIGHTS]

RIGHT = {
    "sin": (np.sin, normal(50, 3.0)),
    "sin of large arguments": (np.sin, normal(5, 1.0, 1e4)),
    "sin of 1e4 + x": (lambda x: np.sin(1e4 + x), normal()),
    "fast sin": (lambda x: np.sin(1e4 * x), normal()),
    "exp": (np.exp, normal(5, 3.0)),
    "exp / (1 + exp)": (lambda t: np.exp(t) / (1 + np.exp(t)), normal(20, 5.0)),
    "exp / (1 + exp), saturated": (lambda t: np.exp(t) / (1 + np.exp(t)), normal(5, 1.0, 20.0)),
    "softplus": (lambda x: np.log1p(np.exp(x)), normal(20, 20.0)),
    "sigmoid, saturated": (lambda x: 1 / (1 + np.exp(-x)), normal(20, 20.0)),
    "tanh": (np.tanh, normal(20, 5.0)),
    "log": (np.log, uniform(1e-3, 10.0)),
    "log of tiny numbers": (np.log, uniform(1e-8, 1e-6)),
    "sqrt": (np.sqrt, uniform(1e-4, 1e4)),
    "reciprocal": (lambda x: 1 / x, uniform(1e-3, 1.0)),
    "cubes": (lambda x: x**3, normal(5, 100.0)),
    "squares of 1e4": (lambda x: x * x, normal(5, 1.0, 1e4)),
    "sum of 1e4": (np.sum, normal(10_000)),
    "sum of 1e4 squares": (lambda x: np.sum(x * x), normal(10_000)),
    "mean of 1e4 sines": (lambda x: np.mean(np.sin(x)), normal(10_000)),
    "variance of values at 1e4": (lambda x: np.mean((x - np.mean(x)) ** 2), normal(20, 1.0, 1e4)),
    "variance by squares": (lambda x: np.mean(x * x) - np.mean(x) ** 2, normal(20, 1.0, 100.0)),
    "chain of matmul and tanh": (chain, MATRIX),
    "the same on float32 weights": (lambda x: chain(x, FLOAT32_WEIGHTS), MATRIX),
    "linear chain": (lambda x: x @ WEIGHTS[0] @ WEIGHTS[1] @ WEIGHTS[2], MATRIX),
    "relu layer": (lambda x: np.maximum(x @ WEIGHTS[0], 0) @ WEIGHTS[1], MATRIX),
    "relu": (lambda x: np.maximum(x, 0), normal(100)),
    "abs": (np.abs, normal(100)),
    "softmax": (softmax, MATRIX),
    "sum of softmax": (lambda x: np.sum(softmax(x), axis=1), MATRIX),
    "log-softmax": (log_softmax, normal((4, 8), 10.0)),
    "log-softmax of values at 1e4": (log_softmax, normal((4, 8), 10.0, 1e4)),
    "cross-entropy": (lambda x: -np.mean(log_softmax(x)[np.arange(4), [0, 1, 2, 3]]), MATRIX),
    "normalisation": (normalised, MATRIX),
    "normalisation of values at 100": (normalised, normal((4, 8), 1.0, 100.0)),
    "max": (lambda x: np.max(x, axis=1), MATRIX),
    "min": (np.min, MATRIX),
    "small slope on a large value": (lambda x: np.sum(1e8 + x * 1e-3), normal()),
    "small": (lambda x: x * 1e-12, normal()),
    "large": (lambda x: x * 1e12, normal(5, 1e6)),
    "cumulative sum": (lambda x: np.cumsum(x) ** 2, normal(50)),
    "product": (lambda x: np.exp(np.sum(np.log(x))), uniform(0.5, 1.5, 20)),
    "indexing": (lambda x: x[::2] * x[1::2], normal(20)),
    "constant": (lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, normal(20)),
    "rounded to float32 inside": (lambda x: np.sin(x.astype(np.float32)) ** 2, normal()),
    "partly rounded to float32": (lambda x: np.sum(x.astype(np.float32)) * np.sum(x), normal(20)),
    "cancellation": (lambda x: (1e10 + x) - 1e10, normal()),
    "more cancellation": (lambda x: (1e15 + x) - 1e15, normal()),
    "norm": (lambda x: np.sqrt(np.sum(x * x)), normal(30)),
    "branches": (lambda x: np.where(x > 0, x * x, np.exp(x)), normal(50)),
    "einsum": (lambda x: np.einsum("ij,kj->ik", x, x), MATRIX),
    "containers": (lambda x: {"a": np.sin(x), "b": [np.sum(x), (3, "c", np.cos(x))]}, normal()),
    "complex inside": (lambda x: np.abs(np.exp(1j * x) + x) ** 2, normal()),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("seed", range(2))
def test_no_false_alarm(name: str, dtype: type, seed: int) -> None:
    f, draw = RIGHT[name]
    x = draw(np.random.default_rng(seed)).astype(dtype)
    with np.errstate(all="ignore"):
        ag.check_grads(f, (x,), order=1 if x.size > 1000 or "more" in name else 2, seed=seed)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128])
def test_every_precision(dtype: type) -> None:
    x = np.array([0.5, -1.25, 2.0]).astype(dtype) * (1 + 1j if np.dtype(dtype).kind == "c" else 1)
    x = x.astype(dtype)
    ag.check_grads(lambda t, u: np.exp(t) * u, (x, x[::-1].copy()), order=2)
    wrong = primitive(lambda t: np.exp(t), t=lambda g, ans: g * ans * 1.01)
    assert np.dtype(dtype).name in page_of(wrong, (x,))


def test_several_arguments_of_different_kinds() -> None:
    ag.check_grads(lambda x, y, n: np.sin(x) * y**n, (np.array([0.1, 0.2]), 3.0, 2), order=3)
    ag.check_grads(lambda x, y: x * np.sum(y), (np.float32(2.0), np.zeros((0, 3))), order=2)
    ag.check_grads(lambda x, how: np.sum(x) if how == "sum" else np.mean(x), (X, "sum"))
    ag.check_grads(lambda x, y: x * y, (ag.Tensor(X), [1.0, 2.0, 3.0]), order=2)
    ag.check_grads(lambda x, y: x.astype(np.float64) * y, (X.astype(np.float32), X), order=2)


def test_a_function_that_takes_only_its_own_precision() -> None:
    def kernel(x):
        if x.dtype != np.float32:
            raise TypeError("float32 only")
        return np.sin(x)

    x = X.astype(np.float32)
    ag.check_grads(primitive(kernel, x=lambda g, x: g * np.cos(x)), (x,))
    assert "autodiff is 1.1" in page_of(primitive(kernel, x=lambda g, x: g * np.cos(x) * 1.1), (x,))


def test_the_function_may_overwrite_its_arguments() -> None:
    def f(x, n):
        n += 1
        return x * n

    n = np.array([1, 2, 3])
    ag.check_grads(f, (X, n), order=2)
    assert n.tolist() == [1, 2, 3]


def test_the_global_random_state_is_left_alone_and_the_check_repeats_itself() -> None:
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    pages = {page_of(square(lambda g, x: g * x), (X,), seed=3) for _ in range(2)}
    assert len(pages) == 1
    assert pages != {page_of(square(lambda g, x: g * x), (X,), seed=4)}
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


# -- wrong gradients ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (lambda g, x: -g * 2 * x, "autodiff is the negative of differences: a sign is flipped"),
        (lambda g, x: g * x, "autodiff is 1/2 of differences in every entry"),
        (lambda g, x: g * 8 * x, "autodiff is 4 times differences in every entry"),
        (lambda g, x: g * 6 * x, "autodiff is 3 times differences in every entry; 3 is the size of argument 0 (x)"),
        (lambda g, x: g * 2 * x / 3, "autodiff is 1/3 of differences in every entry; 3 is the size of argument 0 (x)"),
        (lambda g, x: g * 2 * x * 1.001, "autodiff is 1.001 times differences in every entry"),
        (lambda g: g * 0, "autodiff is zero everywhere"),
        (lambda g, x: g * 2 * x + 1e-4, "3 of 3 entries; the worst"),
        (lambda g, x: g * 2 * np.abs(x) ** 1.001, "3 of 3 entries; the worst"),
        (lambda g, x: g * np.nan * x, "3 of 3 entries are not finite"),
    ],
    ids=["sign", "half", "four", "sum", "mean", "a thousandth", "zero", "term", "power", "nan"],
)
def test_wrong_gradients_are_shown(rule, text: str, dtype: type) -> None:
    x = np.array([1.5, 2.0, 3.0]).astype(dtype)
    page = page_of(square(rule), (x,))
    assert page.startswith(
        "the gradient differs from central differences in 1 of 1 arguments\nargument 0 (x), shape (3,)"
    )
    assert np.dtype(dtype).name in page
    assert text in page


def test_the_whole_page() -> None:
    average = primitive(lambda x: np.mean(x, axis=0), x=lambda g, x: g * np.ones_like(x))
    f = lambda n, values: n * average(values)  # noqa: E731
    assert page_of(f, (2, np.arange(12.0).reshape(4, 3))).splitlines() == [
        "the gradient differs from central differences in 1 of 1 arguments",
        "argument 1 (values), shape (4, 3), float64: relative error 3 (2-norm)",
        "  12 of 12 entries; the worst:",
        "            autodiff     differences   difference  ratio",
        "    [0, 0]  -2.27392337  -0.568480844  -1.71       4",
        "    [1, 0]  -2.27392337  -0.568480844  -1.71       4",
        "    [2, 0]  -2.27392337  -0.568480844  -1.71       4",
        "    [3, 0]  -2.27392337  -0.568480844  -1.71       4",
        "  autodiff is 4 times differences in every entry; 4 is the length of axis 0 of argument 1 (values): a sum "
        "where a mean is meant?",
    ]


def test_a_ratio_near_1_is_not_called_constant() -> None:
    assert "in every entry" not in page_of(square(lambda g, x: g * 2 * x + 1e-4), (X,))


def test_the_page_is_short_however_many_entries_are_wrong() -> None:
    page = page_of(square(lambda g, x: g * x), (np.arange(1.0, 201.0),))
    assert "200 of 200 entries" in page
    assert len(page.splitlines()) < 12


def test_the_complex_step_is_called_as_a_witness() -> None:
    assert "the complex step, which subtracts nothing, agrees" in page_of(square(lambda g, x: g * x), (X,))
    modulus = primitive(lambda x: np.abs(x) * x, x=lambda g, x: g * np.abs(x))
    assert "complex step" not in page_of(modulus, (X,))


def test_one_number() -> None:
    page = page_of(square(lambda g, x: -2 * g * x), (3.0,))
    assert "    value  " in page
    assert "a sign is flipped" in page
    assert "in every entry" not in page_of(square(lambda g, x: 2.34 * g * x), (3.0,))


def test_which_argument_is_wrong() -> None:
    product = primitive(lambda x, y: x * y, x=lambda g, y: g * y, y=lambda g, x: g * x * 1.01)
    page = page_of(product, (np.array([1.0, 2.0]), np.array([3.0, 4.0])))
    assert "in 1 of 2 arguments" in page
    assert "argument 1 (y)" in page
    assert "argument 0" not in page


def test_the_wrong_operand() -> None:
    product = primitive(lambda x, y: x * y, x=lambda g, x: g * x, y=lambda g, x: g * x)
    page = page_of(product, (np.array([1.0, 2.0]), np.array([3.0, 5.0])))
    assert "argument 0 (x)" in page
    assert "argument 1" not in page
    assert "in every entry" not in page


def test_a_missing_sum() -> None:
    affine = primitive(lambda x, w, b: x @ w + b, x=lambda g, w: g @ w.T, w=lambda g, x: x.T @ g, b=lambda g: g[0])
    rng = np.random.default_rng(0)
    args = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)
    assert "argument 2 (b), shape (2,)" in page_of(affine, args)


@pytest.mark.parametrize("size", [200, 5000, 100_000])
@pytest.mark.parametrize("loss", [lambda y: y, np.mean], ids=["elementwise", "mean"])
def test_a_missing_term_in_one_entry(size: int, loss) -> None:
    place = size * 3 // 4
    f = square(lambda g, x: g * (2 * x + 0.5 * (np.arange(x.size) == place)))
    x = np.random.default_rng(2).normal(size=size)
    page = page_of(lambda x: loss(f(x)), (x,))
    assert page.count(f"[{place}]") == 1
    assert page.count("[") == 1
    assert ("1 of 200 entries" in page) == (size == 200)
    assert ("along random directions" in page) == (size > 200)


def test_a_missing_term_in_a_small_entry() -> None:
    x = np.array([1e3, 1.0, 1e-1])
    f = square(lambda g, x: g * (2 * x + np.array([0.0, 0.0, 1e-4])))
    page = page_of(f, (x,))
    assert "1 of 3 entries" in page
    assert "[2]" in page


@pytest.mark.parametrize(("factor", "words"), [(-1.0, "a sign is flipped"), (0.5, "1/2 of"), (1.01, "1.01 times")])
def test_a_large_gradient_that_is_wrong_everywhere(factor: float, words: str) -> None:
    page = page_of(square(lambda g, x: factor * g * 2 * x), (np.random.default_rng(3).normal(size=100_000),))
    assert words in page
    assert page.count("[") == 4
    assert len(page.splitlines()) < 12


def test_a_nan_in_a_large_gradient() -> None:
    f = square(lambda g, x: g * np.where(np.arange(x.size) == 777, np.nan, 2 * x))
    page = page_of(f, (np.random.default_rng(3).normal(size=5000),))
    assert "1 of 5000 entries are not finite" in page
    assert "[777]" in page


def test_large_and_small_arguments_together() -> None:
    rng = np.random.default_rng(4)
    args = rng.normal(size=(50, 200)), rng.normal(size=(200, 10)), rng.normal(size=10)
    ag.check_grads(lambda x, w, b: np.maximum(x @ w + b, 0), args, order=2)
    affine = primitive(lambda x, w, b: x @ w + b, x=lambda g, w: g @ w.T, w=lambda g, x: x.T @ g, b=lambda g: g.mean(0))
    page = page_of(lambda x, w, b: np.tanh(affine(x, w, b)), args)
    assert "argument 2 (b)" in page
    assert "10 of 10 entries" in page
    assert "autodiff is 1/50 of differences in every entry; 50 is the length of axis 0 of argument 0 (x)" in page


def test_a_large_argument_needs_few_calls() -> None:
    calls = []

    def f(x):
        calls.append(1)
        return np.maximum(x, 0)

    ag.check_grads(f, (np.random.default_rng(5).normal(size=100_000) / 10,))
    assert len(calls) < 60
    calls.clear()
    page_of(lambda x: square(lambda g, x: g * x)(f(x)), (np.random.default_rng(5).normal(size=100_000),))
    assert len(calls) < 1000


def test_a_wrong_second_derivative_is_shown() -> None:
    def plain(x):
        return x.data if isinstance(x, ag.Tensor) else x

    ag.check_grads(square(lambda g, x: g * 2 * plain(x)), (np.array([1.0, 2.0]),))
    page = page_of(square(lambda g, x: g * 2 * plain(x)), (np.array([1.0, 2.0]),), order=2)
    assert page.startswith("the derivative of order 2 differs from central differences in 1 of 1 arguments")
    cube = primitive(lambda x: x**3, x=lambda g, x: g * 3 * (x * x * 2 - plain(x) ** 2))
    page = page_of(cube, (np.array([1.0, 2.0]),), order=2)
    assert "order 2" in page
    assert "autodiff is 2 times" in page


def test_a_wrong_third_derivative_is_shown() -> None:
    def plain(x):
        return x.data if isinstance(x, ag.Tensor) else x

    slope = primitive(lambda x: 3 * x * x, x=lambda g, x: g * 6 * plain(x))
    cube = primitive(lambda x: x**3, x=lambda g, x: g * slope(x))
    ag.check_grads(cube, (X,), order=2)
    assert "the derivative of order 3" in page_of(cube, (X,), order=3)


def test_complex_arguments_follow_the_convention() -> None:
    z = np.array([1.0 + 2.0j, -0.5j, 3.0])
    ag.check_grads(lambda z: np.sum(np.abs(z) ** 2), (z,), order=2)
    ag.check_grads(lambda z: np.exp(z) * z, (z,), order=2)
    exp = primitive(lambda z: np.exp(z), z=lambda g, ans: g * np.conjugate(ans))
    page = page_of(exp, (z,))
    assert "complex128" in page
    assert "[1] imaginary part" in page
    half = primitive(lambda z: np.exp(z), z=lambda g, ans: g * ans.real)
    assert "argument 0 (z)" in page_of(half, (z,))


def test_the_imaginary_part_of_a_result_counts() -> None:
    turned = primitive(lambda x: x + 1j * x**2, x=lambda g, x: np.real(g) * 1.0)
    page_of(lambda x: turned(x), (X,))


def test_a_large_complex_argument() -> None:
    rng = np.random.default_rng(6)
    z = rng.normal(size=2000) + 1j * rng.normal(size=2000)
    ag.check_grads(lambda z: z * z, (z,), order=2)
    wrong = primitive(lambda z: z * z, z=lambda g, z: g * 2 * (z + 0.1j * (np.arange(z.size) == 1234)))
    assert "[1234]" in page_of(wrong, (z,))


def test_a_dropped_output_of_a_container() -> None:
    broken = square(lambda g, x: g * x)
    ag.check_grads(lambda x: (np.sin(x), np.argmax(x)), (X,))
    assert "differs" in page_of(lambda x: {"right": np.sin(x), "wrong": [broken(x)]}, (X,))
    assert "differs" in page_of(lambda x: [np.sin(x), x.data * 2], (X,))


def test_wrong_in_float32_only() -> None:
    f = primitive(lambda x: np.sin(x), x=lambda g, x: g * np.cos(x) * (1.05 if x.dtype == np.float32 else 1.0))
    ag.check_grads(f, (X,))
    page = page_of(f, (X.astype(np.float32),))
    assert "right in float64, but not in float32" in page
    assert "relative error 0.05" in page


def test_the_tolerance_can_be_set() -> None:
    f = square(lambda g, x: g * 2.002 * x)
    page_of(f, (X,))
    ag.check_grads(f, (X,), rtol=2e-3)
    page_of(square(lambda g, x: g * 2 * x * (1 + 1e-8)), (X,), rtol=1e-9, step=1e-3)


# -- kinks -------------------------------------------------------------------------------------------------------------

AT_KINKS = np.array([0.0, 1.0, -2.0])


@pytest.mark.parametrize("at_zero", [0.0, 0.3, 1.0, -1.0])
def test_any_subgradient_at_a_kink_is_right(at_zero: float) -> None:
    f = primitive(lambda x: np.abs(x), x=lambda g, x: g * np.where(x == 0, at_zero, np.sign(x)))
    ag.check_grads(f, (AT_KINKS,))
    ag.check_grads(f, (AT_KINKS.astype(np.float32),))
    ag.check_grads(lambda x: np.sum(f(x)), (AT_KINKS,))


@pytest.mark.parametrize("at_zero", [1.1, -1.5, 3.0, np.nan])
def test_a_value_outside_of_the_one_sided_slopes_is_wrong(at_zero: float) -> None:
    f = primitive(lambda x: np.abs(x), x=lambda g, x: g * np.where(x == 0, at_zero, np.sign(x)))
    page = page_of(f, (AT_KINKS,))
    assert "1 of 3 entries" in page
    assert "there is a kink here: at [0] the one-sided slopes go from -1.13696 to 1.13696" in page
    assert ("not between" if np.isnan(at_zero) else "outside") in page


@pytest.mark.parametrize(
    "f",
    [
        np.abs,
        lambda x: np.maximum(x, 0),
        lambda x: np.clip(x, 0, 1),
        lambda x: np.minimum(x, x**2),
        lambda x: np.max(np.stack([x, 0 * x, 1 - x]), axis=0),
        lambda x: np.max(x * x[::-1]),
    ],
    ids=["abs", "relu", "clip", "minimum", "max of three", "max with ties"],
)
@pytest.mark.parametrize("order", [1, 2])
def test_kinks_of_numpy(f, order: int) -> None:
    ag.check_grads(f, (AT_KINKS,), order=order)


def test_ties_of_max() -> None:
    x = np.array([1.0, 3.0, 3.0, 2.0, 3.0])
    ag.check_grads(np.max, (x,), order=2)
    both = primitive(lambda x: np.max(x), x=lambda g, x, ans: g * (x == ans))
    ag.check_grads(both, (x,))
    page = page_of(primitive(lambda x: np.max(x), x=lambda g, x, ans: g * (x == ans) * 2), (x,))
    assert "kink" in page
    assert "in every entry" not in page
    assert "[0]" not in page


def test_a_wrong_entry_among_many_kinks() -> None:
    x = np.zeros(100)
    x[70] = 1.0
    f = primitive(lambda x: np.maximum(x, 0), x=lambda g, x: g * (x > 0) * 1.01)
    page = page_of(f, (x,))
    assert "1 of 100 entries" in page
    assert "[70]" in page


def test_beside_a_kink_there_is_one_slope() -> None:
    f = primitive(lambda x: np.maximum(x, 0), x=lambda g: g)
    for x in (-1e-3, -1e-6, -0.5):
        assert "kink" not in page_of(f, (np.array([1.0, x]),))
    ag.check_grads(np.abs, (np.array([1e-7, -1e-9, 1e-3]),))


def test_kinks_that_meet() -> None:
    rng = np.random.default_rng(7)
    X, y, c = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=4)
    W = rng.normal(size=(3, 4))
    for seed in range(3):
        ag.check_grads(lambda W, c: np.mean((np.maximum(X @ W, 0) @ c - y) ** 2), (0 * W, c), seed=seed, order=2)
        ag.check_grads(lambda X: np.mean((np.maximum(X @ W, 0) @ c - y) ** 2), (0 * X,), seed=seed)
        ag.check_grads(lambda x: np.maximum(x, 0) - np.maximum(-x, 0) * 0.3, (AT_KINKS,), seed=seed)


def test_a_value_far_outside_where_kinks_meet_is_wrong() -> None:
    relu = primitive(lambda x: np.maximum(x, 0), x=lambda g, x: g * np.where(x == 0, 50, x > 0))
    rng = np.random.default_rng(7)
    X, y, c = rng.normal(size=(6, 3)), rng.normal(size=6), rng.normal(size=4)
    assert "kink" in page_of(lambda W: np.mean((relu(X @ W) @ c - y) ** 2), (np.zeros((3, 4)),))


def test_looking_beside_a_point_leaves_it_as_it_was() -> None:
    point = Point(lambda x: np.abs(x) * 2, [AT_KINKS], np.random.default_rng(0))
    slopes = point.slopes_beside(0, 0, 1.0, np.random.default_rng(0))
    assert {round(abs(s / point.weights[0])) for s in slopes} == {2}
    assert point.arrays[0].tolist() == AT_KINKS.tolist()
    assert point.gradient[0][0] == 0
    np.testing.assert_array_equal(point.value, point.evaluate())


def test_kinks_of_a_large_array() -> None:
    x = np.random.default_rng(8).normal(size=20_000)
    x[::3] = 0
    for f in (np.abs, lambda x: np.sum(np.maximum(x, 0) * np.cos(np.arange(x.size)))):
        ag.check_grads(f, (x,), order=2)
    outside = primitive(lambda x: np.abs(x), x=lambda g, x: g * np.where(x == 0, 1.5, np.sign(x)))
    assert "there is a kink here" in page_of(outside, (x,))


def test_the_edge_of_a_domain() -> None:
    ag.check_grads(lambda x: x**1.5, (np.array([0.0, 1.0]),))

    def strict(x):
        if np.any(x.data < 0):
            raise ValueError("negative")
        return x**1.5

    ag.check_grads(strict, (np.array([0.0, 1.0]),))
    wrong = primitive(lambda x: x**1.5, x=lambda g, x: g * (1.5 * np.sqrt(x) + (x == 0)))
    assert "[0]" in page_of(wrong, (np.array([0.0, 1.0]),))


# -- what can not be decided -------------------------------------------------------------------------------------------


def noisy(size: float, slope: float = 1.0):
    return primitive(lambda x: x + size * np.sin(1e9 * x), x=lambda g, x: g * slope)


def test_noise_is_told_from_an_error() -> None:
    x = np.random.default_rng(9).normal(size=3)
    ag.check_grads(noisy(1e-9), (x,))
    page = page_of(noisy(1e-2), (x,), UndecidedGradientError)
    assert page.startswith("too noisy to say whether the gradient is right, in 1 of 1 arguments")
    assert "argument 0 (x), shape (3,), float64" in page
    assert "which may be off by" in page
    assert "Compute it in float64" in page
    assert "differs" in page_of(noisy(1e-9, 1.01), (x,))
    assert "differs" in page_of(noisy(1e-3, -3.0), (x,))


@pytest.mark.parametrize("quantum", [1e-2, 3e-2])
def test_a_quantised_function(quantum: float) -> None:
    def quantised(slope):
        return primitive(lambda x: np.round(np.sin(x) / quantum) * quantum, x=lambda g, x: g * slope * np.cos(x))

    x = np.array([0.1, 0.5, -0.7])
    page_of(quantised(1.0), (x,), UndecidedGradientError)
    page_of(quantised(-1.0), (x,))
    ag.check_grads(quantised(0.0), (x,))


def test_a_gradient_that_a_cast_drops_is_wrong() -> None:
    dropped = primitive(lambda x: np.sin(x.astype(np.float32)), x=lambda g, x: g * 0)
    with pytest.raises(ag.errors.GradientCheckError):
        ag.check_grads(dropped, (np.array([0.1, 0.5, -0.7]),))


def test_the_complex_step_decides_where_differences_drown() -> None:
    def cancelling(slope):
        return primitive(lambda x: (1e15 + x) - 1e15, x=lambda g: g * slope)

    ag.check_grads(cancelling(1.0), (np.array([0.7]),))
    page = page_of(cancelling(1.3), (np.array([0.7]),))
    assert page.splitlines()[3].split()[-1] == "1.3"
    assert "in their place stands the complex step" in page


def test_a_jump() -> None:
    f = primitive(lambda x: np.where(x >= 1, x + 1, x), x=lambda g: g)
    page = page_of(f, (np.array([0.5, 1.0]),), UndecidedGradientError)
    assert "[1]" in page
    assert "[0]" not in page
    assert "the value jumps by" in page


def test_an_infinite_slope() -> None:
    with np.errstate(divide="ignore"):
        page = page_of(np.sqrt, (np.array([0.0, 1.0]),), UndecidedGradientError)
    assert "[0]: autodiff" in page
    assert "inf" in page


def test_a_random_function() -> None:
    rng = np.random.default_rng(10)
    page = page_of(lambda x: x * rng.normal(), (X,), UndecidedGradientError)
    assert "different values when it is called twice" in page
    assert "np.random.default_rng(0)" in page
    ag.check_grads(lambda x: x * np.random.default_rng(0).normal(), (X,), order=2)


def test_a_function_that_counts_its_calls() -> None:
    state = np.zeros(1)

    def f(x):
        state[0] += 1
        return x * state

    assert "change something outside" in page_of(f, (X,), UndecidedGradientError)


def test_a_value_that_is_not_finite() -> None:
    with np.errstate(invalid="ignore"):
        page = page_of(np.log, (np.array([-1.0, 1.0]),), UndecidedGradientError)
    assert "not finite at this point (1 of 2 entries)" in page


def test_no_finite_value_around() -> None:
    f = primitive(lambda x: np.where(x == 1, 1.0, np.nan), x=lambda g: g * 0.5)
    assert "no finite values around" in page_of(f, (np.array([1.0]),), UndecidedGradientError)


def test_wrong_outweighs_undecided() -> None:
    both = primitive(lambda x, y: x + 1e-2 * np.sin(1e9 * x) + y, x=lambda g: g * 1.0, y=lambda g: -g)
    page = page_of(both, (X, X))
    assert "argument 1 (y)" in page
    assert "argument 0" not in page


def test_nothing_to_differentiate() -> None:
    with pytest.raises(ag.errors.GradientCheckError, match="no floating-point argument"):
        ag.check_grads(lambda x: x, (3,))


def test_errors_of_the_function_pass_through() -> None:
    with pytest.raises(ag.errors.NoGraphError):
        ag.check_grads(lambda x: x.data, (X,))
    with pytest.raises(ValueError, match="mine"):
        ag.check_grads(lambda x: (_ for _ in ()).throw(ValueError("mine")), (X,))


def test_plain_numpy_is_lifted() -> None:
    data = np.ones((4, 3))

    def loss(w):
        out = np.zeros(4)
        for i in range(4):
            out[i] = data[i].dot(w) ** 2
        return out.sum()

    ag.check_grads(loss, (np.array([0.1, -0.2, 0.4]),), order=2)
