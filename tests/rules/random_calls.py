"""Random programs of NumPy calls from the whole ledger, and the search: values and gradients against NumPy's own.

``python -m tests.rules.random_calls --start 0 --count 20000`` searches; ``--seed 17`` shows one program.

A seed gives a program of 5 to 20 statements, each a call drawn by a recipe (`tests.rules.recipes`). While it grows,
each call runs on plain arrays at five points of a line through the inputs, and on Tensors at the first of them. It
is taken if NumPy takes it and its values are tame and smooth there: what two steps of differences and both sides
say. So whatever goes wrong afterwards is the library's fault:

- the value on Tensors is not NumPy's, in its numbers, shape, type of numbers, or container;
- the slope along the line is not that of the gradients, also with inputs of single precision, also at second order;
- an input, or a variable that NumPy leaves alone, has changed;
- an error is raised that is not the library's own. What the library refuses is counted, by function and reason.
"""

from __future__ import annotations

import argparse
import collections
import random
import re
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import autograd_lite as ag
from autograd_lite.errors import AutogradError, NoGraphError
from tests.rules.recipes import RECIPES, Pen, RejectedError, Write

#: The step of the differences, and where on the line the points are.
STEP = 2e-4
POINTS = (0.0, STEP, -STEP, STEP / 2, -STEP / 2)
#: What differences of two steps may be apart for a value to be called smooth.
SMOOTH = 1e-5
SHAPES = ((), (3,), (4,), (2, 3), (3, 2), (3, 3), (2, 2), (2, 3, 2), (2, 1), (1, 3), (5,), (2, 2, 2))


@dataclass
class Outcome:
    """What became of a program."""

    failures: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    singular: list[str] = field(default_factory=list)
    stopped: bool = False
    covered: collections.Counter[str] = field(default_factory=collections.Counter)
    counts: collections.Counter[str] = field(default_factory=collections.Counter)


