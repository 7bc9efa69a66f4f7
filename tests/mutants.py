"""Mutation testing: change the engine in small ways, one at a time, and see that the tests notice.

    python -m tests.mutants --out verdicts.jsonl   every mutant of the rules, the backward pass, in-place tracking
    python -m tests.mutants --files rules/shapes.py --sample 50

A mutant that no test notices is printed with its line as soon as it is found: a gap in the tests, or a change that
makes no difference. With ``--out``, a second run judges what is left, and again the mutants that had survived.

The tests are collected once, and run once to see which of them run which lines. Then a process is forked for each
mutant: it puts the changed code into the functions and runs the tests that run the changed lines, quick ones first.
A change of what runs at import needs a fresh process, in a copy of the checkout. A test that hangs has noticed.
"""

from __future__ import annotations

import argparse
import ast
import copy
import functools
import gc
import hashlib
import inspect
import json
import os
import pickle
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
import scipy.special

from autograd_lite.registry import _late_tables, operation_of

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "autograd_lite"
FILES = [
    *(f"rules/{p.name}" for p in sorted((ENGINE / "rules").glob("*.py")) if p.name != "__init__.py"),
    "backward.py",
    "indexed.py",
    "tensor/recording.py",
    "tensor/writing.py",
    "tensor/memory.py",
]
#: What uses the engine directly.
TESTS = [
    "tests/rules/test_grid.py",
    "tests/rules/test_special.py",
    "tests/rules/test_complex.py",
    "tests/test_in_place.py",
    "tests/test_backward.py",
    "tests/test_tensor.py",
    "tests/test_custom.py",
    "tests/test_transforms.py",
    "tests/test_anomaly.py",
    "tests/test_checkpointing.py",
    "tests/test_modes.py",
    "tests/test_batching.py",
    "tests/test_threads.py",
    "tests/test_properties.py",
    "tests/checking",
    "autograd_lite/indexed.py",
    "autograd_lite/tensor",
]
PYTEST = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header"]
MEMORY = 8 * 2**30  # bytes that a mutant may ask for
CRASHED = 3  # the exit status of a forked process that could not do its work

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult, ast.Pow: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed version of a file: its tree, pickled, and the lines of the statement or lambda with the change."""

    file: str
    line: int
    lines: range
    change: str
    tree: bytes

    @property
    def key(self) -> str:
        """What names it in the file of verdicts."""
        return hashlib.sha256(self.file.encode() + self.tree).hexdigest()[:16]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.change}"


def mutants_of(file: str) -> Iterator[Mutant]:
    """Yield every changed version of a file."""
    tree = ast.parse((ENGINE / file).read_text(encoding="utf-8"))
    pickled = pickle.dumps(tree)
    lines = {id(tree): range(0)}
    for node in ast.walk(tree):  # parents come before their children
        if isinstance(node, (ast.stmt, ast.Lambda)):
            body = getattr(node, "body", None)
            end = body[0].lineno if isinstance(body, list) else (node.end_lineno or 0) + 1
            lines[id(node)] = range(node.lineno, max(end, node.lineno + 1))
        lines.update((id(child), lines[id(node)]) for child in ast.iter_child_nodes(node))
    for number, original in enumerate(ast.walk(tree)):
        for variant in range(3):
            if apply_change(copy.deepcopy(original), variant):
                changed = pickle.loads(pickled)
                change = apply_change(list(ast.walk(changed))[number], variant)
                ast.fix_missing_locations(changed)
                line = getattr(original, "lineno", 0)
                yield Mutant(file, line, lines[id(original)], change, pickle.dumps(changed))


def apply_change(node: ast.AST, variant: int) -> str:
    """Change a node in place; return what was done, or nothing if there is no such variant of it."""
    before = ast.unparse(node) if isinstance(node, (ast.expr, ast.stmt)) else ""
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        if variant == 0:
            node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
        elif variant == 1:
            node.left, node.right = node.right, node.left
            if isinstance(node.op, (ast.Add, ast.Mult)):
                return ""
        else:
            return ""
    elif isinstance(node, (ast.Compare, ast.BoolOp)) and variant == 0:
        if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
            node.ops[0] = SWAPS[type(node.ops[0])]()  # type: ignore[call-overload]
        elif isinstance(node, ast.BoolOp):
            node.op = SWAPS[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.UnaryOp) and variant == 0 and isinstance(node.op, (ast.USub, ast.Not)):
        node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
        if isinstance(node.op, ast.Not):
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float) and variant == 0:
        node.value = node.value + 1
    elif isinstance(node, ast.Constant) and type(node.value) is bool and variant == 0:
        node.value = not node.value
    elif isinstance(node, ast.Lambda) and variant < 2:
        return swap_names(node, variant)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and variant == 0 and "def" not in before[:3]:
        node.value = ast.Constant(None)
    elif isinstance(node, ast.Raise) and variant == 0:
        return ""
    else:
        return ""
    after = ast.unparse(node) if isinstance(node, (ast.expr, ast.stmt)) else ""
    return f"{before}  ->  {after}" if after != before else ""


def swap_names(node: ast.Lambda, variant: int) -> str:
    """In a rule that reads two things, read one in place of the other."""
    names = [a.arg for a in node.args.args if not a.arg.endswith("_shape") and a.arg != "g"]
    if len(names) < 2 or variant >= len(names):
        return ""
    before = ast.unparse(node)
    one, other = names[variant], names[(variant + 1) % len(names)]
    for child in ast.walk(node.body):
        if isinstance(child, ast.Name) and child.id == one:
            child.id = other
            after = ast.unparse(node)
            return f"{before}  ->  {after}" if after != before else ""
    return ""


@dataclass(frozen=True)
class Coverage:
    """For each line (file, number) the tests that run it, by their place in the collection; what each test is."""

    tests: dict[tuple[str, int], set[int]]
    seconds: list[float]
    functions: list[str]

    def of(self, mutant: Mutant) -> list[int]:
        """Return the tests that run the changed lines: first the quickest of each test function, then the rest."""
        found = set[int]().union(*(self.tests.get((mutant.file, line), ()) for line in mutant.lines))
        turns: dict[int, int] = {}
        seen: dict[str, int] = defaultdict(int)
        for i in sorted(found, key=self.seconds.__getitem__):
            turns[i] = seen[self.functions[i]]
            seen[self.functions[i]] += 1
        return sorted(turns, key=turns.__getitem__)


class Judge:
    """A plugin for pytest that judges mutants where the tests would run."""

    def __init__(self, mutants: list[Mutant], report: Callable[[Mutant, bool], None]) -> None:
        self.mutants = mutants
        self.report = report

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        operation_of(scipy.special.expit)  # states a table, which else the first test that needs it would state
        self.items = session.items
        objects = gc.get_objects()
        self.caches = [o for o in objects if isinstance(o, functools._lru_cache_wrapper)]
        self.caches = [cached for cached in self.caches if cached.__module__.startswith("autograd_lite")]
        self.functions = [o for o in objects if isinstance(o, FunctionType) and o not in _late_tables.values()]
        gc.freeze()  # the forked processes share what there is
        with tempfile.TemporaryDirectory() as folder:
            self.coverage = self.measure_coverage(Path(folder) / "coverage")
            self.checkout = Path(folder) / "checkout"
            shutil.copytree(ROOT, self.checkout, ignore=shutil.ignore_patterns(".git", ".venv", "*cache*"))
            for mutant in self.mutants:
                self.report(mutant, self.survives(mutant))
        return True

    def measure_coverage(self, path: Path) -> Coverage:
        """Run every test: in a forked process, so that nothing is worked out yet when the mutants come."""

        def run() -> None:
            tests: dict[tuple[str, int], set[int]] = defaultdict(set)
            seconds = []
            for i, item in enumerate(self.items):
                start = time.perf_counter()
                seen: set[tuple[str, int]] = set()
                trace_lines(seen)
                if not self.passes(item, self.items[i + 1] if i + 1 < len(self.items) else None):
                    raise RuntimeError(f"without a mutant too there is a failure: {item.nodeid}")
                seconds.append(time.perf_counter() - start)
                for line in seen:
                    tests[line].add(i)
            functions = [item.nodeid.partition("[")[0] for item in self.items]
            path.write_bytes(pickle.dumps(Coverage(tests, seconds, functions)))

        if in_fork(run) != 0:
            raise RuntimeError("the tests must pass before they can judge")
        coverage: Coverage = pickle.loads(path.read_bytes())
        return coverage

    def passes(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        for cached in self.caches:
            cached.cache_clear()
        self.has_failed = False
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        return not self.has_failed

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.has_failed = self.has_failed or report.failed

    def survives(self, mutant: Mutant) -> bool:
        """Say whether the tests pass with the mutant in place of the file."""
        chosen = self.coverage.of(mutant)
        swaps = swaps_of(mutant, self.functions)
        if not chosen or not swaps:
            return self.survives_import(mutant, [self.items[i].nodeid for i in chosen[:20]])

        def run() -> None:
            for function, code in swaps:
                function.__code__ = code
            for i, following in zip(chosen, [*chosen[1:], None], strict=True):
                signal.alarm(int(10 + 10 * self.coverage.seconds[i]))  # ends the process
                if not self.passes(self.items[i], None if following is None else self.items[following]):
                    os._exit(1)

        status = in_fork(run)
        if status == CRASHED:
            raise RuntimeError(f"could not judge {mutant}")
        return status == 0

    def survives_import(self, mutant: Mutant, first: list[str]) -> bool:
        """The same in a fresh process: some tests first, then all."""
        path = self.checkout / "autograd_lite" / mutant.file
        path.write_text(ast.unparse(pickle.loads(mutant.tree)), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(self.checkout), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            for tests in (first, TESTS) if first else (TESTS,):
                command = [sys.executable, "-m", "pytest", *PYTEST, *tests]
                result = subprocess.run(
                    command, cwd=self.checkout, env=environment, capture_output=True, timeout=1800, check=False
                )
                if result.returncode != 0:
                    return False
            return True
        except subprocess.TimeoutExpired:
            return False
        finally:
            shutil.copy2(ENGINE / mutant.file, path)


def trace_lines(seen: set[tuple[str, int]]) -> None:
    """From now on note which lines of the engine run."""
    files = {str(ENGINE / file): file for file in FILES}

    def trace_call(frame: FrameType, event: str, arg: Any) -> Any:
        file = files.get(frame.f_code.co_filename)
        if file is None:
            return None

        def trace_line(frame: FrameType, event: str, arg: Any) -> Any:
            seen.add((file, frame.f_lineno))
            return trace_line

        return trace_line(frame, event, arg)

    threading.settrace(trace_call)
    sys.settrace(trace_call)


def in_fork(run: Callable[[], None]) -> int:
    """Run a function in a forked process, without its output; return the exit status."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            run()
            os._exit(0)
        except BaseException:  # nothing may get out of here, into the caller's copy
            traceback.print_exc()
        finally:
            os._exit(CRASHED)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def swaps_of(mutant: Mutant, functions: list[FunctionType]) -> list[tuple[FunctionType, CodeType]]:
    """Return the functions that are changed, with their changed code; none if that can not be put in place."""
    path = str(ENGINE / mutant.file)
    original = compile((ENGINE / mutant.file).read_text(encoding="utf-8"), path, "exec", dont_inherit=True)
    changed = list(changed_code(original, compile(pickle.loads(mutant.tree), path, "exec", dont_inherit=True)))
    if any(len(old.co_freevars) != len(new.co_freevars) for old, new in changed):
        return []  # a closure can not take code that reads more of what is around it, or less
    candidates = [f for f in functions if f.__code__.co_filename == path]
    return [(f, new) for f in candidates for old, new in changed if f.__code__ == old]


