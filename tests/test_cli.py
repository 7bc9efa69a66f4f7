"""The command line: what it prints, writes and returns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograd_lite.cli import main

PROGRAM = """
import numpy as np

X, Y = np.ones((4, 3)), np.zeros((4, 2))
params = {"W": np.full((3, 2), 0.1), "b": np.zeros(2)}


def loss(p):
    A = np.tanh(X.dot(p["W"]) + p["b"])
    return np.mean((A - Y) ** 2)
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return str(path)


def test_derive_prints_lines(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", program]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Forward")
    assert "dA = 2 * (A - Y) / A.size" in out
    assert "\033[" not in out


def test_derive_in_other_forms(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", program, "--why", "--wrt", "b"]) == 0
    out = capsys.readouterr().out
    assert "was broadcast over axis 0" in out
    assert "dW" not in out
    assert main(["derive", program, "--markdown"]) == 0
    assert "| line | shape |" in capsys.readouterr().out
    assert main(["derive", program, "--latex"]) == 0
    assert capsys.readouterr().out.startswith("\\documentclass")
    assert main(["derive", program, "--source"]) == 0
    namespace: dict[str, object] = {}
    exec(capsys.readouterr().out, namespace)
    value, gradients = namespace["loss_and_grads"]({"W": np.full((3, 2), 0.1), "b": np.zeros(2)})  # type: ignore[operator]
    assert value == pytest.approx(np.tanh(0.3) ** 2)
    assert gradients["W"].shape == (3, 2)


def test_draw_writes_a_picture(program: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pygraphviz")
    output = tmp_path / "picture.svg"
    assert main(["draw", program, "--output", str(output)]) == 0
    assert "<svg" in output.read_text()
    assert str(output) in capsys.readouterr().out


@pytest.mark.parametrize("command", ["derive", "draw"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = 1", "defines no params"),
        ("params = {}\n\n1 / 0", r"failed: ZeroDivisionError: division by zero (line 3)"),
        ("params = {'w': 1.0}\n\ndef loss(p):\n    return 'nothing'", "there is no array to trace"),
    ],
)
def test_files_that_can_not_be_read(
    command: str, text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.py"
    path.write_text(text)
    assert main([command, str(path)]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"autograd-lite {command}: ")
    assert message in err


def test_a_file_that_is_not_there_and_a_name_that_is_not(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["derive", "/nowhere.py"]) == 2
    assert "there is no file /nowhere.py" in capsys.readouterr().err
    assert main(["derive", program, "--wrt", "W9"]) == 2
    assert "'W9' is not among the variables, which are: W, b" in capsys.readouterr().err
