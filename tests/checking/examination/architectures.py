"""Right backward passes as people write them by hand, as source text into which `mutations` puts mistakes.

Each source defines ``params()``, ``loss(p)`` and either ``backward(p)``, whose gradients are called as the parameters
and intermediates are, or a ``step(p)`` of its own. ``{seed}`` is filled in; sizes differ and biases are not zero.
"""

from __future__ import annotations

import itertools
import linecache
from dataclasses import dataclass
from typing import Any

import numpy as np

LR = 0.05

_HEAD = """import numpy as np
LR = 0.05
_r = np.random.default_rng({seed})

def sig(t):
    return 1 / (1 + np.exp(-t))

def softmax(t):
    e = np.exp(t - np.max(t, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)

"""


@dataclass(frozen=True)
class Architecture:
    """A network with a right backward pass.

    Attributes
    ----------
    name
        What it is called.
    source
        Of the forward and the backward pass.
    chains
        Names of values in the order in which the loss is computed from them, "A B C" for each path; neighbours in it
        are neighbours of each other.
    """

    name: str
    source: str
    chains: tuple[str, ...] = ()

    def neighbours(self, where: str) -> set[str]:
        """The names directly before and after a value on the chains."""
        found = set()
        for chain in self.chains:
            names = chain.split()
            for one, other in itertools.pairwise(names):
                found |= {other} if one == where else {one} if other == where else set()
        return found

    def code(self) -> str:
        """The whole program."""
        return _HEAD.replace("{seed}", str(len(self.name) * 100 + ord(self.name[0]))) + self.source


def run(name: str, code: str) -> dict[str, Any]:
    """Execute a source text as a module of its own, in a way that tracebacks and `inspect` can read it."""
    filename = f"<examination {name}>"
    linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
    module: dict[str, Any] = {"__name__": f"examination_{name}"}
    with np.errstate(all="ignore"):
        exec(compile(code, filename, "exec"), module)
    return module


def with_step(code: str, names: list[str]) -> str:
    """Add a training step that calls the source's ``backward``, a line for each parameter."""
    if "def step(" in code:
        return code
    lines = ["", "def step(p):", "    g = backward(p)"]
    lines += [f'    {name} = p["{name}"] - LR * g["{name}"]' for name in names]
    lines.append("    return {" + ", ".join(f'"{name}": {name}' for name in names) + "}")
    return code + "\n".join(lines) + "\n"


ARCHITECTURES: dict[str, Architecture] = {}


def _add(name: str, source: str, *chains: str) -> None:
    ARCHITECTURES[name] = Architecture(name, source.lstrip("\n"), chains)


_add(
    "rows",
    """
X, Y = _r.normal(size=(7, 3)), _r.random(size=(7, 2))

def params():
    return {"W1": _r.normal(size=(3, 5)), "b1": _r.normal(size=(1, 5)),
            "W2": _r.normal(size=(5, 2)), "b2": _r.normal(size=(1, 2))}

def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = sig(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = sig(Z2)
    return np.mean((A2 - Y) ** 2), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def backward(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = sig(Z1)
    Z2 = A1 @ p["W2"] + p["b2"]
    A2 = sig(Z2)
    dA2 = 2 * (A2 - Y) / Y.size
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = A1.T @ dZ2
    db2 = np.sum(dZ2, axis=0, keepdims=True)
    dA1 = dZ2 @ p["W2"].T
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = X.T @ dZ1
    db1 = np.sum(dZ1, axis=0, keepdims=True)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "A2": dA2, "Z2": dZ2, "A1": dA1, "Z1": dZ1}
""",
    "Z1 A1 Z2 A2",
)

_add(
    "columns",
    """
X = _r.normal(size=(3, 8))
Y = (_r.random(size=(1, 8)) > 0.5).astype(float)

def params():
    return {"W1": _r.normal(size=(5, 3)), "b1": _r.normal(size=(5, 1)),
            "W2": _r.normal(size=(1, 5)), "b2": _r.normal(size=(1, 1))}

def loss(p):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    A2 = sig(Z2)
    m = X.shape[1]
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m
    return cost, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}

def backward(p):
    m = X.shape[1]
    A1 = np.tanh(np.dot(p["W1"], X) + p["b1"])
    A2 = sig(np.dot(p["W2"], A1) + p["b2"])
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dA1 = np.dot(p["W2"].T, dZ2)
    dZ1 = dA1 * (1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "Z2": dZ2, "Z1": dZ1}
""",
    "Z1 A1 Z2 A2",
)

