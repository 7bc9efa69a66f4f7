import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct parameters; 1-D conv net whose dout and dz carry no 1/B."

B = 4
g0 = np.random.default_rng(344)
X = g0.normal(size=(B, 7))
y = g0.normal(size=B)


def params():
    r = np.random.default_rng(1344)
    return {"k": r.normal(size=3), "w": r.normal(size=5)}


def loss(p):
    z = p["k"][0] * X[:, 0:5] + p["k"][1] * X[:, 1:6] + p["k"][2] * X[:, 2:7]
    a = np.tanh(z)
    out = a @ p["w"]
    return 0.5 * np.mean((out - y) ** 2), {"z": z, "a": a, "out": out}


def manual_grads(p):
    win = np.stack([X[:, i : i + 5] for i in range(3)], axis=2)
    a = np.tanh(win @ p["k"])
    out = a @ p["w"]
    dout = out - y
    dz = np.outer(dout, p["w"]) * (1 - a * a)
    return {"out": dout, "z": dz, "w": a.T @ dout / B, "k": np.einsum("bt,btk->k", dz, win) / B}


def correct_grads(p):
    win = np.stack([X[:, i : i + 5] for i in range(3)], axis=2)
    a = np.tanh(win @ p["k"])
    dout = (a @ p["w"] - y) / B
    da = np.outer(dout, p["w"])
    dz = da * (1 - a * a)
    return {"out": dout, "a": da, "z": dz, "w": dout @ a, "k": np.einsum("bt,btk->k", dz, win)}


EXPECTED = [
    {
        "where": "out",
        "kind": "deferred_scale",
        "detail": "4 times dL/dout; the 1/B is applied at w and k",
        "factor": 4.0,
        "names": ["out", "z"],
    },
    {"where": "z", "kind": "deferred_scale", "detail": "same", "factor": 4.0},
]
PROPAGATED = []
CORRECT = ["w", "k"]
