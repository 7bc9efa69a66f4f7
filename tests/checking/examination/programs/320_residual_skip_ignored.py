import numpy as np

SOURCE = "in the manner of homework questions"
SUMMARY = "Residual block x + f(x): the backward pass follows the branch only."

X = np.random.default_rng(320).normal(size=(6, 3))
lab = np.array([0, 1, 1, 0, 2, 2])


def params():
    r = np.random.default_rng(1320)
    n = lambda *s: r.normal(size=s) * 0.8
    return {"Win": n(3, 4), "Wa": n(4, 4), "ba": n(4), "Wb": n(4, 4), "Wout": n(4, 3)}


def loss(p):
    x0 = np.tanh(X @ p["Win"])
    a = x0 @ p["Wa"] + p["ba"]
    r = np.maximum(a, 0)
    x1 = x0 + r @ p["Wb"]
    z = x1 @ p["Wout"]
    e = np.exp(z)
    q = e / e.sum(axis=1, keepdims=True)
    return -np.log(q[np.arange(6), lab]).mean(), {"x0": x0, "a": a, "r": r, "x1": x1, "z": z}


def backward(p, skip):
    x0 = np.tanh(X @ p["Win"])
    a = x0 @ p["Wa"] + p["ba"]
    r = a * (a > 0)
    x1 = x0 + r @ p["Wb"]
    e = np.exp(x1 @ p["Wout"])
    dz = e / e.sum(axis=1, keepdims=True)
    dz[range(6), lab] -= 1
    dz /= 6
    dx1 = dz @ p["Wout"].T
    dr = dx1 @ p["Wb"].T
    da = dr * (a > 0)
    dx0 = da @ p["Wa"].T + (dx1 if skip else 0)
    return {
        "Wout": x1.T @ dz,
        "Wb": r.T @ dx1,
        "Wa": x0.T @ da,
        "ba": da.sum(0),
        "Win": X.T @ (dx0 * (1 - x0**2)),
        "z": dz,
        "x1": dx1,
        "r": dr,
        "a": da,
        "x0": dx0,
    }


def manual_grads(p):
    return backward(p, False)


def correct_grads(p):
    return backward(p, True)


EXPECTED = [{"where": "x0", "kind": "missing_term", "detail": "dx1 of the identity skip is not added"}]
PROPAGATED = ["Win"]
CORRECT = ["Wout", "Wb", "Wa", "ba", "z", "x1", "r", "a"]
