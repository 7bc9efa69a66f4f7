"""Mutation testing: change the engine in small ways, one at a time, and see that the tests notice.

    python -m tests.mutants                       every mutant of the rules, the backward pass and in-place tracking
    python -m tests.mutants --files rules/shapes.py --sample 50

It works in a copy of the checkout. A mutant that no test notices is printed with its line: a gap in the tests, or a
change that makes no difference.
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    *(f"rules/{p.name}" for p in sorted((ROOT / "autograd_lite" / "rules").glob("*.py")) if p.name != "__init__.py"),
    "backward.py",
    "indexed.py",
    "tensor/recording.py",
    "tensor/writing.py",
    "tensor/memory.py",
]
#: In an order that finds most mutants soon.
TESTS = [
    "tests/test_in_place.py",
    "tests/test_backward.py",
    "tests/test_tensor.py",
    "tests/test_custom.py",
    "tests/test_transforms.py",
    "tests/test_anomaly.py",
    "tests/test_checkpointing.py",
    "tests/rules/test_grid.py",
    "tests/rules/test_special.py",
    "tests/rules/test_complex.py",
    "tests/test_properties.py",
]

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult, ast.Pow: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int
    change: str
    source: str


def mutants_of(file: str) -> Iterator[Mutant]:
    """Yield every changed version of a file."""
    text = (ROOT / "autograd_lite" / file).read_text(encoding="utf-8")
    tree = ast.parse(text)
    for number, original in enumerate(ast.walk(tree)):
        for variant in range(3):
            if not apply_change(copy.deepcopy(original), variant):
                continue
            changed = copy.deepcopy(tree)
            node = list(ast.walk(changed))[number]
            change = apply_change(node, variant)
            yield Mutant(file, getattr(original, "lineno", 0), change, ast.unparse(ast.fix_missing_locations(changed)))


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


def survives(mutant: Mutant, checkout: Path) -> bool:
    """Say whether the tests pass with the mutant in place of the file."""
    path = checkout / "autograd_lite" / mutant.file
    original = path.read_text(encoding="utf-8")
    path.write_text(mutant.source, encoding="utf-8")
    chapter = ["tests/rules/test_grid.py"] if mutant.file.startswith("rules/") else []
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header"]
    try:
        for tests in (chapter, TESTS) if chapter else (TESTS,):
            try:
                result = subprocess.run([*command, *tests], cwd=checkout, capture_output=True, timeout=120, check=False)
            except subprocess.TimeoutExpired:
                return False
            if result.returncode != 0:
                return False
        return True
    finally:
        path.write_text(original, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Mutation testing of the engine.")
    parser.add_argument("--files", nargs="*", default=FILES, help="files of autograd_lite/ (default: %(default)s)")
    parser.add_argument("--sample", type=int, help="only so many mutants of each file, drawn with a fixed seed")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    chosen: list[Mutant] = []
    for file in arguments.files:
        mutants = list(mutants_of(file))
        if arguments.sample and len(mutants) > arguments.sample:
            mutants = random.Random(0).sample(mutants, arguments.sample)
        chosen += mutants
    checkouts: Queue[Path] = Queue()
    with tempfile.TemporaryDirectory() as folder:
        for job in range(arguments.jobs):
            checkout = Path(folder) / str(job)
            shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".git", ".venv", "*cache*", "__pycache__"))
            checkouts.put(checkout)

        def judge(mutant: Mutant) -> bool:
            checkout = checkouts.get()
            try:
                return survives(mutant, checkout)
            finally:
                checkouts.put(checkout)

        with ThreadPoolExecutor(arguments.jobs) as pool:
            verdicts = list(zip(chosen, pool.map(judge, chosen), strict=True))
    for file in arguments.files:
        of_file = [alive for mutant, alive in verdicts if mutant.file == file]
        print(f"{file:28s} {len(of_file):4d} mutants, {len(of_file) - sum(of_file):4d} killed")
    survivors = [mutant for mutant, alive in verdicts if alive]
    for mutant in survivors:
        print(f"survived: {mutant.file}:{mutant.line}: {mutant.change}")
    print(f"{len(verdicts)} mutants, {len(verdicts) - len(survivors)} killed, {len(survivors)} survived")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
