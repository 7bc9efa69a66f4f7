"""What a reviewer says about each kind of mistake, in words that a student knows."""

from __future__ import annotations

import re
from typing import Literal, get_args

#: The vocabulary of findings.
Kind = Literal[
    "sign_flipped",
    "scale",
    "mean_over_wrong_count",
    "missing_activation_derivative",
    "wrong_activation_derivative",
    "wrong_operand",
    "transposed",
    "flipped_kernel",
    "elementwise_vs_matmul",
    "missing_sum",
    "wrong_axis",
    "broadcasting_silent",
    "shape_mismatch",
    "missing_term",
    "extra_term",
    "missing_factor",
    "extra_factor",
    "missing_accumulation",
    "wrong_loss_derivative",
    "forward_mismatch",
    "stale_parameter",
    "update_scale",
    "update_dropped",
    "inplace_mutation",
    "misnamed_intermediate",
    "deferred_scale",
]

KINDS: tuple[str, ...] = get_args(Kind)

#: For each kind what is wrong, with the value's name in place of {d}, and what the search saw as {what}.
WHAT: dict[str, str] = {
    "sign_flipped": "{d} has the wrong sign: {what}",
    "scale": "{d} is off by a constant factor: {what}",
    "mean_over_wrong_count": "{d} is averaged over the wrong number: it is {what}",
    "missing_activation_derivative": "{d} is computed {what}: the chain rule multiplies with it",
    "wrong_activation_derivative": "{d} is computed {what}",
    "wrong_operand": "{d} is computed from another array: {what}",
    "transposed": "{d} has a transpose too many or too few: {what}",
    "flipped_kernel": "{d} is {what}: swap the arguments of the convolution, or flip the kernel",
    "elementwise_vs_matmul": "{d} takes one product for the other: {what}",
    "missing_sum": "{d} is {what}: what was broadcast in the forward pass is summed in the backward pass",
    "wrong_axis": "{d} is reduced wrongly: {what}",
    "broadcasting_silent": "{d}: {what}",
    "shape_mismatch": "{d} has the wrong shape: {what}",
    "missing_term": "{d} misses a term: {what}",
    "extra_term": "{d} has a term too many: {what}",
    "missing_factor": "{d} is computed {what}",
    "extra_factor": "{d} has a factor too many: {what}",
    "missing_accumulation": "{d} loses contributions: {what}",
    "wrong_loss_derivative": "{d} is {what}, which is not the loss that was computed",
    "forward_mismatch": "the gradient fits another loss than the forward pass computes: it is {what}",
    "stale_parameter": "{d} is computed with a parameter that was already updated: {what}",
    "update_scale": "the update of {name} applies {what} once more: it moves by {factor} of what it should",
    "update_dropped": "{name} does not move: is the result of the update assigned to another name?",
    "inplace_mutation": "{d}: an array that is needed later was changed in place: {what}",
    "misnamed_intermediate": "{d} holds the gradient of another value: {what}. The parameters are right all the same",
    "deferred_scale": "{d} carries another constant than the loss gives it, {what}, and a later line makes it good",
}

#: And what to do about it.
ADVICE: dict[str, str] = {
    "sign_flipped": "Everything computed from it inherits the sign, and training climbs instead of descending.",
    "missing_sum": "A gradient has the shape of what it belongs to.",
    "broadcasting_silent": "Compare shapes before the update: assert dW.shape == W.shape.",
    "stale_parameter": "Compute all gradients first, then update all parameters.",
    "missing_accumulation": "G[index] += v counts a repeated index once; np.add.at(G, index, v) counts each.",
    "transposed": "With a square matrix the shapes fit either way, so only the numbers tell.",
    "scale": "Divide by the number of samples where the loss does, once.",
    "wrong_loss_derivative": "Derive the first line anew from the loss as it is written, or write the loss you meant.",
    "forward_mismatch": "Decide which of the two you meant, and write the other one so.",
}


def message(kind: str, where: str, what: str, factor: float | None, line: str = "") -> str:
    """Return the sentence for a finding at a value, in the line that is named after it or nearest to it."""
    name = where
    line = "the gradient" if where == "loss" else line or f"d{where}"
    sentence = WHAT[kind].format(d=line, name=name, what=what, factor="?" if factor is None else f"{factor:.6g}")
    if kind == "update_scale" and not re.search(r"[A-Za-z]", what):  # no constant of the program
        sentence = f"the update of {name} moves by {what} of what it should: is lr the learning rate of the step?"
    advice = ADVICE.get(kind, "")
    if kind == "scale" and not re.search(r"shape|size|averaged|summed", what):
        advice = ""
    if kind == "missing_accumulation" and re.search(r"steps|windows|loop", what):
        advice = "Where several contributions meet, write G += ..., not G = ..."
    begins = sentence if sentence.startswith((line, name)) else f"{sentence[0].upper()}{sentence[1:]}"
    return f"{begins}{'' if begins.endswith('?') else '.'}{f' {advice}' if advice else ''}"
