import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Correct: per-sample Python loops, no vectorisation; 'error = target - output' with plus signs in the update; squared-error sum."

LR = 0.2
rnd = np.random.RandomState(346)
rows = [(list(rnd.rand(2)), float(rnd.rand() > 0.5)) for _ in range(5)]


def params():
    rnd = np.random.RandomState(1346)
    return {"hidden": rnd.randn(3, 3), "output": rnd.randn(4)}


def loss(p):
    total = 0.0
    for x, t in rows:
        net = p["hidden"][:, 0] * x[0] + p["hidden"][:, 1] * x[1] + p["hidden"][:, 2]
        h = 1 / (1 + np.exp(-net))
        o = 1 / (1 + np.exp(-(np.dot(p["output"][:3], h) + p["output"][3])))
        total = total + 0.5 * (t - o) ** 2
    return total


def _accumulate(p):
    dh, do = np.zeros((3, 3)), np.zeros(4)
    for x, t in rows:
        inp = x + [1.0]
        h = [1 / (1 + np.exp(-sum(p["hidden"][j][i] * inp[i] for i in range(3)))) for j in range(3)]
        o = 1 / (1 + np.exp(-(sum(p["output"][j] * h[j] for j in range(3)) + p["output"][3])))
        error = t - o
        delta_o = error * o * (1.0 - o)
        for j in range(3):
            delta_h = delta_o * p["output"][j] * h[j] * (1.0 - h[j])
            for i in range(3):
                dh[j][i] += delta_h * inp[i]
            do[j] += delta_o * h[j]
        do[3] += delta_o
    return dh, do


def step(p):
    dh, do = _accumulate(p)
    return {"hidden": p["hidden"] + LR * dh, "output": p["output"] + LR * do}


def correct_grads(p):
    X = np.array([r[0] + [1.0] for r in rows])
    t = np.array([r[1] for r in rows])
    H = 1 / (1 + np.exp(-X @ p["hidden"].T))
    H1 = np.c_[H, np.ones(5)]
    o = 1 / (1 + np.exp(-H1 @ p["output"]))
    d = (o - t) * o * (1 - o)
    return {"output": H1.T @ d, "hidden": (np.outer(d, p["output"][:3]) * H * (1 - H)).T @ X}


EXPECTED = []
PROPAGATED = []
CORRECT = ["hidden", "output"]
