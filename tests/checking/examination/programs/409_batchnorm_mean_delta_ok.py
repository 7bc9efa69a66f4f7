import numpy as np

SOURCE = "https://github.com/AlexeyAB/darknet/issues/4605 and https://github.com/pjreddie/darknet/issues/1723"
SUMMARY = "Right: mean_delta leaves out the variance term, which people report as missing; it is zero because the deviations sum to zero."

_r = np.random.default_rng(409)
DOUT = _r.normal(size=(7, 3))


def params():
    r = np.random.default_rng(1409)
    return {"x": r.normal(size=(7, 3)), "scales": r.normal(size=3), "biases": r.normal(size=3)}


def loss(p):
    mean = np.mean(p["x"], axis=0)
    variance = np.mean((p["x"] - mean) ** 2, axis=0)
    x_norm = (p["x"] - mean) / np.sqrt(variance + 0.00001)
    output = p["scales"] * x_norm + p["biases"]
    return np.sum(output * DOUT), {"x_norm": x_norm, "output": output}


def manual_grads(p):
    x = p["x"]
    batch, filters = x.shape
    mean, variance = x.mean(axis=0), x.var(axis=0)
    x_norm = (x - mean) / np.sqrt(variance + 0.00001)
    bias_updates = np.zeros(filters)
    scale_updates = np.zeros(filters)
    delta = DOUT.copy()
    for i in range(filters):
        for j in range(batch):
            bias_updates[i] += delta[j, i]
            scale_updates[i] += delta[j, i] * x_norm[j, i]
    delta *= p["scales"]
    d_norm = delta.copy()
    mean_delta = np.zeros(filters)
    variance_delta = np.zeros(filters)
    for i in range(filters):
        for j in range(batch):
            mean_delta[i] += delta[j, i]
            variance_delta[i] += delta[j, i] * (x[j, i] - mean[i])
        mean_delta[i] *= -1.0 / np.sqrt(variance[i] + 0.00001)
        variance_delta[i] *= -0.5 * (variance[i] + 0.00001) ** -1.5
    for i in range(filters):
        for j in range(batch):
            delta[j, i] = (
                delta[j, i] / np.sqrt(variance[i] + 0.00001)
                + variance_delta[i] * 2.0 * (x[j, i] - mean[i]) / batch
                + mean_delta[i] / batch
            )
    return {"x": delta, "scales": scale_updates, "biases": bias_updates, "x_norm": d_norm}


def correct_grads(p):
    sd = np.sqrt(p["x"].var(axis=0) + 0.00001)
    xn = (p["x"] - p["x"].mean(axis=0)) / sd
    g = DOUT * p["scales"]
    return {
        "x": (g - g.mean(axis=0) - xn * (g * xn).mean(axis=0)) / sd,
        "scales": (DOUT * xn).sum(axis=0),
        "biases": DOUT.sum(axis=0),
        "x_norm": g,
    }


EXPECTED = []
PROPAGATED = []
CORRECT = ["x", "scales", "biases", "x_norm"]
