"""From wrong gradients to findings: the derivation, what was given, and what the search says about it, in words."""

from __future__ import annotations

import operator
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd_lite.checking.doctor.constants import Constants
from autograd_lite.checking.doctor.edits import Activation, Edit
from autograd_lite.checking.doctor.forwards import Intended, intended
from autograd_lite.checking.doctor.search import Hypothesis, Probe, Search, Slip
from autograd_lite.checking.doctor.transcript import Transcript, transcribe
from autograd_lite.checking.doctor.words import message
from autograd_lite.checking.names import bare_names
from autograd_lite.checking.report import Finding
from autograd_lite.expressions import Call, Constant, Line, Name, Outline, Program, Term, idioms
from autograd_lite.expressions.algebra import Tidier
from autograd_lite.expressions.outlines import statements
from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import call, is_call
from autograd_lite.graph import Node
from autograd_lite.indexed import accumulate, overwrite, put_at
from autograd_lite.tensor.numbers import count_of, length_of
from autograd_lite.tracing import Trace, trace

Array = NDArray[Any]

_UPDATED = "_updated"
#: Where the backward pass can not be explained for less the forward pass is looked at.
FORWARD = 1.8
#: What it costs to pass over a gradient that the person computes by name.
PASSED_OVER = 0.2
#: And one that they return.
UNNAMED = 1.0
#: After so many seconds no more edits are tried.
SECONDS = 7.0


