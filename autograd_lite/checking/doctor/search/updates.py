"""A forward pass that is run again between two updates: what comes of it belongs to other parameters."""

from __future__ import annotations

from autograd_lite.checking.doctor.search.task import Task
from autograd_lite.checking.doctor.slips import Edit, Slip, Values
from autograd_lite.expressions import Name

_AGAIN = "_again"


def run_again(task: Task, name: str, values: Values) -> list[Slip]:
    """Return the slip of a line whose values above are those after the update of some parameters.

    Tried are each parameter alone, all but the line's own, and all.
    """
    chain, evidence = task.chain, task.evidence
    known = sorted(task.updated)
    others = [key for key in known if task.updated[key] != name]
    for keys in dict.fromkeys([*((key,) for key in known), tuple(others), tuple(known)]):
        again = task.run_again(keys) if keys else None
        if again is None or not evidence.agrees(name, [env[name] for env in again]):
            continue
        read = {part for part in chain.lines[name].term.names() if any(part in env for env in again)}
        for part in read:
            evidence.define(part + _AGAIN, [env[part] for env in again])
        names = {Name(part): Name(part + _AGAIN, task.shape_of(part)) for part in read}
        made = chain.lines[name].term.substituted(names)
        what = f"{', '.join(keys)} as after the update, when the forward pass is run again"
        return [Slip(name, Edit("stale_parameter", made, 1.1, what))]
    return []
