import numpy as np

SOURCE = "synthetic, in the style of the many-to-one sentiment RNN class of tutorials"
SUMMARY = "Many-to-one RNN class: Why is updated before it carries the error to the last hidden state, and d_Wxh is assigned in the loop over time instead of accumulated."

LR = 0.05
NI, NH, NO = 4, 3, 2
WORDS = [2, 0, 3, 1]
LABEL = 1
_r = np.random.default_rng(508)
EMB = _r.normal(size=(NI, NI, 1))


def params():
    r = np.random.default_rng(1508)
    return {
        "Whh": r.normal(size=(NH, NH)),
        "Wxh": r.normal(size=(NH, NI)),
        "Why": r.normal(size=(NO, NH)),
        "bh": r.normal(size=(NH, 1)),
        "by": r.normal(size=(NO, 1)),
    }


class RNN:
    def __init__(self, p):
        self.Whh, self.Wxh, self.Why = p["Whh"], p["Wxh"], p["Why"]
        self.bh, self.by = p["bh"], p["by"]

    def forward(self, inputs):
        h = np.full((NH, 1), 0.1)
        self.last_inputs, self.last_hs = inputs, {0: h}
        for i, x in enumerate(inputs):
            h = np.tanh(self.Wxh @ x + self.Whh @ h + self.bh)
            self.last_hs[i + 1] = h
        return self.Why @ h + self.by, h

    def backprop(self, d_y):
        n = len(self.last_inputs)
        d_Why, d_by = d_y @ self.last_hs[n].T, d_y
        self.Why = self.Why - LR * d_Why
        self.by = self.by - LR * d_by
        d_Whh, d_Wxh, d_bh = np.zeros_like(self.Whh), np.zeros_like(self.Wxh), np.zeros_like(self.bh)
        d_h = self.Why.T @ d_y
        for t in reversed(range(n)):
            temp = (1 - self.last_hs[t + 1] ** 2) * d_h
            d_bh += temp
            d_Whh += temp @ self.last_hs[t].T
            d_Wxh = temp @ self.last_inputs[t].T
            d_h = self.Whh.T @ temp
        self.Whh = self.Whh - LR * d_Whh
        self.Wxh = self.Wxh - LR * d_Wxh
        self.bh = self.bh - LR * d_bh


def _softmax(v):
    e = np.exp(v)
    return e / np.sum(e)


def loss(p):
    net = RNN(p)
    out, h_last = net.forward([EMB[w] for w in WORDS])
    prob = _softmax(out)
    return -np.log(prob[LABEL, 0]), {"h_last": h_last, "out": out, "prob": prob}


def step(p):
    net = RNN({k: v.copy() for k, v in p.items()})
    out, _ = net.forward([EMB[w] for w in WORDS])
    d = _softmax(out)
    d[LABEL] -= 1
    net.backprop(d)
    return {k: getattr(net, k) for k in p}


def correct_grads(p):
    hs = [np.full((NH, 1), 0.1)]
    for w in WORDS:
        hs.append(np.tanh(p["Wxh"] @ EMB[w] + p["Whh"] @ hs[-1] + p["bh"]))
    d = _softmax(p["Why"] @ hs[-1] + p["by"]) - np.eye(NO)[:, [LABEL]]
    G = {k: np.zeros_like(a) for k, a in p.items()}
    G["Why"], G["by"] = d @ hs[-1].T, d
    dh = p["Why"].T @ d
    for t in range(len(WORDS) - 1, -1, -1):
        q = dh * (1 - hs[t + 1] ** 2)
        G["bh"] += q
        G["Whh"] += q @ hs[t].T
        G["Wxh"] += q @ EMB[WORDS[t]].T
        dh = p["Whh"].T @ q
    return G


EXPECTED = [
    {"where": "h_last", "kind": "stale_parameter", "detail": "Why is already Why - LR*d_Why when Why.T @ d_y is taken"},
    {
        "where": "Wxh",
        "kind": "missing_accumulation",
        "detail": "d_Wxh = ... in the loop keeps only the first time step's share; += needed",
    },
]
PROPAGATED = ["Whh", "bh"]
CORRECT = ["Why", "by"]