class RandomCalls:
    """A program that grows call by call; `text` is the function, `inputs` what it is differentiated by."""

    def __init__(self, seed: int, inputs: dict[str, Any] | None = None) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.is_replayed = inputs is not None
        self.outcome = Outcome()
        self.lines: list[str] = []
        self.pen = Pen(self)
        draw = np.random.default_rng(seed)
        self.inputs: dict[str, Any] = inputs or {
            name: _drawn(draw, self.rng.choice(SHAPES), self.rng.random() < 0.15)
            for name in "xyz"[: self.rng.randint(1, 3)]
        }
        self.moves = {name: _direction(draw, a) for name, a in self.inputs.items()}
        self.draw = draw
        self.spaces = [self.space(self.moved(t)) for t in POINTS]
        self.tensors = self.space({n: ag.Tensor(a, requires_grad=True) for n, a in self.inputs.items()})
        self.roots = {id(_root(space[n])) for space in self.spaces[:1] for n in self.inputs}
        #: Variables that calls may use, at the first point.
        self.pool: dict[str, Any] = {n: self.spaces[0][n] for n in self.inputs}
        #: The name of every variable that was assigned.
        self.assigned: list[str] = []

    def moved(self, move: float, moves: dict[str, Any] | None = None) -> dict[str, Any]:
        """The inputs at another point of the line."""
        moves = moves or self.moves
        return {n: np.asarray(a + move * moves[n]) for n, a in self.inputs.items()}

    @staticmethod
    def space(inputs: dict[str, Any], low: Any = np.float64) -> dict[str, Any]:
        return {"np": np, "LOW": low, **inputs}

    @property
    def text(self) -> str:
        body = "".join(f"    {line}\n" for line in self.lines)
        return f"def f({', '.join(self.inputs)}):\n{body}    return {', '.join(self.assigned)}\n"

    @property
    def reproduction(self) -> str:
        """A script that shows the program on arrays and on Tensors."""
        inputs = "".join(f"{n} = np.array({a.tolist()})\n" for n, a in self.inputs.items())
        return f"import numpy as np\nimport autograd_lite as ag\n\nLOW = np.float64\n{inputs}\n{self.text}"

    # -- what recipes ask ----------------------------------------------------------------------------------------------

    def variables(self) -> dict[str, Any]:
        return self.pool

    def is_writable(self, name: str) -> bool:
        value = self.pool[name]
        return (
            "[" not in name
            and isinstance(value, np.ndarray)
            and value.flags.writeable
            and isinstance(self.tensors[name], ag.Tensor)
            and not self.tensors[name]._is_number()
            and id(_root(value)) not in self.roots
        )

    def let(self, text: str) -> str:
        """Assign an expression to a new variable, as a call of its own."""
        before = len(self.assigned)
        if not self.attempt(text, "") or self.assigned[-1] not in self.pool:
            raise RejectedError
        return self.assigned[before]

    # -- growing -------------------------------------------------------------------------------------------------------

    def grow(self, only: list[str] | None = None) -> None:
        """Add calls until there are enough."""
        names = only or NAMES
        wanted = self.rng.randint(5, 20)
        for _ in range(4 * wanted):
            if len(self.lines) >= wanted or self.outcome.failures or self.outcome.stopped:
                break
            name = self.rng.choice(names)
            if name in RARE and self.rng.random() < 0.7:
                continue
            try:
                drawn = self.rng.choice(RECIPES[name])(self.pen, name)
            except (RejectedError, ValueError, TypeError, IndexError, AttributeError):
                self.outcome.counts["draws without a call"] += 1
                continue
            if self.attempt(drawn, name):
                self.outcome.covered[name] += 1

    def attempt(self, drawn: str | Write, function: str) -> bool:
        """Run a call at all points and on Tensors; take it if it is tame and smooth."""
        counts = self.outcome.counts
        target = drawn.target if isinstance(drawn, Write) else ""
        name = target or f"v{len(self.assigned) + 1}"
        line = drawn.text if isinstance(drawn, Write) else f"{name} = {drawn}"
        code = compile(line, f"<{self.seed}>", "exec")
        saved = [(space.get(name), *_memory(space[name])) for space in self.spaces] if target else []
        try:
            for space in self.spaces:
                exec(code, space)
        except Exception:
            counts["calls that NumPy refuses"] += 1
            self.restore(name, saved)
            return False
        changed = self.changed_by(name) if target else [name]
        said = next((s for n in changed if (s := self.untidy(n))), "")
        if said:
            counts[said] += 1
            self.restore(name, saved)
            return False
        try:
            exec(code, self.tensors)
        except AutogradError as error:
            self.outcome.refused.append(
                (function or _function_in(line), f"{type(error).__name__}: {_reason(str(error))}")
            )
            self.restore(name, saved)
            return False
        except Exception as error:
            self.lines.append(line)
            note = f"{type(error).__name__}: {str(error)[:300]} in: {line}"
            (self.outcome.unclear if _is_numpys(error) else self.outcome.failures).append(f"error {note}")
            self.lines.pop()
            self.restore(name, saved)
            return False
        self.lines.append(line)
        if not target:
            self.assigned.append(name)
        for n in changed:
            said = difference(self.tensors[n], self.spaces[0][n])
            if said and target and self.is_laid_out_otherwise():
                self.outcome.counts["written to memory in another order than NumPy's (known)"] += 1
                self.outcome.stopped = True
                return False
            if said:
                self.outcome.failures.append(f"value of {n} in: {line}\n    {said}")
                return True
        self.register(name)
        return True

    def restore(self, name: str, saved: list[Any]) -> None:
        for space, (bound, root, content) in zip(self.spaces, saved, strict=False):
            space[name] = bound
            if root is not None:
                root[...] = content
        if not saved:
            for space in self.spaces:
                space.pop(name, None)

    def is_laid_out_otherwise(self) -> bool:
        """Whether a variable's memory has another order than NumPy's: reshaping copies where NumPy does not."""
        for name in [*self.inputs, *self.assigned]:
            for (_, found), (_, expected) in zip(parts(self.tensors[name]), parts(self.spaces[0][name]), strict=True):
                if isinstance(found, ag.Tensor) and np.ndim(expected) > 1:
                    ours, numpys = found.flags, expected.flags
                    if (ours.c_contiguous, ours.f_contiguous) != (numpys.c_contiguous, numpys.f_contiguous):
                        return True
        return False

    def changed_by(self, name: str) -> list[str]:
        """The variables that share memory with one."""
        root = id(_root(self.spaces[0][name]))
        names = [name] if name not in self.assigned else []
        return [
            *names,
            *(n for n in self.assigned if any(id(_root(v)) == root for _, v in parts(self.spaces[0][n]))),
        ]

    def untidy(self, name: str) -> str:
        """Why a variable's values at the points are not fit for differences, or nothing."""
        sides = [list(parts(space[name])) for space in self.spaces]
        if any(len(side) != len(sides[0]) for side in sides):
            return "not smooth here"
        for (_, value), *others in zip(*sides, strict=True):
            others = [o for _, o in others]
            kind = _kind(value)
            if kind not in "fcbiu":
                return "not numbers"
            if any(np.shape(o) != np.shape(value) or _kind(o) != kind for o in others):
                return "not smooth here"
            if kind in "biu":
                if any(not np.array_equal(o, value) for o in others):
                    return "not smooth here"
                continue
            if np.size(value) > 300:
                return "not tame"
            if not np.size(value):
                continue
            if not np.all(np.isfinite(value)) or np.max(np.abs(value)) > 1e3:
                return "not tame"
            first, second, bend = differences(value, *others)
            scale = 1 + np.max(np.abs(second))
            if scale > 1e3:
                return "not tame"
            if not (np.max(np.abs(first - second)) <= SMOOTH * scale and np.max(np.abs(bend)) <= SMOOTH * scale):
                return "not smooth here"
        return ""

    def register(self, name: str) -> None:
        """Let calls use a new variable, or the entries of the tuple that it is."""
        for path, value in parts(self.spaces[0][name]):
            if 0 < np.size(value) <= 40 and np.ndim(value) <= 4 and np.max(np.abs(value)) < 12:
                self.pool[name + path] = value
            else:
                self.pool.pop(name + path, None)

    # -- checks --------------------------------------------------------------------------------------------------------

    def loss(self, space: dict[str, Any], weights: dict[str, Any]) -> Any:
        """Everything that depends on the inputs, weighed and summed."""
        total: Any = 0.0
        for name, weight in weights.items():
            value = _follow(space[name.partition("[")[0]], name)
            total = total + np.real(np.sum(value * weight))
        return total

    def weigh(self) -> tuple[dict[str, Any], float, float, float]:
        """Weights for all variables, none of which outweighs others; the slope of the loss, its error, its scale."""
        weights: dict[str, Any] = {}
        slope = error = scale = 0.0
        for name in self.assigned:
            for values in zip(*(parts(space[name]) for space in self.spaces), strict=True):
                path, value = values[0]
                if _kind(value) not in "fc" or not np.size(value):
                    continue
                first, second, bend = differences(*(v for _, v in values))
                size = 1 + float(np.max(np.abs(second)))
                weight = self.draw.normal(size=np.shape(value)) / size
                if _kind(value) == "c":
                    weight = weight + 1j * self.draw.normal(size=np.shape(value)) / size
                weights[name + path] = weight
                slope += float(np.real(np.sum(weight * (4 * second - first) / 3)))
                error += float(np.sum(np.abs(weight) * (np.abs(first - second) + 0.1 * np.abs(bend))))
                scale += float(np.sum(np.abs(weight * second))) + 0.1
        return weights, slope, error, scale

    def check(self) -> None:
        """Compare values and gradients of the whole program."""
        outcome = self.outcome
        for name in self.assigned:  # what was written to later, or was to be left alone
            said = difference(self.tensors[name], self.spaces[0][name])
            if said:
                outcome.failures.append(f"value of {name} at the end: {said}")
        for name, before in self.inputs.items():
            if not np.array_equal(self.tensors[name].numpy(), before) or not np.array_equal(
                self.spaces[0][name], before
            ):
                outcome.failures.append(f"the input {name} has changed")
        if outcome.failures:
            return
        weights, slope, error, scale = self.weigh()
        if not weights:
            outcome.counts["nothing to differentiate"] += 1
            return
        try:
            found = self.directional(self.tensors, weights)
        except AutogradError as problem:
            outcome.refused.append(("backward", f"{type(problem).__name__}: {_reason(str(problem))}"))
            return
        except Exception as problem:
            outcome.failures.append(f"backward: {type(problem).__name__}: {problem}\n    {self.first_wrong(weights)}")
            return
        outcome.counts["slopes compared"] += 1
        if not np.isfinite(found):
            self.outcome.singular.append(
                _function_in(self.first_wrong(weights).partition("after: ")[2].partition("\n")[0])
            )
            return
        if not abs(found - slope) <= 1e-6 * scale + 3 * error:
            culprit = self.first_wrong(weights)
            if culprit and self.rounding(weights, found) > 1e-2 * abs(found - slope):
                self.outcome.singular.append(_function_in(culprit.partition("after: ")[2].partition("\n")[0]))
            elif culprit:
                outcome.failures.append(
                    f"slope {found:.9g}, differences {slope:.9g} (scale {scale:.3g})\n    {culprit}"
                )
            else:
                outcome.counts["not smooth as a whole"] += 1
            return
        for name, tensor in self.gradients.items():
            if tensor is not None and (
                tensor.dtype != self.inputs[name].dtype or tensor.shape != self.inputs[name].shape
            ):
                outcome.failures.append(f"gradient of {name} is {tensor.dtype} {tensor.shape}")
        if self.seed % 4 == 0 or self.is_replayed:
            self.check_single(weights, found, scale)
        if self.seed % 8 == 1 or self.is_replayed:
            self.check_second(weights)

    def directional(self, space: dict[str, Any], weights: dict[str, Any], moves: dict[str, Any] | None = None) -> float:
        """The slope of the loss along the line, by the gradients."""
        for name in self.inputs:
            space[name].grad = None
        try:
            loss = self.loss(space, weights)
            if isinstance(loss, ag.Tensor):
                loss.backward()
        except NoGraphError:
            pass
        self.gradients = {name: space[name].grad for name in self.inputs}
        moves = moves or self.moves
        followed = [(name, g) for name, g in self.gradients.items() if g is not None]
        return float(sum(np.real(np.sum(np.conj(np.asarray(g)) * moves[name])) for name, g in followed))

    def run(self, inputs: dict[str, Any], low: Any = np.float64, until: int | None = None) -> dict[str, Any]:
        """The variables of the program at other inputs."""
        space = self.space(inputs, low)
        exec(compile("\n".join(self.lines[:until]), f"<{self.seed}>", "exec"), space)
        return space

    def tensors_at(self, move: float = 0.0, moves: dict[str, Any] | None = None) -> dict[str, Any]:
        return {n: ag.Tensor(a, requires_grad=True) for n, a in self.moved(move, moves).items()}

    def rounding(self, weights: dict[str, Any], slope: float) -> float:
        """How far the slope moves if the inputs do in their last digits: near a singular point it does."""
        worst = 0.0
        for _ in range(4):
            noise = {n: a * (1 + 4e-16 * self.draw.integers(-4, 5, size=a.shape)) for n, a in self.inputs.items()}
            try:
                near = self.run({n: ag.Tensor(a, requires_grad=True) for n, a in noise.items()})
                worst = max(worst, abs(self.directional(near, weights) - slope))
            except Exception:
                return np.inf
        return max(worst, self.rounding_on_the_way(weights, slope))

    def rounding_on_the_way(self, weights: dict[str, Any], slope: float) -> float:
        """The same, if each variable moves in its last digits: some are nothing but rounding."""
        space = self.space({n: ag.Tensor(a, requires_grad=True) for n, a in self.inputs.items()})
        try:
            for line in self.lines:
                before = dict(space)
                exec(compile(line, f"<{self.seed}>", "exec"), space)
                for name, value in space.items():
                    if value is not before.get(name) and isinstance(value, ag.Tensor) and value.dtype.kind in "fc":
                        noise = 4e-16 * self.draw.integers(-4, 5, size=value.shape)
                        space[name] = value * (1 + (noise + 1j * noise[::-1] if value.dtype.kind == "c" else noise))
            return abs(self.directional(space, weights) - slope)
        except Exception:  # it need not run so: a number may be wanted, or an array that can be written to
            return 0.0

    def first_wrong(self, weights: dict[str, Any]) -> str:
        """The first statement after which a variable's slope is wrong, at every step of the differences."""
        for count in range(1, len(self.lines) + 1):
            try:
                sides = {t: self.run(self.moved(t), until=count)
                         for s in (1e-3, 2e-4, 3e-5, 1e-6) for t in (s, -s)}  # fmt: skip
                for name in weights:
                    if name.partition("[")[0] not in sides[1e-3]:
                        continue
                    one = {name: weights[name]}
                    steps = [s for s in sides if s > 0]
                    slopes = [(self.loss(sides[s], one) - self.loss(sides[-s], one)) / (2 * s) for s in steps]
                    found = self.directional(self.run(self.tensors_at(), until=count), one)
                    apart = min(abs(found - s) for s in slopes)
                    if not apart <= 1e-5 * (float(np.sum(np.abs(weights[name]))) + 1):
                        return f"{name} after: {self.lines[count - 1]}\n    slope {found:.9g}, differences {slopes}"
            except Exception as error:
                return f"{type(error).__name__}: {str(error)[:300]} after: {self.lines[count - 1]}"
        return ""

    def check_single(self, weights: dict[str, Any], slope: float, scale: float) -> None:
        """The same with inputs of single precision: types, values, the slope as far as rounding lets it be seen."""
        counts = self.outcome.counts
        kept = self.rng.choice([*self.inputs, ""]) if len(self.inputs) > 1 else ""
        inputs = {n: a if n == kept else a.astype(np.complex64 if np.iscomplexobj(a) else np.float32)
                  for n, a in self.inputs.items()}  # fmt: skip
        try:
            plain = self.run({n: a.copy() for n, a in inputs.items()}, np.float32)
        except Exception:
            counts["single precision: NumPy refuses"] += 1
            return
        try:
            tensors = self.run({n: ag.Tensor(a, requires_grad=True) for n, a in inputs.items()}, np.float32)
        except AutogradError as error:
            self.outcome.refused.append(("single precision", f"{type(error).__name__}: {_reason(str(error))}"))
            return
        except Exception as error:
            self.outcome.failures.append(f"single precision: {type(error).__name__}: {error}")
            return
        rough = 0.0
        for name in self.assigned:
            for (_, low), (_, high) in zip(parts(plain[name]), parts(self.spaces[0][name]), strict=False):
                if np.shape(low) != np.shape(high):
                    rough = np.inf
                elif np.size(low):
                    rough = max(
                        rough,
                        float(np.max(np.abs(np.asarray(low, complex) - high))) / (1 + float(np.max(np.abs(high)))),
                    )
        if not rough < 1e-4:
            counts["single precision: too rough"] += 1
            return
        for name in self.assigned:
            said = difference(tensors[name], plain[name], 1e-4)
            if said:
                self.outcome.failures.append(f"single precision: value of {name}: {said}")
                return
        try:
            low = {n: w.astype(np.complex64 if _kind(w) == "c" else np.float32) if np.ndim(w) else w
                   for n, w in weights.items()}  # fmt: skip
            found = self.directional(tensors, low)
        except AutogradError as error:
            self.outcome.refused.append(("single precision", f"{type(error).__name__}: {_reason(str(error))}"))
            return
        except Exception as error:
            self.outcome.failures.append(f"single precision: backward: {type(error).__name__}: {error}")
            return
        counts["single precision compared"] += 1
        for name, g in self.gradients.items():
            if g is not None and g.dtype != inputs[name].dtype:
                self.outcome.failures.append(
                    f"single precision: gradient of {name} is {g.dtype}, not {inputs[name].dtype}"
                )
        if not abs(found - slope) <= (1e-3 + 1000 * rough) * (scale + abs(slope)):
            self.outcome.failures.append(
                f"single precision: slope {found:.6g}, with double {slope:.6g} (rounding {rough:.2g})"
            )

    def check_second(self, weights: dict[str, Any]) -> None:
        """The derivative of the slope along another direction."""
        counts = self.outcome.counts
        other = {n: _direction(self.draw, a) for n, a in self.inputs.items()}
        try:
            slopes = [self.directional(self.run(self.tensors_at(t, other)), weights) for t in POINTS]
            first, second, bend = differences(*slopes)
        except Exception:
            counts["second order: not smooth"] += 1
            return
        scale = 10 + abs(second) + abs(slopes[0])
        if not (abs(first - second) < 1e-5 * scale and abs(bend) < 1e-5 * scale):
            counts["second order: not smooth"] += 1
            return
        leaves = self.tensors_at()
        try:
            loss = self.loss(self.run(leaves), weights)
            if not isinstance(loss, ag.Tensor) or not loss.requires_grad:
                return
            loss.backward(create_graph=True)
            slope: Any = 0.0
            for name, leaf in leaves.items():
                if leaf.grad is not None:
                    slope = slope + np.real(np.sum(np.conj(leaf.grad) * self.moves[name]))
            for leaf in leaves.values():
                leaf.grad = None
            if isinstance(slope, ag.Tensor) and slope.requires_grad:
                slope.backward()
        except AutogradError as error:
            self.outcome.refused.append(("second order", f"{type(error).__name__}: {_reason(str(error))}"))
            return
        except Exception as error:
            self.outcome.failures.append(f"second order: {type(error).__name__}: {error}")
            return
        found = sum(float(np.real(np.sum(np.conj(np.asarray(leaf.grad)) * other[n]))) for n, leaf in leaves.items()
                    if leaf.grad is not None)  # fmt: skip
        if not np.isfinite(found):
            self.outcome.singular.append("second order")
            return
        counts["second order compared"] += 1
        if not abs(found - (4 * second - first) / 3) <= 1e-5 * scale + 10 * abs(first - second) + abs(bend):
            self.outcome.failures.append(f"second order: {found:.9g}, differences of slopes {second:.9g}, {first:.9g}")


