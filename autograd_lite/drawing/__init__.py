"""`draw`: the graph behind a value as a picture, with names, operations, shapes and, on request, numbers."""

from autograd_lite.drawing.picture import draw

__all__ = ["draw"]
