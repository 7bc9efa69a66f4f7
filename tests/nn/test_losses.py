"""Losses: values by their formulas, derivatives, reductions, extremes, dtypes, refusals; PyTorch as a witness."""

import math

import numpy as np
import pytest

import autograd_lite as ag
import nn
import nn.functional as F
from nn.errors import ArgumentError, ArgumentTypeError, LabelError, ShapeError

rng = np.random.default_rng(0)
LOGITS = rng.normal(size=(5, 3))
LABELS = np.array([0, 2, 1, 1, 0])
SCORES = rng.normal(size=(4, 2))
PROBABILITIES = rng.uniform(0.05, 0.95, size=(4, 2))
TARGETS = rng.uniform(0, 1, size=(4, 2))

#: A loss of one argument for each variant, its argument, and the losses of the single entries by the formula.
ENTRYWISE = {
    "mse": (lambda x, **o: F.mse_loss(x, TARGETS, **o), SCORES, lambda x, t: (x - t) ** 2),
    "l1": (lambda x, **o: F.l1_loss(x, TARGETS, **o), SCORES, lambda x, t: abs(x - t)),
    "huber": (
        lambda x, **o: F.huber_loss(x, TARGETS, delta=0.7, **o),
        SCORES,
        lambda x, t: 0.5 * (x - t) ** 2 if abs(x - t) < 0.7 else 0.7 * abs(x - t) - 0.5 * 0.7**2,
    ),
    "bce": (
        lambda x, **o: F.binary_cross_entropy(x, TARGETS, **o),
        PROBABILITIES,
        lambda x, t: -t * math.log(x) - (1 - t) * math.log(1 - x),
    ),
    "bce, logits": (
        lambda x, **o: F.binary_cross_entropy_with_logits(x, TARGETS, **o),
        SCORES,
        lambda x, t: t * math.log(1 + math.exp(-x)) + (1 - t) * math.log(1 + math.exp(x)),
    ),
    "bce, logits, pos_weight": (
        lambda x, **o: F.binary_cross_entropy_with_logits(x, TARGETS, pos_weight=3.0, **o),
        SCORES,
        lambda x, t: 3 * t * math.log(1 + math.exp(-x)) + (1 - t) * math.log(1 + math.exp(x)),
    ),
}


@pytest.mark.parametrize("name", ENTRYWISE)
def test_an_entrywise_loss_has_the_value_of_its_formula(name):
    loss, x, formula = ENTRYWISE[name]
    expected = np.vectorize(formula)(x, TARGETS)
    np.testing.assert_allclose(loss(x, reduction="none"), expected, rtol=1e-12)
    np.testing.assert_allclose(loss(x, reduction="sum"), expected.sum(), rtol=1e-12)
    np.testing.assert_allclose(loss(x), expected.mean(), rtol=1e-12)
    np.testing.assert_allclose(loss(ag.Tensor(x, requires_grad=True)).item(), expected.mean(), rtol=1e-12)


@pytest.mark.parametrize("name", ENTRYWISE)
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_derivatives_of_an_entrywise_loss(name, reduction):
    loss, x, _ = ENTRYWISE[name]
    ag.check_grads(lambda x: loss(x, reduction=reduction), [x], order=2)


@pytest.mark.parametrize(
    "function", [F.mse_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits], ids=lambda f: f.__name__
)
def test_derivatives_with_respect_to_a_target_that_is_a_tensor(function):
    ag.check_grads(function, [PROBABILITIES, TARGETS], order=2)


def test_weights_of_entries():
    weight = np.array([1.0, 3.0])
    for function, x in ((F.binary_cross_entropy, PROBABILITIES), (F.binary_cross_entropy_with_logits, SCORES)):
        each = function(x, TARGETS, reduction="none")
        np.testing.assert_allclose(function(x, TARGETS, weight), (each * [1, 3]).mean(), rtol=1e-14)
        with pytest.raises(
            ShapeError, match=r"a weight of shape \(3, 4, 2\) does not broadcast to losses of shape \(4, 2\)"
        ):
            function(x, TARGETS, np.ones((3, 4, 2)))


