"""Properties on drawn shapes, broadcasts, axes, indices, types and memory layouts (Hypothesis)."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd_lite as ag
from autograd_lite import Tensor

fast = settings(max_examples=60, deadline=None)
shapes = hnp.array_shapes(min_dims=0, max_dims=3, max_side=3)


def array_of(shape: tuple[int, ...], seed: int, layout: str = "C") -> np.ndarray:
    """Entries of either sign, none near 0 and no two equal."""
    rng = np.random.default_rng(seed)
    size = int(np.prod(shape))
    values = (rng.permutation(size) + rng.uniform(0.3, 0.7, size)) / max(size, 1) + 0.2
    array = (values * rng.choice([-1.0, 1.0], size)).reshape(shape)
    if layout == "F":
        return np.array(array, order="F")
    if layout == "strided":
        wide = np.zeros((*shape, 2))
        wide[..., 0] = array
        return wide[..., 0]
    return array


layouts = st.sampled_from(["C", "F", "strided"])
seeds = st.integers(0, 2**16)

BINARY = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: np.abs(a) ** b,
    "maximum": np.maximum,
    "where": lambda a, b: np.where(a > b, a * b, b),
    "arctan2": np.arctan2,
}


@fast
@given(
    hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3),
    st.sampled_from(list(BINARY)),
    layouts,
    seeds,
)
def test_broadcasting(drawn, name: str, layout: str, seed: int) -> None:
    a, b = (array_of(shape, seed + i, layout) for i, shape in enumerate(drawn.input_shapes))
    ag.check_grads(BINARY[name], (a, b), order=2)


@st.composite
def shape_and_axes(draw):
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=3))
    axes = draw(st.one_of(st.none(), st.integers(-len(shape), len(shape) - 1), hnp.valid_tuple_axes(len(shape))))
    return shape, axes


@fast
@given(shape_and_axes(), st.sampled_from(["sum", "mean", "max", "min", "var", "std"]), st.booleans(), layouts, seeds)
def test_reductions(drawn, name: str, keepdims: bool, layout: str, seed: int) -> None:
    shape, axis = drawn
    x = array_of(shape, seed, layout)
    reduce = getattr(np, name)
    found = reduce(Tensor(x), axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(found.data, reduce(x, axis=axis, keepdims=keepdims), rtol=1e-13)
    ag.check_grads(lambda t: reduce(t, axis=axis, keepdims=keepdims) * 1.5, (x,))


@st.composite
def array_and_index(draw):
    shape = draw(hnp.array_shapes(min_dims=1, max_dims=3, max_side=4))
    index = draw(
        st.one_of(
            hnp.basic_indices(shape, allow_newaxis=True),
            hnp.integer_array_indices(shape),
            hnp.arrays(bool, shape),
            st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4),
        )
    )
    return shape, index


@fast
@given(array_and_index(), seeds)
def test_reading_and_writing_with_any_index(drawn, seed: int) -> None:
    shape, index = drawn
    x = array_of(shape, seed)

    def program(t):
        t = t * 1.0
        part = t[index]
        t[index] = part * part
        t[index] += 2.0
        return t * np.sin(t)

    np.testing.assert_allclose(program(Tensor(x)).data, program(x), rtol=1e-13)
    ag.check_grads(program, (x,), order=2)


@st.composite
def matmul_shapes(draw):
    n, k, m = (draw(st.integers(1, 3)) for _ in range(3))
    batches = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=3)).input_shapes
    left = draw(st.sampled_from([(k,), (*batches[0], n, k)]))
    right = draw(st.sampled_from([(k,), (*batches[1], k, m)]))
    return left, right


@fast
@given(matmul_shapes(), layouts, seeds)
def test_matmul_of_any_shapes(drawn, layout: str, seed: int) -> None:
    a, b = (array_of(shape, seed + i, layout) for i, shape in enumerate(drawn))
    ag.check_grads(np.matmul, (a, b), order=2)


@fast
@given(
    shapes,
    st.sampled_from([np.float16, np.float32, np.float64]),
    st.sampled_from([np.float32, np.float64, np.int32, bool]),
    seeds,
)
def test_types_follow_numpy(shape, dtype, other_dtype, seed: int) -> None:
    a = array_of(shape, seed).astype(dtype)
    b = (array_of(shape, seed + 1) * 3).astype(other_dtype)
    x = Tensor(a, requires_grad=True)
    for found, expected in [(x * b, a * b), (b + x, b + a), (x * 2, a * 2), (2.5 - x, 2.5 - a), (np.exp(x), np.exp(a))]:
        assert found.dtype == expected.dtype
        x.zero_grad()
        found.backward(gradient=np.ones(found.shape))
        assert x.grad.dtype == dtype
        assert x.grad.shape == shape


@fast
@given(st.lists(st.sampled_from(["reshape", "T", "flip", "roll", "expand", "ravel", "swap"]), max_size=6), seeds)
def test_chains_of_shapes(steps: list[str], seed: int) -> None:
    x = array_of((2, 3, 2), seed)

    def program(t):
        for step in steps:
            if step == "reshape":
                t = t.reshape(3, -1)
            elif step == "T":
                t = t.T
            elif step == "flip":
                t = np.flip(t)
            elif step == "roll":
                t = np.roll(t, 1)
            elif step == "expand":
                t = np.expand_dims(t, 0)
            elif step == "ravel":
                t = t.ravel()
            elif np.ndim(t) > 1:
                t = np.swapaxes(t, 0, -1)
        return t * np.cos(np.arange(12.0)).reshape(t.shape)

    np.testing.assert_array_equal(program(Tensor(x)).data, program(x))
    ag.check_grads(program, (x,))
