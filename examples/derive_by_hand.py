"""Derive the gradients of a two-layer network as one does by hand: the derivation, and the NumPy program it amounts to.

The network is plain NumPy; nothing in it is written for this library. `autograd-lite derive` reads files like this one.

Run it: python examples/derive_by_hand.py
"""

from __future__ import annotations

import numpy as np

import autograd_lite as ag

rng = np.random.default_rng(0)
X = rng.random((100, 30))  # a sample a row
Y = rng.integers(0, 2, (100, 1)).astype(float)
params = {
    "W1": rng.normal(size=(30, 10)),
    "b1": np.zeros(10),
    "W2": rng.normal(size=(10, 1)),
    "b2": np.zeros(1),
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(p, X=X, Y=Y):
    Z1 = X.dot(p["W1"]) + p["b1"]
    A1 = sigmoid(Z1)
    Z2 = A1.dot(p["W2"]) + p["b2"]
    A2 = sigmoid(Z2)
    return np.mean((A2 - Y) ** 2)


def main() -> tuple[str, str]:
    print("The derivation, each line with its reason:\n")
    derivation = ag.derive(loss, params).text(why=True)
    print(derivation)
    print("\nThe same as a NumPy program, which runs without autograd_lite:\n")
    source = ag.to_source(loss, params, X, Y, wrt="p")
    print(source)
    return derivation, source


if __name__ == "__main__":
    main()
