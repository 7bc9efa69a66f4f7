"""Functions as people write them, lifted: the value is the plain one's, the gradient that of finite differences."""

from __future__ import annotations

import builtins
import functools
import importlib
import math
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import autograd_lite as ag
from autograd_lite.errors import AutogradError, ConversionError, InPlaceError, LiftingError, MissingRuleError
from autograd_lite.lifting import LiftedGlobals, lifted_call
from autograd_lite.tracing import trace
from autograd_lite.trees import leaves_of, rebuild

W = np.array([0.3, -0.7, 1.1])


# -- helpers -----------------------------------------------------------------------------------------------------------


def program(source: str, **given: Any) -> dict[str, Any]:
    """Run a person's program as the prompt would: in a namespace, from a string."""
    namespace: dict[str, Any] = {"__name__": "__main__", **given}
    exec(textwrap.dedent(source), namespace)
    return namespace


def agrees(f: Callable[..., Any], params: Any = W, step: float = 1e-6) -> Any:
    """Assert that the lifted function has the plain one's value and the gradient of central differences."""
    leaves = [np.array(leaf, dtype=float) for _, leaf in leaves_of(params)]

    def fresh() -> Any:
        return rebuild(params, [leaf.copy() for leaf in leaves])

    plain = f(fresh())
    value, gradient = ag.value_and_grad(ag.lift(f))(fresh())
    np.testing.assert_allclose(value, plain, rtol=1e-12)
    for leaf, (_, found) in zip(leaves, leaves_of(gradient), strict=True):
        expected = np.empty(leaf.shape)
        for i in np.ndindex(leaf.shape):
            here, ends = leaf[i], []
            for end in (here + step, here - step):
                leaf[i] = end
                ends.append(float(f(fresh())))
            leaf[i] = here
            expected[i] = (ends[0] - ends[1]) / (2 * step)
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)
    assert any(np.any(np.abs(leaf) > 1e-6) for _, leaf in leaves_of(gradient)), "the test says nothing"
    return value


@pytest.fixture
def write_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], ModuleType]]:
    """Write and import modules of a person's own."""
    monkeypatch.syspath_prepend(str(tmp_path))
    names: list[str] = []

    def write(name: str, source: str) -> ModuleType:
        file = tmp_path.joinpath(*name.split(".")).with_suffix(".py")
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(source), encoding="utf-8")
        importlib.invalidate_caches()
        names.append(name)
        return importlib.import_module(name)

    yield write
    for name in [n for n in sys.modules if n.partition(".")[0] in {m.partition(".")[0] for m in names}]:
        del sys.modules[name]


# -- NumPy's functions that give a Tensor no say -----------------------------------------------------------------------


def idiom(body: str) -> Any:
    return pytest.param(body, id=body.strip().splitlines()[0][:60])


