"""Terms in LaTeX: what is written, that it can only be read as what was meant, and that LaTeX takes it."""

from __future__ import annotations

import functools
import operator
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd_lite.derivation import derive
from autograd_lite.expressions import idioms
from autograd_lite.expressions.latex import latex, latex_lines
from autograd_lite.expressions.outlines import Line
from autograd_lite.expressions.terms import Call, Constant, Group, Name, Term, as_term, call, total
from autograd_lite.indexed import accumulate, overwrite, put_at
from autograd_lite.registry import operation_of
from autograd_lite.rules.windows import add_windows
from autograd_lite.tensor.numbers import count_of, length_of, shape_of

A, B, C = (Name(name, (3, 3)) for name in "ABC")
x, y = Name("x", (3,)), Name("y", (3,))
s, t, n, m = (Name(name, ()) for name in "stnm")
T3 = Name("T3", (2, 3, 4))


def add(a: Any, b: Any) -> Call:
    return call(np.add, a, b)


def sub(a: Any, b: Any) -> Call:
    return call(np.subtract, a, b)


def mul(a: Any, b: Any) -> Call:
    return call(np.multiply, a, b)


def div(a: Any, b: Any) -> Call:
    return call(np.divide, a, b)


def mat(a: Any, b: Any) -> Call:
    return call(np.matmul, a, b)


def neg(a: Any) -> Call:
    return call(np.negative, a)


def power(a: Any, b: Any) -> Call:
    return call(np.power, a, b)


def top(a: Any) -> Call:
    return call(np.transpose, a)


def at(a: Any, *index: Any, shape: tuple[int, ...] = (3,)) -> Call:
    items = tuple(i if isinstance(i, Term) else Constant(i) for i in index)
    chosen = items[0] if len(items) == 1 else Group(tuple, items)
    return Call(operation_of(operator.getitem), (a, chosen), (), shape)


def cut(start: Any = None, stop: Any = None, step: Any = None) -> Group:
    return Group(slice, tuple(p if isinstance(p, Term) else Constant(p) for p in (start, stop, step)))


def line(name: str, term: Term, shape: tuple[int, ...] | None = None, is_backward: bool = False, **more: Any) -> Line:
    node: Any = SimpleNamespace(dtype=np.dtype(float))
    return Line(name, term, term.shape if shape is None else shape, node, is_backward, **more)


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "tex"),
    [
        ("X", "X"),
        ("W1", "W_{1}"),
        ("W_1", "W_{1}"),
        ("W12", "W_{12}"),
        ("W_1_2", "W_{1,2}"),
        ("h_t", "h_{t}"),
        ("h_prev", r"h_{\mathrm{prev}}"),
        ("out", r"\mathrm{out}"),
        ("out2", r"\mathrm{out}_{2}"),
        ("hidden_size", r"\mathrm{hidden\_size}"),
        ("pos_score1", r"\mathrm{pos\_score}_{1}"),
        ("gamma", r"\gamma"),
        ("beta1", r"\beta_{1}"),
        ("mu_x", r"\mu_{x}"),
        ("x_mu", r"x_{\mu}"),
        ("eps", r"\varepsilon"),
        ("lam", r"\lambda"),
        ("Sigma", r"\Sigma"),
        ("θ", r"\theta"),
        ("σ2", r"\sigma_{2}"),
        ("xhat", r"\hat{x}"),
        ("x_hat", r"\hat{x}"),
        ("x_hat1", r"\hat{x}_{1}"),
        ("x1_hat", r"\hat{x}_{1}"),
        ("muhat", r"\hat{\mu}"),
        ("Y_hat_2", r"\hat{Y}_{2}"),
        ("xbar", r"\bar{x}"),
        ("c_tilde", r"\tilde{c}"),
        ("out_hat", r"\widehat{\mathrm{out}}"),
        ("what", r"\mathrm{what}"),
        ("Wq", "W_{q}"),
        ("Wxh", "W_{xh}"),
        ("by", "b_{y}"),
        ("Wq2", "W_{q,2}"),
        ("_", r"\mathrm{\_}"),
        ("_1", r"\mathrm{\_1}"),
        ("x_", "x"),
        ("dx", r"\mathrm{dx}"),
        ("größe", r"\mathrm{gr}\text{öß}\mathrm{e}"),
    ],
)
def test_names(name: str, tex: str) -> None:
    assert latex(Name(name)) == tex


def test_only_gradients_have_an_upright_d() -> None:
    dx = Name("dx", (3,))
    assert latex(dx, ["dx"]) == r"\mathrm{d}x"
    assert latex(dx) == r"\mathrm{dx}"
    assert latex(Name("dW1", (3, 3)), ["dW1"]) == r"\mathrm{d}W_{1}"
    assert latex(Name("dx_hat", (3, 3)), ["dx_hat"]) == r"\mathrm{d}\hat{x}"
    assert latex(Name("d", ()), ["d"]) == "d"


def test_no_two_names_look_the_same() -> None:
    assert latex(add(Name("W1"), Name("W_1"))) == r"W_{1} + \mathrm{W\_1}"
    assert latex(add(Name("eps"), Name("epsilon"))) == r"\varepsilon + \mathrm{epsilon}"
    assert latex(add(Name("x0", ()), at(x, 0, shape=()))) == "x_{0} + x_{[0]}"


def test_a_value_named_sigma_is_not_the_sigmoid() -> None:
    assert latex(call(idioms.sigmoid, A)) == r"\sigma(A)"
    assert latex(mul(Name("sigma", ()), call(idioms.sigmoid, A))) == r"\sigma \operatorname{sigmoid}(A)"
    assert latex(Constant(np.pi)) == r"\pi"
    assert latex(mul(Name("pi", ()), Constant(np.pi))) == r"3.141592\ldots \pi"


