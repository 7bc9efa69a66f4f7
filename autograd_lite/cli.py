"""The command line: ``autograd-lite demo``, ``check FILE``, ``derive FILE``, ``draw FILE``."""

from __future__ import annotations

import argparse
import importlib.util
import os
import runpy
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

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
    check = commands.add_parser("check", help="check a file's hand-written gradients, and name what is wrong in them")
    check.add_argument(
        "file", type=Path, help="defines params, loss(params), and manual_grads(params) or step(params), LR"
    )
    check.add_argument("--json", action="store_true", help="as JSON")
    derive = commands.add_parser("derive", help="write out the forward and the backward pass of a file's loss(params)")
    derive.add_argument("file", type=Path, help="a Python file that defines params and loss(params)")
    derive.add_argument("--wrt", nargs="+", metavar="NAME", help="with respect to these parameters (default: all)")
    derive.add_argument("--why", action="store_true", help="say which rule each line follows from")
    form = derive.add_mutually_exclusive_group()
    form.add_argument("--latex", action="store_true", help="as LaTeX")
    form.add_argument("--markdown", action="store_true", help="as Markdown")
    form.add_argument("--source", action="store_true", help="as a NumPy program of value and gradients")
    drawing = commands.add_parser("draw", help="draw the computation graph of a file's loss(params)")
    drawing.add_argument("file", type=Path, help="a Python file that defines params and loss(params)")
    drawing.add_argument("--output", type=Path, default=Path("graph.svg"), help="the picture (default: graph.svg)")
    arguments = parser.parse_args(argv)
    runs = {"check": run_check, "derive": run_derive, "draw": run_draw}
    if arguments.command in runs:
        try:
            return runs[arguments.command](arguments)
        except (ProgramFileError, autograd_lite.errors.AutogradError) as error:
            print(f"autograd-lite {arguments.command}: {error}", file=sys.stderr)
            return 2
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


class ProgramFileError(Exception):
    """A person's file can not be run, or does not define what is needed."""


def load_program(path: Path) -> tuple[ModuleType, Any]:
    """Run a person's file; return it as a module, and its ``params`` (called, if they are a function)."""
    if not path.is_file():
        raise ProgramFileError(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ProgramFileError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.resolve().parent))  # as Python does for a program that is run by its path
    try:
        spec.loader.exec_module(module)
        for needed in ("params", "loss"):
            if not hasattr(module, needed):
                raise ProgramFileError(
                    f"{path} defines no {needed}: it must define params, a dict of arrays (or a function that returns "
                    f"one), and loss(params), which returns a number, or a pair of it and a dict of intermediates"
                )
        params = module.params() if callable(module.params) else module.params
    except ProgramFileError:
        raise
    except Exception as error:
        line = traceback.extract_tb(error.__traceback__)[-1]
        raise ProgramFileError(f"{path} failed: {type(error).__name__}: {error} (line {line.lineno})") from error
    finally:
        sys.path.remove(str(path.resolve().parent))
    return module, params


def run_check(arguments: argparse.Namespace) -> int:
    """Check a file's gradients; return 0 if they are right, 1 if not."""
    module, params = load_program(arguments.file)
    if hasattr(module, "manual_grads"):
        report = autograd_lite.check_backward(module.loss, module.manual_grads, params)
    elif hasattr(module, "step") and hasattr(module, "LR"):
        report = autograd_lite.check_step(module.loss, module.step, params, module.LR)
    else:
        raise ProgramFileError(
            f"{arguments.file} defines neither manual_grads(params), which returns a dict of gradients, nor "
            f"step(params), one training step, with its learning rate LR"
        )
    print(report.json() if arguments.json else report.text(colour=has_colours()))
    return 0 if report.ok else 1


def has_colours() -> bool:
    """Whether standard output is a terminal that wants colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def run_derive(arguments: argparse.Namespace) -> int:
    """Print the derivation of a file's loss."""
    module, params = load_program(arguments.file)
    loss = module.loss
    if arguments.source:
        print(autograd_lite.to_source(loss, params, wrt=arguments.wrt), end="")
        return 0
    derivation = autograd_lite.derive(loss, params, wrt=arguments.wrt)
    if arguments.latex:
        print(derivation.latex(document=True), end="")
    elif arguments.markdown:
        print(derivation.markdown(), end="")
    else:
        print(derivation.text(why=arguments.why, colour=has_colours()))
    return 0


def run_draw(arguments: argparse.Namespace) -> int:
    """Draw the graph of a file's loss into a file."""
    module, params = load_program(arguments.file)
    loss = module.loss
    picture = autograd_lite.draw(loss, params, title=arguments.file.name)
    output: Path = arguments.output
    output.write_bytes(picture.pipe(output.suffix.removeprefix(".") or "svg"))
    print(f"wrote {output}")
    return 0


def examples_folder() -> Path:
    """Return where the example programs are: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "_examples", here.parent / "examples"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        f"the example programs are neither in {here / '_examples'} nor in {here.parent / 'examples'}"
    )
