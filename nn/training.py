"""The training loop: `fit` and `evaluate`, with a history, a progress bar, and a stop at NaN."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import numpy as np

import autograd_lite as ag
from nn.arrays import plain
from nn.errors import ArgumentError, ArgumentTypeError, LabelError, ShapeError, TrainingError
from nn.history import History
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.progress import progress_bar
from nn.types import Array

#: Takes predictions and targets as plain arrays, all those of an epoch at once.
Metric: TypeAlias = Callable[[Array, Array], Any]
Batches: TypeAlias = Iterable[Any]


def fit(
    model: Module,
    loss_function: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    train_data: Batches,
    epochs: int,
    validation_data: Batches | None = None,
    metrics: Mapping[str, Metric] | None = None,
    scheduler: LRScheduler | None = None,
    progress: bool | None = None,
    callback: Callable[[int, History], Any] | None = None,
) -> History:
    """Train a model: for each batch of each epoch the loss, its gradients, a step.

    Parameters
    ----------
    model
        Takes a batch of inputs. It is set to training mode and afterwards back to the mode it was in.
    loss_function
        Takes predictions and targets of a batch and returns a single number, such as ``nn.CrossEntropyLoss()``.
    optimizer
        Changes the model's parameters.
    train_data
        Batches ``(inputs, targets)`` that can be gone through again: a `DataLoader`, a list; or a tuple of two arrays,
        which is one batch.
    epochs
        How often to go through them.
    validation_data
        The same, to measure loss and metrics on after each epoch, without learning. Default: none.
    metrics
        What else to measure, by name: functions of the predictions and the targets of an epoch, such as
        ``{"accuracy": nn.accuracy}``. Those on `train_data` use the predictions made while learning.
    scheduler
        Its ``step()`` is called after each epoch.
    progress
        Show a progress bar, for which the package tqdm is needed. Default: if tqdm is installed, and in a terminal or
        notebook.
    callback
        Called after each epoch with its number (from 1) and the history; training ends if it returns True.

    Returns
    -------
    History
        For each epoch the mean loss (``"loss"``), the metrics, and the same of the validation data
        (``"validation_loss"``, ...). After an interruption from the keyboard, a warning says so and the history holds
        the epochs that were completed.

    Raises
    ------
    TrainingError
        A loss or a gradient was NaN or infinite. The message says where, and what the likely causes are; the
        parameters are those before that step, and the history is the error's ``history``.
    ArgumentError
        The loss is not a single number, or the data can not be gone through again.
    ImportError
        ``progress=True`` without tqdm.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> x = np.linspace(-1, 1, 20).reshape(20, 1)
    >>> model = nn.Linear(1, 1, rng=0)
    >>> optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
    >>> history = nn.fit(model, nn.MSELoss(), optimizer, (x, 3 * x + 1), epochs=60)
    >>> round(model.weight.item(), 2), round(model.bias.item(), 2)
    (3.0, 1.0)
    >>> history["loss"][-1] < history["loss"][0]
    True
    """
    metrics = dict(metrics or {})
    batches = _batches(train_data, "train_data", epochs)
    if validation_data is not None:
        validation_data = _batches(validation_data, "validation_data", epochs)
    history = History()
    with progress_bar(progress, epochs, batches) as bar, _modes_restored(model):
        try:
            for epoch in range(1, epochs + 1):
                model.train()
                measures = _Measures(metrics)
                for number, batch in enumerate(batches, 1):
                    try:
                        value, predictions, targets = _learn(model, loss_function, optimizer, batch)
                    except _NotFinite as found:
                        message = _explain(found, epoch, number, batch, model)
                        raise TrainingError(message, history, epoch, number) from None
                    measures.add(value, predictions, targets)
                    bar.update(epoch, value)
                if not measures.losses:
                    raise ArgumentError("train_data has no batches")
                results = measures.results()
                if validation_data is not None:
                    measured = evaluate(model, validation_data, metrics, loss_function)
                    results |= {f"validation_{name}": value for name, value in measured.items()}
                history.append(results)
                bar.describe(epoch, results)
                if scheduler is not None:
                    scheduler.step()
                if callback is not None and callback(epoch, history) is True:
                    break
        except KeyboardInterrupt:
            history.interrupted = True
    if history.interrupted:
        _warn_of_interruption(history, epochs)
    return history


def evaluate(
    model: Module,
    data: Batches,
    metrics: Mapping[str, Metric] | None = None,
    loss_function: Callable[[Any, Any], Any] | None = None,
) -> dict[str, float]:
    """Measure a model on data, in evaluation mode and without recording gradients.

    Parameters
    ----------
    model
        Takes a batch of inputs. It is left in the mode it was in.
    data
        Batches ``(inputs, targets)``, or a tuple of two arrays, which is one batch.
    metrics
        What to measure, by name: functions of all predictions and all targets.
    loss_function
        Also return the mean of this loss over all samples, as ``"loss"``.

    Returns
    -------
    dict
        The numbers by name.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> nn.evaluate(nn.Identity(), (np.eye(3), np.array([0, 1, 1])), {"accuracy": nn.accuracy})
    {'accuracy': 0.6666666666666666}
    """
    measures = _Measures(metrics or {})
    with _modes_restored(model), ag.no_grad():
        model.eval()
        for batch in _batches(data, "data", 1):
            inputs, targets = _pair(batch)
            predictions = model(inputs)
            value = None if loss_function is None else _as_number(loss_function(predictions, targets))
            measures.add(value, predictions, targets)
    if not measures.losses:
        raise ArgumentError("the data have no batches to measure on")
    return measures.results()


def accuracy(logits: Any, labels: Any) -> float:
    """Return the share of rows whose largest score is that of the label.

    Parameters
    ----------
    logits
        Scores or probabilities of shape ``(N, C)``, C being the number of classes.
    labels
        Integers of shape ``(N,)``.

    Raises
    ------
    ShapeError, LabelError
        The shapes do not fit, or the labels are not integers.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> nn.accuracy(np.array([[2.0, 1.0], [0.0, 1.0]]), np.array([0, 0]))
    0.5
    """
    logits, labels = plain(logits), plain(labels)
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ShapeError(
            f"accuracy compares logits of shape (N, C) with labels of shape (N,); they have {logits.shape} and "
            f"{labels.shape}. For a single output compare yourself: np.mean((predictions > 0.5) == labels)"
        )
    if labels.dtype.kind not in "iu":
        raise LabelError(f"class labels are integers, and these are of type {labels.dtype}: labels.astype(int)")
    return float(np.mean(logits.argmax(axis=1) == labels))


# -- a step ------------------------------------------------------------------------------------------------------------


class _NotFinite(Exception):
    """A loss or a gradient is NaN or infinite."""

    def __init__(self, what: str, value: Any) -> None:
        super().__init__(what)
        self.what = what
        self.value = value


def _learn(model: Module, loss_function: Callable[[Any, Any], Any], optimizer: Optimizer, batch: Any) -> Any:
    """Do a step for one batch; return its loss, the predictions and the targets."""
    inputs, targets = _pair(batch)
    optimizer.zero_grad()
    predictions = model(inputs)
    loss = loss_function(predictions, targets)
    value = _as_number(loss)
    if not math.isfinite(value):
        raise _NotFinite("loss", value)
    if not isinstance(loss, ag.Tensor):
        raise ArgumentTypeError(
            f"the loss is a plain {type(loss).__name__}, so nothing can be learnt from it. It must be computed from "
            f"the model's Parameters by functions that record: np.*, nn.functional, operators"
        )
    loss.backward()
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            if parameter.grad is not None and not np.isfinite(plain(parameter.grad)).all():
                raise _NotFinite(f"gradient of {parameter.name or 'a parameter'}", plain(parameter.grad))
    optimizer.step()
    return value, predictions, targets


# -- batches -----------------------------------------------------------------------------------------------------------


def _batches(data: Batches, name: str, epochs: int) -> Batches:
    """The batches, from whatever was given."""
    if isinstance(data, tuple) and all(isinstance(part, (np.ndarray, ag.Tensor)) for part in data):
        return [data]
    if isinstance(data, Iterator) and epochs > 1:
        raise ArgumentError(
            f"{name} can be gone through only once, and there are {epochs} epochs. "
            f"Pass a DataLoader or a list of batches, not a {type(data).__name__}"
        )
    return data


def _pair(batch: Any) -> tuple[Any, Any]:
    if isinstance(batch, (tuple, list)) and len(batch) == 2:
        return batch[0], batch[1]
    what = f"{len(batch)} entries" if isinstance(batch, (tuple, list)) else f"type {type(batch).__name__}"
    raise ArgumentTypeError(f"a batch must be a pair (inputs, targets); this one is of {what}")


def _as_number(loss: Any) -> float:
    size = np.size(plain(loss))
    if size != 1:
        raise ArgumentError(
            f"the loss must be a single number, and is of shape {np.shape(plain(loss))}. "
            f"Use reduction='mean' or 'sum', not 'none'"
        )
    return float(plain(loss).item())


class _Measures:
    """Collects the losses, predictions and targets of an epoch."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self.metrics = metrics
        self.losses: list[float | None] = []
        self.counts: list[int] = []
        self.predictions: list[Array] = []
        self.targets: list[Array] = []

    def add(self, loss: float | None, predictions: Any, targets: Any) -> None:
        self.losses.append(loss)
        shape = np.shape(plain(targets))
        self.counts.append(shape[0] if shape else 1)
        if self.metrics:
            self.predictions.append(np.atleast_1d(plain(predictions)))
            self.targets.append(np.atleast_1d(plain(targets)))

    def results(self) -> dict[str, float]:
        """The mean loss over all samples, and the metrics."""
        results = {}
        if None not in self.losses:
            results["loss"] = float(np.average(np.array(self.losses, dtype=float), weights=self.counts))
        if self.metrics:
            predictions, targets = np.concatenate(self.predictions), np.concatenate(self.targets)
            results |= {name: float(metric(predictions, targets)) for name, metric in self.metrics.items()}
        return results


