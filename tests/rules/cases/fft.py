"""Fourier transforms with lengths, axes and every norm; what has complex results is given real and complex numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.rules.cases.basic import Case, _draw


def cases() -> list[Case]:
    found: list[Case] = []

    def add(name: str, label: str, call: Callable[..., Any], *shapes: tuple[int, ...]) -> None:
        found.append(Case(f"np.fft.{name}", label, call, _draw(*shapes)))

    for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
        function = getattr(np.fft, name)
        is_real = name in ("rfft", "ihfft")  # NumPy drops imaginary parts with an error
        for norm in (None, "backward", "ortho", "forward"):
            for n in (None, 3, 4, 7, 8):
                add(name, f"{norm} n={n}", partial(function, n=n, norm=norm), (2, 5))
            add(name, f"{norm} axis", partial(function, axis=0, norm=norm), (4, 2))
            if not is_real:
                turned = partial(function, norm=norm)
                add(name, f"{norm} of complex", lambda a, f=turned: f(a * (1 - 2j) + 1j * a**2), (4,))
        add(name, "positional", lambda a, f=function: f(a, 4, 0, "ortho"), (3, 2))
        add(name, "one", partial(function, n=1), (3,))
    for name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"):
        function = getattr(np.fft, name)
        for norm in (None, "backward", "ortho", "forward"):
            add(name, f"{norm}", partial(function, norm=norm), (2, 3, 4))
            add(name, f"{norm} axes", partial(function, axes=(0, 2), norm=norm), (3, 2, 4))
            add(name, f"{norm} turned axes", partial(function, axes=(-1, 0), norm=norm), (3, 2, 4))
            for s in ((2, 3), (4, 6), (5, -1)):
                add(name, f"{norm} s={s}", partial(function, s=s, axes=(0, 1), norm=norm), (3, 4))
    add("fftn", "an axis twice", partial(np.fft.fftn, axes=(0, 0)), (3, 2))
    add("ifft2", "an axis twice", partial(np.fft.ifft2, axes=(1, 1)), (3, 2))
    for name in ("fftshift", "ifftshift"):
        function = getattr(np.fft, name)
        for axes in (None, 0, -1, (0, 1)):
            add(name, f"{axes}", partial(function, axes=axes), (3, 4))
    return found
