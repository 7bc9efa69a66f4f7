"""Terms as text: what is read back has the same value, and it looks as ruff has it."""

from __future__ import annotations

import operator
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from autograd_lite.expressions.printing import text
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term, call
from autograd_lite.tensor.numbers import count_of, length_of
from tests.expressions.strategies import NAMES, VALUES, terms, value_of

A, B, b, N = NAMES["A"], NAMES["B"], NAMES["b"], NAMES["N"]
NONE = Constant(None)


def cut(*bounds: Any) -> Term:
    return Group(slice, tuple(bound if isinstance(bound, Term) else Constant(bound) for bound in bounds))


def part(term: Term, *index: Any) -> Term:
    items = tuple(i if isinstance(i, Term) else Constant(i) for i in index)
    return Call(operator.getitem, (term, items[0] if len(items) == 1 else Group(tuple, items)))


@settings(max_examples=150, deadline=None)
@given(terms())
def test_what_is_read_back_has_the_same_value(term: Term) -> None:
    with np.errstate(all="ignore"):
        read = eval(text(term), {"np": np, **VALUES})
    np.testing.assert_array_equal(read, value_of(term))


GOLDEN = {
    "(1 - A) * B": call(np.multiply, call(np.subtract, 1, A), B),
    "1 - A * B": call(np.subtract, 1, call(np.multiply, A, B)),
    "A - (B - 1)": call(np.subtract, A, call(np.subtract, B, 1)),
    "A - B - 1": call(np.subtract, call(np.subtract, A, B), 1),
    "A / (B * 2)": call(np.divide, A, call(np.multiply, B, 2)),
    "A * (B / 2)": call(np.multiply, A, call(np.divide, B, 2)),
    "A**2": call(np.power, A, 2),
    "A.T**2": call(np.power, call(np.transpose, A), 2),
    "A**-1": call(np.power, A, -1),
    "(A - B) ** 2": call(np.power, call(np.subtract, A, B), 2),
    "A[0] ** 2": call(np.power, part(A, 0), 2),
    "(A**2) ** 3": call(np.power, call(np.power, A, 2), 3),
    "(-A) ** 2": call(np.power, call(np.negative, A), 2),
    "-(A**2)": call(np.negative, call(np.power, A, 2)),
    "-(A + B)": call(np.negative, call(np.add, A, B)),
    "A.T @ B * 2": call(np.multiply, call(np.matmul, call(np.transpose, A), B), 2),
    "A.T @ (B * 2)": call(np.matmul, call(np.transpose, A), call(np.multiply, B, 2)),
    "(A > 0) & (B < 1)": call(np.bitwise_and, call(np.greater, A, 0), call(np.less, B, 1)),
    "~(A > 0)": call(np.invert, call(np.greater, A, 0)),
    "A.sum(axis=0, keepdims=True)": call(np.sum, A, axis=0, keepdims=True),
    "np.sum(A * B, axis=0)": call(np.sum, call(np.multiply, A, B), axis=0),
    "A / A.shape[0]": call(np.divide, A, call(length_of, A, 0)),
    "A / A.size": call(np.divide, A, call(count_of, A)),
    "b[1:]": part(b, cut(1, None, None)),
    "b[::2]": part(b, cut(None, None, 2)),
    "b[:-1]": part(b, cut(None, -1, None)),
    "A[:, None]": part(A, cut(None, None, None), None),
    "A[0, 1]": part(A, 0, 1),
    "A[..., 0]": part(A, ..., 0),
    "b[: A.shape[0] - 1]": part(b, cut(None, call(np.subtract, call(length_of, A, 0), 1), None)),
    "A.reshape(-1, 2)": call(np.reshape, A, Group(tuple, (Constant(-1), Constant(2)))),
    "A.transpose(1, 0)": Call(np.transpose, (A, Constant((1, 0)))),
    "np.where(A > 0, A, 0.5)": call(np.where, call(np.greater, A, 0), A, 0.5),
    "np.concatenate([A, B], axis=1)": call(np.concatenate, Group(list, (A, B)), axis=1),
    "A * np.inf": call(np.multiply, A, np.inf),
    "A * np.array([1.0, 2.0, 3.0])": call(np.multiply, A, np.array([1.0, 2.0, 3.0])),
    "A.astype(np.float32)": call(np.astype, A, np.dtype(np.float32)),
}


@pytest.mark.parametrize(("expected", "term"), [(k, v) for k, v in GOLDEN.items() if v is not None], ids=str)
def test_it_is_written_as_a_person_would(expected: str, term: Term) -> None:
    assert text(term) == expected
    with np.errstate(all="ignore"):
        read = eval(expected, {"np": np, **VALUES})
    np.testing.assert_array_equal(read, term.evaluate(VALUES))


def test_ruff_would_change_nothing() -> None:
    ruff = shutil.which("ruff", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if ruff is None:
        pytest.skip("ruff is not there")
    code = "".join(f"x = {text(term)}\n" for term in GOLDEN.values() if term is not None)
    run = subprocess.run(
        [ruff, "format", "--line-length", "88", "-"], input=code, capture_output=True, text=True, check=True
    )
    assert run.stdout == code


def test_names_are_as_they_are() -> None:
    assert text(Name("dW1")) == "dW1"
    assert text(Constant("ij,jk->ik")) == '"ij,jk->ik"'
    assert text(Group(tuple, (A,))) == "(A,)"
    assert text(NONE) == "None"
