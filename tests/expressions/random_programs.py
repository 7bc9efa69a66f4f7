# ruff: noqa: E501  (a table of program texts)
"""Random programs as people write them, and the measure: what `to_source` emits equals autodiff, at other inputs too.

``python -m tests.expressions.random_programs --count 5000`` takes the whole measure; ``--seed 17`` shows one program.

A seed gives the text of a plain NumPy function of 3 to 12 statements that ends in a number. Each statement is tried out
while the program grows, at four sets of inputs (the traced ones, two others, one of another batch size), and taken only
if its values are tame at all of them; so whatever goes wrong afterwards is not the program's fault.
"""

from __future__ import annotations

import argparse
import collections
import linecache
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.derivation import Derivation, derive
from autograd_lite.errors import (
    DerivationError,
    InPlaceError,
    MissingRuleError,
    NoGraphError,
    UnsupportedCallError,
)
from autograd_lite.expressions import Program, idioms
from autograd_lite.expressions.outlines import runs_rounded_otherwise
from autograd_lite.source import to_source
from autograd_lite.tracing import trace
from autograd_lite.trees import leaves_of, rebuild

HELPERS_OF_LINES = (
    idioms.sigmoid, idioms.relu, idioms.softplus, idioms.softmax, idioms.logsumexp, idioms.log_softmax
)  # fmt: skip
#: What the emitted program's docstring says where it claims to be right for other batch sizes.
CLAIM = "other lengths of axes (a batch) than 1, work as well"

# -- programs ----------------------------------------------------------------------------------------------------------

HELPERS = {
    "sigmoid": ["def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n",
                "def sigmoid(z):\n    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))\n"],
    "relu": ["def relu(z):\n    return np.maximum(0, z)\n", "def relu(z):\n    return z * (z > 0)\n",
             "def relu(z):\n    out = z.copy()\n    out[out < 0] = 0\n    return out\n"],
    "softmax": ["def softmax(z):\n    e = np.exp(z - np.max(z, axis=-1, keepdims=True))\n"
                "    return e / e.sum(axis=-1, keepdims=True)\n",
                "def softmax(z):\n    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)\n"],
    "center": ["def center(a):\n    return a - a.mean(axis=0)\n",
               "def center(a, axis=0):\n    m = np.mean(a, axis=axis, keepdims=True)\n    return a - m\n"],
    "leaky": ["def leaky(a, slope=0.1):\n    return np.where(a > 0, a, slope * a)\n"],
    "norm": ["def norm(a):\n    return np.sqrt(np.sum(a**2))\n"],
    "rowsum": ["def rowsum(a):\n    total = 0\n    for j in range(a.shape[-1]):\n        total = total + a[..., j]\n"
               "    return total\n"],
}  # fmt: skip

