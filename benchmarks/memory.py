"""Peak memory of one training step of twenty layers, and whether memory grows with the number of steps.

What is measured is what NumPy and Python allocate while the step runs, above what was there before it (the data and the
parameters), as `tracemalloc` sees it.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.runner import (
    Options,
    Outcome,
    Spread,
    Table,
    Verdict,
    Worker,
    at_most,
    interleave,
    progress_line,
    short,
)
from benchmarks.worker import DifferentResult

LAYERS, WIDTH, BATCH, DTYPE, LR = 20, 128, 4096, "float32", 0.1
LIMIT = 1.25  # times the peak of the hand-written step
TOLERANCE = 1e-9  # of the largest change in an array, in float64
BASE, OURS = "hand", "lite_nn"
#: How many layers are in a group that is checkpointed.
GROUPS = {"lite_checkpoint_4": 4, "lite_checkpoint_5": 5}
ENGINES = {
    "hand": "NumPy, hand-written",
    "lite": "autograd_lite, Tensors",
    "lite_nn": "autograd_lite, nn and SGD",
    **{key: f"the same, checkpoint around {n} layers" for key, n in GROUPS.items()},
    "hips": "HIPS autograd",
    "mygrad": "MyGrad",
}

#: After how many steps memory is compared, and by how many bytes it may differ: the numbers that the engine counts with
#: need more digits as they grow.
FEW, MANY = 10, 1000
ALLOWED = 1024

Array = NDArray[Any]
#: Runs one step and returns the loss, and gives the parameters (weights as (in, out)).
Step = tuple[Callable[[], Any], Callable[[], list[Array]]]


def run(options: Options) -> Outcome:
    engines = {key: title for key, title in ENGINES.items() if key == BASE or options.wants_engine(key, title)}
    if options.quick:
        engines.pop("mygrad", None)  # it takes a gigabyte and longer than all others together
    peaks = measure_peaks(list(engines), options)
    base = peaks[BASE]
    table = Table(
        f"One step of {LAYERS} sigmoid layers, {WIDTH} wide, batch {BATCH}, {DTYPE}: peak memory, and time",
        ["", "peak, MB", "ratio", "time, ms", "ratio"],
        [[title, *row(peaks[key], base)] for key, title in engines.items()],
    )
    notes = [f"{ENGINES[key]}: {one['message']}" for key, one in peaks.items() if one["state"] in ("WRONG", "failed")]
    verdicts = [
        Verdict("every engine that is installed runs and computes the same as the hand-written step", not notes)
    ]
    if OURS in engines:
        ratio = peaks[OURS]["MB"] / base["MB"] if "MB" in peaks[OURS] and "MB" in base else None
        verdicts.append(at_most(f"{ENGINES[OURS]}: peak memory, ratio to hand-written", ratio, LIMIT))

    grown = {title: measure_growth(title, options) for title in TRAININGS}
    growth = Table(
        f"Memory in use after {FEW} and after {MANY:,} small training steps, bytes",
        ["", f"after {FEW}", f"after {MANY:,}", "more", "objects in cycles"],
        [
            [title, *(f"{grown[title][name]:,}" for name in ("few", "many", "more", "cyclic"))]
            if "many" in grown[title]
            else [title, *[grown[title]["state"]] * 4]
            for title in TRAININGS
        ],
    )
    notes += [f"{key}: {one['message']}" for key, one in grown.items() if "many" not in one]
    growing = [title for title, one in grown.items() if "many" not in one or one["more"] > ALLOWED or one["cyclic"]]
    verdicts.append(
        Verdict(
            f"memory after {MANY:,} steps equals that after {FEW}, and nothing needs the garbage collector"
            + (f"; not so: {'; '.join(growing)}" if growing else ""),
            not growing,
        )
    )
    return Outcome([table, growth], verdicts, notes, {"step": peaks, "growth": grown})


def row(one: dict[str, Any], base: dict[str, Any]) -> list[str]:
    if "MB" not in one:
        return [one["state"]] * 4
    if one is base:
        return [short(one["MB"]), "1", short(one["ms"].median), "1"]
    return [short(one["MB"]), short(one["MB"] / base["MB"]), short(one["ms"].median), str(one["ratio"])]


def measure_peaks(engines: list[str], options: Options) -> dict[str, dict[str, Any]]:
    """Measure the peak of each engine once, and let them take turns for the time."""
    show = progress_line("memory")
    rounds = 3 if options.quick else 7
    with contextlib.ExitStack() as stack:
        workers, found = {}, {}
        for key in engines:
            show(f"peak of {ENGINES[key]}")
            worker = stack.enter_context(Worker("benchmarks.memory:workload", {"engine": key}, options.threads))
            found[key] = worker.measure(0) if worker.wait_until_ready() else None
            workers[key] = worker
        taken = interleave(workers, dict.fromkeys(engines, 1), rounds, show)
        show("")
    outcome: dict[str, dict[str, Any]] = {}
    for key, worker in workers.items():
        outcome[key] = {"state": worker.state, "message": worker.message}
        times = [one[key]["step"] * 1e3 for one in taken if key in one]
        peak = found[key]
        if peak is not None and times:
            ratios = [one[key]["step"] / one[BASE]["step"] for one in taken if key in one and BASE in one]
            outcome[key] |= {"MB": peak["MB"], "ms": Spread.of(times), "ratio": Spread.of(ratios)}
    return outcome


def measure_growth(training: str, options: Options) -> dict[str, Any]:
    """Train in a process of its own; return the bytes in use after few and after many steps."""
    show = progress_line("memory")
    show(f"growth, {training}")
    with Worker("benchmarks.memory:growth", {"training": training}, options.threads) as worker:
        found = worker.measure(MANY) if worker.wait_until_ready() else None
    show("")
    if found is None:
        return {"state": worker.state, "message": worker.message}
    return {"few": found["few"], "many": found["many"], "more": found["many"] - found["few"], "cyclic": found["cyclic"]}


# -- in the process of each engine -------------------------------------------------------------------------------------


class MeasuredStep:
    """A step that has been proved right, whose memory and time can be measured."""

    def __init__(self, step: Callable[[], Any]) -> None:
        self.step = step
        step()

    def measure(self, count: int) -> dict[str, float]:
        """Time `count` steps; for a count of 0, give the peak of one in MB."""
        if count:
            start = time.perf_counter()
            for _ in range(count):
                self.step()
            return {"step": time.perf_counter() - start}
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        self.step()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return {"MB": (peak - before) / 1e6}


def workload(engine: str) -> MeasuredStep:
    """Prove the step of an engine on a few examples in float64, and make it for what is measured."""
    prove(*STEPS[engine](Task(64, "float64")))
    return MeasuredStep(STEPS[engine](Task(BATCH, DTYPE))[0])


@dataclass(frozen=True)
class Task:
    batch: int
    dtype: str

    def data(self) -> tuple[Array, Array]:
        rng = np.random.default_rng(0)
        x = rng.normal(size=(self.batch, WIDTH)).astype(self.dtype)
        return x, rng.uniform(size=(self.batch, WIDTH)).astype(self.dtype)

    def parameters(self) -> list[Array]:
        """New arrays ``[W1, b1, W2, b2, ...]``, each weight of shape (in, out).

        They are such that a gradient arrives at the first of the layers that rounding does not drown.
        """
        rng = np.random.default_rng(1)
        parameters: list[Array] = []
        for _ in range(LAYERS):
            W = rng.normal(scale=4 / np.sqrt(WIDTH), size=(WIDTH, WIDTH))
            parameters += [W.astype(self.dtype), (-W.sum(axis=0) / 2).astype(self.dtype)]
        return parameters


def prove(step: Callable[[], Any], parameters: Callable[[], list[Array]]) -> None:
    """Raise if the loss, or the change of a parameter, differs from the hand-written one beyond rounding."""
    task = Task(64, "float64")
    right_step, right_parameters = hand_step(task)
    loss, right = float(step().item()), float(right_step())
    if not abs(loss - right) <= TOLERANCE * abs(right):
        raise DifferentResult(f"the loss is {loss}, by hand {right}")
    arrays = zip(task.parameters(), right_parameters(), parameters(), strict=True)
    for number, (start, wanted, actual) in enumerate(arrays, start=1):
        error = float(np.max(np.abs(actual - wanted)) / np.max(np.abs(wanted - start)))
        if not error <= TOLERANCE:
            raise DifferentResult(f"the change of array {number} is off by {error:.1e} of the largest")


def hand_step(task: Task) -> Step:
    """As a careful person writes it: the activations are kept, and nothing else of the forward pass."""
    X, Y = task.data()
    parameters = task.parameters()
    weights, biases = parameters[0::2], parameters[1::2]

    def step() -> Any:
        # forward
        A = [X]
        for W, b in zip(weights, biases, strict=True):
            A.append(1 / (1 + np.exp(-(A[-1] @ W + b))))
        error = A[-1] - Y
        loss = np.mean(error**2)
        # backward
        gradients = []
        delta = 2 * error / error.size * A[-1] * (1 - A[-1])
        for i in reversed(range(LAYERS)):
            gradients += [delta.sum(axis=0), A[i].T @ delta]
            if i > 0:
                delta = (delta @ weights[i].T) * A[i] * (1 - A[i])
        # update
        for p, g in zip(parameters, reversed(gradients), strict=True):
            p -= LR * g
        return loss

    return step, lambda: parameters


def lite_step(task: Task) -> Step:
    from autograd_lite import Tensor

    X, Y = task.data()
    parameters = [Tensor(p, requires_grad=True) for p in task.parameters()]

    def step() -> Any:
        A = X
        for W, b in zip(parameters[0::2], parameters[1::2], strict=True):
            A = 1 / (1 + np.exp(-(A @ W + b)))
        loss = np.mean((A - Y) ** 2)
        loss.backward()
        for p in parameters:
            p.data -= LR * p.grad
            p.grad = None
        return loss

    return step, lambda: [p.numpy() for p in parameters]


def lite_nn_step(task: Task, group: int = 0) -> Step:
    import autograd_lite as ag
    import nn

    X, Y = task.data()
    layers = [nn.Sequential(nn.Linear(WIDTH, WIDTH, dtype=task.dtype), nn.Sigmoid()) for _ in range(LAYERS)]
    model = nn.Sequential(*layers)
    parameters = list(model.parameters())
    for p, value in zip(parameters, task.parameters(), strict=True):
        p.data = np.ascontiguousarray(value.T)
    blocks = [ag.checkpoint(nn.Sequential(*layers[i : i + group])) for i in range(0, LAYERS, group)] if group else None
    loss_function = nn.MSELoss()
    optimizer = nn.optim.SGD(parameters, lr=LR)

    def predicted(x: Any) -> Any:
        if blocks is None:
            return model(x)
        for block in blocks:
            x = block(x)
        return x

    def step() -> Any:
        optimizer.zero_grad()
        loss = loss_function(predicted(X), Y)
        loss.backward()
        optimizer.step()
        return loss

    return step, lambda: [p.numpy().T for p in parameters]


def hips_step(task: Task) -> Step:
    import autograd.numpy as anp
    from autograd import value_and_grad

    X, Y = task.data()
    parameters = task.parameters()

    def loss_of(parameters: Any) -> Any:
        A = X
        for W, b in zip(parameters[0::2], parameters[1::2], strict=True):
            A = 1 / (1 + anp.exp(-(A @ W + b)))
        return anp.mean((A - Y) ** 2)

    loss_and_gradients = value_and_grad(loss_of)

    def step() -> Any:
        loss, gradients = loss_and_gradients(parameters)
        for p, g in zip(parameters, gradients, strict=True):
            p -= LR * g
        return loss

    return step, lambda: parameters


def mygrad_step(task: Task) -> Step:
    import mygrad
    from mygrad.nnet.activations import sigmoid

    X, Y = task.data()
    parameters = [mygrad.tensor(p) for p in task.parameters()]

    def step() -> Any:
        A = X
        for W, b in zip(parameters[0::2], parameters[1::2], strict=True):
            A = sigmoid(A @ W + b)
        loss = ((A - Y) ** 2).mean()
        loss.backward()
        for p in parameters:
            p.data -= LR * p.grad
        return loss

    return step, lambda: [p.data for p in parameters]


STEPS: dict[str, Callable[[Task], Step]] = {
    "hand": hand_step,
    "lite": lite_step,
    "lite_nn": lite_nn_step,
    **{key: functools.partial(lite_nn_step, group=group) for key, group in GROUPS.items()},
    "hips": hips_step,
    "mygrad": mygrad_step,
}


# -- growth ------------------------------------------------------------------------------------------------------------


class MeasuredTraining:
    """Steps, one after another, with the memory in use after some of them."""

    def __init__(self, step: Callable[[], Any]) -> None:
        self.step = step

    def measure(self, count: int) -> dict[str, float]:
        """Run `count` steps; return the bytes in use after few and after all, and how many objects were in cycles.

        Before it is looked at, the collector runs: it also empties Python's own stores of objects for reuse, which may
        hold some 100 kB. In between it is off; so the objects that it then finds are all that only it can free.
        """
        for _ in range(FEW):
            self.step()
        gc.collect()
        gc.disable()
        tracemalloc.start()
        for _ in range(FEW):
            self.step()
        gc.collect()
        few = tracemalloc.get_traced_memory()[0]
        for _ in range(count - FEW):
            self.step()
        cyclic = gc.collect()
        many = tracemalloc.get_traced_memory()[0]
        gc.enable()
        tracemalloc.stop()
        return {"few": few, "many": many, "cyclic": cyclic}


def growth(training: str) -> MeasuredTraining:
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(32, 8)), rng.uniform(size=(32, 4))
    return MeasuredTraining(TRAININGS[training](X, Y))


def nn_sgd(X: Array, Y: Array) -> Callable[[], Any]:
    import nn

    return nn_training(lambda parameters: nn.optim.SGD(parameters, lr=LR, momentum=0.9), X, Y)


def nn_adam(X: Array, Y: Array) -> Callable[[], Any]:
    import nn

    return nn_training(nn.optim.Adam, X, Y)


def nn_checkpoint(X: Array, Y: Array) -> Callable[[], Any]:
    import autograd_lite as ag
    import nn

    return nn_training(nn.optim.Adam, X, Y, ag.checkpoint)


def nn_training(make_optimizer: Any, X: Array, Y: Array, wrap: Callable[[Any], Any] = lambda f: f) -> Any:
    import nn

    model = nn.Sequential(nn.Linear(8, 16), nn.Sigmoid(), nn.Linear(16, 4))
    optimizer = make_optimizer(list(model.parameters()))
    loss_function, predict = nn.MSELoss(), wrap(model)

    def step() -> None:
        optimizer.zero_grad()
        loss_function(predict(X), Y).backward()
        optimizer.step()

    return step


def tensors(X: Array, Y: Array) -> Callable[[], Any]:
    from autograd_lite import Tensor

    W, b = Tensor(np.ones((8, 4)), requires_grad=True), Tensor(np.zeros(4), requires_grad=True)

    def step() -> None:
        np.mean((np.tanh(X @ W + b) - Y) ** 2).backward()
        for p in (W, b):
            p.data -= LR * p.grad
            p.zero_grad()

    return step


def views_and_writes(X: Array, Y: Array) -> Callable[[], Any]:
    from autograd_lite import Tensor

    p = Tensor(np.ones(36), requires_grad=True)

    def step() -> None:
        W, b = p[:32].reshape(8, 4), p[32:]
        out = Tensor(np.zeros(Y.shape))
        for i, row in enumerate(X):
            out[i] = np.tanh(W.T @ row + b)
        out[0] *= 2
        out -= Y
        np.mean(out**2).backward()
        p.data -= LR * p.grad
        p.zero_grad()

    return step


def transform(X: Array, Y: Array) -> Callable[[], Any]:
    import autograd_lite as ag

    gradients = ag.grad(lambda p: np.mean((np.tanh(X @ p["W"] + p["b"]) - Y) ** 2))
    parameters = {"W": np.ones((8, 4)), "b": np.zeros(4)}

    def step() -> None:
        for name, g in gradients(parameters).items():
            parameters[name] -= LR * g

    return step


def higher_order(X: Array, Y: Array) -> Callable[[], Any]:
    import autograd_lite as ag

    product = ag.hvp(lambda W: np.mean((np.tanh(X @ W) - Y) ** 2))
    W, v = np.ones((8, 4)), np.full((8, 4), 0.1)

    def step() -> None:
        W[...] -= LR * product(W, v)

    return step


TRAININGS: dict[str, Callable[[Array, Array], Callable[[], Any]]] = {
    "nn, SGD with momentum": nn_sgd,
    "nn, Adam": nn_adam,
    "nn, Adam, checkpoint": nn_checkpoint,
    "Tensors, p.data -= lr * p.grad": tensors,
    "Tensors, views and writes in place": views_and_writes,
    "grad": transform,
    "hvp": higher_order,
}
