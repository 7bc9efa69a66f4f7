import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct: causal two-head attention with einsum, scale folded into Q, mask only in the forward pass (masked weights are exactly zero)."

T, D, h, k = 4, 4, 2, 3
g = np.random.default_rng(319)
X = g.normal(size=(T, D))
Y = g.normal(size=(T, D))
MASK = np.triu(np.full((T, T), -1e9), 1)


def params():
    g = np.random.default_rng(1319)
    return {"Wqkv": g.normal(size=(3, D, h, k)) * 0.7, "Wo": g.normal(size=(h, k, D))}


def loss(p):
    q, key, v = [np.einsum("td,dhk->htk", X, p["Wqkv"][i]) for i in range(3)]
    s = np.einsum("htk,hsk->hts", q * k**-0.5, key) + MASK
    e = np.exp(s - s.max(axis=2, keepdims=True))
    a = e / e.sum(axis=2, keepdims=True)
    o = np.einsum("hts,hsk->htk", a, v)
    out = X + np.einsum("htk,hkd->td", o, p["Wo"])
    return np.square(out - Y).mean()


def manual_grads(p):
    Wq, Wk, Wv = p["Wqkv"]
    q = np.einsum("td,dhk->htk", X, Wq) / np.sqrt(k)
    key = np.einsum("td,dhk->htk", X, Wk)
    v = np.einsum("td,dhk->htk", X, Wv)
    s = q @ key.swapaxes(1, 2) + MASK
    a = np.exp(s - s.max(2, keepdims=True))
    a /= a.sum(2, keepdims=True)
    o = a @ v
    d = 2 * (X + np.einsum("htk,hkd->td", o, p["Wo"]) - Y) / Y.size
    do = np.einsum("td,hkd->htk", d, p["Wo"])
    da = do @ v.swapaxes(1, 2)
    ds = a * da
    ds -= a * ds.sum(2, keepdims=True)
    grads = [ds @ key / np.sqrt(k), ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ do]
    return {"Wqkv": np.stack([np.einsum("td,htk->dhk", X, z) for z in grads]), "Wo": np.einsum("htk,td->hkd", o, d)}


def correct_grads(p):
    return manual_grads(p)


EXPECTED = []
PROPAGATED = []
CORRECT = ["Wqkv", "Wo"]
