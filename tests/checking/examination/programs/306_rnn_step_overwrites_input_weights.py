import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Many-to-one RNN trained by a step: dU is assigned, not accumulated, over time; only the first time step's share remains."

rng = np.random.default_rng(306)
B, T, D, H = 4, 3, 2, 3
data = rng.normal(size=(B, T, D))
label = (rng.random((B, 1)) > 0.5) * 1.0
LR = 0.2


def params():
    g = np.random.default_rng(1306)
    return {"U": g.normal(size=(D, H)), "W": g.normal(size=(H, H)), "V": g.normal(size=(H, 1)), "b": g.normal(size=H)}


def loss(p):
    s = np.zeros((B, H))
    for t in range(T):
        s = np.tanh(data[:, t] @ p["U"] + s @ p["W"] + p["b"])
    o = 1 / (1 + np.exp(-(s @ p["V"])))
    return -np.mean(label * np.log(o) + (1 - label) * np.log(1 - o))


def _grads(p, keep):
    S = [np.zeros((B, H))]
    for t in range(T):
        S.append(np.tanh(data[:, t] @ p["U"] + S[-1] @ p["W"] + p["b"]))
    o = 1 / (1 + np.exp(-(S[-1] @ p["V"])))
    err = (o - label) / B
    dU, dW, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    dV = S[-1].T @ err
    ds = err @ p["V"].T
    for t in range(T - 1, -1, -1):
        da = ds * (1 - S[t + 1] ** 2)
        dU = dU * keep + data[:, t].T @ da
        dW += S[t].T @ da
        db += da.sum(0)
        ds = da @ p["W"].T
    return {"U": dU, "W": dW, "V": dV, "b": db}


def correct_grads(p):
    return _grads(p, 1)


def step(p):
    s = [np.zeros((B, H))]
    for t in range(T):
        s.append(np.tanh(data[:, t] @ p["U"] + s[t] @ p["W"] + p["b"]))
    yhat = 1 / (1 + np.exp(-s[-1].dot(p["V"])))
    delta = (yhat - label) / B
    gV = s[-1].T.dot(delta)
    back = delta.dot(p["V"].T)
    gW, gb = 0, 0
    for t in reversed(range(T)):
        pre = back * (1 - s[t + 1] ** 2)
        gU = data[:, t, :].T.dot(pre)
        gW = gW + s[t].T.dot(pre)
        gb = gb + pre.sum(axis=0)
        back = pre.dot(p["W"].T)
    return {"U": p["U"] - LR * gU, "W": p["W"] - LR * gW, "V": p["V"] - LR * gV, "b": p["b"] - LR * gb}


EXPECTED = [{"where": "U", "kind": "missing_accumulation", "detail": "gU = ... in the time loop instead of gU += ..."}]
PROPAGATED = []
CORRECT = ["W", "V", "b"]
