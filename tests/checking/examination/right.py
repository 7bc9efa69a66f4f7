"""Right backward passes in many hand styles: whatever the doctor finds in them, unless benign, is a false alarm.

One in three is an architecture with other numbers; the others are networks of one to three layers that combine a way
to write the backward pass, an activation, a loss, a storage of the weights, a precision and a regime of the units.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd_lite as ag
from tests.checking.examination.architectures import ARCHITECTURES, LR, run, with_step

STYLES = ("fused", "deferred", "samples", "units", "einsum", "explicit", "accumulated", "in place")
STORAGES = ("rows", "transposed", "columns")
ACTIVATIONS = ("tanh", "sigmoid", "relu", "leaky", "softplus", "identity")
LOSSES = ("mse", "half", "bce", "softmax")
REGIMES = ("plain", "saturated", "dead", "far apart", "single")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


ACTIVATE: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(0, z),
    "leaky": lambda z: np.where(z > 0, z, 0.01 * z),
    "softplus": lambda z: np.logaddexp(0, z),
    "identity": lambda z: z,
}

SLOPE: dict[str, Callable[[Any, Any], Any]] = {
    "tanh": lambda z, a: 1 - a**2,
    "sigmoid": lambda z, a: a * (1 - a),
    "relu": lambda z, a: (z > 0).astype(z.dtype),
    "leaky": lambda z, a: np.where(z > 0, 1, 0.01),
    "softplus": lambda z, a: sigmoid(z),
    "identity": lambda z, a: np.ones_like(z),
}


class Network:
    """A network of dense layers with a backward pass by hand, in one combination of habits."""

    def __init__(self, number: int) -> None:
        rng = np.random.default_rng([7, number])
        self.rng = rng
        self.style = STYLES[number % len(STYLES)]
        self.storage = STORAGES[rng.integers(len(STORAGES))]
        self.activation = ACTIVATIONS[rng.integers(len(ACTIVATIONS))]
        self.kind = LOSSES[rng.integers(len(LOSSES))]
        self.regime = REGIMES[rng.integers(len(REGIMES))]
        self.dtype = np.float32 if rng.random() < 0.25 else np.float64
        self.mode = ("gradients", "intermediates", "step")[rng.integers(3)]
        depth = int(rng.integers(1, 4))
        self.sizes = [int(n) for n in rng.permutation(np.arange(2, 8))[: depth + 1]]
        if rng.random() < 0.2:
            self.sizes = [self.sizes[0]] * (depth + 1)
        if self.kind != "softmax" and rng.random() < 0.3:
            self.sizes[-1] = 1
        self.m = 1 if self.regime == "single" else int(rng.integers(2, 11))
        self.depth = depth
        self.x = rng.normal(size=(self.m, self.sizes[0])).astype(self.dtype)
        k = self.sizes[-1]
        if self.kind == "softmax":
            self.y = np.eye(k)[rng.integers(0, k, size=self.m)].astype(self.dtype)
        elif self.kind == "bce":
            self.y = (rng.random((self.m, k)) > 0.5).astype(self.dtype)
        else:
            self.y = rng.normal(size=(self.m, k)).astype(self.dtype)
        self.flat_bias = self.storage != "columns" and rng.random() < 0.5
        self.shortcut = rng.random() < 0.5  # gradients called dW1
        words = [self.style, self.storage, self.activation, self.kind, self.regime, self.dtype.__name__, self.mode]
        self.name = f"network {number} ({', '.join(words)}, {self.m} of {self.sizes})"

    def params(self) -> dict[str, Any]:
        """Random parameters in the regime."""
        rng, p = self.rng, {}
        large = {"saturated": 6.0, "far apart": 1.0}.get(self.regime, 1.0)
        for i, (n, k) in enumerate(zip(self.sizes, self.sizes[1:], strict=False), start=1):
            w = large * rng.normal(size=(n, k))
            b = rng.normal(size=(1, k))
            if self.regime == "dead" and i < self.depth:
                b[:, : max(1, k // 2)] = -30
                w[:, -1] = 0
            if self.regime == "far apart":
                w *= 10.0 ** float(rng.integers(-4, 3))
            stored = w if self.storage == "rows" else w.T
            bias = b.T if self.storage == "columns" else b[0] if self.flat_bias else b
            p[f"W{i}"], p[f"b{i}"] = stored.astype(self.dtype), bias.astype(self.dtype)
        return p

    def forward(self, p: dict[str, Any]) -> tuple[list[Any], list[Any]]:
        """The linear values and the activations of each layer, in the network's storage."""
        act = ACTIVATE[self.activation]
        a = self.x.T if self.storage == "columns" else self.x
        zs, activations = [], [a]
        for i in range(1, self.depth + 1):
            if self.storage == "columns":
                z = np.dot(p[f"W{i}"], a) + p[f"b{i}"]
            elif self.storage == "rows":
                z = a @ p[f"W{i}"] + p[f"b{i}"]
            else:
                z = a @ p[f"W{i}"].T + p[f"b{i}"]
            a = act(z) if i < self.depth else z
            zs.append(z)
            activations.append(a)
        return zs, activations

    def loss(self, p: dict[str, Any]) -> Any:
        """The loss and the intermediates."""
        zs, activations = self.forward(p)
        z = zs[-1].T if self.storage == "columns" else zs[-1]
        if self.kind == "mse":
            value = np.mean((z - self.y) ** 2)
        elif self.kind == "half":
            value = 0.5 * np.sum((z - self.y) ** 2) / self.m
        elif self.kind == "bce":
            value = np.sum(np.logaddexp(0, z) - self.y * z) / self.m
        else:
            shifted = z - np.max(z, axis=1, keepdims=True)
            value = -np.sum(self.y * (shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True)))) / self.m
        named = {f"Z{i}": z for i, z in enumerate(zs, start=1)}
        named |= {f"A{i}": a for i, a in enumerate(activations[1:-1], start=1)}
        return value, named

    def delta(self, z: Any) -> Any:
        """The loss's gradient at the output times the number of samples, a row for each."""
        if self.kind == "mse":
            return 2 * (z - self.y) / z.shape[1]
        if self.kind == "half":
            return z - self.y
        if self.kind == "bce":
            return sigmoid(z) - self.y
        e = np.exp(z - np.max(z, axis=1, keepdims=True))
        probs = e / np.sum(e, axis=1, keepdims=True)
        probs[self.y == 1] -= 1
        return probs

    def backward(self, p: dict[str, Any]) -> dict[str, Any]:
        """The gradients by hand."""
        zs, activations = self.forward(p)
        if self.storage == "columns":
            grads = self._columns(p, zs, activations)
        else:
            write = {"samples": self._samples, "units": self._units, "einsum": self._einsum}.get(self.style, self._rows)
            grads = write(p, zs, activations)
        if self.mode != "intermediates":
            grads = {k: g for k, g in grads.items() if k in p}
        return {("d" + k if self.shortcut else k): g for k, g in grads.items()}

    def _columns(self, p: Any, zs: list[Any], activations: list[Any]) -> dict[str, Any]:
        grads = {}
        deferred = self.style in ("deferred", "in place")
        later = self.m if deferred else 1
        dz = self.delta(zs[-1].T).T / (1 if deferred else self.m)
        for i in range(self.depth, 0, -1):
            grads[f"Z{i}"] = dz
            if self.style == "samples":
                dw, db = np.zeros_like(p[f"W{i}"]), np.zeros_like(p[f"b{i}"])
                for j in range(self.m):
                    dw += np.outer(dz[:, j], activations[i - 1][:, j])
                    db += dz[:, j : j + 1]
            elif self.style == "einsum":
                dw, db = np.einsum("im,jm->ij", dz, activations[i - 1]), np.einsum("im->i", dz)[:, None]
            else:
                dw, db = np.dot(dz, activations[i - 1].T) / later, np.sum(dz, axis=1, keepdims=True) / later
            grads[f"W{i}"], grads[f"b{i}"] = dw, db
            if i > 1:
                da = np.dot(p[f"W{i}"].T, dz)
                grads[f"A{i - 1}"] = da
                dz = np.multiply(da, SLOPE[self.activation](zs[i - 2], activations[i - 1]))
        return grads

    def _rows(self, p: Any, zs: list[Any], activations: list[Any]) -> dict[str, Any]:
        grads = {}
        z = zs[-1]
        later = 1
        if self.style == "deferred":
            dz, later = self.delta(z), self.m
        elif self.style == "explicit" and self.kind == "bce" and np.max(np.abs(z)) < 9:
            out = sigmoid(z)
            dz = (-self.y / out + (1 - self.y) / (1 - out)) / self.m * out * (1 - out)
        else:
            dz = self.delta(z)
            dz /= self.m
        for i in range(self.depth, 0, -1):
            grads[f"Z{i}"] = dz.copy()
            inputs = activations[i - 1]
            dw = inputs.T @ dz if self.storage == "rows" else dz.T @ inputs
            db = dz.sum(axis=0).reshape(p[f"b{i}"].shape)
            if self.style == "accumulated":
                total_w, total_b = np.zeros_like(p[f"W{i}"]), np.zeros_like(p[f"b{i}"])
                total_w += dw
                total_b += db
                dw, db = total_w, total_b
            grads[f"W{i}"], grads[f"b{i}"] = dw / later, db / later
            if i > 1:
                da = dz @ (p[f"W{i}"].T if self.storage == "rows" else p[f"W{i}"])
                grads[f"A{i - 1}"] = da.copy()
                slope = SLOPE[self.activation](zs[i - 2], activations[i - 1])
                if self.style == "in place":
                    da *= slope
                    dz = da
                else:
                    dz = da * slope
        return grads

    def _samples(self, p: Any, zs: list[Any], activations: list[Any]) -> dict[str, Any]:
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        grads |= {f"Z{i}": np.zeros_like(z) for i, z in enumerate(zs, start=1)}
        deltas = self.delta(zs[-1])
        for j in range(self.m):
            d = deltas[j] / self.m
            for i in range(self.depth, 0, -1):
                grads[f"Z{i}"][j] = d
                inputs = activations[i - 1][j]
                grads[f"W{i}"] += np.outer(inputs, d) if self.storage == "rows" else np.outer(d, inputs)
                grads[f"b{i}"] += d.reshape(p[f"b{i}"].shape)
                if i > 1:
                    w = p[f"W{i}"] if self.storage == "rows" else p[f"W{i}"].T
                    d = (w @ d) * SLOPE[self.activation](zs[i - 2][j], activations[i - 1][j])
        return grads

    def _units(self, p: Any, zs: list[Any], activations: list[Any]) -> dict[str, Any]:
        grads = {k: np.zeros_like(v) for k, v in p.items()}
        deltas = self.delta(zs[-1]) / self.m
        for sample in range(self.m):
            d = [float(v) for v in deltas[sample]]
            for i in range(self.depth, 0, -1):
                flat, w, back = grads[f"b{i}"].reshape(-1), p[f"W{i}"], []
                for r, value in enumerate(activations[i - 1][sample]):
                    total = 0.0
                    for c in range(len(d)):
                        at = (r, c) if self.storage == "rows" else (c, r)
                        grads[f"W{i}"][at] += value * d[c]
                        total += float(w[at]) * d[c]
                    if i > 1:
                        z = zs[i - 2][sample, r : r + 1]
                        total *= float(SLOPE[self.activation](z, activations[i - 1][sample, r : r + 1])[0])
                    back.append(total)
                for c in range(len(d)):
                    flat[c] += d[c]
                d = back
        return grads

    def _einsum(self, p: Any, zs: list[Any], activations: list[Any]) -> dict[str, Any]:
        grads = {}
        dz = self.delta(zs[-1]) / self.m
        for i in range(self.depth, 0, -1):
            grads[f"Z{i}"] = dz
            rule, back = ("mi,mo->io", "mo,io->mi") if self.storage == "rows" else ("mi,mo->oi", "mo,oi->mi")
            grads[f"W{i}"] = np.einsum(rule, activations[i - 1], dz)
            grads[f"b{i}"] = np.einsum("mo->o", dz).reshape(p[f"b{i}"].shape)
            if i > 1:
                dz = np.einsum(back, dz, p[f"W{i}"]) * SLOPE[self.activation](zs[i - 2], activations[i - 1])
        return grads

    def step(self, p: dict[str, Any]) -> dict[str, Any] | None:
        """A step of gradient descent; half of the networks change their parameters in place."""
        grads = self.backward(p)
        rate = self.dtype(LR)
        for k in p:
            g = grads["d" + k if self.shortcut else k]
            if self.style in ("in place", "samples"):
                p[k] -= rate * g
            else:
                p[k] = p[k] - rate * g
        return None if self.style == "in place" else p


