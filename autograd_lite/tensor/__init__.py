"""`Tensor`, the array with a history, in rooms: recording of calls, operators, methods, the class itself."""

from autograd_lite.tensor.recording import apply, call, recorded_put_at, tensor_values
from autograd_lite.tensor.tensor import Tensor

__all__ = ["Tensor", "apply", "call", "recorded_put_at", "tensor_values"]