class Diagnosis:
    """What the search found, in the person's names.

    Parameters
    ----------
    plain
        The person's forward pass at a point.
    loss, container
        The same, and what makes its argument of a point.
    points
        Values of the parameters: those of the check first, then random ones.
    given
        At each point the gradients that the person has there, by the name of the value.
    rate
        The learning rate, if the gradients were read off a training step.
    updated
        At each point the parameters after the step.
    tolerance
        The relative error that counts as rounding.
    backward
        The person's backward pass or training step, if there is one to be run.
    """

    def __init__(
        self,
        plain: Callable[[Any], Any],
        loss: Callable[[Any], Any],
        container: Callable[[Mapping[str, Any]], Any],
        points: Sequence[Mapping[str, Array]],
        given: Sequence[Mapping[str, Array]],
        wrong: Sequence[str],
        tolerance: float,
        rate: float | None = None,
        updated: Sequence[Mapping[str, Array]] | None = None,
        backward: Callable[[Any], Any] | None = None,
    ) -> None:
        self.plain = plain
        self.transcript = self._transcribed(backward, container, points, tolerance)
        self.loss = loss
        self.container = container
        self.points = points
        self.given = given
        self.wrong = list(wrong)
        self.tolerance = tolerance
        self.rate = rate
        self.updated = updated
        self.findings: list[Finding] = []
        self.oddities: list[Finding] = []
        self.propagated: list[str] = []
        self.unexplained: list[str] = list(wrong)

    def _transcribed(
        self,
        backward: Callable[[Any], Any] | None,
        container: Callable[[Mapping[str, Any]], Any],
        points: Sequence[Mapping[str, Array]],
        tolerance: float,
    ) -> Transcript:
        if backward is None:
            return Transcript([], tolerance)
        return transcribe(backward, self.plain, [partial(container, p) for p in points], tolerance)

    def run(self) -> Diagnosis:
        """Search for slips; where only intermediates are wrong, for what is odd about them."""
        if not set(self.wrong) & set(self.points[0]):
            return self._look_at_oddities()
        return self._search()

    def _look_at_oddities(self) -> Diagnosis:
        """All parameters are right: say what intermediates hold, which is no mistake."""
        record = trace(self.loss, self.container(self.points[0]))
        case = _Case(self, record, shortcuts=False)
        for name in self.wrong:
            finding = case.oddity(name) if case.probes else None
            if finding is not None:
                self.findings.append(finding)
        self.unexplained = []
        return self

    def _search(self) -> Diagnosis:
        """Search in the short derivation and, if that does not explain all cheaply, in the long one."""
        record = trace(self.loss, self.container(self.points[0]))
        results = []
        deadline = time.perf_counter() + SECONDS
        for shortcuts in (True, False):
            case = _Case(self, record, shortcuts)
            if case.probes:
                hypothesis = case.search.best(deadline)
                while deferred := {case.value_name(s.line) for s in hypothesis.slips if case.is_deferred(s)}:
                    # Their constant is made good below: judge the rest without them.
                    oddities = [case.oddity(name) for name in sorted(deferred)]
                    self.oddities += [finding for finding in oddities if finding is not None]
                    self.given = [{n: g for n, g in given.items() if n not in deferred} for given in self.given]
                    self.wrong = [name for name in self.wrong if name not in deferred]
                    case = _Case(self, record, shortcuts)
                    hypothesis = case.search.best(deadline)
                results.append((hypothesis.cost + case.mismatch(), not shortcuts, case, hypothesis))
            is_good = bool(results) and results[0][0] < 2.5 and not results[0][3].unexplained
            if not case.has_shortcuts or (is_good and not case.mismatch()):
                break
        if results:
            cost, _, case, hypothesis = min(results, key=lambda result: result[:2])
            is_another_loss = any(slip.edit.kind == "wrong_loss_derivative" for slip in hypothesis.slips)
            meant = self._meant(case) if hypothesis.unexplained or cost > FORWARD or is_another_loss else None
            if meant is None:
                self._conclude(case, hypothesis)
        return self

    def _meant(self, case: _Case) -> Intended | None:
        """Say which other forward pass the gradients fit, if the backward pass has no simple mistake."""
        program = Program(case.record, case.parameters())
        leaves = program.leaf_values()
        points, given = [], []
        for position in case.positions:
            point, gradients = self.points[position], self.given[position]
            if not set(point) <= {name.name for name in program.names.values()}:
                return None
            points.append({**leaves, **point})
            given.append({name: np.asarray(g) for name, g in gradients.items() if name in point})
        found = intended(program, points, given, self.tolerance, time.perf_counter() + SECONDS / 2)
        if found is not None:
            said = message("forward_mismatch", "loss", found.what, None)
            affects = [name for name in self.wrong if name in self.points[0]]
            self.findings = [Finding("loss", "forward_mismatch", said, found.written, found.meant, None, affects)]
            self.propagated, self.unexplained = list(self.wrong), []
        return found

    def _conclude(self, case: _Case, hypothesis: Hypothesis) -> None:
        slips = [slip for slip in hypothesis.slips if case.is_harmful(slip, hypothesis)]
        self.unexplained = [case.value_name(line) for line in hypothesis.unexplained]
        roots = {case.where(slip.line) for slip in slips} | set(self.unexplained)
        for slip in slips:
            self.findings += case.findings(
                slip, hypothesis, [n for n in self.wrong if n not in roots and case.depends(n, slip.line)]
            )
        self.findings = [*case.once_a_loop(self.findings), *self.oddities]
        roots = {finding.where for finding in self.findings} | set(self.unexplained)
        self.propagated = [name for name in self.wrong if name not in roots]
        if not slips:
            self.unexplained = list(self.wrong)
            self.propagated = []