IDIOMS = [
    "return X.dot(w).sum()",
    "return np.dot(X, w).sum() * float(w[0])",
    "return (X @ w)[0] ** 2",
    "return np.ndarray.dot(X, w).sum()",
    "out = np.zeros(3)\nfor i in range(3):\n    out[i] = w[i] ** 2\nreturn out.sum()",
    "out = np.ones((2, 3))\nout[1] = w\nout[0, 0] *= w[2]\nreturn (out ** 2).sum()",
    "out = np.empty(3)\nout[:] = w * 2\nreturn out.dot(w)",
    "out = np.zeros_like(w)\nout[1:] = w[:2] ** 2\nreturn out.sum()",
    "out = np.zeros_like(X)\nout[:, 1] = w[0]\nreturn (out * X).sum()",
    "out = np.full(3, w[0])\nout[1] = w[1]\nreturn (out ** 2).sum()",
    "return (np.full((2, 3), w) ** 2).sum()",
    "return (np.full_like(X, w[1]) * X).sum()",
    "A = np.eye(3)\nA[0, 1] = w[0]\nreturn w @ A @ w",
    "A = np.identity(3)\nA += np.outer(w, w)\nreturn np.linalg.solve(A, w).sum()",
    "return np.array([w[0], 2.0, w[1] ** 2]).sum()",
    "return np.array([[w[0], -w[1]], [w[1], 3]]).dot(np.array([1.0, w[2]]))[0]",
    "return (np.array([w, w * 2, [1, 2, 3]]) ** 2).sum()",
    "return np.array(w).sum() * np.asarray(w)[0]",
    "copied = np.array(w)\ncopied[0] = 5.0\nreturn (copied * w).sum()",
    "return np.array([w[0], 1], ndmin=2)[0, 0] ** 2",
    "return (np.array([w[0], w[1]], dtype=np.float64) ** 2).sum()",
    "return np.array(w, dtype=float)[1] ** 2 + np.array(w[0] * w[1], copy=True)",
    "return np.asarray([w[0], w[1]]).prod()",
    "return np.asanyarray(w).sum() ** 2",
    "return np.ascontiguousarray(w.T).sum() ** 2 + np.ascontiguousarray(w[0])[0]",
    "return (np.arange(3) * w).sum() ** 2",
    "return (np.arange(3).dot(w)) ** 2",
    "return np.linspace(0, 1, 3).dot(w) ** 2",
    "return np.float64(w[0]) * w[1] + np.float64(2)",
    "return np.fromiter((v ** 2 for v in w), float).sum()",
    "return np.fromiter((v ** 2 for v in w), dtype=np.float64, count=2).sum()",
    "return np.fromfunction(lambda i, j: (i + 1) * w[0] + j * w[1], (2, 3)).sum() ** 2",
    "return np.r_[1.0, w, w[0]].dot(np.arange(5.0))",
    "return np.r_[w[0], 0:2, [w[1], w[2]]].dot(np.arange(1.0, 6.0))",
    "return (np.c_[w, X.T] ** 2).sum()",
    "return (np.c_[np.ones(3), w] @ np.ones(2)).prod()",
    "return np.mean([w[0], w[1] ** 2, 3.0])",
    "return np.sum([w[i] ** 2 for i in range(3)])",
    "return np.max([w[0], w[1], w[2]]) ** 2",
    "return np.exp([w[0], w[1]]).sum()",
    "return np.maximum([w[0], w[1]], 0.1).sum()",
    "return np.hypot([w[0], w[1]], [w[2], 1.0]).sum()",
    "return np.dot([w[0], w[1]], [w[1], 3.0]) + np.dot(w, [1, 2, 3]) + np.dot((1.0, 2, 3), w)",
    "return np.concatenate([[w[0], 1.0], w, [w[1] ** 2]]).prod()",
    "return np.vstack([[w[0], w[1]], [1.0, 2.0]]).prod()",
    "return np.hstack((w, [w[0]])).dot(np.arange(4.0))",
    "return np.stack([w[0], w[1]]).prod() + np.column_stack([w, w])[0, 1]",
    "return np.where(np.arange(3) > 0, w, 0 * w).sum() ** 2",
    "return np.add.reduce(w ** 2) + np.multiply.reduce(w) + np.maximum.reduce(w)",
    "return np.add.accumulate(w)[1] ** 2 + np.multiply.outer(w, w)[0, 1]",
    "buf = np.zeros(3)\nnp.add(w, 1.0, out=buf)\nnp.multiply(buf, w, out=buf)\nreturn buf.sum()",
    "buf = np.zeros(2)\nnp.dot(X, w, out=buf)\nreturn (buf ** 2).sum()",
    "buf = np.zeros(3)\nnp.exp(w, buf)\nreturn buf.sum()",
    "buf = np.zeros(2)\nnp.dot(X, w, buf)\nreturn (buf ** 2).sum()",
    "buf = np.zeros(())\nnp.sum(w ** 2, None, None, buf)\nreturn buf * w[0]",
    "buf = np.zeros(2)\nnp.add.at(buf, [0, 0, 1], w)\nreturn (buf ** 2).sum()",
    "buf = np.zeros(3)\nnp.copyto(buf, w ** 2)\nreturn buf.sum()",
    "buf = np.ones(3)\nnp.copyto(buf, w ** 2, where=np.array([True, False, True]))\nreturn buf.sum()",
    "buf = np.ones(2)\nnp.subtract.at(buf, [0, 0, 1], w)\nreturn (buf ** 2).sum()",
    "buf = np.ones(2)\nkept = buf * w[0]\nnp.maximum.at(buf, [0, 0], [3.0, 2.0])\nreturn kept.prod() * buf[0]",
    "a = np.zeros(3)\nnp.maximum.at(a, [0, 1, 0], w)\nreturn (a * w).sum()",
    "A = np.zeros((3, 3))\nnp.fill_diagonal(A, w)\nreturn (A @ A).sum()",
    "A = np.ones((3, 3))\nnp.fill_diagonal(A, w[0] ** 2)\nreturn A.sum()",
    "A = np.ones(4)\nnp.put(A, [0, 2], [w[0], w[1]])\nreturn (A ** 2).sum()",
    "A = np.ones(3)\nnp.putmask(A, np.array([True, False, True]), w ** 2)\nreturn A.sum()",
    "A = np.ones(3)\nnp.place(A, np.array([True, False, True]), w ** 2)\nreturn A.sum()",
    "A = np.ones((2, 3))\nnp.put_along_axis(A, np.array([[0], [2]]), w[0] ** 2, 1)\nreturn A.sum()",
    "return np.apply_along_axis(lambda r: r.dot(w) ** 2, 1, X).sum()",
    "return (np.apply_along_axis(lambda r: r * w[:2].sum(), 0, X) ** 2).sum()",
    "return np.piecewise(w, [w < 0, w > 1], [lambda v: v ** 2, 3.0, lambda v: np.exp(v)]).sum()",
    "return np.piecewise(w, w < 0, [lambda v: 0.1 * v, np.sin]).prod()",
    "return sum(v * (i[0] + 1) for i, v in np.ndenumerate(w)) ** 2",
    "f = np.vectorize(lambda v: v ** 2 if v > 0 else -v)\nreturn f(w).sum()",
    "f = np.vectorize(lambda v, k: v ** k, otypes=[float])\nreturn f(w, np.array([[1], [2]])).sum()",
    "f = np.vectorize(lambda v, table: v * table[0], excluded=['table'])\nreturn f(w, table=[2.0, 3.0]).sum() * w[0]",
    "f = np.vectorize(lambda v, table: v * table[1], excluded={1})\nreturn f(w, [2.0, 3.0]).sum() * w[0]",
    "f = np.vectorize(lambda v: (v, v ** 2))\na, b = f(w)\nreturn (a * b).sum()",
    "f = np.frompyfunc(lambda a, b: a * b, 2, 1)\nreturn f(w, w).astype(float).sum()",
    "mask = (w > 0).astype(float)\nmask[0] = 2.0\nreturn mask.dot(w ** 2)",
    "return (X > 0.5).dot(w).prod()",
    "i = np.argmax(w)\nreturn w[i] ** 2 + w[np.argsort(w)][0]",
    "return w[np.array([0, 2])].sum() ** 2 + w[[0, 1]].prod()",
    "return (X[np.arange(2), [0, 2]] * w[:2]).sum() ** 2",
    "return float(np.squeeze(X[:1].dot(w))) ** 2",
    "return w.sum().item() ** 2 + w.item(1) ** 3 + w[:1].item()",
    "return sum(v ** 2 for v in w.tolist())",
    "z = w - np.max(w)\nz -= 1.0\nz *= w\nreturn np.log(np.exp(z).sum())",
    "np.testing.assert_allclose(w, w)\nreturn (w ** 2).sum()",
    "assert np.allclose(w, w) and np.isscalar(w[0]) and not np.isscalar(w)\nreturn (w ** 2).sum()",
    "a, b = np.split(np.vstack([X, X]), 2)\nreturn (a * b).dot(w).prod()",
    "a, b = np.split(np.zeros((2, 3)), 2)\na[0] = w\nreturn (a ** 2).sum() + b.sum()",
    "Z = np.zeros((2, 3))\na, b = np.split(Z, 2)\nZ[0] = w\nreturn (a ** 3).sum() + b.sum()",
    "a, b = np.meshgrid(np.arange(2), np.arange(3))\nreturn (a * w[0] + b * w[1]).sum() ** 2",
    "g = np.mgrid[0:2, 0:3]\nreturn (g[0] * w[0] + g[1] * w[1]).sum() ** 2",
    "return np.tri(3).dot(w).prod()",
]


@pytest.mark.parametrize("body", [idiom(body) for body in IDIOMS])
def test_an_idiom_of_numpy(body: str) -> None:
    source = "import numpy as np\nX = np.array([[1.0, 0.2, 3.0], [-1.0, 0.5, 2.0]])\ndef f(w):\n"
    agrees(program(source + textwrap.indent(body, "    "))["f"])