# -- precedence --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "tex"),
    [
        (add(A, add(B, C)), "A + B + C"),
        (sub(A, add(B, C)), "A - (B + C)"),
        (sub(sub(A, B), C), "A - B - C"),
        (sub(A, sub(B, C)), "A - (B - C)"),
        (add(A, neg(B)), "A - B"),
        (sub(A, neg(B)), "A + B"),
        (add(neg(A), B), "-A + B"),
        (sub(A, add(neg(B), C)), "A - (-B + C)"),
        (neg(add(A, B)), "-(A + B)"),
        (neg(mul(A, B)), r"-A \odot B"),
        (neg(neg(A)), "-(-A)"),
        (mul(A, neg(B)), r"A \odot (-B)"),
        (mul(neg(A), B), r"-A \odot B"),
        (mul(A, add(B, C)), r"A \odot (B + C)"),
        (mul(sub(1, A), A), r"(1 - A) \odot A"),
        (mul(A, mul(B, C)), r"A \odot B \odot C"),
        (mat(A, mat(B, C)), "A B C"),
        (mat(mul(A, B), C), r"(A \odot B) C"),
        (mat(A, mul(B, C)), r"A (B \odot C)"),
        (mul(mat(A, B), C), r"(A B) \odot C"),
        (mul(A, mat(B, C)), r"A \odot (B C)"),
        (mat(A, mul(2, B)), "A (2 B)"),
        (mat(mul(2, A), B), "2 A B"),
        (mul(2, mat(A, B)), "2 A B"),
        (mul(mat(A, B), 2), "2 A B"),
        (mul(s, mul(A, B)), r"s A \odot B"),
        (mul(A, mul(s, mul(B, C))), r"A \odot (s B \odot C)"),
        (mul(mul(s, A), B), r"s A \odot B"),
        (mat(mul(s, mul(A, B)), C), r"(s A \odot B) C"),
        (mul(2, 3), r"2 \cdot 3"),
        (mul(2, mul(3, s)), r"2 \cdot 3 s"),
        (mul(s, 2), "2 s"),
        (mul(-1, A), "-A"),
        (mul(-2, A), "-2 A"),
        (sub(1, mul(-2, A)), "1 + 2 A"),
        (mul(s, div(1, t)), r"s \frac{1}{t}"),
        (mul(2, div(1, t)), r"2 \cdot \frac{1}{t}"),
        (mat(A, x), "A x"),
        (mat(x, mat(A, B)), "x A B"),
        (mat(mat(A, x), B), "(A x) B"),
        (mat(A, mat(x, B)), "A (x B)"),
        (mat(x, y), r"x \cdot y"),
        (mul(2, mat(x, y)), r"2 (x \cdot y)"),
        (mat(x, mat(A, y)), r"x \cdot (A y)"),
        (Call(operation_of(np.outer), (x, y), (), (3, 3)), r"x \otimes y"),
        (call(np.dot, s, A), "s A"),
        (top(A), r"A^{\top}"),
        (top(mat(A, B)), r"(A B)^{\top}"),
        (top(top(A)), r"(A^{\top})^{\top}"),
        (mat(top(A), B), r"A^{\top} B"),
        (power(A, 2), r"A^{\odot 2}"),
        (power(s, 2), "s^{2}"),
        (power(power(s, 2), 3), "(s^{2})^{3}"),
        (power(neg(A), 2), r"(-A)^{\odot 2}"),
        (neg(power(A, 2)), r"-A^{\odot 2}"),
        (power(Constant(-2), s), "(-2)^{s}"),
        (power(2, A), "2^{A}"),
        (power(A, B), r"A^{\odot B}"),
        (power(s, div(n, 2)), "s^{n / 2}"),
        (power(s, neg(t)), "s^{-t}"),
        (power(A, 0.5), r"\sqrt{A}"),
        (power(A, -1), r"\frac{1}{A}"),
        (power(top(A), 2), r"(A^{\top})^{\odot 2}"),
        (power(call(np.log, s), 2), r"(\log(s))^{2}"),
        (call(np.square, sub(A, B)), r"(A - B)^{\odot 2}"),
        (div(A, B), r"\frac{A}{B}"),
        (div(sub(A, B), m), r"\frac{A - B}{m}"),
        (div(mul(2, sub(A, B)), m), r"\frac{2}{m} (A - B)"),
        (div(mul(mul(2, A), B), m), r"\frac{2}{m} A \odot B"),
        (div(mul(2, s), m), r"\frac{2 s}{m}"),
        (div(neg(A), m), r"-\frac{A}{m}"),
        (div(mul(-2, A), m), r"-\frac{2}{m} A"),
        (div(call(np.sum, A), m), r"\frac{1}{m} \sum A"),
        (div(neg(call(np.sum, A)), m), r"-\frac{1}{m} \sum A"),
        (div(div(A, B), m), r"\frac{1}{m} \frac{A}{B}"),
        (power(div(A, B), 2), r"\left( \frac{A}{B} \right)^{\odot 2}"),
        (mul(div(A, B), C), r"\frac{A}{B} \odot C"),
        (mul(A, add(div(B, C), 1)), r"A \odot \left( \frac{B}{C} + 1 \right)"),
        (call(np.sum, mul(A, B)), r"\sum A \odot B"),
        (call(np.sum, add(A, B)), r"\sum (A + B)"),
        (call(np.sum, neg(A)), r"\sum (-A)"),
        (call(np.sum, mat(A, B)), r"\sum A B"),
        (mul(call(np.sum, A), s), r"\left( \sum A \right) s"),
        (mul(s, call(np.sum, A)), r"s \sum A"),
        (mul(mul(s, call(np.sum, A)), B), r"\left( s \sum A \right) B"),
        (add(call(np.sum, A), s), r"\sum A + s"),
        (power(call(np.sum, A), 2), r"\left( \sum A \right)^{2}"),
        (call(np.exp, neg(A)), r"\exp(-A)"),
        (call(np.exp, div(A, s)), r"\exp\!\left( \frac{A}{s} \right)"),
        (mul(A, call(np.greater, B, 0)), r"A \odot [B > 0]"),
        (call(np.less_equal, add(A, B), C), r"[A + B \le C]"),
        (call(np.equal, call(np.greater, A, B), C), "[[A > B] = C]"),
        (
            call(np.bitwise_and, call(np.greater, A, 0), call(np.less, A, 1)),
            r"[A > 0 \land A < 1]",
        ),
        (
            call(np.bitwise_and, call(np.bitwise_or, call(np.greater, A, 0), call(np.less, B, 1)), call(np.less, A, B)),
            r"[(A > 0 \lor B < 1) \land A < B]",
        ),
        (call(np.invert, call(np.greater, A, 0)), r"[\lnot (A > 0)]"),
        (mul(A, call(np.remainder, B, 2)), r"A \odot (B \bmod 2)"),
        (call(np.floor_divide, n, 2), r"\left\lfloor \frac{n}{2} \right\rfloor"),
        (call(np.absolute, sub(A, B)), r"\lvert A - B \rvert"),
        (power(call(np.absolute, s), 3), r"\lvert s \rvert^{3}"),
        (call(total, A, neg(B), C), "A - B + C"),
    ],
)  # fmt: skip
def test_precedence(term: Term, tex: str) -> None:
    assert latex(term) == tex


