import numpy as np

SOURCE = "https://github.com/hans/glove.py/issues/6 (vectors are updated in the loop that computes the gradients); the lost bias is invented"
SUMMARY = "GloVe step for one co-occurrence: the context vector's gradient uses the main vector after its update, and the context bias is written to a local name only."

LR = 0.05
I, J, XIJ = 2, 0, 7.0


def params():
    r = np.random.default_rng(1524)
    return {"W": r.normal(size=(4, 3)), "Wc": r.normal(size=(4, 3)), "b": r.normal(size=4), "bc": r.normal(size=4)}


def weight(x, xmax=100.0, alpha=0.75):
    return (x / xmax) ** alpha if x < xmax else 1.0


def loss(p):
    w_i = p["W"][I]
    w_j = p["Wc"][J]
    inner = np.dot(w_i, w_j) + p["b"][I] + p["bc"][J] - np.log(XIJ)
    return 0.5 * weight(XIJ) * inner**2, {"w_i": w_i, "w_j": w_j, "inner": inner}


def step(p):
    W, Wc, b, bc = (p[k].copy() for k in ("W", "Wc", "b", "bc"))
    g = weight(XIJ) * (W[I] @ Wc[J] + b[I] + bc[J] - np.log(XIJ))
    w_main, w_context = W[I], Wc[J]  # views
    b_context = bc[J]  # a number, no view
    w_main -= LR * g * w_context
    w_context -= LR * g * w_main
    b[I] -= LR * g
    b_context -= LR * g
    return {"W": W, "Wc": Wc, "b": b, "bc": bc}


def correct_grads(p):
    g = weight(XIJ) * (p["W"][I] @ p["Wc"][J] + p["b"][I] + p["bc"][J] - np.log(XIJ))
    out = {k: np.zeros_like(v) for k, v in p.items()}
    out["W"][I], out["Wc"][J], out["b"][I], out["bc"][J] = g * p["Wc"][J], g * p["W"][I], g, g
    return out


EXPECTED = [
    {
        "where": "Wc",
        "kind": "stale_parameter",
        "detail": "W[i] is already updated when it enters the gradient of Wc[j]",
    },
    {"where": "bc", "kind": "update_dropped", "detail": "b_context -= ... rebinds a local number, bc does not move"},
]
PROPAGATED = []
CORRECT = ["W", "b"]
