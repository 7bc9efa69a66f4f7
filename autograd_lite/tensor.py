"""`Tensor`: an array with a history. Every call on one goes through `apply`, which calls NumPy and records the call."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

import autograd_lite.rules  # noqa: F401  the table of calculus fills the registry
from autograd_lite import backward as engine
from autograd_lite.errors import (
    ConversionError,
    GradientDtypeError,
    GradientShapeError,
    MissingRuleError,
    NoGraphError,
    NotScalarError,
    UnsupportedCallError,
)
from autograd_lite.graph import DROPPED, Dropped, Node, grad_enabled, next_index
from autograd_lite.indexed import put_at
from autograd_lite.registry import MissingArgumentRule, Operation, operation_of

Array = NDArray[Any]
Axis = int | tuple[int, ...] | None

#: Types that take part in a call as they are.
_PLAIN = {
    bool, int, float, complex, str, type(None), slice, type(Ellipsis), np.ndarray, np.dtype,
    *(np.dtype(code).type for code in "?bBhHiIlLqQefdgFDG"),
}  # fmt: skip


class Tensor:
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

    __slots__ = ("__weakref__", "_data", "_node")
    __array_priority__ = 1000.0

    _data: Any
    _node: Node | None

    def __init__(self, data: ArrayLike | Tensor, requires_grad: bool = False, name: str | None = None) -> None:
        array = np.array(data._data if isinstance(data, Tensor) and not data.requires_grad else data)
        if array.dtype.kind not in "biufc":
            raise GradientDtypeError(
                f"a Tensor holds numbers, and np.array made {_shaped(array)} of the {type(data).__name__} given"
            )
        self._data = array
        self._node = None
        if requires_grad:
            self.requires_grad = True
        if name is not None:
            self.name = name

    # -- what it is ------------------------------------------------------------------------------------------------

    @property
    def data(self) -> Array:
        """The values, as the plain array itself (not a copy), out of the graph. Assignable."""
        if type(self._data) is not np.ndarray:
            self._data = np.asarray(self._data)
        return self._data  # type: ignore[no-any-return]

    @data.setter
    def data(self, value: ArrayLike) -> None:
        array = np.asarray(value)
        if array.shape != self.shape or array.dtype != self.dtype:
            raise GradientShapeError(
                f"the data of {self._describe()} can only be replaced by an array of the same shape and dtype, "
                f"not by {_shaped(array)}"
            )
        self._data = array

    @property
    def requires_grad(self) -> bool:
        """Whether the value is, or depends on, something a gradient is wanted for."""
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
                f"only floating-point and complex Tensors can require gradients, and {self._describe()} holds {self.dtype}. "
                f"Make the data floating point first: Tensor(np.array(data, dtype=float), requires_grad=True)"
            )
        self._leaf().requires_grad = bool(wanted)

    @property
    def is_leaf(self) -> bool:
        """Whether a person made it (True) or a recorded call did (False)."""
        return self._node is None or self._node.operation is None

    @property
    def grad(self) -> Any:
        """The gradient that backward passes have added up so far, an array of the data's shape and dtype, or ``None``."""
        node = self._node
        return None if node is None or node.annotations is None else node.annotations.grad

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
    def name(self) -> str | None:
        """What a person calls it."""
        return None if self._node is None else self._node.name

    @name.setter
    def name(self, name: str | None) -> None:
        self._leaf().annotate().name = name

    @property
    def node(self) -> Node:
        """The node of the graph that this Tensor is the value of."""
        return self._leaf()

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return self._data.shape  # type: ignore[no-any-return]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._data.shape)

    @property
    def size(self) -> int:
        """The number of entries."""
        return self._data.size  # type: ignore[no-any-return]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        return self._data.dtype  # type: ignore[no-any-return]

    @property
    def itemsize(self) -> int:
        """The size of an entry in bytes."""
        return self._data.itemsize  # type: ignore[no-any-return]

    @property
    def nbytes(self) -> int:
        """The size of all entries in bytes."""
        return self._data.nbytes  # type: ignore[no-any-return]

    def item(self, *index: SupportsIndex) -> Any:
        """Return one entry as a Python number; without an index the only one."""
        return self._data.item(*index)

    def tolist(self) -> Any:
        """Return the values as nested lists of Python numbers."""
        return self._data.tolist()

    def numpy(self) -> Array:
        """Return a copy of the values as a plain array, out of the graph."""
        return np.array(self._data)

    def detach(self) -> Tensor:
        """Return a Tensor of the same values (not copied) without their history."""
        return _wrap(self.data)

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
                    seed = _wrap(seed)
                leaves = engine.pull_back({node: seed}, tensor_values, retain_graph=True, scatter=recorded_put_at)
            finally:
                grad_enabled.reset(token)
        else:
            if isinstance(seed, Tensor):
                seed = seed._data
            leaves = engine.pull_back({node: seed}, retain_graph=retain_graph)
        for leaf, g in leaves.items():
            annotations = leaf.annotate()
            if annotations.grad is None:
                annotations.grad = g if create_graph else np.asarray(g)
            elif create_graph or isinstance(annotations.grad, Tensor):
                annotations.grad = annotations.grad + g
            else:
                annotations.grad = np.asarray(annotations.grad + g)

    def _seed(self, gradient: ArrayLike | Tensor | None) -> Any:
        if gradient is None:
            if self.size != 1:
                raise NotScalarError(
                    f"backward needs a single number to start from, and {self._describe()} has {self.size} entries. "
                    f"Reduce it first (.sum() or .mean()), or pass gradient=, an array of shape {self.shape}"
                )
            return np.ones(self.shape, self.dtype) if self.shape else self.dtype.type(1)
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

        _add_hook(node, keep)

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
        return _add_hook(self._leaf(), hook)

    # -- plumbing --------------------------------------------------------------------------------------------------

    def _leaf(self) -> Node:
        """The node of this Tensor; one without history gets a leaf."""
        node = self._node
        if node is None:
            data = self._data
            node = self._node = Node(None, None, [], data.shape, data.dtype, next_index(), False)
        return node

    def _describe(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        return f"Tensor{name} of shape {self.shape} and dtype {self.dtype}"

    def __repr__(self) -> str:
        body = np.array2string(np.asarray(self._data), separator=", ", prefix="Tensor(")
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
        return str(self._data)

    def __format__(self, spec: str) -> str:
        return format(self._data if self.ndim else self.item(), spec)

    def __bool__(self) -> bool:
        return bool(self._data)

    def __int__(self) -> int:
        return int(self._data)

    def __index__(self) -> int:
        return operator.index(self.data)

    def __float__(self) -> float:
        if self._is_recorded():
            raise ConversionError(self._refusal("float() and the functions of math"))
        return float(self._data)

    def __complex__(self) -> complex:
        if self._is_recorded():
            raise ConversionError(self._refusal("complex()"))
        return complex(self._data)

    def __array__(self, dtype: DTypeLike = None, copy: bool | None = None) -> Array:
        if self._is_recorded():
            raise ConversionError(self._refusal("a plain array (np.asarray, np.array, X.dot(t), a[i] = t)"))
        return np.array(self._data, dtype=dtype) if copy else np.asarray(self._data, dtype=dtype)

    def _is_recorded(self) -> bool:
        return self.requires_grad and grad_enabled.get()

    def _refusal(self, into: str) -> str:
        return (
            f"{self._describe()} is being differentiated, and {into} would lose its gradient without a word. "
            f"Keep to NumPy's functions and operators (np.exp(t), X @ t, np.stack([t, u]), np.concatenate); "
            f"for the values alone use t.item(), t.numpy() or t.detach()"
        )

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d Tensor")
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool(np.any(self == value))

    __hash__ = object.__hash__

    def __copy__(self) -> Tensor:
        return self.__deepcopy__({})

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise ConversionError(
                f"{self._describe()} was computed, and a copy would lose its history; copy t.detach() instead"
            )
        return type(self)._rebuild(type(self), self.data.copy(), self.requires_grad, self.name, _copied(self.grad))

    def __reduce__(self) -> tuple[Any, ...]:
        if not self.is_leaf:
            raise ConversionError(
                f"{self._describe()} was computed, and its history can not be pickled; pickle t.detach() instead"
            )
        return Tensor._rebuild, (type(self), self.data, self.requires_grad, self.name, _copied(self.grad))

    @staticmethod
    def _rebuild(cls: type[Tensor], data: Array, requires_grad: bool, name: str | None, grad: Array | None) -> Tensor:
        tensor = cls.__new__(cls)
        Tensor.__init__(tensor, data, requires_grad=requires_grad, name=name)
        tensor.grad = grad
        return tensor

    # -- NumPy's protocols -----------------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__":
            operation = operation_of(ufunc)
            name = f"{operation.name}.{method}"
            return _call_without_rule(operation, getattr(ufunc, method), name, inputs, kwargs)
        operation = operation_of(ufunc)
        if operation.rules and not kwargs:
            return apply(operation, inputs, ufunc)
        return call(operation, inputs, kwargs)

    def __array_function__(
        self, func: Callable[..., Any], types: Iterable[type], args: Iterable[Any], kwargs: dict[str, Any]
    ) -> Any:
        return call(func, args, kwargs)

    # -- operators -------------------------------------------------------------------------------------------------

    def __add__(self, other: Any) -> Tensor:
        return apply(_ADD, (self, other), operator.add)

    def __radd__(self, other: Any) -> Tensor:
        return apply(_ADD, (other, self), operator.add)

    def __sub__(self, other: Any) -> Tensor:
        return apply(_SUBTRACT, (self, other), operator.sub)

    def __rsub__(self, other: Any) -> Tensor:
        return apply(_SUBTRACT, (other, self), operator.sub)

    def __mul__(self, other: Any) -> Tensor:
        return apply(_MULTIPLY, (self, other), operator.mul)

    def __rmul__(self, other: Any) -> Tensor:
        return apply(_MULTIPLY, (other, self), operator.mul)

    def __truediv__(self, other: Any) -> Tensor:
        return apply(_DIVIDE, (self, other), operator.truediv)

    def __rtruediv__(self, other: Any) -> Tensor:
        return apply(_DIVIDE, (other, self), operator.truediv)

    def __mod__(self, other: Any) -> Tensor:
        return apply(_REMAINDER, (self, other), operator.mod)

    def __rmod__(self, other: Any) -> Tensor:
        return apply(_REMAINDER, (other, self), operator.mod)

    def __pow__(self, other: Any) -> Tensor:
        return apply(_POWER, (self, other), operator.pow)

    def __rpow__(self, other: Any) -> Tensor:
        return apply(_POWER, (other, self), operator.pow)

    def __matmul__(self, other: Any) -> Tensor:
        return apply(_MATMUL, (self, other), operator.matmul)

    def __rmatmul__(self, other: Any) -> Tensor:
        return apply(_MATMUL, (other, self), operator.matmul)

    def __neg__(self) -> Tensor:
        return apply(_NEGATIVE, (self,), operator.neg)

    def __pos__(self) -> Tensor:
        return apply(_POSITIVE, (self,), operator.pos)

    def __abs__(self) -> Tensor:
        return apply(_ABSOLUTE, (self,), operator.abs)

    def __divmod__(self, other: Any) -> tuple[Any, Tensor]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Tensor]:
        return other // self, other % self

    # Piecewise-constant operators give plain arrays.

    def __floordiv__(self, other: Any) -> Any:
        return call(_FLOOR_DIVIDE, (self, other))

    def __rfloordiv__(self, other: Any) -> Any:
        return call(_FLOOR_DIVIDE, (other, self))

    def __eq__(self, other: object) -> Any:
        return call(_EQUAL, (self, other))

    def __ne__(self, other: object) -> Any:
        return call(_NOT_EQUAL, (self, other))

    def __lt__(self, other: Any) -> Any:
        return call(_LESS, (self, other))

    def __le__(self, other: Any) -> Any:
        return call(_LESS_EQUAL, (self, other))

    def __gt__(self, other: Any) -> Any:
        return call(_GREATER, (self, other))

    def __ge__(self, other: Any) -> Any:
        return call(_GREATER_EQUAL, (self, other))

    def __and__(self, other: Any) -> Any:
        return call(_AND, (self, other))

    def __rand__(self, other: Any) -> Any:
        return call(_AND, (other, self))

    def __or__(self, other: Any) -> Any:
        return call(_OR, (self, other))

    def __ror__(self, other: Any) -> Any:
        return call(_OR, (other, self))

    def __xor__(self, other: Any) -> Any:
        return call(_XOR, (self, other))

    def __rxor__(self, other: Any) -> Any:
        return call(_XOR, (other, self))

    def __lshift__(self, other: Any) -> Any:
        return call(_LEFT_SHIFT, (self, other))

    def __rlshift__(self, other: Any) -> Any:
        return call(_LEFT_SHIFT, (other, self))

    def __rshift__(self, other: Any) -> Any:
        return call(_RIGHT_SHIFT, (self, other))

    def __rrshift__(self, other: Any) -> Any:
        return call(_RIGHT_SHIFT, (other, self))

    def __invert__(self) -> Any:
        return call(_INVERT, (self,))

    # -- indexing and shapes ---------------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> Tensor:
        return apply(_GETITEM, (self, _plain_index(index)), operator.getitem)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise UnsupportedCallError(
            f"writing into {self._describe()} is not recorded yet; build the value instead, for example with "
            f"np.where(mask, new, old) or np.concatenate. For a Tensor that is not being differentiated write to t.data[...]"
        )

    def _no_in_place(self, other: Any) -> Tensor:
        raise UnsupportedCallError(
            f"changing {self._describe()} in place is not recorded yet; write x = x + y for x += y. "
            f"A parameter is updated through its data: p.data -= lr * p.grad"
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ipow__ = __imatmul__ = __imod__ = __ifloordiv__ = _no_in_place

    @property
    def T(self) -> Tensor:
        """The transpose: axes reversed."""
        return apply(_TRANSPOSE, (self, None), np.transpose)

    @property
    def mT(self) -> Tensor:
        """The matrix transpose: the last two axes swapped."""
        return call(np.matrix_transpose, (self,))

    @property
    def real(self) -> Tensor:
        """The real part."""
        return call(np.real, (self,))

    @property
    def imag(self) -> Tensor:
        """The imaginary part."""
        return call(np.imag, (self,))

    def reshape(self, *shape: Any, order: str = "C") -> Tensor:
        """See `numpy.ndarray.reshape`."""
        return call(np.reshape, (self, shape[0] if len(shape) == 1 else shape), {"order": order})

    def ravel(self, order: str = "C") -> Tensor:
        """See `numpy.ndarray.ravel`."""
        return call(np.ravel, (self,), {"order": order})

    def flatten(self, order: str = "C") -> Tensor:
        """See `numpy.ndarray.flatten`."""
        return call(np.ravel, (self,), {"order": order})

    def transpose(self, *axes: Any) -> Tensor:
        """See `numpy.ndarray.transpose`."""
        return call(np.transpose, (self, (axes[0] if len(axes) == 1 else axes) if axes else None))

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """See `numpy.ndarray.swapaxes`."""
        return call(np.swapaxes, (self, axis1, axis2))

    def squeeze(self, axis: Axis = None) -> Tensor:
        """See `numpy.ndarray.squeeze`."""
        return call(np.squeeze, (self, axis))

    def repeat(self, repeats: Any, axis: int | None = None) -> Tensor:
        """See `numpy.ndarray.repeat`."""
        return call(np.repeat, (self, repeats, axis))

    def take(self, indices: Any, axis: int | None = None) -> Tensor:
        """See `numpy.ndarray.take`."""
        return call(np.take, (self, indices, axis))

    def astype(self, dtype: DTypeLike) -> Any:
        """Return a copy of another type; of an integer or boolean type it is a plain array."""
        return call(np.astype, (self, dtype))

    def copy(self, order: str = "K") -> Tensor:
        """Return a copy that stays in the graph."""
        return call(np.copy, (self,), {"order": order})

    # -- mathematics -----------------------------------------------------------------------------------------------

    def sum(self, axis: Axis = None, dtype: DTypeLike = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.sum`."""
        return call(np.sum, (self,), {"axis": axis, "dtype": dtype, "keepdims": keepdims})

    def mean(self, axis: Axis = None, dtype: DTypeLike = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.mean`."""
        return call(np.mean, (self,), {"axis": axis, "dtype": dtype, "keepdims": keepdims})

    def var(self, axis: Axis = None, dtype: DTypeLike = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.var`."""
        return call(np.var, (self,), {"axis": axis, "dtype": dtype, "ddof": ddof, "keepdims": keepdims})

    def std(self, axis: Axis = None, dtype: DTypeLike = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.std`."""
        return call(np.std, (self,), {"axis": axis, "dtype": dtype, "ddof": ddof, "keepdims": keepdims})

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.max`."""
        return call(np.max, (self,), {"axis": axis, "keepdims": keepdims})

    def min(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.min`."""
        return call(np.min, (self,), {"axis": axis, "keepdims": keepdims})

    def prod(self, axis: Axis = None, dtype: DTypeLike = None, keepdims: bool = False) -> Tensor:
        """See `numpy.ndarray.prod`."""
        return call(np.prod, (self,), {"axis": axis, "dtype": dtype, "keepdims": keepdims})

    def dot(self, b: Any) -> Tensor:
        """See `numpy.ndarray.dot`."""
        return call(np.dot, (self, b))

    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        """See `numpy.ndarray.clip`."""
        return call(np.clip, (self, min, max))

    def conj(self) -> Tensor:
        """See `numpy.ndarray.conj`."""
        return call(np.conjugate, (self,))

    def cumsum(self, axis: int | None = None) -> Tensor:
        """See `numpy.ndarray.cumsum`."""
        return call(np.cumsum, (self, axis))

    # Piecewise-constant methods give plain arrays.

    def round(self, decimals: int = 0) -> Any:
        """See `numpy.ndarray.round`."""
        return call(np.round, (self, decimals))

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.argmax`."""
        return call(np.argmax, (self,), {"axis": axis, "keepdims": keepdims})

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.argmin`."""
        return call(np.argmin, (self,), {"axis": axis, "keepdims": keepdims})

    def argsort(self, axis: int | None = -1) -> Any:
        """See `numpy.ndarray.argsort`."""
        return call(np.argsort, (self, axis))

    def all(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.all`."""
        return call(np.all, (self,), {"axis": axis, "keepdims": keepdims})

    def any(self, axis: Axis = None, keepdims: bool = False) -> Any:
        """See `numpy.ndarray.any`."""
        return call(np.any, (self,), {"axis": axis, "keepdims": keepdims})


_new = Tensor.__new__


def _wrap(data: Any, node: Node | None = None) -> Tensor:
    """Make a Tensor of an array that need not be copied."""
    tensor = _new(Tensor)
    tensor._data = data
    tensor._node = node
    return tensor


# -- the path of every operation -----------------------------------------------------------------------------------


def apply(operation: Operation, args: Sequence[Any], function: Callable[..., Any]) -> Tensor:
    """Call a function on Tensors and record the call: the path that every operation takes.

    Parameters
    ----------
    operation
        What is recorded.
    args
        The arguments, in the order of ``operation.parameters``.
    function
        What is called on the plain arrays: the operation's function, or a faster spelling of it.
    """
    values: list[Any] = []
    inputs: list[Any] = []
    mask = 0
    bit = 1
    for arg in args:
        if isinstance(arg, Tensor):
            values.append(arg._data)
            node = arg._node
            if node is None:
                node = arg._leaf()
            elif node.requires_grad:
                mask |= bit
            inputs.append(node)
        else:
            values.append(arg if type(arg) in _PLAIN else _admit(arg, operation))
            inputs.append(None)
        bit += bit
    try:
        ans = function(*values)
    except Exception as error:
        _explain(error, operation, args)
        raise
    if operation.caches:
        ans, cache = ans
    if not (mask and grad_enabled.get()):
        return _wrap(ans) if any(inputs) else ans
    if operation.pads:
        values += operation.defaults[len(values) :]
        if operation.caches:
            values[-1] = cache
    return _record(operation, values, inputs, mask, ans)


def call(operation: Operation | Callable[..., Any], args: Iterable[Any], kwargs: dict[str, Any] | None = None) -> Any:
    """Call a function on Tensors with any arguments: keywords, defaults, sequences of Tensors; record it as `apply` does."""
    if not isinstance(operation, Operation):
        operation = operation_of(operation)
    kwargs = kwargs or {}
    if operation.composition is not None:
        return operation.composition(*args, **kwargs)
    if not operation.is_known:
        return _call_without_rule(operation, operation.function, operation.name, args, kwargs)
    raw_args, arg_nodes = _unwrap_all(args)
    raw_kwargs, kwarg_nodes = {}, {}
    for key, value in kwargs.items():
        raw_kwargs[key], node = _unwrap(value)
        if node is not None:
            kwarg_nodes[key] = node
    try:
        ans = operation.function(*raw_args, **raw_kwargs)
    except Exception as error:
        _explain(error, operation, [*raw_args, *raw_kwargs.values()])
        raise
    if operation.constant:
        return ans
    if operation.caches:
        ans, cache = ans
    if not grad_enabled.get():
        return _wrap(ans) if any(arg_nodes) or kwarg_nodes else ans
    inputs = operation.bind(arg_nodes, kwarg_nodes, fill=False)
    mask = 0
    for position, entry in enumerate(inputs):
        if entry is not None and _needs_gradient(entry):
            mask |= 1 << position
    if not mask:
        return _wrap(ans) if any(arg_nodes) or kwarg_nodes else ans
    if kwargs:
        _refuse_unrecorded(operation, raw_kwargs)
    if ans.dtype.kind not in "fc":
        return ans  # converted to integers: piecewise constant
    values = operation.bind(raw_args, raw_kwargs)
    if operation.caches:
        values[-1] = cache
    return _record(operation, values, inputs, mask, ans)


def _record(operation: Operation, values: list[Any], inputs: list[Any], mask: int, ans: Any) -> Tensor:
    """Add the call to the graph, with only those arrays that a rule will read."""
    try:
        droppable, keeps_answer = operation.plans[mask]
    except MissingArgumentRule as missing:
        raise MissingRuleError(
            f"{operation.name} has no derivative rule for its argument {missing}. "
            f"If it is constant pass t.detach(); otherwise register one: defvjp({operation.name}, {missing}=lambda g, ...: ...)"
        ) from None
    for position in droppable:
        source = inputs[position]
        if type(source) is list:
            values[position] = [Dropped(np.shape(v), None) for v in values[position]]  # type: ignore[arg-type]
        elif source is not None:
            values[position] = DROPPED
        elif type(values[position]) is np.ndarray:
            values[position] = Dropped(values[position].shape, values[position].dtype)
    values.append(ans if keeps_answer else DROPPED)
    tensor = _new(Tensor)
    tensor._data = ans
    tensor._node = Node(operation, values, inputs, ans.shape, ans.dtype, next_index(), True)
    return tensor


def _unwrap_all(args: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    raw, nodes = [], []
    for arg in args:
        value, node = _unwrap(arg)
        raw.append(value)
        nodes.append(node)
    return raw, nodes


def _unwrap(arg: Any) -> tuple[Any, Any]:
    """Return the plain value of an argument and its node; for a sequence with Tensors in it, lists of both."""
    if isinstance(arg, Tensor):
        return arg._data, arg._leaf()
    if isinstance(arg, (list, tuple)) and any(isinstance(item, (Tensor, list, tuple)) for item in arg):
        pairs = [_unwrap(item) for item in arg]
        if any(node is not None for _, node in pairs):
            return [value for value, _ in pairs], [node for _, node in pairs]
    return arg, None


def _needs_gradient(entry: Any) -> bool:
    if type(entry) is list:
        return any(item is not None and _needs_gradient(item) for item in entry)
    return entry.requires_grad  # type: ignore[no-any-return]


def _refuse_unrecorded(operation: Operation, kwargs: dict[str, Any]) -> None:
    """Refuse arguments whose effect on the gradient is not recorded."""
    for name, default in (("out", None), ("where", True), ("initial", None)):
        value = kwargs.get(name, default)
        if isinstance(value, tuple) and all(part is None for part in value):
            value = None
        if value is default or value is np._NoValue:
            continue
        what = "writes into a plain array, which has no history" if name == "out" else "is not recorded yet"
        raise UnsupportedCallError(
            f"{operation.name}({name}=...) on a Tensor that is being differentiated {what}. "
            f"Call it without {name}= and use what it returns, or pass t.detach() where no gradient is wanted"
        )


def _call_without_rule(
    operation: Operation, function: Callable[..., Any], name: str, args: Iterable[Any], kwargs: dict[str, Any]
) -> Any:
    """Call a function that has no rule: on plain values if nothing is being differentiated, else refuse."""
    raw_args, arg_nodes = _unwrap_all(args)
    raw_kwargs = {}
    nodes = [node for node in arg_nodes if node is not None]
    for key, value in kwargs.items():
        raw_kwargs[key], node = _unwrap(value)
        if node is not None:
            nodes.append(node)
    if grad_enabled.get() and any(_needs_gradient(node) for node in nodes):
        raise MissingRuleError(
            f"{name} has no derivative rule, and an argument of it is being differentiated. Write it with functions that "
            f"have one, or register the rule: ag.defvjp({name}, <argument>=lambda g, ans: ...). "
            f"If it is meant as a constant, pass t.detach()"
        )
    return function(*raw_args, **raw_kwargs)


def _admit(arg: Any, operation: Operation) -> Any:
    """Check an operand of an unusual type before it meets an array."""
    if isinstance(arg, (list, tuple)):
        if not isinstance(operation.function, np.ufunc):
            return arg
        if _holds_tensor(arg):
            raise UnsupportedCallError(
                f"{operation.name} was given a {type(arg).__name__} with Tensors in it; NumPy would make an array of objects "
                f"of it. Join them first: np.stack([...]) or np.concatenate([...])"
            )
    if isinstance(arg, np.ma.MaskedArray) or (isinstance(arg, np.ndarray) and type(arg) is np.matrix):
        raise UnsupportedCallError(
            f"{operation.name} was given a {type(arg).__name__}, whose arithmetic is not NumPy's; "
            f"pass a plain array (np.asarray(a), or a.filled(...) for a masked one)"
        )
    return arg if isinstance(arg, np.ndarray) else np.asarray(arg)


def _holds_tensor(items: Iterable[Any]) -> bool:
    return any(isinstance(i, Tensor) or (isinstance(i, (list, tuple)) and _holds_tensor(i)) for i in items)


def _explain(error: Exception, operation: Operation, args: Iterable[Any]) -> None:
    """Add the operands to an exception of NumPy's own."""
    operands = ", ".join(_operand(arg) for arg in args)
    error.add_note(f"in {operation.name}({operands})")


def _operand(arg: Any) -> str:
    if isinstance(arg, Tensor):
        return arg._describe()
    if isinstance(arg, np.ndarray):
        return _shaped(arg)
    text = repr(arg)
    return text if len(text) < 60 else text[:57] + "..."


def _shaped(array: Array) -> str:
    return f"an array of shape {array.shape} and dtype {array.dtype}"


def _plain_index(index: Any) -> Any:
    """Return an index without Tensors in it."""
    if isinstance(index, tuple):
        return tuple(_plain_index(part) for part in index)
    if isinstance(index, Tensor):
        return index.data
    if isinstance(index, list):
        return np.array([_plain_index(part) for part in index], dtype=None if index else int)
    return index


def _add_hook(node: Node, hook: Callable[[Any], Any]) -> Callable[[], None]:
    annotations = node.annotate()
    if annotations.hooks is None:
        annotations.hooks = {}
    hooks = annotations.hooks
    key = next_index()
    hooks[key] = hook

    def remove() -> None:
        hooks.pop(key, None)

    return remove


def _copied(grad: Any) -> Any:
    return None if grad is None else np.array(grad._data if isinstance(grad, Tensor) else grad)


def tensor_values(node: Node) -> list[Any] | None:
    """Return the recorded arguments and the answer of a call as Tensors, so that what is made of them is recorded."""
    if node.values is None:
        return None
    values = list(node.values)
    for position, source in enumerate(node.inputs):
        if source is None:
            continue
        if type(source) is list:
            values[position] = [
                v if p is None or type(v) is Dropped else _wrap(v, p) for v, p in zip(values[position], source, strict=True)
            ]
        elif values[position] is not DROPPED:
            values[position] = _wrap(values[position], source)
    if values[-1] is not DROPPED:
        values[-1] = _wrap(values[-1], node)
    operation = node.operation
    if operation is not None and operation.caches:  # the cache depends on the inputs too: compute it again, recorded
        values[-2] = operation.function(*values[:-2])[1]
    return values


# -- the operations behind operators -------------------------------------------------------------------------------

_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = map(operation_of, (np.add, np.subtract, np.multiply, np.divide))
_REMAINDER, _POWER, _MATMUL = map(operation_of, (np.remainder, np.power, np.matmul))
_NEGATIVE, _POSITIVE, _ABSOLUTE = map(operation_of, (np.negative, np.positive, np.absolute))
_EQUAL, _NOT_EQUAL, _LESS, _LESS_EQUAL, _GREATER, _GREATER_EQUAL = map(
    operation_of, (np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
)
_FLOOR_DIVIDE, _AND, _OR, _XOR, _INVERT, _LEFT_SHIFT, _RIGHT_SHIFT = map(
    operation_of,
    (np.floor_divide, np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift),
)
_GETITEM, _TRANSPOSE = map(operation_of, (operator.getitem, np.transpose))


def recorded_put_at(values: Any, index: Any, shape: tuple[int, ...]) -> Any:
    """`put_at` as a call of the graph."""
    return apply(operation_of(put_at), (values, index, shape), put_at)

