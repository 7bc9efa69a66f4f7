"""Typed modern style, a residual net with layer norm: a frozen dataclass per block with __call__, x = x + f(x)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Config:
    width: int = 5
    depth: int = 3
    batch: int = 7
    eps: float = 1e-6
    residual_scale: float = 1 / 3


@dataclass(frozen=True)
class Block:
    scale: Array
    shift: Array
    weight: Array
    bias: Array
    config: Config = field(default_factory=Config)

    def norm(self, x: Array) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        return centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self.config.eps)

    def __call__(self, x: Array) -> Array:
        h = self.norm(x) * self.scale + self.shift
        h = h @ self.weight + self.bias
        return h / (1 + np.exp(-h))  # SiLU


@dataclass
class Network:
    blocks: list[Block]
    trace: list[Array] = field(default_factory=list)

    def __call__(self, x: Array) -> Array:
        for block in self.blocks:
            self.trace.append(x)
            x = x + block.config.residual_scale * block(x)
        return x


config = Config()
_rng = np.random.default_rng(77)
inputs: Array = _rng.normal(size=(config.batch, config.width))
targets: Array = np.sin(inputs[:, ::-1]) + inputs[:, :1]


def params() -> dict[str, Array]:
    rng = np.random.default_rng(78)
    d, w = config.depth, config.width
    return {
        "scale": rng.uniform(0.5, 1.5, (d, w)),
        "shift": rng.normal(0, 0.2, (d, w)),
        "weight": rng.normal(0, w**-0.5, (d, w, w)),
        "bias": rng.normal(0, 0.2, (d, w)),
    }


def loss(params: dict[str, Array]) -> tuple[float, dict[str, Array]]:
    blocks = [Block(*leaves, config) for leaves in zip(*params.values(), strict=True)]
    net = Network(blocks)
    outputs = net(inputs)
    log_cosh = np.log(np.cosh(outputs - targets))
    return log_cosh.mean(), {f"x{i}": x for i, x in enumerate(net.trace)}
