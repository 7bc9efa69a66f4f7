"""A function at a point: its value, its gradient by autodiff, and the lines through the point to try it along."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.complex_step import complex_slope
from autograd_lite.checking.numerical import Line, Sample, Slope, slope_along
from autograd_lite.errors import ConversionError
from autograd_lite.modes import enable_grad, no_grad
from autograd_lite.tensor import Tensor
from autograd_lite.transforms import vjp

Array = NDArray[Any]


class Function:
    """A person's function of arguments, some of them fixed, as one of the others that returns one Tensor.

    Parameters
    ----------
    f
        Takes the arguments and returns a Tensor, or a tuple, list or dict with Tensors in it.
    args
        All arguments.
    wanted
        The positions of those that vary.
    """

    def __init__(self, f: Callable[..., Any], args: Sequence[Any], wanted: Sequence[int]) -> None:
        self._f = f
        self._args = args
        self._wanted = wanted

    def __call__(self, *values: Any) -> Any:
        """Return the function's result for values of the arguments that vary."""
        replaced = dict(zip(self._wanted, values, strict=True))
        # Each call has its own copy: what a function does to its arguments must not reach the next call.
        arguments = [replaced[i] if i in replaced else _copied(arg) for i, arg in enumerate(self._args)]
        try:
            return _joined(self._f(*arguments))
        except Exception as error:
            if not isinstance(error, ConversionError) and not isinstance(error.__cause__, ConversionError):
                raise
            from autograd_lite.lifting import lift  # plain NumPy that no Tensor gets through: see `lift`

            again = [replaced[i] if i in replaced else _copied(arg) for i, arg in enumerate(self._args)]
            return _joined(lift(self._f)(*again))

    def on_arrays(self) -> Function:
        """Return the function for plain arrays: of a primitive what it was made from."""
        if hasattr(self._f, "__operation__"):
            return Function(inspect.unwrap(self._f), self._args, self._wanted)
        return self


def _copied(arg: Any) -> Any:
    return arg.copy() if isinstance(arg, np.ndarray) else arg


def _joined(result: Any) -> Any:
    """The floating-point parts of a container of Tensors end to end; what is no container as it is."""
    if not isinstance(result, (tuple, list, Mapping)):
        return result
    parts = list(_parts(result))
    if not any(isinstance(part, Tensor) for part in parts):
        return result
    return np.concatenate([np.ravel(part) for part in parts])


def _parts(result: Any) -> Iterator[Any]:
    if isinstance(result, (tuple, list)):
        for part in result:
            yield from _parts(part)
    elif isinstance(result, Mapping):
        yield from _parts(list(result.values()))
    elif (result.dtype if isinstance(result, Tensor) else np.asarray(result).dtype).kind in "fc":
        yield result