# -- classes -----------------------------------------------------------------------------------------------------------


def row_losses(logits=LOGITS, labels=LABELS):
    return np.array([math.log(sum(map(math.exp, z))) - z[k] for z, k in zip(logits.tolist(), labels, strict=True)])


def test_cross_entropy_has_the_value_of_its_formula():
    np.testing.assert_allclose(F.cross_entropy(LOGITS, LABELS), row_losses().mean(), rtol=1e-13)
    np.testing.assert_allclose(F.cross_entropy(LOGITS, LABELS, reduction="sum"), row_losses().sum(), rtol=1e-13)
    np.testing.assert_allclose(F.cross_entropy(LOGITS, LABELS, reduction="none"), row_losses(), rtol=1e-13)
    np.testing.assert_allclose(F.cross_entropy(LOGITS[0], np.array(0)), row_losses()[0], rtol=1e-13)
    np.testing.assert_allclose(F.nll_loss(F.log_softmax(LOGITS, 1), LABELS), row_losses().mean(), rtol=1e-13)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"reduction": "sum"},
        {"reduction": "none"},
        {"weight": np.array([1.0, 2.0, 0.5])},
        {"label_smoothing": 0.2},
        {"label_smoothing": 0.2, "weight": np.array([1.0, 2.0, 0.5])},
        {"ignore_index": 1},
    ],
    ids=repr,
)
def test_derivatives_of_cross_entropy(options):
    ag.check_grads(lambda z: F.cross_entropy(z, LABELS, **options), [LOGITS], order=2)
    ag.check_grads(lambda z: F.cross_entropy(z, F.softmax(LOGITS[::-1], 1), **options), [LOGITS], order=2)


def test_derivatives_of_cross_entropy_with_more_axes_and_with_none():
    labels = np.array([[0, 1], [2, 2], [1, 0]])
    ag.check_grads(lambda z: F.cross_entropy(z, labels), [rng.normal(size=(3, 3, 2))], order=2)
    ag.check_grads(lambda z: F.cross_entropy(z, np.array(2)), [LOGITS[0]], order=2)
    ag.check_grads(lambda z, t: F.cross_entropy(z, F.softmax(t, 1)), [LOGITS, LOGITS[::-1]], order=2)


def test_the_third_derivative_of_the_quick_cross_entropy():
    for labels in (LABELS[:2], ag.Tensor(LABELS[:2])):
        ag.check_grads(lambda z, labels=labels: F.cross_entropy(z, labels), [LOGITS[:2]], order=3, rtol=1e-5)


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64, np.uint8, np.uint64])
def test_labels_of_any_integer_type_and_kind(dtype):
    for labels in (LABELS.astype(dtype), ag.Tensor(LABELS.astype(dtype)), LABELS.tolist()):
        np.testing.assert_allclose(F.cross_entropy(LOGITS, labels), row_losses().mean(), rtol=1e-13)


def test_ignored_labels_count_for_nothing():
    labels = np.where(LABELS == 2, -100, LABELS)
    counted = row_losses()[LABELS != 2]
    z = ag.Tensor(LOGITS, requires_grad=True)
    loss = F.cross_entropy(z, labels)
    np.testing.assert_allclose(loss.item(), counted.mean(), rtol=1e-13)
    loss.backward()
    assert not z.grad[LABELS == 2].any()
    assert z.grad[LABELS != 2].all()
    np.testing.assert_allclose(F.cross_entropy(LOGITS, LABELS, ignore_index=2), counted.mean(), rtol=1e-13)
    np.testing.assert_allclose(F.cross_entropy(LOGITS, labels, reduction="sum"), counted.sum(), rtol=1e-13)
    infinite = LOGITS.copy()
    infinite[1] = [-np.inf, 0, 0]
    assert np.isfinite(F.cross_entropy(infinite, np.array([0, -100, 1, 1, 0])))