def test_cases() -> None:
    where = call(np.where, call(np.greater, A, 0), A, mul(0.1, A))
    cases = r"\begin{cases} A & \text{if } A > 0 \\ 0.1 A & \text{otherwise} \end{cases}"
    assert latex(where) == cases
    assert latex(add(where, B)) == rf"\left( {cases} \right) + B"
    assert latex(mul(B, where)) == rf"B \odot \left( {cases} \right)"
    nested = call(np.where, call(np.less, A, -1), -1, call(np.where, call(np.greater, A, 1), 1, call(np.less, A, B)))
    assert latex(nested) == (
        r"\begin{cases} -1 & \text{if } A < -1 \\ 1 & \text{if } A > 1 \\ {}[A < B] & \text{otherwise} \end{cases}"
    )


# -- functions and numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "tex"),
    [
        (call(np.sum, A, axis=0), r"\sum_{\text{rows}} A"),
        (call(np.sum, A, axis=-1, keepdims=True), r"\sum_{\text{columns}} A"),
        (call(np.sum, A, 1), r"\sum_{\text{columns}} A"),
        (call(np.sum, A, axis=(0, 1)), r"\sum A"),
        (call(np.sum, x, axis=0), r"\sum x"),
        (call(np.sum, T3, axis=-1), r"\sum_{\text{axis }2} T_{3}"),
        (call(np.sum, T3, axis=(0, 2)), r"\sum_{\text{axes }0, 2} T_{3}"),
        (call(np.sum, Name("U"), axis=1), r"\sum_{\text{axis }1} U"),
        (call(np.sum, A, axis=0, dtype=float), r"\operatorname{\mathrm{np{.}sum}}(A,\, \mathrm{axis} = 0,\, "
         r"\mathrm{dtype} = \texttt{float})"),
        (call(np.prod, A), r"\prod A"),
        (call(np.mean, A, axis=0), r"\operatorname*{mean}_{\text{rows}}(A)"),
        (call(np.mean, A), r"\operatorname{mean}(A)"),
        (call(np.max, A, axis=1, keepdims=True), r"\max_{\text{columns}}(A)"),
        (call(np.maximum, A, B), r"\max(A,\, B)"),
        (call(idioms.softmax, A, axis=1), r"\operatorname{softmax}(A)"),
        (call(idioms.softmax, A, axis=0), r"\operatorname*{softmax}_{\text{rows}}(A)"),
        (call(idioms.log_softmax, A, axis=-1), r"\log \operatorname{softmax}(A)"),
        (call(idioms.logsumexp, A, axis=1), r"\operatorname*{logsumexp}_{\text{columns}}(A)"),
        (call(idioms.relu, A), r"\operatorname{relu}(A)"),
        (call(np.sqrt, add(s, 1e-5)), r"\sqrt{s + 10^{-5}}"),
        (call(np.log1p, s), r"\log(1 + s)"),
        (call(np.logaddexp, 0, s), r"\log(\exp(0) + \exp(s))"),
        (call(np.linalg.norm, A), r"\lVert A \rVert_{F}"),
        (call(np.linalg.norm, x), r"\lVert x \rVert"),
        (call(np.linalg.norm, A, axis=1), r"\operatorname{\mathrm{np{.}linalg{.}norm}}(A,\, \mathrm{axis} = 1)"),
        (call(np.linalg.solve, A, x), "A^{-1} x"),
        (call(length_of, A, 0), r"\operatorname{rows}(A)"),
        (call(length_of, A, -1), r"\operatorname{columns}(A)"),
        (call(length_of, x, 0), r"\operatorname{length}(x)"),
        (call(length_of, T3, 1), r"\operatorname{length}_{\text{axis }1}(T_{3})"),
        (call(length_of, mat(A, B), 0), "3"),
        (call(count_of, A), r"\operatorname{size}(A)"),
        (div(A, call(length_of, A, 0)), r"\frac{A}{\operatorname{rows}(A)}"),
        (call(np.reshape, A, Group(tuple, (n, Constant(-1)))), r"\operatorname{reshape}_{n \times *}(A)"),
        (call(np.reshape, A, (9,)), r"\operatorname{reshape}_{9}(A)"),
        (call(np.reshape, A, call(shape_of, B)), r"\operatorname{reshape}_{\operatorname{shape}(B)}(A)"),
        (call(np.swapaxes, T3, -1, -2), r"T_{3}^{\top}"),
        (call(np.swapaxes, T3, 0, 1), r"\operatorname{\mathrm{np{.}swapaxes}}(T_{3},\, 0,\, 1)"),
        (call(np.transpose, T3, (0, 2, 1)), r"T_{3}^{\top}"),
        (call(np.astype, call(np.greater, A, 0), np.dtype(float)), "[A > 0]"),
        (call(np.copy, A), "A"),
        (call(np.concatenate, Group(tuple, (A, B)), axis=1), r"\begin{bmatrix} A & B \end{bmatrix}"),
        (call(np.concatenate, Group(list, (A, B))), r"\begin{bmatrix} A \\ B \end{bmatrix}"),
        (call(np.concatenate, Group(list, (call(np.less, A, B),) * 2)),
         r"\begin{bmatrix} {}[A < B] \\ {}[A < B] \end{bmatrix}"),
        (call(np.stack, Group(list, (x, y))), r"\begin{bmatrix} x \\ y \end{bmatrix}"),
        (call(np.stack, Group(list, tuple(Name(f"v{i}", (2, 2)) for i in range(9)))),
         r"\operatorname*{stack}_{\text{axis } 0}(v_{0},\, v_{1},\, \ldots,\, v_{8})"),
        (call(np.stack, Group(list, (A, B))), r"\operatorname*{stack}_{\text{axis } 0}(A,\, B)"),
        (call(np.zeros, (2, 3)), r"\mathbf{0}_{2 \times 3}"),
        (call(np.full_like, x, div(1, m)), r"\frac{1}{m} \mathbf{1}_{3}"),
        (call(np.count_nonzero, A), r"\operatorname{\mathrm{np{.}count\_nonzero}}(A)"),
        (call(np.einsum, "ij,jk->ik", A, B), r"\operatorname{\mathrm{np{.}einsum}}(\texttt{ij,jk->ik},\, A,\, B)"),
    ],
)  # fmt: skip
def test_functions(term: Term, tex: str) -> None:
    assert latex(term) == tex


