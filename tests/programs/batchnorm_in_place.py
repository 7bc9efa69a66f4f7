"""In-place style, a two-layer net with batch normalisation: *=, +=, out=, layers as a list of (name, function)."""

import numpy as np

np.random.seed(100)
N, D, H, C = 10, 4, 6, 3
X = np.random.randn(N, D)
y = np.random.randint(C, size=N)
Y = np.zeros((N, C))
Y[np.arange(N), y] = 1.0
eps = 1e-5


def affine(x, w, b):
    out = np.empty((x.shape[0], w.shape[1]))
    np.dot(x, w, out=out)
    out += b
    return out


def batchnorm(x, gamma, beta):
    mu = x.sum(axis=0)
    mu /= x.shape[0]
    xc = x - mu
    var = (xc**2).sum(axis=0)
    var /= x.shape[0]
    var += eps
    out = xc / np.sqrt(var)
    out *= gamma
    out += beta
    return out


def sigmoid_(x):
    """Overwrites its argument."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    np.add(x, 1, out=x)
    np.divide(1, x, out=x)
    return x


def softmax_(x):
    x -= x.max(axis=1, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=1, keepdims=True)
    return x


def params():
    np.random.seed(101)
    return {
        "W1": np.random.randn(D, H),
        "b1": np.random.randn(H) * 0.1,
        "gamma": np.random.uniform(0.5, 1.5, H),
        "beta": np.random.randn(H) * 0.1,
        "W2": np.random.randn(H, C),
        "b2": np.random.randn(C) * 0.1,
    }


def loss(p):
    layers = [
        ("fc1", lambda h: affine(h, p["W1"], p["b1"])),
        ("bn1", lambda h: batchnorm(h, p["gamma"], p["beta"])),
        ("act1", sigmoid_),
        ("fc2", lambda h: affine(h, p["W2"], p["b2"])),
        ("prob", softmax_),
    ]
    h = X
    for name, layer in layers:
        h = layer(h)
        print(f"{name:6s} mean {h.mean():7.4f} std {h.std():7.4f}")
    log_p = np.log(h)
    log_p *= Y
    return -log_p.sum() / N
