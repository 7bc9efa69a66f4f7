"""What `ndarray` says of its memory: as it is where it is only read, refused where it would change behind the graph.

Nothing here is mathematics. Bytes for saving are those of the values; whatever hands the memory itself to others is
refused, because what is written there would not be noticed, and a gradient not be found there.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograd_lite.errors import UnsupportedCallError

if TYPE_CHECKING:
    from autograd_lite.tensor.tensor import Tensor


class Storage:
    """The memory of a Tensor, as far as its methods show it."""

    __slots__ = ()
    __class_getitem__: Any = classmethod(types.GenericAlias)

    def _values(self, how: str) -> np.ndarray[Any, Any]:
        """Return the values to look at; while tracing take note of it."""
        tensor: Any = self
        tensor._note(how, tensor._array)
        return tensor.data  # type: ignore[no-any-return]

    def _refuse_memory(self, what: str, instead: str) -> NoReturn:
        tensor: Any = self
        raise UnsupportedCallError(f"{what} of {tensor._describe()} would {instead}")

    # -- looking ---------------------------------------------------------------------------------------------------

    @property
    def strides(self) -> tuple[int, ...]:
        """How many bytes lie between neighbours along each axis."""
        self._settle()  # type: ignore[attr-defined]
        return self._array.strides  # type: ignore[attr-defined,no-any-return]

    @property
    def flags(self) -> Any:
        """What is to be known of the memory layout."""
        self._settle()  # type: ignore[attr-defined]
        return np.asarray(self._array).view().flags  # type: ignore[attr-defined]

    @property
    def base(self) -> Any:
        """The Tensor that this one is a view of, or ``None``."""
        return getattr(self._alias, "base", None)  # type: ignore[attr-defined]

    @property
    def device(self) -> str:
        """Where the values are: always ``"cpu"``."""
        return "cpu"

    def to_device(self, device: str, /, *, stream: None = None) -> Tensor:
        """See `numpy.ndarray.to_device`."""
        self._array.to_device(device, stream=stream)  # type: ignore[attr-defined]  # raises what NumPy raises
        return self  # type: ignore[return-value]

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        return self.data.__array_namespace__(api_version=api_version)  # type: ignore[attr-defined]

    # -- saving ----------------------------------------------------------------------------------------------------

    def tobytes(self, order: Any = "C") -> bytes:
        """Return the values as bytes, to be saved."""
        return self._values("tobytes()").tobytes(order)

    def tofile(self, fid: Any, sep: str = "", format: str = "%s") -> None:
        """Write the values to a file."""
        self._values("tofile()").tofile(fid, sep, format)

    def dump(self, file: Any) -> None:
        """Pickle the values, as an array, to a file."""
        self._values("dump()").dump(file)

    def dumps(self) -> bytes:
        """Return the values, as an array, pickled."""
        return self._values("dumps()").dumps()

    # -- refused ---------------------------------------------------------------------------------------------------

    def view(self, dtype: Any = None, type: Any = None) -> Tensor:
        """Return a view; not of another type, whose entries would be other numbers made of the same bytes."""
        if type is not None or (dtype is not None and np.dtype(dtype) != self.dtype):  # type: ignore[attr-defined]
            self._refuse_memory(
                f"view({dtype if type is None else type})",
                "read the same bytes as other numbers, which has no derivative. To convert use .astype(dtype); for the "
                "parts of complex numbers .real and .imag; for the bytes .data.view(dtype)",
            )
        if self._is_number():  # type: ignore[attr-defined]
            return self.copy()  # type: ignore[attr-defined,no-any-return]
        return self[...]  # type: ignore[index,no-any-return]

    def byteswap(self, inplace: bool = False) -> NoReturn:
        """Refuse: what it makes has no derivative."""
        self._refuse_memory("byteswap()", "make other numbers of the same bytes; use .data.byteswap()")

    def getfield(self, dtype: Any, offset: int = 0) -> NoReturn:
        """Refuse: what it makes has no derivative."""
        self._refuse_memory("getfield()", "read the same bytes as other numbers; use .data.getfield(dtype, offset)")

    def setfield(self, val: Any, dtype: Any, offset: int = 0) -> NoReturn:
        """Refuse: the graph would not notice."""
        self._refuse_memory("setfield()", "change it behind the graph; assign to t[...] instead")

    def setflags(self, write: Any = None, align: Any = None, uic: Any = None) -> NoReturn:
        """Refuse: a write to a Tensor may go to a copy of its array, where the flags are not the same."""
        self._refuse_memory(
            "setflags()", "not last: a write to a Tensor may go to a copy of its array. Use t.data.setflags(...)"
        )

    def resize(self, *new_shape: Any, refcheck: bool = True) -> NoReturn:
        """Refuse: a value of the graph keeps its shape."""
        self._refuse_memory(
            "resize()", "change the shape of a value in place; use t = t.reshape(shape), or t = np.resize(t, shape)"
        )

    @property
    def ctypes(self) -> NoReturn:
        """Refuse: what is written there would not be noticed."""
        self._refuse_memory(
            ".ctypes",
            "hand out its memory, and what is written there would not be noticed. Use t.numpy().ctypes for "
            "a copy, or t.data.ctypes",
        )

    def __dlpack__(self, **options: Any) -> Any:
        return np.asarray(self).__dlpack__(**options)  # refused while it is being differentiated

    def __dlpack_device__(self) -> Any:
        return self.data.__dlpack_device__()  # type: ignore[attr-defined]
