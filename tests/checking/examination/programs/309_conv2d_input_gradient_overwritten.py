import numpy as np

SOURCE = "loops over patches with '=' appear often in CNN-from-scratch posts"
SUMMARY = "Two stacked 2-D convolutions with loops; the gradient of the first feature map is assigned per patch instead of added."

rng = np.random.default_rng(309)
image = rng.normal(size=(6, 6))
truth = rng.normal(size=(3, 3))


def params():
    r = np.random.default_rng(1309)
    return {"F1": r.normal(size=(3, 3)), "c1": r.normal(size=1), "F2": r.normal(size=(2, 2)), "c2": r.normal(size=1)}


def conv(img, ker):
    H = img.shape[0] - ker.shape[0] + 1
    W = img.shape[1] - ker.shape[1] + 1
    out = 0
    for a in range(ker.shape[0]):
        for b in range(ker.shape[1]):
            out = out + ker[a, b] * img[a : a + H, b : b + W]
    return out


def loss(p):
    z1 = conv(image, p["F1"]) + p["c1"]
    a1 = np.tanh(z1)
    z2 = conv(a1, p["F2"]) + p["c2"]
    return np.sum((z2 - truth) ** 2) / 2, {"z1": z1, "a1": a1, "z2": z2}


def manual_grads(p):
    a1 = np.tanh(conv(image, p["F1"]) + p["c1"])
    z2 = conv(a1, p["F2"]) + p["c2"]
    dz2 = z2 - truth
    dF2 = np.zeros((2, 2))
    da1 = np.zeros(a1.shape)
    for i in range(3):
        for j in range(3):
            patch = a1[i : i + 2, j : j + 2]
            dF2 += dz2[i, j] * patch
            da1[i : i + 2, j : j + 2] = dz2[i, j] * p["F2"]
    dz1 = da1 * (1 - a1**2)
    dF1 = np.zeros((3, 3))
    for i in range(4):
        for j in range(4):
            dF1 += dz1[i, j] * image[i : i + 3, j : j + 3]
    return {
        "F2": dF2,
        "c2": np.array([dz2.sum()]),
        "F1": dF1,
        "c1": np.array([dz1.sum()]),
        "a1": da1,
        "z1": dz1,
        "z2": dz2,
    }


def correct_grads(p):
    a1 = np.tanh(conv(image, p["F1"]) + p["c1"])
    dz2 = conv(a1, p["F2"]) + p["c2"] - truth
    da1 = conv(np.pad(dz2, 1), p["F2"][::-1, ::-1])
    dz1 = da1 * (1 - a1**2)
    return {
        "F2": conv(a1, dz2),
        "c2": dz2.sum().reshape(1),
        "F1": conv(image, dz1),
        "c1": dz1.sum().reshape(1),
        "a1": da1,
        "z1": dz1,
        "z2": dz2,
    }


EXPECTED = [
    {
        "where": "a1",
        "kind": "missing_accumulation",
        "detail": "overlapping patches overwrite one another: da1[...] = instead of +=",
    }
]
PROPAGATED = ["z1", "F1", "c1"]
CORRECT = ["F2", "c2", "z2"]
