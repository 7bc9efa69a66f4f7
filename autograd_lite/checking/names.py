"""To which value a gradient belongs, by what a person calls it."""

from __future__ import annotations

from collections.abc import Iterable

from autograd_lite.errors import GradientCheckError


def match_names(given: Iterable[str], wanted: Iterable[str]) -> dict[str, str]:
    """Find which gradient belongs to which value, be it called ``dW1``, ``W1_grad``, ``grad_w1`` or ``nabla_W1``.

    Returns
    -------
    dict
        For each name of `wanted` that has a gradient, the name in `given`.

    Raises
    ------
    GradientCheckError
        A name of `given` fits no name of `wanted`, or two fit the same.
    """
    wanted = list(wanted)
    matched: dict[str, str] = {}
    for key in given:
        candidates = bare_names(key)
        found = next((name for c in candidates for name in wanted if name == c), None)
        if found is None:
            found = next((name for c in candidates for name in wanted if name.lower() == c.lower()), None)
        if found is None:
            raise GradientCheckError(
                f"a gradient was given for {key!r}, which is neither a parameter nor an intermediate that the loss "
                f"returned; those are: {', '.join(wanted)}"
            )
        if found in matched:
            raise GradientCheckError(f"both {matched[found]!r} and {key!r} were given as the gradient of {found!r}")
        matched[found] = key
    return matched


def bare_names(key: str) -> list[str]:
    """Return the names that a gradient's name may belong to, likeliest first."""
    names = [key]
    for prefix in ("grad_", "nabla_", "dL_d", "dL", "d_", "d", "grad", "g_", "g"):
        if key.startswith(prefix) and len(key) > len(prefix):
            names.append(key[len(prefix) :])
    for suffix in ("_grad", "_gradient", "_g", "grad"):
        if key.endswith(suffix) and len(key) > len(suffix):
            names.append(key[: -len(suffix)])
    return names
