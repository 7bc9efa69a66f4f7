"""`Tensor`: an array with a history. Every call on one goes through `apply`, which calls NumPy and records the call."""

from __future__ import annotations

import dis
import operator
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FrameType
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from autograd_lite.backward import pull_back
from autograd_lite.errors import (
    ConversionError,
    DataError,
    GradientDtypeError,
    GradientShapeError,
    NoGraphError,
    NotScalarError,
)
from autograd_lite.graph import Change, grad_enabled, lifted, transforming
from autograd_lite.registry import operation_of
from autograd_lite.tensor.memory import Owner
from autograd_lite.tensor.methods import ArrayMethods
from autograd_lite.tensor.numbers import TracedNumber, running_tracer
from autograd_lite.tensor.operators import Operators
from autograd_lite.tensor.outputs import call_into, out_by_name
from autograd_lite.tensor.recording import (
    Array,
    Recorded,
    apply,
    call,
    dense,
    shaped,
    tensor_out,
    tensor_values,
    wrap,
)
from autograd_lite.tensor.ufuncs import ufunc_call, ufunc_method
from autograd_lite.tensor.writers import WRITERS, ufunc_at
from autograd_lite.tensor.writing import replace

_ITEM = operation_of(np.ndarray.item)


class Tensor(Operators, ArrayMethods, Recorded):
    """An array that records what is computed from it.

    Parameters
    ----------
    data
        Anything that `np.array` takes; it is copied.
    requires_grad
        Whether gradients with respect to this Tensor are wanted. Only for floating-point and complex data.
    name
        What a person calls it; shown in drawings and messages.

    Raises
    ------
    GradientDtypeError
        `requires_grad` was asked of integers or booleans, or the data are not numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd_lite import Tensor
    >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> y = np.sum(x**2)
    >>> y.backward()
    >>> x.grad
    array([2., 4., 6.])
    """

    __slots__ = ()
    __array_priority__ = 1000.0

    def __init__(self, data: ArrayLike | Tensor, requires_grad: bool = False, name: str | None = None) -> None:
        array = np.array(data._array if isinstance(data, Tensor) and not data.requires_grad else data)
        if array.dtype.kind not in "biufc":
            raise GradientDtypeError(
                f"a Tensor holds numbers, and np.array made {shaped(array)} of the {type(data).__name__} given"
            )
        self._array = array
        self._node = None
        self._alias = None
        if requires_grad:
            self.requires_grad = True
        if name is not None:
            self.name = name

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The values, as the plain array itself (not a copy), out of the graph. Assignable."""
        if self._alias is not None:
            self._settle()
        if type(self._array) is not np.ndarray:  # one of NumPy's numbers: `s += 1` still does not change it
            self._array = np.asarray(self._array)
            self._alias = Owner(is_recorded=True, is_number=True)
        return self._array

    @data.setter
    def data(self, value: ArrayLike) -> None:
        if value is not self._array:
            array = np.asarray(value)
            if array.shape != self.shape or array.dtype != self.dtype:
                raise DataError(
                    f"the data of {self._describe()} can only be replaced by an array of the same shape and dtype, "
                    f"not by {shaped(array)}"
                )
            replace(self, wrap(array))
        if self._node is not None:
            self._node.annotate().change = Change(sys._getframe(1))

    @property
    def requires_grad(self) -> bool:
        """Whether the value is, or depends on, something a gradient is wanted for."""
        if self._alias is not None:
            self._settle()
        return self._node is not None and self._node.requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if not self.is_leaf:
            raise GradientDtypeError(
                f"requires_grad can only be set on a Tensor that you made; {self._describe()} was computed. "
                f"Use .detach() for its values without history, or .retain_grad() for its gradient"
            )
        if wanted and self.dtype.kind not in "fc":
            raise GradientDtypeError(
                f"only floating-point and complex Tensors can require gradients, and {self._describe()} holds "
                f"{self.dtype}. Make the data floating point first: "
                f"Tensor(np.array(data, dtype=float), requires_grad=True)"
            )
        self._leaf().requires_grad = bool(wanted)

    @property
    def is_leaf(self) -> bool:
        """Whether a person made it (True) or a recorded call did (False)."""
        return self._node is None or self._node.operation is None

    @property
    def grad(self) -> Any:
        """What backward passes have added up: an array of the data's shape and dtype, or ``None``.

        Computed Tensors keep none unless `retain_grad` asked for it; a warning says so.
        """
        node = self._node
        if node is None:
            return None
        annotations = node.annotations
        grad = None if annotations is None else annotations.grad
        if grad is None and node.operation is not None and not (annotations and annotations.retains_grad):
            warnings.warn(
                f"{self._describe()} was computed by {node.operation.name}, and computed Tensors keep no gradient: its "
                f".grad is None. To see it call .retain_grad() before backward. If it should be a parameter, it was "
                f"replaced by what was computed from it: W = W - lr * W.grad makes a new Tensor; "
                f"W.data -= lr * W.grad updates the one there is",
                stacklevel=2,
            )
        return grad

    @grad.setter
    def grad(self, value: Any) -> None:
        if value is None:
            if self._node is not None and self._node.annotations is not None:
                self._node.annotations.grad = None
            return
        if not isinstance(value, Tensor):
            value = np.asarray(value)
        if value.shape != self.shape:
            raise GradientShapeError(
                f"the gradient of {self._describe()} must have its shape, not {value.shape}; nothing was changed"
            )
        self._leaf().annotate().grad = value if value.dtype == self.dtype else value.astype(self.dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._array.shape if self._node is None else self._node.shape  # a traced node's says where it comes from

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._array.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        tracing = running_tracer()
        return self._array.size if tracing is None else tracing.count(tracing.adopt(self), self._array.size)  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return self._array.dtype  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        """The size of an entry in bytes."""
        return self._array.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        """The size of all entries in bytes."""
        return self._array.nbytes  # type: ignore[no-any-return]

    def item(self, *index: SupportsIndex) -> Any:
        """Return one entry as a Python number; without an index the only one.

        In a lifted function, where it belongs to the computation as `float` does, it stays in the graph.
        """
        if self._is_recorded() and _is_lifted(sys._getframe(1)):
            self.data.item(*index)  # raises what NumPy raises
            if not index:
                return self.reshape(()) if self.ndim else self
            place = index[0] if len(index) == 1 else index
            return self[place] if isinstance(place, tuple) else self.reshape(-1)[place]
        tracing = running_tracer()
        if tracing is not None:
            self._settle()
            return tracing.number(_ITEM, (self, *index), self.data.item(*index))
        return self.data.item(*index)

    def tolist(self) -> Any:
        """Return the values as nested lists of Python numbers."""
        if self._is_recorded() and _is_lifted(sys._getframe(1)):
            return _entries(self)
        self._note("tolist()", self._array)
        return self.data.tolist()

    def numpy(self) -> Array:
        """Return a copy of the values as a plain array, out of the graph."""
        if self._alias is not None:
            self._settle()
        self._note("numpy()", self._array)
        return np.array(self._array)

    def detach(self) -> Tensor:
        """Return a Tensor of the same values (not copied) without their history."""
        if self._alias is not None:
            self._settle()
        values = wrap(self._array)
        values._alias = Owner(is_recorded=True)  # so that writing to it copies first
        return values  # type: ignore[no-any-return]

    # -- gradients -------------------------------------------------------------------------------------------------

    def backward(
        self, gradient: ArrayLike | Tensor | None = None, retain_graph: bool = False, create_graph: bool = False
    ) -> None:
        """Add to the ``.grad`` of every leaf the derivative of this value with respect to it.

        Parameters
        ----------
        gradient
            The gradient to start from, of this Tensor's shape: dL/d(this). May be left out for a single entry (then 1).
        retain_graph
            Keep what was recorded, so that a second pass can go through it. Default: `create_graph`.
        create_graph
            Record the backward pass itself, so that the gradients are Tensors and can be differentiated again.

        Raises
        ------
        NoGraphError
            Nothing that this value depends on requires a gradient.
        NotScalarError
            The Tensor has more than one entry and no `gradient` was given.
        GradientShapeError
            `gradient` has another shape.
        FreedGraphError
            An earlier pass has freed the graph.

        Examples
        --------
        >>> w = Tensor([2.0, 3.0], requires_grad=True)
        >>> (w * w).backward(gradient=[1.0, 10.0])
        >>> w.grad
        array([ 4., 60.])
        """
        node = self._node
        if node is None or not node.requires_grad:
            raise NoGraphError(
                f"{self._describe()} does not depend on any Tensor with requires_grad=True, so there is nothing to "
                f"differentiate. Was it computed under no_grad(), from plain arrays, or through .detach() or .data?"
            )
        seed = self._seed(gradient)
        if create_graph:
            token = grad_enabled.set(True)
            try:
                if not isinstance(seed, Tensor):
                    seed = wrap(seed)
                leaves = pull_back({node: seed}, tensor_values, retain_graph=True, dense=dense)
            finally:
                grad_enabled.reset(token)
        else:
            if isinstance(seed, Tensor):
                seed = seed._array
            leaves = pull_back({node: seed}, retain_graph=retain_graph)
        for leaf, g in leaves.items():
            annotations = leaf.annotations or leaf.annotate()
            if annotations.grad is None:
                annotations.grad = g if type(g) is np.ndarray or create_graph else np.asarray(g)
            elif create_graph or isinstance(annotations.grad, Tensor):
                annotations.grad = annotations.grad + g
            else:
                annotations.grad = np.asarray(annotations.grad + g)

    def _seed(self, gradient: ArrayLike | Tensor | None) -> Any:
        if gradient is None:
            data = self._array
            if data.size != 1:
                raise NotScalarError(
                    f"backward needs a single number to start from, and {self._describe()} has {self.size} entries. "
                    f"Reduce it first (.sum() or .mean()), or pass gradient=, an array of shape {self.shape}"
                )
            if data.dtype.kind == "c":
                raise NotScalarError(
                    f"backward needs a real number to start from, and {self._describe()} is complex. Differentiate a "
                    f"real function of it, such as np.real(z) or np.abs(z), or pass gradient="
                )
            return np.ones(data.shape, data.dtype) if data.shape else data.dtype.type(1)
        if not isinstance(gradient, Tensor):
            gradient = np.asarray(gradient)
        if gradient.shape != self.shape:
            raise GradientShapeError(
                f"gradient= must have the shape of the Tensor it starts from, {self.shape}; it has {gradient.shape}"
            )
        return gradient if gradient.dtype == self.dtype else gradient.astype(self.dtype)

    def zero_grad(self) -> None:
        """Forget the gradient: ``.grad`` becomes ``None``, and the next backward pass starts anew."""
        self.grad = None

    def retain_grad(self) -> None:
        """Ask for the ``.grad`` of a computed Tensor; by default only leaves keep theirs."""
        node = self._node
        if node is None or not node.requires_grad:
            raise NoGraphError(f"{self._describe()} takes no gradient: nothing it depends on has requires_grad=True")
        annotations = node.annotate()
        if node.operation is None or annotations.retains_grad:
            return
        annotations.retains_grad = True

        def keep(g: Any) -> None:
            g = g if isinstance(g, Tensor) else np.array(g)
            annotations.grad = g if annotations.grad is None else annotations.grad + g

        node.add_hook(keep)

    def register_hook(self, hook: Callable[[Any], Any]) -> Callable[[], None]:
        """Call ``hook(gradient)`` when a backward pass has the gradient of this value; what it returns replaces it.

        Parameters
        ----------
        hook
            Takes the gradient (an array of the Tensor's shape); returns another, or ``None`` to leave it.

        Returns
        -------
        callable
            Call it to remove the hook.

        Examples
        --------
        >>> x = Tensor([3.0, 4.0], requires_grad=True)
        >>> remove = x.register_hook(lambda g: g.clip(-1, 1))
        >>> (5 * x).sum().backward()
        >>> x.grad
        array([1., 1.])
        """
        if not self.requires_grad:
            raise NoGraphError(f"{self._describe()} takes no gradient: nothing it depends on has requires_grad=True")
        return self._leaf().add_hook(hook)

    # -- plumbing --------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        body = np.array2string(self.data, separator=", ", prefix="Tensor(")
        extras = []
        if self.dtype not in (np.dtype(float), np.dtype(int), np.dtype(bool)):
            extras.append(f"dtype={self.dtype}")
        if self.name:
            extras.append(f"name={self.name!r}")
        if self.requires_grad:
            node = self._leaf()
            extras.append("requires_grad=True" if node.operation is None else f"from {node.operation.name}")
        return f"Tensor({', '.join([body, *extras])})"

    def __str__(self) -> str:
        return str(self.data)

    def __format__(self, spec: str) -> str:
        return format(self.data if self.ndim else self.item(), spec)

    def __bool__(self) -> bool:
        truth = bool(self.data)
        self._note("bool()", truth)
        return truth

    def __int__(self) -> int:
        number = int(self.data)
        self._note("int()", number)
        return number

    def __index__(self) -> int:
        number = operator.index(self.data)
        self._note("int()", number)
        return number

    def __round__(self, ndigits: int | None = None) -> Any:
        return round(self.item(), ndigits) if self.size == 1 else self.round(ndigits or 0)

    def __float__(self) -> float:
        if self._is_recorded() and not _formats(sys._getframe(1)):
            raise ConversionError(self._refusal("float(t), math.f(t) or a[i] = t with a plain array a"))
        return float(self.data)

    def __complex__(self) -> complex:
        if self._is_recorded():
            raise ConversionError(self._refusal("complex(t)"))
        return complex(self.data)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        if self._is_recorded():
            how = "np.asarray(t), np.array([t, ...]), X.dot(t) or a[i] = t with plain arrays"
            if sys._getframe(1).f_globals.get("__name__", "").startswith("numpy.ma"):
                how = "a masked array (combine its .filled(...) and np.where(mask, 0, t) instead)"
            raise ConversionError(self._refusal(how))
        self._note("np.asarray()", self._array)
        if copy is False:
            return np.array(_read_only(self.data), dtype=dtype, copy=False)
        return np.array(self.data, dtype=dtype)  # a copy, for what is written to it would not be noticed

    def __len__(self) -> int:
        return len(self._array)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d Tensor")
        count: Any = self.shape[0]
        if isinstance(count, TracedNumber):
            count.noted("a loop over the entries")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool(np.any(self == value))

    __hash__ = object.__hash__

    def _kept_grad(self) -> Any:
        return None if self._node is None or self._node.annotations is None else self._node.annotations.grad

    def __copy__(self) -> Tensor:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if self._is_followed():  # a person's function copies its arrays: they stay in the graph
            return self.copy()
        if not self.is_leaf:
            raise ConversionError(
                f"{self._describe()} was computed, and a copy would lose its history; copy t.detach() instead"
            )
        return type(self)._rebuild(
            type(self), self.data.copy(), self.requires_grad, self.name, _copied(self._kept_grad())
        )

    def _is_followed(self) -> bool:
        """Whether this is an argument of a function that is being differentiated, not a parameter of somebody's."""
        return (lifted.get() or transforming.get()) and self._is_recorded()

    def __reduce__(self) -> tuple[Any, ...]:
        if not self.is_leaf or self._is_followed():
            raise ConversionError(
                f"{self._describe()} was computed, and its history can not be pickled; pickle t.detach() instead"
            )
        return Tensor._rebuild, (type(self), self.data, self.requires_grad, self.name, _copied(self._kept_grad()))

    @staticmethod
    def _rebuild(cls: type[Tensor], data: Array, requires_grad: bool, name: str | None, grad: Array | None) -> Tensor:
        tensor = cls.__new__(cls)
        Tensor.__init__(tensor, data, requires_grad=requires_grad, name=name)
        tensor.grad = grad
        return tensor

    # -- NumPy's protocols -----------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "at":
            return ufunc_at(ufunc, *inputs)
        out = tensor_out(kwargs)
        if out is not None:
            return call_into(out, ufunc if method == "__call__" else getattr(ufunc, method), inputs, kwargs)
        if method != "__call__":
            return ufunc_method(ufunc, method, inputs, kwargs)
        operation = operation_of(ufunc)
        if operation.rules and not kwargs:
            return apply(operation, inputs, ufunc)
        return ufunc_call(ufunc, inputs, kwargs)

    def __array_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> Any:
        if len(args) > 1:
            args, kwargs = out_by_name(func, args, kwargs)
        out = tensor_out(kwargs)
        if out is not None:
            return call_into(out, func, args, kwargs)
        writer = WRITERS.get(func)
        if writer is not None:
            return writer(*args, **kwargs)
        return call(func, args, kwargs)


Recorded.result_class = Tensor


def _is_lifted(frame: FrameType) -> bool:
    """Whether a frame runs a lifted function (see `autograd_lite.lifting`)."""
    return hasattr(frame.f_globals, "lifting")


#: The instruction for ``%`` of this version of Python.
_REMAINDER = next(
    (i.opcode, i.arg) for i in dis.get_instructions(compile("a % b", "", "eval")) if i.opname == "BINARY_OP"
)


def _formats(frame: FrameType) -> bool:
    """Whether a frame is at ``"%f" % t``: no other ``%`` asks a Tensor for a float."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return (code[at], code[at + 1]) == _REMAINDER


def _entries(tensor: Any) -> Any:
    return [_entries(part) for part in tensor] if tensor.ndim else tensor


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _copied(grad: Any) -> Any:
    return None if grad is None else np.array(grad._array if isinstance(grad, Tensor) else grad)