PYTHONS = [
    "return math.exp(w[0]) + math.log(w[2]) + math.sqrt(w[2]) + math.sin(w[0])",
    "return math.log(w[2] + 1, 2) + math.log10(w[2]) + math.log2(w[2]) + math.log1p(w[0]) + math.expm1(w[0])",
    "return math.pow(w[2], 3) + math.hypot(w[0], w[1]) + math.hypot(w[0], w[1], w[2]) + math.atan2(w[0], w[1])",
    "return math.tanh(w[0]) * math.cosh(w[1]) + math.fabs(w[1]) + math.degrees(w[0]) + math.asin(w[0])",
    "return math.fsum(v ** 2 for v in w) + math.prod(w) + math.dist(w, [0.0, 1.0, 2.0])",
    "return math.exp(w[0]) * math.floor(w[2] * 3) + math.ceil(w[2]) * w[0] + math.trunc(w[2]) * w[1]",
    "return math.modf(w[2])[0] ** 2 + math.modf(w[2])[1] * w[0] + math.prod(math.frexp(w[2]))",
    "return math.ldexp(w[0], 3) ** 2 + math.remainder(w[2], 0.7) + math.fmod(w[2], 0.4) + math.copysign(w[0], -1)",
    "return math.erf(w[0]) + math.lgamma(w[2])",
    "return exp(w[0]) * sqrt(w[2])",
    "return float(w[0]) * float(w[1]) + float('2') + float(3)",
    "x = float(w[0])\nassert isinstance(x, float)\nreturn x ** 2",
    "return sum(w) ** 2 + sum([w[0] ** 2, 1], w[1])",
    "return max(w) ** 2 + min(w[0], w[1]) + max(0, w[2]) + max(w, key=lambda v: -v)",
    "return abs(w[1]) ** 2 + abs(w).sum() + pow(w[0], 2) + pow(w, 2).sum()",
    "return sorted(w)[0] ** 2 + sorted([w[2], w[0]], reverse=True)[0]",
    "return round(w[2]) * w[0] + round(w[2], 1) * w[1] + int(w[2] * 3) * w[0] + complex(w[0]).real",
    "return len(w) * w[0] + len(X) * w[1] ** 2",
    "return sum(w[i] * i for i in range(len(w))) ** 2",
    "return sum(a * b for a, b in zip(w, reversed(w))) + sum(i * v for i, v in enumerate(w)) ** 2",
    "assert isinstance(w, np.ndarray) and isinstance(X, (list, np.ndarray)) and not isinstance(w, list)\n"
    "return w[0] ** 2",
    "assert isinstance(w.sum(), np.floating) and issubclass(np.float64, float)\nreturn w[0] ** 2",
    "assert isinstance(w[0], numbers.Number) and isinstance(w[0], (str, numbers.Real))\n"
    "assert isinstance(w[0], int | float) and not isinstance(w[0], int | str)\n"
    "from collections.abc import Iterable\nassert not isinstance(w[0], Iterable) and isinstance(w, Iterable)\n"
    "assert not hasattr(w[0], '__len__') and hasattr(w, '__len__') and hasattr(w[0], 'shape')\nreturn w[0] ** 2",
    "assert type(w) is np.ndarray and type(X) == np.ndarray and type(3.0) is float\nreturn w[0] ** 2",
    "assert w.dtype == np.float64 and w.dtype == float and w.astype(np.float32).dtype == np.float32\nreturn w[0] ** 2",
    "assert np.issubdtype(w.dtype, np.floating) and np.finfo(np.float64).eps < 1\nreturn w[0] ** 2",
    "v = np.zeros(3, dtype=float)\nassert v.dtype == float\nv += w\nreturn v.sum() ** 2",
    "u, v, t = w\nreturn u * v * t",
    "a = list(w)\na[0] = a[1] * 2\nreturn np.array(a).prod()",
    "d = {int(k): v for k, v in zip(np.array([2, 0, 1]), w)}\nreturn d[0] * d[2]",
    "counts = {}\nfor k in labels:\n    counts[k] = counts.get(k, 0) + 1\n"
    "return counts[1] * w[0] ** 2 + len(set(labels)) * w[1]",
    "return sum(w[k] ** 2 for k in labels) + w[labels[0]] + sum(w[i] for i in range(labels[0]))",
    "return [w[k] for k in labels.tolist()][0] ** 2 + w[labels].sum() + w[labels.astype(int)].sum() * w[0]",
    "s = '%.3f %s %d' % (w[0], w[1], w[2]) + '{:.2f}'.format(w[0]) + f'{w[1]:.3f}' + str(w)\n"
    "assert s.startswith('0.300 -0.'), s\nreturn w[0] ** 2",
    "s = '%.3f' % w[0]\ns %= ()\nreturn float(s) * 0 + w[0] ** 2",
    "return functools.reduce(lambda a, b: a * b, w) + functools.reduce(operator.add, [w[0], 1.0])",
    "return eval('(X @ w).sum()') ** 2 + eval('w[0]', {'w': w})",
    "exec('y = np.array([w[0], 1.0])', globals() | {'w': w}, scope := {})\nreturn scope['y'].sum() ** 2",
    "return (globals()['X'] @ w).prod()",
    "c = copy.deepcopy(w)\nc[0] = 1.0\nreturn (c * copy.copy(w)).sum()",
    "p = copy.deepcopy({'w': [w, w], 'n': 3})\np['w'][0][1] = 2.0\n"
    "assert p['w'][0] is p['w'][1]\nreturn p['w'][1].prod()",
    "import numpy as other\nfrom numpy import array as make\nimport numpy.linalg as la\nfrom math import exp as e\n"
    "return other.zeros(3).dot(w) + make([w[0], e(w[1])]).sum() + la.solve(other.eye(3) * 2, w).sum()",
    "return __import__('numpy').array([w[0], 2.0]).prod() + __import__('math').exp(w[0])",
    "m = importlib.import_module('numpy')\nreturn m.array([w[0], 2.0]).prod() ** 2",
    "import builtins\nreturn builtins.float(w[0]) ** 2",
    "return list(map(float, w))[0] ** 2 + sum(map(math.exp, w))",
    "def inner():\n    total = 0.0\n    def add(x):\n        nonlocal total\n        total += x\n    for v in w:\n"
    "        add(math.exp(v))\n    return total\nreturn inner()",
    "class P:\n    scale = np.array([2.0, 1.0, 1.0])\n    def __init__(self, w):\n        self.w = w * self.scale\n"
    "    def value(self):\n        return np.array([self.w[0], 1.0]).prod() ** 2\nreturn P(w).value()",
    "def chunks():\n    for i in range(2):\n        yield w[i:i + 2]\nreturn sum(c.prod() for c in chunks())",
    "try:\n    np.linalg.solve(np.zeros((2, 2)) * w[0], w[:2])\nexcept np.linalg.LinAlgError:\n    return w[0] ** 2",
    "try:\n    math.sqrt(w[1])\nexcept ValueError:\n    return w[0] ** 2",
    "try:\n    np.array([[w[0]], [w[1], 2.0]])\nexcept ValueError:\n    return w[0] ** 2",
    "try:\n    float(w)\nexcept TypeError:\n    return w[0] ** 2",
    "match w[0]:\n    case float():\n        return w[0] ** 2",
]  # fmt: skip


@pytest.mark.parametrize("body", [idiom(body) for body in PYTHONS])
def test_an_idiom_of_python(body: str) -> None:
    if "erf" in body:
        pytest.importorskip("scipy")
    source = (
        "import copy, functools, importlib, math, numbers, operator\nimport numpy as np\nfrom math import exp, sqrt\n"
        "X = np.array([[1.0, 0.2, 3.0], [-1.0, 0.5, 2.0]])\nlabels = np.array([1, 0, 1])\ndef f(w):\n"
    )
    agrees(program(source + textwrap.indent(body, "    "))["f"])


