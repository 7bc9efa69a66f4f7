"""The README's programs run, in order, and print what it says they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_block_runs_and_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pygraphviz")
    monkeypatch.chdir(tmp_path)
    assert len(BLOCKS) >= 5
    namespace: dict[str, object] = {}
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), namespace)
        printed = capsys.readouterr().out
        for expected in re.findall(r"^print\(.*#\s*(\[.*\])$", block, flags=re.MULTILINE):
            assert expected in printed
    assert (tmp_path / "xor_loss.svg").exists()
    assert printed.startswith("2 of 4 gradients are wrong: W1, b1.")
