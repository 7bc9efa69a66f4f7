"""Module, Parameter, Sequential, ModuleList: what they find, save, load, copy, show and refuse."""

import copy
import pickle

import numpy as np
import pytest

import autograd_lite as ag
import nn
from nn.errors import ArgumentError, ArgumentTypeError, ModuleError, StateDictError


class Block(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.scale = nn.Parameter(np.ones(width))
        self.inner = nn.Sequential(nn.Linear(width, width, rng=0), nn.Tanh())
        self.shift = nn.Parameter(np.zeros(width))
        self.register_buffer("mean", np.zeros(width))
        self.register_buffer("scratch", np.ones(2), persistent=False)

    def forward(self, x):
        return self.inner(x) * self.scale + self.shift - self.mean


class Tied(nn.Module):
    def __init__(self):
        self.first = nn.Linear(2, 2, bias=False, rng=0)
        self.second = nn.Linear(2, 2, bias=False, rng=1)
        self.second.weight = self.first.weight
        self.again = self.first

    def forward(self, x):
        return self.again(self.second(self.first(x)))


def test_parts_are_found_in_order():
    block = Block()
    assert [name for name, _ in block.named_parameters()] == ["scale", "shift", "inner.0.weight", "inner.0.bias"]
    assert next(block.named_parameters(prefix="net"))[0] == "net.scale"
    assert [name for name, _ in block.named_parameters(recurse=False)] == ["scale", "shift"]
    assert [name for name, _ in block.named_modules()] == ["", "inner", "inner.0", "inner.1"]
    assert [name for name, _ in block.named_children()] == ["inner"]
    assert next(block.modules()) is block
    assert list(block.children()) == [block.inner]
    assert [name for name, _ in block.named_buffers()] == ["mean", "scratch"]
    assert len(list(block.buffers())) == 2
    assert next(block.parameters()) is block.scale


def test_it_works_without_calling_super_init():
    class Bare(nn.Module):
        def __init__(self):
            self.layer = nn.Linear(2, 1)

        def forward(self, x):
            return self.layer(x)

    bare = Bare()
    assert len(list(bare.parameters())) == 2
    assert bare.training
    assert not bare.eval().layer.training
    assert bare(np.ones((4, 2))).shape == (4, 1)


def test_tied_parameters_count_once_and_are_saved_under_each_name():
    tied = Tied()
    assert [name for name, _ in tied.named_parameters()] == ["first.weight"]
    names = ["first.weight", "second.weight", "again.weight"]
    assert [name for name, _ in tied.named_parameters(remove_duplicate=False)] == names
    assert list(tied.state_dict()) == names
    assert [name for name, _ in tied.named_modules()] == ["", "first", "second"]
    for clone in (copy.deepcopy(tied), pickle.loads(pickle.dumps(tied))):
        assert clone.second.weight is clone.first.weight is clone.again.weight
        assert clone.first.weight is not tied.first.weight


def test_parameters_are_named_after_their_path_unless_named():
    weight = nn.Parameter(np.ones((2, 2)), name="W1")
    layer = nn.Linear(2, 2)
    layer.weight = weight
    model = nn.Sequential(nn.Sequential(layer), nn.Linear(2, 1))
    assert [parameter.name for parameter in model.parameters()] == ["W1", "0.0.bias", "1.weight", "1.bias"]


def test_modes_reach_every_module():
    block = Block()
    assert block.training
    assert block.eval() is block
    assert not any(module.training for module in block.modules())
    block.train()
    assert all(module.training for module in block.modules())


def test_zero_grad_and_requires_grad_reach_every_parameter():
    block = Block()
    block(np.ones((2, 3))).sum().backward()
    assert all(parameter.grad is not None for parameter in block.parameters())
    block.zero_grad()
    assert all(parameter.grad is None for parameter in block.parameters())
    block.zero_grad(set_to_none=False)
    assert block.scale.grad is None
    block(np.ones((2, 3))).sum().backward()
    block.zero_grad(set_to_none=False)
    assert block.scale.grad.tolist() == [0, 0, 0]
    block.zero_grad()
    assert block.inner.requires_grad_(False) is block.inner
    block(np.ones((2, 3))).sum().backward()
    assert block.scale.grad is not None
    assert block.inner[0].weight.grad is None


def test_apply_calls_the_inner_modules_first():
    seen = []
    block = Block()
    assert block.apply(lambda module: seen.append(type(module).__name__)) is block
    assert seen == ["Linear", "Tanh", "Sequential", "Block"]


def test_repr_is_the_one_of_pytorch():
    assert repr(Block()) == (
        "Block(\n  (inner): Sequential(\n"
        "    (0): Linear(in_features=3, out_features=3, bias=True)\n    (1): Tanh()\n  )\n)"
    )
    assert repr(nn.Sequential()) == "Sequential()"


def test_a_module_without_forward_says_so():
    class Empty(nn.Module):
        pass

    with pytest.raises(NotImplementedError, match=r"Empty can not be called: it defines no forward\(self, \.\.\.\)"):
        Empty()(1)


# -- what would not be trained -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([nn.Linear(1, 1)], "parts is a plain list with a Linear in it.*Use nn.ModuleList instead"),
        ((nn.Linear(1, 1),), "parts is a plain tuple with a Linear"),
        ({"a": nn.Linear(1, 1)}, "parts is a plain dict with a Linear"),
        ([nn.Parameter([1.0])], "parts is a plain list with a Parameter in it.*an attribute each"),
        (
            ag.Tensor([1.0], requires_grad=True),
            r"requires a gradient but no Parameter.*nn\.Parameter\(tensor\) instead",
        ),
    ],
)
def test_what_would_stay_out_of_training_is_refused(value, message):
    module = nn.Module()
    with pytest.raises(ModuleError, match=message):
        module.parts = value


