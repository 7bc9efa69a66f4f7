"""`check_backward` and `check_step`: a backward pass derived by hand against the reference, and what is wrong in it.

The verdict comes before the words: a gradient is right if it agrees with automatic differentiation, which finite
differences confirm, to the noise of its own arithmetic. Only what the verdict finds wrong is handed to the doctor, who
names it. The person's functions get copies, and the state of NumPy's and Python's random numbers is put back.
"""

from __future__ import annotations

import copy
import random
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.names import match_names
from autograd_lite.checking.noise import is_subgradient, noise
from autograd_lite.checking.numerical import central_difference
from autograd_lite.checking.report import Comparison, Finding, Report, compare
from autograd_lite.errors import AutogradError, GradientCheckError
from autograd_lite.modes import enable_grad, no_grad
from autograd_lite.tensor import Tensor
from autograd_lite.trees import last_key, leaves_of, rebuild, short_name

Array = NDArray[Any]
Gradients = Mapping[str, Any]

#: Agreement that autodiff and finite differences must reach to count as confirmed.
_CONFIRMATION_RTOL = 1e-5
#: Up to so many entries a gradient is confirmed entry by entry, above along so many random directions.
_FEW_ENTRIES, _DIRECTIONS = 64, 8
#: Finite differences alone, entry by entry, are not attempted for more parameters than this.
_MOST_ENTRIES = 20_000
#: At how many random points the doctor compares, beside the one that is checked.
_RANDOM_POINTS = 2
#: What counts as wrong at other parameters than those that are checked, relative to the largest entry.
_ELSEWHERE = 1e-2
_RANDOM = "the loss draws random numbers, and its lines hold for one draw alone: draw them once, outside"


def check_backward(
    loss: Callable[[Any], Any],
    manual: Gradients | Callable[[Any], Any],
    params: Any,
    rtol: float | None = None,
    names: Mapping[str, str] | None = None,
) -> Report:
    """Check gradients that a person derived by hand, and name what is wrong in them.

    Parameters
    ----------
    loss
        The forward pass in plain NumPy, run as it stands (see `lift`): takes the parameters, returns the loss (one
        number), or a pair of the loss and a dict of named intermediate values, whose gradients can then be checked too.
    manual
        The gradients: a dict, or a function that takes the parameters and returns one. For some or all parameters, and
        for intermediates. The gradient of ``W1`` may be called ``W1``, ``dW1``, ``W1_grad``, ``grad_W1`` or
        ``nabla_W1``. A function is better: it can be asked at random points.
    params
        The parameters: a dict of arrays, or any nested container of them. Neither they nor what the functions do to
        them is changed or kept.
    rtol
        Largest error that counts as rounding, relative to the largest entry of a gradient. Default 1e-7 in double
        precision, 1e-3 below.
    names
        For gradients whose names are not recognised: to which value each belongs, as in ``{"delta2": "Z2"}``.

    Returns
    -------
    Report
        True if every parameter's gradient is right; printed, it is the page to read.

    Raises
    ------
    GradientCheckError
        The check can not be made: the loss is not one number, or a gradient has a name that is neither a parameter's
        nor an intermediate's.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([1.0, 2.0, 4.0])
    >>> def loss(p):
    ...     return np.mean((x @ p["w"] - y) ** 2)
    >>> def manual(p):
    ...     return {"dw": x.T @ (x @ p["w"] - y) / 3}     # where did the 2 go?
    >>> report = ag.check_backward(loss, manual, {"w": np.array([0.5, -0.5])})
    >>> report.ok, report.findings[0].kind, report.findings[0].factor
    (False, 'scale', 0.5)
    """
    case = _Case(loss, params, rtol)

    def gradients(point: dict[str, Array]) -> tuple[Any, Any]:
        argument = case.container(point)
        return (manual(argument) if callable(manual) else manual), argument

    return case.examine(gradients, manual if callable(manual) else None, names or {}, None)


