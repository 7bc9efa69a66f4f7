"""The networks of derivations.md, in plain NumPy as people write them, each with a derivation written by hand.

``f_by_hand`` takes what ``f`` takes, and the gradient of the result where that is not a number, and returns the
gradients. Its statements are what the page shows and counts; `tests/test_docs.py` compares its numbers with the engine.
"""

# mypy: ignore-errors

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

rng = np.random.default_rng(0)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ----------------------------------------------------------------------- two layers, a sample a row, squared error

X = rng.random((100, 30))
Y = rng.integers(0, 2, (100, 1)).astype(float)


def two_layers(W1, b1, W2, b2):
    Z1 = X.dot(W1) + b1
    A1 = sigmoid(Z1)
    Z2 = A1.dot(W2) + b2
    A2 = sigmoid(Z2)
    return np.sum((A2 - Y) ** 2)


def two_layers_by_hand(W1, b1, W2, b2):
    # Forward
    Z1 = X @ W1 + b1
    A1 = sigmoid(Z1)
    Z2 = A1 @ W2 + b2
    A2 = sigmoid(Z2)
    L = np.sum((A2 - Y) ** 2)
    # Backward
    dA2 = 2 * (A2 - Y)
    dZ2 = dA2 * A2 * (1 - A2)
    dW2 = A1.T @ dZ2
    db2 = np.sum(dZ2, axis=0)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = X.T @ dZ1
    db1 = np.sum(dZ1, axis=0)
    return L, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


# --------------------------------------------------------------- input, hidden and output layer, one sample, a class


class Network:
    def __init__(self):
        self.W1 = rng.normal(size=(785, 16)) / 28
        self.b1 = np.zeros((16, 1))
        self.W2 = rng.normal(size=(16, 10)) / 4
        self.b2 = np.zeros((10, 1))

    def sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-z))

    def forward(self, x):
        self.hidden_in = self.W1.T.dot(x.T) + self.b1
        self.hidden = self.sigmoid(self.hidden_in)
        self.output_in = self.W2.T.dot(self.hidden) + self.b2
        self.output = self.sigmoid(self.output_in)
        return self.output

    def loss(self, x, y):
        return np.sum((self.forward(x) - y) ** 2)


network = Network()


def three_layers_by_hand(x, y):
    W1, b1, W2, b2 = network.W1, network.b1, network.W2, network.b2
    # Forward
    hidden_in = W1.T @ x.T + b1
    hidden = sigmoid(hidden_in)
    output_in = W2.T @ hidden + b2
    output = sigmoid(output_in)
    L = np.sum((output - y) ** 2)
    # Backward
    doutput = 2 * (output - y)
    doutput_in = doutput * output * (1 - output)
    dW2 = hidden @ doutput_in.T
    db2 = doutput_in
    dhidden = W2 @ doutput_in
    dhidden_in = dhidden * hidden * (1 - hidden)
    dW1 = x.T @ dhidden_in.T
    db1 = dhidden_in
    return L, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


# ------------------------------------------------------------------------------------ XOR, one sample, as a column


def forward(x, w1, w2, b1, b2):
    Z1 = np.dot(w1, x) + b1
    A1 = sigmoid(Z1)
    Z2 = np.dot(w2, A1) + b2
    A2 = sigmoid(Z2)
    return {"x": x, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def calculate_cost(y, y_guess):
    return np.squeeze(np.power(y - y_guess, 2))


def xor(x, y, w1, b1, w2, b2):
    out = forward(x, w1, w2, b1, b2)
    return calculate_cost(y, out["A2"])


def xor_by_hand(x, y, w1, b1, w2, b2):
    # Forward
    Z1 = w1 @ x + b1
    A1 = sigmoid(Z1)
    Z2 = w2 @ A1 + b2
    A2 = sigmoid(Z2)
    L = np.squeeze((y - A2) ** 2)
    # Backward
    dA2 = 2 * (A2 - y)
    dZ2 = dA2 * A2 * (1 - A2)
    dw2 = dZ2 @ A1.T
    db2 = dZ2
    dA1 = w2.T @ dZ2
    dZ1 = dA1 * A1 * (1 - A1)
    dw1 = dZ1 @ x.T
    db1 = dZ1
    return L, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}


# ------------------------------------------------------------------------------------------------- an LSTM cell


def lstm_cell(x, h, c, Wf, bf, Wi, bi, Wo, bo, Wg, bg):
    v = np.concatenate([x, h], axis=1)
    zf = v @ Wf + bf
    zi = v @ Wi + bi
    zo = v @ Wo + bo
    zg = v @ Wg + bg
    f = sigmoid(zf)
    i = sigmoid(zi)
    o = sigmoid(zo)
    g = np.tanh(zg)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    return h_next