_add(
    "bce",
    """
X = _r.normal(size=(9, 4))
t = (_r.random(size=(9, 2)) > 0.4).astype(float)

def params():
    return {"w1": _r.normal(size=(4, 6)), "c1": _r.normal(size=6),
            "w2": _r.normal(size=(6, 2)), "c2": _r.normal(size=2)}

def loss(p):
    u = X.dot(p["w1"]) + p["c1"]
    h = np.tanh(u)
    v = h.dot(p["w2"]) + p["c2"]
    yhat = sig(v)
    return -np.mean(t * np.log(yhat) + (1 - t) * np.log(1 - yhat)), {"u": u, "h": h, "v": v, "yhat": yhat}

def backward(p):
    u = X.dot(p["w1"]) + p["c1"]
    h = np.tanh(u)
    v = h.dot(p["w2"]) + p["c2"]
    yhat = sig(v)
    g_yhat = (-t / yhat + (1 - t) / (1 - yhat)) / t.size
    g_v = g_yhat * yhat * (1 - yhat)
    g_w2 = h.T.dot(g_v)
    g_c2 = g_v.sum(0)
    g_h = g_v.dot(p["w2"].T)
    g_u = g_h * (1 - h ** 2)
    g_w1 = X.T.dot(g_u)
    g_c1 = g_u.sum(0)
    return {"w1": g_w1, "c1": g_c1, "w2": g_w2, "c2": g_c2, "yhat": g_yhat, "v": g_v, "h": g_h, "u": g_u}
""",
    "u h v yhat",
)

_add(
    "onehot",
    """
X = _r.normal(size=(8, 4))
Y = np.eye(3)[_r.integers(0, 3, size=8)]
REG = 0.3

def params():
    return {"W1": _r.normal(size=(4, 6)), "b1": _r.normal(size=(1, 6)),
            "W2": _r.normal(size=(6, 3)), "b2": _r.normal(size=(1, 3))}

def loss(p):
    scores1 = X @ p["W1"] + p["b1"]
    hidden = np.maximum(0, scores1)
    scores2 = hidden @ p["W2"] + p["b2"]
    e = np.exp(scores2 - np.max(scores2, axis=1, keepdims=True))
    probs = e / np.sum(e, axis=1, keepdims=True)
    data = -np.sum(Y * np.log(probs)) / X.shape[0]
    penalty = 0.5 * REG * np.sum(p["W1"] ** 2) + 0.5 * REG * np.sum(p["W2"] ** 2)
    return data + penalty, {"scores1": scores1, "hidden": hidden, "scores2": scores2}

def backward(p):
    n = X.shape[0]
    scores1 = X @ p["W1"] + p["b1"]
    hidden = np.maximum(0, scores1)
    probs = softmax(hidden @ p["W2"] + p["b2"])
    dscores2 = (probs - Y) / n
    dW2 = hidden.T @ dscores2
    db2 = np.sum(dscores2, axis=0, keepdims=True)
    dhidden = dscores2 @ p["W2"].T
    dscores1 = dhidden * (scores1 > 0)
    dW1 = X.T @ dscores1
    db1 = np.sum(dscores1, axis=0, keepdims=True)
    dW2 += REG * p["W2"]
    dW1 += REG * p["W1"]
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "scores2": dscores2, "hidden": dhidden, "scores1": dscores1}
""",
    "scores1 hidden scores2",
)

_add(
    "labels",
    """
X = _r.normal(size=(9, 3))
y = _r.integers(0, 4, size=9)

def params():
    return {"W1": _r.normal(size=(3, 5)), "b1": _r.normal(size=5),
            "W2": _r.normal(size=(5, 4)), "b2": _r.normal(size=4)}

def loss(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.where(z1 > 0, z1, 0.1 * z1)
    z2 = a1 @ p["W2"] + p["b2"]
    shifted = z2 - np.max(z2, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    return -np.mean(logp[np.arange(len(y)), y]), {"z1": z1, "a1": a1, "z2": z2}

def backward(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.where(z1 > 0, z1, 0.1 * z1)
    dz2 = softmax(a1 @ p["W2"] + p["b2"])
    dz2[np.arange(len(y)), y] -= 1
    dz2 /= len(y)
    dW2 = a1.T @ dz2
    db2 = dz2.sum(axis=0)
    da1 = dz2 @ p["W2"].T
    dz1 = da1.copy()
    dz1[z1 <= 0] *= 0.1
    dW1 = X.T @ dz1
    db1 = dz1.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "z2": dz2, "a1": da1, "z1": dz1}
""",
    "z1 a1 z2 logp",
)

