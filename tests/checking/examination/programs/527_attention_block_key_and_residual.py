import numpy as np

SOURCE = "synthetic (one block of a small GPT written in NumPy)"
SUMMARY = "Attention block with residual: dK = dS @ Q without the transpose (the score matrix is square), and the residual path is left out of the gradient of the block's input. Training step."

LR = 0.05
T, D = 4, 3
_r = np.random.default_rng(527)
TOK = _r.normal(size=(T, D))
TARGET = np.array([1, 0, 2, 1])
MASK = np.triu(np.full((T, T), -1e9), 1)


def params():
    r = np.random.default_rng(1527)
    return {
        "pos": r.normal(size=(T, D)),
        "Wq": r.normal(size=(D, D)),
        "Wk": r.normal(size=(D, D)),
        "Wv": r.normal(size=(D, D)),
        "Wu": r.normal(size=(D, 3)),
    }


def _softmax(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def loss(p):
    x = TOK + p["pos"]
    q = x @ p["Wq"]
    k = x @ p["Wk"]
    v = x @ p["Wv"]
    s = q @ k.T / np.sqrt(D) + MASK
    a = _softmax(s)
    y = x + a @ v
    logits = y @ p["Wu"]
    pr = _softmax(logits)
    return -np.mean(np.log(pr[np.arange(T), TARGET])), {
        "x": x,
        "q": q,
        "k": k,
        "v": v,
        "s": s,
        "a": a,
        "y": y,
        "logits": logits,
    }


def _grads(p, right):
    x = TOK + p["pos"]
    q, k, v = x @ p["Wq"], x @ p["Wk"], x @ p["Wv"]
    a = _softmax(q @ k.T / np.sqrt(D) + MASK)
    y = x + a @ v
    dlog = (_softmax(y @ p["Wu"]) - np.eye(3)[TARGET]) / T
    dy = dlog @ p["Wu"].T
    dv = a.T @ dy
    da = dy @ v.T
    ds = a * (da - (da * a).sum(axis=1, keepdims=True)) / np.sqrt(D)
    dq = ds @ k
    dk = ds.T @ q if right else ds @ q
    dx = dq @ p["Wq"].T + dk @ p["Wk"].T + dv @ p["Wv"].T
    if right:
        dx = dx + dy
    return {"Wu": y.T @ dlog, "Wq": x.T @ dq, "Wk": x.T @ dk, "Wv": x.T @ dv, "pos": dx}


def step(p):
    g = _grads(p, False)
    return {name: p[name] - LR * g[name] for name in p}


def correct_grads(p):
    return _grads(p, True)


EXPECTED = [
    {"where": "k", "kind": "transposed", "detail": "dS @ Q instead of dS.T @ Q; S is (4,4)"},
    {"where": "x", "kind": "missing_term", "detail": "dy of the residual connection y = x + attention(x) is not added"},
]
PROPAGATED = ["Wk", "pos"]
CORRECT = ["Wu", "Wq", "Wv"]
