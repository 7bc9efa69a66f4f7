"""Optimizers and schedulers: single steps by hand, trajectories against PyTorch, state, refusals."""

import copy
import math
import pickle

import numpy as np
import pytest

import autograd_lite as ag
import nn
from nn.errors import ArgumentError, ArgumentTypeError, StateDictError
from nn.optim import SGD, Adam, AdamW
from nn.optim.lr_scheduler import CosineAnnealingLR, ExponentialLR, StepLR

OPTIONS = {
    "SGD": (SGD, {"lr": 0.1}),
    "SGD, momentum": (SGD, {"lr": 0.1, "momentum": 0.9}),
    "SGD, dampening": (SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.3}),
    "SGD, nesterov": (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "SGD, weight decay": (SGD, {"lr": 0.1, "momentum": 0.5, "weight_decay": 0.2}),
    "Adam": (Adam, {"lr": 0.1}),
    "Adam, options": (Adam, {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.01, "weight_decay": 0.2}),
    "Adam, amsgrad": (Adam, {"lr": 0.1, "betas": (0.1, 0.2), "amsgrad": True}),
    "AdamW": (AdamW, {"lr": 0.1}),
    "AdamW, options": (AdamW, {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True}),
}
START = (np.array([[1.0, -2.0], [0.5, 3.0]]), np.array(0.7))


def gradients(step):
    """Gradients that change sign and size, the same for everyone."""
    r = np.random.default_rng(step)
    return r.normal(size=(2, 2)) * 10.0 ** (step % 3 - 1), r.normal(size=())


def run(make, options, steps, dtype=float):
    parameters = [nn.Parameter(start.astype(dtype)) for start in START]
    optimizer = make(parameters, **options)
    for step in range(steps):
        for parameter, gradient in zip(parameters, gradients(step), strict=True):
            parameter.grad = gradient
        optimizer.step()
    return [parameter.numpy() for parameter in parameters]


@pytest.mark.parametrize("name", OPTIONS)
def test_ten_steps_agree_with_pytorch(name, torch):
    make, options = OPTIONS[name]
    parameters = [torch.tensor(start, requires_grad=True) for start in START]
    optimizer = getattr(torch.optim, make.__name__)(parameters, **options)
    for step in range(10):
        for parameter, gradient in zip(parameters, gradients(step), strict=True):
            parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
    for mine, theirs in zip(run(make, options, 10), parameters, strict=True):
        np.testing.assert_allclose(mine, theirs.detach().numpy(), rtol=1e-11)


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
def test_defaults_are_pytorch_s(make, torch):
    theirs = getattr(torch.optim, make.__name__)([torch.zeros(1)]).defaults
    for option, value in make([nn.Parameter([0.0])]).defaults.items():
        assert theirs[option] == value, option


def test_steps_by_hand():
    g0, g1 = gradients(0)[0], gradients(1)[0]
    w = START[0]
    np.testing.assert_allclose(run(SGD, {"lr": 0.1}, 2)[0], w - 0.1 * g0 - 0.1 * g1, rtol=1e-14)
    np.testing.assert_allclose(
        run(SGD, {"lr": 0.1, "momentum": 0.9}, 2)[0], w - 0.1 * g0 - 0.1 * (0.9 * g0 + g1), rtol=1e-14
    )
    first = w - 0.1 * (g0 + 0.2 * w)
    np.testing.assert_allclose(
        run(SGD, {"lr": 0.1, "weight_decay": 0.2}, 2)[0], first - 0.1 * (g1 + 0.2 * first), rtol=1e-14
    )
    # Adam's first step is lr in the direction of the sign, its means being corrected for their start at 0.
    np.testing.assert_allclose(run(Adam, {"lr": 0.1, "eps": 0.0}, 1)[0], w - 0.1 * np.sign(g0), rtol=1e-14)
    m, v = 0.9 * 0.1 * g0 + 0.1 * g1, 0.999 * 0.001 * g0**2 + 0.001 * g1**2
    second = w - 0.1 * np.sign(g0) - 0.1 * (m / (1 - 0.9**2)) / (np.sqrt(v / (1 - 0.999**2)))
    np.testing.assert_allclose(run(Adam, {"lr": 0.1, "eps": 0.0}, 2)[0], second, rtol=1e-12)
    np.testing.assert_allclose(
        run(AdamW, {"lr": 0.1, "eps": 0.0, "weight_decay": 0.5}, 1)[0], w * 0.95 - 0.1 * np.sign(g0), rtol=1e-14
    )


def textbook(make, lr, p, gs, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False, **adam):
    """The papers' formulas for a single number."""
    v = m = s = largest = 0.0
    beta1, beta2 = adam.get("betas", (0.9, 0.999))
    for t, g in enumerate(gs, 1):
        if make is AdamW:
            p -= lr * adam.get("weight_decay", weight_decay) * p
        else:
            g += weight_decay * p
        if make is SGD:
            v = momentum * v + (g if t == 1 else (1 - dampening) * g)
            p -= lr * (g + momentum * v if nesterov else v)
            continue
        m = beta1 * m + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g**2
        largest = max(largest, s) if adam.get("amsgrad") else s
        p -= lr * (m / (1 - beta1**t)) / (math.sqrt(largest / (1 - beta2**t)) + adam.get("eps", 1e-8))
    return p