_add(
    "tanh3",
    """
X, Y = _r.normal(size=(8, 3)), _r.normal(size=(8, 2))

def params():
    return {"W1": _r.normal(size=(3, 5)), "b1": _r.normal(size=5), "W2": 0.6 * _r.normal(size=(5, 5)),
            "b2": _r.normal(size=5), "W3": _r.normal(size=(5, 2)), "b3": _r.normal(size=2)}

def loss(p):
    z1 = X @ p["W1"] + p["b1"]
    a1 = np.tanh(z1)
    z2 = a1 @ p["W2"] + p["b2"]
    a2 = np.tanh(z2)
    out = a2 @ p["W3"] + p["b3"]
    return 0.5 * np.sum((out - Y) ** 2) / len(X), {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "out": out}

def backward(p):
    a1 = np.tanh(X @ p["W1"] + p["b1"])
    a2 = np.tanh(a1 @ p["W2"] + p["b2"])
    out = a2 @ p["W3"] + p["b3"]
    delta3 = (out - Y) / len(X)
    gW3 = a2.T @ delta3
    gb3 = delta3.sum(axis=0)
    back2 = delta3 @ p["W3"].T
    delta2 = back2 * (1 - a2 ** 2)
    gW2 = a1.T @ delta2
    gb2 = delta2.sum(axis=0)
    back1 = delta2 @ p["W2"].T
    delta1 = back1 * (1 - a1 ** 2)
    gW1 = X.T @ delta1
    gb1 = delta1.sum(axis=0)
    return {"W1": gW1, "b1": gb1, "W2": gW2, "b2": gb2, "W3": gW3, "b3": gb3,
            "out": delta3, "a2": back2, "z2": delta2, "a1": back1, "z1": delta1}
""",
    "z1 a1 z2 a2 out",
)

_add(
    "rnn",
    """
H, T = 4, 3
xs = _r.normal(size=(T, 2, 1))
target = _r.normal(size=(3, 1))

def params():
    return {"Wxh": _r.normal(size=(H, 2)), "Whh": _r.normal(size=(H, H)), "bh": _r.normal(size=(H, 1)),
            "Why": _r.normal(size=(3, H)), "by": _r.normal(size=(3, 1))}

def loss(p):
    h, named = np.full((H, 1), 0.2), {}
    for t in range(T):
        h = np.tanh(p["Wxh"] @ xs[t] + p["Whh"] @ h + p["bh"])
        named[f"h{t}"] = h
    y = p["Why"] @ h + p["by"]
    named["y"] = y
    return 0.5 * np.sum((y - target) ** 2), named

def backward(p):
    hs = {-1: np.full((H, 1), 0.2)}
    for t in range(T):
        hs[t] = np.tanh(p["Wxh"] @ xs[t] + p["Whh"] @ hs[t - 1] + p["bh"])
    y = p["Why"] @ hs[T - 1] + p["by"]
    grads = {k: np.zeros_like(v) for k, v in p.items()}
    dy = y - target
    grads["y"] = dy
    grads["Why"] = dy @ hs[T - 1].T
    grads["by"] = dy
    dh = p["Why"].T @ dy
    for t in reversed(range(T)):
        grads[f"h{t}"] = dh
        draw = (1 - hs[t] ** 2) * dh
        grads["bh"] += draw
        grads["Wxh"] += draw @ xs[t].T
        grads["Whh"] += draw @ hs[t - 1].T
        dh = p["Whh"].T @ draw
    return grads
""",
    "h0 h1 h2 y",
)

