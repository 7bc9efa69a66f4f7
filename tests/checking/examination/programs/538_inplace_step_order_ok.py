import numpy as np

SOURCE = "synthetic (right; everything looks suspicious)"
SUMMARY = "Right: the step updates in place but only after use, multiplies by np.sign of a relu output as its derivative, overwrites its error variable, and a bias in front of batch norm rightly never moves."

LR = 0.1
_r = np.random.default_rng(538)
X = _r.normal(size=(7, 3))
Y = _r.normal(size=(7, 2))


def params():
    r = np.random.default_rng(1538)
    return {
        "w_in": r.normal(size=(3, 5)),
        "b_in": r.normal(size=5),
        "gain": r.normal(size=5),
        "w_out": r.normal(size=(5, 2)),
        "b_out": r.normal(size=2),
    }


def loss(p):
    z = X @ p["w_in"] + p["b_in"]
    zc = z - np.mean(z, axis=0)
    zn = zc / np.sqrt(np.mean(zc * zc, axis=0) + 1e-3)
    a = np.maximum(p["gain"] * zn, 0.0)
    out = a @ p["w_out"] + p["b_out"]
    return np.sum(np.square(out - Y)), {"z": z, "zc": zc, "zn": zn, "a": a, "out": out}


def step(p):
    w_in, b_in, gain, w_out, b_out = (p[k].copy() for k in ("w_in", "b_in", "gain", "w_out", "b_out"))
    z = X @ w_in + b_in
    z -= z.mean(axis=0)
    s = np.sqrt((z * z).mean(axis=0) + 1e-3)
    z /= s
    a = gain * z
    a[a < 0] = 0
    err = a @ w_out + b_out
    err -= Y
    err *= 2
    back = err @ w_out.T
    b_out -= LR * err.sum(axis=0)
    w_out -= LR * a.T @ err
    back *= np.sign(a)
    g_gain = np.einsum("ij,ij->j", back, z)
    back *= gain
    gain -= LR * g_gain
    back = (back - back.mean(axis=0) - z * (back * z).mean(axis=0)) / s
    w_in -= LR * X.T @ back
    b_in -= LR * back.sum(axis=0)
    return {"w_in": w_in, "b_in": b_in, "gain": gain, "w_out": w_out, "b_out": b_out}


def correct_grads(p):
    z = X @ p["w_in"] + p["b_in"]
    s = np.sqrt(z.var(axis=0) + 1e-3)
    zn = (z - z.mean(axis=0)) / s
    pre = p["gain"] * zn
    a = np.maximum(pre, 0)
    d = 2 * (a @ p["w_out"] + p["b_out"] - Y)
    da = d @ p["w_out"].T
    dpre = da * (pre > 0)
    dzn = dpre * p["gain"]
    dz = (dzn - dzn.mean(axis=0) - zn * (dzn * zn).mean(axis=0)) / s
    return {
        "w_out": a.T @ d,
        "b_out": d.sum(axis=0),
        "gain": (dpre * zn).sum(axis=0),
        "w_in": X.T @ dz,
        "b_in": dz.sum(axis=0),
    }


EXPECTED = []
PROPAGATED = []
CORRECT = ["w_in", "b_in", "gain", "w_out", "b_out"]