@pytest.mark.parametrize(
    "header",
    [
        "import numpy\nzeros, exp, r_ = numpy.zeros, numpy.exp, numpy.r_",
        "from numpy import zeros, exp, r_",
        "from numpy import *",
        "from numpy import zeros as z, r_\nfrom math import exp\ndef zeros(n): return z(n)",
        "import numpy as n\nzeros, exp = n.zeros, lambda x: n.exp(x)\nr_ = n.r_",
    ],
)
def test_numpy_under_any_name(header: str) -> None:
    f = "\ndef f(w):\n    out = zeros(3)\n    out[1] = exp(w[0])\n    return r_[out, w].dot(r_[out, 1.0, w[0], 2.0])"
    agrees(program(header + f)["f"])


# -- what is reached ---------------------------------------------------------------------------------------------------


def test_helpers_in_other_modules(write_module: Callable[[str, str], ModuleType]) -> None:
    write_module("mylib.__init__", "")
    write_module(
        "mylib.helpers",
        """
        import numpy as np
        from . import scales
        offset = np.array([1.0, 2.0, 3.0])
        calls = 0
        def sigmoid(z):
            global calls
            calls += 1
            out = np.zeros(len(z))
            for i in range(len(z)):
                out[i] = 1 / (1 + np.exp(-z[i] * scales.SCALE))
            return offset.dot(out)
        """,
    ) if write_module("mylib.scales", "SCALE = 2.0\n") else None
    helpers = importlib.import_module("mylib.helpers")
    plain = program("import mylib.helpers\ndef f(w):\n    return mylib.helpers.sigmoid(w)")
    agrees(plain["f"])
    calls = helpers.calls
    agrees(program("from mylib import helpers as h\nimport numpy as np\ndef f(w):\n    return h.sigmoid(w) ** 2")["f"])
    agrees(program("from mylib.helpers import sigmoid\ndef f(w):\n    return sigmoid(w)")["f"])
    agrees(program("def f(w):\n    from mylib.helpers import sigmoid\n    import mylib.helpers as h\n"
                   "    return sigmoid(w) + h.offset.dot(w)")["f"])  # fmt: skip
    before = helpers.calls
    ag.grad(ag.lift(plain["f"]))(W)
    assert helpers.calls == before > calls


def test_a_module_s_attributes_can_be_set_and_are_left(write_module: Callable[[str, str], ModuleType]) -> None:
    settings = write_module("mysettings", "import numpy as np\nrate = 1.0\nX = np.arange(3.0)\n")
    f = program(
        "import mysettings as s\ndef f(w):\n    s.rate = w[0]\n    s.X[0] = w[1]\n    return s.rate * s.X.dot(w)"
    )["f"]
    ag.grad(ag.lift(f))(W)
    assert settings.rate == 1.0
    assert settings.X.tolist() == [0.0, 1.0, 2.0]
    value = ag.lift(f)(W)
    assert value.item() == pytest.approx(0.3 * (-0.7 * 0.3 + -0.7 + 2.2))


CLASSES = """
import abc, dataclasses, functools, math, typing
import numpy as np
X = np.array([[1.0, 0.2, 3.0], [-1.0, 0.5, 2.0]])

class Base:
    registry = []
    gain = np.array([1.0, 2.0])
    def __init_subclass__(cls, **kwargs):
        Base.registry.append(cls)
    def __init__(self, w):
        self.w = w
    def forward(self, x):
        out = np.zeros(len(x))
        for i, row in enumerate(x):
            out[i] = row.dot(self.w)
        return self.gain.dot(out)

class Child(Base):
    __slots__ = ("extra",)
    factor = 2.0
    def __init__(self, w):
        super().__init__(w)
        self.extra = np.array([w[0], 1.0])
    def forward(self, x):
        return super().forward(x) * self.extra[0] + self.total * self.twice(w=self.w) + self.named()
    @property
    def total(self):
        return math.exp(self.w[0])
    @functools.cached_property
    def kept(self):
        return np.array([self.w[1], 2.0]).prod()
    @staticmethod
    def twice(w):
        return float(w[1]) * 2
    @classmethod
    def named(cls):
        return cls.factor * len(cls.__name__)
    def __call__(self, x):
        return self.forward(x) + self.kept * self.kept

@dataclasses.dataclass
class Point:
    x: np.ndarray
    n: int = 2
    history: list = dataclasses.field(default_factory=list)
    def norm(self):
        self.history.append(self.x)
        return math.sqrt(self.x.dot(self.x)) * self.n

@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    x: np.ndarray

class Params(dict):
    def __getattr__(self, name):
        return self[name]
    def total(self):
        return np.array([self.w[0], self["b"][0]]).sum()

class Layers(list):
    def run(self, x):
        for layer in self:
            x = layer(x)
        return x

class Descriptor:
    def __set_name__(self, owner, name):
        self.name = "_" + name
    def __get__(self, instance, owner):
        return np.asarray(getattr(instance, self.name)) * 2

class Pair(typing.NamedTuple):
    w: object
    k: int = 1
    def scaled(self):
        return np.array([self.w[0], self.k]).prod()

T = typing.TypeVar("T")
class Stack(typing.Generic[T]):
    def __init__(self, *items):
        self.items = list(items)
    def top(self):
        return np.asarray(self.items[-1])

class Abstract(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
    @staticmethod
    def of(w):
        return Square(w)
class Square(Abstract):
    def __init__(self, w):
        self.side = float(w[0])
    def area(self):
        return math.pow(self.side, 2)

class Meta(type):
    made = []
    def __call__(cls, *args):
        Meta.made.append(cls)
        return super().__call__(*args)
class Counted(metaclass=Meta):
    def __init__(self, w):
        self.w = w
    def value(self):
        return np.array([self.w[0], len(Meta.made) * 0 + 1.0]).prod() ** 2

class Owner:
    w = Descriptor()
    def __init__(self, w):
        self._w = w
"""


@pytest.mark.parametrize(
    "body",
    [
        "return Child(w)(X)",
        "model = Child(w)\nmodel.w = w ** 2\nreturn model(X)",
        "return Child(w).forward(X) * isinstance(Child(w), Base) * issubclass(Child, Base)",
        "forward = Child(w).forward\nreturn forward(X)",
        "return Point(w).norm() ** 2",
        "p = dataclasses.replace(Point(w), n=3)\nreturn p.norm() ** 2",
        "return Frozen(w).x[0] ** 2",
        "return Params(w=w, b=w * 2).total() ** 2",
        "return Layers([np.tanh, lambda x: np.array([x[0], 1.0]), np.sum]).run(w)",
        "return Owner(w).w.dot(np.arange(3.0))",
        "d = dataclasses.asdict(Point(w))\nreturn d['x'].dot(d['x'])",
        "return Pair(w, 2).scaled() ** 2",
        "return Stack[int](w).top()[0] ** 2 + Abstract.of(w).area()",
        "return Counted(w).value() + Counted(w).value()",
    ],
)
def test_classes(body: str) -> None:
    names = program(CLASSES + "\ndef f(w):\n" + textwrap.indent(body, "    "))
    agrees(names["f"])
    assert names["Base"].registry == [names["Child"]]


