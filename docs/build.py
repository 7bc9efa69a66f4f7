"""The blocks of the pages that are generated, so that what a page shows is what the library prints.

A block stands in a page, README.md included, between two comments; the first names a function of a module in docs/ and
the words that it is given. What the function returns, Markdown, stands in between:

    <!-- generated: blocks.derivation two_layers -->
    ...
    <!-- end -->

``python -m docs.build`` rewrites the blocks that have changed, ``python -m docs.build --check`` names them;
`tests/test_docs.py` makes the comparison in the tests.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- generated: (\S+?)((?: \S+)*) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A generated block of a page: the function that makes it, the words it is given, and what stands there."""

    page: Path
    function: str
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {' '.join([self.function, *self.words])}"

    def made(self) -> str:
        """Return the text that should stand there."""
        module, _, name = self.function.rpartition(".")
        made: str = getattr(importlib.import_module(f"docs.{module}"), name)(*self.words)
        return made.rstrip("\n") + "\n"

    def stands(self) -> bool:
        """Whether what stands there is what should."""
        return without_rounding(self.text) == without_rounding(self.made())


def pages() -> list[Path]:
    """The pages that may have generated blocks."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def blocks(page: Path) -> Iterator[Block]:
    """The generated blocks of a page, in order."""
    for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
        _, function, words, text, _ = match.groups()
        yield Block(page, function, tuple(words.split()), text)


def rewrite(page: Path) -> bool:
    """Rewrite the blocks of a page that have changed; return whether there were any."""
    new = {index: block.made() for index, block in enumerate(blocks(page)) if not block.stands()}
    old = page.read_text(encoding="utf-8")
    indices = iter(range(len(old)))

    def replaced(match: re.Match[str]) -> str:
        return match[1] + new.get(next(indices), match[4]) + match[5]

    if new:
        page.write_text(BLOCK.sub(replaced, old), encoding="utf-8")
    return bool(new)


def without_rounding(text: str) -> str:
    """The text without errors that are only rounding, which differ from machine to machine."""
    return re.sub(r"\b\d(\.\d+)?e-1\d\b|\b0\.0e\+00", "~", text)


def main() -> int:
    """Rewrite all pages, or, with ``--check``, name the blocks that have drifted."""
    if "--check" in sys.argv[1:]:
        drifted = [block for page in pages() for block in blocks(page) if not block.stands()]
        print("\n".join(map(str, drifted)) or "All blocks are what the library prints.")
        return 1 if drifted else 0
    for page in pages():
        print(f"{page.relative_to(ROOT)}: {'rewritten' if rewrite(page) else 'as it was'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
