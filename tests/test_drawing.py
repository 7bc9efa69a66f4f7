"""What a drawing says, and that it can be rendered with and without a system Graphviz."""

from __future__ import annotations

import copy
import html
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.drawing import draw
from autograd_lite.errors import AutogradError, DrawingError, RenderingError, UnsupportedCallError


def boxes(picture: Any) -> dict[str, list[str]]:
    """The lines of text in each box: the call, the name, the shape, ..."""
    found = {}
    for name, label in re.findall(r"^\t(\w+) \[label=<(<TABLE.*</TABLE>)>", picture.source, re.MULTILINE):
        lines = [re.sub(r"<[^>]*>", "", line) for line in re.split(r"<BR/>|</TR>", label)]
        found[name] = [html.unescape(line) for line in lines if line]
    return found


def arrows(picture: Any) -> list[tuple[str, str, str]]:
    """Tail, head (with the operand's place) and attributes of each arrow, in order."""
    return re.findall(r"^\t(\w+) -> ([\w:]+)(.*)$", picture.source, re.MULTILINE)


def xor_loss(is_named: bool = True) -> ag.Tensor:
    rng = np.random.default_rng(0)

    def named(tensor: ag.Tensor, name: str) -> ag.Tensor:
        if is_named:
            tensor.name = name
        return tensor

    X = named(ag.Tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]]), "X")
    Y = named(ag.Tensor([[0.0], [1], [1], [0]]), "Y")
    W1 = named(ag.Tensor(rng.normal(size=(2, 3)), requires_grad=True), "W1")
    b1 = named(ag.Tensor(np.zeros(3), requires_grad=True), "b1")
    W2 = named(ag.Tensor(rng.normal(size=(3, 1)), requires_grad=True), "W2")
    A1 = named(np.tanh(named(X @ W1 + b1, "Z1")), "A1")
    A2 = named(1 / (1 + np.exp(-(A1 @ W2))), "A2")
    return named(np.mean((A2 - Y) ** 2), "loss")


@pytest.fixture
def x() -> ag.Tensor:
    return ag.Tensor(np.arange(1.0, 7.0).reshape(2, 3), requires_grad=True, name="x")


