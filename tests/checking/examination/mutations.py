"""Mistakes put into right backward passes: which text is replaced, and what is then wrong, by KINDS.md's definitions.

A mistake is written ``"causes", old, new, ...``. Causes are separated by commas; ``where:kind`` is what should be
found, and alternatives after ``|`` are readings of the same numbers that are as good.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tests.checking.examination.architectures import ARCHITECTURES, Architecture, run, with_step

#: Kinds that multiply by a number: two of them on one path can not be told apart.
CONSTANT = {"sign_flipped", "scale", "mean_over_wrong_count", "update_scale"}
#: Kinds that may change a gradient's shape; in a step that is a silent broadcast.
SHAPES = {"missing_sum", "wrong_axis", "broadcasting_silent", "shape_mismatch", "elementwise_vs_matmul", "transposed"}
#: How the gradients are given: alone, with those of intermediates, by a training step.
GRADIENTS, INTERMEDIATES, STEP = "gradients", "intermediates", "step"
_PAIRS = 11


@dataclass(frozen=True)
class Mistake:
    """One slip: its causes, each a tuple of acceptable (where, kind), and the replacements that make it."""

    causes: tuple[tuple[tuple[str, str], ...], ...]
    edits: tuple[tuple[str, str], ...]
    modes: str = "GIS"

    def label(self) -> str:
        """What is wrong, for the name of a case."""
        return "+".join(f"{where}-{kind}" for ((where, kind), *_) in self.causes)


@dataclass(frozen=True)
class Case:
    """A wrong backward pass and its root causes."""

    name: str
    architecture: Architecture
    mistakes: tuple[Mistake, ...]
    mode: str

    @property
    def half(self) -> str:
        """``"practice"`` or ``"held-out"``, for ever the same."""
        return "practice" if zlib.crc32(self.name.encode()) % 2 else "held-out"

    @property
    def causes(self) -> list[tuple[tuple[str, str], ...]]:
        """All root causes, each with its acceptable readings."""
        causes = [cause for mistake in self.mistakes for cause in mistake.causes]
        if self.mode != STEP:
            return causes
        broadcast = "broadcasting_silent"
        return [(*cause, (cause[0][0], broadcast)) if cause[0][1] in SHAPES else cause for cause in causes]

    @cached_property
    def code(self) -> str:
        """The program with the mistakes in it."""
        return mutated(self.architecture, self.mistakes, self.mode)

    def load(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any], dict[str, Any]]:
        """Return the loss, the gradients or the step, and the parameters."""
        module = run(self.name, self.code)
        p = module["params"]()
        if self.mode == STEP:
            return module["loss"], module["step"], p
        if self.mode == INTERMEDIATES:
            return module["loss"], module["backward"], p
        return module["loss"], lambda q: {k: v for k, v in module["backward"](q).items() if k in p}, p


def mutated(architecture: Architecture, mistakes: tuple[Mistake, ...], mode: str) -> str:
    """Put mistakes into the text; ``ValueError`` if a text to replace is not there exactly once."""
    code = architecture.code()
    if mode == STEP and "def step(" not in code:
        code = with_step(code, list(run(architecture.name, code)["params"]()))
    for mistake in mistakes:
        for old, new in mistake.edits:
            if code.count(old) != 1:
                raise ValueError(f"{architecture.name}: {old!r} occurs {code.count(old)} times")
            code = code.replace(old, new)
    return code


_MISTAKES: dict[str, list[Mistake]] = {name: [] for name in ARCHITECTURES}


def _m(architecture: str, causes: str, *texts: str, modes: str = "GIS") -> None:
    parsed = tuple(
        tuple((part.split(":")[0].strip(), part.split(":")[1].strip()) for part in cause.split("|"))
        for cause in causes.split(",")
    )
    edits = tuple(zip(texts[::2], texts[1::2], strict=True))
    _MISTAKES[architecture].append(Mistake(parsed, edits, "S" if architecture == "class" else modes))


def _gate(gate: str, kind: str) -> str:
    """A mistake in a gate of the LSTM, at each step: at its parameters, or at the value before or after its sigmoid."""
    return "|".join(f"{where}:{kind}" for where in (f"W{gate}", f"b{gate}", *(f"{gate}{t}" for t in ("", 0, 1, 2))))


def _updates(architecture: str, twice: str, kept: str, uphill: str) -> None:
    """The slips of the update itself."""
    line = '{0} = p["{0}"] - LR * g["{0}"]'
    _m(architecture, f"{twice}:update_scale", line.format(twice), f'{twice} = p["{twice}"] - LR * LR * g["{twice}"]',
       modes="S")  # fmt: skip
    _m(architecture, f"{kept}:update_dropped", line.format(kept), f'{kept}, d{kept} = p["{kept}"], g["{kept}"]',
       modes="S")  # fmt: skip
    _m(architecture, f"{uphill}:sign_flipped", line.format(uphill), f'{uphill} = p["{uphill}"] + LR * g["{uphill}"]',
       modes="S")  # fmt: skip


# fmt: off
_r = "rows"
_m(_r, "A2:sign_flipped", "2 * (A2 - Y) / Y.size", "2 * (Y - A2) / Y.size")
_m(_r, "A2:scale", "2 * (A2 - Y) / Y.size", "(A2 - Y) / Y.size")
_m(_r, "A2:scale|A2:mean_over_wrong_count", "2 * (A2 - Y) / Y.size", "2 * (A2 - Y)")
_m(_r, "A2:mean_over_wrong_count", "2 * (A2 - Y) / Y.size", "2 * (A2 - Y) / X.size")
_m(_r, "A2:wrong_loss_derivative|Z2:missing_activation_derivative", "2 * (A2 - Y) / Y.size",
   "(A2 - Y) / (A2 * (1 - A2)) / Y.size")
_m(_r, "A2:wrong_loss_derivative", "2 * (A2 - Y) / Y.size", "np.sign(A2 - Y) / Y.size")
_m(_r, "Z2:missing_activation_derivative", "dZ2 = dA2 * A2 * (1 - A2)", "dZ2 = dA2")
_m(_r, "Z2:wrong_activation_derivative", "dA2 * A2 * (1 - A2)", "dA2 * (1 - A2 ** 2)")
_m(_r, "Z1:wrong_activation_derivative", "dA1 * A1 * (1 - A1)", "dA1 * Z1 * (1 - Z1)")
_m(_r, "Z1:wrong_activation_derivative", "dA1 * A1 * (1 - A1)", "dA1 * sig(A1) * (1 - sig(A1))")
_m(_r, "Z1:missing_activation_derivative", "dZ1 = dA1 * A1 * (1 - A1)", "dZ1 = dA1")
_m(_r, "Z1:wrong_activation_derivative|Z1:missing_factor", "dA1 * A1 * (1 - A1)", "dA1 * A1")
_m(_r, "W2:wrong_operand|W2:missing_activation_derivative", "A1.T @ dZ2", "A1.T @ dA2")
_m(_r, "W2:wrong_operand", "A1.T @ dZ2", "Z1.T @ dZ2")
_m(_r, "A1:wrong_operand|A1:missing_activation_derivative", 'dZ2 @ p["W2"].T', 'dA2 @ p["W2"].T')
_m(_r, "W1:wrong_operand|W1:missing_activation_derivative", "X.T @ dZ1", "X.T @ dA1")
_m(_r, "b1:missing_sum", "db1 = np.sum(dZ1, axis=0, keepdims=True)", "db1 = dZ1")
_m(_r, "b1:broadcasting_silent|b1:shape_mismatch|b1:missing_sum", "db1 = np.sum(dZ1, axis=0, keepdims=True)",
   "db1 = np.sum(dZ1, axis=0)", modes="GI")
_m(_r, "b2:wrong_axis", "np.sum(dZ2, axis=0, keepdims=True)", "np.sum(dZ2, axis=1, keepdims=True)", modes="GI")
_m(_r, "b2:wrong_axis", "np.sum(dZ2, axis=0, keepdims=True)", "np.sum(dZ2)")
_m(_r, "b1:scale|b1:mean_over_wrong_count", "np.sum(dZ1, axis=0, keepdims=True)",
   "np.mean(dZ1, axis=0, keepdims=True)")
_m(_r, "Z1:elementwise_vs_matmul", "dA1 * A1 * (1 - A1)", "dA1 @ (A1 * (1 - A1)).T", modes="GI")
_m(_r, "A1:stale_parameter", 'dZ2 @ p["W2"].T', 'dZ2 @ (p["W2"] - LR * dW2).T', modes="S")
_m(_r, "W2:inplace_mutation", "dA2 = 2", "slope1 = A1\n    slope1 *= 1 - A1\n    dA2 = 2", "dA1 * A1 * (1 - A1)",
   "dA1 * slope1")
_m(_r, "loss:forward_mismatch|A2:wrong_loss_derivative", "np.mean((A2 - Y) ** 2)", "np.sum(A2 - Y) ** 2 / Y.size")
_updates(_r, "W1", "b2", "W2")

_r = "columns"
_m(_r, "Z2:sign_flipped", "dZ2 = A2 - Y", "dZ2 = Y - A2")
_m(_r, "Z2:extra_factor|Z2:wrong_loss_derivative", "dZ2 = A2 - Y", "dZ2 = (A2 - Y) * A2 * (1 - A2)")
_m(_r, "W2:mean_over_wrong_count", "np.dot(dZ2, A1.T) / m", "np.dot(dZ2, A1.T) / X.shape[0]")
_m(_r, "b2:scale|b2:mean_over_wrong_count", "np.sum(dZ2, axis=1, keepdims=True) / m",
   "np.sum(dZ2, axis=1, keepdims=True)")
_m(_r, "W1:scale|W1:mean_over_wrong_count", "np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)")
_m(_r, "W2:wrong_operand", "np.dot(dZ2, A1.T)", "np.dot(dZ2, A2.T)")
_m(_r, "Z1:wrong_activation_derivative", "1 - np.power(A1, 2)", "A1 * (1 - A1)")
_m(_r, "Z1:wrong_activation_derivative", "1 - np.power(A1, 2)", "1 - np.power(np.tanh(A1), 2)")
_m(_r, "Z1:missing_activation_derivative", "dZ1 = dA1 * (1 - np.power(A1, 2))", "dZ1 = dA1")
_m(_r, "Z1:sign_flipped", "1 - np.power(A1, 2)", "np.power(A1, 2) - 1")
_m(_r, "b1:wrong_axis", "np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1, axis=0, keepdims=True)", modes="GI")
_m(_r, "b1:wrong_axis", "np.sum(dZ1, axis=1, keepdims=True)", "np.sum(dZ1)")
_m(_r, "b1:missing_sum", "np.sum(dZ1, axis=1, keepdims=True)", "dZ1")
_m(_r, "b1:broadcasting_silent|b1:shape_mismatch|b1:missing_sum", "np.sum(dZ1, axis=1, keepdims=True)",
   "np.sum(dZ1, axis=1)")
_m(_r, "b2:missing_sum", "np.sum(dZ2, axis=1, keepdims=True)", "dZ2")
_m(_r, "W1:transposed", "np.dot(dZ1, X.T)", "np.dot(X, dZ1.T)", modes="GI")
_m(_r, "b1:wrong_operand|b1:missing_activation_derivative", "np.sum(dZ1, axis=1, keepdims=True)",
   "np.sum(dA1, axis=1, keepdims=True)")
_m(_r, "A1:stale_parameter|Z1:stale_parameter", 'np.dot(p["W2"].T, dZ2)', 'np.dot((p["W2"] - LR * dW2).T, dZ2)',
   modes="S")
_m(_r, "A1:missing_factor", 'np.dot(p["W2"].T, dZ2)', 'np.dot(p["W2"].T, np.ones_like(dZ2))')
_m(_r, "loss:forward_mismatch", "(1 - Y) * np.log(1 - A2)) / m", "(1 - Y) * np.log(1 - A2) / m)", modes="GS")
_updates(_r, "W2", "b1", "W1")

_r = "bce"
_m(_r, "yhat:sign_flipped", "(-t / yhat + (1 - t) / (1 - yhat))", "(t / yhat - (1 - t) / (1 - yhat))")
_m(_r, "yhat:sign_flipped", "(-t / yhat + (1 - t) / (1 - yhat))", "(-t / yhat - (1 - t) / (1 - yhat))")
_m(_r, "yhat:missing_term", "(-t / yhat + (1 - t) / (1 - yhat))", "(-t / yhat)")
_m(_r, "yhat:wrong_loss_derivative", "(-t / yhat + (1 - t) / (1 - yhat)) / t.size", "2 * (yhat - t) / t.size")
_m(_r, "yhat:wrong_loss_derivative|yhat:missing_factor", "(-t / yhat + (1 - t) / (1 - yhat)) / t.size",
   "(yhat - t) / t.size")
_m(_r, "yhat:scale|yhat:mean_over_wrong_count", "(1 - yhat)) / t.size", "(1 - yhat)) / len(t)")
_m(_r, "yhat:scale|yhat:mean_over_wrong_count", "(1 - yhat)) / t.size", "(1 - yhat))")
_m(_r, "v:missing_activation_derivative", "g_yhat * yhat * (1 - yhat)", "g_yhat")
_m(_r, "v:wrong_activation_derivative", "g_yhat * yhat * (1 - yhat)", "g_yhat * (1 - yhat ** 2)")
_m(_r, "w2:wrong_operand", "h.T.dot(g_v)", "u.T.dot(g_v)")
_m(_r, "w2:inplace_mutation", "g_yhat = (", "slope = h\n    slope *= -h\n    slope += 1\n    g_yhat = (",
   "g_h * (1 - h ** 2)", "g_h * slope")
_m(_r, "c2:wrong_axis", "g_v.sum(0)", "g_v.sum()")
_m(_r, "c2:wrong_axis", "g_v.sum(0)", "g_v.sum(1)", modes="GI")
_m(_r, "c1:missing_sum", "g_u.sum(0)", "g_u")
_m(_r, "c1:wrong_operand|c1:missing_activation_derivative", "g_u.sum(0)", "g_h.sum(0)")
_m(_r, "u:missing_activation_derivative", "g_h * (1 - h ** 2)", "g_h")
_m(_r, "u:wrong_activation_derivative", "1 - h ** 2", "1 - u ** 2")
_m(_r, "u:wrong_activation_derivative", "1 - h ** 2", "h * (1 - h)")
_m(_r, "h:stale_parameter", 'g_v.dot(p["w2"].T)', 'g_v.dot((p["w2"] - LR * g_w2).T)', modes="S")
_m(_r, "w1:transposed", "X.T.dot(g_u)", "g_u.T.dot(X)", modes="GI")
_m(_r, "w1:sign_flipped", "X.T.dot(g_u)", "-X.T.dot(g_u)")
_updates(_r, "w2", "w1", "c1")

_r = "onehot"
_m(_r, "scores2:sign_flipped", "(probs - Y) / n", "(Y - probs) / n")
_m(_r, "scores2:scale|scores2:mean_over_wrong_count", "(probs - Y) / n", "(probs - Y)")
_m(_r, "scores2:mean_over_wrong_count", "(probs - Y) / n", "(probs - Y) / Y.shape[1]")
_m(_r, "scores2:extra_factor|scores2:wrong_loss_derivative", "(probs - Y) / n", "(probs - Y) * probs * (1 - probs) / n")
_m(_r, "scores1:missing_activation_derivative", "dhidden * (scores1 > 0)", "dhidden")
_m(_r, "scores1:wrong_activation_derivative", "dhidden * (scores1 > 0)", "dhidden * np.maximum(0, scores1)")
_m(_r, "scores1:wrong_activation_derivative|scores1:wrong_operand", "dhidden * (scores1 > 0)",
   "(dhidden > 0) * dhidden")
_m(_r, "W2:missing_term", '    dW2 += REG * p["W2"]\n', "")
_m(_r, "W2:missing_term, W1:missing_term", '    dW2 += REG * p["W2"]\n    dW1 += REG * p["W1"]\n', "")
_m(_r, "W1:scale|W1:extra_term", 'dW1 += REG * p["W1"]', 'dW1 += 2 * REG * p["W1"]')
_m(_r, "W1:sign_flipped", 'dW1 += REG * p["W1"]', 'dW1 -= REG * p["W1"]')
_m(_r, "W1:missing_accumulation|W1:missing_term", 'dW1 += REG * p["W1"]', 'dW1 = REG * p["W1"]')
_m(_r, "b1:extra_term", 'dW1 += REG * p["W1"]', 'dW1 += REG * p["W1"]\n    db1 += REG * p["b1"]')
_m(_r, "W2:wrong_operand", 'dW2 += REG * p["W2"]', "dW2 += REG * dW2")
_m(_r, "b1:missing_sum", "db1 = np.sum(dscores1, axis=0, keepdims=True)", "db1 = dscores1")
_m(_r, "b2:wrong_axis", "np.sum(dscores2, axis=0, keepdims=True)", "np.sum(dscores2, axis=1, keepdims=True)",
   modes="GI")
_m(_r, "b1:wrong_operand|b1:missing_activation_derivative", "np.sum(dscores1, axis=0", "np.sum(dhidden, axis=0")
_m(_r, "hidden:stale_parameter", 'dscores2 @ p["W2"].T', 'dscores2 @ (p["W2"] - LR * (dW2 + REG * p["W2"])).T',
   modes="S")
_m(_r, "loss:forward_mismatch", "probs = e / np.sum(e, axis=1, keepdims=True)",
   "probs = e / np.sum(e, axis=0, keepdims=True)")
_m(_r, "loss:forward_mismatch|scores2:wrong_loss_derivative", "-np.sum(Y * np.log(probs)) / X.shape[0]",
   "0.5 * np.sum((probs - Y) ** 2) / X.shape[0]")
_updates(_r, "b1", "W2", "b2")

_r = "labels"
_m(_r, "z2:missing_term", "    dz2[np.arange(len(y)), y] -= 1\n", "")
_m(_r, "z2:sign_flipped", "y] -= 1", "y] += 1")
_m(_r, "z2:extra_term|z2:wrong_operand|logp:wrong_loss_derivative", "dz2[np.arange(len(y)), y] -= 1", "dz2[:, y] -= 1")
_m(_r, "z2:mean_over_wrong_count", "dz2 /= len(y)", "dz2 /= dz2.shape[1]")
_m(_r, "z2:scale|z2:mean_over_wrong_count", "    dz2 /= len(y)\n", "")
_m(_r, "z1:missing_activation_derivative", "    dz1[z1 <= 0] *= 0.1\n", "")
_m(_r, "z1:wrong_activation_derivative", "dz1[z1 <= 0] *= 0.1", "dz1[z1 <= 0] = 0")
_m(_r, "z1:wrong_activation_derivative", "dz1[z1 <= 0] *= 0.1", "dz1[z1 > 0] *= 0.1")
_m(_r, "W2:wrong_operand", "a1.T @ dz2", "z1.T @ dz2")
_m(_r, "b2:wrong_axis", "dz2.sum(axis=0)", "dz2.sum(axis=1)", modes="GI")
_m(_r, "b1:wrong_axis", "dz1.sum(axis=0)", "dz1.sum()")
_m(_r, "b1:missing_sum", "dz1.sum(axis=0)", "dz1")
_m(_r, "b1:missing_accumulation", "dz1.sum(axis=0)", "dz1[-1]")
_m(_r, "b1:scale|b1:mean_over_wrong_count", "dz1.sum(axis=0)", "dz1.mean(axis=0)")
_m(_r, "b1:wrong_operand|b1:missing_activation_derivative, W1:wrong_operand|W1:missing_activation_derivative",
   "dz1.sum(axis=0)", "da1.sum(axis=0)", "X.T @ dz1", "X.T @ da1", modes="I")
_m(_r, "W2:inplace_mutation|W2:wrong_operand", "dW2 = a1.T @ dz2", "a1[z1 <= 0] = 0\n    dW2 = a1.T @ dz2")
_m(_r, "W2:shape_mismatch", "a1.T @ dz2", "np.c_[a1, np.ones(len(y))].T @ dz2", modes="GI")
_updates(_r, "b2", "b1", "W1")

_r = "tanh3"
_m(_r, "out:sign_flipped", "(out - Y) / len(X)", "(Y - out) / len(X)")
_m(_r, "out:scale", "(out - Y) / len(X)", "2 * (out - Y) / len(X)")
_m(_r, "out:mean_over_wrong_count", "(out - Y) / len(X)", "(out - Y) / X.shape[1]")
_m(_r, "a2:wrong_operand", 'back2 = delta3 @ p["W3"].T', 'back2 = delta3 @ gW3.T')
_m(_r, "a1:transposed", 'delta2 @ p["W2"].T', 'delta2 @ p["W2"]')
_m(_r, "W2:transposed", "a1.T @ delta2", "delta2.T @ a1")
_m(_r, "W2:wrong_operand", "a1.T @ delta2", "a2.T @ delta2")
_m(_r, "W2:wrong_operand|W2:missing_activation_derivative", "a1.T @ delta2", "a1.T @ back2")
_m(_r, "a1:wrong_operand|a1:missing_activation_derivative", 'delta2 @ p["W2"].T', 'back2 @ p["W2"].T')
_m(_r, "z2:missing_activation_derivative", "back2 * (1 - a2 ** 2)", "back2")
_m(_r, "z2:wrong_activation_derivative|z2:wrong_operand", "back2 * (1 - a2 ** 2)", "back2 * (1 - a1 ** 2)")
_m(_r, "z1:wrong_activation_derivative|z1:wrong_operand", "back1 * (1 - a1 ** 2)", "back1 * (1 - a2 ** 2)")
_m(_r, "z1:wrong_activation_derivative", "back1 * (1 - a1 ** 2)", "back1 * (1 - np.tanh(a1) ** 2)")
_m(_r, "z1:wrong_activation_derivative|z1:sign_flipped", "back1 * (1 - a1 ** 2)", "back1 * (1 + a1 ** 2)")
_m(_r, "a1:sign_flipped", 'delta2 @ p["W2"].T', '-delta2 @ p["W2"].T')
_m(_r, "b1:wrong_operand", "gb1 = delta1.sum(axis=0)", "gb1 = delta2.sum(axis=0)")
_m(_r, "b2:wrong_axis", "delta2.sum(axis=0)", "delta2.sum()")
_m(_r, "b3:missing_sum", "delta3.sum(axis=0)", "delta3")
_m(_r, "a1:elementwise_vs_matmul", "back1 * (1 - a1 ** 2)", "back1 @ (1 - a1 ** 2).T", modes="GI")
_m(_r, "W1:extra_factor", "gW1 = X.T @ delta1", "gW1 = p['W1'] * (X.T @ delta1)")
_m(_r, "a2:stale_parameter", 'delta3 @ p["W3"].T', 'delta3 @ (p["W3"] - LR * gW3).T', modes="S")
_m(_r, "a1:stale_parameter", 'delta2 @ p["W2"].T', 'delta2 @ (p["W2"] - LR * gW2).T', modes="S")
_updates(_r, "W2", "b3", "b1")

_r = "rnn"
_m(_r, "y:sign_flipped", "dy = y - target", "dy = target - y")
_m(_r, "y:scale", "dy = y - target", "dy = 2 * (y - target)")
_m(_r, "h1:transposed|h0:transposed", 'dh = p["Whh"].T @ draw', 'dh = p["Whh"] @ draw')
_m(_r, "h1:missing_term|Whh:missing_accumulation|Whh:missing_term", 'dh = p["Whh"].T @ draw', "dh = 0 * dh", modes="GS")
_m(_r, "h1:missing_activation_derivative|h0:missing_activation_derivative", 'dh = p["Whh"].T @ draw',
   'dh = p["Whh"].T @ dh')
_m(_r, "Whh:wrong_operand", "draw @ hs[t - 1].T", "draw @ hs[t].T")
_m(_r, "Whh:missing_accumulation", 'grads["Whh"] += draw', 'grads["Whh"] = draw')
_m(_r, "bh:missing_accumulation", 'grads["bh"] += draw', 'grads["bh"] = draw')
_m(_r, "Wxh:missing_accumulation", 'grads["Wxh"] += draw', 'grads["Wxh"] = draw')
_m(_r, "Wxh:wrong_operand", "draw @ xs[t].T", "draw @ xs[t - 1].T")
_m(_r, "Why:wrong_operand", "dy @ hs[T - 1].T", "dy @ hs[T - 2].T")
_m(_r, "h2:wrong_activation_derivative", "(1 - hs[t] ** 2) * dh", "hs[t] * (1 - hs[t]) * dh")
_m(_r, "h2:missing_activation_derivative", "(1 - hs[t] ** 2) * dh", "dh")
_m(_r, "Wxh:sign_flipped", 'grads["Wxh"] += draw', 'grads["Wxh"] -= draw')
_m(_r, "h2:wrong_operand", 'dh = p["Why"].T @ dy', 'dh = grads["Why"].T @ dy')
_m(_r, "h0:missing_term|Whh:missing_accumulation|h0:missing_accumulation",
   "in reversed(range(T))", "in reversed(range(1, T))", modes="G")
_updates(_r, "Whh", "by", "bh")

_r = "lstm"
_m(_r, "c0:missing_term", "+ dc_next\n", "\n")
_m(_r, "c0:wrong_operand", "dc_next = dc * f", "dc_next = dc * i")
_m(_r, "c0:missing_factor", "dc_next = dc * f", "dc_next = dc")
_m(_r, _gate("o", "missing_activation_derivative"),
   "np.tanh(c) * o * (1 - o)", "np.tanh(c)", modes="G")
_m(_r, _gate("i", "wrong_operand") + "|" + _gate("i", "wrong_activation_derivative"),
   "dif = dc * g * i * (1 - i)", "dif = dc * g * f * (1 - f)", modes="G")
_m(_r, _gate("g", "wrong_activation_derivative"), "(1 - g ** 2)", "g * (1 - g)", modes="G")
_m(_r, "bi:wrong_operand", 'G["bi"] += dif', 'G["bi"] += dff')
_m(_r, "Wf:wrong_operand", "np.outer(dff, z)", "np.outer(dif, z)")
_m(_r, "Wg:missing_accumulation", 'G["Wg"] +=', 'G["Wg"] =')
_m(_r, "bf:missing_accumulation", 'G["bf"] += dff', 'G["bf"] = dff')
_m(_r, "h0:missing_term", ' + p["Wo"].T @ dof', "")
_m(_r, "h0:wrong_operand", 'p["Wi"].T @ dif', 'p["Wf"].T @ dif')
_m(_r, "h1:sign_flipped", "dh, dc_next = h - goal", "dh, dc_next = goal - h")
_m(_r, "c1:missing_activation_derivative", "dh * o * (1 - np.tanh(c) ** 2)", "dh * o")
_m(_r, "c1:wrong_activation_derivative", "1 - np.tanh(c) ** 2", "1 - c ** 2")
_updates(_r, "Wf", "bo", "Wg")

_r = "conv"
_m(_r, "k:flipped_kernel", "return {\"k\": dk,", "return {\"k\": dk[::-1],")
_m(_r, "k:missing_accumulation", "dk[j] += np.sum(dz * x[:, j:j + 7])", "dk[j] = np.sum((dz * x[:, j:j + 7])[-1])")
_m(_r, "k:missing_accumulation", "    for j in range(3):\n        dk[j]", "    for j in range(2):\n        dk[j]")
_m(_r, "k:wrong_operand", "np.sum(dz * x[:, j:j + 7])", "np.sum(da * x[:, j:j + 7])")
_m(_r, "k:wrong_operand", "np.sum(dz * x[:, j:j + 7])", "np.sum(dz * x[:, 2:9])")
_m(_r, "out:sign_flipped", "2 * (out - goal) / len(x)", "2 * (goal - out) / len(x)")
_m(_r, "out:scale", "2 * (out - goal) / len(x)", "(out - goal) / len(x)")
_m(_r, "out:mean_over_wrong_count", "2 * (out - goal) / len(x)", "2 * (out - goal) / x.shape[1]")
_m(_r, "v:missing_sum", "np.sum(dout * a, axis=0)", "dout * a")
_m(_r, "v:missing_factor", "np.sum(dout * a, axis=0)", "np.sum(dout, axis=0)")
_m(_r, "a:missing_factor", "dout * p[\"v\"]", "dout")
_m(_r, "z:missing_activation_derivative", "da * (1 - a * a)", "da")
_m(_r, "z:wrong_activation_derivative", "da * (1 - a * a)", "da * a * (1 - a)")
_m(_r, "b:mean_over_wrong_count|b:scale", "np.sum(dz, keepdims=True)", "np.mean(dz, keepdims=True)")
_m(_r, "b:wrong_axis|b:missing_sum", "np.sum(dz, keepdims=True).reshape(1)", "np.sum(dz, axis=0)")
_m(_r, "loss:forward_mismatch|out:wrong_loss_derivative", "np.sum((out - goal) ** 2) / len(x)",
   "np.sum(out - goal) ** 2 / len(x)")
_m(_r, "a:stale_parameter", "dout * p[\"v\"]", "dout * (p[\"v\"] - LR * dv)", modes="S")
_updates(_r, "k", "b", "v")

_r = "batchnorm"
_m(_r, "z:missing_term", " + dvar * 2 * (z - mu) / N + dmu / N", " + dmu / N")
_m(_r, "z:missing_term", " + dvar * 2 * (z - mu) / N + dmu / N", " + dvar * 2 * (z - mu) / N")
_m(_r, "z:missing_term", " + dvar * 2 * (z - mu) / N + dmu / N", "")
_m(_r, "xhat:missing_factor", "dout * p[\"gamma\"]", "dout")
_m(_r, "gamma:wrong_operand|gamma:missing_factor", "np.sum(dout * xhat, axis=0)", "np.sum(dout * z, axis=0)")
_m(_r, "gamma:missing_factor", "np.sum(dout * xhat, axis=0)", "np.sum(dout, axis=0)")
_m(_r, "beta:missing_sum", "dbeta = np.sum(dout, axis=0)", "dbeta = dout")
_m(_r, "beta:wrong_operand|beta:missing_activation_derivative", "dbeta = np.sum(dout, axis=0)",
   "dbeta = np.sum(da, axis=0)")
_m(_r, "a:sign_flipped", "da = a - goal", "da = goal - a")
_m(_r, "out:missing_activation_derivative", "da * (1 - a ** 2)", "da")
_m(_r, "out:wrong_activation_derivative", "da * (1 - a ** 2)", "da * a * (1 - a)")
_m(_r, "z:sign_flipped", "* -0.5 * std_inv ** 3", "* 0.5 * std_inv ** 3")
_m(_r, "W:scale|W:mean_over_wrong_count", "x.T @ dz", "x.T @ dz / N")
_m(_r, "gamma:wrong_axis", "np.sum(dout * xhat, axis=0)", "np.sum(dout * xhat)")
_updates(_r, "gamma", "beta", "W")

_r = "embedding"
_m(_r, "E:missing_accumulation", "np.add.at(dE, words, dvectors)", "dE[words] += dvectors")
_m(_r, "E:missing_accumulation", "np.add.at(dE, words, dvectors)", "dE[words] = dvectors")
_m(_r, "s:sign_flipped", "dU = bag.T @ ds", "ds = -ds\n    dU = bag.T @ ds")
_m(_r, "s:scale|s:mean_over_wrong_count", "dU = bag.T @ ds", "ds /= 3\n    dU = bag.T @ ds")
_m(_r, "s:missing_term", "    ds[np.arange(3), y] -= 1\n", "")
_m(_r, "U:scale|U:mean_over_wrong_count", "dU = bag.T @ ds", "dU = bag.T @ ds / 5")
_m(_r, "U:wrong_operand", "dU = bag.T @ ds", "dU = bag.T @ softmax(bag @ p['U'] + p['c'])")
_m(_r, "U:wrong_operand|U:missing_accumulation", "dU = bag.T @ ds", "dU = vectors[:, -1].T @ ds")
_m(_r, "c:missing_sum", "ds.sum(axis=0)", "ds", modes="GI")
_m(_r, "c:wrong_axis", "ds.sum(axis=0)", "ds.sum(axis=1)", modes="GI")
_m(_r, "vectors:scale|vectors:mean_over_wrong_count|E:scale|E:mean_over_wrong_count",
   "np.repeat(dbag[:, None, :], 3, axis=1)", "np.repeat(dbag[:, None, :], 3, axis=1) / 3")
_m(_r, "bag:stale_parameter", "ds @ p[\"U\"].T", "ds @ (p[\"U\"] - LR * dU).T", modes="S")
_m(_r, "bag:wrong_operand", "ds @ p[\"U\"].T", "ds @ dU.T")
_m(_r, "loss:forward_mismatch", "probs = e / np.sum(e, axis=1, keepdims=True)", "probs = e / np.sum(e)")
_updates(_r, "E", "c", "U")

_r = "tied"
_m(_r, "W:missing_term", "X.T @ dpre + drec.T @ code", "X.T @ dpre")
_m(_r, "W:missing_term", "X.T @ dpre + drec.T @ code", "drec.T @ code")
_m(_r, "W:sign_flipped", "X.T @ dpre + drec.T @ code", "X.T @ dpre - drec.T @ code")
_m(_r, "W:scale", "X.T @ dpre + drec.T @ code", "(X.T @ dpre + drec.T @ code) / 2")
_m(_r, "W:wrong_operand|W:missing_activation_derivative", "X.T @ dpre + drec.T @ code", "X.T @ dcode + drec.T @ code")
_m(_r, "W:wrong_operand", "X.T @ dpre + drec.T @ code", "X.T @ dpre + rec.T @ code")
_m(_r, "rec:sign_flipped", "2 * (rec - X) / X.size", "2 * (X - rec) / X.size")
_m(_r, "rec:scale|rec:mean_over_wrong_count", "2 * (rec - X) / X.size", "2 * (rec - X) / len(X)")
_m(_r, "rec:scale", "2 * (rec - X) / X.size", "(rec - X) / X.size")
_m(_r, "pre:missing_activation_derivative", "dcode * (1 - code ** 2)", "dcode")
_m(_r, "pre:wrong_activation_derivative", "dcode * (1 - code ** 2)", "dcode * code * (1 - code)")
_m(_r, "b:missing_sum", "db = np.sum(dpre, axis=0)", "db = dpre")
_m(_r, "b:wrong_operand|b:missing_activation_derivative", "db = np.sum(dpre, axis=0)", "db = np.sum(dcode, axis=0)")
_m(_r, "c:wrong_axis", "np.sum(drec, axis=0)", "np.sum(drec)")
_m(_r, "loss:forward_mismatch|rec:wrong_loss_derivative", "np.mean((rec - X) ** 2)", "np.mean(rec - X) ** 2")
_updates(_r, "W", "c", "b")

_r = "attention"
_m(_r, "S:missing_term", "A * (dA - np.sum(dA * A, axis=1, keepdims=True))", "A * dA")
_m(_r, "S:missing_term", "A * (dA - np.sum(dA * A, axis=1, keepdims=True))", "dA * A * (1 - A)")
_m(_r, "S:missing_activation_derivative", "A * (dA - np.sum(dA * A, axis=1, keepdims=True))", "dA")
_m(_r, "S:wrong_axis", "np.sum(dA * A, axis=1, keepdims=True)", "np.sum(dA * A, axis=0, keepdims=True)")
_m(_r, "S:wrong_axis", "np.sum(dA * A, axis=1, keepdims=True)", "np.sum(dA * A)")
_m(_r, "S:sign_flipped", "dA - np.sum(dA * A", "dA + np.sum(dA * A")
_m(_r, "Q:scale, K:scale", "dS @ K / scale", "dS @ K", "dS.T @ Q / scale", "dS.T @ Q",
   modes="GI")
_m(_r, "Q:scale", "dS @ K / scale", "dS @ K")
_m(_r, "K:scale", "dS.T @ Q / scale", "dS.T @ Q")
_m(_r, "K:transposed", "dS.T @ Q", "dS @ Q")
_m(_r, "V:transposed", "dV = A.T @ dO", "dV = A @ dO")
_m(_r, "K:wrong_operand", "dS.T @ Q", "dS.T @ K")
_m(_r, "Wk:wrong_operand", "X.T @ dK", "X.T @ dQ")
_m(_r, "O:sign_flipped", "dO = O - goal", "dO = goal - O")
_m(_r, "O:scale", "dO = O - goal", "dO = 2 * (O - goal)")
_m(_r, "A:wrong_operand", "dO @ V.T", "dO @ dV.T")
_updates(_r, "Wq", "Wk", "Wv")

_r = "dropout"
_m(_r, "A1:missing_factor", "dD1 * mask / KEEP", "dD1 / KEEP")
_m(_r, "A1:missing_factor|A1:scale", "dD1 * mask / KEEP", "dD1 * mask")
_m(_r, "A1:missing_factor|Z1:wrong_operand", "dD1 * mask / KEEP", "dD1")
_m(_r, "W2:wrong_operand|W2:missing_factor", "D1.T @ dZ2", "A1.T @ dZ2")
_m(_r, "Z1:wrong_activation_derivative|Z1:wrong_operand", "dA1 * A1 * (1 - A1)", "dA1 * D1 * (1 - D1)")
_m(_r, "Z1:missing_activation_derivative", "dA1 * A1 * (1 - A1)", "dA1")
_m(_r, "Z2:sign_flipped", '(D1 @ p["W2"] + p["b2"] - Y)', '(Y - D1 @ p["W2"] - p["b2"])')
_m(_r, "Z2:scale|Z2:mean_over_wrong_count", '- Y) / len(Y)', '- Y)')
_m(_r, "Z2:scale", '- Y) / len(Y)', '- Y) * 2 / len(Y)')
_m(_r, "W1:wrong_operand|W1:missing_activation_derivative", "X.T @ dZ1", "X.T @ dA1")
_m(_r, "W1:missing_factor", "X.T @ dZ1", "X.T @ np.ones_like(dZ1)")
_m(_r, "b1:wrong_axis", "dZ1.sum(axis=0)", "dZ1.sum()")
_m(_r, "b2:missing_sum", "dZ2.sum(axis=0)", "dZ2")
_m(_r, "Z1:extra_factor|A1:extra_factor", "dA1 = dD1 * mask / KEEP", "dA1 = dD1 * A1 * mask / KEEP")
_m(_r, "W1:extra_term", "X.T @ dZ1", 'X.T @ dZ1 + 0.1 * p["W1"]')
_updates(_r, "W1", "W2", "b2")

_r = "ridge"
_m(_r, "yhat:sign_flipped", "2 * error / n", "-2 * error / n")
_m(_r, "yhat:scale", "dyhat = 2 * error / n", "dyhat = error / n")
_m(_r, "yhat:scale|yhat:mean_over_wrong_count", "dyhat = 2 * error / n", "dyhat = 2 * error")
_m(_r, "yhat:mean_over_wrong_count", "n = len(y)", "n = X.shape[1]")
_m(_r, "w:missing_term", " + 2 * ALPHA * p[\"w\"]", "")
_m(_r, "w:scale|w:missing_term", " + 2 * ALPHA * p[\"w\"]", " + ALPHA * p[\"w\"]")
_m(_r, "w:sign_flipped", " + 2 * ALPHA * p[\"w\"]", " - 2 * ALPHA * p[\"w\"]")
_m(_r, "w:missing_factor", " + 2 * ALPHA * p[\"w\"]", " + 2 * ALPHA", modes="GI")
_m(_r, "w:elementwise_vs_matmul", "X.T @ dyhat + 2 * ALPHA * p[\"w\"]", "(X.T * dyhat).T + 2 * ALPHA * p[\"w\"]")
_m(_r, "b:extra_term", "db = np.array([np.sum(dyhat)])", "db = np.array([np.sum(dyhat)]) + 2 * ALPHA * p[\"b\"]")
_m(_r, "b:missing_sum", "np.array([np.sum(dyhat)])", "dyhat")
_m(_r, "loss:forward_mismatch|yhat:wrong_loss_derivative", "np.mean((yhat - y) ** 2)", "np.mean(yhat - y) ** 2")
_updates(_r, "w", "b", "w")

_r = "class"
_m(_r, "a2:sign_flipped", "(outputs - targets) * outputs", "(targets - outputs) * outputs")
_m(_r, "z2:missing_activation_derivative", "(outputs - targets) * outputs * (1 - outputs)", "outputs - targets")
_m(_r, "z2:wrong_activation_derivative", "outputs * (1 - outputs)", "self.z2 * (1 - self.z2)")
_m(_r, "z2:wrong_activation_derivative", "outputs * (1 - outputs)", "(1 - outputs ** 2)")
_m(_r, "z1:missing_activation_derivative", "hidden_error * self.a1 * (1 - self.a1)", "hidden_error")
_m(_r, "z1:wrong_activation_derivative", "self.a1 * (1 - self.a1)", "sig(self.a1) * (1 - sig(self.a1))")
_m(_r, "a1:wrong_operand|a1:missing_activation_derivative", "np.dot(self.W2.T, output_delta)",
   "np.dot(self.W2.T, outputs - targets)")
_m(_r, "W2:wrong_operand", "np.dot(output_delta, self.a1.T)", "np.dot(output_delta, self.z1.T)")
_m(_r, "W2:scale|W2:mean_over_wrong_count", "np.dot(output_delta, self.a1.T) / m", "np.dot(output_delta, self.a1.T)")
_m(_r, "W1:mean_over_wrong_count", "np.dot(hidden_delta, inputs.T) / m",
   "np.dot(hidden_delta, inputs.T) / inputs.shape[0]")
_m(_r, "b1:wrong_axis", "np.sum(hidden_delta, axis=1, keepdims=True)", "np.sum(hidden_delta)")
_m(_r, "b1:missing_sum", "np.sum(hidden_delta, axis=1, keepdims=True)", "hidden_delta")
_m(_r, "b1:broadcasting_silent|b1:shape_mismatch|b1:missing_sum", "np.sum(hidden_delta, axis=1, keepdims=True)",
   "np.sum(hidden_delta, axis=1)")
_m(_r, "b2:missing_sum", "np.sum(output_delta, axis=1, keepdims=True)", "output_delta")
_m(_r, "b2:update_dropped", "self.b2 = self.b2 - LR", "self.db2 = self.b2 - LR")
_m(_r, "W1:update_scale", "self.W1 = self.W1 - LR * ", "self.W1 = self.W1 - LR * LR * ")
_m(_r, "W2:sign_flipped", "self.W2 = self.W2 - LR", "self.W2 = self.W2 + LR")
_m(_r, "a1:stale_parameter", "        hidden_error = np.dot(self.W2.T, output_delta)\n",
   "        self.W2 = self.W2 - LR * np.dot(output_delta, self.a1.T) / m\n"
   "        hidden_error = np.dot(self.W2.T, output_delta)\n",
   "        hidden_delta = hidden_error * self.a1 * (1 - self.a1)\n"
   "        self.W2 = self.W2 - LR * np.dot(output_delta, self.a1.T) / m\n",
   "        hidden_delta = hidden_error * self.a1 * (1 - self.a1)\n")
_m(_r, "W2:update_scale|W2:scale|W2:mean_over_wrong_count", "np.dot(output_delta, self.a1.T) / m",
   "np.dot(output_delta, self.a1.T) / m / m")
# fmt: on

_MODES = {"G": GRADIENTS, "I": INTERMEDIATES, "S": STEP}


def cases() -> list[Case]:
    """All cases, in a fixed order; what can not run or is not wrong is left out."""
    found = [case for name in ARCHITECTURES for case in _of(name) if _is_wrong(case)]
    names = [case.name for case in found]
    assert len(set(names)) == len(names)
    return found


def _of(name: str) -> Iterator[Case]:
    architecture = ARCHITECTURES[name]
    mistakes = _MISTAKES[name]
    counts: dict[str, int] = {}
    labels = []
    for mistake in mistakes:
        counts[mistake.label()] = counts.get(mistake.label(), 0) + 1
        labels.append(f"{mistake.label()}{counts[mistake.label()] if counts[mistake.label()] > 1 else ''}")
    for mistake, label in zip(mistakes, labels, strict=True):
        modes = mistake.modes
        start = zlib.crc32(f"{name} {label}".encode())
        for i in range(min(1 + start % 3 // 2, len(modes))):
            mode = _MODES[modes[(start + i) % len(modes)]]
            yield Case(f"{name}/{label}/{mode}", architecture, (mistake,), mode)
    pairs = sorted(
        (zlib.crc32(f"{name} {labels[i]} {labels[j]}".encode()), i, j)
        for i, j in itertools.combinations(range(len(mistakes)), 2)
        if _are_independent(architecture, mistakes[i], mistakes[j])
    )
    taken = 0
    for number, i, j in pairs:
        modes = [mode for mode in mistakes[i].modes if mode in mistakes[j].modes]
        if not modes:
            continue
        mode = _MODES[modes[number % len(modes)]]
        case = Case(f"{name}/{labels[i]} & {labels[j]}/{mode}", architecture, (mistakes[i], mistakes[j]), mode)
        if _is_wrong(case):
            yield case
            taken += 1
        if taken == _PAIRS:
            return


def _are_independent(architecture: Architecture, one: Mistake, other: Mistake) -> bool:
    """Whether two mistakes can be told apart: at other places, not two constants, no constant next to the other."""
    readings = [{pair for cause in m.causes for pair in cause} for m in (one, other)]
    places = [{where for where, _ in found} for found in readings]
    kinds = [{kind for _, kind in found} for found in readings]
    if places[0] & places[1] or "loss" in places[0] | places[1]:
        return False
    if not (kinds[0] | kinds[1]) & CONSTANT:
        return True
    return not (kinds[0] & CONSTANT and kinds[1] & CONSTANT) and not any(
        architecture.neighbours(where) & places[1] for where in places[0]
    )


def _is_wrong(case: Case) -> bool:
    """Whether the case runs, is wrong, and each of its mistakes makes a difference."""
    results = []
    for left_out in (None, *case.mistakes):
        rest = tuple(m for m in case.mistakes if m is not left_out)
        try:
            results.append(_numbers(Case(case.name, case.architecture, rest, case.mode)))
        except ValueError:
            return False
    return all(_differ(results[0], other) for other in results[1:])


def _numbers(case: Case) -> dict[str, Any]:
    loss, gradients, p = case.load()
    with np.errstate(all="ignore"):
        value = loss(p)
        found = dict(gradients({k: v.copy() for k, v in p.items()}))
    return {**found, "loss": value[0] if isinstance(value, tuple) else value}


def _differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return set(one) != set(other) or any(
        np.shape(one[k]) != np.shape(other[k]) or not np.allclose(one[k], other[k], rtol=1e-9, atol=1e-12) for k in one
    )
