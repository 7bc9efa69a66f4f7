import numpy as np

SOURCE = "synthetic, after highway-layer implementations"
SUMMARY = "Highway layer y = t*h + (1-t)*x with an incoming gradient: dL/dh forgets the gate t."

_r = np.random.default_rng(616)
DOUT = _r.normal(size=(5, 4))


def _sig(t):
    return 1 / (1 + np.exp(-t))


def params():
    r = np.random.default_rng(6616)
    return {
        "x": r.normal(size=(5, 4)),
        "Wh": r.normal(size=(4, 4)),
        "bh": np.zeros(4),
        "Wt": r.normal(size=(4, 4)),
        "bt": -np.ones(4),
    }


def loss(p):
    zh = p["x"] @ p["Wh"] + p["bh"]
    h = np.tanh(zh)
    zt = p["x"] @ p["Wt"] + p["bt"]
    t = _sig(zt)
    y = t * h + (1 - t) * p["x"]
    return np.sum(DOUT * y), {"zh": zh, "h": h, "zt": zt, "t": t, "y": y}


def manual_grads(p):
    x = p["x"]
    h = np.tanh(x @ p["Wh"] + p["bh"])
    t = _sig(x @ p["Wt"] + p["bt"])
    dy = DOUT
    dh = dy
    dt = dy * (h - x)
    dx = dy * (1 - t)
    dzh = dh * (1 - h**2)
    dzt = dt * t * (1 - t)
    dx = dx + dzh @ p["Wh"].T + dzt @ p["Wt"].T
    return {
        "h": dh,
        "t": dt,
        "zh": dzh,
        "zt": dzt,
        "x": dx,
        "Wh": x.T @ dzh,
        "bh": dzh.sum(0),
        "Wt": x.T @ dzt,
        "bt": dzt.sum(0),
    }


def correct_grads(p):
    x = p["x"]
    h = np.tanh(x @ p["Wh"] + p["bh"])
    t = _sig(x @ p["Wt"] + p["bt"])
    dh, dt = DOUT * t, DOUT * (h - x)
    dzh, dzt = dh * (1 - h**2), dt * t * (1 - t)
    dx = DOUT * (1 - t) + dzh @ p["Wh"].T + dzt @ p["Wt"].T
    return {
        "h": dh,
        "t": dt,
        "zh": dzh,
        "zt": dzt,
        "x": dx,
        "Wh": x.T @ dzh,
        "bh": dzh.sum(0),
        "Wt": x.T @ dzt,
        "bt": dzt.sum(0),
    }


EXPECTED = [
    {"where": "h", "kind": "missing_factor", "detail": "dL/dh = dL/dy * t; the transform gate t is not multiplied in"}
]
PROPAGATED = ["zh", "Wh", "bh", "x"]
CORRECT = ["t", "zt", "Wt", "bt"]
