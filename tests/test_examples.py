"""The example programs, run as a person runs them."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograd_lite import cli

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("demo")
    for needed in ("sklearn", "tqdm", "pygraphviz"):
        pytest.importorskip(needed)
    program = [sys.executable, "-m", "autograd_lite", "demo"]
    result = subprocess.run(program, cwd=folder, capture_output=True, text=True, env=_environment(), check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout, folder


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def test_xor_is_learned(demo: tuple[str, Path]) -> None:
    text, _ = demo
    losses = [float(line.split()[-1]) for line in text.splitlines() if line.strip().startswith("step")]
    assert len(losses) >= 5
    assert losses[-1] < 0.01 < 0.1 < losses[0]
    answers = [line for line in text.splitlines() if " xor " in line]
    assert len(answers) == 4
    assert all(line.endswith("right") for line in answers)


def test_digits_are_learned(demo: tuple[str, Path]) -> None:
    text, _ = demo
    line = next(line for line in text.splitlines() if "held-out" in line)
    accuracy = float(line.split("%")[0].split()[-1])
    assert accuracy >= 97.0


def test_the_graph_is_drawn(demo: tuple[str, Path]) -> None:
    text, folder = demo
    path = folder / "xor_loss.svg"
    assert str(path.resolve()) in text
    picture = path.read_text(encoding="utf-8")
    for name in ("W1", "b1", "W2", "b2", "loss", "(4, 3)"):
        assert name in picture


def test_the_mistakes_are_found_and_the_repair_is_right(demo: tuple[str, Path]) -> None:
    text, _ = demo
    before, after = text.split("The same, repaired:")
    assert "4 of 4 gradients are wrong" in before
    assert "has the wrong sign" in before
    assert "A2 in place of A1" in before
    assert "All 4 gradients are right." in after


def test_a_part_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["demo", "nonsense"])
    assert "there is no part 'nonsense'; the parts are: xor, digits" in capsys.readouterr().err


def test_one_part_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "check_backward"]) == 0
    assert "All 4 gradients are right." in capsys.readouterr().out


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert cli.main(["demo", "digits"]) == 1
    captured = capsys.readouterr()
    assert 'pip install "autograd-lite[demo]"' in captured.out
    assert "Not run: digits." in captured.err


def test_fit_with_scipy(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("sklearn")
    program = runpy.run_path(str(ROOT / "examples" / "fit_with_scipy.py"))
    found = program["main"]()
    assert capsys.readouterr().out.count("accuracy 98") == 2
    np.testing.assert_allclose(found["L-BFGS-B"], found["Newton-CG"], atol=2e-3)
