"""Learn XOR with a 2-3-1 sigmoid network in plain NumPy: only the parameters are Tensors; `backward` does the calculus.

Run it: python examples/xor.py
"""

from __future__ import annotations

import numpy as np

import autograd_lite as ag

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = np.array([[0.0], [1.0], [1.0], [0.0]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def make_parameters(seed: int = 1) -> dict[str, ag.Tensor]:
    """Small random weights, so that the hidden units differ, and zero biases."""
    rng = np.random.default_rng(seed)
    shapes = {"W1": (2, 3), "b1": (3,), "W2": (3, 1), "b2": (1,)}
    start = {
        name: rng.normal(size=shape) if name.startswith("W") else np.zeros(shape) for name, shape in shapes.items()
    }
    return {name: ag.Tensor(value, requires_grad=True, name=name) for name, value in start.items()}


def predict(p, x):
    A1 = sigmoid(x @ p["W1"] + p["b1"])
    return sigmoid(A1 @ p["W2"] + p["b2"])


def loss_of(p):
    return np.mean((predict(p, X) - Y) ** 2)


def main(steps: int = 3000, learning_rate: float = 4.0) -> dict[str, ag.Tensor]:
    p = make_parameters()
    for step in range(steps + 1):
        loss = loss_of(p)
        if step % (steps // 6) == 0:
            print(f"  step {step:5d}   loss {loss.item():.6f}")
        loss.backward()
        for tensor in p.values():
            tensor.data -= learning_rate * tensor.grad
            tensor.zero_grad()
    print()
    for x, y, answer in zip(X, Y, predict(p, X).numpy(), strict=True):
        verdict = "right" if round(answer.item()) == y.item() else "WRONG"
        print(f"  {x[0]:.0f} xor {x[1]:.0f} = {y[0]:.0f}   the network says {answer.item():.3f}   {verdict}")
    return p


if __name__ == "__main__":
    main()