@pytest.mark.parametrize("name", OPTIONS)
def test_ten_steps_are_those_of_the_textbook(name):
    make, options = OPTIONS[name]
    if make is AdamW:
        options = {"weight_decay": 0.01} | options
    expected = textbook(make, p=float(START[1]), gs=[float(gradients(step)[1]) for step in range(10)], **options)
    np.testing.assert_allclose(run(make, options, 10)[1], expected, rtol=1e-11)


@pytest.mark.parametrize("name", OPTIONS)
def test_float32_stays_float32(name):
    make, options = OPTIONS[name]
    for single, double in zip(run(make, options, 5, np.float32), run(make, options, 5), strict=True):
        assert single.dtype == np.float32
        np.testing.assert_allclose(single, double, rtol=1e-4)


@pytest.mark.parametrize("name", OPTIONS)
def test_gradients_are_read_and_not_kept(name):
    make, options = OPTIONS[name]
    parameter = nn.Parameter(START[0])
    optimizer = make([parameter], **options)
    parameter.grad = gradients(0)[0]
    kept = parameter.grad
    optimizer.step()
    np.testing.assert_array_equal(kept, gradients(0)[0])
    kept *= 1000  # a person's own business
    parameter.grad = gradients(1)[0]
    optimizer.step()
    np.testing.assert_array_equal(parameter.numpy(), run_one(make, options))


def run_one(make, options):
    return run(make, options, 2)[0]


def test_a_parameter_without_gradient_stays_as_it_is():
    used, unused = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = Adam([used, unused], lr=0.1, weight_decay=0.5)
    used.grad = np.array([1.0])
    optimizer.step()
    assert used.data[0] != 1
    assert unused.data[0] == 1
    assert unused not in optimizer.state
    optimizer.zero_grad(set_to_none=False)
    assert used.grad.tolist() == [0]
    assert unused.grad is None
    optimizer.zero_grad()
    assert used.grad is None


def test_gradients_that_are_tensors():
    w = nn.Parameter([3.0])
    (w**2).sum().backward(create_graph=True)
    assert isinstance(w.grad, ag.Tensor)
    SGD([w], lr=0.5).step()
    assert w.data.tolist() == [0.0]
    assert type(w.data) is np.ndarray


def test_groups_have_options_of_their_own():
    a, b = nn.Parameter([1.0]), nn.Parameter([1.0])
    optimizer = SGD([{"params": [a], "lr": 0.5}, {"params": b}], lr=0.1)
    a.grad = b.grad = np.array([1.0])
    optimizer.step()
    assert (a.item(), b.item()) == (0.5, 0.9)
    optimizer.param_groups[0]["lr"] = 0.25
    optimizer.step()
    assert (a.item(), b.item()) == (0.25, 0.8)
    assert repr(optimizer).startswith("SGD (\nParameter Group 0\n    dampening: 0.0\n    lr: 0.25\n")


def test_step_with_a_closure():
    w = nn.Parameter([3.0])
    optimizer = SGD([w], lr=0.1)

    def closure():
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        return loss

    with ag.no_grad():
        assert optimizer.step(closure).item() == 9
    np.testing.assert_allclose(w.data, [2.4])


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize(
    "through", [lambda state: state, copy.deepcopy, lambda state: pickle.loads(pickle.dumps(state))]
)
def test_a_saved_optimizer_goes_on_where_it_was(name, through):
    make, options = OPTIONS[name]
    parameter = nn.Parameter(START[0])
    optimizer = make([parameter], **options)
    for step in range(6):
        if step == 3:
            state = through(optimizer.state_dict())
            parameter = nn.Parameter(parameter.data)
            optimizer, old = make([parameter], lr=99.0), optimizer
            optimizer.load_state_dict(state)
            for values in old.state.values():
                for value in values.values():
                    if isinstance(value, np.ndarray):
                        value[:] = np.nan  # the saved state is a copy
        parameter.grad = gradients(step)[0]
        optimizer.step()
    np.testing.assert_array_equal(parameter.numpy(), run(make, options, 6)[0])


def test_a_state_that_does_not_fit_is_refused():
    w = nn.Parameter(START[0])
    w.grad = START[0]
    optimizer = Adam([w])
    optimizer.step()
    state = optimizer.state_dict()
    with pytest.raises(
        StateDictError, match=r"nothing was changed\. Its groups have \[1\] parameters, and here they have \[2\]"
    ):
        Adam([nn.Parameter([1.0]), nn.Parameter([2.0])]).load_state_dict(state)
    with pytest.raises(StateDictError, match=r"exp_avg of parameter 0 has shape \(2, 2\), and the parameter \(1,\)"):
        Adam([nn.Parameter([1.0])]).load_state_dict(state)


