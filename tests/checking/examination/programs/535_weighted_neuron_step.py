import numpy as np

SOURCE = "https://github.com/Open-Deep-ML/DML-OpenProblem/issues/54 (single neuron with backpropagation); sample weights and slips are invented"
SUMMARY = "Single sigmoid neuron with sample weights, loop over samples: the weight enters the delta twice, and the bias is updated with +=."

LR = 0.1
_r = np.random.default_rng(535)
FEATURES = _r.normal(size=(8, 3))
LABELS = (_r.random(8) > 0.5).astype(float)
IMPORTANCE = _r.uniform(0.3, 2.5, size=8)


def params():
    r = np.random.default_rng(1535)
    return {"weights": r.normal(size=3), "bias": r.normal(size=1)}


def loss(p):
    z = np.dot(FEATURES, p["weights"]) + p["bias"]
    pred = 1 / (1 + np.exp(-z))
    nll = -(LABELS * np.log(pred) + (1 - LABELS) * np.log(1 - pred))
    return np.mean(IMPORTANCE * nll), {"z": z, "pred": pred}


def step(p):
    w, b = p["weights"].copy(), p["bias"].copy()
    gw, gb = np.zeros(3), 0.0
    for f, y, s in zip(FEATURES, LABELS, IMPORTANCE):
        pred = 1 / (1 + np.exp(-(f @ w + b[0])))
        delta = s * (pred - y)
        delta *= s / len(LABELS)
        gw += delta * f
        gb += delta
    w -= LR * gw
    b += LR * gb
    return {"weights": w, "bias": b}


def correct_grads(p):
    pred = 1 / (1 + np.exp(-(FEATURES @ p["weights"] + p["bias"])))
    d = IMPORTANCE * (pred - LABELS) / 8
    return {"weights": FEATURES.T @ d, "bias": np.array([d.sum()]), "z": d}


EXPECTED = [
    {
        "where": "z",
        "kind": "extra_factor",
        "detail": "the sample weight is multiplied in twice (ratio = weight of each sample)",
    },
    {"where": "bias", "kind": "sign_flipped", "detail": "b += lr * gb: the bias climbs"},
]
PROPAGATED = ["weights"]
CORRECT = []