@pytest.mark.parametrize(
    ("value", "tex"),
    [
        (2, "2"),
        (2.0, "2"),
        (-0.5, "-0.5"),
        (np.float32(0.1), "0.1"),
        (1e-5, "10^{-5}"),
        (3.2e-8, r"3.2 \cdot 10^{-8}"),
        (0.7978845608028654, r"0.797884\ldots"),
        (np.inf, r"\infty"),
        (-np.inf, r"-\infty"),
        (np.nan, r"\text{NaN}"),
        (1 + 2j, r"(1 + 2\, \mathrm{i})"),
        (True, r"\text{true}"),
        (np.array([1.0, 2.5]), "(1, 2.5)"),
        (np.arange(8), r"(0, 1, \ldots, 7)"),
        (np.eye(2), r"\begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}"),
        (np.zeros((8, 3)), r"\mathrm{const}_{8 \times 3}"),
        ("a_b{c}%$#&^~\\", r"\texttt{a}\_\texttt{b}\{\texttt{c}\}\%\$\#\&\wedge \sim \backslash "),
    ],
)
def test_constants(value: Any, tex: str) -> None:
    assert latex(Constant(value)) == tex


@pytest.mark.parametrize(
    ("term", "tex"),
    [
        (at(x, t, shape=()), "x_{t}"),
        (at(A, 0, 1, shape=()), "A_{0,1}"),
        (at(x, sub(t, 1), shape=()), "x_{t - 1}"),
        (at(x, div(n, 2), shape=()), "x_{n / 2}"),
        (at(A, cut(), cut(n, mul(2, n))), r"A_{[:,\, n:2 n]}"),
        (at(A, cut(None, None, 2)), "A_{[::2]}"),
        (at(A, ..., 0), r"A_{[\ldots,\, 0]}"),
        (at(A, cut(), None), r"A_{[:,\, \text{new}]}"),
        (at(A, Name("mask", (3, 3), np.dtype(bool))), r"A_{[\mathrm{mask}]}"),
        (at(A, call(np.greater, A, 0)), "A_{[A > 0]}"),
        (at(A, Name("y", (4,), np.dtype(int))), "A_{[y]}"),
        (at(Name("z2", (3, 3)), cut(None, n)), "{z_{2}}_{[:n]}"),
        (at(Name("z2", (3,)), 0, shape=()), "{z_{2}}_{[0]}"),
        (at(Name("xhat", (3,)), cut(1)), r"\hat{x}_{[1:]}"),
        (at(Name("xhat2", (3,)), cut(1)), r"{{}\hat{x}_{2}}_{[1:]}"),
        (at(add(x, y), 0, shape=()), "(x + y)_{0}"),
        (top(at(T3, 0, shape=(3, 4))), r"{T_{3}}_{[0]}^{\top}"),
        (at(A, call(np.arange, 3), Name("y", (3,), np.dtype(int))), "A_{i,y_{i}}"),
        (mul(Name("i", ()), at(A, np.arange(3), Name("y1", (3,), np.dtype(int)))), "i A_{j,{y_{1}}_{j}}"),
    ],
)
def test_entries(term: Term, tex: str) -> None:
    assert latex(term) == tex


# -- lines -------------------------------------------------------------------------------------------------------------


def rows_of(tex: str) -> list[str]:
    head, *rows, foot = tex.split("\n")
    assert (head, foot) == (r"\begin{align*}", r"\end{align*}")
    return [re.sub(r" \\\\(\[1.5ex\])?$", "", row.strip()) for row in rows]


def two_layers(X: Any, Y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    m = X.shape[0]
    Z1 = np.dot(X, W1) + b1
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = np.dot(A1, W2) + b2
    A2 = 1 / (1 + np.exp(-Z2))
    L = np.sum((A2 - Y) ** 2) / m
    return L


def cross_entropy(X: Any, Y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
    m = X.shape[0]
    Z1 = X @ W1 + b1
    A1 = np.maximum(0, Z1)
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2 - np.max(Z2, axis=1, keepdims=True))
    P = E / np.sum(E, axis=1, keepdims=True)
    L = -np.sum(Y * np.log(P)) / m
    return L


def attention(X: Any, Wq: Any, Wk: Any, Wv: Any, Y: Any) -> Any:
    Q, K, V = X @ Wq, X @ Wk, X @ Wv
    S = Q @ K.T / np.sqrt(K.shape[1])
    E = np.exp(S - np.max(S, axis=1, keepdims=True))
    A = E / np.sum(E, axis=1, keepdims=True)
    out = A @ V
    L = np.sum((out - Y) ** 2)
    return L


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=shape)


@functools.cache
def document(which: str) -> str:
    """The derivation of a network in LaTeX."""
    if which == "two layers":
        args = (normal(100, 3), normal(100, 1), normal(3, 10), normal(10), normal(10, 1), normal(1))
        derivation = derive(two_layers, *args, wrt=["W1", "b1", "W2", "b2"])
    elif which == "cross-entropy":
        args = (normal(8, 4), np.eye(3)[np.arange(8) % 3], normal(4, 5), normal(5), normal(5, 3), normal(3))
        derivation = derive(cross_entropy, *args, wrt=["W1", "b1", "W2", "b2"])
    elif which == "attention":
        args = (normal(6, 4), normal(4, 3), normal(4, 3), normal(4, 3), normal(6, 3))
        derivation = derive(attention, *args, wrt=["Wq", "Wk", "Wv"])
    else:
        return lstm_step()
    return latex_lines(derivation.forward, derivation.backward, derivation.outline.upstream)