def test_label_smoothing_is_the_loss_against_smoothed_probabilities():
    smoothed = 0.7 * np.eye(3)[LABELS] + 0.3 / 3
    expected = -(smoothed * np.log(np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True))).sum(axis=1)
    each = F.cross_entropy(LOGITS, LABELS, label_smoothing=0.3, reduction="none")
    np.testing.assert_allclose(each, expected, rtol=1e-12)
    np.testing.assert_allclose(F.cross_entropy(LOGITS, LABELS, label_smoothing=0.3), expected.mean(), rtol=1e-12)
    counted = F.cross_entropy(LOGITS, LABELS, label_smoothing=0.3, ignore_index=1)
    np.testing.assert_allclose(counted, expected[LABELS != 1].mean(), rtol=1e-12)
    np.testing.assert_allclose(
        F.cross_entropy(LOGITS, np.eye(3)[LABELS], label_smoothing=0.3), expected.mean(), rtol=1e-12
    )


def test_one_hot():
    np.testing.assert_array_equal(F.one_hot([[0, 2], [1, 1]]), [[[1, 0, 0], [0, 0, 1]], [[0, 1, 0], [0, 1, 0]]])
    assert F.one_hot(np.array([1]), 4).tolist() == [[0, 1, 0, 0]]
    with pytest.raises(LabelError, match="label 2 at position 1 is out of range: one-hot vectors have 2 classes"):
        F.one_hot([0, 2], 2)
    with pytest.raises(ArgumentError, match="give num_classes"):
        F.one_hot(np.array([], int))