def test_the_copy_of_a_class_is_not_announced_again() -> None:
    names = program(
        """
        kinds = {}
        class Base:
            def __init_subclass__(cls):
                kinds[cls.__name__] = kinds.get(cls.__name__, 0) + 1
        class Child(Base):
            k = 2.0
        def f(w):
            kinds["Late"] = 0
            class Late(Base): pass
            return (Child.k * kinds["Child"] + kinds["Late"]) * w[0] ** 2
        """
    )
    agrees(names["f"])


GLOBALS = """
child = Child(np.array([1.0, 2.0, 3.0]))
point = Point(np.array([1.0, 2.0, 3.0]))
frozen = Frozen(np.array([1.0, 2.0, 3.0]))
params = Params(w=np.array([1.0, 2.0]), b=np.array([3.0]))
layers = Layers([np.tanh, lambda x: X.dot(x), np.sum])
bound = child.forward
scaled = functools.partial(lambda a, w, k: a.dot(w) * k[0], np.array([1.0, 2.0, 3.0]), k=np.array([2.0]))
owner = Owner(np.array([1.0, 2.0, 3.0]))
append = point.history.append
"""


@pytest.mark.parametrize(
    "body",
    [
        "return child.w.dot(w) * child.extra.dot(w[:2])",
        "child.w = w\nreturn child(X)",
        "child.w = w\nreturn bound(X)",
        "point.x = w\nappend(w)\nassert len(point.history) == 1\nreturn point.norm() ** 2",
        "point.x[0] = w[0]\nreturn point.norm()",
        "return frozen.x.dot(w) ** 2",
        "params.w[0] = w[0]\nreturn params.total() ** 2 + params.b.dot(w[:1])",
        "return layers.run(w)",
        "return scaled(w) ** 2",
        "return owner.w.dot(w) ** 2",
        "return len(Base.registry) * w[0] ** 2 * Child(w)(X)",
        "Child.factor = w[0]\nreturn Child.named() ** 2 + Base.gain.dot(w[:2])",
    ],
)
def test_objects_in_globals(body: str) -> None:
    names = program(CLASSES + GLOBALS + "\ndef f(w):\n" + textwrap.indent(body, "    "))
    child, point, params = names["child"], names["point"], names["params"]
    dicts = [vars(child), vars(point)]
    reference = program(CLASSES + GLOBALS)
    lifted = ag.lift(names["f"])
    ag.grad(lifted)(W)
    assert vars(child) is dicts[0]
    assert vars(point) is dicts[1]
    assert vars(child).keys() == vars(reference["child"]).keys()
    assert child.w.tolist() == [1.0, 2.0, 3.0]
    assert type(child.w) is np.ndarray
    assert point.x.tolist() == [1.0, 2.0, 3.0]
    assert point.history == []
    assert params["w"].tolist() == [1.0, 2.0]
    assert names["Child"].factor == 2.0
    assert names["Base"].registry == [names["Child"]]

    def fresh(w: Any) -> Any:
        """The plain function, on objects of its own."""
        return program(CLASSES + GLOBALS + "\ndef f(w):\n" + textwrap.indent(body, "    "))["f"](w)

    value, gradient = ag.value_and_grad(lifted)(W)
    np.testing.assert_allclose(value, fresh(W.copy()), rtol=1e-12)
    for i in range(3):
        step = np.eye(3)[i] * 1e-6
        assert gradient[i] == pytest.approx((fresh(W + step) - fresh(W - step)) / 2e-6, rel=1e-6, abs=1e-7)


def test_functions_of_all_kinds() -> None:
    names = program(
        """
        import contextlib, functools
        import numpy as np
        X = np.array([1.0, 2.0, 3.0])

        def scaled(a=np.array([2.0, 3.0, 4.0]), *, b=np.array([1.0, 0.5, 0.0])):
            return a.dot(b)
        def keyword(*, v, k=np.array([1.0, 0.5, 2.0])):
            return k.dot(v)
        def logged(f):
            @functools.wraps(f)
            def wrapper(*args, **kwargs):
                wrapper.calls.append(args)
                return f(*args, **kwargs)
            wrapper.calls = []
            return wrapper
        @logged
        def dot(a, b=X):
            return b.dot(a)
        @functools.lru_cache(maxsize=None)
        def weights(n):
            return np.arange(n) * 1.0
        @functools.lru_cache
        def fib(n):
            return X[0] if n < 2 else fib(n - 1) + fib(n - 2)
        @np.vectorize
        def soft(v):
            return np.log(1 + np.exp(v))
        @functools.singledispatch
        def size(x):
            return x * X[1]
        @size.register(np.ndarray)
        def _(x):
            return x.dot(X)
        @size.register
        def _(x: list):
            return sum(size(v) for v in x)
        @contextlib.contextmanager
        def scope():
            yield np.zeros(3)
        def make(k):
            table = np.array([k, 1.0, 2.0])
            cache = {}
            def inner(w):
                cache["w"] = w
                return table.dot(cache["w"])
            def clear():
                return len(cache)
            return inner, clear
        inner, clear = make(3.0)
        is_even = lambda n: True if n == 0 else is_odd(n - 1)
        is_odd = lambda n: False if n == 0 else is_even(n - 1)
        compose = lambda *fs: functools.reduce(lambda f, g: lambda x: g(f(x)), fs)
        pipeline = compose(lambda w: X * w, np.cumsum, lambda w: np.array([w[0], w[2]]), np.prod)

        def f(w):
            with scope() as out:
                out[0] = w[0]
            total = out.sum() * scaled() + dot(w) ** 2 + weights(3).dot(w) + weights(3)[1] + fib(30) * 1e-6
            total = total + soft(w).sum() + inner(w) + clear() * w[1] + is_even(4) * w[2] + pipeline(w)
            total = total + size(w) ** 2 + size([w[0], w[1]]) * size(w[2])
            return total + keyword(v=w) ** 2 + [X.dot(w * k) for k in range(3)][2] + {k: X.dot(w) for k in "ab"}["a"]
        """
    )
    agrees(names["f"])
    calls = len(names["dot"].calls)
    cells = [cell.cell_contents for cell in names["inner"].__closure__]
    before = [dict(c) for c in cells if isinstance(c, dict)]
    ag.grad(ag.lift(names["f"]))(W)
    assert len(names["dot"].calls) == calls
    assert next(c for c in cells if isinstance(c, dict))["w"] is before[0]["w"]


