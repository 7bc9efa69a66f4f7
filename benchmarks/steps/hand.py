"""The step as a good person writes it in NumPy: clear, vectorised, stable, untuned. What others are compared with."""

from __future__ import annotations

import numpy as np

from benchmarks.steps.task import Array, Step, Task


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def softmax(z: Array) -> Array:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def step_of(task: Task) -> Step:
    return two_layers(task) if len(task.sizes) == 3 else three_layers(task)


def two_layers(task: Task) -> Step:
    X, y = task.data()
    W1, b1, W2, b2 = task.parameters()
    n, lr = task.batch, task.lr

    def run() -> float:
        nonlocal W1, b1, W2, b2
        # forward
        A1 = sigmoid(X @ W1 + b1)
        P = softmax(A1 @ W2 + b2)
        loss = -np.log(P[np.arange(n), y]).mean()
        # backward
        dZ2 = P.copy()
        dZ2[np.arange(n), y] -= 1
        dZ2 /= n
        dW2 = A1.T @ dZ2
        db2 = dZ2.sum(axis=0)
        dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)
        dW1 = X.T @ dZ1
        db1 = dZ1.sum(axis=0)
        # update
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
        return loss

    return Step(run, lambda: [W1, b1, W2, b2])


def three_layers(task: Task) -> Step:
    X, y = task.data()
    W1, b1, W2, b2, W3, b3 = task.parameters()
    n, lr = task.batch, task.lr

    def run() -> float:
        nonlocal W1, b1, W2, b2, W3, b3
        # forward
        A1 = sigmoid(X @ W1 + b1)
        A2 = sigmoid(A1 @ W2 + b2)
        P = softmax(A2 @ W3 + b3)
        loss = -np.log(P[np.arange(n), y]).mean()
        # backward
        dZ3 = P.copy()
        dZ3[np.arange(n), y] -= 1
        dZ3 /= n
        dW3 = A2.T @ dZ3
        db3 = dZ3.sum(axis=0)
        dZ2 = (dZ3 @ W3.T) * A2 * (1 - A2)
        dW2 = A1.T @ dZ2
        db2 = dZ2.sum(axis=0)
        dZ1 = (dZ2 @ W2.T) * A1 * (1 - A1)
        dW1 = X.T @ dZ1
        db1 = dZ1.sum(axis=0)
        # update
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2
        W3 -= lr * dW3
        b3 -= lr * db3
        return loss

    return Step(run, lambda: [W1, b1, W2, b2, W3, b3])
