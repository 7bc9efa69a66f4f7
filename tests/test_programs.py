"""Whole programs as people write them, differentiated as they stand."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.trees import leaves_of, rebuild
from tests.programs import FOLDER, PROGRAMS, load, params_of, value_of

needs_lift = pytest.mark.skipif(not hasattr(ag, "lift"), reason="lift is not there yet")
each_program = pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)


# -- helpers -----------------------------------------------------------------------------------------------------------


def numerical(f: Callable[[Any], Any], params: Any, step: float) -> list[np.ndarray]:
    """Central differences in float64 by every entry of every leaf of `params`."""
    leaves = [np.array(leaf, dtype=np.float64) for _, leaf in leaves_of(params)]
    slopes = []
    for leaf in leaves:
        slope = np.empty(leaf.shape)
        for i in np.ndindex(leaf.shape):
            here, ends = leaf[i], []
            for end in (here + step, here - step):
                leaf[i] = end
                ends.append(float(f(rebuild(params, [x.copy() for x in leaves]))))
            leaf[i] = here
            slope[i] = (ends[0] - ends[1]) / (2 * step)
        slopes.append(slope)
    return slopes


def snapshot(program: ModuleType) -> dict[str, Any]:
    """What a program's module holds, as far as one can reach from it, in a form that can be compared.

    >>> a = types.ModuleType("a")
    >>> a.x = {"y": [np.zeros(2)]}
    >>> before = snapshot(a)
    >>> a.x["y"][0][1] = 1.0
    >>> sorted(key for key, value in snapshot(a).items() if value != before[key])
    ["x['y'][0]"]
    """
    found: dict[str, Any] = {}
    seen: dict[int, str] = {}
    todo: list[tuple[str, Any]] = [(name, value) for name, value in vars(program).items() if not name.startswith("__")]
    while todo:
        place, value = todo.pop()
        parts = list(parts_of(place, value))
        if parts and id(value) in seen:
            found[place] = ("the same as", seen[id(value)])
            continue
        seen[id(value)] = place
        if isinstance(value, np.ndarray):
            found[place] = (type(value), value.dtype, value.shape, value.tobytes())
        elif isinstance(value, int | float | complex | str | np.generic | None):
            found[place] = (type(value), repr(value))
        else:
            found[place] = (type(value), id(value), [part for part, _ in parts])
        todo += reversed(parts)
    return found


def parts_of(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a container, an object, a function, a class or a module of a program holds, each with its place."""
    if isinstance(value, dict):
        yield from ((f"{place}[{key!r}]", part) for key, part in value.items())
    elif isinstance(value, list | tuple):
        yield from ((f"{place}[{i}]", part) for i, part in enumerate(value))
    elif isinstance(value, functools.partial):
        yield from ((f"{place}.{name}", getattr(value, name)) for name in ("func", "args", "keywords"))
    elif isinstance(value, types.FunctionType):
        yield f"{place}.__code__", value.__code__
        yield f"{place}.__defaults__", value.__defaults__
        yield from ((f"{place}.<cell {i}>", cell.cell_contents) for i, cell in enumerate(value.__closure__ or ()))
    elif isinstance(value, staticmethod | classmethod | property):
        yield f"{place}.<function>", value.fget if isinstance(value, property) else value.__func__
    elif is_of_a_program(value) or is_of_a_program(type(value)):
        for name, part in vars(value).items():
            if name not in ("__dict__", "__weakref__", "__builtins__", "__doc__", "__spec__", "__loader__"):
                yield f"{place}.{name}", part


def is_of_a_program(value: Any) -> bool:
    """Tell modules and classes of the programs from those of libraries."""
    module = value if isinstance(value, ModuleType) else sys.modules.get(getattr(value, "__module__", ""))
    return module is not None and Path(getattr(module, "__file__", None) or "/").is_relative_to(FOLDER)


# -- the programs ------------------------------------------------------------------------------------------------------