USED_UP = nn.Linear(1, 1).parameters()
list(USED_UP)
W = nn.Parameter([1.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: SGD([]), ArgumentError, r"SGD was given no parameters\. model\.parameters\(\) can be read only once"),
        (lambda: SGD(USED_UP), ArgumentError, "SGD was given no parameters"),
        (lambda: SGD([W], lr=-1), ArgumentError, "lr must not be negative: lr=-1"),
        (lambda: SGD([W], lr=float("nan")), ArgumentError, "lr must not be negative: lr=nan"),
        (lambda: SGD([W], momentum=-0.1), ArgumentError, "momentum must not be negative"),
        (lambda: SGD([W], weight_decay=-0.1), ArgumentError, "weight_decay must not be negative"),
        (lambda: SGD([W], nesterov=True), ArgumentError, "nesterov=True needs a momentum above 0"),
        (lambda: Adam([W], betas=(0.9, 1.0)), ArgumentError, r"betas must be two numbers.*not \(0\.9, 1\.0\)"),
        (lambda: Adam([W], eps=-1), ArgumentError, "eps must not be negative"),
        (lambda: SGD(nn.Linear(1, 1)), ArgumentTypeError, r"not a Module: pass model\.parameters\(\) \(Linear\)"),
        (lambda: SGD(W), ArgumentTypeError, r"put the single Tensor in a list"),
        (lambda: SGD(3), ArgumentTypeError, "an iterable of Tensors, not int"),
        (lambda: SGD(nn.Linear(1, 1).named_parameters()), ArgumentTypeError, "not pairs: pass model.parameters()"),
        (lambda: SGD([np.zeros(2)]), ArgumentTypeError, "given ndarray: it has no gradient. Make it an nn.Parameter"),
        (lambda: SGD(["W"]), ArgumentTypeError, "takes Tensors, and was given str"),
        (lambda: SGD([W * 2]), ArgumentError, r"of shape \(1,\) was computed from others"),
        (lambda: SGD([W, W]), ArgumentError, r"the parameter of shape \(1,\) is there twice"),
        (lambda: SGD([{"params": [W]}, {"params": [W]}]), ArgumentError, "is there twice"),
        (
            lambda: SGD([{"params": [W], "rate": 1}]),
            ArgumentError,
            "SGD has no option 'rate'; its options are: lr, momentum",
        ),
        (lambda: SGD([{"parameters": [W]}]), ArgumentTypeError, "a dict with the parameters under 'params'"),
        (lambda: StepLR(W, 1), ArgumentTypeError, "a scheduler takes an Optimizer, not Parameter"),
        (lambda: StepLR(SGD([W]), 0), ArgumentError, "step_size must be a positive number of epochs, not 0"),
        (lambda: CosineAnnealingLR(SGD([W]), 0), ArgumentError, "T_max must be a positive number of epochs, not 0"),
    ],
)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


# -- schedulers --------------------------------------------------------------------------------------------------------

SCHEDULERS = {
    "StepLR": ({"step_size": 3, "gamma": 0.5}, lambda e: 0.5 ** (e // 3)),
    "ExponentialLR": ({"gamma": 0.9}, lambda e: 0.9**e),
    "CosineAnnealingLR": ({"T_max": 4, "eta_min": 0.2}, lambda e: 0.2 + 0.8 * (1 + math.cos(math.pi * e / 4)) / 2),
}


def rates(library, name, parameter, epochs=12):
    optimizer = library.SGD([parameter], lr=1.0)
    scheduler = getattr(library.lr_scheduler, name)(optimizer, **SCHEDULERS[name][0])
    found = scheduler.get_last_lr()
    for _ in range(epochs):
        optimizer.step()
        scheduler.step()
        assert scheduler.get_last_lr() == [optimizer.param_groups[0]["lr"]]
        found += scheduler.get_last_lr()
    return found


@pytest.mark.parametrize("name", SCHEDULERS)
def test_rates_are_those_of_the_formula(name):
    formula = SCHEDULERS[name][1]
    np.testing.assert_allclose(rates(nn.optim, name, W), [formula(e) for e in range(13)], rtol=1e-14)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_rates_agree_with_pytorch(name, torch):
    theirs = rates(torch.optim, name, torch.zeros(1, requires_grad=True))
    np.testing.assert_allclose(rates(nn.optim, name, W), theirs, rtol=1e-12, atol=1e-15)


def test_a_saved_scheduler_goes_on_where_it_was():
    optimizer = SGD([W], lr=1.0)
    scheduler = ExponentialLR(optimizer, 0.5)
    scheduler.step()
    scheduler.step()
    other = SGD([W], lr=7.0)
    continued = ExponentialLR(other, 0.5)
    continued.load_state_dict(scheduler.state_dict())
    assert other.param_groups[0]["lr"] == 0.25
    continued.step()
    assert continued.get_last_lr() == [0.125]
    assert scheduler.get_last_lr() == [0.25]