def test_two_layers_of_sigmoids() -> None:
    assert rows_of(document("two layers")) == [
        r"\rlap{\textbf{Forward}}\hphantom{\mathrm{d}A_{2}} &",
        r"m &= \operatorname{rows}(X) && \in \mathbb{N}",
        r"Z_{1} &= X W_{1} + b_{1} && \in \mathbb{R}^{100 \times 10}",
        r"A_{1} &= \sigma(Z_{1}) && \in \mathbb{R}^{100 \times 10}",
        r"Z_{2} &= A_{1} W_{2} + b_{2} && \in \mathbb{R}^{100 \times 1}",
        r"A_{2} &= \sigma(Z_{2}) && \in \mathbb{R}^{100 \times 1}",
        r"L &= \frac{1}{m} \sum (A_{2} - Y)^{\odot 2} && \in \mathbb{R}",
        r"\rlap{\textbf{Backward}}\hphantom{\mathrm{d}A_{2}} &",
        r"\mathrm{d}A_{2} &= \frac{2}{m} (A_{2} - Y) && \in \mathbb{R}^{100 \times 1}",
        r"\mathrm{d}Z_{2} &= \mathrm{d}A_{2} \odot A_{2} \odot (1 - A_{2}) && \in \mathbb{R}^{100 \times 1}",
        r"\mathrm{d}W_{2} &= A_{1}^{\top}\, \mathrm{d}Z_{2} && \in \mathbb{R}^{10 \times 1}",
        r"\mathrm{d}b_{2} &= \sum_{\text{rows}} \mathrm{d}Z_{2} && \in \mathbb{R}^{1}",
        r"\mathrm{d}A_{1} &= \mathrm{d}Z_{2}\, W_{2}^{\top} && \in \mathbb{R}^{100 \times 10}",
        r"\mathrm{d}Z_{1} &= \mathrm{d}A_{1} \odot A_{1} \odot (1 - A_{1}) && \in \mathbb{R}^{100 \times 10}",
        r"\mathrm{d}W_{1} &= X^{\top}\, \mathrm{d}Z_{1} && \in \mathbb{R}^{3 \times 10}",
        r"\mathrm{d}b_{1} &= \sum_{\text{rows}} \mathrm{d}Z_{1} && \in \mathbb{R}^{10}",
    ]


def test_softmax_with_cross_entropy() -> None:
    rows = rows_of(document("cross-entropy"))
    for row in (
        r"A_{1} &= \operatorname{relu}(Z_{1}) && \in \mathbb{R}^{8 \times 5}",
        r"P &= \operatorname{softmax}(Z_{2}) && \in \mathbb{R}^{8 \times 3}",
        r"L &= -\frac{1}{m} \sum Y \odot \log(P) && \in \mathbb{R}",
        r"\mathrm{d}Z_{2} &= \frac{P - Y}{m} && \in \mathbb{R}^{8 \times 3}",
        r"\mathrm{d}Z_{1} &= \mathrm{d}A_{1} \odot [Z_{1} > 0] && \in \mathbb{R}^{8 \times 5}",
    ):
        assert row in rows


def test_attention() -> None:
    rows = rows_of(document("attention"))
    for row in (
        r"Q &= X W_{q} && \in \mathbb{R}^{6 \times 3}",
        r"S &= \frac{Q K^{\top}}{\sqrt{\operatorname{columns}(K)}} && \in \mathbb{R}^{6 \times 6}",
        r"\mathrm{out} &= A V && \in \mathbb{R}^{6 \times 3}",
        r"L &= \sum (\mathrm{out} - Y)^{\odot 2} && \in \mathbb{R} \quad \text{(sum of squared errors)}",
        r"\mathrm{d}S &= A \odot \left( \mathrm{d}A - \sum_{\text{columns}} \mathrm{d}A \odot A \right)"
        r" && \in \mathbb{R}^{6 \times 6}",
        r"\mathrm{d}V &= A^{\top}\, \mathrm{d}\mathrm{out} && \in \mathbb{R}^{6 \times 3}",
        r"\mathrm{d}Q &= \frac{\mathrm{d}S\, K}{\sqrt{\operatorname{columns}(K)}} && \in \mathbb{R}^{6 \times 3}",
    ):
        assert row in rows


def lstm_step() -> str:
    X, W, U, b = Name("x", (2, 4)), Name("W", (4, 12)), Name("U", (3, 12)), Name("b", (12,))
    z, dz, n = Name("z", (2, 12)), Name("dz", (2, 12)), Name("n", ())
    h, c, i, f, g, c2, di, df, dc2 = (Name(name, (2, 3)) for name in ("h", "c", "i", "f", "g", "c2", "di", "df", "dc2"))
    forward = [
        line("z", add(add(mat(X, W), mat(h, U)), b)),
        line("n", call(length_of, h, 1), ()),
        line("i", call(idioms.sigmoid, at(z, cut(), cut(None, n), shape=(2, 3)))),
        line("f", call(idioms.sigmoid, at(z, cut(), cut(n, mul(2, n)), shape=(2, 3)))),
        line("g", call(np.tanh, at(z, cut(), cut(mul(2, n)), shape=(2, 3)))),
        line("c2", add(mul(f, c), mul(i, g))),
        line("h2", call(np.tanh, c2)),
    ]
    first = call(put_at, mul(mul(di, i), sub(1, i)), Group(tuple, (cut(), cut(None, n))), call(shape_of, z))
    second = call(put_at, mul(mul(df, f), sub(1, f)), Group(tuple, (cut(), cut(n, mul(2, n)))), call(shape_of, z))
    backward = [
        line("dc2", mul(Name("dh2", (2, 3)), sub(1, power(call(np.tanh, c2), 2))), is_backward=True),
        line("di", mul(dc2, g), is_backward=True),
        line("df", mul(dc2, c), is_backward=True),
        line("dz", add(first, second), (2, 12), is_backward=True),
        line("dW", mat(top(X), dz), is_backward=True),
    ]
    return latex_lines(forward, backward, "dh2")