@each_program
def test_it_is_a_persons_program(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not any(word in text for word in ("autograd_lite", "Tensor(", "lift("))
    assert 25 <= len(text.splitlines()) <= 90
    path_before = sys.path[:]
    program = load(path)
    assert sys.path == path_before
    assert "\n" not in (program.__doc__ or "\n")
    leaves = [np.asarray(leaf) for _, leaf in leaves_of(params_of(program))]
    assert {leaf.dtype for leaf in leaves} in ({np.dtype(np.float64)}, {np.dtype(np.float32)})
    assert sum(leaf.size for leaf in leaves) <= 300


@each_program
def test_it_runs_on_plain_arrays(path: Path) -> None:
    program = load(path)
    params = params_of(program)
    value = value_of(program.loss(params))
    assert np.shape(value) == ()
    assert np.isfinite(value)
    assert value_of(program.loss(params)) == value, "the loss is not a function of its parameters"


@each_program
def test_its_loss_is_smooth_where_it_is_differentiated(path: Path) -> None:
    """The witness can be trusted: two step sizes and the slopes on both sides agree, and most parameters matter."""
    program = load(path)
    params = params_of(program)
    coarse, fine = (numerical(lambda p: value_of(program.loss(p)), params, step) for step in (1e-4, 1e-5))
    largest = max(np.max(np.abs(slope)) for slope in fine)
    assert largest > 1e-3
    for wide, narrow in zip(coarse, fine, strict=True):
        np.testing.assert_allclose(wide, narrow, rtol=1e-5, atol=1e-6 * largest)
    sizes = np.concatenate([np.abs(slope).reshape(-1) for slope in fine])
    assert np.mean(sizes > 1e-6 * largest) > 0.75


@needs_lift
@each_program
def test_its_gradient(path: Path) -> None:
    program = load(path)
    params = params_of(program)
    lifted = ag.lift(program.loss)
    gradient = ag.grad(lambda p: value_of(lifted(p)))(params)
    expected = numerical(lambda p: value_of(program.loss(p)), params, 1e-5)
    largest = max(np.max(np.abs(slope)) for slope in expected)
    found = list(leaves_of(gradient))
    assert [place for place, _ in found] == [place for place, _ in leaves_of(params)]
    for (place, got), want, (_, leaf) in zip(found, expected, leaves_of(params), strict=True):
        assert np.shape(got) == np.shape(leaf), place
        assert np.asarray(got).dtype == np.asarray(leaf).dtype, place
        is_single = np.asarray(leaf).dtype == np.float32
        rtol, atol = (1e-4, 1e-6) if is_single else (1e-5, 1e-8)
        np.testing.assert_allclose(got, want, rtol=rtol, atol=atol * largest, err_msg=place)


@needs_lift
@each_program
def test_its_value_is_the_plain_one(path: Path) -> None:
    program = load(path)
    params = params_of(program)
    (value, aux), _ = ag.value_and_grad(_with_aux(ag.lift(program.loss)), has_aux=True)(params)
    plain, plain_aux = _with_aux(program.loss)(params)
    np.testing.assert_allclose(value, plain, rtol=1e-5 if np.asarray(plain).dtype == np.float32 else 1e-12)
    assert list(aux) == list(plain_aux)
    for name, intermediate in plain_aux.items():
        np.testing.assert_allclose(aux[name], intermediate, rtol=1e-5, atol=1e-6, err_msg=name)


@needs_lift
@each_program
def test_it_is_left_as_it_was(path: Path) -> None:
    program = load(path)
    params = params_of(program)
    program.loss(params)  # so that the globals, caches and attributes that it writes are there
    before, params_before = snapshot(program), [np.copy(leaf) for _, leaf in leaves_of(params)]
    lifted = ag.lift(program.loss)
    ag.grad(lambda p: value_of(lifted(p)))(params)
    after = snapshot(program)
    changed = sorted(place for place in {*before, *after} if before.get(place) != after.get(place))
    assert changed == []
    for (place, leaf), was in zip(leaves_of(params), params_before, strict=True):
        np.testing.assert_array_equal(leaf, was, err_msg=place)


def _with_aux(loss: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, dict[str, Any]]]:
    def pair(params: Any) -> tuple[Any, dict[str, Any]]:
        result = loss(params)
        return result if isinstance(result, tuple) else (result, {})

    return pair


# -- the helpers themselves --------------------------------------------------------------------------------------------


def test_a_snapshot_notices_a_change_wherever_it_is() -> None:
    programs = {path.stem: path for path in PROGRAMS}
    for name, change in [
        ("softmax_relu_classifier", lambda m: m.X.__setitem__((0, 0), 5.0)),
        ("three_layer_class", lambda m: setattr(m.net, "hidden_layer", 1.0)),
        ("xor_global_script", lambda m: m.cost_history.append(1.0)),
        ("xor_global_script", lambda m: setattr(m, "w1", m.w1 + 1)),
        ("autoencoder_tied", lambda m: setattr(m.SparseAutoencoder, "l2", 1.0)),
        ("fixed_point_equilibrium", lambda m: m.calls.update(loss=None)),
        ("own_package_mlp", lambda m: setattr(m.Dense, "count", -1)),
        ("own_package_mlp", lambda m: m.layers.INPUT_SCALE.__setitem__(0, 5.0)),
        ("kalman_filter", lambda m: setattr(m, "np", None)),
        ("rbf_huber", lambda m: m.KERNELS.update(gaussian=None)),
        ("residual_dataclass", lambda m: object.__setattr__(m.config, "eps", 0.0)),
    ]:
        program = load(programs[name])
        program.loss(params_of(program))
        before = snapshot(program)
        assert snapshot(program) == before, name
        change(program)
        assert snapshot(program) != before, name


def test_every_load_is_a_module_of_its_own() -> None:
    one, other = load(PROGRAMS[0]), load(PROGRAMS[0])
    assert one.__name__ != other.__name__
    assert one.loss is not other.loss
    assert sys.modules[one.__name__] is one
    path = FOLDER / "own_package_mlp.py"
    assert load(path).Dense is not load(path).Dense