@contextmanager
def _modes_restored(model: Any) -> Iterator[None]:
    if not isinstance(model, Module):
        raise ArgumentTypeError(f"the model must be an nn.Module, and is of type {type(model).__name__}")
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


# -- when something goes wrong -----------------------------------------------------------------------------------------


def _explain(found: _NotFinite, epoch: int, number: int, batch: Any, model: Module) -> str:
    """Say where NaN or infinity came up, and why, the likeliest first."""
    kind = "NaN" if np.isnan(found.value).any() else "infinite"
    message = [f"the {found.what} is {kind} in epoch {epoch}, batch {number}; training stopped before this step."]
    for name, part in zip(("inputs", "targets"), _pair(batch), strict=True):
        array = plain(part)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            content = "NaN" if np.isnan(array).any() else "infinity"
            position = tuple(map(int, np.argwhere(~np.isfinite(array))[0]))
            message.append(f"The cause: the {name} of this batch hold {content}, first at {position}. Clean the data.")
            break
    else:
        message.append(
            "The data of this batch are finite. Likely causes, in this order: a learning rate that is too large (try a "
            "tenth of it); the logarithm of 0; a division by 0, or a square root of 0, whose slope is infinite."
        )
    sizes = {name: np.abs(p.data).max() for name, p in model.named_parameters() if p.size}
    if sizes:
        name, size = max(sizes.items(), key=lambda item: item[1])
        message.append(f"The parameters are those before this step (the largest entry, {size:.3g}, is in {name}).")
    return "\n".join(message)


def _warn_of_interruption(history: History, epochs: int) -> None:
    import warnings

    warnings.warn(
        f"training was interrupted after {history.epochs} of {epochs} epochs; the model keeps what it has learnt",
        stacklevel=3,
    )
