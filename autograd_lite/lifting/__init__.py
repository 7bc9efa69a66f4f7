"""`lift`, a person's function rebuilt so that it runs on Tensors, in rooms: whose code it is, the rebuilding, NumPy."""

from autograd_lite.lifting.rebuilding import LiftedGlobals, Lifting, lift, lifted_call

__all__ = ["LiftedGlobals", "Lifting", "lift", "lifted_call"]