# -- pieces ------------------------------------------------------------------------------------------------------------


def _drawn(draw: Any, shape: tuple[int, ...], is_complex: bool) -> Any:
    a, b = (np.round(draw.normal(size=shape), 3) for _ in range(2))
    a, b = np.where(a == 0, 0.001, a), np.where(b == 0, 0.001, b)  # at 0 many functions have a kink
    return np.asarray(a + 1j * b if is_complex else a)


def _direction(draw: Any, a: Any) -> Any:
    """A direction to move an input in."""
    move = draw.normal(size=a.shape)
    return move + 1j * draw.normal(size=a.shape) if np.iscomplexobj(a) else move


def differences(value: Any, up: Any, down: Any, half_up: Any, half_down: Any) -> tuple[Any, Any, Any]:
    """Slopes with the whole step and half of it, and what the two sides say of a kink."""
    first, second = (up - down) / (2 * STEP), (half_up - half_down) / STEP
    bend = (up + down - 2 * value) / STEP - 4 * (half_up + half_down - 2 * value) / STEP
    return first, second, bend


def parts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The arrays in a value, each with the text that picks it out."""
    if isinstance(value, tuple | list):
        for i, entry in enumerate(value):
            yield from parts(entry, f"{path}[{i}]")
    else:
        yield path, value


def _follow(value: Any, name: str) -> Any:
    for i in re.findall(r"\[(\d+)\]", name):
        value = value[int(i)]
    return value


def _kind(value: Any) -> str:
    kind: str = np.asarray(value).dtype.kind
    return kind


def _root(value: Any) -> Any:
    while isinstance(value, np.ndarray) and isinstance(value.base, np.ndarray):
        value = value.base
    return value


def _memory(value: Any) -> tuple[Any, Any]:
    root = _root(value)
    return (root, root.copy()) if isinstance(root, np.ndarray) else (None, None)


def difference(found: Any, expected: Any, tolerance: float = 1e-9) -> str:
    """What a value on Tensors has that NumPy's has not, or nothing."""
    if isinstance(expected, tuple | list):
        if type(found) is not type(expected) or len(found) != len(expected):
            return f"{type(found).__name__} of {len(found)}, NumPy's is {type(expected).__name__} of {len(expected)}"
        return next((s for f, e in zip(found, expected, strict=True) if (s := difference(f, e, tolerance))), "")
    if isinstance(found, ag.Tensor):
        data = found.numpy()
        if not isinstance(expected, np.ndarray | np.generic | float | complex):
            return f"a Tensor, NumPy's is {type(expected).__name__}"
        if isinstance(expected, np.generic) and not found._is_number():
            return f"an array, NumPy's is the number {type(expected).__name__}"
    else:
        data = found
        if type(found) is not type(expected):
            return f"{type(found).__name__}, NumPy's is {type(expected).__name__}"
    if np.shape(data) != np.shape(expected):
        return f"shape {np.shape(data)}, NumPy's is {np.shape(expected)}"
    plain = np.asarray(expected)
    if np.asarray(data).dtype != plain.dtype:
        return f"{np.asarray(data).dtype}, NumPy's is {plain.dtype}"
    if plain.dtype.kind in "fc":
        apart = np.max(np.abs(data - plain), initial=0.0)
        if not apart <= tolerance * (1 + np.max(np.abs(plain), initial=0.0)):
            return f"{data}, NumPy's is {plain}"
    elif not np.array_equal(data, plain):
        return f"{data}, NumPy's is {plain}"
    return ""