def changed_code(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Yield the code of functions that differs, up to where that of a module or class around them does."""
    if old.co_flags & inspect.CO_OPTIMIZED:  # a function
        yield old, new
    elif (old.co_code, old.co_names) != (new.co_code, new.co_names):
        return
    for one, other in zip(old.co_consts, new.co_consts, strict=False):
        if one != other and isinstance(one, CodeType) and isinstance(other, CodeType):
            yield from changed_code(one, other)
        elif one != other and not old.co_flags & inspect.CO_OPTIMIZED:
            return


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Mutation testing of the engine.")
    parser.add_argument("--files", nargs="*", default=FILES, help="files of autograd_lite/ (default: %(default)s)")
    parser.add_argument("--sample", type=int, help="only so many mutants of each file, drawn with a fixed seed")
    parser.add_argument("--out", type=Path, help="a file of verdicts, to go on from and to add to")
    arguments = parser.parse_args()
    mutants: list[Mutant] = []
    for file in arguments.files:
        of_file = list(mutants_of(file))
        if arguments.sample and len(of_file) > arguments.sample:
            of_file = random.Random(0).sample(of_file, arguments.sample)
        mutants += of_file
    has_verdicts = arguments.out and arguments.out.exists()
    lines = arguments.out.read_text(encoding="utf-8").splitlines() if has_verdicts else []
    killed = {verdict["key"] for verdict in map(json.loads, lines) if not verdict["survived"]}
    todo = [mutant for mutant in mutants if mutant.key not in killed]
    survivors: list[Mutant] = []
    judged = 0

    def report(mutant: Mutant, survived: bool) -> None:
        nonlocal judged
        judged += 1
        if survived:
            survivors.append(mutant)
            print(f"survived: {mutant}", flush=True)
        if judged % 50 == 0:
            print(f"... {judged} of {len(todo)} judged, {len(survivors)} survived", flush=True)
        if arguments.out:
            verdict = {"key": mutant.key, "survived": survived, "mutant": str(mutant)}
            with arguments.out.open("a", encoding="utf-8") as out:
                out.write(json.dumps(verdict) + "\n")

    os.chdir(ROOT)
    print(f"{len(mutants)} mutants, {len(todo)} of them to judge", flush=True)
    if todo and pytest.main([*PYTEST, "-s", "-qq", *TESTS], plugins=[Judge(todo, report)]) != 0:
        return 2
    for file in arguments.files:
        count = sum(mutant.file == file for mutant in mutants)
        alive = sum(mutant.file == file for mutant in survivors)
        print(f"{file:28s} {count:4d} mutants, {count - alive:4d} killed")
    print(f"{len(mutants)} mutants, {len(mutants) - len(survivors)} killed, {len(survivors)} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