def right(number: int) -> tuple[str, Callable[[Any], Any], Callable[[Any], Any], dict[str, Any], bool]:
    """Return the name, the loss, the gradients or the step, the parameters, and whether it is a step."""
    if number % 3:
        network = Network(number)
        p = network.params()
        is_step = network.mode == "step"
        return network.name, network.loss, network.step if is_step else network.backward, p, is_step
    architecture = list(ARCHITECTURES.values())[number // 3 % len(ARCHITECTURES)]
    code = re.sub(r"default_rng\(\d+\)", f"default_rng({number + 1000})", architecture.code(), count=1)
    name = f"{architecture.name} {number}"
    p = run(name, code)["params"]()
    is_step = "def backward(" not in code or number % 2 == 0
    module = run(name, with_step(code, list(p)) if is_step else code)
    return name, module["loss"], module["step" if is_step else "backward"], module["params"](), is_step


def alarms(count: int, verbose: bool = False, start: int = 0) -> str:
    """Check right backward passes and say which raised an alarm."""
    lines, styles, slowest, seconds = [], Counter(), 0.0, 0.0
    for number in range(start, start + count):
        name, loss, gradients, p, is_step = right(number)
        styles[name.split("(")[1].split(",")[0] if "(" in name else "architectures"] += 1
        started = time.perf_counter()
        try:
            with np.errstate(all="ignore"):
                report = ag.check_step(loss, gradients, p, LR) if is_step else ag.check_backward(loss, gradients, p)
        except Exception as error:
            lines.append(f"{name}: {type(error).__name__}: {error}")
            continue
        taken = time.perf_counter() - started
        seconds, slowest = seconds + taken, max(slowest, taken)
        found = [(f.where, f.kind) for f in report.findings if not f.benign]
        if found or not report.ok:
            errors = {c.name: float(f"{c.error:.1e}") for c in report.comparisons if not c.ok}
            remarks = " ".join(report.remarks)[:160] if verbose else ""
            lines.append(f"{name}: found {found}, errors {errors}, unexplained {report.unexplained} {remarks}".rstrip())
    head = f"{count} right backward passes, {len(lines)} false alarms; "
    head += f"{seconds / count:.3f} s each, at most {slowest:.2f} s"
    kinds = ", ".join(f"{style} {n}" for style, n in sorted(styles.items()))
    return "\n".join([head, f"  {kinds}", *(f"  FALSE ALARM {line}" for line in lines)])