@pytest.fixture
def without_dot(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pygraphviz")
    monkeypatch.setenv("PATH", "")


# -- boxes -------------------------------------------------------------------------------------------------------------


def test_the_boxes_of_a_network() -> None:
    assert list(boxes(draw(xor_loss())).values()) == [
        ["X", "(4, 2)"],
        ["Y", "(4, 1)"],
        ["W1", "(2, 3)"],
        ["b1", "(3,)"],
        ["W2", "(3, 1)"],
        ["X @ W1", "(4, 3)"],
        ["• + b1", "Z1", "(4, 3)"],
        ["tanh(Z1)", "A1", "(4, 3)"],
        ["A1 @ W2", "(4, 1)"],
        ["-•", "(4, 1)"],
        ["exp(•)", "(4, 1)"],
        ["1 + •", "(4, 1)"],
        ["1 / •", "A2", "(4, 1)"],
        ["A2 - Y", "(4, 1)"],
        ["• ** 2", "(4, 1)"],
        ["mean(•)", "loss", "scalar"],
    ]


def test_without_names_arrows_still_end_at_their_operand() -> None:
    picture = draw(xor_loss(is_named=False))
    shown = boxes(picture)
    minus = next(name for name, lines in shown.items() if lines[0] == "• - •")
    (prediction, left), (target, right) = [(t, h) for t, h, _ in arrows(picture) if h.startswith(f"{minus}:")]
    assert (shown[prediction], left) == (["1 / •", "(4, 1)"], f"{minus}:p0:n")
    assert (shown[target], right) == (["(4, 1)"], f"{minus}:p1:n")


CALLS = {
    "x + 1": lambda x: x + 1,
    "1 - x": lambda x: 1 - x,
    "x - x": lambda x: x - x,
    "x * 0.5": lambda x: x * 0.5,
    "x / 3.0": lambda x: x / np.float64(3),
    "x ** -1": lambda x: x**-1,
    "(-2.0) ** x": lambda x: np.power(-2.0, x),
    "x * 0.3333": lambda x: x * (1 / 3),
    "-x": lambda x: -x,
    "abs(x)": lambda x: abs(x),
    "x.T": lambda x: x.T,
    "x[1]": lambda x: x[1],
    "x[1:]": lambda x: x[1:],
    "x[..., ::2]": lambda x: x[..., ::2],
    "x[-1, :2]": lambda x: x[-1, :2],
    "x[[0, 1]]": lambda x: x[np.array([0, 1])],
    "x[None]": lambda x: x[None],
    "x[bool array (2, 3)]": lambda x: x[x.data > 2],
    "sum(x)": lambda x: x.sum(),
    "sum(x, axis=0, keepdims=True)": lambda x: x.sum(axis=0, keepdims=True),
    "mean(x, axis=(0, 1))": lambda x: np.mean(x, axis=(0, 1)),
    "var(x, ddof=1)": lambda x: np.var(x, ddof=1),
    "reshape(x, (3, 2))": lambda x: x.reshape(3, 2),
    "swapaxes(x, 0, 1)": lambda x: x.swapaxes(0, 1),
    "transpose(x, (1, 0))": lambda x: np.transpose(x, (1, 0)),
    "clip(x, 0, 1)": lambda x: x.clip(0, 1),
    "clip(x, a_max=4)": lambda x: x.clip(None, 4),
    "maximum(x, 0)": lambda x: np.maximum(x, 0),
    "where(•, x, 0)": lambda x: np.where(x.data > 2, x, 0),
    "astype(x, dtype=float32)": lambda x: x.astype(np.float32),
    "concatenate([x, •], axis=1)": lambda x: np.concatenate([x, np.ones((2, 1))], axis=1),
    "stack([x, x])": lambda x: np.stack([x, x]),
    "concatenate([x, x, x, …, x])": lambda x: np.concatenate([x] * 9),
    "einsum('ij,kj->ik', x, •)": lambda x: np.einsum("ij,kj->ik", x, np.ones((4, 3))),
    "x @ •": lambda x: x @ np.ones(3),
}


@pytest.mark.parametrize("text", CALLS)
def test_a_call_is_written_as_people_write_it(text: str, x: ag.Tensor) -> None:
    assert boxes(draw(CALLS[text](x)))["n2"][0] == text


def test_a_primitive_is_written_with_its_own_name_and_static_arguments(x: ag.Tensor) -> None:
    @ag.primitive
    def leaky_relu(z: Any, slope: float = 0.01) -> Any:
        return np.where(z > 0, z, slope * z)

    ag.defvjp(leaky_relu, z=lambda g, z, slope: np.where(z > 0, g, slope * g))
    assert boxes(draw(leaky_relu(x)))["n2"][0] == "leaky_relu(x)"
    assert boxes(draw(leaky_relu(x, 0.2)))["n2"][0] == "leaky_relu(x, slope=0.2)"


def test_what_a_primitive_caches_is_not_an_argument(x: ag.Tensor) -> None:
    def doubled(z: Any) -> Any:
        return 2 * z, z

    double = ag.primitive(doubled, cache=True)
    ag.defvjp(double, z=lambda g: 2 * g)
    assert boxes(draw(double(x)))["n2"][0] == "doubled(x)"


def test_a_plain_array_is_a_box_of_its_own(x: ag.Tensor) -> None:
    picture = draw(x - np.arange(3))
    assert boxes(picture)["n2_1"] == ["(3,) int64"]
    assert [(tail, head) for tail, head, _ in arrows(picture)] == [("n1", "n2:p0:n"), ("n2_1", "n2:p1:n")]


def test_the_dtype_is_named_unless_it_is_float64() -> None:
    x = ag.Tensor(np.ones(3, np.float32), requires_grad=True)
    assert boxes(draw(x * 2)) == {"n1": ["(3,) float32"], "n2": ["• * 2", "(3,) float32"]}


def test_a_reused_value_has_an_arrow_for_each_use(x: ag.Tensor) -> None:
    picture = draw(x * x + x)
    assert [(tail, head) for tail, head, _ in arrows(picture)] == [
        ("n1", "n2:p0:n"),
        ("n1", "n2:p1:n"),
        ("n2", "n3:p0:n"),
        ("n1", "n3:p1:n"),
    ]


def test_a_leaf_of_many_uses_is_drawn_beside_them() -> None:
    w = ag.Tensor(1.0, requires_grad=True, name="w")
    value: Any = w
    for _ in range(4):
        value = np.tanh(value) * w
    picture = draw(value)
    assert [tail for tail, _, _ in arrows(picture) if tail.startswith("n1")] == ["n1", "n1_2", "n1_3", "n1_4", "n1_5"]
    assert boxes(picture)["n1_3"] == ["w"]


def test_broadcasting_is_marked_where_an_operand_is_stretched(x: ag.Tensor) -> None:
    b = ag.Tensor(np.zeros(3), requires_grad=True, name="b")
    labels = {head: attributes for _, head, attributes in arrows(draw((x + b) @ np.ones((3, 3))))}
    assert 'label=" (3,) → (2, 3) "' in labels["n3:p1:n"]
    assert [head for head, attributes in labels.items() if "label" in attributes] == ["n3:p1:n"]


def test_leaves_differ_by_what_they_are() -> None:
    picture = draw(xor_loss())
    fills = dict(re.findall(r'^\t(n\d+) .*? BGCOLOR="(#\w+)"', picture.source, re.MULTILINE))
    assert fills["n1"] == fills["n2"]
    assert fills["n3"] == fills["n4"] == fills["n5"]
    assert len({fills["n1"], fills["n3"], fills["n6"]}) == 3
    assert "■</FONT> requires a gradient" in picture.source
    assert "■" not in draw(xor_loss(), legend=False).source
    assert "■" not in draw(ag.Tensor([1.0], requires_grad=True) * 2).source


def test_several_tensors_and_names_for_them(x: ag.Tensor) -> None:
    a, b = x + 1, x * 2
    assert list(boxes(draw([a, b]))) == ["n1", "n2", "n3"]
    assert list(boxes(draw({"first": a, "second": b})).values())[1:] == [
        ["x + 1", "first", "(2, 3)"],
        ["x * 2", "second", "(2, 3)"],
    ]
    assert draw([a, b]).source.count('BORDER="2"') == 2


def test_a_tensor_without_history_is_one_box() -> None:
    assert boxes(draw(ag.Tensor([1.0], name="alone"))) == {"n1": ["alone", "(1,)"]}


def test_sideways_operands_that_could_be_confused_are_numbered(x: ag.Tensor) -> None:
    picture = draw((x * 2) / (x * 3) + x[0] * 1, direction="LR")
    assert "rankdir=LR" in picture.source
    shown = boxes(picture)
    assert shown["n4"] == ["① / ②", "(2, 3)"]
    assert shown["n7"] == ["• + •", "(2, 3)"]
    assert [(t, h, a.strip()) for t, h, a in arrows(picture) if h == "n4"] == [
        ("n2", "n4", '[label=" ① "]'),
        ("n3", "n4", '[label=" ② "]'),
    ]


# -- text --------------------------------------------------------------------------------------------------------------


HOSTILE = "a\"b'<b>&amp;\\N\\l\\\\ ü\n₂ 日本 > \x00"


def test_names_are_shown_as_they_are(x: ag.Tensor, without_dot: None) -> None:
    x.name = HOSTILE
    y = x * 2
    y.name = "<" + HOSTILE
    svg = ElementTree.fromstring(draw(y, title=HOSTILE).pipe("svg"))
    shown = [
        element.text.replace("\xa0", " ") for element in svg.iter("{http://www.w3.org/2000/svg}text") if element.text
    ]
    expected = HOSTILE.replace("\n", " ").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    assert shown == [expected, " ", expected, "(2, 3)", expected + " * 2", "<" + expected, "(2, 3)"]


def test_names_in_tooltips(without_dot: None) -> None:
    x = ag.Tensor([1.0], requires_grad=True, name="x>")
    y = x.reshape(1)
    y.name = "<y"
    z = 1 * y
    z.name = "\\N & z"
    w = z * ag.Tensor(2.0, name="w>")  # Graphviz reads a text between < and > as markup
    w.name = "<w"
    svg = ElementTree.fromstring(draw(w).pipe("svg"))
    tips = {a.attrib["{http://www.w3.org/1999/xlink}title"] for a in svg.iter("{http://www.w3.org/2000/svg}a")}
    assert tips == {
        "x>: requires a gradient",
        "<y = reshape(x>, 1)",
        "⧵N & z = 1 * <y",
        "w>: data",
        "<w = ⧵N & z * w>",
    }


def test_the_source_is_the_same_every_time() -> None:
    assert draw(xor_loss(), values=True).source == draw(xor_loss(), values=True).source


# -- numbers -----------------------------------------------------------------------------------------------------------


def test_values_that_are_there_are_shown() -> None:
    w = ag.Tensor([[1.0, -2.5]], requires_grad=True, name="w")
    shown = boxes(draw(np.exp(w) @ np.ones(2) + w.sum(), values=True))
    assert shown["n1"] == ["w", "(1, 2)"]  # nobody needs it again
    assert shown["n2"] == ["exp(w)", "(1, 2)", "value", "  2.72  0.0821"]
    assert shown["n5"] == ["• + •", "(1,)", "value", "1.3"]
    assert boxes(draw(w @ w.T, values=True))["n1"] == ["w", "(1, 2)", "value", "   1  -2.5"]


def test_gradients_are_shown_after_a_backward_pass() -> None:
    w = ag.Tensor([2.0, 3.0], requires_grad=True, name="w")
    loss = (w**2).sum()
    assert boxes(draw(loss, gradients=True))["n1"] == ["w", "(2,)"]
    loss.backward(retain_graph=True)
    assert boxes(draw(loss, gradients=True))["n1"] == ["w", "(2,)", "grad", "4  6"]
    assert boxes(draw(loss))["n1"] == ["w", "(2,)"]


def test_numbers_from_elsewhere_are_shown_by_name() -> None:
    w = ag.Tensor([2.0, 3.0], requires_grad=True, name="w")
    loss = np.sum(w)
    shown = boxes(draw(loss, values={"w": w}, gradients={"w": np.array([-1, 1])}))
    assert shown["n1"] == ["w", "(2,)", "value", "2  3", "grad", "-1   1"]
    with pytest.raises(DrawingError, match=r"values names 'v', and nothing in the graph is called so; the names are w"):
        draw(loss, values={"v": w})
    with pytest.raises(DrawingError, match=r"gradients\['w'\] has shape \(3,\), and w \(2,\)"):
        draw(loss, gradients={"w": np.ones(3)})


def test_large_arrays_are_summed_up() -> None:
    data = np.arange(100.0)
    data[0] = np.nan
    w = ag.Tensor(data, requires_grad=True, name="w")
    assert boxes(draw(w * 1, values={"w": w}))["n1"][2:] == ["value", "1 to 99", "mean 50", "1 of 100 not finite"]
    empty = ag.Tensor(np.ones((0, 3)), name="empty")
    assert boxes(draw(empty, values=True))["n1"][2:] == ["value", "no entries"]


def test_a_freed_graph_can_still_be_drawn() -> None:
    loss = xor_loss()
    loss.backward()
    shown = boxes(draw(loss, values=True, gradients=True))
    assert shown["n14"] == ["A2 - Y", "(4, 1)"]
    assert shown["n16"][:3] == ["mean(•)", "loss", "scalar"]
    assert shown["n3"][:3] == ["W1", "(2, 3)", "grad"]


# -- size --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_chain() -> Any:
    value: Any = ag.Tensor(1.0, requires_grad=True, name="x")
    for _ in range(100_000):
        value = np.tanh(value)
    return value


def test_a_graph_too_large_to_read_is_refused(long_chain: ag.Tensor) -> None:
    with pytest.raises(DrawingError, match=r"has 100,001 values.*more than 300 \(max_nodes=\)\. Pass depth=10 to draw"):
        draw(long_chain)
    with pytest.raises(DrawingError, match=r"last 400 steps have 401 values.*A smaller depth= draws fewer"):
        draw(long_chain, depth=400)
    large = draw(long_chain, depth=400, max_nodes=1000)
    assert len(boxes(large)) == 401
    assert "nslimit=2" in large.source  # without it the layout of a tangled graph takes minutes


def test_depth_draws_the_last_calls_only(long_chain: ag.Tensor, x: ag.Tensor) -> None:
    assert list(boxes(draw(long_chain, depth=2)).values()) == [
        ["…", "scalar"],
        ["tanh(•)", "scalar"],
        ["tanh(•)", "scalar"],
    ]
    hidden = x * 2
    hidden.name = "hidden"
    shown = boxes(draw(hidden + 1, depth=1))
    assert list(shown.values()) == [["hidden", "(2, 3)"], ["hidden + 1", "(2, 3)"]]
    assert list(boxes(draw(hidden + 1, depth=9))) == ["n1", "n2", "n3"]
    assert 'tooltip="x: requires a gradient"' in draw(hidden, depth=1).source
    with pytest.raises(DrawingError, match="depth must be at least 1"):
        draw(hidden, depth=0)


# -- bad input ---------------------------------------------------------------------------------------------------------


def test_a_function_is_traced() -> None:
    def layer(X: Any, W: Any) -> Any:
        Z = X @ W
        A = Z * (Z > 0)
        return A.sum() / X.shape[0]

    source = draw(layer, np.ones((4, 3)), np.ones((3, 2))).source
    for text in ("X @ W", "Z > 0", ">A<"):
        assert text in source
    assert "shape_of" not in source
    assert "length_of" not in source


def test_arguments_only_go_with_a_function() -> None:
    with pytest.raises(UnsupportedCallError, match="arguments after a function only"):
        draw(ag.Tensor([1.0]), ag.Tensor([2.0]))


@pytest.mark.parametrize("what", [np.ones(3), 1.0, None, [np.ones(3)], {"a": 2}])
def test_only_tensors_are_drawn(what: Any) -> None:
    with pytest.raises(UnsupportedCallError, match=r"takes a Tensor.*was given a (ndarray|float|NoneType|int)"):
        draw(what)


def test_nothing_and_nonsense_are_refused(x: ag.Tensor) -> None:
    with pytest.raises(DrawingError, match="empty list"):
        draw([])
    with pytest.raises(DrawingError, match="direction must be 'TB'"):
        draw(x, direction="up")  # type: ignore[arg-type]
    assert issubclass(DrawingError, AutogradError)
    assert issubclass(DrawingError, ValueError)


# -- rendering ---------------------------------------------------------------------------------------------------------


def test_graphviz_is_imported_late() -> None:
    program = "import sys, autograd_lite.drawing; sys.exit('graphviz' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).resolve().parent.parent)


def test_svg_without_a_dot_program(without_dot: None, capfd: pytest.CaptureFixture[str]) -> None:
    svg = ElementTree.fromstring(draw(xor_loss(), title="A title").pipe("svg"))
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"
    shown = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert {"A title", "W1", "(2, 3)", "loss", "(3,) → (4, 3)"} <= {text.strip() for text in shown if text}
    assert "X @ W1" in "".join(text for text in shown if text)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_formats_without_a_dot_program(without_dot: None, format: str, start: bytes, x: ag.Tensor) -> None:
    assert draw(x * 2).pipe(format=format).startswith(start)


def test_files_without_a_dot_program(without_dot: None, tmp_path: Path, x: ag.Tensor) -> None:
    picture = draw(x * 2)
    assert picture.render("graph", directory=tmp_path / "new") == str(tmp_path / "new" / "graph.svg")
    assert (tmp_path / "new" / "graph.svg").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "new" / "graph").read_text(encoding="utf-8") == picture.source
    assert picture.render(outfile=tmp_path / "other.png", cleanup=True) == str(tmp_path / "other.png")
    assert (tmp_path / "other.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "other.png"]


def test_viewing_without_a_dot_program(
    without_dot: None, tmp_path: Path, x: ag.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr("graphviz.view", lambda path, quiet: opened.append(path))
    draw(x * 2).view("graph", directory=tmp_path)
    assert opened == [str(tmp_path / "graph.svg")]


def test_a_notebook_shows_svg(without_dot: None, x: ag.Tensor) -> None:
    bundle = draw(x * 2)._repr_mimebundle_()
    assert list(bundle) == ["image/svg+xml"]
    ElementTree.fromstring(bundle["image/svg+xml"].encode())


def test_a_copy_renders_as_well(without_dot: None, x: ag.Tensor) -> None:
    picture = draw(x * 2)
    assert picture.copy().pipe() == copy.deepcopy(picture).pipe() == picture.pipe()


FAKE_DOT = """#!{python}
import sys
if "-Tpng" in sys.argv:
    sys.exit("no png today")
source = sys.stdin.read() if sys.argv[-1].startswith("-") else open(sys.argv[-1]).read()
picture = "<svg>drawn by the fake from " + str(len(source)) + " characters</svg>"
if "-O" in sys.argv:
    open(sys.argv[-1] + ".svg", "w").write(picture)
else:
    print(picture, end="")
"""


@pytest.mark.skipif(os.name == "nt", reason="scripts are not programs there")
def test_a_dot_program_is_preferred(tmp_path: Path, x: ag.Tensor, monkeypatch: pytest.MonkeyPatch) -> None:
    dot = tmp_path / "bin" / "dot"
    dot.parent.mkdir()
    dot.write_text(FAKE_DOT.format(python=sys.executable))
    dot.chmod(0o755)
    monkeypatch.setenv("PATH", str(dot.parent))
    picture = draw(xor_loss())
    drawn = f"<svg>drawn by the fake from {len(picture.source)} characters</svg>"
    assert picture.pipe("svg") == drawn.encode()
    assert picture._repr_mimebundle_() == {"image/svg+xml": drawn}
    path = picture.render("graph", directory=tmp_path)
    assert Path(path).name == "graph.svg"
    assert Path(path).read_text() == drawn
    with pytest.raises(RenderingError, match="could not write 'png': no png today"):
        picture.pipe("png")
    with pytest.raises(RenderingError, match="could not write 'png'"):
        picture.render("graph", directory=tmp_path, format="png", quiet=True)


def test_the_error_where_nothing_can_render(x: ag.Tensor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    picture = draw(x * 2)
    for attempt in (picture.pipe, picture._repr_mimebundle_, lambda: picture.render(tmp_path / "graph")):
        with pytest.raises(RenderingError, match=r'pip install "autograd-lite\[draw\]".*apt install graphviz'):
            attempt()
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_an_error(x: ag.Tensor, tmp_path: Path) -> None:
    with pytest.raises(RenderingError, match=r"knows no format 'docx'; the usual ones are 'svg', 'png' and 'pdf'"):
        draw(x * 2).pipe("docx")
    with pytest.raises(RenderingError, match="knows no format 'docx'"):
        draw(x * 2).render(outfile=tmp_path / "graph.docx")


def test_what_the_library_says_is_not_lost(
    without_dot: None, x: ag.Tensor, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import pygraphviz

    def say(self: Any, format: str, prog: str) -> bytes:
        os.write(2, b"Fontconfig warning: nobody minds\nWarning: a lost arrow\n")
        if format == "png":
            raise ValueError("a number")
        return b"picture"

    monkeypatch.setattr(pygraphviz.AGraph, "draw", say)
    assert draw(x * 2).pipe("svg") == b"picture"
    os.write(2, b"and what comes later\n")
    assert sorted(capfd.readouterr().err.splitlines()) == ["Warning: a lost arrow", "and what comes later"]
    with pytest.raises(RenderingError, match=r"could not write 'png': Warning: a lost arrow$"):
        draw(x * 2).pipe("png")
    assert capfd.readouterr().err == ""


# -- functions ---------------------------------------------------------------------------------------------------------


def test_a_function_is_drawn_with_its_own_names() -> None:
    X = np.ones((4, 3))

    def loss(p):
        A = np.tanh(X.dot(p["W"]) + p["b"])
        return np.sum(A * (A > 0)) / X.shape[0]

    picture = draw(loss, {"W": np.ones((3, 2)), "b": np.zeros(2)}, values=True, title="a loss")
    names = {line for lines in boxes(picture).values() for line in lines}
    assert {"W", "b", "X", "A"} <= names
    assert any("dot" in line or "@" in line for line in names)
    with pytest.raises(UnsupportedCallError, match="draw takes arguments after a function only"):
        draw(ag.Tensor([1.0]), 2)
