"""The blocks of `numpy.md`: in which state each callable of NumPy is, found out by the tests' own calls."""

from __future__ import annotations

from tests.conformance.page import counts, not_array_mathematics, piecewise_constant, refused, verified, version

__all__ = ["counts", "not_array_mathematics", "piecewise_constant", "refused", "verified", "version"]
