"""The README's programs run, in order, and print what it says they print."""

from __future__ import annotations

import linecache
import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parent.parent / "README.md"
TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)


def test_every_block_runs_and_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for needed in ("pygraphviz", "scipy"):
        pytest.importorskip(needed)
    monkeypatch.chdir(tmp_path)
    assert len(BLOCKS) >= 6
    namespace: dict[str, object] = {}
    printed = ""
    for number, block in enumerate(BLOCKS):
        filename = f"<README block {number}>"
        linecache.cache[filename] = (len(block), None, block.splitlines(keepends=True), filename)
        exec(compile(block, filename, "exec"), namespace)
        printed = capsys.readouterr().out
        for expected in re.findall(r"^print\(.*#\s*(\[.*\])$", block, flags=re.MULTILINE):
            assert expected in printed
    assert list(tmp_path.glob("*.svg"))
    (report,) = re.findall(r"```text\n(.*?)```", TEXT, flags=re.DOTALL)
    assert without_rounding(printed) == without_rounding(report)


def without_rounding(page: str) -> str:
    """The page with the errors that are only rounding taken out: they differ from machine to machine."""
    return re.sub(r"\d\.\de-1\d|0\.0e\+00", "~", page)