def check_step(
    loss: Callable[[Any], Any],
    step: Callable[[Any], Any],
    params: Any,
    lr: float,
    rtol: float | None = None,
) -> Report:
    """Check a training step by hand: the gradients are read off what it does to the parameters.

    Parameters
    ----------
    loss
        As for `check_backward`.
    step
        Takes the parameters and returns them after one step of gradient descent, or changes them in place and returns
        nothing.
    params
        As for `check_backward`.
    lr
        The learning rate of the step.
    rtol
        As for `check_backward`.

    Returns
    -------
    Report
        True if the step moves every parameter by ``-lr`` times its gradient.

    Raises
    ------
    GradientCheckError
        The check can not be made.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd_lite as ag
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]), np.array([1.0, 2.0, 4.0])
    >>> def loss(p):
    ...     return np.mean((x @ p["w"] - y) ** 2)
    >>> def step(p):
    ...     p["w"] += 0.1 * 2 * x.T @ (x @ p["w"] - y) / 3     # uphill
    >>> report = ag.check_step(loss, step, {"w": np.array([0.5, -0.5])}, lr=0.1)
    >>> report.ok, report.findings[0].kind
    (False, 'sign_flipped')
    """
    if not (np.isfinite(lr) and lr):
        raise GradientCheckError(f"lr is {lr!r}: the gradients are read off what a step does, divided by its rate")
    case = _Case(loss, params, rtol)

    def gradients(point: dict[str, Array]) -> tuple[Any, Any]:
        argument = case.container(point)
        returned = step(argument)
        after = case.after_step(argument if returned is None else returned, point)
        moved = {name: (point[name] - after[name]) / lr for name in after}
        return moved, after

    return case.examine(gradients, step, {}, lr)


def _as_array(key: Any, value: Any) -> Any:
    """Return a gradient that was given as a list of numbers as an array."""
    if isinstance(value, str):
        raise GradientCheckError(f"the gradient {key!r} is a str, {value!r}; give an array")
    if isinstance(value, (list, tuple)) and all(isinstance(v, (int, float, list, tuple)) for v in value):
        try:
            array = np.asarray(value)
        except ValueError:  # of lists of different lengths: a container
            return value
        return array if array.dtype.kind in "fiu" else value
    return value


