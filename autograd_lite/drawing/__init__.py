"""`draw`: the graph behind a value as a picture, with names, operations, shapes and, on request, numbers."""

from autograd_lite.drawing.picture import DrawingError, draw

__all__ = ["DrawingError", "draw"]