def test_lstm_step() -> None:
    assert rows_of(document("LSTM")) == [
        r"\rlap{\textbf{Forward}}\hphantom{\mathrm{d}c_{2}} &",
        r"z &= x W + h U + b && \in \mathbb{R}^{2 \times 12}",
        r"n &= \operatorname{columns}(h) && \in \mathbb{N}",
        r"i &= \sigma(z_{[:,\, :n]}) && \in \mathbb{R}^{2 \times 3}",
        r"f &= \sigma(z_{[:,\, n:2 n]}) && \in \mathbb{R}^{2 \times 3}",
        r"g &= \tanh(z_{[:,\, 2 n:]}) && \in \mathbb{R}^{2 \times 3}",
        r"c_{2} &= f \odot c + i \odot g && \in \mathbb{R}^{2 \times 3}",
        r"h_{2} &= \tanh(c_{2}) && \in \mathbb{R}^{2 \times 3}",
        r"\rlap{\textbf{Backward}}\hphantom{\mathrm{d}c_{2}} &",
        r"\mathrm{d}c_{2} &= \mathrm{d}h_{2} \odot (1 - (\tanh(c_{2}))^{\odot 2}) && \in \mathbb{R}^{2 \times 3}",
        r"\mathrm{d}i &= \mathrm{d}c_{2} \odot g && \in \mathbb{R}^{2 \times 3}",
        r"\mathrm{d}f &= \mathrm{d}c_{2} \odot c && \in \mathbb{R}^{2 \times 3}",
        r"\mathrm{d}z &= \mathbf{0} && \in \mathbb{R}^{2 \times 12}",
        r"&\phantom{{}={}} \mathrm{d}z_{[:,\, :n]} \mathrel{+}= \mathrm{d}i \odot i \odot (1 - i)",
        r"&\phantom{{}={}} \mathrm{d}z_{[:,\, n:2 n]} \mathrel{+}= \mathrm{d}f \odot f \odot (1 - f)",
        r"\mathrm{d}W &= x^{\top}\, \mathrm{d}z && \in \mathbb{R}^{4 \times 12}",
    ]


def writes(*writes: Term, name: str = "dZ") -> list[str]:
    term = writes[0]
    for write in writes[1:]:
        term = add(term, write)
    return rows_of(latex_lines([], [line(name, term, (3, 3), is_backward=True)]))[1:]


def test_windows_are_added_entry_by_entry() -> None:
    windows = Name("w", (2, 2, 2, 2))

    def added(windows: Term, *axes: int) -> Term:
        lengths = (as_term((2, 2)), call(shape_of, A), as_term(axes))
        return Call(add_windows, (windows, *lengths), (), A.shape)

    assert writes(added(neg(windows), 0, 1)) == [
        r"\mathrm{d}Z &= \mathbf{0} && \in \mathbb{R}^{3 \times 3}",
        r"&\phantom{{}={}} \mathrm{d}Z_{k + i,l + j} \mathrel{-}= w_{k,l,i,j} && \;\text{for all } k,\, l,\, i,\, j",
    ]
    windows = Name("w", (1, 3, 2, 2))
    assert writes(added(windows, 0, 0))[1] == (
        r"&\phantom{{}={}} \mathrm{d}Z_{[k + i + j,\, :]} \mathrel{+}= w_{[k,\, :,\, i,\, j]} "
        r"&& \;\text{for all } k,\, i,\, j"
    )


def test_statements_that_write_into_entries() -> None:
    labels, rows = Name("y", (3,), np.dtype(int)), call(np.arange, 3)
    assert writes(call(accumulate, div(A, m), Group(tuple, (rows, labels)), div(Constant(-1), m))) == [
        r"\mathrm{d}Z &= \frac{A}{m} && \in \mathbb{R}^{3 \times 3}",
        r"\mathrm{d}Z_{i,y_{i}} &\mathrel{-}= \frac{1}{m} && \;\text{for all } i",
    ]
    assert writes(call(put_at, B, labels, call(shape_of, A))) == [
        r"\mathrm{d}Z &= \mathbf{0} && \in \mathbb{R}^{3 \times 3}",
        r"\mathrm{d}Z_{[y]} &\mathrel{+}= B && \;\text{(repeated indices add up)}",
    ]
    assert writes(call(overwrite, A, call(np.less, A, 0), 0)) == [
        r"\mathrm{d}Z &= A && \in \mathbb{R}^{3 \times 3}",
        r"\mathrm{d}Z_{[A < 0]} &\leftarrow 0",
    ]
    assert writes(call(total, call(accumulate, A, 0, x), neg(B))) == [
        r"\mathrm{d}Z &= A && \in \mathbb{R}^{3 \times 3}",
        r"\mathrm{d}Z_{0} &\mathrel{+}= x",
        r"\mathrm{d}Z &\mathrel{-}= B",
    ]
    inside = call(np.exp, call(overwrite, A, 0, s))
    assert latex(inside) == r"\exp((A_{0} \leftarrow s))"


def test_sets_and_labels() -> None:
    def of(dtype: Any, shape: tuple[int, ...] | None, label: str = "") -> str:
        made = line("v", A, shape, label=label)
        made.node = SimpleNamespace(dtype=np.dtype(dtype))
        made.shape = shape
        return rows_of(latex_lines([made], []))[1].removeprefix("v &= A").removeprefix(" && ")

    assert of(float, (2,)) == r"\in \mathbb{R}^{2}"
    assert of(complex, ()) == r"\in \mathbb{C}"
    assert of(int, (2, 3)) == r"\in \mathbb{Z}^{2 \times 3}"
    assert of(bool, (4,)) == r"\in \{0, 1\}^{4}"
    assert of(object, None) == ""
    assert of(float, (), "mean squared error") == r"\in \mathbb{R} \quad \text{(mean squared error)}"


def test_long_rows_are_broken_before_a_sign() -> None:
    names = [Name(f"product{i}", (3, 3)) for i in range(4)]
    term = functools.reduce(add, (mul(a, b) for a in names for b in names[:2]))
    rows = rows_of(latex_lines([line("Z", term)], []))[1:]
    assert len(rows) > 2
    assert rows[0].startswith(r"Z &= \mathrm{product}_{0} \odot")
    assert all(row.startswith(r"&\qquad {} + \mathrm{product}") for row in rows[1:])
    assert [r"\in" in row for row in rows] == [False] * (len(rows) - 1) + [True]
    assert "".join(rows).count(r"\odot") == 8
    product = functools.reduce(mul, (add(a, b) for a in names for b in names[:2]))
    assert all(r.startswith(r"&\qquad {} \odot (") for r in rows_of(latex_lines([line("Z", product)], []))[2:])


