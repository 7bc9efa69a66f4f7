import numpy as np

SOURCE = "synthetic (encoder-decoder attention; cf. the many threads about the sqrt(d_k) of attention)"
SUMMARY = "Cross-attention: the backward pass forgets that the scores were divided by sqrt(d_k)."

TQ, TK, D, DK = 3, 5, 4, 6
_r = np.random.default_rng(526)
DEC, ENC = _r.normal(size=(TQ, D)), _r.normal(size=(TK, D))
UP = _r.normal(size=(TQ, DK))


def params():
    r = np.random.default_rng(1526)
    return {
        "W_q": r.normal(size=(D, DK)),
        "W_k": r.normal(size=(D, DK)),
        "W_v": r.normal(size=(D, DK)),
        "b_q": r.normal(size=DK),
    }


def loss(p):
    q = DEC @ p["W_q"] + p["b_q"]
    k = ENC @ p["W_k"]
    v = ENC @ p["W_v"]
    raw = np.einsum("id,jd->ij", q, k)
    scores = raw / np.sqrt(DK)
    w = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
    ctx = np.einsum("ij,jd->id", w, v)
    return np.sum(ctx * UP), {"q": q, "k": k, "v": v, "raw": raw, "scores": scores, "w": w, "ctx": ctx}


def _run(p, scale):
    q, k, v = DEC @ p["W_q"] + p["b_q"], ENC @ p["W_k"], ENC @ p["W_v"]
    e = np.exp(q @ k.T / np.sqrt(DK))
    w = e / e.sum(axis=1, keepdims=True)
    dv = np.einsum("ij,id->jd", w, UP)
    dw = np.einsum("id,jd->ij", UP, v)
    ds = w * (dw - np.einsum("ij,ij->i", dw, w)[:, None])
    dr = ds / scale
    dq, dk = np.einsum("ij,jd->id", dr, k), np.einsum("ij,id->jd", dr, q)
    return {
        "ctx": UP,
        "v": dv,
        "w": dw,
        "scores": ds,
        "raw": dr,
        "q": dq,
        "k": dk,
        "W_v": ENC.T @ dv,
        "W_q": DEC.T @ dq,
        "b_q": dq.sum(axis=0),
        "W_k": ENC.T @ dk,
    }


def manual_grads(p):
    return _run(p, 1.0)


def correct_grads(p):
    return _run(p, np.sqrt(DK))


EXPECTED = [
    {
        "where": "raw",
        "kind": "scale",
        "detail": "sqrt(6) times too large: the division by sqrt(d_k) is not repeated in the backward pass",
        "factor": float(np.sqrt(DK)),
        "names": ["raw", "q", "k", "W_q", "b_q", "W_k"],
    }
]
PROPAGATED = ["q", "k", "W_q", "b_q", "W_k"]
CORRECT = ["ctx", "v", "w", "scores", "W_v"]