# -- extremes and types ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_huge_logits(dtype):  # a warning is an error
    z = ag.Tensor(np.array([[1e4, -1e4], [1e4, -1e4]], dtype), requires_grad=True)
    for loss in (F.cross_entropy(z, np.array([0, 1])), F.cross_entropy(z, np.array([0, 1]), reduction="none").mean()):
        assert loss.item() == 1e4
        z.zero_grad()
        loss.backward()
        np.testing.assert_array_equal(z.grad, [[0, 0], [0.5, -0.5]])
    each = F.binary_cross_entropy_with_logits(z, np.array([[1, 0], [0, 1]]), reduction="none")
    np.testing.assert_array_equal(each.numpy(), [[0, 0], [1e4, 1e4]])
    z.zero_grad()
    each.sum().backward()
    np.testing.assert_array_equal(z.grad, [[0, 0], [1, -1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_probabilities_of_exactly_0_and_1(dtype, torch_functional, torch):
    p, t = np.array([0, 1, 0, 1, 1e-30], dtype), np.array([0, 1, 1, 0, 1], dtype)
    mine, theirs = ag.Tensor(p, requires_grad=True), torch.tensor(p, requires_grad=True)
    each = F.binary_cross_entropy(mine, t, reduction="none")
    np.testing.assert_allclose(each.numpy(), [0, 0, 100, 100, 30 * math.log(10)], rtol=1e-6)
    each.sum().backward()
    torch_functional.binary_cross_entropy(theirs, torch.tensor(t), reduction="sum").backward()
    np.testing.assert_allclose(mine.grad, theirs.grad.numpy(), rtol=1e-6)


def test_probabilities_of_exactly_0_and_1_without_pytorch():
    p = ag.Tensor([0.0, 1.0], requires_grad=True)
    F.binary_cross_entropy(p, np.array([1, 0]), reduction="sum").backward()
    np.testing.assert_array_equal(p.grad, [-1e12, 1e12])
    assert F.binary_cross_entropy(np.array([0.0]), np.array([1])) == 100
    assert F.binary_cross_entropy(np.array([1.0]), np.array([0])) == 100


LOSSES_OF_SCORES = {
    "mse": lambda z: F.mse_loss(z, np.zeros((5, 3))),
    "l1": lambda z: F.l1_loss(z, np.zeros((5, 3), int)),
    "huber": lambda z: F.huber_loss(z, np.zeros((5, 3))),
    "bce": lambda z: F.binary_cross_entropy(F.sigmoid(z), np.ones((5, 3)), weight=np.ones(3)),
    "bce, logits": lambda z: F.binary_cross_entropy_with_logits(z, np.ones((5, 3)), np.ones(3), pos_weight=np.ones(3)),
    "cross_entropy": lambda z: F.cross_entropy(z, LABELS),
    "cross_entropy, none": lambda z: F.cross_entropy(z, LABELS, reduction="none").sum(),
    "cross_entropy, weight": lambda z: F.cross_entropy(z, LABELS, np.ones(3)),
    "cross_entropy, ignored": lambda z: F.cross_entropy(z, LABELS, ignore_index=1),
    "cross_entropy, smooth": lambda z: F.cross_entropy(z, LABELS, label_smoothing=0.1),
    "cross_entropy, probabilities": lambda z: F.cross_entropy(z, np.full((5, 3), 1 / 3), label_smoothing=0.1),
    "nll": lambda z: F.nll_loss(F.log_softmax(z, 1), LABELS, np.ones(3)),
}


@pytest.mark.parametrize("name", LOSSES_OF_SCORES)
def test_float32_stays_float32_whatever_the_targets_are(name):
    z = ag.Tensor(LOGITS.astype(np.float32), requires_grad=True)
    loss = LOSSES_OF_SCORES[name](z)
    assert loss.dtype == np.float32
    loss.backward()
    assert z.grad.dtype == np.float32
    np.testing.assert_allclose(loss.item(), LOSSES_OF_SCORES[name](LOGITS), rtol=1e-5)


def test_a_zero_dimensional_loss_of_plain_arrays_is_a_number():
    assert float(F.mse_loss([1.0, 2.0], [1.0, 4.0])) == 2.0
    assert float(F.mse_loss(np.array([1, 2]), np.array([1.5, 2.0]))) == 0.125  # integers are not the type to round to


# -- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [F.mse_loss, F.l1_loss, F.huber_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits],
    ids=lambda f: f.__name__,
)
def test_shapes_that_would_broadcast_are_refused(function):
    x = ag.Tensor(np.full((8, 1), 0.5), requires_grad=True)
    with pytest.raises(ShapeError) as caught:
        function(x, np.zeros(8))
    message = str(caught.value)
    assert f"{function.__name__}: the prediction has shape (8, 1) and the target has shape (8,)" in message
    assert "Broadcasting them to (8, 8)" in message
    assert "target.reshape((8, 1))" in message
    with pytest.raises(ShapeError, match=r"shape \(8, 1\) and the target has shape \(7, 1\)\. A loss needs one target"):
        function(x, np.zeros((7, 1)))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 1, 2, 3, 0], "^label 3 at position 3 is out of range: logits have 3 classes, so labels go from 0 to 2.$"),
        ([1, 1, 2, 3, 1], r"label 3 at position 3 is out of range.* If your labels start at 1, subtract 1\.$"),
        ([0, -1, 2, 0, 0], "label -1 at position 1 is out of range"),
        ([0, -100, 2, 0, 7], "label 7 at position 4 is out of range"),
        ([0.0, 1.0, 2.0, 0.0, 0.0], r"class labels are integers, and these are of type float64.*labels\.astype\(int\)"),
        ([True, False, True, True, True], "class labels are integers, and these are of type bool"),
        (list("abcab"), "class labels are integers, and these are of type <U1"),
        ([0, 1], r"logits of shape \(5, 3\) need labels of shape \(5,\); the labels have \(2,\)$"),
        ([[0], [1], [2], [0], [0]], r"the labels have \(5, 1\)\. Bring them to that shape: labels\.reshape\(\(5,\)\)"),
        (np.eye(5, 3, dtype=int), r"If they are one-hot, pass floats \(labels\.astype\(float\)\) or indices"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"reduction": "sum"}])
def test_wrong_labels_are_named(labels, message, options):
    with pytest.raises(LabelError, match=message):
        F.cross_entropy(ag.Tensor(LOGITS, requires_grad=True), np.array(labels), **options)
    if np.shape(labels) == (5,):
        with pytest.raises(LabelError, match=message.replace("logits have", "log-probabilities have")):
            F.nll_loss(LOGITS, np.array(labels), **options)


