"""`Tensor`, the array with a history, in rooms: recording of calls, operators, methods, the class itself."""

from autograd_lite.tensor.recording import apply, call, dense, record, tensor_values
from autograd_lite.tensor.tensor import Tensor

__all__ = ["Tensor", "apply", "call", "dense", "record", "tensor_values"]