def lstm_cell_by_hand(x, h, c, Wf, bf, Wi, bi, Wo, bo, Wg, bg, dh_next):
    # Forward
    v = np.concatenate([x, h], axis=1)
    zf = v @ Wf + bf
    zi = v @ Wi + bi
    zo = v @ Wo + bo
    zg = v @ Wg + bg
    f = sigmoid(zf)
    i = sigmoid(zi)
    o = sigmoid(zo)
    g = np.tanh(zg)
    c_next = f * c + i * g
    h_next = o * np.tanh(c_next)
    # Backward
    do = dh_next * np.tanh(c_next)
    dc_next = dh_next * o * (1 - np.tanh(c_next) ** 2)
    df = dc_next * c
    dc = dc_next * f
    di = dc_next * g
    dg = dc_next * i
    dzf = df * f * (1 - f)
    dzi = di * i * (1 - i)
    dzo = do * o * (1 - o)
    dzg = dg * (1 - g**2)
    dWf = v.T @ dzf
    dbf = dzf.sum(axis=0)
    dWi = v.T @ dzi
    dbi = dzi.sum(axis=0)
    dWo = v.T @ dzo
    dbo = dzo.sum(axis=0)
    dWg = v.T @ dzg
    dbg = dzg.sum(axis=0)
    dv = dzf @ Wf.T + dzi @ Wi.T + dzo @ Wo.T + dzg @ Wg.T
    dx = dv[:, : x.shape[1]]
    dh = dv[:, x.shape[1] :]
    gates = {"Wf": dWf, "bf": dbf, "Wi": dWi, "bi": dbi, "Wo": dWo, "bo": dbo, "Wg": dWg, "bg": dbg}
    return h_next, {"x": dx, "h": dh, "c": dc, **gates}


# ------------------------------------------------------------------------------------------- batch normalisation


def batch_norm(x, gamma, beta):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + 1e-5)
    x_hat = (x - mu) / std
    out = gamma * x_hat + beta
    return out