def test_a_list_that_is_filled_later_is_refused_when_parameters_are_asked_for():
    class Net(nn.Module):
        def __init__(self):
            self.layers = []
            for _ in range(3):
                self.layers.append(nn.Linear(2, 2))

    for read in (nn.Module.parameters, nn.Module.named_children, nn.Module.state_dict, nn.Module.eval):
        with pytest.raises(ModuleError, match=r"Net\.layers is a plain list with a Linear in it"):
            list(read(Net()))


def test_other_lists_tensors_and_none_are_attributes_like_any():
    module = nn.Module()
    module.sizes = [1, 2]
    module.constant = ag.Tensor([1.0])
    module.computed = ag.Tensor([1.0], requires_grad=True) * 2
    module.weight = nn.Parameter([1.0])
    module.weight = nn.Parameter([2.0])
    assert [parameter.item() for parameter in module.parameters()] == [2.0]
    module.weight = None
    assert list(module.parameters()) == []
    del module.constant


def test_a_parameter_is_not_replaced_by_what_is_none():
    layer = nn.Linear(2, 2)
    with pytest.raises(
        ModuleError, match=r"Linear\.weight is a Parameter, and a ndarray in its place.*\.weight\.data = value"
    ):
        layer.weight = np.zeros((2, 2))  # type: ignore[assignment]


def test_registering_by_name():
    module = nn.Module()
    module.register_parameter("w", nn.Parameter([1.0]))
    module.register_parameter("none", None)
    module.add_module("layer", nn.Linear(1, 1))
    module.register_buffer("empty", None)
    assert list(module.state_dict()) == ["w", "layer.weight", "layer.bias"]
    module.register_buffer("gone", np.ones(1))
    del module.gone
    assert list(module.buffers()) == []
    assert list(module.state_dict()) == ["w", "layer.weight", "layer.bias"]
    with pytest.raises(ArgumentError, match="Module already has an attribute 'w'"):
        module.register_buffer("w", np.zeros(1))