def test_ten_digits_from_one_to_ten():
    labels = np.array([1, 2, 3, 10])
    with pytest.raises(LabelError) as caught:
        F.cross_entropy(np.zeros((4, 10)), labels)
    assert str(caught.value) == (
        "label 10 at position 3 is out of range: logits have 10 classes, so labels go from 0 to 9. "
        "If your labels start at 1, subtract 1."
    )


def test_a_wrong_label_of_an_image_is_named_by_its_position():
    labels = np.zeros((2, 2, 2), int)
    labels[1, 0, 1] = 5
    with pytest.raises(LabelError, match=r"label 5 at position \(1, 0, 1\) is out of range"):
        F.cross_entropy(np.zeros((2, 3, 2, 2)), labels)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: F.mse_loss(SCORES, SCORES, reduction="avg"),
            ArgumentError,
            "'avg' is not one of 'mean', 'sum', 'none'",
        ),
        (lambda: F.cross_entropy(LOGITS, LABELS, reduction="avg"), ArgumentError, "'avg' is not one of"),
        (lambda: nn.CrossEntropyLoss(reduction="avg"), ArgumentError, "'avg' is not one of"),  # type: ignore[arg-type]
        (lambda: F.huber_loss(SCORES, SCORES, delta=0), ArgumentError, "delta must be positive, not 0"),
        (
            lambda: F.cross_entropy(LOGITS, LABELS, label_smoothing=2),
            ArgumentError,
            "label_smoothing must be from 0 to 1",
        ),
        (
            lambda: F.cross_entropy(LOGITS, LABELS, np.ones(4)),
            ShapeError,
            r"each of the 3 classes; its shape is \(4,\)",
        ),
        (lambda: F.cross_entropy(np.zeros(()), np.array(0)), ShapeError, r"needs a class axis"),
        (lambda: F.nll_loss(LOGITS.astype(int), LABELS), ArgumentTypeError, "must be floating point, and is int64"),
        (
            lambda: F.binary_cross_entropy(np.array([0.5, 1.5]), np.zeros(2)),
            ArgumentError,
            r"the input must be probabilities from 0 to 1, and holds 1\.5 at position \(1,\)\. For scores use",
        ),
        (
            lambda: F.binary_cross_entropy(np.array([0.5, 0.5]), np.array([1, 2])),
            ArgumentError,
            r"the target must be probabilities from 0 to 1, and holds 2\.0 at position \(1,\)",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- PyTorch -----------------------------------------------------------------------------------------------------------

WEIGHT = np.array([1.0, 2.0, 0.5])
IMAGE_LABELS = np.array([[0, 1], [2, -100], [1, 0]])
CLASS_CASES = {
    "plain": (LOGITS, LABELS, {}),
    "single": (LOGITS[0], np.array(2), {}),
    "images": (rng.normal(size=(3, 3, 2)), IMAGE_LABELS, {}),
    "ignored": (LOGITS, LABELS, {"ignore_index": 1}),
    "ignored by default": (LOGITS, np.where(LABELS == 1, -100, LABELS), {}),
    "weight": (LOGITS, LABELS, {"weight": WEIGHT}),
    "weight, ignored": (LOGITS, LABELS, {"weight": WEIGHT, "ignore_index": 0}),
    "smooth": (LOGITS, LABELS, {"label_smoothing": 0.3}),
    "smooth, weight, ignored": (LOGITS, LABELS, {"label_smoothing": 0.3, "weight": WEIGHT, "ignore_index": 0}),
    "smooth images": (rng.normal(size=(3, 3, 2)), IMAGE_LABELS, {"label_smoothing": 0.3, "weight": WEIGHT}),
    "probabilities": (LOGITS, F.softmax(LOGITS[::-1], 1), {}),
    "probabilities, one row": (LOGITS[0], F.softmax(LOGITS[1], 0), {"weight": WEIGHT, "label_smoothing": 0.3}),
    "probabilities, weight, smooth": (LOGITS, F.softmax(LOGITS[::-1], 1), {"weight": WEIGHT, "label_smoothing": 0.3}),
    "probabilities of images": (rng.normal(size=(3, 3, 2)), rng.dirichlet(np.ones(3), (3, 2)).swapaxes(1, 2), {}),
}


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("case", CLASS_CASES)
def test_cross_entropy_agrees_with_pytorch(case, reduction, torch, torch_functional):
    z, target, options = CLASS_CASES[case]
    theirs = {key: torch.tensor(value) if key == "weight" else value for key, value in options.items()}
    compare(
        F.cross_entropy(a := ag.Tensor(z, requires_grad=True), target, reduction=reduction, **options),
        torch_functional.cross_entropy(
            b := torch.tensor(z, requires_grad=True), torch.tensor(target), reduction=reduction, **theirs
        ),
        a,
        b,
    )


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    ("name", "x", "options"),
    [
        ("mse_loss", SCORES, {}),
        ("l1_loss", SCORES, {}),
        ("huber_loss", SCORES, {"delta": 0.5}),
        ("binary_cross_entropy", PROBABILITIES, {"weight": np.array([1.0, 3.0])}),
        ("binary_cross_entropy_with_logits", SCORES, {}),
        ("binary_cross_entropy_with_logits", SCORES, {"pos_weight": np.array([2.0, 0.5])}),
    ],
)
def test_entrywise_losses_agree_with_pytorch(name, x, options, reduction, torch, torch_functional):
    theirs = {key: torch.tensor(value) if isinstance(value, np.ndarray) else value for key, value in options.items()}
    a, b = ag.Tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    compare(
        getattr(F, name)(a, TARGETS, reduction=reduction, **options),
        getattr(torch_functional, name)(b, torch.tensor(TARGETS), reduction=reduction, **theirs),
        a,
        b,
    )


