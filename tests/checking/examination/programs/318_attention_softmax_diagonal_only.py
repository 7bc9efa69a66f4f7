import numpy as np

SOURCE = "'derivative of softmax is s*(1-s)'"
SUMMARY = "Additive attention pooling over a list of vectors: the softmax is differentiated elementwise, A*(1-A), without the off-diagonal part."

LR = 0.1
rs = np.random.default_rng(318)
bag = [rs.normal(size=3) for _ in range(4)]
y = 1.0


def params():
    r = np.random.default_rng(1318)
    return {"W": r.normal(size=(3, 4)), "v": r.normal(size=4), "u": r.normal(size=3), "b": r.normal(size=1)}


def loss(p):
    H = np.stack(bag)
    act = np.tanh(H @ p["W"])
    score = act @ p["v"]
    e = np.exp(score)
    alpha = e / e.sum()
    ctx = alpha @ H
    logit = ctx @ p["u"] + p["b"]
    return np.sum(np.log(1 + np.exp(logit)) - y * logit), {
        "act": act,
        "score": score,
        "alpha": alpha,
        "ctx": ctx,
        "logit": logit,
    }


def correct_grads(p):
    H = np.stack(bag)
    act = np.tanh(H @ p["W"])
    e = np.exp(act @ p["v"])
    a = e / e.sum()
    ctx = a @ H
    dl = 1 / (1 + np.exp(-(ctx @ p["u"] + p["b"]))) - y
    dctx = dl * p["u"]
    da = H @ dctx
    ds = a * (da - a @ da)
    dact = np.outer(ds, p["v"])
    return {
        "u": dl * ctx,
        "b": dl,
        "v": act.T @ ds,
        "W": H.T @ (dact * (1 - act**2)),
        "logit": dl,
        "ctx": dctx,
        "alpha": da,
        "score": ds,
        "act": dact,
    }


def step(p):
    W, v, u, b = (p[k] for k in "W v u b".split())
    scores = []
    hid = []
    for h in bag:
        hid.append(np.tanh(h @ W))
        scores.append(hid[-1] @ v)
    w = np.exp(scores) / np.sum(np.exp(scores))
    ctx = sum(wi * hi for wi, hi in zip(w, bag))
    pred = 1 / (1 + np.exp(-(ctx @ u + b)))
    g = pred - y
    dW, dv = np.zeros_like(W), np.zeros_like(v)
    for k, h in enumerate(bag):
        dw = g[0] * (u @ h)
        ds = dw * w[k] * (1 - w[k])
        dv += ds * hid[k]
        dW += np.outer(h, ds * v * (1 - hid[k] ** 2))
    return {"W": W - LR * dW, "v": v - LR * dv, "u": u - LR * g * ctx, "b": b - LR * g}


EXPECTED = [{"where": "score", "kind": "missing_term", "detail": "off-diagonal softmax derivative -a_i a_j missing"}]
PROPAGATED = ["W", "v"]
CORRECT = ["u", "b"]
