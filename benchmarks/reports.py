"""What a person waits for: a derivation, a candidate of the doctor's search, a diagnosis."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.runner import Options, Outcome, Spread, Table, Worker, at_most, duration, interleave, progress_line

#: Seconds that each may take.
LIMITS = {
    "derive and print: three layers": 0.2,
    "derive and print: 2,000 calls": 5.0,
    "a candidate: a place replaced, the line evaluated": 50e-6,
    "check_backward: two layers, right": 1.0,
    "check_backward: two layers, a slip": 1.0,
    "check_backward: two layers, two slips": 1.0,
    "check_backward: LSTM of 3 steps, right": 10.0,
    "check_backward: LSTM of 3 steps, a slip": 10.0,
    "check_backward: LSTM of 3 steps, two slips": 10.0,
}


def run(options: Options) -> Outcome:
    show = progress_line("reports")
    with Worker("benchmarks.reports:Reports", {}, options.threads) as worker:
        worker.wait_until_ready()
        taken = interleave({"ours": worker}, {"ours": 1}, 2 if options.quick else 5, show)
    show("")
    rounds = [one["ours"] for one in taken if "ours" in one]
    notes = [f"failed: {worker.message}"] if worker.state != "ready" else []
    spreads = {name: Spread.of(one[name] for one in rounds) for name in LIMITS} if rounds else {}
    rows = [[name, duration(spread.median), duration(LIMITS[name])] for name, spread in spreads.items()]
    table = Table("What a person waits for: median over rounds", ["", "time", "allowed"], rows)
    verdicts = [
        at_most(name, spreads[name].median * 1e3 if rounds else None, limit * 1e3, " ms")
        for name, limit in LIMITS.items()
    ]
    return Outcome([table], verdicts, notes, rounds)


# -- in the process of its own -----------------------------------------------------------------------------------------

RNG = np.random.default_rng(0)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


class Layers:
    """Layers of sigmoid units with a squared error, and a backward pass by hand with slips put in."""

    def __init__(self, *sizes: int) -> None:
        self.count = len(sizes) - 1
        self.X, self.Y = RNG.normal(size=(20, sizes[0])), RNG.random((20, sizes[-1]))
        self.params = {}
        for i in range(1, len(sizes)):
            self.params[f"W{i}"] = RNG.normal(size=(sizes[i - 1], sizes[i]))
            self.params[f"b{i}"] = RNG.normal(size=sizes[i])

    def activations(self, p: Any) -> list[Any]:
        A = [self.X]
        for i in range(1, self.count + 1):
            A.append(sigmoid(A[-1] @ p[f"W{i}"] + p[f"b{i}"]))
        return A

    def loss(self, p: Any) -> Any:
        return np.mean((self.activations(p)[-1] - self.Y) ** 2)

    def backward(self, p: Any, *slips: str) -> dict[str, Any]:
        A = self.activations(p)
        gradients = {}
        delta = 2 * (A[-1] - self.Y) / self.Y.size * A[-1] * (1 - A[-1])
        for i in range(self.count, 0, -1):
            is_slip = i == 1 and "operand" in slips
            gradients[f"W{i}"] = A[i - 1].T @ (delta * 2 if is_slip else delta)
            gradients[f"b{i}"] = delta.sum(axis=0)
            slope = 1 - A[i - 1] ** 2 if "slope" in slips else A[i - 1] * (1 - A[i - 1])
            delta = delta @ p[f"W{i}"].T * slope
        return gradients


class LSTM:
    """A cell over three steps, and its backward pass by hand with slips put in."""

    H, D, T = 3, 2, 3

    def __init__(self) -> None:
        self.xs, self.goal = RNG.normal(size=(self.T, self.D)), RNG.normal(size=self.H)
        self.params = {f"W{gate}": 0.7 * RNG.normal(size=(self.H, self.H + self.D)) for gate in "fiog"}
        self.params |= {f"b{gate}": RNG.normal(size=self.H) for gate in "fiog"}

    def steps(self, p: Any) -> list[tuple[Any, ...]]:
        h, c, steps = np.zeros(self.H), np.zeros(self.H), []
        for x in self.xs:
            z = np.concatenate([h, x])
            f, i, o = (sigmoid(p[f"W{gate}"] @ z + p[f"b{gate}"]) for gate in "fio")
            g = np.tanh(p["Wg"] @ z + p["bg"])
            c_prev, c = c, f * c + i * g
            h = o * np.tanh(c)
            steps.append((z, f, i, o, g, c_prev, c, h))
        return steps

    def loss(self, p: Any) -> Any:
        return 0.5 * np.sum((self.steps(p)[-1][-1] - self.goal) ** 2)

    def backward(self, p: Any, *slips: str) -> dict[str, Any]:
        steps = self.steps(p)
        gradients = {name: np.zeros_like(value) for name, value in p.items()}
        dh, dc = steps[-1][-1] - self.goal, np.zeros(self.H)
        for z, f, i, o, g, c_prev, c, _ in reversed(steps):
            dc = dc + dh * o * (1 if "slope" in slips else 1 - np.tanh(c) ** 2)
            into = {
                "f": dc * (c if "operand" in slips else c_prev) * f * (1 - f),
                "i": dc * g * i * (1 - i),
                "o": dh * np.tanh(c) * o * (1 - o),
                "g": dc * i * (1 - g**2),
            }
            for gate, dgate in into.items():
                gradients[f"W{gate}"] += np.outer(dgate, z)
                gradients[f"b{gate}"] += dgate
            dh = sum(p[f"W{gate}"].T @ dgate for gate, dgate in into.items())[: self.H]
            dc = dc * f
        return gradients


def many_calls(p: Any) -> Any:
    """A loop without names: about 2,000 calls."""
    h = p["h"]
    for _ in range(500):
        h = np.tanh(h * p["w"] + p["b"])
        h = h + p["x"]
    return np.sum(h)


class Reports:
    """All that is timed."""

    def __init__(self) -> None:
        import autograd_lite as ag
        from autograd_lite.expressions import Name

        two, three, lstm = Layers(4, 5, 2), Layers(6, 5, 4, 2), LSTM()
        loop = {name: RNG.normal(size=4) for name in "hwbx"}
        derivation = ag.derive(two.loss, two.params)
        self.line = next(line for line in derivation.lines if line.name == "dZ1")
        self.values = {"A_1": RNG.random((20, 5)), "dA_1": RNG.random((20, 5))}
        self.place, _ = next((place, part) for place, part in self.line.places() if part == Name("A_1"))
        self.other = self.line.term  # something of its shape
        self.tasks: dict[str, Callable[[], Any]] = {
            "derive and print: three layers": lambda: str(ag.derive(three.loss, three.params)),
            "derive and print: 2,000 calls": lambda: str(ag.derive(many_calls, loop)),
        }
        for title, network in (("two layers", two), ("LSTM of 3 steps", lstm)):
            for slips, words in (((), "right"), (("slope",), "a slip"), (("slope", "operand"), "two slips")):
                self.tasks[f"check_backward: {title}, {words}"] = lambda network=network, slips=slips: (
                    ag.check_backward(network.loss, lambda p: network.backward(p, *slips), network.params)
                )

    def measure(self, count: int) -> dict[str, float]:
        """Take the time of each, `count` times; of a candidate more often."""
        seconds = {}
        for name, task in self.tasks.items():
            start = time.perf_counter()
            for _ in range(count):
                task()
            seconds[name] = time.perf_counter() - start
        often = 1_000
        start = time.perf_counter()
        for _ in range(often * count):
            self.line.replaced(self.place, self.other).evaluate(self.values)
        seconds["a candidate: a place replaced, the line evaluated"] = (time.perf_counter() - start) / often
        return seconds