def test_without_lines() -> None:
    assert latex_lines([], []) == "\\begin{align*}\n\n\\end{align*}"


# -- what is written can be read in one way only -----------------------------------------------------------------------


class AmbiguousError(Exception):
    """A formula that two readers may read differently."""


VALUES = {name: np.random.default_rng(ord(name)).uniform(0.5, 1.5, (3, 3)) for name in "ABC"} | {"s": 1.25, "t": 0.75}


class Reader:
    """Evaluates a formula as mathematicians read it, and stops where they would have to guess.

    Sums bind loosest; the sign of a sum takes the whole product behind it; a product is of matrices or entry by entry,
    not both; a power of an array that is no Hadamard power, and cases that something follows, are refused.
    """

    def __init__(self, tex: str) -> None:
        tex = tex.replace(r"\Bigl", r"\left").replace(r"\Bigr", r"\right")
        self.tokens = re.findall(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S", tex.replace(r"\!", ""))
        self.position = 0

    @property
    def next(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.next
        assert not wanted or token in wanted, (token, wanted, self.tokens)
        self.position += 1
        return token

    def whole(self) -> Any:
        value = self.sum()
        assert self.position == len(self.tokens), self.tokens[self.position :]
        return value

    def group(self) -> Any:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def sum(self) -> Any:
        if self.next == r"\begin":
            return self.cases()
        sign = -1 if self.next == "-" and self.take() else 1
        value = sign * self.product()
        while self.next in ("+", "-"):
            sign = -1 if self.take() == "-" else 1
            value = value + sign * self.product()
        return value

    def product(self) -> Any:
        value = self.factor()
        was_number = self.was_number
        kinds = set()
        while self.next and self.next not in "+-)]}=<>&" and self.next not in (r"\right", r"\land", r"\\", r"\le"):
            sign = self.take() if self.next in (r"\odot", r"\cdot") else ""
            other = self.factor()
            if not sign and self.was_number:
                raise AmbiguousError("a number behind a factor")
            arrays = np.ndim(value) and np.ndim(other)
            if sign == r"\odot":
                assert arrays
                kinds.add("entries")
                value = value * other
            elif arrays:
                assert not sign
                kinds.add("matrices")
                value = value @ other
            else:
                assert not sign or was_number or self.was_number
                value = value * other
            was_number = self.was_number
        if len(kinds) > 1:
            raise AmbiguousError("two kinds of products")
        return value

    def factor(self) -> Any:
        is_number = self.next[:1].isdigit()
        value = self.atom()
        powers = 0
        while self.next == "^":
            self.take()
            powers += 1
            if powers > 1:
                raise AmbiguousError("two superscripts")
            self.take("{")
            if self.next == r"\top":
                self.take()
                value = value.T
            elif self.next == r"\odot":
                self.take()
                value = np.asarray(value) ** self.sum()
            elif np.ndim(value):
                raise AmbiguousError("the power of a matrix")
            else:
                value = value ** self.sum()
            self.take("}")
        self.was_number = is_number
        return value

    def atom(self) -> Any:
        token = self.take()
        if token[0].isdigit():
            return float(token)
        if token in VALUES:
            return VALUES[token]
        if token == "(":
            value = self.sum()
            self.take(")")
            return value
        if token == "[":
            value = self.condition()
            self.take("]")
            return value
        if token == r"\left":
            closing = {"(": ")", "[": "]"}[self.take("(", "[")]
            value = self.sum() if closing == ")" else self.condition()
            self.take(r"\right")
            self.take(closing)
            return value
        if token == r"\frac":
            above = self.group()
            return above / self.group()
        if token == r"\sqrt":
            return np.sqrt(self.group())
        if token == r"\sum":
            assert self.next != "-"
            return np.sum(self.product())
        if token in (r"\tanh", r"\exp"):
            if self.next not in ("(", r"\left"):
                raise AmbiguousError("a function without parentheses")
            return {r"\tanh": np.tanh, r"\exp": np.exp}[token](self.atom())
        raise AssertionError((token, self.tokens))

    def condition(self) -> Any:
        left = self.sum()
        sign = self.take(">", "<")
        right = self.sum()
        return 1.0 * (left > right if sign == ">" else left < right)

    def cases(self) -> Any:
        for token in (r"\begin", *"{cases}"):
            self.take(token)
        rows = []
        while True:
            value = self.sum()
            for token in ("&", r"\text", "{"):
                self.take(token)
            if self.take() == "o":
                break
            self.take("f")
            self.take("}")
            rows.append((self.condition(), value))
            self.take(r"\\")
        for token in (*"therwise}", r"\end", *"{cases}"):
            self.take(token)
        if self.next not in (")", r"\right", "}", ""):
            raise AmbiguousError("something behind cases")
        for holds, before in reversed(rows):
            value = np.where(holds, before, value)
        return value


def random_term(rng: np.random.Generator, leaves: int) -> Term:
    """A term of so many names and numbers, all arrays of one shape."""
    if leaves == 1:
        if rng.random() < 0.2:
            return Constant([1, 2, 0.5, -1, -3][rng.integers(5)])
        return [A, A, B, C, s, t][rng.integers(6)]
    kind = rng.integers(14)
    first = int(rng.integers(1, leaves)) if kind < 9 else leaves - 1
    a = random_term(rng, first)
    if kind < 9:
        b = random_term(rng, leaves - first)
        if kind == 8 and a.shape and b.shape:
            return mat(a, b)
        return call([np.add, np.add, np.subtract, np.subtract, np.multiply, np.multiply, np.divide][kind % 7], a, b)
    if kind == 9:
        return [neg, call_of(np.tanh), call_of(np.sum)][rng.integers(3)](a)
    if kind == 10:
        return power(a, int(rng.integers(2, 4)))
    if kind == 11:
        return top(a) if a.shape else neg(a)
    if kind == 12:
        return mul(a, call(np.greater, A, B))
    return call(np.where, call(np.less, A, B), a, random_term(rng, 1))


def call_of(function: Any) -> Any:
    return functools.partial(call, function)


def test_a_reader_gets_the_value_of_the_term() -> None:
    rng = np.random.default_rng(0)
    compared = 0
    for number in range(4000):
        term = random_term(rng, 2 + number % 8)
        with np.errstate(all="ignore"):
            try:
                sizes = [np.max(np.abs(part.evaluate(VALUES))) for _, part in term.walk()]
            except (ZeroDivisionError, OverflowError):
                continue
            if not np.all(np.isfinite(sizes)) or max(sizes) > 1e6 or min(sizes) < 1e-6:
                continue
            tex = latex(term)
            ours, theirs = Reader(tex).whole(), term.evaluate(VALUES)
        assert np.allclose(ours, theirs, rtol=1e-6, atol=1e-6 * max(sizes)), f"{term} is written {tex}"
        compared += 1
    assert compared > 2000


def test_breaking_a_row_changes_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    broken = 0
    for _ in range(300):
        made = line("Z", random_term(rng, 25), ())
        monkeypatch.setattr("autograd_lite.expressions.latex.WIDEST", 30)
        _, *rows = rows_of(latex_lines([made], []))
        check_syntax("\n".join(rows))
        for row in rows:  # what grows with its contents can not go on in the next row
            assert row.count(r"\left") == row.count(r"\right")
        broken += len(rows) > 1
        joined = " ".join(row.removeprefix(r"&\qquad {} ") for row in rows)
        monkeypatch.setattr("autograd_lite.expressions.latex.WIDEST", 10**6)
        (whole,) = rows_of(latex_lines([made], []))[1:]
        assert joined.replace(r"\Bigl", r"\left").replace(r"\Bigr", r"\right") == whole
    assert broken > 200


def test_the_reader_stops_where_one_would_have_to_guess() -> None:
    for tex in (r"A B \odot C", "A^{2}", "A 2", r"A^{\top}^{\top}", r"\tanh A"):
        with pytest.raises(AmbiguousError):
            Reader(tex).whole()


# -- LaTeX takes it ----------------------------------------------------------------------------------------------------

#: What LaTeX with amsmath and amssymb, MathJax 3 with its extension ams, and KaTeX 0.16 all understand.
KNOWN = {r"\Bigl", r"\Bigr"} | set(
    re.findall(
        r"\\[A-Za-z]+\*?|\\.",
        r"""\begin \end \\ \left \right \frac \sqrt \sum \prod \odot \otimes \cdot \times \top \text \textbf \texttt
        \mathrm \mathbf \mathbb \mathrel \operatorname \operatorname* \hat \bar \tilde \widehat \widetilde \overline
        \rlap \hphantom \phantom \quad \qquad \, \! \; \_ \{ \} \% \$ \# \& \in \le \ge \ne \land \lor \lnot \bmod
        \lfloor \rfloor \lceil \rceil \lvert \rvert \lVert \rVert \leftarrow \ldots \infty \exp \log \sin \cos \tan
        \sinh \cosh \tanh \arcsin \arccos \arctan \max \min \det \wedge \sim \backslash
        \alpha \beta \gamma \delta \varepsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi \pi \rho
        \sigma \tau \upsilon \phi \varphi \chi \psi \omega \ell
        \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega""",
    )
)


def check_syntax(tex: str) -> None:
    depth = 0
    for token in re.findall(r"\\.|[{}]", tex):
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0, tex
    assert depth == 0, tex
    assert tex.count(r"\left") - tex.count(r"\leftarrow") == tex.count(r"\right"), tex
    for environment in ("align*", "cases", "bmatrix"):
        assert tex.count(rf"\begin{{{environment}}}") == tex.count(rf"\end{{{environment}}}"), tex
    assert set(re.findall(r"\\[A-Za-z]+\*?|\\.", tex)) <= KNOWN, tex
    assert not re.search(r"\\\\ *(\[(?!1.5ex\])|\*)", tex), tex
    assert not re.search(r"(?<!\\)[%#$~]", tex), tex


def all_parametrized() -> Iterator[Term]:
    for test in (test_precedence, test_functions, test_entries):
        for mark in test.pytestmark:  # type: ignore[attr-defined]
            yield from (term for term, _ in mark.args[1])
    for mark in test_constants.pytestmark:  # type: ignore[attr-defined]
        yield from (Constant(value) for value, _ in mark.args[1])
    for mark in test_names.pytestmark:  # type: ignore[attr-defined]
        yield from (Name(name) for name, _ in mark.args[1])


NETWORKS = ("two layers", "cross-entropy", "attention", "LSTM")


@pytest.mark.parametrize("which", NETWORKS)
def test_braces_are_balanced_and_commands_known(which: str) -> None:
    check_syntax(document(which))


def test_syntax_of_all_terms() -> None:
    for term in all_parametrized():
        check_syntax(latex(term))


@given(st.text(max_size=30), st.from_regex(r"[A-Za-z_][A-Za-z_0-9]{0,12}", fullmatch=True))
def test_any_string_and_any_name_are_escaped(word: str, name: str) -> None:
    check_syntax(latex(call(np.einsum, word.encode("ascii", "ignore").decode(), Name(name))))


PROGRAM = next((found for p in ("pdflatex", "lualatex", "xelatex", "tectonic") if (found := shutil.which(p))), None)


@pytest.mark.skipif(PROGRAM is None, reason="there is no LaTeX on this machine")
def test_latex_compiles_it(tmp_path: Path) -> None:
    assert PROGRAM is not None
    body = [document(which) for which in NETWORKS] + [rf"\[ {latex(term)} \]" for term in all_parametrized()]
    head = "\\documentclass{article}\n\\usepackage{amsmath,amssymb}\n\\begin{document}\n\\allowdisplaybreaks\n"
    file = tmp_path / "all.tex"
    file.write_text(head + "\n\n".join(body) + "\n\\end{document}\n", encoding="utf-8")
    options = [] if "tectonic" in PROGRAM else ["-interaction=nonstopmode", "-halt-on-error"]
    done = subprocess.run([PROGRAM, *options, file.name], cwd=tmp_path, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    assert (tmp_path / "all.pdf").is_file()


def test_a_range_in_an_index_is_written_out() -> None:
    words = np.random.default_rng(0).normal(size=(9, 3))
    assert r"[0,\, 1,\, 2,\, 3]" in derive(lambda E: np.sum(E[range(4)] ** 2), words).latex()
    assert r"[0,\, 2,\, \ldots,\, 8]" in derive(lambda E: np.sum(E[range(0, 9, 2)] ** 2), words).latex()