UNARY = [
    "np.tanh({})", "np.exp({})", "np.exp(-{})", "np.sin({})", "np.cos({})", "np.log(1 + {}**2)", "np.log1p({}**2)",
    "np.sqrt({}**2 + 1)", "np.abs({})", "np.square({})", "np.sinh({})", "np.cosh({})", "np.arctan({})", "np.cbrt({})",
    "np.expm1({})", "np.exp2({})", "np.arcsinh({})", "np.log(np.abs({}) + 0.5)", "np.log2({}**2 + 1)", "abs({})",
    "np.log10(2 + np.cos({}))", "1 / (1 + np.exp(-{}))", "0.5 * (1 + np.tanh({} / 2))", "np.log(1 + np.exp({}))",
    "np.logaddexp(0, {})", "-{}", "2 * {}", "{} / 3", "0.1 * {}", "{} ** 2", "{} ** 3", "{}**0.5", "{} ** -1", "1 / {}",
    "{} ** 1.5", "np.log({})", "np.sqrt({})", "np.maximum({}, 0)", "np.maximum(0, {})", "np.minimum({}, 1)",
    "np.clip({}, -1, 1)", "np.clip({}, 0, None)", "{}.clip(-0.5, 0.5)", "{} * ({} > 0)", "({} > 0) * {}",
    "np.where({} > 0, {}, 0)", "np.where({} > 0, {}, 0.1 * {})", "np.where(np.abs({}) < 1, 0.5 * {}**2, np.abs({}) - 0.5)",
    "{} * (np.abs({}) > 0.3)", "{} * (({} > -1) & ({} < 1))", "1 - {}", "{} + 1", "{} - 0.5", "np.tan(0.3 * {})",
    "np.arctan2({}, 2)", "np.hypot({}, 1.0)", "{} * (1 - {})", "{} * {}", "np.power({}, 2)", "np.sign({}) * {}", "+{}",
    "np.arcsin(np.tanh({}))", "np.arctanh(0.5 * np.tanh({}))", "np.reciprocal({})", "np.negative({})", "np.fabs({})",
    "2.0 ** {}", "np.exp(-0.5 * {}**2)", "np.float_power(np.abs({}) + 0.1, 1.3)", "np.nan_to_num({})", "np.degrees({}) / 90",
    "np.where({} < 0, np.exp({}) - 1, {})", "np.maximum({}, 0.01 * {})", "np.round({}, 1) * {}", "np.floor({}) + {}",
    "np.heaviside({}, 0.5) * {}", "np.minimum(np.maximum({}, -1), 1)", "{}.copy()", "{} % 1.0", "np.zeros_like({}) + {}",
    "np.ones_like({}) * {}", "(np.exp({}) - np.exp(-{})) / (np.exp({}) + np.exp(-{}))",
]  # fmt: skip
BINARY = [
    "{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / {1}", "{0} * {1} + {0}", "np.maximum({0}, {1})", "np.minimum({0}, {1})",
    "np.where({0} > {1}, {0}, {1})", "np.where({0} > 0, {1}, -{1})", "{0} * ({1} > 0)", "{0} - 0.1 * {1}",
    "np.hypot({0}, {1})", "np.arctan2({0}, {1})", "np.logaddexp({0}, {1})", "({0} - {1}) ** 2", "np.abs({0}) ** {1}",
    "{0} / (1 + {1}**2)", "np.exp({0} - {1})", "({0} + {1}) / 2", "-{0} * {1}", "{0} - {1} * {0}", "np.add({0}, {1})",
    "{0} * np.sin({1})", "np.tanh({0} * {1})", "({0} > {1}) * {0}", "{0} / (np.abs({1}) + 1)", "-({0} - {1})",
    "np.fmax({0}, {1})", "np.where(({0} > 0) & ({1} > 0), {0} * {1}, 0)", "np.where(~({0} < {1}), {0}, 0.5)",
    "np.clip({0}, {1}, 2.0)", "np.subtract({0}, {1})", "{0} * {1} / 4", "{0} / 2 + {1} / 2", "{0} * {0} * {1}",
    "np.minimum({0}, {1}) + np.maximum({0}, {1})", "{0} * {1}**2", "{0} - {0} * {1}", "np.copysign({0}, {1})",
]  # fmt: skip
REDUCTIONS = ["sum", "sum", "sum", "mean", "mean", "max", "min", "var", "std", "prod"]
PRODUCTS = [
    "{0} @ {1}", "{0} @ {1}", "np.dot({0}, {1})", "{0}.dot({1})", "{0} @ {1}.T", "{0}.T @ {1}", "np.matmul({0}, {1})",
    "np.outer({0}, {1})", "np.inner({0}, {1})", "np.tensordot({0}, {1}, axes=1)", "{0}[:, None] * {1}",
    "{0}[:, None] * {1}[None, :]", "{0}[:, None] - {1}[None, :]", "{0}[:, None, :] - {1}[None, :, :]",
    "np.einsum('ij,jk->ik', {0}, {1})", "np.einsum('ij,ij->i', {0}, {1})", "np.einsum('ij,ij->', {0}, {1})",
    "np.einsum('ij,j->i', {0}, {1})", "np.einsum('i,j->ij', {0}, {1})", "np.einsum('ij,kj->ik', {0}, {1})",
    "np.einsum('tij,jk->tik', {0}, {1})", "np.einsum('...j,j->...', {0}, {1})", "np.vdot({0}, {1})", "{0} @ {0}.T",
    "{0}.T @ {0}", "np.einsum('bi,bj->bij', {0}, {1})", "{0} @ {1} @ {1}.T", "{0} * {1}[..., None]", "{0} + {1}[None]",
]  # fmt: skip
SHAPES = [
    "{}.T", "{}.reshape(-1)", "{}.ravel()", "{}.flatten()", "{}[:, None]", "{}[None, :]", "{}[None]", "np.expand_dims({}, 1)",
    "{}.reshape(x.shape[0], -1)", "{}.reshape({}.shape[0], -1)", "{}.reshape(-1, 1)", "{}.reshape(1, -1)", "np.transpose({})",
    "{}.swapaxes(0, 1)", "np.moveaxis({}, 0, -1)", "np.squeeze({})", "{}.transpose(1, 0, 2)", "np.transpose({}, (2, 0, 1))",
    "{}.reshape(-1, {}.shape[-1])", "{}[:, np.newaxis, :]", "np.flip({}, axis=0)", "np.roll({}, 1, axis=0)", "{}.reshape({}.shape)",
    "np.reshape({}, (-1, 2))", "{}.reshape({}.shape[0], 2, -1)", "np.broadcast_to({}, (3,) + {}.shape)", "np.atleast_2d({})",
    "np.repeat({}, 2, axis=0)", "np.tile({}, (2, 1))", "{}.repeat(2)", "{}[..., None]", "np.diag({})", "np.diagonal({})",
    "np.tril({})", "np.triu({}, 1)", "np.trace({})", "np.diff({}, axis=0)", "np.cumsum({}, axis=0)", "np.cumsum({}, axis=-1)",
    "{}.cumsum()", "np.cumprod({}, axis=0)", "np.sort({}, axis=0)", "np.sort({})", "np.pad({}, 1)",
]  # fmt: skip
INDICES = [
    "{}[0]", "{}[-1]", "{}[:, 0]", "{}[:, -1]", "{}[1:]", "{}[:-1]", "{}[::-1]", "{}[::2]", "{}[:, 1:]", "{}[:, :-1]", "{}[..., 0]",
    "{}[[0, 1]]", "{}[[0, 0, 1]]", "{}[:, [0, 1]]", "{}[:, ::-1]", "{}[np.arange(len({})), 0]", "{}[np.arange({}.shape[0]), y]",
    "{}[y]", "{}[:, y]", "{}[range(len(y)), y]", "{}[{} > 0]", "{}[{} < 0.3]", "{}[np.abs({}) > 0.2]", "{}[{}[:, 0] > 0]",
    "{}[y == 0]", "{}[y > 0]", "{}[1:] - {}[:-1]", "{}[:, 1:] * {}[:, :-1]", "{}[np.argmax({}, axis=0)]", "{}[np.argsort({})]",
    "{}[np.arange(len({})), np.argmax({}, axis=1)]", "np.take({}, [0, 1], axis=0)", "{}[:2]", "{}[0, 0]", "{}[0] * {}[-1]",
    "{}[-1:]", "{}[1:, 1:]", "{}[:-1, :-1] + {}[1:, 1:]", "{}[:len({}) // 2]", "{}[None, ..., 0]", "{}[np.nonzero({} > 0)]",
    "{}[:, :, 0]", "{}[0, :, None]", "{}[:, None][:, 0]", "{}[:x.shape[0]]", "{}[np.newaxis]", "np.argmax({}, axis=-1) * {}[..., 0]",
    "{}[np.ix_([0, 1], [1, 0])]", "{}[np.array([True, False])]", "{}[np.array([1, 0])]", "{}[:, y == 1]", "{}[[0], :]",
]  # fmt: skip
JOINS = [
    "np.concatenate([{0}, {1}])", "np.concatenate(({0}, {1}), axis=1)", "np.stack([{0}, {1}])", "np.stack([{0}, {1}], axis=1)",
    "np.hstack([{0}, {1}])", "np.vstack([{0}, {1}])", "np.column_stack([{0}, {1}])", "np.concatenate([{0}, {1}], axis=-1)",
    "np.concatenate([{0}, {0}[:1]])", "np.stack([{0}, {0}], axis=-1)", "np.concatenate([{0}, np.ones((x.shape[0], 1))], axis=1)",
    "np.array([{0}.sum(), {1}.mean()])", "np.concatenate([[0.0], {0}])", "np.append({0}, 1.0)", "sum([{0}, {1}])",
]  # fmt: skip
SOFTMAXES = [
    "np.exp({}) / np.sum(np.exp({}), axis={a}, keepdims=True)", "np.exp({}) / np.exp({}).sum()",
    "np.exp({} - np.max({}, axis={a}, keepdims=True)) / np.exp({} - np.max({}, axis={a}, keepdims=True)).sum(axis={a}, "
    "keepdims=True)", "np.exp({}) / np.exp({}).sum(axis=1)[:, None]", "np.exp({}) / np.exp({}).sum(axis=1).reshape(-1, 1)",
    "np.log(np.sum(np.exp({}), axis={a}))", "np.log(np.exp({}).sum(axis={a}, keepdims=True))", "np.log(np.sum(np.exp({})))",
    "np.max({}, axis={a}) + np.log(np.sum(np.exp({} - np.max({}, axis={a}, keepdims=True)), axis={a}))",
    "{} - np.log(np.sum(np.exp({}), axis={a}, keepdims=True))", "np.log(np.exp({}) / np.exp({}).sum(axis={a}, keepdims=True))",
    "np.log(1 / (1 + np.exp(-{})))", "np.log(1 - 1 / (1 + np.exp(-{})))", "({} - {}.mean(axis={a}, keepdims=True)) / "
    "({}.std(axis={a}, keepdims=True) + 1e-3)", "({} - np.mean({}, axis=0)) / np.sqrt(np.var({}, axis=0) + 1e-5)",
    "{} / np.linalg.norm({})", "{} / np.sqrt(np.sum({}**2, axis={a}, keepdims=True))",
]  # fmt: skip
NAMES = [
    *"azhsuvcdgqrme", "z1", "a1", "h1", "z2", "a2", "hidden", "out", "scores", "p", "probs", "logits", "diff", "e", "T", "S1", "t1", "tmp", "acc",
    "weights", "mu", "sigma", "mask", "dx", "dw", "Z1", "A1", "Z2", "A2", "L", "T1", "M", "E1", "loss", "part1", "y_hat", "value",
]  # fmt: skip


