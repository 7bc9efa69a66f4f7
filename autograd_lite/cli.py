"""The command line: ``autograd-lite demo``; also ``python -m autograd_lite demo``."""

from __future__ import annotations

import argparse
import runpy
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import autograd_lite

#: The parts of the demo: the program in examples/, and what it shows.
DEMO_PARTS = {
    "xor": "Learn XOR with a 2-3-1 sigmoid network",
    "digits": "Learn to read handwritten digits with a multilayer perceptron",
    "draw_graph": "Draw the computation graph of the XOR loss",
    "check_backward": "Check a backward pass written by hand",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(prog="autograd-lite", description="Automatic differentiation of NumPy code.")
    parser.add_argument("--version", action="version", version=f"autograd-lite {autograd_lite.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    demo = commands.add_parser("demo", help="build, see and check: four small programs, each a file in examples/")
    demo.add_argument(
        "parts", nargs="*", metavar="part", help=f"which parts, of {', '.join(DEMO_PARTS)} (default: all)"
    )
    arguments = parser.parse_args(argv)
    unknown = [part for part in arguments.parts if part not in DEMO_PARTS]
    if unknown:
        demo.error(f"there is no part {unknown[0]!r}; the parts are: {', '.join(DEMO_PARTS)}")
    return run_demo(arguments.parts or list(DEMO_PARTS))


def run_demo(parts: Sequence[str]) -> int:
    """Run parts of the demo one after the other; return 0 if all ran."""
    failed = []
    sys.path.insert(0, str(examples_folder()))  # as Python does for a program that is run by its path
    for number, part in enumerate(parts, 1):
        path = examples_folder() / f"{part}.py"
        print(f"{number}. {DEMO_PARTS[part]}  ({path.name})\n", flush=True)
        start = time.perf_counter()
        try:
            runpy.run_path(str(path), run_name="__main__")
        except (ImportError, autograd_lite.errors.RenderingError) as error:
            failed.append(part)
            print(
                f'  This part needs more than NumPy: {error}\n  Install it with: pip install "autograd-lite[demo]"',
                flush=True,
            )
        print(f"\n   ({time.perf_counter() - start:.1f} s)\n", flush=True)
    if failed:
        print(f"Not run: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def examples_folder() -> Path:
    """Return where the example programs are: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_examples", here.parent / "examples"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"the example programs are neither in {here / '_examples'} nor in {here.parent / 'examples'}"
    )
