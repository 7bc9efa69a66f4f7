"""Differences, the ladder of steps and the complex step, each against slopes that are known."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_lite.checking.complex_step import complex_slope
from autograd_lite.checking.numerical import Sample, Slope, central_difference, slope_along
from autograd_lite.checking.verdicts import judge

UNIT = float(np.finfo(float).eps)


def slope_of(f, x, predicted=0.0) -> Slope:
    here = np.atleast_1d(f(x))

    def line(step):
        with np.errstate(all="ignore"):
            changes = np.atleast_1d(f(x + step)) - here
        return Sample(changes, predicted * ((x + step) - x)) if np.isfinite(changes).all() else None

    return slope_along(line, np.abs(here), UNIT, max(1.0, abs(x)), abs(x) or 1.0)


def test_central_difference_of_a_cubic() -> None:
    x = np.array([[1.0, -2.0], [0.0, 7.0]])
    np.testing.assert_allclose(central_difference(lambda t: np.sum(t**3), x), 3 * x**2, rtol=1e-9, atol=1e-9)
    assert x.tolist() == [[1.0, -2.0], [0.0, 7.0]]


def test_central_difference_of_a_complex_argument() -> None:
    z = np.array([1.0 + 2.0j, -0.5j])
    np.testing.assert_allclose(central_difference(lambda t: np.sum(np.abs(t) ** 2), z), 2 * z, rtol=1e-8)


SMOOTH = {
    "sin": (np.sin, 0.7, np.cos(0.7)),
    "sin of a large argument": (np.sin, 1e4, np.cos(1e4)),
    "fast sin": (lambda x: np.sin(1e4 * x), 0.3, 1e4 * np.cos(3e3)),
    "exp": (np.exp, 3.0, np.exp(3.0)),
    "log near 0": (np.log, 1e-8, 1e8),
    "log near 1e-30": (np.log, 1e-30, 1e30),
    "square root": (np.sqrt, 1e-4, 50.0),
    "cubic at 0": (lambda x: x**3, 0.0, 0.0),
    "constant": (lambda x: 0 * x + 3, 1.0, 0.0),
    "small slope on a large value": (lambda x: 1e8 + 1e-3 * x, 1.0, 1e-3),
    "large": (lambda x: 1e12 * x, 1e6, 1e12),
    "beside a kink": (np.abs, 1e-7, 1.0),
    "off a relu": (lambda x: np.maximum(x, 0), -1e-3, 0.0),
    "rounded to float32 inside": (lambda x: np.sin(np.float32(x)).astype(float), 0.7, np.cos(0.7)),
    "several outputs": (lambda x: np.array([np.sin(x), 2 * x, x * x]), 0.5, np.cos(0.5) + 3.0),
}


def estimate(slope: Slope, f, x) -> tuple[float, float]:
    """What is to be believed: larger steps where smaller ones see only rounding."""
    if slope.others is not None and slope.roughness < 1e-3 * np.max(np.abs(f(x))):
        return slope.others
    return slope.defect, slope.error


@pytest.mark.parametrize("name", SMOOTH)
def test_the_error_of_a_slope_is_a_bound(name: str) -> None:
    f, x, right = SMOOTH[name]
    slope = slope_of(f, x)
    defect, error = estimate(slope, f, x)
    assert abs(defect - right) <= 2 * error
    sharp = 1e-3 if "float32" in name or "large value" in name else 1e-6
    assert error <= sharp * max(abs(right), 1e-3)
    assert slope.kink is None
    assert slope.jump == 0


@pytest.mark.parametrize("name", SMOOTH)
def test_the_defect_of_the_right_slope_is_zero(name: str) -> None:
    f, x, right = SMOOTH[name]
    defect, error = estimate(slope_of(f, x, predicted=right), f, x)
    assert abs(defect) <= 2 * error + 1e-15 * abs(right)


@pytest.mark.parametrize(
    ("f", "x", "low", "high"),
    [
        (np.abs, 0.0, -1.0, 1.0),
        (lambda x: np.maximum(x, 0), 0.0, 0.0, 1.0),
        (lambda x: np.sin(x) + 3 * np.abs(x - 2), 2.0, np.cos(2.0) - 3, np.cos(2.0) + 3),
        (lambda x: np.array([np.abs(x), -0.5 * np.abs(x)]), 0.0, -1.5, 1.5),
        (lambda x: 1e4 + np.minimum(x, 2 * x), 0.0, 1.0, 2.0),
    ],
    ids=["abs", "relu", "inside", "against each other", "on a large value"],
)
def test_the_one_sided_slopes_of_a_kink(f, x, low, high) -> None:
    slope = slope_of(f, x)
    assert slope.error > 0.1 * (high - low)
    assert slope.kink is not None
    np.testing.assert_allclose(slope.kink[:2], [low, high], atol=1e-5)
    assert slope.kink[2] < 0.01 * (high - low)


@pytest.mark.parametrize("x", np.linspace(0.01, 2.0, 40))
def test_noise_is_no_kink_and_is_in_the_error(x: float) -> None:
    def noisy(x):
        return x + 1e-3 * np.sin(1e9 * x)

    slope = slope_of(noisy, x)
    assert slope.kink is None
    assert abs(slope.defect - 1) <= 4 * slope.error


@pytest.mark.parametrize("x", np.linspace(0.01, 2.0, 40))
def test_partial_rounding_is_in_the_error(x: float) -> None:
    def f(x):
        return (np.float32(x).astype(float) + 0.3) * (x + 0.3)

    defect, error = estimate(slope_of(f, x), f, x)
    assert abs(defect - 2 * (x + 0.3)) <= 10 * error


def test_a_jump_is_neither_slope_nor_kink() -> None:
    slope = slope_of(lambda x: np.where(x >= 1, x + 5, x), 1.0)
    assert slope.jump == pytest.approx(5, rel=1e-3)
    assert slope.kink is None
    assert slope.error > 1


def test_an_infinite_slope_is_not_sharp() -> None:
    for f in (np.sqrt, np.cbrt):
        slope = slope_of(f, 0.0)
        assert slope.error > 0.1 * abs(slope.defect)


def test_the_edge_of_a_domain_is_differentiated_from_inside() -> None:
    slope = slope_of(lambda x: np.sqrt(x) ** 3, 0.0)
    assert abs(slope.defect) < 1e-4
    slope = slope_of(lambda x: np.exp(x) + 0 * np.sqrt(1 - x), 1.0)
    assert slope.defect == pytest.approx(np.e, rel=1e-6)


def test_no_finite_values_around() -> None:
    assert slope_of(lambda x: np.where(x == 1, 1.0, np.nan), 1.0).error == np.inf


def test_rounding_is_told_from_a_slope() -> None:
    slope = slope_of(lambda x: np.sin(np.float32(x)).astype(float), 0.7)
    assert slope.is_flat
    assert slope.defect == 0
    assert slope.others is not None
    assert slope.others[0] == pytest.approx(np.cos(0.7), abs=1e-3)
    assert slope.roughness < 1e-5


@pytest.mark.parametrize(
    ("slope", "predicted", "order", "answer"),
    [
        (Slope(1e-9, 1e-10), 1.0, 1, "right"),
        (Slope(1e-5, 1e-6), 1.0, 1, "wrong"),
        (Slope(1e-5, 1e-5), 1.0, 1, "right"),
        (Slope(1e-3, 2e-2), 1.0, 1, "undecided"),
        (Slope(30.0, 0.5), 1.0, 1, "wrong"),
        (Slope(0.0, 1.0, kink=(-1.0, 1.0, 1e-3)), 0.0, 1, "right"),
        (Slope(0.0, 1.0, kink=(0.0, 2.0, 1e-3)), 0.0, 1, "right"),
        (Slope(0.0, 1.0, kink=(0.1, 2.0, 1e-3)), 0.0, 1, "kink"),
        (Slope(0.0, 1.0, kink=(-2.0, -0.1, 1e-3)), 1.0, 1, "kink"),
        (Slope(0.0, 1.0, kink=(-1.0, 1.0, 1e-3)), np.nan, 1, "kink"),
        (Slope(0.0, 1e-12), 0.0, 1, "right"),
        (Slope(0.0, 1e-6), 0.0, 1, "undecided"),
        (Slope(0.0, 1e-6), 0.0, 2, "right"),
        (Slope(0.0, 1e-6, is_flat=True), 0.0, 1, "right"),
        (Slope(3.0, 9.0, jump=1.0), 1.0, 1, "undecided"),
        (Slope(3.0, 9.0, jump=1.0), 1.0, 2, "right"),
        (Slope(-1.0, 1e-9), np.inf, 1, "wrong"),
        (Slope(0.0, np.inf), 1.0, 1, "undecided"),
        # Small steps see the rounding (flat), larger ones the course.
        (Slope(-1.0, 1e-9, others=(1e-5, 1e-5), roughness=1e-7, is_flat=True), 1.0, 1, "right"),
        (Slope(-1.0, 1e-9, others=(1e-2, 1e-5), roughness=1e-7, is_flat=True), 1.0, 1, "wrong"),
        (Slope(0.0, 1e-9, others=(1.0, 1e-5), roughness=1e-7, is_flat=True), 0.0, 1, "undecided"),
        (Slope(0.0, 1e-9, others=(1.0, 1e-5), roughness=1e-1, is_flat=True), 0.0, 1, "right"),
        (Slope(-1.0, 1e-9, others=(1e-5, 1e-1), roughness=1e-2, is_flat=True), 1.0, 1, "undecided"),
        (Slope(0.0, 1e-9, others=(1.0, 1e-5), roughness=1e-1), 1.0, 1, "right"),
        (Slope(0.0, 1e-9, others=(1.0, 1e-5), roughness=1e-6, step=1e-3), 1.0, 1, "right"),
        (Slope(0.0, 1e-9, others=(1.0, 1e-5), roughness=1e-6, step=1e-9), 1.0, 1, "undecided"),
        (Slope(4e-16, 1e-20), 1e-15, 1, "right"),
        (Slope(4e-15, 1e-20), 1e-14, 1, "wrong"),
        (Slope(-1.0, 1e-9, is_flat=True, far=((0.2, 0.1),)), 1.0, 1, "undecided"),
        (Slope(-1.0, 1e-9, is_flat=True, far=((0.0, -1.0),)), 1.0, 1, "wrong"),
    ],
)
def test_what_a_slope_makes_of_a_gradient(slope: Slope, predicted: float, order: int, answer: str) -> None:
    assert (
        judge(slope, predicted, 1e-6 * abs(predicted), largest=0.0, magnitude=1.0, size=1.0, unit=UNIT, order=order)
        == answer
    )


def test_a_small_entry_of_a_noisy_gradient_is_known_well_enough() -> None:
    assert judge(Slope(1e-4, 1e-4), 1e-3, 1e-9, largest=0.0, magnitude=0.0, size=1.0, unit=UNIT) == "undecided"
    assert judge(Slope(1e-4, 1e-4), 1e-3, 1e-9, largest=1.0, magnitude=0.0, size=1.0, unit=UNIT) == "right"


ONE = np.ones(1)
HERE = np.array([0.5, 2.0])
ALONG = np.array([1.0, 0.0])


@pytest.mark.parametrize(
    ("f", "right"),
    [
        (lambda x: np.sum(np.sin(x) * np.exp(x)), np.exp(0.5) * (np.sin(0.5) + np.cos(0.5))),
        (lambda x: x @ x, 1.0),
        (lambda x: x.dot(x), 1.0),
        (lambda x: x[0] * x[1], 2.0),
        (lambda x: np.mean(x), 0.5),
        (lambda x: np.max(x), 0.0),
        (lambda x: np.sum(np.where(x > 1, x * x, 3 * x)), 3.0),
        (lambda x: np.concatenate([x, 2 * x]).sum(), 3.0),
        (lambda x: np.linalg.det(np.outer(x, x) + np.eye(2)), 1.0),
        (lambda x: np.sum((1e15 + x) - 1e15), 1.0),
        (lambda x: np.einsum("i,i->", x, x), 1.0),
    ],
)
def test_the_complex_step_is_exact(f, right: float) -> None:
    assert complex_slope(f, [HERE], [ALONG], ONE) == pytest.approx(right, rel=1e-14, abs=1e-14)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(np.abs(x)),
        lambda x: sum(abs(v) for v in x),
        lambda x: np.sum(x * np.conj(x)),
        lambda x: np.sum(x.conj() * x),
        lambda x: np.sum(x.real),
        lambda x: np.sum(x.real * x),
        lambda x: np.sum(x.imag + x),
        lambda x: np.sum(np.real(x)),
        lambda x: np.sum(x.astype(float) * x),
        lambda x: np.sum(np.asarray(x) ** 2),
        lambda x: np.linalg.norm(x),
        lambda x: np.var(x),
        lambda x: x.var(),
        lambda x: np.vdot(x, x),
        lambda x: np.sum(np.fft.rfft(x)),
        lambda x: np.linalg.eigvalsh(np.outer(x, x)).sum(),
        lambda x: x.sum() + float(x[0]),
        lambda x: 3.0,
        lambda x: x,
        lambda x: np.sum(x / 0),
    ],
)
def test_the_complex_step_refuses_what_it_would_be_silently_wrong_on(f) -> None:
    assert complex_slope(f, [HERE], [ALONG], ONE) is None


def test_a_buffer_that_drops_the_imaginary_part_is_noticed() -> None:
    def f(x):
        buffer = np.zeros(2)
        buffer[:] = x
        return np.sum(x) + np.sum(buffer)

    assert complex_slope(f, [HERE], [ALONG], ONE) is None
