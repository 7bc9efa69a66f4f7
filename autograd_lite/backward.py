"""Pulls cotangents back through the graph, from the outputs to the leaves, each node once.

The loop asks a function for the recorded arguments of each call. By default these are the plain arrays; for higher
derivatives they are Tensors, so that what the rules compute is recorded in turn. One loop serves both.

What all rules have in common is done here and nowhere else: summing over the axes that broadcasting added, the dtype
and the shape of the argument, sequences of arrays, the conjugation of complex cotangents, contributions to single
entries.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np

from autograd_lite.anomaly import changed_arrays, watching
from autograd_lite.batching import Batched
from autograd_lite.errors import FreedGraphError, InPlaceError, RuleError
from autograd_lite.graph import FREED, Dropped, Node, changes
from autograd_lite.indexed import Erased, Indexed, add_at


def plain_values(node: Node) -> list[Any] | None:
    """Return the recorded arguments and the answer of a call as plain arrays."""
    return node.values


def pull_back(
    seeds: Mapping[Node, Any],
    values_of: Callable[[Node], list[Any] | None] = plain_values,
    retain_graph: bool = False,
    dense: Callable[[Indexed | Erased, tuple[int, ...]], Any] | None = None,
    until: Collection[Node] = frozenset(),
) -> dict[Node, Any]:
    """Pull cotangents back from some nodes to the leaves that they depend on.

    Parameters
    ----------
    seeds
        For each output its cotangent: dL/dRe + i dL/dIm where complex.
    values_of
        Gives the recorded arguments of a node; what it gives decides whether the pass itself is recorded.
    retain_graph
        Keep the recorded arrays for another pass, instead of dropping each as soon as the pass is through with it.
    dense
        Turns an `Indexed` or `Erased` into an array, for a recorded pass.
    until
        Nodes to stop at, whose cotangents are wanted; nothing older than all of them is visited.

    Returns
    -------
    dict
        The cotangent of each leaf that requires a gradient, and of each node of `until` that was reached; the arrays of
        no two leaves share memory.
    """
    is_plain = values_of is plain_values
    cotangents: dict[Node, Any] = {}
    owned: set[Node] = set()  # nodes whose cotangent is an array made here, into which more can be added in place
    # The youngest node first: whatever used a value is younger than it, so all its contributions have arrived. Leaves
    # do not queue: theirs are complete at the end.
    pending: list[tuple[int, Node]] = []
    leaves: dict[Node, Any] = {}
    oldest = min(node.index for node in until) if until else 0
    last_change = changes.last
    watch = watching.get()
    for node, g in seeds.items():
        cotangents[node] = _conjugate(g, node)
        if node.operation is not None:
            pending.append((-node.index, node))
    heapify(pending)

    while pending:
        node = heappop(pending)[1]
        g = cotangents.pop(node)
        if node.annotations is not None and node.annotations.hooks:
            g = _run_hooks(node, g)
            owned.discard(node)
        if until and node in until:
            leaves[node] = _conjugate(g, node)
            continue
        values = values_of(node)
        if values is None or values[-1] is FREED:
            raise FreedGraphError(
                f"the backward pass met {_describe(node)}, whose recorded arrays an earlier backward pass has freed. "
                f"Call the first backward with retain_graph=True, or compute the value again"
            )
        if node.index < last_change:
            _refuse_changed(node)
        if watch is not None:
            _refuse_changed_arrays(node)
        inputs = node.inputs
        last: list[tuple[Node, Any]] = []
        for position, pull in node.pulls:
            entry = inputs[position]
            contributions: Iterable[tuple[Node, Any]]
            if type(entry) is list:
                wanted = [n is not None and n.requires_grad and n.index >= oldest for n in entry]
                if not any(wanted):
                    continue
                parts = zip(entry, pull(node, g, values), wanted, strict=True)
                contributions = [(n, c) for n, c, is_wanted in parts if is_wanted]
            elif entry.requires_grad and entry.index >= oldest:
                contributions = ((entry, pull(node, g, values)),)
            else:
                continue
            for parent, c in contributions:
                before = cotangents.get(parent)
                kind = type(c)
                if kind is not np.ndarray and (kind is Indexed or kind is Erased):
                    if dense is not None:
                        c = dense(c, parent.shape)
                    elif kind is Erased:
                        last.append((parent, c))  # it may change g in place
                        continue
                    else:
                        cotangents[parent] = _add_entries(before, parent in owned, parent, c)
                        owned.add(parent)
                        if before is None and parent.operation is not None:
                            heappush(pending, (-parent.index, parent))
                        continue
                try:
                    if c.shape != parent.shape:
                        c = fit(c, node, parent)
                    if c.dtype is not parent.dtype and c.dtype != parent.dtype:
                        c = cast(c, parent.dtype)
                except AttributeError:
                    raise RuleError(_not_an_array(c, node, parent)) from None
                if watch is not None:
                    watch.pulled(node, parent, g, c)
                if before is None:
                    if parent.operation is not None:
                        heappush(pending, (-parent.index, parent))
                    elif is_plain and _may_be_shared(c, g, values, node):
                        c = np.array(c)
                    cotangents[parent] = c
                elif parent in owned:
                    cotangents[parent] += c
                else:
                    cotangents[parent] = total = before + c
                    if is_plain and type(total) is np.ndarray:
                        owned.add(parent)
        for parent, c in last:
            before = cotangents.get(parent)
            cotangents[parent] = _erase(before, node in owned, c)
            owned.add(parent)
            if before is None and parent.operation is not None:
                heappush(pending, (-parent.index, parent))
        if not retain_graph:
            node.free()
    for leaf, g in cotangents.items():
        if leaf.annotations is not None and leaf.annotations.hooks:
            g = _run_hooks(leaf, g)
        leaves[leaf] = _conjugate(g, leaf)
    return leaves


def _add_entries(before: Any, is_owned: bool, parent: Node, c: Indexed) -> Any:
    """Add single entries into the cotangent accumulated so far, which becomes an array of our own."""
    if before is None:
        before = (c.g if isinstance(c.g, Batched) else np).zeros(parent.shape, parent.dtype)
    elif not is_owned:
        before = before.copy() if isinstance(before, Batched) else np.array(before)
    add_at(before, c.index, c.g if c.g.dtype == parent.dtype else cast(c.g, parent.dtype))
    return before


def _erase(before: Any, is_ours: bool, c: Erased) -> Any:
    """Add all but some entries to the cotangent accumulated so far.

    If nobody else holds the cotangent that they come from, it is changed in place and handed on.
    """
    g: Any
    if isinstance(c.g, Batched):
        g = c.g.copy()
    else:
        g = c.g if is_ours and type(c.g) is np.ndarray else np.array(c.g)
    g[c.index] = 0
    return g if before is None else before + g


def _refuse_changed(node: Node) -> None:
    """Refuse to go on if an array that a rule may read has been changed, through ``.data``, since it was recorded."""
    assert node.values is not None
    kept = [n for n, v in zip(node.inputs, node.values, strict=False) if type(n) is Node and type(v) is not Dropped]
    for source in [*kept, *([] if type(node.values[-1]) is Dropped else [node])]:
        viewed = source
        while True:  # a view of a changed array has changed with it
            change = None if viewed.annotations is None else viewed.annotations.change
            if change is not None and change.time > node.index:
                raise InPlaceError(
                    f"{_describe(node)} was recorded{_place(node)} with the value that {_describe(viewed)} had then, "
                    f"and its gradient needs that value; but {change} has changed it since. Call backward before the "
                    f"change, or compute the value again after it"
                )
            if viewed.operation is None or not viewed.operation.views or type(viewed.inputs[0]) is not Node:
                break
            viewed = viewed.inputs[0]


def _refuse_changed_arrays(node: Node) -> None:
    """The same for plain arrays, of which `detect_anomaly` keeps copies."""
    for position in changed_arrays(node):
        argument = "the answer" if node.operation is None else f"argument {node.operation.parameters[position]!r}"
        raise InPlaceError(
            f"{_describe(node)} was recorded{_place(node)}, and the plain array that was its {argument} has been "
            f"changed since. Call backward before the change, or pass a copy"
        )


def _place(node: Node) -> str:
    place = None if node.annotations is None else node.annotations.place
    return f" at {place}" if place else ""


def fit(c: Any, node: Node, parent: Node) -> Any:
    """Bring a contribution, made by a rule of `node`, to the shape of the argument it belongs to.

    Axes that broadcasting added or stretched are summed over; axes that a reduction removed are filled.
    """
    operation, shape, target = node.operation, c.shape, parent.shape
    assert operation is not None
    plain = slice(None)  # of a traced shape the numbers alone
    axes = _broadcast_axes(tuple.__getitem__(shape, plain), tuple.__getitem__(target, plain))
    if axes is not None and (shape == node.shape or not operation.is_custom):
        if axes != ():
            keeps = len(shape) == len(target)
            add: Any = np.add
            c = add.reduce(c, axes, None, None, keeps) if type(c) is np.ndarray else c.sum(axis=axes, keepdims=keeps)
        return c if c.shape == target else c.reshape(target)
    extra = len(shape) - len(target)
    was_reduced = extra <= 0 and all(m in (1, n) for m, n in zip(shape[::-1], target[::-1], strict=False))
    if was_reduced and operation.reduces:
        if isinstance(c, (np.ndarray, np.generic)):
            filled = np.empty(target, c.dtype)
            filled[...] = c
            return filled
        return np.broadcast_to(c, target)
    raise RuleError(
        f"the rule of {_describe(node)} returned a cotangent of shape {shape} for an argument of shape {target}. "
        f"A rule must return the argument's shape, or the answer's where the argument was broadcast to it"
    )


@functools.lru_cache(maxsize=4096)
def _broadcast_axes(shape: tuple[int, ...], target: tuple[int, ...]) -> int | tuple[int, ...] | None:
    """Return the axes along which broadcasting stretched `target` to `shape`; ``None`` if it can not have done so."""
    extra = len(shape) - len(target)
    if extra < 0 or not all(n in (1, m) for m, n in zip(shape[extra:], target, strict=True)):
        return None
    stretched = tuple(i + extra for i, n in enumerate(target) if n == 1 and shape[i + extra] != 1)
    axes = tuple(range(extra)) + stretched
    return axes[0] if len(axes) == 1 else axes


def cast(c: Any, dtype: np.dtype[Any]) -> Any:
    """Bring a contribution to the dtype of the argument it belongs to."""
    if c.dtype.kind == "c" and dtype.kind != "c":
        c = c.real
    return c if c.dtype == dtype else c.astype(dtype)


def _conjugate(g: Any, node: Node) -> Any:
    return np.conjugate(g) if node.dtype.kind == "c" else g


def _may_be_shared(c: Any, g: Any, values: list[Any], node: Node) -> bool:
    """Whether an array that a rule returned may be seen by others too: it is g, a view, or something recorded."""
    if c is g or type(c) is not np.ndarray or c.base is not None or node.operation.caches:  # type: ignore[union-attr]
        return True
    for value in values:  # noqa: SIM110  any() takes several times longer
        if c is value:
            return True
    return False


def _run_hooks(node: Node, g: Any) -> Any:
    for hook in list(node.annotations.hooks.values()):  # type: ignore[union-attr]
        replacement = hook(_conjugate(g, node))
        if replacement is not None:
            if np.shape(replacement) != node.shape:
                raise RuleError(
                    f"a hook on {_describe(node)} returned a gradient of shape {np.shape(replacement)}; "
                    f"it must have the value's shape {node.shape}, or be None to leave the gradient as it is"
                )
            g = _conjugate(replacement, node)
    return g


def _describe(node: Node) -> str:
    what = "a leaf" if node.operation is None else node.operation.name
    name = f" ({node.name!r})" if node.name else ""
    return f"{what}{name} of shape {node.shape}"


def _not_an_array(c: Any, node: Node, parent: Node) -> str:
    return (
        f"the rule of {_describe(node)} returned {c!r} ({type(c).__name__}) for an argument of shape {parent.shape}; "
        f"a rule must return an array"
    )