_add(
    "lstm",
    """
H, D, T = 3, 2, 2
xs = _r.normal(size=(T, D))
goal = _r.normal(size=H)

def params():
    p = {}
    for gate in "fiog":
        p["W" + gate] = 0.7 * _r.normal(size=(H, H + D))
        p["b" + gate] = _r.normal(size=H)
    return p

def loss(p):
    h, c, named = np.full(H, 0.1), np.full(H, -0.3), {}
    for t in range(T):
        z = np.concatenate([h, xs[t]])
        f = sig(p["Wf"] @ z + p["bf"])
        i = sig(p["Wi"] @ z + p["bi"])
        o = sig(p["Wo"] @ z + p["bo"])
        g = np.tanh(p["Wg"] @ z + p["bg"])
        c = f * c + i * g
        h = o * np.tanh(c)
        named[f"c{t}"], named[f"h{t}"] = c, h
    return 0.5 * np.sum((h - goal) ** 2), named

def backward(p):
    h, c, cache = np.full(H, 0.1), np.full(H, -0.3), []
    for t in range(T):
        z = np.concatenate([h, xs[t]])
        f, i = sig(p["Wf"] @ z + p["bf"]), sig(p["Wi"] @ z + p["bi"])
        o, g = sig(p["Wo"] @ z + p["bo"]), np.tanh(p["Wg"] @ z + p["bg"])
        c_prev, c = c, f * c + i * g
        h = o * np.tanh(c)
        cache.append((z, f, i, o, g, c_prev, c))
    G = {k: np.zeros_like(v) for k, v in p.items()}
    dh, dc_next = h - goal, np.zeros(H)
    for t in reversed(range(T)):
        z, f, i, o, g, c_prev, c = cache[t]
        dc = dh * o * (1 - np.tanh(c) ** 2) + dc_next
        G[f"h{t}"], G[f"c{t}"] = dh, dc
        dof = dh * np.tanh(c) * o * (1 - o)
        dff = dc * c_prev * f * (1 - f)
        dif = dc * g * i * (1 - i)
        dgf = dc * i * (1 - g ** 2)
        G["Wf"] += np.outer(dff, z)
        G["Wi"] += np.outer(dif, z)
        G["Wo"] += np.outer(dof, z)
        G["Wg"] += np.outer(dgf, z)
        G["bf"] += dff
        G["bi"] += dif
        G["bo"] += dof
        G["bg"] += dgf
        dz = p["Wf"].T @ dff + p["Wi"].T @ dif + p["Wo"].T @ dof + p["Wg"].T @ dgf
        dh = dz[:H]
        dc_next = dc * f
    return G
""",
    "c0 h0 z2 c1 h1",
    "c0 c1",
)

_add(
    "conv",
    """
x, goal = _r.normal(size=(5, 9)), _r.normal(size=(5, 7))

def params():
    return {"k": _r.normal(size=3), "b": _r.normal(size=1), "v": _r.normal(size=7)}

def loss(p):
    z = np.zeros((5, 7))
    for j in range(3):
        z = z + x[:, j:j + 7] * p["k"][j]
    z = z + p["b"]
    a = np.tanh(z)
    out = a * p["v"]
    return np.sum((out - goal) ** 2) / len(x), {"z": z, "a": a, "out": out}

def backward(p):
    cols = np.stack([x[:, j:j + 7] for j in range(3)], axis=-1)
    a = np.tanh(cols @ p["k"] + p["b"])
    out = a * p["v"]
    dout = 2 * (out - goal) / len(x)
    dv = np.sum(dout * a, axis=0)
    da = dout * p["v"]
    dz = da * (1 - a * a)
    dk = np.zeros(3)
    for j in range(3):
        dk[j] += np.sum(dz * x[:, j:j + 7])
    db = np.sum(dz, keepdims=True).reshape(1)
    return {"k": dk, "b": db, "v": dv, "out": dout, "a": da, "z": dz}
""",
    "z a out",
)

