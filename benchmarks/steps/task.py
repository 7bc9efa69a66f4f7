"""What a step is measured on: a network, a batch, a precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Task:
    """A sigmoid network of the given layer sizes, trained with softmax cross-entropy on a batch of random examples."""

    sizes: tuple[int, ...]
    batch: int
    dtype: str
    lr: float = 0.1

    @property
    def name(self) -> str:
        precision = "" if self.dtype == "float64" else f", {self.dtype}"
        return f"{'-'.join(map(str, self.sizes))}, batch {self.batch}{precision}"

    @property
    def title(self) -> str:
        """The name in two lines, to stand above a column."""
        return self.name.replace(", ", "\n", 1)

    def data(self) -> tuple[Array, NDArray[np.intp]]:
        """The batch and its integer labels."""
        rng = np.random.default_rng(0)
        x = rng.normal(size=(self.batch, self.sizes[0])).astype(self.dtype)
        return x, rng.integers(self.sizes[-1], size=self.batch)

    def parameters(self) -> list[Array]:
        """New arrays ``[W1, b1, W2, b2, ...]``, each weight of shape (in, out)."""
        rng = np.random.default_rng(1)
        parameters: list[Array] = []
        for n_in, n_out in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            parameters.append((rng.normal(size=(n_in, n_out)) / np.sqrt(n_in)).astype(self.dtype))
            parameters.append(np.zeros(n_out, self.dtype))
        return parameters

    def parameters_out_in(self) -> list[Array]:
        """The same with each weight of shape (out, in), as `linear` takes it."""
        return [np.ascontiguousarray(p.T) for p in self.parameters()]


@dataclass(frozen=True)
class Step:
    """One training step: `run` does it and returns the loss; `parameters` gives what it has made of them."""

    run: Callable[[], Any]
    parameters: Callable[[], list[Array]]