class _Case:
    """One derivation, the person's numbers beside it, and the search in it."""

    def __init__(self, diagnosis: Diagnosis, record: Trace, shortcuts: bool) -> None:
        self.diagnosis = diagnosis
        self.record = record
        self.outline = Outline(record, self.parameters(), shortcuts=shortcuts)
        self.program = self.outline.program
        self.has_shortcuts = any(
            node.operation is not None and node.operation.function in idioms.WRITTEN for node in self.program.nodes
        )
        self.lines = self._lines()
        self.positions: list[int] = []
        self.probes = self._probes()
        if self.probes:
            self.search = Search(
                self.lines,
                self.probes,
                self._activations_by_line(),
                self._stale(),
                self._constants(),
                diagnosis.tolerance,
                self._names(),
                self._other_losses(),
                self._gradients_of_data(),
                self._past_activations(),
                diagnosis.transcript.at(self.positions),
                [line.name for line in self.lines if self._name_of(line.node) in diagnosis.points[0]],
                [line.name for line in self.lines if self._is_derivative(line)],
            )

    def parameters(self) -> list[Node]:
        """The leaves that are parameters."""
        return [argument.node for argument in self.record.arguments if argument.node.requires_grad]

    def mismatch(self) -> float:
        """How badly the lines fit the person's variables: a gradient that they compute by name may have no line."""
        wanted = {name for entry in self.diagnosis.transcript.entries for name in bare_names(entry.name)[1:]}
        named = {self._name_of(node) for node in self.program.nodes} | set(self.record.returned)
        there = {self._name_of(line.node) for line in self.lines}
        missed = (wanted & {n for n in named if n}) - there
        returned = set(self.diagnosis.given[0]) - there - set(self.diagnosis.points[0])
        return PASSED_OVER * bool(missed) + UNNAMED * len(returned)

    # -- what there is ---------------------------------------------------------------------------------------------

    def _lines(self) -> list[Line]:
        return list(self.outline.backward)

    def value_name(self, line: str) -> str:
        """The name of the value whose gradient a line computes, as the person calls it."""
        node = next(one.node for one in self.lines if one.name == line)
        return self._name_of(node) or line.removeprefix("d")

    def _name_of(self, node: Node) -> str | None:
        copies = self.program.copies
        for name, original in self.record.returned.items():
            if copies.get(original) is node:
                return name
        return node.name

    def _line_of(self, name: str) -> str | None:
        for line in self.lines:
            if self._name_of(line.node) == name:
                return line.name
        return None

    def _probes(self) -> list[Probe]:
        probes = []
        leaves = self.program.leaf_values()
        arguments = [self.program.names[self.program.copies[a.node]].name if a.node in self.program.copies else None
                     for a in self.record.arguments]  # fmt: skip
        for position, point in enumerate(self.diagnosis.points):
            env = dict(leaves)
            if self.diagnosis.rate is not None:
                env["LR"] = self.diagnosis.rate
            for name, array in zip(arguments, point.values(), strict=True):
                if name is not None:
                    env[name] = array
            try:
                with np.errstate(all="ignore"):
                    for line in self.outline.lines:
                        env[line.name] = line.evaluate(env)
            except Exception:  # another point may go another way
                continue
            if position and not self._is_plain(env, point):
                continue
            given = {}
            for name, array in self.diagnosis.given[position].items():
                line_name = self._line_of(name)
                if line_name is not None:
                    given[line_name] = np.asarray(array)
            if self.diagnosis.updated is not None:
                for name, array in self.diagnosis.updated[position].items():
                    env[name + _UPDATED] = array
            probes.append(Probe(env, given))
            self.positions.append(position)
        return probes

    def _is_plain(self, env: Mapping[str, Any], point: Mapping[str, Array]) -> bool:
        """Whether the derivation has the value of the plain loss at another point, too."""
        output = next((line.name for line in self.outline.forward if line.node is self.program.output), None)
        if output is None:
            return False
        plain = self.diagnosis.plain(point)
        plain = plain[0] if isinstance(plain, tuple) else plain
        return bool(np.allclose(env[output], np.squeeze(plain), rtol=1e-4, equal_nan=False))

    def _names(self) -> list[Name]:
        """The values of the forward pass that may be taken for one another: arrays with at least one axis."""
        names = []
        for node in self.program.nodes:
            name = self.program.names[node]
            is_line = any(line.node is node for line in self.outline.forward) or node.operation is None
            if is_line and node.dtype != object and name.shape and node.dtype.kind in "fiub":
                shown = next((line.name for line in self.outline.forward if line.node is node), name.name)
                names.append(Name(shown, name.shape, name.dtype))
        return names

    def _stale(self) -> dict[Name, Term]:
        if self.diagnosis.updated is None:
            return {}
        stale: dict[Name, Term] = {
            name: Name(name.name + _UPDATED, name.shape, name.dtype)
            for name in self._names()
            if name.name in self.diagnosis.points[0]
        }
        parameters = {name.name: name for name in stale}
        names = {name.name: name for name in self._names()}
        for line in self.outline.forward:  # rows of a parameter
            read = line.term.names()
            if len(read) == 1 and read <= set(parameters) and line.name in names:
                parameter = parameters[next(iter(read))]
                stale[names[line.name]] = line.term.substituted({parameter: stale[parameter]})
        return stale

    def _constants(self) -> Constants:
        """The lengths of axes, by how a person would call them; and the learning rate."""
        sizes: dict[str, tuple[float, Term]] = {}
        known: set[float] = {1.0}

        def add(words: str, value: float, term: Term) -> None:
            if value not in known and len(sizes) < 24:
                known.add(value)
                sizes[words] = (value, term)

        if self.diagnosis.rate is not None:
            sizes["the learning rate"] = (self.diagnosis.rate, Name("LR"))
        for line in self.outline.forward:
            value = self.probes[0].values.get(line.name)
            if isinstance(value, int):
                add(line.name, float(value), Name(line.name, ()))
        for name in self._names():
            for axis, length in enumerate(name.shape or ()):
                add(f"{name.name}.shape[{axis}]", float(length), call(length_of, name, axis))
        for name in self._names():
            add(f"{name.name}.size", float(np.prod(name.shape or ())), call(count_of, name))
        numbers = set(self.diagnosis.transcript.numbers)
        for line in self.outline.forward:
            parts = (part.value for _, part in line.term.walk() if isinstance(part, Constant))
            numbers |= {abs(value) for value in parts if type(value) is float and value}
        return Constants(sizes, sorted(numbers - {0.5, 1.0, 2.0, self.diagnosis.rate or 1.0}))

    def _activations(self) -> list[tuple[Node, Activation]]:
        """The activation functions of the forward pass, each with the node of its input."""
        shown = {line.node: Name(line.name, line.shape) for line in self.outline.forward}
        found: list[tuple[Node, Activation]] = []
        for node in self.program.nodes:
            if node.operation is None or not node.inputs or type(node.inputs[0]) is not Node or node not in shown:
                continue
            a, source = shown[node], node.inputs[0]
            z = shown.get(source, a)
            factors: dict[Any, tuple[str, tuple[Term, ...]]] = {
                idioms.sigmoid: ("sigmoid", (a, call(np.subtract, 1, a))),
                np.tanh: ("tanh", (call(np.subtract, 1, call(np.power, a, 2)),)),
                idioms.relu: ("relu", (call(np.greater, z, 0),)),
            }
            if node.operation.function in factors:
                name, parts = factors[node.operation.function]
                found.append((source, Activation(name, z, a, parts)))
            else:
                found += self._other_activation(node, source, z, a)
        return found

    def _other_activation(self, node: Node, source: Node, z: Name, a: Name) -> list[tuple[Node, Activation]]:
        """Any other function of single entries: the factors of the line that read nothing but its input and output."""
        assert node.operation is not None
        is_elementwise = isinstance(node.operation.function, np.ufunc) or node.operation.is_elementwise
        line = next((one for one in self.lines if one.node is source), None)
        if line is None or not is_elementwise or not is_call(line.term, np.multiply, np.divide):
            return []
        factors = tuple(
            factor
            for factor, power in Tidier().product(line.term).factors.items()
            if power == 1 and factor.names() and factor.names() <= {z.name, a.name} and factor.shape == z.shape
        )
        return [(source, Activation(node.operation.name, z, a, factors))] if factors else []

    def _is_derivative(self, line: Line) -> bool:
        """Whether a line reads, beside the gradient from above, only what is computed from its own value."""
        gradients = {one.name for one in self.lines}
        if any(is_call(part, np.matmul, np.dot, np.sum, np.outer) for _, part in line.term.walk()):
            return False
        nodes = {self.program.names[node].name: node for node in self.program.nodes}
        stack = [nodes[name] for name in line.term.names() - gradients if name in nodes]
        seen = {line.node}
        while stack:
            node = stack.pop()
            if node not in seen:
                seen.add(node)
                if node.operation is None and node.shape:
                    return False
                stack += node.parents()
        return bool(line.term.names() - gradients)

    def _activations_by_line(self) -> list[tuple[str | None, Activation]]:
        lines = {line.node: line.name for line in self.lines}
        return [(lines.get(node), activation) for node, activation in self._activations()]

    def _past_activations(self) -> dict[str, str]:
        """For each gradient at the input of an activation function the name of that at its output."""
        by_node = {line.node: line.name for line in self.lines}
        outputs = {Name(line.name): by_node.get(line.node) for line in self.outline.forward}
        found = {}
        for source, activation in self._activations():
            before, after = by_node.get(source), outputs.get(activation.a)  # type: ignore[call-overload]
            if before is not None and after is not None:
                found[before] = after
        return found

    def _gradients_of_data(self) -> list[Term]:
        """The gradients of the data, which people compute by mistake and then use."""
        everything = Outline(self.record, None)
        known = {line.name for line in self.lines}
        mine = {line.name for line in everything.backward}
        return [
            line.term
            for line in everything.backward
            if line.name not in known and line.term.names() & known and not (line.term.names() & mine) - known
        ]

    def _other_losses(self) -> dict[str, list[Edit]]:
        """For lines that come straight from the loss, the derivatives of other losses."""
        edits: dict[str, list[Edit]] = {}
        cotangents = {line.name for line in self.lines}
        names = self._names()
        data = [n for n in names if n.name not in self.diagnosis.points[0] and self._is_data(n)]
        squares_a_sum = any(
            node.operation is not None
            and node.operation.function in (np.power, np.square, np.multiply)
            and any(type(n) is Node and n.operation is not None and n.operation.function is np.sum for n in node.inputs)
            for node in self.program.nodes
        )
        kind = "forward_mismatch" if squares_a_sum else "wrong_loss_derivative"
        differences = {
            shown.name: Name(shown.name, shown.shape)
            for shown in self.outline.forward if is_call(shown.term, np.subtract)
        }  # fmt: skip
        for line in self.lines:
            if line.term.names() & cotangents:
                continue
            edits[line.name] = [
                Edit(kind, error, 1.15, "the derivative of a squared error")
                for error in differences.values() if error.shape == line.shape
            ]  # fmt: skip
            for p in names:
                for y in data:
                    if p.shape != line.shape or y.name == p.name or (y in data and p in data):
                        continue
                    try:
                        if np.broadcast_shapes(p.shape or (), y.shape or ()) != p.shape:
                            continue
                    except ValueError:
                        continue
                    difference = call(np.subtract, p, y)
                    spread = call(np.multiply, p, call(np.subtract, 1, p))
                    for words, term in (
                        ("of a squared error", difference),
                        ("of cross entropy", call(np.divide, difference, spread)),
                        ("of an absolute error", call(np.sign, difference)),
                        ("of cross entropy, without 1 - Y", call(np.negative, call(np.divide, y, p))),
                        ("averaged to one number", call(np.mean, difference)),
                        ("summed to one number", call(np.sum, difference)),
                    ):
                        cost = 1.05 if "number" in words else 1.15
                        edits[line.name].append(Edit(kind, term, cost, f"the derivative {words}"))
        return edits

    def _is_data(self, name: Name) -> bool:
        return any(self.program.names[n].name == name.name and n.operation is None for n in self.program.nodes)

    # -- in words --------------------------------------------------------------------------------------------------

    def where(self, line: str) -> str:
        """The name to blame: of the value, or of what is computed from it if nobody named it."""
        node = next(one.node for one in self.lines if one.name == line)
        name = self._name_of(node)
        while not name:
            consumers = [n for n in self.program.nodes if any(entry is node for entry in n.inputs)]
            if not consumers:
                return line.removeprefix("d")
            node = consumers[0]
            name = self._name_of(node)
        return name

    def _below(self, line: str) -> str | None:
        """The value nearest the parameters that a line's gradient flows into and that the person knows by name."""
        known = set(self.record.returned) | set(self.diagnosis.given[0])
        reached = {line}
        for name in self.search.order[self.search.order.index(line) :]:
            if name in reached or self.search.reads[name] & reached:
                reached.add(name)
                if self.value_name(name) in known:
                    return self.value_name(name)
        return None

    def depends(self, name: str, line: str) -> bool:
        """Whether the gradient of a value is computed from a line."""
        start = self._line_of(name)
        stack, seen = [start], set()
        while stack:
            current = stack.pop()
            if current == line:
                return True
            if current is not None and current not in seen:
                seen.add(current)
                stack += self.search.reads.get(current, ())
        return False

    def once_a_loop(self, findings: list[Finding]) -> list[Finding]:
        """Of the same finding at several steps of a loop keep the first, the one nearest the loss."""
        kept: dict[Any, Finding] = {}
        for finding in findings:
            node = next((n for n in self.program.nodes if self._name_of(n) == finding.where), None)
            place = None if node is None else self.program.places.get(node)
            parameters = frozenset(re.findall(r"\w+", finding.right)) & set(self.diagnosis.points[0])
            kept.setdefault((finding.kind, finding.where if place is None else (place, parameters)), finding)
        return list(kept.values())

    def is_harmful(self, slip: Slip, hypothesis: Hypothesis) -> bool:
        """Whether a slip reaches a wrong name."""
        return any(self.depends(name, slip.line) for name in self.diagnosis.wrong)

    def is_deferred(self, slip: Slip) -> bool:
        """Whether an intermediate carries another constant, and a parameter computed from it is right all the same."""
        if slip.edit.kind != "scale" or slip.line not in self.search.given:
            return False
        parameters = set(self.diagnosis.points[0])
        right = parameters - set(self.diagnosis.wrong)
        name = self.value_name(slip.line)
        return name not in parameters and any(self.depends(other, slip.line) for other in right)

    def findings(self, slip: Slip, hypothesis: Hypothesis, affects: Sequence[str]) -> list[Finding]:
        """Put a slip in words."""
        line = next(one for one in self.lines if one.name == slip.line)
        first = min([slip.line, *(name for name, _ in slip.also)], key=self.search.order.index)
        where = self.where(first)
        if slip.edit.kind == "missing_term" and slip.edit.what.startswith("nothing comes through"):
            where = self._below(slip.edit.what.split()[-1]) or where  # the line that nothing comes through
        yours = _with_factor(slip.edit.term, slip.factor * slip.carried, self.search)
        kinds = slip.edit.kind.split("+")
        kinds = [self._kind(kind, slip) for kind in dict.fromkeys(kinds)]
        if slip.is_broadcast and len(kinds) > 1:  # how it was collapsed matters less than that it spreads
            kinds = [kind for kind in kinds if kind != "wrong_axis"]
        if "forward_mismatch" in kinds:
            where = "loss"
        finding = Finding(
            where, kinds[0], "", "; ".join(statements(line.name, line.term)), self._written(slip, line),
            _factor(slip), list(affects), self._others(slip, line), False, self._place(slip, hypothesis),
            self._values(line.term, yours, hypothesis),
        )  # fmt: skip
        found = []
        for kind in kinds:
            what = self.search.constants.quotient(slip.factor) if kind == "mean_over_wrong_count" else slip.edit.what
            if slip.also:
                what = f"{what}, at each of {len(slip.also) + 1} steps"
            said = message(kind, where, what, _factor(slip), line.name)
            found.append(replace(finding, kind=kind, message=said))
        is_number = slip.is_broadcast and slip.edit.term.shape == () and not self._is_in_an_array(slip, hypothesis)
        spreads = (slip.is_broadcast and not is_number) or ("missing_sum" in kinds and self.diagnosis.rate is not None)
        if spreads and "broadcasting_silent" not in kinds:
            words = f"it has another shape than {where}, and NumPy spreads it over all entries in the update"
            said = message("broadcasting_silent", where, words, None)
            found.append(replace(finding, kind="broadcasting_silent", message=said, factor=None, alternatives=()))
        return found

    def _written(self, slip: Slip, line: Line) -> str:
        """The person's line, in statements; what writes into entries stands in statements of its own."""
        if isinstance(slip.edit.term, Name) and slip.edit.term.name.endswith("_yours"):
            return ""  # the numbers say what is wrong, but not how it is written
        term, factor = slip.edit.term, slip.factor * slip.carried
        name = Name(line.name, line.shape)
        if is_call(term, np.add) and term.parts[0] == line.term and is_call(term.parts[1], put_at) and factor == 1:
            value, index, _ = term.parts[1].parts
            written = f"{text(Call(operator.getitem, (name, index), (), ()))} += {text(value)}"
            return "; ".join([*statements(line.name, line.term), written])
        first = list(statements(line.name, term))
        if len(first) == 1 and not _writes(term):
            return "; ".join(statements(line.name, _with_factor(term, factor, self.search)))
        if not any(part == line.term for _, part in term.walk()) or term == line.term:
            last = [] if factor == 1 else list(statements(line.name, _with_factor(name, factor, self.search)))
            return "; ".join([*first, *last])
        changed = _with_factor(term.substituted({line.term: name}), factor, self.search)
        return "; ".join([*statements(line.name, line.term), *statements(line.name, changed)])

    def _is_in_an_array(self, slip: Slip, hypothesis: Hypothesis) -> bool:
        """Whether the one number that a line collapsed to stands in an array in the person's program."""
        found = self.search.run(slip.edit.term, hypothesis.values)
        sized = [entry for entry in self.search.transcript.entries if entry.values[0].shape == (1,)]
        return found is not None and any(
            all(np.allclose(v, f, rtol=1e-6) for v, f in zip(entry.values, found, strict=True)) for entry in sized
        )

    def _others(self, slip: Slip, line: Line) -> list[str]:
        """Other readings of the same numbers, where they are really others."""
        found = []
        for other in slip.others:
            if not set(other.edit.kind.split("+")) & set(slip.edit.kind.split("+")):
                term = _with_factor(other.edit.term, other.factor, self.search)
                found.append(f"{'; '.join(statements(line.name, term))} ({other.edit.what})")
        return list(dict.fromkeys(found))[:3]

    def _place(self, slip: Slip, hypothesis: Hypothesis) -> str:
        """The line of the person's program that computes what the slip is in."""
        name = slip.line
        values = [
            probe.given[name] if name in probe.given else env[name]
            for probe, env in zip(self.probes, hypothesis.values, strict=True)
        ]
        entry = next((entry for entry, _ in self.search.transcript.multiples(values)), None)
        if entry is None or entry.place is None:
            return ""
        return f"line {entry.place.line}: {entry.line}" if entry.line else f"line {entry.place.line}"

    def _values(self, right: Term, yours: Term, hypothesis: Hypothesis) -> dict[str, tuple[Any, Any]]:
        """What the names in both lines stand for: as the person has it, and as it is right."""
        names = right.names() | yours.names()
        theirs, ours = {**self.probes[0].values, **hypothesis.values[0]}, self.probes[0].values
        return {name: (theirs[name], ours.get(name, theirs[name])) for name in sorted(names) if name in theirs}

    def oddity(self, name: str) -> Finding | None:
        """Say what an intermediate holds in place of its gradient: another's, or a multiple of its own."""
        given = self.diagnosis.given[0][name]
        values = self.probes[0].values
        line = self._line_of(name)
        for other in self.lines:
            right = values[other.name]
            if (
                other.name != line
                and np.shape(right) == given.shape
                and np.allclose(given, right, rtol=1e-6, atol=1e-12)
            ):
                said = message("misnamed_intermediate", name, f"it is dL/d{self.value_name(other.name)}", None)
                return Finding(name, "misnamed_intermediate", said, benign=True)
        if line is not None and np.shape(values[line]) == given.shape:
            constant = self.search.factor(line, [probe.values[line] for probe in self.probes])
            if constant is not None:
                words = self.search.constants.recognise(constant).words
                said = message("deferred_scale", name, words, constant)
                return Finding(name, "deferred_scale", said, factor=constant, benign=True)
        return None

    def _is_computed_right(self, slip: Slip) -> bool:
        """Whether a step computes the gradient right, by its own upstream values, and only its update is off."""
        line = next(one for one in self.lines if one.name == slip.line)
        if slip.line not in self.search.given or slip.edit.term != line.term:
            return False
        found = [probe.given[slip.line] / slip.factor for probe in self.probes]
        entry = self.search.transcript.holds(found)
        return entry is not None and entry.name != ""

    def _kind(self, kind: str, slip: Slip) -> str:
        rate = self.diagnosis.rate
        if kind == "scale":
            if rate is not None and abs(slip.factor - rate) < 1e-6 * rate:
                return "update_scale"
            if rate is not None and slip.factor == 0:
                return "update_dropped"
            if rate is not None and self._is_computed_right(slip):
                return "update_scale"
            if self.search.constants.quotient(slip.factor):
                return "mean_over_wrong_count"
        return kind


def _writes(term: Term) -> bool:
    """Whether a term writes into entries of an array."""
    return any(is_call(part, put_at, overwrite, accumulate) for _, part in term.walk())


def _factor(slip: Slip) -> float | None:
    return slip.factor if slip.factor != 1 else None


def _with_factor(term: Term, factor: float, search: Search) -> Term:
    if factor == 1:
        return term
    known = search.constants.recognise(factor).term
    if known == Constant(-1):
        return call(np.negative, term)
    if is_call(known, np.divide) and known.parts[0] == Constant(1):
        return call(np.divide, term, known.parts[1])
    return call(np.multiply, known, term)