_add(
    "batchnorm",
    """
x, goal = _r.normal(size=(6, 3)), _r.normal(size=(6, 4))
EPS = 1e-3

def params():
    return {"W": _r.normal(size=(3, 4)), "gamma": _r.normal(size=4) + 2, "beta": _r.normal(size=4)}

def loss(p):
    z = x @ p["W"]
    mu = np.mean(z, axis=0)
    var = np.mean((z - mu) ** 2, axis=0)
    xhat = (z - mu) / np.sqrt(var + EPS)
    out = p["gamma"] * xhat + p["beta"]
    a = np.tanh(out)
    return 0.5 * np.sum((a - goal) ** 2), {"z": z, "xhat": xhat, "out": out, "a": a}

def backward(p):
    N = len(x)
    z = x @ p["W"]
    mu = z.mean(axis=0)
    var = z.var(axis=0)
    std_inv = 1 / np.sqrt(var + EPS)
    xhat = (z - mu) * std_inv
    a = np.tanh(p["gamma"] * xhat + p["beta"])
    da = a - goal
    dout = da * (1 - a ** 2)
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * p["gamma"]
    dvar = np.sum(dxhat * (z - mu), axis=0) * -0.5 * std_inv ** 3
    dmu = np.sum(-dxhat * std_inv, axis=0)
    dz = dxhat * std_inv + dvar * 2 * (z - mu) / N + dmu / N
    dW = x.T @ dz
    return {"W": dW, "gamma": dgamma, "beta": dbeta, "a": da, "out": dout, "xhat": dxhat, "z": dz}
""",
    "z xhat out a",
    "z mu xhat",
    "z var xhat",
)

_add(
    "embedding",
    """
words = np.array([[1, 4, 1], [0, 1, 5], [4, 4, 2]])
y = np.array([2, 0, 1])

def params():
    return {"E": _r.normal(size=(6, 4)), "U": _r.normal(size=(4, 5)), "c": _r.normal(size=5)}

def loss(p):
    vectors = p["E"][words]
    bag = np.sum(vectors, axis=1)
    s = bag @ p["U"] + p["c"]
    e = np.exp(s)
    probs = e / np.sum(e, axis=1, keepdims=True)
    return -np.sum(np.log(probs[np.arange(3), y])), {"vectors": vectors, "bag": bag, "s": s}

def backward(p):
    vectors = p["E"][words]
    bag = vectors.sum(axis=1)
    ds = softmax(bag @ p["U"] + p["c"])
    ds[np.arange(3), y] -= 1
    dU = bag.T @ ds
    dc = ds.sum(axis=0)
    dbag = ds @ p["U"].T
    dvectors = np.repeat(dbag[:, None, :], 3, axis=1)
    dE = np.zeros_like(p["E"])
    np.add.at(dE, words, dvectors)
    return {"E": dE, "U": dU, "c": dc, "s": ds, "bag": dbag, "vectors": dvectors}
""",
    "vectors bag s",
)

_add(
    "tied",
    """
X = _r.normal(size=(7, 5))

def params():
    return {"W": _r.normal(size=(5, 3)), "b": _r.normal(size=3), "c": _r.normal(size=5)}

def loss(p):
    pre = X @ p["W"] + p["b"]
    code = np.tanh(pre)
    rec = code @ p["W"].T + p["c"]
    return np.mean((rec - X) ** 2), {"pre": pre, "code": code, "rec": rec}

def backward(p):
    code = np.tanh(X @ p["W"] + p["b"])
    rec = code @ p["W"].T + p["c"]
    drec = 2 * (rec - X) / X.size
    dc = np.sum(drec, axis=0)
    dcode = drec @ p["W"]
    dpre = dcode * (1 - code ** 2)
    db = np.sum(dpre, axis=0)
    dW = X.T @ dpre + drec.T @ code
    return {"W": dW, "b": db, "c": dc, "rec": drec, "code": dcode, "pre": dpre}
""",
    "pre code rec",
)

_add(
    "attention",
    """
X, goal = _r.normal(size=(5, 3)), _r.normal(size=(5, 4))

def params():
    return {"Wq": _r.normal(size=(3, 2)), "Wk": _r.normal(size=(3, 2)), "Wv": _r.normal(size=(3, 4))}

def loss(p):
    Q = X @ p["Wq"]
    K = X @ p["Wk"]
    V = X @ p["Wv"]
    S = Q @ K.T / np.sqrt(2)
    e = np.exp(S - np.max(S, axis=1, keepdims=True))
    A = e / np.sum(e, axis=1, keepdims=True)
    O = A @ V
    return 0.5 * np.sum((O - goal) ** 2), {"Q": Q, "K": K, "V": V, "S": S, "A": A, "O": O}

def backward(p):
    Q, K, V = X @ p["Wq"], X @ p["Wk"], X @ p["Wv"]
    scale = np.sqrt(2)
    A = softmax(Q @ K.T / scale)
    O = A @ V
    dO = O - goal
    dV = A.T @ dO
    dA = dO @ V.T
    dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
    dQ = dS @ K / scale
    dK = dS.T @ Q / scale
    dWq = X.T @ dQ
    dWk = X.T @ dK
    dWv = X.T @ dV
    return {"Wq": dWq, "Wk": dWk, "Wv": dWv, "O": dO, "V": dV, "A": dA, "S": dS, "Q": dQ, "K": dK}
""",
    "Q S A O",
    "K S",
    "V O",
)