# -- saving and loading ------------------------------------------------------------------------------------------------


def test_a_state_dict_is_a_copy_under_pytorch_s_keys():
    block = Block()
    state = block.state_dict()
    assert list(state) == ["scale", "shift", "mean", "inner.0.weight", "inner.0.bias"]
    assert all(type(array) is np.ndarray for array in state.values())
    state["scale"][:] = 7
    state["mean"][:] = 7
    assert block.scale.data[0] == 1
    assert block.mean[0] == 0


def test_loading_a_state_dict_copies_and_keeps_the_parameters_and_their_dtype():
    model = nn.Sequential(nn.Linear(2, 3, dtype=np.float32), nn.Linear(3, 1))
    weight = model[0].weight
    state = {name: np.random.default_rng(0).normal(size=array.shape) for name, array in model.state_dict().items()}
    missing, unexpected = model.load_state_dict(state)
    assert (missing, unexpected) == ([], [])
    assert model[0].weight is weight
    assert weight.dtype == np.float32
    np.testing.assert_array_equal(weight.data, state["0.weight"].astype(np.float32))
    np.testing.assert_array_equal(model[1].bias.data, state["1.bias"])
    state["1.bias"][:] = 99
    assert model[1].bias.data[0] != 99
    block = Block()
    block.load_state_dict(block.state_dict() | {"mean": ag.Tensor([1.0, 2.0, 3.0])})
    np.testing.assert_array_equal(block.mean, [1, 2, 3])
    assert [name for name, _ in block.named_buffers()] == ["mean", "scratch"]


def test_a_state_dict_that_does_not_fit_changes_nothing_and_lists_all():
    model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Sigmoid(), nn.Linear(3, 1, rng=1))
    before = model.state_dict()
    state = {
        "0.weight": np.zeros((3, 2)),
        "2.weight": np.zeros((3, 1)),
        "2.bias": np.zeros(1, complex),
        "extra": np.zeros(1),
    }
    with pytest.raises(StateDictError) as caught:
        model.load_state_dict(state)
    assert str(caught.value) == (
        "the state_dict does not fit Sequential; nothing was changed.\n"
        "  missing: 0.bias\n"
        "  unexpected: extra\n"
        "  shapes differ: 2.weight is (1, 3) in the model, (3, 1) in the state_dict\n"
        "  types differ: 2.bias is float64 in the model, complex128 in the state_dict"
    )
    with pytest.raises(StateDictError, match="shapes differ") as caught:
        model.load_state_dict(state, strict=False)
    assert "missing" not in str(caught.value)
    for name, array in model.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_loading_part_of_a_state_dict():
    model = nn.Linear(2, 1)
    result = model.load_state_dict({"weight": np.ones((1, 2)), "other": np.ones(1)}, strict=False)
    assert result.missing_keys == ["bias"]
    assert result.unexpected_keys == ["other"]
    np.testing.assert_array_equal(model.weight.data, [[1, 1]])


def test_weights_travel_to_pytorch_and_back(torch):
    mine = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 1, bias=False)))
    T = torch.nn
    theirs = T.Sequential(
        T.Linear(2, 3), T.Sigmoid(), T.Sequential(T.Linear(3, 4), T.Linear(4, 1, bias=False))
    ).double()
    assert list(mine.state_dict()) == list(theirs.state_dict())
    assert repr(mine) == repr(theirs)
    x = np.random.default_rng(0).normal(size=(5, 2))
    theirs.load_state_dict({name: torch.tensor(array) for name, array in mine.state_dict().items()})
    np.testing.assert_allclose(theirs(torch.tensor(x)).detach().numpy(), mine(x).numpy(), rtol=1e-12)
    torch.nn.init.normal_(theirs[0].weight)
    mine.load_state_dict(theirs.state_dict())
    np.testing.assert_allclose(theirs(torch.tensor(x)).detach().numpy(), mine(x).numpy(), rtol=1e-12)