def _reason(message: str) -> str:
    """The beginning of an error's message, without names and shapes."""
    return re.sub(r"Tensor\(.*?\)|\bof shape \([\d, ]*\)|\([\d, ]*\)|\d+", "_", message.split(". ")[0])[:140]


def _function_in(line: str) -> str:
    found = re.search(r"np\.([\w.]+)\(", line)
    return found.group(1) if found else line


def _is_numpys(error: Exception) -> bool:
    """Whether an error is one that says clearly what was wrong, though NumPy itself had taken the call."""
    return str(error).startswith("Cannot cast")


#: Functions that are mostly piecewise constant, and so end a path: they are drawn less.
RARE = {n for n in RECIPES if not n.startswith("ndarray.__i")} & set(
    """floor ceil trunc rint fix signbit isfinite isinf isnan isneginf isposinf spacing round around iscomplex
    isreal logical_not all any count_nonzero nonzero argwhere flatnonzero equal not_equal greater greater_equal less
    less_equal bitwise_and bitwise_or bitwise_xor invert bitwise_not bitwise_invert ndarray.__and__ ndarray.__or__
    ndarray.__xor__ ndarray.__invert__
    isclose logical_and logical_or logical_xor floor_divide allclose array_equal array_equiv argmax argmin nanargmax
    nanargmin argsort argpartition searchsorted digitize isin lexsort linalg.matrix_rank diag_indices_from
    tril_indices_from triu_indices_from ndarray.__eq__ ndarray.__ne__ ndarray.__lt__ ndarray.__le__ ndarray.__gt__
    ndarray.__ge__ ndarray.__floordiv__ ndarray.__rfloordiv__ ndarray.__contains__ ndarray.all ndarray.any
    ndarray.nonzero ndarray.argmax ndarray.argmin ndarray.argsort ndarray.argpartition ndarray.round
    ndarray.searchsorted""".split()  # noqa: SIM905  (a table of names)
)
NAMES = list(RECIPES)


