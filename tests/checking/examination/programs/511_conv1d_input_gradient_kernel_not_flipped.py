import numpy as np

SOURCE = "https://github.com/wuziheng/CNN-Numpy/issues/2 (why the weights are flipped in the backward pass; the slip itself is invented)"
SUMMARY = "Two stacked 1-d convolutions (correlations): the error is sent through the second kernel in the forward's orientation, np.correlate instead of np.convolve."

N, L = 4, 9
_r = np.random.default_rng(511)
S = _r.normal(size=(N, L))
Y = _r.normal(size=N)


def params():
    r = np.random.default_rng(1511)
    return {
        "k1": r.normal(size=3),
        "c1": r.normal(size=1),
        "k2": r.normal(size=4),
        "c2": r.normal(size=1),
        "v": r.normal(size=4),
    }


def loss(p):
    Z1 = p["c1"] + p["k1"][0] * S[:, 0:7] + p["k1"][1] * S[:, 1:8] + p["k1"][2] * S[:, 2:9]
    A1 = np.tanh(Z1)
    Z2 = p["c2"] + sum(p["k2"][j] * A1[:, j : j + 4] for j in range(4))
    A2 = np.tanh(Z2)
    yhat = A2 @ p["v"]
    return np.sum((yhat - Y) ** 2) / (2 * N), {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "yhat": yhat}


def _grads(p, spread):
    A1 = np.tanh(np.array([np.correlate(s, p["k1"], "valid") for s in S]) + p["c1"])
    A2 = np.tanh(np.array([np.correlate(a, p["k2"], "valid") for a in A1]) + p["c2"])
    dy = (A2 @ p["v"] - Y) / N
    dA2 = np.outer(dy, p["v"])
    dZ2 = dA2 * (1 - A2**2)
    dA1 = np.array([spread(d, p["k2"]) for d in dZ2])
    dZ1 = dA1 * (1 - A1**2)
    return {
        "yhat": dy,
        "v": A2.T @ dy,
        "A2": dA2,
        "Z2": dZ2,
        "A1": dA1,
        "Z1": dZ1,
        "k2": sum(np.correlate(a, d, "valid") for a, d in zip(A1, dZ2)),
        "c2": np.array([dZ2.sum()]),
        "k1": sum(np.correlate(s, d, "valid") for s, d in zip(S, dZ1)),
        "c1": np.array([dZ1.sum()]),
    }


def manual_grads(p):
    return _grads(p, lambda d, k: np.correlate(d, k, "full"))


def correct_grads(p):
    return _grads(p, lambda d, k: np.convolve(d, k, "full"))


EXPECTED = [
    {
        "where": "A1",
        "kind": "flipped_kernel",
        "detail": "full correlation of dZ2 with k2 instead of full convolution: the kernel is reversed",
    }
]
PROPAGATED = ["Z1", "k1", "c1"]
CORRECT = ["yhat", "v", "A2", "Z2", "k2", "c2"]