@pytest.mark.parametrize("clone_of", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))])
def test_copies_are_independent_and_complete(clone_of):
    block = Block().eval()
    block(np.ones((1, 3))).sum().backward()
    clone = clone_of(block)
    assert isinstance(clone.scale, nn.Parameter)
    assert clone.scale.requires_grad
    assert not clone.training
    assert [p.name for p in clone.parameters()] == [p.name for p in block.parameters()]
    np.testing.assert_array_equal(clone.scale.grad, block.scale.grad)
    clone.scale.data[:] = 5
    assert block.scale.data[0] == 1
    x = np.ones((2, 3))
    clone.load_state_dict(block.state_dict())
    np.testing.assert_array_equal(clone(x).numpy(), block(x).numpy())


# -- Parameter ---------------------------------------------------------------------------------------------------------


def test_a_parameter_is_a_tensor_that_requires_gradients():
    data = np.array([1.0, 2.0])
    parameter = nn.Parameter(data)
    data[0] = 9
    assert isinstance(parameter, ag.Tensor)
    assert parameter.requires_grad
    assert parameter.data[0] == 1
    assert repr(parameter) == "Parameter containing:\nTensor([1., 2.], requires_grad=True)"
    assert nn.Parameter(ag.Tensor(data, requires_grad=True) * 2).data[0] == 18
    assert not nn.Parameter(data, requires_grad=False).requires_grad
    assert nn.Parameter(np.ones(2, np.float32)).dtype == np.float32
    assert not isinstance(parameter * 2, nn.Parameter)


@pytest.mark.parametrize("data", [[1, 2], [True], ["a"]])
def test_a_parameter_is_floating_point(data):
    with pytest.raises(
        ArgumentTypeError, match=r"a Parameter holds floating-point numbers, and these are.*dtype=float"
    ):
        nn.Parameter(data, requires_grad=False)


# -- containers --------------------------------------------------------------------------------------------------------


def test_sequential_is_a_sequence():
    a, b, c = nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1)
    model = nn.Sequential(a, b, c)
    assert len(model) == 3
    assert list(model) == [a, b, c]
    assert model[0] is a
    assert model[-1] is c
    part = model[1:]
    assert type(part) is nn.Sequential
    assert list(part) == [b, c]
    assert list(part.state_dict()) == ["1.weight", "1.bias"]
    d = nn.Tanh()
    assert model.append(d) is model
    assert model[3] is d
    model[1] = d
    assert model[1] is d
    with pytest.raises(IndexError, match="index 4 is out of range: Sequential holds 4 modules"):
        model[4]
    x = np.ones((5, 2))
    np.testing.assert_array_equal(model(x).numpy(), np.tanh(c(np.tanh(a(x)))).numpy())


def test_sequential_with_names():
    model = nn.Sequential({"hidden": nn.Linear(2, 3), "act": nn.Sigmoid()})
    assert list(model.state_dict()) == ["hidden.weight", "hidden.bias"]
    assert model.hidden is model[0]
    assert list(model[:1].state_dict()) == ["hidden.weight", "hidden.bias"]


def test_module_list_registers_and_is_not_called():
    layers = nn.ModuleList([nn.Linear(2, 2)])
    layers.extend([nn.Linear(2, 2)]).append(nn.Tanh())
    assert len(layers) == 3
    assert len(list(layers.parameters())) == 4
    assert type(layers[:2]) is nn.ModuleList
    with pytest.raises(NotImplementedError, match="ModuleList can not be called"):
        layers(np.ones(2))


@pytest.mark.parametrize(
    ("module", "message"),
    [(nn.Sigmoid, r"make it an object: Sigmoid\(\)"), (np.tanh, "Sequential holds Modules, and was given")],
)
def test_what_is_no_module_is_refused(module, message):
    with pytest.raises(ArgumentTypeError, match=message):
        nn.Sequential(nn.Linear(1, 1), module)