class Point:
    """A function of Tensors at a point, made a number by weights, with its gradient.

    Parameters
    ----------
    f, arrays, rng
        The function, the arguments that vary, and where the weights come from.
    magnitude
        Of what the value was computed from, if that may be larger than it.

    Attributes
    ----------
    arrays
        Where: the arguments that vary.
    gradient
        What autodiff says, one array for each argument: dL/dRe + i dL/dIm for complex ones.
    value
        The outputs as real numbers, end to end.
    weights
        One for each of these. L is the weighted sum.
    shape
        Of what the function returns.
    """

    def __init__(
        self, f: Callable[..., Any], arrays: Sequence[Array], rng: np.random.Generator, magnitude: float = 0.0
    ) -> None:
        self._f = f
        self.arrays = [np.array(a, order="C") for a in arrays]
        value, pullback = vjp(f, *self.arrays)
        self.shape, dtype = np.shape(value), value.dtype
        parts = 2 if dtype.kind == "c" else 1
        weights = rng.uniform(0.5, 1.5, (parts, *self.shape)) * rng.choice([-1.0, 1.0], (parts, *self.shape))
        self.cotangent = weights[0] + 1j * weights[1] if parts == 2 else weights[0]
        self.weights = weights.reshape(-1)
        self.gradient = [np.asarray(g) for g in pullback(self.cotangent)]
        self.value = self.evaluate()
        #: What the rounding of each output is relative to.
        self.sizes = np.maximum(np.abs(self.value * self.weights), magnitude)
        #: The rounding unit of the arithmetic that the differences are made in.
        self.unit = float(max(np.finfo(a.dtype).eps for a in self.arrays))

    def evaluate(self) -> Array:
        """Return the outputs at the point as it is now, as real numbers end to end."""
        with no_grad(), np.errstate(all="ignore"):
            result = self._f(*(Tensor(a) for a in self.arrays))
        array = np.asarray(result.data if isinstance(result, Tensor) else result).reshape(-1)
        if array.dtype.kind == "c":
            array = np.concatenate([array.real, array.imag])
        return array.astype(np.promote_types(array.dtype, np.float64))

    def predicted(self, place: int, index: Any, direction: Any) -> float:
        """Return the slope along a direction of some entries of an argument that the gradient predicts."""
        return _inner(self.gradient[place].reshape(-1)[index], direction)

    def line(self, place: int, index: Any, direction: Any) -> Line:
        """Return the line through the point that moves some entries of an argument, given by flat index."""
        entries = self.arrays[place].reshape(-1)
        slopes = self.gradient[place].reshape(-1)[index]
        slopes = np.where(np.isfinite(slopes), slopes, 0)
        here = entries[index].copy()

        def sample(step: float) -> Sample | None:
            entries[index] = here + step * direction
            moved = entries[index] - here
            try:
                changes = (self.evaluate() - self.value) * self.weights
            except Exception:  # outside of its domain a function may raise what it likes
                return None
            finally:
                entries[index] = here
            return Sample(changes, _inner(slopes, moved)) if np.isfinite(changes).all() else None

        return sample

    def defect(self, line: Line, step: float) -> float:
        """Return the slope along a line less the predicted one, by one central difference."""
        above, below = line(step), line(-step)
        if above is None or below is None:
            return np.inf
        changes = float((above.changes - below.changes).sum())
        return (changes - (above.predicted - below.predicted)) / (2 * step)

    def bend(self, line: Line, step: float) -> float:
        """Return by how much the one-sided slopes along a line differ, over all outputs."""
        above, below = line(step), line(-step)
        return 0.0 if above is None or below is None else float(np.abs(above.changes + below.changes).sum()) / step

    def size(self, place: int, index: Any) -> float:
        """Return what a step for some entries is relative to: their size, but not less than 1."""
        entries = np.abs(self.arrays[place].reshape(-1)[index])
        return max(1.0, float(np.sqrt(np.mean(entries**2))))

    def slope(self, place: int, index: Any, direction: Any) -> Slope:
        """Return the slope along a direction less the predicted one, with all that a ladder of steps can say."""
        entries = np.abs(self.arrays[place].reshape(-1)[index])
        nonzero = entries[entries > 0]
        smallest = float(np.median(nonzero)) if nonzero.size else 1.0
        line = self.line(place, index, direction)
        return slope_along(line, self.sizes, self.unit, self.size(place, index), smallest)

    def slopes_beside(self, place: int, index: int, direction: complex, rng: np.random.Generator) -> list[float]:
        """Return the slopes at some points so near that only kinks tell them from this one, by autodiff.

        Without those that differences disagree with.
        """
        here = [a.copy() for a in self.arrays]
        value, gradient = self.value, self.gradient
        slopes = []
        try:
            for _ in range(12):
                for array, a in zip(self.arrays, here, strict=True):
                    array[...] = a + 1e-6 * np.maximum(1.0, np.abs(a)) * rng.uniform(-1, 1, size=a.shape)
                self.gradient = [np.asarray(g) for g in vjp(self._f, *self.arrays)[1](self.cotangent)]
                self.value = self.evaluate()
                slope = self.predicted(place, index, direction)
                defect = self.defect(self.line(place, index, direction), 1e-8 * self.size(place, index))
                if abs(defect) <= 1e-4 * abs(slope) + 1e-7 * float(self.sizes.max(initial=0.0)):
                    slopes.append(slope)
        finally:
            for array, a in zip(self.arrays, here, strict=True):
                array[...] = a
            self.value, self.gradient = value, gradient
        return slopes

    def complex_slope(self, place: int, index: Any, direction: Any) -> float | None:
        """Return the slope along a direction by the complex step, where that can be trusted."""
        if any(a.dtype.kind == "c" for a in self.arrays):
            return None
        directions = [np.zeros_like(a) for a in self.arrays]
        directions[place].reshape(-1)[index] = direction
        f = self._f.on_arrays() if isinstance(self._f, Function) else self._f
        return complex_slope(f, self.arrays, directions, self.weights)


def derivative_along(f: Callable[..., Any], cotangent: Array, directions: Sequence[Array]) -> Callable[..., Any]:
    """Return the function whose value is the slope along `directions` of the weighted sum of f's outputs."""

    def slope(*values: Any) -> Any:
        with enable_grad():
            _, pullback = vjp(f, *values)
            slopes = pullback(cotangent)
            return sum(_real_sum(s, np.conjugate(d)) for s, d in zip(slopes, directions, strict=True))

    return slope


def _real_sum(value: Any, weights: Array) -> Any:
    total = (value * weights.astype(value.dtype)).sum()
    return np.real(total) if total.dtype.kind == "c" else total


def _inner(gradient: Any, direction: Any) -> float:
    return float(np.sum(np.real(np.conjugate(gradient) * direction)))
