"""Nested loops, a 1-D convolution over short texts: out[f, i] written entry by entry, max over time, squared hinge."""

import numpy as np

vocab = {"a": 0, "b": 1, "c": 2, "d": 3, " ": 4}
texts = ["abba cd", "dc abab", "cab dada"]
labels = [1, -1, 1]

rng = np.random.RandomState(31)
EMB, FILTERS, WIDTH = 3, 4, 3

params = {
    "E": rng.randn(len(vocab), EMB),
    "conv_w": rng.randn(FILTERS, WIDTH, EMB) * 0.6,
    "conv_b": rng.randn(FILTERS) * 0.1,
    "w": rng.randn(FILTERS),
    "b": np.array([0.2]),
}


def conv1d(x, w, b, stride=1):
    length, channels = x.shape
    n_filters, width, _ = w.shape
    n_out = (length - width) // stride + 1
    out = np.zeros((n_filters, n_out))
    for f in range(n_filters):
        for i in range(n_out):
            window = x[i * stride : i * stride + width]
            out[f, i] = np.sum(window * w[f]) + b[f]
    return out


def max_over_time(a):
    pooled = []
    for row in a:
        best = row[0]
        for value in row[1:]:
            if value > best:
                best = value
        pooled.append(best)
    return np.array(pooled)


def score(text, p):
    ids = [vocab[ch] for ch in text]
    x = p["E"][ids]
    a = np.tanh(conv1d(x, p["conv_w"], p["conv_b"]))
    h = max_over_time(a)
    return np.dot(p["w"], h) + p["b"]


def loss(p):
    total = 0.0
    for text, label in zip(texts, labels):
        s = score(text, p)[0]
        total += max(0, 2 - label * s) ** 2
        print(f"{text!r:12} {s:+.3f} {'ok' if s * label > 0 else 'WRONG'}")
    return total / len(texts)
