import numpy as np

SOURCE = "https://github.com/riccardoandreoni0/CNN-from-scratch/issues/1"
SUMMARY = "CNN on one image, layers as classes: the return of the max-pool backward stands inside the loop over rows, so only the first row of windows gets a gradient. Training step."

LR = 0.05
_r = np.random.default_rng(514)
IMAGE = _r.normal(size=(6, 6))
LABEL = 2


def params():
    r = np.random.default_rng(1514)
    return {"filters": r.normal(size=(3, 3, 3)), "weights": r.normal(size=(12, 4)) * 0.5, "biases": r.normal(size=4)}


class Conv3x3:
    def __init__(self, filters):
        self.filters = filters

    def forward(self, image):
        self.last_input = image
        out = np.zeros((4, 4, len(self.filters)))
        for i in range(4):
            for j in range(4):
                out[i, j] = np.sum(image[i : i + 3, j : j + 3] * self.filters, axis=(1, 2))
        return out

    def backprop(self, d_out):
        g = np.zeros(self.filters.shape)
        for i in range(4):
            for j in range(4):
                for f in range(len(self.filters)):
                    g[f] += d_out[i, j, f] * self.last_input[i : i + 3, j : j + 3]
        return g


class MaxPool2:
    def forward(self, x):
        self.last_input = x
        out = np.zeros((2, 2, x.shape[2]))
        for i in range(2):
            for j in range(2):
                out[i, j] = np.amax(x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2], axis=(0, 1))
        return out

    def backprop(self, d_out):
        d = np.zeros(self.last_input.shape)
        for i in range(2):
            for j in range(2):
                patch = self.last_input[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
                top = np.amax(patch, axis=(0, 1))
                for a in range(2):
                    for b in range(2):
                        for f in range(patch.shape[2]):
                            if patch[a, b, f] == top[f]:
                                d[2 * i + a, 2 * j + b, f] = d_out[i, j, f]
            return d


def loss(p):
    conv = Conv3x3(p["filters"]).forward(IMAGE)
    pool = MaxPool2().forward(conv)
    totals = np.dot(pool.reshape(-1), p["weights"]) + p["biases"]
    return np.log(np.sum(np.exp(totals))) - totals[LABEL], {"conv": conv, "pool": pool, "totals": totals}


def step(p):
    conv, pool = Conv3x3(p["filters"]), MaxPool2()
    hidden = pool.forward(conv.forward(IMAGE))
    totals = hidden.flatten() @ p["weights"] + p["biases"]
    grad = np.exp(totals) / np.exp(totals).sum()
    grad[LABEL] -= 1
    d_hidden = (p["weights"] @ grad).reshape(hidden.shape)
    d_filters = conv.backprop(pool.backprop(d_hidden))
    return {
        "weights": p["weights"] - LR * hidden.flatten()[:, None] @ grad[None, :],
        "biases": p["biases"] - LR * grad,
        "filters": p["filters"] - LR * d_filters,
    }


def correct_grads(p):
    conv = Conv3x3(p["filters"])
    z = conv.forward(IMAGE)
    pool = z.reshape(2, 2, 2, 2, 3).max(axis=(1, 3))
    t = pool.flatten() @ p["weights"] + p["biases"]
    g = np.exp(t) / np.exp(t).sum() - np.eye(4)[LABEL]
    dpool = (p["weights"] @ g).reshape(2, 2, 3)
    big = np.kron(pool, np.ones((2, 2, 1)))
    dz = np.where(z == big, np.kron(dpool, np.ones((2, 2, 1))), 0.0)
    return {"weights": np.outer(pool, g), "biases": g, "filters": conv.backprop(dz), "conv": dz, "pool": dpool}


EXPECTED = [
    {
        "where": "conv",
        "kind": "missing_accumulation",
        "detail": "the loop ends after the first row of windows; rows 2 and 3 of the gradient stay 0",
    }
]
PROPAGATED = ["filters"]
CORRECT = ["weights", "biases"]
