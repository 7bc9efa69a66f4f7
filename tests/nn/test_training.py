"""fit and evaluate: learning, measuring, modes, progress, and what happens when something goes wrong."""

import builtins
import sys
from typing import Any

import numpy as np
import pytest

import nn
from nn.data import DataLoader
from nn.errors import ArgumentError, ArgumentTypeError, LabelError, ShapeError, TrainingError


def moons(count=200, seed=0):
    """Two half-circles, which no straight line separates."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, count)
    labels = np.arange(count) % 2
    x = np.where(labels == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(labels == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.stack([x, y], axis=1) + rng.normal(scale=0.05, size=(count, 2)), labels


def network(dtype=None):
    rng = np.random.default_rng(0)
    return nn.Sequential(nn.Linear(2, 16, dtype=dtype, rng=rng), nn.Tanh(), nn.Linear(16, 2, dtype=dtype, rng=rng))


@pytest.mark.parametrize("make", [lambda p: nn.optim.SGD(p, lr=0.5, momentum=0.9), lambda p: nn.optim.Adam(p, lr=0.02)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_network_learns_what_a_line_can_not_separate(make, dtype):
    x, y = moons()
    model = network(dtype)
    history = nn.fit(
        model,
        nn.CrossEntropyLoss(),
        make(model.parameters()),
        DataLoader((x.astype(dtype), y), batch_size=20, shuffle=True, rng=0),
        epochs=60,
        validation_data=moons(seed=1),
        metrics={"accuracy": nn.accuracy},
        progress=False,
    )
    assert history["validation_accuracy"][-1] > 0.97
    assert history["loss"][-1] < 0.2 * history["loss"][0]
    assert list(history) == ["loss", "accuracy", "validation_loss", "validation_accuracy"]
    assert history.epochs == 60
    assert model[0].weight.dtype == dtype


def test_a_step_of_fit_is_the_step_of_a_plain_loop():
    x, y = moons(50)
    by_fit, by_loop = network(), network()
    history = nn.fit(
        by_fit, nn.CrossEntropyLoss(), nn.optim.SGD(by_fit.parameters(), lr=0.1), DataLoader((x, y), 20), 2
    )
    optimizer = nn.optim.SGD(by_loop.parameters(), lr=0.1)
    means = []
    for _ in range(2):
        total = 0.0
        for part in (slice(0, 20), slice(20, 40), slice(40, 50)):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(by_loop(x[part]), y[part])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y[part])
        means.append(total / 50)
    for a, b in zip(by_fit.parameters(), by_loop.parameters(), strict=True):
        np.testing.assert_array_equal(a.data, b.data)
    np.testing.assert_allclose(history["loss"], means, rtol=1e-13)


class Recorder(nn.Module):
    """Notes the mode at each call."""

    def __init__(self):
        self.layer = nn.Linear(2, 2, rng=0)
        self.calls: list[Any] = []

    def forward(self, x):
        result = self.layer(x)
        self.calls.append((self.training, self.layer.training, len(x), result.requires_grad))
        return result


def test_modes_and_recording():
    x, y = moons(10)
    model = Recorder()
    model.layer.eval()
    nn.fit(model, nn.CrossEntropyLoss(), nn.optim.SGD(model.parameters()), (x, y), 2, validation_data=(x[:4], y[:4]))
    assert model.calls == [(True, True, 10, True), (False, False, 4, False)] * 2
    assert model.training
    assert not model.layer.training


@pytest.mark.parametrize("training", [True, False])
def test_evaluate_leaves_the_mode_as_it_was(training):
    model = Recorder().train(training)
    nn.evaluate(model, moons(4), {"accuracy": nn.accuracy})
    assert model.calls == [(False, False, 4, False)]
    assert all(module.training is training for module in model.modules())


def test_metrics_are_of_the_whole_epoch():
    seen = []

    def spread(predictions, targets):
        seen.append((type(predictions), predictions.shape, targets.shape))
        return predictions.std()

    x, y = moons(10)
    model = network()
    measured = nn.evaluate(model, DataLoader((x, y), 4), {"spread": spread}, nn.CrossEntropyLoss())
    assert seen == [(np.ndarray, (10, 2), (10,))]
    np.testing.assert_allclose(measured["spread"], model(x).numpy().std(), rtol=1e-13)
    np.testing.assert_allclose(measured["loss"], nn.functional.cross_entropy(model(x), y).item(), rtol=1e-13)
    assert list(nn.evaluate(model, (x, y), {"spread": spread})) == ["spread"]


def test_accuracy():
    logits = np.array([[3.0, 1, 2], [0, 5, 1], [0, 1, 2], [9, 0, 0]])
    assert nn.accuracy(logits, np.array([0, 1, 1, 0])) == 0.75
    with pytest.raises(
        ShapeError, match=r"logits of shape \(N, C\) with labels of shape \(N,\); they have \(4, 3\) and \(4, 1\)"
    ):
        nn.accuracy(logits, np.zeros((4, 1), int))
    with pytest.raises(LabelError, match="class labels are integers"):
        nn.accuracy(logits, np.zeros(4))


def test_scheduler_and_callback():
    x, y = moons(10)
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=1.0)
    scheduler = nn.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    rates = []

    def callback(epoch, history):
        rates.append((epoch, history.epochs, optimizer.param_groups[0]["lr"]))
        return epoch == 3

    history = nn.fit(
        model, nn.CrossEntropyLoss(), optimizer, (x, y), 10, scheduler=scheduler, callback=callback, progress=False
    )
    assert rates == [(1, 1, 0.5), (2, 2, 0.25), (3, 3, 0.125)]
    assert history.epochs == 3


def test_history_shows_its_first_and_last_epochs():
    history = nn.History()
    for epoch in range(10):
        history.append({"loss": 1 / (epoch + 1)})
    lines = repr(history).splitlines()
    assert lines[0] == "History of 10 epochs"
    assert lines[2].split() == ["1", "1"]
    assert lines[5].strip() == "..."
    assert lines[-1].split() == ["10", "0.1"]
    assert len(lines) == 9
    assert repr(nn.History()) == "History of 0 epochs"


# -- NaN, infinity, interruptions --------------------------------------------------------------------------------------


def fit_until_error(x, y, epochs=5, lr=0.1, loss=None, **options):
    model = network()
    optimizer = nn.optim.SGD(model.parameters(), lr=lr)
    snapshots = [model.state_dict()]
    old_step = optimizer.step

    def step(closure=None):
        old_step(closure)
        snapshots.append(model.state_dict())

    optimizer.step = step  # type: ignore[method-assign]
    model.eval()
    with pytest.raises(TrainingError) as caught:
        nn.fit(
            model, loss or nn.CrossEntropyLoss(), optimizer, DataLoader((x, y), 10), epochs, progress=False, **options
        )
    assert not model.training
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, snapshots[-1][name])
        assert np.isfinite(array).all()
    return caught.value, snapshots


def test_nan_in_the_data_is_found_and_named():
    x, y = moons(30)
    x[17, 1] = np.nan
    error, snapshots = fit_until_error(x, y)
    assert str(error).splitlines()[:2] == [
        "the loss is NaN in epoch 1, batch 2; training stopped before this step.",
        "The cause: the inputs of this batch hold NaN, first at (7, 1). Clean the data.",
    ]
    assert (error.epoch, error.batch, len(snapshots)) == (1, 2, 2)
    assert error.history.epochs == 0


def test_infinity_in_the_targets_is_found_and_named():
    x, _ = moons(30)
    targets = np.zeros((30, 2))
    targets[25, 0] = np.inf
    error, _ = fit_until_error(x, targets, loss=nn.MSELoss())
    assert "the loss is infinite in epoch 1, batch 3" in str(error)
    assert "the targets of this batch hold infinity, first at (5, 0)" in str(error)


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_a_learning_rate_that_is_too_large_is_the_first_suspect():
    x, _ = moons(30)
    error, _ = fit_until_error(x, x * 3, epochs=2000, lr=50.0, loss=nn.MSELoss())
    message = str(error)
    assert "training stopped before this step" in message
    assert (
        message.index("learning rate that is too large")
        < message.index("logarithm of 0")
        < message.index("division by 0")
    )
    assert "The data of this batch are finite" in message
    assert error.epoch > 1
    assert len(error.history["loss"]) == error.epoch - 1


def test_a_gradient_that_is_not_finite_does_not_reach_the_parameters():
    x, y = moons(10)

    def loss(predictions, targets):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.sum(np.sqrt(np.abs(predictions) * 0.0))  # finite, but its slope is not

    with np.errstate(divide="ignore", invalid="ignore"):
        error, snapshots = fit_until_error(x, y, loss=loss)
    assert str(error).startswith("the gradient of 0.weight is NaN in epoch 1, batch 1")
    assert len(snapshots) == 1


def test_an_interruption_leaves_model_and_history():
    x, y = moons(10)
    model = network()
    before = model.state_dict()

    def interrupt(epoch, history):
        if epoch == 2:
            raise KeyboardInterrupt

    with pytest.warns(UserWarning, match="training was interrupted after 2 of 9 epochs"):
        history = nn.fit(
            model.eval(),
            nn.CrossEntropyLoss(),
            nn.optim.SGD(model.parameters(), lr=0.1),
            (x, y),
            9,
            callback=interrupt,
            progress=False,
        )
    assert history.interrupted
    assert len(history["loss"]) == 2
    assert not model.training
    assert (model.state_dict()["0.weight"] != before["0.weight"]).any()


# -- refusals ----------------------------------------------------------------------------------------------------------

DATA = moons(6)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"train_data": iter([DATA])},
            ArgumentError,
            "train_data can be gone through only once, and there are 2 epochs",
        ),
        ({"validation_data": iter([DATA])}, ArgumentError, "validation_data can be gone through only once"),
        ({"model": np.tanh}, ArgumentTypeError, "the model must be an nn.Module, and is of type ufunc"),
        ({"train_data": []}, ArgumentError, "train_data has no batches"),
        ({"validation_data": []}, ArgumentError, "the data have no batches"),
        ({"train_data": [(DATA[0],)]}, ArgumentTypeError, r"a pair \(inputs, targets\); this one is of 1 entries"),
        ({"train_data": [{"x": DATA}]}, ArgumentTypeError, r"this one is of type dict"),
        (
            {"loss_function": nn.CrossEntropyLoss(reduction="none")},
            ArgumentError,
            r"is of shape \(6,\)\. Use reduction='mean'",
        ),
        ({"loss_function": lambda p, t: 0.5}, ArgumentTypeError, "the loss is a plain float, so nothing can be learnt"),
    ],
)
def test_refusals(options, error, message):
    model = network()
    arguments = {
        "model": model,
        "loss_function": nn.CrossEntropyLoss(),
        "optimizer": nn.optim.SGD(model.parameters()),
        "train_data": DATA,
        "epochs": 2,
    }
    with pytest.raises(error, match=message):
        nn.fit(**(arguments | options))


# -- the progress bar --------------------------------------------------------------------------------------------------


def train(progress, model=None):
    model = model or network()
    loader = DataLoader(DATA, 2)
    return nn.fit(
        model,
        nn.CrossEntropyLoss(),
        nn.optim.SGD(model.parameters()),
        loader,
        3,
        metrics={"accuracy": nn.accuracy},
        progress=progress,
    )


def test_the_bar_counts_batches_and_shows_numbers(capsys):
    pytest.importorskip("tqdm")
    train(True)
    last = capsys.readouterr().err.split("\r")[-1]
    assert "epoch 3/3" in last
    assert "9/9" in last
    assert "loss=" in last
    assert "accuracy=" in last


def test_no_bar_where_nobody_watches_or_wants_one(capsys):
    train(None)
    train(False)
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar(capsys, monkeypatch):
    pytest.importorskip("tqdm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    train(None)
    assert "epoch 3/3" in capsys.readouterr().err


def test_a_bar_without_tqdm_says_what_to_install(monkeypatch):
    real_import = builtins.__import__

    def no_tqdm(name, *args, **kwargs):
        if name == "tqdm":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_tqdm)
    with pytest.raises(ImportError, match=r"pip install autograd-lite\[train\]"):
        train(True)
