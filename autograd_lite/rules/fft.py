"""Discrete Fourier transforms. Their matrices are symmetric: a cotangent is transformed the same way.

NumPy is not asked for `np.fft` here, which it imports when somebody first uses it: see `late_table`.

A transform of real numbers returns half of the coefficients, and its inverse reads half of them: each but the first
(and, of an even number, the last) stands for two. The inverse does not read the imaginary part of those that stand
for one, so their gradient is real.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from autograd_lite.errors import UnsupportedCallError
from autograd_lite.registry import declare, defcomposition, defvjp, late_table, step_by_step

_OPPOSITE = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def numpy_fft(fft: ModuleType) -> None:
    """State the rules of the functions of `fft`, the module ``numpy.fft``."""
    defvjp(fft.fft,     a=lambda g, a_shape, n, axis, norm:
                            _fitted(fft.fft(g, axis=axis, norm=norm), a_shape, [n], [axis]))
    defvjp(fft.ifft,    a=lambda g, a_shape, n, axis, norm:
                            _fitted(fft.ifft(g, axis=axis, norm=norm), a_shape, [n], [axis]))
    defvjp(fft.fft2,    a=lambda g, a_shape, s, axes, norm:
                            _fitted(fft.fft2(g, axes=_axes(s, axes), norm=norm), a_shape, s, _axes(s, axes)))
    defvjp(fft.ifft2,   a=lambda g, a_shape, s, axes, norm:
                            _fitted(fft.ifft2(g, axes=_axes(s, axes), norm=norm), a_shape, s, _axes(s, axes)))
    defvjp(fft.fftn,    a=lambda g, a_shape, s, axes, norm:
                            _fitted(fft.fftn(g, axes=_axes(s, axes), norm=norm), a_shape, s, _axes(s, axes)))
    defvjp(fft.ifftn,   a=lambda g, a_shape, s, axes, norm:
                            _fitted(fft.ifftn(g, axes=_axes(s, axes), norm=norm), a_shape, s, _axes(s, axes)))
    defvjp(fft.rfft,    a=lambda g, a_shape, n, axis, norm:
                            _fitted(fft.fft(g, n or a_shape[axis], axis, norm), a_shape, [n], [axis]))
    defvjp(fft.irfft,   a=lambda g, a_shape, n, axis, norm:
                            _fitted(np.conjugate(fft.rfft(g, axis=axis, norm=_OPPOSITE[norm]))
                                    * _each_stands_for(g, n, axis), a_shape, [n and n // 2 + 1], [axis]))
    defvjp(fft.fftshift,    x=lambda g, axes: fft.ifftshift(g, axes))
    defvjp(fft.ifftshift,   x=lambda g, axes: fft.fftshift(g, axes))
    declare(fft.fftshift, shape="first")
    declare(fft.ifftshift, shape="first")
    step_by_step(fft.hfft, fft.ihfft)

    def rfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, **out: Any) -> Any:
        lengths, axes = _lengths(np.shape(a), s, axes)
        a = fft.rfft(a, lengths[-1], axes[-1], norm, **out)
        for n, axis in reversed(list(zip(lengths[:-1], axes[:-1], strict=True))):
            a = fft.fft(a, n, axis, norm)
        return a

    def irfftn(a: Any, s: Any = None, axes: Any = None, norm: Any = None, **out: Any) -> Any:
        lengths, axes = _lengths(np.shape(a), s, axes)
        for n, axis in zip(lengths[:-1], axes[:-1], strict=True):
            a = fft.ifft(a, n, axis, norm)
        return fft.irfft(a, None if s is None else lengths[-1], axes[-1], norm, **out)

    defcomposition(fft.rfftn, rfftn)
    defcomposition(fft.irfftn, irfftn)
    defcomposition(fft.rfft2, lambda a, s=None, axes=(-2, -1), norm=None, **out: rfftn(a, s, axes, norm, **out))
    defcomposition(fft.irfft2, lambda a, s=None, axes=(-2, -1), norm=None, **out: irfftn(a, s, axes, norm, **out))


late_table("numpy.fft", numpy_fft)


def _axes(s: Any, axes: Any) -> Any:
    """The axes of a transform of several; given lengths alone, they are the last."""
    if s is None:
        return axes
    if axes is None:
        return tuple(range(-len(s), 0))
    if len(set(axes)) < len(axes):
        raise UnsupportedCallError(
            f"np.fft along an axis twice, axes={tuple(axes)}, and with lengths, s={tuple(s)}, has no derivative "
            f"rule; transform one axis after the other with np.fft.fft"
        )
    return axes


def _lengths(shape: tuple[int, ...], s: Any, axes: Any) -> tuple[list[Any], Any]:
    """The lengths of transforms along several axes, and the axes."""
    if axes is None:
        axes = tuple(range(-len(shape if s is None else s), 0))
    if s is not None and len(s) != len(axes):
        raise ValueError(f"np.fft: s={tuple(s)} and axes={tuple(axes)} have different lengths")
    given = [None] * len(axes) if s is None else s
    return [shape[a] if n is None or n == -1 else n for n, a in zip(given, axes, strict=True)], axes


def _fitted(c: Any, shape: tuple[int, ...], counts: Any, axes: Any) -> Any:
    """Where a transform reads so many entries along an axis: cut off what was filled up, fill up what was cut."""
    for n, axis in [] if counts is None else zip(counts, axes, strict=True):
        m = shape[axis]
        if n is None or n is m or n == -1:
            continue
        before = (slice(None),) * (axis % c.ndim)
        if np.greater(n, m):  # NumPy's, of which a trace takes note
            c = c[(*before, slice(m))]
        elif np.less(n, m):
            c = np.pad(c, [(0, m - n if a == len(before) else 0) for a in range(c.ndim)])
    return c


def _each_stands_for(g: Any, n: Any, axis: int) -> Any:
    """For each coefficient that `irfft` reads, how many of all it stands for."""
    n = n or g.shape[axis]
    k = np.arange(n // 2 + 1, like=g)
    return np.where((k == 0) | (2 * k == n), 1, 2).reshape(-1, *(1,) * (g.ndim - 1 - axis % g.ndim))