class _Case:
    """One check: the person's loss and parameters, the reference, and what was given."""

    def __init__(self, loss: Callable[[Any], Any], params: Any, rtol: float | None) -> None:
        self.loss = loss
        self.params = copy.deepcopy(params)
        self.paths = [path for path, _ in leaves_of(params)]
        leaves = [leaf.data if isinstance(leaf, Tensor) else leaf for _, leaf in leaves_of(params)]
        keys = [last_key(path) or short_name(f"params{path}") for path in self.paths]
        self.keys = keys if len(set(keys)) == len(keys) else [short_name(f"p{p}".replace("'", "")) for p in self.paths]
        if not self.paths or (self.paths == [""] and not isinstance(leaves[0], (np.ndarray, np.generic, float))):
            raise GradientCheckError(
                f"params must be a dict of arrays, such as {{'W1': W1, 'b1': b1}}, or a container of such; it is a "
                f"{type(params).__name__}"
            )
        self.arrays = {key: np.array(leaf) for key, leaf in zip(self.keys, leaves, strict=True)}
        for name, array in self.arrays.items():
            if array.dtype.kind not in "fc":
                raise GradientCheckError(
                    f"parameter {name!r} holds {array.dtype}, which has no gradient; make it floating point: "
                    f"np.array(..., dtype=float)"
                )
        if rtol is None:
            rtol = 1e-7 if all(a.dtype in (np.float64, np.complex128) for a in self.arrays.values()) else 1e-3
        self.rtol = rtol
        self.remarks: list[str] = []
        self.findings: list[Finding] = []
        self.is_kink = False

    def container(self, point: Mapping[str, Any]) -> Any:
        """Return a container like the person's, of copies."""
        return rebuild(self.params, [copy.deepcopy(point[key]) for key in self.keys])

    def after_step(self, returned: Any, point: Mapping[str, Array]) -> dict[str, Array]:
        """Return the parameters after a step, by name; what the step does not return has not moved."""
        leaves = dict(leaves_of(returned))
        if isinstance(returned, Mapping) and not set(self.paths) <= set(leaves):
            matched = match_names([k for k in returned if str(k) in self.keys], self.keys)
            return {key: np.asarray(returned[matched[key]]) if key in matched else point[key] for key in self.keys}
        if not set(self.paths) <= set(leaves):
            raise GradientCheckError(
                f"the step must return the parameters as it got them, or change them in place and return nothing; it "
                f"returned a {type(returned).__name__}"
            )
        return {key: np.asarray(leaves[path]) for key, path in zip(self.keys, self.paths, strict=True)}

    # -- the verdict -----------------------------------------------------------------------------------------------

    def examine(
        self,
        gradients: Callable[[dict[str, Array]], tuple[Any, Any]],
        backward: Callable[[Any], Any] | None,
        names: Mapping[str, str],
        rate: float | None,
    ) -> Report:
        """Compare with the reference; if something is wrong, ask the doctor."""
        reference = self._reference()
        first = self._given(gradients, self.arrays, names, reference, rate)
        if first is None:
            comparisons = [
                Comparison(n, None, reference[n].shape, np.inf, False, note="not computed") for n in self.arrays
            ]
            return Report(comparisons, list(self.arrays), unexplained=list(self.arrays), remarks=self.remarks)
        given, after = first
        comparisons = []
        for name in [*self.arrays, *(n for n in given if n not in self.arrays)]:
            expected = reference[name]
            if name not in given:
                note = "no gradient was given for it"
                comparisons.append(Comparison(name, None, expected.shape, np.inf, False, note=note))
                continue
            noise = 0.0
            if rate is not None:
                eps = np.finfo(self.arrays[name].dtype).eps
                noise = float(8 * eps * np.max(np.abs(self.arrays[name]), initial=1.0) / abs(rate))
            comparisons.append(compare(name, np.asarray(given[name]), expected, self.rtol, noise))
        if backward is not None:
            comparisons = self._excused(comparisons, given, reference, gradients, names, rate)
        report = Report(comparisons, list(self.arrays), findings=self.findings, remarks=self.remarks)
        wrong = [c.name for c in comparisons if not c.ok and c.shape is not None]
        missing = [c.name for c in comparisons if c.shape is None]
        report.unexplained = [*wrong, *missing]
        if backward is not None and not wrong and not missing:
            self._look_elsewhere(gradients, names, reference, rate)
        if wrong:
            self._diagnose(report, wrong, gradients, backward, names, rate, reference, given, after)
        return report

    def _look_elsewhere(
        self, gradients: Any, names: Mapping[str, str], reference: dict[str, Array], rate: float | None
    ) -> None:
        """Say so, if what is right at these parameters is wrong at others: zeros and ones hide much."""
        point = self._nearby(np.random.default_rng(1))
        remarks = list(self.remarks)
        there = self._given(gradients, point, names, reference, rate)
        self.remarks[:] = remarks
        if there is None:
            return
        try:
            right = self._differentiate(point)
        except (AutogradError, ArithmeticError, ValueError):
            return
        wrong = []
        for name in self.arrays:
            given = np.asarray(there[0].get(name, right[name]))
            if given.shape == right[name].shape and np.all(np.isfinite(given)) and np.all(np.isfinite(right[name])):
                largest = max(float(np.max(np.abs(g), initial=0.0)) for g in right.values() if np.all(np.isfinite(g)))
                scale = max(float(np.max(np.abs(right[name]), initial=0.0)), 1e-3 * largest)
                if np.max(np.abs(given - right[name]), initial=0.0) > _ELSEWHERE * scale:
                    wrong.append(name)
        if wrong:
            verb = "is" if len(wrong) == 1 else "are"
            self.remarks.append(
                f"These parameters hide a mistake: at others, moved at random, {', '.join(wrong)} {verb} wrong. "
                f"Zeros, ones and dead units make wrong gradients right by luck; check with random parameters."
            )

    def _nearby(self, rng: np.random.Generator) -> dict[str, Array]:
        """Other parameters, near these."""
        return {
            name: (a * (1 + 0.3 * rng.uniform(-1, 1, a.shape)) + 0.1 * rng.uniform(-1, 1, a.shape)).astype(a.dtype)
            for name, a in self.arrays.items()
        }

    def _excused(
        self, comparisons: list[Comparison], given: dict[str, Array], reference: dict[str, Array], gradients: Any,
        names: Mapping[str, str], rate: float | None,
    ) -> list[Comparison]:  # fmt: skip
        """Accept what differs by no more than the noise of its own arithmetic, and any subgradient at a kink."""
        doubtful = [
            c for c in comparisons
            if not c.ok and c.shape == c.reference_shape and np.all(np.isfinite(given[c.name]))
        ]  # fmt: skip
        if not doubtful:
            return comparisons

        def at(point: dict[str, Array]) -> dict[str, Array] | None:
            there = self._given(gradients, point, names, reference, rate)
            return None if there is None else there[0]

        again = at(self.arrays)
        if again is None or any(not np.array_equal(again[c.name], given[c.name], equal_nan=True) for c in doubtful):
            self.remarks.append(
                "The backward pass gives other numbers each time it runs: it draws random numbers of its own, or keeps "
                "something from one run to the next (a momentum, a counter). Begin with the same each time, or draw "
                "them once, outside, and use the same in both passes; until then no verdict means much."
            )
            return comparisons
        largest = max((float(np.max(np.abs(r), initial=0.0)) for r in reference.values()), default=0.0)
        usual = max(largest, min(1.0, abs(self._loss_at({}))))
        found = noise(at, self._differentiate, self.arrays, given, reference, [c.name for c in doubtful], usual)
        excused = {
            c.name for c in doubtful
            if float(np.max(np.abs(given[c.name] - reference[c.name]))) <= found.get(c.name, 0.0)
        }  # fmt: skip
        others = [c.name for c in doubtful if c.name not in excused]
        limits = [
            name for name in others
            if is_subgradient(at, self._differentiate, self._loss_at, self.arrays, given, [name], self.rtol)
        ]  # fmt: skip
        if limits:
            self.is_kink = True
            excused |= set(limits)
            names_of = ", ".join(limits)
            self.remarks.append(
                f"The loss has a kink at these parameters: {names_of} is one of the subgradients there."
            )
        return [replace(c, ok=True) if c.name in excused else c for c in comparisons]

    def _diagnose(
        self, report: Report, wrong: list[str], gradients: Any, backward: Any, names: Any, rate: Any,
        reference: dict[str, Array], given: dict[str, Array], after: Any,
    ) -> None:  # fmt: skip
        from autograd_lite.checking.doctor.diagnosis import Diagnosis  # late: most programs check nothing

        points: list[dict[str, Array]] = [self.arrays]
        all_given, all_after = [given], [after]
        rng = np.random.default_rng(0)
        for _ in range(_RANDOM_POINTS if backward is not None else 0):
            point = self._nearby(rng)
            there = self._given(gradients, point, names, reference, rate)
            if there is not None and set(there[0]) == set(given):
                points.append(point)
                all_given.append(there[0])
                all_after.append(there[1])
        if self.is_kink and len(points) > 1:  # the lines of the derivation say which subgradient, the person another
            points, all_given, all_after = points[1:], all_given[1:], all_after[1:]
        tolerance = max(self.rtol, 1e-6)
        if rate is not None:
            eps = max(float(np.finfo(a.dtype).eps) for a in self.arrays.values())
            smallest = min((float(np.max(np.abs(g), initial=0)) for g in reference.values() if g.size), default=1.0)
            tolerance = max(tolerance, min(1e-4, 64 * eps / abs(rate) / max(smallest, 1e-8)))
        try:
            with _random_state_kept(), np.errstate(all="ignore"):
                diagnosis = Diagnosis(
                    lambda point: self.loss(self.container(point)), self.loss, self.container, points, all_given,
                    wrong, tolerance, rate, all_after if rate is not None else None, backward,
                ).run()  # fmt: skip
        except Exception as error:  # the verdict stands without the diagnosis
            kind = "" if isinstance(error, AutogradError) else f"{type(error).__name__}: "
            reason = _RANDOM if self._draws_numbers() else f"{kind}{error}"
            self.remarks.append(f"The mistake was not searched for: {reason}")
            return
        if not diagnosis.findings and self._draws_numbers():
            self.remarks.append(f"{_RANDOM[0].upper()}{_RANDOM[1:]}, and use the same in both passes.")
        report.findings = [*report.findings, *diagnosis.findings]
        report.propagated = diagnosis.propagated
        explained = {f.where for f in diagnosis.findings} | set(diagnosis.propagated)
        missing = [name for name in report.unexplained if name not in wrong]
        unexplained = [name for name in wrong if name not in explained or name in diagnosis.unexplained]
        report.unexplained = [*unexplained, *missing]
        right = all(c.ok for c in report.comparisons if c.name in report.parameters)
        if right:
            report.unexplained = missing

    def _draws_numbers(self) -> bool:
        """Whether the loss draws random numbers: then its derivation holds for no other run."""
        with _random_state_kept(), no_grad():
            before = (random.getstate(), *np.random.get_state())  # noqa: NPY002
            self.loss(self.container(self.arrays))
            after = (random.getstate(), *np.random.get_state())  # noqa: NPY002
        is_global = any(not np.array_equal(np.asarray(a, object), np.asarray(b, object))
                        for a, b in zip(before, after, strict=True))  # fmt: skip
        return is_global or self._loss_at({}) != self._loss_at({})

    # -- running the person's functions ----------------------------------------------------------------------------

    def _given(
        self, gradients: Any, point: dict[str, Array], names: Mapping[str, str], reference: Mapping[str, Any], rate: Any
    ) -> tuple[dict[str, Array], Any] | None:
        """Run the person's backward pass, after the forward pass, and return the gradients by name."""
        with _random_state_kept():
            try:
                with no_grad():
                    self.loss(self.container(point))
            except Exception:  # the reference has said so already
                return None
        with _random_state_kept():
            try:
                with np.errstate(all="ignore"):
                    given, argument = gradients(point)
            except GradientCheckError:
                raise
            except Exception as error:
                frame = traceback.extract_tb(error.__traceback__)[-1]
                self.remarks.append(
                    f"The backward pass failed: {type(error).__name__}: {error} "
                    f"(line {frame.lineno} of {frame.filename})"
                )
                return None
        if rate is None:
            self._look_for_writes(argument, point)
        matched = self._matched(given, names, reference)
        return {
            name: np.asarray(value.data if isinstance(value, Tensor) else value) for name, value in matched.items()
        }, argument

    def _look_for_writes(self, argument: Any, point: dict[str, Array]) -> None:
        for key, (_, leaf) in zip(self.keys, leaves_of(argument), strict=False):
            if isinstance(leaf, np.ndarray) and not np.array_equal(leaf, point[key], equal_nan=True):
                remark = f"The backward pass writes into the parameter {key} that it is given."
                if remark not in self.remarks:
                    self.remarks.append(remark)

    def _matched(self, given: Any, names: Mapping[str, str], reference: Mapping[str, Any]) -> dict[str, Any]:
        """Return the person's gradients by the name of the value they belong to."""
        if (
            isinstance(given, Mapping)
            and isinstance(self.params, Mapping)
            and self.paths == [f"[{k!r}]" for k in self.params]
        ):
            given = {key: _as_array(key, value) for key, value in given.items() if value is not None}
        leaves = dict(leaves_of(given))
        if (
            isinstance(given, Mapping)
            and all(isinstance(key, str) for key in given)
            and not any(isinstance(v, (dict, list, tuple)) for v in given.values())
        ):
            chosen = {names[key]: key for key in given if key in names}
            others = [key for key in given if key not in names]
            wanted = [*self.arrays, *(name for name in reference if name not in self.arrays)]
            matched = match_names(others, [name for name in wanted if name not in chosen])
            return {name: given[key] for name, key in {**chosen, **matched}.items()}
        if list(leaves) == self.paths:
            return dict(zip(self.keys, leaves.values(), strict=True))
        hint = " Is a return missing?" if given is None else ""
        raise GradientCheckError(
            f"the gradients must be a dict such as {{{', '.join(f'{n!r}: d{n}' for n in list(self.arrays)[:2])}}}, or "
            f"a container like the parameters; what was given is a {type(given).__name__}.{hint}"
        )

    # -- the reference ---------------------------------------------------------------------------------------------

    def _reference(self) -> dict[str, Array]:
        """The right gradients; remarks say where they come from, if that is unusual."""
        try:
            gradients = self._differentiate(self.arrays)
        except GradientCheckError:
            raise
        except AutogradError as error:
            count = sum(array.size for array in self.arrays.values())
            if count > _MOST_ENTRIES:
                raise GradientCheckError(
                    f"the loss could not be run on Tensors, and finite differences of {count:,} parameters would need "
                    f"{2 * count:,} runs of it; check a smaller network of the same code, or mend this: {error}"
                ) from error
            self.remarks.append(
                f"The reference is finite differences alone (good to about 1e-8), because the loss could not be run on "
                f"Tensors: {error}"
            )
            return {name: self._differences(name) for name in self.arrays}
        for name in self.arrays:
            distance = self._disagreement(name, gradients[name])
            if distance > _CONFIRMATION_RTOL:
                self.remarks.append(
                    f"Automatic differentiation and finite differences disagree on {name} by {distance:.1e} "
                    f"(relative): the loss may have a kink there, or be too noisy for differences."
                )
        return gradients

    def _differentiate(self, point: Mapping[str, Array]) -> dict[str, Array]:
        from autograd_lite.lifting import lift  # late: most programs check nothing

        tensors = {name: Tensor(array, requires_grad=True, name=name) for name, array in point.items()}
        with enable_grad(), _random_state_kept():
            value, intermediates = _split(lift(self.loss)(rebuild(self.params, [tensors[key] for key in self.keys])))
            kept = {
                n: t for n, t in intermediates.items() if isinstance(t, Tensor) and t.requires_grad and n not in tensors
            }
            for tensor in kept.values():
                tensor.retain_grad()
            _number(value)
            if not isinstance(value, Tensor) or not value.requires_grad:
                raise GradientCheckError(
                    "the loss does not depend on the parameters that were given to it: does it use its argument, or "
                    "arrays of the same names from outside?"
                )
            value.backward(gradient=np.ones(value.shape))
        return {n: np.zeros(t.shape) if t.grad is None else t.grad for n, t in {**tensors, **kept}.items()}

    def _disagreement(self, name: str, gradient: Array) -> float:
        """How far finite differences are from a gradient: by entries where it is small, else along directions."""
        if gradient.size <= _FEW_ENTRIES:
            expected = self._differences(name)
            found = gradient
            scale = np.max(np.abs(expected), initial=0.0)
        else:
            rng = np.random.default_rng(0)
            directions = rng.choice([-1.0, 1.0], size=(_DIRECTIONS, *gradient.shape)) / np.sqrt(gradient.size)
            expected = np.array([self._slope(name, direction) for direction in directions])
            found = np.array([np.sum(np.conjugate(gradient) * direction).real for direction in directions])
            scale = np.sqrt(np.mean(np.abs(gradient) ** 2))
        distance = np.max(np.abs(found - expected), initial=0.0)
        return float(distance / scale) if distance > 1e-8 else 0.0

    def _differences(self, name: str) -> Array:
        return central_difference(lambda x: self._loss_at({name: x}), self.arrays[name])

    def _slope(self, name: str, direction: Array) -> float:
        def along(t: Array) -> float:
            return self._loss_at({name: self.arrays[name] + t * direction})

        return float(central_difference(along, np.array(0.0)))

    def _loss_at(self, changed: dict[str, Array]) -> float:
        with no_grad(), _random_state_kept():
            return float(np.real(_number(_split(self.loss(self.container({**self.arrays, **changed})))[0])))


@contextmanager
def _random_state_kept() -> Iterator[None]:
    """Put the global random state back, so that every run of the person's functions draws the same numbers."""
    state, numpys = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(state)
        np.random.set_state(numpys)  # noqa: NPY002


def _split(result: Any) -> tuple[Any, Mapping[str, Any]]:
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], Mapping):
        return result
    return result, {}


def _number(value: Any) -> Any:
    if np.size(value) != 1:
        raise GradientCheckError(
            f"the loss must be one number, and this one has shape {np.shape(value)}; reduce it with np.sum or np.mean"
        )
    return value.item() if isinstance(value, (np.ndarray, np.generic, Tensor)) else value