@dataclass
class RandomProgram:
    """The text of a function ``f``, and its inputs.

    Attributes
    ----------
    source
        The file: helper functions and arrays, then ``def f``.
    inputs
        Arguments: those to trace, two others of the same shapes, and one of another batch size.
    batch
        For each argument (or entry of a dict) the batch axis, if it has one.
    with_one
        Whether the batch is of one somewhere: then it may be broadcast, and nothing is claimed.
    """

    seed: int
    source: str
    inputs: list[tuple[Any, ...]]
    batch: dict[str, int]
    with_one: bool
    file: str = ""
    values: list[float] = field(default_factory=list)
    function: Any = None

    def load(self) -> Any:
        """Compile the file under its own name, and return its function ``f``."""
        if self.function is None:
            self.file = f"<random program {self.seed}>"
            linecache.cache[self.file] = (len(self.source), None, self.source.splitlines(keepends=True), self.file)
            module: dict[str, Any] = {"__name__": f"random_program_{self.seed}"}
            exec(compile(self.source, self.file, "exec"), module)
            self.function = module["f"]
        return self.function


class _Grower:
    """Grows a program statement by statement, each tried out at all inputs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.arrays = np.random.default_rng(seed)
        self.head: list[str] = []
        self.lines: list[str] = []
        self.spaces: list[dict[str, Any]] = []
        self.names: list[str] = []  # floating-point variables
        self.unused: list[str] = []
        self.last = ""
        self.shared: set[str] = set()  # variables that may be views of others

    # -- the pieces of a program -----------------------------------------------------------------------------------

    def grow(self) -> RandomProgram:
        rng = self.rng
        inputs = self._inputs()
        for lines in self._preamble():
            self._try(lines)
        wanted, tries = rng.randint(2, 11), 0
        while wanted > 0 and tries < 400:
            tries += 1
            wanted -= self._statement()
        last = self._ending()
        body = "".join(f"    {line}\n" for text in [*self.lines, f"return {last}"] for line in text.split("\n"))
        source = "import numpy as np\n\n" + "".join(f"{text}\n" for text in self.head)
        source += f"\ndef f({', '.join(self.parameters)}):\n{body}"
        return RandomProgram(self.seed, source, inputs, self.batch, self.with_one)

    def _inputs(self) -> list[tuple[Any, ...]]:
        rng, draw = self.rng, self.arrays
        k, m = rng.choice([1, 2, 2, 3, 3, 4, 5]), rng.choice([1, 2, 3, 3, 4])
        n = rng.choice([2, 3, 3, 4, 5, 6, k, m])
        other = rng.choice([i for i in (1, 2, 2, 3, 3, 5, 5, 7) if i != n])
        self.with_one = 1 in (n, other)
        t = rng.choice([2, 3])
        choices = {
            "x": [("n", k)] * 6 + [("n",), ("n", t, k), (t, "n", k), (k, "n")],
            "w": [(k, m)] * 5 + [(k,), (m, k), (k, k)],
            "b": [(m,), (m,), (1, m), (1,), (), (k,), ("n", 1), (m, 1)],
            "target": [("n",), ("n", m), ("n", 1), ("n", k)],
            "scale": [(), (), (k,)],
        }  # fmt: skip
        shapes = {name: rng.choice(some) for name, some in choices.items()}
        kept = [name for name in shapes if name in "xw" or rng.random() < 0.6]
        self.parameters = list(kept)
        in_dict = [name for name in kept if name in "wb"] if rng.random() < 0.25 else []
        keys = {"w": rng.choice(["W1", "w"]), "b": rng.choice(["b1", "b"])}
        if in_dict:
            self.parameters = [name for name in kept if name not in in_dict]
            self.parameters.insert(rng.randint(0, len(self.parameters)), "p")
        has_labels = rng.random() < 0.4
        if has_labels:
            self.parameters.append("y")
        has_number = rng.random() < 0.12
        if has_number:
            self.parameters.append("lam")
        self.batch = {name: shapes[name].index("n") for name in kept if "n" in shapes[name]}

        def array(name: str, length: int) -> Any:
            shape = tuple(length if d == "n" else d for d in shapes[name])
            return draw.normal(size=shape) if shape else np.float64(draw.normal())

        inputs = []
        for length in (n, n, n, other):
            values: dict[str, Any] = {name: array(name, length) for name in kept}
            if in_dict:
                values["p"] = {keys[name]: values[name] for name in in_dict}
            values["y"] = draw.integers(0, min(k, m), size=length)
            values["lam"] = 0.1
            arguments = tuple(values[name] for name in self.parameters)
            inputs.append(arguments)
            space = {"np": np, **{name: _copied(values[name]) for name in self.parameters}}
            self.spaces.append(space)
        self.names = [name for name in self.parameters if name not in ("p", "y", "lam")]
        self.names += [f'p["{keys[name]}"]' for name in in_dict] * bool(in_dict)
        self.protected = set(self.names)
        self.unused = list(self.names)
        self.has_number, self.has_labels = has_number, has_labels
        return inputs

    def _preamble(self) -> Iterator[str]:
        rng = self.rng
        for name, texts in HELPERS.items():
            if rng.random() < 0.25:
                text = rng.choice(texts)
                for space in self.spaces:
                    exec(text, space)
                self.head.append(text)
                self.helpers = [*getattr(self, "helpers", []), name]
        if rng.random() < 0.15:
            value = np.round(self.arrays.normal(size=rng.choice([2, 3, 4])), 2)
            text = f"C = np.array({value.tolist()})\n"
            for space in self.spaces:
                exec(text, space)
            self.head.append(text)
            self.names.append("C")
            self.protected.add("C")
        x = self.spaces[0]["x"]
        if rng.random() < 0.5:
            yield rng.choice(["n = x.shape[0]", "n = len(x)", "n = x.size", "N = x.shape[0]"])
        elif x.ndim == 2 and rng.random() < 0.3:
            yield rng.choice(["n, k = x.shape", "n, _ = x.shape", "rows, cols = x.shape"])
        for name in list(self.names):
            if "[" in name and rng.random() < 0.7:
                inner = name[3:-2]
                if self._try(f"{inner} = {name}"):
                    self.names.remove(name)
                    self.names.append(inner)
                    self.protected.add(inner)
                    self.unused[self.unused.index(name)] = inner

    def _statement(self) -> int:
        """Add a statement; return how many it counts for, 0 if what was tried does not run."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.68:
            return self._assign(self._expression(rng.choice([1, 1, 2, 2, 3])))
        if kind < 0.78:
            return self._loop()
        if kind < 0.84:
            return self._filling()
        if kind < 0.90:
            return self._update()
        if kind < 0.95:
            return self._branch()
        return self._appending()

    def _assign(self, text: str) -> int:
        free = [n for n in NAMES if n not in self.parameters]
        own = [n for n in self.names if n not in self.protected]
        name = self.rng.choice(own) if own and self.rng.random() < 0.25 else self.rng.choice(free)
        if self.rng.random() < 0.06:
            name = self.rng.choice([n for n in self.names if "[" not in n and n != "C"])
        if not self._try(f"{name} = {text}", name):
            return 0
        self._take(name, text)
        return 1

    def _take(self, name: str, text: str) -> None:
        self.unused = [n for n in self.unused if not _reads(text, n) or n == name]
        if name not in self.names:
            self.names.append(name)
        if name not in self.unused:
            self.unused.append(name)
        self.last = name

    def _loop(self) -> int:
        rng = self.rng
        name = rng.choice(["h", "s", "acc", "state", "v"])
        start = rng.choice([self._atom(), self._atom(), "0.0", f"np.zeros_like({self._atom()})", "0"])
        count = rng.choice(["2", "3", f"{self._atom()}.shape[-1]", "x.shape[1]", "len(x)", "x.shape[0]"])
        i = rng.choice(["i", "t", "j"])
        part = rng.choice(
            [f"x[:, {i}]", f"x[{i}]", f"{self._atom()}[..., {i}]", f"{self._atom()}[{i}]", self._atom(), i]
        )
        step = rng.choice(
            ["{h} = np.tanh({h} + {p})", "{h} = {h} + {p}", "{h} += {p}", "{h} = {h} * {p} + {q}", "{h} = 0.5 * {h} + {p} ** 2",
             "{h} = np.maximum({h}, {p})", "{h} = {h} + {p} * {q}", "{h} -= 0.1 * {p}", "{h} = np.tanh({h} @ {q} + {p})",
             "{h} = {h} - 0.1 * ({h} - {p})", "{h} = {h} + np.sum({p} ** 2)", "{h} = {h} * ({h} > 0) + {p}", "{h} *= 0.9"]
        )  # fmt: skip
        step = step.format(h=name, p=part, q=self._atom())
        text = f"{name} = {start}\nfor {i} in range({count}):\n    {step}"
        if rng.random() < 0.2:
            text = f"{name} = {start}\nfor row in {self._atom()}:\n    {step.replace(part, 'row')}"
        if start in self.names and "=" in step.split()[1] and step.split()[1] != "=":
            text = text.replace(f"{name} = {start}", f"{name} = 1 * {start}", 1)
        if not self._try(text, name):
            return 0
        self._take(name, text)
        return 2

    def _filling(self) -> int:
        rng = self.rng
        name = rng.choice(["out", "result", "buf"])
        zeros = rng.choice(["np.zeros((x.shape[0], 2))", "np.zeros((len(x), x.shape[1]))", "np.zeros_like(x)", "np.zeros(3)",
                            "np.zeros(len(x))", f"np.zeros_like({self._atom()})", "np.empty(x.shape)", "np.ones(x.shape)",
                            f"np.zeros({self._atom()}.shape)", "np.zeros(x.shape[::-1])", "np.zeros((2, len(x)))"])  # fmt: skip
        i = rng.choice(["i", "j"])
        count = rng.choice([f"{name}.shape[-1]", f"{name}.shape[0]", "len(x)", "2", f"len({name})"])
        left = rng.choice([f"{name}[:, {i}]", f"{name}[{i}]", f"{name}[..., {i}]", f"{name}[{i}, :]"])
        right = rng.choice([f"{self._atom()}[:, {i}]", f"{self._atom()}[{i}]", self._expression(1), f"{i} * {self._atom()}",
                            f"np.sum({self._atom()}[{i}])", f"np.tanh({self._atom()}[..., {i}])",
                            f"{self._atom()}[:, {i}] @ {self._atom()}"])  # fmt: skip
        text = f"{name} = {zeros}\nfor {i} in range({count}):\n    {left} {rng.choice(['=', '=', '+='])} {right}"
        if "empty" in zeros:
            text = text.replace("+=", "=")
        if rng.random() < 0.3:
            whole = rng.choice(["[:]", "[...]", "[:, 0]", "[0]", "[1:]", "[x > 0]", "[:-1]", "[::2]"])
            text = f"{name} = {zeros}\n{name}{whole} = {self._expression(1)}".replace("np.empty(", "np.zeros(")
        if not self._try(text, name):
            return 0
        self._take(name, text)
        return 2

    def _update(self) -> int:
        """In-place arithmetic, on what is nobody else's."""
        rng = self.rng
        own = []
        for name in self.names:
            values = [space.get(name) for space in self.spaces]
            is_array = all(isinstance(v, (float, np.float64, np.ndarray)) for v in values)
            if is_array and name not in self.protected and name not in self.shared and "[" not in name:
                own.append(name)
        if not own:
            return 0
        name = rng.choice(own)
        op = rng.choice(["+=", "+=", "-=", "*=", "/="])
        where = rng.choice(["", "", "", "[0]", "[:, 0]", "[1:]", f"[{name} > 0]", f"[{name} < 0]", "[...]"])
        right = rng.choice([self._expression(1), self._atom(), "0.5", "2"])
        text = f"{name}{where} {op if rng.random() < 0.8 or not where else '='} {right}"
        if not self._try(text, name):
            return 0
        self._take(name, text)
        return 1

    def _branch(self) -> int:
        rng = self.rng
        name = rng.choice(NAMES)
        v = self._atom()
        condition = rng.choice([f"np.mean({v}) > 0", f"{v}.sum() < 0.5", "len(x) > 1", "x.shape[0] > 3", "x.ndim == 2",
                                f"np.any({v} > 1)", f"np.all({v} < 3)", f"{v}.max() > 0.5", "x.shape[0] == 4", "len(x) % 2 == 0",
                                f"{v}.shape == x.shape", f"not {v}.size", f"np.linalg.norm({v}) > 1"])  # fmt: skip
        one, two = self._expression(1), self._expression(1)
        text = f"if {condition}:\n    {name} = {one}\nelse:\n    {name} = {two}"
        if rng.random() < 0.3:
            text = f"{name} = {one} if {condition} else {two}"
        if not self._try(text, name):
            return 0
        self._take(name, text)
        return 2

    def _appending(self) -> int:
        rng = self.rng
        name, h = rng.choice(["hs", "rows", "steps"]), rng.choice(["h", "state", "c"])
        start, step = self._atom(), rng.choice([f"np.tanh({h} + {self._atom()})", f"{h} * {self._atom()}", f"{h} + x[i]",
                                                f"{h} + x[:, i]", f"0.5 * {h}"])  # fmt: skip
        count = rng.choice(["2", "3", "x.shape[1]", "len(x)"])
        join = rng.choice(["np.stack({})", "np.stack({}, axis=1)", "np.array({})", "sum({})", "np.concatenate({})", "{}[-1]",
                           "np.mean({}, axis=0)", "np.asarray({})"])  # fmt: skip
        made = rng.choice(NAMES)
        text = f"{name} = []\n{h} = {start}\nfor i in range({count}):\n    {h} = {step}\n    {name}.append({h})\n"
        text += f"{made} = {join.format(name)}"
        if rng.random() < 0.3:
            text = f"{made} = {join.format(f'[{step.replace(h, start)} for i in range({count})]')}"
        if not self._try(text, made):
            return 0
        self._take(made, text)
        return 3

    # -- expressions -----------------------------------------------------------------------------------------------

    def _atom(self) -> str:
        rng = self.rng
        if self.last and rng.random() < 0.35:
            return self.last
        if self.unused and rng.random() < 0.5:
            return rng.choice(self.unused)
        return rng.choice(self.names)

    def _expression(self, depth: int) -> str:
        rng = self.rng
        if depth <= 0:
            return self._leaf()
        kind = rng.random()
        inner = self._expression(depth - 1)
        if kind < 0.26:
            return _filled(rng.choice(UNARY), inner)
        if kind < 0.50:
            return rng.choice(BINARY).format(_closed(inner), _closed(self._expression(rng.choice([0, depth - 1]))))
        if kind < 0.66:
            return self._reduction(inner)
        if kind < 0.77:
            return rng.choice(PRODUCTS).format(_closed(inner), _closed(self._expression(0)))
        if kind < 0.83:
            return _filled(rng.choice(SHAPES), inner)
        if kind < 0.90:
            return _filled(rng.choice(INDICES), inner)
        if kind < 0.93:
            return rng.choice(JOINS).format(_closed(inner), _closed(self._expression(0)))
        if kind < 0.97 or not getattr(self, "helpers", []):
            return _filled(rng.choice(SOFTMAXES), inner, a=rng.choice(["-1", "0", "1", "-1"]))
        return f"{rng.choice(self.helpers)}({inner})"

    def _leaf(self) -> str:
        rng = self.rng
        kind = rng.random()
        if kind < 0.86:
            return self._atom()
        if kind < 0.92:
            return rng.choice(
                ["2", "0.5", "1.0", "-1", "3", "lam"] if self.has_number else ["2", "0.5", "1.0", "-1", "3"]
            )
        sizes = [name for name in ("n", "k", "N", "rows", "cols") if name in self.spaces[0]]
        return rng.choice([*sizes * 3, "x.shape[0]", "len(x)", "x.size", "x.shape[-1]", f"{self._atom()}.size"])

    def _reduction(self, inner: str) -> str:
        rng = self.rng
        name = rng.choice(REDUCTIONS)
        axis = rng.choice(["", "", "0", "1", "-1", "axis=0", "axis=1", "axis=-1", "axis=(0, 1)", "axis=-2", "axis=(-1,)", "axis=None",
                           "axis=(0, 2)", "axis=(-2, -1)"])  # fmt: skip
        rest = [axis] * bool(axis) + ["keepdims=True"] * (rng.random() < 0.35)
        if name in ("var", "std") and rng.random() < 0.2:
            rest.append("ddof=1")
        if rng.random() < 0.5:
            return f"np.{name}({', '.join([inner, *rest])})"
        return f"{_closed(inner)}.{name}({', '.join(rest)})"

    def _ending(self) -> str:
        rng = self.rng
        unused = [name for name in self.unused if name not in self.protected or rng.random() < 0.5]
        chosen = [name for name in unused if rng.random() < 0.85] or [self.last or "x"]
        if self.last and self.last not in chosen:
            chosen.append(self.last)
        forms = ["np.sum({})", "np.mean({})", "({}).sum()", "np.sum({} ** 2)", "0.5 * np.sum({} ** 2)", "np.mean({} ** 2)",
                 "np.sum({} ** 2) / len(x)", "np.sum({}) / x.shape[0]", "-np.sum(np.cos({}))", "np.mean(np.tanh({}))", "np.max({})",
                 "np.sum({} * {})", "np.mean(({} - 1) ** 2)", "np.sqrt(np.mean({} ** 2) + 1)", "-np.mean({})"]  # fmt: skip
        if rng.random() < 0.3:
            chosen = chosen[-1:]
        while True:
            text = " + ".join(_filled(rng.choice(forms), name, bare=True) for name in chosen)
            if rng.random() < 0.2:
                text = f"({text}) / {rng.choice(['2', 'len(x)', 'x.size', 'x.shape[0]'])}"
            if rng.random() < 0.3:
                if self._try(f"loss = {text}", "loss", scalar=True):
                    return "loss"
            elif self._try(f"return_value = {text}", "return_value", scalar=True):
                self.lines.pop()
                return text
            chosen = chosen[1:] or ["x"]

    # -- trying out ------------------------------------------------------------------------------------------------

    def _try(self, text: str, name: str | None = None, scalar: bool = False) -> bool:
        """Run a piece of program at all inputs; keep it if that goes well and the value is tame."""
        if text.count("\n") == 0 and len(text) > 100:
            return False
        tried = [
            {
                key: (v.copy() if isinstance(v, np.ndarray) else _copied(v))
                for key, v in space.items()
                if key != "__builtins__"
            }
            for space in self.spaces
        ]  # copies, because a piece may write in place; views among the variables are not kept by this
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                code = compile(text.replace("np.empty(x.shape)", "np.full(x.shape, np.nan)"), "<piece>", "exec")
                for space in tried:
                    exec(code, space)
        except Exception:
            return False
        if name is not None:
            values = [space[name] for space in tried]
            if not all(_is_tame(value) for value in values):
                return False
            if scalar and not all(np.shape(value) == () and abs(value) < 1e3 for value in values):
                return False
        if name is not None:
            is_shared = False
            for space in tried:  # on another way through the program it may be a view of what this way leaves alone
                value = space[name]
                others = [v for key, v in space.items() if key != name and isinstance(v, np.ndarray)]
                is_shared |= isinstance(value, np.ndarray) and (
                    value.base is not None or any(np.shares_memory(value, other) for other in others)
                )
            (self.shared.add if is_shared else self.shared.discard)(name)
        for space, new in zip(self.spaces, tried, strict=True):
            space.update({k: v for k, v in new.items() if k not in space or k == name or name is None or k in text})
        self.lines.append(text)
        return True


