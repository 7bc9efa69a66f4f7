"""Imports run downwards only, as the design draws them; and importing the library is cheap."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: The layers from the bottom up; a module may import modules of lower layers, and of its own room.
LAYERS: list[set[str]] = [
    {"batching", "errors", "indexed", "trees"},
    {"graph", "registry"},
    {"anomaly"},
    {"rules", "backward", "modes"},
    {"tensor"},
    {"transforms", "custom", "checkpointing"},
    {"lifting"},
    {"tracing"},
    {"expressions"},
    {"drawing", "derivation", "source", "compiler", "checking"},
    {"__init__"},
    {"nn"},
    {"cli", "examples", "__main__"},
]
LAYER = {name: level for level, names in enumerate(LAYERS) for name in names}
#: Rooms of one layer that may import each other, with what they may import.
SIDEWAYS = {("rules", "errors"), ("__main__", "cli")}


def room(module: str) -> str | None:
    """The room of the project that a module belongs to: `autograd_lite.rules.shapes` is in `rules`."""
    first, *rest = module.split(".")
    if first == "autograd_lite":
        return rest[0] if rest and rest[0] in LAYER else "__init__"
    return first if first in ("nn", "examples") else None


def imports_of(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it, except for type checkers only."""
    found = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_type_checkers = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in for_type_checkers:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules() -> list[Path]:
    return sorted([*(ROOT / "autograd_lite").rglob("*.py"), *(ROOT / "nn").rglob("*.py")])


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_run_downwards(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    own = room(".".join(parts)) if parts[-1] != "__init__" or len(parts) > 2 else parts[0]
    own = "__init__" if own == "autograd_lite" else own
    assert own in LAYER, f"{path} is in no layer"
    for module in imports_of(path):
        other = room(module)
        if other is None or other == own or (own, other) in SIDEWAYS:
            continue
        assert LAYER[other] < LAYER[own], (
            f"{path.relative_to(ROOT)} (layer of {own}) imports {module} (layer of {other})"
        )


def test_readers_do_not_import_each_other() -> None:
    readers = next(layer for layer in LAYERS if "drawing" in layer)
    for path in modules():
        own = room(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if own in readers:
            others = {room(m) for m in imports_of(path)} & readers - {own}
            assert not others, f"{path.relative_to(ROOT)} imports {others}"


def test_checks_do_not_import_in_circles() -> None:
    paths = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in modules()}
    checks = {name: path for name, path in paths.items() if ".checking." in name and path.stem != "__init__"}
    arrows = {
        name: {other for other in checks for i in imports_of(path) if f"{i}.".startswith(f"{other}.")}
        for name, path in checks.items()
    }
    order = list(graphlib.TopologicalSorter(arrows).static_order())  # raises where there is a circle
    assert order.index("autograd_lite.checking.doctor.slips") < order.index("autograd_lite.checking.doctor.diagnosis")


def test_nn_uses_only_public_names() -> None:
    import autograd_lite

    public = set(autograd_lite.__all__)
    for path in (ROOT / "nn").rglob("*.py"):
        for module in imports_of(path):
            if module.startswith("autograd_lite."):
                assert module.split(".")[1] in public, f"{path.relative_to(ROOT)} imports {module}"


def test_the_core_needs_only_numpy_and_imports_graphviz_late() -> None:
    program = (
        "import sys, numpy; before = set(sys.modules); import autograd_lite; "
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    third_party = set(result.stdout.split()) - set(sys.stdlib_module_names) - {"autograd_lite", "numpy"}
    assert third_party == set()