def test_a_method_an_object_a_class_and_a_partial_can_be_lifted() -> None:
    names = program(CLASSES + GLOBALS)
    child = names["child"]

    def value_of(f: Callable[..., Any], *args: Any) -> float:
        return float(f(*args))

    assert ag.lift(child.forward)(names["X"]).item() == pytest.approx(value_of(child.forward, names["X"]))
    assert ag.lift(child)(names["X"]).item() == pytest.approx(value_of(child, names["X"]))
    assert ag.grad(ag.lift(names["scaled"]))(W).tolist() == [2.0, 4.0, 6.0]
    made = ag.lift(names["Point"])(W)
    assert type(made) is names["Point"]
    assert isinstance(made.x, ag.Tensor)
    assert ag.lift(np.sum)([1.0, 2.0]) == 3.0


def test_an_object_that_is_returned_is_of_the_person_s_class() -> None:
    names = program(CLASSES + "\ndef f(w):\n    return {'p': [Point(w * 2)], 'c': (Base(w),)}")
    result = ag.lift(names["f"])(W)
    assert type(result["p"][0]) is names["Point"]
    assert type(result["c"][0]) is names["Base"]
    assert result["p"][0].x.data.tolist() == (W * 2).tolist()


def test_arguments_are_lifted_and_left() -> None:
    names = program(
        CLASSES
        + """
def f(w, p, *rest, q):
    p["X"][0, 0] = w[0]
    p["new"] = 1
    rest[0].w = w
    q.append(w)
    return p["X"].dot(w).sum() + rest[0](p["X"]) + q[0].x.dot(w) + rest[1][0][1].dot(w)
"""
    )
    p, child, point = {"X": names["X"].copy()}, names["Child"](W), names["Point"](np.ones(3))
    q = [point]
    nested = ([0, np.arange(3.0)],)

    def plain(w: Any) -> Any:
        return names["f"](w, {"X": names["X"].copy()}, names["Child"](W), ([0, np.arange(3.0)],), q=[point])

    value, gradient = ag.value_and_grad(lambda w: ag.lift(names["f"])(w, p, child, nested, q=q))(W)
    assert value == pytest.approx(plain(W))
    for i in range(3):
        step = np.eye(3)[i] * 1e-6
        assert gradient[i] == pytest.approx((plain(W + step) - plain(W - step)) / 2e-6, rel=1e-6)
    assert list(p) == ["X"]
    assert p["X"].tolist() == names["X"].tolist()
    assert child.w is W
    assert q == [point]