def examine(seed: int, only: list[str] | None = None) -> RandomCalls:
    """Grow a program and take it through all checks."""
    program = RandomCalls(seed)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        program.grow(only)
        if not program.outcome.failures and not program.outcome.stopped:
            program.check()
    return program


def replay(x: Any, lines: list[str | tuple[str, str]]) -> RandomCalls:
    """A program of one input that is given: of its lines, those that write come with the variable they write to."""
    program = RandomCalls(1, {"x": x.copy()})
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for line in lines:
            program.attempt(line.partition(" = ")[2] if isinstance(line, str) else Write(line[1], line[0]), "")
        if not program.outcome.failures:
            program.check()
    return program


# -- from the command line ---------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="show this program, and what is wrong")
    parser.add_argument("--only", nargs="*", help="draw only these names of the ledger")
    parser.add_argument("--brief", action="store_true", help="the failures without the programs")
    parser.add_argument("--verbose", action="store_true", help="also how often each name was called")
    arguments = parser.parse_args()
    if arguments.seed is not None:
        program = examine(arguments.seed, arguments.only)
        print(
            program.reproduction,
            *program.outcome.failures,
            *program.outcome.unclear,
            *program.outcome.refused,
            sep="\n",
        )
        return bool(program.outcome.failures)
    counts: collections.Counter[str] = collections.Counter()
    singular: collections.Counter[str] = collections.Counter()
    covered: collections.Counter[str] = collections.Counter()
    refused: collections.Counter[tuple[str, str]] = collections.Counter()
    failing: list[int] = []
    began = time.perf_counter()
    for seed in range(arguments.start, arguments.start + arguments.count):
        program = examine(seed, arguments.only)
        outcome = program.outcome
        counts.update({"programs": 1, "calls": len(program.lines)})
        counts.update(outcome.counts)
        covered.update(outcome.covered)
        refused.update(outcome.refused)
        singular.update(outcome.singular)
        counts["loud but unclear"] += len(outcome.unclear)
        for note in outcome.unclear:
            print(f"seed {seed}: unclear: {note}", flush=True)
        if outcome.failures:
            failing.append(seed)
            counts["FAILURES"] += 1
            print(
                f"--- seed {seed}",
                *([] if arguments.brief else [program.reproduction]),
                *outcome.failures,
                "",
                sep="\n",
                flush=True,
            )
    seconds = time.perf_counter() - began
    for what, number in counts.items():
        print(f"{number:8d}  {what}")
    print(f"{len(covered):8d}  names covered, of {len(NAMES)}; not: {', '.join(n for n in NAMES if n not in covered)}")
    for (name, reason), number in sorted(refused.items()):
        print(f"{number:8d}  refused: {name}: {reason}")
    for name, number in sorted(singular.items()):
        print(f"{number:8d}  singular (the derivative is infinite): {name}")
    if arguments.verbose:
        print(", ".join(f"{name} {number}" for name, number in covered.most_common()))
    print(f"{seconds:.0f} s, {arguments.count / seconds:.0f} programs/s; failing seeds: {failing}")
    return bool(failing)


if __name__ == "__main__":
    sys.exit(main())
