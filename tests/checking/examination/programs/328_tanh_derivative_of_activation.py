import numpy as np

SOURCE = "tanh_prime called with the activation"
SUMMARY = "tanh_prime(x) = 1 - tanh(x)^2 is called with the stored activation instead of z; the output weights are averaged over the outputs."

rng = np.random.default_rng(328)
X = rng.uniform(-1, 1, (5, 2))
Y = rng.uniform(-1, 1, (5, 3))


def tanh_prime(x):
    return 1 - np.tanh(x) ** 2


def params():
    r = np.random.default_rng(1328)
    return {"w_ih": r.normal(size=(2, 4)), "w_ho": r.normal(size=(4, 3))}


def loss(p):
    z_h = X @ p["w_ih"]
    h = np.tanh(z_h)
    o = h @ p["w_ho"]
    return 0.5 * np.sum((Y - o) ** 2) / X.shape[0], {"z_h": z_h, "h": h, "o": o}


def manual_grads(p):
    h = np.tanh(np.dot(X, p["w_ih"]))
    o = np.dot(h, p["w_ho"])
    err = -(Y - o)
    grad_ho = np.dot(h.T, err) / Y.shape[1]
    err_h = np.dot(err, p["w_ho"].T) * tanh_prime(h)
    grad_ih = np.dot(X.T, err_h) / X.shape[0]
    return {"w_ih": grad_ih, "w_ho": grad_ho}


def correct_grads(p):
    h = np.tanh(X @ p["w_ih"])
    d = (h @ p["w_ho"] - Y) / 5
    dh = d @ p["w_ho"].T
    dz = dh * (1 - h**2)
    return {"w_ih": X.T @ dz, "w_ho": h.T @ d, "z_h": dz, "h": dh, "o": d}


EXPECTED = [
    {"where": "z_h", "kind": "wrong_activation_derivative", "detail": "1 - tanh(h)^2 instead of 1 - h^2"},
    {
        "where": "w_ho",
        "kind": "mean_over_wrong_count",
        "detail": "divided by 3 outputs instead of 5 samples",
        "factor": 5 / 3,
    },
]
PROPAGATED = ["w_ih"]
CORRECT = []
