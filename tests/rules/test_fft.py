"""Fourier transforms: identities, what is refused, and that nobody pays for them who does not use them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import UnsupportedCallError


@pytest.mark.parametrize("norm", [None, "ortho", "forward"])
@pytest.mark.parametrize("n", [5, 6])
def test_there_and_back(norm: Any, n: int) -> None:
    x, c = np.random.default_rng(n).normal(size=(2, n))
    for f in (
        lambda x: np.fft.ifft(np.fft.fft(x, norm=norm), norm=norm).real,
        lambda x: np.fft.irfft(np.fft.rfft(x, norm=norm), n, norm=norm),
        lambda x: np.fft.hfft(np.fft.ihfft(x, norm=norm), n, norm=norm),
        lambda x: np.fft.irfftn(np.fft.rfftn(x[None] * np.ones((2, 1)), norm=norm), (2, n), (0, 1), norm=norm)[0],
        lambda x: np.fft.ifftshift(np.fft.fftshift(x)),
    ):
        np.testing.assert_allclose(ag.grad(lambda x, f=f: np.sum(f(x) * c))(x), c, atol=1e-12)


def test_energy_by_hand() -> None:
    """The sum of all squares of the transform is n times that of the numbers (Parseval)."""
    z = np.array([1 + 2j, -1j, 3.0])
    t = ag.Tensor(z, requires_grad=True)
    np.sum(np.abs(np.fft.fft(t)) ** 2).backward()
    np.testing.assert_allclose(t.grad, 2 * 3 * z, atol=1e-12)


def test_convolution_by_hand() -> None:
    a, b, c = np.random.default_rng(0).normal(size=(3, 4))

    def circular(a: Any, b: Any) -> Any:
        return np.fft.irfft(np.fft.rfft(a) * np.fft.rfft(b), 4)

    found = ag.grad(lambda a: np.sum(circular(a, b) * c))(a)
    np.testing.assert_allclose(found, [np.sum(c * np.roll(b, i)) for i in range(4)], atol=1e-12)


def test_what_an_inverse_does_not_read_has_no_gradient() -> None:
    t = ag.Tensor(np.ones(4, complex), requires_grad=True)
    (np.fft.irfft(t, 6) * np.arange(6.0)).sum().backward()
    assert t.grad[0].imag == 0
    assert abs(t.grad[3].imag) < 1e-15
    assert abs(t.grad[1].imag) > 0.1


def test_refused() -> None:
    t = ag.Tensor(np.ones(4), requires_grad=True)
    with pytest.raises(UnsupportedCallError, match=r"out=\.\.\."):
        np.fft.fft(t, out=np.empty(4, complex))
    with pytest.raises(UnsupportedCallError, match=r"out=\.\.\."):
        np.fft.rfftn(t, out=np.empty(3, complex))
    with pytest.raises(UnsupportedCallError, match="along an axis twice"):
        np.abs(np.fft.fftn(t.reshape(2, 2), s=(2, 2), axes=(0, 0))).sum().backward()


def test_out_may_be_a_tensor() -> None:
    t, out = ag.Tensor([1.0, 2.0], requires_grad=True), ag.Tensor(np.zeros(2, complex))
    np.fft.fft(t, out=out)
    np.abs(out).sum().backward()
    np.testing.assert_allclose(t.grad, [1 - 1, 1 + 1])


def test_nobody_pays_who_does_not_use_them() -> None:
    program = (
        "import autograd_lite, sys; assert 'numpy.fft' not in sys.modules and 'numpy.polynomial' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
