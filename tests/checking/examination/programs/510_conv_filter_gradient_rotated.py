import numpy as np

SOURCE = "https://github.com/amsukdu/SimplePythonCNN/issues/6 and https://github.com/ddbourgin/numpy-ml/issues/27 (where to rotate by 180 degrees; the slip itself is invented)"
SUMMARY = "The forward is a cross-correlation, the filter gradient is rotated by 180 degrees as for a true convolution."

_r = np.random.default_rng(510)
IMG = _r.normal(size=(6, 6))
LABEL = np.array([0.0, 1.0])


def params():
    r = np.random.default_rng(1510)
    return {
        "kernels": r.normal(size=(2, 3, 3)),
        "biases": r.normal(size=(2, 4, 4)),
        "W": r.normal(size=(2, 32)) * 0.3,
        "c": r.normal(size=2),
    }


def correlate2d_valid(img, k):
    kh, kw = k.shape
    out = 0
    for a in range(kh):
        for b in range(kw):
            out = out + k[a, b] * img[a : a + img.shape[0] - kh + 1, b : b + img.shape[1] - kw + 1]
    return out


def _forward(p):
    maps = np.stack([correlate2d_valid(IMG, p["kernels"][f]) + p["biases"][f] for f in range(2)])
    hid = 1 / (1 + np.exp(-maps))
    out = np.dot(p["W"], hid.reshape(-1)) + p["c"]
    return maps, hid, out


def loss(p):
    maps, hid, out = _forward(p)
    return np.mean((out - LABEL) ** 2), {"maps": maps, "hid": hid, "out": out}


def _backward(p, rotate):
    maps, hid, out = _forward(p)
    d_out = 2 * (out - LABEL) / np.size(LABEL)
    d_hid = (p["W"].T @ d_out).reshape(hid.shape)
    d_maps = d_hid * hid * (1 - hid)
    dk = np.zeros_like(p["kernels"])
    for f in range(2):
        dk[f] = correlate2d_valid(IMG, d_maps[f])
        if rotate:
            dk[f] = np.rot90(dk[f], 2)
    return {"W": np.outer(d_out, hid), "c": d_out, "biases": d_maps, "kernels": dk}


def manual_grads(p):
    return _backward(p, True)


def correct_grads(p):
    return _backward(p, False)


EXPECTED = [
    {
        "where": "kernels",
        "kind": "flipped_kernel",
        "detail": "rot90(.., 2) reverses both spatial axes; the forward is a correlation, no rotation needed",
    }
]
PROPAGATED = []
CORRECT = ["W", "c", "biases"]