def test_nothing_outside_changes() -> None:
    names = program(
        """
        import numpy as np
        X = np.arange(6.0).reshape(2, 3)
        view = X[0]
        cache, log, seen, counter = {"a": [1, 2]}, [], set(), 0
        nested = {"layers": [np.ones(3), np.zeros(3)], "n": (np.ones(2), 1)}
        fresh = None
        def f(w):
            global counter, fresh
            counter += 1
            fresh = w
            cache["w"] = w
            cache["a"].append(3)
            log.append(w)
            seen.add(len(log))
            nested["layers"][0] += w
            nested["layers"].reverse()
            nested["n"][0][0] = w[0]
            X[1] *= w
            X[:, 0] = w[0]
            f.calls = getattr(f, "calls", 0) + 1
            np.random.seed(0)
            return X.sum() + nested["layers"][1].sum() + fresh[0] + counter * w[1] + len(cache["a"]) + f.calls
        """
    )
    held = {name: names[name] for name in ("X", "cache", "log", "seen", "nested")}
    value = ag.lift(names["f"])(ag.Tensor(W, requires_grad=True))
    again = ag.lift(names["f"])(ag.Tensor(W, requires_grad=True))
    assert value.item() == again.item()
    assert {name: names[name] for name in held} == held or all(names[n] is held[n] for n in held)
    assert names["X"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert names["cache"] == {"a": [1, 2]}
    assert (names["log"], names["seen"], names["counter"], names["fresh"]) == ([], set(), 0, None)
    assert names["nested"]["layers"][0].tolist() == [1.0] * 3
    assert names["nested"]["n"][0].tolist() == [1.0, 1.0]
    assert not vars(names["f"])
    names["f"](W.copy())
    assert value.item() == pytest.approx(names["X"].sum() + names["nested"]["layers"][1].sum() + 0.3 - 0.7 + 3 + 1)


def test_each_call_sees_what_the_globals_are_now() -> None:
    names = program("import numpy as np\nX = np.ones(3)\nk = 1\ndef g(w): return k * X.dot(w)\ndef f(w): return g(w)")
    lifted = ag.lift(names["f"])
    assert lifted(W).item() == pytest.approx(0.7)
    names["X"] = np.array([1.0, 0.0, 0.0])
    assert lifted(W).item() == pytest.approx(0.3)
    names["X"][0] = 2.0
    assert lifted(W).item() == pytest.approx(0.6)
    exec("def g(w): return X.sum() * w[1]", names)
    assert lifted(W).item() == pytest.approx(-1.4)


def test_one_object_stays_one() -> None:
    names = program(
        """
        import numpy as np
        X = np.ones(3)
        alias = X
        a = [X, X]
        b = {"a": a, "X": X}
        a.append(b)
        class Node: pass
        node = Node(); node.me = node; node.X = X
        t = ([],); t[0].append(t)
        def f(w):
            a.append(w)
            assert alias is X and a[0] is X and a[1] is b["X"] and b["a"] is a and a[2] is b and len(b["a"]) == 4
            assert node.me is node and node.X is X and t[0][0] is t
            X[0] = w[0]
            return alias[0] * a[1][0] + node.X.dot(w)
        """
    )
    lifted = ag.lift(names["f"])
    assert ag.grad(lifted)(W)[0] == pytest.approx(2 * 0.3 + 2 * 0.3)
    assert len(names["a"]) == 3


def test_closure_cells_are_shared_among_functions() -> None:
    names = program(
        """
        import numpy as np
        def make():
            state = np.zeros(3)
            n = 0
            def put(w):
                nonlocal n, state
                n += 1
                state = state + w
            def get():
                return n * state[0] ** 2
            return put, get
        put, get = make()
        def f(w):
            put(w)
            put(w)
            return get()
        """
    )
    assert ag.lift(names["f"])(W).item() == pytest.approx(2 * 0.6**2)
    assert names["get"]() == 0
    assert ag.grad(ag.lift(names["f"]))(W).tolist() == pytest.approx([2 * 8 * 0.3, 0.0, 0.0])


# -- random numbers ----------------------------------------------------------------------------------------------------


def test_a_captured_generator_is_copied() -> None:
    names = program(
        """
        import numpy as np
        rng = np.random.default_rng(3)
        old = np.random.RandomState(4)
        draw = rng.normal
        def f(w):
            noise = rng.normal(size=3)
            noise[0] = w[0]
            order = np.arange(3.0)
            old.shuffle(order)
            assert isinstance(rng, np.random.Generator)
            return noise.dot(w) + old.rand(3).dot(w) + draw(size=3).dot(w) + rng.random() + order.dot(w)
        """
    )
    states = [names["rng"].bit_generator.state, names["old"].get_state()[2]]
    values = [ag.lift(names["f"])(W).item() for _ in range(2)]
    assert values[0] == values[1]
    assert names["rng"].bit_generator.state == states[0]
    assert names["old"].get_state()[2] == states[1]
    assert names["f"](W) == pytest.approx(values[0], rel=1e-12)


def test_python_s_own_random_numbers() -> None:
    names = program(
        """
        import random
        from random import gauss
        own = random.Random(3)
        def f(w):
            random.seed(4)
            return own.gauss(0, 1) * w[0] ** 2 + gauss(w[1], 1) * w[0] + random.random() * w[1]
        """
    )
    state = names["own"].getstate()
    first = ag.lift(names["f"])(W).item()
    assert names["own"].getstate() == state
    assert ag.lift(names["f"])(W).item() == first == pytest.approx(names["f"](W))


def test_random_numbers_made_inside() -> None:
    f = program(
        """
        import numpy as np
        from numpy import random
        from numpy.random import randn, default_rng
        def f(w):
            np.random.seed(1)
            mask = np.random.rand(3) > 0.4
            noise = random.normal(size=3) + randn(3) + np.random.uniform(0, 1, 3) + np.random.RandomState(2).rand(3)
            noise += default_rng(5).normal(size=3) + np.random.default_rng(np.random.default_rng(1)).random(3)
            noise[1] = w[0]
            np.random.shuffle(noise)
            rng = np.random.default_rng(6)
            noise += rng.choice(w, 3) * np.random.choice(w, 3, p=[0.2, 0.3, 0.5]) + rng.permutation(w)
            table = np.outer(w, w)
            rng.shuffle(table, axis=-1)
            noise += table[0] * np.random.permutation(table)[1] + rng.choice(table, 2, axis=1)[:, 0] + rng.choice(3)
            return noise.dot(w * mask) + random.randint(3) * w[2] ** 2 + noise[np.random.permutation(3)[0]]
        """
    )["f"]
    state = np.random.get_state()  # noqa: NPY002
    try:
        agrees(f)
    finally:
        np.random.set_state(state)  # noqa: NPY002


# -- what is refused ---------------------------------------------------------------------------------------------------


REFUSED = [
    ("g = (i for i in range(3))", "return next(g) * w[0]", LiftingError, "started outside"),
    ("g = iter([1.0, 2.0])", "return sum(v * w[0] for v in g)", LiftingError, "keep its items in a list"),
    ("g = zip([1.0], [2.0])", "return list(g)[0][0] * w[0]", LiftingError, "started outside"),
    ("m = np.ones((1, 3)).view(np.matrix)", "return (m * w[:, None]).sum()", LiftingError, "np.asarray"),
    ("m = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])", "return (w * m).sum()", LiftingError, "MaskedArray"),
    ("m = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])", "return np.dot(m, w)", LiftingError, "MaskedArray"),
    ("", "return 1 if type(w[0]) is float else 2", LiftingError, "isinstance"),
    ("", "return np.array([w[0], None])[0]", LiftingError, "object"),
    ("", "return np.array([w, w[0]], dtype=object)[1] * 2", LiftingError, "object"),
    ("import array", "return array.array('d', [w[0]])[0]", ConversionError, "differentiated"),
    ("", "return np.vectorize(lambda v: v.sum(), signature='(n)->()')(w)", LiftingError, "signature"),
    ("", "return (np.matrix(np.ones((1, 3))) * w[:, None]).sum()", LiftingError, "np.matrix"),
    ("import pickle", "return pickle.loads(pickle.dumps(w))[0] ** 2 + w[1]", ConversionError, "pickle"),
    ("", "w[0] = 1.0\nreturn w.sum()", InPlaceError, "leaf"),
    (
        "strided = np.lib.stride_tricks.as_strided",
        "a = strided(np.zeros((2, 3)))\na[0] = w\nreturn a.sum()",
        LiftingError,
        "as_strided.*copy",
    ),
    (
        "strided = np.lib.stride_tricks.as_strided",
        "Z = np.zeros((2, 3))\na = strided(Z)\nZ[0] = w\nreturn a.sum()",
        MissingRuleError,
        "as_strided",
    ),
    (
        "import threading\nclass Own(threading.local): X = np.ones(3)\nown = Own()",
        "return own.X.dot(w)",
        LiftingError,
        "compiled",
    ),
    ("import math as m", "m.pi = 3\nreturn w[0]", LiftingError, "installed module"),
]


@pytest.mark.parametrize(("header", "body", "error", "says"), REFUSED, ids=[f"{h} {b}"[:50] for h, b, _, _ in REFUSED])
def test_what_can_not_be_followed_raises(header: str, body: str, error: type[Exception], says: str) -> None:
    names = program(f"import numpy as np\n{header}\ndef f(w):\n" + textwrap.indent(body, "    "))
    with pytest.raises(error, match=says) as caught:
        ag.grad(ag.lift(names["f"]))(W)
    assert isinstance(caught.value, AutogradError)


def test_what_is_refused_may_be_there_if_it_is_not_used() -> None:
    names = program(
        """
        import numpy as np
        class Model: pass
        model = Model()
        model.batches = (i for i in range(3))
        model.m = np.ones((1, 1)).view(np.matrix)
        model.W = np.ones(3)
        def f(w):
            return model.W.dot(w)
        """
    )
    assert ag.grad(ag.lift(names["f"]))(W).tolist() == [1.0, 1.0, 1.0]
    assert next(names["model"].batches) == 0


def test_a_write_to_memory_that_two_arrays_share_is_refused() -> None:
    names = program(
        """
        import numpy as np
        X = np.ones((2, 3))
        row = X[0]
        def reads(w): return X.dot(w).sum() + row.dot(w)
        def writes(w):
            before = row.sum()
            X[0] = w
            return row.dot(w)
        """
    )
    agrees(names["reads"])
    with pytest.raises(LiftingError, match="shares its memory"):
        ag.lift(names["writes"])(W)
    assert names["X"].tolist() == [[1.0] * 3] * 2


def test_compiled_code_can_not_write_to_a_person_s_array() -> None:
    names = program(
        "import numpy as np, struct\nX = np.ones(3)\n"
        "def f(w):\n    struct.pack_into('d', memoryview(np.asarray(X).data), 0, 5.0)"
    )
    with pytest.raises((TypeError, ValueError)):
        ag.lift(names["f"])(W)
    assert names["X"].tolist() == [1.0] * 3


def test_only_functions_can_be_lifted() -> None:
    with pytest.raises(LiftingError, match=r"lift\(f\)"):
        ag.lift(3.0)  # type: ignore[type-var]


# -- what tracing reads ------------------------------------------------------------------------------------------------


def test_names_of_captured_arrays() -> None:
    names = program(
        """
        import numpy as np
        X = np.ones(3); p = {"W1": np.ones(3), "n m": np.ones(3)}; Ws = [np.ones(3), np.zeros(3)]
        class Model:
            def __init__(self): self.bias = np.ones(3)
        model = Model()
        def make():
            hidden = np.ones(3)
            return lambda w: X.dot(w) + p["W1"].dot(w) + Ws[0].dot(w) + Ws[1].dot(w) + model.bias.dot(w) + hidden.dot(w)
        f = make()
        """
    )
    _, lifting = lifted_call(names["f"], (W,), {})
    found = {tensor.name for _, tensor in lifting.tensors.values()}
    assert {"X", "W1", "Ws_0", "Ws_1", "bias", "hidden", "w"} <= found
    array, tensor = lifting.tensors[id(names["X"])]
    assert array is names["X"]
    assert np.shares_memory(tensor.data, array)


def test_frames_of_lifted_functions_can_be_told() -> None:
    names = program(
        """
        import sys
        def f(w):
            frame = sys._getframe()
            return type(frame.f_globals).__name__, frame.f_code, w
        """
    )
    kind, code, _ = ag.lift(names["f"])(W)
    assert kind == LiftedGlobals.__name__
    assert code is names["f"].__code__


def test_a_lifted_function_looks_like_its_own() -> None:
    def loss(w: Any, k: float = 2.0) -> Any:
        """Of w."""
        return w * k

    lifted = ag.lift(loss)
    assert (lifted.__name__, lifted.__doc__, lifted.__wrapped__) == ("loss", "Of w.", loss)  # type: ignore[attr-defined]
    assert ag.lift(lifted)(W).data.tolist() == (W * 2).tolist()
    assert ag.grad(ag.lift(ag.lift(np.sum)))(W).tolist() == [1.0] * 3


def test_threads_that_lifted_code_starts_see_whole_copies() -> None:
    names = program(
        """
        import threading, time
        import numpy as np
        class Key:
            def __hash__(self):
                time.sleep(0.002)  # while this key is put into the copy, other threads run
                return 0
        table = {Key(): np.full(3, float(i)) for i in range(3)}
        def f(w):
            results = {}
            def work(i):
                results[i] = sum(row.dot(w) for row in table.values()) * i
            threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            return sum(results[i] for i in range(8))
        """
    )
    agrees(names["f"])


def test_a_trace_follows_creations_and_lengths() -> None:
    f = program(
        """
        import math
        import numpy as np
        X = np.ones((4, 3))
        def f(w):
            H = np.zeros(len(w))
            H[0] = w[0]
            D = np.arange(X.shape[1]) * 1.0
            S = np.array([w[0], w[1]])
            return (H * D).sum() / math.sqrt(X.shape[0]) + S.sum() / len(X) + float(w[2]) * int(X.shape[0])
        """
    )["f"]
    graph = trace(f, W)
    called = {node.operation.name for node in graph.nodes if node.operation is not None}
    assert {"np.zeros", "np.arange", "np.stack", "np.sqrt"} <= called
    assert not graph.notes
    assert [graph.value(node) for node in graph.outputs] == [pytest.approx(f(W))]


def test_a_gradient_inside_of_a_lifted_function() -> None:
    names = program(
        """
        import numpy as np
        import autograd_lite as ag
        X = np.array([1.0, 2.0, 3.0])
        def inner(v):
            out = np.zeros(3)
            out[0] = X.dot(v) ** 2
            return out.sum()
        slope = ag.grad(inner)
        def f(w):
            return (slope(w) ** 2).sum()
        """
    )
    w = ag.Tensor(W, requires_grad=True)
    value = ag.lift(names["f"])(w)
    s = W @ np.array([1.0, 2.0, 3.0])
    assert value.item() == pytest.approx(4 * s**2 * 14)


def test_float32_stays_float32() -> None:
    names = program(
        """
        import numpy as np
        X = np.ones(3, dtype=np.float32)
        def f(w):
            out = np.zeros(3, dtype=np.float32)
            out[0] = w[0]
            return np.float32(X.dot(w)) * out.sum() + np.array([w[0], w[1]]).sum() + np.float32(2)
        """
    )
    w = ag.Tensor(W.astype(np.float32), requires_grad=True)
    value = ag.lift(names["f"])(w)
    assert value.dtype == np.float32
    value.backward()
    assert w.grad.dtype == np.float32
    assert w.grad[1] == pytest.approx(0.3 + 1)


def test_builtins_and_numpy_are_as_they_were() -> None:
    names = program("import numpy as np, math\ndef f(w): return np.zeros(3).dot(w) + float(w[0]) + math.exp(w[1])")
    before = (float, len, np.zeros, math.exp, vars(np).copy(), vars(builtins).copy())
    ag.lift(names["f"])(W)
    assert (float, len, np.zeros, math.exp) == before[:4]
    assert vars(np) == before[4]
    assert vars(builtins) == before[5]
    assert isinstance(np.zeros(2), np.ndarray)
    assert functools.reduce(max, [1, 2]) == 2


@pytest.mark.parametrize("number", ["np.abs(0.5)", "C.mean()", "np.float64(0.5)", "w"])
def test_a_list_beside_a_number_of_numpys_is_an_array(number: str) -> None:
    space = {"np": np, "C": np.array([0.25, 0.75])}
    exec(f"def f(w): return np.sum(({number}) ** [w, 2 * w])", space)
    w = np.float64(0.5)
    value, gradient = ag.value_and_grad(ag.lift(space["f"]))(w)
    assert value == pytest.approx(space["f"](w))
    step = 1e-6
    assert gradient == pytest.approx((space["f"](w + step) - space["f"](w - step)) / (2 * step), rel=1e-6)


def test_a_copy_of_a_number_is_a_number() -> None:
    def f(x):
        total = np.sum(x)
        part = total.copy()
        part *= x  # makes an array: NumPy's numbers do not change
        return np.sum(part) - total

    value, gradient = ag.value_and_grad(ag.lift(f))(np.array([1.0, 2.0]))
    assert value == 6.0
    np.testing.assert_array_equal(gradient, [5.0, 5.0])


def test_what_numpy_lets_nobody_write_to() -> None:
    def windows(x):
        view = np.lib.stride_tricks.sliding_window_view(x * 1.0, 2)
        view[0] = 0.0
        return np.sum(view)

    def diagonal(x):
        view = np.diagonal(np.outer(x, x))
        view[0] = 0.0
        return np.sum(view)

    for f in (windows, diagonal):
        for run in (f, ag.lift(f), ag.grad(ag.lift(f)), lambda x, f=f: ag.trace(f, x)):
            with pytest.raises(ValueError, match="read-only"):
                run(np.ones(3))
