import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Many-to-one RNN: the output error is fed into every time step although only the last state is read out."

xs = [v for v in np.random.default_rng(341).normal(size=(3, 2))]
t = np.array([0.4, -0.9])


def params():
    r = np.random.default_rng(1341)
    return {
        "Wx": r.normal(size=(3, 2)),
        "Wh": r.normal(size=(3, 3)),
        "bh": r.normal(size=3),
        "Wy": r.normal(size=(2, 3)),
        "by": r.normal(size=2),
    }


def loss(p):
    states = [np.zeros(3)]
    for x in xs:
        states.append(np.tanh(p["Wx"] @ x + p["Wh"] @ states[-1] + p["bh"]))
    y = p["Wy"] @ states[-1] + p["by"]
    return 0.5 * np.sum((y - t) ** 2), {"s1": states[1], "s2": states[2], "s3": states[3], "y": y}


def _bp(p, everywhere):
    states = [np.zeros(3)]
    for x in xs:
        states.append(np.tanh(p["Wx"] @ x + p["Wh"] @ states[-1] + p["bh"]))
    dy = p["Wy"] @ states[-1] + p["by"] - t
    out = {"y": dy, "Wy": np.outer(dy, states[-1]), "by": dy}
    Wx, Wh, bh = 0, 0, 0
    carry = np.zeros(3)
    for k in (3, 2, 1):
        ds = carry
        if everywhere or k == 3:
            ds = ds + p["Wy"].T @ dy
        out["s%d" % k] = ds
        dz = ds * (1 - states[k] ** 2)
        Wx = Wx + np.outer(dz, xs[k - 1])
        Wh = Wh + np.outer(dz, states[k - 1])
        bh = bh + dz
        carry = p["Wh"].T @ dz
    out.update(Wx=Wx, Wh=Wh, bh=bh)
    return out


def manual_grads(p):
    return _bp(p, True)


def correct_grads(p):
    return _bp(p, False)


EXPECTED = [
    {"where": "s2", "kind": "extra_term", "detail": "Wy.T @ dy added at step 2, which has no output"},
    {"where": "s1", "kind": "extra_term", "detail": "Wy.T @ dy added at step 1, which has no output"},
]
PROPAGATED = ["Wx", "Wh", "bh"]
CORRECT = ["y", "Wy", "by", "s3"]