def _is_tame(value: Any) -> bool:
    if isinstance(value, (int, float)):
        return bool(np.isfinite(value)) and abs(value) < 100
    return (
        isinstance(value, (np.ndarray, np.generic))
        and value.dtype == np.float64
        and 0 < value.size <= 600
        and value.ndim <= 4
        and bool(np.all(np.isfinite(value)))
        and float(np.max(np.abs(value))) < 100
    )


def _copied(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _copied(value) for key, value in tree.items()}
    return tree.copy() if isinstance(tree, np.ndarray) else tree


def _closed(text: str) -> str:
    """The text in parentheses, unless it is a name, a number, an entry or a call."""
    return text if re.fullmatch(r"[\w.]+(\([^()]*\)|\[[^\[\]]*\])?", text) else f"({text})"


def _filled(template: str, inner: str, bare: bool = False, **more: str) -> str:
    alone = template.count("{}") == 1 and re.search(r"[(]\{\}[,)]", template)
    return template.replace("{a}", more.get("a", "0")).replace("{}", inner if alone else _closed(inner))


def _reads(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", text) is not None


def random_program(seed: int) -> RandomProgram:
    """Return the program of a seed."""
    return _Grower(seed).grow()


# -- the measure -------------------------------------------------------------------------------------------------------


@dataclass
class Outcome:
    """What came of one program.

    Attributes
    ----------
    failures
        What was wrong; none if all is well.
    refused
        The documented error with which `to_source` refused, as a reason, or nothing.
    """

    failures: list[str] = field(default_factory=list)
    refused: str = ""
    emitted: str = ""
    claims_batch: bool = False
    asserted: int = 0
    asserted_at_other_batch: bool = False
    broadcast_anew: bool = False
    is_constant: bool = False
    is_singular: bool = False
    compared: int = 0


def way_of(program: RandomProgram, args: tuple[Any, ...]) -> list[Any]:
    """Return the way a run takes through a program, instruction by instruction where it is decided."""
    way: list[Any] = []

    def watch(frame: Any, event: str, arg: Any) -> Any:
        if frame.f_code.co_filename != program.file:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            way.append((frame.f_code.co_name, frame.f_lasti))
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        program.load()(*_copied_all(args))
    finally:
        sys.settrace(before)
    return way


def _copied_all(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(_copied(arg) for arg in args)


def decisions(program: RandomProgram, args: tuple[Any, ...]) -> list[Any]:
    """What the run decided by values, whether or not it went another way for it."""
    return [(note.how, np.asarray(note.value).tolist()) for note in trace(program.load(), *_copied_all(args)).notes]


def guards_of_rules(program: RandomProgram, args: tuple[Any, ...]) -> list[Any]:
    """What the derivatives' rules decided by values, such as that no factor of a product is 0."""
    return [
        (note.how, np.asarray(note.value).tolist()) for note in Program(trace(program.load(), *args)).notes_of_rules
    ]


def differentiable(args: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(
        i for i, arg in enumerate(args)
        if any(_is_float(leaf) for _, leaf in leaves_of(arg))
    )  # fmt: skip


def _is_float(leaf: Any) -> bool:
    return isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind == "f"


def autodiff(program: RandomProgram, args: tuple[Any, ...]) -> tuple[float, list[Any]]:
    """The value and the gradients as the engine has them."""
    args = _copied_all(args)
    value, gradients = ag.value_and_grad(ag.lift(program.load()), argnums=differentiable(args))(*args)
    return float(value), [leaf for _, leaf in leaves_of(gradients)]


def gradients_of(returned: Any) -> list[Any]:
    return [leaf for _, leaf in leaves_of(returned) if leaf is not None]


def agree(ours: list[Any], theirs: list[Any], tolerance: float = 1e-7) -> bool:
    if len(ours) != len(theirs):
        return False
    scale = max([float(np.max(np.abs(t), initial=0)) for t in theirs] + [1e-3])
    return all(
        np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance * scale)
        for a, b in zip(ours, theirs, strict=True)
    )


def examine(program: RandomProgram, with_differences: bool = False) -> Outcome:
    """Take one program through the whole measure."""
    outcome = Outcome()
    f = program.load()
    args = program.inputs[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            _examine(program, f, args, outcome, with_differences)
        except (MissingRuleError, UnsupportedCallError) as error:  # the engine has none either
            outcome.refused = str(error).partition(",")[0]
        except InPlaceError as error:  # the program would change its own arguments
            if "is a leaf" not in str(error):
                outcome.failures.append("error: " + traceback.format_exc(limit=-4).strip())
            outcome.refused = "a leaf is changed in place"
        except Exception:
            outcome.failures.append("error: " + traceback.format_exc(limit=-4).strip())
    return outcome


def _examine(
    program: RandomProgram, f: Callable[..., Any], args: tuple[Any, ...], outcome: Outcome, with_differences: bool
) -> None:
    try:
        plain = [f(*_copied_all(inputs)) for inputs in program.inputs]
    except ValueError as error:  # while it grew, each statement was tried out on copies
        outcome.refused = f"NumPy refuses the program itself: {error}"
        return
    traced = trace(f, *_copied_all(args))
    if not np.allclose(traced.value(traced.outputs[0]), plain[0], rtol=1e-12, atol=1e-12):
        outcome.failures.append(f"trace gives {traced.value(traced.outputs[0])}, the plain program {plain[0]}")
    try:
        expected = []
        with np.errstate(all="ignore"):
            for inputs in program.inputs:
                expected.append(autodiff(program, inputs))
    except NoGraphError:
        outcome.is_constant = True
        args = program.inputs[len(expected)]
        leaves = [leaf for arg in args for _, leaf in leaves_of(arg)]
        if not _is_slope(f, args, [np.zeros_like(leaf) for leaf in leaves if _is_float(leaf)]):
            outcome.failures.append("autodiff finds nothing to differentiate, but differences do")
        return
    if not all(np.all(np.isfinite(g)) for _, gradients in expected for g in gradients):
        outcome.is_singular = True
        return
    if not np.allclose([value for value, _ in expected], plain, rtol=1e-10, atol=1e-12):
        outcome.failures.append(f"autodiff has the values {[v for v, _ in expected]}, the plain program {plain}")
    if with_differences and not _is_slope(f, args, expected[0][1]):
        outcome.failures.append("central differences disagree with autodiff")
    _derivation(f, args, outcome)
    try:
        outcome.emitted = to_source(f, *_copied_all(args))
    except DerivationError as error:
        outcome.refused = re.sub(r"`.*?`|\d+|line .*? of \S+", "_", str(error))
        if "a bug" in str(error):
            outcome.failures.append(f"to_source: {error}")
        return
    namespace: dict[str, Any] = {}
    exec(compile(outcome.emitted, f"<emitted {program.seed}>", "exec"), namespace)
    emitted = namespace["f_and_grads"]
    outcome.claims_batch = CLAIM in outcome.emitted
    for which, inputs in enumerate(program.inputs):
        is_other_batch = which == 3
        is_claimed = outcome.claims_batch and not program.with_one
        try:
            with np.errstate(all="ignore"):
                value, returned = emitted(*_copied_all(inputs))
        except AssertionError as error:
            if is_other_batch and program.with_one and _is_of_a_length(error, outcome.emitted):
                outcome.asserted_at_other_batch = True
            else:
                _asserted(program, which, error, outcome)
            continue
        except Exception as error:
            if is_other_batch and not is_claimed:
                outcome.broadcast_anew = True
                continue
            outcome.failures.append(f"emitted, inputs {which}: {type(error).__name__}: {error}")
            continue
        outcome.compared += 1
        is_right = np.allclose(value, plain[which], rtol=1e-9, atol=1e-9)
        if is_other_batch and program.with_one and not (is_right and agree(gradients_of(returned), expected[which][1])):
            outcome.broadcast_anew = True
            continue
        tolerance = 1e-5 if "np.log(1 - 1 / (1" in program.source else 1e-7  # where 1 - sigmoid is close to 0
        if not (is_right and agree(gradients_of(returned), expected[which][1])):
            tolerance = max(tolerance, 1000 * _noise(program, inputs))
            is_right = np.allclose(value, plain[which], rtol=tolerance, atol=tolerance)
        where = "another batch size" if is_other_batch else f"inputs {which}"
        if not is_right:
            outcome.failures.append(f"emitted, {where}: value {value}, plain {plain[which]}")
        if not agree(gradients_of(returned), expected[which][1], tolerance):
            outcome.failures.append(
                f"emitted, {where}: gradients {_short(gradients_of(returned))}, autodiff {_short(expected[which][1])}"
            )


def _is_of_a_length(error: AssertionError, emitted: str) -> bool:
    """Whether an assertion is about a length: of a batch of 1 that the traced run did not broadcast it says so."""
    asserted = next((line for line in emitted.splitlines() if f'"{error}"' in line), "")
    return bool(re.fullmatch(r"\([\d, ]+\)", str(error)) or re.match(r" *assert \w+\.shape\[\d\] == \d+, ", asserted))


def _noise(program: RandomProgram, inputs: tuple[Any, ...]) -> float:
    """How much rounding alone changes values and gradients, relative to them: programs may be badly conditioned."""
    rng = np.random.default_rng(0)
    value, gradients = autodiff(program, inputs)
    worst = 0.0
    for _ in range(3):
        leaves = [
            leaf * (1 + 1e-15 * rng.normal(size=np.shape(leaf))) if _is_float(leaf) else leaf
            for arg in inputs for _, leaf in leaves_of(arg)
        ]  # fmt: skip
        moved_value, moved = autodiff(program, rebuild(inputs, leaves))
        scale = max([float(np.max(np.abs(g), initial=0)) for g in gradients] + [1e-3])
        worst = max([worst, abs(moved_value - value), *(float(np.max(np.abs(a - b), initial=0)) / scale
                                                        for a, b in zip(moved, gradients, strict=True))])  # fmt: skip
    steps = Program(trace(program.load(), *_copied_all(inputs)))  # and where each step is rounded otherwise
    output = steps.names[steps.output].name
    leaves = {a.name.name for a in steps.adjoints.values() if a.node.operation is None}
    for run in runs_rounded_otherwise(steps, steps.leaf_values()):
        scale = max([float(np.max(np.abs(steps.values[name]), initial=0)) for name in leaves] + [1e-3])
        apart = [float(np.max(np.abs(run[name] - steps.values[name]), initial=0)) / scale for name in leaves]
        worst = max([worst, abs(float(run[output] - steps.values[output])), *apart])
    return worst


def _asserted(program: RandomProgram, which: int, error: AssertionError, outcome: Outcome) -> None:
    """An assertion of the emitted program is right only where the way, or what a rule decides, was another."""
    if which == 3:
        outcome.asserted_at_other_batch = True
    else:
        outcome.asserted += 1
    if which == 0:
        outcome.failures.append(f"emitted, traced inputs: AssertionError: {error}")
    elif "more than one entry" in str(error) or "another length" in str(
        error
    ):  # it would be broadcast no longer: its length is what is asserted
        return
    elif all(
        asked(program, program.inputs[0]) == asked(program, program.inputs[which])
        for asked in (way_of, decisions, guards_of_rules)
    ):
        outcome.failures.append(f"emitted, inputs {which}: asserts without need: {error}")


def _derivation(f: Callable[..., Any], args: tuple[Any, ...], outcome: Outcome) -> None:
    try:
        derivation = derive(f, *_copied_all(args))
        written = str(derivation)
    except NoGraphError:
        outcome.is_constant = True
        return
    except Exception:
        outcome.failures.append("derive: " + traceback.format_exc(limit=-4).strip())
        return
    if "np.empty(" not in written:
        outcome.failures += _lines_that_run_otherwise(derivation)
    own = {name for name in NAMES if re.fullmatch(r"t\d+", name)}
    found = set(re.findall(r"(?<![\w.])d?t\d+\b", written)) - own - {f"d{name}" for name in own}
    if found and "t1" not in written:
        outcome.failures.append(f"derive shows {sorted(found)}:\n{written}")


def _lines_that_run_otherwise(derivation: Derivation) -> Iterator[str]:
    """The lines whose text, run as NumPy code, gives another value than they have."""
    leaves = derivation.outline.plain.leaf_values()
    values, space = _copied(leaves), {"np": np, **{h.__name__: h for h in HELPERS_OF_LINES}, **_copied(leaves)}
    with np.errstate(all="ignore"):
        for line in derivation.lines:
            values[line.name] = line.evaluate(values)
            exec(line.text, space)
            if line.node.dtype == object:
                continue
            ours, theirs = np.asarray(space[line.name]), np.asarray(values[line.name])
            if not (ours.shape == theirs.shape and np.allclose(ours, theirs, atol=1e-9, equal_nan=True)):
                yield f"derive: the text of {line.name} gives {_short([ours])}, the line {_short([theirs])}:\n{line.text}"
                return


def _is_slope(f: Callable[..., Any], args: tuple[Any, ...], gradients: list[Any]) -> bool:
    """Whether central differences in one random direction agree; two steps, so that a kink nearby is not counted."""
    rng = np.random.default_rng(0)
    leaves = [leaf for arg in args for _, leaf in leaves_of(arg)]
    moves = [rng.normal(size=np.shape(leaf)) if _is_float(leaf) else None for leaf in leaves]
    slope = sum(float(np.sum(m * g)) for m, g in zip([m for m in moves if m is not None], gradients, strict=True))
    scale = sum(
        float(np.sum(np.abs(m * g))) for m, g in zip([m for m in moves if m is not None], gradients, strict=True)
    )

    def at(step: float) -> float:
        moved = [leaf if m is None else leaf + step * m for leaf, m in zip(leaves, moves, strict=True)]
        return float(f(*rebuild(args, moved)))

    found = [(at(step) - at(-step)) / (2 * step) for step in (1e-4, 1e-5, 1e-6)]
    is_smooth = abs(found[0] - found[1]) < 1e-5 * (scale + 1) and abs(found[1] - found[2]) < 1e-5 * (scale + 1)
    return not is_smooth or any(abs(slope - s) < 1e-4 * (scale + 1) for s in found)


def _short(arrays: list[Any]) -> str:
    return (
        "["
        + ", ".join(np.array2string(np.asarray(a), precision=5, threshold=12).replace("\n", "") for a in arrays)
        + "]"
    )


# -- ruff --------------------------------------------------------------------------------------------------------------


def ruff_finds(sources: dict[int, str], command: str) -> str:
    """What ruff says of emitted files: that it would format them otherwise, or what it finds."""
    with tempfile.TemporaryDirectory() as folder:
        for seed, source in sources.items():
            Path(folder, f"emitted_{seed}.py").write_text(source)
        said = ""
        for arguments in (
            ["format", "--isolated", "--line-length", "88", "--diff", "-q"],
            ["check", "--isolated", "--line-length", "88", "--select", "E,F,W,I", "--ignore", "E741,E501", "-q",
             "--output-format", "concise"],
        ):  # fmt: skip
            done = subprocess.run([command, *arguments, "."], cwd=folder, capture_output=True, text=True, check=False)
            said += done.stdout + (done.stderr if done.returncode not in (0, 1) else "")
    return said


def ruff_command() -> str | None:
    """The ruff beside this Python, if there is one."""
    beside = Path(sys.executable).parent / "ruff"
    return str(beside) if beside.exists() else None


# -- from the command line ---------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="how many programs")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="show this program, what is emitted, and what is wrong")
    parser.add_argument("--brief", action="store_true", help="one line for each failure, without the program")
    parser.add_argument("--quiet", action="store_true", help="do not print the programs that fail")
    arguments = parser.parse_args()
    if arguments.seed is not None:
        program = random_program(arguments.seed)
        print(program.source)
        outcome = examine(program, True)
        print(outcome.emitted, *outcome.failures, outcome.refused, sep="\n")
        command = ruff_command()
        if outcome.emitted and command:
            print(ruff_finds({arguments.seed: outcome.emitted}, command))
        return bool(outcome.failures)
    counts: collections.Counter[str] = collections.Counter()
    refused: collections.Counter[str] = collections.Counter()
    failing: list[int] = []
    emitted: dict[int, str] = {}
    began = time.perf_counter()
    for seed in range(arguments.start, arguments.start + arguments.count):
        program = random_program(seed)
        outcome = examine(program, seed % 10 == 0)
        counts["programs"] += 1
        counts["emitted"] += bool(outcome.emitted)
        counts["runs compared"] += outcome.compared
        counts["with fresh inputs refused by an assertion, justly"] += bool(outcome.asserted and not outcome.failures)
        counts["claim other batch sizes"] += outcome.claims_batch
        counts["refuse the other batch size by an assertion"] += outcome.asserted_at_other_batch
        counts["wrong, or an error, where nothing is claimed: a batch of 1"] += outcome.broadcast_anew
        counts["singular (an infinite derivative)"] += outcome.is_singular
        counts["constant (nothing to derive)"] += outcome.is_constant
        if outcome.refused:
            refused[outcome.refused] += 1
        if len(emitted) < 200 and outcome.emitted and not outcome.failures:
            emitted[seed] = outcome.emitted
        if outcome.failures:
            failing.append(seed)
            counts["FAILURES"] += 1
            if arguments.brief:
                print(
                    f"seed {seed}:",
                    *(f"  {text.splitlines()[-1][:230]}" for text in outcome.failures),
                    sep="\n",
                    flush=True,
                )
            elif not arguments.quiet:
                print(f"--- seed {seed}\n{program.source}", *outcome.failures, "", sep="\n", flush=True)
    for what, number in counts.items():
        print(f"{number:6d}  {what}")
    for reason, number in refused.most_common():
        print(f"{number:6d}  refused: {reason}")
    command = ruff_command()
    if command is not None:
        said = ruff_finds(emitted, command)
        print(f"ruff on {len(emitted)} emitted files: {said or 'nothing'}")
    print(f"{time.perf_counter() - began:.0f} s; failing seeds: {failing}")
    return bool(failing)


if __name__ == "__main__":
    sys.exit(main())