def batch_norm_by_hand(x, gamma, beta, dout):
    # Forward
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + 1e-5)
    x_hat = (x - mu) / std
    out = gamma * x_hat + beta
    # Backward
    dgamma = np.sum(dout * x_hat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_hat = dout * gamma
    dstd = -np.sum(dx_hat * x_hat, axis=0) / std
    dvar = dstd / (2 * std)
    dmu = -np.sum(dx_hat, axis=0) / std
    dx = dx_hat / std + dvar * 2 * (x - mu) / x.shape[0] + dmu / x.shape[0]
    return out, {"x": dx, "gamma": dgamma, "beta": dbeta}


# ------------------------------------------------------------------------------------------------------ attention


def softmax(s):
    e = np.exp(s - s.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attention(X, Wq, Wk, Wv):
    Q = X @ Wq
    K = X @ Wk
    V = X @ Wv
    S = Q @ K.T / np.sqrt(Q.shape[1])
    A = softmax(S)
    O = A @ V
    return O


def attention_by_hand(X, Wq, Wk, Wv, dO):
    # Forward
    Q = X @ Wq
    K = X @ Wk
    V = X @ Wv
    S = Q @ K.T / np.sqrt(Q.shape[1])
    A = softmax(S)
    O = A @ V
    # Backward
    dA = dO @ V.T
    dV = A.T @ dO
    dS = A * (dA - np.sum(dA * A, axis=1, keepdims=True))
    dQ = dS @ K / np.sqrt(Q.shape[1])
    dK = dS.T @ Q / np.sqrt(Q.shape[1])
    dWq = X.T @ dQ
    dWk = X.T @ dK
    dWv = X.T @ dV
    dX = dQ @ Wq.T + dK @ Wk.T + dV @ Wv.T
    return O, {"X": dX, "Wq": dWq, "Wk": dWk, "Wv": dWv}


# -------------------------------------------------------------------------------------------------- convolutions

images = rng.random((2, 6, 6))


def convolution(K, b):
    windows = sliding_window_view(images, (3, 3), axis=(1, 2))
    Z = np.einsum("nhwij,ijf->nhwf", windows, K) + b
    A = np.maximum(Z, 0)
    return A


def convolution_by_hand(K, b, dA):
    # Forward
    windows = sliding_window_view(images, (3, 3), axis=(1, 2))
    Z = np.einsum("nhwij,ijf->nhwf", windows, K) + b
    A = np.maximum(Z, 0)
    # Backward
    dZ = dA * (Z > 0)
    dK = np.einsum("nhwij,nhwf->ijf", windows, dZ)
    db = dZ.sum(axis=(0, 1, 2))
    return A, {"K": dK, "b": db}


def two_convolutions(K1, b1, K2, b2):
    V1 = sliding_window_view(images, (3, 3), axis=(1, 2))
    Z1 = np.einsum("nhwij,ijf->nhwf", V1, K1) + b1
    A1 = np.maximum(Z1, 0)
    V2 = sliding_window_view(A1, (2, 2), axis=(1, 2))
    Z2 = np.einsum("nhwfij,ijfg->nhwg", V2, K2) + b2
    A2 = np.maximum(Z2, 0)
    return A2


def two_convolutions_by_hand(K1, b1, K2, b2, dA2):
    # Forward
    V1 = sliding_window_view(images, (3, 3), axis=(1, 2))
    Z1 = np.einsum("nhwij,ijf->nhwf", V1, K1) + b1
    A1 = np.maximum(Z1, 0)
    V2 = sliding_window_view(A1, (2, 2), axis=(1, 2))
    Z2 = np.einsum("nhwfij,ijfg->nhwg", V2, K2) + b2
    A2 = np.maximum(Z2, 0)
    # Backward
    dZ2 = dA2 * (Z2 > 0)
    dK2 = np.einsum("nhwfij,nhwg->ijfg", V2, dZ2)
    db2 = dZ2.sum(axis=(0, 1, 2))
    dV2 = np.einsum("nhwg,ijfg->nhwfij", dZ2, K2)
    dA1 = np.zeros_like(A1)
    for i, j in np.ndindex(2, 2):
        dA1[:, i : i + 3, j : j + 3] += dV2[..., i, j]
    dZ1 = dA1 * (Z1 > 0)
    dK1 = np.einsum("nhwij,nhwf->ijf", V1, dZ1)
    db1 = dZ1.sum(axis=(0, 1, 2))
    return A2, {"K1": dK1, "b1": db1, "K2": dK2, "b2": db2}


# ------------------------------------------------------------------------------------------------- a classifier

points = rng.normal(size=(8, 4))
one_hot = np.eye(3)[rng.integers(0, 3, 8)]


def classifier(W, b, X, Y):
    Z = X @ W + b
    P = softmax(Z)
    return -np.mean(np.sum(Y * np.log(P), axis=1))


def classifier_by_hand(W, b, X, Y):
    # Forward
    Z = X @ W + b
    P = softmax(Z)
    L = -np.mean(np.sum(Y * np.log(P), axis=1))
    # Backward
    dZ = (P - Y) / X.shape[0]
    dW = X.T @ dZ
    db = dZ.sum(axis=0)
    return L, {"W": dW, "b": db}


def _normal(*shapes):
    return [rng.normal(size=shape) for shape in shapes]


#: By name: what is derived, its arguments, with respect to what (None: all arguments), and the derivation by hand.
NETWORKS: dict[str, tuple[Callable[..., Any], list[Any], list[str] | None, Callable[..., Any]]] = {
    "two_layers": (two_layers, _normal((30, 10), 10, (10, 1), 1), None, two_layers_by_hand),
    "three_layers": (
        network.loss,
        [rng.random((1, 785)), np.eye(10)[:, [3]]],
        ["W1", "b1", "W2", "b2"],
        three_layers_by_hand,
    ),
    "xor": (
        xor,
        [np.array([[0.0], [1.0]]), np.array(1.0), *_normal((3, 2), (3, 1), (1, 3), (1, 1))],
        ["w1", "b1", "w2", "b2"],
        xor_by_hand,
    ),
    "classifier": (classifier, [*_normal((4, 3), 3), points, one_hot], ["W", "b"], classifier_by_hand),
    "lstm_cell": (lstm_cell, _normal((5, 3), (5, 4), (5, 4), *[(7, 4), 4] * 4), None, lstm_cell_by_hand),
    "batch_norm": (batch_norm, _normal((8, 3), 3, 3), None, batch_norm_by_hand),
    "attention": (attention, _normal((6, 5), (5, 4), (5, 4), (5, 4)), None, attention_by_hand),
    "convolution": (convolution, _normal((3, 3, 8), 8), None, convolution_by_hand),
    "two_convolutions": (
        two_convolutions,
        _normal((3, 3, 8), 8, (2, 2, 8, 4), 4),
        None,
        two_convolutions_by_hand,
    ),
}
