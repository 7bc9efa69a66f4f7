import numpy as np

SOURCE = "https://github.com/qixianbiao/RNN/issues/2 and https://github.com/VikParuchuri/zero_to_gpt/issues/9"
SUMMARY = "Elman RNN: the hidden gradient of step t+1 is never handed to step t, and the outer product for Whh takes the state of step t instead of t-1."

T, D, H, K = 4, 3, 5, 2
_r = np.random.default_rng(502)
X = _r.normal(size=(D, T))
Y = np.eye(K)[[0, 1, 1, 0]].T
H_INIT = _r.normal(size=H) * 0.5


def params():
    r = np.random.default_rng(1502)
    return {
        "Wxh": r.normal(size=(H, D)),
        "Whh": 0.6 * r.normal(size=(H, H)),
        "bh": r.normal(size=H),
        "Wyh": r.normal(size=(K, H)),
        "by": r.normal(size=K),
    }


def loss(p):
    h, L, n = H_INIT, 0.0, {}
    for t in range(T):
        h = np.tanh(p["Wxh"] @ X[:, t] + p["Whh"] @ h + p["bh"])
        q = p["Wyh"] @ h + p["by"]
        L = L + np.log(np.sum(np.exp(q))) - np.sum(q * Y[:, t])
        n[f"h{t}"], n[f"q{t}"] = h, q
    return L, n


def _states(p):
    h, hs, out = H_INIT, [], []
    for t in range(T):
        h = np.tanh(p["Wxh"] @ X[:, t] + p["Whh"] @ h + p["bh"])
        e = np.exp(p["Wyh"] @ h + p["by"])
        hs.append(h)
        out.append(e / e.sum())
    return hs, out


def manual_grads(p):
    hs, out = _states(p)
    D_Wyh, D_by = np.zeros((K, H)), np.zeros(K)
    D_Wxh, D_Whh, D_bh = np.zeros((H, D)), np.zeros((H, H)), np.zeros(H)
    for t in range(T - 1, -1, -1):
        dQ = out[t] - Y[:, t]
        D_Wyh += np.outer(dQ, hs[t])
        D_by += dQ
        dL_dh = p["Wyh"].T @ dQ
        delta = dL_dh * (1 - hs[t] * hs[t])
        D_Wxh += np.outer(delta, X[:, t])
        D_bh += delta
        D_Whh += np.outer(delta, hs[t])
    return {"Wyh": D_Wyh, "by": D_by, "Wxh": D_Wxh, "bh": D_bh, "Whh": D_Whh}


def correct_grads(p):
    hs, out = _states(p)
    prev = [H_INIT] + hs[:-1]
    g = {k: np.zeros_like(v) for k, v in p.items()}
    carry = np.zeros(H)
    for t in range(T - 1, -1, -1):
        dQ = out[t] - Y[:, t]
        g["Wyh"] += np.outer(dQ, hs[t])
        g["by"] += dQ
        delta = (p["Wyh"].T @ dQ + carry) * (1 - hs[t] ** 2)
        g["Wxh"] += np.outer(delta, X[:, t])
        g["Whh"] += np.outer(delta, prev[t])
        g["bh"] += delta
        carry = p["Whh"].T @ delta
    return g


EXPECTED = [
    {
        "where": "h2",
        "kind": "missing_term",
        "detail": "Whh.T @ delta of the following step is not added to dL/dh (every step but the last)",
    },
    {"where": "Whh", "kind": "wrong_operand", "detail": "outer(delta[t], h[t]) instead of outer(delta[t], h[t-1])"},
]
PROPAGATED = ["Wxh", "bh"]
CORRECT = ["Wyh", "by"]