def compare(mine, theirs, a, b):
    np.testing.assert_allclose(mine.numpy(), theirs.detach().numpy(), rtol=1e-12, atol=1e-14)
    (mine**2).sum().backward()
    (theirs**2).sum().backward()
    np.testing.assert_allclose(a.grad, b.grad.numpy(), rtol=1e-11, atol=1e-13)


# -- modules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "args", "expected"),
    [
        (nn.MSELoss("sum"), (SCORES, TARGETS), F.mse_loss(SCORES, TARGETS, "sum")),
        (nn.L1Loss("sum"), (SCORES, TARGETS), F.l1_loss(SCORES, TARGETS, "sum")),
        (nn.HuberLoss("sum", 0.5), (SCORES, TARGETS), F.huber_loss(SCORES, TARGETS, "sum", 0.5)),
        (
            nn.BCELoss(np.array([1, 3]), "sum"),
            (PROBABILITIES, TARGETS),
            F.binary_cross_entropy(PROBABILITIES, TARGETS, np.array([1, 3]), "sum"),
        ),
        (
            nn.BCEWithLogitsLoss(np.array([1, 3]), "sum", 2.0),
            (SCORES, TARGETS),
            F.binary_cross_entropy_with_logits(SCORES, TARGETS, np.array([1, 3]), "sum", 2.0),
        ),
        (
            nn.CrossEntropyLoss(WEIGHT, 0, "sum", 0.1),
            (LOGITS, LABELS),
            F.cross_entropy(LOGITS, LABELS, WEIGHT, ignore_index=0, reduction="sum", label_smoothing=0.1),
        ),
        (
            nn.NLLLoss(WEIGHT, 0, "sum"),
            (LOGITS, LABELS),
            F.nll_loss(LOGITS, LABELS, WEIGHT, ignore_index=0, reduction="sum"),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_loss_module_hands_on_its_options(module, args, expected):
    assert module(*args) == expected
    default = type(module)()
    assert default(*args) != expected


def test_loss_modules_show_their_reduction_and_keep_their_weight():
    assert repr(nn.MSELoss()) == "MSELoss()"
    assert repr(nn.CrossEntropyLoss(reduction="sum")) == "CrossEntropyLoss(reduction='sum')"
    assert list(nn.CrossEntropyLoss(WEIGHT).state_dict()) == ["weight"]
    assert list(nn.CrossEntropyLoss().parameters()) == []