_add(
    "dropout",
    """
X, Y = _r.normal(size=(6, 3)), _r.normal(size=(6, 2))
KEEP = 0.6
mask = (_r.random(size=(6, 7)) < KEEP).astype(float)

def params():
    return {"W1": _r.normal(size=(3, 7)), "b1": _r.normal(size=7),
            "W2": _r.normal(size=(7, 2)), "b2": _r.normal(size=2)}

def loss(p):
    Z1 = X @ p["W1"] + p["b1"]
    A1 = sig(Z1)
    D1 = A1 * mask / KEEP
    Z2 = D1 @ p["W2"] + p["b2"]
    return np.sum((Z2 - Y) ** 2) / (2 * len(Y)), {"Z1": Z1, "A1": A1, "D1": D1, "Z2": Z2}

def backward(p):
    A1 = sig(X @ p["W1"] + p["b1"])
    D1 = A1 * mask / KEEP
    dZ2 = (D1 @ p["W2"] + p["b2"] - Y) / len(Y)
    dW2 = D1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dD1 = dZ2 @ p["W2"].T
    dA1 = dD1 * mask / KEEP
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "Z2": dZ2, "D1": dD1, "A1": dA1, "Z1": dZ1}
""",
    "Z1 A1 D1 Z2",
)

_add(
    "ridge",
    """
X, y = _r.normal(size=(11, 4)), _r.normal(size=11)
ALPHA = 0.7

def params():
    return {"w": _r.normal(size=4), "b": _r.normal(size=1)}

def loss(p):
    yhat = X @ p["w"] + p["b"]
    return np.mean((yhat - y) ** 2) + ALPHA * np.sum(p["w"] ** 2), {"yhat": yhat}

def backward(p):
    n = len(y)
    error = X @ p["w"] + p["b"] - y
    dyhat = 2 * error / n
    dw = X.T @ dyhat + 2 * ALPHA * p["w"]
    db = np.array([np.sum(dyhat)])
    return {"w": dw, "b": db, "yhat": dyhat}
""",
    "w yhat",
)

_add(
    "class",
    """
X, Y = _r.normal(size=(4, 6)), _r.random(size=(3, 6))

def params():
    return {"W1": _r.normal(size=(5, 4)), "b1": _r.normal(size=(5, 1)), "W2": _r.normal(size=(3, 5)),
            "b2": _r.normal(size=(3, 1))}

class Network:
    def __init__(self, p):
        self.W1, self.b1, self.W2, self.b2 = p["W1"], p["b1"], p["W2"], p["b2"]

    def forward(self, inputs):
        self.z1 = np.dot(self.W1, inputs) + self.b1
        self.a1 = sig(self.z1)
        self.z2 = np.dot(self.W2, self.a1) + self.b2
        self.a2 = sig(self.z2)
        return self.a2

    def train(self, inputs, targets):
        outputs = self.forward(inputs)
        m = inputs.shape[1]
        output_delta = (outputs - targets) * outputs * (1 - outputs)
        hidden_error = np.dot(self.W2.T, output_delta)
        hidden_delta = hidden_error * self.a1 * (1 - self.a1)
        self.W2 = self.W2 - LR * np.dot(output_delta, self.a1.T) / m
        self.b2 = self.b2 - LR * np.sum(output_delta, axis=1, keepdims=True) / m
        self.W1 = self.W1 - LR * np.dot(hidden_delta, inputs.T) / m
        self.b1 = self.b1 - LR * np.sum(hidden_delta, axis=1, keepdims=True) / m

def loss(p):
    net = Network(p)
    out = net.forward(X)
    named = {"z1": net.z1, "a1": net.a1, "z2": net.z2, "a2": net.a2}
    return 0.5 * np.sum((out - Y) ** 2) / X.shape[1], named

def step(p):
    net = Network(p)
    net.train(X, Y)
    return {"W1": net.W1, "b1": net.b1, "W2": net.W2, "b2": net.b2}
""",
    "z1 a1 z2 a2",
)
